//! What is worn on the face: glasses.

use std::f32::consts::TAU;

use crate::portrait::{
    cut::{blob, ribbon, ring, strip},
    figure::frame::Head,
    look::Look,
    shape::{Point, Sheet, pt, rgb},
};

/// An oblong lens from its inner edge over the top, x in units, y in shares of its height.
const LENS: [(f32, f32); 8] = [
    (-43.0, -0.1),
    (-36.0, -0.78),
    (0.0, -1.0),
    (37.0, -0.82),
    (45.0, -0.1),
    (36.0, 0.76),
    (0.0, 1.0),
    (-34.0, 0.78),
];

/// Lays the glasses of those who wear some.
pub(super) fn draw(sheet: &mut Sheet, look: &Look, head: &Head) {
    let Some(glasses) = &look.glasses else {
        return;
    };
    let (h, low) = (glasses.height, glasses.low);
    let weight = head.size(glasses.weight * 0.9);
    let at = |x: f32, y: f32| head.out(x, low + y, 20.0);
    for s in [-1.0, 1.0] {
        let lens: Vec<Point> = LENS
            .iter()
            .enumerate()
            .map(|(k, &(x, y))| {
                let (sin, cos) = (k as f32 / 8.0 * TAU).sin_cos();
                let round = (-43.0 * cos, -sin);
                let x = x + (round.0 - x) * glasses.round;
                at(s * (59.0 + x), (y + (round.1 - y) * glasses.round) * h)
            })
            .collect();
        sheet.lay("lens", blob(&lens), rgb(0xffffff).faint(0.07));
        let glint = [
            at(s * 59.0 - 34.0, -0.1 * h),
            at(s * 59.0 - 24.0, -0.42 * h),
            at(s * 59.0 - 12.0, -0.72 * h),
        ];
        sheet.lay(
            "glint",
            ribbon(&glint, &[2.0, 4.0, 2.0].map(|w| head.size(w))),
            rgb(0xffffff).faint(0.3),
        );
        let arm = [at(s * 102.0, -0.2 * h), head.at(s * 136.0, low - 8.0, 30.0)];
        sheet.lay(
            "arm of the glasses",
            strip(&arm, weight),
            glasses.rim.shaded(0.25),
        );
        let cast: Vec<Point> = lens.iter().map(|&p| p + pt(2.0, 5.0)).collect();
        sheet.lay("shadow", ring(&cast, weight), rgb(0x3b1f1c).faint(0.18));
        sheet.lay("rim of the glasses", ring(&lens, weight), glasses.rim);
    }
    let bridge = [
        at(-17.0, -0.25 * h),
        head.out(0.0, low - 0.42 * h, 26.0),
        at(17.0, -0.25 * h),
    ];
    sheet.lay("bridge of the glasses", strip(&bridge, weight), glasses.rim);
}
