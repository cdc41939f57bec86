//! Stance: how the voice and the face of a reply fit, and what they do by themselves.

use crate::rules::{ActKind, ActRule, FaceClass, Rules, TermKind, VoiceClass};
use crate::scenario::written::Gauge;
use crate::state::{Face, Flags, N_GAUGES, Stance, State, Voice};

use super::{Case, EASE, HEARD, HEAT, Record, note, only, scaled};

/// How the stance of a reply fits, worked out once for all its acts.
pub(super) struct StanceFit {
    pub(super) voice: (TermKind, i32),
    pub(super) face: (TermKind, i32),
    pub(super) face_run: i32,
}

impl StanceFit {
    pub(super) fn of(case: &Case, state: &mut State, lead: &ActRule) -> Self {
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
    pub(super) fn own_effect(
        &self,
        case: &Case,
        state: &mut State,
        lead: &ActRule,
        rec: &mut impl Record,
    ) {
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
            // A limit in a whisper is not taken for one.
            _ if lead.kind == ActKind::Limit && self.voice.1 != 1000 => {
                delta[HEAT] = scaled(stance.mild_limit_heat, temper);
            }
            _ => {}
        }
        if self.voice.1 != 1000 {
            note(state, rec, self.voice.0, delta);
        }
        if lead.kind == ActKind::Limit && state.stance.face == Face::Warm {
            // Nor is one with a smile.
            let heat = scaled(stance.mild_limit_heat, temper);
            note(state, rec, TermKind::FaceOff, only(HEAT, heat));
        }
        if self.face.0 == TermKind::Mocked {
            let mut delta = only(HEAT, scaled(stance.mock_heat, temper));
            delta[HEARD] = stance.mock_heard;
            note(state, rec, TermKind::Mocked, delta);
        }
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
