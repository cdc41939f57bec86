//! More clothes, most of them worn at work: scrubs, coat, apron, checked shirt, denim.

use crate::portrait::{
    cut::{between, blob, ellipse, limb, polygon, ribbon, strip},
    figure::dress::Tailor,
    shape::{Point, Rgba8, Sheet, rgb},
};

impl Tailor<'_> {
    /// A plain front that closes round the neck, `deep` below the throat, with its edge.
    fn crew(&self, sheet: &mut Sheet, colour: Rgba8, deep: f32) {
        let n = self.neck();
        let edge = [
            self.at(-n - 14.0, 576.0),
            self.at(-n * 0.6, 606.0 + deep * 0.7),
            self.at(0.0, 616.0 + deep),
            self.at(n * 0.6, 606.0 + deep * 0.7),
            self.at(n + 14.0, 576.0),
        ];
        let hem = [
            self.at(-n - 14.0, 590.0),
            self.at(-n - 4.0, 680.0),
            self.at(0.0, 760.0),
            self.at(n + 4.0, 680.0),
            self.at(n + 14.0, 590.0),
        ];
        sheet.lay("front", between(&edge, &hem), colour);
        sheet.raise(
            "neckline",
            strip(&edge, self.body.size(17.0)),
            colour.shaded(0.1),
            3.0,
        );
    }

    pub(super) fn overshirt(&self, sheet: &mut Sheet) {
        let dress = &self.look.dress;
        let n = self.neck();
        self.top(sheet, dress.inner, 18.0, 120.0);
        for k in 0..8 {
            let y = 690.0 + 40.0 * k as f32;
            let wide = 96.0 + 2.0 * k as f32;
            let stripe = [
                self.at(-wide, y - 8.0),
                self.at(0.0, y + 4.0),
                self.at(wide, y - 8.0),
            ];
            sheet.lay("stripe", strip(&stripe, self.body.size(13.0)), dress.accent);
        }
        for s in [-1.0, 1.0] {
            let at = |x: f32, y: f32| self.at(s * x, y);
            let [mid, tip, hem] = self.flank();
            let edge = [
                at(n + 8.0, 566.0),
                at(82.0, 690.0),
                at(92.0, 1010.0),
                at(hem.0, hem.1),
                at(tip.0, tip.1),
                at(mid.0, mid.1),
            ];
            sheet.raise(
                "front",
                polygon(&edge),
                dress.outer.shaded(if s > 0.0 { 0.08 } else { 0.0 }),
                6.0,
            );
            let collar = [
                at(n - 4.0, 550.0),
                at(n + 34.0, 586.0),
                at(n + 52.0, 656.0),
                at(78.0, 676.0),
                at(n + 2.0, 604.0),
            ];
            sheet.raise("collar", polygon(&collar), dress.outer.lit(0.08), 6.0);
        }
        self.patch(
            sheet,
            "pocket",
            (-188.0, 752.0, 84.0, 92.0),
            dress.outer.lit(0.06),
        );
        sheet.lay(
            "button",
            ellipse(
                self.at(-146.0, 776.0),
                self.body.size(7.0),
                self.body.size(7.0),
                0.0,
            ),
            dress.cuff.shaded(0.3),
        );
    }

    pub(super) fn scrubs(&self, sheet: &mut Sheet) {
        let dress = &self.look.dress;
        let n = self.neck();
        let tee = [
            self.at(-n - 6.0, 574.0),
            self.at(-n * 0.5, 632.0),
            self.at(0.0, 648.0),
            self.at(n * 0.5, 632.0),
            self.at(n + 6.0, 574.0),
            self.at(n * 0.5, 690.0),
            self.at(0.0, 722.0),
            self.at(-n * 0.5, 690.0),
        ];
        sheet.lay("tee", blob(&tee), dress.inner);
        let hem: [Point; 5] = [
            self.at(-n - 12.0, 586.0),
            self.at(-n * 0.62, 656.0),
            self.at(0.0, 728.0),
            self.at(n * 0.62, 656.0),
            self.at(n + 12.0, 586.0),
        ];
        sheet.raise(
            "neckline",
            strip(&hem, self.body.size(24.0)),
            dress.cuff,
            4.0,
        );
        self.patch(
            sheet,
            "pocket",
            (66.0, 800.0, 104.0, 110.0),
            dress.outer.lit(0.07),
        );
        sheet.raise(
            "pen",
            limb(
                self.at(100.0, 824.0),
                self.at(98.0, 772.0),
                self.body.size(9.0),
                self.body.size(8.0),
            ),
            rgb(0xb5453a),
            2.0,
        );
        for s in [-1.0, 1.0] {
            let ribbon_of = [
                self.at(s * (n + 4.0), 580.0),
                self.at(s * 58.0, 700.0),
                self.at(-36.0, 806.0),
            ];
            sheet.lay(
                "ribbon",
                strip(&ribbon_of, self.body.size(9.0)),
                dress.accent,
            );
        }
        self.patch(sheet, "badge", (-74.0, 806.0, 72.0, 88.0), rgb(0xfbf7ee));
        self.patch(sheet, "badge", (-74.0, 806.0, 72.0, 18.0), dress.accent);
        sheet.lay(
            "picture on the badge",
            ellipse(
                self.at(-38.0, 850.0),
                self.body.size(15.0),
                self.body.size(17.0),
                0.0,
            ),
            self.look.hair.colour,
        );
    }

    pub(super) fn work_coat(&self, sheet: &mut Sheet) {
        let dress = &self.look.dress;
        self.top(sheet, dress.inner, 0.0, 92.0);
        self.shirt_collar(sheet, dress.inner, 12.0);
        let bow = self.body.size(1.0);
        for s in [-1.0, 1.0] {
            let wing = [
                self.at(s * 4.0, 632.0),
                self.at(s * 34.0, 610.0),
                self.at(s * 56.0, 612.0),
                self.at(s * 58.0, 650.0),
                self.at(s * 36.0, 656.0),
            ];
            sheet.raise(
                "bow tie",
                blob(&wing),
                dress.accent.shaded(if s > 0.0 { 0.12 } else { 0.0 }),
                4.0,
            );
        }
        sheet.raise(
            "knot of the tie",
            ellipse(self.at(0.0, 633.0), 13.0 * bow, 15.0 * bow, 0.0),
            dress.accent.lit(0.1),
            3.0,
        );
        self.lapels(sheet, dress.outer.lit(0.07), 866.0);
        self.patch(
            sheet,
            "pocket",
            (92.0, 742.0, 78.0, 84.0),
            dress.outer.lit(0.05),
        );
        for (x, tone, high) in [
            (108.0, 0xe3b04b, 42.0),
            (128.0, 0x2f4a6d, 54.0),
            (148.0, 0xd9653b, 36.0),
        ] {
            sheet.raise(
                "tool",
                limb(
                    self.at(x, 762.0),
                    self.at(x - 2.0, 742.0 - high),
                    self.body.size(9.0),
                    self.body.size(7.0),
                ),
                rgb(tone),
                2.0,
            );
        }
        self.patch(
            sheet,
            "pocket",
            (92.0, 756.0, 78.0, 70.0),
            dress.outer.lit(0.05),
        );
    }

    pub(super) fn apron(&self, sheet: &mut Sheet) {
        let dress = &self.look.dress;
        let n = self.neck();
        self.crew(sheet, dress.outer, 12.0);
        for s in [-1.0, 1.0] {
            let strap = [
                self.at(s * (n + 12.0), 590.0),
                self.at(s * (n + 22.0), 640.0),
                self.at(s * 104.0, 736.0),
            ];
            sheet.raise(
                "strap",
                strip(&strap, self.body.size(26.0)),
                dress.inner.shaded(0.08),
                4.0,
            );
        }
        let (top, waist) = (116.0, 176.0 * self.look.build.waist);
        let bib = [
            self.at(-top, 716.0),
            self.at(top, 716.0),
            self.at(top + 10.0, 800.0),
            self.at(waist, 868.0),
            self.at(waist, 1010.0),
            self.at(-waist, 1010.0),
            self.at(-waist, 868.0),
            self.at(-top - 10.0, 800.0),
        ];
        sheet.raise("apron", polygon(&bib), dress.inner, 8.0);
        for k in -5_i32..=5 {
            let x = 32.0 * k as f32;
            let high = if k.abs() < 4 {
                722.0
            } else {
                722.0 + 56.0 * (k.abs() - 3) as f32 + 46.0
            };
            let stripe = [
                self.at(x, high),
                self.at(x, 860.0),
                self.at(x * 1.06, 1010.0),
            ];
            sheet.lay(
                "stripe",
                strip(&stripe, self.body.size(9.0)),
                dress.accent.faint(0.85),
            );
        }
        let hem = [
            self.at(-top, 722.0),
            self.at(0.0, 726.0),
            self.at(top, 722.0),
        ];
        sheet.raise("hem", strip(&hem, self.body.size(22.0)), dress.accent, 3.0);
        // Flour gets everywhere.
        for (x, y, r) in [
            (-60.0, 806.0, 20.0),
            (78.0, 780.0, 14.0),
            (30.0, 838.0, 11.0),
        ] {
            sheet.lay(
                "flour",
                ellipse(
                    self.at(x, y),
                    self.body.size(r),
                    self.body.size(r * 0.7),
                    0.4,
                ),
                rgb(0xffffff).faint(0.6),
            );
        }
    }

    pub(super) fn roll_neck(&self, sheet: &mut Sheet) {
        let dress = &self.look.dress;
        let n = self.neck();
        self.crew(sheet, dress.outer, -16.0);
        let collar = [
            self.at(-n - 8.0, 516.0),
            self.at(0.0, 534.0),
            self.at(n + 8.0, 516.0),
            self.at(n + 22.0, 598.0),
            self.at(0.0, 626.0),
            self.at(-n - 22.0, 598.0),
        ];
        sheet.raise(
            "roll of the neck",
            blob(&collar),
            dress.outer.lit(0.08),
            7.0,
        );
        for k in -3..=3 {
            let x = k as f32 * n * 0.28;
            let rib = [self.at(x, 532.0), self.at(x * 1.12, 606.0)];
            sheet.lay(
                "rib",
                strip(&rib, self.body.size(3.0)),
                dress.outer.shaded(0.14),
            );
        }
        let chain = [
            self.at(-n - 10.0, 606.0),
            self.at(-n * 0.6, 690.0),
            self.at(0.0, 742.0),
            self.at(n * 0.6, 690.0),
            self.at(n + 10.0, 606.0),
        ];
        sheet.lay("chain", strip(&chain, self.body.size(4.0)), dress.accent);
        sheet.raise(
            "pendant",
            ellipse(
                self.at(0.0, 760.0),
                self.body.size(19.0),
                self.body.size(25.0),
                0.0,
            ),
            rgb(0x2f7f78),
            4.0,
        );
        for s in [-1.0, 1.0] {
            let fold = [
                self.at(s * 150.0, 700.0),
                self.at(s * 138.0, 790.0),
                self.at(s * 150.0, 900.0),
            ];
            sheet.lay(
                "fold",
                ribbon(&fold, &[1.0, 7.0, 1.0].map(|w| self.body.size(w))),
                dress.outer.shaded(0.14),
            );
        }
    }

    pub(super) fn checked(&self, sheet: &mut Sheet) {
        let dress = &self.look.dress;
        let n = self.neck();
        let sh = self.look.build.shoulders;
        for k in -3..=3 {
            let x = k as f32 * (sh - 60.0) / 3.2;
            let line = [
                self.at(x, 606.0 + 10.0 * (k as f32).abs()),
                self.at(x, 1010.0),
            ];
            sheet.lay(
                "check",
                strip(&line, self.body.size(17.0)),
                dress.accent.faint(0.38),
            );
            let thin = [
                self.at(x + 26.0, 614.0 + 10.0 * (k as f32).abs()),
                self.at(x + 26.0, 1010.0),
            ];
            sheet.lay(
                "check",
                strip(&thin, self.body.size(4.0)),
                dress.inner.faint(0.6),
            );
        }
        for k in 0..6 {
            let y = 650.0 + 58.0 * k as f32;
            let wide = (sh - 30.0) * if k == 0 { 0.84 } else { 1.0 };
            let line = [
                self.at(-wide, y - 6.0),
                self.at(0.0, y),
                self.at(wide, y - 6.0),
            ];
            sheet.lay(
                "check",
                strip(&line, self.body.size(17.0)),
                dress.accent.faint(0.38),
            );
            let thin = line.map(|p| Point {
                x: p.x,
                y: p.y + self.body.size(26.0),
            });
            sheet.lay(
                "check",
                strip(&thin, self.body.size(4.0)),
                dress.inner.faint(0.6),
            );
        }
        let tee = [
            self.at(-n * 0.7, 584.0),
            self.at(0.0, 596.0),
            self.at(n * 0.7, 584.0),
            self.at(n * 0.36, 650.0),
            self.at(0.0, 676.0),
            self.at(-n * 0.36, 650.0),
        ];
        sheet.lay("vest", blob(&tee), dress.inner);
        let placket = [self.at(0.0, 664.0), self.at(0.0, 1010.0)];
        sheet.raise(
            "placket",
            strip(&placket, self.body.size(30.0)),
            dress.outer.lit(0.06),
            3.0,
        );
        for y in [702.0, 770.0, 838.0] {
            sheet.lay(
                "button",
                ellipse(
                    self.at(0.0, y),
                    self.body.size(7.0),
                    self.body.size(7.0),
                    0.0,
                ),
                dress.inner,
            );
        }
        self.shirt_collar(sheet, dress.outer.lit(0.1), 26.0);
        for s in [-1.0, 1.0] {
            let brace = [
                self.at(s * (n + 40.0), 590.0),
                self.at(s * (n + 50.0), 720.0),
                self.at(s * (n + 34.0), 1010.0),
            ];
            sheet.raise(
                "brace",
                strip(&brace, self.body.size(32.0)),
                dress.accent,
                5.0,
            );
            self.patch(
                sheet,
                "clip",
                (s * (n + 50.0) - 19.0, 760.0, 38.0, 22.0),
                rgb(0xc9a25a),
            );
        }
    }

    pub(super) fn denim(&self, sheet: &mut Sheet) {
        let dress = &self.look.dress;
        let n = self.neck();
        self.top(sheet, dress.inner, 22.0, 120.0);
        sheet.lay(
            "print",
            ellipse(
                self.at(0.0, 786.0),
                self.body.size(46.0),
                self.body.size(46.0),
                0.0,
            ),
            dress.accent,
        );
        for k in 0..3 {
            let y = 776.0 + 16.0 * k as f32;
            let line = [
                self.at(-40.0, y),
                self.at(-12.0, y - 7.0),
                self.at(14.0, y + 4.0),
                self.at(40.0, y - 3.0),
            ];
            sheet.lay("print", strip(&line, self.body.size(5.0)), dress.inner);
        }
        for s in [-1.0, 1.0] {
            let at = |x: f32, y: f32| self.at(s * x, y);
            let [mid, tip, hem] = self.flank();
            let edge = [
                at(n + 10.0, 564.0),
                at(76.0, 690.0),
                at(86.0, 1010.0),
                at(hem.0, hem.1),
                at(tip.0, tip.1),
                at(mid.0, mid.1),
            ];
            sheet.raise(
                "front",
                polygon(&edge),
                dress.outer.shaded(if s > 0.0 { 0.09 } else { 0.0 }),
                6.0,
            );
            let yoke = [
                at(78.0, 724.0),
                at(130.0, 728.0),
                at(self.look.build.shoulders - 48.0, 712.0),
            ];
            sheet.lay(
                "stitching",
                strip(&yoke, self.body.size(3.0)),
                rgb(0xd9a45a),
            );
            for x in [86.0, 100.0] {
                let stitch = [at(x, 720.0), at(x + 8.0, 1010.0)];
                sheet.lay(
                    "stitching",
                    strip(&stitch, self.body.size(2.5)),
                    rgb(0xd9a45a).faint(0.8),
                );
            }
            for y in [750.0, 826.0] {
                sheet.raise(
                    "button",
                    ellipse(at(94.0, y), self.body.size(7.5), self.body.size(7.5), 0.0),
                    rgb(0xcaa66a),
                    2.0,
                );
            }
            let collar = [
                at(n - 2.0, 546.0),
                at(n + 36.0, 578.0),
                at(n + 66.0, 662.0),
                at(72.0, 684.0),
                at(n + 2.0, 602.0),
            ];
            sheet.raise("collar", polygon(&collar), dress.outer.lit(0.1), 7.0);
        }
        self.patch(
            sheet,
            "pocket",
            (112.0, 742.0, 76.0, 84.0),
            dress.outer.shaded(0.02),
        );
        self.patch(sheet, "flap", (108.0, 736.0, 84.0, 28.0), dress.cuff);
    }

    pub(super) fn suit(&self, sheet: &mut Sheet) {
        let dress = &self.look.dress;
        let n = self.neck();
        self.top(sheet, dress.inner, 40.0, 92.0);
        self.lapels(sheet, dress.outer.lit(0.07), 852.0);
        // Silk: round the neck, knotted to one side, two ends.
        let round = [
            self.at(-n - 12.0, 544.0),
            self.at(-n * 0.5, 596.0),
            self.at(0.0, 610.0),
            self.at(n * 0.5, 596.0),
            self.at(n + 12.0, 544.0),
            self.at(n + 20.0, 598.0),
            self.at(n * 0.5, 646.0),
            self.at(0.0, 658.0),
            self.at(-n * 0.5, 646.0),
            self.at(-n - 20.0, 598.0),
        ];
        sheet.raise("scarf", blob(&round), dress.accent, 6.0);
        for (tip, wide) in [((-34.0, 760.0), 46.0), ((-78.0, 738.0), 40.0)] {
            let end = [
                self.at(-18.0, 646.0),
                self.at((tip.0 - 18.0) * 0.6, 700.0),
                self.at(tip.0, tip.1),
            ];
            sheet.raise(
                "end of the scarf",
                ribbon(&end, &[18.0, wide * 0.7, wide].map(|w| self.body.size(w))),
                dress.accent.shaded(0.08),
                5.0,
            );
        }
        sheet.raise(
            "knot of the scarf",
            ellipse(
                self.at(-18.0, 642.0),
                self.body.size(24.0),
                self.body.size(20.0),
                0.4,
            ),
            dress.accent.lit(0.12),
            4.0,
        );
        for k in 0..4 {
            let x = -n * 0.7 + k as f32 * n * 0.46;
            let fold = [
                self.at(x, 596.0),
                self.at(x + 10.0, 614.0),
                self.at(x + 24.0, 632.0),
            ];
            sheet.lay(
                "fold",
                ribbon(&fold, &[1.0, 4.0, 1.0].map(|w| self.body.size(w))),
                dress.accent.shaded(0.28),
            );
        }
        let brooch = self.at(-n - 62.0, 730.0);
        sheet.raise(
            "brooch",
            ellipse(brooch, self.body.size(11.0), self.body.size(8.0), 0.6),
            rgb(0xe3b04b),
            3.0,
        );
    }
}
