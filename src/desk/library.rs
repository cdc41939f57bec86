//! The library: built-in scenarios, those of the user's folder, and those of a
//! folder named on the command line. Reads files; checking is the engine's.

use std::ffi::OsStr;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, anyhow, bail};
use engine::diagnostic::Severity;
use engine::house::House;
use engine::length::Length;
use engine::load::findings::Findings;
use engine::load::house::{LoadedHouse, load_house};
use engine::load::{Loaded, load, load_in};
use engine::rng::Seed;
use engine::rules::Rules;
use engine::scenario::Scenario;
use engine::scenario::written::Place;

use super::plain::plain;

/// The scenarios inside the program: file name and text.
pub const BUILT_IN: &[(&str, &str)] = &[
    (
        "third-visit.ron",
        include_str!("../../scenarios/third-visit.ron"),
    ),
    (
        "late-part.ron",
        include_str!("../../scenarios/late-part.ron"),
    ),
    (
        "write-it-higher.ron",
        include_str!("../../scenarios/write-it-higher.ron"),
    ),
];

/// The text of a scenario inside the program.
#[cfg(feature = "game")]
pub fn built_in_text(id: &str) -> Option<&'static str> {
    let file = format!("{id}.ron");
    let mut all = BUILT_IN.iter();
    all.find(|(name, _)| *name == file).map(|(_, text)| *text)
}

/// Largest file that is read, bytes.
pub const MAX_FILE: u64 = 8 << 20;

/// A scenario and where it came from.
#[derive(Clone)]
pub struct Entry {
    /// The scenario.
    pub scenario: Arc<Scenario>,
    /// Its file, unless it is built in.
    pub path: Option<PathBuf>,
}

/// A file of a folder that cannot be played, and why.
#[derive(Clone)]
pub struct Refused {
    /// The file.
    pub path: PathBuf,
    /// One sentence.
    pub why: String,
}

/// All scenarios that can be played, by title order of the built-in ones first.
#[derive(Clone, Default)]
pub struct Library {
    /// The scenarios; of two with one id the later found stands.
    pub entries: Vec<Entry>,
    /// Files that cannot be played.
    pub refused: Vec<Refused>,
}

impl Library {
    /// Opens the built-in scenarios, those of the user's folder and those of `extra`.
    ///
    /// # Errors
    /// When a built-in one is broken, or `extra` cannot be read.
    pub fn open(extra: Option<&Path>) -> anyhow::Result<Self> {
        let mut library = Library::default();
        for (name, text) in BUILT_IN {
            let loaded = load(name, text.as_bytes(), &Rules::current());
            let scenario = loaded
                .scenario
                .ok_or_else(|| anyhow!("the built-in scenario {name} is broken"))?;
            library.entries.push(Entry {
                scenario: Arc::new(scenario),
                path: None,
            });
        }
        if let Some(folder) = own_folder() {
            // One's own folder is always looked at; that it cannot be read must not stop the rest.
            if let Err(why) = library.add_folder(&folder) {
                library.refused.push(Refused {
                    path: folder,
                    why: format!("{why:#}"),
                });
            }
        }
        if let Some(folder) = extra {
            library.add_folder(folder)?;
        }
        Ok(library)
    }

    /// Keeps, of the scenarios whose file is refused now, what `earlier` had of it.
    /// For files that are being written on while the game is open.
    #[must_use]
    #[cfg(feature = "game")]
    pub fn or_earlier(mut self, earlier: &Library) -> Self {
        for (n, entry) in earlier.entries.iter().enumerate() {
            let broken = |refused: &Refused| entry.path.as_ref() == Some(&refused.path);
            let id = entry.scenario.id();
            let from_file = |e: &Entry| e.scenario.id() == id && e.path.is_some();
            if self.refused.iter().any(broken) && !self.entries.iter().any(from_file) {
                // The built-in one of this id, which the file stood before.
                self.entries.retain(|other| other.scenario.id() != id);
                self.entries
                    .insert(n.min(self.entries.len()), entry.clone());
            }
        }
        self
    }

    fn add_folder(&mut self, folder: &Path) -> anyhow::Result<()> {
        let house = self.add_house(folder);
        for path in scenario_files(folder)? {
            match read_scenario(&path, house.as_ref()) {
                Ok(scenario) => {
                    self.entries
                        .retain(|entry| entry.scenario.id() != scenario.id());
                    self.entries.push(Entry {
                        scenario: Arc::new(scenario),
                        path: Some(path),
                    });
                }
                Err(why) => self.refused.push(Refused {
                    path,
                    why: format!("{why:#}"),
                }),
            }
        }
        Ok(())
    }

    /// The scenario with this id, if there is one.
    pub fn scenario(&self, id: &str) -> Option<Arc<Scenario>> {
        self.find(id).ok().map(|entry| Arc::clone(&entry.scenario))
    }

    /// The house of a folder; one that cannot be used is listed, and its scenarios
    /// are played without it.
    fn add_house(&mut self, folder: &Path) -> Option<Arc<House>> {
        let path = house_file(folder)?;
        let why = match load_house_file(&path) {
            Ok(LoadedHouse {
                house: Some(house), ..
            }) => return Some(Arc::new(house)),
            Ok(loaded) => first_error(&loaded.findings, &path),
            Err(why) => format!("{why:#}"),
        };
        self.refused.push(Refused { path, why });
        None
    }

    /// The entry with this id.
    ///
    /// # Errors
    /// When there is none; the message lists what there is.
    pub fn find(&self, id: &str) -> anyhow::Result<&Entry> {
        self.entries
            .iter()
            .find(|entry| entry.scenario.id() == id)
            .ok_or_else(|| self.not_found(id))
    }

    /// Why there is no scenario of this id: its file is faulty, lies in a folder that
    /// was not named, or is nowhere.
    fn not_found(&self, id: &str) -> anyhow::Error {
        let stem = id.strip_suffix(".ron").unwrap_or(id);
        let is_it = |refused: &&Refused| refused.path.file_stem().is_some_and(|s| s == stem);
        if let Some(refused) = self.refused.iter().find(is_it) {
            let shown = refused.path.display();
            return anyhow!("{shown} cannot be played; `satisfactometer check {shown}` says why");
        }
        let known: Vec<_> = self
            .entries
            .iter()
            .map(|entry| entry.scenario.id())
            .collect();
        let file = Path::new(stem).with_extension("ron");
        let hint = match (file.file_stem().and_then(OsStr::to_str), file.is_file()) {
            (Some(name), true) => {
                let folder = file.parent().filter(|p| !p.as_os_str().is_empty());
                let folder = folder.unwrap_or(Path::new("."));
                format!(
                    "; the file is played by `{name} --scenarios {}`",
                    folder.display()
                )
            }
            _ => String::new(),
        };
        let known = known.join(", ");
        anyhow!("no scenario is called `{id}`; there are: {known}{hint}")
    }
}

/// The user's own scenarios, if that folder is there.
pub fn own_folder() -> Option<PathBuf> {
    user_folder("scenarios").filter(|folder| folder.is_dir())
}

/// The scenario files of a folder, sorted by name.
///
/// # Errors
/// When the folder cannot be read.
pub fn scenario_files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)
        .with_context(|| format!("cannot read the folder {}", folder.display()))?;
    let mut paths: Vec<PathBuf> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|ext| ext == "ron") && !is_translation(path))
        .collect();
    paths.sort();
    Ok(paths)
}

/// Whether a file is a translation, `ID.LANG.ron`, or the house's own rules.
fn is_translation(path: &Path) -> bool {
    path.file_stem()
        .is_some_and(|stem| stem == "house" || Path::new(stem).extension().is_some())
}

/// Reads a whole file once, within bounds.
///
/// # Errors
/// When it is no regular file, too large, or cannot be read.
pub fn read_bounded(path: &Path) -> anyhow::Result<Vec<u8>> {
    read_within(path, MAX_FILE)
}

/// The same within bounds of one's own, bytes.
///
/// # Errors
/// As [`read_bounded`].
pub fn read_within(path: &Path, most: u64) -> anyhow::Result<Vec<u8>> {
    let shown = path.display();
    let meta = fs::metadata(path).with_context(|| format!("cannot read {shown}"))?;
    if !meta.is_file() {
        bail!("{shown} is not a regular file");
    }
    let file = fs::File::open(path).with_context(|| format!("cannot open {shown}"))?;
    let mut bytes = Vec::new();
    file.take(most + 1)
        .read_to_end(&mut bytes)
        .with_context(|| format!("cannot read {shown}"))?;
    if bytes.len() as u64 > most {
        bail!(
            "{shown} is larger than {} MiB, the most that is read",
            most >> 20
        );
    }
    Ok(bytes)
}

/// The file of a folder's house, if there is one.
pub fn house_file(folder: &Path) -> Option<PathBuf> {
    Some(folder.join("house.ron")).filter(|path| path.exists())
}

/// Reads and checks the house's own rules.
///
/// # Errors
/// When the file cannot be read.
pub fn load_house_file(path: &Path) -> anyhow::Result<LoadedHouse> {
    Ok(load_house(&read_bounded(path)?))
}

/// Reads and checks one file, as a scenario of the house it lies beside.
///
/// # Errors
/// When it cannot be read, or is that house.
pub fn load_file(path: &Path) -> anyhow::Result<Loaded> {
    if path.file_name().is_some_and(|name| name == "house.ron") {
        bail!(
            "{} holds the house's own rules and is no scenario; name one that lies beside it",
            path.display()
        );
    }
    let beside = path.parent().and_then(house_file);
    let house = beside.and_then(|path| load_house_file(&path).ok()?.house);
    load_file_in(path, house.map(Arc::new).as_ref())
}

fn load_file_in(path: &Path, house: Option<&Arc<House>>) -> anyhow::Result<Loaded> {
    let bytes = read_bounded(path)?;
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    Ok(load_in(house, &name, &bytes, &Rules::current()))
}

fn read_scenario(path: &Path, house: Option<&Arc<House>>) -> anyhow::Result<Scenario> {
    let loaded = load_file_in(path, house)?;
    let why = first_error(&loaded.findings, path);
    loaded.scenario.ok_or_else(|| anyhow!(why))
}

/// What keeps a file from being used, in one sentence.
fn first_error(findings: &Findings, path: &Path) -> String {
    let mut errors = findings
        .list
        .iter()
        .filter(|d| d.severity == Severity::Error);
    let first = errors.next().map_or("it is empty", |d| d.message.as_str());
    let others = match errors.count() {
        0 => String::new(),
        n => format!(" (and {n} more)"),
    };
    format!(
        "{first}{others}; see `satisfactometer check {}`",
        path.display()
    )
}

/// A folder of the user's data, if the system has such a place.
pub fn user_folder(name: &str) -> Option<PathBuf> {
    directories::ProjectDirs::from("org", "Satisfactometer", "Satisfactometer")
        .map(|dirs| dirs.data_dir().join(name))
}

/// A fresh seed. The standard library seeds its hash maps from the system; that
/// is random enough to make two plays differ, and no secret hangs on it.
pub fn fresh_seed() -> Seed {
    Seed::new(fresh_bits())
}

/// 64 bits that differ from call to call.
pub fn fresh_bits() -> u64 {
    use std::hash::{BuildHasher, Hasher};
    let mut hasher = std::collections::hash_map::RandomState::new().build_hasher();
    hasher.write_u8(0);
    hasher.finish()
}

/// Where a scenario takes place, in words.
pub fn place_words(place: Place) -> &'static str {
    match place {
        Place::Counter => "At the counter",
        Place::Phone => "On the phone",
        Place::FollowUp => "A call back",
    }
}

/// How long a talk of a scenario usually takes, in words.
pub fn about_minutes(scenario: &Arc<Scenario>, rules: &Arc<Rules>) -> String {
    match Length::usual_minutes(scenario, rules) {
        0 | 1 => "about a minute".to_owned(),
        n => format!("about {n} minutes"),
    }
}

/// Prints the scenarios there are, and the files that cannot be played.
///
/// # Errors
/// When they cannot be printed.
pub fn list(library: &Library) -> anyhow::Result<()> {
    let mut out = anstream::stdout();
    let rules = Rules::current();
    for entry in &library.entries {
        let scenario = &entry.scenario;
        let place = place_words(scenario.place()).to_lowercase();
        let minutes = about_minutes(scenario, &rules);
        let from = entry.path.as_ref().map_or_else(String::new, |path| {
            format!("  [{}]", plain(&path.display().to_string()))
        });
        writeln!(
            out,
            "{:18} {} ({place}, {minutes}){from}",
            scenario.id(),
            in_one_line(scenario.title())
        )?;
    }
    for refused in &library.refused {
        writeln!(
            out,
            "not playable: {}: {}",
            plain(&refused.path.display().to_string()),
            plain(&refused.why)
        )?;
    }
    Ok(())
}

/// A title of several lines in one, with nothing in it that a terminal would obey.
fn in_one_line(title: &str) -> String {
    let words: Vec<&str> = title.split_whitespace().collect();
    plain(&words.join(" "))
}

#[cfg(all(test, feature = "game"))]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_breaks_keeps_its_last_good_version_and_says_why() {
        let folder = std::env::temp_dir().join(format!("sat-library-{:x}", fresh_bits()));
        fs::create_dir_all(&folder).expect("a folder");
        let path = folder.join("late-part.ron");
        fs::write(&path, BUILT_IN[1].1).expect("a file");
        let good = Library::open(Some(&folder)).expect("it opens");
        assert!(good.refused.iter().all(|refused| refused.path != path));

        fs::write(&path, "(format: 1, id: 3").expect("a file");
        let broken = Library::open(Some(&folder)).expect("it opens");
        let kept = broken.or_earlier(&good);
        let entry = kept.find("late-part").expect("it is kept");
        assert_eq!(entry.path.as_ref(), Some(&path), "the file's own version");
        assert_eq!(kept.entries.len(), good.entries.len());
        let refused = kept.refused.iter().find(|refused| refused.path == path);
        let why = &refused.expect("it is listed").why;
        assert!(why.contains("; see `satisfactometer check "), "{why}");

        fs::remove_file(&path).expect("it is there");
        let gone = Library::open(Some(&folder)).expect("it opens");
        let gone = gone.or_earlier(&kept);
        assert!(gone.find("late-part").expect("built in").path.is_none());
        fs::remove_dir_all(&folder).expect("it is there");
    }
}
