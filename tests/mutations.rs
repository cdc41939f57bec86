//! Good scenarios with one thing broken, by the thousand: one character, or one
//! field. Each still plays, or is reported where it was broken. Nothing is said of
//! the untouched ones, and nothing panics.

mod common;

use std::collections::BTreeSet;
use std::fmt::Write;
use std::sync::Arc;

use common::{Chance, play_by_chance, shipped};
use engine::diagnostic::Severity;
use engine::load::{Loaded, load};
use engine::rules::Rules;

/// Mutations of each kind, over all scenarios together; `MUTATIONS=100000` asks for more.
fn n_mutations() -> usize {
    let asked = std::env::var("MUTATIONS").ok().and_then(|n| n.parse().ok());
    asked.unwrap_or(500)
}

/// One change: where it begins, and what the text has become.
struct Mutation {
    line: usize,
    /// Where the brackets open that it stands in: there one is told what they lack.
    opened: usize,
    what: String,
    text: String,
    /// What was there and is not any more: others may have needed it.
    gone: String,
}

/// Takes out, puts in or swaps one character.
fn character(text: &str, chance: &mut Chance) -> Mutation {
    const PUT: [char; 16] = [
        '"', '(', ')', '[', ']', '{', '}', ',', ':', '\\', '/', 'x', '7', ' ', '\n', 'é',
    ];
    let mut at = chance.below(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let old = text[at..].chars().next().expect("it is inside the text");
    let put = PUT[chance.below(PUT.len())];
    let (new, what) = match chance.below(3) {
        0 => (String::new(), format!("without {old:?}")),
        1 => (format!("{put}{old}"), format!("{put:?} before {old:?}")),
        _ => (put.to_string(), format!("{put:?} for {old:?}")),
    };
    let mut changed = text.to_owned();
    changed.replace_range(at..at + old.len_utf8(), &new);
    Mutation {
        line: line_at(text, at),
        opened: opened(text, at),
        what,
        text: changed,
        gone: String::new(),
    }
}

/// Misspells, takes out, doubles or empties one field of the format.
fn field(text: &str, chance: &mut Chance) -> Mutation {
    let places: Vec<(usize, &str)> = text
        .match_indices(": ")
        .filter_map(|(colon, _)| {
            let name = text[..colon]
                .rsplit(|c: char| !c.is_ascii_lowercase() && c != '_')
                .next()?;
            let at = colon - name.len();
            // A name of the format, and no word of somebody's line.
            let before = text[..at].chars().next_back();
            let stands = matches!(before, Some('(' | ' ')) && !in_quotes(text, at);
            (name.len() > 1 && stands).then_some((at, name))
        })
        .collect();
    let (at, name) = places[chance.below(places.len())];
    let value = at + name.len() + 2;
    let (mut changed, mut gone) = (text.to_owned(), String::new());
    let what = match chance.below(4) {
        0 => {
            changed.insert(at + chance.below(name.len()), 'q');
            format!("{name} misspelt")
        }
        1 => {
            changed.replace_range(at..value, "");
            format!("{name} without its name")
        }
        2 => {
            changed.insert_str(value, "7, ");
            format!("{name} with a second value")
        }
        _ => {
            let end = value + value_length(&text[value..]);
            let comma = usize::from(text[end..].starts_with(','));
            changed.replace_range(at..end + comma, "");
            gone.push_str(&text[at..end]);
            format!("{name} taken out whole")
        }
    };
    Mutation {
        line: line_at(text, at),
        opened: opened(text, at),
        what,
        text: changed,
        gone,
    }
}

/// Length of the value a text begins with: up to the comma or bracket behind it.
fn value_length(text: &str) -> usize {
    let (mut depth, mut quoted, mut escaped) = (0_i32, false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if quoted => {}
            '(' | '[' | '{' => depth += 1,
            ',' | ')' | ']' | '}' if depth == 0 => return at,
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
    }
    text.len()
}

/// The line of the innermost bracket that is open at a place.
fn opened(text: &str, at: usize) -> usize {
    let mut open = Vec::new();
    let (mut quoted, mut escaped, mut noted) = (false, false, false);
    for (n, c) in text[..at].char_indices() {
        match c {
            '\n' => noted = false,
            _ if noted => {}
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if quoted => {}
            '/' if text[n..].starts_with("//") => noted = true,
            '(' | '[' | '{' => open.push(n),
            ')' | ']' | '}' => drop(open.pop()),
            _ => {}
        }
    }
    line_at(text, open.last().copied().unwrap_or(0))
}

/// Whether a place is inside a text, by the quotes of its line: no text of the
/// shipped scenarios spans two.
fn in_quotes(text: &str, at: usize) -> bool {
    let line = text[..at].rsplit('\n').next().unwrap_or_default();
    line.replace("\\\"", "").matches('"').count() % 2 == 1
}

fn line_at(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

/// The lines that errors point at, and those they name besides.
fn lines(loaded: &Loaded) -> BTreeSet<usize> {
    let at = |start| loaded.source.line_at(start);
    let errors = loaded
        .findings
        .list
        .iter()
        .filter(|f| f.severity == Severity::Error);
    errors
        .flat_map(|f| std::iter::once(f.span).chain(f.related.iter().map(|(span, _)| *span)))
        .map(|span| at(span.start))
        .collect()
}

/// Whether an error names the very thing that was broken, though it points at those who use it.
fn names_it(loaded: &Loaded, mutation: &Mutation) -> bool {
    let line = mutation
        .text
        .lines()
        .nth(mutation.line - 1)
        .unwrap_or_default();
    let keys: Vec<&str> = [line, &mutation.gone]
        .into_iter()
        .flat_map(|text| text.split('"').skip(1).step_by(2))
        .filter(|key| !key.is_empty())
        .collect();
    loaded.findings.list.iter().any(|f| {
        let hints = f.hints.join(" ");
        f.severity == Severity::Error
            && keys
                .iter()
                .any(|key| f.message.contains(*key) || hints.contains(*key))
    })
}

fn check(kind: &str, mutate: fn(&str, &mut Chance) -> Mutation) {
    let files = shipped();
    let mut wrong = String::new();
    let (mut n_plays, mut n_reported) = (0, 0);
    let n_mutations = n_mutations();
    for n in 0..n_mutations {
        let (name, text) = &files[n % files.len()];
        let mutation = mutate(text, &mut Chance::new(n as u64 + 1));
        let mut loaded = load(name, mutation.text.as_bytes(), &Rules::current());
        let repeat = format!("{kind} {n} of {name}:{}, {}", mutation.line, mutation.what);
        if let Some(scenario) = loaded.scenario.take() {
            n_plays += 1;
            play_by_chance(&Arc::new(scenario), n as u64, |_| {});
            continue;
        }
        n_reported += 1;
        let found = lines(&loaded);
        // A break at the edge of a line shows at the end of the one before, or the
        // beginning of the next.
        let near = [mutation.line - 1, mutation.line, mutation.line + 1];
        let lacks = found.contains(&mutation.opened)
            && loaded
                .findings
                .list
                .iter()
                .any(|f| f.code == "missing-field");
        if !lacks && !near.iter().any(|line| found.contains(line)) && !names_it(&loaded, &mutation)
        {
            let first = &loaded.findings.list[0];
            writeln!(
                wrong,
                "{repeat}\n  reported in {found:?}: {}",
                first.message
            )
            .expect("a string takes all");
        }
    }
    eprintln!("{kind}: {n_plays} play, {n_reported} are reported");
    assert!(
        n_plays > n_mutations / 20 && n_reported > n_mutations / 4,
        "{n_plays} and {n_reported}"
    );
    assert!(
        wrong.is_empty(),
        "{} elsewhere:\n{wrong}",
        wrong.matches("reported in").count()
    );
}

#[test]
fn nothing_is_said_of_the_untouched() {
    for (name, text) in shipped() {
        let loaded = load(&name, text.as_bytes(), &Rules::current());
        assert_eq!(loaded.findings.list, [], "{name}");
    }
}

#[test]
fn one_character_breaks_nothing_or_is_found_where_it_was() {
    check("character", character);
}

#[test]
fn one_field_breaks_nothing_or_is_found_where_it_was() {
    check("field", field);
}
