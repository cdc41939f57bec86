//! What authors use on the command line.

pub mod acts;
pub mod check;
pub mod gallery;
pub mod render;
