//! The reference as text, as Markdown and as a page. Decides nothing about what
//! stands in it.

use std::fmt::Write as _;

use askama::Template;

use super::Block;

/// Columns of the text.
const WIDTH: usize = 80;

/// For a terminal.
pub fn text(blocks: &[Block]) -> String {
    let mut out = String::new();
    for block in blocks {
        match block {
            Block::Heading(level, title) => {
                let rule = if *level < 3 { "=" } else { "-" };
                // Writing to a string cannot fail.
                let _ = writeln!(out, "\n{title}\n{}", rule.repeat(title.chars().count()));
            }
            Block::Text(words) => fill(&mut out, words, "", ""),
            Block::Line(words) => fill(&mut out, &format!("\"{words}\""), "    ", "    "),
            Block::Entry(name, takes, what) => {
                let head = head(name, takes);
                fill(&mut out, &format!("{head}: {what}"), "", "    ");
            }
        }
    }
    out.trim_start().to_owned()
}

fn head(name: &str, takes: &str) -> String {
    match takes {
        "" => name.to_owned(),
        brackets if brackets.starts_with('(') => format!("{name}{brackets}"),
        takes => format!("{name} ({takes})"),
    }
}

fn fill(out: &mut String, words: &str, first: &str, later: &str) {
    // What stands in backticks breaks at its blanks alone.
    let options = textwrap::Options::new(WIDTH)
        .word_separator(textwrap::WordSeparator::AsciiSpace)
        .initial_indent(first)
        .subsequent_indent(later);
    out.push_str(&textwrap::fill(words, &options));
    out.push('\n');
}

/// Markdown.
pub fn markdown(blocks: &[Block]) -> String {
    let mut out = String::new();
    for block in blocks {
        let _ = match block {
            Block::Heading(level, title) => {
                writeln!(out, "\n{} {title}\n", "#".repeat(usize::from(*level)))
            }
            Block::Text(words) => writeln!(out, "{words}\n"),
            Block::Line(words) => writeln!(out, "> {words}\n"),
            Block::Entry(name, takes, what) => {
                writeln!(out, "**`{}`** {what}\n", head(name, takes))
            }
        };
    }
    out.trim_start().to_owned()
}

#[derive(Template)]
#[template(path = "author/reference/reference.html")]
struct Page<'a> {
    contents: Vec<(String, &'a str)>,
    rows: Vec<Row<'a>>,
}

/// A block as the template takes it.
struct Row<'a> {
    kind: &'static str,
    id: String,
    name: &'a str,
    takes: &'a str,
    words: &'a str,
    /// The words, cut at what stands between backticks.
    pieces: Vec<(bool, &'a str)>,
}

/// One page for a browser.
///
/// # Errors
/// When it cannot be put together, which would be a fault of the template.
pub fn html(blocks: &[Block]) -> anyhow::Result<String> {
    let mut rows = Vec::new();
    let mut contents = Vec::new();
    for (n, block) in blocks.iter().enumerate() {
        let (kind, name, takes, words) = match block {
            Block::Heading(1, title) => ("h1", "", "", title.as_str()),
            Block::Heading(2, title) => ("h2", "", "", title.as_str()),
            Block::Heading(_, title) => ("h3", "", "", title.as_str()),
            Block::Text(words) => ("p", "", "", words.as_str()),
            Block::Line(words) => ("line", "", "", words.as_str()),
            Block::Entry(name, takes, what) => {
                ("entry", name.as_str(), takes.as_str(), what.as_str())
            }
        };
        let id = format!("s{n}");
        if kind == "h2" {
            contents.push((id.clone(), words));
        }
        rows.push(Row {
            kind,
            id,
            name,
            takes,
            words,
            pieces: words
                .split('`')
                .enumerate()
                .map(|(n, piece)| (n % 2 == 1, piece))
                .collect(),
        });
    }
    Ok(Page { contents, rows }.render()?)
}
