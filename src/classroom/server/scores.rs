//! What an attempt scores: by which rules and without what, the rows that are added when
//! that changes, and what is said of it. A row that is there is never changed.

use std::sync::Arc;

use engine::report::NotCounted;
use engine::rules::Rules;

use super::app::{App, called, now};
use super::gists::Books;
use super::problem::{Answer, Problem};
use super::store::{
    AttemptRow, ClassRow, NewScore, OTHER_SCORE, OTHER_VOIDS, ScoreRow, StoreError, VoidRow, Write,
};
use super::wrong::{self, in_force, numbers, sentence};
use crate::classroom::assignment::moment;
use crate::classroom::gist::Counted;
use crate::classroom::inert::cell;
use crate::classroom::judge::{Judged, Pars, Verdict};
use crate::classroom::tables::{tenths, timestamp};

/// Scores that are added with one commit: each commit takes a moment, and whoever plays
/// waits for no more than these.
pub const AT_ONCE: usize = 50;

/// What a score is made on, beside the run itself.
#[derive(Clone, Default)]
pub struct Basis {
    /// What does not count, or did not for a while.
    pub voids: Vec<VoidRow>,
    /// Rules, where they are others than those of the run.
    pub rules: Option<Arc<Rules>>,
}

impl Basis {
    /// What counts of an attempt: without what is out, by the rules of its last score.
    pub fn of(attempt: &str, voids: &[VoidRow], scores: &[ScoreRow]) -> Self {
        let last = scores.iter().rfind(|score| score.attempt == attempt);
        Basis {
            voids: voids.to_vec(),
            rules: last.and_then(|score| Rules::of_version(&score.rules)),
        }
    }

    /// What tells this basis from others for one run. What is out keeps its number, and
    /// a number keeps its words.
    pub fn mark(&self) -> String {
        let rules = self.rules.as_ref().map(|rules| rules.version());
        format!(
            "{} without {}",
            rules.unwrap_or_default(),
            numbers(&self.voids)
        )
    }

    /// What was judged, on this basis.
    pub fn apply(&self, mut judged: Judged, pars: &Pars) -> Judged {
        let Some(played) = &mut judged.played else {
            return judged;
        };
        if let Some(rules) = &self.rules
            && rules.version() != played.session.rules().version()
        {
            match played.by(rules, pars) {
                Ok(again) => **played = again,
                Err(why) => {
                    judged.verdict = Verdict::Unscored(why);
                    judged.played = None;
                    return judged;
                }
            }
        }
        let voids = in_force(&self.voids, played.session.scenario().id());
        if !voids.is_empty() {
            played.report = played.without(pars, &voids);
        }
        judged
    }
}

/// The numbers of a run, as the store keeps them.
pub fn numbers_of(counted: &Counted) -> [i64; 4] {
    [
        i64::from(counted.satisfaction),
        i64::from(counted.conduct),
        i64::from(counted.total),
        i64::from(counted.passed),
    ]
}

/// A score of an attempt that is not the one it has.
pub struct New {
    /// The attempt.
    pub row: AttemptRow,
    /// The score it counts with now; none where it could not be scored before.
    pub before: Option<ScoreRow>,
    /// The rules that score was made by.
    pub rules_before: String,
    /// The numbers that come out.
    pub scores: [i64; 4],
    /// The rules they come out by.
    pub rules: String,
    voids: String,
}

impl New {
    /// Whether any number differs.
    pub fn differs(&self) -> bool {
        self.before
            .as_ref()
            .is_none_or(|before| before.scores != self.scores)
    }

    /// The row to be added.
    pub fn score(&self) -> NewScore {
        NewScore {
            attempt: self.row.id.clone(),
            rules: self.rules.clone(),
            voids: self.voids.clone(),
            scores: self.scores,
            after: self.before.as_ref().map_or(0, |before| before.n),
            now: now(),
        }
    }
}

/// What scoring an attempt again came to.
pub enum Again {
    /// It is scored so already.
    Same,
    /// It is not.
    New(Box<New>),
    /// It cannot be scored so; why.
    Not(Box<AttemptRow>, String),
}

/// Plays an attempt again by some rules, or by those it counts by, without what does not
/// count now.
///
/// # Errors
/// When the store cannot be used, or too many transcripts wait.
pub async fn again(
    app: &App,
    class: &ClassRow,
    row: AttemptRow,
    voids: &[VoidRow],
    scores: &[ScoreRow],
    rules: Option<&Arc<Rules>>,
) -> Answer<Again> {
    if row.hash.is_none() {
        return Ok(Again::Same);
    }
    let mut basis = Basis::of(&row.id, voids, scores);
    if let Some(rules) = rules {
        basis.rules = Some(Arc::clone(rules));
    }
    let live = app.live(class)?;
    let gist = app.read(&live, &row, basis).await?.gist;
    let Some(counted) = &gist.counted else {
        return Ok(Again::Not(Box::new(row), gist.verdict.why().to_owned()));
    };
    let before = scores.iter().rfind(|score| score.attempt == row.id);
    let new = New {
        before: before.cloned(),
        // Scores of an older release name no rules; they were those of the run.
        rules_before: before
            .map(|score| score.rules.clone())
            .filter(|rules| !rules.is_empty())
            .unwrap_or_else(|| gist.rules.to_string()),
        scores: numbers_of(counted),
        rules: counted.rules.to_string(),
        voids: numbers(voids),
        row,
    };
    let same = new.before.as_ref().is_some_and(|before| {
        before.voids == new.voids && new.rules_before == new.rules && !new.differs()
    });
    Ok(if same {
        Again::Same
    } else {
        Again::New(Box::new(new))
    })
}

/// How often the same runs are scored while their scores, or what counts, change under them.
pub const TRIES: usize = 3;

/// Gives a new score to every attempt whose last one was made with other voids than
/// those in force. Asked twice, it does nothing the second time; where voids change
/// meanwhile, whoever changed them makes the scores.
///
/// # Errors
/// When the store cannot be used.
pub async fn bring_up_to_date(app: &App, class: &ClassRow) -> Answer<()> {
    bring_up(app, class, None).await
}

/// The same for one attempt, whose player waits.
///
/// # Errors
/// When the store cannot be used.
pub async fn bring_one_up_to_date(app: &App, class: &ClassRow, attempt: &str) -> Answer<()> {
    bring_up(app, class, Some(attempt)).await
}

async fn bring_up(app: &App, class: &ClassRow, only: Option<&str>) -> Answer<()> {
    for _ in 0..TRIES {
        if pass(app, class, only).await? != Added::OtherScore {
            return Ok(());
        }
    }
    Err(Problem::ours(
        &"runs of a class were scored by somebody else at the same time, again and again",
    ))
}

/// Once through a class, from the scores that it has now.
async fn pass(app: &App, class: &ClassRow, only: Option<&str>) -> Answer<Added> {
    let voids = app.store.voids(&class.id).await?;
    if voids.is_empty() {
        return Ok(Added::All);
    }
    let force = numbers(&voids);
    let mut scores = app.store.scores(&class.id).await?;
    if let Some(attempt) = only {
        scores.retain(|score| score.attempt == attempt);
    }
    let mut new = Vec::new();
    for (n, last) in scores.iter().enumerate() {
        let more = scores.get(n + 1);
        if last.voids == force || more.is_some_and(|next| next.attempt == last.attempt) {
            continue;
        }
        let Some(row) = app.store.attempt(&last.attempt).await? else {
            continue;
        };
        if let Again::New(score) = again(app, class, row, &voids, &scores, None).await? {
            new.push(score.score());
        }
        if new.len() >= AT_ONCE {
            let added = add(app, std::mem::take(&mut new)).await?;
            if added != Added::All {
                return Ok(added);
            }
        }
    }
    add(app, new).await
}

/// What became of scores that were to be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Added {
    /// They are there.
    All,
    /// None: something else does not count now than what they were made without.
    OtherVoids,
    /// None: some run has a newer score than the one that they were made from, and would
    /// count by an older one again.
    OtherScore,
}

/// Adds scores, all or none.
///
/// # Errors
/// When the store cannot be used.
pub async fn add(app: &App, new: Vec<NewScore>) -> Answer<Added> {
    if new.is_empty() {
        return Ok(Added::All);
    }
    match app.store.write(Write::Scores(new)).await {
        Err(StoreError::Conflict(OTHER_VOIDS, _)) => Ok(Added::OtherVoids),
        Err(StoreError::Conflict(OTHER_SCORE, _)) => Ok(Added::OtherScore),
        done => Ok(done.map(|_| Added::All)?),
    }
}

/// Whether a score was made by other rules than the one before it, or came out otherwise
/// on the same basis.
fn is_again(before: &ScoreRow, score: &ScoreRow) -> bool {
    let other_rules = !before.rules.is_empty() && before.rules != score.rules;
    other_rules || (before.voids == score.voids && before.scores != score.scores)
}

/// What the tables say of an attempt's scores: what does not count, that it was scored
/// again, and what it was handed in with. `scores` are its own, in order.
pub fn notes(not_counted: &[NotCounted], scores: &[ScoreRow]) -> Vec<String> {
    let sentences = not_counted.iter().map(sentence);
    let mut notes: Vec<String> = sentences
        .map(|sentence| sentence.trim_end_matches('.').to_owned())
        .collect();
    let mut pairs = scores.windows(2);
    let again = pairs.rfind(|pair| is_again(&pair[0], &pair[1]));
    if let Some(again) = again {
        let score = &again[1];
        let when = moment(score.made_at);
        notes.push(format!("scored again on {when} by rules {}", score.rules));
    }
    if let (false, Some(first)) = (notes.is_empty(), scores.first()) {
        notes.push(as_handed_in(first, again.is_some()));
    }
    notes
}

/// The scores an attempt was handed in with.
fn as_handed_in(first: &ScoreRow, again: bool) -> String {
    let number = |n: usize| tenths(i32::try_from(first.scores[n]).unwrap_or(0));
    let by = match first.rules.as_str() {
        rules if again && !rules.is_empty() => format!(" by rules {rules}"),
        _ => String::new(),
    };
    format!(
        "as it was handed in, conduct was {} and the total {}{by}",
        number(1),
        number(2)
    )
}

/// How many attempts count by other rules than those of today.
pub fn n_older(books: &Books) -> usize {
    let today = Rules::current().version();
    let last = books.scores.values().filter_map(|scores| scores.last());
    last.filter(|score| !score.rules.is_empty() && score.rules != today)
        .count()
}

/// Columns of the table of scores.
pub const SCORE_COLUMNS: [&str; 14] = [
    "mark",
    "scenario",
    "attempt",
    "attempt_id",
    "score",
    "counts",
    "made_at",
    "rules",
    "satisfaction",
    "conduct",
    "total",
    "passed",
    "not_counted",
    "doctrine",
];

/// A row per score an attempt ever had; the last one counts.
pub fn rows(books: &Books, row: &AttemptRow) -> Vec<[String; SCORE_COLUMNS.len()]> {
    let scores = books.scores_of(row);
    let rows = scores.iter().map(|score| {
        let number = |n: usize| tenths(i32::try_from(score.scores[n]).unwrap_or(0));
        let last = scores.last().is_some_and(|last| last.n == score.n);
        [
            cell(&called(&row.seat, &books.class.id, &books.seats)),
            cell(&row.scenario),
            row.number.to_string(),
            cell(&row.id),
            score.n.to_string(),
            u8::from(last).to_string(),
            timestamp(score.made_at),
            cell(&score.rules),
            number(0),
            number(1),
            number(2),
            score.scores[3].to_string(),
            cell(&reasons(&books.voids, &score.voids)),
            books.live.assignment.doctrine.key(),
        ]
    });
    rows.collect()
}

/// What did not count for a score, in words.
fn reasons(voids: &[VoidRow], numbers: &str) -> String {
    let of = numbers.split(',').filter_map(|no| no.parse().ok());
    let found = of.filter_map(|no: i64| voids.iter().find(|void| void.no == no));
    let words = found.map(|void| format!("{}: {}", wrong::line(void).what, void.why));
    words.collect::<Vec<_>>().join("; ")
}
