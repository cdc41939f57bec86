//! What a debrief says, as words and numbers: the window shows them, the report
//! file prints them. Knows no window.

pub mod beside;
pub mod curve;
pub mod html;
pub mod ledger;
pub mod numbers;
pub mod readings;
pub mod study;
pub mod verdicts;
