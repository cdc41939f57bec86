//! What an author can mend: each rule is one function over the figures, and each
//! finding says where, why it matters, how to mend it, and what run shows it.

use std::collections::BTreeMap;

use engine::act::{Act, ActSet};
use engine::diagnostic::Span;
use engine::guidance::{Catalogue, Principle};
use engine::load::Loaded;
use engine::scenario::written::{Beat, Reply};
use serde::Serialize;

use super::Playtest;
use super::sample::{Scored, Worth};

/// One thing to mend.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// Its name.
    pub code: &'static str,
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
    /// Key of the beat it is about, if it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub beat: Option<String>,
    /// Key of the reply it is about, if it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply: Option<String>,
    /// What was found.
    pub what: String,
    /// Why it matters.
    pub why: &'static str,
    /// How to mend it.
    pub mend: &'static str,
    /// The command that plays a run that shows it.
    pub shown_by: Option<String>,
}

impl Finding {
    /// Whether it counts positions, which not everybody knows the word for.
    pub fn speaks_of_positions(&self) -> bool {
        self.what.contains(" positions looked at")
    }
}

/// Times a reply must have been on offer before it is judged.
const ENOUGH: u64 = 8;

/// Every rule, in the order of the report.
pub fn all(playtest: &Playtest, loaded: &Loaded) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut note = |code, span: Span, what: String, (why, mend), shown_by: Option<String>| {
        let at = loaded.source.position(span.start);
        let (beat, reply) = part_at(playtest, span);
        found.push(Finding {
            code,
            line: at.line,
            column: at.column,
            beat,
            reply,
            what,
            why,
            mend,
            shown_by,
        });
    };
    dead_parts(playtest, &mut note);
    unwinnable(playtest, &mut note);
    characters(playtest, &mut note);
    replies(playtest, &mut note);
    giveaways(playtest, &mut note);
    principles(playtest, &mut note);
    found
}

/// The beat, and the reply in it, whose key stands at a place.
fn part_at(playtest: &Playtest, span: Span) -> (Option<String>, Option<String>) {
    for (key, beat) in &playtest.scenario.written().beats {
        if key.span == span {
            return (Some(key.text.clone()), None);
        }
        if let Some((reply, _)) = beat.replies.iter().find(|(reply, _)| reply.span == span) {
            return (Some(key.text.clone()), Some(reply.text.clone()));
        }
    }
    (None, None)
}

type Note<'n> =
    dyn FnMut(&'static str, Span, String, (&'static str, &'static str), Option<String>) + 'n;

/// `dead-beat`, `dead-ending`: nobody ever came there.
fn dead_parts(playtest: &Playtest, note: &mut Note) {
    let total = playtest.total();
    let written = playtest.scenario.written();
    for ((key, _), n) in written.beats.iter().zip(&total.beats) {
        if *n == 0 {
            note(
                "dead-beat",
                key.span,
                format!("no run ever came to the beat \"{}\"", key.text),
                (
                    "its lines are written and never heard",
                    "lead a reply there, or loosen the conditions on the way",
                ),
                None,
            );
        }
    }
    for ((key, _), n) in written.endings.iter().zip(&total.endings) {
        if *n == 0 {
            note(
                "dead-ending",
                key.span,
                format!("no run ever ended with \"{}\"", key.text),
                (
                    "a trainee will not see it either",
                    "loosen the conditions of the branch that leads there, or take it out",
                ),
                None,
            );
        }
    }
}

/// `unwinnable`: for some customer no clean and right ending was found.
fn unwinnable(playtest: &Playtest, note: &mut Note) {
    let lost: Vec<_> = playtest
        .sample
        .lines
        .iter()
        .filter(|(_, best, _)| !(best.value.clean && best.value.right))
        .collect();
    if let Some((seed, best, _)) = lost.first() {
        note(
            "unwinnable",
            playtest.scenario.written().opening.span,
            format!(
                "for {} of {} customers no clean line to a right ending was found",
                lost.len(),
                playtest.sample.lines.len()
            ),
            (
                "whoever does everything well still fails",
                "give each deal and temper a way to an ending that is right",
            ),
            Some(playtest.command(*seed, &best.inputs)),
        );
    }
}

/// `bad-character-passes`, `expert-fails`, `chance-passes`.
fn characters(playtest: &Playtest, note: &mut Note) {
    let opening = playtest.scenario.written().opening.span;
    let of = playtest.characters.iter().zip(&playtest.tallies);
    for ((who, tally), &Scored { n, passed, .. }) in of.zip(&playtest.sample.scored) {
        let highest = tally.highest.map(|(_, run)| playtest.command_of_run(run));
        let lowest = tally.lowest.map(|(_, run)| playtest.command_of_run(run));
        let what = format!("{} passes {passed} of {n} runs. {}", who.name, who.about);
        match who.name.as_str() {
            "Expert" if passed * 10 < n * 8 => note(
                "expert-fails",
                opening,
                what,
                (
                    "somebody who knows the guidance and looks at the customer should mostly pass",
                    "look at where the run below loses its points; often a hint is missing in the customer's words",
                ),
                lowest,
            ),
            "Random" if passed * 10 > n => note(
                "chance-passes",
                opening,
                what,
                (
                    "a score that chance reaches says nothing",
                    "give wrong replies a consequence, or make right endings harder to stumble into",
                ),
                highest,
            ),
            "Parrot" | "Doormat" | "Rusher" | "Blamer" | "Stonewall" | "Shouter"
                if passed * 4 > n =>
            {
                note(
                    "bad-character-passes",
                    opening,
                    what,
                    (
                        "a habit that helps nobody at the counter is rewarded here",
                        "let the customer notice it: a branch on what was done or missed before the ending",
                    ),
                    highest,
                );
            }
            _ => {}
        }
    }
}

/// The replies of the sample with what is known about them.
fn judged(playtest: &Playtest) -> Vec<(&str, &Beat, &str, Span, &Reply, &Worth)> {
    let written = playtest.scenario.written();
    let mut rows = Vec::new();
    for ((beat, n), worth) in &playtest.sample.worth {
        let Some((beat_key, beat)) = written.beats.iter().nth(usize::from(*beat)) else {
            continue;
        };
        let Some((key, reply)) = beat.replies.iter().nth(usize::from(*n)) else {
            continue;
        };
        rows.push((
            beat_key.text.as_str(),
            beat,
            key.text.as_str(),
            key.span,
            reply,
            worth,
        ));
    }
    rows
}

/// `dominated`, `never-best`, `always-best`, `tempting-is-best`.
fn replies(playtest: &Playtest, note: &mut Note) {
    for (beat_key, beat, key, span, reply, worth) in judged(playtest) {
        let Worth {
            n,
            n_best,
            n_alone,
            beaten_by,
            shown,
        } = worth;
        if *n < ENOUGH || beat.replies.len() < 2 {
            continue;
        }
        let command = shown
            .as_ref()
            .map(|(seed, inputs)| playtest.command(*seed, inputs));
        let what = |how: &str| {
            format!(
                "\"{key}\" in \"{beat_key}\" {how}: best in {n_best} of the {n} positions looked at"
            )
        };
        if reply.because.is_some() && n_best * 2 > *n {
            note(
                "tempting-is-best",
                span,
                what("is marked as a mistake with `because`, and is mostly the best there is"),
                (
                    "the debrief would praise what the author meant as a trap",
                    "look at its acts and at where it leads; or the other replies are too weak",
                ),
                command,
            );
        } else if let Some(better) = dominator(beat, *n, beaten_by)
            && reply.because.is_none()
        {
            note(
                "dominated",
                span,
                format!(
                    "\"{key}\" in \"{beat_key}\" is dominated: \"{better}\" is better in all of the {n} positions looked at"
                ),
                (
                    "whoever has found the better one never has a reason to say this one",
                    "give it a customer or a moment of its own with `suits` or `then`, or say with `because` that it is a trap",
                ),
                command,
            );
        } else if reply.because.is_none() && *n_best == 0 {
            note(
                "never-best",
                span,
                what("is never the best there is"),
                (
                    "some other reply of the beat is better whoever the customer is",
                    "give it a customer or a moment of its own with `suits` or `then`, or say with `because` that it is a trap",
                ),
                command,
            );
        } else if n_best == n
            && *n >= 2 * ENOUGH
            && n_alone * 2 > *n
            && !comes_back(beat_key, reply)
        {
            note(
                "always-best",
                span,
                what("is always the best there is, and mostly the only good one"),
                (
                    "whoever has played once need not look at the customer here",
                    "let the deal or the mood decide between two good replies: with `suits` on what takes on or mends, or with branches in `then`",
                ),
                command,
            );
        }
    }
}

/// Whether a reply leads back to its own beat: a question, after which all the
/// others can still be said. It takes nothing away from them.
fn comes_back(beat_key: &str, reply: &Reply) -> bool {
    reply.then.iter().all(|arm| arm.to.text == beat_key)
}

/// The key of the one reply that is better in every position, if there is one;
/// sooner one that is meant to be good than a trap.
fn dominator<'b>(beat: &'b Beat, n: u64, beaten_by: &BTreeMap<u8, u64>) -> Option<&'b str> {
    let always = beaten_by.iter().filter(|(_, times)| **times == n);
    let replies = always.filter_map(|(other, _)| beat.replies.iter().nth(usize::from(*other)));
    let best = replies.min_by_key(|(_, reply)| reply.because.is_some());
    best.map(|(key, _)| key.text.as_str())
}

/// `giveaway`: the best reply of a beat can be told from its words alone.
fn giveaways(playtest: &Playtest, note: &mut Note) {
    let rows = judged(playtest);
    let mut beats: Vec<&str> = rows.iter().map(|row| row.0).collect();
    beats.dedup();
    let length = |reply: &Reply| reply.say.chars().count();
    let polite = |reply: &Reply| {
        let words = reply.say.to_lowercase();
        ["sorry", "please", "thank", "apolog"]
            .iter()
            .any(|word| words.contains(word))
    };
    let (mut n, mut chance) = (0, 0.0);
    let (mut longest, mut shortest, mut courteous, mut courteous_chance) = (0, 0, 0, 0.0);
    let mut best_words: Vec<Vec<String>> = Vec::new();
    let mut other_words: Vec<String> = Vec::new();
    for beat_key in beats {
        let here: Vec<_> = rows.iter().filter(|row| row.0 == beat_key).collect();
        let best = here
            .iter()
            .filter(|row| row.5.n >= ENOUGH / 2)
            .max_by_key(|row| row.5.n_best * 1000 / row.5.n);
        let Some(best) = best.filter(|_| here.len() >= 2) else {
            continue;
        };
        n += 1;
        chance += 1.0 / here.len() as f64;
        longest += u32::from(here.iter().all(|row| length(row.4) <= length(best.4)));
        shortest += u32::from(here.iter().all(|row| length(row.4) >= length(best.4)));
        courteous += u32::from(polite(best.4));
        courteous_chance +=
            here.iter().filter(|row| polite(row.4)).count() as f64 / here.len() as f64;
        for row in &here {
            let words = words_of(&row.4.say);
            if row.2 == best.2 {
                best_words.push(words);
            } else {
                other_words.extend(words);
            }
        }
    }
    let opening = playtest.scenario.written().opening.span;
    let mut tell = |what: String, k: u32, expected: f64| {
        // Two standard deviations above what chance gives.
        let spread = (expected * (1.0 - expected / f64::from(n).max(1.0)))
            .max(0.25)
            .sqrt();
        if n >= 5 && f64::from(k) > expected + 2.0 * spread {
            note(
                "giveaway",
                opening,
                format!("{what} in {k} of {n} beats; by chance it would be {expected:.1}"),
                (
                    "a trainee who notices it need not think",
                    "write the wrong replies as long, as friendly and as concrete as the right ones",
                ),
                None,
            );
        }
    };
    tell("the best reply is the longest".into(), longest, chance);
    tell("the best reply is the shortest".into(), shortest, chance);
    tell(
        "the best reply has a polite word (sorry, please, thank)".into(),
        courteous,
        courteous_chance,
    );
    let mut words: Vec<&String> = best_words.iter().flatten().collect();
    words.sort_unstable();
    words.dedup();
    for word in words {
        let k = best_words
            .iter()
            .filter(|words| words.contains(word))
            .count() as u32;
        let elsewhere = other_words.iter().filter(|other| *other == word).count();
        if k >= 4 && elsewhere == 0 {
            tell(
                format!("the best reply, and no other one, says \"{word}\""),
                k,
                0.0,
            );
        }
    }
}

/// Words of four letters and more, each once.
fn words_of(text: &str) -> Vec<String> {
    let mut words: Vec<String> = text
        .to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.chars().count() >= 4)
        .map(str::to_owned)
        .collect();
    words.sort_unstable();
    words.dedup();
    words
}

/// The acts that follow some clause of a principle.
fn serving(principle: Principle) -> Vec<&'static str> {
    let clauses = Catalogue::current().clauses.iter();
    let mut acts = ActSet::EMPTY;
    for clause in clauses.filter(|clause| clause.principle == Some(principle)) {
        acts = acts.union(
            clause
                .act
                .as_ref()
                .map_or(ActSet::EMPTY, engine::guidance::Test::acts),
        );
    }
    let all = Act::ALL.iter().filter(|act| acts.has(**act));
    all.map(|act| act.name()).collect()
}

/// `unearned-principle`: it comes up, and nobody ever earned anything for it.
fn principles(playtest: &Playtest, note: &mut Note) {
    let catalogue = Catalogue::current();
    for (principle, (n, best)) in &playtest.sample.principles {
        let row = catalogue.principles.iter().find(|row| row.id == *principle);
        if let (Some(row), ..=0) = (row, *best) {
            note(
                "unearned-principle",
                playtest.scenario.written().opening.span,
                format!(
                    "\"{}\" came up in {n} runs, and nothing that anybody did earned a point for it; what serves it: {}",
                    row.title,
                    serving(*principle).join(", ")
                ),
                (
                    "it weighs on every score, and no reply answers it",
                    "offer a reply that does one of these where it comes up; `satisfactometer reference` has its clauses under the same name",
                ),
                None,
            );
        }
    }
}
