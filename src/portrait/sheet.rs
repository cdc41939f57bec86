//! Contact sheets: people by expression, side by side, as SVG text. Labels are text of
//! the SVG; whoever makes a picture without a font leaves them out.

use std::fmt::Write;

use crate::portrait::{
    action::ActionUnits,
    expression::{self, Expression},
    figure,
    look::{self, Look},
    scene,
    shape::{Rgba8, Shape, rgb},
    svg::{self, View},
    words,
};

/// What of a figure's square a cell of a sheet shows.
pub(crate) const CELL: View = (60.0, 30.0, 880.0, 980.0);
/// Units between cells.
const GAP: f32 = 24.0;
/// Units for the names of expressions above the cells.
const HEAD: f32 = 70.0;
/// Units for the name of a person beside the cells.
const SIDE: f32 = 430.0;
/// The walls behind the people, by person in turn.
const WALLS: [Rgba8; 4] = [rgb(0xe9dcc6), rgb(0xd6e0d6), rgb(0xf0d8c0), rgb(0xd9dde2)];
const PAPER: Rgba8 = rgb(0xfffaf1);

/// The pieces of one cell: the person behind a counter.
pub(crate) fn figure_of(look: &Look, expression: &Expression) -> Vec<Shape> {
    let units = ActionUnits::from_percept(&expression.percept, look);
    let mut shapes = figure::draw(look, &units.speaking(expression.mouth()));
    shapes.extend(scene::bare_counter());
    shapes
}

/// Everybody in every expression of the sheet: one row a person.
pub(crate) fn everybody(labels: bool) -> String {
    let people: Vec<&Look> = look::all().iter().collect();
    by_expression(
        &people,
        &expression::SHEET.iter().collect::<Vec<_>>(),
        labels,
    )
}

/// One person in all their expressions, five in a row, with the names above.
pub(crate) fn of_one(look: &Look) -> String {
    const COLUMNS: usize = 5;
    let at = |n: usize| {
        (
            GAP + (n % COLUMNS) as f32 * (CELL.2 + GAP),
            GAP + HEAD + (n / COLUMNS) as f32 * (CELL.3 + GAP + HEAD),
        )
    };
    let n_rows = expression::all().count().div_ceil(COLUMNS);
    let width = GAP + COLUMNS as f32 * (CELL.2 + GAP);
    let height = GAP + n_rows as f32 * (CELL.3 + GAP + HEAD);
    let mut text = opening(look.title, width, height);
    for (n, expression) in expression::all().enumerate() {
        let (x, y) = at(n);
        label(
            &mut text,
            (x + CELL.2 * 0.5, y - 24.0),
            40,
            "middle",
            expression.name,
        );
        cell(&mut text, (x, y), look, expression, WALLS[0]);
    }
    text.push_str("</svg>\n");
    text
}

/// These people in these expressions: one row a person, one column an expression.
pub(crate) fn by_expression(people: &[&Look], shown: &[&Expression], labels: bool) -> String {
    let (head, side) = if labels { (HEAD, SIDE) } else { (0.0, 0.0) };
    let at = |column: usize, row: usize| {
        (
            GAP + side + column as f32 * (CELL.2 + GAP),
            GAP + head + row as f32 * (CELL.3 + GAP),
        )
    };
    let (width, height) = at(shown.len(), people.len());
    let mut text = opening("The customers and what they show", width, height);
    if labels {
        for (column, expression) in shown.iter().enumerate() {
            let (x, y) = at(column, 0);
            label(
                &mut text,
                (x + CELL.2 * 0.5, y - 24.0),
                40,
                "middle",
                expression.name,
            );
        }
    }
    for (row, look) in people.iter().enumerate() {
        if labels {
            let (_, y) = at(0, row);
            label(&mut text, (GAP, y + CELL.3 * 0.48), 46, "start", look.id);
        }
        for (column, expression) in shown.iter().enumerate() {
            cell(
                &mut text,
                at(column, row),
                look,
                expression,
                WALLS[row % WALLS.len()],
            );
        }
    }
    text.push_str("</svg>\n");
    text
}

/// Everybody once, each in another mood than their neighbours, `columns` in a row.
pub(crate) fn assembly(columns: usize) -> String {
    let people = look::all();
    let at = |n: usize| {
        let (column, row) = (n % columns, n / columns);
        (
            GAP + column as f32 * (CELL.2 + GAP),
            GAP + row as f32 * (CELL.3 + GAP),
        )
    };
    let rows = people.len().div_ceil(columns);
    let width = GAP + columns as f32 * (CELL.2 + GAP);
    let height = GAP + rows as f32 * (CELL.3 + GAP);
    let mut text = opening("The customers", width, height);
    for (n, look) in people.iter().enumerate() {
        let mood = (n * 5 + n / columns) % expression::SHEET.len();
        let wall = WALLS[(n + n / columns) % WALLS.len()];
        cell(&mut text, at(n), look, &expression::SHEET[mood], wall);
    }
    text.push_str("</svg>\n");
    text
}

fn opening(title: &str, width: f32, height: f32) -> String {
    let mut text = String::with_capacity(4 << 20);
    // Writing to a string cannot fail.
    let _ = write!(
        text,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" role=\"img\">\n\
         <title>{}</title>\n<rect width=\"{width}\" height=\"{height}\" fill=\"{}\"/>\n",
        svg::escape(title),
        hex(PAPER)
    );
    text
}

fn cell(text: &mut String, (x, y): (f32, f32), look: &Look, expression: &Expression, wall: Rgba8) {
    let (left, top, wide, high) = CELL;
    let _ = write!(
        text,
        "<svg x=\"{x}\" y=\"{y}\" width=\"{wide}\" height=\"{high}\" viewBox=\"{left} {top} {wide} {high}\" overflow=\"hidden\">\n\
         <title>{}: {}</title>\n<rect x=\"{left}\" y=\"{top}\" width=\"{wide}\" height=\"{high}\" fill=\"{}\"/>\n{}</svg>\n",
        svg::escape(look.id),
        svg::escape(&words::describe(&expression.percept, false)),
        hex(wall),
        svg::group(&figure_of(look, expression))
    );
}

fn label(text: &mut String, (x, y): (f32, f32), size: u32, anchor: &str, words: &str) {
    let _ = writeln!(
        text,
        "<text x=\"{x}\" y=\"{y}\" font-family=\"sans-serif\" font-size=\"{size}\" fill=\"#22263a\" text-anchor=\"{anchor}\">{}</text>",
        svg::escape(words)
    );
}

fn hex(colour: Rgba8) -> String {
    format!("#{:02x}{:02x}{:02x}", colour.r, colour.g, colour.b)
}
