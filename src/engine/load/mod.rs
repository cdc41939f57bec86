//! From the bytes of a file to a scenario ready to play: text, tree, written
//! form, check, playable form; every problem of each step collected, with its
//! place and, where possible, the mended line.

pub mod findings;
pub mod source;
pub mod tree;

mod bracket;
mod check;
mod condition;
mod decode;
mod entry;
mod expect;
pub mod house;
mod lines;
mod loose;
mod parse;
mod quote;
mod repair;
mod scenario;
pub mod tags;
mod text;
mod token;
mod ways;
mod words;

pub use bracket::MAX_DEPTH;
pub use parse::MAX_ELEMENTS;
pub use scenario::fields;
pub use text::{MAX_MARKS, MAX_TEXT, is_mark};

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Severity, Span};
use crate::house::House;
use crate::rules::Rules;
use crate::scenario::{Scenario, compile};

use decode::Decoder;
use findings::{Findings, error};
use parse::Parser;
use source::Source;
use token::{Lexeme, Lexer};
use tree::Node;

/// The newest format this release reads.
pub const FORMAT: i64 = 1;

/// What came of a file.
pub struct Loaded {
    /// The scenario, unless an error keeps it from being played.
    pub scenario: Option<Scenario>,
    /// Everything that was found, in the order of the places.
    pub findings: Findings,
    /// The text, for excerpts.
    pub source: Source,
}

/// Loads a scenario from the bytes of the file called `name`.
pub fn load(name: &str, bytes: &[u8], rules: &Rules) -> Loaded {
    load_in(None, name, bytes, rules)
}

/// Loads a scenario of a house: where it states no authority, the house's counts.
pub fn load_in(house: Option<&Arc<House>>, name: &str, bytes: &[u8], rules: &Rules) -> Loaded {
    let intake = Source::read(bytes);
    let source = intake.source;
    let mut findings = Findings::default();
    findings.extend(intake.findings);
    if !intake.readable {
        return Loaded {
            scenario: None,
            findings: findings.finish(),
            source,
        };
    }
    if let Some((format, span)) = peek_format(&source).filter(|(format, _)| *format > FORMAT) {
        let message = format!("made with format {format}; this release reads up to {FORMAT}");
        let finding = error("newer-format", span, message);
        findings
            .push(finding.hint("open it with a newer release; nothing else in it was looked at"));
        return Loaded {
            scenario: None,
            findings,
            source,
        };
    }
    let (tree, found) = read_tree(&source, &scenario::field_names());
    // In a text that is broken, names may be missing that are only unreadable.
    let sound = found
        .list
        .iter()
        .all(|finding| HARMLESS.contains(&finding.code) || finding.code == "missing-comma");
    findings.count_more_of(&found);
    let mut decoder = Decoder::new(&source);
    let written = tree.and_then(|tree| scenario::scenario(&mut decoder, &tree));
    if let Some(written) = written.as_ref().filter(|_| sound) {
        check::check(
            &mut decoder,
            written,
            name.strip_suffix(".ron").unwrap_or(name),
        );
    }
    // Keys of a map in parentheses look like fields in quotes until the map is known for one,
    // and names and conditions like texts without quotes until it is known what belongs there.
    let right = |span: &Span| decoder.quoted_rightly.contains(span);
    let no_text = |span: &Span| {
        let found = &decoder.found.list;
        let told = |f: &Diagnostic| f.span == *span && NO_TEXT.contains(&f.code);
        found.iter().any(told)
    };
    findings.extend(found.list.into_iter().filter(|f| match f.code {
        "quoted-field" => !right(&f.span),
        "unquoted-text" | "single-quotes" => !no_text(&f.span),
        _ => true,
    }));
    findings.count_more_of(&decoder.found);
    findings.extend(decoder.found.list);
    if findings.has_errors() {
        findings
            .list
            .retain(|f| f.severity == Severity::Error || !check::is_consequence(f.code));
    }
    let authority = house.and_then(|house| house.authority.clone());
    let scenario = match written
        .filter(|_| !findings.has_errors())
        .map(|written| compile(written.with_authority(authority), rules))
    {
        Some(Ok(scenario)) => Some(scenario.of_house(house)),
        Some(Err(unplayable)) => {
            findings.push(error("unplayable", Span::default(), unplayable.to_string()));
            None
        }
        None => None,
    };
    Loaded {
        scenario,
        findings: findings.finish(),
        source,
    }
}

/// Findings that say of a text that something else belongs in its place.
const NO_TEXT: [&str; 4] = ["quoted-word", "segment-kind", "unknown-word", "wrong-kind"];

/// Findings that do not put in doubt how the text is cut and bracketed.
const HARMLESS: [&str; 23] = [
    "bad-escape",
    "bad-field-name",
    "bad-number",
    "braces-for-brackets",
    "braces-for-parentheses",
    "brackets-for-braces",
    "currency",
    "dash-for-minus",
    "duplicate-key",
    "equals-for-colon",
    "extension",
    "forbidden-character",
    "hash-comment",
    "invisible-character",
    "misplaced-attribute",
    "quoted-field",
    "semicolon",
    "stacked-marks",
    "stray-comma",
    "text-too-long",
    "too-many",
    "unknown-attribute",
    "unquoted-key",
];

/// Reads the tree of a text. `fields` are the names of the format's fields; they
/// tell braces in the place of parentheses from keys that lack their quotes.
///
/// A tree comes back also from a faulty text, with [`tree::Kind::Broken`] where
/// nothing could be made out; none if the text is empty or beyond reading. Whatever
/// comes back without findings, ron accepts too.
pub fn read_tree<'s>(source: &'s Source, fields: &[&str]) -> (Option<Node<'s>>, Findings) {
    let strict = attempt(source, fields, false);
    if strict
        .1
        .list
        .iter()
        .all(|finding| HARMLESS.contains(&finding.code))
    {
        return strict;
    }
    let tolerant = attempt(source, fields, true);
    // A text that is faulty stays faulty, however kindly it is read.
    if tolerant.1.is_empty() {
        strict
    } else {
        tolerant
    }
}

fn attempt<'s>(
    source: &'s Source,
    fields: &[&str],
    tolerant: bool,
) -> (Option<Node<'s>>, Findings) {
    let mut lexer = Lexer::new(source, tolerant);
    let tokens = lexer.all();
    let (mut findings, cut) = (lexer.findings, lexer.cut);
    if tokens.is_empty() {
        if findings.is_empty() {
            let finding = error(
                "empty-file",
                Span::default(),
                "the file is empty, expected a scenario in parentheses `(…)`",
            );
            findings.push(finding.hint("copy a scenario that works, and change it line by line"));
        }
        return (None, findings);
    }
    let Some(balanced) = bracket::balance(source, tokens, cut, tolerant, &mut findings) else {
        return (None, findings);
    };
    let root = Parser::new(source, &balanced, fields, &mut findings).root();
    (root, findings)
}

/// The number after the file's `format:`, read before anything else and from broken
/// files too; so that a file of a newer format is told from a faulty one.
pub fn peek_format(source: &Source) -> Option<(i64, Span)> {
    let mut lexer = Lexer::new(source, true);
    let mut depth = 0_usize;
    let mut before = [None, None];
    while let Some(token) = lexer.next() {
        match token.lexeme {
            Lexeme::Open(_) => depth += 1,
            Lexeme::Close(_) => depth = depth.saturating_sub(1),
            Lexeme::Integer if depth <= 1 && before == [Some("format"), Some(":")] => {
                let number = source.slice(token.span()).replace('_', "");
                return Some((number.parse().unwrap_or(i64::MAX), token.span()));
            }
            _ => {}
        }
        let word = match token.lexeme {
            Lexeme::Equals => ":",
            _ => source.slice(token.span()).trim_matches('"'),
        };
        before = [before[1], Some(word)];
    }
    None
}
