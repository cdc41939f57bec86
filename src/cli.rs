//! The command line: what can be asked for, and which function answers. Exit
//! codes: 0 fine, 1 something was found, 2 it could not be done.

use std::io::{stdin, stdout};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::{Parser, Subcommand, ValueEnum};
use engine::rng::Seed;

use crate::desk;
use crate::desk::library::{Library, fresh_seed};
use crate::desk::runs::named_or_last;
use crate::desk::text_play::{self, Picked};

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
  satisfactometer play --resume                     go on where you were interrupted
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
        /// Go on with a run that was broken off: this file, or else the last one
        #[arg(long, value_name = "FILE", num_args = 0..=1, conflicts_with_all = ["scenario", "seed"])]
        resume: Option<Option<PathBuf>>,
        /// Keep the run in this folder instead of your own
        #[arg(long, value_name = "DIR")]
        runs: Option<PathBuf>,
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
    /// List the runs that were kept, with their scores
    Runs {
        /// All of them, not only the newest
        #[arg(long)]
        all: bool,
        /// Those of this folder instead of your own
        #[arg(long, value_name = "DIR")]
        runs: Option<PathBuf>,
    },
    /// Drive the window by a script and take pictures
    #[cfg(feature = "game")]
    Tour {
        /// The script, a RON file
        script: PathBuf,
        /// Where the pictures go
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
        /// Keep the runs of the tour in this folder; otherwise they are not kept
        #[arg(long, value_name = "DIR")]
        runs: Option<PathBuf>,
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
        resume: None,
        runs: None,
    };
    let extra = cli.scenarios.as_deref();
    match cli.command.unwrap_or(play) {
        Command::Play {
            scenario,
            text: true,
            seed,
            resume,
            runs,
        } => {
            keep_in(runs);
            let library = Library::open(extra)?;
            play_in_terminal(&library, scenario.as_deref(), seed, resume)?;
            Ok(0)
        }
        #[cfg(feature = "game")]
        Command::Play {
            scenario,
            text: false,
            seed,
            resume,
            runs,
        } => {
            keep_in(runs);
            let library = Library::open(extra)?;
            let begin_with = match (scenario, resume) {
                (_, Some(named)) => {
                    let find = |id: &str| library.scenario(id);
                    Some(crate::game::Begin::Run(named_or_last(named, &find)?))
                }
                (Some(id), None) => {
                    // A wrong id is told here, not in a window.
                    library.find(&id)?;
                    Some(crate::game::Begin::Scenario(id))
                }
                (None, None) => None,
            };
            open_window(crate::game::Options {
                library,
                extra: cli.scenarios,
                rules: engine::rules::Rules::current(),
                seed,
                begin_with,
                tour: None,
            })
        }
        #[cfg(not(feature = "game"))]
        Command::Play { .. } => {
            anyhow::bail!("this build has no window; play in the terminal with `play --text`")
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
        Command::Runs { all, runs } => {
            const NEWEST: usize = 20;
            keep_in(runs);
            let library = Library::open(extra)?;
            let n = (!all).then_some(NEWEST);
            desk::runs::list(n, &|id| library.scenario(id))?;
            Ok(0)
        }
        #[cfg(feature = "game")]
        Command::Tour { script, out, runs } => {
            let tour = crate::game::tour::Tour::read(&script, &out, runs.is_some())?;
            keep_in(runs);
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

fn keep_in(runs: Option<PathBuf>) {
    if let Some(folder) = runs {
        desk::run_file::keep_in(folder);
    }
}

/// One conversation in the terminal: the one asked for, one that goes on, or one
/// that is picked from a list.
fn play_in_terminal(
    library: &Library,
    id: Option<&str>,
    seed: Option<Seed>,
    resume: Option<Option<PathBuf>>,
) -> anyhow::Result<()> {
    let (mut input, mut out) = (stdin().lock(), stdout().lock());
    let find = |id: &str| library.scenario(id);
    let picked = match (resume, id) {
        (Some(named), _) => Picked::Open(named_or_last(named, &find)?),
        (None, Some(id)) => Picked::Scenario(library.find(id)?),
        (None, None) => {
            let open = desk::runs::last_open(&find);
            text_play::pick(library, open, &mut input, &mut out)?
        }
    };
    match picked {
        Picked::Open(path) => {
            let resumed = desk::runs::resume(&path, &find)
                .with_context(|| format!("cannot go on with {}", path.display()))?;
            text_play::go_on(resumed, &mut input, &mut out)
        }
        Picked::Scenario(entry) => {
            let seed = seed.unwrap_or_else(fresh_seed);
            text_play::play(&entry.scenario, seed, &mut input, &mut out)
        }
    }
}

#[cfg(feature = "game")]
fn open_window(options: crate::game::Options) -> anyhow::Result<u8> {
    crate::game::run(options)?;
    Ok(0)
}
