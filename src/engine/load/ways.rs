//! Where talks can go: what nobody comes to, what never ends, and what is asked of
//! somebody who cannot have heard it yet.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::Span;
use crate::scenario::written::*;
use crate::scenario::{MAX_FACTS, MAX_LANDMARKS};

use super::decode::Decoder;
use super::findings::quoted;

/// `unreachable`, `no-way-out`: whether the talk gets everywhere, and ends.
pub(super) fn ways(d: &mut Decoder, w: &Written) {
    if w.endings.is_empty() {
        d.error("no-ending", w.opening.span, "there is no ending".into());
        return;
    }
    let reached = reached(w, [&w.opening, &w.walk_out]);
    let beats = w.beats.iter().map(|(key, beat)| ("beat", key, beat.span));
    let endings = w.endings.iter();
    let endings = endings.map(|(key, ending)| ("ending", key, ending.span));
    for (what, key, span) in beats.chain(endings) {
        if reached.contains(key) {
            continue;
        }
        let message = format!("no talk ever comes to the {what} \"{}\"", key.text);
        d.warning("unreachable", span, message).hints.push(format!(
            "lead a reply there, `then: \"{}\"`, or take it out",
            key.text
        ));
    }
    let mut back: BTreeMap<&Key, Vec<&Key>> = BTreeMap::new();
    for (key, beat) in &w.beats {
        leads(beat).for_each(|to| back.entry(to).or_default().push(key));
    }
    // Where a branch that cannot be read leads is not known; it may well be out.
    let unread = Key::default();
    let lost = w.beats.keys().filter(|key| d.lost.contains(&key.text));
    let mut todo: Vec<&Key> = w.endings.keys().chain(lost).chain([&unread]).collect();
    let mut out: BTreeSet<&Key> = todo.iter().copied().collect();
    while let Some(key) = todo.pop() {
        for from in back.get(key).into_iter().flatten() {
            if out.insert(from) {
                todo.push(from);
            }
        }
    }
    for (key, beat) in w
        .beats
        .iter()
        .filter(|(key, beat)| !out.contains(key) && !beat.replies.is_empty())
    {
        let round: Vec<_> = leads(beat).map(|key| format!("\"{}\"", key.text)).collect();
        let message = format!("from the beat \"{}\" no ending can be reached", key.text);
        let finding = d.error("no-way-out", beat.span, message);
        finding.hints.push(format!(
            "it leads to {} and goes round; let one branch end the talk",
            round.join(", ")
        ));
    }
}

/// `never-heard`: what a reply rests on can have been told by then, and what `Knows`
/// and `Been` ask about can have happened.
pub(super) fn never_heard(d: &mut Decoder, w: &Written, told: &BTreeMap<&str, Span>) {
    // So many have findings of their own; each costs a walk through all beats.
    if told.len() > MAX_FACTS {
        return;
    }
    let mut asked: Vec<(&Key, &Key, Asked, Span)> = Vec::new();
    for (here, beat) in &w.beats {
        let lists = beat.replies.values().flat_map(|reply| {
            let branches = reply.then.iter().map(|branch| &branch.conditions);
            let own = [&reply.conditions, &reply.suits].into_iter();
            own.chain(branches).map(|list| (list, reply.span))
        });
        let said = beat.says.iter().flat_map(|segment| {
            let variants = segment.variants.iter().map(|variant| &variant.conditions);
            let own = std::iter::once(&segment.conditions);
            own.chain(variants).map(|list| (list, segment.span))
        });
        for (list, span) in lists.chain(said) {
            for condition in list {
                match condition {
                    Condition::Knows(key) => asked.push((here, key, Asked::Fact, span)),
                    Condition::Been(key) => asked.push((here, key, Asked::Beat, span)),
                    _ => {}
                }
            }
        }
        for key in beat.replies.values().flat_map(|reply| &reply.needs) {
            asked.push((here, key, Asked::Fact, key.span));
        }
    }
    let mut tells: BTreeMap<&str, Vec<&Key>> = BTreeMap::new();
    for (key, beat) in &w.beats {
        for fact in beat.says.iter().filter_map(|segment| segment.fact.as_ref()) {
            tells.entry(&fact.text).or_default().push(key);
        }
    }
    let mut after: BTreeMap<(&str, Asked), BTreeSet<&Key>> = BTreeMap::new();
    for (here, key, what, span) in asked {
        let itself = w.beats.get_key_value(key).map(|(key, _)| [key]);
        let from: &[&Key] = match (what, &itself) {
            (Asked::Beat, Some(beat)) => beat,
            (Asked::Beat, None) => &[],
            (Asked::Fact, _) => tells.get(key.text.as_str()).map_or(&[], Vec::as_slice),
        };
        // What is not there at all has its own finding.
        if from.is_empty() || d.found.is_full() {
            continue;
        }
        let is_known = after.contains_key(&(key.text.as_str(), what));
        if !is_known && after.len() > MAX_FACTS + MAX_LANDMARKS {
            return;
        }
        let reached = after
            .entry((key.text.as_str(), what))
            .or_insert_with(|| reached(w, from.iter().copied()));
        if reached.contains(here) {
            continue;
        }
        let there: Vec<String> = from.iter().take(3).map(|key| named(key)).collect();
        let there = there.join(", ");
        let (message, hint) = match what {
            Asked::Fact => (
                format!(
                    "nobody can have heard {} in {}: it is told in {there}, and no talk goes from there to here",
                    named(key),
                    named(here),
                ),
                "tell the fact earlier, or in this beat",
            ),
            Asked::Beat => (
                format!(
                    "`Been({})` never holds in {}: no talk goes from there to here",
                    named(key),
                    named(here)
                ),
                "ask about a beat on the way here",
            ),
        };
        d.warning("never-heard", span, message)
            .hints
            .push(hint.into());
    }
}

/// What is asked about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Asked {
    Fact,
    Beat,
}

fn named(key: &Key) -> String {
    format!("\"{}\"", quoted(&key.text))
}

/// All that talks may come to from these beats, themselves included.
fn reached<'w>(w: &'w Written, from: impl IntoIterator<Item = &'w Key>) -> BTreeSet<&'w Key> {
    let mut todo: Vec<&Key> = from.into_iter().collect();
    let mut reached: BTreeSet<&Key> = todo.iter().copied().collect();
    while let Some(key) = todo.pop() {
        let beat = w.beats.get(key);
        for to in beat.into_iter().flat_map(leads) {
            if reached.insert(to) {
                todo.push(to);
            }
        }
    }
    reached
}

/// The beats and endings a beat may lead to.
fn leads(beat: &Beat) -> impl Iterator<Item = &Key> {
    beat.replies
        .values()
        .flat_map(|reply| reply.then.iter().map(|branch| &branch.to))
}
