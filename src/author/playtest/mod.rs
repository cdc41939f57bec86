//! `satisfactometer playtest`: very many runs by trainees with a character, a
//! search for the best and worst lines, and a report of what an author can mend.
//! Plays in parallel; what it finds does not depend on the number of threads.

mod disagreements;
mod findings;
mod page;
pub(super) mod sample;
mod text;

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail};
use engine::act::Act;
use engine::analysis::Line;
use engine::load::Loaded;
use engine::playtest::{Character, Listens, NAMES, Tally, inputs_of, player_of, seed_of};
use engine::rng::Seed;
use engine::rules::Rules;
use engine::scenario::Scenario;
use engine::state::{Face, Stance, Voice};
use engine::step::{Input, World, draw};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rayon::prelude::*;

use crate::desk::library::{load_file, scenario_files};
use crate::desk::text_play::keys_of;
use disagreements::Disagreed;
use findings::Finding;
use sample::Sample;

/// Runs that one task plays before its sums are added to the others'.
const CHUNK: u64 = 2_000;

/// What is asked for.
pub struct Options {
    /// Files or folders.
    pub paths: Vec<PathBuf>,
    /// Runs of each scenario.
    pub runs: u64,
    /// What every run's seed is made from.
    pub seed: Seed,
    /// Threads; as many as there are cores if it is left out.
    pub jobs: Option<usize>,
    /// Characters of the author's own: `NAME=Act,Act`.
    pub bots: Vec<String>,
    /// A file, or a folder with files, of what trainees disagree with.
    pub disagreements: Option<PathBuf>,
    /// Whether programs read it.
    pub as_json: bool,
    /// The page to write.
    pub html: Option<PathBuf>,
}

/// Everything that was found out about one scenario.
struct Playtest {
    path: PathBuf,
    scenario: Arc<Scenario>,
    runs: u64,
    base: Seed,
    characters: Vec<Character>,
    /// One tally for each character.
    tallies: Vec<Tally>,
    sample: Sample,
    findings: Vec<Finding>,
    /// What trainees disagree with.
    disagreed: Option<Disagreed>,
}

/// Playtests every path; returns the exit code: 0 nothing found, 1 something found.
///
/// # Errors
/// When a file cannot be read or does not load, or nothing can be written.
pub fn run(options: &Options) -> anyhow::Result<u8> {
    let mut files = Vec::new();
    for path in &options.paths {
        if path.is_dir() {
            files.extend(scenario_files(path)?);
        } else {
            files.push(path.clone());
        }
    }
    if files.is_empty() {
        bail!("there is no scenario, no `.ron` file, in these folders");
    }
    if let Some(page) = options.html.as_ref().filter(|page| is_source(page)) {
        bail!(
            "{} is a scenario's name; give the page another",
            page.display()
        );
    }
    let own = options.bots.iter().map(|said| own_character(said));
    let own = own.collect::<anyhow::Result<Vec<_>>>()?;
    let disagreements = match &options.disagreements {
        Some(path) => crate::classroom::disagreements::read(path)?,
        None => Vec::new(),
    };
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(options.jobs.unwrap_or(0))
        .build()
        .context("cannot start the threads")?;
    let mut done = Vec::new();
    for path in &files {
        let loaded = load_file(path)?;
        let mut playtest = pool.install(|| one(path, &loaded, options, &own))?;
        let (scenario, findings) = (&playtest.scenario, &playtest.findings);
        playtest.disagreed = disagreements::of(&disagreements, scenario, &loaded, findings);
        done.push(playtest);
    }
    let mut out = anstream::stdout();
    if options.as_json {
        let rows: Vec<_> = done.iter().map(text::as_json).collect();
        writeln!(out, "{:#}", serde_json::Value::Array(rows))?;
    } else {
        for playtest in &done {
            write!(out, "{}", text::as_text(playtest))?;
        }
    }
    if let Some(file) = &options.html {
        let page = page::page(&done)?;
        std::fs::write(file, page).with_context(|| format!("cannot write {}", file.display()))?;
        anstream::eprintln!("wrote {}", file.display());
    }
    let ids: Vec<&str> = done.iter().map(|playtest| playtest.scenario.id()).collect();
    if let Some(left_over) = disagreements::left_over(&disagreements, &ids) {
        anstream::eprintln!("{left_over}");
    }
    Ok(u8::from(done.iter().any(|p| !p.findings.is_empty())))
}

/// Whether a file has the name of a scenario.
fn is_source(path: &Path) -> bool {
    path.extension().is_some_and(|ext| ext == "ron")
}

/// Everybody who plays a scenario: the roster, and the author's own.
pub(super) fn characters_of(scenario: &Scenario) -> Vec<Character> {
    let mut characters = Character::roster();
    for (key, acts) in &scenario.written().bots {
        characters.push(preferring(&key.text, acts));
    }
    characters
}

/// Somebody of the author's own: listens to the end and looks concerned.
fn preferring(name: &str, acts: &[Act]) -> Character {
    let names: Vec<_> = acts.iter().map(|act| act.name()).collect();
    let about = format!("Prefers {}.", names.join(", "));
    let stance = Stance {
        voice: Voice::Even,
        face: Face::Concerned,
    };
    Character::preferring(name, &about, Listens::Out, stance, acts)
}

/// `NAME=Act,Act,...`: a character who prefers these acts in this order.
fn own_character(said: &str) -> anyhow::Result<Character> {
    let Some((name, list)) = said.split_once('=') else {
        bail!("a bot is written as NAME=Act,Act; found `{said}`");
    };
    let name = name.trim();
    if name.is_empty() || NAMES.iter().any(|taken| taken.eq_ignore_ascii_case(name)) {
        bail!(
            "a bot of your own needs a name of its own, which `{name}` is not; taken are: {}",
            NAMES.join(", ")
        );
    }
    let mut acts = Vec::new();
    for word in list.split(',').map(str::trim) {
        let act = Act::ALL
            .iter()
            .find(|act| act.name().eq_ignore_ascii_case(word))
            .with_context(|| {
                format!("the bot {name} prefers `{word}`, and there is no such act; `satisfactometer acts` lists them all")
            })?;
        acts.push(*act);
    }
    Ok(preferring(name, &acts))
}

fn one(
    path: &Path,
    loaded: &Loaded,
    options: &Options,
    own: &[Character],
) -> anyhow::Result<Playtest> {
    let Some(scenario) = &loaded.scenario else {
        bail!(
            "{} has mistakes; see `satisfactometer check {}`",
            path.display(),
            path.display()
        );
    };
    let rules = Rules::current();
    let mut characters = characters_of(scenario);
    characters.extend_from_slice(own);
    let bar = progress(scenario, options.runs);
    bar.set_message("runs");
    let n_chunks = options.runs.div_ceil(CHUNK);
    let none = || -> Vec<Tally> { characters.iter().map(|_| Tally::new(scenario)).collect() };
    let tallies = (0..n_chunks)
        .into_par_iter()
        .fold(none, |mut tallies, chunk| {
            let runs = chunk * CHUNK..((chunk + 1) * CHUNK).min(options.runs);
            bar.inc(runs.end - runs.start);
            for run in runs {
                let who = player_of(run, characters.len());
                tallies[who].play(scenario, &rules, options.seed, run, &characters[who]);
            }
            tallies
        })
        .reduce(none, |mut sum, more| {
            sum.iter_mut().zip(&more).for_each(|(a, b)| a.add(b));
            sum
        });
    bar.set_message("searching");
    let scenario = Arc::new(scenario.clone());
    let sample = Sample::take(&scenario, &rules, options.seed, &characters);
    bar.finish_and_clear();
    let mut playtest = Playtest {
        path: path.to_path_buf(),
        scenario,
        runs: options.runs,
        base: options.seed,
        characters,
        tallies,
        sample,
        findings: Vec::new(),
        disagreed: None,
    };
    playtest.findings = findings::all(&playtest, loaded);
    Ok(playtest)
}

/// The command that plays these inputs with this seed again.
pub(super) fn command_of(path: &Path, scenario: &Scenario, seed: Seed, inputs: &[Input]) -> String {
    let rules = Rules::current();
    let setup = draw(scenario, &rules, seed);
    let world = World::new(scenario, &rules, &setup);
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty());
    let folder = folder.map_or_else(|| ".".to_owned(), |p| p.display().to_string());
    // As a shell takes it literally.
    let folder = folder.replace('\'', r"'\''");
    format!(
        "satisfactometer --scenarios '{folder}' play {} --text --seed {seed} --keys '{}'",
        scenario.id(),
        keys_of(world, seed, inputs)
    )
}

/// A bar on a terminal, and nothing elsewhere.
pub(super) fn progress(scenario: &Scenario, n_runs: u64) -> ProgressBar {
    let target = if std::io::stderr().is_terminal() {
        ProgressDrawTarget::stderr()
    } else {
        ProgressDrawTarget::hidden()
    };
    let bar = ProgressBar::with_draw_target(Some(n_runs), target);
    if let Ok(style) = ProgressStyle::with_template("{prefix} {wide_bar} {pos}/{len} {msg} {eta}") {
        bar.set_style(style);
    }
    bar.set_prefix(scenario.id().to_owned());
    bar
}

impl Playtest {
    /// The command that plays these inputs with this seed again.
    fn command(&self, seed: Seed, inputs: &[Input]) -> String {
        command_of(&self.path, &self.scenario, seed, inputs)
    }

    /// The command that plays a counted run again.
    fn command_of_run(&self, run: u64) -> String {
        let seed = seed_of(self.base, run);
        let rules = Rules::current();
        let setup = draw(&self.scenario, &rules, seed);
        let world = World::new(&self.scenario, &rules, &setup);
        let who = &self.characters[player_of(run, self.characters.len())];
        self.command(seed, &inputs_of(world, seed, run, who))
    }

    /// The best line of the customer it is best for.
    fn best(&self) -> Option<(Seed, &Line)> {
        let lines = self.sample.lines.iter();
        lines
            .map(|(seed, best, _)| (*seed, best))
            .max_by_key(|(_, line)| line.value)
    }

    /// The worst line of the customer it is worst for.
    fn worst(&self) -> Option<(Seed, &Line)> {
        let lines = self.sample.lines.iter();
        lines
            .map(|(seed, _, worst)| (*seed, worst))
            .min_by_key(|(_, line)| line.value.survey)
    }

    /// All tallies together.
    fn total(&self) -> Tally {
        let mut total = Tally::new(&self.scenario);
        self.tallies.iter().for_each(|tally| total.add(tally));
        total
    }
}
