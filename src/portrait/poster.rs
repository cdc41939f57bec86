//! Pictures made once: the first page, where three customers in three moods lean
//! into a dial, and the head and shoulders of one. They do not move.

use engine::percept::{Gaze, Percept, Posture};

use crate::portrait::{
    action::ActionUnits,
    cut::{between, ellipse, strip},
    figure,
    look::{self, Look},
    scene::{self, COUNTER_FAR},
    shape::{Layer, Point, Rgba8, Segment, Shape, Sheet, pt, rgb},
};

/// The middle of the dial on the [`poster`].
const HUB: Point = pt(500.0, 590.0);
/// Half the angle of the dial, degrees from its top.
const SWEEP: f32 = 84.0;
/// Where the needle stands, 0 to 1: somebody is still angry.
const READING: f32 = 0.33;
/// From the hub to the inner and outer edge of the coloured band.
const BAND: (f32, f32) = (372.0, 424.0);
/// From angry to glad. The place on the dial says the same without colour.
const BAND_COLOURS: [u32; 5] = [0xb8452f, 0xd9773f, 0xe3b458, 0x8fae7f, 0x2f7f78];
/// The far edge of the counter on the poster.
const COUNTER: f32 = 806.0;

/// The first page: a rising dial, three customers before it, the counter before them,
/// in a square of 1000 with the counter going on at both sides.
pub(crate) fn poster() -> Vec<Shape> {
    let mut shapes = dial();
    for (id, x, size, percept, mouth) in cast() {
        let look = look::or_somebody(id);
        let units = ActionUnits::from_percept(&percept, look).speaking(mouth);
        shapes.extend(placed(figure::draw(look, &units), x, size));
    }
    shapes.extend(endless(placed(scene::counter_front(), 500.0, 0.8)));
    // Each figure lies on those before it; only the hands lie on the counter.
    for shape in &mut shapes {
        if shape.layer == Layer::Figure {
            shape.layer = Layer::Backdrop;
        }
    }
    shapes
}

/// Who stands there, from the back to the front: look, x, size, what is to be seen,
/// and how far the mouth is open.
fn cast() -> [(&'static str, f32, f32, Percept, f32); 3] {
    let calm = Percept::default();
    let icy = Percept {
        tension: 78,
        warmth: 6,
        gaze: Gaze::Past,
        posture: Posture::Folded,
        loudness: 40,
        pace: 55,
        ..calm
    };
    let glad = Percept {
        tension: 8,
        warmth: 96,
        loudness: 45,
        pace: 50,
        ..calm
    };
    let furious = Percept {
        tension: 97,
        warmth: 2,
        posture: Posture::Looming,
        loudness: 92,
        pace: 85,
        ..calm
    };
    [
        ("contractor", 252.0, 0.64, icy, 0.0),
        ("courier", 752.0, 0.64, glad, 0.0),
        ("grandmother", 500.0, 0.8, furious, 0.75),
    ]
}

/// The shapes made smaller, so that x 500 comes to `x` and the counter to [`COUNTER`].
fn placed(mut shapes: Vec<Shape>, x: f32, size: f32) -> Vec<Shape> {
    let by = pt(x - 500.0 * size, COUNTER - COUNTER_FAR * size);
    let place = |p: Point| p * size + by;
    for step in shapes.iter_mut().flat_map(|shape| &mut shape.path) {
        *step = match *step {
            Segment::Move(p) => Segment::Move(place(p)),
            Segment::Line(p) => Segment::Line(place(p)),
            Segment::Cubic(a, b, p) => Segment::Cubic(place(a), place(b), place(p)),
            Segment::Close => Segment::Close,
        };
    }
    shapes
}

/// The counter without its ends, however wide the window is.
fn endless(mut shapes: Vec<Shape>) -> Vec<Shape> {
    const ENDS: (f32, f32) = (-459.0, 1459.0);
    let far = |p: Point| match p.x {
        x if x < ENDS.0 => pt(x - 4000.0, p.y),
        x if x > ENDS.1 => pt(x + 4000.0, p.y),
        _ => p,
    };
    for step in shapes.iter_mut().flat_map(|shape| &mut shape.path) {
        *step = match *step {
            Segment::Move(p) => Segment::Move(far(p)),
            Segment::Line(p) => Segment::Line(far(p)),
            Segment::Cubic(a, b, p) => Segment::Cubic(far(a), far(b), far(p)),
            Segment::Close => Segment::Close,
        };
    }
    shapes
}

fn dial() -> Vec<Shape> {
    let mut sheet = Sheet::new(Layer::Backdrop);
    sheet.raise(
        "deep sheet",
        ellipse(HUB, 506.0, 506.0, 0.0),
        rgb(0xe9ddca),
        9.0,
    );
    sheet.raise("dial", ellipse(HUB, 450.0, 450.0, 0.0), rgb(0xfffaf1), 9.0);
    let n = BAND_COLOURS.len() as f32;
    for (k, colour) in BAND_COLOURS.into_iter().enumerate() {
        let edges = (k as f32 / n + 0.006, (k as f32 + 1.0) / n - 0.006);
        sheet.lay("band", band(edges), rgb(colour));
    }
    let ink = rgb(0x22263a);
    for k in 0..=20 {
        let long = k % 5 == 0;
        let (from, width) = if long { (306.0, 9.0) } else { (330.0, 5.0) };
        let at = k as f32 / 20.0;
        let tick = strip(&[on_dial(at, from), on_dial(at, 356.0)], width);
        sheet.lay("tick", tick, ink);
    }
    let needle = strip(&[HUB, on_dial(READING, 398.0)], 15.0);
    sheet.raise("needle", needle, ink, 7.0);
    sheet.into_shapes()
}

/// A piece of the coloured band between two readings.
fn band(edges: (f32, f32)) -> Vec<Segment> {
    between(&arc(edges, BAND.0), &arc(edges, BAND.1))
}

fn arc((from, to): (f32, f32), radius: f32) -> Vec<Point> {
    let n = 12;
    (0..=n)
        .map(|k| on_dial(from + (to - from) * k as f32 / n as f32, radius))
        .collect()
}

/// The place at a reading, 0 to 1, this far from the hub.
fn on_dial(reading: f32, radius: f32) -> Point {
    let angle = ((reading * 2.0 - 1.0) * SWEEP).to_radians();
    HUB + pt(angle.sin(), -angle.cos()) * radius
}

/// One person as a photograph in a file: composed, looking out, not yet at the counter.
/// All on one layer, in the square of a figure.
pub(crate) fn photograph(look: &Look) -> Vec<Shape> {
    let percept = Percept {
        tension: 34,
        warmth: 34,
        loudness: 50,
        pace: 50,
        ..Percept::default()
    };
    let mut shapes = figure::draw(look, &ActionUnits::from_percept(&percept, look));
    shapes.sort_by_key(|shape| shape.layer);
    for shape in &mut shapes {
        shape.layer = Layer::Backdrop;
    }
    shapes
}

/// What stands behind a photograph.
pub(crate) const PHOTOGRAPH_GROUND: Rgba8 = rgb(0xbcd2c8);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cast_is_known_and_stands_behind_the_counter() {
        for (id, ..) in cast() {
            assert!(look::find(id).is_some(), "{id}");
        }
        let shapes = poster();
        assert!(shapes.iter().all(|shape| shape.layer != Layer::Figure));
        for layer in [Layer::Backdrop, Layer::Counter, Layer::Hands] {
            assert!(shapes.iter().any(|shape| shape.layer == layer));
        }
    }

    #[test]
    fn the_counter_has_no_ends() {
        let shapes = poster();
        let top = shapes.iter().find(|shape| shape.part == "counter top");
        let path = &top.expect("there is a counter").path;
        let ends = path.iter().filter_map(|step| match step {
            Segment::Move(p) | Segment::Line(p) | Segment::Cubic(_, _, p) => Some(p.x),
            Segment::Close => None,
        });
        let (left, right) = ends.fold((0.0_f32, 0.0_f32), |(l, r), x| (l.min(x), r.max(x)));
        assert!(left < -4000.0 && right > 4000.0, "{left} to {right}");
    }

    #[test]
    fn the_dial_runs_from_left_to_right_over_its_top() {
        assert!(on_dial(0.0, 100.0).x < HUB.x && on_dial(1.0, 100.0).x > HUB.x);
        assert!(on_dial(0.5, 100.0).y < on_dial(0.0, 100.0).y);
    }

    #[test]
    fn a_photograph_keeps_every_piece_of_its_person() {
        for look in look::all() {
            let drawn = figure::draw(look, &ActionUnits::default()).len();
            assert_eq!(photograph(look).len(), drawn, "{}", look.id);
        }
    }
}
