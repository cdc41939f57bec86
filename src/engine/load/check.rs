//! What the fields of a scenario mean together: names that lead nowhere, beats
//! nobody reaches, talks that cannot end. One function a rule; its code stands
//! in its comment.

use std::collections::{BTreeMap, BTreeSet};

use crate::act::Act;
use crate::diagnostic::Span;
use crate::scenario::written::*;
use crate::scenario::{MAX_FACTS, MAX_LANDMARKS};

use super::decode::Decoder;
use super::findings::quoted;

/// Most replies that give a promise.
const MAX_PROMISES: usize = 32;
/// Most conditions inside one `Any`, however deep.
const MAX_ALTERNATIVES: usize = 255;

/// Checks a scenario; the file's stem is `stem`.
pub(super) fn check(d: &mut Decoder, w: &Written, stem: &str) {
    id(d, w, stem);
    let told = told_facts(w);
    targets(d, w);
    expectations(d, w);
    conditions(d, w, &told);
    facts(d, w, &told);
    deals(d, w);
    replies(d, w);
    super::ways::ways(d, w);
    super::ways::never_heard(d, w, &told);
    story(d, w);
    super::lines::words(d, w);
    super::tags::tags(d, w);
    money(d, w);
    limits(d, w);
}

/// Warnings that an error elsewhere may be the cause of: what is misspelt is not
/// used, and what cannot be read leads nowhere. They come back once it is mended.
const CONSEQUENCES: [&str; 14] = [
    "dead-branch",
    "duplicate-act",
    "gift-and-act",
    "gift-unsaid",
    "never-done",
    "never-heard",
    "no-needs",
    "over-authority",
    "promise-and-act",
    "story-too-long",
    "uneven-replies",
    "unreachable",
    "unused-deal",
    "unused-fact",
];

/// Whether a warning may come from an error elsewhere.
pub(super) fn is_consequence(code: &str) -> bool {
    CONSEQUENCES.contains(&code) || super::tags::CODES.contains(&code)
}

/// `id-and-file`: the id is the file's stem, so that transcripts find it.
fn id(d: &mut Decoder, w: &Written, stem: &str) {
    if w.id.text != stem && !w.id.text.is_empty() {
        let message = format!(
            "the id is \"{}\", but the file is called \"{stem}.ron\"",
            w.id.text
        );
        let mended = d.mended(w.id.span, &format!("\"{stem}\""));
        let finding = d.error("id-and-file", w.id.span, message);
        finding.hints.push("give both the same name".into());
        finding.mended = mended;
    }
}

fn told_facts(w: &Written) -> BTreeMap<&str, Span> {
    let segments = w.beats.values().flat_map(|beat| &beat.says);
    segments
        .filter_map(|s| s.fact.as_ref())
        .map(|key| (key.text.as_str(), key.span))
        .collect()
}

/// Says that a key leads nowhere, with the nearest that does not. An empty key
/// stands for one that could not be read and has its finding.
fn missing<'k>(
    d: &mut Decoder,
    key: &Key,
    what: &str,
    known: impl Iterator<Item = &'k str> + Clone,
) {
    if key.text.is_empty() {
        return;
    }
    let near = d.nearest(&key.text, known.clone()).map(str::to_owned);
    let mended = near
        .as_ref()
        .and_then(|near| d.mended(key.span, &format!("\"{near}\"")));
    let hint = match near {
        Some(near) => Some(format!("did you mean \"{near}\"?")),
        None => all_of(known),
    };
    let finding = d.error(
        "missing-target",
        key.span,
        format!("there is no {what} called \"{}\"", quoted(&key.text)),
    );
    finding.hints.extend(hint);
    finding.mended = mended;
}

/// Says that nobody tells a fact, and how one is told.
fn no_fact(d: &mut Decoder, key: &Key, told: &BTreeMap<&str, Span>) {
    let n_before = d.found.list.len();
    missing(d, key, "fact", told.keys().copied());
    let hint = "a fact is what a customer tells: `(fact: \"...\", text: \"...\")` in `says`";
    if let Some(finding) = d.found.list.get_mut(n_before)
        && finding.mended.is_none()
    {
        finding.hints.push(hint.into());
    }
}

/// The names there are, where they are few enough to choose from.
fn all_of<'k>(known: impl Iterator<Item = &'k str>) -> Option<String> {
    const MOST: usize = 12;
    let all: Vec<String> = known
        .take(MOST + 1)
        .map(|name| format!("\"{}\"", quoted(name)))
        .collect();
    let few = (1..=MOST).contains(&all.len());
    few.then(|| format!("one of: {}", all.join(", ")))
}

/// `missing-target`, `two-meanings`, `last-branch`, `dead-branch`: where the talk goes.
fn targets(d: &mut Decoder, w: &Written) {
    let beats = || w.beats.keys().map(|key| key.text.as_str());
    let endings = || w.endings.keys().map(|key| key.text.as_str());
    if !w.beats.contains_key(&w.opening) {
        missing(d, &w.opening, "beat", beats());
    }
    if !w.endings.contains_key(&w.walk_out) {
        missing(d, &w.walk_out, "ending", endings());
    }
    for (key, ending) in w
        .endings
        .iter()
        .filter(|(key, _)| w.beats.contains_key(key))
    {
        let message = format!(
            "\"{}\" is a beat and an ending; a branch could mean either",
            key.text
        );
        let beat = w.beats.get(key).map_or(Span::default(), |beat| beat.span);
        d.error("two-meanings", ending.span, message)
            .related
            .push((beat, "the beat of that name".into()));
    }
    for reply in w.beats.values().flat_map(|beat| beat.replies.values()) {
        for branch in &reply.then {
            if !w.beats.contains_key(&branch.to) && !w.endings.contains_key(&branch.to) {
                missing(d, &branch.to, "beat or ending", beats().chain(endings()));
            }
        }
        match reply
            .then
            .iter()
            .position(|branch| branch.conditions.is_empty())
        {
            None if reply.then.is_empty() => {
                let message =
                    "the list of branches is empty: the talk would get stuck here".to_owned();
                let finding = d.error("last-branch", reply.span, message);
                finding
                    .hints
                    .push("name a beat or an ending: `then: \"...\"`".into());
            }
            None => {
                let at = reply
                    .then
                    .last()
                    .map_or(reply.span, |branch| branch.to.span);
                let message = "the last branch must have no `if`, or the talk could get stuck here"
                    .to_owned();
                d.error("last-branch", at, message)
                    .hints
                    .push("add `(to: \"...\")` as the last branch".into());
            }
            // Only where the branch stands is wrong, and the engine needs one that always holds.
            Some(n) if reply.then.last().is_some_and(|b| !b.conditions.is_empty()) => {
                let always = &reply.then[n].to;
                let message = format!(
                    "the branch to \"{}\" has no `if`, so those behind it are never taken",
                    quoted(&always.text)
                );
                d.error("last-branch", always.span, message)
                    .hints
                    .push("put it last: the first branch that holds is taken".into());
            }
            Some(n) if n + 1 < reply.then.len() => {
                let dead = &reply.then[n + 1].to;
                let message =
                    "no talk ever takes this branch: the one before it has no `if`".to_owned();
                d.warning("dead-branch", dead.span, message);
            }
            Some(_) => {}
        }
    }
}

/// `missing-target`: what the author expects something of is there.
fn expectations(d: &mut Decoder, w: &Written) {
    let endings = || w.endings.keys().map(|key| key.text.as_str());
    for (expectation, _) in &w.expect {
        if let Expectation::Bot(BotName::Own(key), _) = expectation
            && !w.bots.contains_key(key)
        {
            let own = w.bots.keys().map(|key| key.text.as_str());
            missing(d, key, "bot in `bots`", own);
        }
        match expectation {
            Expectation::Reachable(ending)
            | Expectation::Line(_, ending)
            | Expectation::Bot(_, Fate::Ends(ending))
                if !w.endings.contains_key(ending) =>
            {
                missing(d, ending, "ending", endings());
            }
            _ => {}
        }
        match expectation {
            Expectation::Line(replies, _) => line(d, w, replies),
            Expectation::BestLineVisits(beat) | Expectation::BestLineSays(beat, _)
                if !w.beats.contains_key(beat) =>
            {
                let beats = w.beats.keys().map(|key| key.text.as_str());
                missing(d, beat, "beat", beats);
            }
            Expectation::BestLineSays(key, reply) => {
                let beat = &w.beats[key];
                if !beat.replies.contains_key(reply) && !d.lost.contains(&key.text) {
                    let what = format!("reply in the beat \"{}\"", quoted(&key.text));
                    let replies = beat.replies.keys().map(|key| key.text.as_str());
                    missing(d, reply, &what, replies);
                }
            }
            _ => {}
        }
    }
}

/// `missing-target`: each reply of a line is one of a beat where the line can be.
fn line(d: &mut Decoder, w: &Written, replies: &[Key]) {
    let mut here = vec![&w.opening];
    for said in replies {
        let beats: Vec<&Beat> = here.iter().filter_map(|key| w.beats.get(key)).collect();
        // What is not there, or could not be read, has its own finding.
        if beats.len() < here.len() || here.iter().any(|key| d.lost.contains(&key.text)) {
            return;
        }
        let said_here: Vec<&Reply> = beats
            .iter()
            .filter_map(|beat| beat.replies.get(said))
            .collect();
        if said_here.is_empty() {
            let names: Vec<String> = here
                .iter()
                .map(|key| format!("\"{}\"", quoted(&key.text)))
                .collect();
            let what = match names.as_slice() {
                [] => "reply after the talk is over,".to_owned(),
                names => format!("reply where the line is then, in {},", names.join(" or ")),
            };
            let known = beats.iter().flat_map(|beat| beat.replies.keys());
            missing(d, said, &what, known.map(|key| key.text.as_str()));
            return;
        }
        // So has a reply that leads nowhere.
        if said_here.iter().any(|reply| reply.then.is_empty()) {
            return;
        }
        here = said_here
            .iter()
            .flat_map(|reply| reply.then.iter().map(|branch| &branch.to))
            .filter(|to| !w.endings.contains_key(to))
            .collect();
        here.sort();
        here.dedup();
    }
}

/// Every condition of a scenario, with the place to blame.
fn each_condition<'w>(w: &'w Written, look: &mut impl FnMut(&'w Condition, Span)) {
    for beat in w.beats.values() {
        for segment in &beat.says {
            let variants = segment
                .variants
                .iter()
                .flat_map(|variant| &variant.conditions);
            segment
                .conditions
                .iter()
                .chain(variants)
                .for_each(|c| deep(c, segment.span, look));
        }
        for reply in beat.replies.values() {
            let branches = reply.then.iter().flat_map(|branch| &branch.conditions);
            let own = reply.conditions.iter().chain(&reply.suits);
            own.chain(branches).for_each(|c| deep(c, reply.span, look));
        }
    }
}

fn deep<'w>(condition: &'w Condition, span: Span, look: &mut impl FnMut(&'w Condition, Span)) {
    look(condition, span);
    match condition {
        Condition::Not(inner) => deep(inner, span, look),
        Condition::Any(all) => all.iter().for_each(|inner| deep(inner, span, look)),
        _ => {}
    }
}

/// `missing-target`, `never-done`, `too-many`: what conditions ask about.
fn conditions(d: &mut Decoder, w: &Written, told: &BTreeMap<&str, Span>) {
    let mut done: BTreeSet<Act> = BTreeSet::new();
    for reply in w.beats.values().flat_map(|beat| beat.replies.values()) {
        done.extend(reply.acts.iter().map(|(act, _)| *act));
        done.extend(reply.without.iter().flat_map(|without| &without.acts));
    }
    let mut landmarks = BTreeSet::new();
    let mut found: Vec<(&Condition, Span)> = Vec::new();
    each_condition(w, &mut |condition, span| found.push((condition, span)));
    for (condition, span) in found {
        match condition {
            Condition::Deal(name, value) => match w.deal.get(name) {
                None => missing(
                    d,
                    name,
                    "name in the deal",
                    w.deal.keys().map(|key| key.text.as_str()),
                ),
                Some(values) if !values.contains(value) => {
                    let what = format!("value of \"{}\"", name.text);
                    missing(d, value, &what, values.iter().map(|key| key.text.as_str()));
                }
                Some(_) => {}
            },
            Condition::Knows(key) if !told.contains_key(key.text.as_str()) => {
                no_fact(d, key, told);
            }
            Condition::Been(key) => {
                if !w.beats.contains_key(key) {
                    missing(d, key, "beat", w.beats.keys().map(|key| key.text.as_str()));
                }
                landmarks.insert(key.text.as_str());
            }
            Condition::Did(act) if !done.contains(act) => {
                d.warning(
                    "never-done",
                    span,
                    format!("`Did({})` never holds: no reply does that", act.name()),
                );
            }
            Condition::Any(all) if all.is_empty() => {
                d.error(
                    "empty-any",
                    span,
                    "`Any([])` never holds; give it something to choose from".into(),
                );
            }
            _ => {}
        }
    }
    if landmarks.len() > MAX_LANDMARKS {
        let message = format!(
            "`Been` asks about {} beats, at most {MAX_LANDMARKS} are possible",
            landmarks.len()
        );
        d.error("too-many", w.id.span, message);
    }
}

/// `missing-target`, `no-version-without`, `unused-fact`, `too-many`: facts and who uses them.
fn facts(d: &mut Decoder, w: &Written, told: &BTreeMap<&str, Span>) {
    let mut used: BTreeSet<&str> = BTreeSet::new();
    each_condition(w, &mut |condition, _| {
        if let Condition::Knows(key) = condition {
            used.insert(&key.text);
        }
    });
    for reply in w.beats.values().flat_map(|beat| beat.replies.values()) {
        for key in reply.needs.iter().chain(&reply.asks) {
            used.insert(&key.text);
            if !told.contains_key(key.text.as_str()) {
                no_fact(d, key, told);
            }
        }
        if !reply.needs.is_empty() && reply.without.is_none() {
            let message = "a reply that needs a fact also needs `without`: what is said by somebody who did not hear it";
            let hint = "add `without: (say: \"...\", acts: [...])`";
            d.error("no-version-without", reply.needs[0].span, message.into())
                .hints
                .push(hint.into());
        }
        if reply.needs.is_empty() && reply.without.is_some() {
            let message = "`without` is never said: the reply has no `needs`".to_owned();
            d.warning("no-needs", reply.span, message);
        }
    }
    for (fact, span) in told.iter().filter(|(fact, _)| !used.contains(*fact)) {
        let message = format!("nothing uses the fact \"{fact}\": hearing it changes nothing");
        d.warning("unused-fact", *span, message)
            .hints
            .push("say it as `tell`, or let a reply need it".into());
    }
    if told.len() > MAX_FACTS {
        d.error(
            "too-many",
            w.id.span,
            format!("{} facts, at most {MAX_FACTS} are possible", told.len()),
        );
    }
}

/// `unused-deal`: what is drawn and never asked about.
fn deals(d: &mut Decoder, w: &Written) {
    let mut used: BTreeSet<&Key> = BTreeSet::new();
    each_condition(w, &mut |condition, _| {
        if let Condition::Deal(name, _) = condition {
            used.insert(name);
        }
    });
    for name in w.deal.keys().filter(|name| !used.contains(name)) {
        let message = format!(
            "the deal draws \"{}\", and nothing depends on it",
            name.text
        );
        d.warning("unused-deal", name.span, message);
    }
}

/// `no-reply`, `conditional-replies`: the trainee can always say something.
fn replies(d: &mut Decoder, w: &Written) {
    for (key, beat) in &w.beats {
        if d.lost.contains(&key.text) {
            continue;
        }
        if beat.replies.is_empty() {
            let message = format!(
                "the beat \"{}\" has no reply: the talk would get stuck",
                key.text
            );
            d.error("no-reply", beat.span, message);
        } else if beat
            .replies
            .values()
            .all(|reply| !reply.conditions.is_empty())
        {
            let message = format!(
                "every reply of \"{}\" has an `if`: there could be nothing to say",
                key.text
            );
            let hint = "leave one reply without `if`";
            d.error("conditional-replies", beat.span, message)
                .hints
                .push(hint.into());
        }
    }
}

/// `story-too-long`: the story can be told to its end.
fn story(d: &mut Decoder, w: &Written) {
    let n_tells = w
        .beats
        .values()
        .flat_map(|beat| &beat.says)
        .filter(|s| s.kind == SegmentKind::Tell)
        .count();
    let parts = usize::from(w.start.story.unwrap_or(4));
    if n_tells < parts {
        let message = format!(
            "the story has {parts} parts, but only {n_tells} segments are `tell`: it never comes out"
        );
        let hint = "add `tell` segments, or lower `story` in `start`";
        d.warning("story-too-long", w.opening.span, message)
            .hints
            .push(hint.into());
    }
}

/// `promise-and-act`, `gift-and-act`, `gift-unsaid`, `over-authority`: what a reply
/// gives goes with what it does, and with what may be given.
fn money(d: &mut Decoder, w: &Written) {
    let granted = w.beats.values().map(|beat| beat.grants).max();
    let most = w.authority.credit.max(granted.unwrap_or(0));
    // A scenario that states none has the authority of its house.
    let stated = w.authority.credit > 0 || w.authority.loss > 0;
    for reply in w.beats.values().flat_map(|beat| beat.replies.values()) {
        let does = |act: Act| reply.acts.iter().any(|(a, _)| *a == act);
        let promises = does(Act::Promise) || does(Act::FollowUp) || does(Act::Overpromise);
        if reply.promise.is_some() && !promises {
            let message = "it gives a `promise` but its acts have no `Promise`".to_owned();
            d.warning("promise-and-act", reply.span, message);
        }
        if reply.promise.is_none() && does(Act::Promise) {
            let message = "it does `Promise`, and does not say what is promised".to_owned();
            d.warning("promise-and-act", reply.span, message)
                .hints
                .push("for the report: `promise: (what: \"...\", due: \"...\")`".into());
        }
        if reply.gives == 0 && does(Act::Compensate) && w.authority.loss > 0 {
            let message = "it does `Compensate`, and `gives` nothing".to_owned();
            d.warning("gift-unsaid", reply.span, message)
                .hints
                .push("say how much it is worth: `gives: 20`".into());
        }
        if reply.gives > most && stated && reply.because.is_none() && !does(Act::Overpromise) {
            let message = format!(
                "it `gives` {}, and the most that may be given is {most}: no score makes that good",
                reply.gives
            );
            d.warning("over-authority", reply.span, message).hints.push(
                "give less, or raise `credit`; if it is a trap, say with `because` what tempts"
                    .into(),
            );
        }
        let gifts = [
            Act::Compensate,
            Act::OfferChoice,
            Act::OfferOne,
            Act::Overpromise,
            Act::Fix,
        ];
        if reply.gives > 0 && !gifts.into_iter().any(does) {
            let message = format!(
                "it `gives` {} but none of its acts gives anything",
                reply.gives
            );
            d.warning("gift-and-act", reply.span, message)
                .hints
                .push("the act for money is `Compensate`".into());
        }
    }
}

/// `too-many`: what the playable form has no room for.
fn limits(d: &mut Decoder, w: &Written) {
    let promises = w
        .beats
        .values()
        .flat_map(|beat| beat.replies.values())
        .filter(|reply| reply.promise.is_some());
    if let Some(reply) = promises.clone().nth(MAX_PROMISES) {
        let n = promises.count();
        let message = format!("{n} replies give a promise, at most {MAX_PROMISES} are possible");
        d.error("too-many", reply.span, message);
    }
    let mut large = Vec::new();
    each_condition(w, &mut |condition, span| {
        if matches!(condition, Condition::Any(_)) && size(condition) > MAX_ALTERNATIVES {
            large.push(span);
        }
    });
    for span in large {
        let message = format!("an `Any` holds more than {MAX_ALTERNATIVES} conditions");
        d.error("too-many", span, message);
    }
}

/// How many conditions there are inside one.
fn size(condition: &Condition) -> usize {
    match condition {
        Condition::Not(inner) => 1 + size(inner),
        Condition::Any(all) => all.iter().map(|inner| 1 + size(inner)).sum(),
        _ => 0,
    }
}
