//! What makes a voice one person's: pitch, size of the throat, breath, tempo.
//! Says nothing about mood; that is the percept's part.

/// The unchanging side of one person's voice.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Timbre {
    /// Pitch of ordinary talk in hertz, 70 to 300.
    pub(super) pitch: f32,
    /// Formant frequencies against a grown man's: 0.9 long throat to 1.3 short.
    pub(super) formants: f32,
    /// Air in the voice, 0 none to 1 almost a whisper.
    pub(super) breath: f32,
    /// Speed of talk against the ordinary, 0.7 to 1.3.
    pub(super) tempo: f32,
    /// Unsteadiness of old age, 0 none to 1 strong.
    pub(super) tremor: f32,
    /// Heard through a telephone: only 300 to 3,400 Hz pass.
    pub(super) telephone: bool,
}

/// Pitch, formants, breath, tempo, tremor of the people of the shop.
const PEOPLE: &[(&str, [f32; 5])] = &[
    ("baker", [108.0, 0.92, 0.20, 0.94, 0.0]),
    ("bookkeeper", [192.0, 1.13, 0.22, 1.02, 0.0]),
    ("carpenter", [98.0, 0.96, 0.28, 0.90, 0.0]),
    ("clockmaker", [150.0, 1.02, 0.48, 0.82, 0.6]),
    ("contractor", [122.0, 0.99, 0.12, 1.08, 0.0]),
    ("courier", [204.0, 1.17, 0.18, 1.16, 0.0]),
    ("designer", [230.0, 1.20, 0.20, 1.10, 0.0]),
    ("farmer", [90.0, 0.93, 0.32, 0.86, 0.1]),
    ("grandmother", [170.0, 1.10, 0.46, 0.84, 0.55]),
    ("musician", [134.0, 0.97, 0.34, 0.96, 0.0]),
    ("nurse", [184.0, 1.07, 0.16, 1.06, 0.0]),
    ("parent", [114.0, 0.96, 0.24, 1.00, 0.0]),
    ("pharmacist", [214.0, 1.12, 0.26, 0.98, 0.0]),
    ("solicitor", [160.0, 1.07, 0.14, 0.95, 0.1]),
    ("student", [142.0, 1.08, 0.30, 1.12, 0.0]),
    ("teacher", [118.0, 1.05, 0.16, 0.92, 0.0]),
];

impl Timbre {
    /// The voice that goes with a look. An id that is not known gets a voice of
    /// its own, the same every time.
    pub(crate) fn for_look(id: &str) -> Timbre {
        let known = PEOPLE.iter().find(|(name, _)| *name == id);
        let [pitch, formants, breath, tempo, tremor] = known.map_or_else(|| drawn(id), |(_, v)| *v);
        Timbre {
            pitch,
            formants,
            breath,
            tempo,
            tremor,
            telephone: false,
        }
    }

    /// The same voice, over a telephone or not.
    pub(crate) fn on_phone(self, telephone: bool) -> Timbre {
        Timbre { telephone, ..self }
    }
}

/// A plausible voice from the bytes of an id. Throat and pitch go together as
/// they do in people; the rest varies freely within what is ordinary.
fn drawn(id: &str) -> [f32; 5] {
    let mut state = id.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |h, b| {
        (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3)
    });
    let mut unit = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / (1_u64 << 24) as f32
    };
    let height = unit();
    [
        95.0 * 2.3_f32.powf(height),
        0.95 + 0.2 * height + 0.06 * (unit() - 0.5),
        0.12 + 0.26 * unit(),
        0.88 + 0.26 * unit(),
        0.0,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_of_the_gallery_has_a_voice_of_their_own() {
        for look in crate::portrait::look::all() {
            let known = PEOPLE.iter().any(|(name, _)| *name == look.id);
            assert!(known, "{} has a drawn voice", look.id);
        }
    }

    #[test]
    fn no_two_people_of_the_shop_sound_alike() {
        let voices: Vec<Timbre> = PEOPLE
            .iter()
            .map(|(name, _)| Timbre::for_look(name))
            .collect();
        for (i, a) in voices.iter().enumerate() {
            for b in &voices[i + 1..] {
                let pitch = (a.pitch / b.pitch).log2().abs() * 12.0;
                let throat = (a.formants / b.formants - 1.0).abs() * 20.0;
                assert!(pitch + throat > 1.5, "{a:?} and {b:?}");
            }
        }
    }

    #[test]
    fn unknown_people_have_ordinary_voices_of_their_own() {
        for n in 0..500 {
            let voice = Timbre::for_look(&format!("person-{n}"));
            assert_eq!(voice, Timbre::for_look(&format!("person-{n}")));
            assert!((70.0..=300.0).contains(&voice.pitch), "{voice:?}");
            assert!((0.9..=1.3).contains(&voice.formants), "{voice:?}");
            assert!((0.0..=1.0).contains(&voice.breath), "{voice:?}");
            assert!((0.7..=1.3).contains(&voice.tempo), "{voice:?}");
        }
    }

    #[test]
    fn the_telephone_changes_only_the_line() {
        let here = Timbre::for_look("courier");
        let there = here.on_phone(true);
        assert!(there.telephone && !here.telephone);
        assert_eq!(there.on_phone(false), here);
    }
}
