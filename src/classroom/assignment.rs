//! An assignment: which customers, how often, by which seeds, until when. One
//! file that holds its scenarios, so that trainee and instructor have the same bytes.

#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, anyhow, bail};
use engine::doctrine::Doctrine;
use engine::load::house::load_house;
use engine::load::load_in;
use engine::rng::{BadSeed, Seed};
use engine::rules::Rules;
use engine::scenario::Scenario;
use serde::{Deserialize, Serialize};

use crate::desk::doctrines::doctrine;
use crate::desk::library::{BUILT_IN, Entry, Library, house_file, read_bounded};

/// How the name of such a file ends.
pub const EXTENSION: &str = "assignment";
/// What the file's `format` says.
pub const FORMAT: &str = "satisfactometer-assignment";
/// The version of its form.
pub const SCHEMA: u32 = 1;
/// Most scenarios of an assignment.
pub const MAX_SCENARIOS: usize = 24;
/// Most attempts at one scenario.
pub const MAX_ATTEMPTS: u32 = 20;

/// How the seed of an attempt is found. Everyone who has the file finds the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum SeedRule {
    /// Everyone meets the same customers, which makes results comparable
    Same,
    /// Everyone meets customers of their own, found from what they are called
    Own,
}

/// The file as it is written.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Written {
    /// [`FORMAT`].
    pub format: String,
    /// [`SCHEMA`].
    pub schema: u32,
    /// A random UUID; transcripts name it, and every seed is found from it.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// The rules it is to be played by.
    pub rules: String,
    /// How seeds are found.
    pub seeds: SeedRule,
    /// Attempts at each scenario.
    pub attempts: u32,
    /// When it is due, Unix milliseconds.
    pub due_at: Option<i64>,
    /// The doctrine it is scored by, with its version; unless said, the balanced one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doctrine: Option<String>,
    /// The seed of everyone's first attempts, where the instructor picked one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<Seed>,
    /// The scenarios, in the order they are played.
    pub scenarios: Vec<Content>,
}

/// A scenario inside the file.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Content {
    /// Its id.
    pub id: String,
    /// Its content hash.
    pub content: String,
    /// The scenario file, as it was.
    pub text: String,
    /// The house's own rules that lay beside it, as they were; they lend it authority.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub house: Option<String>,
}

/// An assignment that was read and whose scenarios can be played.
#[derive(Clone)]
pub struct Assignment {
    /// As written.
    pub written: Written,
    /// Its scenarios, in its order.
    pub scenarios: Vec<Arc<Scenario>>,
    /// The rules it is played by.
    pub rules: Arc<Rules>,
    /// The doctrine it is scored by.
    pub doctrine: &'static Doctrine,
}

/// What an instructor decides about an assignment.
pub struct Terms {
    /// What people call it.
    pub title: String,
    /// How seeds are found.
    pub seeds: SeedRule,
    /// The seed of everyone's first attempts, if one is picked.
    pub seed: Option<Seed>,
    /// Attempts at each scenario.
    pub attempts: u32,
    /// When it is due, Unix milliseconds.
    pub due_at: Option<i64>,
    /// The doctrine it is scored by.
    pub doctrine: &'static Doctrine,
}

impl Assignment {
    /// Makes an assignment of scenarios of the library.
    ///
    /// # Errors
    /// When a scenario is unknown or named twice, or there are too many.
    pub fn make(library: &Library, ids: &[String], terms: Terms) -> anyhow::Result<Self> {
        if ids.is_empty() || ids.len() > MAX_SCENARIOS {
            bail!("an assignment has 1 to {MAX_SCENARIOS} scenarios");
        }
        if !(1..=MAX_ATTEMPTS).contains(&terms.attempts) {
            bail!("1 to {MAX_ATTEMPTS} attempts at each scenario are possible");
        }
        let mut contents = Vec::new();
        for (n, id) in ids.iter().enumerate() {
            if ids[..n].contains(id) {
                bail!("`{id}` is named twice");
            }
            let entry = library.find(id)?;
            contents.push(Content {
                id: id.clone(),
                content: entry.scenario.content().to_string(),
                text: source(entry)?,
                house: house_of(entry)?,
            });
        }
        Self::of(Written {
            format: FORMAT.into(),
            schema: SCHEMA,
            id: uuid::Uuid::new_v4().to_string(),
            title: terms.title,
            rules: Rules::current().version(),
            seeds: terms.seeds,
            attempts: terms.attempts,
            due_at: terms.due_at,
            // Without one the file is as earlier releases wrote and read it.
            doctrine: (!terms.doctrine.is_balanced()).then(|| terms.doctrine.key()),
            seed: terms.seed,
            scenarios: contents,
        })
    }

    /// Reads an assignment file.
    ///
    /// # Errors
    /// When it cannot be read, is none, or is not for this release.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let bytes = read_bounded(path)?;
        Self::parse(&bytes).with_context(|| format!("{} is no assignment", path.display()))
    }

    /// The assignment of a file's bytes.
    ///
    /// # Errors
    /// As [`Assignment::read`].
    pub fn parse(bytes: &[u8]) -> anyhow::Result<Self> {
        let value: serde_json::Value =
            serde_json::from_slice(bytes).context("it is not written as an assignment is")?;
        if value["format"] != FORMAT {
            bail!("its `format` does not say \"{FORMAT}\"");
        }
        if let Some(schema) = value["schema"].as_u64()
            && schema > u64::from(SCHEMA)
        {
            bail!("made with assignment schema {schema}; this release reads up to {SCHEMA}");
        }
        Self::of(serde_json::from_value(value)?)
    }

    /// Loads the scenarios and holds them against their hashes.
    ///
    /// # Errors
    /// When one cannot be played, or is not what its hash says.
    pub fn of(written: Written) -> anyhow::Result<Self> {
        let Some(rules) = Rules::of_version(&written.rules) else {
            bail!(
                "it is to be played by rules {}; this release has {}",
                written.rules,
                Rules::current().version()
            );
        };
        let doctrine = match &written.doctrine {
            None => Doctrine::balanced(),
            Some(name) => {
                doctrine(name).map_err(|why| anyhow!("its doctrine is not known here: {why}"))?
            }
        };
        if let Some(seed) = written.seed
            && written.seeds == SeedRule::Own
        {
            bail!(
                "seed {seed} brings everyone the same customers, so it cannot be combined with \
                 customers of their own; leave out one of the two"
            );
        }
        if uuid::Uuid::try_parse(&written.id).is_err() {
            bail!("its id is no UUID");
        }
        let n = written.scenarios.len();
        if n == 0 || n > MAX_SCENARIOS || !(1..=MAX_ATTEMPTS).contains(&written.attempts) {
            bail!("it has {n} scenarios and {} attempts", written.attempts);
        }
        let mut scenarios = Vec::with_capacity(n);
        for content in &written.scenarios {
            scenarios.push(content.open()?);
        }
        Ok(Assignment {
            written,
            scenarios,
            rules,
            doctrine,
        })
    }

    /// The file's text.
    pub fn text(&self) -> String {
        let mut text = serde_json::to_string_pretty(&self.written).unwrap_or_default();
        text.push('\n');
        text
    }

    /// What a file or a folder of it is called: its title in lower case, with nothing in
    /// it that any system has a meaning for.
    pub fn file_name(&self) -> String {
        let lower = self.written.title.to_lowercase();
        let words = lower.split(|c: char| !c.is_ascii_alphanumeric());
        let name: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
        match name.is_empty() {
            true => "homework".to_owned(),
            false => name.join("-"),
        }
    }

    /// The seed of one attempt: from the assignment, the scenario's content, the
    /// attempt's number from 1 and, by [`SeedRule::Own`], what the person is called.
    /// Where the instructor picked a seed, it is that of every first attempt, and those of
    /// further ones follow from it and their number alone.
    pub fn seed(&self, scenario: usize, attempt: u32, mark: &str) -> Seed {
        match self.written.seed {
            Some(picked) if attempt == 1 => return picked,
            // Nothing of this assignment goes into it, so that another one which picks the
            // same seed meets the same customers again.
            Some(picked) => return seed_of(&picked.to_string(), "", attempt, ""),
            None => {}
        }
        let content = self
            .written
            .scenarios
            .get(scenario)
            .map_or("", |content| &content.content);
        let mark = match self.written.seeds {
            SeedRule::Same => "",
            SeedRule::Own => mark,
        };
        seed_of(&self.written.id, content, attempt, mark)
    }

    /// Which customers people meet, in words for the instructor alone: whoever knows the
    /// seed can meet them beforehand.
    pub fn customers(&self) -> String {
        match (self.written.seeds, self.of_seed()) {
            (SeedRule::Own, _) => "everyone meets customers of their own".to_owned(),
            (SeedRule::Same, None) => "everyone meets the same customers".to_owned(),
            (SeedRule::Same, Some(seed)) => {
                format!("everyone meets the same customers, of {seed}")
            }
        }
    }

    /// The seed that was picked as a sentence, as much for the instructor alone.
    pub fn picked(&self) -> Option<String> {
        Some(format!("Customers: {}.", self.of_seed()?))
    }

    fn of_seed(&self) -> Option<String> {
        let seed = self.written.seed?;
        Some(match self.written.attempts {
            1 => format!("seed {seed}"),
            _ => format!("seed {seed} at first, and at further attempts what follows from it"),
        })
    }

    /// Number of encounters that one person is to play.
    pub fn n_tasks(&self) -> usize {
        self.scenarios.len() * self.written.attempts as usize
    }
}

impl Content {
    /// The scenario, if it is what its hash says.
    ///
    /// # Errors
    /// When it cannot be played, or its hash differs.
    pub fn open(&self) -> anyhow::Result<Arc<Scenario>> {
        let name = format!("{}.ron", self.id);
        let house = match &self.house {
            Some(text) => {
                let house = load_house(text.as_bytes()).house;
                let house = house.with_context(|| {
                    format!("the house's own rules beside `{}` cannot be used", self.id)
                })?;
                Some(Arc::new(house))
            }
            None => None,
        };
        let text = self.text.as_bytes();
        let loaded = load_in(house.as_ref(), &name, text, &Rules::current());
        let scenario = loaded
            .scenario
            .ok_or_else(|| anyhow!("its scenario `{}` cannot be played", self.id))?;
        if scenario.id() != self.id || scenario.content().to_string() != self.content {
            bail!("its scenario `{}` is not what its hash says", self.id);
        }
        Ok(Arc::new(scenario))
    }
}

/// The seed that belongs to an id, a content, an attempt's number and a person.
pub fn seed_of(id: &str, content: &str, attempt: u32, mark: &str) -> Seed {
    let of = format!("satisfactometer seed 1\n{id}\n{content}\n{attempt}\n{mark}");
    let hash = blake3::hash(of.as_bytes());
    let mut bits = [0; 8];
    bits.copy_from_slice(&hash.as_bytes()[..8]);
    Seed::new(u64::from_le_bytes(bits))
}

/// The seed that somebody typed, or none where the line is empty.
///
/// # Errors
/// When it is no seed.
pub fn picked(text: &str) -> Result<Option<Seed>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    text.parse()
        .map(Some)
        .map_err(|why: BadSeed| why.to_string())
}

/// The bytes of a scenario's file.
///
/// # Errors
/// When the file has gone or is no text.
pub fn source(entry: &Entry) -> anyhow::Result<String> {
    match &entry.path {
        Some(path) => String::from_utf8(read_bounded(path)?)
            .with_context(|| format!("{} is not text", path.display())),
        None => {
            let name = format!("{}.ron", entry.scenario.id());
            let built_in = BUILT_IN.iter().find(|(file, _)| *file == name);
            built_in
                .map(|(_, text)| (*text).to_owned())
                .ok_or_else(|| anyhow!("the text of `{name}` is not here"))
        }
    }
}

/// The house's own rules beside a scenario that is of a house.
fn house_of(entry: &Entry) -> anyhow::Result<Option<String>> {
    let beside = entry.path.as_deref().and_then(Path::parent);
    let Some(path) = beside
        .and_then(house_file)
        .filter(|_| entry.scenario.house().is_some())
    else {
        return Ok(None);
    };
    let text = String::from_utf8(read_bounded(&path)?)
        .with_context(|| format!("{} is not text", path.display()))?;
    Ok(Some(text))
}

/// Reads a date, or a date and a time, in this computer's time zone. A date alone
/// means the end of that day.
///
/// # Errors
/// When it is neither.
pub fn due(text: &str) -> Result<i64, String> {
    let text = text.trim();
    let wrong = || format!("`{text}` is no date; write it like 2026-12-04, or 2026-12-04T18:00");
    let moment = match text.parse::<jiff::civil::Date>() {
        // A date and time is accepted as a date too, so the length decides.
        Ok(date) if text.len() <= 10 => date.at(23, 59, 59, 0),
        _ => text
            .replace(' ', "T")
            .parse::<jiff::civil::DateTime>()
            .map_err(|_| wrong())?,
    };
    let zoned = moment
        .to_zoned(jiff::tz::TimeZone::system())
        .map_err(|_| wrong())?;
    Ok(zoned.timestamp().as_millisecond())
}

/// A moment for people to read, in this computer's time zone.
pub fn moment(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms).map_or_else(
        |_| "an impossible time".into(),
        |time| {
            let zoned = time.to_zoned(jiff::tz::TimeZone::system());
            zoned.strftime("%Y-%m-%d %H:%M").to_string()
        },
    )
}

/// Writes an assignment file and says what is in it; returns the exit code.
///
/// # Errors
/// When it cannot be made or written.
pub fn run(
    library: &Library,
    ids: &[String],
    terms: Terms,
    out: Option<&Path>,
) -> anyhow::Result<u8> {
    use std::io::Write;
    let assignment = Assignment::make(library, ids, terms)?;
    let written = &assignment.written;
    let path = match out {
        Some(path) => path.to_owned(),
        None => format!("{}.{EXTENSION}", assignment.file_name()).into(),
    };
    let file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&path);
    let mut file = match file {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => bail!(
            "{} is there already, and nothing is written over it; name another file with --out",
            path.display()
        ),
        file => file.with_context(|| format!("cannot make {}", path.display()))?,
    };
    file.write_all(assignment.text().as_bytes())
        .and_then(|()| file.sync_all())
        .with_context(|| format!("cannot write {}", path.display()))?;
    let mut out = anstream::stdout();
    let shown = path.display();
    writeln!(out, "{}: {shown}", super::inert::line(&written.title))?;
    for scenario in &assignment.scenarios {
        writeln!(
            out,
            "  {:18} {}",
            scenario.id(),
            super::inert::line(scenario.title())
        )?;
    }
    let attempts = match written.attempts {
        1 => "one attempt at each".to_owned(),
        n => format!("{n} attempts at each"),
    };
    writeln!(out, "  {attempts}; {}", assignment.customers())?;
    if !assignment.doctrine.is_balanced() {
        writeln!(out, "  scored by {}", assignment.doctrine.title)?;
    }
    if let Some(due) = written.due_at {
        writeln!(out, "  due {}", moment(due))?;
    }
    writeln!(
        out,
        "\nTrainees open it under Homework in the game, or with `satisfactometer play --assignment\n\
         {shown}` (--text for a terminal), and send you their .sfa files. `satisfactometer results FOLDER --assignment {shown}` verifies them.\n\
         The scenarios are inside the file, so a determined reader can study them before\n\
         playing, and can play in private first. Keep your own copy of it: only that one is believed."
    )?;
    Ok(0)
}
