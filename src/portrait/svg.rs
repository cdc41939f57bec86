//! The same shapes as SVG text, for galleries, printed pages and browsers. Knows
//! nothing of who is drawn.

use std::fmt::Write;

use crate::portrait::shape::{Rgba8, Segment, Shape};

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
    let mut text = String::with_capacity(order.len() * 400);
    for shape in order {
        text.push_str("<path d=\"");
        for step in &shape.path {
            outline(&mut text, step);
        }
        text.push('"');
        paint(&mut text, shape.fill);
        text.push_str("/>\n");
    }
    text
}

fn outline(text: &mut String, step: &Segment) {
    // Writing to a string cannot fail.
    let _ = match step {
        Segment::Move(p) => write!(text, "M{:.1} {:.1}", p.x, p.y),
        Segment::Line(p) => write!(text, "L{:.1} {:.1}", p.x, p.y),
        Segment::Cubic(a, b, p) => {
            write!(
                text,
                "C{:.1} {:.1} {:.1} {:.1} {:.1} {:.1}",
                a.x, a.y, b.x, b.y, p.x, p.y
            )
        }
        Segment::Close => write!(text, "Z"),
    };
}

fn paint(text: &mut String, fill: Rgba8) {
    let Rgba8 { r, g, b, a } = fill;
    let _ = write!(text, " fill=\"#{r:02x}{g:02x}{b:02x}\"");
    if a < 255 {
        let _ = write!(text, " fill-opacity=\"{:.3}\"", f32::from(a) / 255.0);
    }
}

fn escape(text: &str) -> String {
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
        let mut shapes = scene::counter_backdrop();
        shapes.extend(scene::counter_front());
        check_well_formed(&document("counter", FIGURE, &shapes));
        check_well_formed(&document("phone", FIGURE, &phone::phone_scene()));
    }

    #[test]
    fn a_title_cannot_break_the_page() {
        let text = document("a <b> & \"c\"\u{7}", FIGURE, &[]);
        check_well_formed(&text);
        assert!(text.contains("a &lt;b&gt; &amp; &quot;c&quot; "));
    }
}
