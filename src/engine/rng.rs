//! Seeds and the one portable random generator, in named streams. The only
//! source of chance in the engine; nothing here reads a clock or the system.

use std::fmt;
use std::str::FromStr;

use rand::Rng;
use rand_pcg::Pcg32;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The alphabet of Crockford's base 32: no I, L, O or U.
const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A run's seed: 40 bits, spoken as eight Crockford characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seed(u64);

/// A text that is not a seed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a seed has eight characters from 0-9 and A-Z without I, L, O and U, like 7Q2FM9KD; found `{0}`"
)]
pub struct BadSeed(String);

impl Seed {
    /// The seed with the lowest 40 bits of `bits`.
    pub fn new(bits: u64) -> Self {
        Seed(bits & 0xFF_FFFF_FFFF)
    }

    /// The 40 bits as a number.
    pub fn bits(self) -> u64 {
        self.0
    }

    /// The generator of one named stream of this seed.
    pub(crate) fn stream(self, stream: Stream) -> Dice {
        Dice(Pcg32::new(
            self.0.wrapping_mul(0x9E37_79B9_7F4A_7C15),
            stream as u64,
        ))
    }
}

impl fmt::Display for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for i in (0..8).rev() {
            let digit = (self.0 >> (5 * i)) & 31;
            write!(f, "{}", CROCKFORD[digit as usize] as char)?;
        }
        Ok(())
    }
}

impl FromStr for Seed {
    type Err = BadSeed;

    /// Reads eight Crockford characters; lower case, spaces and dashes are
    /// forgiven, O reads as 0 and I or L as 1.
    fn from_str(text: &str) -> Result<Self, BadSeed> {
        let mut bits = 0;
        let mut n_digits = 0;
        for c in text.chars().filter(|c| !matches!(c, ' ' | '-')) {
            let c = match c.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                c => c,
            };
            let digit = CROCKFORD.iter().position(|&d| d as char == c);
            let digit = digit.ok_or_else(|| BadSeed(text.to_owned()))?;
            bits = (bits << 5) | digit as u64;
            n_digits += 1;
            if n_digits > 8 {
                break;
            }
        }
        if n_digits == 8 {
            Ok(Seed(bits))
        } else {
            Err(BadSeed(text.to_owned()))
        }
    }
}

impl Serialize for Seed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Seed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// What a stream of random numbers is for. Streams of one seed are independent,
/// so drawing more from one never changes another.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Stream {
    /// The persona's traits and starting gauges.
    Traits = 1,
    /// What is true only this time.
    Deal = 2,
    /// The order in which replies are shown.
    Order = 3,
    /// The random play of par.
    Par = 4,
    /// Play by the random and other bots.
    Bots = 5,
}

/// One stream of numbers. Ranges are drawn by our own method, because the ones
/// of `rand` may change values between releases.
#[derive(Clone, Debug)]
pub struct Dice(Pcg32);

impl Dice {
    /// Dice for a bot or a bench: not part of any run's own streams.
    pub fn for_play(seed: Seed, run: u64) -> Self {
        Dice(Pcg32::new(
            seed.bits() ^ run.wrapping_mul(0xD134_2543_DE82_EF95),
            Stream::Bots as u64,
        ))
    }

    /// A number in `0..n`; 0 if `n` is 0. Lemire's multiply-shift, whose bias
    /// of at most n / 2^32 does not matter here.
    pub fn below(&mut self, n: u32) -> u32 {
        ((u64::from(self.0.next_u32()) * u64::from(n)) >> 32) as u32
    }

    /// A number in `low..=high`.
    pub(crate) fn between(&mut self, low: i32, high: i32) -> i32 {
        low + self.below((high - low + 1).max(1) as u32) as i32
    }
}
