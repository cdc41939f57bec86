//! Turns a plan into samples: pulses of the vocal folds and a little breath,
//! shaped by the formants of the throat. The same plan gives the same samples;
//! no clock and no device is involved.

use super::filter::{Resonator, Telephone};
use super::glottis::Source;
use super::plan::{Gesture, Plan};

/// No sample is louder than this: -6 dBFS.
const PEAK: f32 = 0.5;
/// Samples between two settings of the filters.
const BLOCK: usize = 48;
/// The fourth formant hardly moves; in hertz for a grown man.
const FOURTH: f32 = 3400.0;

/// The samples of one line, mono, `rate` of them a second, within ±0.5.
pub(super) struct Voice {
    plan: Plan,
    rate: f32,
    /// Samples given out and samples in all.
    n: usize,
    total: usize,
    next_gesture: usize,
    from: Gesture,
    to: Gesture,
    source: Source,
    throat: [Resonator; 4],
    line: Option<Telephone>,
}

impl Voice {
    /// The voice of a plan at `rate` samples a second, 8,000 at least.
    pub(super) fn new(plan: &Plan, rate: u32) -> Voice {
        let rate = rate.max(8_000) as f32;
        let total = (plan.duration() * rate) as usize;
        Voice {
            rate,
            n: 0,
            total,
            next_gesture: 0,
            from: Gesture::default(),
            to: Gesture::default(),
            source: Source::new(plan),
            throat: [Resonator::default(); 4],
            line: plan.timbre.telephone.then(|| Telephone::new(rate)),
            plan: plan.clone(),
        }
    }

    /// Sets the throat for the block that begins now and finds its end.
    fn next_block(&mut self) {
        self.from = if self.n == 0 { self.moment(0) } else { self.to };
        self.to = self.moment(self.n + BLOCK);
        let [f1, f2, f3] = self.from.formants;
        let f4 = FOURTH * self.plan.timbre.formants;
        let widths = [90.0, 110.0, 160.0, 240.0];
        for ((filter, f), width) in self.throat.iter_mut().zip([f1, f2, f3, f4]).zip(widths) {
            filter.tune(f.clamp(100.0, 0.45 * self.rate), width, self.rate);
        }
        self.source
            .aim(&self.from, self.rate, BLOCK as f32 / self.rate);
    }

    /// The mouth at sample `n`.
    fn moment(&mut self, n: usize) -> Gesture {
        let t = n as f32 / self.rate;
        let all = &self.plan.gestures;
        while all.get(self.next_gesture).is_some_and(|g| g.at <= t) {
            self.next_gesture += 1;
        }
        let after = all.get(self.next_gesture);
        let before = self.next_gesture.checked_sub(1).and_then(|i| all.get(i));
        match (before, after) {
            (Some(a), Some(b)) => between(a, b, (t - a.at) / (b.at - a.at).max(1e-6)),
            (None, Some(b)) => Gesture {
                voiced: 0.0,
                breath: 0.0,
                ..*b
            },
            (Some(a), None) => Gesture {
                voiced: 0.0,
                breath: 0.0,
                ..*a
            },
            (None, None) => Gesture::default(),
        }
    }
}

impl Iterator for Voice {
    type Item = f32;

    fn next(&mut self) -> Option<f32> {
        if self.n >= self.total {
            return None;
        }
        let step = self.n % BLOCK;
        if step == 0 {
            self.next_block();
        }
        let share = step as f32 / BLOCK as f32;
        let voiced = self.from.voiced + (self.to.voiced - self.from.voiced) * share;
        let breath = self.from.breath + (self.to.breath - self.from.breath) * share;
        let mut sample = self.source.next(voiced, breath, self.rate);
        for filter in &mut self.throat {
            sample = filter.pass(sample);
        }
        if let Some(line) = &mut self.line {
            sample = line.pass(sample);
        }
        self.n += 1;
        // A soft limit: a shout is pressed together rather than cut off.
        Some(PEAK * (sample / PEAK).tanh())
    }
}

fn between(a: &Gesture, b: &Gesture, share: f32) -> Gesture {
    let mix = |x: f32, y: f32| x + (y - x) * share;
    Gesture {
        at: mix(a.at, b.at),
        level: mix(a.level, b.level),
        voiced: mix(a.voiced, b.voiced),
        breath: mix(a.breath, b.breath),
        pitch: mix(a.pitch, b.pitch),
        formants: std::array::from_fn(|i| mix(a.formants[i], b.formants[i])),
    }
}

#[cfg(test)]
mod tests {
    use engine::percept::{Micro, Percept};

    use super::*;
    use crate::game::voice::timbre::Timbre;

    const LINE: &str =
        "Three times. *Three.* I have a payroll run tonight, and do you read what I write?";

    fn mood(loudness: u8, pace: u8, tension: u8) -> Percept {
        Percept {
            loudness,
            pace,
            tension,
            ..Percept::default()
        }
    }

    fn said(text: &str, percept: &Percept, who: &str) -> Vec<f32> {
        Voice::new(&Plan::new(text, percept, &Timbre::for_look(who)), 48_000).collect()
    }

    fn rms(samples: &[f32]) -> f32 {
        (samples.iter().map(|x| x * x).sum::<f32>() / samples.len() as f32).sqrt()
    }

    /// Share of the energy in differences between neighbours: high for bright sound.
    fn brightness(samples: &[f32]) -> f32 {
        let steps: Vec<f32> = samples.windows(2).map(|pair| pair[1] - pair[0]).collect();
        rms(&steps) / rms(samples)
    }

    fn hash(samples: &[f32]) -> blake3::Hash {
        let bytes: Vec<u8> = samples
            .iter()
            .take(20_000)
            .flat_map(|x| x.to_bits().to_le_bytes())
            .collect();
        blake3::hash(&bytes)
    }

    #[test]
    fn the_same_line_sounds_the_same_and_another_mood_does_not() {
        let calm = said(LINE, &mood(50, 50, 40), "bookkeeper");
        assert_eq!(
            hash(&calm),
            hash(&said(LINE, &mood(50, 50, 40), "bookkeeper"))
        );
        for other in [mood(60, 50, 40), mood(50, 60, 40), mood(50, 50, 70)] {
            assert_ne!(
                hash(&calm),
                hash(&said(LINE, &other, "bookkeeper")),
                "{other:?}"
            );
        }
        assert_ne!(hash(&calm), hash(&said(LINE, &mood(50, 50, 40), "student")));
    }

    #[test]
    fn each_step_of_loudness_is_heard() {
        for who in ["bookkeeper", "carpenter", "grandmother"] {
            let steps = [0, 25, 50, 75, 100].map(|loud| rms(&said(LINE, &mood(loud, 50, 40), who)));
            for pair in steps.windows(2) {
                assert!(pair[1] > 1.3 * pair[0], "{who}: {steps:?}");
            }
        }
    }

    #[test]
    fn anger_is_brighter_than_calm() {
        for who in ["bookkeeper", "carpenter", "courier"] {
            let calm = brightness(&said(LINE, &mood(30, 40, 10), who));
            let cold = brightness(&said(LINE, &mood(30, 40, 95), who));
            let hot = brightness(&said(LINE, &mood(95, 80, 95), who));
            assert!(
                cold > 1.1 * calm && hot > 1.2 * cold,
                "{who}: {calm} {cold} {hot}"
            );
        }
    }

    #[test]
    fn no_mood_of_anybody_breaks_the_sound() {
        let people = ["carpenter", "student", "grandmother", "somebody else"];
        for who in people {
            for phone in [false, true] {
                for n in 0..27_u8 {
                    let step = |of: u8| n / of % 3 * 50;
                    let micro =
                        [None, Some(Micro::Scoff), Some(Micro::BreathOut)][usize::from(n % 3)];
                    let percept = Percept {
                        micro,
                        warmth: step(3),
                        ..mood(step(1), step(3), step(9))
                    };
                    let plan = Plan::new(
                        "*Three.* Do you read it?",
                        &percept,
                        &Timbre::for_look(who).on_phone(phone),
                    );
                    let rate = if n % 2 == 0 { 44_100 } else { 48_000 };
                    let samples: Vec<f32> = Voice::new(&plan, rate).collect();
                    let seconds = samples.len() as f32 / rate as f32;
                    assert!(
                        (seconds - plan.duration()).abs() < 0.001,
                        "{who} {percept:?}"
                    );
                    assert!(samples.iter().all(|x| x.abs() <= PEAK), "{who} {percept:?}");
                    assert!(rms(&samples) > 0.005, "{who} {percept:?} cannot be heard");
                    assert!(
                        samples[samples.len() - 1].abs() < 0.01,
                        "{who} {percept:?} ends with a click"
                    );
                }
            }
        }
    }

    #[test]
    fn a_telephone_carries_neither_low_nor_high_tones() {
        let percept = mood(50, 50, 40);
        let here = Timbre::for_look("carpenter");
        let heard =
            |timbre| Voice::new(&Plan::new(LINE, &percept, &timbre), 48_000).collect::<Vec<f32>>();
        let low = |samples: &[f32]| {
            let mut slow = 0.0;
            let lows: Vec<f32> = samples
                .iter()
                .map(|x| {
                    slow += 0.016 * (x - slow);
                    slow
                })
                .collect();
            rms(&lows) / rms(samples)
        };
        let (direct, phone) = (heard(here), heard(here.on_phone(true)));
        assert_eq!(direct.len(), phone.len());
        assert!(
            low(&phone) < 0.6 * low(&direct),
            "{} {}",
            low(&phone),
            low(&direct)
        );
    }

    #[test]
    fn pauses_are_silent_and_the_voice_is_where_the_envelope_says() {
        let plan = Plan::new(
            "Well, I have called. And now?",
            &mood(60, 50, 40),
            &Timbre::for_look("contractor"),
        );
        let samples: Vec<f32> = Voice::new(&plan, 48_000).collect();
        for (i, window) in samples.as_chunks::<480>().0.iter().enumerate() {
            // The throat rings on for a moment after the voice has stopped.
            let level = |back: f32| plan.envelope((i as f32 - back) * 0.01);
            if (-1..6).all(|back| level(back as f32) == 0.0) {
                assert!(rms(window) < 0.002, "sound in a pause at {i}");
            }
            if (-1..3).all(|back| level(back as f32) > 0.3) {
                assert!(rms(window) > 0.01, "no sound at {i}");
            }
        }
    }

    #[test]
    fn nothing_to_say_is_no_sound() {
        assert!(said("", &mood(50, 50, 50), "courier").is_empty());
        assert!(said(" ... *", &mood(50, 50, 50), "courier").is_empty());
    }
}
