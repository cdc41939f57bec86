//! What is asked twice at once, what comes a moment too late, and who is one too many.

use super::super::app::{Doors, now};
use super::super::board::{Plan, make};
use super::super::receipt::Key;
use super::super::store::{NewSeat, SeatRow, Store};
use super::*;
use crate::desk::library::Library;

/// A server without ports, with a class that runs and one seat in it, as a request that
/// has just come sees it.
async fn seated(folder: &std::path::Path) -> (App, Seated) {
    let key = Key::open(&folder.join("signing.key")).expect("a key");
    let public = key.public();
    let store = Store::open(folder, None, Some(key)).await.expect("a store");
    let library = Library::open(None).expect("there are scenarios");
    let app = App::new(store, library, Doors::default(), public);
    let plan = Plan::usual("Morning shift", vec!["late-part".into()]);
    let class = make(&app, plan).await.expect("a class");
    let join = Write::Join(somebody(&class, 1));
    app.store.write(join).await.expect("a seat");
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

fn somebody(class: &str, n: u64) -> NewSeat {
    NewSeat {
        class: class.to_owned(),
        seat: format!("{n:032x}"),
        token_hash: format!("{n:064x}"),
        name: None,
        chance: n,
        plain: false,
        invited: true,
        now: now(),
    }
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

#[test]
fn whoever_was_removed_takes_nobodys_place() {
    in_a_folder("full", async |app, seated| {
        let class = &seated.class.id;
        let join = async |n| app.store.write(Write::Join(somebody(class, n))).await;
        for n in 2..=250 {
            join(n).await.unwrap_or_else(|why| panic!("{n}: {why}"));
        }
        let full = join(251).await.map(|_| ()).map_err(|why| why.to_string());
        assert_eq!(full, Err("this class has its 250 people".to_owned()));
        let removed = Write::Removed {
            seat: seated.seat.id.clone(),
            removed: true,
        };
        app.store.write(removed).await.expect("they are out");
        assert!(join(251).await.is_ok());
        assert!(join(252).await.is_err());
    });
}
