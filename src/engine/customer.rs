//! The customer: what an input does to the gauges, as a list of named terms.
//! Integers and tables only; nothing here knows texts or where the talk goes.

use serde::{Deserialize, Serialize};

use crate::act::Act;
use crate::rules::{ActKind, ActRule, FaceClass, Family, Rules, TermKind, VoiceClass, Window};
use crate::scenario::written::{Failure, Gauge, Knows, SegmentKind};
use crate::state::{Face, Flags, N_GAUGES, Phase, Setup, Stance, State, Voice};

/// Changes of the five gauges, in thousandths.
pub type Delta = [i16; N_GAUGES];

const HEAT: usize = Gauge::Heat as usize;
const HEARD: usize = Gauge::Heard as usize;
const FIXED: usize = Gauge::Fixed as usize;
const TRUST: usize = Gauge::Trust as usize;
const EASE: usize = Gauge::Ease as usize;

/// One named part of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Term {
    /// Its name.
    pub kind: TermKind,
    /// The act it came from, if it came from one.
    pub act: Option<Act>,
    /// What it did to the gauges.
    pub delta: Delta,
}

/// Takes note of terms, or does not.
pub trait Record {
    /// A term was applied.
    fn term(&mut self, kind: TermKind, act: Option<Act>, delta: Delta);
}

/// Takes no note: for search and playtest.
impl Record for () {
    fn term(&mut self, _: TermKind, _: Option<Act>, _: Delta) {}
}

impl Record for Vec<Term> {
    fn term(&mut self, kind: TermKind, act: Option<Act>, delta: Delta) {
        if delta != [0; N_GAUGES] {
            self.push(Term { kind, act, delta });
        }
    }
}

/// What the simulation needs beside the state: all of it fixed for a run.
#[derive(Clone, Copy)]
pub(crate) struct Case<'a> {
    pub(crate) rules: &'a Rules,
    pub(crate) setup: &'a Setup,
    pub(crate) failure: Failure,
    pub(crate) knows: Knows,
    pub(crate) loss: u16,
}

/// What a reply does, ready for the customer.
#[derive(Clone, Copy)]
pub(crate) struct Speech<'a> {
    pub(crate) acts: &'a [Act],
    pub(crate) suits: bool,
    pub(crate) retold: bool,
    pub(crate) gives: u16,
}

/// The satisfactometer in tenths, 0 to 1000.
pub(crate) fn satisfaction(rules: &Rules, failure: Failure, state: &State) -> i16 {
    let [fixed, heard, cool] = match failure {
        Failure::Outcome => rules.weights,
        Failure::Process => rules.weights_process,
    }
    .map(i32::from);
    let gauges = state.gauges.map(i32::from);
    ((fixed * gauges[FIXED] + heard * gauges[HEARD] + cool * (1000 - gauges[HEAT])) / 1000) as i16
}

/// Where the customer is in getting over it.
pub(crate) fn phase(rules: &Rules, state: &State) -> Phase {
    if state.flags.has(Flags::THREATENED) {
        Phase::Threatening
    } else if state.story > 0 && state.gauge(Gauge::Heat) > rules.venting_above {
        Phase::Venting
    } else if state.gauge(Gauge::Fixed) < rules.closing_from {
        Phase::Receptive
    } else {
        Phase::Closing
    }
}

/// How loud the customer is: 1 soft, 2 ordinary, 3 loud.
pub(crate) fn loudness(rules: &Rules, state: &State) -> i8 {
    match state.gauge(Gauge::Heat) {
        heat if heat > rules.stance.loud_above => 3,
        heat if heat > rules.stance.even_above => 2,
        _ => 1,
    }
}

fn scaled(value: i16, thousandths: i32) -> i16 {
    (i32::from(value) * thousandths / 1000) as i16
}

fn scale(delta: Delta, thousandths: i32) -> Delta {
    delta.map(|value| scaled(value, thousandths))
}

fn plus(a: Delta, b: Delta) -> Delta {
    let mut sum = a;
    sum.iter_mut()
        .zip(b)
        .for_each(|(x, y)| *x = x.saturating_add(y));
    sum
}

/// Applies a change and bounds the gauges; returns what really changed.
fn shift(state: &mut State, delta: Delta) -> Delta {
    let before = state.gauges;
    let mut done = [0; N_GAUGES];
    for i in 0..N_GAUGES {
        state.gauges[i] = before[i].saturating_add(delta[i]).clamp(0, 1000);
        done[i] = state.gauges[i] - before[i];
    }
    done
}

fn only(gauge: usize, value: i16) -> Delta {
    let mut delta = [0; N_GAUGES];
    delta[gauge] = value;
    delta
}

/// What is left to gain: the worth shrinks as the gauge fills.
fn room(state: &State, gauge: usize, value: i16) -> i16 {
    scaled(value, 1000 - i32::from(state.gauges[gauge]))
}

fn note(state: &mut State, rec: &mut impl Record, kind: TermKind, delta: Delta) {
    let done = shift(state, delta);
    rec.term(kind, None, done);
}

/// Time passes: heat falls towards rest, slowly while the story is untold and unheard.
pub(crate) fn cool(case: &Case, state: &mut State, seconds: u16, rec: &mut impl Record) {
    let rules = case.rules;
    let above = i32::from(state.gauges[HEAT] - rules.rest_heat);
    if above > 0 {
        let mut half_life = i32::from(rules.half_life) * 1000;
        if state.story > 0 {
            let unheard = 1000 - i32::from(state.gauges[HEARD]);
            half_life += i32::from(rules.half_life) * i32::from(rules.rumination) * unheard;
        }
        // In 64ths of a half-life; an input is never as long as one.
        let n = (i32::from(seconds) * 64_000 / half_life).min(64) as usize;
        let left = above * i32::from(rules.decay[n]) / 1000;
        note(
            state,
            rec,
            TermKind::Cooled,
            only(HEAT, (left - above) as i16),
        );
    }
    state.clock = state.clock.saturating_add(seconds);
}

/// How well a listening face fits: 2 well, 1 so-so, 0 blank or wrong.
pub(crate) fn listening_face(rules: &Rules, state: &State, kind: SegmentKind, face: Face) -> u8 {
    let hot = state.gauges[HEAT] >= rules.venting_above;
    match (kind, face) {
        (SegmentKind::Provoke | SegmentKind::Threat, Face::Neutral) => 2,
        (SegmentKind::Provoke | SegmentKind::Threat, Face::Concerned) => 1,
        (SegmentKind::Provoke | SegmentKind::Threat, Face::Warm) => 0,
        (_, Face::Concerned) if hot => 2,
        (_, Face::Concerned) => 1,
        (_, Face::Warm) if hot => 0,
        (_, Face::Warm) => 2,
        (_, Face::Neutral) => 0,
    }
}

/// A segment is heard to its end, with a nod or without.
pub(crate) fn hear(
    case: &Case,
    state: &mut State,
    kind: SegmentKind,
    nod: bool,
    rec: &mut impl Record,
) {
    let rules = case.rules;
    let listening = &rules.listening;
    let face = listening_face(rules, state, kind, state.stance.face);
    let told_already = state.story == 0;
    if state.flags.has(Flags::ASKED) {
        // They asked, and nobody answered before they went on.
        state.flags.lower(Flags::ASKED);
        note(
            state,
            rec,
            TermKind::Ignored,
            only(HEARD, listening.ignored_heard),
        );
    }
    match kind {
        SegmentKind::Tell | SegmentKind::Fact => {
            let worth = match face {
                2 => listening.tell,
                1 => listening.tell.midpoint(listening.tell_blank),
                _ => listening.tell_blank,
            };
            let gain = only(HEARD, room(state, HEARD, worth));
            note(state, rec, TermKind::Listened, gain);
            if state.stance.face == Face::Warm && state.gauges[HEAT] > rules.stance.mock_above {
                note(
                    state,
                    rec,
                    TermKind::Mocked,
                    only(HEAT, listening.smile_heat),
                );
            }
            if kind == SegmentKind::Tell {
                state.story = state.story.saturating_sub(1);
            }
            if nod {
                let worn = if state.nods >= 2 {
                    i32::from(listening.nod_worn)
                } else {
                    1000
                };
                let worn = if face == 0 { worn / 2 } else { worn };
                let mut gain = scale(only(HEARD, room(state, HEARD, listening.nod)), worn);
                gain[HEAT] = scaled(listening.nod_heat, worn);
                note(state, rec, TermKind::Nodded, gain);
            }
        }
        SegmentKind::Ask => {
            state.flags.raise(Flags::ASKED);
            if nod {
                // A nod at a question is no answer, but no harm either.
                state.nods = state.nods.saturating_add(1);
            }
        }
        SegmentKind::Repeat => {
            let mut cost = [0; N_GAUGES];
            cost[HEAT] = scaled(listening.circle_heat, i32::from(case.setup.traits.temper));
            cost[HEARD] = listening.circle_heard;
            if nod {
                // A nod invites one more round.
                cost = scale(cost, 1500);
            }
            if !told_already {
                cost = scale(cost, 600);
            }
            note(state, rec, TermKind::Circling, cost);
        }
        SegmentKind::Provoke | SegmentKind::Threat => {
            if nod || face == 0 {
                let mut cost = only(TRUST, listening.condoned_trust);
                cost[HEAT] = 20;
                note(state, rec, TermKind::Condoned, cost);
            }
            cross(state, kind);
        }
    }
    state.nods = if nod { state.nods.saturating_add(1) } else { 0 };
}

fn cross(state: &mut State, kind: SegmentKind) {
    if state.did.has(Act::Boundary) || state.did.has(Act::AskToLeave) {
        state.flags.raise(Flags::CROSSED);
    }
    state.flags.raise(Flags::PROVOKED);
    if kind == SegmentKind::Threat {
        state.flags.raise(Flags::THREATENED);
    }
}

/// The trainee breaks in on a segment.
pub(crate) fn cut_in(
    case: &Case,
    state: &mut State,
    kind: SegmentKind,
    more_to_tell: bool,
    rec: &mut impl Record,
) {
    let listening = &case.rules.listening;
    let temper = i32::from(case.setup.traits.temper);
    state.nods = 0;
    match kind {
        // They had asked: answering is no interruption.
        _ if state.flags.has(Flags::ASKED) => {}
        SegmentKind::Repeat => state.flags.raise(Flags::BROKE_IN),
        // A threat ends the duty to listen.
        SegmentKind::Threat => cross(state, kind),
        SegmentKind::Provoke => {
            cross(state, kind);
            note(
                state,
                rec,
                TermKind::CutOff,
                only(HEAT, scaled(listening.provoked_heat, temper)),
            );
        }
        SegmentKind::Ask if !more_to_tell && state.story == 0 => {}
        SegmentKind::Tell | SegmentKind::Fact | SegmentKind::Ask => {
            let mut cost = only(HEAT, scaled(listening.cut_heat, temper));
            cost[HEARD] = listening.cut_heard;
            cost[TRUST] = listening.cut_heard / 2;
            note(state, rec, TermKind::CutOff, cost);
            state.flags.raise(Flags::CUT_IN);
        }
    }
}

/// The trainee has the floor and says nothing.
pub(crate) fn pause(case: &Case, state: &mut State, rec: &mut impl Record) {
    let listening = &case.rules.listening;
    state.pauses = state.pauses.saturating_add(1);
    state.nods = 0;
    match state.pauses {
        1 if state.flags.has(Flags::ASKED) => {
            state.flags.raise(Flags::WEIGHED);
            let mut gain = only(TRUST, listening.weighed);
            gain[HEARD] = room(state, HEARD, listening.weighed);
            note(state, rec, TermKind::Weighed, gain);
        }
        1 => {}
        2 => note(
            state,
            rec,
            TermKind::Ignored,
            only(HEARD, listening.silence_heard),
        ),
        _ => {
            let mut cost = only(HEARD, 3 * listening.silence_heard);
            cost[HEAT] = scaled(listening.ignored_heat, i32::from(case.setup.traits.temper));
            note(state, rec, TermKind::Ignored, cost);
        }
    }
}

/// A reply is spoken. The gauges move; where the talk goes is not decided here.
pub(crate) fn say(case: &Case, state: &mut State, speech: Speech, rec: &mut impl Record) {
    let rules = case.rules;
    let before = state.gauges;
    let start = satisfaction(rules, case.failure, state);
    let lead = rules.act(speech.acts[0]);
    let stance = StanceFit::of(case, state, lead);
    for (n, &act) in speech.acts.iter().enumerate() {
        let crowd = i32::from(rules.crowd[n.min(3)]);
        one_act(case, state, act, &speech, &stance, crowd, rec);
    }
    if speech.retold {
        harm(case, state, Act::ReAsk, rules.act(Act::ReAsk), rec);
    }
    stance.own_effect(case, state, lead, rec);
    if state.flags.has(Flags::BROKE_IN) {
        state.flags.lower(Flags::BROKE_IN);
        let said_back = [Act::Reiterate, Act::NameFeeling, Act::OwnHistory]
            .iter()
            .any(|a| speech.acts.contains(a));
        let boundary = speech.acts.contains(&Act::Boundary);
        if !said_back && !boundary {
            let mut cost = only(HEAT, rules.listening.cut_heat);
            cost[HEARD] = rules.listening.cut_heard;
            note(state, rec, TermKind::BrokeIn, cost);
        }
    }
    bound(case, state, before, start, rec);
    settle(state, &speech);
}

/// No reply moves the meter by more than the rules allow.
fn bound(case: &Case, state: &mut State, before: Delta, start: i16, rec: &mut impl Record) {
    let rules = case.rules;
    let moved = satisfaction(rules, case.failure, state) - start;
    let most = if moved >= 0 {
        rules.most_up
    } else {
        rules.most_down
    };
    if moved.abs() <= most {
        return;
    }
    let keep = i32::from(most) * 1000 / i32::from(moved.abs());
    let mut back = [0; N_GAUGES];
    for i in [HEAT, HEARD, FIXED] {
        let change = state.gauges[i] - before[i];
        back[i] = scaled(change, keep) - change;
    }
    note(state, rec, TermKind::Capped, back);
}

fn settle(state: &mut State, speech: &Speech) {
    for &act in speech.acts {
        state.did = state.did.with(act);
    }
    state.flags.lower(Flags::ASKED);
    state.flags.lower(Flags::WEIGHED);
    state.pauses = 0;
    state.nods = 0;
}

fn one_act(
    case: &Case,
    state: &mut State,
    act: Act,
    speech: &Speech,
    stance: &StanceFit,
    crowd: i32,
    rec: &mut impl Record,
) {
    let rules = case.rules;
    let rule = rules.act(act);
    if matches!(rule.kind, ActKind::Error | ActKind::RedLine) {
        harm(case, state, act, rule, rec);
        if rule.kind == ActKind::RedLine {
            state.flags.raise(Flags::RED_LINE);
        }
        return;
    }
    let heat = i32::from(state.gauges[HEAT]);
    let mut help = [
        // Cooling works best on the hot.
        scaled(rule.heat.min(0), 500 + heat * 2 / 3),
        room(state, HEARD, rule.heard.max(0)),
        room(state, FIXED, rule.fixed.max(0)),
        room(state, TRUST, rule.trust.max(0)),
        room(state, EASE, rule.ease.max(0)),
    ];
    if act == Act::Compensate {
        help[FIXED] = scaled(help[FIXED], money_worth(case, speech.gives));
    }
    // The parts of an act that cost even when it is right: a refusal is no gift.
    let cost = [
        rule.heat.max(0),
        rule.heard.min(0),
        rule.fixed.min(0),
        rule.trust.min(0),
        rule.ease.min(0),
    ];
    let mut change = help;
    rec.term(rule.term, Some(act), help);
    let mut less = |change: &mut Delta, kind: TermKind, share: i32| {
        if share != 1000 {
            let kept = scale(*change, share);
            let mut lost = [0; N_GAUGES];
            (0..N_GAUGES).for_each(|i| lost[i] = kept[i] - change[i]);
            rec.term(kind, Some(act), lost);
            *change = kept;
        }
    };
    less(&mut change, TermKind::Crowded, crowd);
    let (window_kind, window_share) = window_fit(rules, state, rule);
    less(&mut change, window_kind, window_share);
    let worn = wear(rules, state, rule);
    less(&mut change, TermKind::Repeated, worn);
    if matches!(rule.kind, ActKind::Relate | ActKind::Own) {
        less(
            &mut change,
            TermKind::NotHeardOut,
            told_share(rules, case, state),
        );
    }
    let (register_kind, register_share) = register(case, act);
    less(&mut change, register_kind, register_share);
    // What has worn out into an annoyance is not made better by saying it badly.
    if worn > 0 {
        let (voice_kind, voice_share) = stance.voice;
        less(&mut change, voice_kind, voice_share);
        let (face_kind, face_share) = stance.face;
        less(&mut change, face_kind, face_share);
        less(&mut change, TermKind::SameFace, stance.face_run);
    }
    // Progress alone is gated by heat, suspicion and trust.
    let mut less_fixed = |change: &mut Delta, kind: TermKind, share: i32| {
        if change[FIXED] > 0 && share != 1000 {
            let kept = scaled(change[FIXED], share);
            rec.term(kind, Some(act), only(FIXED, kept - change[FIXED]));
            change[FIXED] = kept;
        }
    };
    let solves = matches!(rule.kind, ActKind::Solve | ActKind::Close);
    if !speech.suits && (solves || rule.kind == ActKind::Own) {
        less_fixed(
            &mut change,
            TermKind::BesideThePoint,
            i32::from(rules.beside),
        );
    }
    if solves || matches!(rule.kind, ActKind::Own | ActKind::Ask) {
        less_fixed(&mut change, TermKind::Bounced, gate(rules, heat));
    }
    let believed = i32::from(rules.trust_floor)
        + (1000 - i32::from(rules.trust_floor))
            * i32::from(state.gauges[TRUST]).min(i32::from(rules.trust_full))
            / i32::from(rules.trust_full);
    less_fixed(
        &mut change,
        TermKind::Doubted,
        believed * 1000 / i32::from(case.setup.traits.suspicion),
    );
    let done = shift(state, change);
    let mut over = done;
    (0..N_GAUGES).for_each(|i| over[i] -= change[i]);
    rec.term(TermKind::Capped, Some(act), over);
    if cost != [0; N_GAUGES] {
        let done = shift(state, cost);
        rec.term(rule.term, Some(act), done);
    }
    out_of_place(
        case,
        state,
        act,
        rule,
        speech,
        window_kind,
        window_share,
        rec,
    );
    if let Some(family) = rule.family {
        let worn = &mut state.worn[family as usize];
        *worn = worn.saturating_add(1);
    }
}

/// What a right act costs at the wrong moment, beyond not helping.
#[expect(
    clippy::too_many_arguments,
    reason = "one step of `one_act`, split off for its length"
)]
fn out_of_place(
    case: &Case,
    state: &mut State,
    act: Act,
    rule: &ActRule,
    speech: &Speech,
    kind: TermKind,
    share: i32,
    rec: &mut impl Record,
) {
    let rules = case.rules;
    let temper = i32::from(case.setup.traits.temper);
    if kind == TermKind::TooEarly
        && share < 1000
        && matches!(rule.kind, ActKind::Solve | ActKind::Close)
    {
        let mut cost = only(HEAT, scaled(rules.early_heat, temper));
        cost[HEARD] = rules.early_heard;
        if act == Act::Humour {
            cost = scale(cost, 3000);
            cost[EASE] = -60;
            note(state, rec, TermKind::Dismissed, cost);
        } else if act == Act::Compensate {
            cost[TRUST] = -40;
            note(state, rec, TermKind::Bribed, cost);
        } else {
            note(state, rec, TermKind::TooEarly, cost);
        }
    }
    if rule.kind == ActKind::Limit && share < 1000 {
        // A limit nobody had called for is a slap.
        let mut cost = only(HEAT, scaled(90, temper));
        cost[HEARD] = -90;
        cost[TRUST] = -60;
        note(state, rec, TermKind::Refused, cost);
    }
    if act == Act::Technical && case.knows == Knows::Novice {
        note(
            state,
            rec,
            TermKind::TalkedDown,
            only(EASE, scaled(-90, i32::from(case.setup.traits.pride))),
        );
    }
    let offers = matches!(rule.kind, ActKind::Solve) && rule.fixed > 0;
    if !speech.suits && offers {
        note(
            state,
            rec,
            TermKind::BesideThePoint,
            only(HEARD, rules.beside_heard),
        );
    }
}

/// An error: full, stronger than good, never discounted.
fn harm(case: &Case, state: &mut State, act: Act, rule: &ActRule, rec: &mut impl Record) {
    let mut bad = i32::from(case.rules.bad);
    if state.flags.has(Flags::DISMISSED) && rule.term != TermKind::Dismissed {
        // Once not taken seriously, everything weighs more.
        bad = bad * 6 / 5;
    }
    let traits = &case.setup.traits;
    let mut delta = [rule.heat, rule.heard, rule.fixed, rule.trust, rule.ease];
    for (i, value) in delta.iter_mut().enumerate() {
        let worse = if i == HEAT { *value > 0 } else { *value < 0 };
        if worse {
            *value = scaled(*value, bad);
        }
    }
    if delta[HEAT] > 0 {
        delta[HEAT] = scaled(delta[HEAT], i32::from(traits.temper));
    }
    if delta[EASE] < 0 {
        delta[EASE] = scaled(delta[EASE], i32::from(traits.pride));
    }
    // Below the middle there is less left to lose.
    if delta[HEARD] < 0 && state.gauges[HEARD] < 500 {
        delta[HEARD] = scaled(delta[HEARD], 2 * i32::from(state.gauges[HEARD]));
    }
    let done = shift(state, delta);
    rec.term(rule.term, Some(act), done);
    if rule.term == TermKind::Dismissed {
        state.flags.raise(Flags::DISMISSED);
    }
}

fn money_worth(case: &Case, gives: u16) -> i32 {
    if case.loss == 0 {
        return i32::from(case.setup.traits.money).min(1000);
    }
    let tenth = (u32::from(gives) * 10 / u32::from(case.loss)).min(30) as usize;
    i32::from(case.rules.money[tenth]) * i32::from(case.setup.traits.money) / 1000
}

fn gate(rules: &Rules, heat: i32) -> i32 {
    let step = (heat / 10) as usize;
    let here = i32::from(rules.gate[step]);
    let next = i32::from(rules.gate[(step + 1).min(100)]);
    here + (next - here) * (heat % 10) / 10
}

fn told_share(rules: &Rules, case: &Case, state: &State) -> i32 {
    let total = i32::from(case.setup.story).max(1);
    let told = total - i32::from(state.story);
    let floor = i32::from(rules.untold_share);
    // Flat from all but one part on: nobody waits for the last sentence.
    let enough = (total - 1).max(1);
    floor + (1000 - floor) * told.min(enough) / enough
}

fn wear(rules: &Rules, state: &State, rule: &ActRule) -> i32 {
    let Some(family) = rule.family else {
        return 1000;
    };
    let uses = usize::from(state.worn[family as usize]).min(2);
    i32::from(match rule.kind {
        ActKind::Relate => rules.wear_relate[uses],
        ActKind::Limit => rules.wear_limit[uses],
        _ => rules.wear_other[uses],
    })
}

/// Whether the moment is right for an act, and what is left of it if not.
fn window_fit(rules: &Rules, state: &State, rule: &ActRule) -> (TermKind, i32) {
    let now = window_now(rules, state, rule.window, rule.family);
    match now {
        Moment::Right => (TermKind::TooEarly, 1000),
        Moment::Early => (TermKind::TooEarly, i32::from(rules.outside)),
        Moment::Late => (TermKind::TooLate, i32::from(rules.outside)),
    }
}

/// How a moment stands to an act's window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    Early,
    Right,
    Late,
}

pub(crate) fn window_now(
    rules: &Rules,
    state: &State,
    window: Window,
    family: Option<Family>,
) -> Moment {
    let heat = state.gauge(Gauge::Heat);
    let phase = phase(rules, state);
    let right = match window {
        Window::Any => true,
        Window::Grievance => {
            let first = family.is_none_or(|family| state.worn[family as usize] == 0);
            if phase == Phase::Venting || (phase == Phase::Receptive && first) {
                return Moment::Right;
            }
            return Moment::Late;
        }
        Window::HalfTold => state.story <= 2 || phase != Phase::Venting,
        Window::Opportune => {
            state.story == 0 && heat < rules.stance.mock_above && phase != Phase::Threatening
        }
        Window::Closing => phase == Phase::Closing,
        Window::Light => heat < 350 && state.gauge(Gauge::Trust) >= 400,
        Window::Opening => {
            if state.n_replies > 0 || heat > rules.threshold {
                return Moment::Late;
            }
            true
        }
        Window::Provoked => state.flags.has(Flags::PROVOKED),
        Window::Threatened => state.flags.has(Flags::THREATENED) || state.flags.has(Flags::CROSSED),
        Window::AskedToLeave => state.did.has(Act::AskToLeave),
    };
    if right { Moment::Right } else { Moment::Early }
}

/// Whether the register fits what the customer knows and how they take plain words.
fn register(case: &Case, act: Act) -> (TermKind, i32) {
    match (act, case.knows) {
        (Act::Technical, Knows::Novice) => (TermKind::TalkedDown, 300),
        (Act::Technical, Knows::User) => (TermKind::TalkedDown, 700),
        (Act::Analogy, Knows::Expert) => (TermKind::TalkedDown, 300),
        (Act::TellStraight, _) if !case.setup.traits.direct => (TermKind::Doubted, 500),
        (Act::LeadToTruth, _) if case.setup.traits.direct => (TermKind::Doubted, 500),
        _ => (TermKind::TalkedDown, 1000),
    }
}

/// How the stance of a reply fits, worked out once for all its acts.
struct StanceFit {
    voice: (TermKind, i32),
    face: (TermKind, i32),
    face_run: i32,
}

impl StanceFit {
    fn of(case: &Case, state: &mut State, lead: &ActRule) -> Self {
        let rules = case.rules;
        let stance = state.stance;
        let face_run = if state.face_run > rules.stance.face_run {
            i32::from(rules.stance.face_worn)
        } else {
            1000
        };
        StanceFit {
            voice: voice_fit(rules, state, lead, stance),
            face: face_fit(rules, state, lead, stance),
            face_run,
        }
    }

    /// What the stance does by itself.
    fn own_effect(&self, case: &Case, state: &mut State, lead: &ActRule, rec: &mut impl Record) {
        let stance = &case.rules.stance;
        let temper = i32::from(case.setup.traits.temper);
        let mut delta = [0; N_GAUGES];
        match self.voice.0 {
            TermKind::ShoutedAt => {
                delta[HEAT] = scaled(stance.louder_heat, temper);
                delta[HEARD] = stance.louder_heard;
                delta[EASE] = stance.louder_heard;
                if state.stance.voice == Voice::Raised && lead.kind == ActKind::Error {
                    state.flags.raise(Flags::SHOUTED);
                }
            }
            TermKind::Patronised => delta[HEARD] = stance.whisper_heard,
            _ => {}
        }
        if self.voice.1 != 1000 {
            note(state, rec, self.voice.0, delta);
        }
        if self.face.0 == TermKind::Mocked {
            let mut delta = only(HEAT, scaled(stance.mock_heat, temper));
            delta[HEARD] = stance.mock_heard;
            note(state, rec, TermKind::Mocked, delta);
        }
    }
}

fn voice_fit(rules: &Rules, state: &State, lead: &ActRule, stance: Stance) -> (TermKind, i32) {
    let rule = &rules.stance;
    let theirs = loudness(rules, state);
    let mine = stance.voice as i8 + 1;
    if mine == 3 {
        return (TermKind::ShoutedAt, i32::from(rule.louder));
    }
    if lead.voice == VoiceClass::Even {
        return match stance.voice {
            Voice::Even => (TermKind::VoiceOff, 1000),
            _ => (TermKind::VoiceOff, i32::from(rule.soft_for_even)),
        };
    }
    match theirs - mine {
        2 => (TermKind::Patronised, i32::from(rule.whisper)),
        1 => (TermKind::VoiceOff, 1000),
        0 if theirs == 1 => (TermKind::VoiceOff, 1000),
        _ => (TermKind::VoiceOff, i32::from(rule.level)),
    }
}

fn face_fit(rules: &Rules, state: &State, lead: &ActRule, stance: Stance) -> (TermKind, i32) {
    let rule = &rules.stance;
    let heat = state.gauge(Gauge::Heat);
    if stance.face == Face::Warm && heat > rule.mock_above {
        return (TermKind::Mocked, i32::from(rule.mock));
    }
    let rank = face_rank(rules, state, lead.face, stance.face);
    match rank {
        0 => (TermKind::FaceOff, 1000),
        1 => (TermKind::FaceOff, i32::from(rule.face_second)),
        _ => (TermKind::FaceOff, i32::from(rule.face_third)),
    }
}

/// 0 for the face that suits, 1 for the second best, 2 for the last.
pub(crate) fn face_rank(rules: &Rules, state: &State, class: FaceClass, face: Face) -> u8 {
    let hot = state.gauge(Gauge::Heat) >= rules.venting_above;
    let found = state.gauge(Gauge::Fixed) >= rules.closing_from;
    let order = match class {
        FaceClass::Grievance if hot => [Face::Concerned, Face::Neutral, Face::Warm],
        FaceClass::Grievance => [Face::Warm, Face::Concerned, Face::Neutral],
        FaceClass::Business if found => [Face::Warm, Face::Neutral, Face::Concerned],
        FaceClass::Business => [Face::Neutral, Face::Concerned, Face::Warm],
        FaceClass::Close => [Face::Warm, Face::Concerned, Face::Neutral],
        FaceClass::Limit => [Face::Neutral, Face::Concerned, Face::Warm],
    };
    order.iter().position(|f| *f == face).unwrap_or(2) as u8
}

/// Whether the voice is the one that suits.
pub(crate) fn voice_suits(rules: &Rules, state: &State, class: VoiceClass, stance: Stance) -> bool {
    let theirs = loudness(rules, state);
    let mine = stance.voice as i8 + 1;
    match class {
        VoiceClass::Even => mine == 2,
        VoiceClass::Below => mine < 3 && (theirs - mine == 1 || (theirs == 1 && mine == 1)),
    }
}

/// Sums a list of terms.
pub fn total(terms: &[Term]) -> Delta {
    terms
        .iter()
        .fold([0; N_GAUGES], |sum, term| plus(sum, term.delta))
}
