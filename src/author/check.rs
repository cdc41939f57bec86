//! `satisfactometer check`: reads files and folders, prints every finding at
//! once, for people or for programs. The rules are the engine's, but for the
//! gallery of looks, which the engine does not know.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::bail;
use engine::diagnostic::{Severity, Span};
use engine::load::Loaded;
use engine::load::findings::{Findings, warning};
use engine::load::source::Source;
use engine::scenario::written::Noted;
use serde_json::json;

use super::expect::{Trial, Verdict};
use super::playtest::{command_of, progress};
use super::render::{report, visible};
use crate::desk::library::{house_file, load_file, load_house_file, scenario_files};
use crate::portrait::look;

/// Checks all paths, and with `expect` whether each scenario does what its author
/// expects of it; returns the exit code: 0 nothing found, 1 something found,
/// 2 a file could not be read.
///
/// # Errors
/// When a folder cannot be read or holds no scenario, or nothing can be printed.
pub fn run(paths: &[PathBuf], as_json: bool, expect: bool) -> anyhow::Result<u8> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            let found = scenario_files(path)?;
            if found.is_empty() {
                bail!(
                    "there is no scenario, no `.ron` file, in {}",
                    path.display()
                );
            }
            files.extend(house_file(path));
            files.extend(found);
        } else {
            files.push(path.clone());
        }
    }
    let (mut n_errors, mut n_warnings, mut n_unread) = (0, 0, 0);
    let (mut n_expected, mut n_unmet, mut n_untried) = (0, 0, 0);
    let mut out = anstream::stdout();
    let mut rows = Vec::new();
    let mut tried_rows = Vec::new();
    for path in &files {
        let (source, findings, tried) = match read(path, expect) {
            Ok(read) => read,
            // The others are still looked at.
            Err(error) => {
                anstream::eprintln!("satisfactometer: {error:#}");
                n_unread += 1;
                continue;
            }
        };
        let n_found = |severity| {
            findings
                .list
                .iter()
                .filter(|f| f.severity == severity)
                .count()
        };
        n_errors += n_found(Severity::Error) + findings.more_errors;
        n_warnings += n_found(Severity::Warning) + findings.more - findings.more_errors;
        n_untried += usize::from(expect && findings.has_errors());
        n_expected += tried.len();
        n_unmet += tried.iter().filter(|tried| !tried.verdict.holds).count();
        if as_json {
            rows.push(as_rows(path, &source, &findings));
            tried_rows.extend(tried.iter().map(|tried| tried.as_row(path, &source)));
            continue;
        }
        for held in tried.iter().filter(|tried| tried.verdict.holds) {
            writeln!(out, "{}", held.as_line(path, &source))?;
        }
        if !findings.is_empty() {
            let colour =
                anstream::AutoStream::choice(&std::io::stdout()) != anstream::ColorChoice::Never;
            writeln!(
                out,
                "{}",
                report(&path.display().to_string(), &source, &findings, colour)
            )?;
        }
    }
    if as_json {
        let rows: Vec<_> = rows.into_iter().flatten().collect();
        let mut report = json!({ "files": files.len() - n_unread, "errors": n_errors, "warnings": n_warnings, "findings": rows });
        if expect {
            report["expectations"] = tried_rows.into();
        }
        writeln!(out, "{report:#}")?;
    } else if files.len() > n_unread {
        writeln!(
            out,
            "{}",
            summary(files.len() - n_unread, n_errors, n_warnings)
        )?;
        if expect {
            writeln!(
                out,
                "{}",
                summary_of_expectations(n_expected, n_unmet, n_untried)
            )?;
        }
    }
    Ok(match (n_unread, n_errors + n_warnings) {
        (0, 0) => 0,
        (0, _) => 1,
        _ => 2,
    })
}

/// What is to be said about a file: a scenario, or the house's own rules.
fn read(path: &Path, expect: bool) -> anyhow::Result<(Source, Findings, Vec<Tried>)> {
    if path.file_name().is_some_and(|name| name == "house.ron") {
        let loaded = load_house_file(path)?;
        return Ok((loaded.source, loaded.findings, Vec::new()));
    }
    let mut loaded = load_checked(path)?;
    let mut tried = Vec::new();
    if expect {
        tried = check_expectations(path, &mut loaded);
    }
    loaded.findings = loaded.findings.finish();
    Ok((loaded.source, loaded.findings, tried))
}

/// A scenario file with everything that is to be said about it, but for what its
/// author expects of it.
///
/// # Errors
/// When the file cannot be read.
pub fn load_checked(path: &Path) -> anyhow::Result<Loaded> {
    let mut loaded = load_file(path)?;
    check_look(&mut loaded);
    Ok(loaded)
}

/// `unknown-look`: the customer's look is one of the gallery.
fn check_look(loaded: &mut Loaded) {
    let Some(scenario) = &loaded.scenario else {
        return;
    };
    let key = &scenario.customer().look;
    if look::find(&key.text).is_none() {
        let known: Vec<_> = look::all().iter().map(|look| look.id).collect();
        let finding = warning(
            "unknown-look",
            key.span,
            format!("nobody in the gallery looks like \"{}\"", key.text),
        );
        loaded
            .findings
            .push(finding.hint(&format!("one of: {}", known.join(", "))));
    }
}

/// An expectation that was put to the test.
struct Tried {
    span: Span,
    verdict: Verdict,
    /// The command that plays the run that shows it.
    command: Option<String>,
}

impl Tried {
    /// `path:line:col: holds: Bot(Parrot, Fails): what was found`.
    fn as_line(&self, path: &Path, source: &Source) -> String {
        let at = source.position(self.span.start);
        visible(&format!(
            "{}:{}:{}: holds: {}: {}",
            path.display(),
            at.line,
            at.column,
            self.words(source),
            self.verdict.found
        ))
    }

    fn as_row(&self, path: &Path, source: &Source) -> serde_json::Value {
        let at = source.position(self.span.start);
        json!({
            "file": path.display().to_string(),
            "line": at.line,
            "column": at.column,
            "expectation": self.words(source),
            "holds": self.verdict.holds,
            "found": self.verdict.found,
            "command": self.command,
        })
    }

    /// As the author wrote it, in one line.
    fn words(&self, source: &Source) -> String {
        let words: Vec<_> = source.slice(self.span).split_whitespace().collect();
        words.join(" ")
    }
}

/// `unmet-expectation`: what the author expects holds, found out by playing.
fn check_expectations(path: &Path, loaded: &mut Loaded) -> Vec<Tried> {
    let Some(scenario) = loaded.scenario.clone().map(Arc::new) else {
        return Vec::new();
    };
    let trial = Trial::new(&scenario);
    let expected = &scenario.written().expect;
    let bar = progress(&scenario, expected.len() as u64);
    let mut tried = Vec::new();
    for (expectation, Noted(span)) in expected {
        let verdict = trial.judge(expectation);
        bar.inc(1);
        let command = verdict
            .shown_by
            .as_ref()
            .map(|(seed, inputs)| command_of(path, &scenario, *seed, inputs));
        if !verdict.holds {
            let message = format!("this does not hold: {}", verdict.found);
            let mut finding = warning("unmet-expectation", *span, message);
            if let Some(command) = &command {
                finding = finding.hint(&format!("to see it: {command}"));
            }
            loaded.findings.push(finding);
        }
        tried.push(Tried {
            span: *span,
            verdict,
            command,
        });
    }
    bar.finish_and_clear();
    tried
}

fn as_rows(path: &Path, source: &Source, findings: &Findings) -> Vec<serde_json::Value> {
    let row = |finding: &engine::diagnostic::Diagnostic| {
        let at = source.position(finding.span.start);
        json!({
            "file": path.display().to_string(),
            "line": at.line,
            "column": at.column,
            "severity": finding.severity,
            "code": finding.code,
            "message": finding.message,
            "hints": finding.hints,
            "mended": finding.mended,
        })
    };
    findings.list.iter().map(row).collect()
}

fn summary(n_files: usize, n_errors: usize, n_warnings: usize) -> String {
    let plural = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    let files = plural(n_files, "file");
    match (n_errors, n_warnings) {
        (0, 0) => format!("{files} checked, nothing to complain about"),
        (0, w) => format!(
            "{files} checked: {}; {}",
            plural(w, "warning"),
            if n_files == 1 {
                "it plays all the same"
            } else {
                "all of them play"
            }
        ),
        (e, w) => format!(
            "{files} checked: {}, {}",
            plural(e, "error"),
            plural(w, "warning")
        ),
    }
}

/// How the expectations went; files with errors do not play, so nothing is tried of them.
fn summary_of_expectations(n: usize, n_unmet: usize, n_untried: usize) -> String {
    let held = match (n, n_unmet) {
        (0, _) if n_untried > 0 => {
            return "nothing was tried: a file with errors does not play".to_owned();
        }
        (0, _) => {
            "nothing is expected yet: `expect`, in `satisfactometer reference`, says how".to_owned()
        }
        (1, 0) => "the one expectation holds".to_owned(),
        (n, 0) => format!("all {n} expectations hold"),
        (n, unmet) => format!("{} of {n} expectations hold", n - unmet),
    };
    match n_untried {
        0 => held,
        1 => format!("{held}; nothing was tried of the file with errors"),
        files => format!("{held}; nothing was tried of the {files} files with errors"),
    }
}
