//! The voice on its way to the ear and the eye: one line at a time is spoken,
//! and its loudness is shown while it is. It knows no screen and no scenario.

pub mod waveform;

use bevy::prelude::*;

use super::voice::output::Output;
use super::voice::plan::Plan;

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Speech>()
        .add_plugins(waveform::plugin)
        .add_systems(PreUpdate, go_on);
}

/// The line being said. Time goes by for it whether or not it is heard.
#[derive(Resource)]
pub struct Speech {
    output: Output,
    line: Option<Line>,
    held: bool,
    /// Changes with every line.
    number: u32,
}

struct Line {
    plan: Plan,
    at: f32,
    volume: f32,
}

impl Default for Speech {
    fn default() -> Self {
        Speech {
            output: Output::new(),
            line: None,
            held: false,
            number: 0,
        }
    }
}

impl Speech {
    /// Says `plan` at `volume`, 0 to 1, instead of anything still being said.
    pub fn say(&mut self, plan: Plan, volume: f32) {
        self.output.play(&plan, volume);
        self.number = self.number.wrapping_add(1);
        let at = 0.0;
        self.line = Some(Line { plan, at, volume });
        self.held = false;
    }

    /// Whether nothing can be heard because there is no device for it.
    pub fn is_unheard(&self) -> bool {
        self.output.is_unavailable()
    }

    /// Breaks off and forgets the line.
    pub fn hush(&mut self) {
        self.output.stop();
        self.line = None;
        self.number = self.number.wrapping_add(1);
    }

    /// Falls silent until [`Speech::resume`]; the sentence then begins anew,
    /// because nobody remembers half of one.
    pub fn hold(&mut self) {
        self.output.stop();
        self.held = true;
    }

    /// Goes on after [`Speech::hold`].
    pub fn resume(&mut self) {
        if !std::mem::replace(&mut self.held, false) {
            return;
        }
        if let Some(line) = &mut self.line
            && line.at < line.plan.duration()
        {
            line.at = 0.0;
            self.output.play(&line.plan, line.volume);
        }
    }

    /// A machine without sound may have got some: the next line tries again.
    pub fn retry(&self) {
        self.output.retry();
    }

    /// Seconds into the line, and its length; nothing without a line.
    pub fn progress(&self) -> Option<(f32, f32)> {
        let line = self.line.as_ref()?;
        Some((line.at.min(line.plan.duration()), line.plan.duration()))
    }

    /// Loudness now, 0 to 1.
    pub fn level(&self) -> f32 {
        match &self.line {
            Some(line) if !self.held => line.plan.envelope(line.at),
            _ => 0.0,
        }
    }

    /// The loudest moment between two shares of the line, 0 to 1 each.
    fn loudest(&self, from: f32, to: f32) -> f32 {
        const STEPS: u16 = 6;
        let Some(line) = &self.line else {
            return 0.0;
        };
        let length = line.plan.duration();
        (0..STEPS)
            .map(|n| from + (to - from) * (f32::from(n) + 0.5) / f32::from(STEPS))
            .map(|share| line.plan.envelope(share * length))
            .fold(0.0, f32::max)
    }
}

fn go_on(mut speech: ResMut<Speech>, time: Res<Time>) {
    let held = speech.held;
    // Nobody watches for changes of the clock alone.
    if let Some(line) = &mut speech.bypass_change_detection().line
        && !held
    {
        line.at += time.delta_secs();
    }
}

#[cfg(test)]
mod tests {
    use engine::percept::Percept;

    use super::*;
    use crate::game::voice::timbre::Timbre;

    #[test]
    fn a_held_line_begins_anew() {
        let plan = Plan::new(
            "It has died again.",
            &Percept::default(),
            &Timbre::for_look("baker"),
        );
        let length = plan.duration();
        let mut speech = Speech::default();
        speech.say(plan, 0.0);
        if let Some(line) = &mut speech.line {
            line.at = length / 2.0;
        }
        assert!(speech.loudest(0.0, 1.0) > 0.1);
        speech.hold();
        assert_eq!(speech.level(), 0.0);
        speech.resume();
        assert_eq!(speech.progress(), Some((0.0, length)));
        speech.hush();
        assert_eq!(speech.progress(), None);
    }
}
