//! What is asked twice at once, and what comes a moment too late.

use engine::doctrine::Doctrine;

use super::super::app::{Doors, now};
use super::super::board::{Plan, make};
use super::super::receipt::Key;
use super::super::store::{NewSeat, SeatRow, Store};
use super::*;
use crate::classroom::assignment::SeedRule;
use crate::desk::library::Library;

/// A server without ports, with a class that runs and one seat in it, as a request that
/// has just come sees it.
async fn seated(folder: &std::path::Path) -> (App, Seated) {
    let key = Key::open(&folder.join("signing.key")).expect("a key");
    let public = key.public();
    let store = Store::open(folder, None, Some(key)).await.expect("a store");
    let library = Library::open(None).expect("there are scenarios");
    let app = App::new(store, library, Doors::default(), public);
    let plan = Plan {
        title: "Morning shift".into(),
        scenarios: vec!["late-part".into()],
        attempts: 1,
        seeds: SeedRule::Same,
        sealed: true,
        shows_names: false,
        limit: 0,
        doctrine: Doctrine::balanced(),
    };
    let class = make(&app, plan).await.expect("a class");
    let join = NewSeat {
        class: class.clone(),
        seat: "0f".repeat(16),
        token_hash: "0f".repeat(16),
        name: None,
        chance: 1,
        plain: false,
        invited: false,
        now: now(),
    };
    app.store.write(Write::Join(join)).await.expect("a seat");
    set(&app, &class, "running").await;
    let row = app.store.class(&class).await.expect("a store");
    let row = row.expect("the class");
    let seats: Vec<SeatRow> = app.store.seats(&class).await.expect("a store");
    let seat = seats.into_iter().next().expect("a seat");
    let live = app.live(&row).expect("of this release");
    let seated = Seated {
        seat,
        class: row,
        live,
    };
    (app, seated)
}

async fn set(app: &App, class: &str, state: &'static str) {
    let row = app.store.class(class).await.expect("a store");
    let write = Write::State {
        class: class.to_owned(),
        revision: row.expect("the class").revision,
        state,
        now: now(),
    };
    app.store.write(write).await.expect("it is possible");
}

fn in_a_folder(name: &str, test: impl AsyncFnOnce(App, Seated)) {
    let name = format!("satisfactometer-{name}-{}", uuid::Uuid::new_v4());
    let folder = std::env::temp_dir().join(name);
    std::fs::create_dir_all(&folder).expect("a folder");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let (app, seated) = seated(&folder).await;
        test(app, seated).await;
    });
    _ = std::fs::remove_dir_all(&folder);
}

#[test]
fn a_run_that_is_begun_twice_at_once_is_begun_once() {
    in_a_folder("begun", async |app, seated| {
        let both = async || {
            let held = take_up(&app, &seated, Port::Game).await;
            held.map(|held| held.id.clone())
        };
        let (one, two) = tokio::join!(both(), both());
        let [one, two] = [one, two].map(|id| id.unwrap_or_else(|no| panic!("{}", no.detail())));
        assert_eq!(one, two);
        let begun = app.store.attempts_of(&seated.seat.id).await;
        assert_eq!(begun.expect("a store").len(), 1);
    });
}

#[test]
fn nothing_begins_in_a_class_that_was_closed_a_moment_ago() {
    in_a_folder("late", async |app, seated| {
        set(&app, &seated.class.id, "closed").await;
        // Whoever ended what was open has looked by now.
        let held = take_up(&app, &seated, Port::Game).await;
        let kind = held.map(|held| held.id.clone()).map_err(|no| no.kind());
        assert_eq!(kind, Err("closed"));
        let begun = app.store.attempts_of(&seated.seat.id).await;
        assert!(begun.expect("a store").is_empty());
    });
}
