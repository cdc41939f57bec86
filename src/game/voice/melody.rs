//! The pitch of every syllable, in semitones against the speaker's ordinary
//! pitch: phrases sink, accents stand out, and the end of a phrase says whether
//! it is closed, goes on, or asks.

use super::phrase::{Accent, Break, Unit};

/// Where the pitch of a syllable starts and ends, in semitones.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Glide {
    pub(super) from: f32,
    pub(super) to: f32,
}

/// How far a phrase sinks from its first syllable to its last, in semitones.
const DECLINE: f32 = 3.5;

/// The glide of every unit. `range` widens or flattens the melody: 1 is ordinary
/// talk, 0.5 is toneless, 1.7 is beside oneself. A question rises at any range.
pub(super) fn glides(units: &[Unit], range: f32) -> Vec<Glide> {
    units
        .chunk_by(|unit, _| unit.after <= Break::Word)
        .flat_map(|phrase| phrase_glides(phrase, range))
        .collect()
}

fn phrase_glides(phrase: &[Unit], range: f32) -> Vec<Glide> {
    let last = phrase.len() - 1;
    let end = phrase[last].after;
    let mut glides: Vec<Glide> = phrase
        .iter()
        .enumerate()
        .map(|(i, unit)| {
            let sunk = if last == 0 {
                0.5
            } else {
                i as f32 / last as f32
            };
            let accent = match unit.accent {
                Accent::Weak => -0.4,
                Accent::Word => 1.6,
                Accent::Stress => 4.0,
            };
            // Nobody says two syllables quite alike.
            let chance = (unit.seed % 1000) as f32 / 1000.0 - 0.5;
            let here = (DECLINE * (0.5 - sunk) + accent + chance) * range;
            Glide {
                from: here + 0.3 * range,
                to: here - 0.4 * range,
            }
        })
        .collect();
    let here = glides[last].from;
    let high = here.max(0.0);
    glides[last] = match end {
        Break::Question => Glide {
            from: here.min(1.0),
            to: here.min(1.0) + 3.5 + 2.5 * range,
        },
        Break::Comma => Glide {
            from: here,
            to: here + 1.8 * range,
        },
        Break::Dash => Glide {
            from: here,
            to: here + 0.2 * range,
        },
        Break::Trail => Glide {
            from: here - 0.5,
            to: here - 1.5,
        },
        Break::Exclaim => Glide {
            from: high + 2.0 * range,
            to: here - 3.0 * range,
        },
        _ => Glide {
            from: here - 0.5 * range,
            to: here - 1.5 - 2.5 * range,
        },
    };
    glides
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::game::voice::phrase::units;

    fn last_move(text: &str, range: f32) -> f32 {
        let glides = glides(&units(text, 100), range);
        let end = glides[glides.len() - 1];
        end.to - end.from
    }

    #[test]
    fn the_end_of_a_phrase_tells_what_it_is() {
        for range in [0.5, 1.0, 1.7] {
            assert!(last_move("Do you even read it?", range) > 4.0);
            assert!(last_move("No?", range) > 4.0);
            assert!(last_move("You read it.", range) < -2.0);
            assert!(last_move("You read it", range) < -2.0);
            assert!(last_move("You read it!", range) < -2.0);
            assert!(last_move("When you read it,", range) > 0.5);
        }
    }

    #[test]
    fn a_stressed_syllable_stands_out() {
        let plain = glides(&units("give me that one now", 100), 1.0);
        let stressed = glides(&units("give me *that* one now", 100), 1.0);
        assert!(stressed[2].from > plain[2].from + 2.0);
        assert_eq!(stressed[1], plain[1]);
        assert_eq!(stressed[3], plain[3]);
    }

    #[test]
    fn every_unit_has_its_glide() {
        let units = units("Three times. Three! Why? Well, I... — no", 100);
        assert_eq!(glides(&units, 1.0).len(), units.len());
        assert!(glides(&[], 1.0).is_empty());
    }
}
