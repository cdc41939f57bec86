//! The catalogue, the conduct score, par and the report, on scenarios built by
//! hand: one small story, one with threats, and one that contains every act.

mod catalogue;
mod conduct;
mod gate;
mod par;
mod playing;
mod report;
mod stories;
mod voids;

#[path = "../../src/desk/report_text.rs"]
mod report_text;
