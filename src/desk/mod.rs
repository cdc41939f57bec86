//! What every front end needs beside the engine: the library of scenarios, run
//! files on disk, and play in a terminal. Knows no window.

#[cfg_attr(
    not(feature = "game"),
    allow(dead_code, reason = "the window shows more of it than the file prints")
)]
pub mod debrief;
pub mod doctrines;
pub mod library;
pub mod plain;
pub mod readings;
pub mod replay;
pub mod report_text;
pub mod run_file;
pub mod runs;
#[cfg_attr(
    not(feature = "game"),
    allow(dead_code, reason = "the window shows all of it")
)]
pub mod shown;
pub mod text_play;
pub mod text_talk;
#[cfg_attr(
    not(feature = "game"),
    allow(dead_code, reason = "only the window tries things out")
)]
pub mod what_if;
pub mod whole_file;
