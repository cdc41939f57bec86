//! Micro-moments: a pulse on top of a face, over in about a second. Which moment it
//! is comes from the percept; how far along it is, from whoever draws.

use engine::percept::Micro;

use crate::portrait::action::ActionUnits;

impl ActionUnits {
    /// This face at `phase` of a micro-moment, 0 before it to 1 after it. At both ends
    /// it is the face itself.
    pub(crate) fn micro(&self, micro: &Micro, phase: f32) -> ActionUnits {
        let pulse = full(*micro);
        let strength = envelope(*micro, phase.clamp(0.0, 1.0));
        self.zip(&pulse, |unit, add| unit + add * strength)
            .limited()
    }
}

/// How strong a moment is over its phase: a flinch strikes at once, a breath swells.
fn envelope(micro: Micro, phase: f32) -> f32 {
    let peak = match micro {
        Micro::Flinch => 0.12,
        Micro::Scoff => 0.25,
        Micro::LookAway | Micro::JawSet | Micro::Swallow | Micro::Nod => 0.4,
        Micro::BreathOut | Micro::SmallSmile => 0.5,
    };
    let rising = if phase < peak {
        phase / peak
    } else {
        (1.0 - phase) / (1.0 - peak)
    };
    rising * rising * (3.0 - 2.0 * rising)
}

fn full(micro: Micro) -> ActionUnits {
    let none = ActionUnits::default();
    match micro {
        Micro::Flinch => ActionUnits {
            au1: 0.5,
            au2: 0.5,
            au5: 0.7,
            au20: 0.5,
            au25: 0.3,
            pitch: -0.35,
            lean: -0.35,
            shoulders: 0.5,
            ..none
        },
        Micro::BreathOut => ActionUnits {
            au43: 0.55,
            au25: 0.3,
            au24: -0.6,
            au4: -0.4,
            shoulders: -0.5,
            breath: -1.0,
            pitch: 0.25,
            ..none
        },
        Micro::LookAway => ActionUnits {
            gaze_x: 0.95,
            gaze_y: -0.15,
            yaw: 0.3,
            au14: 0.4,
            ..none
        },
        Micro::JawSet => ActionUnits {
            au29: 0.8,
            au24: 0.7,
            au17: 0.4,
            au7: 0.3,
            ..none
        },
        Micro::Scoff => ActionUnits {
            au10: 0.35,
            au14: 0.6,
            au38: 0.7,
            lopsided: 0.8,
            pitch: -0.25,
            gaze_y: -0.35,
            roll: 0.25,
            ..none
        },
        Micro::Swallow => ActionUnits {
            au24: 0.5,
            au17: 0.6,
            au1: 0.4,
            gaze_y: 0.5,
            pitch: 0.15,
            ..none
        },
        Micro::SmallSmile => ActionUnits {
            au12: 0.5,
            au6: 0.35,
            lopsided: 0.5,
            au24: -0.4,
            ..none
        },
        Micro::Nod => ActionUnits {
            pitch: 0.45,
            au43: 0.25,
            ..none
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_begins_and_ends_at_the_face_itself() {
        let face = ActionUnits {
            au4: 0.5,
            au24: 0.7,
            ..Default::default()
        };
        let moments = [
            Micro::Flinch,
            Micro::BreathOut,
            Micro::LookAway,
            Micro::JawSet,
            Micro::Scoff,
            Micro::Swallow,
            Micro::SmallSmile,
            Micro::Nod,
        ];
        for micro in moments {
            assert_eq!(face.micro(&micro, 0.0), face, "{micro:?}");
            assert_eq!(face.micro(&micro, 1.0), face, "{micro:?}");
            let middle = face.micro(&micro, 0.3).zip(&face, |a, b| (a - b).abs());
            assert!(
                middle.named().iter().any(|(_, d)| *d > 0.1),
                "{micro:?} is not seen"
            );
        }
    }
}
