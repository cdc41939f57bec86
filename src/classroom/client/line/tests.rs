//! The line of an open class, through a server that dies and one that is another.

use std::fs;

use engine::state::{Floor, Stance};

use super::*;
use crate::classroom::client::opened::{host, plan, sit_down, until};
use crate::classroom::client::seat::kept_assignment;

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
    let base = std::env::temp_dir().join(format!("satisfactometer-line-{}", std::process::id()));
    _ = fs::remove_dir_all(&base);
    let (data, folder) = (base.join("server"), base.join("seat"));
    let class = || plan("late-part", 2, false);
    let hosting = host(&data, 0, Some(class()));
    let words = hosting.doors().map(|doors| doors.words.clone());
    let (address, _, seat) = sit_down(&hosting, "Ana");
    seat.keep_in(&folder).expect("it is kept");
    let line = Line::begin(seat, folder.clone(), || {}).expect("a line");
    until(
        || line.told(),
        |told| told.state == State::Fine && told.plays == Plays::NotYet,
    );
    hosting.begin();
    until(|| line.told(), |told| told.plays == Plays::Ready);
    let assignment = kept_assignment(&folder).expect("it is read");
    let homework = Homework::open(assignment.expect("it is kept"), Some(&folder), None);
    let homework = homework.expect("it opens");

    let first = play(&homework);
    assert_eq!(outbox::handed_in(&first), None);
    line.look();
    until(
        || line.told(),
        |told| told.n_sent == 1 && told.n_waiting == 0,
    );
    assert!(outbox::handed_in(&first).is_some());

    // Played while nobody answers.
    drop(hosting);
    let second = play(&homework);
    line.look();
    until(
        || line.told(),
        |told| told.state == State::Silent && told.n_waiting == 1,
    );
    assert_eq!(outbox::handed_in(&second), None);
    let again = host(&data, address.port, None);
    assert_eq!(again.doors().map(|doors| doors.words.clone()), words);
    line.look();
    until(
        || line.told(),
        |told| told.state == State::Fine && told.n_waiting == 0,
    );
    assert!(outbox::handed_in(&second).is_some());

    // Somebody else at the same address is told nothing.
    drop(again);
    let other = host(&base.join("other"), address.port, Some(class()));
    line.look();
    let told = until(|| line.told(), |told| matches!(told.state, State::Gone(_)));
    assert!(
        matches!(&told.state, State::Gone(why) if why.contains("another key")),
        "{told:?}"
    );
    drop(other);
    _ = fs::remove_dir_all(&base);
}
