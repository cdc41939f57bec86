//! Reads conditions and amounts: what must hold for a branch, a segment or a
//! reply. Whether the names in them lead anywhere is `check`'s business.

use std::fmt::Display;

use crate::scenario::written::{Amount, Condition, Gauge};

use super::decode::Decoder;
use super::scenario::{LEVELS, key};
use super::tree::{Kind, Node};

const GAUGES: &[(&str, Gauge)] = &[
    ("Heat", Gauge::Heat),
    ("Heard", Gauge::Heard),
    ("Fixed", Gauge::Fixed),
    ("Trust", Gauge::Trust),
    ("Ease", Gauge::Ease),
];
/// Each condition and the number of values in its brackets.
const CONDITIONS: &[(&str, usize)] = &[
    ("Deal", 2),
    ("Knows", 1),
    ("Did", 1),
    ("Been", 1),
    ("AtLeast", 2),
    ("Below", 2),
    ("Told", 0),
    ("Talker", 0),
    ("Direct", 0),
    ("Not", 1),
    ("Any", 1),
];

/// How each condition that has brackets is written.
const WRITTEN: &[(&str, &str)] = &[
    ("Deal", "Deal(\"cause\", \"tea\")"),
    ("Knows", "Knows(\"shift\")"),
    ("Did", "Did(Apologise)"),
    ("Been", "Been(\"remedy\")"),
    ("AtLeast", "AtLeast(Heat, Mid)"),
    ("Below", "Below(Heat, 600)"),
    ("Not", "Not(Told)"),
    ("Any", "Any([Told, Talker])"),
];
const CONDITION: &str = "a condition";
const COMPARED: &str = "a gauge is compared by `AtLeast(Heat, 600)` or `Below(Heat, 600)`; Low, Mid and High do for the number";

/// A level by name or a number of thousandths.
pub(super) fn amount(d: &mut Decoder, node: &Node, what: impl Display) -> Option<Amount> {
    match node.kind {
        Kind::Integer(_) => d
            .number(node, what, 0, 1000)
            .map(|n| Amount::Number(n as i16)),
        Kind::Word(_) | Kind::Text(_) => d.word(node, "level", LEVELS).map(Amount::Named),
        _ => {
            d.wrong(
                node,
                &format!("{what}: Low, Mid, High or a number from 0 to 1000"),
            );
            None
        }
    }
}

/// A list of conditions, all of which must hold.
pub(super) fn conditions(d: &mut Decoder, node: &Node) -> Vec<Condition> {
    let Some(items) = d.list(node, "conditions", 16) else {
        return vec![];
    };
    let mut all = Vec::with_capacity(items.len());
    all.extend(items.iter().filter_map(|item| condition(d, item)));
    all
}

/// A name of a closed list and the values in its brackets, as many as the list says.
pub(super) fn called<'n>(
    d: &mut Decoder,
    node: &'n Node<'n>,
    what: &str,
    known: &[(&'static str, usize)],
) -> Option<(&'n str, &'n [Node<'n>])> {
    let one_of = || {
        let names: Vec<_> = known.iter().map(|(name, _)| *name).collect();
        format!("one of: {}", names.join(", "))
    };
    let (name, args): (&'n str, &'n [Node]) = match &node.kind {
        Kind::Word(name) => (name, &[]),
        Kind::Tuple {
            name: Some(name),
            items,
        } => (&name.text, items),
        Kind::Broken => return None,
        _ => {
            let finding = d.wrong(node, what);
            if let Kind::Text(text) = &node.kind
                && what == CONDITION
                && text.contains(['<', '>', '='])
            {
                finding.hints.push(COMPARED.into());
            }
            finding.hints.push(one_of());
            return None;
        }
    };
    let Some((_, wanted)) = known.iter().find(|(known, _)| *known == name) else {
        let near = d.nearest(name, known.iter().map(|(name, _)| *name));
        let what = what.split_once(' ').map_or(what, |(_, what)| what);
        let message = format!("there is no {what} called `{name}`");
        let is_gauge = GAUGES.iter().any(|(gauge, _)| *gauge == name);
        let hint = match near {
            _ if is_gauge => COMPARED.to_owned(),
            Some(near) => format!("did you mean `{near}`?"),
            None => one_of(),
        };
        d.error("unknown-word", node.span, message).hints.push(hint);
        return None;
    };
    if args.len() != *wanted {
        let values = if *wanted == 1 { "value" } else { "values" };
        let message = format!(
            "`{name}` takes {wanted} {values} in its brackets, found {}",
            args.len()
        );
        let written = WRITTEN.iter().find(|(known, _)| *known == name);
        let hint = written.map(|(_, written)| format!("it is written like `{written}`"));
        d.error("wrong-count", node.span, message)
            .hints
            .extend(hint);
        return None;
    }
    Some((name, args))
}

fn condition(d: &mut Decoder, node: &Node) -> Option<Condition> {
    let (name, args) = called(d, node, CONDITION, CONDITIONS)?;
    Some(match name {
        "Told" => Condition::Told,
        "Talker" => Condition::Talker,
        "Direct" => Condition::Direct,
        "Deal" => Condition::Deal(key(d, &args[0])?, key(d, &args[1])?),
        "Knows" => Condition::Knows(key(d, &args[0])?),
        "Been" => Condition::Been(key(d, &args[0])?),
        "Did" => Condition::Did(d.act(&args[0])?),
        "AtLeast" | "Below" => {
            let gauge = d.word(&args[0], "gauge", GAUGES);
            let amount = amount(d, &args[1], "an amount");
            if name == "Below" {
                Condition::Below(gauge?, amount?)
            } else {
                Condition::AtLeast(gauge?, amount?)
            }
        }
        "Not" => Condition::Not(Box::new(condition(d, &args[0])?)),
        _ => Condition::Any(conditions(d, &args[0])),
    })
}
