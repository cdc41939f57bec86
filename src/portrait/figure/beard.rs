//! Beards and moustaches, which follow the jaw and the corners of the mouth.

use crate::portrait::{
    action::ActionUnits,
    cut::{blob, ribbon},
    figure::frame::Head,
    figure::head::{contour, jaw_drop},
    figure::mouth::Mouth,
    look::{Beard, Look},
    shape::{Point, Sheet},
};

/// The beard's outline, grown by `length` units below the chin and shaved down the
/// cheek by `low`.
fn outline(look: &Look, au: &ActionUnits, head: &Head, length: f32, low: f32) -> Vec<Point> {
    let drop = jaw_drop(au);
    let grown = |s: f32| -> Vec<Point> {
        contour(look, au, s)[5..]
            .iter()
            .map(|&(x, y)| {
                let under = ((y - 60.0) / 130.0).clamp(0.0, 1.0);
                let wide = if length > 4.0 { 1.015 } else { 0.99 };
                head.at(
                    x * (wide + 0.03 * length / 20.0),
                    y + under * under * length,
                    14.0,
                )
            })
            .collect()
    };
    let mouth = Mouth::new(look, au);
    let (rim, _) = mouth.rims();
    let (right, left) = (grown(1.0), grown(-1.0));
    let mut points = vec![head.at(138.0, 4.0, 10.0)];
    points.extend(&right);
    points.extend(left[..left.len() - 1].iter().rev());
    points.push(head.at(-138.0, 4.0, 10.0));
    // Back along the cheeks and over the lip.
    let inner = [
        (-120.0, 22.0 + low),
        (-111.0, 66.0 + low),
        (-82.0, 92.0 + low),
        (-46.0, 90.0 + (rim - 104.0) * 0.4),
        (0.0, 88.0 + (rim - 104.0) * 0.3),
    ];
    points.extend(inner.iter().map(|&(x, y)| head.on(x, y + drop * 0.05)));
    points.extend(
        inner[..4]
            .iter()
            .rev()
            .map(|&(x, y)| head.on(-x, y + drop * 0.05)),
    );
    points
}

/// Lays the beard, which the lips then lie on.
pub(super) fn full(sheet: &mut Sheet, look: &Look, au: &ActionUnits, head: &Head) {
    let size = |w: f32| head.size(w);
    match look.beard {
        Beard::None | Beard::Moustache(_) => {}
        Beard::Stubble(colour) => {
            for low in [16.0, 26.0] {
                sheet.lay(
                    "stubble",
                    blob(&outline(look, au, head, 2.0, low)),
                    colour.faint(0.12),
                );
            }
        }
        Beard::Full {
            colour,
            light,
            length,
        } => {
            let drop = jaw_drop(au);
            sheet.raise(
                "beard",
                blob(&outline(look, au, head, 20.0 * length, 2.0)),
                colour,
                7.0,
            );
            for (x, y, bend) in [
                (-92.0, 96.0, 10.0),
                (-62.0, 134.0, 8.0),
                (-24.0, 158.0, 3.0),
                (18.0, 160.0, -3.0),
                (58.0, 136.0, -8.0),
                (90.0, 98.0, -10.0),
            ] {
                let strand = [
                    head.on(x, y + drop * 0.6),
                    head.on(x * 0.93 + bend * 0.4, y + 22.0 + drop * 0.8),
                    head.on(x * 0.8, y + 36.0 + 8.0 * length + drop),
                ];
                sheet.lay(
                    "strand",
                    ribbon(&strand, &[1.0, 7.0, 1.5].map(size)),
                    light.faint(0.55),
                );
            }
        }
    }
}

/// Lays the moustache over the upper lip.
pub(super) fn moustache(sheet: &mut Sheet, look: &Look, au: &ActionUnits, head: &Head) {
    let (colour, thick) = match look.beard {
        Beard::None | Beard::Stubble(_) => return,
        Beard::Moustache(colour) => (colour, 1.15),
        Beard::Full { colour, light, .. } => (colour.mix(light, 0.16), 1.0),
    };
    let mouth = Mouth::new(look, au);
    let (rim, _) = mouth.rims();
    for s in [-1.0, 1.0] {
        let (x, y) = mouth.corner_at(s);
        let spine = [
            head.out(s * 1.0, rim - 4.0, 14.0),
            head.out(s * 22.0, rim - 2.0, 14.0),
            head.out(x * 0.86, y - 7.0, 8.0),
            head.out(x * 1.2, y + 9.0, 2.0),
        ];
        sheet.lay(
            "moustache",
            ribbon(
                &spine,
                &[15.0, 21.0, 17.0, 4.0].map(|w| head.size(w * thick)),
            ),
            colour,
        );
    }
}
