//! A session: one encounter being played, with words. It offers choices, takes
//! inputs by stable keys, and hands out events and a percept; never a gauge.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::customer::Term;
use crate::customer::moment::phase;
use crate::mark::{self, Compared, Mark, NoMark};
use crate::perceive::{main_term, perceive};
use crate::percept::Percept;
use crate::rng::Seed;
use crate::rules::{Rules, TermKind, reactions};
use crate::scenario::written::{Outcome, SegmentKind};
use crate::scenario::{MAX_REPLIES, Scenario};
use crate::state::{Digest, Floor, Phase, Setup, Stance, State};
use crate::step::{Input, Move, World, draw};

/// What a trainee does, by stable keys: the form transcripts keep.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Listens to the end of the segment.
    Listen,
    /// Listens, with a nod or an "mm-hm" at its end.
    Encourage,
    /// Cuts in on the segment and takes the floor.
    CutIn,
    /// Has the floor and says nothing.
    Pause,
    /// Says the reply with this key.
    Say(String),
}

/// What a trainee may do now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What to hand to [`Session::apply`].
    pub action: Action,
    /// The words, for a reply.
    pub text: Option<String>,
}

/// What happened, in the order it happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The customer begins a segment.
    Speaks {
        /// Number of the segment within its beat.
        segment: usize,
        /// What kind it is.
        kind: SegmentKind,
        /// The words, with `*stress*`.
        text: String,
    },
    /// The segment was broken off by the trainee.
    BrokenOff,
    /// The trainee heard a fact that only a listener can use.
    Learned {
        /// Its key.
        fact: String,
    },
    /// The customer reacts to a reply in a word or a sound.
    Reacts {
        /// The largest term of the change.
        term: TermKind,
        /// The words, with `*stress*`.
        text: String,
    },
    /// Nobody speaks.
    Silence {
        /// Pauses in a row, from 1.
        n: u8,
    },
    /// The trainee has the floor.
    Floor,
    /// A promise was given.
    Promised {
        /// What, and by when.
        what: String,
    },
    /// The conversation is over.
    Ended {
        /// Key of the ending.
        ending: String,
        /// Its scene.
        scene: String,
        /// What became of the customer.
        outcome: Outcome,
    },
}

/// What an input led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What happened.
    pub events: Vec<Event>,
    /// What shows of the customer now.
    pub percept: Percept,
}

/// An input that is not possible now. The session is unchanged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{action:?} is not possible at beat `{beat}` (input {turn})")]
pub struct Illegal {
    /// What was asked for.
    pub action: Action,
    /// The beat it was asked at.
    pub beat: String,
    /// Number of the input that was asked for, from 1.
    pub turn: usize,
}

impl World<'_> {
    /// A move in a state, by stable keys.
    pub fn action(&self, state: &State, action: Move) -> Action {
        match action {
            Move::Listen => Action::Listen,
            Move::Encourage => Action::Encourage,
            Move::CutIn => Action::CutIn,
            Move::Pause => Action::Pause,
            Move::Say(n) => {
                let first = self.beat(state).replies.start as usize;
                Action::Say(self.scenario.reply_keys[first + n as usize].clone())
            }
        }
    }
}

/// One input and what it did: for debrief, score and replay, not for the encounter.
#[derive(Clone, Debug)]
pub struct Turn {
    /// The state before.
    pub before: State,
    /// The state after.
    pub after: State,
    /// The input.
    pub input: Input,
    /// The input by keys.
    pub action: Action,
    /// What the trainee said, if anything.
    pub said: Option<String>,
    /// What happened.
    pub events: Vec<Event>,
    /// What showed afterwards.
    pub percept: Percept,
    /// The terms of the change, in order.
    pub terms: Vec<Term>,
    /// Digest of the state after.
    pub digest: Digest,
}

/// One encounter being played.
#[derive(Clone, Debug)]
pub struct Session {
    pub(crate) scenario: Arc<Scenario>,
    pub(crate) rules: Arc<Rules>,
    pub(crate) seed: Seed,
    pub(crate) setup: Setup,
    pub(crate) first: State,
    pub(crate) state: State,
    pub(crate) percept: Percept,
    pub(crate) opening: Vec<Event>,
    pub(crate) turns: Vec<Turn>,
    pub(crate) marks: Vec<Mark>,
}

impl Session {
    /// Begins an encounter. What the customer says first is in [`Session::opening`].
    pub fn begin(scenario: Arc<Scenario>, rules: Arc<Rules>, seed: Seed) -> Self {
        let setup = draw(&scenario, &rules, seed);
        let state = World::new(&scenario, &rules, &setup).begin(seed);
        let percept = perceive(&setup, scenario.customer().mask, &state, None);
        let mut session = Session {
            scenario,
            rules,
            seed,
            setup,
            first: state,
            state,
            percept,
            opening: Vec::new(),
            turns: Vec::new(),
            marks: Vec::new(),
        };
        session.opening = session.what_comes();
        session
    }

    /// The scenario being played.
    pub fn scenario(&self) -> &Arc<Scenario> {
        &self.scenario
    }

    /// The rules it is played by.
    pub fn rules(&self) -> &Arc<Rules> {
        &self.rules
    }

    /// The seed of the run.
    pub fn seed(&self) -> Seed {
        self.seed
    }

    /// What happened before the first input.
    pub fn opening(&self) -> &[Event] {
        &self.opening
    }

    /// What shows of the customer now.
    pub fn percept(&self) -> Percept {
        self.percept
    }

    /// Who has the floor.
    pub fn floor(&self) -> Floor {
        self.state.floor
    }

    /// Key of the beat the conversation is at.
    pub fn beat_key(&self) -> &str {
        &self.scenario.beat_keys[self.state.beat as usize]
    }

    /// The ending's key, once there is one.
    pub fn ending(&self) -> Option<&str> {
        (self.state.floor == Floor::Ended)
            .then(|| self.scenario.ending_keys[self.state.ending as usize].as_str())
    }

    /// The turns so far, with everything hidden. For debrief, score and replay.
    pub fn turns(&self) -> &[Turn] {
        &self.turns
    }

    /// The marks so far, in order.
    pub fn marks(&self) -> &[Mark] {
        &self.marks
    }

    /// The marks, each beside what the satisfactometer showed. For the debrief.
    pub fn readings(&self) -> Vec<Compared> {
        let state = |mark: &Mark| match mark.after.checked_sub(1) {
            None => &self.first,
            Some(n) => self.turns.get(n).map_or(&self.state, |turn| &turn.after),
        };
        self.marks
            .iter()
            .map(|mark| Compared {
                marked: mark.tenths(),
                was: self.world().satisfaction(state(mark)),
            })
            .collect()
    }

    /// Whether the author asks now where the trainee thinks the satisfactometer
    /// stands: once for each time the talk comes to such a beat, when the trainee
    /// has the floor. Going on without a mark skips it.
    pub fn asks_reading(&self) -> bool {
        let came = self.came_to_beat();
        self.world().asks_reading(&self.state)
            && self.marks.last().is_none_or(|mark| mark.after < came)
    }

    /// Number of inputs before the talk came to the beat it is at.
    fn came_to_beat(&self) -> usize {
        let spoken = |turn: &Turn| matches!(turn.input.action, Move::Say(_));
        self.turns.iter().rposition(spoken).map_or(0, |n| n + 1)
    }

    /// Marks where the trainee thinks the satisfactometer stands, 1 to
    /// [`mark::STEPS`]. It takes no time and changes no state.
    ///
    /// # Errors
    /// When no reading is asked for now, or the scale has no such step; the
    /// session is unchanged then.
    pub fn mark(&mut self, step: u8) -> Result<Mark, NoMark> {
        if !(1..=mark::STEPS).contains(&step) {
            return Err(NoMark::OffScale(step));
        }
        if !self.asks_reading() {
            return Err(NoMark::NotAsked(self.beat_key().to_owned()));
        }
        let mark = Mark {
            after: self.turns.len(),
            step,
        };
        self.marks.push(mark);
        Ok(mark)
    }

    /// The state before the first input. For debrief, score and replay.
    pub fn first(&self) -> &State {
        &self.first
    }

    /// The state now. For debrief, score, search and the author's overlay.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// What was drawn for this run. For debrief, score, search and the author's overlay.
    pub fn setup(&self) -> &Setup {
        &self.setup
    }

    /// Where the customer is in getting over it. For the author's overlay.
    pub fn phase(&self) -> Phase {
        phase(&self.rules, &self.state)
    }

    /// The fixed parts, for search.
    pub fn world(&self) -> World<'_> {
        World::new(&self.scenario, &self.rules, &self.setup)
    }

    /// What the trainee may do now. Replies come in the order drawn for this run.
    pub fn choices(&self) -> Vec<Choice> {
        let world = self.world();
        let mut moves = [Move::Pause; MAX_REPLIES + 1];
        let n_moves = world.moves(&self.state, &mut moves);
        let replies = world.shown(&self.state);
        let spoken = replies.into_iter().map(|n| Choice {
            action: self.action(Move::Say(n)),
            text: self.words(n),
        });
        let silent = moves[..n_moves]
            .iter()
            .filter(|action| !matches!(action, Move::Say(_)));
        spoken
            .chain(silent.map(|&action| Choice {
                action: self.action(action),
                text: None,
            }))
            .collect()
    }

    /// Applies an input.
    ///
    /// # Errors
    /// When the action is not possible now; the session is unchanged then.
    pub fn apply(&mut self, action: &Action, stance: Stance) -> Result<Step, Illegal> {
        let illegal = || Illegal {
            action: action.clone(),
            beat: self.beat_key().to_owned(),
            turn: self.turns.len() + 1,
        };
        let Some(number) = self.number(action) else {
            return Err(illegal());
        };
        let input = Input {
            action: number,
            stance,
        };
        let before = self.state;
        let said = match number {
            Move::Say(n) => self.words(n),
            _ => None,
        };
        let mut after = before;
        let mut terms: Vec<Term> = Vec::with_capacity(16);
        if !self.world().step(&mut after, input, &mut terms) {
            return Err(illegal());
        }
        self.state = after;
        let main = main_term(&terms).copied();
        self.percept = perceive(
            &self.setup,
            self.scenario.customer().mask,
            &after,
            main.as_ref(),
        );
        let events = self.events(&before, number, main.as_ref());
        self.turns.push(Turn {
            before,
            after,
            input,
            action: action.clone(),
            said,
            events: events.clone(),
            percept: self.percept,
            terms,
            digest: after.digest(),
        });
        Ok(Step {
            events,
            percept: self.percept,
        })
    }

    pub(crate) fn events(&self, before: &State, action: Move, main: Option<&Term>) -> Vec<Event> {
        let mut events = Vec::new();
        let learned = self.state.facts & !before.facts;
        for (bit, fact) in self.scenario.fact_keys.iter().enumerate() {
            if learned & (1 << bit) != 0 {
                events.push(Event::Learned { fact: fact.clone() });
            }
        }
        match action {
            Move::CutIn => events.push(Event::BrokenOff),
            Move::Pause => events.push(Event::Silence {
                n: self.state.pauses,
            }),
            Move::Say(_) => {
                if let Some(term) = main {
                    let text = self.reaction(term.kind);
                    events.push(Event::Reacts {
                        term: term.kind,
                        text,
                    });
                }
                let given = self.state.promises & !before.promises;
                for (bit, (_, what)) in self.scenario.promises.iter().enumerate() {
                    if given & (1 << bit) != 0 {
                        events.push(Event::Promised { what: what.clone() });
                    }
                }
            }
            Move::Listen | Move::Encourage => {}
        }
        if action != Move::Pause || self.state.floor == Floor::Ended {
            events.extend(self.what_comes());
        }
        events
    }

    /// What the state has next: a segment, the floor, or the end.
    pub(crate) fn what_comes(&self) -> Vec<Event> {
        let written = self.scenario.written();
        match self.state.floor {
            Floor::Trainee => vec![Event::Floor],
            Floor::Customer => {
                let beat = self.scenario.beat(self.state.beat);
                let segment = beat.and_then(|beat| beat.says.get(self.state.segment as usize));
                segment.map_or_else(Vec::new, |segment| {
                    let row = self.world().segment(&self.state);
                    let slices = &self.scenario.variants[row.variants.range()];
                    let variant = slices
                        .iter()
                        .position(|tests| self.world().holds(&self.state, *tests));
                    let text = variant.map_or(&segment.text, |n| &segment.variants[n].text);
                    let number = self.state.segment as usize;
                    vec![Event::Speaks {
                        segment: number,
                        kind: segment.kind,
                        text: text.clone(),
                    }]
                })
            }
            Floor::Ended => {
                let ending = written.endings.iter().nth(self.state.ending as usize);
                ending.map_or_else(Vec::new, |(key, ending)| {
                    vec![Event::Ended {
                        ending: key.text.clone(),
                        scene: ending.scene.clone(),
                        outcome: ending.outcome,
                    }]
                })
            }
        }
    }

    /// A short reaction for a term, from the scenario's own pool or the manner's.
    fn reaction(&self, term: TermKind) -> String {
        let own = self.scenario.written().reactions.get(&term);
        let pool = own.or_else(|| {
            reactions()
                .get(&self.scenario.customer().manner)?
                .get(&term)
        });
        let Some(pool) = pool.filter(|pool| !pool.is_empty()) else {
            return "…".to_owned();
        };
        let n = self
            .setup
            .order
            .wrapping_add(u32::from(self.state.n_replies)) as usize;
        pool[n % pool.len()].clone()
    }

    /// A move by stable keys.
    pub(crate) fn action(&self, action: Move) -> Action {
        self.world().action(&self.state, action)
    }

    fn number(&self, action: &Action) -> Option<Move> {
        Some(match action {
            Action::Listen => Move::Listen,
            Action::Encourage => Move::Encourage,
            Action::CutIn => Move::CutIn,
            Action::Pause => Move::Pause,
            Action::Say(key) => {
                let replies = self.world().beat(&self.state).replies;
                let n = self.scenario.reply_keys[replies.range()]
                    .iter()
                    .position(|k| k == key)?;
                Move::Say(n as u8)
            }
        })
    }

    /// The words of a reply as this trainee would say them now.
    pub(crate) fn words(&self, n: u8) -> Option<String> {
        self.world().words(&self.state, n).map(str::to_owned)
    }
}
