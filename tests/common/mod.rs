//! What several test files share: the scenarios of this repository, loaded, and
//! plays by chance. Holds nothing to be true by itself.
#![allow(dead_code, reason = "every test file uses its own part of this")]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;

use engine::load::load;
use engine::rng::Seed;
use engine::rules::Rules;
use engine::scenario::Scenario;
use engine::session::Session;
use engine::state::{Floor, Stance};

/// The inputs after which a play is taken to have no end; the rules cut them off far earlier.
pub const ENDLESS: usize = 2_000;

pub fn path(inside: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(inside)
}

pub fn base() -> String {
    fs::read_to_string(path("tests/data/check/base.ron")).expect("the base scenario is there")
}

/// The scenario of a text, which must be sound.
pub fn scenario(name: &str, text: &str) -> Arc<Scenario> {
    let loaded = load(name, text.as_bytes(), &Rules::current());
    Arc::new(
        loaded
            .scenario
            .unwrap_or_else(|| panic!("{name} does not load: {:#?}", loaded.findings.list)),
    )
}

/// The files of the shipped scenarios: file name and text.
pub fn shipped() -> Vec<(String, String)> {
    let mut files: Vec<_> = fs::read_dir(path("scenarios"))
        .expect("there are scenarios")
        .map(|entry| entry.expect("the folder can be read").path())
        .filter(|path| path.extension().is_some_and(|ext| ext == "ron"))
        .map(|path| {
            let name = path
                .file_name()
                .expect("it has a name")
                .to_string_lossy()
                .into_owned();
            (name, fs::read_to_string(&path).expect("scenarios are text"))
        })
        .collect();
    files.sort();
    assert!(files.len() >= 3, "the shipped scenarios are gone");
    files
}

/// The shipped scenarios and the base scenario of these tests.
pub fn all_scenarios() -> Vec<Arc<Scenario>> {
    let mut all: Vec<_> = shipped()
        .iter()
        .map(|(name, text)| scenario(name, text))
        .collect();
    all.push(scenario("base.ron", &base()));
    all
}

/// Chance for tests: the same for the same beginning, and not the engine's own.
pub struct Chance(u64);

impl Chance {
    pub fn new(beginning: u64) -> Self {
        Chance(beginning.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 20) as usize % n
    }
}

/// Plays by chance to an ending, with a look at the session after every input.
pub fn play_by_chance(
    scenario: &Arc<Scenario>,
    seed: u64,
    mut look: impl FnMut(&Session),
) -> Session {
    let mut session = Session::begin(Arc::clone(scenario), Rules::current(), Seed::new(seed));
    let mut chance = Chance::new(seed);
    while session.floor() != Floor::Ended {
        // Half of the readings that are asked for are made.
        if session.asks_reading() && chance.below(2) == 0 {
            let step = chance.below(7) as u8 + 1;
            session.mark(step).expect("it is asked for");
        }
        let choices = session.choices();
        assert!(
            !choices.is_empty(),
            "{}: nothing to do at `{}`",
            scenario.id(),
            session.beat_key()
        );
        let action = choices[chance.below(choices.len())].action.clone();
        let stance = Stance::ALL[chance.below(9)];
        session
            .apply(&action, stance)
            .expect("what is on offer is possible");
        look(&session);
        assert!(
            session.turns().len() < ENDLESS,
            "{} with seed {seed} does not end",
            scenario.id()
        );
    }
    assert!(session.ending().is_some());
    session
}

/// A folder of its own for one test, empty at its beginning.
pub fn folder(area: &str, name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(area).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder for the test");
    folder
}

/// Runs this program in a folder that is its whole world.
pub fn satisfactometer(home: &Path, args: &[&str]) -> Output {
    typed(home, args, "")
}

/// The same with these keys, which end when it has read them all.
pub fn typed(home: &Path, args: &[&str], keys: &str) -> Output {
    let mut child = started(home, args);
    let mut input = child.stdin.take().expect("an input");
    // It stops reading when it has what it needs.
    _ = input.write_all(keys.as_bytes());
    drop(input);
    child.wait_with_output().expect("it ends")
}

/// The program as it waits for keys.
pub fn started(home: &Path, args: &[&str]) -> Child {
    in_its_world(home, env!("CARGO_BIN_EXE_satisfactometer"), args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs")
}

/// Runs a command that this program has printed.
pub fn run_printed(home: &Path, command: &str) -> Output {
    let command = command.replacen("satisfactometer", "\"$satisfactometer\"", 1);
    in_its_world(home, "sh", &["-c", &command])
        .stdin(Stdio::null())
        .output()
        .expect("the program runs")
}

fn in_its_world(home: &Path, program: &str, args: &[&str]) -> Command {
    let mut command = Command::new(program);
    command
        .args(args)
        .current_dir(home)
        .env_remove("HOME")
        .env("XDG_DATA_HOME", home.join("data"))
        .env("TZ", "UTC")
        .env("satisfactometer", env!("CARGO_BIN_EXE_satisfactometer"));
    command
}
