//! The eyes: white, iris and pupil cut to the opening, lids, lashes. The opening is two
//! curves over the eye's width, so that nothing needs a clip.

use std::f32::consts::PI;

use crate::portrait::{
    action::ActionUnits,
    cut::{blob, ellipse, polygon, ribbon},
    figure::frame::Head,
    look::Look,
    shape::{Point, Segment, Sheet, rgb},
};

const HALF: f32 = 33.0;
const FROM_MIDDLE: f32 = 57.0;
const STEPS: usize = 18;

/// One opening: local u runs from the inner corner (-1) to the outer (1).
struct Opening<'a> {
    head: &'a Head,
    side: f32,
    half: f32,
    high: f32,
    low: f32,
    slant: f32,
    /// Inner end of the upper lid pressed down (above 0) or drawn up (below 0).
    press: f32,
    /// Where between upper and lower edge the upper lid hangs, 0 open to 1 shut.
    shut: f32,
}

impl Opening<'_> {
    fn corner(&self, u: f32) -> f32 {
        2.0 - self.slant * 0.5 * (u + 1.0)
    }

    fn top(&self, u: f32) -> f32 {
        let skewed = u + 0.14 * (1.0 - u * u);
        let bow = (1.0 - skewed * skewed).max(0.0).powf(0.72);
        let open = -self.high * bow + self.press * (1.0 - u) * 0.5 * bow;
        let hung = open + (self.low * 0.82 * (1.0 - u * u) - open) * self.shut;
        self.corner(u) + hung.min(self.low * (1.0 - u * u))
    }

    fn bottom(&self, u: f32) -> f32 {
        self.corner(u) + self.low * (1.0 - u * u).max(0.0).powf(0.8)
    }

    fn at(&self, u: f32, y: f32) -> Point {
        self.head.on(self.side * (FROM_MIDDLE + u * self.half), y)
    }

    /// A disc about (u, y), cut to the opening.
    fn disc(&self, u: f32, y: f32, radius: f32) -> Vec<Segment> {
        let mut points = Vec::with_capacity(2 * STEPS);
        let edge = |k: usize| -> (f32, f32) {
            let angle = k as f32 / STEPS as f32 * PI;
            (
                (u - radius / self.half * angle.cos()).clamp(-1.0, 1.0),
                radius * angle.sin(),
            )
        };
        for k in 0..=STEPS {
            let (x, rise) = edge(k);
            points.push(self.at(x, (y - rise).max(self.top(x)).min(self.bottom(x))));
        }
        for k in (0..=STEPS).rev() {
            let (x, rise) = edge(k);
            points.push(self.at(x, (y + rise).min(self.bottom(x)).max(self.top(x))));
        }
        polygon(&points)
    }
}

/// Lays both eyes.
pub(super) fn draw(sheet: &mut Sheet, look: &Look, au: &ActionUnits, head: &Head) {
    for side in [-1.0, 1.0] {
        let size = look.eyes.size;
        // Whoever looks down lets the lids follow; a frown weighs on the inner ends.
        let shut = (au.au43 + 0.42 * au.gaze_y.max(0.0) * (1.0 - au.au43)).min(1.0);
        let opening = Opening {
            head,
            side,
            half: HALF * (0.94 + 0.06 * size),
            high: (15.5 + 8.5 * au.au5 - 5.5 * au.au7 - 3.0 * au.au4 - 2.0 * au.au6) * size,
            low: (11.0 + 2.0 * au.au5 - 5.5 * au.au7 - 6.0 * au.au6).max(2.0) * size,
            slant: look.eyes.slant,
            press: 7.0 * au.au4 - 6.0 * au.au1,
            shut,
        };
        eye(sheet, look, au, &opening);
    }
}

fn eye(sheet: &mut Sheet, look: &Look, au: &ActionUnits, eye: &Opening) {
    let (skin, eyes) = (&look.skin, &look.eyes);
    let size = |w: f32| eye.head.size(w);
    let across = |k: usize| -(k as f32 / STEPS as f32 * PI).cos();
    let edge = |f: &dyn Fn(f32) -> f32| -> Vec<Point> {
        (0..=STEPS)
            .map(|k| eye.at(across(k), f(across(k))))
            .collect()
    };

    let socket = [
        eye.at(-1.25, -4.0),
        eye.at(-0.7, -26.0),
        eye.at(0.4, -30.0),
        eye.at(1.2, -12.0),
        eye.at(0.9, 14.0),
        eye.at(0.0, 22.0),
        eye.at(-0.9, 14.0),
    ];
    sheet.lay("eye socket", blob(&socket), skin.shade.faint(0.26));

    let (top, mut white) = (
        edge(&|u| eye.top(u)),
        edge(&|u| eye.bottom(u).max(eye.top(u))),
    );
    white.reverse();
    white.splice(0..0, top.iter().copied());
    sheet.lay(
        "white of the eye",
        polygon(&white),
        rgb(0xfbf6ec).mix(skin.blush, 0.06 + 0.1 * au.flush),
    );

    let gaze = (
        eye.side * au.gaze_x * 0.42,
        -2.0 + eye.corner(0.0) * 0.5 + au.gaze_y * 8.0,
    );
    let r = 16.0 * (0.6 + 0.4 * eyes.size);
    sheet.lay(
        "rim of the iris",
        eye.disc(gaze.0, gaze.1, r),
        eyes.iris.shaded(0.45),
    );
    sheet.lay(
        "iris",
        eye.disc(gaze.0, gaze.1, r * 0.84),
        eyes.iris.lit(0.12),
    );
    sheet.lay("pupil", eye.disc(gaze.0, gaze.1, r * 0.46), rgb(0x140f12));
    let shine = -eye.side * 0.16;
    sheet.lay(
        "shine",
        eye.disc(gaze.0 + shine, gaze.1 - 5.5, 4.4),
        rgb(0xffffff).faint(0.92),
    );

    // The lid's own shadow on the ball gives the eye its depth.
    let shadow: Vec<f32> = vec![0.0, 5.0, 6.0, 4.0, 0.0];
    let under: Vec<Point> = [-0.9, -0.4, 0.1, 0.6, 0.95]
        .iter()
        .map(|&u| eye.at(u, (eye.top(u) + 2.0).min(eye.bottom(u))))
        .collect();
    sheet.lay(
        "shadow of the lid",
        ribbon(&under, &shadow.iter().map(|w| size(*w)).collect::<Vec<_>>()),
        rgb(0x3a2226).faint(0.2 * (1.0 - eye.shut)),
    );

    let fold = 4.0 + 5.0 * eyes.crease - 3.0 * au.au5.min(1.0) - 3.5 * au.au4;
    let crease = |u: f32| {
        let bow = (1.0 - u * u).max(0.0).powf(0.6);
        eye.corner(u) - (15.5 * eyes.size + 6.0 * au.au5 - 3.0 * au.au4 + fold.max(1.5)) * bow
            + 0.7 * eye.press * (1.0 - u) * 0.5 * bow
    };
    let (above, mut lid) = (edge(&|u| crease(u).min(eye.top(u) - 1.0)), top.clone());
    lid.reverse();
    lid.splice(0..0, above.iter().copied());
    sheet.lay("upper lid", polygon(&lid), skin.base.mix(skin.shade, 0.42));
    let line: Vec<Point> = [-0.85, -0.4, 0.1, 0.6, 1.05]
        .iter()
        .map(|&u| eye.at(u, crease(u.min(1.0)).min(eye.top(u.min(1.0)) - 1.0)))
        .collect();
    sheet.lay(
        "crease of the lid",
        ribbon(&line, &[0.5, 2.4, 3.0, 2.6, 0.8].map(size)),
        skin.shade.shaded(0.25).faint(0.3 + 0.45 * eyes.crease),
    );

    let lash = skin.shade.shaded(0.78);
    let line: Vec<Point> = [-1.0, -0.6, -0.1, 0.4, 0.8]
        .iter()
        .map(|&u| eye.at(u, eye.top(u)))
        .chain([eye.at(
            1.06 + 0.1 * eyes.lashes,
            eye.top(1.0) - 1.0 - 5.0 * eyes.lashes,
        )])
        .collect();
    let heavy = 3.4 + 2.4 * eyes.lashes;
    sheet.lay(
        "upper lashes",
        ribbon(
            &line,
            &[1.2, heavy * 0.8, heavy, heavy, heavy * 0.9, 0.8].map(size),
        ),
        lash,
    );
    let line: Vec<Point> = [-0.8, -0.2, 0.4, 0.95]
        .iter()
        .map(|&u| eye.at(u, eye.bottom(u) + 0.5))
        .collect();
    sheet.lay(
        "lower lashes",
        ribbon(&line, &[0.6, 1.5, 2.2, 1.2].map(size)),
        lash.faint(0.45),
    );
    sheet.lay(
        "corner of the eye",
        ellipse(
            eye.at(-0.97, eye.corner(-1.0) + 0.5),
            size(3.4),
            size(2.2),
            0.0,
        ),
        skin.blush.mix(skin.base, 0.35),
    );
}
