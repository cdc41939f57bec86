//! Satisfactometer: a de-escalation trainer. This file is a table of contents:
//! it reads the command and calls one function.

mod desk {
    //! The part of the desk that the window needs.
    pub mod run_file;
    pub mod library {
        //! Stands in until the loader is there.
        use std::path::PathBuf;
        pub fn user_folder(name: &str) -> Option<PathBuf> {
            directories::ProjectDirs::from("org", "Satisfactometer", "Satisfactometer").map(|dirs| dirs.data_dir().join(name))
        }
        pub fn fresh_bits() -> u64 {
            use std::hash::{BuildHasher, Hasher};
            let mut hasher = std::collections::hash_map::RandomState::new().build_hasher();
            hasher.write_u8(0);
            hasher.finish()
        }
    }
}
mod game;
mod portrait;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Practise with irate customers whose satisfactometer you cannot see.
#[derive(Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Opens the window. The default.
    Play,
    /// Drives the window by a script and takes pictures.
    Tour {
        /// The script, a RON file.
        script: PathBuf,
        /// Where the pictures go.
        #[arg(long)]
        out: PathBuf,
    },
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let result = match cli.command.unwrap_or(Command::Play) {
        Command::Play => play(None),
        Command::Tour { script, out } => {
            game::tour::Tour::read(&script, &out).and_then(|tour| play(Some(tour)))
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            anstream::eprintln!("{error:#}");
            ExitCode::from(2)
        }
    }
}

fn play(tour: Option<game::tour::Tour>) -> anyhow::Result<()> {
    let rules = engine::rules::Rules::current();
    game::run(game::Options {
        scenarios: vec![game::sample::scenario(&rules)?],
        seed: tour.as_ref().map(|tour| tour.seed()),
        rules,
        tour,
    })
}
