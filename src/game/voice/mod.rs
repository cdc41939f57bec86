//! The customer's wordless voice: a line of text and a percept become a plan
//! (syllables, melody, loudness over time), the plan becomes samples, and the
//! samples a sound when there is a device. Knows no screen, scenario or Bevy.

pub(crate) mod output;
pub(crate) mod plan;
pub(crate) mod timbre;

mod filter;
mod glottis;
mod melody;
mod mouth;
mod phrase;
mod probe;
mod room;
mod speech;
mod synth;
