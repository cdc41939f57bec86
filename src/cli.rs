//! The command line: what can be asked for, and which function answers. Exit
//! codes: 0 fine, 1 something was found, 2 it could not be done.

use std::io::{stdin, stdout};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};
use engine::rng::Seed;

use crate::desk;
use crate::desk::library::{Library, fresh_seed};

/// A flight simulator for the front counter.
///
/// Irate customers, each with a hidden satisfactometer that rises and falls with
/// what you say, how and when. Without a command the game opens.
#[derive(Parser)]
#[command(name = "satisfactometer", version, max_term_width = 90, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    /// Also offer the scenarios of this folder
    #[arg(long, global = true, value_name = "DIR")]
    scenarios: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  satisfactometer                                   open the game
  satisfactometer play --text                       play in this terminal
  satisfactometer play late-part --seed 7Q2FM9KD    one scenario, one seed
  satisfactometer check scenarios/                  look for mistakes in scenarios
  satisfactometer replay run.sfa                    verify a run and print its report

Exit codes: 0 all is well, 1 something was found, 2 it could not be done.";

#[derive(Subcommand)]
enum Command {
    /// Play: in a window, or with --text in this terminal
    Play {
        /// Which scenario, by its id; `list` shows them
        scenario: Option<String>,
        /// Play in this terminal
        #[arg(long)]
        text: bool,
        /// Play this customer again: eight characters, as a report shows them
        #[arg(long)]
        seed: Option<Seed>,
        /// Keep the run in this folder instead of your own
        #[arg(long, value_name = "DIR")]
        runs: Option<PathBuf>,
    },
    /// Show how well you read customers, over all your runs
    Readings {
        /// Look at the runs in this folder instead of your own
        #[arg(long, value_name = "DIR")]
        runs: Option<PathBuf>,
        /// How to print it
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// List the scenarios there are
    List,
    /// Look for mistakes in scenario files or folders, all at once
    #[cfg(feature = "author")]
    Check {
        /// Files or folders
        #[arg(required = true, value_name = "PATH")]
        paths: Vec<PathBuf>,
        /// How to print what was found
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// List the acts that replies may do, or say what one of them does
    #[cfg(feature = "author")]
    Acts {
        /// Name of an act
        name: Option<String>,
    },
    /// Play a transcript again, verify every turn, and print its report
    Replay {
        /// The transcript, a .sfa file
        file: PathBuf,
        /// How to print the report
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Drive the window by a script and take pictures
    #[cfg(feature = "game")]
    Tour {
        /// The script, a RON file
        script: PathBuf,
        /// Where the pictures go
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
}

#[derive(Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
}

/// Reads the command, does it, and says how it went.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    match answer(cli) {
        Ok(code) => ExitCode::from(code),
        // Nobody reads on, as behind `| head`: that is no trouble of ours.
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            anstream::eprintln!("satisfactometer: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let kind = error
        .downcast_ref::<std::io::Error>()
        .map(std::io::Error::kind);
    kind == Some(std::io::ErrorKind::BrokenPipe)
}

fn answer(cli: Cli) -> anyhow::Result<u8> {
    let play = Command::Play {
        scenario: None,
        text: false,
        seed: None,
        runs: None,
    };
    let extra = cli.scenarios.as_deref();
    match cli.command.unwrap_or(play) {
        Command::Play {
            scenario,
            text: true,
            seed,
            runs,
        } => {
            let library = Library::open(extra)?;
            let entry = match scenario {
                Some(id) => library.find(&id)?,
                None => desk::text_play::pick(&library, &mut stdin().lock(), &mut stdout().lock())?,
            };
            let seed = seed.unwrap_or_else(fresh_seed);
            let (mut input, mut out) = (stdin().lock(), stdout().lock());
            desk::text_play::play(&entry.scenario, seed, runs.as_deref(), &mut input, &mut out)?;
            Ok(0)
        }
        #[cfg(feature = "game")]
        Command::Play {
            scenario,
            text: false,
            seed,
            runs,
        } => {
            let library = Library::open(extra)?;
            if let Some(id) = &scenario {
                // A wrong id is told here, not in a window.
                library.find(id)?;
            }
            if let Some(folder) = runs {
                desk::run_file::keep_in(folder);
            }
            open_window(crate::game::Options {
                library,
                extra: cli.scenarios,
                rules: engine::rules::Rules::current(),
                seed,
                begin_with: scenario,
                tour: None,
            })
        }
        #[cfg(not(feature = "game"))]
        Command::Play { .. } => {
            anyhow::bail!("this build has no window; play in the terminal with `play --text`")
        }
        Command::Readings { runs, format } => {
            let library = Library::open(extra)?;
            desk::readings::print(runs.as_deref(), &library, format == Format::Json)?;
            Ok(0)
        }
        Command::List => {
            desk::library::list(&Library::open(extra)?)?;
            Ok(0)
        }
        #[cfg(feature = "author")]
        Command::Check { paths, format } => {
            crate::author::check::run(&paths, format == Format::Json)
        }
        #[cfg(feature = "author")]
        Command::Acts { name } => crate::author::acts::run(name.as_deref()),
        Command::Replay { file, format } => {
            desk::replay::run(&file, &Library::open(extra)?, format == Format::Json)
        }
        #[cfg(feature = "game")]
        Command::Tour { script, out } => {
            let tour = crate::game::tour::Tour::read(&script, &out)?;
            open_window(crate::game::Options {
                library: Library::open(extra)?,
                extra: None,
                rules: engine::rules::Rules::current(),
                seed: Some(tour.seed()),
                begin_with: None,
                tour: Some(tour),
            })
        }
    }
}

#[cfg(feature = "game")]
fn open_window(options: crate::game::Options) -> anyhow::Result<u8> {
    crate::game::run(options)?;
    Ok(0)
}
