//! The clothes on the trunk, each cut from a few pieces. Sleeves belong to `arms`.

use crate::portrait::{
    cut::{between, blob, ellipse, polygon, strip},
    figure::frame::Body,
    look::{DressStyle, Look},
    shape::{Point, Rgba8, Sheet},
};

/// Lays what stands behind the neck.
pub(super) fn behind(sheet: &mut Sheet, look: &Look, body: &Body) {
    let dress = &look.dress;
    let neck = look.build.neck;
    let at = |x: f32, y: f32| body.trunk(500.0 + x, y, 0.5);
    match dress.style {
        DressStyle::Hoodie => {
            let hood = [
                at(-neck - 78.0, 606.0),
                at(-neck - 58.0, 536.0),
                at(-neck + 6.0, 500.0),
                at(0.0, 490.0),
                at(neck - 6.0, 500.0),
                at(neck + 58.0, 536.0),
                at(neck + 78.0, 606.0),
                at(0.0, 660.0),
            ];
            sheet.raise("hood", blob(&hood), dress.outer.shaded(0.28), 8.0);
        }
        _ => {
            let collar = [
                at(-neck + 6.0, 590.0),
                at(-neck + 10.0, 556.0),
                at(0.0, 536.0),
                at(neck - 10.0, 556.0),
                at(neck - 6.0, 590.0),
                at(0.0, 620.0),
            ];
            sheet.lay("collar behind", blob(&collar), dress.outer.shaded(0.34));
        }
    }
}

/// Lays what is worn over the chest.
pub(super) fn front(sheet: &mut Sheet, look: &Look, body: &Body) {
    let cut = Tailor { look, body };
    match look.dress.style {
        DressStyle::Blazer => cut.blazer(sheet),
        DressStyle::WorkJacket => cut.work_jacket(sheet),
        DressStyle::Gilet => cut.gilet(sheet),
        DressStyle::Hoodie => cut.hoodie(sheet),
        DressStyle::Cycling => cut.cycling(sheet),
        DressStyle::Cardigan => cut.cardigan(sheet),
        DressStyle::Coat => cut.coat(sheet),
        DressStyle::Tweed => cut.tweed(sheet),
        DressStyle::Overshirt => cut.overshirt(sheet),
        DressStyle::Scrubs => cut.scrubs(sheet),
        DressStyle::WorkCoat => cut.work_coat(sheet),
        DressStyle::Apron => cut.apron(sheet),
        DressStyle::RollNeck => cut.roll_neck(sheet),
        DressStyle::Checked => cut.checked(sheet),
        DressStyle::Denim => cut.denim(sheet),
        DressStyle::Suit => cut.suit(sheet),
    }
}

/// Cuts clothes to one body.
pub(super) struct Tailor<'a> {
    pub(super) look: &'a Look,
    pub(super) body: &'a Body,
}

impl Tailor<'_> {
    /// A place on the chest, `x` from the middle; what is high rises with the shoulders.
    pub(super) fn at(&self, x: f32, y: f32) -> Point {
        let high = ((800.0 - y) / 220.0).clamp(0.0, 0.9);
        self.body.front(500.0 + x, y, high)
    }

    pub(super) fn neck(&self) -> f32 {
        self.look.build.neck
    }

    /// The outer edge of half a garment, just inside the trunk: on the shoulder, at its
    /// end, at the hem.
    pub(super) fn flank(&self) -> [(f32, f32); 3] {
        let (n, sh, slope) = (
            self.neck(),
            self.look.build.shoulders,
            self.look.build.slope,
        );
        [
            (n + (sh - n) * 0.36, 584.0 + slope * 0.42),
            (sh - 46.0, 594.0 + slope),
            (sh - 46.0, 1010.0),
        ]
    }

    /// A top seen between the halves of a jacket, with a round neck `deep` below the throat.
    pub(super) fn top(&self, sheet: &mut Sheet, colour: Rgba8, deep: f32, wide: f32) {
        let n = self.neck();
        let neckline = [
            self.at(-n - 12.0, 582.0),
            self.at(-n * 0.6, 600.0 + deep * 0.7),
            self.at(0.0, 606.0 + deep),
            self.at(n * 0.6, 600.0 + deep * 0.7),
            self.at(n + 12.0, 582.0),
        ];
        let hem = [
            self.at(-wide, 600.0),
            self.at(-wide, 760.0),
            self.at(0.0, 1010.0),
            self.at(wide, 760.0),
            self.at(wide, 600.0),
        ];
        sheet.raise("top", between(&neckline, &hem), colour, 4.0);
    }

    /// Both lapels of a jacket that closes at `close`.
    pub(super) fn lapels(&self, sheet: &mut Sheet, colour: Rgba8, close: f32) {
        let n = self.neck();
        for s in [-1.0, 1.0] {
            let at = |x: f32, y: f32| self.at(s * x, y);
            let shade = if s > 0.0 { 0.1 } else { 0.0 };
            let [mid, tip, hem] = self.flank();
            let half = [
                at(n + 4.0, 568.0),
                at(mid.0, mid.1),
                at(tip.0, tip.1),
                at(hem.0, hem.1),
                at(-6.0, 1010.0),
                at(-6.0, close),
                at(34.0, close - 90.0),
                at(n * 0.9, 640.0),
            ];
            sheet.lay(
                "front",
                polygon(&half),
                self.look.dress.outer.shaded(shade * 0.6),
            );
            let lapel = [
                at(n - 2.0, 572.0),
                at(n + 30.0, 612.0),
                at(n + 62.0, 668.0),
                at(n + 34.0, 676.0),
                at(n + 50.0, 700.0),
                at(26.0, close - 18.0),
                at(-8.0, close),
                at(n * 0.44, 690.0),
            ];
            sheet.raise("lapel", polygon(&lapel), colour.shaded(shade), 6.0);
            let collar = [
                at(n - 10.0, 554.0),
                at(n + 16.0, 566.0),
                at(n + 62.0, 640.0),
                at(n + 62.0, 668.0),
                at(n + 22.0, 652.0),
                at(n - 6.0, 596.0),
            ];
            sheet.raise(
                "collar",
                polygon(&collar),
                colour.lit(0.06).shaded(shade),
                4.0,
            );
        }
        let seam = [self.at(0.0, close), self.at(2.0, 1010.0)];
        sheet.lay(
            "seam",
            strip(&seam, self.body.size(3.5)),
            self.look.dress.outer.shaded(0.4),
        );
        sheet.lay(
            "button",
            ellipse(
                self.at(-10.0, close + 22.0),
                self.body.size(7.0),
                self.body.size(7.0),
                0.0,
            ),
            colour.shaded(0.45),
        );
    }

    /// Two points of a shirt collar.
    pub(super) fn shirt_collar(&self, sheet: &mut Sheet, colour: Rgba8, spread: f32) {
        let n = self.neck();
        for s in [-1.0, 1.0] {
            let at = |x: f32, y: f32| self.at(s * x, y);
            let point = [
                at(n - 8.0, 552.0),
                at(n + 18.0, 580.0),
                at(n * 0.62 + spread, 664.0),
                at(spread * 0.6 + 4.0, 622.0 + spread * 0.5),
                at(n * 0.62, 590.0),
            ];
            sheet.raise(
                "shirt collar",
                polygon(&point),
                colour.shaded(if s > 0.0 { 0.06 } else { 0.0 }),
                5.0,
            );
        }
    }

    /// A square of cloth sewn on, by its upper left corner.
    pub(super) fn patch(
        &self,
        sheet: &mut Sheet,
        part: &'static str,
        (x, y, w, h): (f32, f32, f32, f32),
        colour: Rgba8,
    ) {
        let corners = [
            self.at(x, y),
            self.at(x + w, y),
            self.at(x + w, y + h),
            self.at(x, y + h),
        ];
        sheet.raise(part, polygon(&corners), colour, 3.0);
    }
}
