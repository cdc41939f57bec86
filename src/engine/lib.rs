//! The Satisfactometer engine: text in, events out.

pub mod diagnostic;
pub mod percept;
