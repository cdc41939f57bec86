//! From the hidden state to what shows of it. A person's own loudness and
//! bearing are mixed in, and masks lie on top, so no number here is a gauge.

use crate::customer::Term;
use crate::percept::{Gaze, Micro, Percept, Posture};
use crate::rules::TermKind;
use crate::scenario::written::{Gauge, Mask};
use crate::state::{Setup, State};

/// What shows of the customer after an input whose terms are given.
pub(crate) fn perceive(setup: &Setup, mask: Mask, state: &State, main: Option<&Term>) -> Percept {
    let gauge = |gauge| i32::from(state.gauge(gauge));
    let (heat, heard, fixed) = (gauge(Gauge::Heat), gauge(Gauge::Heard), gauge(Gauge::Fixed));
    let (trust, ease) = (gauge(Gauge::Trust), gauge(Gauge::Ease));
    let volume = i32::from(setup.traits.volume);
    let bearing = i32::from(setup.traits.bearing);
    let tension = (heat * 7 + (1000 - ease) * 3) / 100 + bearing;
    let warmth = ((1000 - heat) * 4 + heard * 3 + fixed + trust * 2) / 100 - bearing / 2;
    let loudness = 20 + heat * 3 / 40 + volume;
    let pace = 32 + heat * 4 / 100 + (i32::from(setup.traits.talk) - 1000) / 40;
    let (tension, warmth) = match mask {
        Mask::Open => (tension, warmth),
        // The mouth smiles; the rest lets through a little.
        Mask::Smiles => (tension * 3 / 4, 58 + warmth / 4),
        Mask::Cold => (tension.max(45), warmth * 2 / 5),
    };
    Percept {
        tension: percent(tension),
        warmth: percent(warmth),
        gaze: match () {
            () if ease < 260 => Gaze::Down,
            () if trust < 200 => Gaze::Past,
            () if state.pauses >= 2 => Gaze::Away,
            () => Gaze::AtYou,
        },
        posture: match () {
            () if trust < 120 || state.brink > 0 => Posture::Turned,
            () if heat > 780 => Posture::Looming,
            () if heat > 450 && heard < 500 => Posture::Folded,
            () if heard > 600 && heat < 450 => Posture::Leaning,
            () => Posture::Open,
        },
        loudness: percent(loudness),
        pace: percent(pace),
        micro: main.and_then(micro),
    }
}

fn percent(value: i32) -> u8 {
    value.clamp(0, 100) as u8
}

fn micro(main: &Term) -> Option<Micro> {
    let weight: i32 = main.delta.iter().map(|d| i32::from(d.unsigned_abs())).sum();
    if weight < 40 {
        return None;
    }
    Some(match main.kind {
        TermKind::CutOff | TermKind::BrokeIn | TermKind::ShoutedAt | TermKind::Attacked => {
            Micro::Flinch
        }
        TermKind::SaidBack | TermKind::Understood | TermKind::Owned | TermKind::Sorry => {
            Micro::BreathOut
        }
        TermKind::PassedOn | TermKind::Misled | TermKind::Grovelled | TermKind::Ignored => {
            Micro::LookAway
        }
        TermKind::Dismissed | TermKind::Blamed | TermKind::Rushed | TermKind::Refused => {
            Micro::JawSet
        }
        TermKind::Mocked | TermKind::Patronised | TermKind::Assumed | TermKind::Retold => {
            Micro::JawSet
        }
        TermKind::Bounced | TermKind::Doubted | TermKind::TooEarly | TermKind::Repeated => {
            Micro::Scoff
        }
        TermKind::BesideThePoint | TermKind::Bribed | TermKind::NotHeardOut => Micro::Scoff,
        TermKind::TalkedDown => Micro::Swallow,
        TermKind::Offered | TermKind::Respected | TermKind::Courtesy => Micro::SmallSmile,
        TermKind::Planned | TermKind::Promised | TermKind::Asked | TermKind::Honest => Micro::Nod,
        _ => return None,
    })
}

/// The term that says most about a change: the largest by its weight in the
/// satisfactometer, with trust and ease at a third of the rest. Cooling and
/// bounds explain nothing to a person and are passed over.
pub(crate) fn main_term(terms: &[Term]) -> Option<&Term> {
    let silent = [TermKind::Cooled, TermKind::Capped, TermKind::Crowded];
    terms
        .iter()
        .filter(|term| !silent.contains(&term.kind))
        .max_by_key(|term| {
            let [heat, heard, fixed, trust, ease] = term.delta.map(|d| i32::from(d.unsigned_abs()));
            heat * 25 + heard * 35 + fixed * 40 + (trust + ease) * 12
        })
}
