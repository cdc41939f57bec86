//! Golden pictures of the people, and proof that people and moods can be told apart.
//!
//! Two measures. *Picture*: both pictures are averaged over blocks of 4 x 4 pixels, so
//! that the edges a renderer smooths otherwise do not count; each block is compared in
//! Oklab (distance times 100, about 2 is just noticeable), and the measure is the mean
//! of the hundredth of the blocks that differ most. *Silhouette*: the share of the area
//! of either outline that is not in both.

use std::fs;
use std::path::PathBuf;

use resvg::tiny_skia::{Pixmap, PixmapPaint, Transform};

use super::raster::pixels;
use crate::portrait::action::ActionUnits;
use crate::portrait::expression::{self, Expression, SHEET};
use crate::portrait::look::{self, Look};
use crate::portrait::shape::{Shape, rgb};
use crate::portrait::{figure, sheet, svg};

/// Side of one picture in a golden, pixels.
const SIDE: u32 = 96;
/// Above this a picture is another one than its golden.
const SAME: f32 = 0.8;
/// Above this two pictures are told apart at a glance.
const APART: f32 = 6.0;
/// Above this two outlines are told apart, share of their area.
const OUTLINE: f32 = 0.07;

fn golden(look: &Look) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data/portraits")
        .join(format!("{}.png", look.id))
}

/// The head alone, where the expressions are.
const FACE: svg::View = (285.0, 100.0, 430.0, 460.0);

/// One person at the counter, and their face in every expression of the sheet, side by
/// side.
fn strip(look: &Look) -> Pixmap {
    let mut cells = vec![portrait(look, &SHEET[0])];
    cells.extend(SHEET.iter().map(|expression| face(look, expression)));
    let wide: u32 = cells.iter().map(Pixmap::width).sum();
    let high = cells.iter().map(Pixmap::height).max().unwrap_or(1);
    let mut strip = Pixmap::new(wide, high).expect("a picture of some size");
    let mut left = 0;
    for cell in &cells {
        let (paint, place) = (PixmapPaint::default(), Transform::identity());
        strip.draw_pixmap(left, 0, cell.as_ref(), &paint, place, None);
        left += cell.width() as i32;
    }
    strip
}

fn drawn(view: svg::View, shapes: &[Shape]) -> Pixmap {
    pixels(&svg::document("", view, shapes), SIDE).expect("our own pictures can be drawn")
}

fn face(look: &Look, expression: &Expression) -> Pixmap {
    drawn(FACE, &sheet::figure_of(look, expression))
}

fn portrait(look: &Look, expression: &Expression) -> Pixmap {
    drawn(sheet::CELL, &sheet::figure_of(look, expression))
}

fn outline(look: &Look, expression: &Expression) -> Pixmap {
    let units = ActionUnits::from_percept(&expression.percept, look);
    let mut shapes = figure::draw(look, &units);
    // Shadows are no part of a person.
    shapes.retain(|shape| shape.part != "shadow");
    for shape in shapes.iter_mut().filter(|shape| shape.fill.a == 255) {
        shape.fill = rgb(0);
    }
    drawn(sheet::CELL, &shapes)
}

/// The averages over blocks of 4 x 4 pixels, in Oklab times 100.
fn blocks(picture: &Pixmap) -> Vec<[f32; 3]> {
    let (wide, high) = (picture.width() as usize, picture.height() as usize);
    let linear = |byte: u8| {
        let c = f32::from(byte) / 255.0;
        if c <= 0.040_45 {
            c / 12.92
        } else {
            ((c + 0.055) / 1.055).powf(2.4)
        }
    };
    let mut averages = Vec::with_capacity(wide * high / 16);
    for top in (0..high - 3).step_by(4) {
        for left in (0..wide - 3).step_by(4) {
            let mut sum = [0.0_f32; 3];
            for n in 0..16 {
                let (x, y) = (left + n % 4, top + n / 4);
                let pixel = picture.pixels()[y * wide + x];
                // On white, as paper is.
                let on_white = |c: u8| linear(c.saturating_add(255 - pixel.alpha()));
                sum[0] += on_white(pixel.red()) / 16.0;
                sum[1] += on_white(pixel.green()) / 16.0;
                sum[2] += on_white(pixel.blue()) / 16.0;
            }
            averages.push(oklab(sum));
        }
    }
    averages
}

/// Björn Ottosson's Oklab, times 100.
fn oklab([r, g, b]: [f32; 3]) -> [f32; 3] {
    let l = (0.412_221_46 * r + 0.536_332_55 * g + 0.051_445_995 * b).cbrt();
    let m = (0.211_903_5 * r + 0.680_699_5 * g + 0.107_396_96 * b).cbrt();
    let s = (0.088_302_46 * r + 0.281_718_85 * g + 0.629_978_7 * b).cbrt();
    [
        21.045_426 * l + 79.361_78 * m - 0.407_204_7 * s,
        197.799_84 * l - 242.859_22 * m + 45.059_37 * s,
        2.590_403_7 * l + 78.277_18 * m - 80.867_58 * s,
    ]
}

/// How different two pictures of one size look.
fn distance(a: &Pixmap, b: &Pixmap) -> f32 {
    if (a.width(), a.height()) != (b.width(), b.height()) {
        return f32::INFINITY;
    }
    let mut apart: Vec<f32> = blocks(a)
        .iter()
        .zip(blocks(b))
        .map(|(a, b)| {
            let squares = (0..3).map(|k| (a[k] - b[k]).powi(2));
            squares.sum::<f32>().sqrt()
        })
        .collect();
    apart.sort_by(f32::total_cmp);
    let worst = &apart[apart.len() - apart.len().div_ceil(100)..];
    worst.iter().sum::<f32>() / worst.len() as f32
}

/// The share of two outlines that is not common to both.
fn outlines_apart(a: &Pixmap, b: &Pixmap) -> f32 {
    let (mut either, mut one) = (0, 0);
    for (a, b) in a.pixels().iter().zip(b.pixels()) {
        let (a, b) = (a.alpha() > 127, b.alpha() > 127);
        either += usize::from(a || b);
        one += usize::from(a != b);
    }
    one as f32 / either.max(1) as f32
}

#[test]
fn people_look_as_they_did() {
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    let mut wrong = Vec::new();
    for look in look::all() {
        let now = strip(look);
        let path = golden(look);
        if update {
            fs::create_dir_all(path.parent().expect("a folder")).expect("it can be made");
            fs::write(&path, now.encode_png().expect("a picture")).expect("it can be written");
            continue;
        }
        let apart = fs::read(&path)
            .ok()
            .and_then(|bytes| Pixmap::decode_png(&bytes).ok())
            .map_or(f32::INFINITY, |before| distance(&before, &now));
        if apart > SAME {
            wrong.push(format!("{}: {apart:.2}", look.id));
        }
    }
    assert!(
        wrong.is_empty(),
        "other pictures than in tests/data/portraits ({SAME} is the most): {wrong:?}; \
         look at `satisfactometer gallery`, then UPDATE_EXPECT=1"
    );
}

#[test]
fn a_golden_can_fail() {
    let look = look::find("carpenter").expect("a known look");
    let calm = ActionUnits::from_percept(&SHEET[0].percept, look);
    let face = |units: &ActionUnits| drawn(FACE, &figure::draw(look, units));
    let before = face(&calm);
    assert_eq!(distance(&before, &before), 0.0);
    let mut without = figure::draw(look, &calm);
    without.retain(|shape| shape.part != "wisp");
    let others = [
        ("a frown", face(&ActionUnits { au4: 0.5, ..calm })),
        ("a smile", face(&ActionUnits { au12: 0.5, ..calm })),
        (
            "a look aside",
            face(&ActionUnits {
                gaze_x: 0.8,
                ..calm
            }),
        ),
        ("a bald head", drawn(FACE, &without)),
    ];
    for (what, other) in others {
        let apart = distance(&before, &other);
        assert!(apart > SAME, "{what} is only {apart:.2}");
    }
}

#[test]
fn any_two_people_can_be_told_apart() {
    let all: Vec<_> = look::all()
        .iter()
        .map(|look| (look.id, portrait(look, &SHEET[0]), outline(look, &SHEET[0])))
        .collect();
    let (mut pictures, mut outlines) = (Vec::new(), Vec::new());
    for (n, a) in all.iter().enumerate() {
        for b in &all[n + 1..] {
            let both = format!("{} and {}", a.0, b.0);
            pictures.push((distance(&a.1, &b.1), both.clone()));
            outlines.push((outlines_apart(&a.2, &b.2), both));
        }
    }
    assert_apart(pictures, 2.0 * APART);
    assert_apart(outlines, OUTLINE);
}

#[test]
fn any_two_moods_of_a_person_can_be_told_apart() {
    for look in look::all() {
        let all: Vec<_> = expression::all()
            .map(|expression| (expression.name, portrait(look, expression)))
            .collect();
        let mut pictures = Vec::new();
        for (n, a) in all.iter().enumerate() {
            for b in &all[n + 1..] {
                let both = format!("{}, {} and {}", look.id, a.0, b.0);
                pictures.push((distance(&a.1, &b.1), both));
            }
        }
        assert_apart(pictures, APART);
    }
}

/// The two that are most alike still differ by more than this.
fn assert_apart(mut pairs: Vec<(f32, String)>, least: f32) {
    pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
    assert!(pairs[0].0 > least, "too much alike: {:?}", &pairs[..3]);
}
