//! The conduct score: which clauses a run followed, missed or broke, what that
//! makes of the principles, and the two numbers and the gate of the result. It
//! reads runs; it never plays them on.

mod conduct;
mod gate;
pub(crate) mod moment;
pub mod par;
mod predicate;
mod void;

use serde::Serialize;

use crate::doctrine::Doctrine;
use crate::guidance::{Catalogue, Principle};
use crate::session::Session;
use crate::state::{Floor, State};
use crate::step::{Input, World};

pub use conduct::{Conduct, conduct};
pub use gate::{Gate, draws_a_line};
use moment::{Deed, Scene};
pub use par::{N_RANDOM, Par, ParLine, WIDTH};
use predicate::{BROKEN, Program, WHOLE, Worth};
use void::Out;
pub use void::{Void, Voided};

/// How a run stands to a clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Finding {
    /// Done, in the right moment and stance.
    Followed,
    /// Done in part, or in the wrong moment or stance.
    Partly,
    /// It was on offer and not done.
    Missed,
    /// It was gone against.
    Broken,
    /// It never came up. Never free marks.
    NotTested,
}

/// What one turn meant to one clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Credit {
    /// Index of the clause in the catalogue.
    pub clause: usize,
    /// The turn, from 1; past the last turn for what only the par line offered.
    pub turn: usize,
    /// Credit in thousandths, -250 to 1000.
    pub credit: i32,
    /// The best credit that was possible here, in thousandths.
    pub best: i32,
}

/// What a run means to one clause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClauseScore {
    /// How the run stands to it.
    pub finding: Finding,
    /// Share of the best possible credit, -250 to 1000; 0 if not tested.
    pub share: i32,
    /// The turns that made it so, from 1.
    pub turns: Vec<usize>,
}

/// A scored run. Every number in thousandths unless said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Score {
    /// Every clause, in the order of the catalogue.
    pub clauses: Vec<ClauseScore>,
    /// Every principle with its score, in the order of the catalogue; `None` if not tested.
    pub principles: Vec<(Principle, Option<i32>)>,
    /// What each turn meant to the clauses it touched, turn by turn.
    pub credits: Vec<Credit>,
    /// The guidance score: weighted mean of the principles.
    pub guidance: i32,
    /// The survey between random and best play.
    pub outcome: i32,
    /// Guidance and outcome together, three to one.
    pub total: i32,
    /// The survey, in tenths.
    pub survey: i16,
    /// What closed the gate, and at which turn, from 1.
    pub gates: Vec<(Gate, usize)>,
    /// Whether the conversation came to an end.
    pub ended: bool,
}

/// What a run is scored by beside its own rules.
#[derive(Clone, Copy, Debug)]
pub struct Standard<'a> {
    /// How clauses weigh where the documents disagree.
    pub doctrine: &'static Doctrine,
    /// What does not count. What the customer did about it stays: the survey, and the
    /// outcome with it, are those of the run as it was played.
    pub voids: &'a [Void],
}

impl Default for Standard<'_> {
    fn default() -> Self {
        Standard {
            doctrine: Doctrine::balanced(),
            voids: &[],
        }
    }
}

/// Share of guidance and of outcome in the total, in hundredths.
const SHARES: (i32, i32) = (75, 25);

impl Score {
    /// Scores a run against the par of its content, rules and seed.
    pub fn of(session: &Session, par: &Par) -> Score {
        Score::by(session, par, Standard::default())
    }

    /// The same by another doctrine, or without what does not count.
    pub fn by(session: &Session, par: &Par, standard: Standard) -> Score {
        let world = session.world();
        let out = Out::of(session.scenario(), standard.voids);
        let mut credits = Vec::new();
        for (turn, n) in session.turns().iter().zip(1..) {
            if !out.input(&turn.before, turn.input) {
                credits.extend(judge(world, &turn.before, turn.input, n));
            }
        }
        credits.retain(|credit| !out.clause(credit.clause));
        let mut sheet = Sheet::of(&credits);
        if !ended_rightly(session) {
            sheet.hold_against(world, session, par, &out);
        }
        let clauses: Vec<ClauseScore> = sheet.rows.iter().map(Row::score).collect();
        let Conduct {
            principles,
            guidance,
        } = conduct(standard.doctrine, &clauses);
        let survey = world.survey(session.state());
        let outcome = outcome(survey, par);
        Score {
            clauses,
            principles,
            credits,
            guidance,
            outcome,
            total: (guidance * SHARES.0 + outcome * SHARES.1) / 100,
            survey,
            gates: gate::closed(session, &out.turns(session)),
            ended: session.floor() == Floor::Ended,
        }
    }

    /// Whether it reaches the pass line with the gate open. Provisional, like the line.
    pub fn passed(&self, pass: i16) -> bool {
        self.ended && self.gates.is_empty() && self.total >= i32::from(pass)
    }
}

/// Where the survey lies between random and best play, 0 to 1000.
fn outcome(survey: i16, par: &Par) -> i32 {
    let (survey, random) = (i32::from(survey), i32::from(par.random));
    let best = i32::from(par.best.survey);
    if best <= random {
        // Right play pleases less than chance here: reaching it is all there is to reach.
        return if survey >= best { 1000 } else { 0 };
    }
    ((survey - random) * 1000 / (best - random)).clamp(0, 1000)
}

fn ended_rightly(session: &Session) -> bool {
    let state = session.state();
    state.floor == Floor::Ended && session.scenario().endings[state.ending as usize].1
}

/// What an input means to the clauses, in the state before it.
fn judge(world: World, before: &State, input: Input, turn: usize) -> Vec<Credit> {
    let scene = Scene::of(world, before);
    let offers = Offers::of(&scene, &scene.deeds());
    scene
        .deed(input)
        .map_or_else(Vec::new, |deed| offers.credits(&scene, &deed, turn))
}

/// What a scene offers to each clause that is in its context there.
pub(crate) struct Offers {
    rows: Vec<Offer>,
}

struct Offer {
    /// Index in the program.
    row: usize,
    /// Whether it counts when nothing is done about it.
    offered: bool,
    /// The best credit possible, in thousandths.
    best: i32,
}

impl Offers {
    pub(crate) fn of(scene: &Scene, deeds: &[Deed]) -> Self {
        let program = Program::current();
        let mut rows = Vec::new();
        let Some(any) = deeds.first() else {
            return Offers { rows };
        };
        for (row, (_, ready)) in program.clauses.iter().enumerate() {
            if !program.in_context(ready, scene, any) {
                continue;
            }
            let mut best = 0;
            let mut tempting = false;
            for deed in deeds {
                match program.worth(ready, scene, deed) {
                    Worth::Broken => tempting = true,
                    Worth::Credit(credit) => best = best.max(credit),
                }
                if best == WHOLE && (tempting || !ready.dont) {
                    break;
                }
            }
            if best > 0 || tempting {
                rows.push(Offer {
                    row,
                    offered: if ready.dont { tempting } else { best > 0 },
                    // What can only be broken here could have been left alone.
                    best: if best == 0 { WHOLE } else { best },
                });
            }
        }
        Offers { rows }
    }

    /// What one of the deeds means to the clauses.
    pub(crate) fn credits(&self, scene: &Scene, deed: &Deed, turn: usize) -> Vec<Credit> {
        let program = Program::current();
        let mut credits = Vec::new();
        for offer in &self.rows {
            let (clause, ready) = &program.clauses[offer.row];
            let credit = match program.worth(ready, scene, deed) {
                Worth::Broken => BROKEN,
                Worth::Credit(credit) if offer.offered => credit,
                Worth::Credit(_) => continue,
            };
            credits.push(Credit {
                clause: *clause,
                turn,
                credit,
                best: offer.best,
            });
        }
        credits
    }
}

/// The clauses of a run, being added up.
struct Sheet {
    rows: Vec<Row>,
}

/// One clause, being added up.
#[derive(Clone, Default)]
struct Row {
    dont: bool,
    each: bool,
    credits: Vec<Credit>,
    /// Turns of the par line that offered it after the trainee had gone.
    forgone: Vec<Credit>,
}

impl Sheet {
    fn of(credits: &[Credit]) -> Self {
        let mut rows = vec![Row::default(); Catalogue::current().clauses.len()];
        for (clause, ready) in &Program::current().clauses {
            rows[*clause].dont = ready.dont;
            rows[*clause].each = ready.each;
        }
        for credit in credits {
            rows[credit.clause].credits.push(*credit);
        }
        Sheet { rows }
    }

    /// Leaving early does not clean the sheet: what the par line still offered
    /// after as many replies as the trainee gave counts as missed.
    fn hold_against(&mut self, world: World, session: &Session, par: &Par, out: &Out) {
        let n_replies = session.state().n_replies;
        let past_end = session.turns().len() + 1;
        let mut state = world.begin(session.seed());
        for &input in &par.best.inputs {
            if state.n_replies >= n_replies && !out.input(&state, input) {
                let offered = judge(world, &state, input, past_end);
                for credit in offered.into_iter().filter(|c| !out.clause(c.clause)) {
                    let forgone = Credit {
                        credit: 0,
                        ..credit
                    };
                    self.rows[credit.clause].forgone.push(forgone);
                }
            }
            world.step(&mut state, input, &mut ());
        }
    }
}

impl Row {
    fn score(&self) -> ClauseScore {
        let here = &self.credits;
        // Once is enough, so an offer forgone matters only if there was none before.
        let forgone = if self.each || here.is_empty() {
            &self.forgone[..]
        } else {
            &[]
        };
        if here.is_empty() && forgone.is_empty() {
            return ClauseScore {
                finding: Finding::NotTested,
                share: 0,
                turns: Vec::new(),
            };
        }
        let broken = here.iter().any(|c| c.credit < 0);
        let share = if self.each {
            let sum: i32 = here.iter().map(|c| c.credit).sum();
            let best: i32 = here.iter().chain(forgone).map(|c| c.best).sum();
            sum * WHOLE / best
        } else {
            let gained = here.iter().map(|c| c.credit).max().unwrap_or(0).max(0);
            let best = here.iter().chain(forgone).map(|c| c.best).max();
            let share = gained * WHOLE / best.unwrap_or(WHOLE);
            match (broken, self.dont) {
                (false, _) => share,
                (true, true) => BROKEN,
                (true, false) => (share + BROKEN).max(BROKEN),
            }
        };
        let finding = match share {
            _ if broken && (share <= 0 || (self.dont && !self.each)) => Finding::Broken,
            900.. if !broken => Finding::Followed,
            1.. => Finding::Partly,
            _ => Finding::Missed,
        };
        let telling = |credit: &&Credit| match finding {
            Finding::Broken => credit.credit < 0,
            Finding::Followed | Finding::Partly => credit.credit != 0,
            Finding::Missed | Finding::NotTested => true,
        };
        ClauseScore {
            finding,
            share,
            turns: here.iter().filter(telling).map(|c| c.turn).collect(),
        }
    }
}
