//! A voice as the audio library wants it: a source that is computed while it is
//! heard, and fades when it is hushed. Opens and closes nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rodio::{ChannelCount, SampleRate, Source};

use super::plan::Plan;
use super::synth::Voice;

/// A voice that is stopped fades this long: a cut would click.
pub(super) const FADE: Duration = Duration::from_millis(30);

/// A voice as rodio plays it, computed as it is needed.
pub(super) struct Speech {
    voice: Voice,
    rate: SampleRate,
    gain: f32,
    hush: Arc<AtomicBool>,
    /// Share of the gain left, and what a sample takes away while fading.
    left: f32,
    step: f32,
}

impl Speech {
    /// The voice of `plan` at linear `gain`, until it ends or `hush` is set.
    pub(super) fn new(plan: &Plan, gain: f32, rate: SampleRate, hush: Arc<AtomicBool>) -> Speech {
        let step = 1.0 / (FADE.as_secs_f32() * rate.get() as f32);
        Speech {
            voice: Voice::new(plan, rate.get()),
            rate,
            gain,
            hush,
            left: 1.0,
            step,
        }
    }
}

impl Iterator for Speech {
    type Item = f32;

    fn next(&mut self) -> Option<f32> {
        if self.hush.load(Ordering::Relaxed) {
            self.left -= self.step;
            if self.left <= 0.0 {
                return None;
            }
        }
        self.voice
            .next()
            .map(|sample| sample * self.gain * self.left)
    }
}

impl Source for Speech {
    fn current_span_len(&self) -> Option<usize> {
        None
    }

    fn channels(&self) -> ChannelCount {
        ChannelCount::MIN
    }

    fn sample_rate(&self) -> SampleRate {
        self.rate
    }

    fn total_duration(&self) -> Option<Duration> {
        None
    }
}

#[cfg(test)]
mod tests {
    use engine::percept::Percept;

    use super::*;
    use crate::game::voice::timbre::Timbre;

    #[test]
    fn a_stopped_voice_fades_and_ends() {
        let plan = Plan::new(
            "Hello there, hello.",
            &Percept::default(),
            &Timbre::for_look("courier"),
        );
        let hush = Arc::new(AtomicBool::new(false));
        let mut speech = Speech::new(&plan, 1.0, SampleRate::MIN.saturating_add(47_999), hush);
        assert_eq!(speech.by_ref().take(9_600).count(), 9_600);
        speech.hush.store(true, Ordering::Relaxed);
        let rest: Vec<f32> = speech.collect();
        assert!((1_300..=1_500).contains(&rest.len()), "{}", rest.len());
        assert!(rest[rest.len() - 1].abs() < 0.002);
    }
}
