//! What the muscles do: facial action units with an intensity, and the few of the
//! body a counter shows. Pure values; where they come from is `reading` and `micro`.

/// Declares the units once, so that blending and limits can never forget one.
macro_rules! action_units {
    ($($(#[$doc:meta])* $name:ident: $low:literal to $high:literal,)*) => {
        /// Intensities; 0 is a face at rest. Numbers are those of the Facial Action
        /// Coding System.
        #[derive(Clone, Copy, Debug, Default, PartialEq)]
        pub(crate) struct ActionUnits {
            $($(#[$doc])* pub(crate) $name: f32,)*
        }

        impl ActionUnits {
            /// Joins two sets, unit by unit.
            pub(super) fn zip(&self, other: &Self, join: impl Fn(f32, f32) -> f32) -> Self {
                Self { $($name: join(self.$name, other.$name),)* }
            }

            /// Every unit brought back into its range.
            pub(super) fn limited(&self) -> Self {
                Self { $($name: self.$name.clamp($low, $high),)* }
            }

            /// The units by name, for galleries, overlays and tests.
            pub(crate) fn named(&self) -> Vec<(&'static str, f32)> {
                vec![$((stringify!($name), self.$name),)*]
            }
        }
    };
}

action_units! {
    /// AU1, inner brow raiser, 0 to 1.
    au1: 0.0 to 1.0,
    /// AU2, outer brow raiser, 0 to 1.
    au2: 0.0 to 1.0,
    /// AU4, brow lowerer, 0 to 1.
    au4: 0.0 to 1.0,
    /// AU5, upper lid raiser, 0 to 1.
    au5: 0.0 to 1.0,
    /// AU6, cheek raiser, 0 to 1.
    au6: 0.0 to 1.0,
    /// AU7, lid tightener, 0 to 1.
    au7: 0.0 to 1.0,
    /// AU9, nose wrinkler, 0 to 1.
    au9: 0.0 to 1.0,
    /// AU10, upper lip raiser, 0 to 1.
    au10: 0.0 to 1.0,
    /// AU12, lip corner puller, 0 to 1.
    au12: 0.0 to 1.0,
    /// AU14, dimpler, 0 to 1.
    au14: 0.0 to 1.0,
    /// AU15, lip corner depressor, 0 to 1.
    au15: 0.0 to 1.0,
    /// AU16, lower lip depressor, 0 to 1.
    au16: 0.0 to 1.0,
    /// AU17, chin raiser, 0 to 1.
    au17: 0.0 to 1.0,
    /// AU20, lip stretcher, 0 to 1.
    au20: 0.0 to 1.0,
    /// AU23, lip tightener, 0 to 1.
    au23: 0.0 to 1.0,
    /// AU24, lip pressor, 0 to 1.
    au24: 0.0 to 1.0,
    /// AU25, lips part, 0 to 1.
    au25: 0.0 to 1.0,
    /// AU26, jaw drop, 0 to 1.
    au26: 0.0 to 1.0,
    /// AU29, jaw thrust; here the clenched jaw, 0 to 1.
    au29: 0.0 to 1.0,
    /// AU38, nostril dilator, 0 to 1.
    au38: 0.0 to 1.0,
    /// AU43, eyes closed, 0 open to 1 shut.
    au43: 0.0 to 1.0,
    /// How much one mouth corner alone is drawn up, -1 left to 1 right on the picture.
    lopsided: -1.0 to 1.0,
    /// Gaze across, -1 left to 1 right on the picture; 0 is at you.
    gaze_x: -1.0 to 1.0,
    /// Gaze up and down, -1 up to 1 down; 0 is at you.
    gaze_y: -1.0 to 1.0,
    /// The head nods, -1 chin up to 1 chin on the chest.
    pitch: -1.0 to 1.0,
    /// The head turns, -1 left to 1 right on the picture.
    yaw: -1.0 to 1.0,
    /// The head tilts, -1 left to 1 right on the picture.
    roll: -1.0 to 1.0,
    /// Shoulders, -0.3 let go to 1 up at the ears.
    shoulders: -0.3 to 1.0,
    /// Arms folded, 0 to 1.
    folded: 0.0 to 1.0,
    /// Hands planted on the counter, 0 to 1. The rest is hands lying at ease.
    planted: 0.0 to 1.0,
    /// Fingers, 0 loose to 1 clenched.
    grip: 0.0 to 1.0,
    /// The trunk, -0.5 drawn back to 1 bent over the counter.
    lean: -0.5 to 1.0,
    /// The trunk turned to the door, -1 to 1.
    torso_turn: -1.0 to 1.0,
    /// Blood in the face, 0 to 1.
    flush: 0.0 to 1.0,
    /// The chest, -1 emptied to 1 filled.
    breath: -1.0 to 1.0,
}

impl ActionUnits {
    /// A share `amount` (0 stay, 1 arrive) of the way to another set.
    pub(crate) fn ease(&self, toward: &Self, amount: f32) -> Self {
        let amount = amount.clamp(0.0, 1.0);
        self.zip(toward, |from, to| from + (to - from) * amount)
    }

    /// The same face while a syllable opens the mouth, 0 closed to 1 wide. Pressed
    /// lips have to part for it; an angry mouth shows its lower teeth.
    pub(crate) fn speaking(&self, openness: f32) -> Self {
        let open = openness.clamp(0.0, 1.0);
        let keep = 1.0 - 0.8 * open;
        Self {
            au17: self.au17 * keep,
            au23: self.au23 * (1.0 - 0.3 * open),
            au24: self.au24 * keep,
            au25: self.au25.max(open.sqrt() * 0.9),
            au26: self.au26.max(open * 0.85),
            au16: self.au16 + open * 0.6 * self.au4,
            au10: self.au10 + open * 0.35 * self.au4,
            ..*self
        }
        .limited()
    }

    /// The same face with the lids brought down, 0 as they were to 1 shut.
    pub(crate) fn blink(&self, closed: f32) -> Self {
        let closed = closed.clamp(0.0, 1.0);
        let au43 = self.au43 + (1.0 - self.au43) * closed;
        Self { au43, ..*self }
    }

    /// The same body at a phase of its breath, 0 to 1 for one whole breath. A tense
    /// body breathes high in the chest.
    pub(crate) fn breath(&self, phase: f32) -> Self {
        let wave = (phase * std::f32::consts::TAU).sin();
        let high = self.shoulders.max(0.0);
        Self {
            breath: self.breath + wave * (0.5 + 0.5 * high),
            shoulders: self.shoulders + wave * 0.05 * high,
            ..*self
        }
        .limited()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn easing_ends_at_both_ends() {
        let from = ActionUnits {
            au4: 1.0,
            yaw: -0.5,
            ..Default::default()
        };
        let to = ActionUnits {
            au12: 1.0,
            yaw: 0.5,
            ..Default::default()
        };
        assert_eq!(from.ease(&to, 0.0), from);
        assert_eq!(from.ease(&to, 1.0), to);
        let half = from.ease(&to, 0.5);
        assert_eq!((half.au4, half.au12, half.yaw), (0.5, 0.5, 0.0));
    }

    #[test]
    fn a_blink_shuts_and_speech_opens() {
        let still = ActionUnits {
            au24: 1.0,
            ..Default::default()
        };
        assert_eq!(still.blink(1.0).au43, 1.0);
        assert_eq!(still.blink(0.0), still);
        assert_eq!(still.speaking(0.0), still);
        let said = still.speaking(1.0);
        assert!(said.au26 > 0.8 && said.au24 < 0.3);
    }

    #[test]
    fn a_breath_comes_back_to_where_it_was() {
        let still = ActionUnits {
            shoulders: 0.8,
            ..Default::default()
        };
        assert!(still.breath(0.25).breath > 0.5);
        assert!(
            still
                .breath(1.0)
                .zip(&still, |a, b| (a - b).abs())
                .named()
                .iter()
                .all(|(_, d)| *d < 1e-3)
        );
    }
}
