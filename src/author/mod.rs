//! What authors use on the command line.

pub mod act_help;
pub mod acts;
#[cfg(feature = "game")]
pub mod bench;
pub mod check;
pub mod expect;
pub mod gallery;
pub mod graph;
pub mod guide;
pub mod import;
pub mod new;
pub mod playtest;
pub mod print;
pub mod reference;
pub mod render;
pub mod walks;
pub mod words;
