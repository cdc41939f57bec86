//! The doctrines an instructor may choose from, found by name and told in words.

use std::io::Write;

use engine::doctrine::{Doctrine, Doctrines, Side, WHOLE, stands_outside};
use engine::guidance::{Catalogue, Clause, Tested};
use serde_json::{Value, json};

/// Columns of the text.
const WIDTH: usize = 80;

/// The doctrine of this name, for a command or a file.
///
/// # Errors
/// When there is none; says which there are.
pub fn doctrine(name: &str) -> Result<&'static Doctrine, String> {
    if let Some(found) = Doctrine::find(name) {
        return Ok(found);
    }
    let all = Doctrines::current();
    // It may come from a file, and goes to a terminal.
    let shown = name.escape_debug();
    let of = name.rsplit_once('.').map(|(id, _)| id);
    let versions = all.doctrines.iter().filter(|known| Some(&*known.id) == of);
    let versions: Vec<String> = versions.map(Doctrine::key).collect();
    if let [.., _] = versions.as_slice() {
        return Err(format!(
            "this release has no `{shown}`; it has {}",
            versions.join(", ")
        ));
    }
    let known: Vec<&str> = all.choices().map(|known| known.id.as_str()).collect();
    Err(format!(
        "no doctrine is called `{shown}`; there are: {}",
        known.join(", ")
    ))
}

/// Lists the doctrines, or says what one of them weighs.
///
/// # Errors
/// When nothing can be written.
pub fn run(
    of: Option<&'static Doctrine>,
    as_json: bool,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    if as_json {
        let all = Doctrines::current().choices();
        let told: Vec<Value> = match of {
            Some(doctrine) => vec![told(doctrine)],
            None => all.map(told).collect(),
        };
        writeln!(out, "{:#}", Value::from(told))?;
        return Ok(());
    }
    match of {
        Some(doctrine) => explain(doctrine, out),
        None => list(out),
    }
}

fn list(out: &mut impl Write) -> anyhow::Result<()> {
    for doctrine in Doctrines::current().choices() {
        writeln!(out, "{:16}{}", doctrine.id, doctrine.title)?;
        wrapped(out, "                ", &doctrine.sentence)?;
    }
    writeln!(out)?;
    wrapped(
        out,
        "",
        "A doctrine says how clauses weigh in conduct where the documents disagree. The talk, \
         satisfaction, red lines and the critical gate are the same under each of them. \
         `satisfactometer doctrines NAME` says what one weighs; `host`, `assign` and `replay` \
         take one with --doctrine.",
    )
}

fn explain(doctrine: &Doctrine, out: &mut impl Write) -> anyhow::Result<()> {
    writeln!(out, "{} ({})", doctrine.title, doctrine.key())?;
    wrapped(out, "", &doctrine.sentence)?;
    for tension in &Doctrines::current().tensions {
        writeln!(out)?;
        wrapped(out, "", &tension.question)?;
        for (side, _) in tension.both() {
            let weighs = match weighable(side) {
                true => format!("{} %", doctrine.leans(side)),
                false => "always in full".to_owned(),
            };
            wrapped(out, "  ", &format!("“{}”: {weighs}", side.says))?;
            for clause in clauses(side) {
                let fixed = match (clause.tested, stands_outside(clause) && weighable(side)) {
                    (Tested::Encounter, true) => "; always in full",
                    (Tested::Encounter, false) => "",
                    _ => "; not put to the test in a talk",
                };
                let source = &clause.source;
                let line = format!(
                    "{}. {} ({}, line {}{fixed})",
                    clause.n, clause.title, source.0, source.1
                );
                wrapped(out, "      ", &line)?;
            }
        }
    }
    writeln!(out)?;
    wrapped(
        out,
        "",
        "Every other clause weighs what it always does, and so does whatever guards a red line \
         or answers a threat.",
    )
}

fn told(doctrine: &Doctrine) -> Value {
    let sides = Doctrines::current().tensions.iter().map(|tension| {
        let sides: Vec<Value> = tension
            .both()
            .map(|(side, _)| {
                json!({ "id": side.id, "says": side.says, "clauses": side.clauses,
                    "percent": if weighable(side) { doctrine.leans(side) } else { WHOLE } })
            })
            .into();
        json!({ "id": tension.id, "name": tension.name, "question": tension.question,
            "note": tension.note, "sides": sides })
    });
    json!({ "id": doctrine.id, "version": doctrine.version, "title": doctrine.title,
        "sentence": doctrine.sentence, "tensions": sides.collect::<Vec<Value>>() })
}

/// Whether a doctrine may weigh any clause of it.
fn weighable(side: &Side) -> bool {
    clauses(side).any(|clause| !stands_outside(clause))
}

fn clauses(side: &Side) -> impl Iterator<Item = &'static Clause> {
    let all = Catalogue::current().clauses.iter();
    all.filter(|clause| side.clauses.contains(&clause.n))
}

fn wrapped(out: &mut impl Write, indent: &str, text: &str) -> anyhow::Result<()> {
    let options = textwrap::Options::new(WIDTH)
        .initial_indent(indent)
        .subsequent_indent(indent);
    for line in textwrap::wrap(text, options) {
        writeln!(out, "{line}")?;
    }
    Ok(())
}
