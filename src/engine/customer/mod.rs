//! The customer: what an input does to the gauges, as a list of named terms.
//! Integers and tables only; nothing here knows texts or where the talk goes.

pub(crate) mod listening;
pub(crate) mod moment;
pub(crate) mod speaking;
pub(crate) mod stance;

use serde::{Deserialize, Serialize};

use crate::act::Act;
use crate::rules::{Rules, TermKind};
use crate::scenario::written::{Failure, Gauge, Knows};
use crate::state::{N_GAUGES, Setup, State};

/// Changes of the five gauges, in thousandths.
pub type Delta = [i16; N_GAUGES];

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

/// Sums a list of terms.
pub fn total(terms: &[Term]) -> Delta {
    terms
        .iter()
        .fold([0; N_GAUGES], |sum, term| plus(sum, term.delta))
}

/// Heat above which anger saturates.
const FURIOUS: i16 = 700;

pub(super) const HEAT: usize = Gauge::Heat as usize;
pub(super) const HEARD: usize = Gauge::Heard as usize;
pub(super) const FIXED: usize = Gauge::Fixed as usize;
pub(super) const TRUST: usize = Gauge::Trust as usize;
pub(super) const EASE: usize = Gauge::Ease as usize;

pub(super) fn scaled(value: i16, thousandths: i32) -> i16 {
    (i32::from(value) * thousandths / 1000) as i16
}

pub(super) fn scale(delta: Delta, thousandths: i32) -> Delta {
    delta.map(|value| scaled(value, thousandths))
}

pub(super) fn plus(a: Delta, b: Delta) -> Delta {
    let mut sum = a;
    sum.iter_mut()
        .zip(b)
        .for_each(|(x, y)| *x = x.saturating_add(y));
    sum
}

/// Applies a change and bounds the gauges; returns what really changed. Who is
/// furious already has less room to get angrier.
pub(super) fn shift(state: &mut State, mut delta: Delta) -> Delta {
    let before = state.gauges;
    if delta[HEAT] > 0 && before[HEAT] > FURIOUS {
        delta[HEAT] = scaled(
            delta[HEAT],
            i32::from(1000 - before[HEAT]) * 1000 / i32::from(1000 - FURIOUS),
        );
    }
    let mut done = [0; N_GAUGES];
    for i in 0..N_GAUGES {
        state.gauges[i] = before[i].saturating_add(delta[i]).clamp(0, 1000);
        done[i] = state.gauges[i] - before[i];
    }
    done
}

pub(super) fn only(gauge: usize, value: i16) -> Delta {
    let mut delta = [0; N_GAUGES];
    delta[gauge] = value;
    delta
}

/// What is left to gain: the worth shrinks as the gauge fills.
pub(super) fn room(state: &State, gauge: usize, value: i16) -> i16 {
    scaled(value, 1000 - i32::from(state.gauges[gauge]))
}

pub(super) fn note(state: &mut State, rec: &mut impl Record, kind: TermKind, delta: Delta) {
    let done = shift(state, delta);
    rec.term(kind, None, done);
}
