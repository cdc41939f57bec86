//! From the tree to a scenario's written form: field by field, every problem
//! collected. What the fields mean together is `check`'s business.

use std::collections::BTreeMap;

use crate::act::Act;
use crate::rules::TermKind;
use crate::scenario::written::*;

use super::decode::{Decoder, Fields};
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
    "say", "acts", "because", "needs", "without", "asks", "if", "suits", "gives", "promise", "then",
];

const LEVELS: &[(&str, Level)] = &[
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
const GAUGES: &[(&str, Gauge)] = &[
    ("Heat", Gauge::Heat),
    ("Heard", Gauge::Heard),
    ("Fixed", Gauge::Fixed),
    ("Trust", Gauge::Trust),
    ("Ease", Gauge::Ease),
];
const OUTCOMES: &[(&str, Outcome)] = &[
    ("Kept", Outcome::Kept),
    ("Neutral", Outcome::Neutral),
    ("Story", Outcome::Story),
    ("Removed", Outcome::Removed),
];
const CONDITIONS: &[&str] = &[
    "Deal", "Knows", "Did", "Been", "AtLeast", "Below", "Told", "Talker", "Direct", "Not", "Any",
];

/// The names of all fields of the format.
pub(super) fn field_names() -> Vec<&'static str> {
    let small = [
        "says", "grants", "replies", "heat", "heard", "fixed", "trust", "ease", "story", "credit",
        "loss",
    ];
    let rest = [
        "what", "due", "to", "scene", "outcome", "right", "acts", "text",
    ];
    [SCENARIO, CUSTOMER, SEGMENT, REPLY, &small, &rest].concat()
}

/// Reads a scenario; `None` if something that every scenario needs is missing.
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
    Some(Written {
        format: format? as u32,
        id: id?,
        title: title?,
        place: place?,
        brief: brief?,
        failure,
        customer: customer?,
        start,
        deal,
        authority,
        opening: opening?,
        walk_out: walk_out?,
        beats: beats?,
        endings: endings?,
        reactions,
    })
}

fn required_text(
    d: &mut Decoder,
    fields: &Fields,
    name: &'static str,
    most: usize,
) -> Option<String> {
    let node = fields.required(d, name)?;
    d.text(node, &format!("`{name}`"), most)
}

fn required_key(d: &mut Decoder, fields: &Fields, name: &'static str) -> Option<Key> {
    let node = fields.required(d, name)?;
    key(d, node)
}

fn key(d: &mut Decoder, node: &Node) -> Option<Key> {
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

fn amount(d: &mut Decoder, node: &Node, what: &str) -> Option<Amount> {
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

fn start(d: &mut Decoder, node: &Node) -> Option<Start> {
    let fields = d.fields(
        node,
        "`start`",
        &["heat", "heard", "fixed", "trust", "ease", "story"],
    )?;
    let mut gauge = |name: &str| fields.optional(name).and_then(|n| amount(d, n, "a gauge"));
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
        deal.insert(Key { text, span }, values);
    }
    deal
}

fn authority(d: &mut Decoder, node: &Node) -> Option<Authority> {
    let fields = d.fields(node, "`authority`", &["credit", "loss"])?;
    let mut sum = |name: &str| {
        fields
            .optional(name)
            .and_then(|n| d.number(n, &format!("`{name}`"), 0, 10_000))
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
        if let Some(beat) = beat(d, value) {
            beats.insert(Key { text, span }, Beat { span, ..beat });
        }
    }
    Some(beats)
}

fn beat(d: &mut Decoder, node: &Node) -> Option<Beat> {
    let fields = d.fields(node, "a beat", &["says", "grants", "replies"])?;
    let mut says = Vec::new();
    if let Some(items) = fields
        .optional("says")
        .and_then(|n| d.list(n, "`says`", crate::scenario::MAX_SEGMENTS))
    {
        for item in items {
            says.extend(segment(d, item));
        }
    }
    let grants = fields
        .optional("grants")
        .and_then(|n| d.number(n, "`grants`", 0, 10_000))
        .unwrap_or(0) as u16;
    let mut replies = BTreeMap::new();
    let node = fields.required(d, "replies");
    for (text, span, value) in node
        .and_then(|n| d.map(n, "`replies`", crate::scenario::MAX_REPLIES))
        .unwrap_or_default()
    {
        if let Some(reply) = reply(d, value) {
            replies.insert(Key { text, span }, Reply { span, ..reply });
        }
    }
    Some(Beat {
        says,
        replies,
        grants,
        span: fields.span(),
    })
}

fn segment(d: &mut Decoder, node: &Node) -> Option<Segment> {
    let fields = d.fields(node, "a segment", SEGMENT)?;
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
    let &[(name, kind, value)] = said.as_slice() else {
        let message = match said.as_slice() {
            [] => "a segment needs its kind: tell, ask, repeat, provoke, threat or fact".to_owned(),
            [(a, ..), (b, ..), ..] => {
                format!("a segment is one thing; this one is `{a}` and `{b}`")
            }
            _ => return None,
        };
        d.error("segment-kind", node.span, message);
        return None;
    };
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
        (None, d.text(value, &format!("`{name}`"), MAX_LINE))
    };
    let mut variants = Vec::new();
    if let Some(items) = fields
        .optional("variants")
        .and_then(|n| d.list(n, "`variants`", 6))
    {
        for item in items {
            let Some(fields) = d.fields(item, "a variant", &["if", "text"]) else {
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
        text: text?,
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
    let needs = fields
        .optional("needs")
        .map(|n| keys(d, n, "`needs`", 8))
        .unwrap_or_default();
    let without = fields.optional("without").and_then(|n| uninformed(d, n));
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
        .map(|n| branches(d, n))
        .unwrap_or_default();
    Some(Reply {
        say: say?,
        acts,
        because,
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
    let known: Vec<(&'static str, Act)> = Act::ALL.iter().map(|act| (act.name(), *act)).collect();
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
    items
        .iter()
        .filter_map(|item| Some((d.word(item, "act", &known)?, Noted(item.span))))
        .collect()
}

fn uninformed(d: &mut Decoder, node: &Node) -> Option<Uninformed> {
    let fields = d.fields(node, "`without`", &["say", "acts"])?;
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
    let fields = d.fields(node, "a promise", &["what", "due"])?;
    let what = required_text(d, &fields, "what", 120);
    let due = required_text(d, &fields, "due", 120);
    Some(Promise {
        what: what?,
        due: due?,
    })
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
        return vec![];
    };
    let mut branches = Vec::new();
    for item in items {
        let Some(fields) = d.fields(item, "a branch", &["to", "if"]) else {
            continue;
        };
        let conditions = fields
            .optional("if")
            .map(|n| conditions(d, n))
            .unwrap_or_default();
        if let Some(to) = required_key(d, &fields, "to") {
            branches.push(Branch { to, conditions });
        }
    }
    branches
}

fn endings(d: &mut Decoder, node: &Node) -> Option<BTreeMap<Key, Ending>> {
    let mut endings = BTreeMap::new();
    for (text, span, value) in d.map(node, "`endings`", 32)? {
        let Some(fields) = d.fields(value, "an ending", &["scene", "outcome", "right"]) else {
            continue;
        };
        let scene = required_text(d, &fields, "scene", MAX_TEXT);
        let outcome = fields
            .required(d, "outcome")
            .and_then(|n| d.word(n, "outcome", OUTCOMES));
        let right = fields
            .optional("right")
            .and_then(|n| d.boolean(n, "`right`"));
        if let (Some(scene), Some(outcome)) = (scene, outcome) {
            let right = right.unwrap_or(outcome == Outcome::Kept);
            endings.insert(
                Key { text, span },
                Ending {
                    scene,
                    outcome,
                    right,
                    span,
                },
            );
        }
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

fn conditions(d: &mut Decoder, node: &Node) -> Vec<Condition> {
    let Some(items) = d.list(node, "conditions", 16) else {
        return vec![];
    };
    items.iter().filter_map(|item| condition(d, item)).collect()
}

fn condition(d: &mut Decoder, node: &Node) -> Option<Condition> {
    let (name, args): (&str, &[Node]) = match &node.kind {
        Kind::Word(name) => (name, &[]),
        Kind::Tuple {
            name: Some(name),
            items,
        } => (&name.text, items),
        Kind::Broken => return None,
        _ => {
            let finding = d.wrong(node, "a condition");
            finding
                .hints
                .push(format!("one of: {}", CONDITIONS.join(", ")));
            return None;
        }
    };
    let wanted = match name {
        "Told" | "Talker" | "Direct" => 0,
        "Deal" | "AtLeast" | "Below" => 2,
        "Knows" | "Did" | "Been" | "Not" | "Any" => 1,
        _ => {
            let near = super::decode::nearest(name, CONDITIONS.iter().copied());
            let finding = d.error(
                "unknown-word",
                node.span,
                format!("there is no condition called `{name}`"),
            );
            finding.hints.push(match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("one of: {}", CONDITIONS.join(", ")),
            });
            return None;
        }
    };
    if args.len() != wanted {
        let message = format!(
            "`{name}` takes {wanted} values in its brackets, found {}",
            args.len()
        );
        d.error("wrong-count", node.span, message);
        return None;
    }
    Some(match name {
        "Told" => Condition::Told,
        "Talker" => Condition::Talker,
        "Direct" => Condition::Direct,
        "Deal" => Condition::Deal(key(d, &args[0])?, key(d, &args[1])?),
        "Knows" => Condition::Knows(key(d, &args[0])?),
        "Been" => Condition::Been(key(d, &args[0])?),
        "Did" => {
            let known: Vec<(&'static str, Act)> =
                Act::ALL.iter().map(|act| (act.name(), *act)).collect();
            Condition::Did(d.word(&args[0], "act", &known)?)
        }
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
