//! The command line: what can be asked for. Exit codes: 0 fine, 1 something was
//! found, 2 it could not be done.

mod answer;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};
use engine::doctrine::Doctrine;
use engine::rng::Seed;

use crate::desk;
use crate::desk::plain::plain;

/// A flight simulator for the front counter.
///
/// Irate customers, each with a hidden satisfactometer that rises and falls with
/// what you say, how and when. Without a command the game opens.
#[derive(Parser)]
#[command(name = "satisfactometer", version, max_term_width = 90, after_help = EXAMPLES)]
pub(crate) struct Cli {
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
  satisfactometer check --expect late-part.ron      and whether what is expected holds
  satisfactometer import story.h5p                  bring along a Twine story or H5P
  satisfactometer playtest scenarios/late-part.ron  what a hundred thousand runs say
  satisfactometer replay run.sfa                    verify a run and print its report
  satisfactometer replay run.sfa --html out.html    the same as a file to print or send
  satisfactometer host late-part third-visit        open a class in this room
  satisfactometer assign late-part --due 2026-12-04 write homework; see `results`

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
        /// Press these keys first, as --text takes them, with ; for Enter
        #[arg(long, value_name = "KEYS", requires = "text")]
        keys: Option<String>,
        /// Keep the run in this folder instead of your own
        #[arg(long, value_name = "DIR")]
        runs: Option<PathBuf>,
        /// Play the encounters of this assignment, one after another
        #[cfg(feature = "classroom")]
        #[arg(long, value_name = "FILE",
              conflicts_with_all = ["scenario", "seed", "resume", "keys"])]
        assignment: Option<PathBuf>,
        /// What your instructor knows you by; without it a nickname is drawn
        #[cfg(feature = "classroom")]
        #[arg(long = "as", value_name = "NAME", requires = "assignment")]
        mark: Option<String>,
    },
    /// Write homework: one file that trainees play and you verify by
    #[cfg(feature = "classroom")]
    Assign {
        /// Scenarios, by their ids, in the order they are to be played
        #[arg(required = true, value_name = "ID")]
        ids: Vec<String>,
        /// What it is called
        #[arg(long, default_value = "Homework")]
        title: String,
        /// Attempts at each scenario
        #[arg(long, default_value_t = 1, value_name = "N")]
        attempts: u32,
        /// Whether everyone meets the same customers
        #[arg(long, value_enum, default_value = "same", value_name = "RULE")]
        seeds: crate::classroom::assignment::SeedRule,
        /// Meet this customer: eight characters, as a report shows them. They are the seed of
        /// everyone's first attempt at each scenario, and further attempts follow from it
        #[arg(long)]
        seed: Option<Seed>,
        /// The doctrine it is scored by; `doctrines` shows them
        #[arg(long, default_value = "balanced", value_name = "NAME",
              value_parser = desk::doctrines::doctrine)]
        doctrine: &'static Doctrine,
        /// When it is due: 2026-12-04, or 2026-12-04T18:00
        #[arg(long, value_name = "DATE", value_parser = crate::classroom::assignment::due)]
        due: Option<i64>,
        /// The file to write; made from the title if it is left out
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Verify homework that came back, and show who did how well
    #[cfg(feature = "classroom")]
    Results {
        /// Folder with the transcripts, in folders of its own as you like
        folder: PathBuf,
        /// Your own copy of the assignment
        #[arg(long, value_name = "FILE")]
        assignment: PathBuf,
        /// Also write attempts.csv, turns.csv, decisions.csv and results.json here
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
        /// How to print the results
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Open a class: a board for you, a join code and pages for everyone in the room
    #[cfg(feature = "classroom")]
    Host {
        /// Begin with a class of these scenarios, by their ids; the board makes others
        #[arg(value_name = "ID")]
        ids: Vec<String>,
        /// What the class is called
        #[arg(long, default_value = "Class", requires = "ids")]
        title: String,
        /// Attempts at each scenario
        #[arg(long, default_value_t = 1, value_name = "N", requires = "ids")]
        attempts: u32,
        /// Whether everyone meets the same customers
        #[arg(
            long,
            value_enum,
            default_value = "same",
            value_name = "RULE",
            requires = "ids"
        )]
        seeds: crate::classroom::assignment::SeedRule,
        /// Meet this customer: eight characters, as a report shows them. They are the seed of
        /// everyone's first attempt at each scenario, and further attempts follow from it
        #[arg(long, requires = "ids")]
        seed: Option<Seed>,
        /// The doctrine it is scored by; `doctrines` shows them
        #[arg(long, default_value = "balanced", value_name = "NAME", requires = "ids",
              value_parser = desk::doctrines::doctrine)]
        doctrine: &'static Doctrine,
        /// Let programs fetch the scenarios, to be played without the network; otherwise the
        /// class is sealed, and this computer steps every run
        #[arg(long, requires = "ids")]
        open: bool,
        /// Show people on the wall by the names they type, and not by nicknames
        #[arg(long, requires = "ids")]
        show_names: bool,
        /// End everyone's runs after so much time: minutes, like 20, or 20:30; time stands
        /// still in a pause, and feeds no score
        #[arg(long, value_name = "TIME", requires = "ids",
              value_parser = crate::classroom::server::clock::typed)]
        limit: Option<i64>,
        /// Port for phones and browsers of the room; it is not encrypted
        #[arg(long, default_value_t = crate::classroom::server::ROOM_PORT)]
        port: u16,
        /// Have no pages for phones and browsers: people join with the game, encrypted
        #[arg(long, conflicts_with = "port")]
        no_browsers: bool,
        /// Port for the game, encrypted
        #[arg(long, default_value_t = crate::classroom::client::address::GAME_PORT)]
        game_port: u16,
        /// Port for the board, on this computer alone
        #[arg(long, default_value_t = crate::classroom::server::BOARD_PORT)]
        board_port: u16,
        /// This computer's address in the room, if it is not found out rightly
        #[arg(long)]
        address: Option<std::net::IpAddr>,
        /// Keep classes in this folder instead of your own
        #[arg(long, value_name = "DIR")]
        folder: Option<PathBuf>,
        /// Keep classes in this PostgreSQL instead of a file: postgres://user@host/name
        #[arg(long, value_name = "URL")]
        database: Option<String>,
    },
    /// Join a class from this terminal: play, hand in, and keep trying; once it is over, read
    /// the debriefs and say where you disagree
    #[cfg(feature = "classroom")]
    Join {
        /// The server, as the wall shows it for the game: 10.0.0.5
        address: String,
        /// The join code, or the seat code that your instructor gives you to have your seat back
        /// on this computer; neither is needed again once you have a seat
        code: Option<String>,
        /// What to be called; without it you get a nickname
        #[arg(long = "as", value_name = "NAME")]
        name: Option<String>,
        /// The four words on the wall; without them you are asked whether they are the ones
        #[arg(long, value_name = "WORDS")]
        words: Option<String>,
        /// Compare the words anew: the server has another key than the one you trusted
        #[arg(long)]
        trust_again: bool,
        /// Keep seat and runs in this folder instead of your own
        #[arg(long, value_name = "DIR")]
        folder: Option<PathBuf>,
    },
    /// Check exported receipts: that a server signed them, and that none is missing
    #[cfg(feature = "classroom")]
    Receipts {
        /// The export, receipts.json
        file: PathBuf,
        /// The server's public key, as its console shows it; may be repeated where several
        /// servers served the same classes
        #[arg(long = "key", value_name = "HEX")]
        keys: Vec<String>,
    },
    /// Score the runs of a class again by the rules of today, also while it is open; the
    /// old scores stay beside the new ones
    #[cfg(feature = "classroom")]
    Rescore {
        /// The class, by its id or the beginning of it
        #[arg(required_unless_present = "all", conflicts_with = "all")]
        class: Option<String>,
        /// All classes
        #[arg(long)]
        all: bool,
        /// Say what would come out otherwise, and write nothing
        #[arg(long)]
        dry_run: bool,
        /// Score by this rules file instead, which only a dry run can do
        #[arg(long, value_name = "FILE", requires = "dry_run")]
        rules: Option<PathBuf>,
        /// The folder the classes are kept in, if it is not your own
        #[arg(long, value_name = "DIR")]
        folder: Option<PathBuf>,
        /// The PostgreSQL they are kept in: postgres://user@host/name
        #[arg(long, value_name = "URL")]
        database: Option<String>,
    },
    /// Back up all classes and the signing key into one file, also while they are open
    #[cfg(feature = "classroom")]
    Backup {
        /// The file to write
        file: PathBuf,
        /// The folder the classes are kept in, if it is not your own
        #[arg(long, value_name = "DIR")]
        folder: Option<PathBuf>,
        /// The PostgreSQL they are kept in: postgres://user@host/name
        #[arg(long, value_name = "URL")]
        database: Option<String>,
    },
    /// Put a backup back; what was there before is kept beside it
    #[cfg(feature = "classroom")]
    Restore {
        /// The backup
        file: PathBuf,
        /// The folder to keep the classes in, if it is not your own
        #[arg(long, value_name = "DIR")]
        folder: Option<PathBuf>,
        /// Put it into this PostgreSQL, which has to be empty: postgres://user@host/name
        #[arg(long, value_name = "URL")]
        database: Option<String>,
    },
    /// Bring a class's xAPI statements to a learning record store; can be stopped and
    /// started again, and doubles nothing
    #[cfg(feature = "classroom")]
    Xapi {
        /// The export, xapi.json
        file: PathBuf,
        /// The store: https://host/path, where it has its /statements
        #[arg(long, value_name = "URL")]
        to: String,
        /// The user there; the password stands in the environment as
        /// SATISFACTOMETER_LRS_PASSWORD
        #[arg(long)]
        user: Option<String>,
        /// Trust the certificates of this PEM file instead of the system's
        #[arg(long, value_name = "FILE")]
        ca: Option<PathBuf>,
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
    /// List the doctrines that a class may be scored by, or say what one of them weighs
    Doctrines {
        /// Name of a doctrine
        #[arg(value_name = "NAME", value_parser = desk::doctrines::doctrine)]
        doctrine: Option<&'static Doctrine>,
        /// How to print it
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Look for mistakes in scenario files or folders, all at once
    #[cfg(feature = "author")]
    Check {
        /// Files or folders
        #[arg(required = true, value_name = "PATH")]
        paths: Vec<PathBuf>,
        /// Also play, and say which of the author's expectations hold
        #[arg(long)]
        expect: bool,
        /// How to print what was found
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Play scenarios very many times, search for the best line, and say what to mend
    #[cfg(feature = "author")]
    Playtest {
        /// Files or folders
        #[arg(required = true, value_name = "PATH")]
        paths: Vec<PathBuf>,
        /// Runs of each scenario
        #[arg(long, default_value_t = 100_000, value_name = "N",
              value_parser = clap::value_parser!(u64).range(1..))]
        runs: u64,
        /// What every run's seed is made from
        #[arg(long, default_value = "00000000")]
        seed: Seed,
        /// Threads; the result does not depend on it [default: one a core]
        #[arg(long, value_name = "N")]
        jobs: Option<usize>,
        /// Also let somebody play who prefers these acts in this order; may be repeated
        #[arg(long = "bot", value_name = "NAME=ACT,ACT")]
        bots: Vec<String>,
        /// Also list what trainees disagreed with in class: a file that a class's results
        /// offer, or a folder of such files
        #[arg(long, value_name = "PATH")]
        disagreements: Option<PathBuf>,
        /// How to print the report
        #[arg(long, value_enum, default_value_t)]
        format: Format,
        /// Also write the report as one HTML page with charts
        #[arg(long, value_name = "FILE")]
        html: Option<PathBuf>,
    },
    /// Write a scenario with its play beside the text: every save goes on in the window
    #[cfg(all(feature = "author", feature = "game"))]
    Preview {
        /// The scenario, a .ron file
        file: PathBuf,
        /// Meet this customer: eight characters, as a report shows them
        #[arg(long)]
        seed: Option<Seed>,
    },
    /// List the acts that replies may do, or say what one of them does
    #[cfg(feature = "author")]
    Acts {
        /// Name of an act
        name: Option<String>,
    },
    /// Draw every customer in every expression: SVG, PNG and a page for a browser
    #[cfg(feature = "author")]
    Gallery {
        /// Where the pictures go
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
    /// Write a new scenario that plays, with notes that teach the format
    #[cfg(feature = "author")]
    New {
        /// Its id, which is also the name of its file: small letters, digits, hyphens
        id: String,
        /// The folder it goes into
        #[arg(long = "in", value_name = "DIR", default_value = ".")]
        folder: PathBuf,
    },
    /// Bring along what was written for Twine or H5P: as a scenario that checks
    #[cfg(feature = "author")]
    Import {
        /// Twee 3 source, a page published by Twine 2, or an H5P Branching Scenario (.h5p)
        file: PathBuf,
        /// Its id, which is also the name of its file [default: from the name of the file]
        #[arg(long, value_name = "ID")]
        id: Option<String>,
        /// The folder it goes into
        #[arg(long = "in", value_name = "DIR", default_value = ".")]
        folder: PathBuf,
    },
    /// Read how to write a first scenario, step by step
    #[cfg(feature = "author")]
    Guide {
        /// Print the scenario as it stands after this step, instead of the text
        #[arg(long, value_name = "N")]
        step: Option<usize>,
    },
    /// Explain every field, word, condition, act and clause
    #[cfg(feature = "author")]
    Reference {
        /// How it is written
        #[arg(long, value_enum, default_value_t)]
        format: crate::author::reference::Form,
        /// Write it to this file, which must not be there yet
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Draw a scenario: beats, ways, endings, and how often talks go where
    #[cfg(feature = "author")]
    Graph {
        /// The scenario, a .ron file
        file: PathBuf,
        /// How it is drawn
        #[arg(long, value_enum, default_value_t)]
        format: crate::author::graph::Form,
        /// Write it to this file
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Write a script for role-play on paper, with a lesson plan and a debrief sheet
    #[cfg(feature = "author")]
    Print {
        /// The scenario, a .ron file
        file: PathBuf,
        /// Write it to this file, a page for a browser
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Play a transcript again, verify every turn, and print its report
    Replay {
        /// The transcript, a .sfa file
        file: PathBuf,
        /// How to print the report
        #[arg(long, value_enum, default_value_t)]
        format: Format,
        /// Write the report as one HTML file instead, to read, print or send
        #[arg(long, value_name = "OUT", conflicts_with = "format")]
        html: Option<PathBuf>,
        /// Score it by this doctrine; `doctrines` shows them
        #[arg(long, default_value = "balanced", value_name = "NAME",
              value_parser = desk::doctrines::doctrine)]
        doctrine: &'static Doctrine,
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
    match answer::answer(cli) {
        Ok(code) => ExitCode::from(code),
        // Nobody reads on, as behind `| head`: that is no trouble of ours.
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            // It may quote a file that somebody else wrote.
            anstream::eprintln!("satisfactometer: {}", plain(&format!("{error:#}")));
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
