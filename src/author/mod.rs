//! What authors use on the command line.

pub mod act_help;
pub mod acts;
pub mod check;
pub mod render;
