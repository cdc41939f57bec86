//! Findings as text for a terminal: `path:line:col: error: sentence`, the excerpt
//! with its caret, hints and the mended line. Colour only if asked for.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use engine::diagnostic::{Diagnostic, Severity, Span};
use engine::load::findings::Findings;
use engine::load::source::{Source, forbidden};

/// Most characters of a line that an excerpt shows.
const WIDTH: usize = 100;

/// Characters shown before the caret when a line is cut.
const LEAD: usize = 40;

/// All findings of a file, and how many more there are.
pub fn report(path: &str, source: &Source, findings: &Findings, colour: bool) -> String {
    let shown = findings
        .list
        .iter()
        .map(|f| finding(path, source, f, colour));
    let mut out = shown.collect::<Vec<_>>().join("\n");
    if findings.more > 0 {
        out.push_str(&format!(
            "\n{}: and {} more findings\n",
            visible(path),
            findings.more
        ));
    }
    out
}

/// One finding. Its first line is `path:line:col: error: sentence`.
pub fn finding(path: &str, source: &Source, finding: &Diagnostic, colour: bool) -> String {
    let place = source.position(finding.span.start);
    let (level, word, paint) = match finding.severity {
        Severity::Error => (Level::ERROR, "error", "\u{1B}[1;31m"),
        Severity::Warning => (Level::WARNING, "warning", "\u{1B}[1;33m"),
    };
    let word = if colour {
        format!("{paint}{word}\u{1B}[0m")
    } else {
        word.to_owned()
    };
    let mut out = format!(
        "{}:{}:{}: {word}: {}\n",
        visible(path),
        place.line,
        place.column,
        visible(&finding.message)
    );
    let group = Group::with_level(level).elements(snippets(source, finding));
    let renderer = if colour {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    out.push_str(&renderer.render(&[group]));
    out.push('\n');
    for hint in &finding.hints {
        out.push_str(&format!("help: {}\n", visible(hint)));
    }
    if let Some(line) = &finding.mended {
        // A line of brackets alone is not there yet: it is the one that is missing.
        let is_new = line
            .trim()
            .chars()
            .all(|c| matches!(c, ')' | ']' | '}' | ','));
        let words = if is_new {
            "add the line"
        } else {
            "it should read"
        };
        out.push_str(&format!("help: {words}\n    {}\n", visible(line.trim())));
    }
    out
}

/// The lines of the finding's places, cut around them; places on a line share it.
fn snippets<'a>(
    source: &Source,
    finding: &'a Diagnostic,
) -> Vec<Snippet<'a, annotate_snippets::Annotation<'a>>> {
    let mut excerpts: Vec<(Excerpt, Vec<annotate_snippets::Annotation<'a>>)> = Vec::new();
    let related = finding
        .related
        .iter()
        .map(|(span, words)| (*span, Some(words.as_str())));
    for (span, words) in std::iter::once((finding.span, None)).chain(related) {
        let line = source.position(span.start).line;
        let near = excerpts
            .iter()
            .position(|(e, _)| e.line == line && e.shows(span));
        let at = near.unwrap_or_else(|| {
            excerpts.push((Excerpt::around(source, span), Vec::new()));
            excerpts.len() - 1
        });
        let (excerpt, annotations) = &mut excerpts[at];
        let kind = if words.is_none() {
            AnnotationKind::Primary
        } else {
            AnnotationKind::Context
        };
        annotations.push(kind.span(excerpt.local(span)).label(words));
    }
    let to_snippet = |(excerpt, annotations): (Excerpt, Vec<_>)| {
        Snippet::source(excerpt.text)
            .line_start(excerpt.line)
            .annotations(annotations)
    };
    excerpts.into_iter().map(to_snippet).collect()
}

/// A part of a line, made fit to be shown.
struct Excerpt {
    line: usize,
    text: String,
    /// For every byte of the source where a shown character begins, and for the end,
    /// the byte of `text`.
    places: Vec<(usize, usize)>,
}

impl Excerpt {
    fn around(source: &Source, span: Span) -> Self {
        let line = source.position(span.start).line;
        let whole = source.line_span(line);
        let caret = span.start.clamp(whole.start, whole.end);
        let before = source.slice(Span {
            start: whole.start,
            end: caret,
        });
        let after = source.slice(Span {
            start: caret,
            end: whole.end,
        });
        let is_short = before.len() + after.len() <= WIDTH;
        let n_lead = if is_short { before.len() } else { LEAD };
        let lead = before
            .char_indices()
            .rev()
            .take(n_lead)
            .last()
            .map_or(caret, |(i, _)| whole.start + i);
        let mut excerpt = Excerpt {
            line,
            text: String::new(),
            places: Vec::new(),
        };
        if lead > whole.start {
            excerpt.text.push('…');
        }
        let mut end = lead;
        for (at, character) in source
            .slice(Span {
                start: lead,
                end: whole.end,
            })
            .char_indices()
            .take(WIDTH)
        {
            excerpt.places.push((lead + at, excerpt.text.len()));
            excerpt.text.push(shown(character));
            end = lead + at + character.len_utf8();
        }
        excerpt.places.push((end, excerpt.text.len()));
        if end < whole.end {
            excerpt.text.push('…');
        }
        excerpt
    }

    fn shows(&self, span: Span) -> bool {
        let first = self.places.first().map_or(0, |p| p.0);
        let last = self.places.last().map_or(0, |p| p.0);
        (first..=last).contains(&span.start)
    }

    fn local(&self, span: Span) -> std::ops::Range<usize> {
        let local = |byte: usize| {
            let at = self.places.partition_point(|&(place, _)| place < byte);
            self.places
                .get(at)
                .or(self.places.last())
                .map_or(0, |p| p.1)
        };
        let start = local(span.start);
        start..local(span.end).max(start)
    }
}

/// A character as it may be shown: none that moves the cursor or turns the line.
fn shown(character: char) -> char {
    match character {
        '\t' => ' ',
        '\0'..='\u{1F}' => char::from_u32(0x2400 + u32::from(character)).unwrap_or('\u{FFFD}'),
        c if forbidden(c).is_some() => '\u{FFFD}',
        c => c,
    }
}

/// A text in one line that moves no cursor.
pub(super) fn visible(text: &str) -> String {
    text.chars().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use engine::load::findings::error;
    use engine::load::read_tree;

    use super::*;

    fn rendered(text: &str) -> String {
        let source = Source::new(text);
        let (_, findings) = read_tree(&source, &["title"]);
        report("a/b.ron", &source, &findings.finish(), false)
    }

    #[test]
    fn the_first_line_has_path_line_column_and_sentence() {
        let out = rendered("(\n\ttitle: \"weiß 😀 \" no,\n)");
        let expected = [
            "a/b.ron:2:19: error: `no` cannot stand here, expected a comma or `)`",
            "  |",
            "2 |  title: \"weiß 😀 \" no,",
            "  |                    ^^",
        ];
        let lines: Vec<&str> = out.lines().take(4).collect();
        assert_eq!(lines, expected, "{out}");
        assert!(out.contains("\nhelp: "), "{out}");
    }

    #[test]
    fn long_lines_are_cut_around_the_caret() {
        let out = rendered(&format!(
            "(a: \"{}\" b: 1, c: \"{}\")",
            "x".repeat(900),
            "y".repeat(900)
        ));
        assert!(
            out.starts_with("a/b.ron:1:907: error: a comma is missing"),
            "{out}"
        );
        assert!(
            out.lines().take(5).all(|line| line.chars().count() < 130),
            "{out}"
        );
        assert!(out.contains("…xxx") && out.contains("yyy…"), "{out}");
    }

    #[test]
    fn the_end_of_the_file_and_places_past_it_are_shown() {
        for text in ["", "(", "(\n", "(a: 1,\n  b: \"é"] {
            let source = Source::new(text);
            let end = Span {
                start: text.len(),
                end: text.len(),
            };
            let past = Span {
                start: text.len() + 9,
                end: text.len() + 99,
            };
            for span in [end, past] {
                let out = finding("f.ron", &source, &error("x", span, "lost"), false);
                assert!(
                    out.starts_with("f.ron:") && out.contains(": error: lost\n"),
                    "{out}"
                );
            }
        }
    }

    #[test]
    fn nothing_reaches_the_terminal_that_steers_it() {
        let source = Source::new("(a: \"\u{1B}]0;x\u{7}\u{202E}\")");
        let bad = error("x", Span { start: 5, end: 9 }, "bad \u{1B}[2J")
            .mend(Some("\u{202E}".to_owned()));
        let out = finding("p\u{1B}.ron", &source, &bad, false);
        assert!(
            out.chars().all(|c| c == '\n' || forbidden(c).is_none()),
            "{out:?}"
        );
        assert!(finding("p", &source, &bad, true).contains("\u{1B}[1;31merror"));
    }
}
