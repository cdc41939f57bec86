//! What is heard around a voice: the quiet of the shop with its clock, or the
//! breath of a telephone line. It comes with the first words and fades when nobody
//! has spoken for a while. The same at every moment of a mood: it tells nothing.

use std::f32::consts::TAU;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rodio::{ChannelCount, SampleRate, Source};

use super::filter::Telephone;
use super::glottis::Noise;

/// How long it takes to come and to go.
pub(super) const FADE: Duration = Duration::from_millis(900);

/// Root mean square of the room, against a voice of 0.1 or so: -50 dBFS.
const LEVEL: f32 = 0.003;
/// A tick of the clock at its loudest.
const TICK: f32 = 0.006;
/// The clock ticks once a second, this deep and this high in turn, hertz.
const TICKS: [f32; 2] = [1_900.0, 2_300.0];

/// The sound of a place, without end until it is hushed.
pub(super) struct Room {
    rate: SampleRate,
    gain: f32,
    hush: Arc<AtomicBool>,
    noise: Noise,
    /// Two low-passes one after the other: what a wall lets through.
    low: [f32; 2],
    line: Option<Telephone>,
    n: u32,
    /// Share of the gain that is there, and its change from sample to sample.
    there: f32,
    step: f32,
}

impl Room {
    /// The shop, or the line of a telephone, at linear `gain`, until `hush` is set.
    pub(super) fn new(telephone: bool, gain: f32, rate: SampleRate, hush: Arc<AtomicBool>) -> Room {
        let per_second = rate.get() as f32;
        Room {
            rate,
            gain,
            hush,
            noise: Noise::new(0x1f83_d9ab),
            low: [0.0; 2],
            line: telephone.then(|| Telephone::new(per_second)),
            n: 0,
            there: 0.0,
            step: 1.0 / (FADE.as_secs_f32() * per_second),
        }
    }

    fn sample(&mut self) -> f32 {
        let noise = self.noise.next();
        let rate = self.rate.get();
        let at = self.n % rate;
        self.n = (self.n + 1) % (2 * rate);
        if let Some(line) = &mut self.line {
            return line.pass(noise) * LEVEL;
        }
        let share = 1.0 - (-TAU * 240.0 / rate as f32).exp();
        self.low[0] += share * (noise - self.low[0]);
        self.low[1] += share * (self.low[0] - self.low[1]);
        // So low-passed, little of the noise is left.
        let wall = self.low[1] * 14.0 * LEVEL;
        let t = at as f32 / rate as f32;
        let tick = match t < 0.03 {
            true => {
                TICK * (-t / 0.004).exp() * (TAU * TICKS[(self.n / rate) as usize % 2] * t).sin()
            }
            false => 0.0,
        };
        wall + tick
    }
}

impl Iterator for Room {
    type Item = f32;

    fn next(&mut self) -> Option<f32> {
        let goes = self.hush.load(Ordering::Relaxed);
        self.there = (self.there + if goes { -self.step } else { self.step }).min(1.0);
        if self.there <= 0.0 && goes {
            return None;
        }
        Some(self.sample() * self.gain * self.there)
    }
}

impl Source for Room {
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
    use super::*;

    const RATE: usize = 24_000;

    fn room(telephone: bool, hush: &Arc<AtomicBool>) -> Room {
        let rate = SampleRate::MIN.saturating_add(RATE as u32 - 1);
        Room::new(telephone, 1.0, rate, Arc::clone(hush))
    }

    /// Root mean square of four seconds, once it is there.
    fn loudness(telephone: bool) -> f32 {
        let hush = Arc::default();
        let heard = room(telephone, &hush).skip(RATE).take(4 * RATE);
        (heard.map(|x| x * x).sum::<f32>() / (4 * RATE) as f32).sqrt()
    }

    #[test]
    fn it_is_there_and_far_below_a_voice() {
        for telephone in [false, true] {
            let loudness = loudness(telephone);
            assert!((0.0005..0.006).contains(&loudness), "{loudness}");
        }
    }

    #[test]
    fn the_clock_ticks_every_second() {
        let hush = Arc::default();
        let heard: Vec<f32> = room(false, &hush).skip(RATE).take(3 * RATE).collect();
        let loudest = |from: usize| {
            let part = heard[from..from + RATE / 50].iter();
            part.fold(0.0_f32, |most, x| most.max(x.abs()))
        };
        for second in 0..3 {
            let tick = loudest(second * RATE);
            let between = loudest(second * RATE + RATE / 2);
            assert!(tick > between, "{tick} and {between}");
        }
    }

    #[test]
    fn it_comes_and_goes_without_a_click() {
        let hush = Arc::new(AtomicBool::new(false));
        let mut room = room(false, &hush);
        let first: Vec<f32> = room.by_ref().take(20).collect();
        assert!(first.iter().all(|x| x.abs() < 1e-4), "{first:?}");
        assert_eq!(room.by_ref().take(2 * RATE).count(), 2 * RATE);
        hush.store(true, Ordering::Relaxed);
        let rest: Vec<f32> = room.collect();
        let fade = FADE.as_secs_f32() * RATE as f32;
        assert!((rest.len() as f32 - fade).abs() < 200.0, "{}", rest.len());
        assert!(rest[rest.len() - 1].abs() < 1e-4);
    }
}
