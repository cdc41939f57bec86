//! The filters of the voice: formants, and the band of a telephone line. They
//! know frequencies and nothing of speech.

use std::f32::consts::{PI, TAU};

/// One formant: a two-pole filter with unit gain at zero hertz.
#[derive(Clone, Copy, Default)]
pub(super) struct Resonator {
    a: f32,
    b: f32,
    c: f32,
    y1: f32,
    y2: f32,
}

impl Resonator {
    /// Sets the centre and the width of the formant, in hertz.
    pub(super) fn tune(&mut self, frequency: f32, width: f32, rate: f32) {
        let r = (-PI * width / rate).exp();
        self.c = -r * r;
        self.b = 2.0 * r * (TAU * frequency / rate).cos();
        self.a = 1.0 - self.b - self.c;
    }

    pub(super) fn pass(&mut self, x: f32) -> f32 {
        let y = self.a * x + self.b * self.y1 + self.c * self.y2;
        self.y2 = self.y1;
        self.y1 = y;
        y
    }
}

/// A telephone line: 300 to 3,400 Hz, two stages on either side.
pub(super) struct Telephone {
    stages: [Biquad; 4],
}

impl Telephone {
    /// Loudness lost with the low tones, given back.
    const MAKEUP: f32 = 1.35;

    pub(super) fn new(rate: f32) -> Telephone {
        let top = 3_400.0_f32.min(0.45 * rate);
        // Two stages of each with these resonances make one flat fourth-order filter.
        let stages = [
            Biquad::high_pass(300.0, 0.541, rate),
            Biquad::high_pass(300.0, 1.307, rate),
            Biquad::low_pass(top, 0.541, rate),
            Biquad::low_pass(top, 1.307, rate),
        ];
        Telephone { stages }
    }

    pub(super) fn pass(&mut self, x: f32) -> f32 {
        self.stages
            .iter_mut()
            .fold(Self::MAKEUP * x, |x, stage| stage.pass(x))
    }
}

/// A second-order filter.
struct Biquad {
    b: [f32; 3],
    a: [f32; 2],
    x: [f32; 2],
    y: [f32; 2],
}

impl Biquad {
    fn low_pass(corner: f32, q: f32, rate: f32) -> Biquad {
        Self::pass_band(corner, q, rate, |cos| {
            [(1.0 - cos) / 2.0, 1.0 - cos, (1.0 - cos) / 2.0]
        })
    }

    fn high_pass(corner: f32, q: f32, rate: f32) -> Biquad {
        Self::pass_band(corner, q, rate, |cos| {
            [(1.0 + cos) / 2.0, -1.0 - cos, (1.0 + cos) / 2.0]
        })
    }

    fn pass_band(corner: f32, q: f32, rate: f32, zeros: fn(f32) -> [f32; 3]) -> Biquad {
        let (sin, cos) = (TAU * corner / rate).sin_cos();
        let alpha = sin / (2.0 * q);
        let scale = 1.0 + alpha;
        Biquad {
            b: zeros(cos).map(|b| b / scale),
            a: [-2.0 * cos / scale, (1.0 - alpha) / scale],
            x: [0.0; 2],
            y: [0.0; 2],
        }
    }

    fn pass(&mut self, x: f32) -> f32 {
        let [b0, b1, b2] = self.b;
        let y = b0 * x + b1 * self.x[0] + b2 * self.x[1]
            - self.a[0] * self.y[0]
            - self.a[1] * self.y[1];
        self.x = [x, self.x[0]];
        self.y = [y, self.y[0]];
        y
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: f32 = 48_000.0;

    /// Gain for a steady tone.
    fn gain(frequency: f32, mut pass: impl FnMut(f32) -> f32) -> f32 {
        let tone = |n: usize| (TAU * frequency * n as f32 / RATE).sin();
        (0..24_000)
            .map(|n| pass(tone(n)))
            .skip(12_000)
            .fold(0.0, |peak: f32, y| peak.max(y.abs()))
    }

    #[test]
    fn a_formant_lifts_its_own_frequency() {
        let at = |frequency| {
            let mut formant = Resonator::default();
            formant.tune(700.0, 100.0, RATE);
            gain(frequency, |x| formant.pass(x))
        };
        assert!((at(20.0) - 1.0).abs() < 0.02, "{}", at(20.0));
        assert!(at(700.0) > 5.0 && at(700.0) > 3.0 * at(500.0) && at(3_000.0) < 0.1);
    }

    #[test]
    fn a_telephone_passes_speech_and_little_else() {
        let at = |frequency| {
            let mut line = Telephone::new(RATE);
            gain(frequency, |x| line.pass(x)) / Telephone::MAKEUP
        };
        for (frequency, least, most) in [
            (100.0, 0.0, 0.02),
            (300.0, 0.6, 0.8),
            (1_000.0, 0.95, 1.05),
            (3_400.0, 0.6, 0.8),
            (8_000.0, 0.0, 0.05),
        ] {
            assert!(
                (least..=most).contains(&at(frequency)),
                "{frequency} Hz: {}",
                at(frequency)
            );
        }
    }
}
