//! What the cards of a class say of its runs. The line itself is the client's, and works
//! for the terminal as for the window.

use std::path::Path;

use crate::classroom::client::outbox;

/// What becomes of the runs of a folder, in words: for a card.
pub fn of_a_run(run: &Path) -> String {
    if let Some(code) = outbox::handed_in(run) {
        return format!("Handed in, receipt {code}");
    }
    match outbox::refused(run) {
        Some(why) => format!("Not taken: {}. It stays on this computer", why.trim()),
        None => "Kept on this computer".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;
    use std::thread;
    use std::time::{Duration, Instant};

    use engine::state::{Floor, Stance};

    use super::*;
    use crate::classroom::assignment::SeedRule;
    use crate::classroom::client::address::Address;
    use crate::classroom::client::line::{Line, Plays, State, Told};
    use crate::classroom::client::link::{Link, meet};
    use crate::classroom::client::seat::{Seat, kept_assignment};
    use crate::classroom::homework::Homework;
    use crate::classroom::server::hosting::Hosting;
    use crate::classroom::server::{Options, Plan};
    use crate::desk::library::Library;

    fn host(folder: &Path, game_port: u16, class: bool) -> Hosting {
        let plan = || Plan {
            title: "Morning shift".into(),
            scenarios: vec!["late-part".into()],
            attempts: 2,
            seeds: SeedRule::Same,
            sealed: false,
            shows_names: false,
            limit: 0,
            doctrine: engine::doctrine::Doctrine::balanced(),
        };
        let options = Options {
            folder: Some(folder.to_owned()),
            database: None,
            port: None,
            game_port,
            board_port: 0,
            address: Some([127, 0, 0, 1].into()),
            class: class.then(plan),
        };
        let library = Library::open(None).expect("there are scenarios");
        Hosting::open(library, options, || {}).expect("it opens")
    }

    /// Waits until the line has found this out.
    fn until(line: &Line, what: impl Fn(&Told) -> bool) -> Told {
        let begun = Instant::now();
        loop {
            let told = line.told();
            if what(&told) {
                return told;
            }
            assert!(begun.elapsed() < Duration::from_secs(60), "{told:?}");
            thread::sleep(Duration::from_millis(20));
        }
    }

    fn play(homework: &Homework) -> PathBuf {
        let task = homework.next().expect("a folder").expect("a task");
        let (mut session, mut file) = homework.begin(&task, "turns").expect("it begins");
        while session.floor() != Floor::Ended {
            let action = session.choices().swap_remove(0).action;
            session.apply(&action, Stance::default()).expect("legal");
            file.input(&session);
        }
        file.path().expect("it is kept").to_owned()
    }

    #[test]
    fn a_server_that_dies_and_comes_back_costs_nothing() {
        let base =
            std::env::temp_dir().join(format!("satisfactometer-line-{}", std::process::id()));
        _ = fs::remove_dir_all(&base);
        let (data, folder) = (base.join("server"), base.join("seat"));
        let hosting = host(&data, 0, true);
        let (game, words) = hosting
            .doors()
            .map(|doors| (doors.game.clone(), doors.words.clone()))
            .expect("doors");
        let address = Address::read(&game).expect("an address");
        let pin = meet(&address).expect("it answers");
        assert_eq!(pin.words().expect("words"), words);
        let code = loop {
            if let Some(now) = hosting.now() {
                break now.code;
            }
            thread::sleep(Duration::from_millis(10));
        };
        let link = Link::new(address.clone(), pin).expect("a link");
        let (seat, _) = Seat::ask(&link, &code, Some("Ana")).expect("a seat");
        seat.keep_in(&folder).expect("it is kept");
        let line = Line::begin(seat, folder.clone(), || {}).expect("a line");
        until(&line, |told| {
            told.state == State::Fine && told.plays == Plays::NotYet
        });
        hosting.begin();
        until(&line, |told| told.plays == Plays::Ready);
        let assignment = kept_assignment(&folder).expect("it is read");
        let homework = Homework::open(assignment.expect("it is kept"), Some(&folder), None);
        let homework = homework.expect("it opens");

        let first = play(&homework);
        assert_eq!(of_a_run(&first), "Kept on this computer");
        line.look();
        until(&line, |told| told.n_sent == 1 && told.n_waiting == 0);
        assert!(of_a_run(&first).starts_with("Handed in, receipt "));

        // Played while nobody answers.
        drop(hosting);
        let second = play(&homework);
        line.look();
        until(&line, |told| {
            told.state == State::Silent && told.n_waiting == 1
        });
        assert_eq!(of_a_run(&second), "Kept on this computer");
        let again = host(&data, address.port, false);
        assert_eq!(again.doors().map(|doors| doors.words.clone()), Some(words));
        line.look();
        until(&line, |told| {
            told.state == State::Fine && told.n_waiting == 0
        });
        assert!(of_a_run(&second).starts_with("Handed in, receipt "));

        // Somebody else at the same address is told nothing.
        drop(again);
        let other = host(&base.join("other"), address.port, true);
        line.look();
        let told = until(&line, |told| matches!(told.state, State::Gone(_)));
        assert!(
            matches!(&told.state, State::Gone(why) if why.contains("another key")),
            "{told:?}"
        );
        drop(other);
        _ = fs::remove_dir_all(&base);
    }
}
