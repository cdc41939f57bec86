//! One moment of a run as the clauses see it: the state before an input, and
//! what an input would do there. Nothing here knows a clause.

use crate::act::{Act, ActSet};
use crate::customer::cool;
use crate::customer::listening::listening_face;
use crate::customer::moment::{Moment, phase, window_now};
use crate::customer::stance::{face_rank, voice_suits};
use crate::guidance::InputKind;
use crate::rules::{ActKind, ActRule};
use crate::scenario::MAX_REPLIES;
use crate::scenario::written::{Gauge, Outcome, SegmentKind};
use crate::state::{Face, Flags, Floor, Phase, Stance, State, Voice};
use crate::step::{Input, Move, World};

/// The state before an input, with what tests ask of it worked out once.
pub(crate) struct Scene<'a> {
    pub(crate) world: World<'a>,
    pub(crate) before: State,
    /// The state at the moment the input takes effect: some seconds later.
    pub(crate) now: State,
    pub(crate) phase: Phase,
    pub(crate) speaking: Option<SegmentKind>,
}

impl<'a> Scene<'a> {
    pub(crate) fn of(world: World<'a>, before: &State) -> Self {
        let speaking = (before.floor == Floor::Customer).then(|| world.segment(before).kind);
        let [listen_s, _, _, _, say_s] = world.rules.seconds;
        let mut now = *before;
        let seconds = if speaking.is_some() { listen_s } else { say_s };
        cool(&world.case(), &mut now, seconds, &mut ());
        Scene {
            world,
            before: *before,
            now,
            phase: phase(world.rules, before),
            speaking,
        }
    }

    /// Everything the trainee could do here, once per stance that makes a difference.
    pub(crate) fn deeds(&self) -> Vec<Deed> {
        self.inputs()
            .into_iter()
            .filter_map(|input| self.deed(input))
            .collect()
    }

    /// The legal inputs. Listening differs by face alone; cutting in and pausing by nothing.
    fn inputs(&self) -> Vec<Input> {
        let mut moves = [Move::Pause; MAX_REPLIES + 1];
        let n_moves = self.world.moves(&self.before, &mut moves);
        let mut inputs = Vec::with_capacity(n_moves * 9);
        for &action in &moves[..n_moves] {
            let stances = stances_of(action);
            inputs.extend(stances.iter().map(|&stance| Input { action, stance }));
        }
        inputs
    }

    /// What an input does here; `None` if it is not legal.
    pub(crate) fn deed(&self, input: Input) -> Option<Deed> {
        let world = &self.world;
        let mut after = self.before;
        if !world.step(&mut after, input, &mut ()) {
            return None;
        }
        let mut deed = Deed {
            input,
            kind: kind_of(input.action),
            acts: ActSet::EMPTY,
            timely: ActSet::EMPTY,
            voice_suits: true,
            face_suits: true,
            uses_fact: false,
            re_asks: false,
            over_authority: false,
            gives_word: false,
            meets_case: false,
            worn: ActSet::EMPTY,
            same_face: false,
            phase_after: phase(world.rules, &after),
            ending: (after.floor == Floor::Ended)
                .then(|| world.scenario.endings[after.ending as usize]),
            walked_out: after.flags.has(Flags::WALKED_OUT),
            after,
        };
        match (input.action, self.speaking) {
            (Move::Listen | Move::Encourage, Some(kind)) => {
                let fit = listening_face(world.rules, &self.now, kind, input.stance.face);
                deed.face_suits = fit == 2;
            }
            (Move::Say(n), _) => self.reply(&mut deed, n),
            _ => {}
        }
        Some(deed)
    }

    fn reply(&self, deed: &mut Deed, n: u8) {
        let world = &self.world;
        let Some(reply) = world.reply(&self.before, n) else {
            return;
        };
        let informed = World::informed(&self.before, reply);
        let (acts, n_acts, set) = if informed {
            (&reply.acts, reply.n_acts, reply.set)
        } else {
            (&reply.plain_acts, reply.n_plain, reply.plain_set)
        };
        let stance = deed.input.stance;
        let lead = world.rules.act(acts[0]);
        deed.acts = set;
        deed.voice_suits = voice_suits(world.rules, &self.now, lead.voice, stance);
        deed.face_suits = self.face_suits(lead, stance.face);
        deed.uses_fact = informed && reply.needs != 0;
        deed.re_asks = reply.asks & self.before.facts != 0;
        deed.over_authority = reply.gives > self.before.limit;
        deed.gives_word = reply.promise > 0;
        deed.meets_case = world.holds(&self.before, reply.suits);
        deed.same_face = self.before.n_replies > 0
            && self.before.face_run >= world.rules.stance.face_run
            && self.before.reply_face == stance.face;
        for &act in &acts[..n_acts as usize] {
            let rule = world.rules.act(act);
            if window_now(world.rules, &self.now, rule.window, rule.family) == Moment::Right {
                deed.timely = deed.timely.with(act);
            }
            let relates = matches!(rule.kind, ActKind::Relate | ActKind::Regard | ActKind::Own);
            let family = rule.family.filter(|_| relates);
            if family.is_some_and(|family| self.before.worn[family as usize] >= 2) {
                deed.worn = deed.worn.with(act);
            }
        }
        if deed.re_asks {
            deed.acts = deed.acts.with(Act::ReAsk);
        }
    }

    /// Whether a face is the one that suits; where that would be a smile at
    /// white-hot anger, the second best does.
    fn face_suits(&self, lead: &ActRule, face: Face) -> bool {
        let rules = self.world.rules;
        let rank = |face| face_rank(rules, &self.now, lead.face, face);
        let mocking = self.now.gauge(Gauge::Heat) > rules.stance.mock_above;
        if mocking && rank(Face::Warm) == 0 {
            rank(face) == 1
        } else {
            rank(face) == 0
        }
    }
}

/// What an input does in a scene.
#[derive(Clone, Copy)]
pub(crate) struct Deed {
    pub(crate) input: Input,
    pub(crate) kind: InputKind,
    pub(crate) acts: ActSet,
    /// Those of the acts whose moment it is.
    pub(crate) timely: ActSet,
    pub(crate) voice_suits: bool,
    pub(crate) face_suits: bool,
    pub(crate) uses_fact: bool,
    pub(crate) re_asks: bool,
    pub(crate) over_authority: bool,
    pub(crate) gives_word: bool,
    pub(crate) meets_case: bool,
    /// Those of the acts that relate or reassure in a way it was done twice before.
    pub(crate) worn: ActSet,
    pub(crate) same_face: bool,
    pub(crate) phase_after: Phase,
    pub(crate) ending: Option<(Outcome, bool)>,
    pub(crate) walked_out: bool,
    pub(crate) after: State,
}

impl Deed {
    /// Whether it ends the conversation with the customer kept, or gone in peace.
    pub(crate) fn ends_well(&self) -> bool {
        let well = |(outcome, _)| matches!(outcome, Outcome::Kept | Outcome::Neutral);
        !self.walked_out && self.ending.is_some_and(well)
    }
}

fn kind_of(action: Move) -> InputKind {
    match action {
        Move::Listen => InputKind::Listen,
        Move::Encourage => InputKind::Encourage,
        Move::CutIn => InputKind::CutIn,
        Move::Pause => InputKind::Pause,
        Move::Say(_) => InputKind::Say,
    }
}

/// The stances that make a difference to a move.
pub(crate) fn stances_of(action: Move) -> &'static [Stance] {
    const EVEN: [Stance; 3] = [
        Stance {
            voice: Voice::Even,
            face: Face::Warm,
        },
        Stance {
            voice: Voice::Even,
            face: Face::Neutral,
        },
        Stance {
            voice: Voice::Even,
            face: Face::Concerned,
        },
    ];
    match action {
        Move::Say(_) => &Stance::ALL,
        Move::Listen | Move::Encourage => &EVEN,
        Move::CutIn | Move::Pause => &EVEN[1..2],
    }
}
