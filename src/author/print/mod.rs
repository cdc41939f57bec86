//! `satisfactometer print`: a scenario as a script for role-play on paper, with a
//! lesson plan, the trainee's cards and the debrief sheet. Every word of it comes
//! from the scenario, the rules and the catalogue; a deal is drawn by hand.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, bail};
use askama::Template;
use engine::act::{Act, ActSet};
use engine::guidance::{Catalogue, Test};
use engine::names;
use engine::report::GAUGES;
use engine::rules::Rules;
use engine::scenario::Scenario;
use engine::scenario::written::{Amount, Beat, Key, Level, Place, Reply, SegmentKind, Written};

use super::words;
use crate::desk::library::load_file;

/// Writes the script of a file.
///
/// # Errors
/// When it cannot be read or played, or the script cannot be written.
pub fn run(file: &Path, out: Option<&Path>) -> anyhow::Result<u8> {
    let scenario = load_file(file)?.scenario.with_context(|| {
        let shown = file.display();
        format!("{shown} cannot be played; `satisfactometer check {shown}` says why")
    })?;
    let page = page(&scenario)?;
    match out {
        None => write!(anstream::stdout(), "{page}")?,
        Some(path) if path.extension().is_some_and(|ext| ext == "ron") => {
            bail!(
                "{} is a scenario's name; give the script another",
                path.display()
            )
        }
        Some(path) => {
            std::fs::write(path, page)
                .with_context(|| format!("cannot write {}", path.display()))?;
            writeln!(
                anstream::stdout(),
                "{} is written; open it in a browser and print it",
                path.display()
            )?;
        }
    }
    Ok(0)
}

#[derive(Template)]
#[template(path = "author/print/script.html")]
struct Script<'a> {
    title: &'a str,
    brief: &'a str,
    place: &'static str,
    is_call: bool,
    name: &'a str,
    first: &'a str,
    trade: &'a str,
    may_give: Option<String>,
    deals: Vec<Deal<'a>>,
    starts: Vec<(&'static str, i16)>,
    n_story: u8,
    scenes: Vec<Scene<'a>>,
    ends: Vec<End<'a>>,
    walk_out: String,
    questions: Vec<String>,
    principles: Vec<Principle>,
    house: Option<(&'a str, Vec<(&'a str, &'a str)>)>,
}

/// What is true only this time.
struct Deal<'a> {
    name: &'a str,
    values: Vec<&'a str>,
}

/// A beat.
struct Scene<'a> {
    n: usize,
    key: &'a str,
    grants: Option<String>,
    lines: Vec<Line<'a>>,
    replies: Vec<Said<'a>>,
}

/// What the customer says, and when.
struct Line<'a> {
    kind: &'static str,
    when: String,
    pieces: Vec<Piece<'a>>,
    others: Vec<(String, Vec<Piece<'a>>)>,
    fact: Option<&'a str>,
}

/// A piece of a line.
struct Piece<'a> {
    words: &'a str,
    stress: bool,
}

/// A reply.
struct Said<'a> {
    letter: char,
    say: &'a str,
    when: String,
    needs: String,
    without: Option<&'a str>,
    acts: String,
    because: Option<&'a str>,
    suits: String,
    moves: String,
    ways: Vec<(String, String)>,
}

/// An ending.
struct End<'a> {
    letter: String,
    scene: &'a str,
    outcome: &'static str,
    right: bool,
}

/// A principle that this scenario can test, with what to look for.
struct Principle {
    title: String,
    clauses: Vec<String>,
}

fn page(scenario: &Scenario) -> anyhow::Result<String> {
    let rules = Rules::current();
    let written = scenario.written();
    let customer = &written.customer;
    let money = |amount: u16| match scenario.house() {
        Some(house) => house.money(amount),
        None => amount.to_string(),
    };
    let start = &written.start;
    let or = |said: Option<Amount>, otherwise: Amount| rules.middle(said.unwrap_or(otherwise)) / 10;
    let (low, mid, high) = (
        Amount::Named(Level::Low),
        Amount::Named(Level::Mid),
        Amount::Named(Level::High),
    );
    let amounts = [
        or(start.heat, high),
        or(start.heard, low),
        or(start.fixed, Amount::Number(50)),
        or(start.trust, mid),
        or(start.ease, mid),
    ];
    let starts = GAUGES
        .iter()
        .zip(amounts)
        .map(|(gauge, n)| (names::gauge(*gauge), n))
        .collect();
    let places = Places::of(written);
    let ends: Vec<End> = written
        .endings
        .iter()
        .map(|(key, ending)| End {
            letter: places.endings[key.text.as_str()].clone(),
            scene: &ending.scene,
            outcome: names::outcome(ending.outcome),
            right: ending.right,
        })
        .collect();
    let script = Script {
        title: scenario.title(),
        brief: scenario.brief(),
        place: match written.place {
            Place::Counter => "At the counter",
            Place::Phone => "On the phone: they call",
            Place::FollowUp => "On the phone: you call them",
        },
        is_call: written.place.is_call(),
        name: &customer.name,
        first: customer.name.split(' ').next().unwrap_or(&customer.name),
        trade: &customer.trade,
        may_give: (written.authority.credit > 0).then(|| money(written.authority.credit)),
        deals: written
            .deal
            .iter()
            .map(|(name, values)| Deal {
                name: &name.text,
                values: values.iter().map(|value| value.text.as_str()).collect(),
            })
            .collect(),
        starts,
        n_story: start.story.unwrap_or(4),
        scenes: scenes(&places, &rules, &money),
        walk_out: places.of_key(&written.walk_out.text),
        questions: questions(written),
        principles: principles(written),
        house: scenario.house().map(|house| {
            let rows = house
                .clauses
                .iter()
                .map(|c| (c.title.as_str(), c.place.as_str()));
            (house.name.as_str(), rows.collect())
        }),
        ends,
    };
    Ok(script.render()?)
}

/// Where everything stands on paper: the numbers of the scenes and the letters of the endings.
struct Places<'a> {
    /// The beats from the opening on, in the order a talk may come to them.
    order: Vec<(&'a str, &'a Beat)>,
    /// By key the place in that order, from 1.
    scenes: BTreeMap<&'a str, usize>,
    endings: BTreeMap<&'a str, String>,
}

impl<'a> Places<'a> {
    fn of(written: &'a Written) -> Self {
        let mut places = Places {
            order: Vec::new(),
            scenes: BTreeMap::new(),
            endings: written
                .endings
                .keys()
                .enumerate()
                .map(|(n, key)| (key.text.as_str(), letters(n)))
                .collect(),
        };
        places.add(written, &written.opening);
        let mut at = 0;
        while let Some((_, beat)) = places.order.get(at).copied() {
            at += 1;
            for branch in beat.replies.values().flat_map(|reply| &reply.then) {
                places.add(written, &branch.to);
            }
        }
        for key in written.beats.keys() {
            places.add(written, key);
        }
        places
    }

    /// Adds a beat at the end, if it is one and not there yet.
    fn add(&mut self, written: &'a Written, key: &Key) {
        if let Some((key, beat)) = written.beats.get_key_value(key) {
            let key = key.text.as_str();
            let n = self.order.len() + 1;
            if let Entry::Vacant(free) = self.scenes.entry(key) {
                free.insert(n);
                self.order.push((key, beat));
            }
        }
    }

    /// Where a branch leads: the number of a scene or the letter of an ending.
    fn of_key(&self, key: &str) -> String {
        match (self.scenes.get(key), self.endings.get(key)) {
            (Some(n), _) => format!("scene {n}"),
            (None, Some(letter)) => format!("ending {letter}"),
            (None, None) => key.to_owned(),
        }
    }
}

/// A to Z, then AA to AF and on.
fn letters(n: usize) -> String {
    let letter = |n: usize| char::from(b'A' + (n % 26) as u8);
    match n / 26 {
        0 => letter(n).to_string(),
        tens => format!("{}{}", letter(tens - 1), letter(n)),
    }
}

fn scenes<'a>(
    places: &Places<'a>,
    rules: &Rules,
    money: &impl Fn(u16) -> String,
) -> Vec<Scene<'a>> {
    let mut scenes = Vec::new();
    for (n, &(key, beat)) in places.order.iter().enumerate() {
        let lines = beat.says.iter().map(|segment| Line {
            kind: match segment.kind {
                SegmentKind::Tell => "story",
                SegmentKind::Ask => "question",
                SegmentKind::Repeat => "again",
                SegmentKind::Provoke => "provocation",
                SegmentKind::Threat => "threat",
                SegmentKind::Fact => "fact",
            },
            when: words::all(&segment.conditions),
            pieces: pieces(&segment.text),
            others: segment
                .variants
                .iter()
                .map(|variant| (words::all(&variant.conditions), pieces(&variant.text)))
                .collect(),
            fact: segment.fact.as_ref().map(|fact| fact.text.as_str()),
        });
        let replies = beat.replies.values().zip('a'..);
        scenes.push(Scene {
            n: n + 1,
            key,
            grants: (beat.grants > 0).then(|| money(beat.grants)),
            lines: lines.collect(),
            replies: replies
                .map(|(reply, letter)| said(places, rules, reply, letter))
                .collect(),
        });
    }
    scenes
}

fn said<'a>(places: &Places, rules: &Rules, reply: &'a Reply, letter: char) -> Said<'a> {
    let acts: Vec<Act> = reply.acts.iter().map(|(act, _)| *act).collect();
    let names: Vec<_> = acts.iter().map(|act| act.name()).collect();
    let needs: Vec<_> = reply.needs.iter().map(|fact| fact.text.as_str()).collect();
    Said {
        letter,
        say: &reply.say,
        when: words::all(&reply.conditions),
        needs: needs.join(", "),
        without: reply.without.as_ref().map(|without| without.say.as_str()),
        acts: names.join(", "),
        because: reply.because.as_deref(),
        suits: words::all(&reply.suits),
        moves: moves(rules, &acts),
        ways: reply
            .then
            .iter()
            .enumerate()
            .map(|(n, branch)| {
                let when = match words::all(&branch.conditions) {
                    when if !when.is_empty() => format!("if {when}"),
                    _ if n > 0 => "otherwise".into(),
                    _ => String::new(),
                };
                (when, places.of_key(&branch.to.text))
            })
            .collect(),
    }
}

/// How far the markers go at the best moment, in steps of five of a hundred.
fn moves(rules: &Rules, acts: &[Act]) -> String {
    let mut sums = [0_i32; 5];
    for (act, share) in acts.iter().zip(rules.crowd) {
        let rule = rules.act(*act);
        let by = [rule.heat, rule.heard, rule.fixed, rule.trust, rule.ease];
        for (sum, by) in sums.iter_mut().zip(by) {
            *sum += i32::from(by) * i32::from(share) / 1000;
        }
    }
    let steps = GAUGES.iter().zip(sums).filter_map(|(gauge, sum)| {
        let by = (sum + 25 * sum.signum()) / 50 * 5;
        (by != 0).then(|| {
            format!(
                "{} {}{}",
                names::gauge(*gauge),
                if by < 0 { "−" } else { "+" },
                by.abs()
            )
        })
    });
    steps.collect::<Vec<_>>().join(", ")
}

/// `*stress*` is the only markup.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let pieces = text.split('*').enumerate();
    pieces
        .map(|(n, words)| Piece {
            words,
            stress: n % 2 == 1,
        })
        .filter(|piece| !piece.words.is_empty())
        .collect()
}

/// What to ask afterwards, as far as this scenario gives cause for it.
fn questions(written: &Written) -> Vec<String> {
    let mut questions = vec![
        "To the customer: when did you first feel listened to? Which words did it?".to_owned(),
        "To the trainee: where did you think it would turn, and did it turn there?".to_owned(),
    ];
    let segments = || written.beats.values().flat_map(|beat| &beat.says);
    let any = |kind| segments().any(|segment| segment.kind == kind);
    if !written.deal.is_empty() {
        let names: Vec<_> = written
            .deal
            .keys()
            .map(|key| format!("\"{}\"", key.text))
            .collect();
        questions.push(format!(
            "What was true this time ({})? What gave it away, and who noticed?",
            names.join(", ")
        ));
    }
    if any(SegmentKind::Fact) {
        questions.push("What could be said only by somebody who had heard it out?".into());
    }
    if any(SegmentKind::Repeat) {
        questions.push(
            "Was there a moment at which cutting in was right? How does one do it well?".into(),
        );
    }
    if any(SegmentKind::Threat) || any(SegmentKind::Provoke) {
        questions
            .push("What would have been one step too early, and what one step too late?".into());
    }
    let tempting = written
        .beats
        .values()
        .flat_map(|beat| beat.replies.values());
    let tempting = tempting.filter_map(|reply| Some((&reply.say, reply.because.as_ref()?)));
    for (say, because) in tempting.take(2) {
        questions.push(format!(
            "\"{say}\" What makes one want to say that ({because}), and what does the other hear?"
        ));
    }
    questions.push("What will you say differently tomorrow? One sentence, word for word.".into());
    questions
}

/// The principles whose clauses ask for something these replies do, or must not do.
fn principles(written: &Written) -> Vec<Principle> {
    let catalogue = Catalogue::current();
    let replies = || {
        written
            .beats
            .values()
            .flat_map(|beat| beat.replies.values())
    };
    let mut done: ActSet = replies()
        .flat_map(|reply| reply.acts.iter().map(|(act, _)| *act))
        .collect();
    for without in replies().filter_map(|reply| reply.without.as_ref()) {
        done = done.union(without.acts.iter().copied().collect());
    }
    let touches = |test: &Option<Test>| test.as_ref().is_some_and(|test| test.acts().meets(done));
    let mut rows = Vec::new();
    for row in &catalogue.principles {
        let clauses: Vec<String> = catalogue
            .clauses
            .iter()
            .filter(|clause| clause.principle == Some(row.id))
            .filter(|clause| touches(&clause.act) || touches(&clause.breaks))
            .map(|clause| clause.title.clone())
            .take(4)
            .collect();
        if !clauses.is_empty() {
            rows.push(Principle {
                title: row.title.clone(),
                clauses,
            });
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use engine::load::load;

    use super::*;

    fn printed(name: &str, text: &str) -> String {
        let loaded = load(name, text.as_bytes(), &Rules::current());
        page(&loaded.scenario.expect("it plays")).expect("it can be put together")
    }

    /// As the page writes it.
    fn escaped(text: &str) -> String {
        text.replace('&', "&#38;")
            .replace('<', "&#60;")
            .replace('>', "&#62;")
            .replace('"', "&#34;")
            .replace('\'', "&#39;")
    }

    #[test]
    fn every_line_ending_and_way_is_on_paper() {
        for (name, text) in crate::desk::library::BUILT_IN {
            let loaded = load(name, text.as_bytes(), &Rules::current());
            let scenario = loaded.scenario.expect("it plays");
            let page = page(&scenario).expect("it can be put together");
            let written = scenario.written();
            for beat in written.beats.values() {
                for reply in beat.replies.values() {
                    let n = page.matches(&escaped(&reply.say)).count();
                    assert!(n >= 2, "{name}: on a card and on the sheet: {}", reply.say);
                }
                for piece in beat.says.iter().flat_map(|segment| pieces(&segment.text)) {
                    assert!(
                        page.contains(&escaped(piece.words)),
                        "{name}: {}",
                        piece.words
                    );
                }
            }
            for ending in written.endings.values() {
                assert!(page.contains(&escaped(&ending.scene)), "{name}");
            }
            assert!(
                !page.contains("<script") && !page.contains("http:") && !page.contains("src="),
                "it loads nothing"
            );
        }
    }

    #[test]
    fn the_trainees_cards_do_not_tell_what_is_right() {
        for (name, text) in crate::desk::library::BUILT_IN {
            let page = printed(name, text);
            let cards = page.split("id=\"cards\"").nth(1).expect("there are cards");
            let cards = cards
                .split("id=\"sheet\"")
                .next()
                .expect("the sheet comes after");
            for act in Act::ALL.iter().filter(|act| act.name().len() > 6) {
                assert!(!cards.contains(act.name()), "{name}: {}", act.name());
            }
        }
    }

    #[test]
    fn what_a_scenario_says_is_never_markup() {
        let text = include_str!("../../../tests/data/check/base.ron");
        let text = text.replacen("The hinge again", "<b>hinge</b> & \\\"co\\\"", 1);
        let page = printed("base.ron", &text);
        assert!(!page.contains("<b>hinge") && page.contains("hinge&#60;/b&#62;"));
    }
}
