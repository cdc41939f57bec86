//! What every front end needs beside the engine: the library of scenarios, run
//! files on disk, and play in a terminal. Knows no window.

pub mod library;
pub mod readings;
pub mod replay;
pub mod report_text;
pub mod run_file;
pub mod runs;
pub mod text_play;
