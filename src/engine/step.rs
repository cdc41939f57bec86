//! One input, applied: who has the floor, what is heard, where the talk goes.
//! The hot path of search and playtest; it allocates nothing and returns no text.

use crate::customer::listening::{cut_in, hear, pause};
use crate::customer::speaking::{Speech, say};
use crate::customer::{Case, Record, cool, satisfaction};
use crate::rng::{Dice, Seed, Stream};
use crate::rules::Rules;
use crate::scenario::written::{Amount, Direct, Level, SegmentKind};
use crate::scenario::{BeatRow, MAX_REPLIES, ReplyRow, Scenario, SegmentRow, Slice, Target, Test};
use crate::state::{Flags, Floor, N_GAUGES, Setup, Stance, State, Traits};

/// What a trainee does, without the stance held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Move {
    /// Listens to the end of the segment.
    Listen,
    /// Listens, with a nod or an "mm-hm" at its end.
    Encourage,
    /// Cuts in on the segment and takes the floor.
    CutIn,
    /// Has the floor and says nothing.
    Pause,
    /// Says the reply with this number within the beat.
    Say(u8),
}

/// A move and the stance held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Input {
    /// What is done.
    pub action: Move,
    /// The voice and face it is done with.
    pub stance: Stance,
}

/// The number that stands for "no ending yet".
pub(crate) const NO_ENDING: u16 = u16::MAX;

/// A run's fixed parts: what plays, by which rules, with which draw.
#[derive(Clone, Copy)]
pub struct World<'a> {
    pub(crate) scenario: &'a Scenario,
    pub(crate) rules: &'a Rules,
    pub(crate) setup: &'a Setup,
}

/// Draws the persona, the deal and the order of a run.
pub fn draw(scenario: &Scenario, rules: &Rules, seed: Seed) -> Setup {
    let mut dice = seed.stream(Stream::Traits);
    let customer = scenario.customer();
    let trait_of = |level: Level| {
        let (first, last) = rules.trait_levels.of(level);
        rules.trait_quantiles[dice.between(i32::from(first), i32::from(last)) as usize]
    };
    let [temper, talk, suspicion, money, pride] = [
        customer.temper,
        customer.talk,
        customer.suspicion,
        customer.money,
        customer.pride,
    ]
    .map(trait_of);
    let traits = Traits {
        temper,
        talk,
        suspicion,
        money,
        pride,
        direct: match customer.direct {
            Direct::Yes => true,
            Direct::No => false,
            Direct::Drawn => dice.below(2) == 0,
        },
        volume: dice.between(-10, 10) as i16,
        bearing: dice.between(-10, 10) as i16,
    };
    let mut dice = seed.stream(Stream::Deal);
    let mut deal = [0; crate::scenario::MAX_DEALS];
    for (value, (_, values)) in deal.iter_mut().zip(&scenario.deals) {
        *value = dice.below(values.len() as u32) as u8;
    }
    let order = seed.stream(Stream::Order).below(u32::MAX);
    Setup {
        traits,
        deal,
        story: scenario.n_story,
        order,
    }
}

impl<'a> World<'a> {
    /// The fixed parts of a run.
    pub fn new(scenario: &'a Scenario, rules: &'a Rules, setup: &'a Setup) -> Self {
        World {
            scenario,
            rules,
            setup,
        }
    }

    pub(crate) fn case(&self) -> Case<'a> {
        Case {
            rules: self.rules,
            setup: self.setup,
            failure: self.scenario.kind.failure,
            knows: self.scenario.kind.knows,
            loss: self.scenario.kind.loss,
        }
    }

    /// The state before the first input.
    pub fn begin(&self, seed: Seed) -> State {
        let mut dice = seed.stream(Stream::Traits);
        // Past the draws of the traits, so that both never share numbers.
        (0..16).for_each(|_| {
            dice.below(2);
        });
        let start = self.scenario.start();
        let mut amount = |said: Option<Amount>, otherwise: Amount| match said.unwrap_or(otherwise) {
            Amount::Number(n) => n,
            Amount::Named(level) => {
                let (low, high) = self.rules.levels.of(level);
                dice.between(i32::from(low), i32::from(high)) as i16
            }
        };
        let gauges: [i16; N_GAUGES] = [
            amount(start.heat, Amount::Named(Level::High)),
            amount(start.heard, Amount::Named(Level::Low)),
            amount(start.fixed, Amount::Number(50)),
            amount(start.trust, Amount::Named(Level::Mid)),
            amount(start.ease, Amount::Named(Level::Mid)),
        ];
        let mut state = State {
            turn: 0,
            beat: 0,
            segment: 0,
            active: 0,
            floor: Floor::Trainee,
            gauges,
            story: self.setup.story,
            facts: 0,
            did: Default::default(),
            been: 0,
            flags: Flags::default(),
            worn: [0; crate::rules::N_FAMILIES],
            promises: 0,
            stance: Stance::default(),
            reply_face: Default::default(),
            face_run: 0,
            pauses: 0,
            nods: 0,
            limit: self.scenario.authority().credit,
            clock: 0,
            n_replies: 0,
            brink: 0,
            sum: 0,
            worst: 1000,
            ending: NO_ENDING,
        };
        self.enter(&mut state, self.scenario.opening);
        state
    }

    pub(crate) fn beat(&self, state: &State) -> &'a BeatRow {
        &self.scenario.beats[state.beat as usize]
    }

    pub(crate) fn segment(&self, state: &State) -> &'a SegmentRow {
        let first = self.beat(state).segments.start as usize;
        &self.scenario.segments[first + state.segment as usize]
    }

    pub(crate) fn reply(&self, state: &State, n: u8) -> Option<&'a ReplyRow> {
        let replies = self.beat(state).replies;
        (u16::from(n) < replies.len)
            .then(|| &self.scenario.replies[replies.start as usize + n as usize])
    }

    /// Whether all tests hold. Most lists are empty, and this is asked often.
    #[inline]
    pub(crate) fn holds(&self, state: &State, tests: Slice) -> bool {
        tests.len == 0 || self.all_hold(state, tests)
    }

    fn all_hold(&self, state: &State, tests: Slice) -> bool {
        let mut rest = &self.scenario.tests[tests.range()];
        while !rest.is_empty() {
            let (holds, n) = self.one(state, rest);
            if !holds {
                return false;
            }
            rest = &rest[n..];
        }
        true
    }

    /// Whether the first test holds, and how many entries it takes.
    fn one(&self, state: &State, tests: &[Test]) -> (bool, usize) {
        let holds = match tests[0] {
            Test::Deal { name, value } => self.setup.deal[name as usize] == value,
            Test::Knows(fact) => state.facts & fact != 0,
            Test::Did(act) => state.did.has(act),
            Test::Been(landmark) => state.been & (1 << landmark) != 0,
            Test::AtLeast(gauge, amount) => state.gauge(gauge) >= amount,
            Test::Below(gauge, amount) => state.gauge(gauge) < amount,
            Test::Told => state.story == 0,
            Test::Talker => self.setup.traits.talk >= 1100,
            Test::Direct => self.setup.traits.direct,
            Test::Not => {
                let (holds, n) = self.one(state, &tests[1..]);
                return (!holds, n + 1);
            }
            Test::AnyOf(n) => {
                let end = 1 + n as usize;
                let mut at = 1;
                let mut any = false;
                while at < end {
                    let (holds, n) = self.one(state, &tests[at..end]);
                    any |= holds;
                    at += n;
                }
                return (any, end);
            }
        };
        (holds, 1)
    }

    /// Whether the reply is its informed version for this trainee.
    pub(crate) fn informed(state: &State, reply: &ReplyRow) -> bool {
        reply.needs & !state.facts == 0
    }

    /// The moves that are legal now, without stances, into `out`; returns how many.
    pub fn moves(&self, state: &State, out: &mut [Move; MAX_REPLIES + 1]) -> usize {
        match state.floor {
            Floor::Ended => 0,
            Floor::Customer => {
                out[..3].copy_from_slice(&[Move::Listen, Move::Encourage, Move::CutIn]);
                3
            }
            Floor::Trainee => {
                let mut n_moves = 0;
                let replies = &self.scenario.replies[self.beat(state).replies.range()];
                for (n, reply) in (0u8..).zip(replies) {
                    if self.holds(state, reply.tests) {
                        out[n_moves] = Move::Say(n);
                        n_moves += 1;
                    }
                }
                out[n_moves] = Move::Pause;
                n_moves + 1
            }
        }
    }

    /// Whether a beat that asks for a reading has been told, so that it is asked now,
    /// unless it was before.
    pub fn asks_reading(&self, state: &State) -> bool {
        state.floor == Floor::Trainee && self.scenario.reads[state.beat as usize]
    }

    /// Whether a move is legal now.
    pub fn legal(&self, state: &State, action: Move) -> bool {
        match (state.floor, action) {
            (Floor::Customer, Move::Listen | Move::Encourage | Move::CutIn) => true,
            (Floor::Trainee, Move::Pause) => true,
            (Floor::Trainee, Move::Say(n)) => self
                .reply(state, n)
                .is_some_and(|r| self.holds(state, r.tests)),
            _ => false,
        }
    }

    /// Keys of the replies that may be said now; none while the customer speaks.
    pub fn reply_keys(&self, state: &State) -> Vec<&'a str> {
        let first = self.beat(state).replies.start as usize;
        let mut moves = [Move::Pause; MAX_REPLIES + 1];
        let n_moves = self.moves(state, &mut moves);
        moves[..n_moves]
            .iter()
            .filter_map(|action| match action {
                Move::Say(n) => Some(self.scenario.reply_keys[first + *n as usize].as_str()),
                _ => None,
            })
            .collect()
    }

    /// The words of a reply as this trainee would say them now.
    pub fn words(&self, state: &State, n: u8) -> Option<&'a str> {
        let row = self.reply(state, n)?;
        let beat = self.scenario.beat(state.beat)?;
        let reply = beat.replies.values().nth(n as usize)?;
        let plain = reply
            .without
            .as_ref()
            .filter(|_| !Self::informed(state, row));
        Some(plain.map_or(reply.say.as_str(), |without| without.say.as_str()))
    }

    /// Numbers of the replies that may be said now, in the order this run shows them.
    pub fn shown(&self, state: &State) -> Vec<u8> {
        let mut moves = [Move::Pause; MAX_REPLIES + 1];
        let n_moves = self.moves(state, &mut moves);
        let mut replies: Vec<u8> = moves[..n_moves]
            .iter()
            .filter_map(|action| match action {
                Move::Say(n) => Some(*n),
                _ => None,
            })
            .collect();
        let run = Seed::new(u64::from(self.setup.order));
        let mut dice = Dice::for_play(run, u64::from(state.beat));
        for i in (1..replies.len()).rev() {
            replies.swap(i, dice.below(i as u32 + 1) as usize);
        }
        replies
    }

    /// The reply that is shown first.
    pub(crate) fn shown_first(&self, state: &State) -> Option<Move> {
        self.shown(state).first().map(|&n| Move::Say(n))
    }

    /// What a reply would do to a customer in this state, and nothing else:
    /// time, words, stance, but not where the talk goes.
    pub(crate) fn say_only(&self, state: &mut State, action: Move, stance: Stance, suits: bool) {
        let Move::Say(n) = action else { return };
        let Some(reply) = self.reply(state, n) else {
            return;
        };
        let case = self.case();
        cool(&case, state, self.rules.seconds[4], &mut ());
        self.hold(state, stance);
        let mut speech = self.speech(state, reply);
        speech.suits = suits;
        say(&case, state, speech, &mut ());
    }

    fn hold(&self, state: &mut State, stance: Stance) {
        let same = state.n_replies > 0 && state.reply_face == stance.face;
        state.stance = stance;
        state.reply_face = stance.face;
        state.face_run = if same {
            state.face_run.saturating_add(1)
        } else {
            1
        };
    }

    fn speech(&self, state: &State, reply: &'a ReplyRow) -> Speech<'a> {
        let informed = Self::informed(state, reply);
        let (acts, n_acts) = if informed {
            (&reply.acts, reply.n_acts)
        } else {
            (&reply.plain_acts, reply.n_plain)
        };
        Speech {
            acts: &acts[..n_acts as usize],
            suits: self.holds(state, reply.suits),
            retold: reply.asks & state.facts != 0,
            gives: reply.gives,
        }
    }

    /// Applies a legal input; an illegal one leaves the state as it is and
    /// returns `false`.
    pub fn step(&self, state: &mut State, input: Input, rec: &mut impl Record) -> bool {
        if !self.legal(state, input.action) {
            return false;
        }
        let case = self.case();
        let [listen_s, encourage_s, cut_s, pause_s, say_s] = self.rules.seconds;
        state.turn += 1;
        state.stance = input.stance;
        match input.action {
            Move::Listen | Move::Encourage => {
                let nod = input.action == Move::Encourage;
                cool(&case, state, if nod { encourage_s } else { listen_s }, rec);
                let segment = self.segment(state);
                hear(&case, state, segment.kind, nod, rec);
                state.facts |= segment.fact;
                self.next_segment(state);
            }
            Move::CutIn => {
                cool(&case, state, cut_s, rec);
                cut_in(
                    &case,
                    state,
                    self.segment(state).kind,
                    self.more_to_tell(state),
                    rec,
                );
                state.floor = Floor::Trainee;
            }
            Move::Pause => {
                cool(&case, state, pause_s, rec);
                pause(&case, state, rec);
            }
            Move::Say(n) => {
                cool(&case, state, say_s, rec);
                self.hold(state, input.stance);
                self.speak(&case, state, n, rec);
            }
        }
        if state.turn >= self.rules.turn_cap && state.floor != Floor::Ended {
            self.walk_out(state);
        }
        true
    }

    fn speak(&self, case: &Case, state: &mut State, n: u8, rec: &mut impl Record) {
        let Some(reply) = self.reply(state, n) else {
            return;
        };
        let speech = self.speech(state, reply);
        say(case, state, speech, rec);
        if reply.gives > state.limit {
            state.flags.raise(Flags::ULTRA_VIRES);
        }
        if reply.promise > 0 {
            state.promises |= 1 << (reply.promise - 1);
        }
        let satisfied = satisfaction(self.rules, case.failure, state);
        state.n_replies = state.n_replies.saturating_add(1);
        state.sum += satisfied.max(0) as u32;
        state.worst = state.worst.min(satisfied.max(0) as u16);
        let at_brink =
            satisfied <= self.rules.walk_below || state.gauges[0] >= self.rules.walk_heat;
        state.brink = if at_brink && state.n_replies > self.rules.walk_grace {
            state.brink + 1
        } else {
            0
        };
        let target = self.scenario.arms[reply.arms.range()]
            .iter()
            .find(|arm| self.holds(state, arm.tests))
            .map(|arm| arm.to);
        match target {
            Some(Target::Ending(ending)) => self.end(state, ending),
            _ if state.brink >= 2 || state.n_replies >= self.rules.patience => self.walk_out(state),
            Some(Target::Beat(beat)) => self.enter(state, beat),
            None => self.walk_out(state),
        }
    }

    fn walk_out(&self, state: &mut State) {
        state.flags.raise(Flags::WALKED_OUT);
        self.end(state, self.scenario.walk_out);
    }

    fn end(&self, state: &mut State, ending: u16) {
        state.ending = ending;
        state.floor = Floor::Ended;
    }

    #[inline]
    pub(crate) fn enter(&self, state: &mut State, beat: u16) {
        state.beat = beat;
        let row = self.beat(state);
        if let Some(landmark) = row.landmark {
            state.been |= 1 << landmark;
        }
        state.limit = state.limit.max(row.grants);
        state.active = 0;
        for (i, segment) in self.scenario.segments[row.segments.range()]
            .iter()
            .enumerate()
        {
            if self.holds(state, segment.tests) {
                state.active |= 1 << i;
            }
        }
        state.segment = 0;
        self.settle_segment(state);
    }

    fn next_segment(&self, state: &mut State) {
        state.segment += 1;
        self.settle_segment(state);
    }

    /// Moves on to the next segment that is said; without one, the trainee has the floor.
    fn settle_segment(&self, state: &mut State) {
        let rest = state
            .active
            .checked_shr(u32::from(state.segment))
            .unwrap_or(0);
        if rest == 0 {
            state.floor = Floor::Trainee;
        } else {
            state.segment += rest.trailing_zeros() as u8;
            state.floor = Floor::Customer;
        }
    }

    fn more_to_tell(&self, state: &State) -> bool {
        let row = self.beat(state);
        let first = state.segment as usize + 1;
        self.scenario.segments[row.segments.range()]
            .iter()
            .enumerate()
            .skip(first)
            .any(|(i, s)| {
                state.active & (1 << i) != 0
                    && matches!(s.kind, SegmentKind::Tell | SegmentKind::Fact)
            })
    }

    /// Whether the run has ended, and rightly.
    pub fn ends_rightly(&self, state: &State) -> bool {
        state.floor == Floor::Ended && self.scenario.endings[state.ending as usize].1
    }

    /// The satisfactometer now, in tenths.
    pub fn satisfaction(&self, state: &State) -> i16 {
        satisfaction(self.rules, self.scenario.kind.failure, state)
    }

    /// The after-call survey, 0 to 1000 tenths: mean, end and worst over the
    /// replies; the satisfactometer as it is if there was no reply.
    pub fn survey(&self, state: &State) -> i16 {
        let now = i32::from(self.satisfaction(state));
        if state.n_replies == 0 {
            return now as i16;
        }
        let [mean, end, worst] = self.rules.survey.map(i32::from);
        let average = state.sum as i32 / i32::from(state.n_replies);
        ((mean * average + end * now + worst * i32::from(state.worst)) / 1000) as i16
    }
}
