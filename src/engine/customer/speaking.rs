//! A reply: what each of its acts is worth to this customer now, and what the
//! errors among them cost.

use crate::act::Act;
use crate::rules::{ActKind, ActRule, Rules, TermKind};
use crate::scenario::written::Knows;
use crate::state::{Flags, N_GAUGES, State};

use super::moment::window_fit;
use super::stance::StanceFit;
use super::{
    Case, Delta, EASE, FIXED, HEARD, HEAT, Record, TRUST, note, only, room, satisfaction, scale,
    scaled, shift,
};

/// What a reply does, ready for the customer.
#[derive(Clone, Copy)]
pub(crate) struct Speech<'a> {
    pub(crate) acts: &'a [Act],
    pub(crate) suits: bool,
    pub(crate) retold: bool,
    pub(crate) gives: u16,
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
        // Words cool what lies above rest, and best the hot: a grievance leaves a rest.
        scaled(rule.heat.min(0), above_rest(rules, heat)),
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
    let moment = window_fit(rules, state, rule);
    let worn = wear(rules, state, rule);
    let relates = matches!(rule.kind, ActKind::Relate | ActKind::Own);
    let mut shares = [
        (TermKind::Crowded, crowd),
        moment,
        (TermKind::Repeated, worn),
        (
            TermKind::NotHeardOut,
            if relates {
                told_share(rules, case, state)
            } else {
                1000
            },
        ),
        register(case, act),
        stance.voice,
        stance.face,
        (TermKind::SameFace, stance.face_run),
    ];
    if worn <= 0 {
        // What has worn out into an annoyance is not made better by saying it badly.
        shares[5..].iter_mut().for_each(|(_, share)| *share = 1000);
    }
    for (kind, share) in shares.into_iter().filter(|(_, share)| *share != 1000) {
        let kept = scale(change, share);
        let mut lost = kept;
        (0..N_GAUGES).for_each(|i| lost[i] -= change[i]);
        rec.term(kind, Some(act), lost);
        change = kept;
    }
    for (kind, share) in progress_shares(case, state, rule, speech.suits, heat) {
        if change[FIXED] > 0 && share != 1000 {
            let kept = scaled(change[FIXED], share);
            rec.term(kind, Some(act), only(FIXED, kept - change[FIXED]));
            change[FIXED] = kept;
        }
    }
    let done = shift(state, change);
    let mut over = done;
    (0..N_GAUGES).for_each(|i| over[i] -= change[i]);
    rec.term(TermKind::Capped, Some(act), over);
    if cost != [0; N_GAUGES] {
        let done = shift(state, cost);
        rec.term(rule.term, Some(act), done);
    }
    out_of_place(case, state, act, rule, speech, moment, rec);
    if let Some(family) = rule.family {
        let worn = &mut state.worn[family as usize];
        *worn = worn.saturating_add(1);
    }
}

/// Progress alone is gated: by whether it meets the case, by heat, by trust and suspicion.
fn progress_shares(
    case: &Case,
    state: &State,
    rule: &ActRule,
    suits: bool,
    heat: i32,
) -> [(TermKind, i32); 3] {
    let rules = case.rules;
    let solves = matches!(rule.kind, ActKind::Solve | ActKind::Close);
    let meets = suits || !(solves || rule.kind == ActKind::Own);
    let gated = solves || matches!(rule.kind, ActKind::Own | ActKind::Ask);
    let floor = i32::from(rules.trust_floor);
    let full = i32::from(rules.trust_full);
    let believed = floor + (1000 - floor) * i32::from(state.gauges[TRUST]).min(full) / full;
    [
        (
            TermKind::BesideThePoint,
            if meets { 1000 } else { i32::from(rules.beside) },
        ),
        (
            TermKind::Bounced,
            if gated { gate(rules, heat) } else { 1000 },
        ),
        (
            TermKind::Doubted,
            believed * 1000 / i32::from(case.setup.traits.suspicion),
        ),
    ]
}

/// What a right act costs at the wrong moment, beyond not helping.
fn out_of_place(
    case: &Case,
    state: &mut State,
    act: Act,
    rule: &ActRule,
    speech: &Speech,
    (kind, share): (TermKind, i32),
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

/// How much of an angry customer's heat there is to cool, in thousandths.
fn above_rest(rules: &Rules, heat: i32) -> i32 {
    (heat - i32::from(rules.rest_heat)).max(0) * 5 / 3
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
