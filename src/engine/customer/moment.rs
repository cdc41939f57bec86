//! Moments: where the customer is in getting over it, and whether the moment is
//! right for an act.

use crate::act::Act;
use crate::rules::{ActRule, Family, Rules, TermKind, Window};
use crate::scenario::written::Gauge;
use crate::state::{Flags, Phase, State};

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

/// Whether the moment is right for an act, and what is left of it if not.
pub(super) fn window_fit(rules: &Rules, state: &State, rule: &ActRule) -> (TermKind, i32) {
    let now = window_now(rules, state, rule.window, rule.family);
    match now {
        Moment::Right => (TermKind::TooEarly, 1000),
        Moment::Early => (TermKind::TooEarly, i32::from(rules.outside)),
        Moment::Late => (TermKind::TooLate, i32::from(rules.outside)),
    }
}
