//! The source of the voice: pulses of the vocal folds, uneven as real ones are,
//! and the breath that passes them. The throat that shapes them is elsewhere.

use std::f32::consts::TAU;

use super::plan::{Gesture, Plan};

/// The vocal folds and the air between them.
pub(super) struct Source {
    /// Position in the current pulse, 0 to 1.
    phase: f32,
    /// Share of a pulse during which the folds are open.
    open: f32,
    /// Corner of the spectral tilt in hertz: low is soft, high is harsh.
    tilt: f32,
    tilt_step: f32,
    tilted: f32,
    /// How much the tones above a kilohertz are pressed forward, 0 not at all.
    press: f32,
    low: f32,
    low_step: f32,
    /// Gain that brings the voiced sound to its target RMS, and where it moves.
    gain: f32,
    gain_aim: f32,
    pitch: f32,
    /// Unevenness from pulse to pulse, as real folds have it.
    jitter: f32,
    shimmer: f32,
    roughness: f32,
    pulse: (f32, f32),
    odd: bool,
    /// A slow wandering of the pitch, and the trembling of an old voice.
    wander: f32,
    tremor: f32,
    tremble: f32,
    noise: Noise,
    hiss: f32,
}

impl Source {
    /// Folds as tense and as open as the plan has them.
    pub(super) fn new(plan: &Plan) -> Source {
        let (loud, tense) = (plan.effort.loud, plan.effort.tense);
        let breathy = plan.timbre.breath;
        Source {
            phase: 0.0,
            open: (0.78 - 0.26 * loud - 0.12 * tense + 0.1 * breathy).clamp(0.42, 0.85),
            tilt: 820.0 * 5.5_f32.powf(loud) * (0.65 + 1.05 * tense) * (1.1 - 0.4 * breathy),
            tilt_step: 0.0,
            tilted: 0.0,
            press: 2.2 * (0.5 * loud + 0.5 * tense - 0.42).max(0.0),
            low: 0.0,
            low_step: 0.0,
            gain: 0.0,
            gain_aim: 0.0,
            pitch: plan.timbre.pitch,
            jitter: 0.006 + 0.006 * tense + 0.008 * plan.timbre.tremor,
            shimmer: 0.04 + 0.05 * plan.timbre.tremor,
            roughness: 0.22 * (loud + tense - 1.15).clamp(0.0, 0.6),
            pulse: (1.0, 1.0),
            odd: false,
            wander: 0.0,
            tremor: plan.timbre.tremor,
            tremble: 0.0,
            noise: Noise::new(0x2545_f491),
            hiss: 0.0,
        }
    }

    /// Sets pitch and gain for the next `seconds`.
    pub(super) fn aim(&mut self, gesture: &Gesture, rate: f32, seconds: f32) {
        self.wander += 0.02 * (self.noise.next() * 0.35 - self.wander);
        self.tremble = (self.tremble + TAU * 5.1 * seconds) % TAU;
        let shake = 1.0 + 0.14 * self.wander + 0.014 * self.tremor * self.tremble.sin();
        self.pitch = (gesture.pitch * shake).clamp(50.0, 900.0);
        self.tilt_step = 1.0 - (-TAU * self.tilt / rate).exp();
        self.low_step = 1.0 - (-TAU * 1_000.0 / rate).exp();
        let waver = 1.0 + 0.10 * self.tremor * (self.tremble + 1.0).sin();
        self.gain_aim = waver / self.unit_rms(gesture).max(1e-4);
        if self.gain == 0.0 {
            self.gain = self.gain_aim;
        }
    }

    /// RMS the throat would give to pulses of unit size: without this, a pitch
    /// that happens to meet a formant would jump out.
    fn unit_rms(&self, gesture: &Gesture) -> f32 {
        let mut power = 0.0;
        let n_harmonics = ((4_000.0 / self.pitch) as usize).clamp(1, 24);
        for k in 1..=n_harmonics {
            let f = k as f32 * self.pitch;
            let mut gain = 1.0 / (1.0 + (f / self.tilt).powi(2)) / (k * k) as f32;
            for (formant, width) in gesture.formants.iter().zip([90.0, 110.0, 160.0]) {
                let center = formant * formant;
                gain *= center * center / ((center - f * f).powi(2) + (width * f).powi(2)).max(1.0);
            }
            power += gain;
        }
        (0.1 * power).sqrt()
    }

    /// One sample of voice and breath at the given loudness.
    pub(super) fn next(&mut self, voiced: f32, breath: f32, rate: f32) -> f32 {
        self.phase += self.pitch * self.pulse.0 / rate;
        if self.phase >= 1.0 {
            self.phase -= 1.0;
            self.odd = !self.odd;
            let rough = if self.odd { 1.0 - self.roughness } else { 1.0 };
            self.pulse = (
                1.0 + self.jitter * self.noise.next(),
                rough * (1.0 + self.shimmer * self.noise.next()),
            );
        }
        // The air flow swells and is cut off as the folds close; what is heard is
        // its rate of change.
        let u = self.phase / self.open;
        let flow = if u < 1.0 {
            (2.0 * u - 3.0 * u * u) * self.pulse.1
        } else {
            0.0
        };
        self.tilted += self.tilt_step * (flow - self.tilted);
        self.low += self.low_step * (self.tilted - self.low);
        let pressed = self.tilted + self.press * (self.tilted - self.low);
        self.gain += 0.002 * (self.gain_aim - self.gain);
        // Breath streams while the folds are open, and is soft.
        self.hiss += 0.55 * (self.noise.next() - self.hiss);
        let air = if u < 1.0 { 1.0 } else { 0.55 };
        voiced * self.gain * pressed + breath * air * self.hiss
    }
}

/// White noise in -1 to 1 from a small generator of our own, always the same.
pub(super) struct Noise(u32);

impl Noise {
    /// Noise that is the same for the same beginning, which must not be 0.
    pub(super) fn new(beginning: u32) -> Noise {
        Noise(beginning)
    }

    /// The next sample, -1 to 1.
    pub(super) fn next(&mut self) -> f32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        (self.0 >> 8) as f32 / (1_u32 << 23) as f32 - 1.0
    }
}
