//! What authors use on the command line.

pub mod check;
pub mod render;
