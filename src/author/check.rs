//! `satisfactometer check`: reads files and folders, prints every finding at
//! once, for people or for programs. The rules are the engine's, but for the
//! gallery of looks, which the engine does not know.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::bail;
use engine::diagnostic::Severity;
use engine::load::Loaded;
use engine::load::findings::{Findings, warning};
use engine::load::source::Source;
use serde_json::json;

use super::render::report;
use crate::desk::library::{house_file, load_file, load_house_file, scenario_files};
use crate::portrait::look;

/// Checks all paths; returns the exit code: 0 nothing found, 1 something found,
/// 2 a file could not be read.
///
/// # Errors
/// When a folder cannot be read or holds no scenario, or nothing can be printed.
pub fn run(paths: &[PathBuf], as_json: bool) -> anyhow::Result<u8> {
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
    let mut out = anstream::stdout();
    let mut rows = Vec::new();
    for path in &files {
        let (source, findings) = match read(path) {
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
        n_errors += n_found(Severity::Error) + findings.more;
        n_warnings += n_found(Severity::Warning);
        if as_json {
            rows.push(as_rows(path, &source, &findings));
        } else if !findings.is_empty() {
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
        writeln!(
            out,
            "{:#}",
            json!({ "files": files.len() - n_unread, "errors": n_errors, "warnings": n_warnings, "findings": rows })
        )?;
    } else {
        writeln!(
            out,
            "{}",
            summary(files.len() - n_unread, n_errors, n_warnings)
        )?;
    }
    Ok(match (n_unread, n_errors + n_warnings) {
        (0, 0) => 0,
        (0, _) => 1,
        _ => 2,
    })
}

/// What is to be said about a file: a scenario, or the house's own rules.
fn read(path: &Path) -> anyhow::Result<(Source, Findings)> {
    if path.file_name().is_some_and(|name| name == "house.ron") {
        let loaded = load_house_file(path)?;
        return Ok((loaded.source, loaded.findings));
    }
    let mut loaded = load_file(path)?;
    check_look(&mut loaded);
    Ok((loaded.source, loaded.findings))
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
            "{files} checked: {}; all of them play",
            plural(w, "warning")
        ),
        (e, w) => format!(
            "{files} checked: {}, {}",
            plural(e, "error"),
            plural(w, "warning")
        ),
    }
}
