//! A small child on the arm: looks about, and leans in when the grown-up gets tense.

use crate::portrait::{
    action::ActionUnits,
    cut::{blob, ellipse, polygon, ribbon, strip},
    figure::frame::Body,
    look::Look,
    shape::{Point, Sheet, pt, rgb},
};

/// Lays the child of somebody who carries one.
pub(super) fn draw(sheet: &mut Sheet, look: &Look, au: &ActionUnits, body: &Body) {
    let Some(child) = &look.child else {
        return;
    };
    let size = |length: f32| body.size(length);
    let at = |x: f32, y: f32| body.trunk(500.0 + x, y, 0.6);
    let fear = (0.7 * au.au4 + 0.5 * au.au26 + 0.4 * au.shoulders.max(0.0)).min(1.0);

    let suit = [
        at(120.0, 668.0),
        at(184.0, 652.0),
        at(252.0, 690.0),
        at(276.0, 800.0),
        at(262.0, 856.0),
        at(180.0, 872.0),
        at(112.0, 858.0),
        at(100.0, 760.0),
    ];
    sheet.raise("child", blob(&suit), child.suit, 9.0);
    let zip = [at(176.0, 690.0), at(178.0, 780.0), at(172.0, 856.0)];
    sheet.lay("zip", strip(&zip, size(5.0)), child.suit.shaded(0.2));
    for (x, y) in [
        (134.0, 720.0),
        (222.0, 730.0),
        (136.0, 790.0),
        (226.0, 800.0),
    ] {
        sheet.lay(
            "dot",
            ellipse(at(x, y), size(9.0), size(9.0), 0.0),
            child.suit.lit(0.42),
        );
    }

    // The head is a little world of its own: turned to us, or pressed to the shoulder.
    let middle = at(184.0 - 14.0 * fear, 574.0 + 10.0 * fear);
    let (sin, cos) = (-0.05 - 0.2 * fear).sin_cos();
    let on =
        |x: f32, y: f32| -> Point { middle + pt(x * cos - y * sin, x * sin + y * cos) * size(1.0) };
    let skin = &child.skin;
    sheet.raise(
        "hair of the child",
        ellipse(on(0.0, -14.0), size(86.0), size(88.0), sin),
        child.hair,
        6.0,
    );
    for s in [-1.0, 1.0] {
        sheet.lay(
            "ear of the child",
            ellipse(on(s * 80.0, 12.0), size(14.0), size(18.0), 0.0),
            skin.base.mix(skin.shade, 0.25),
        );
    }
    let face = [
        on(0.0, -62.0),
        on(52.0, -48.0),
        on(76.0, -4.0),
        on(72.0, 36.0),
        on(42.0, 70.0),
        on(0.0, 80.0),
        on(-42.0, 70.0),
        on(-72.0, 36.0),
        on(-76.0, -4.0),
        on(-52.0, -48.0),
    ];
    sheet.raise("face of the child", blob(&face), skin.base, 3.0);
    let fringe = [
        on(-84.0, 0.0),
        on(-76.0, -60.0),
        on(-30.0, -98.0),
        on(30.0, -98.0),
        on(76.0, -60.0),
        on(84.0, 0.0),
        on(66.0, -34.0),
        on(30.0, -46.0),
        on(-6.0, -40.0),
        on(-48.0, -50.0),
        on(-68.0, -28.0),
    ];
    sheet.raise("fringe", blob(&fringe), child.hair, 4.0);
    for (x, y, r) in [
        (-44.0, -76.0, 20.0),
        (0.0, -94.0, 22.0),
        (44.0, -78.0, 20.0),
    ] {
        sheet.lay(
            "curl",
            ellipse(on(x, y), size(r), size(r * 0.9), 0.0),
            child.hair.lit(0.08),
        );
    }
    let shut = au.au43.clamp(0.0, 1.0);
    let look_at = pt(-5.0 * fear + 3.0 * au.gaze_x, 2.0 * au.gaze_y);
    for s in [-1.0, 1.0] {
        sheet.lay(
            "cheek",
            ellipse(on(s * 46.0, 34.0), size(18.0), size(13.0), 0.0),
            skin.blush.faint(0.28),
        );
        let open = 11.5 * (1.0 - 0.85 * shut) + 1.5 * fear;
        sheet.lay(
            "eye of the child",
            ellipse(on(s * 31.0, 6.0), size(13.0), size(open + 1.0), sin),
            rgb(0xfbf6ec),
        );
        sheet.lay(
            "pupil",
            ellipse(
                on(s * 31.0 + look_at.x, 6.5 + look_at.y),
                size(8.0),
                size(open * 0.78),
                sin,
            ),
            rgb(0x2a1a16),
        );
        sheet.lay(
            "shine",
            ellipse(
                on(s * 31.0 + look_at.x - 3.0, 3.0 + look_at.y),
                size(2.6),
                size(2.6 * (1.0 - shut)),
                0.0,
            ),
            rgb(0xffffff).faint(0.9),
        );
        let lash = [
            on(s * 17.0, 2.0),
            on(s * 31.0, -7.0 + 9.0 * shut),
            on(s * 45.0, 2.0),
        ];
        sheet.lay(
            "lashes",
            ribbon(&lash, &[1.0, 3.6, 1.0].map(size)),
            rgb(0x2a1a16),
        );
        let brow = [
            on(s * 16.0, -20.0 - 8.0 * fear),
            on(s * 31.0, -24.0 - 2.0 * fear),
            on(s * 46.0, -18.0 + 3.0 * fear),
        ];
        sheet.lay(
            "brow of the child",
            ribbon(&brow, &[2.0, 5.0, 2.0].map(size)),
            child.hair,
        );
    }
    let nose = [on(-7.0, 28.0), on(0.0, 32.0), on(7.0, 28.0)];
    sheet.lay(
        "nose of the child",
        ribbon(&nose, &[1.0, 4.5, 1.0].map(size)),
        skin.shade,
    );
    let bend = 6.0 - 12.0 * fear;
    let mouth = [
        on(-15.0, 48.0 - bend * 0.4),
        on(0.0, 49.0 + bend * 0.6),
        on(15.0, 48.0 - bend * 0.4),
    ];
    sheet.lay(
        "mouth of the child",
        ribbon(&mouth, &[1.5, 5.0, 1.5].map(size)),
        rgb(0x8a3d3a),
    );

    // One arm round the grown-up's neck, the other hand holding on to cloth.
    let reach = [
        at(118.0, 700.0),
        at(84.0, 676.0),
        at(62.0 - 10.0 * fear, 644.0),
    ];
    sheet.raise(
        "arm of the child",
        ribbon(&reach, &[44.0, 38.0, 28.0].map(size)),
        child.suit.lit(0.06),
        5.0,
    );
    sheet.raise(
        "hand of the child",
        ellipse(reach[2], size(17.0), size(15.0), 0.4),
        skin.base,
        3.0,
    );
    let other = [at(246.0, 716.0), at(238.0, 772.0), at(196.0, 800.0)];
    sheet.raise(
        "arm of the child",
        ribbon(&other, &[46.0, 40.0, 30.0].map(size)),
        child.suit.shaded(0.04),
        5.0,
    );
    sheet.raise(
        "hand of the child",
        ellipse(other[2], size(18.0), size(15.0), 0.2),
        skin.base,
        3.0,
    );
    let legs = [
        at(110.0, 842.0),
        at(180.0, 856.0),
        at(262.0, 838.0),
        at(258.0, 900.0),
        at(120.0, 900.0),
    ];
    sheet.lay("seat of the child", polygon(&legs), child.suit.shaded(0.1));
}
