//! From what can be seen to muscles: percept and look in, action units out. Continuous
//! in every number of the percept, so that neighbouring percepts look alike. Adds
//! nothing the percept does not hold.

use engine::percept::{Gaze, Percept, Posture};

use crate::portrait::{action::ActionUnits, look::Look};

impl ActionUnits {
    /// The face and body of this person for this percept, at rest between words and
    /// without its micro-moment (see [`ActionUnits::micro`]).
    pub(crate) fn from_percept(percept: &Percept, look: &Look) -> ActionUnits {
        let (face, resting) = (face(&Mood::of(percept)), resting(look));
        let moved = face.zip(&resting, |a, b| a + b);
        let stood = moved.zip(&stance(percept.posture), |a, b| a + b);
        stood
            .zip(&glance(percept.gaze, percept.posture), |a, b| a + b)
            .limited()
    }
}

/// The percept's numbers as shares, and the mixtures the face is made of.
struct Mood {
    tension: f32,
    loud: f32,
    pace: f32,
    /// Cold and tense: anger, the louder the plainer.
    anger: f32,
    /// Cold, tense and quiet: hurt.
    hurt: f32,
    /// Warm and slack: the real smile.
    joy: f32,
    /// Warm and tense: the smile put on over something else.
    mask: f32,
    /// How much of the tension shows through the mask.
    leak: f32,
    /// Unfriendly, neither hot nor hurt: a guarded face.
    cool: f32,
    /// Unfriendly, and yet bent forward to listen: a cold face that takes part.
    thaw: f32,
}

impl Mood {
    fn of(percept: &Percept) -> Mood {
        let share = |n: u8| f32::from(n.min(100)) / 100.0;
        let (tension, warmth) = (share(percept.tension), share(percept.warmth));
        let (loud, pace) = (share(percept.loudness), share(percept.pace));
        let cold = ramp(warmth, 0.55, 0.05);
        let tense = ramp(tension, 0.25, 0.95);
        let lowered = match percept.gaze {
            Gaze::Down => 0.35,
            Gaze::AtYou | Gaze::Away | Gaze::Past => 0.0,
        };
        let quiet = (ramp(loud, 0.75, 0.3) + lowered).min(1.0);
        // Whoever bends forward to listen is not as hurt as a cold face would say.
        let listening = match percept.posture {
            Posture::Leaning => 1.0,
            Posture::Open | Posture::Folded | Posture::Turned | Posture::Looming => 0.0,
        };
        let hurt = ramp(tension, 0.2, 0.7) * cold * quiet * (1.0 - 0.8 * listening);
        // A friendly face over a loud voice costs effort too.
        let strain = tension + 0.35 * (loud - 0.55).max(0.0);
        let guarded = ramp(warmth, 0.62, 0.22) * ramp(tension, 0.95, 0.4) * (1.0 - 0.8 * hurt);
        Mood {
            tension,
            loud,
            pace,
            anger: tense * cold * (1.0 - 0.75 * quiet),
            hurt,
            joy: ramp(warmth, 0.38, 0.98) * ramp(tension, 0.65, 0.15),
            mask: ramp(warmth, 0.48, 0.67) * ramp(strain, 0.22, 0.62),
            leak: ramp(strain, 0.35, 0.75),
            cool: guarded * (1.0 - 0.7 * listening),
            thaw: guarded * listening,
        }
    }
}

/// 0 at `from`, 1 at `to`, with soft ends.
fn ramp(x: f32, from: f32, to: f32) -> f32 {
    let t = ((x - from) / (to - from)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

fn face(mood: &Mood) -> ActionUnits {
    let Mood {
        tension,
        loud,
        pace,
        anger,
        hurt,
        joy,
        mask,
        leak,
        cool,
        thaw,
    } = *mood;
    let shout = anger * ramp(loud, 0.55, 1.0);
    let slip = mask * leak;
    ActionUnits {
        // Brows: hurt lifts the inner ends against the frown; a mask lifts them first
        // and cannot hold them.
        au1: 0.95 * hurt + 0.3 * mask * (1.0 - leak) + 0.12 * joy + 0.22 * thaw,
        au2: 0.16 * mask + 0.16 * joy + 0.12 * thaw,
        au4: 1.0 * anger + 0.42 * hurt + 0.42 * cool + 0.18 * mask + 0.5 * slip,
        au5: 0.75 * shout + 0.18 * slip + 0.1 * thaw,
        // The cheeks never lie: without ease there is none of this.
        au6: 0.95 * joy,
        au7: 0.55 * anger + 0.25 * mask + 0.4 * slip + 0.4 * cool + 0.22 * joy,
        au9: 0.7 * anger * anger + 0.12 * slip,
        au10: 0.55 * shout + 0.12 * cool + 0.15 * slip,
        au12: 0.85 * joy + 0.72 * mask + 0.06 * thaw,
        au14: 0.55 * mask + 0.35 * cool,
        au15: 0.8 * hurt + 0.7 * anger + 0.5 * cool,
        au16: 0.6 * shout,
        au17: 0.75 * hurt + 0.35 * anger * (1.0 - shout) + 0.2 * cool,
        au20: 0.3 * mask + 0.35 * slip + 0.2 * hurt,
        au23: 0.6 * anger + 0.25 * mask + 0.15 * slip,
        au24: (0.8 * anger + 0.24 * mask + 0.4 * cool) * (1.0 - 0.6 * shout),
        au25: 0.6 * shout + 0.42 * joy * joy + 0.6 * mask,
        au26: 0.22 * shout,
        au29: (ramp(tension, 0.45, 0.95) + 0.6 * slip).min(1.0),
        au38: 0.8 * anger + 0.4 * slip,
        au43: 0.1 * hurt + 0.08 * ramp(tension, 0.3, 0.0),
        lopsided: 0.25 * mask - 0.12 * cool + 0.22 * thaw,
        pitch: 0.32 * anger + 0.42 * hurt - 0.1 * joy + 0.18 * slip - 0.16 * cool,
        roll: 0.45 * hurt - 0.3 * joy + 0.25 * cool - 0.22 * thaw,
        shoulders: 0.85 * ramp(tension, 0.25, 1.0) - 0.2 * ramp(tension, 0.3, 0.0) - 0.35 * hurt
            + 0.35 * slip,
        grip: (ramp(tension, 0.35, 0.9) + 0.5 * slip).min(1.0),
        lean: 0.25 * shout + 0.06 * (pace - 0.5),
        flush: 0.85 * anger * (0.35 + 0.65 * loud) + 0.3 * hurt + 0.2 * mask + 0.35 * slip,
        breath: 0.4 * anger + 0.2 * slip,
        ..ActionUnits::default()
    }
}

fn resting(look: &Look) -> ActionUnits {
    let rest = &look.rest;
    ActionUnits {
        au1: 0.25 * rest.brow.max(0.0),
        au2: 0.35 * rest.brow.max(0.0),
        au4: -0.25 * rest.brow.min(0.0),
        au12: 0.25 * rest.mouth.max(0.0),
        au15: -0.25 * rest.mouth.min(0.0),
        au43: 0.2 * rest.lids,
        roll: 0.25 * rest.tilt,
        ..ActionUnits::default()
    }
}

fn stance(posture: Posture) -> ActionUnits {
    let none = ActionUnits::default();
    match posture {
        Posture::Open => none,
        Posture::Leaning => ActionUnits {
            lean: 0.5,
            planted: 0.3,
            pitch: 0.06,
            roll: 0.12,
            ..none
        },
        Posture::Folded => ActionUnits {
            folded: 1.0,
            lean: -0.3,
            shoulders: 0.1,
            pitch: -0.1,
            ..none
        },
        Posture::Turned => ActionUnits {
            torso_turn: 0.9,
            yaw: 0.75,
            lean: -0.25,
            ..none
        },
        Posture::Looming => ActionUnits {
            planted: 1.0,
            lean: 0.9,
            shoulders: 0.3,
            pitch: 0.1,
            ..none
        },
    }
}

fn glance(gaze: Gaze, posture: Posture) -> ActionUnits {
    let none = ActionUnits::default();
    // Whoever has turned away looks back out of the corners of the eyes.
    let back = match posture {
        Posture::Turned => -0.75,
        Posture::Open | Posture::Leaning | Posture::Folded | Posture::Looming => 0.0,
    };
    match gaze {
        Gaze::AtYou => ActionUnits {
            gaze_x: back,
            ..none
        },
        Gaze::Away => ActionUnits {
            gaze_x: 0.85,
            gaze_y: 0.15,
            yaw: 0.3,
            ..none
        },
        Gaze::Down => ActionUnits {
            gaze_x: back * 0.4 - 0.08,
            gaze_y: 0.9,
            pitch: 0.3,
            ..none
        },
        Gaze::Past => ActionUnits {
            gaze_x: -0.75,
            gaze_y: -0.4,
            yaw: -0.28,
            pitch: -0.1,
            ..none
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::portrait::look;

    fn read(change: impl Fn(&mut Percept)) -> ActionUnits {
        let mut percept = Percept {
            tension: 20,
            warmth: 50,
            loudness: 50,
            pace: 50,
            ..Percept::default()
        };
        change(&mut percept);
        ActionUnits::from_percept(&percept, look::find("bookkeeper").expect("a known look"))
    }

    fn apart(a: &ActionUnits, b: &ActionUnits) -> f32 {
        a.zip(b, |x, y| (x - y).abs())
            .named()
            .iter()
            .map(|(_, d)| *d)
            .sum()
    }

    #[test]
    fn each_axis_moves_its_muscles() {
        type Rise = (
            &'static str,
            fn(&mut Percept),
            fn(&mut Percept),
            &'static [&'static str],
        );
        let rises: [Rise; 9] = [
            (
                "anger",
                |_| {},
                |p| (p.tension, p.warmth, p.loudness) = (95, 5, 90),
                &["au4", "au5", "au23", "shoulders", "flush", "grip"],
            ),
            (
                "hurt",
                |_| {},
                |p| (p.tension, p.warmth, p.loudness) = (60, 10, 25),
                &["au1", "au15", "au17"],
            ),
            (
                "joy",
                |_| {},
                |p| (p.tension, p.warmth) = (5, 95),
                &["au6", "au12"],
            ),
            (
                "mask",
                |_| {},
                |p| (p.tension, p.warmth) = (90, 90),
                &["au12", "au24", "au7", "shoulders"],
            ),
            (
                "folded",
                |_| {},
                |p| p.posture = Posture::Folded,
                &["folded"],
            ),
            (
                "looming",
                |_| {},
                |p| p.posture = Posture::Looming,
                &["planted", "lean", "shoulders"],
            ),
            (
                "turned",
                |_| {},
                |p| p.posture = Posture::Turned,
                &["torso_turn", "yaw"],
            ),
            (
                "down",
                |_| {},
                |p| p.gaze = Gaze::Down,
                &["gaze_y", "pitch"],
            ),
            (
                "louder",
                |p| (p.tension, p.warmth) = (90, 5),
                |p| (p.tension, p.warmth, p.loudness) = (90, 5, 100),
                &["au5", "au25", "lean"],
            ),
        ];
        for (name, from, to, units) in rises {
            let (before, after) = (read(from).named(), read(to).named());
            for unit in units {
                let rise = before
                    .iter()
                    .zip(&after)
                    .find(|(b, _)| b.0 == *unit)
                    .map(|(b, a)| a.1 - b.1);
                assert!(rise > Some(0.05), "{name}: {unit} rose by {rise:?}");
            }
        }
    }

    #[test]
    fn a_mask_smiles_with_the_mouth_only() {
        let (real, mask) = (
            read(|p| (p.tension, p.warmth) = (5, 90)),
            read(|p| (p.tension, p.warmth) = (90, 90)),
        );
        assert!(mask.au12 > 0.5 && real.au12 > 0.5);
        assert!(mask.au6 < 0.02 && real.au6 > 0.5);
        assert!(mask.shoulders > 0.6 && real.shoulders < 0.1);
    }

    #[test]
    fn one_step_changes_little_anywhere() {
        for look in look::all() {
            for (t, w, l) in (0..=100)
                .step_by(10)
                .flat_map(|t| (0..=100).step_by(10).map(move |w| (t, w, (t + w) % 101)))
            {
                let percept = Percept {
                    tension: t,
                    warmth: w,
                    loudness: l,
                    pace: 50,
                    ..Percept::default()
                };
                let here = ActionUnits::from_percept(&percept, look);
                let steps = [
                    Percept {
                        tension: (t + 1).min(100),
                        ..percept
                    },
                    Percept {
                        warmth: (w + 1).min(100),
                        ..percept
                    },
                    Percept {
                        loudness: (l + 1).min(100),
                        ..percept
                    },
                    Percept {
                        pace: 51,
                        ..percept
                    },
                ];
                for step in steps {
                    let there = ActionUnits::from_percept(&step, look);
                    let most = here
                        .zip(&there, |a, b| (a - b).abs())
                        .named()
                        .into_iter()
                        .map(|(_, d)| d)
                        .fold(0.0, f32::max);
                    assert!(most < 0.06, "{}: {percept:?} to {step:?}: {most}", look.id);
                }
            }
        }
    }

    #[test]
    fn moods_differ() {
        let moods = [
            read(|p| (p.tension, p.warmth) = (15, 55)),
            read(|p| {
                (p.tension, p.warmth, p.gaze, p.posture) = (45, 30, Gaze::Away, Posture::Folded)
            }),
            read(|p| (p.tension, p.warmth, p.loudness, p.gaze) = (60, 18, 30, Gaze::Down)),
            read(|p| (p.tension, p.warmth, p.loudness, p.posture) = (95, 4, 92, Posture::Looming)),
            read(|p| (p.tension, p.warmth) = (8, 88)),
            read(|p| (p.tension, p.warmth) = (85, 85)),
        ];
        for (i, a) in moods.iter().enumerate() {
            for b in &moods[i + 1..] {
                assert!(apart(a, b) > 1.5, "{}", apart(a, b));
            }
        }
    }

    #[test]
    fn every_percept_is_in_range() {
        let worst = Percept {
            tension: 255,
            warmth: 255,
            loudness: 255,
            pace: 255,
            ..Percept::default()
        };
        let look = look::find("courier").expect("a known look");
        let units = ActionUnits::from_percept(&worst, look);
        assert_eq!(units, units.limited());
    }
}
