//! The line of a class, through a server that dies and one that is another: what is handed
//! in, what one disagrees with, and what one is called.

use std::fs;

use engine::state::{Floor, Stance};

use super::*;
use crate::classroom::client::opened::{host, plan, sit_down, until};
use crate::classroom::client::seat::kept_assignment;
use crate::classroom::disagreements::decisions;
use crate::classroom::homework::Binding;
use crate::classroom::server::hosting::at_board::AtBoard;

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

#[test]
fn what_one_disagrees_with_is_sent_once_the_line_is_there_and_known_again() {
    let base = std::env::temp_dir().join(format!("satisfactometer-no-{}", std::process::id()));
    _ = fs::remove_dir_all(&base);
    let (data, folder) = (base.join("server"), base.join("seat"));
    let hosting = host(&data, 0, Some(plan("late-part", 1, false)));
    let (address, link, seat) = sit_down(&hosting, "Ana");
    seat.keep_in(&folder).expect("it is kept");
    let line = Line::begin(seat.clone(), folder.clone(), || {}).expect("a line");
    hosting
        .at_board(&AtBoard::ShowNames(true))
        .expect("it is said");
    hosting.begin();
    until(|| line.told(), |told| told.plays == Plays::Ready);
    let assignment = kept_assignment(&folder).expect("it is read");
    let homework = Homework::open(assignment.expect("it is kept"), Some(&folder), None);
    let homework = homework.expect("it opens");
    let run = play(&homework);
    let text = fs::read_to_string(&run).expect("a run");
    let transcript = engine::transcript::Transcript::read(&text).expect("a transcript");
    let attempt = Binding::of(&transcript.label).attempt.expect("an id");
    let task = homework.tasks().expect("tasks").remove(0);
    let rules = Arc::clone(&homework.assignment.rules);
    let session = engine::transcript::replay(&transcript, task.scenario, rules).expect("it plays");
    let turns = decisions(&session);
    let stands = |turn: usize| line.about(&attempt, turn).map(|said| said.stands);

    // Said before the run itself is there: it waits for it, and then follows.
    assert_eq!(line.disagree(&attempt, turns[0], "nobody talks so"), Ok(()));
    let told = until(
        || line.told(),
        |told| told.n_disagreed == 1 && told.n_waiting == 0,
    );
    assert_eq!(stands(turns[0]), Some(Stands::There));
    assert_eq!(told.stand.name.as_deref(), Some("Ana"));
    assert_eq!(told.stand.wall.as_deref(), Some("Ana"), "as it was typed");
    assert!(line.disagree(&attempt, turns[0], &"x".repeat(301)).is_err());
    // Where nothing was decided there is nothing to disagree about.
    let heard = (1..).find(|turn| !turns.contains(turn)).expect("a turn");
    assert_eq!(line.disagree(&attempt, heard, "I only listened"), Ok(()));
    until(|| stands(heard), |s| matches!(s, Some(Stands::Refused(_))));

    // While nobody answers: kept, also for a program that begins anew.
    drop(hosting);
    assert_eq!(line.disagree(&attempt, turns[1], "not here"), Ok(()));
    assert_eq!(line.disagree(&attempt, turns[0], ""), Ok(()));
    until(|| line.told(), |told| told.state == State::Silent);
    assert_eq!(stands(turns[1]), Some(Stands::Waiting));
    drop(line);
    let line = Line::begin(seat.clone(), folder.clone(), || {}).expect("a line");
    let said = line.about(&attempt, turns[1]).map(|said| said.why);
    assert_eq!(said.as_deref(), Some("not here"));
    let again = host(&data, address.port, None);
    line.look();
    until(|| line.told(), |told| told.n_disagreed >= 2);
    let all = || line.about_all(&attempt);
    let known = until(all, |all| all.iter().all(|s| s.stands != Stands::Waiting));
    let mine: Vec<_> = known.iter().map(|said| said.turn).collect();
    let mut expected = vec![turns[1], heard];
    expected.sort_unstable();
    assert_eq!(mine, expected, "the first is taken back");

    // On another computer, which learns it from the server, and nothing but that.
    let elsewhere = base.join("elsewhere");
    seat.keep_in(&elsewhere).expect("it is kept");
    let other = Line::begin(seat.clone(), elsewhere.clone(), || {}).expect("a line");
    assert_eq!(other.about_all(&attempt), []);
    other.recall(&attempt);
    let known = until(|| other.about_all(&attempt), |all| !all.is_empty());
    let known: Vec<_> = known.iter().map(|s| (s.turn, s.why.as_str())).collect();
    assert_eq!(known, [(turns[1], "not here")]);
    // Taken back there, it is gone here as soon as somebody looks.
    assert_eq!(other.disagree(&attempt, turns[1], ""), Ok(()));
    until(|| other.about_all(&attempt), Vec::is_empty);
    line.recall(&attempt);
    until(|| line.about(&attempt, turns[1]), Option::is_none);

    // Of a conversation that the server does not have.
    let nobodys = "00000000-0000-4000-8000-000000000000";
    assert_eq!(line.disagree(nobodys, 3, "not mine"), Ok(()));
    let said = until(
        || line.about(nobodys, 3).expect("it is kept"),
        |said| said.stands != Stands::Waiting,
    );
    assert!(
        said.words().contains("does not have this conversation"),
        "{said:?}"
    );
    drop((again, link));
    _ = fs::remove_dir_all(&base);
}

#[test]
fn what_the_wall_calls_somebody_follows_the_board() {
    let base = std::env::temp_dir().join(format!("satisfactometer-wall-{}", std::process::id()));
    _ = fs::remove_dir_all(&base);
    let folder = base.join("seat");
    let hosting = host(&base.join("server"), 0, Some(plan("late-part", 1, true)));
    let (_, _, seat) = sit_down(&hosting, "Ana");
    seat.keep_in(&folder).expect("it is kept");
    let nickname = seat.wall.clone().expect("it was told");
    assert_ne!(nickname, "Ana");
    let line = Line::begin(seat, folder.clone(), || {}).expect("a line");
    let wall = |line: &Line| line.told().stand.wall;
    until(|| wall(&line), |wall| wall.as_deref() == Some(&nickname));
    hosting
        .at_board(&AtBoard::ShowNames(true))
        .expect("it is said");
    until(|| wall(&line), |wall| wall.as_deref() == Some("Ana"));
    // Kept, so that it is known where nobody answers.
    let kept = || Seat::of(&folder).expect("a seat").expect("it is kept");
    let seat = until(kept, |seat| seat.wall.as_deref() == Some("Ana"));
    assert_eq!(
        seat.on_the_wall().as_deref(),
        Some("The wall shows that name.")
    );
    hosting
        .at_board(&AtBoard::ShowNames(false))
        .expect("it is said");
    let seat = until(kept, |seat| seat.wall.as_deref() == Some(&nickname));
    let said = seat.on_the_wall().expect("it is told");
    assert_eq!(said, format!("On the wall you are {nickname}."));

    // A seat that came back meanwhile is not put out by it.
    let mut back = seat.clone();
    back.token = "f".repeat(64);
    back.keep_in(&folder).expect("it is kept");
    hosting
        .at_board(&AtBoard::ShowNames(true))
        .expect("it is said");
    until(|| wall(&line), |wall| wall.as_deref() == Some("Ana"));
    assert_eq!(kept().token, back.token);
    drop(line);
    drop(hosting);
    _ = fs::remove_dir_all(&base);
}
