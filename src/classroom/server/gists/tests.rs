//! What is kept of a class is what its store says, whoever changed it.

use std::path::PathBuf;

use askama::Template;
use engine::rng::Seed;
use engine::session::Session;
use engine::state::{Face, Floor, Stance, Voice};
use engine::transcript::{EndReason, Journal};
use serde_json::json;

use super::super::api::{Way, keep};
use super::super::app::{Doors, Seated};
use super::super::board::{Plan, make};
use super::super::pages::outcome::Far;
use super::super::receipt::Key;
use super::super::scores::Added;
use super::super::store::{Agreement, NewScore, NewSeat, NewVoid, Store, StoreError, Write};
use super::*;
use crate::desk::library::Library;

const PEOPLE: usize = 6;

/// A folder that goes when it is let go of.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let name = format!("satisfactometer-gists-{}", uuid::Uuid::new_v4());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).expect("a folder");
        Folder(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A server on a folder, without ports.
async fn server(folder: &Folder) -> Arc<App> {
    let key = Key::open(&folder.0.join("signing.key")).expect("a key");
    let public = key.public();
    let store = Store::open(&folder.0, None, Some(key))
        .await
        .expect("a store");
    let library = Library::open(None).expect("there are scenarios");
    Arc::new(App::new(store, library, Doors::default(), public))
}

/// A class of some people who have each handed in a run of their own.
async fn class(app: &Arc<App>) -> ClassRow {
    let plan = Plan {
        sealed: false,
        ..Plan::usual("Morning shift", vec!["late-part".into()])
    };
    let id = make(app, plan).await.expect("a class");
    let class = app.store.class(&id).await.expect("a store");
    let class = class.expect("the class");
    let live = app.live(&class).expect("of this release");
    for n in 0..PEOPLE {
        let seat = uuid::Uuid::new_v4().simple().to_string();
        let join = NewSeat {
            class: id.clone(),
            seat: seat.clone(),
            token_hash: seat.clone(),
            name: None,
            chance: n as u64,
            plain: false,
            invited: false,
            now: now(),
        };
        app.store.write(Write::Join(join)).await.expect("a seat");
        let seed = live.assignment.seed(0, 1, &seat);
        let (attempt, text) = run(&live, &id, &seat, seed, n);
        let seated = Seated {
            seat: (app.store.seat(&seat).await)
                .expect("a store")
                .expect("a seat"),
            class: class.clone(),
            live: Arc::clone(&live),
        };
        let body = text.into_bytes();
        let judged = app.judge(&live, &seat, body.clone(), Basis::default());
        let judged = judged.await.expect("a verdict");
        let agreement = Agreement::default();
        let way = Way::Whole {
            plain: false,
            agreement,
        };
        let kept = keep(app, &seated, &attempt, &body, judged, way).await;
        kept.unwrap_or_else(|why| panic!("{}", why.detail()));
    }
    class
}

/// Plays a run by lines `pick` of those on offer; its id and its transcript.
fn run(live: &Live, class: &str, seat: &str, seed: Seed, pick: usize) -> (String, String) {
    let assignment = &live.assignment;
    let scenario = Arc::clone(&assignment.scenarios[0]);
    let mut session = Session::begin(scenario, Arc::clone(&assignment.rules), seed);
    let attempt = uuid::Uuid::new_v4().to_string();
    let label = json!({ "assignment": class, "attempt": attempt, "attempt_no": 1, "mark": seat });
    let (mut journal, mut text) = Journal::begin(&session, label);
    let stance = Stance {
        voice: Voice::Even,
        face: Face::Concerned,
    };
    while session.floor() != Floor::Ended {
        let choices = session.choices();
        let said: Vec<_> = choices.iter().filter(|c| c.text.is_some()).collect();
        let action = match said.get(pick % said.len().max(1)) {
            Some(choice) => choice.action.clone(),
            None => choices[0].action.clone(),
        };
        session.apply(&action, stance).expect("it was offered");
        text += &journal.input(&session, json!({})).expect("an input");
    }
    text += &journal.end(&session, EndReason::Outcome, json!({}));
    (attempt, text)
}

/// What is told at once.
async fn at_once(app: &Arc<App>, class: &ClassRow) -> Outcome {
    let books = Books::open(app, class).await.expect("a store");
    let told = app.outcome_within(&books, Duration::ZERO).await;
    told.expect("a store")
}

/// Totals by attempt, when everything is read.
async fn totals(app: &Arc<App>, class: &ClassRow) -> BTreeMap<String, i64> {
    let books = Books::open(app, class).await.expect("a store");
    let Outcome::All(all) = app.outcome(&books).await.expect("a store") else {
        panic!("six runs are read in no time");
    };
    let total = |attempt: &Attempt| attempt.counted().map(|run| i64::from(run.total));
    all.iter()
        .map(|attempt| (attempt.id.clone(), total(attempt).expect("it counts")))
        .collect()
}

/// The last totals that the store has.
async fn kept(app: &Arc<App>, class: &ClassRow) -> BTreeMap<String, i64> {
    let books = Books::open(app, class).await.expect("a store");
    let last = |row: &AttemptRow| books.scores_of(row).last().expect("a score").scores[2];
    let all = books.rows.iter().map(|row| (row.id.clone(), last(row)));
    all.collect()
}

#[test]
fn what_is_kept_is_never_out_of_date() {
    let folder = Folder::new();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let here = server(&folder).await;
        let class = class(&here).await;
        // What was judged as it came is not played again.
        assert!(matches!(at_once(&here, &class).await, Outcome::All(all) if all.len() == PEOPLE));
        let first = totals(&here, &class).await;
        assert_eq!(first, kept(&here, &class).await);

        // Another server knows nothing yet, says so, and reads on by itself.
        let there = server(&folder).await;
        let far = at_once(&there, &class).await;
        assert!(matches!(far, Outcome::Some(n, PEOPLE) if n < PEOPLE));
        assert_eq!(totals(&there, &class).await, first);
        assert!(matches!(at_once(&there, &class).await, Outcome::All(_)));

        // Something is taken out of the count here; there it is known at once.
        let old = here.store.voids(&class.id).await.expect("a store");
        let books = Books::open(&here, &class).await.expect("a store");
        let read = here.read(&books.live, &books.rows[0], books.basis(&books.rows[0]));
        let read = read.await.expect("a store");
        let counted = read.gist.counted.as_ref().expect("it counts");
        let beat = counted.choices[0].beat.to_string();
        let void = NewVoid {
            class: class.id.clone(),
            kind: "decision",
            scenario: "late-part".into(),
            name: beat,
            why: "a mistake".into(),
            now: now(),
        };
        here.store.write(Write::Void(void)).await.expect("it fits");
        let far = at_once(&there, &class).await;
        assert!(
            matches!(far, Outcome::Some(_, PEOPLE)),
            "nothing kept is used"
        );
        let without = totals(&there, &class).await;
        assert_ne!(without, first);

        // Whoever still scores without knowing of it adds nothing.
        let again = scores::again(&here, &class, books.rows[0].clone(), &old, &[], None);
        let scores::Again::New(late) = again.await.expect("a store") else {
            panic!("it has no score that is known of");
        };
        let refused = here.store.write(Write::Scores(vec![late.score()])).await;
        assert!(matches!(
            refused,
            Err(StoreError::Conflict("other-voids", _))
        ));
        let done = scores::bring_up_to_date(&here, &class).await;
        done.unwrap_or_else(|why| panic!("{}", why.detail()));
        assert_eq!(kept(&here, &class).await, without);
        assert_eq!(totals(&here, &class).await, without);

        // What nobody asks for makes room for others, and is read again.
        there.forget(&class.id, 0);
        assert!(matches!(at_once(&there, &class).await, Outcome::All(_)));
        there.forget("another", 0);
        assert!(matches!(
            at_once(&there, &class).await,
            Outcome::Some(_, PEOPLE)
        ));
    });
}

/// The rules and the voids of every attempt's last score, as the store has them.
async fn last(app: &Arc<App>, class: &ClassRow) -> Vec<(String, String)> {
    let books = Books::open(app, class).await.expect("a store");
    let last = |row: &AttemptRow| {
        let score = books.scores_of(row).last().expect("a score");
        (score.rules.clone(), score.voids.clone())
    };
    books.rows.iter().map(last).collect()
}

#[test]
fn what_two_score_at_once_counts_by_the_newer_score() {
    let folder = Folder::new();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let app = server(&folder).await;
        let class = class(&app).await;
        let void = NewVoid {
            class: class.id.clone(),
            kind: "clause",
            scenario: String::new(),
            name: "name-feeling".into(),
            why: "a mistake".into(),
            now: now(),
        };
        app.store.write(Write::Void(void)).await.expect("it fits");

        // Whoever makes up for that has read the scores there are, and plays the runs again.
        let voids = app.store.voids(&class.id).await.expect("a store");
        let scores = app.store.scores(&class.id).await.expect("a store");
        let rows = app.store.attempts(&class.id).await.expect("a store");
        let mut slow = Vec::new();
        for row in rows {
            let again = scores::again(&app, &class, row, &voids, &scores, None).await;
            let Ok(scores::Again::New(new)) = again else {
                panic!("each is to be scored without it");
            };
            slow.push(new.score());
        }
        // Meanwhile one of them is scored by newer rules, also without what does not count.
        let of = &slow[2];
        let newer = NewScore {
            attempt: of.attempt.clone(),
            rules: "2.0".into(),
            voids: of.voids.clone(),
            scores: of.scores,
            after: of.after,
            now: of.now,
        };
        let added = scores::add(&app, vec![newer]).await.expect("a store");
        assert_eq!(added, Added::All);
        // Before, the older score became the last row, and counted again.
        let added = scores::add(&app, slow).await.expect("a store");
        assert_eq!(added, Added::OtherScore);
        let before = last(&app, &class).await;
        assert_eq!(before.iter().filter(|(rules, _)| rules == "2.0").count(), 1);
        // It goes through them once more: all are scored, that one is left as it is.
        let done = scores::bring_up_to_date(&app, &class).await;
        done.unwrap_or_else(|why| panic!("{}", why.detail()));
        let after = last(&app, &class).await;
        assert!(after.iter().all(|(_, voids)| voids == "1"), "{after:?}");
        assert_eq!(after.iter().filter(|(rules, _)| rules == "2.0").count(), 1);
        let n_rows = app.store.scores(&class.id).await.expect("a store").len();
        assert_eq!(n_rows, 2 * PEOPLE);
        // Asked twice, nothing is added.
        let done = scores::bring_up_to_date(&app, &class).await;
        done.unwrap_or_else(|why| panic!("{}", why.detail()));
        assert_eq!(last(&app, &class).await, after);
    });
}

#[test]
fn how_far_it_is_is_told_and_asked_again() {
    let far = Far {
        kind: "page",
        title: "<b>".into(),
        n: 3,
        of: 7,
        back: ("/classes/x".into(), "Board"),
    };
    let page = far.render().expect("a page");
    assert!(page.contains("3 of 7 runs are read"), "{page}");
    assert!(page.contains("<progress max=\"7\" value=\"3\""), "{page}");
    assert!(page.contains("http-equiv=\"refresh\"") && !page.contains("<b>"));
}
