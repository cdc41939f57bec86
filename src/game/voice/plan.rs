//! The plan of one spoken line: what the mouth does, when, how loud and how
//! high. Everything the view needs (length, loudness over time) is here without
//! a sample being computed. Plays nothing.

use engine::percept::Percept;

use super::melody::glides;
use super::mouth::Mouth;
use super::phrase::units;
use super::timbre::Timbre;

/// Syllables beyond these are not spoken; a line has some forty.
const MAX_SYLLABLES: usize = 200;
/// No line is spoken longer than this, in seconds.
const MAX_SECONDS: f32 = 60.0;

/// The state of the mouth at one moment; between two the voice moves evenly.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Gesture {
    /// Seconds from the start of the line.
    pub(super) at: f32,
    /// Loudness as it is shown, 0 to 1.
    pub(super) level: f32,
    /// Target RMS of the voiced sound, linear, before the limiter.
    pub(super) voiced: f32,
    /// Target RMS of the breath noise, linear.
    pub(super) breath: f32,
    /// Hertz.
    pub(super) pitch: f32,
    /// The three formants, in hertz.
    pub(super) formants: [f32; 3],
}

/// How the voice is produced, the same for a whole line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Effort {
    /// 0 a murmur, 0.5 ordinary talk, 1 a shout.
    pub(super) loud: f32,
    /// 0 slack, 1 rigid: brighter and rougher.
    pub(super) tense: f32,
    /// 0 at ease to 1 beside oneself: how clipped the syllables are.
    pub(super) hot: f32,
    /// Speed against ordinary talk.
    pub(super) speed: f32,
}

impl Effort {
    fn of(percept: &Percept) -> Effort {
        let share = |x: u8| f32::from(x.min(100)) / 100.0;
        let (loud, tense, pace) = (
            share(percept.loudness),
            share(percept.tension),
            share(percept.pace),
        );
        let hot = (0.9 * (loud - 0.45) + 0.5 * (tense - 0.3) + 0.3 * (pace - 0.5)).clamp(0.0, 1.0);
        // An octave of tempo from halting to clipped, a little more slow than fast.
        let speed = 1.7_f32.powf(2.0 * pace - 1.0);
        Effort {
            loud,
            tense,
            hot,
            speed,
        }
    }

    /// Target RMS of a syllable of relative loudness `loud`: -33 dBFS for a
    /// murmur, -20 for ordinary talk, -10 for a shout.
    pub(super) fn rms(loud: f32) -> f32 {
        let db = if loud < 0.5 {
            -33.0 + 26.0 * loud
        } else {
            -20.0 + 20.0 * (loud - 0.5)
        };
        10.0_f32.powf(db / 20.0)
    }
}

/// A line as it will be spoken by one person in one mood.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Plan {
    pub(super) gestures: Vec<Gesture>,
    pub(super) effort: Effort,
    pub(super) timbre: Timbre,
    duration: f32,
}

impl Plan {
    /// Plans `text` (`*stress*` marks and all) as `timbre` says it while
    /// showing `percept`. The same input gives the same plan. A text without
    /// letters gives an empty plan; a very long one is cut at 60 seconds.
    pub(crate) fn new(text: &str, percept: &Percept, timbre: &Timbre) -> Plan {
        let units = units(text, MAX_SYLLABLES);
        let effort = Effort::of(percept);
        let mut plan = Plan {
            gestures: Vec::new(),
            effort,
            timbre: *timbre,
            duration: 0.0,
        };
        if units.is_empty() {
            return plan;
        }
        let mut mouth = Mouth::new(effort, *timbre, percept);
        mouth.lead_in(percept.micro);
        let range = 0.62 + 0.5 * effort.loud + 0.45 * effort.hot;
        for (unit, glide) in units.iter().zip(glides(&units, range)) {
            // Two seconds are enough for the longest syllable.
            if mouth.now() > MAX_SECONDS - 2.0 {
                break;
            }
            mouth.speak(unit, glide);
        }
        plan.gestures = mouth.close();
        plan.duration = plan.gestures.last().map_or(0.0, |last| last.at);
        plan
    }

    /// Length in seconds, 0 for an empty plan.
    pub(crate) fn duration(&self) -> f32 {
        self.duration
    }

    /// Whether there is nothing to say.
    pub(crate) fn is_empty(&self) -> bool {
        self.gestures.is_empty()
    }

    /// Loudness `t` seconds into the line, 0 silent to 1 a shouted stress; 0
    /// before and after it. For the mouth and the waveform, sound or no sound.
    pub(crate) fn envelope(&self, t: f32) -> f32 {
        let next = self.gestures.partition_point(|g| g.at <= t);
        match (
            next.checked_sub(1).and_then(|i| self.gestures.get(i)),
            self.gestures.get(next),
        ) {
            (Some(a), Some(b)) => {
                a.level + (b.level - a.level) * (t - a.at) / (b.at - a.at).max(1e-6)
            }
            _ => 0.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use engine::bots::{Bot, play_session};
    use engine::length::HEARD;
    use engine::load::load;
    use engine::percept::Micro;
    use engine::rng::Seed;
    use engine::rules::Rules;
    use engine::session::Event;

    use super::*;
    use crate::desk::library::BUILT_IN;

    fn plan(text: &str, percept: Percept) -> Plan {
        Plan::new(text, &percept, &Timbre::for_look("bookkeeper"))
    }

    fn ordinary() -> Percept {
        Percept {
            loudness: 50,
            pace: 50,
            tension: 40,
            warmth: 50,
            ..Percept::default()
        }
    }

    const LINE: &str = "I have a payroll run tonight, and it has died again.";

    #[test]
    fn a_fast_mood_is_shorter_and_a_slow_one_longer() {
        let lengths =
            [0, 25, 50, 75, 100].map(|pace| plan(LINE, Percept { pace, ..ordinary() }).duration());
        assert!(
            lengths.windows(2).all(|pair| pair[1] < 0.9 * pair[0]),
            "{lengths:?}"
        );
        assert!((2.0..6.0).contains(&lengths[2]), "{lengths:?}");
    }

    #[test]
    fn shipped_customers_are_heard_at_the_pace_that_talks_are_reckoned_with() {
        let (mut n_words, mut seconds) = (0, 0.0);
        let rules = Rules::current();
        for (name, text) in BUILT_IN {
            let loaded = load(name, text.as_bytes(), &rules);
            let scenario = Arc::new(loaded.scenario.expect("it can be played"));
            let timbre = Timbre::for_look(&scenario.customer().look.text);
            for (seed, bot) in (0..4).flat_map(|seed| [(seed, Bot::Expert), (seed, Bot::Poor)]) {
                let talk = play_session(&scenario, &rules, Seed::new(seed), bot, 1);
                for turn in talk.turns() {
                    for event in &turn.events {
                        if let Event::Speaks { text, .. } | Event::Reacts { text, .. } = event {
                            n_words += text.split_whitespace().count();
                            seconds += Plan::new(text, &turn.percept, &timbre).duration();
                        }
                    }
                }
            }
        }
        let a_minute = n_words as f32 * 60.0 / seconds;
        println!("{n_words} words, {a_minute:.0} a minute");
        assert!(
            (a_minute / HEARD as f32 - 1.0).abs() < 0.05,
            "{a_minute:.0} words a minute, and talks are reckoned with {HEARD}"
        );
    }

    #[test]
    fn a_question_ends_high_and_a_statement_low() {
        for loudness in [10, 50, 100] {
            let end = |text| {
                let gestures = plan(
                    text,
                    Percept {
                        loudness,
                        ..ordinary()
                    },
                )
                .gestures;
                let [.., before, last] = gestures.as_slice() else {
                    panic!("a line has gestures")
                };
                (
                    gestures.iter().map(|g| g.pitch).sum::<f32>() / gestures.len() as f32,
                    before.pitch.min(last.pitch),
                )
            };
            let (mean, last) = end("Do you read it?");
            assert!(last > 1.15 * mean, "{last} against {mean}");
            let (mean, last) = end("You do read it.");
            assert!(last < 0.9 * mean, "{last} against {mean}");
        }
    }

    #[test]
    fn the_envelope_follows_the_line_and_ends_at_nothing() {
        let plan = plan(LINE, ordinary());
        let end = plan.duration();
        for t in [-1.0, end, end + 0.001, end + 10.0, f32::NAN] {
            assert_eq!(plan.envelope(t), 0.0, "{t}");
        }
        let levels: Vec<f32> = (0..200)
            .map(|i| plan.envelope(end * i as f32 / 200.0))
            .collect();
        assert!(levels.iter().all(|level| (0.0..=1.0).contains(level)));
        let peaks = levels
            .windows(3)
            .filter(|w| w[1] > w[0] && w[1] >= w[2] && w[1] > 0.3)
            .count();
        assert!(
            (8..=20).contains(&peaks),
            "the syllables are to be seen: {peaks}"
        );
    }

    #[test]
    fn the_envelope_is_higher_for_loud_and_for_stress() {
        let top = |plan: &Plan| plan.gestures.iter().map(|g| g.level).fold(0.0, f32::max);
        let levels = [0, 25, 50, 75, 100].map(|loudness| {
            top(&plan(
                LINE,
                Percept {
                    loudness,
                    ..ordinary()
                },
            ))
        });
        assert!(
            levels.windows(2).all(|pair| pair[1] > pair[0] + 0.1),
            "{levels:?}"
        );
        assert!(
            top(&plan("It has *died* again.", ordinary()))
                > top(&plan("It has died again.", ordinary())) + 0.05
        );
    }

    #[test]
    fn a_breath_comes_before_the_first_word() {
        let with = |micro| {
            plan(
                LINE,
                Percept {
                    micro,
                    ..ordinary()
                },
            )
            .duration()
        };
        assert!(with(Some(Micro::BreathOut)) > with(Some(Micro::Scoff)) + 0.2);
        assert!(with(Some(Micro::Scoff)) > with(None) + 0.2);
        assert_eq!(with(Some(Micro::Nod)), with(None));
    }

    #[test]
    fn empty_and_endless_texts_are_bounded() {
        for text in ["", "   ", "...", "*", "?!"] {
            let plan = plan(text, ordinary());
            assert!(
                plan.is_empty() && plan.duration() == 0.0 && plan.envelope(0.0) == 0.0,
                "{text}"
            );
        }
        for text in [
            "word, ".repeat(334),
            "a".repeat(2_000),
            "… a! ".repeat(400),
            "漢".repeat(2_000),
        ] {
            let plan = plan(
                &text,
                Percept {
                    pace: 0,
                    ..ordinary()
                },
            );
            assert!(
                plan.duration() > 0.5 && plan.duration() <= MAX_SECONDS,
                "{}",
                plan.duration()
            );
            assert!(plan.gestures.windows(2).all(|pair| pair[0].at < pair[1].at));
        }
    }
}
