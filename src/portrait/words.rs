//! The percept in a few plain words, for screen readers, captions and the text mode.
//! Says what there is to see and hear, never what it means; on the phone only the voice.

use engine::percept::{Gaze, Micro, Percept, Posture};

/// One line such as "arms folded, jaw tight, looking past you; speaking loudly and
/// fast". Never empty.
pub(crate) fn describe(percept: &Percept, on_phone: bool) -> String {
    let voice = voice(percept);
    if on_phone {
        return match percept.micro.and_then(heard) {
            Some(sound) => format!("{voice}; {sound}"),
            None => voice,
        };
    }
    let mut parts = vec![posture(percept.posture), face(percept), gaze(percept.gaze)];
    parts.extend(percept.micro.map(seen));
    format!("{}; {voice}", parts.join(", "))
}

fn posture(posture: Posture) -> &'static str {
    match posture {
        Posture::Open => "hands at rest",
        Posture::Leaning => "leaning in",
        Posture::Folded => "arms folded",
        Posture::Turned => "half turned to the door",
        Posture::Looming => "hands planted on the counter, very close",
    }
}

/// The face where tension and warmth cross: four steps of the one, four of the other.
fn face(percept: &Percept) -> &'static str {
    let tense = usize::from(percept.tension.min(99) / 25);
    let warm = usize::from(percept.warmth.min(99) / 25);
    const FACES: [[&str; 4]; 4] = [
        [
            "face blank",
            "face still",
            "face relaxed",
            "smiling with the eyes",
        ],
        [
            "mouth turned down",
            "face guarded",
            "face attentive",
            "smiling",
        ],
        [
            "brow drawn, mouth tight",
            "brow drawn",
            "mouth tight",
            "smiling with the mouth only",
        ],
        [
            "glaring, jaw tight",
            "jaw tight",
            "jaw tight behind a thin smile",
            "a fixed smile, jaw tight, shoulders up",
        ],
    ];
    FACES[tense][warm]
}

fn gaze(gaze: Gaze) -> &'static str {
    match gaze {
        Gaze::AtYou => "looking at you",
        Gaze::Away => "looking away",
        Gaze::Down => "looking down",
        Gaze::Past => "looking past you",
    }
}

fn voice(percept: &Percept) -> String {
    let loud = match percept.loudness {
        0..=19 => "almost whispering",
        20..=39 => "speaking quietly",
        40..=59 => "speaking at an ordinary level",
        60..=79 => "speaking loudly",
        80.. => "shouting",
    };
    match percept.pace {
        0..=19 => format!("{loud}, haltingly"),
        20..=39 => format!("{loud}, slowly"),
        40..=64 => loud.to_owned(),
        65..=84 => format!("{loud} and fast"),
        85.. => format!("{loud}, fast and clipped"),
    }
}

fn seen(micro: Micro) -> &'static str {
    match micro {
        Micro::Flinch => "flinches",
        Micro::BreathOut => "lets a breath go",
        Micro::LookAway => "glances off for a moment",
        Micro::JawSet => "the jaw sets",
        Micro::Scoff => "a short breath through the nose",
        Micro::Swallow => "swallows",
        Micro::SmallSmile => "a corner of the mouth gives",
        Micro::Nod => "a small nod",
    }
}

/// What of a micro-moment carries down a line.
fn heard(micro: Micro) -> Option<&'static str> {
    match micro {
        Micro::Flinch => Some("a sharp breath in"),
        Micro::BreathOut => Some("a long breath out"),
        Micro::Scoff => Some("a short, sharp breath"),
        Micro::Swallow => Some("a catch in the voice"),
        Micro::LookAway | Micro::JawSet | Micro::SmallSmile | Micro::Nod => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: [&str; 14] = [
        "arm", "hand", "jaw", "face", "mouth", "brow", "look", "eye", "shoulder", "lean", "smil",
        "turn", "nod", "nose",
    ];

    fn every() -> impl Iterator<Item = Percept> {
        let steps = [0, 10, 25, 45, 60, 75, 90, 100, 255];
        let gazes = [Gaze::AtYou, Gaze::Away, Gaze::Down, Gaze::Past];
        let postures = [
            Posture::Open,
            Posture::Leaning,
            Posture::Folded,
            Posture::Turned,
            Posture::Looming,
        ];
        let micros = [
            None,
            Some(Micro::Flinch),
            Some(Micro::BreathOut),
            Some(Micro::LookAway),
            Some(Micro::JawSet),
            Some(Micro::Scoff),
            Some(Micro::Swallow),
            Some(Micro::SmallSmile),
            Some(Micro::Nod),
        ];
        steps.into_iter().flat_map(move |n| {
            gazes.into_iter().flat_map(move |gaze| {
                postures.into_iter().flat_map(move |posture| {
                    micros.into_iter().map(move |micro| Percept {
                        tension: n,
                        warmth: 255 - n,
                        gaze,
                        posture,
                        loudness: n,
                        pace: 100 - n.min(100),
                        micro,
                    })
                })
            })
        })
    }

    #[test]
    fn there_are_always_words_and_no_stray_marks() {
        for percept in every() {
            for on_phone in [false, true] {
                let words = describe(&percept, on_phone);
                assert!(words.len() > 8, "{percept:?}");
                assert!(!words.contains(", ,") && !words.contains("  "), "{words}");
            }
        }
    }

    #[test]
    fn on_the_phone_there_is_no_body() {
        for percept in every() {
            let words = describe(&percept, true);
            assert!(BODY.iter().all(|part| !words.contains(part)), "{words}");
        }
    }

    #[test]
    fn reads_like_a_person_saying_it() {
        let percept = Percept {
            tension: 90,
            warmth: 30,
            gaze: Gaze::Past,
            posture: Posture::Folded,
            loudness: 70,
            pace: 70,
            micro: None,
        };
        assert_eq!(
            describe(&percept, false),
            "arms folded, jaw tight, looking past you; speaking loudly and fast"
        );
        assert_eq!(describe(&percept, true), "speaking loudly and fast");
    }
}
