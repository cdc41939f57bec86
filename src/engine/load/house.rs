//! Reads `house.ron`: the house's own rules, with every problem and its place, in
//! the same words as for scenarios.

use crate::act::Act;
use crate::diagnostic::Span;
use crate::house::{House, HouseClause};
use crate::scenario::written::Key;

use super::decode::Decoder;
use super::findings::{Findings, error};
use super::scenario::{authority, key};
use super::source::Source;
use super::tree::Node;
use super::{FORMAT, peek_format, read_tree};

pub(super) const HOUSE: &[&str] = &["format", "name", "currency", "authority", "clauses"];
pub(super) const CLAUSE: &[&str] = &["id", "title", "sentence", "place", "follows", "breaks"];

/// Most clauses of a house.
const MAX_CLAUSES: usize = 40;

/// What came of a house's file.
pub struct LoadedHouse {
    /// The house, unless an error keeps it from being used.
    pub house: Option<House>,
    /// Everything that was found, in the order of the places.
    pub findings: Findings,
    /// The text, for excerpts.
    pub source: Source,
}

/// Loads the house's own rules from the bytes of their file.
pub fn load_house(bytes: &[u8]) -> LoadedHouse {
    let intake = Source::read(bytes);
    let source = intake.source;
    let mut findings = Findings::default();
    findings.extend(intake.findings);
    let newer = peek_format(&source).filter(|(format, _)| *format > FORMAT);
    let mut house = None;
    if let Some((format, span)) = newer.filter(|_| intake.readable) {
        let message = format!("made with format {format}; this release reads up to {FORMAT}");
        findings.push(error("newer-format", span, message));
    } else if intake.readable {
        let (tree, found) = read_tree(&source, &[HOUSE, CLAUSE].concat());
        findings.count_more_of(&found);
        findings.extend(found.list);
        let mut decoder = Decoder::new(&source);
        house = tree.as_ref().and_then(|tree| read(&mut decoder, tree));
        findings.count_more_of(&decoder.found);
        findings.extend(decoder.found.list);
    }
    if findings.has_errors() {
        house = None;
    }
    LoadedHouse {
        house,
        findings: findings.finish(),
        source,
    }
}

fn read(d: &mut Decoder, node: &Node) -> Option<House> {
    let fields = d.fields(node, "the house", HOUSE)?;
    let format = fields
        .required(d, "format")
        .and_then(|n| d.number(n, "`format`", 1, 1));
    let name = fields
        .required(d, "name")
        .and_then(|n| d.text(n, "`name`", 80));
    let currency = fields
        .optional("currency")
        .and_then(|n| d.text(n, "`currency`", 8));
    let authority = fields.optional("authority").and_then(|n| authority(d, n));
    let items = fields
        .required(d, "clauses")
        .and_then(|n| d.list(n, "`clauses`", MAX_CLAUSES));
    let mut clauses: Vec<HouseClause> = Vec::new();
    for item in items.unwrap_or_default() {
        let Some(clause) = clause(d, item) else {
            continue;
        };
        if let Some(first) = clauses.iter().find(|other| other.id == clause.id) {
            let message = format!("there are two clauses called \"{}\"", clause.id.text);
            let at = first.id.span;
            d.error("duplicate-key", clause.id.span, message)
                .related
                .push((at, "it stands here first".into()));
        }
        clauses.push(clause);
    }
    Some(House {
        format: format? as u32,
        name: name?,
        currency: currency.unwrap_or_default(),
        authority,
        clauses,
    })
}

fn clause(d: &mut Decoder, node: &Node) -> Option<HouseClause> {
    let fields = d.fields(node, "a clause", CLAUSE)?;
    let id = fields.required(d, "id").and_then(|n| key(d, n));
    let text = |d: &mut Decoder, name, most| {
        fields
            .required(d, name)
            .and_then(|n| d.text(n, format_args!("`{name}`"), most))
    };
    let title = text(d, "title", 80);
    let sentence = text(d, "sentence", 300);
    let place = text(d, "place", 80);
    let n_before = d.found.list.len();
    let follows = fields
        .optional("follows")
        .map(|n| acts(d, n, "`follows`"))
        .unwrap_or_default();
    let breaks = fields
        .optional("breaks")
        .map(|n| acts(d, n, "`breaks`"))
        .unwrap_or_default();
    let sound = d.found.list.len() == n_before;
    // `idle-clause`: nothing a trainee does can touch it.
    if follows.is_empty() && breaks.is_empty() && sound {
        let message = "no act follows this clause and none breaks it: it can never be scored";
        d.error("idle-clause", node.span, message.into())
            .hints
            .push(
                "add `follows: [...]` or `breaks: [...]`; `satisfactometer acts` lists the acts"
                    .into(),
            );
    }
    // `two-meanings`: one deed cannot be both.
    if let Some((act, span)) = breaks
        .iter()
        .find(|(act, _)| follows.iter().any(|(a, _)| a == act))
    {
        let message = format!("`{}` follows this clause and breaks it", act.name());
        d.error("two-meanings", *span, message);
    }
    let plain = |acts: Vec<(Act, Span)>| acts.into_iter().map(|(act, _)| act).collect();
    Some(HouseClause {
        id: id.unwrap_or_else(Key::default),
        title: title?,
        sentence: sentence?,
        place: place?,
        follows: plain(follows),
        breaks: plain(breaks),
    })
}

fn acts(d: &mut Decoder, node: &Node, what: &str) -> Vec<(Act, Span)> {
    let Some(items) = d.list(node, what, Act::ALL.len()) else {
        return vec![];
    };
    items
        .iter()
        .filter_map(|item| d.act(item).map(|act| (act, item.span)))
        .collect()
}
