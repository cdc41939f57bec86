//! `satisfactometer rescore`, and the same from the board: old runs scored again by the
//! rules of today. Scores are added beside the old ones; receipts are not touched.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use anyhow::{Context, anyhow, bail};
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use axum::routing::post;
use engine::rules::Rules;

use super::app::{App, Doors, Live, called};
use super::board::{OnBoard, Page};
use super::gists::patiently;
use super::problem::{Answer, Problem};
use super::put_back;
use super::scores::{AT_ONCE, Added, Again, New, TRIES, add, again};
use super::store::{AttemptRow, ClassRow, SeatRow, Store};
use crate::classroom::inert;
use crate::classroom::tables::tenths;
use crate::desk::library::{Library, read_bounded, user_folder};

/// Where the instructor asks for it.
pub fn board_routes() -> Router<Arc<App>> {
    Router::new().route("/classes/{id}/rescore", post(from_the_board))
}

/// What is asked for.
pub struct Options {
    /// The folder classes are kept in; the user's own if it is left out.
    pub folder: Option<PathBuf>,
    /// A PostgreSQL they are kept in instead.
    pub database: Option<String>,
    /// The class, by its id or the beginning of it; all of them if it is left out.
    pub class: Option<String>,
    /// Whether to say what would change, and write nothing.
    pub dry_run: bool,
    /// A rules file to score by, for a dry run.
    pub rules: Option<PathBuf>,
}

/// What became of the runs of a class.
#[derive(Default)]
struct Outcome {
    /// Scores that are not the ones there are.
    new: Vec<New>,
    /// Runs that cannot be scored so, and why.
    not: Vec<(AttemptRow, String)>,
    /// Scores that stay as they are.
    n_same: usize,
}

impl Outcome {
    fn take(&mut self, other: Outcome) {
        self.new.extend(other.new);
        self.not.extend(other.not);
        self.n_same += other.n_same;
    }
}

/// Nobody scores the class any more when it goes, however it goes, and pages are told.
struct Scoring(Arc<Live>);

impl Drop for Scoring {
    fn drop(&mut self) {
        self.0.scoring.store(false, Ordering::Release);
        self.0.tell();
    }
}

/// Scores again; returns the exit code: 0 nothing is left to do, 1 a dry run found
/// something to do, or a run could not be scored.
///
/// # Errors
/// When there are no classes, no such class or no such rules, or the store cannot be used.
pub fn run(options: Options, out: &mut impl io::Write) -> anyhow::Result<u8> {
    let rules = match &options.rules {
        None => Rules::current(),
        Some(_) if !options.dry_run => {
            bail!("scores count by the rules of a release alone; add --dry-run to try others")
        }
        Some(path) => {
            let text = String::from_utf8_lossy(&read_bounded(path)?).into_owned();
            let rules = Rules::read(&text);
            let rules = rules.with_context(|| format!("{} cannot be used", path.display()))?;
            Arc::new(rules)
        }
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start")?;
    runtime.block_on(all(options, &rules, out))
}

async fn all(options: Options, rules: &Arc<Rules>, out: &mut impl io::Write) -> anyhow::Result<u8> {
    let folder = match options.folder {
        Some(folder) => folder,
        None => user_folder("class")
            .context("this system names no folder for the user's data; name one with --folder")?,
    };
    if options.database.is_none() {
        if folder.is_dir() {
            put_back::is_whole(&folder)?;
        }
        if !folder.join("class.db").is_file() {
            bail!("there are no classes in {}", folder.display());
        }
    }
    // A server may have them open at the same time: nothing is signed here.
    let store = Store::open(&folder, options.database.as_deref(), None).await?;
    let app = App::new(store, Library::open(None)?, Doors::default(), String::new());
    let told = |problem: Problem| anyhow!("{}", problem.detail());
    let mut classes = app.store.classes().await?;
    if let Some(wanted) = &options.class {
        classes.retain(|class| class.id.starts_with(wanted.as_str()));
        match classes.len() {
            0 => bail!(
                "there is no class whose id begins with `{wanted}`; the board shows it in the address of a class"
            ),
            1 => {}
            n => bail!("the ids of {n} classes begin with `{wanted}`; write more of it"),
        }
    }
    let (mut n_new, mut n_not) = (0, 0);
    for class in &classes {
        let outcome = score(&app, class, rules, !options.dry_run).await;
        let outcome = match outcome.map_err(told) {
            Ok(outcome) => outcome,
            Err(why) => {
                writeln!(out, "{}: {why:#}", head(class))?;
                n_not += 1;
                continue;
            }
        };
        n_new += outcome.new.len();
        n_not += outcome.not.len();
        let seats = app.store.seats(&class.id).await?;
        tell(&outcome, class, &seats, rules, out)?;
    }
    let what = match (n_new, options.dry_run) {
        (0, _) => "Nothing is to be written.",
        (_, true) => "Nothing is written: this was a dry run.",
        (_, false) => "Written beside the old scores, which stay. Receipts are as they were.",
    };
    writeln!(out, "{what}")?;
    let found = n_not > 0 || (options.dry_run && n_new > 0);
    Ok(u8::from(found))
}

/// Scores every run of a class again, and adds what differs. Where what counts
/// changes meanwhile, the runs at hand and those to come are scored without what is out
/// now; whoever changed it makes anew what was added before. Where somebody else scores
/// them meanwhile, the runs at hand are scored once more.
async fn score(app: &App, class: &ClassRow, rules: &Arc<Rules>, write: bool) -> Answer<Outcome> {
    let mut all = Outcome::default();
    let mut rows = app.store.attempts(&class.id).await?;
    rows.retain(|row| row.hash.is_some());
    let mut voids = app.store.voids(&class.id).await?;
    let mut scores = app.store.scores(&class.id).await?;
    for rows in rows.chunks(AT_ONCE) {
        let mut n_tries = 0;
        loop {
            let mut some = Outcome::default();
            for row in rows {
                match again(app, class, row.clone(), &voids, &scores, Some(rules)).await? {
                    Again::Same => some.n_same += 1,
                    Again::New(new) => some.new.push(*new),
                    Again::Not(row, why) => some.not.push((*row, why)),
                }
            }
            let made = some.new.iter().map(New::score).collect();
            if !write || add(app, made).await? == Added::All {
                all.take(some);
                break;
            }
            n_tries += 1;
            if n_tries == TRIES {
                let why = "what counts or its score changed while it was scored; ask again";
                let not = some.new.drain(..).map(|new| (new.row, why.to_owned()));
                some.not.extend(not);
                all.take(some);
                break;
            }
            voids = app.store.voids(&class.id).await?;
            scores = app.store.scores(&class.id).await?;
        }
    }
    Ok(all)
}

fn head(class: &ClassRow) -> String {
    let id = class.id.get(..8).unwrap_or(&class.id);
    format!("{} ({id})", inert::line(&class.title))
}

fn tell(
    outcome: &Outcome,
    class: &ClassRow,
    seats: &[SeatRow],
    rules: &Rules,
    out: &mut impl io::Write,
) -> anyhow::Result<()> {
    writeln!(out, "{}, by rules {}", head(class), rules.version())?;
    let who = |row: &AttemptRow| {
        let name = called(&row.seat, &class.id, seats);
        format!("{}, {} {}", inert::line(&name), row.scenario, row.number)
    };
    let (other, same): (Vec<&New>, Vec<&New>) = outcome.new.iter().partition(|new| new.differs());
    for new in &other {
        let changes = changes(new);
        writeln!(out, "  {}: {changes}", who(&new.row))?;
    }
    for (row, why) in &outcome.not {
        let why = inert::line(why);
        writeln!(out, "  {}: not scored; {why}", who(row))?;
    }
    let n_same = outcome.n_same + same.len();
    writeln!(
        out,
        "  {} otherwise, {n_same} as before{}.",
        match other.len() {
            1 => "1 score comes out".to_owned(),
            n => format!("{n} scores come out"),
        },
        match same.len() {
            0 => String::new(),
            n => format!(" ({n} of them by other rules until now)"),
        }
    )?;
    Ok(())
}

/// What comes out otherwise, from old to new.
fn changes(new: &New) -> String {
    let number = |value: i64| tenths(i32::try_from(value).unwrap_or(0));
    let rules = if new.rules_before == new.rules {
        String::new()
    } else {
        format!("; rules {} → {}", inert::line(&new.rules_before), new.rules)
    };
    let words = ["satisfaction", "conduct", "total"];
    let Some(before) = &new.before else {
        let all = words.iter().zip(new.scores);
        let all: Vec<String> = all
            .map(|(word, value)| format!("{word} {}", number(value)))
            .collect();
        return format!("scored for the first time, {}{rules}", all.join(", "));
    };
    let mut all = Vec::new();
    for (n, word) in words.iter().enumerate() {
        let (old, new) = (before.scores[n], new.scores[n]);
        all.push(if old == new {
            format!("{word} {}", number(old))
        } else {
            format!("{word} {} → {}", number(old), number(new))
        });
    }
    match (before.scores[3], new.scores[3]) {
        (0, 1) => all.push("passes now".into()),
        (1, 0) => all.push("passes no more".into()),
        _ => {}
    }
    all.join(", ") + &rules
}

async fn from_the_board(State(app): State<Arc<App>>, OnBoard(class): OnBoard) -> Page {
    let results = format!("/classes/{}/results", class.id);
    let live = app.live(&class)?;
    // Asked for twice, it is done once.
    if !live.scoring.swap(true, Ordering::AcqRel) {
        let scoring = Scoring(live);
        patiently(async move {
            let _scoring = scoring;
            score(&app, &class, &Rules::current(), true).await?;
            Ok(())
        })
        .await?;
    }
    Ok(Redirect::to(&results).into_response())
}
