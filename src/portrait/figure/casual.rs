//! Clothes without lapels: gilet, hooded sweater, cycling jacket, cardigan.

use crate::portrait::{
    cut::{between, blob, ellipse, limb, polygon, ribbon, strip},
    figure::dress::Tailor,
    shape::{Sheet, pt, rgb},
};

impl Tailor<'_> {
    pub(super) fn gilet(&self, sheet: &mut Sheet) {
        let dress = &self.look.dress;
        let n = self.neck();
        let sh = self.look.build.shoulders;
        let shirt = [
            self.at(-n - 10.0, 580.0),
            self.at(-22.0, 640.0),
            self.at(0.0, 700.0),
            self.at(22.0, 640.0),
            self.at(n + 10.0, 580.0),
        ];
        let hem = [
            self.at(-110.0, 592.0),
            self.at(-100.0, 760.0),
            self.at(0.0, 1010.0),
            self.at(100.0, 760.0),
            self.at(110.0, 592.0),
        ];
        sheet.raise("shirt", between(&shirt, &hem), dress.inner, 4.0);
        let placket = [self.at(0.0, 700.0), self.at(0.0, 1010.0)];
        sheet.lay(
            "placket",
            strip(&placket, self.body.size(20.0)),
            dress.inner.shaded(0.07),
        );
        for s in [-1.0, 1.0] {
            let at = |x: f32, y: f32| self.at(s * x, y);
            let shade = if s > 0.0 { 0.14 } else { 0.0 };
            let panel = [
                at(n + 22.0, 580.0),
                at(sh - 62.0, 612.0),
                at(sh - 42.0, 700.0),
                at(sh - 20.0, 780.0),
                at(sh - 12.0, 1010.0),
                at(20.0, 1010.0),
                at(24.0, 800.0),
                at(50.0, 690.0),
            ];
            sheet.raise("gilet", polygon(&panel), dress.outer.shaded(shade), 7.0);
            for y in [690.0, 752.0, 814.0, 876.0] {
                let quilt = [
                    at(40.0 - (y - 690.0) * 0.07, y),
                    at(sh * 0.45, y + 9.0),
                    at(sh - 44.0, y - 4.0),
                ];
                sheet.lay(
                    "quilting",
                    ribbon(&quilt, &[3.0, 5.0, 3.0].map(|w| self.body.size(w))),
                    dress.outer.shaded(0.42),
                );
                let light = [
                    at(44.0 - (y - 690.0) * 0.07, y + 8.0),
                    at(sh * 0.45, y + 18.0),
                    at(sh - 48.0, y + 5.0),
                ];
                sheet.lay(
                    "quilting",
                    ribbon(&light, &[2.0, 6.0, 2.0].map(|w| self.body.size(w))),
                    dress.outer.lit(0.13),
                );
            }
            let zip = [at(50.0, 690.0), at(25.0, 800.0), at(21.0, 1010.0)];
            sheet.lay("zip", strip(&zip, self.body.size(5.0)), dress.accent);
        }
        self.shirt_collar(sheet, dress.inner, 38.0);
    }

    pub(super) fn hoodie(&self, sheet: &mut Sheet) {
        let dress = &self.look.dress;
        let n = self.neck();
        let tee = [
            self.at(-n, 590.0),
            self.at(-n * 0.5, 634.0),
            self.at(0.0, 644.0),
            self.at(n * 0.5, 634.0),
            self.at(n, 590.0),
            self.at(n * 0.5, 676.0),
            self.at(0.0, 700.0),
            self.at(-n * 0.5, 676.0),
        ];
        sheet.lay("tee", blob(&tee), dress.inner);
        for s in [-1.0, 1.0] {
            let at = |x: f32, y: f32| self.at(s * x, y);
            let edge = [
                at(n + 34.0, 548.0),
                at(n + 26.0, 612.0),
                at(n * 0.6, 672.0),
                at(-4.0, 712.0),
            ];
            sheet.raise(
                "hood",
                ribbon(&edge, &[34.0, 50.0, 42.0, 22.0].map(|w| self.body.size(w))),
                dress
                    .outer
                    .lit(0.07)
                    .shaded(if s > 0.0 { 0.1 } else { 0.0 }),
                6.0,
            );
            let cord = [
                at(26.0, 706.0),
                at(32.0, 756.0),
                at(28.0 - s * 4.0, 812.0 + s * 12.0),
            ];
            sheet.raise("cord", strip(&cord, self.body.size(6.0)), dress.inner, 3.0);
        }
        for s in [-1.0, 1.0] {
            let band = [
                self.at(s * (n + 30.0), 560.0),
                self.at(s * (n + 42.0), 600.0),
                self.at(s * (n + 22.0), 646.0),
            ];
            sheet.raise(
                "headphones",
                strip(&band, self.body.size(13.0)),
                rgb(0x3a3f4a),
                4.0,
            );
            sheet.raise(
                "headphone",
                ellipse(
                    self.at(s * (n + 6.0), 668.0),
                    self.body.size(27.0),
                    self.body.size(37.0),
                    s * 0.45,
                ),
                rgb(0x3a3f4a),
                6.0,
            );
            sheet.lay(
                "cushion",
                ellipse(
                    self.at(s * (n + 2.0), 668.0),
                    self.body.size(15.0),
                    self.body.size(24.0),
                    s * 0.45,
                ),
                dress.accent,
            );
        }
        let pouch = [
            self.at(-118.0, 1010.0),
            self.at(-86.0, 880.0),
            self.at(86.0, 880.0),
            self.at(118.0, 1010.0),
        ];
        sheet.raise("pouch", polygon(&pouch), dress.outer.lit(0.05), 5.0);
    }

    pub(super) fn cycling(&self, sheet: &mut Sheet) {
        let dress = &self.look.dress;
        let n = self.neck();
        let sh = self.look.build.shoulders;
        let yoke = [
            self.at(-sh + 20.0, 640.0),
            self.at(-n - 10.0, 578.0),
            self.at(0.0, 610.0),
            self.at(n + 10.0, 578.0),
            self.at(sh - 20.0, 640.0),
            self.at(sh * 0.5, 700.0),
            self.at(0.0, 722.0),
            self.at(-sh * 0.5, 700.0),
        ];
        sheet.lay("yoke", blob(&yoke), dress.inner);
        let band = [
            self.at(-sh + 2.0, 770.0),
            self.at(0.0, 784.0),
            self.at(sh - 2.0, 770.0),
        ];
        sheet.raise(
            "reflective band",
            strip(&band, self.body.size(34.0)),
            dress.accent,
            3.0,
        );
        let inner = [
            self.at(-sh + 2.0, 770.0),
            self.at(0.0, 784.0),
            self.at(sh - 2.0, 770.0),
        ];
        sheet.lay(
            "reflective band",
            strip(&inner, self.body.size(8.0)),
            dress.accent.shaded(0.2),
        );
        for s in [-1.0, 1.0] {
            let at = |x: f32, y: f32| self.at(s * x, y);
            let collar = [
                at(n + 6.0, 534.0),
                at(n + 24.0, 600.0),
                at(n * 0.5, 640.0),
                at(-2.0, 664.0),
                at(2.0, 600.0),
                at(n * 0.62, 578.0),
            ];
            sheet.raise(
                "collar",
                polygon(&collar),
                dress.inner.lit(if s > 0.0 { 0.02 } else { 0.1 }),
                6.0,
            );
        }
        let zip = [self.at(0.0, 606.0), self.at(0.0, 1010.0)];
        sheet.lay(
            "zip",
            strip(&zip, self.body.size(7.0)),
            dress.inner.lit(0.3),
        );
        sheet.raise(
            "pull",
            limb(
                self.at(0.0, 660.0),
                self.at(0.0, 684.0),
                self.body.size(9.0),
                self.body.size(6.0),
            ),
            rgb(0xd9653b),
            3.0,
        );
        let strap = [
            self.at(-sh * 0.62, 606.0),
            self.at(-40.0, 760.0),
            self.at(130.0, 1010.0),
        ];
        sheet.raise(
            "strap",
            strip(&strap, self.body.size(40.0)),
            rgb(0x4a5560),
            7.0,
        );
        let buckle = self.at(-64.0, 732.0);
        sheet.raise(
            "buckle",
            ellipse(buckle, self.body.size(25.0), self.body.size(17.0), 0.75),
            rgb(0x2c333a),
            3.0,
        );
    }

    pub(super) fn cardigan(&self, sheet: &mut Sheet) {
        let dress = &self.look.dress;
        let n = self.neck();
        self.top(sheet, dress.inner, 2.0, 84.0);
        for s in [-1.0, 1.0] {
            let at = |x: f32, y: f32| self.at(s * x, y);
            let [mid, tip, hem] = self.flank();
            let half = [
                at(n + 18.0, 574.0),
                at(mid.0, mid.1),
                at(tip.0, tip.1),
                at(hem.0, hem.1),
                at(0.0, 1010.0),
                at(10.0, 800.0),
                at(n * 0.62, 672.0),
            ];
            sheet.raise(
                "front",
                polygon(&half),
                dress.outer.shaded(if s > 0.0 { 0.06 } else { 0.0 }),
                6.0,
            );
            for x in [96.0, 126.0, 156.0, 186.0] {
                let rib = [at(x, 668.0), at(x - 6.0, 820.0), at(x - 10.0, 1010.0)];
                sheet.lay(
                    "knit",
                    strip(&rib, self.body.size(3.0)),
                    dress.outer.shaded(0.13),
                );
            }
            let band = [
                at(n + 18.0, 572.0),
                at(n * 0.68, 670.0),
                at(14.0, 802.0),
                at(2.0, 1010.0),
            ];
            sheet.raise("band", strip(&band, self.body.size(24.0)), dress.cuff, 4.0);
            let collar = [
                at(-2.0, 612.0),
                at(n * 0.5, 592.0),
                at(n + 6.0, 560.0),
                at(n + 26.0, 592.0),
                at(n + 8.0, 634.0),
                at(n * 0.55, 656.0),
                at(12.0, 650.0),
            ];
            sheet.raise("round collar", blob(&collar), dress.inner.lit(0.3), 5.0);
        }
        for y in [838.0, 896.0] {
            sheet.raise(
                "button",
                ellipse(
                    self.at(2.0, y),
                    self.body.size(9.0),
                    self.body.size(9.0),
                    0.0,
                ),
                rgb(0xf2e8d8),
                2.0,
            );
        }
        let brooch = self.at(-n - 62.0, 700.0);
        for k in 0..6 {
            let (sin, cos) = (k as f32 / 6.0 * std::f32::consts::TAU).sin_cos();
            let petal = brooch + pt(cos, sin) * self.body.size(11.0);
            sheet.lay(
                "brooch",
                ellipse(petal, self.body.size(8.5), self.body.size(8.5), 0.0),
                dress.accent,
            );
        }
        sheet.lay(
            "brooch",
            ellipse(brooch, self.body.size(7.0), self.body.size(7.0), 0.0),
            rgb(0xf0c766),
        );
    }
}
