//! Reads the author's own bots and what the author expects of the scenario.
//! Whether it holds is found out by playing, not here: loading stays quick.

use std::collections::BTreeMap;

use crate::act::Act;
use crate::playtest::NAMES;
use crate::scenario::written::{BotName, Expectation, Fate, Key, Noted};

use super::condition::called;
use super::decode::Decoder;
use super::scenario::key;
use super::tree::{Kind, Node};

/// Most bots and most expectations of a scenario.
const MOST: usize = 32;
/// Each expectation and the number of values in its brackets.
const EXPECTATIONS: &[(&str, usize)] = &[
    ("Bot", 2),
    ("Reachable", 1),
    ("Line", 2),
    ("BestLineUses", 1),
    ("BestLineVisits", 1),
    ("BestLineSays", 2),
    ("ChanceBelow", 1),
];
/// Most replies of a line.
const LONGEST_LINE: usize = 64;

/// The author's own bots: a key for each, and the acts in the order it prefers them.
pub(super) fn bots(d: &mut Decoder, node: &Node) -> BTreeMap<Key, Vec<Act>> {
    let mut bots = BTreeMap::new();
    for (text, span, value) in d.map(node, "`bots`", MOST).unwrap_or_default() {
        let items = d.list(value, "the acts of a bot", Act::ALL.len());
        let mut acts = Vec::new();
        for item in items.unwrap_or_default() {
            acts.extend(d.act(item));
        }
        if items.is_some_and(<[Node]>::is_empty) {
            let message = format!("the bot `{text}` prefers nothing; give it acts to choose by");
            d.error("too-few", value.span, message);
        }
        bots.insert(Key { text, span }, acts);
    }
    bots
}

/// A list of expectations.
pub(super) fn expectations(d: &mut Decoder, node: &Node) -> Vec<(Expectation, Noted)> {
    let Some(items) = d.list(node, "`expect`", MOST) else {
        return vec![];
    };
    items
        .iter()
        .filter_map(|item| Some((expectation(d, item)?, Noted(item.span))))
        .collect()
}

fn expectation(d: &mut Decoder, node: &Node) -> Option<Expectation> {
    let (name, args) = called(d, node, "an expectation", EXPECTATIONS)?;
    Some(match name {
        "Reachable" => Expectation::Reachable(key(d, &args[0])?),
        "Line" => {
            let replies = line(d, &args[0]);
            let ending = key(d, &args[1]);
            Expectation::Line(replies?, ending?)
        }
        "BestLineUses" => Expectation::BestLineUses(d.act(&args[0])?),
        "BestLineVisits" => Expectation::BestLineVisits(key(d, &args[0])?),
        "BestLineSays" => {
            let (beat, reply) = (key(d, &args[0]), key(d, &args[1]));
            Expectation::BestLineSays(beat?, reply?)
        }
        "ChanceBelow" => {
            let percent = d.number(&args[0], "a share of a hundred", 1, 100)?;
            Expectation::ChanceBelow(percent as u8)
        }
        _ => {
            let who = bot(d, &args[0]);
            let fate = fate(d, &args[1]);
            Expectation::Bot(who?, fate?)
        }
    })
}

/// The keys of replies in the order they are said.
fn line(d: &mut Decoder, node: &Node) -> Option<Vec<Key>> {
    let items = d.list(node, "the replies of a line", LONGEST_LINE)?;
    if items.is_empty() {
        d.error("too-few", node.span, "a line needs a reply".to_owned());
        return None;
    }
    let keys: Vec<Option<Key>> = items.iter().map(|item| key(d, item)).collect();
    keys.into_iter().collect()
}

/// `Passes`, `Fails`, or `Ends` with the key of an ending.
fn fate(d: &mut Decoder, node: &Node) -> Option<Fate> {
    if let Kind::Tuple {
        name: Some(name),
        items,
    } = &node.kind
        && name.text == "Ends"
    {
        let [ending] = items.as_slice() else {
            let message = format!(
                "`Ends` takes 1 value in its brackets, found {}",
                items.len()
            );
            d.error("wrong-count", node.span, message);
            return None;
        };
        return key(d, ending).map(Fate::Ends);
    }
    const FATES: &[(&str, bool)] = &[("Passes", true), ("Fails", false)];
    match &node.kind {
        Kind::Word(_) | Kind::Text(_) => Some(match d.word(node, "fate", FATES)? {
            true => Fate::Passes,
            false => Fate::Fails,
        }),
        Kind::Broken => None,
        _ => {
            d.wrong(node, "`Passes`, `Fails` or `Ends(\"key-of-an-ending\")`");
            None
        }
    }
}

/// A bare name is one of the roster, a key in quotes one of the scenario's own.
fn bot(d: &mut Decoder, node: &Node) -> Option<BotName> {
    if let Kind::Text(text) = &node.kind
        && !NAMES.contains(&&**text)
    {
        return key(d, node).map(BotName::Own);
    }
    let known: Vec<(&str, &'static str)> = NAMES.iter().map(|name| (*name, *name)).collect();
    d.word(node, "bot", &known).map(BotName::Known)
}
