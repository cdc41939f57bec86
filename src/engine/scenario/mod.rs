//! A scenario: its written form, as an author types it, and its playable form,
//! flat arrays and small numbers. The second is made from the first, once, by `compile`.

pub mod bleep;
mod compile;
mod hash;
mod playable;
pub mod written;

pub use compile::compile;
pub use hash::ContentHash;
pub use playable::*;
