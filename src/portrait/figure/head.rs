//! The head itself: ears, face, its shaded side, blush, lines of age and effort, nose.

use crate::portrait::{
    action::ActionUnits,
    cut::{between, blob, ellipse, ribbon},
    figure::frame::Head,
    look::Look,
    shape::{Point, Sheet, rgb},
};

/// Half the outline from the crown to the chin, on side `s` (-1 left, 1 right).
pub(super) fn contour(look: &Look, au: &ActionUnits, s: f32) -> Vec<(f32, f32)> {
    let face = &look.face;
    let drop = jaw_drop(au);
    let set = 1.0 + 0.035 * au.au29;
    let cheek = 126.0 + 8.0 * face.cheek + 3.0 * au.au6;
    vec![
        (0.0, -190.0),
        (s * 74.0, -175.0),
        (s * 122.0, -118.0),
        (s * 137.0, -45.0),
        (s * 136.0, 8.0),
        (s * cheek, 62.0),
        (s * 136.0 * face.jaw * set, 112.0 + drop * 0.3),
        (
            s * 136.0 * (face.jaw * 0.52 + face.chin * 0.48),
            156.0 + drop * 0.75,
        ),
        (s * 136.0 * face.chin * 0.78, 184.0 + drop),
        (0.0, 193.0 + drop - 4.0 * au.au17),
    ]
}

/// How far the jaw hangs, in units.
pub(super) fn jaw_drop(au: &ActionUnits) -> f32 {
    30.0 * au.au26 + 4.0 * au.au25
}

/// Lays ears, face, shade, blush and lines.
pub(super) fn draw(sheet: &mut Sheet, look: &Look, au: &ActionUnits, head: &Head) {
    let skin = &look.skin;
    for s in [-1.0, 1.0] {
        ear(sheet, look, head, s);
    }
    let rim = |(x, y): (f32, f32)| head.rim(x, y);
    let mut outline: Vec<Point> = contour(look, au, 1.0).into_iter().map(rim).collect();
    let left: Vec<Point> = contour(look, au, -1.0).into_iter().map(rim).collect();
    outline.extend(left[1..left.len() - 1].iter().rev());
    sheet.lay(
        "face",
        blob(&outline),
        skin.base.mix(skin.blush, 0.16 * au.flush),
    );

    let edge: Vec<Point> = contour(look, au, 1.0)[2..]
        .iter()
        .map(|&p| rim(p))
        .collect();
    let drop = jaw_drop(au);
    let inner = [
        (92.0, -128.0),
        (110.0, -40.0),
        (107.0, 10.0),
        (94.0, 66.0),
        (84.0, 112.0),
        (58.0, 150.0),
        (0.0, 190.0),
    ]
    .map(|(x, y)| {
        head.at(
            x,
            y + if y > 100.0 {
                drop * (y - 100.0) / 90.0
            } else {
                0.0
            },
            34.0,
        )
    });
    sheet.lay(
        "side in shade",
        between(&edge, &inner),
        skin.shade.faint(0.42),
    );
    for s in [-1.0, 1.0] {
        cheek(sheet, look, au, head, s);
        freckles(sheet, look, head, s);
        lines(sheet, look, au, head, s);
    }
}

fn ear(sheet: &mut Sheet, look: &Look, head: &Head, s: f32) {
    let skin = &look.skin;
    let at = |x: f32, y: f32| head.at(s * x, y, -14.0);
    let shell = [
        at(128.0, -22.0),
        at(146.0, -36.0),
        at(161.0, -20.0),
        at(157.0, 18.0),
        at(146.0, 46.0),
        at(132.0, 42.0),
    ];
    sheet.lay(
        "ear",
        blob(&shell),
        skin.base
            .mix(skin.blush, 0.22)
            .mix(skin.shade, if s > 0.0 { 0.3 } else { 0.0 }),
    );
    let fold = [
        at(138.0, -14.0),
        at(150.0, -18.0),
        at(149.0, 8.0),
        at(141.0, 24.0),
    ];
    sheet.lay(
        "fold of the ear",
        ribbon(&fold, &[2.0, 6.0, 7.0, 2.0]),
        skin.shade.faint(0.7),
    );
    if let Some(metal) = look.earring {
        let lobe = at(145.0, 48.0);
        sheet.lay(
            "earring",
            ellipse(lobe, head.size(7.0), head.size(7.0), 0.0),
            metal,
        );
    }
}

fn cheek(sheet: &mut Sheet, look: &Look, au: &ActionUnits, head: &Head, s: f32) {
    let skin = &look.skin;
    let up = 12.0 * au.au6 + 5.0 * au.au12;
    let middle = head.on(s * 76.0, 64.0 - up);
    // The far cheek goes out of sight as the head turns.
    let seen = 1.0 - (s * au.yaw * 1.3).clamp(0.0, 1.0);
    let strength = seen * (0.055 + 0.1 * au.flush + 0.05 * au.au6);
    // Thin sheets on each other make a soft edge without a gradient.
    for grow in [1.5, 1.22, 0.95, 0.7] {
        let (rx, ry) = (33.0 * grow, (22.0 + 3.0 * au.au6) * grow);
        let patch = ellipse(middle, head.size(rx), head.size(ry), head.tilt() - s * 0.25);
        sheet.lay("cheek", patch, skin.blush.faint(strength));
    }
    // Flushed necks and temples belong to anger, so the brow takes some colour too.
    let temple = head.on(s * 92.0, -70.0);
    sheet.lay(
        "temple",
        ellipse(temple, head.size(26.0), head.size(36.0), head.tilt()),
        skin.blush.faint(seen * 0.2 * au.flush * au.flush),
    );
    let jaw = [
        head.on(s * 106.0 * look.face.jaw, 74.0),
        head.on(s * 102.0 * look.face.jaw, 98.0),
        head.on(s * 92.0 * look.face.jaw, 124.0),
    ];
    sheet.lay(
        "jaw muscle",
        ribbon(&jaw, &[3.0, 13.0, 3.0].map(|w| head.size(w))),
        skin.shade.faint(0.45 * au.au29),
    );
}

fn freckles(sheet: &mut Sheet, look: &Look, head: &Head, s: f32) {
    let Some(colour) = look.freckles else {
        return;
    };
    for (x, y) in [
        (44.0, 44.0),
        (58.0, 56.0),
        (72.0, 42.0),
        (84.0, 54.0),
        (64.0, 70.0),
        (98.0, 38.0),
        (20.0, 26.0),
    ] {
        let spot = head.on(s * x + 2.0, y);
        sheet.lay(
            "freckle",
            ellipse(spot, head.size(3.0), head.size(2.4), 0.3),
            colour.faint(0.6),
        );
    }
}

fn lines(sheet: &mut Sheet, look: &Look, au: &ActionUnits, head: &Head, s: f32) {
    let ink = look.skin.shade.shaded(0.12);
    let age = look.age;
    let smile = au.au12 * 10.0;
    let lift = 7.0 * au.au9 + 5.0 * au.au10;
    let fold = [
        head.on(s * 35.0, 62.0 - lift),
        head.on(s * (54.0 + smile * 0.8), 82.0 - lift),
        head.on(s * (64.0 + smile), 112.0),
        head.on(s * (60.0 + smile), 130.0),
    ];
    let strength = 0.05 + 0.3 * age + (0.32 + 0.2 * age) * au.au12.max(au.au10).max(au.au9);
    sheet.lay(
        "fold beside the mouth",
        ribbon(&fold, &[2.0, 5.5, 4.0, 1.0].map(|w| head.size(w))),
        ink.faint(strength),
    );

    let bag = [
        head.on(s * 34.0, 24.0),
        head.on(s * 56.0, 32.0),
        head.on(s * 80.0, 24.0),
    ];
    let strength = 0.14 + 0.34 * age + 0.32 * au.au6 + 0.25 * au.au7;
    sheet.lay(
        "under the eye",
        ribbon(&bag, &[1.0, 4.0, 1.0].map(|w| head.size(w))),
        ink.faint(strength),
    );

    for (y, end) in [(-6.0, -18.0), (2.0, 2.0), (9.0, 19.0)] {
        let foot = [
            head.on(s * 101.0, y),
            head.on(s * 110.0, (y + end) * 0.55),
            head.on(s * 120.0, end),
        ];
        sheet.lay(
            "laughter line",
            ribbon(&foot, &[2.6, 3.0, 0.8].map(|w| head.size(w))),
            ink.faint(0.25 * age + (0.28 + 0.3 * age) * au.au6 - 0.05),
        );
    }
}

/// Lays the nose, which stands before the eyes and under the brows.
pub(super) fn nose(sheet: &mut Sheet, look: &Look, au: &ActionUnits, head: &Head) {
    let (skin, nose) = (&look.skin, &look.nose);
    let ink = skin.shade.shaded(0.2);
    let (wide, long) = (nose.width, nose.length);
    let up = 8.0 * au.au9 + 3.0 * au.au10;
    let flare = 3.5 * au.au38 + 2.0 * au.au9;
    let bridge = 6.0 + 5.0 * (1.0 - nose.bridge);
    let at = |x: f32, y: f32, out: f32| head.out(x, y * long, out);
    let wing = 25.0 * wide + flare;
    let shade = [
        at(bridge + 5.0, -20.0, 6.0),
        at(bridge + 1.0, -4.0, 16.0 * nose.bridge),
        at(bridge, 22.0, 22.0),
        at(12.0 * wide, 54.0 - up * 0.4, 34.0),
        at(8.0, 78.0 - up * 0.4, 32.0),
        at(20.0 * wide, 80.0 - up, 16.0),
        at(wing + 2.0, 70.0 - up, 8.0),
        at(wing - 3.0, 55.0 - up, 8.0),
        at(bridge + 13.0, 24.0, 8.0),
        at(bridge + 11.0, -4.0, 2.0),
    ];
    sheet.lay("side of the nose", blob(&shade), skin.shade.faint(0.46));
    let under = [
        at(-wing, 72.0 - up, 10.0),
        at(-14.0 * wide, 77.0 - up * 0.6, 22.0),
        at(0.0, 79.0 - up * 0.3, 32.0),
        at(14.0 * wide, 77.0 - up * 0.6, 22.0),
        at(wing, 72.0 - up, 10.0),
    ];
    let below = [
        at(-wing + 3.0, 79.0 - up, 8.0),
        at(-12.0 * wide, 84.0 - up * 0.6, 14.0),
        at(0.0, 91.0 - up * 0.3, 20.0),
        at(12.0 * wide, 84.0 - up * 0.6, 14.0),
        at(wing - 3.0, 79.0 - up, 8.0),
    ];
    sheet.lay(
        "under the nose",
        between(&under, &below),
        skin.shade.shaded(0.06).faint(0.7),
    );
    for s in [-1.0, 1.0] {
        let hole = at(s * 12.0 * wide, 79.0 - up * 0.7, 18.0);
        sheet.lay(
            "nostril",
            ellipse(
                hole,
                head.size(5.6 + flare * 0.6),
                head.size(3.0 + flare * 0.3),
                head.tilt() - s * 0.3,
            ),
            rgb(0x3a1a1a).faint(0.55),
        );
        let curl = [
            at(s * (wing - 2.0), 54.0 - up, 8.0),
            at(s * (wing + 4.0), 66.0 - up, 6.0),
            at(s * (wing - 3.0), 78.0 - up, 8.0),
        ];
        sheet.lay(
            "wing of the nose",
            ribbon(&curl, &[1.0, 4.2, 1.5].map(|w| head.size(w))),
            ink.faint(0.42 + 0.3 * au.au38),
        );
        let wrinkle = [
            at(s * 7.0, 2.0, 12.0),
            at(s * 15.0, 8.0, 8.0),
            at(s * 20.0, 17.0, 4.0),
        ];
        sheet.lay(
            "wrinkled nose",
            ribbon(&wrinkle, &[3.0, 3.5, 1.0].map(|w| head.size(w))),
            ink.faint(0.8 * au.au9),
        );
    }
    // Blood rises into the tip of the nose as well.
    for grow in [1.0, 0.66] {
        let tip = at(0.0, 62.0 - up * 0.4, 30.0);
        sheet.lay(
            "blood in the nose",
            ellipse(
                tip,
                head.size(24.0 * wide * grow),
                head.size(17.0 * grow),
                head.tilt(),
            ),
            skin.blush.faint(0.22 * au.flush),
        );
    }
    let ridge = [
        at(-3.0, -8.0, 12.0),
        at(-4.0, 26.0, 22.0),
        at(-5.0, 56.0, 32.0),
    ];
    sheet.lay(
        "light on the nose",
        ribbon(&ridge, &[3.0, 7.0, 11.0].map(|w| head.size(w))),
        skin.light.faint(0.6),
    );
}
