//! What the mouth does for each syllable: how it opens, holds, closes and
//! breathes, how fast and how high. Times, levels and formants only; no samples.

use engine::percept::{Micro, Percept};

use super::melody::Glide;
use super::phrase::{Accent, Break, Onset, Unit, Vowel};
use super::plan::{Effort, Gesture};
use super::timbre::Timbre;

/// Silence after the last syllable, in seconds.
const TAIL: f32 = 0.06;
/// Syllables a second in ordinary talk.
const RATE: f32 = 4.8;

/// Writes gestures, one syllable after another.
pub(super) struct Mouth {
    effort: Effort,
    timbre: Timbre,
    /// Formants of an open mouth against a resting one: lips spread by a smile.
    spread: f32,
    /// Ordinary pitch of this person in this mood, in hertz.
    base: f32,
    now: f32,
    gestures: Vec<Gesture>,
}

impl Mouth {
    /// A mouth at rest, before the line.
    pub(super) fn new(effort: Effort, timbre: Timbre, percept: &Percept) -> Mouth {
        // A raised voice is a higher one; tension lifts it too, even a quiet one.
        let lift = 5.0 * (effort.loud - 0.5).max(-0.3) + 1.6 * (effort.tense - 0.3);
        let smile = f32::from(percept.warmth.min(100)) / 100.0 - 0.5;
        Mouth {
            effort,
            timbre,
            spread: timbre.formants * (1.0 + 0.05 * smile),
            base: timbre.pitch * semitones(lift),
            now: 0.0,
            gestures: Vec::new(),
        }
    }

    /// A breath let go or a scoff is heard before the first word.
    pub(super) fn lead_in(&mut self, micro: Option<Micro>) {
        let (length, strength) = match micro {
            Some(Micro::BreathOut) => (0.55, 0.016),
            Some(Micro::Scoff) => (0.16, 0.022),
            _ => return,
        };
        let mouth = self.formants(Vowel::Schwa, 0.0);
        for (share, air) in [(0.0, 0.0), (0.25, 1.0), (0.6, 0.5), (1.0, 0.0)] {
            let gesture = Gesture {
                at: share * length,
                breath: air * strength,
                formants: mouth,
                ..Default::default()
            };
            self.gestures.push(Gesture {
                level: 0.12 * air,
                pitch: self.base,
                ..gesture
            });
        }
        self.now = length + 0.12;
    }

    /// One syllable and the pause after it.
    pub(super) fn speak(&mut self, unit: &Unit, glide: Glide) {
        let hot = self.effort.hot;
        let (longer, louder) = match unit.accent {
            Accent::Weak => (0.80, -0.07),
            Accent::Word => (1.12, 0.0),
            Accent::Stress => (1.45, 0.12),
        };
        // The last syllable of a phrase is drawn out, and the pause follows.
        let (drawn, pause) = match unit.after {
            Break::None | Break::Word => (1.0, 0.0),
            Break::Comma => (1.25, 0.20),
            Break::Dash => (1.0, 0.16),
            Break::Trail => (1.9, 0.45),
            Break::Stop | Break::Exclaim => (1.3, 0.40),
            Break::Question => (1.4, 0.40),
        };
        let chance = (unit.seed / 1000 % 1000) as f32 / 1000.0 - 0.5;
        let speed = self.effort.speed * self.timbre.tempo;
        let slot = longer * drawn * (1.0 + 0.2 * chance) / (RATE * speed);
        let loud = (self.effort.loud * 0.88 + louder + 0.04 * chance + 0.02).clamp(0.0, 1.0);

        // Calm speech runs on; hot speech is cut off after each syllable.
        let phrase_ends = unit.after > Break::Word;
        let sounding = slot * (1.0 - 0.26 * hot);
        let tail = if phrase_ends { 0.0 } else { 0.45 * (1.0 - hot) };
        let attack = (0.045 - 0.032 * hot).min(0.2 * sounding);
        let release = (0.085 - 0.055 * hot).min(0.35 * sounding);
        let weak = if unit.accent == Accent::Weak {
            0.35
        } else {
            0.0
        };
        let open = self.formants(unit.vowel, 1.0 - weak);
        let shut = self.closed();
        let open_at = self.now + self.onset(unit.onset, loud, glide.from, shut, sounding);
        let end = self.now + sounding;
        let mid = (open_at + attack + end - release) / 2.0;
        let bend = glide.from + 0.35 * (glide.to - glide.from);
        self.gesture(open_at + attack, 1.0, 1.0, loud, glide.from, open);
        self.gesture(mid, 0.96, 1.0, loud, bend, open);
        self.gesture(end - release, 0.82, 1.0, loud, glide.to, open);
        self.gesture(end, tail, 1.2, loud, glide.to, shut);
        self.now += slot;
        if pause > 0.0 {
            self.now += pause / speed.sqrt();
        }
    }

    /// How the syllable starts; returns how long that takes, in seconds.
    fn onset(&mut self, onset: Onset, loud: f32, pitch: f32, shut: [f32; 3], sounding: f32) -> f32 {
        let start = self.now;
        if self.gestures.last().is_none_or(|last| last.voiced == 0.0) {
            // After a pause the voice starts here, and not slowly from the last word.
            self.gesture(start, 0.0, 0.0, loud, pitch, shut);
        }
        match onset {
            Onset::Open => 0.0,
            Onset::Hum => {
                let held = (0.06_f32).min(0.28 * sounding);
                self.gesture(start + 0.3 * held, 0.34, 0.6, loud, pitch, shut);
                self.gesture(start + held, 0.42, 0.6, loud, pitch, shut);
                held
            }
            Onset::Shut => {
                let held = (0.05_f32).min(0.25 * sounding);
                self.gesture(start + 0.35 * held, 0.03, 0.3, loud, pitch, shut);
                self.gesture(start + held, 0.05, 9.0, loud, pitch, shut);
                held
            }
            Onset::Hiss => {
                let held = (0.075_f32).min(0.32 * sounding);
                self.gesture(start + 0.35 * held, 0.10, 6.0, loud, pitch, shut);
                self.gesture(start + held, 0.12, 5.0, loud, pitch, shut);
                held
            }
        }
    }

    /// Seconds from the start to the next syllable.
    pub(super) fn now(&self) -> f32 {
        self.now
    }

    /// Ends in silence and hands over all gestures.
    pub(super) fn close(mut self) -> Vec<Gesture> {
        if let Some(last) = self.gestures.last().copied() {
            self.gestures.push(Gesture {
                at: last.at + TAIL,
                level: 0.0,
                voiced: 0.0,
                breath: 0.0,
                ..last
            });
        }
        self.gestures
    }

    /// One moment: `shape` 0 to 1 of the syllable's loudness, `air` times the
    /// breath that goes with it.
    fn gesture(
        &mut self,
        at: f32,
        shape: f32,
        air: f32,
        loud: f32,
        pitch: f32,
        formants: [f32; 3],
    ) {
        let rms = Effort::rms(loud);
        // A pressed voice lets no air through; a soft one does.
        let breath = 0.25 * self.timbre.breath + 0.10 * (0.6 - self.effort.loud).max(0.0);
        // Times never run backwards, however short the syllable.
        let at = self
            .gestures
            .last()
            .map_or(at, |last| at.max(last.at + 1e-4));
        self.gestures.push(Gesture {
            at,
            level: shape * (0.12 + 0.88 * loud),
            voiced: shape * rms,
            breath: shape * air * rms * breath.max(0.02),
            pitch: self.base * semitones(pitch),
            formants,
        });
    }

    /// Formants of a vowel, `clear` 0 to 1. Mumbled speech stays near the dull
    /// vowel; a raised voice opens the mouth and lifts the first formant.
    fn formants(&self, vowel: Vowel, clear: f32) -> [f32; 3] {
        let dull = [500.0, 1450.0, 2450.0];
        let [a, b, c] = match vowel {
            Vowel::A => [710.0, 1190.0, 2480.0],
            Vowel::E => [530.0, 1780.0, 2500.0],
            Vowel::I => [320.0, 2120.0, 2850.0],
            Vowel::O => [500.0, 900.0, 2420.0],
            Vowel::U => [340.0, 960.0, 2300.0],
            Vowel::Schwa => dull,
        };
        let clear = clear * (0.68 + 0.27 * self.effort.hot);
        let open = 1.0 + 0.18 * (self.effort.loud - 0.5).max(0.0) * 2.0;
        let mix = |vowel: f32, dull: f32| self.spread * (dull + clear * (vowel - dull));
        [open * mix(a, dull[0]), mix(b, dull[1]), mix(c, dull[2])]
    }

    /// Formants behind closed lips.
    fn closed(&self) -> [f32; 3] {
        [270.0, 1150.0, 2300.0].map(|f| f * self.timbre.formants)
    }
}

fn semitones(n: f32) -> f32 {
    2.0_f32.powf(n / 12.0)
}
