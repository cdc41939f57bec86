//! Jackets with collars and pockets, over whatever is under them.

use crate::portrait::{
    cut::{between, ellipse, limb, polygon, strip},
    figure::dress::Tailor,
    shape::{Sheet, rgb},
};

impl Tailor<'_> {
    pub(super) fn blazer(&self, sheet: &mut Sheet) {
        let dress = &self.look.dress;
        self.top(sheet, dress.inner, 26.0, 92.0);
        self.lapels(sheet, dress.outer.lit(0.05), 838.0);
        let pin = self.at(-self.neck() - 24.0, 712.0);
        sheet.raise(
            "pin",
            ellipse(pin, self.body.size(9.0), self.body.size(9.0), 0.0),
            dress.accent,
            3.0,
        );
    }

    pub(super) fn work_jacket(&self, sheet: &mut Sheet) {
        let dress = &self.look.dress;
        let n = self.neck();
        self.top(sheet, dress.inner, 14.0, 80.0);
        let placket = [self.at(0.0, 622.0), self.at(0.0, 1010.0)];
        sheet.lay(
            "placket",
            strip(&placket, self.body.size(22.0)),
            dress.inner.lit(0.09),
        );
        for y in [672.0, 736.0, 800.0] {
            sheet.lay(
                "button",
                ellipse(
                    self.at(0.0, y),
                    self.body.size(6.0),
                    self.body.size(6.0),
                    0.0,
                ),
                dress.inner.shaded(0.4),
            );
        }
        self.shirt_collar(sheet, dress.inner.lit(0.06), 14.0);
        for s in [-1.0, 1.0] {
            let at = |x: f32, y: f32| self.at(s * x, y);
            let [mid, tip, hem] = self.flank();
            let edge = [
                at(n + 12.0, 568.0),
                at(66.0, 690.0),
                at(58.0, 1010.0),
                at(hem.0, hem.1),
                at(tip.0, tip.1),
                at(mid.0, mid.1),
            ];
            sheet.raise(
                "front",
                polygon(&edge),
                dress.outer.shaded(if s > 0.0 { 0.07 } else { 0.0 }),
                6.0,
            );
            let collar = [
                at(n - 2.0, 548.0),
                at(n + 40.0, 584.0),
                at(n + 66.0, 662.0),
                at(62.0, 706.0),
                at(n + 4.0, 604.0),
            ];
            sheet.raise(
                "collar",
                polygon(&collar),
                rgb(0x6f4a35).shaded(if s > 0.0 { 0.1 } else { 0.0 }),
                6.0,
            );
            let stitch = [at(78.0, 716.0), at(72.0, 1010.0)];
            sheet.lay(
                "stitching",
                strip(&stitch, self.body.size(2.5)),
                dress.outer.lit(0.3),
            );
        }
        // A carpenter's pencil is always somewhere.
        sheet.raise(
            "pencil",
            limb(
                self.at(-140.0, 792.0),
                self.at(-148.0, 706.0),
                self.body.size(11.0),
                self.body.size(11.0),
            ),
            dress.accent,
            3.0,
        );
        self.patch(
            sheet,
            "pocket",
            (-186.0, 744.0, 96.0, 106.0),
            dress.outer.lit(0.05),
        );
        self.patch(sheet, "flap", (-190.0, 738.0, 104.0, 30.0), dress.cuff);
        self.patch(
            sheet,
            "pocket",
            (92.0, 744.0, 96.0, 106.0),
            dress.outer.shaded(0.04),
        );
        self.patch(sheet, "flap", (88.0, 738.0, 104.0, 30.0), dress.cuff);
    }

    pub(super) fn coat(&self, sheet: &mut Sheet) {
        let dress = &self.look.dress;
        self.top(sheet, dress.inner, 4.0, 92.0);
        self.lapels(sheet, dress.outer.shaded(0.05), 850.0);
        self.patch(
            sheet,
            "pocket",
            (100.0, 780.0, 86.0, 90.0),
            dress.outer.shaded(0.07),
        );
        sheet.raise(
            "pen",
            limb(
                self.at(128.0, 800.0),
                self.at(128.0, 752.0),
                self.body.size(9.0),
                self.body.size(8.0),
            ),
            dress.accent,
            2.0,
        );
        self.patch(sheet, "badge", (-176.0, 772.0, 74.0, 42.0), rgb(0xfbf7ee));
        self.patch(sheet, "badge", (-176.0, 772.0, 74.0, 13.0), dress.accent);
    }

    pub(super) fn tweed(&self, sheet: &mut Sheet) {
        let dress = &self.look.dress;
        let n = self.neck();
        self.top(sheet, dress.inner, 0.0, 84.0);
        let tie = [
            self.at(-15.0, 622.0),
            self.at(15.0, 622.0),
            self.at(10.0, 652.0),
            self.at(24.0, 760.0),
            self.at(-24.0, 760.0),
            self.at(-10.0, 652.0),
        ];
        sheet.raise("tie", polygon(&tie), dress.accent, 4.0);
        let vest = [
            self.at(-n - 16.0, 600.0),
            self.at(-40.0, 690.0),
            self.at(0.0, 742.0),
            self.at(40.0, 690.0),
            self.at(n + 16.0, 600.0),
        ];
        let hem = [
            self.at(-n - 60.0, 640.0),
            self.at(-90.0, 780.0),
            self.at(0.0, 1010.0),
            self.at(90.0, 780.0),
            self.at(n + 60.0, 640.0),
        ];
        sheet.raise("jumper", between(&vest, &hem), rgb(0x4f6b5b), 5.0);
        self.shirt_collar(sheet, dress.inner, 8.0);
        self.lapels(sheet, dress.outer.lit(0.06), 880.0);
        self.patch(
            sheet,
            "pocket square",
            (-168.0, 736.0, 56.0, 26.0),
            rgb(0xd9653b),
        );
        self.patch(
            sheet,
            "pocket",
            (-174.0, 752.0, 70.0, 15.0),
            dress.outer.shaded(0.12),
        );
    }
}
