//! The Satisfactometer engine: text in, events out. No IO, no clock, no threads,
//! no floats, no window; a run is content, rules, seed and inputs, and nothing else.

pub mod act;
pub mod analysis;
pub mod bots;
pub mod canonical;
mod customer;
pub mod diagnostic;
pub mod doctrine;
pub mod guidance;
pub mod house;
pub mod length;
pub mod load;
pub mod mark;
pub mod names;
mod perceive;
pub mod percept;
pub mod playtest;
pub mod reading;
pub mod report;
pub mod rng;
pub mod rules;
pub mod scenario;
pub mod score;
pub mod session;
pub mod state;
pub mod step;
pub mod transcript;
pub mod workbench;

pub use customer::{Delta, Term, total};
