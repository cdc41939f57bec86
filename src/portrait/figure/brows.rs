//! The brows and the skin they move: bow, frown lines, the lines across the forehead.

use crate::portrait::{
    action::ActionUnits,
    cut::ribbon,
    figure::frame::Head,
    look::{Cover, Look},
    shape::Sheet,
};

/// Lays both brows and the lines above and between them.
pub(super) fn draw(sheet: &mut Sheet, look: &Look, au: &ActionUnits, head: &Head) {
    let ink = look.skin.shade.shaded(0.12);
    let lifted = (au.au1 + au.au2) * 0.5;
    // A covered forehead has no lines to show.
    let bare = match look.cover {
        Cover::None => 1.0,
        _ => 0.0,
    };
    for (k, y) in [-88.0, -104.0].into_iter().enumerate() {
        let bow = 8.0 * au.au2 - 12.0 * au.au1 * (1.0 - au.au2);
        let reach = 62.0 - 12.0 * k as f32;
        let up = 8.0 * lifted;
        let line = [
            head.on(-reach, y - up + 4.0),
            head.on(-reach * 0.45, y - up - bow * 0.4),
            head.on(0.0, y - up + bow * 0.5),
            head.on(reach * 0.45, y - up - bow * 0.4),
            head.on(reach, y - up + 4.0),
        ];
        let strength =
            bare * (0.16 * look.age + (0.35 + 0.4 * look.age) * lifted - 0.06 * k as f32);
        sheet.lay(
            "line of the forehead",
            ribbon(&line, &[0.5, 3.2, 2.6, 3.2, 0.5].map(|w| head.size(w))),
            ink.faint(strength),
        );
    }
    for s in [-1.0, 1.0] {
        let frown = [
            head.on(s * 15.0, -62.0),
            head.on(s * 9.0, -46.0),
            head.on(s * 10.0, -28.0),
        ];
        let strength = 0.08 * look.age + 0.8 * au.au4 - 0.12;
        sheet.lay(
            "frown line",
            ribbon(&frown, &[1.0, 4.4, 1.5].map(|w| head.size(w))),
            ink.faint(strength),
        );
        brow(sheet, look, au, head, s);
    }
}

fn brow(sheet: &mut Sheet, look: &Look, au: &ActionUnits, head: &Head, s: f32) {
    let brow = &look.brow;
    // One raised brow goes with one raised corner: doubt.
    let doubt = 10.0 * (au.lopsided * s).max(0.0);
    let knit = 8.0 * au.au4;
    let inner = -48.5 - 23.0 * au.au1 + 19.0 * au.au4 - 4.0 * au.au2 - doubt * 0.4;
    let rising =
        -50.0 - 15.0 * au.au1 - 12.0 * au.au2 + 15.0 * au.au4 - doubt * 0.8 - brow.arch * 0.4;
    let bow = -51.0 - 5.0 * au.au1 - 21.0 * au.au2 + 11.0 * au.au4 - doubt - brow.arch * 0.75;
    let outer = -38.0 + 4.0 * au.au1 - 19.0 * au.au2 + 4.0 * au.au4 - doubt * 0.7 + 3.0 * au.au6;
    let spine = [
        head.out(s * (26.0 - knit), inner, 6.0),
        head.out(s * (48.0 - knit * 0.6), rising, 6.0),
        head.out(s * (74.0 - knit * 0.2), bow, 3.0),
        head.out(s * 101.0, outer, 0.0),
    ];
    let heavy = 12.5 * brow.weight * (1.0 + 0.12 * au.au4);
    let widths = [heavy * 0.62, heavy, heavy * 0.86, heavy * 0.18].map(|w| head.size(w));
    sheet.lay("brow", ribbon(&spine, &widths), brow.colour);
}
