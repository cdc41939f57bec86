//! Satisfactometer: a de-escalation trainer. This file is a table of contents:
//! it reads the command and calls one function.

#[cfg(feature = "author")]
mod author;
#[cfg(feature = "classroom")]
mod classroom;
mod cli;
mod desk;
#[cfg(feature = "game")]
mod game;
#[cfg_attr(
    not(feature = "game"),
    allow(
        dead_code,
        reason = "the window moves the face; the terminal only describes it"
    )
)]
mod portrait;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}
