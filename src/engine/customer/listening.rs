//! While the customer has the floor, and the silences after: hearing a segment
//! out, nodding, cutting in, pausing.

use crate::act::Act;
use crate::rules::{Rules, TermKind};
use crate::scenario::written::SegmentKind;
use crate::state::{Face, Flags, N_GAUGES, State};

use super::{Case, HEARD, HEAT, Record, TRUST, note, only, room, scale, scaled};

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
                if state.gauges[HEAT] > rules.rest_heat {
                    gain[HEAT] = scaled(listening.nod_heat, worn);
                }
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

fn cross(state: &mut State, kind: SegmentKind) {
    if state.did.has(Act::Boundary) || state.did.has(Act::AskToLeave) {
        state.flags.raise(Flags::CROSSED);
    }
    state.flags.raise(Flags::PROVOKED);
    if kind == SegmentKind::Threat {
        state.flags.raise(Flags::THREATENED);
    }
}
