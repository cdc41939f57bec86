//! What was tried out after a run: talks that leave it, or one another, at some
//! turn and go on otherwise with the same customer and seed. They are kept in a
//! file of their own beside the run and never count: the run itself is only read.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use engine::rng::Seed;
use engine::session::{Action, Session};
use engine::state::{Face, Stance, Voice};
use serde::{Deserialize, Serialize};

use super::library::read_bounded;
use super::whole_file::write_whole;

/// What the file's name ends with.
pub const EXTENSION: &str = "whatif";
/// What the file's `format` says.
pub const FORMAT: &str = "satisfactometer-what-if";
/// The version of the file's form.
const SCHEMA: u64 = 1;
/// Most what-ifs of one run.
pub const MOST: usize = 64;
/// Most characters of a name.
pub const LONGEST_NAME: usize = 60;

/// Where a what-if leaves another talk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The what-if it leaves, by number; the run itself if none.
    pub parent: Option<usize>,
    /// So many inputs are the same.
    pub at: usize,
}

/// A talk that was tried out.
#[derive(Clone, Debug)]
pub struct Fork {
    /// What the trainee calls it.
    pub name: String,
    /// Where it came from.
    pub origin: Origin,
    /// The whole talk, from its first word.
    pub session: Session,
    /// Whether it is to be kept on disk.
    pub kept: bool,
}

/// A run and what was tried out after it.
#[derive(Clone, Debug)]
pub struct Forks {
    run: Session,
    list: Vec<Fork>,
}

impl Forks {
    /// A run after which nothing was tried out.
    pub fn of(run: Session) -> Self {
        Forks {
            run,
            list: Vec::new(),
        }
    }

    /// The run itself.
    pub fn run(&self) -> &Session {
        &self.run
    }

    /// The what-ifs, in the order in which they were tried.
    pub fn list(&self) -> &[Fork] {
        &self.list
    }

    /// One of the what-ifs.
    pub fn get(&self, n: usize) -> Option<&Fork> {
        self.list.get(n)
    }

    /// A talk: a what-if by its number, or the run.
    pub fn talk(&self, n: Option<usize>) -> &Session {
        n.and_then(|n| self.list.get(n))
            .map_or(&self.run, |fork| &fork.session)
    }

    /// The talk up to where it is left, played again.
    pub fn leave(&self, origin: Origin) -> Session {
        again(self.talk(origin.parent), origin.at)
    }

    /// Whether there is room for another what-if.
    pub fn is_full(&self) -> bool {
        self.list.len() >= MOST
    }

    /// Takes in a talk that was tried out; says its number. None if it went no
    /// further than where it left, or there is no room.
    pub fn adopt(&mut self, origin: Origin, session: Session) -> Option<usize> {
        if session.turns().len() <= origin.at || self.is_full() {
            return None;
        }
        self.list.push(Fork {
            name: first_words(&session, origin.at),
            origin,
            session,
            kept: false,
        });
        Some(self.list.len() - 1)
    }

    /// Gives a what-if another name; an empty one leaves it as it is.
    pub fn rename(&mut self, n: usize, name: &str) {
        let name = clean(name);
        if let Some(fork) = self.list.get_mut(n).filter(|_| !name.is_empty()) {
            fork.name = name;
        }
    }

    /// Says whether a what-if is to be kept.
    pub fn set_kept(&mut self, n: usize, kept: bool) {
        if let Some(fork) = self.list.get_mut(n) {
            fork.kept = kept;
        }
    }

    /// Forgets a what-if. Those that left it now leave what it had left.
    pub fn forget(&mut self, n: usize) {
        if n >= self.list.len() {
            return;
        }
        let gone = self.list.remove(n);
        let up = gone.origin.parent;
        for m in 0..self.list.len() {
            let origin = self.list[m].origin;
            if origin.parent == Some(n) {
                let at = shared(self.talk(up), &self.list[m].session);
                self.list[m].origin = Origin { parent: up, at };
            } else if origin.parent.is_some_and(|parent| parent > n) {
                self.list[m].origin.parent = origin.parent.map(|parent| parent - 1);
            }
        }
    }

    /// How many inputs two talks have in common.
    pub fn shared(a: &Session, b: &Session) -> usize {
        shared(a, b)
    }

    /// How deep a what-if is nested: 1 if it leaves the run.
    pub fn depth(&self, n: usize) -> usize {
        let mut depth = 1;
        let mut at = n;
        while let Some(parent) = self.list.get(at).and_then(|fork| fork.origin.parent) {
            depth += 1;
            at = parent;
        }
        depth
    }

    /// Writes those that are to be kept beside the run in `run`, a file; without
    /// any the file goes.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn save(&self, run: &Path) -> anyhow::Result<()> {
        let mut kept = self.clone();
        while let Some(n) = kept.list.iter().position(|fork| !fork.kept) {
            kept.forget(n);
        }
        let path = beside(run);
        if kept.list.is_empty() {
            return match std::fs::remove_file(&path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    Err(error).with_context(|| format!("cannot remove {}", path.display()))
                }
                _ => Ok(()),
            };
        }
        let name = run.file_name().unwrap_or_default().to_string_lossy();
        let text = serde_json::to_string_pretty(&kept.written(&name))?;
        write_whole(&path, &format!("{text}\n"))
    }

    fn written(&self, run: &str) -> File {
        let scenario = self.run.scenario();
        File {
            format: FORMAT.to_owned(),
            schema: SCHEMA,
            run: run.to_owned(),
            scenario: scenario.id().to_owned(),
            mechanics: scenario.mechanics().to_string(),
            rules: self.run.rules().version(),
            seed: self.run.seed(),
            forks: self.list.iter().map(kept).collect(),
        }
    }

    /// A run with what was kept beside it in `path`, a file of the run. Says of
    /// each that cannot be played again why.
    ///
    /// # Errors
    /// When there is a file and it cannot be read, or it belongs to another run.
    pub fn open(run: Session, path: &Path) -> anyhow::Result<(Self, Vec<String>)> {
        let path = beside(path);
        let mut forks = Forks::of(run);
        if !path.exists() {
            return Ok((forks, Vec::new()));
        }
        let file = read(&path)?;
        let troubles = forks
            .take(file)
            .with_context(|| path.display().to_string())?;
        Ok((forks, troubles))
    }

    /// Takes in what a file holds.
    fn take(&mut self, file: File) -> anyhow::Result<Vec<String>> {
        let scenario = self.run.scenario();
        let fits = file.scenario == scenario.id()
            && file.mechanics == scenario.mechanics().to_string()
            && file.rules == self.run.rules().version()
            && file.seed == self.run.seed();
        if !fits {
            bail!("these what-ifs belong to another run");
        }
        let mut troubles = Vec::new();
        // Where each of the file stands here, if it could be played.
        let mut places: Vec<Option<usize>> = Vec::new();
        for kept in file.forks {
            let parent = kept.parent.and_then(|n| places.get(n).copied().flatten());
            let name = clean(&kept.name);
            let place = match self.play(&kept.inputs) {
                Ok(session) => {
                    // Counted anew: a parent may be missing, a number be wrong.
                    let at = shared(self.talk(parent), &session);
                    self.adopt(Origin { parent, at }, session)
                }
                Err(why) => {
                    troubles.push(format!("“{name}” cannot be played again: {why}"));
                    None
                }
            };
            if let Some(n) = place {
                self.rename(n, &name);
                self.set_kept(n, true);
            }
            places.push(place);
        }
        Ok(troubles)
    }

    fn play(&self, inputs: &[KeptInput]) -> Result<Session, engine::session::Illegal> {
        let mut session = again(&self.run, 0);
        for input in inputs {
            let stance = Stance {
                voice: input.voice,
                face: input.face,
            };
            session.apply(&input.action, stance)?;
        }
        Ok(session)
    }
}

/// The file of what-ifs beside a file of a run.
pub fn beside(run: &Path) -> PathBuf {
    run.with_extension(EXTENSION)
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: String,
    schema: u64,
    /// Name of the run's file.
    run: String,
    scenario: String,
    mechanics: String,
    rules: String,
    seed: Seed,
    forks: Vec<Kept>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    name: String,
    /// Number of another one in the file, from 0; the run if none.
    parent: Option<usize>,
    at: usize,
    inputs: Vec<KeptInput>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeptInput {
    #[serde(rename = "do")]
    action: Action,
    voice: Voice,
    face: Face,
}

fn kept(fork: &Fork) -> Kept {
    Kept {
        name: fork.name.clone(),
        parent: fork.origin.parent,
        at: fork.origin.at,
        inputs: fork
            .session
            .turns()
            .iter()
            .map(|turn| KeptInput {
                action: turn.action.clone(),
                voice: turn.input.stance.voice,
                face: turn.input.stance.face,
            })
            .collect(),
    }
}

fn read(path: &Path) -> anyhow::Result<File> {
    let bytes = read_bounded(path)?;
    let file: File = serde_json::from_slice(&bytes)
        .with_context(|| format!("{} holds no what-ifs", path.display()))?;
    if file.format != FORMAT {
        bail!("{} holds no what-ifs", path.display());
    }
    if file.schema > SCHEMA {
        bail!(
            "{} was written by a newer release, with schema {}",
            path.display(),
            file.schema
        );
    }
    Ok(file)
}

/// The first `n` inputs of a session, played again from its first word.
pub fn again(session: &Session, n: usize) -> Session {
    let mut fresh = Session::begin(
        session.scenario().clone(),
        session.rules().clone(),
        session.seed(),
    );
    for turn in session.turns().iter().take(n) {
        // What was possible once is possible again.
        if fresh.apply(&turn.action, turn.input.stance).is_err() {
            break;
        }
    }
    fresh
}

/// How many inputs two talks have in common.
fn shared(a: &Session, b: &Session) -> usize {
    let same = |(a, b): &(&engine::session::Turn, &engine::session::Turn)| a.input == b.input;
    a.turns().iter().zip(b.turns()).take_while(same).count()
}

/// What a what-if is called before somebody names it: where it leaves, and how.
fn first_words(session: &Session, at: usize) -> String {
    let step = at + 1;
    let turns = &session.turns()[at.min(session.turns().len())..];
    let said = turns.iter().find_map(|turn| turn.said.as_deref());
    match (turns.first().map(|turn| &turn.action), said) {
        (Some(Action::CutIn), _) => format!("Step {step}: cut in"),
        (Some(Action::Pause), _) => format!("Step {step}: say nothing"),
        (_, Some(words)) => {
            let words = words.replace('*', "");
            let cut: String = words.chars().take(28).collect();
            let more = if cut.len() < words.len() { "…" } else { "" };
            format!("Step {step}: {}{more}", cut.trim_end())
        }
        _ => format!("Step {step}: listen"),
    }
}

/// A name as it may be kept: one line, not too long.
fn clean(name: &str) -> String {
    let kept: String = name.chars().filter(|c| !c.is_control()).collect();
    kept.trim().chars().take(LONGEST_NAME).collect()
}

/// Whether a text is a file of what-ifs, for whoever takes it for a run.
pub fn is_one(text: &str) -> bool {
    let head: String = text.chars().take(200).collect();
    head.contains(FORMAT)
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use engine::load::load;
    use engine::rules::Rules;
    use engine::state::Floor;

    use super::*;
    use crate::desk::library::{BUILT_IN, fresh_bits};

    fn play(session: &mut Session, n: usize, pick: impl Fn(usize, usize) -> usize) {
        while session.floor() != Floor::Ended && session.turns().len() < n {
            let choices = session.choices();
            let choice = &choices[pick(session.turns().len(), choices.len()) % choices.len()];
            let stance = Stance::ALL[session.turns().len() % 9];
            session.apply(&choice.action, stance).expect("it is legal");
        }
    }

    fn run() -> Session {
        let (name, text) = BUILT_IN[0];
        let rules = Rules::current();
        let loaded = load(name, text.as_bytes(), &rules);
        let scenario = loaded.scenario.expect("it is sound").into();
        let seed = Seed::from_str("0000000G").expect("a seed");
        let mut session = Session::begin(scenario, rules, seed);
        play(&mut session, 40, |_, _| 0);
        session
    }

    fn tried() -> Forks {
        let mut forks = Forks::of(run());
        let first = Origin {
            parent: None,
            at: 5,
        };
        let mut session = forks.leave(first);
        play(&mut session, 12, |_, n| n - 1);
        let n = forks.adopt(first, session).expect("it went on");
        let second = Origin {
            parent: Some(n),
            at: 9,
        };
        let mut session = forks.leave(second);
        play(&mut session, 14, |_, _| 1);
        forks.adopt(second, session).expect("it went on");
        forks
    }

    #[test]
    fn a_what_if_is_the_same_talk_up_to_where_it_leaves() {
        let forks = tried();
        let (run, first, second) = (forks.talk(None), forks.talk(Some(0)), forks.talk(Some(1)));
        for (a, b) in run.turns().iter().zip(first.turns()).take(5) {
            assert_eq!((a.digest, &a.events), (b.digest, &b.events));
        }
        assert!(shared(first, second) >= 9 && shared(run, first) >= 5);
        assert_eq!((forks.depth(0), forks.depth(1)), (1, 2));
    }

    #[test]
    fn one_that_goes_nowhere_is_none() {
        let mut forks = tried();
        let origin = Origin {
            parent: None,
            at: 4,
        };
        let session = forks.leave(origin);
        assert_eq!(forks.adopt(origin, session), None);
    }

    #[test]
    fn what_is_kept_comes_back_and_the_run_is_not_touched() {
        let folder = std::env::temp_dir().join(format!("sat-whatif-{:x}", fresh_bits()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let path = folder.join("a.sfa");
        let mut forks = tried();
        forks.rename(1, "  softer,\n later ");
        forks.set_kept(1, true);
        forks.save(&path).expect("it is written");
        assert!(!path.exists(), "the run's own file is nobody's business");
        let text = std::fs::read_to_string(beside(&path)).expect("there is a file");
        assert!(is_one(&text) && engine::transcript::Transcript::read(&text).is_err());

        let (back, troubles) = Forks::open(run(), &path).expect("it is read");
        assert_eq!(troubles, Vec::<String>::new());
        assert_eq!(back.list().len(), 1, "the other was not to be kept");
        let fork = &back.list()[0];
        assert_eq!(fork.name, "softer, later");
        assert_eq!(fork.origin.parent, None, "what it had left was not kept");
        assert_eq!(
            fork.session.state().digest(),
            forks.talk(Some(1)).state().digest()
        );

        forks.forget(1);
        forks.save(&path).expect("it is written");
        assert!(!beside(&path).exists(), "nothing is left to keep");
        std::fs::remove_dir_all(&folder).expect("it is there");
    }

    #[test]
    fn a_changed_or_foreign_file_is_told_and_nothing_panics() {
        let folder = std::env::temp_dir().join(format!("sat-whatif-{:x}", fresh_bits()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let path = folder.join("a.sfa");
        let mut forks = tried();
        (0..2).for_each(|n| forks.set_kept(n, true));
        forks.save(&path).expect("it is written");
        let text = std::fs::read_to_string(beside(&path)).expect("there is a file");
        let open = |text: &str| {
            std::fs::write(beside(&path), text).expect("it can be written");
            Forks::open(run(), &path).map_err(|error| format!("{error:#}"))
        };
        let (some, troubles) =
            open(&text.replacen("\"listen\"", "\"pause\"", 1)).expect("it is read");
        assert_eq!((some.list().len(), troubles.len()), (1, 1), "{troubles:?}");
        assert!(troubles[0].contains("cannot be played again"));
        let other = open(&text.replace("0000000G", "0000000H"));
        assert!(other.is_err_and(|why| why.contains("another run")));
        assert!(open(&text.replace("\"schema\": 1", "\"schema\": 9")).is_err());
        assert!(open("{").is_err());
        let (some, _) = open(&text.replace("\"parent\": 0", "\"parent\": 7")).expect("it is read");
        assert_eq!(some.list()[1].origin.parent, None);
        std::fs::remove_dir_all(&folder).expect("it is there");
    }

    #[test]
    fn who_left_a_forgotten_one_leaves_what_it_had_left() {
        let mut forks = tried();
        let before = forks.talk(Some(1)).state().digest();
        forks.forget(0);
        let fork = &forks.list()[0];
        assert_eq!(fork.origin.parent, None);
        assert_eq!(fork.origin.at, shared(forks.run(), &fork.session));
        assert_eq!(fork.session.state().digest(), before);
    }
}
