//! The library: built-in scenarios, those of the user's folder, and those of a
//! folder named on the command line. Reads files; checking is the engine's.

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, anyhow, bail};
use engine::diagnostic::Severity;
use engine::load::{Loaded, load};
use engine::rng::Seed;
use engine::rules::Rules;
use engine::scenario::Scenario;
use engine::scenario::written::Place;

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
pub struct Refused {
    /// The file.
    pub path: PathBuf,
    /// One sentence.
    pub why: String,
}

/// All scenarios that can be played, by title order of the built-in ones first.
#[derive(Default)]
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
        if let Some(folder) = user_folder("scenarios").filter(|folder| folder.is_dir()) {
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

    fn add_folder(&mut self, folder: &Path) -> anyhow::Result<()> {
        for path in scenario_files(folder)? {
            match read_scenario(&path) {
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

    /// The scenario with this id.
    ///
    /// # Errors
    /// When there is none; the message lists what there is.
    pub fn find(&self, id: &str) -> anyhow::Result<&Entry> {
        self.entries
            .iter()
            .find(|entry| entry.scenario.id() == id)
            .ok_or_else(|| {
                let known: Vec<_> = self
                    .entries
                    .iter()
                    .map(|entry| entry.scenario.id())
                    .collect();
                anyhow!(
                    "no scenario is called `{id}`; there are: {}",
                    known.join(", ")
                )
            })
    }
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
    let shown = path.display();
    let meta = fs::metadata(path).with_context(|| format!("cannot read {shown}"))?;
    if !meta.is_file() {
        bail!("{shown} is not a regular file");
    }
    let file = fs::File::open(path).with_context(|| format!("cannot open {shown}"))?;
    let mut bytes = Vec::new();
    file.take(MAX_FILE + 1)
        .read_to_end(&mut bytes)
        .with_context(|| format!("cannot read {shown}"))?;
    if bytes.len() as u64 > MAX_FILE {
        bail!("{shown} is larger than 8 MiB, the most that is read");
    }
    Ok(bytes)
}

/// Reads and checks one file.
///
/// # Errors
/// When it cannot be read.
pub fn load_file(path: &Path) -> anyhow::Result<Loaded> {
    let bytes = read_bounded(path)?;
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    Ok(load(&name, &bytes, &Rules::current()))
}

fn read_scenario(path: &Path) -> anyhow::Result<Scenario> {
    let loaded = load_file(path)?;
    let n_errors = loaded
        .findings
        .list
        .iter()
        .filter(|d| d.severity == Severity::Error)
        .count();
    loaded.scenario.ok_or_else(|| {
        let problems = if n_errors == 1 {
            "a problem keeps".to_owned()
        } else {
            format!("{n_errors} problems keep")
        };
        anyhow!(
            "{problems} it from being played; `satisfactometer check {}` tells more",
            path.display()
        )
    })
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

/// Prints the scenarios there are, and the files that cannot be played.
///
/// # Errors
/// When they cannot be printed.
pub fn list(library: &Library) -> anyhow::Result<()> {
    let mut out = anstream::stdout();
    for entry in &library.entries {
        let scenario = &entry.scenario;
        let place = match scenario.place() {
            Place::Counter => "at the counter",
            Place::Phone => "on the phone",
            Place::FollowUp => "a call-back",
        };
        let from = entry
            .path
            .as_ref()
            .map_or_else(String::new, |path| format!("  [{}]", path.display()));
        writeln!(
            out,
            "{:18} {} ({place}){from}",
            scenario.id(),
            scenario.title()
        )?;
    }
    for refused in &library.refused {
        writeln!(
            out,
            "not playable: {}: {}",
            refused.path.display(),
            refused.why
        )?;
    }
    Ok(())
}
