//! The Satisfactometer engine: text in, events out.

pub mod diagnostic;
pub mod load;
pub mod percept;
