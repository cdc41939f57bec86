//! Homework that came back: every transcript of a folder verified by replay with
//! the instructor's own assignment, then table, CSV and JSON.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use engine::transcript::MAX_BYTES;
use serde_json::json;

use super::assignment::Assignment;
use super::claimed::{Claimed, claimed};
use super::decisions::{Decision, decisions};
use super::gist::{Gist, Texts};
use super::homework::Binding;
use super::inert::line;
use super::judge::{Expected, Judged, Pars, Played, Verdict, imprint, judge};
use super::marks;
use super::tables::{self, Attempt, tenths};

/// Folders inside folders that are looked into: a class, a person, a zip's own folder.
const MAX_DEPTH: usize = 4;
/// Most files of one folder of homework.
const MAX_FILES: usize = 20_000;

/// Verifies the transcripts of a folder; returns the exit code: 0 when every file is
/// verified or unfinished, 1 when one is not.
///
/// # Errors
/// When the folder cannot be read or the tables cannot be written.
pub fn run(
    folder: &Path,
    assignment: &Path,
    tables_in: Option<&Path>,
    as_json: bool,
) -> anyhow::Result<u8> {
    let assignment = Assignment::read(assignment)?;
    let collected = collect(folder, &assignment)?;
    let (attempts, runs): (Vec<Attempt>, Vec<Run>) = collected.into_iter().unzip();
    let counted = attempts
        .iter()
        .filter_map(|attempt| Some(attempt.scenario.as_str()).zip(attempt.counted()));
    let counted = counted.map(|(scenario, run)| (scenario, run, &[][..]));
    let decisions = decisions(counted);
    let json = || {
        let both = attempts.iter().zip(&runs);
        let attempts: Vec<_> = both
            .map(|(attempt, run)| {
                tables::attempt_json(attempt, run.as_ref().map(|run| &run.report))
            })
            .collect();
        let mut json = json!({
            "assignment": assignment.written.id,
            "title": assignment.written.title,
            "doctrine": assignment.doctrine.key(),
            "attempts": attempts,
            "decisions": decisions,
        });
        if let Some(seed) = assignment.written.seed {
            json["seed"] = seed.to_string().into();
        }
        json
    };
    if let Some(folder) = tables_in {
        fs::create_dir_all(folder)
            .with_context(|| format!("cannot make the folder {}", folder.display()))?;
        let files = [
            ("attempts.csv", tables::attempts_csv(&attempts)?),
            ("turns.csv", turns_csv(&attempts, &runs)?),
            ("decisions.csv", tables::decisions_csv(&decisions)?),
            ("results.json", format!("{:#}\n", json()).into_bytes()),
        ];
        for (name, bytes) in files {
            let path = folder.join(name);
            fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))?;
        }
    }
    let mut out = anstream::stdout();
    if as_json {
        writeln!(out, "{:#}", json())?;
    } else {
        print(&mut out, &assignment, &attempts, &decisions)?;
        if let Some(folder) = tables_in {
            writeln!(
                out,
                "\nWritten to {}: attempts.csv, turns.csv, decisions.csv, results.json",
                folder.display()
            )?;
        }
    }
    let all_count = attempts.iter().all(|attempt| attempt.gist.verdict.counts());
    Ok(u8::from(!all_count))
}

/// A row per turn of every attempt that counts.
fn turns_csv(attempts: &[Attempt], runs: &[Run]) -> Result<Vec<u8>, csv::Error> {
    let mut table = tables::writer();
    table.write_record(tables::TURN_COLUMNS)?;
    for (attempt, run) in attempts.iter().zip(runs) {
        if let Some(run) = run {
            tables::turn_rows(&mut table, attempt, run)?;
        }
    }
    tables::finish(table)
}

/// A run that was played again, if it counts.
type Run = Option<Box<Played>>;

/// The attempts of a folder, by person, scenario and number; what is none comes last.
fn collect(folder: &Path, assignment: &Assignment) -> anyhow::Result<Vec<(Attempt, Run)>> {
    let (pars, texts) = (Pars::default(), Texts::default());
    let mut files = Vec::new();
    find(folder, 0, &mut files)
        .with_context(|| format!("cannot read the folder {}", folder.display()))?;
    files.sort();
    let mut attempts: Vec<(Attempt, Run)> = Vec::new();
    let mut by_id: BTreeMap<String, String> = BTreeMap::new();
    let mut by_place: BTreeMap<(String, String, u32), String> = BTreeMap::new();
    let mut by_play: BTreeMap<String, (String, String)> = BTreeMap::new();
    let files = files.into_iter().map(|path| {
        let shown = path.strip_prefix(folder).unwrap_or(&path);
        (shown.display().to_string(), one(&path, assignment, &pars))
    });
    let mut files: Vec<(String, (Judged, Claimed))> = files.collect();
    // Of one attempt that came twice, the one that was played to its end counts.
    files.sort_by_key(|(_, (judged, _))| judged.verdict != Verdict::Verified);
    for (shown, (mut judged, claimed)) in files {
        let bound = judged.transcript.as_ref().map(|t| Binding::of(&t.label));
        let bound = bound.unwrap_or_default();
        let (mark, id) = (bound.mark, bound.attempt);
        let (mark, id) = (mark.unwrap_or_default(), id.unwrap_or_default());
        let header = judged.transcript.as_ref().map(|t| &t.header);
        let scenario = header.map_or(String::new(), |header| header.scenario.clone());
        let mut notes = Vec::new();
        if let (Some(due), Some(begun)) = (assignment.written.due_at, bound.started_at)
            && begun > due
        {
            notes.push("late, by the trainee's own clock".into());
        }
        if let (Some(transcript), Some(played)) = (&judged.transcript, &judged.played) {
            let place = (mark.clone(), scenario.clone(), bound.attempt_no);
            let imprint = imprint(transcript);
            let earlier = by_id.get(&id).or_else(|| by_place.get(&place));
            if let Some(other) = earlier {
                judged.verdict = Verdict::Duplicate(format!("the same attempt is in {other}"));
                judged.played = None;
            } else {
                let n_inputs = played.report.curve.len();
                match by_play.get(&imprint) {
                    // Two people may well end a very short talk alike.
                    Some((other, of)) if n_inputs >= 8 && *of != mark => {
                        notes.push(format!("plays exactly as {other} does"));
                    }
                    _ => {}
                }
                by_play
                    .entry(imprint)
                    .or_insert_with(|| (shown.clone(), mark.clone()));
                by_id.insert(id.clone(), shown.clone());
                by_place.insert(place, shown.clone());
            }
        }
        let attempt = Attempt {
            mark,
            whole: false,
            scenario,
            number: bound.attempt_no,
            id,
            gist: Arc::new(Gist::of(&judged, &texts)),
            notes,
            played_in: "",
            started_at: bound.started_at,
            source: shown,
            // Nobody but the trainee's own computer was there.
            seconds: Arc::default(),
            claimed,
        };
        attempts.push((attempt, judged.played));
    }
    note_look_alikes(&mut attempts);
    attempts.sort_by(|(a, _), (b, _)| {
        let key = |a: &Attempt| {
            (
                !a.gist.verdict.counts(),
                a.mark.to_lowercase(),
                a.scenario.clone(),
                a.number,
                a.source.clone(),
            )
        };
        key(a).cmp(&key(b))
    });
    Ok(attempts)
}

/// Says where two people are called what a reader would take for the same.
fn note_look_alikes(attempts: &mut [(Attempt, Run)]) {
    let mut marks: BTreeMap<String, String> = BTreeMap::new();
    let counted = attempts.iter_mut().filter(|(_, run)| run.is_some());
    for (attempt, _) in counted {
        let first = marks
            .entry(marks::likeness(&attempt.mark))
            .or_insert_with(|| attempt.mark.clone());
        if *first != attempt.mark {
            attempt.notes.push(format!("the name looks like `{first}`"));
        }
    }
}

fn one(path: &Path, assignment: &Assignment, pars: &Pars) -> (Judged, Claimed) {
    match read(path) {
        Ok(bytes) => (
            judge(&bytes, pars, |transcript| expected(transcript, assignment)),
            claimed(&String::from_utf8_lossy(&bytes)),
        ),
        Err(why) => {
            let judged = Judged {
                verdict: Verdict::NoTranscript(why),
                transcript: None,
                played: None,
            };
            (judged, Claimed::default())
        }
    }
}

/// What a transcript must have been played with, by the instructor's assignment.
pub fn expected(
    transcript: &engine::transcript::Transcript,
    assignment: &Assignment,
) -> Result<Expected, String> {
    let bound = Binding::of(&transcript.label);
    match &bound.assignment {
        None => return Err("it was played outside any assignment".into()),
        Some(id) if *id != assignment.written.id => {
            return Err("it was played for another assignment".into());
        }
        Some(_) => {}
    }
    let id = &transcript.header.scenario;
    let index = assignment.scenarios.iter().position(|s| s.id() == id);
    let index = index.ok_or_else(|| format!("the scenario `{id}` is not in the assignment"))?;
    let most = assignment.written.attempts;
    if !(1..=most).contains(&bound.attempt_no) {
        return Err(format!(
            "it says it is attempt {}; there are {most}",
            bound.attempt_no
        ));
    }
    let mark = bound
        .mark
        .ok_or("it does not say, or not in plain writing, who played it")?;
    if bound.attempt.is_none() {
        return Err("it has no attempt's id".into());
    }
    Ok(Expected {
        scenario: assignment.scenarios[index].clone(),
        seed: assignment.seed(index, bound.attempt_no, &mark),
        rules: Arc::clone(&assignment.rules),
        doctrine: assignment.doctrine,
    })
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    use std::io::Read;
    let meta = fs::metadata(path).map_err(|error| format!("cannot be read: {error}"))?;
    if !meta.is_file() {
        return Err("it is not a regular file".into());
    }
    let mut bytes = Vec::new();
    // One byte more than allowed tells too large from just fitting.
    fs::File::open(path)
        .and_then(|file| file.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes))
        .map_err(|error| format!("cannot be read: {error}"))?;
    Ok(bytes)
}

fn find(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        // Links are not followed: a folder may not lead out of itself.
        let kind = entry.file_type()?;
        if kind.is_dir() && depth < MAX_DEPTH {
            find(&path, depth + 1, files)?;
        } else if path
            .extension()
            .is_some_and(|ext| ext.eq_ignore_ascii_case("sfa"))
            && files.len() < MAX_FILES
        {
            files.push(path);
        }
    }
    Ok(())
}

fn print(
    out: &mut impl Write,
    assignment: &Assignment,
    attempts: &[Attempt],
    decisions: &[Decision],
) -> anyhow::Result<()> {
    writeln!(out, "{}", line(&assignment.written.title))?;
    if let Some(scored_by) = assignment.doctrine.scored_by() {
        writeln!(out, "{scored_by}")?;
    }
    if let Some(picked) = assignment.picked() {
        writeln!(out, "{picked}")?;
    }
    writeln!(out)?;
    let (good, bad): (Vec<_>, Vec<_>) = attempts.iter().partition(|a| a.gist.verdict.counts());
    if attempts.is_empty() {
        writeln!(out, "There is no transcript (.sfa) in this folder.")?;
        return Ok(());
    }
    if !good.is_empty() {
        let mut table = plain(&[
            "who", "scenario", "try", "verdict", "satisf.", "conduct", "total", "", "notes",
        ]);
        for attempt in &good {
            let Some(run) = attempt.counted() else {
                continue;
            };
            let mut notes: Vec<String> = run.gates.iter().map(|&name| name.to_owned()).collect();
            notes.extend(attempt.notes.iter().cloned());
            table.add_row([
                line(&attempt.mark),
                attempt.scenario.clone(),
                attempt.number.to_string(),
                attempt.gist.verdict.word().to_owned(),
                tenths(run.satisfaction.into()),
                tenths(run.conduct),
                tenths(run.total),
                if run.passed { "pass" } else { "not yet" }.to_owned(),
                line(&notes.join("; ")),
            ]);
        }
        for number in [4, 5, 6] {
            if let Some(column) = table.column_mut(number) {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        writeln!(out, "{table}")?;
    }
    if !bad.is_empty() {
        writeln!(out, "\nNot counted:")?;
        let mut table = plain(&["file", "verdict", "why"]);
        for attempt in &bad {
            table.add_row([
                line(&attempt.source),
                attempt.gist.verdict.word().to_owned(),
                line(attempt.gist.verdict.why()),
            ]);
        }
        writeln!(out, "{table}")?;
    }
    let hard: Vec<_> = decisions.iter().filter(|d| d.n >= 3).collect();
    if !hard.is_empty() {
        writeln!(out, "\nWhere they stood at a choice:")?;
        let mut table = plain(&[
            "at",
            "people",
            "found it",
            "tells apart",
            "most common wrong turn",
        ]);
        for decision in hard {
            let wrong = decision.wrong_turn.as_ref();
            table.add_row([
                format!("{} / {}", decision.scenario, decision.beat),
                decision.n.to_string(),
                format!("{:.0} %", decision.facility * 100.0),
                decision
                    .discrimination
                    .map_or("–".to_owned(), |r| format!("{r:+.2}")),
                wrong.map_or(String::new(), |wrong| {
                    format!("{} × {}", wrong.n, line(&wrong.words))
                }),
            ]);
        }
        writeln!(out, "{table}")?;
    }
    let people: std::collections::BTreeSet<_> = good.iter().map(|a| &a.mark).collect();
    writeln!(
        out,
        "\n{} by {} counted, {} not. Scores follow from the choices; that a certain\n\
         person made them, in one go and unaided, nobody can tell from a file.",
        several(good.len(), "attempt", "attempts"),
        several(people.len(), "person", "people"),
        several(bad.len(), "file", "files"),
    )?;
    Ok(())
}

fn several(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

fn plain(head: &[&str]) -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header(head.iter().map(|name| name.to_string()));
    if table.width().is_none() {
        table.set_width(100);
    }
    table
}
