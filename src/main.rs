//! The program's table of contents: reads the command line and calls one function.

mod game;

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
