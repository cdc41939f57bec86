//! What authors use on the command line.

pub mod render;
