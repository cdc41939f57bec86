//! The tests of the clauses in compact form: one flat program for the whole
//! catalogue, because every input that was possible is tested at every turn.

use std::ops::Range;
use std::sync::LazyLock;

use crate::act::ActSet;
use crate::guidance::{Catalogue, Clause, Count, Sign, Test, Tested};
use crate::scenario::written::{Gauge, Knows};
use crate::state::Flags;

use super::moment::{Deed, Scene};

/// Share of a credit for the words, the delivery and the timing, in thousandths.
const WORDS: i32 = 600;
const DELIVERY: i32 = 250;
const TIMING: i32 = 150;
/// A whole credit.
pub(crate) const WHOLE: i32 = 1000;
/// What breaking a clause costs.
pub(crate) const BROKEN: i32 = -250;

/// One operation. `All` and `Any` take the operations after them, that many;
/// `Not` the one test after it.
#[derive(Clone, Copy, Debug)]
enum Op {
    All(u16),
    Any(u16),
    Not,
    Phase(u8),
    Speaking(u8),
    Flag(Flags),
    AtLeast(Gauge, i16),
    Below(Gauge, i16),
    StoryAtMost(u8),
    Before(ActSet),
    FirstReply,
    Paused,
    OnPhone,
    Knows(Knows),
    Direct,
    Input(u8),
    Does(ActSet),
    Timely(ActSet),
    Voice(u8),
    Face(u8),
    VoiceSuits,
    FaceSuits,
    UsesFact,
    ReAsks,
    OverAuthority,
    GivesWord,
    MeetsCase,
    WornOut(ActSet),
    SameFace,
    Leads(u8),
    EndsWell,
}

type Code = Range<usize>;

/// A clause ready to be tested.
pub(crate) struct Ready {
    when: Option<Code>,
    act: Option<Code>,
    delivery: Vec<Code>,
    timing: Vec<Code>,
    breaks: Option<Code>,
    pub(crate) dont: bool,
    pub(crate) each: bool,
}

/// The clauses that an encounter can test, by their index in the catalogue.
pub(crate) struct Program {
    ops: Vec<Op>,
    pub(crate) clauses: Vec<(usize, Ready)>,
}

/// What one input is worth to one clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Worth {
    /// It goes against it.
    Broken,
    /// It follows it, this much of 1000; 0 if it does not touch it.
    Credit(i32),
}

impl Program {
    /// The program of the built-in catalogue.
    pub(crate) fn current() -> &'static Program {
        static CURRENT: LazyLock<Program> = LazyLock::new(|| Program::new(Catalogue::current()));
        &CURRENT
    }

    fn new(catalogue: &Catalogue) -> Self {
        let mut program = Program {
            ops: Vec::new(),
            clauses: Vec::new(),
        };
        for (n, clause) in catalogue.clauses.iter().enumerate() {
            if clause.tested == Tested::Encounter {
                let ready = program.ready(clause);
                program.clauses.push((n, ready));
            }
        }
        program
    }

    fn ready(&mut self, clause: &Clause) -> Ready {
        let acts = clause.act.as_ref().map_or(ActSet::EMPTY, Test::acts);
        let suits = [Test::VoiceSuits, Test::FaceSuits];
        let dont = clause.sign == Sign::Dont;
        let delivery: &[Test] = match &clause.delivery {
            Some(tests) => tests,
            // What is only to be avoided has no manner of being done.
            None if dont => &[],
            None => &suits,
        };
        Ready {
            when: clause.when.as_ref().map(|test| self.code(test, acts)),
            act: clause.act.as_ref().map(|test| self.code(test, acts)),
            delivery: delivery.iter().map(|test| self.code(test, acts)).collect(),
            timing: clause
                .timing
                .iter()
                .map(|test| self.code(test, acts))
                .collect(),
            breaks: clause.breaks.as_ref().map(|test| self.code(test, acts)),
            dont,
            each: clause.count == Count::Each,
        }
    }

    fn code(&mut self, test: &Test, acts: ActSet) -> Code {
        let start = self.ops.len();
        self.push(test, acts);
        start..self.ops.len()
    }

    fn push(&mut self, test: &Test, acts: ActSet) {
        let op = match test {
            Test::All(tests) => return self.list(tests, acts, Op::All),
            Test::Any(tests) => return self.list(tests, acts, Op::Any),
            Test::Not(inner) => {
                self.ops.push(Op::Not);
                return self.push(inner, acts);
            }
            Test::Phase(phases) => Op::Phase(mask(phases.iter().map(|p| *p as u8))),
            Test::Speaking(kinds) => Op::Speaking(mask(kinds.iter().map(|k| *k as u8))),
            Test::Flag(name) => Op::Flag(name.flag()),
            Test::HeatAtLeast(heat) => Op::AtLeast(Gauge::Heat, *heat),
            Test::HeatBelow(heat) => Op::Below(Gauge::Heat, *heat),
            Test::AtLeast(gauge, amount) => Op::AtLeast(*gauge, *amount),
            Test::StoryAtMost(parts) => Op::StoryAtMost(*parts),
            Test::Before(acts) => Op::Before(acts.iter().copied().collect()),
            Test::FirstReply => Op::FirstReply,
            Test::Paused => Op::Paused,
            Test::OnPhone => Op::OnPhone,
            Test::Novice => Op::Knows(Knows::Novice),
            Test::Expert => Op::Knows(Knows::Expert),
            Test::Direct => Op::Direct,
            Test::Input(kinds) => Op::Input(mask(kinds.iter().map(|k| *k as u8))),
            Test::Does(acts) => Op::Does(acts.iter().copied().collect()),
            Test::Timely => Op::Timely(acts),
            Test::Voice(voices) => Op::Voice(mask(voices.iter().map(|v| *v as u8))),
            Test::Face(faces) => Op::Face(mask(faces.iter().map(|f| *f as u8))),
            Test::VoiceSuits => Op::VoiceSuits,
            Test::FaceSuits => Op::FaceSuits,
            Test::UsesFact => Op::UsesFact,
            Test::ReAsks => Op::ReAsks,
            Test::OverAuthority => Op::OverAuthority,
            Test::GivesWord => Op::GivesWord,
            Test::MeetsCase => Op::MeetsCase,
            Test::WornOut => Op::WornOut(acts),
            Test::SameFace => Op::SameFace,
            Test::Leads(phases) => Op::Leads(mask(phases.iter().map(|p| *p as u8))),
            Test::EndsWell => Op::EndsWell,
        };
        self.ops.push(op);
    }

    fn list(&mut self, tests: &[Test], acts: ActSet, op: fn(u16) -> Op) {
        let at = self.ops.len();
        self.ops.push(op(0));
        tests.iter().for_each(|test| self.push(test, acts));
        self.ops[at] = op((self.ops.len() - at - 1) as u16);
    }

    fn holds(&self, code: &Code, scene: &Scene, deed: &Deed) -> bool {
        one(&self.ops[code.clone()], scene, deed).0
    }

    /// Whether the clause can come up in this scene at all. `any` is any deed:
    /// contexts look at the state alone.
    pub(crate) fn in_context(&self, ready: &Ready, scene: &Scene, any: &Deed) -> bool {
        ready
            .when
            .as_ref()
            .is_none_or(|code| self.holds(code, scene, any))
    }

    /// What an input is worth to a clause that is in its context.
    pub(crate) fn worth(&self, ready: &Ready, scene: &Scene, deed: &Deed) -> Worth {
        let holds = |code: &Code| self.holds(code, scene, deed);
        if ready.breaks.as_ref().is_some_and(holds) {
            return Worth::Broken;
        }
        let follows = match &ready.act {
            Some(code) => holds(code),
            // Whoever says nothing has resisted no temptation to say it.
            None => deed.kind == crate::guidance::InputKind::Say,
        };
        if !follows {
            return Worth::Credit(0);
        }
        let part = |codes: &[Code], worth: i32| {
            let n_met = codes.iter().filter(|code| holds(code)).count() as i32;
            match codes.len() as i32 {
                0 => worth,
                n => worth * n_met / n,
            }
        };
        Worth::Credit(WORDS + part(&ready.delivery, DELIVERY) + part(&ready.timing, TIMING))
    }
}

fn mask(bits: impl Iterator<Item = u8>) -> u8 {
    bits.fold(0, |mask, bit| mask | 1 << bit)
}

fn within(mask: u8, bit: u8) -> bool {
    mask & (1 << bit) != 0
}

/// Whether the first test holds, and how many operations it takes.
fn one(ops: &[Op], scene: &Scene, deed: &Deed) -> (bool, usize) {
    let before = &scene.before;
    let stance = deed.input.stance;
    let holds = match ops[0] {
        Op::All(n) => {
            let end = 1 + n as usize;
            let mut at = 1;
            while at < end {
                let (holds, n) = one(&ops[at..end], scene, deed);
                if !holds {
                    return (false, end);
                }
                at += n;
            }
            return (true, end);
        }
        Op::Any(n) => {
            let end = 1 + n as usize;
            let mut at = 1;
            while at < end {
                let (holds, n) = one(&ops[at..end], scene, deed);
                if holds {
                    return (true, end);
                }
                at += n;
            }
            return (false, end);
        }
        Op::Not => {
            let (holds, n) = one(&ops[1..], scene, deed);
            return (!holds, n + 1);
        }
        Op::Phase(phases) => within(phases, scene.phase as u8),
        Op::Speaking(kinds) => scene.speaking.is_some_and(|kind| within(kinds, kind as u8)),
        Op::Flag(flag) => before.flags.has(flag),
        Op::AtLeast(gauge, amount) => before.gauge(gauge) >= amount,
        Op::Below(gauge, amount) => before.gauge(gauge) < amount,
        Op::StoryAtMost(parts) => before.story <= parts,
        Op::Before(acts) => before.did.meets(acts),
        Op::FirstReply => before.n_replies == 0,
        Op::Paused => before.pauses > 0,
        Op::OnPhone => scene.world.scenario.place().is_call(),
        Op::Knows(knows) => scene.world.scenario.customer().knows == knows,
        Op::Direct => scene.world.setup.traits.direct,
        Op::Input(kinds) => within(kinds, deed.kind as u8),
        Op::Does(acts) => deed.acts.meets(acts),
        Op::Timely(acts) => deed.timely.meets(acts),
        Op::Voice(voices) => within(voices, stance.voice as u8),
        Op::Face(faces) => within(faces, stance.face as u8),
        Op::VoiceSuits => deed.voice_suits,
        Op::FaceSuits => deed.face_suits,
        Op::UsesFact => deed.uses_fact,
        Op::ReAsks => deed.re_asks,
        Op::OverAuthority => deed.over_authority,
        Op::GivesWord => deed.gives_word,
        Op::MeetsCase => deed.meets_case,
        Op::WornOut(acts) => {
            let all = acts == ActSet::EMPTY && deed.worn != ActSet::EMPTY;
            all || deed.worn.meets(acts)
        }
        Op::SameFace => deed.same_face,
        Op::Leads(phases) => within(phases, deed.phase_after as u8),
        Op::EndsWell => deed.ends_well(),
    };
    (holds, 1)
}
