//! The path model every picture is made of: filled shapes in reading order, back to
//! front. Paper has no outline, so there are no strokes; lines are thin shapes.

use std::ops::{Add, Mul, Sub};

/// A place on the picture, y down. A figure lives in the square 0 to 1000; a scene
/// reaches from -700 to 1700 across so that it fills any window.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Point {
    /// Across, to the right.
    pub(crate) x: f32,
    /// Down.
    pub(crate) y: f32,
}

/// Short for a [`Point`].
pub(crate) const fn pt(x: f32, y: f32) -> Point {
    Point { x, y }
}

impl Point {
    /// The point a share `t` of the way to `other`.
    pub(crate) fn lerp(self, other: Point, t: f32) -> Point {
        self + (other - self) * t
    }

    /// The vector of length one in this direction; straight down when there is none.
    pub(crate) fn unit(self) -> Point {
        let length = self.x.hypot(self.y);
        if length > 1e-4 {
            self * (1.0 / length)
        } else {
            pt(0.0, 1.0)
        }
    }

    /// A quarter turn clockwise on the picture.
    pub(crate) fn across(self) -> Point {
        pt(-self.y, self.x)
    }
}

impl Add for Point {
    type Output = Point;
    fn add(self, other: Point) -> Point {
        pt(self.x + other.x, self.y + other.y)
    }
}

impl Sub for Point {
    type Output = Point;
    fn sub(self, other: Point) -> Point {
        pt(self.x - other.x, self.y - other.y)
    }
}

impl Mul<f32> for Point {
    type Output = Point;
    fn mul(self, by: f32) -> Point {
        pt(self.x * by, self.y * by)
    }
}

/// A colour in sRGB with straight alpha.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rgba8 {
    /// Red.
    pub(crate) r: u8,
    /// Green.
    pub(crate) g: u8,
    /// Blue.
    pub(crate) b: u8,
    /// Opacity, 255 solid.
    pub(crate) a: u8,
}

/// A solid colour written as 0xRRGGBB.
pub(crate) const fn rgb(hex: u32) -> Rgba8 {
    Rgba8 {
        r: (hex >> 16) as u8,
        g: (hex >> 8) as u8,
        b: hex as u8,
        a: 255,
    }
}

impl Rgba8 {
    /// The colour a share `t` (0 to 1) of the way to `other`.
    pub(crate) fn mix(self, other: Rgba8, t: f32) -> Rgba8 {
        let t = t.clamp(0.0, 1.0);
        let blend = |a: u8, b: u8| (f32::from(a) + (f32::from(b) - f32::from(a)) * t).round() as u8;
        Rgba8 {
            r: blend(self.r, other.r),
            g: blend(self.g, other.g),
            b: blend(self.b, other.b),
            a: blend(self.a, other.a),
        }
    }

    /// The same colour with an opacity of 0 to 1.
    pub(crate) fn faint(self, opacity: f32) -> Rgba8 {
        let a = (opacity.clamp(0.0, 1.0) * 255.0).round() as u8;
        Rgba8 { a, ..self }
    }

    /// Darker and a little warmer, as paper in shade: 0 the same, 1 almost black.
    pub(crate) fn shaded(self, t: f32) -> Rgba8 {
        self.mix(rgb(0x2a_17_1c), t)
    }

    /// Lighter and warmer, as paper in the light: 0 the same, 1 cream.
    pub(crate) fn lit(self, t: f32) -> Rgba8 {
        self.mix(rgb(0xff_f4_e2), t)
    }
}

/// One step of a path. Paths fill by the non-zero rule.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Segment {
    /// Begin a new outline here.
    Move(Point),
    /// A straight cut.
    Line(Point),
    /// A cubic curve: two handles and its end.
    Cubic(Point, Point, Point),
    /// Back to where the outline began.
    Close,
}

/// Where a shape belongs, back to front, so that hands can lie on a counter that
/// stands before the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Layer {
    /// The room behind.
    Backdrop,
    /// The person as far as the counter hides them.
    Figure,
    /// The counter, or the trainee's desk.
    Counter,
    /// Forearms and hands, before the counter.
    Hands,
}

/// One piece of paper.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Shape {
    /// Where it lies.
    pub(crate) layer: Layer,
    /// What it is, for people who read the SVG or debug a mesh.
    pub(crate) part: &'static str,
    /// Its outline.
    pub(crate) path: Vec<Segment>,
    /// Its colour. Opacity 0 means: keep the place, draw nothing.
    pub(crate) fill: Rgba8,
}

/// The pieces of a picture while it is being laid, back to front.
#[derive(Debug)]
pub(crate) struct Sheet {
    layer: Layer,
    shapes: Vec<Shape>,
}

impl Sheet {
    /// An empty sheet on a layer.
    pub(crate) fn new(layer: Layer) -> Sheet {
        let shapes = Vec::with_capacity(192);
        Sheet { layer, shapes }
    }

    /// Lays what follows on another layer.
    pub(crate) fn onto(&mut self, layer: Layer) {
        self.layer = layer;
    }

    /// Lays one piece.
    pub(crate) fn lay(&mut self, part: &'static str, path: Vec<Segment>, fill: Rgba8) {
        let layer = self.layer;
        self.shapes.push(Shape {
            layer,
            part,
            path,
            fill,
        });
    }

    /// Lays one piece with the soft shadow of a second sheet of paper, `height` units
    /// above what lies below it. The light comes from the upper left.
    pub(crate) fn raise(
        &mut self,
        part: &'static str,
        path: Vec<Segment>,
        fill: Rgba8,
        height: f32,
    ) {
        let by = pt(height * 0.7, height);
        let shadow = path.iter().map(|step| step.moved(by)).collect();
        self.lay("shadow", shadow, rgb(0x3b_1f_1c).faint(0.16));
        self.lay(part, path, fill);
    }

    /// The finished pieces.
    pub(crate) fn into_shapes(self) -> Vec<Shape> {
        self.shapes
    }
}

impl Segment {
    /// The same step, moved.
    pub(crate) fn moved(self, by: Point) -> Segment {
        match self {
            Segment::Move(p) => Segment::Move(p + by),
            Segment::Line(p) => Segment::Line(p + by),
            Segment::Cubic(a, b, p) => Segment::Cubic(a + by, b + by, p + by),
            Segment::Close => Segment::Close,
        }
    }
}
