//! A trainee's own disk that takes no more in the midst of a run: the play goes on, it is
//! said at once and with the path, and nothing of it is lost.

mod server;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use server::program::Player;
use server::{Server, folder};

/// The program, to which too large a file is an error, as a full disk is, and not the end.
fn started(args: &[&str]) -> Player {
    let program = env!("CARGO_BIN_EXE_satisfactometer");
    let child = Command::new("sh")
        .args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\"", program])
        .args(args)
        .env_remove("HOME")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    Player::of(child.expect("the program runs"))
}

/// From now on no file of its process may be larger.
fn limit(player: &Player, bytes: &str) {
    let done = Command::new("prlimit")
        .args(["--pid", &player.id().to_string()])
        .arg(format!("--fsize={bytes}:unlimited"))
        .status();
    assert!(done.expect("it is a part of every Debian").success());
}

/// The run in a folder, once there is one.
fn run(folder: &Path) -> Option<PathBuf> {
    let entries = fs::read_dir(folder).ok()?;
    let mut paths = entries.map(|entry| entry.expect("an entry").path());
    paths.find(|path| path.extension().is_some_and(|ext| ext == "sfa"))
}

fn n_lines(folder: &Path) -> usize {
    let text = run(folder).map(|run| fs::read_to_string(run).expect("text"));
    text.map_or(0, |text| text.lines().count())
}

/// Listens, says the first line, and waits until what comes of it was shown.
fn plays_once(player: &mut Player) {
    let (begun, before) = (Instant::now(), player.said().len());
    player.types("\n1\n");
    let (mut last, mut since) = (before, Instant::now());
    while last == before || since.elapsed() < Duration::from_millis(150) {
        assert!(
            begun.elapsed() < Duration::from_secs(60),
            "{}",
            player.said()
        );
        std::thread::sleep(Duration::from_millis(10));
        let now = player.said().len();
        if now != last {
            (last, since) = (now, Instant::now());
        }
    }
}

/// Plays some inputs, and then nothing more goes to disk.
fn plays_until_it_is_full(player: &mut Player, folder: &Path) -> PathBuf {
    // Nothing is typed ahead: it would be played before there is no room.
    while n_lines(folder) <= 3 {
        plays_once(player);
    }
    let path = run(folder).expect("a run");
    let bytes = fs::metadata(&path).expect("it is there").len();
    limit(player, &bytes.to_string());
    let why = format!("therunisnotbeingsaved:cannotwrite{}", path.display());
    // Lines are broken where the terminal ends.
    let said = |player: &Player| -> String {
        let said = player.said();
        said.chars().filter(|c| !c.is_whitespace()).collect()
    };
    for _ in 0..200 {
        if said(player).contains(&why) {
            return path;
        }
        plays_once(player);
    }
    panic!("nothing is said of {why}: {}", player.said());
}

#[test]
fn a_run_of_a_class_is_handed_in_from_memory() {
    let (home, mine) = (folder("full-disk"), folder("full-disk-ana"));
    let server = Server::start(&home, &["late-part", "--open"]);
    let cookie = server.enter();
    let class = server.class(&cookie);
    let at = mine.to_str().expect("a plain path");
    let args = ["join", &server.game, &server.code, "--as", "Ana"];
    let args = [&args[..], &["--words", &server.words, "--folder", at]].concat();
    let mut ana = started(&args);
    ana.hears("The class has not begun");
    assert_eq!(server.state(&cookie, &class, "running").status, 303);
    let path = plays_until_it_is_full(&mut ana, &mine);
    let words = ana.said();
    let export = format!("/classes/{class}/export/attempts.csv");
    ana.plays_until(|| server.see(&cookie, &export).body.lines().count() > 1);
    let (code, said) = ana.ends();
    assert_eq!(code, Some(0), "{said}");
    assert!(words.contains("it is held in memory"), "{words}");
    assert!(
        said.contains("It could not be saved on this computer."),
        "{said}"
    );
    assert_eq!(said.matches("Encounter 1 of 1").count(), 1, "{said}");
    let kept = fs::read_to_string(&path).expect("text");
    assert!(!kept.contains("\"end\":"), "the disk did not have it");
    let attempts = server.see(&cookie, &export).body;
    let row = attempts.lines().nth(1).expect("a row");
    assert!(row.starts_with("Ana,late-part,1,verified,"), "{attempts}");

    // The file that is cut short is not played again when there is room.
    let again = ["--words", server.words.as_str()];
    let (code, said) = Player::join(&mine, &server.game, &again).ends();
    assert_eq!(code, Some(0), "{said}");
    assert!(!said.contains("Encounter 1 of 1"), "{said}");
    assert!(said.contains("The debriefs open when"), "{said}");
}

#[test]
fn homework_is_saved_as_soon_as_there_is_room() {
    let home = folder("full-disk-homework");
    let program = |args: &[&str]| {
        let done = Command::new(env!("CARGO_BIN_EXE_satisfactometer"))
            .args(args)
            .current_dir(&home)
            .output();
        server::program::told(done.expect("the program runs"))
    };
    let (code, said) = program(&["assign", "late-part", "--out", "w.assignment"]);
    assert_eq!(code, Some(0), "{said}");
    let (file, runs) = (home.join("w.assignment"), home.join("back"));
    let [file, back] = [&file, &runs].map(|path| path.to_str().expect("a plain path"));
    let play = ["play", "--text", "--assignment", file];
    let play = [&play[..], &["--as", "Ana", "--runs", back]].concat();

    // There is room again in the midst of it: all of it is written then.
    let mut ana = started(&play);
    plays_until_it_is_full(&mut ana, &runs);
    let n_before = n_lines(&runs);
    limit(&ana, "unlimited");
    ana.plays_until(|| n_lines(&runs) > n_before + 2);
    assert!(
        ana.said().contains("The run is saved again"),
        "{}",
        ana.said()
    );
    ana.plays_until(|| has_ended(&runs));
    ana.crashes();
    let (code, said) = program(&["results", back, "--assignment", file]);
    assert_eq!(code, Some(0), "{said}");
    fs::remove_dir_all(&runs).expect("it is ours");

    // There is none until the end: it is asked for.
    let mut ana = started(&play);
    let path = plays_until_it_is_full(&mut ana, &runs);
    let asks = "Make room there and press Enter to try again";
    for _ in 0..600 {
        if ana.said().contains(asks) {
            break;
        }
        ana.types("\n1\n");
        std::thread::sleep(Duration::from_millis(50));
    }
    ana.hears(asks);
    assert!(!has_ended(&runs));
    limit(&ana, "unlimited");
    ana.plays_until(|| has_ended(&runs));
    ana.hears("The run is saved again, all of it.");
    ana.crashes();
    assert!(path.exists(), "it is the file it was");
    let (code, said) = program(&["results", back, "--assignment", file]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("1 attempt"), "{said}");
}

fn has_ended(runs: &Path) -> bool {
    let text = run(runs).map(|run| fs::read_to_string(run).expect("text"));
    text.is_some_and(|text| text.contains("\"end\":"))
}
