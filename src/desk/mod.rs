//! What every front end needs beside the engine: the library of scenarios, run
//! files on disk, and play in a terminal. Knows no window.

pub mod debrief;
pub mod library;
pub mod replay;
pub mod report_text;
pub mod run_file;
pub mod text_play;
pub mod what_if;
pub mod whole_file;
