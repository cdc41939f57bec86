//! The mouth: lips, and behind them the dark, teeth and tongue. Like the eye it is a
//! pair of curves over its width, so that nothing needs a clip.

use std::f32::consts::PI;

use crate::portrait::{
    action::ActionUnits,
    cut::{ellipse, polygon, ribbon},
    figure::frame::Head,
    look::Look,
    shape::{Point, Segment, Sheet, rgb},
};

const STEPS: usize = 24;

/// The shape of one mouth, in head units; u runs from -1 left to 1 right.
pub(super) struct Mouth {
    middle: f32,
    half: f32,
    corner: (f32, f32),
    sag: f32,
    open: f32,
    lift: f32,
    upper: f32,
    lower: f32,
    bite: f32,
    lower_teeth: f32,
}

impl Mouth {
    pub(super) fn new(look: &Look, au: &ActionUnits) -> Mouth {
        let lips = &look.lips;
        let pressed = (0.62 * au.au24 + 0.32 * au.au23).min(0.8);
        let tight = 1.0 - pressed;
        let stretched = 1.0 - 0.22 * au.au12 - 0.25 * au.au20;
        let smile = 21.0 * au.au12 + 2.0 * au.au14 - 15.0 * au.au15;
        let open = 32.0 * au.au26
            + 15.0 * au.au25 * (1.0 - 0.25 * au.au23)
            + 5.0 * au.au10
            + 9.0 * au.au16;
        Mouth {
            middle: 116.0 - 3.0 * au.au17 + 1.5 * au.au12 + 3.0 * au.au26,
            half: 45.0 * lips.width
                + 12.0 * au.au12
                + 12.0 * au.au20
                + 3.0 * au.au14
                + 7.0 * au.au16
                - 4.0 * au.au23
                - 6.0 * au.au26 * (1.0 - au.au20)
                - 3.0 * au.au17,
            corner: (
                -smile - 12.0 * (-au.lopsided).max(0.0),
                -smile - 12.0 * au.lopsided.max(0.0),
            ),
            sag: 1.5 + 4.0 * au.au12 - 5.0 * au.au17,
            open: open * (1.5 * au.au25.max(au.au26)).min(1.0),
            lift: 7.0 * au.au10 + 4.0 * au.au9 + 1.5 * au.au12,
            upper: 11.5 * lips.full * tight * stretched + 1.4,
            lower: (15.5 * lips.full * tight * stretched + 3.0 * au.au17) + 1.4,
            bite: au.au12.max(0.35),
            lower_teeth: au.au16,
        }
    }

    /// The line where closed lips meet.
    fn seam(&self, u: f32) -> f32 {
        let out = u.abs().powf(1.7);
        let corner = if u < 0.0 {
            self.corner.0
        } else {
            self.corner.1
        };
        self.middle + corner * out + self.sag * (1.0 - out)
            - 1.6 * (1.0 - (u * 3.2).powi(2)).max(0.0)
    }

    fn bow(u: f32) -> f32 {
        (1.0 - u * u).max(0.0).powf(0.62)
    }

    fn top(&self, u: f32) -> f32 {
        self.seam(u)
            - 0.26 * self.open * Mouth::bow(u)
            - self.lift * 0.45 * Mouth::bow(u) * (self.open / (self.open + 6.0))
    }

    fn bottom(&self, u: f32) -> f32 {
        self.seam(u) + 0.78 * self.open * Mouth::bow(u)
    }

    fn upper_edge(&self, u: f32) -> f32 {
        let cupid = 1.0 - 0.26 * (1.0 - (u * 4.6).powi(2)).max(0.0);
        self.top(u)
            - (self.upper + 0.4 * self.lift * (1.0 - u.abs())) * Mouth::bow(u).powf(1.25) * cupid
    }

    fn lower_edge(&self, u: f32) -> f32 {
        self.bottom(u) + self.lower * Mouth::bow(u).powf(1.15)
    }

    /// A mouth corner, in head units; for the folds and beards that follow it.
    pub(super) fn corner_at(&self, s: f32) -> (f32, f32) {
        (s * self.half, self.seam(s))
    }

    /// The middle of the upper edge and of the lower edge, in head units.
    pub(super) fn rims(&self) -> (f32, f32) {
        (self.upper_edge(0.0), self.lower_edge(0.0))
    }

    fn at(&self, head: &Head, u: f32, y: f32) -> Point {
        let round = 12.0 * (1.0 - u * u);
        head.out(u * self.half, y, round)
    }

    fn area(
        &self,
        head: &Head,
        top: impl Fn(f32) -> f32,
        bottom: impl Fn(f32) -> f32,
        reach: f32,
    ) -> Vec<Segment> {
        let across = |k: usize| -(k as f32 / STEPS as f32 * PI).cos() * reach;
        let mut points: Vec<Point> = (0..=STEPS)
            .map(|k| self.at(head, across(k), top(across(k))))
            .collect();
        points.extend(
            (0..=STEPS)
                .rev()
                .map(|k| self.at(head, across(k), bottom(across(k)).max(top(across(k))))),
        );
        polygon(&points)
    }
}

/// Lays the mouth and the shadows it throws.
pub(super) fn draw(sheet: &mut Sheet, look: &Look, au: &ActionUnits, head: &Head) {
    let mouth = Mouth::new(look, au);
    let (skin, lips) = (&look.skin, &look.lips);
    let ink = skin.shade.shaded(0.3);
    let size = |w: f32| head.size(w);

    let (_, low) = mouth.rims();
    let under = [
        head.on(-24.0, low + 5.0),
        head.on(0.0, low + 9.0),
        head.on(24.0, low + 5.0),
    ];
    sheet.lay(
        "shadow of the lip",
        ribbon(&under, &[1.0, 8.0, 1.0].map(size)),
        skin.shade.faint(0.55 + 0.25 * au.au17),
    );
    for s in [-1.0, 1.0] {
        let pit = head.on(s * 13.0, low + 20.0 - 3.0 * au.au17);
        sheet.lay(
            "dimpled chin",
            ellipse(pit, size(7.0), size(4.0), s * 0.5),
            skin.shade.faint(0.7 * au.au17),
        );
    }

    let reach = 0.985;
    sheet.lay(
        "inside of the mouth",
        mouth.area(head, |u| mouth.top(u), |u| mouth.bottom(u), reach),
        rgb(0x4a1a20),
    );
    let tongue_top =
        |u: f32| mouth.bottom(u) - (0.34 * mouth.open) * (1.0 - (u * 1.35).powi(2)).max(0.0);
    sheet.lay(
        "tongue",
        mouth.area(
            head,
            |u| tongue_top(u).max(mouth.top(u)),
            |u| mouth.bottom(u),
            0.8,
        ),
        rgb(0xb4555a),
    );
    let teeth = 15.0 * mouth.bite + 3.0 * mouth.lift.min(2.0);
    sheet.lay(
        "upper teeth",
        mouth.area(
            head,
            |u| mouth.top(u),
            |u| (mouth.top(u) + teeth * (1.0 - 0.5 * u * u)).min(mouth.bottom(u)),
            0.9,
        ),
        rgb(0xfdf8ee),
    );
    let lower = 10.0 * mouth.lower_teeth;
    sheet.lay(
        "lower teeth",
        mouth.area(
            head,
            |u| (mouth.bottom(u) - lower * (1.0 - u * u)).max(mouth.top(u)),
            |u| mouth.bottom(u),
            0.8,
        ),
        rgb(0xf1e9db),
    );

    // Teeth set on each other, as in a smile that costs something.
    let set = au.au25.min(au.au24.max(au.au20)) * (1.0 - au.au26);
    let bite: Vec<Point> = [-0.8, -0.3, 0.3, 0.8]
        .iter()
        .map(|&u| {
            mouth.at(
                head,
                u,
                (mouth.top(u) + mouth.bottom(u)) * 0.5 + 0.14 * mouth.open * (1.0 - u * u),
            )
        })
        .collect();
    sheet.lay(
        "bite",
        ribbon(&bite, &[0.6, 1.8, 1.8, 0.6].map(size)),
        rgb(0x8d6a66).faint(1.6 * set),
    );

    let flush = 0.2 * au.flush;
    sheet.lay(
        "upper lip",
        mouth.area(head, |u| mouth.upper_edge(u), |u| mouth.top(u), 1.0),
        lips.upper.mix(skin.blush, flush),
    );
    sheet.lay(
        "lower lip",
        mouth.area(head, |u| mouth.bottom(u), |u| mouth.lower_edge(u), 1.0),
        lips.lower.mix(skin.blush, flush),
    );
    let shine = |u: f32| mouth.bottom(u) + mouth.lower * 0.34 * Mouth::bow(u);
    let light = [-0.42, -0.15, 0.15].map(|u| mouth.at(head, u, shine(u)));
    sheet.lay(
        "light on the lip",
        ribbon(&light, &[1.0, mouth.lower * 0.24, 1.0].map(size)),
        lips.lower.lit(0.5).faint(0.55),
    );

    let seam: Vec<Point> = [-1.0, -0.6, -0.2, 0.2, 0.6, 1.0]
        .iter()
        .map(|&u| mouth.at(head, u, mouth.top(u)))
        .collect();
    let line = 2.4 + 1.6 * au.au24.max(au.au23);
    sheet.lay(
        "line of the mouth",
        ribbon(
            &seam,
            &[3.2, line, line * 0.8, line * 0.8, line, 3.2].map(size),
        ),
        lips.upper.shaded(0.6),
    );
    for s in [-1.0_f32, 1.0] {
        let (x, y) = mouth.corner_at(s);
        let pull = 4.0 * au.au12 - 5.0 * au.au15;
        let tick = [
            head.on(x, y),
            head.on(x + s * 4.0, y - pull * 0.5),
            head.on(x + s * 6.5, y - pull),
        ];
        sheet.lay(
            "corner of the mouth",
            ribbon(&tick, &[3.6, 3.2, 1.2].map(size)),
            ink.faint(0.85),
        );
        let dent = [
            head.on(x + s * 10.0, y - 9.0),
            head.on(x + s * 13.0, y),
            head.on(x + s * 10.0, y + 9.0),
        ];
        let one = (au.lopsided * s).max(0.0);
        sheet.lay(
            "dimple",
            ribbon(&dent, &[1.0, 4.2, 1.0].map(size)),
            ink.faint(0.75 * au.au14.max(au.au23 * 0.5).max(one)),
        );
        let droop = [
            head.on(x + s * 2.0, y + 4.0),
            head.on(x + s * 5.0, y + 13.0),
            head.on(x + s * 3.0, y + 24.0),
        ];
        sheet.lay(
            "drooping fold",
            ribbon(&droop, &[1.0, 4.0, 0.8].map(size)),
            ink.faint(0.4 * au.au15 + 0.12 * look.age),
        );
    }
}
