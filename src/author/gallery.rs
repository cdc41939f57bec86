//! `satisfactometer gallery`: everybody in every expression, as SVG, as PNG and as a
//! page for a browser. For authors who pick a `look`, and for those who draw.

mod raster;
#[cfg(test)]
mod tests;

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::Context;
use askama::Template;
use indicatif::{ProgressBar, ProgressStyle};
use rayon::prelude::*;

use crate::portrait::expression;
use crate::portrait::look::{self, Look};
use crate::portrait::{sheet, words};

/// Width of the contact sheet as PNG, pixels.
const SHEET_WIDTH: u32 = 1800;
/// Width of the picture of everybody, pixels, and people in a row of it.
const PEOPLE: (u32, usize) = (1600, 8);

#[derive(Template)]
#[template(path = "author/gallery/page.html")]
struct Page {
    people: Vec<Person>,
}

struct Person {
    id: &'static str,
    title: &'static str,
    shown: Vec<Shown>,
}

struct Shown {
    name: &'static str,
    words: String,
}

/// Writes the gallery into a folder, which is made if it is not there.
///
/// # Errors
/// When the folder or a file in it cannot be written.
pub fn run(folder: &Path) -> anyhow::Result<u8> {
    fs::create_dir_all(folder)
        .with_context(|| format!("the folder {} cannot be made", folder.display()))?;
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.join(name);
        fs::write(&path, bytes).with_context(|| format!("{} cannot be written", path.display()))
    };
    let people = look::all();
    let bar = ProgressBar::new(people.len() as u64 + 3).with_style(
        ProgressStyle::with_template("{msg:18} {bar:32} {pos}/{len}").context("the bar")?,
    );
    bar.set_message("people");
    let drawn: Vec<(Person, String)> = people
        .par_iter()
        .map(|look| {
            let drawn = (person(look), sheet::of_one(look));
            bar.inc(1);
            drawn
        })
        .collect();
    let mut listed = Vec::with_capacity(drawn.len());
    for (person, sheet) in drawn {
        write(&format!("{}.svg", person.id), sheet.as_bytes())?;
        listed.push(person);
    }
    write("index.html", Page { people: listed }.render()?.as_bytes())?;
    bar.inc(1);
    bar.set_message("contact sheet");
    write("sheet.svg", sheet::everybody(true).as_bytes())?;
    write(
        "sheet.png",
        &raster::png(&sheet::everybody(false), SHEET_WIDTH)?,
    )?;
    bar.inc(1);
    bar.set_message("people in one");
    write(
        "people.png",
        &raster::png(&sheet::assembly(PEOPLE.1), PEOPLE.0)?,
    )?;
    bar.inc(1);
    bar.finish_and_clear();
    writeln!(
        anstream::stdout(),
        "{} people, each in {} expressions: {}\n\
         Also there: sheet.svg and sheet.png (all in one), people.png, and one SVG for each person.",
        people.len(),
        expression::all().count(),
        folder.join("index.html").display()
    )?;
    Ok(0)
}

fn person(look: &'static Look) -> Person {
    let shown = expression::all().map(|expression| Shown {
        name: expression.name,
        words: words::describe(&expression.percept, false),
    });
    Person {
        id: look.id,
        title: look.title,
        shown: shown.collect(),
    }
}
