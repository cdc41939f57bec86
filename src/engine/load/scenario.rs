//! From the tree to a scenario's written form: field by field, every problem
//! collected. What the fields mean together is `check`'s business.

use std::collections::BTreeMap;

use crate::act::Act;
use crate::rules::TermKind;
use crate::scenario::written::*;

use super::condition::{amount, conditions};
use super::decode::{Decoder, Fields};
use super::expect::{bots, expectations};
use super::tree::{Entry, Kind, Node};

/// Most beats of a scenario.
pub(super) const MAX_BEATS: usize = 5000;
const MAX_TEXT: usize = 2000;
const MAX_LINE: usize = 400;

const SCENARIO: &[&str] = &[
    "format",
    "id",
    "title",
    "place",
    "brief",
    "failure",
    "customer",
    "start",
    "deal",
    "authority",
    "opening",
    "walk_out",
    "beats",
    "endings",
    "reactions",
    "bots",
    "expect",
];
const CUSTOMER: &[&str] = &[
    "name",
    "look",
    "manner",
    "temper",
    "talk",
    "suspicion",
    "money",
    "pride",
    "knows",
    "direct",
    "mask",
    "trade",
];
const SEGMENT: &[&str] = &[
    "tell", "ask", "repeat", "provoke", "threat", "fact", "text", "variants", "if",
];
const REPLY: &[&str] = &[
    "say",
    "acts",
    "because",
    "on_purpose",
    "needs",
    "without",
    "asks",
    "if",
    "suits",
    "gives",
    "promise",
    "then",
];

pub(super) const LEVELS: &[(&str, Level)] = &[
    ("Low", Level::Low),
    ("Mid", Level::Mid),
    ("High", Level::High),
];
const PLACES: &[(&str, Place)] = &[
    ("Counter", Place::Counter),
    ("Phone", Place::Phone),
    ("FollowUp", Place::FollowUp),
];
const FAILURES: &[(&str, Failure)] =
    &[("Outcome", Failure::Outcome), ("Process", Failure::Process)];
const MANNERS: &[(&str, Manner)] = &[
    ("Plain", Manner::Plain),
    ("Formal", Manner::Formal),
    ("Warm", Manner::Warm),
    ("Blunt", Manner::Blunt),
];
const KNOWS: &[(&str, Knows)] = &[
    ("Novice", Knows::Novice),
    ("User", Knows::User),
    ("Expert", Knows::Expert),
];
const DIRECT: &[(&str, Direct)] = &[
    ("Drawn", Direct::Drawn),
    ("Yes", Direct::Yes),
    ("No", Direct::No),
];
const MASKS: &[(&str, Mask)] = &[
    ("Open", Mask::Open),
    ("Smiles", Mask::Smiles),
    ("Cold", Mask::Cold),
];
const OUTCOMES: &[(&str, Outcome)] = &[
    ("Kept", Outcome::Kept),
    ("Neutral", Outcome::Neutral),
    ("Story", Outcome::Story),
    ("Removed", Outcome::Removed),
];
const START: &[&str] = &["heat", "heard", "fixed", "trust", "ease", "story"];
const AUTHORITY: &[&str] = &["credit", "loss"];
const BEAT: &[&str] = &["says", "grants", "read", "replies"];
const VARIANT: &[&str] = &["if", "text"];
const UNINFORMED: &[&str] = &["say", "acts"];
const PROMISE: &[&str] = &["what", "due"];
const BRANCH: &[&str] = &["to", "if"];
const ENDING: &[&str] = &["scene", "outcome", "right"];

/// The parts of the two formats in the order an author meets them, and the names of
/// their fields: what the loader takes, and what the reference therefore holds.
pub fn fields() -> Vec<(&'static str, &'static [&'static str])> {
    vec![
        ("a scenario", SCENARIO),
        ("the customer", CUSTOMER),
        ("the start", START),
        ("the authority", AUTHORITY),
        ("a beat", BEAT),
        ("a segment", SEGMENT),
        ("a variant", VARIANT),
        ("a reply", REPLY),
        ("without", UNINFORMED),
        ("a promise", PROMISE),
        ("a branch", BRANCH),
        ("an ending", ENDING),
        ("the house", super::house::HOUSE),
        ("a clause of the house", super::house::CLAUSE),
    ]
}

/// The names of all fields of a scenario.
pub(super) fn field_names() -> Vec<&'static str> {
    let of_scenario = fields().into_iter().take(12);
    of_scenario
        .flat_map(|(_, names)| names.iter().copied())
        .collect()
}

/// Reads a scenario; `None` if its beats or endings cannot be found. A part that
/// cannot be read has a finding and its place is held by an empty one, so that
/// what refers to it is not found fault with.
pub(super) fn scenario(d: &mut Decoder, node: &Node) -> Option<Written> {
    let fields = d.fields(node, "a scenario", SCENARIO)?;
    let format = fields
        .required(d, "format")
        .and_then(|n| d.number(n, "`format`", 1, 1));
    let id = required_key(d, &fields, "id");
    let title = required_text(d, &fields, "title", 80);
    let place = fields
        .required(d, "place")
        .and_then(|n| d.word(n, "place", PLACES));
    let brief = required_text(d, &fields, "brief", MAX_TEXT);
    let failure = fields
        .optional("failure")
        .and_then(|n| d.word(n, "kind of failure", FAILURES))
        .unwrap_or_default();
    let customer = fields.required(d, "customer").and_then(|n| customer(d, n));
    let start = fields
        .optional("start")
        .and_then(|n| start(d, n))
        .unwrap_or_default();
    let deal = fields
        .optional("deal")
        .map(|n| deal(d, n))
        .unwrap_or_default();
    let authority = fields
        .optional("authority")
        .and_then(|n| authority(d, n))
        .unwrap_or_default();
    let opening = required_key(d, &fields, "opening");
    let walk_out = required_key(d, &fields, "walk_out");
    let beats = fields.required(d, "beats").and_then(|n| beats(d, n));
    let endings = fields.required(d, "endings").and_then(|n| endings(d, n));
    let reactions = fields
        .optional("reactions")
        .map(|n| reactions(d, n))
        .unwrap_or_default();
    let bots = fields
        .optional("bots")
        .map(|n| bots(d, n))
        .unwrap_or_default();
    let expect = fields
        .optional("expect")
        .map(|n| expectations(d, n))
        .unwrap_or_default();
    // What is missing has its finding; the rest is looked at all the same.
    Some(Written {
        format: format.unwrap_or_default() as u32,
        id: id.unwrap_or_default(),
        title: title.unwrap_or_default(),
        place: place.unwrap_or(Place::Counter),
        brief: brief.unwrap_or_default(),
        failure,
        customer: customer.unwrap_or_else(nobody),
        start,
        deal,
        authority,
        opening: opening.unwrap_or_default(),
        walk_out: walk_out.unwrap_or_default(),
        beats: beats?,
        endings: endings?,
        reactions,
        bots,
        expect,
    })
}

/// Stands in for a customer who could not be read.
fn nobody() -> Customer {
    Customer {
        name: String::new(),
        look: Key::default(),
        manner: Manner::default(),
        temper: Level::default(),
        talk: Level::default(),
        suspicion: Level::default(),
        money: Level::default(),
        pride: Level::default(),
        knows: Knows::default(),
        direct: Direct::default(),
        mask: Mask::default(),
        trade: String::new(),
    }
}

fn required_text(
    d: &mut Decoder,
    fields: &Fields,
    name: &'static str,
    most: usize,
) -> Option<String> {
    let node = fields.required(d, name)?;
    d.text(node, format_args!("`{name}`"), most)
}

fn required_key(d: &mut Decoder, fields: &Fields, name: &'static str) -> Option<Key> {
    let node = fields.required(d, name)?;
    key(d, node)
}

pub(super) fn key(d: &mut Decoder, node: &Node) -> Option<Key> {
    d.key_text(node).map(|text| Key {
        text,
        span: node.span,
    })
}

fn keys(d: &mut Decoder, node: &Node, what: &str, most: usize) -> Vec<Key> {
    let Some(items) = d.list(node, what, most) else {
        return vec![];
    };
    items.iter().filter_map(|item| key(d, item)).collect()
}

fn customer(d: &mut Decoder, node: &Node) -> Option<Customer> {
    let fields = d.fields(node, "the customer", CUSTOMER)?;
    let name = required_text(d, &fields, "name", 80);
    let look = required_key(d, &fields, "look");
    let trade = required_text(d, &fields, "trade", 80);
    let mut level = |name| {
        fields
            .optional(name)
            .and_then(|n| d.word(n, "level", LEVELS))
            .unwrap_or_default()
    };
    let [temper, talk, suspicion, money, pride] =
        ["temper", "talk", "suspicion", "money", "pride"].map(&mut level);
    let manner = fields
        .optional("manner")
        .and_then(|n| d.word(n, "manner", MANNERS))
        .unwrap_or_default();
    let knows = fields
        .optional("knows")
        .and_then(|n| d.word(n, "degree of knowledge", KNOWS))
        .unwrap_or_default();
    let direct = fields
        .optional("direct")
        .and_then(|n| d.word(n, "answer", DIRECT))
        .unwrap_or_default();
    let mask = fields
        .optional("mask")
        .and_then(|n| d.word(n, "mask", MASKS))
        .unwrap_or_default();
    Some(Customer {
        name: name?,
        look: look?,
        manner,
        temper,
        talk,
        suspicion,
        money,
        pride,
        knows,
        direct,
        mask,
        trade: trade?,
    })
}

fn start(d: &mut Decoder, node: &Node) -> Option<Start> {
    let fields = d.fields(node, "`start`", START)?;
    let mut gauge = |name: &str| {
        fields
            .optional(name)
            .and_then(|n| amount(d, n, format_args!("`{name}`")))
    };
    let [heat, heard, fixed, trust, ease] =
        ["heat", "heard", "fixed", "trust", "ease"].map(&mut gauge);
    let story = fields
        .optional("story")
        .and_then(|n| d.number(n, "`story`", 1, 9))
        .map(|n| n as u8);
    Some(Start {
        heat,
        heard,
        fixed,
        trust,
        ease,
        story,
    })
}

fn deal(d: &mut Decoder, node: &Node) -> BTreeMap<Key, Vec<Key>> {
    let mut deal = BTreeMap::new();
    for (text, span, value) in d.map(node, "`deal`", 8).unwrap_or_default() {
        let values = keys(d, value, "the values of a deal", 8);
        if values.len() < 2 {
            d.error(
                "thin-deal",
                value.span,
                format!("the deal `{text}` needs at least two values to draw from"),
            );
        }
        for (n, twice) in values
            .iter()
            .enumerate()
            .filter(|(n, value)| values[..*n].contains(value))
        {
            let first = values[..n]
                .iter()
                .find(|value| *value == twice)
                .map_or(span, |value| value.span);
            let message = format!(
                "the deal `{text}` has \"{}\" twice, and every value is as likely",
                twice.text
            );
            d.error("duplicate-value", twice.span, message)
                .related
                .push((first, "it stands here first".into()));
        }
        deal.insert(Key { text, span }, values);
    }
    deal
}

pub(super) fn authority(d: &mut Decoder, node: &Node) -> Option<Authority> {
    let fields = d.fields(node, "`authority`", AUTHORITY)?;
    let mut sum = |name: &str| {
        fields
            .optional(name)
            .and_then(|n| d.number(n, format_args!("`{name}`"), 0, 10_000))
            .unwrap_or(0) as u16
    };
    Some(Authority {
        credit: sum("credit"),
        loss: sum("loss"),
    })
}

fn beats(d: &mut Decoder, node: &Node) -> Option<BTreeMap<Key, Beat>> {
    let mut beats = BTreeMap::new();
    for (text, span, value) in d.map(node, "`beats`", MAX_BEATS)? {
        let beat = beat(d, value).unwrap_or_else(|| {
            d.lost.insert(text.clone());
            Beat {
                says: vec![],
                replies: BTreeMap::new(),
                grants: 0,
                read: false,
                span,
            }
        });
        beats.insert(Key { text, span }, Beat { span, ..beat });
    }
    Some(beats)
}

fn beat(d: &mut Decoder, node: &Node) -> Option<Beat> {
    let fields = d.fields(node, "a beat", BEAT)?;
    let mut says = Vec::new();
    if let Some(items) = fields
        .optional("says")
        .and_then(|n| d.list(n, "`says`", crate::scenario::MAX_SEGMENTS))
    {
        says.reserve_exact(items.len());
        for item in items {
            says.extend(segment(d, item));
        }
    }
    let grants = fields
        .optional("grants")
        .and_then(|n| d.number(n, "`grants`", 0, 10_000))
        .unwrap_or(0) as u16;
    let read = fields
        .optional("read")
        .and_then(|n| d.boolean(n, "`read`"))
        .unwrap_or_default();
    let mut replies = BTreeMap::new();
    let written = fields
        .required(d, "replies")
        .and_then(|n| d.map(n, "`replies`", crate::scenario::MAX_REPLIES));
    let readable = written.as_ref().is_some_and(|replies| replies.is_empty());
    for (text, span, value) in written.unwrap_or_default() {
        if let Some(reply) = reply(d, value) {
            replies.insert(Key { text, span }, Reply { span, ..reply });
        }
    }
    if replies.is_empty() && !readable {
        return None;
    }
    Some(Beat {
        says,
        replies,
        grants,
        read,
        span: fields.span(),
    })
}

fn segment(d: &mut Decoder, node: &Node) -> Option<Segment> {
    if let Kind::Text(text) = &node.kind {
        let said = d.source.slice(node.span);
        // What has no quotes yet gets them too.
        let said = if said.starts_with('"') {
            said.to_owned()
        } else {
            format!("\"{text}\"")
        };
        let mended = d.mended(node.span, &format!("(tell: {said})"));
        let message = "a text stands alone here, expected a segment, `(tell: \"...\")`".to_owned();
        let finding = d.error("segment-kind", node.span, message);
        finding
            .hints
            .push("its kind is tell, ask, repeat, provoke or threat".into());
        finding.mended = mended;
        return None;
    }
    let n_before = d.found.list.len();
    let fields = d.fields(node, "a segment", SEGMENT)?;
    let misspelt = d.found.list.len() > n_before;
    let kinds = [
        ("tell", SegmentKind::Tell),
        ("ask", SegmentKind::Ask),
        ("repeat", SegmentKind::Repeat),
        ("provoke", SegmentKind::Provoke),
        ("threat", SegmentKind::Threat),
        ("fact", SegmentKind::Fact),
    ];
    let said: Vec<_> = kinds
        .iter()
        .filter_map(|(name, kind)| Some((*name, *kind, fields.optional(name)?)))
        .collect();
    // `fact` with its words behind the name of another kind.
    let told = match said.as_slice() {
        [other, (_, SegmentKind::Fact, key)] if fields.optional("text").is_none() => {
            Some((other.0, other.2, *key))
        }
        _ => None,
    };
    if let Some((name, words, fact)) = told {
        let mended = d.mended(fields.name_span(name), "text");
        let message = format!("the words of a `fact` stand in `text`, not in `{name}`");
        d.error("segment-kind", fields.name_span(name), message)
            .mended = mended;
        return Some(Segment {
            kind: SegmentKind::Fact,
            fact: key(d, fact),
            text: d.text(words, "`text`", MAX_LINE).unwrap_or_default(),
            variants: vec![],
            conditions: vec![],
            span: node.span,
        });
    }
    let &[(name, mut kind, value)] = said.as_slice() else {
        let mut hint = None;
        let message = match said.as_slice() {
            // The misspelt field may have been it.
            [] if misspelt => return None,
            [] => "a segment needs its kind: tell, ask, repeat, provoke, threat or fact".to_owned(),
            [(a, ..), (b, ..), ..] => {
                hint = Some(format!("make two of it: `({a}: \"...\"), ({b}: \"...\"),`"));
                format!("a segment is one thing; this one is `{a}` and `{b}`")
            }
            _ => return None,
        };
        d.error("segment-kind", node.span, message)
            .hints
            .extend(hint);
        return None;
    };
    // A key where the words should be: a fact was meant.
    let meant = match (&value.kind, fields.optional("text")) {
        (Kind::Text(words), Some(text))
            if kind != SegmentKind::Fact && super::decode::is_key(words) =>
        {
            let message = format!("`{name}` has words of its own, and `text` belongs to `fact`");
            let mended = d.mended(fields.name_span(name), "fact");
            let finding = d.error("misplaced-field", text.span, message);
            finding
                .hints
                .push("for a fact that replies may need".into());
            finding.mended = mended;
            true
        }
        _ => false,
    };
    if meant {
        kind = SegmentKind::Fact;
    }
    let (fact, text) = if kind == SegmentKind::Fact {
        let text = fields
            .required(d, "text")
            .and_then(|n| d.text(n, "`text`", MAX_LINE));
        (key(d, value), text)
    } else {
        if let Some(extra) = fields.optional("text") {
            let message =
                format!("`text` belongs to `fact`; the words of `{name}` stand right behind it");
            d.error("misplaced-field", extra.span, message);
        }
        (None, d.text(value, format_args!("`{name}`"), MAX_LINE))
    };
    let mut variants = Vec::new();
    if let Some(items) = fields
        .optional("variants")
        .and_then(|n| d.list(n, "`variants`", 6))
    {
        for item in items {
            let Some(fields) = d.fields(item, "a variant", VARIANT) else {
                continue;
            };
            let conditions = fields
                .required(d, "if")
                .map(|n| conditions(d, n))
                .unwrap_or_default();
            if let Some(text) = fields
                .required(d, "text")
                .and_then(|n| d.text(n, "`text`", MAX_LINE))
            {
                variants.push(Variant { conditions, text });
            }
        }
    }
    let conditions = fields
        .optional("if")
        .map(|n| conditions(d, n))
        .unwrap_or_default();
    Some(Segment {
        kind,
        fact,
        text: text.unwrap_or_default(),
        variants,
        conditions,
        span: node.span,
    })
}

fn reply(d: &mut Decoder, node: &Node) -> Option<Reply> {
    let fields = d.fields(node, "a reply", REPLY)?;
    let say = required_text(d, &fields, "say", MAX_LINE);
    let acts = fields
        .required(d, "acts")
        .map(|n| acts(d, n))
        .unwrap_or_default();
    let because = fields
        .optional("because")
        .and_then(|n| d.text(n, "`because`", MAX_LINE));
    let on_purpose = fields
        .optional("on_purpose")
        .and_then(|n| d.text(n, "`on_purpose`", MAX_LINE));
    let needs = fields
        .optional("needs")
        .map(|n| keys(d, n, "`needs`", 8))
        .unwrap_or_default();
    let without = fields
        .optional("without")
        .map(|n| uninformed(d, n).unwrap_or_default());
    let asks = fields
        .optional("asks")
        .map(|n| keys(d, n, "`asks`", 8))
        .unwrap_or_default();
    let when = fields
        .optional("if")
        .map(|n| conditions(d, n))
        .unwrap_or_default();
    let suits = fields
        .optional("suits")
        .map(|n| conditions(d, n))
        .unwrap_or_default();
    let gives = fields
        .optional("gives")
        .and_then(|n| d.number(n, "`gives`", 0, 10_000))
        .unwrap_or(0) as u16;
    let promise = fields.optional("promise").and_then(|n| promise(d, n));
    let then = fields
        .required(d, "then")
        .map_or_else(|| vec![nowhere()], |n| branches(d, n));
    Some(Reply {
        say: say.unwrap_or_default(),
        acts,
        because,
        on_purpose,
        needs,
        without,
        asks,
        conditions: when,
        suits,
        gives,
        promise,
        then,
        span: node.span,
    })
}

fn acts(d: &mut Decoder, node: &Node) -> Vec<(Act, Noted)> {
    let Some(items) = d.list(node, "`acts`", crate::scenario::MAX_ACTS) else {
        return vec![];
    };
    if items.is_empty() {
        d.error(
            "no-act",
            node.span,
            "a reply does something: it needs at least one act".to_owned(),
        );
    }
    let mut acts: Vec<(Act, Noted)> = Vec::with_capacity(items.len());
    for item in items {
        let Some(act) = d.act(item) else {
            continue;
        };
        if acts.iter().any(|(before, _)| *before == act) {
            let message = format!(
                "`{}` stands here twice: a reply does a thing once",
                act.name()
            );
            d.warning("duplicate-act", item.span, message);
        }
        acts.push((act, Noted(item.span)));
    }
    acts
}

fn uninformed(d: &mut Decoder, node: &Node) -> Option<Uninformed> {
    let fields = d.fields(node, "`without`", UNINFORMED)?;
    let say = required_text(d, &fields, "say", MAX_LINE);
    let acts = fields
        .required(d, "acts")
        .map(|n| acts(d, n))
        .unwrap_or_default();
    Some(Uninformed {
        say: say?,
        acts: acts.into_iter().map(|(act, _)| act).collect(),
    })
}

fn promise(d: &mut Decoder, node: &Node) -> Option<Promise> {
    let fields = d.fields(node, "a promise", PROMISE)?;
    let what = required_text(d, &fields, "what", 120);
    let due = required_text(d, &fields, "due", 120);
    Some(Promise {
        what: what?,
        due: due?,
    })
}

/// Stands in for a branch that could not be read.
fn nowhere() -> Branch {
    Branch {
        to: Key::default(),
        conditions: vec![],
    }
}

fn branches(d: &mut Decoder, node: &Node) -> Vec<Branch> {
    if let Kind::Text(_) | Kind::Word(_) = node.kind {
        return key(d, node)
            .map(|to| Branch {
                to,
                conditions: vec![],
            })
            .into_iter()
            .collect();
    }
    let Some(items) = d.list(node, "`then`", 8) else {
        return vec![nowhere()];
    };
    let mut branches = Vec::with_capacity(items.len());
    for item in items {
        let Some(fields) = d.fields(item, "a branch", BRANCH) else {
            branches.push(nowhere());
            continue;
        };
        let conditions = fields
            .optional("if")
            .map(|n| conditions(d, n))
            .unwrap_or_default();
        let to = required_key(d, &fields, "to").unwrap_or_default();
        branches.push(Branch { to, conditions });
    }
    branches
}

fn endings(d: &mut Decoder, node: &Node) -> Option<BTreeMap<Key, Ending>> {
    let mut endings = BTreeMap::new();
    for (text, span, value) in d.map(node, "`endings`", 32)? {
        let (mut scene, mut outcome, mut right) = (None, None, None);
        if let Some(fields) = d.fields(value, "an ending", ENDING) {
            scene = required_text(d, &fields, "scene", MAX_TEXT);
            outcome = fields
                .required(d, "outcome")
                .and_then(|n| d.word(n, "outcome", OUTCOMES));
            right = fields
                .optional("right")
                .and_then(|n| d.boolean(n, "`right`"));
        }
        let outcome = outcome.unwrap_or(Outcome::Neutral);
        let right = right.unwrap_or(outcome == Outcome::Kept);
        endings.insert(
            Key { text, span },
            Ending {
                scene: scene.unwrap_or_default(),
                outcome,
                right,
                span,
            },
        );
    }
    Some(endings)
}

fn reactions(d: &mut Decoder, node: &Node) -> BTreeMap<TermKind, Vec<String>> {
    let known: Vec<(&'static str, TermKind)> = TermKind::ALL
        .iter()
        .map(|kind| (kind.name(), *kind))
        .collect();
    let mut reactions = BTreeMap::new();
    let Kind::Map(entries) = &node.kind else {
        d.wrong(
            node,
            "`reactions` in curly brackets, `{ SaidBack: [\"Yes.\"] }`",
        );
        return reactions;
    };
    for Entry { key, value } in entries {
        let kind = d.known(key, "reaction", &known);
        let mut lines = Vec::new();
        for item in d
            .list(value, "the lines of a reaction", 16)
            .unwrap_or_default()
        {
            lines.extend(d.text(item, "a line", 120));
        }
        if let Some(kind) = kind {
            reactions.insert(kind, lines);
        }
    }
    reactions
}
