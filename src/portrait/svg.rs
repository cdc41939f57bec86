//! The same shapes as SVG text, for galleries, printed pages and browsers. Knows
//! nothing of who is drawn.

use std::fmt::Write;

use crate::portrait::shape::{Point, Rgba8, Segment, Shape};

/// The part of the picture that is shown: x, y, width and height.
pub(crate) type View = (f32, f32, f32, f32);

/// The square a figure lives in.
pub(crate) const FIGURE: View = (0.0, 0.0, 1000.0, 1000.0);

/// A whole SVG document of `shapes` in layer order, with a title for those who do not
/// see it.
pub(crate) fn document(title: &str, view: View, shapes: &[Shape]) -> String {
    let (x, y, w, h) = view;
    let title = escape(title);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"{x} {y} {w} {h}\" role=\"img\">\n\
         <title>{title}</title>\n{}</svg>\n",
        group(shapes)
    )
}

/// The shapes alone, one path element each, for pages that place several.
pub(crate) fn group(shapes: &[Shape]) -> String {
    let mut order: Vec<&Shape> = shapes.iter().filter(|shape| shape.fill.a > 0).collect();
    // Stable: within a layer the order of laying is the order of the paper.
    order.sort_by_key(|shape| shape.layer);
    let mut text = String::with_capacity(order.len() * 200);
    for shape in order {
        text.push_str("<path d=\"");
        outline(&mut text, &shape.path);
        text.push('"');
        paint(&mut text, shape.fill);
        text.push_str("/>\n");
    }
    text
}

/// Steps from point to point in whole tenths of a unit: a third of the size of places.
fn outline(text: &mut String, path: &[Segment]) {
    let tenths = |p: Point| ((p.x * 10.0).round() as i32, (p.y * 10.0).round() as i32);
    let (mut begun, mut pen) = ((0, 0), (0, 0));
    let step = |text: &mut String, from: (i32, i32), to: (i32, i32)| {
        number(text, to.0 - from.0);
        number(text, to.1 - from.1);
    };
    for segment in path {
        match *segment {
            Segment::Move(p) => {
                text.push('m');
                let p = tenths(p);
                step(text, pen, p);
                (begun, pen) = (p, p);
            }
            Segment::Line(p) => {
                let p = tenths(p);
                if p != pen {
                    text.push('l');
                    step(text, pen, p);
                    pen = p;
                }
            }
            Segment::Cubic(a, b, p) => {
                text.push('c');
                let p = tenths(p);
                for to in [tenths(a), tenths(b), p] {
                    step(text, pen, to);
                }
                pen = p;
            }
            Segment::Close => {
                text.push('z');
                pen = begun;
            }
        }
    }
}

/// A number given in tenths, with a space before it where its sign does not part it.
fn number(text: &mut String, tenths: i32) {
    if tenths >= 0 && !text.ends_with(|c: char| c.is_ascii_lowercase()) {
        text.push(' ');
    }
    let (whole, rest) = (tenths / 10, (tenths % 10).abs());
    // Writing to a string cannot fail.
    let _ = match (whole, rest) {
        (0, 0) => write!(text, "0"),
        (0, rest) if tenths < 0 => write!(text, "-.{rest}"),
        (0, rest) => write!(text, ".{rest}"),
        (whole, 0) => write!(text, "{whole}"),
        (whole, rest) => write!(text, "{whole}.{rest}"),
    };
}

fn paint(text: &mut String, fill: Rgba8) {
    let Rgba8 { r, g, b, a } = fill;
    let _ = write!(text, " fill=\"#{r:02x}{g:02x}{b:02x}\"");
    if a < 255 {
        let _ = write!(text, " fill-opacity=\"{:.3}\"", f32::from(a) / 255.0);
    }
}

/// A text made safe for XML, between tags or in quotes.
pub(crate) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            // XML forbids control characters even when escaped.
            c if c.is_control() => safe.push(' '),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::portrait::{action::ActionUnits, figure, look, phone, scene};

    /// Every opened element is closed, in order, and every attribute is quoted.
    fn check_well_formed(text: &str) {
        let mut open = Vec::new();
        for piece in text.split('<').skip(1) {
            let (tag, _) = piece.split_once('>').expect("a tag ends");
            assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
            if let Some(name) = tag.strip_prefix('/') {
                assert_eq!(open.pop(), Some(name));
            } else if !tag.ends_with('/') {
                open.push(tag.split(' ').next().expect("a name"));
            }
        }
        assert!(open.is_empty(), "{open:?}");
        assert!(
            !text.contains("NaN") && !text.contains("inf"),
            "a number is not one"
        );
    }

    #[test]
    fn pictures_are_well_formed() {
        let units = ActionUnits {
            yaw: 1.0,
            au26: 1.0,
            lean: 1.0,
            ..Default::default()
        };
        for look in look::all() {
            check_well_formed(&document(look.title, FIGURE, &figure::draw(look, &units)));
        }
        let mut shapes = scene::counter_backdrop(scene::Day::Rain);
        shapes.extend(scene::counter_front());
        check_well_formed(&document("counter", FIGURE, &shapes));
        check_well_formed(&document("phone", FIGURE, &phone::phone_scene()));
    }

    #[test]
    fn numbers_are_short_and_kept_apart() {
        let mut text = "l".to_owned();
        for tenths in [0, 5, -5, 10, -13, 12345] {
            number(&mut text, tenths);
        }
        assert_eq!(text, "l0 .5-.5 1-1.3 1234.5");
    }

    #[test]
    fn steps_lead_to_where_the_places_are() {
        let path = [
            Segment::Move(crate::portrait::shape::pt(10.0, 20.0)),
            Segment::Line(crate::portrait::shape::pt(10.0, 20.01)),
            Segment::Line(crate::portrait::shape::pt(12.5, 19.0)),
            Segment::Close,
            Segment::Move(crate::portrait::shape::pt(0.0, 0.0)),
        ];
        let mut text = String::new();
        outline(&mut text, &path);
        assert_eq!(text, "m10 20l2.5-1zm-10-20");
    }

    #[test]
    fn a_title_cannot_break_the_page() {
        let text = document("a <b> & \"c\"\u{7}", FIGURE, &[]);
        check_well_formed(&text);
        assert!(text.contains("a &lt;b&gt; &amp; &quot;c&quot; "));
    }
}
