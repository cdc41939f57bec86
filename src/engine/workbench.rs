//! For authors at work: a talk taken over into a changed scenario, a talk begun in
//! the midst of one, and what each reply would do now. Never for a score.

use std::sync::Arc;

use crate::customer::Term;
use crate::perceive::{main_term, perceive};
use crate::rng::Seed;
use crate::rules::Rules;
use crate::scenario::Scenario;
use crate::session::{Action, Session, Turn};
use crate::state::{Floor, N_GAUGES, Stance, State};
use crate::step::{Input, Move, NO_ENDING, World, draw};

/// Where a talk is, as an author may choose it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    /// Key of the beat.
    pub beat: String,
    /// Heat, heard, fixed, trust, ease: 0 to 1000.
    pub gauges: [i16; N_GAUGES],
    /// Parts of the story still untold.
    pub story: u8,
    /// Keys of the facts the trainee heard.
    pub facts: Vec<String>,
    /// What was drawn: names and values.
    pub deal: Vec<(String, String)>,
}

/// Something a scenario does not have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoSuch {
    /// A beat.
    #[error("there is no beat `{0}`")]
    Beat(String),
    /// An ending.
    #[error("there is no ending `{0}`")]
    Ending(String),
    /// A fact.
    #[error("there is no fact `{0}`")]
    Fact(String),
    /// A value of the deal.
    #[error("nothing deals `{1}` for `{0}`")]
    Deal(String, String),
}

/// Where a reply leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Leads {
    /// To a beat, by its key.
    Beat(String),
    /// To an ending, by its key.
    Ending(String),
}

/// What a reply would do if it were said now.
#[derive(Clone, Debug)]
pub struct Foreseen {
    /// Key of the reply.
    pub reply: String,
    /// Its words as this trainee would say them.
    pub words: String,
    /// The satisfactometer before, tenths.
    pub before: i16,
    /// And after, tenths.
    pub after: i16,
    /// Why, in the order it happens.
    pub terms: Vec<Term>,
    /// Where the talk goes.
    pub leads: Leads,
}

impl Session {
    /// Where the talk is.
    pub fn spot(&self) -> Spot {
        let state = self.state();
        let facts = self.scenario.fact_keys.iter().enumerate();
        Spot {
            beat: self.beat_key().to_owned(),
            gauges: state.gauges,
            story: state.story,
            facts: facts
                .filter(|(bit, _)| state.facts & (1 << bit) != 0)
                .map(|(_, key)| key.clone())
                .collect(),
            deal: self.deal(),
        }
    }

    /// What was drawn for this talk: names and values, in the order written.
    pub fn deal(&self) -> Vec<(String, String)> {
        let drawn = self.setup.deal.iter();
        let deals = self.scenario.deals.iter().zip(drawn);
        deals
            .map(|((name, values), &n)| (name.clone(), values[n as usize].clone()))
            .collect()
    }

    /// A talk that begins at a spot. What the spot does not say is as the seed
    /// draws it.
    ///
    /// # Errors
    /// When the scenario lacks what the spot names.
    pub fn placed(
        scenario: Arc<Scenario>,
        rules: Arc<Rules>,
        seed: Seed,
        spot: &Spot,
    ) -> Result<Session, NoSuch> {
        let beat = number(&scenario.beat_keys, &spot.beat)
            .ok_or_else(|| NoSuch::Beat(spot.beat.clone()))?;
        let mut facts = 0;
        for fact in &spot.facts {
            let bit = number(&scenario.fact_keys, fact);
            facts |= 1 << bit.ok_or_else(|| NoSuch::Fact(fact.clone()))?;
        }
        let mut session = Session::begin(scenario, rules, seed);
        for (name, value) in &spot.deal {
            let dealt = deal(&session.scenario, name, value);
            let (at, n) = dealt.ok_or_else(|| NoSuch::Deal(name.clone(), value.clone()))?;
            session.setup.deal[at] = n;
        }
        let mut state = session.state;
        state.gauges = spot.gauges.map(|gauge| gauge.clamp(0, 1000));
        state.story = spot.story.min(session.scenario.n_story);
        state.facts = facts;
        state.been = 0;
        session.world().enter(&mut state, beat as u16);
        session.first = state;
        session.state = state;
        session.percept = session.shows(&state, &[]);
        session.opening = session.what_comes();
        Ok(session)
    }

    /// The same talk in a changed scenario: the same beat with the same state, and
    /// as many of the turns that led there as the scenario still knows. Words that
    /// were changed are changed in what was said, too.
    ///
    /// # Errors
    /// When the beat or the ending that the talk is at is gone.
    pub fn carried(&self, scenario: Arc<Scenario>) -> Result<Session, NoSuch> {
        let mut setup = draw(&scenario, &self.rules, self.seed);
        for (name, value) in self.deal() {
            if let Some((at, n)) = deal(&scenario, &name, &value) {
                setup.deal[at] = n;
            }
        }
        let over = Over {
            from: &self.scenario,
            to: World::new(&scenario, &self.rules, &setup),
        };
        let state = over.state(&self.state)?;
        let mut turns: Vec<Turn> = self
            .turns
            .iter()
            .rev()
            .map_while(|turn| over.turn(turn))
            .collect();
        turns.reverse();
        let lost = self.turns.len() - turns.len();
        let marks = self.marks.iter().filter(|mark| mark.after >= lost);
        let marks = marks.copied().map(|mut mark| {
            mark.after -= lost;
            mark
        });
        let first = turns.first().map_or(state, |turn| turn.before);
        let marks = marks.collect();
        let mut session = Session {
            rules: self.rules.clone(),
            seed: self.seed,
            first,
            state: first,
            percept: self.percept,
            opening: Vec::new(),
            turns: Vec::new(),
            marks,
            scenario,
            setup,
        };
        session.opening = session.what_comes();
        for mut turn in turns {
            turn.said = match turn.input.action {
                Move::Say(n) => session.words(n),
                _ => None,
            };
            session.state = turn.after;
            turn.percept = session.shows(&turn.after, &turn.terms);
            turn.events = session.events(&turn.before, turn.input.action, main_term(&turn.terms));
            session.percept = turn.percept;
            session.turns.push(turn);
        }
        session.state = state;
        if session.turns.is_empty() {
            session.percept = session.shows(&state, &[]);
        }
        Ok(session)
    }

    /// What each reply on offer would do now with this stance, in the order shown.
    pub fn foresee(&self, stance: Stance) -> Vec<Foreseen> {
        let world = self.world();
        let numbers = match self.floor() {
            Floor::Trainee => world.shown(&self.state),
            Floor::Customer | Floor::Ended => Vec::new(),
        };
        let foreseen = numbers.into_iter().filter_map(|n| {
            let action = Move::Say(n);
            let mut after = self.state;
            let mut terms = Vec::with_capacity(16);
            let Action::Say(reply) = self.action(action) else {
                return None;
            };
            let input = Input { action, stance };
            if !world.step(&mut after, input, &mut terms) {
                return None;
            }
            Some(Foreseen {
                reply,
                words: self.words(n)?,
                before: world.satisfaction(&self.state),
                after: world.satisfaction(&after),
                terms,
                leads: if after.floor == Floor::Ended {
                    Leads::Ending(self.scenario.ending_keys[after.ending as usize].clone())
                } else {
                    Leads::Beat(self.scenario.beat_keys[after.beat as usize].clone())
                },
            })
        });
        foreseen.collect()
    }

    fn shows(&self, state: &State, terms: &[Term]) -> crate::percept::Percept {
        let mask = self.scenario.customer().mask;
        perceive(&self.setup, mask, state, main_term(terms))
    }
}

/// From one scenario over to another.
struct Over<'a> {
    from: &'a Scenario,
    to: World<'a>,
}

impl Over<'_> {
    fn state(&self, old: &State) -> Result<State, NoSuch> {
        let (from, to) = (self.from, self.to.scenario);
        let key = &from.beat_keys[old.beat as usize];
        let beat = number(&to.beat_keys, key).ok_or_else(|| NoSuch::Beat(key.clone()))?;
        let mut new = *old;
        new.beat = beat as u16;
        if old.ending != NO_ENDING {
            let key = &from.ending_keys[old.ending as usize];
            let n = number(&to.ending_keys, key).ok_or_else(|| NoSuch::Ending(key.clone()))?;
            new.ending = n as u16;
        }
        new.facts = bits(&from.fact_keys, &to.fact_keys, old.facts);
        let told = |scenario: &Scenario| -> Vec<String> {
            let promises = scenario.promises.iter();
            promises.map(|(_, what)| what.clone()).collect()
        };
        new.promises = bits(&told(from), &told(to), old.promises);
        new.been = 0;
        for (key, row) in from.beat_keys.iter().zip(&from.beats) {
            let was = row.landmark.is_some_and(|n| old.been & (1 << n) != 0);
            let n = number(&to.beat_keys, key).and_then(|n| to.beats[n].landmark);
            if let (true, Some(n)) = (was, n) {
                new.been |= 1 << n;
            }
        }
        let told = from.n_story.saturating_sub(old.story);
        new.story = to.n_story.saturating_sub(told);
        if old.limit == from.authority().credit {
            new.limit = to.authority().credit;
        }
        self.words(old, &mut new);
        Ok(new)
    }

    /// The segment that is being said, and those still to come.
    fn words(&self, old: &State, new: &mut State) {
        let says = |scenario: &Scenario, beat: u16| -> Vec<String> {
            scenario.beat(beat).map_or_else(Vec::new, |beat| {
                beat.says.iter().map(|said| said.text.clone()).collect()
            })
        };
        let was = says(self.from, old.beat);
        let is = says(self.to.scenario, new.beat);
        let segments = self.to.beat(new).segments.range();
        let tests = self.to.scenario.segments[segments].iter();
        new.active = 0;
        for (n, segment) in tests.enumerate() {
            // What was decided when the beat began stands; what is new is decided now.
            let same = |m: usize| was.get(m) == Some(&is[n]);
            let before = match same(n) {
                true => Some(n),
                false => (0..was.len()).find(|m| same(*m)),
            };
            let said = match before {
                Some(m) => old.active & (1 << m) != 0,
                None => self.to.holds(new, segment.tests),
            };
            new.active |= u16::from(said) << n;
        }
        if old.floor != Floor::Customer {
            return;
        }
        // The same words, or else those that stand there now.
        let now = old.segment as usize;
        let stays = was.get(now) == is.get(now);
        let moved = || is.iter().position(|text| was.get(now) == Some(text));
        let at = if stays { now } else { moved().unwrap_or(now) };
        if at < is.len() {
            new.segment = at as u8;
            new.active |= 1 << at;
        } else {
            new.floor = Floor::Trainee;
        }
    }

    fn turn(&self, old: &Turn) -> Option<Turn> {
        let before = self.state(&old.before).ok()?;
        let after = self.state(&old.after).ok()?;
        let mut input = old.input;
        if let Action::Say(key) = &old.action {
            let replies = self.to.beat(&before).replies.range();
            let n = number(&self.to.scenario.reply_keys[replies], key)?;
            input.action = Move::Say(n as u8);
        }
        Some(Turn {
            before,
            after,
            input,
            digest: after.digest(),
            ..old.clone()
        })
    }
}

fn number(keys: &[String], key: &str) -> Option<usize> {
    keys.iter().position(|other| other == key)
}

/// Which value of which deal this is.
fn deal(scenario: &Scenario, name: &str, value: &str) -> Option<(usize, u8)> {
    let at = scenario.deals.iter().position(|(other, _)| other == name)?;
    let n = number(&scenario.deals[at].1, value)?;
    Some((at, n as u8))
}

/// The bits of the same keys in another list.
fn bits(from: &[String], to: &[String], old: u32) -> u32 {
    let up = from
        .iter()
        .enumerate()
        .filter(|(bit, _)| old & (1 << bit) != 0);
    up.filter_map(|(_, key)| number(to, key))
        .fold(0, |new, bit| new | 1 << bit)
}
