//! Which function answers which command.

use std::io::{BufRead, Read, stdin, stdout};
use std::path::PathBuf;

use anyhow::Context;
use engine::rng::Seed;

use super::{Cli, Command, Format};
use crate::desk;
use crate::desk::library::{Library, fresh_seed};
use crate::desk::runs::named_or_last;
use crate::desk::text_play::{self, Picked};

/// Does what was asked for.
///
/// # Errors
/// When it cannot be done; what was found is a number, no error.
pub(super) fn answer(cli: Cli) -> anyhow::Result<u8> {
    let play = Command::Play {
        scenario: None,
        text: false,
        seed: None,
        resume: None,
        keys: None,
        runs: None,
        #[cfg(feature = "classroom")]
        assignment: None,
        #[cfg(feature = "classroom")]
        mark: None,
    };
    let extra = cli.scenarios.as_deref();
    match cli.command.unwrap_or(play) {
        #[cfg(feature = "classroom")]
        Command::Play {
            assignment: Some(file),
            text: true,
            mark,
            runs,
            ..
        } => {
            let (mut input, mut out) = (stdin().lock(), stdout().lock());
            let (mark, runs) = (mark.as_deref(), runs.as_deref());
            crate::classroom::play_homework(&file, mark, runs, &mut input, &mut out)
        }
        Command::Play {
            scenario,
            text: true,
            seed,
            resume,
            keys,
            runs,
            ..
        } => {
            keep_in(runs);
            let library = Library::open(extra)?;
            let pressed = keys.unwrap_or_default().replace(';', "\n");
            let mut input = std::io::Cursor::new(pressed).chain(stdin().lock());
            play_in_terminal(&library, scenario.as_deref(), seed, resume, &mut input)?;
            Ok(0)
        }
        #[cfg(all(feature = "game", feature = "classroom"))]
        Command::Play {
            assignment: Some(file),
            text: false,
            mark,
            runs,
            ..
        } => {
            // What is wrong with it is told here, not in a window.
            let (mark, runs) = (mark.as_deref(), runs.as_deref());
            let base = match runs {
                Some(folder) => folder.to_owned(),
                None => crate::classroom::homework::base()?,
            };
            let opening = crate::game::Opening::of(&file, runs, &base, mark)?;
            open_window(crate::game::Options {
                library: Library::open(extra)?,
                extra: cli.scenarios,
                rules: engine::rules::Rules::current(),
                seed: None,
                begin_with: Some(crate::game::Begin::Homework(Box::new(opening))),
                #[cfg(feature = "author")]
                bench: None,
                tour: None,
            })
        }
        #[cfg(feature = "game")]
        Command::Play {
            scenario,
            text: false,
            seed,
            resume,
            runs,
            ..
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
                #[cfg(feature = "author")]
                bench: None,
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
        #[cfg(feature = "classroom")]
        Command::Assign {
            ids,
            title,
            attempts,
            seeds,
            seed,
            doctrine,
            due,
            out,
        } => {
            let terms = crate::classroom::assignment::Terms {
                title,
                seeds,
                seed,
                attempts,
                due_at: due,
                doctrine,
            };
            let library = Library::open(extra)?;
            crate::classroom::assignment::run(&library, &ids, terms, out.as_deref())
        }
        #[cfg(feature = "classroom")]
        Command::Results {
            folder,
            assignment,
            out,
            format,
        } => {
            let as_json = format == Format::Json;
            crate::classroom::results::run(&folder, &assignment, out.as_deref(), as_json)
        }
        #[cfg(feature = "classroom")]
        Command::Host {
            ids,
            title,
            attempts,
            seeds,
            seed,
            doctrine,
            open,
            show_names,
            limit,
            port,
            no_browsers,
            game_port,
            board_port,
            address,
            folder,
            database,
        } => {
            use crate::classroom::server::{Options, Plan, host};
            let class = (!ids.is_empty()).then_some(Plan {
                title,
                scenarios: ids,
                attempts,
                seeds,
                seed,
                sealed: !open,
                shows_names: show_names,
                limit: limit.unwrap_or(0),
                doctrine,
            });
            let options = Options {
                folder,
                database,
                port: (!no_browsers).then_some(port),
                game_port,
                board_port,
                address,
                class,
            };
            host(Library::open(extra)?, options)
        }
        #[cfg(feature = "classroom")]
        Command::Join {
            address,
            code,
            name,
            words,
            trust_again,
            folder,
        } => {
            let options = crate::classroom::client::Options {
                address,
                code,
                name,
                words,
                trust_again,
                folder,
            };
            let mut keys = crate::classroom::client::keys::Keys::of(stdin())?;
            crate::classroom::client::run(options, &mut keys, &mut stdout().lock())
        }
        #[cfg(feature = "classroom")]
        Command::Receipts { file, keys } => crate::classroom::server::receipt::run(&file, &keys),
        #[cfg(feature = "classroom")]
        Command::Rescore {
            class,
            all: _,
            dry_run,
            rules,
            folder,
            database,
        } => {
            let options = crate::classroom::server::rescore::Options {
                folder,
                database,
                class,
                dry_run,
                rules,
            };
            crate::classroom::server::rescore::run(options, &mut stdout().lock())
        }
        #[cfg(feature = "classroom")]
        Command::Backup {
            file,
            folder,
            database,
        } => {
            let (database, mut out) = (database.as_deref(), stdout().lock());
            crate::classroom::server::backup::back_up(&file, folder, database, &mut out)
        }
        #[cfg(feature = "classroom")]
        Command::Restore {
            file,
            folder,
            database,
        } => {
            let (database, mut out) = (database.as_deref(), stdout().lock());
            crate::classroom::server::backup::restore(&file, folder, database, &mut out)
        }
        #[cfg(feature = "classroom")]
        Command::Xapi { file, to, user, ca } => {
            let options = crate::classroom::xapi::send::Options { file, to, user, ca };
            crate::classroom::xapi::send::run(&options, &mut stdout().lock())
        }
        Command::List => {
            desk::library::list(&Library::open(extra)?)?;
            Ok(0)
        }
        Command::Doctrines { doctrine, format } => {
            let as_json = format == Format::Json;
            desk::doctrines::run(doctrine, as_json, &mut anstream::stdout())?;
            Ok(0)
        }
        #[cfg(feature = "author")]
        Command::Check {
            paths,
            expect,
            format,
        } => crate::author::check::run(&paths, format == Format::Json, expect),
        #[cfg(feature = "author")]
        Command::Playtest {
            paths,
            runs,
            seed,
            jobs,
            bots,
            disagreements,
            format,
            html,
        } => crate::author::playtest::run(&crate::author::playtest::Options {
            paths,
            runs,
            seed,
            jobs,
            bots,
            disagreements,
            as_json: format == Format::Json,
            html,
        }),
        #[cfg(all(feature = "author", feature = "game"))]
        Command::Preview { file, seed } => {
            // A name mistyped is told here, not in a window.
            desk::library::read_bounded(&file)?;
            open_window(crate::game::Options {
                library: Library::open(extra)?,
                extra: cli.scenarios,
                rules: engine::rules::Rules::current(),
                seed,
                begin_with: None,
                bench: Some(file),
                tour: None,
            })
        }
        #[cfg(feature = "author")]
        Command::Acts { name } => crate::author::acts::run(name.as_deref()),
        #[cfg(feature = "author")]
        Command::Gallery { out } => crate::author::gallery::run(&out),
        #[cfg(feature = "author")]
        Command::Print { file, out } => crate::author::print::run(&file, out.as_deref()),
        #[cfg(feature = "author")]
        Command::New { id, folder } => crate::author::new::run(&id, &folder),
        #[cfg(feature = "author")]
        Command::Import { file, id, folder } => {
            crate::author::import::run(&crate::author::import::Options { file, id, folder })
        }
        #[cfg(feature = "author")]
        Command::Guide { step } => crate::author::guide::run(step),
        #[cfg(feature = "author")]
        Command::Reference { format, out } => crate::author::reference::run(format, out.as_deref()),
        #[cfg(feature = "author")]
        Command::Graph { file, format, out } => {
            crate::author::graph::run(&file, format, out.as_deref())
        }
        Command::Replay {
            file,
            format,
            html,
            doctrine,
        } => {
            let form = match (html, format) {
                (Some(out), _) => desk::replay::Form::Html(out),
                (None, Format::Json) => desk::replay::Form::Json,
                (None, Format::Text) => desk::replay::Form::Text,
            };
            desk::replay::run(&file, &Library::open(extra)?, &form, doctrine)
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
                #[cfg(feature = "author")]
                bench: None,
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
    input: &mut impl BufRead,
) -> anyhow::Result<()> {
    let mut out = stdout().lock();
    let find = |id: &str| library.scenario(id);
    let picked = match (resume, id) {
        (Some(named), _) => Picked::Open(named_or_last(named, &find)?),
        (None, Some(id)) => Picked::Scenario(library.find(id)?),
        (None, None) => {
            let open = desk::runs::last_open(&find);
            text_play::pick(library, open, input, &mut out)?
        }
    };
    match picked {
        Picked::Open(path) => {
            let resumed = desk::runs::resume(&path, &find)
                .with_context(|| format!("cannot go on with {}", path.display()))?;
            text_play::resume(resumed, input, &mut out)
        }
        Picked::Scenario(entry) => {
            let seed = seed.unwrap_or_else(fresh_seed);
            text_play::play(&entry.scenario, seed, input, &mut out)
        }
    }
}

#[cfg(feature = "game")]
fn open_window(options: crate::game::Options) -> anyhow::Result<u8> {
    crate::game::run(options)?;
    Ok(0)
}
