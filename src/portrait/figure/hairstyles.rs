//! How hair frames the face, one function for each style.

use std::f32::consts::TAU;

use crate::portrait::{
    cut::{blob, ellipse, ribbon},
    figure::frame::Head,
    look::Look,
    shape::{Point, Sheet},
};

/// Curls over the brow as (x, y, radius).
const CURLS_FRONT: [(f32, f32, f32); 12] = [
    (-128.0, -62.0, 27.0),
    (128.0, -62.0, 27.0),
    (-112.0, -112.0, 36.0),
    (112.0, -110.0, 36.0),
    (-70.0, -160.0, 40.0),
    (72.0, -160.0, 40.0),
    (0.0, -178.0, 44.0),
    (-78.0, -112.0, 29.0),
    (82.0, -116.0, 28.0),
    (-34.0, -132.0, 32.0),
    (40.0, -134.0, 31.0),
    (6.0, -118.0, 25.0),
];

/// An outline whose first points lie on the rim of the head and the rest on the face.
pub(super) fn cap(head: &Head, rim: &[(f32, f32)], hairline: &[(f32, f32)]) -> Vec<Point> {
    let outer = rim.iter().map(|&(x, y)| head.rim(x, y));
    outer
        .chain(hairline.iter().map(|&(x, y)| head.on(x, y)))
        .collect()
}

pub(super) fn strands(
    sheet: &mut Sheet,
    look: &Look,
    head: &Head,
    lines: &[[(f32, f32); 3]],
    wide: f32,
) {
    for line in lines {
        let spine = line.map(|(x, y)| head.on(x, y));
        sheet.lay(
            "strand",
            ribbon(&spine, &[1.0, wide, 1.0].map(|w| head.size(w))),
            look.hair.light.faint(0.8),
        );
    }
}

pub(super) fn natural(sheet: &mut Sheet, look: &Look, head: &Head) {
    const BUMPS: usize = 46;
    let springy = (0..=BUMPS).map(|k| {
        let angle = (-0.06 + 0.62 * k as f32 / BUMPS as f32) * TAU;
        let r = if k % 2 == 0 { 1.0 } else { 1.05 };
        let (sin, cos) = angle.sin_cos();
        (143.0 * cos * r, -66.0 - 150.0 * sin * r)
    });
    let rim: Vec<(f32, f32)> = springy.collect();
    let hairline = [
        (-129.0, 6.0),
        (-122.0, -44.0),
        (-112.0, -92.0),
        (-78.0, -126.0),
        (-36.0, -138.0),
        (0.0, -140.0),
        (36.0, -138.0),
        (78.0, -126.0),
        (112.0, -92.0),
        (122.0, -44.0),
        (129.0, 6.0),
    ];
    sheet.raise(
        "hair",
        blob(&cap(head, &rim, &hairline)),
        look.hair.colour,
        5.0,
    );
    for row in 0..4 {
        for k in 0..(9 - row) {
            let (x, y) = (
                (k as f32 - (8.0 - row as f32) / 2.0) * 25.0,
                -151.0 - 15.0 * row as f32
                    + ((k as f32 - (8.0 - row as f32) / 2.0) * 5.2).powi(2) * 0.055,
            );
            let spot = head.at(x, y, 70.0 - 14.0 * row as f32);
            sheet.lay(
                "curl",
                ellipse(spot, head.size(4.2), head.size(3.2), 0.5),
                look.hair.light.faint(0.85),
            );
        }
    }
}

pub(super) fn receding(sheet: &mut Sheet, look: &Look, head: &Head) {
    for s in [-1.0, 1.0] {
        let rim = [
            (s * 138.0, 24.0),
            (s * 149.0, -20.0),
            (s * 150.0, -76.0),
            (s * 134.0, -128.0),
            (s * 104.0, -164.0),
        ];
        let line = [
            (s * 98.0, -128.0),
            (s * 108.0, -92.0),
            (s * 110.0, -52.0),
            (s * 121.0, -40.0),
            (s * 123.0, -4.0),
            (s * 128.0, 20.0),
        ];
        sheet.raise("hair", blob(&cap(head, &rim, &line)), look.hair.colour, 4.0);
        strands(
            sheet,
            look,
            head,
            &[
                [(s * 128.0, -10.0), (s * 126.0, -50.0), (s * 118.0, -86.0)],
                [(s * 119.0, -56.0), (s * 115.0, -92.0), (s * 104.0, -122.0)],
            ],
            6.0,
        );
    }
    // What is left on top is combed across.
    for (x, y) in [(-60.0, -176.0), (-18.0, -186.0), (26.0, -186.0)] {
        let wisp = [
            head.rim(x - 26.0, y + 6.0),
            head.rim(x + 8.0, y - 12.0),
            head.rim(x + 44.0, y - 2.0),
        ];
        sheet.lay(
            "wisp",
            ribbon(&wisp, &[1.0, 9.0, 1.0].map(|w| head.size(w))),
            look.hair.colour.faint(0.75),
        );
    }
}

pub(super) fn swept(sheet: &mut Sheet, look: &Look, head: &Head) {
    let rim = [
        (-138.0, 10.0),
        (-146.0, -60.0),
        (-138.0, -130.0),
        (-104.0, -186.0),
        (-40.0, -222.0),
        (42.0, -226.0),
        (106.0, -196.0),
        (140.0, -136.0),
        (147.0, -60.0),
        (138.0, 10.0),
    ];
    let line = [
        (128.0, 8.0),
        (119.0, -44.0),
        (112.0, -92.0),
        (92.0, -124.0),
        (44.0, -136.0),
        (-14.0, -130.0),
        (-62.0, -122.0),
        (-96.0, -112.0),
        (-113.0, -84.0),
        (-119.0, -44.0),
        (-128.0, 8.0),
    ];
    sheet.raise("hair", blob(&cap(head, &rim, &line)), look.hair.colour, 5.0);
    strands(
        sheet,
        look,
        head,
        &[
            [(-62.0, -130.0), (-22.0, -176.0), (54.0, -192.0)],
            [(-34.0, -134.0), (10.0, -166.0), (78.0, -172.0)],
            [(0.0, -138.0), (44.0, -156.0), (96.0, -146.0)],
            [(-78.0, -134.0), (-62.0, -178.0), (4.0, -208.0)],
        ],
        7.0,
    );
}

pub(super) fn curls(sheet: &mut Sheet, look: &Look, head: &Head) {
    for (x, y, r) in CURLS_FRONT {
        let middle = head.at(x, y, 62.0);
        sheet.raise(
            "curl",
            ellipse(middle, head.size(r), head.size(r * 0.94), 0.0),
            look.hair.colour,
            5.0,
        );
        let turn = (x * 0.05 + y * 0.03).sin();
        let wave = [
            (-0.5, 0.15 + 0.2 * turn),
            (-0.15, -0.5),
            (0.42, -0.3),
            (0.4, 0.2),
            (0.05, 0.3),
        ];
        let spine = wave.map(|(u, v)| head.at(x + u * r, y + v * r, 64.0));
        sheet.lay(
            "strand",
            ribbon(&spine, &[1.0, 5.5, 5.5, 4.0, 1.0].map(|w| head.size(w))),
            look.hair.light.faint(0.85),
        );
    }
}

pub(super) fn tail(sheet: &mut Sheet, look: &Look, head: &Head) {
    let rim = [
        (-137.0, 6.0),
        (-146.0, -60.0),
        (-136.0, -134.0),
        (-98.0, -188.0),
        (-36.0, -212.0),
        (38.0, -212.0),
        (100.0, -188.0),
        (137.0, -134.0),
        (146.0, -60.0),
        (137.0, 6.0),
    ];
    let line = [
        (129.0, 0.0),
        (124.0, -50.0),
        (112.0, -96.0),
        (72.0, -128.0),
        (22.0, -146.0),
        (-30.0, -150.0),
        (-74.0, -126.0),
        (-112.0, -92.0),
        (-124.0, -48.0),
        (-129.0, 0.0),
    ];
    sheet.raise("hair", blob(&cap(head, &rim, &line)), look.hair.colour, 5.0);
    // Two loose locks at the temples, too short for the tail.
    for s in [-1.0, 1.0] {
        let lock = [
            head.on(s * 96.0, -118.0),
            head.on(s * 124.0, -60.0),
            head.on(s * 130.0, 8.0),
            head.on(s * 120.0, 58.0),
        ];
        sheet.raise(
            "lock",
            ribbon(&lock, &[8.0, 18.0, 13.0, 2.0].map(|w| head.size(w))),
            look.hair.colour,
            4.0,
        );
    }
    strands(
        sheet,
        look,
        head,
        &[
            [(-30.0, -154.0), (30.0, -186.0), (96.0, -158.0)],
            [(-20.0, -152.0), (50.0, -164.0), (112.0, -118.0)],
            [(-48.0, -152.0), (-84.0, -164.0), (-116.0, -110.0)],
            [(-36.0, -160.0), (-60.0, -186.0), (-102.0, -156.0)],
        ],
        6.0,
    );
}

pub(super) fn waves(sheet: &mut Sheet, look: &Look, head: &Head) {
    let hair = &look.hair;
    let rim = [
        (-139.0, 34.0),
        (-156.0, 2.0),
        (-150.0, -40.0),
        (-161.0, -84.0),
        (-140.0, -126.0),
        (-132.0, -172.0),
        (-86.0, -196.0),
        (-50.0, -222.0),
        (0.0, -214.0),
        (52.0, -222.0),
        (88.0, -194.0),
        (134.0, -170.0),
        (141.0, -124.0),
        (161.0, -84.0),
        (150.0, -40.0),
        (156.0, 2.0),
        (139.0, 34.0),
    ];
    let line = [
        (126.0, 22.0),
        (124.0, -20.0),
        (112.0, -56.0),
        (112.0, -88.0),
        (84.0, -104.0),
        (66.0, -126.0),
        (24.0, -128.0),
        (-16.0, -142.0),
        (-44.0, -126.0),
        (-74.0, -116.0),
        (-98.0, -96.0),
        (-114.0, -60.0),
        (-124.0, -20.0),
        (-126.0, 22.0),
    ];
    sheet.raise("hair", blob(&cap(head, &rim, &line)), hair.colour, 6.0);
    let soft = hair.colour.shaded(0.16);
    let lines = [
        [
            (-16.0, -146.0),
            (24.0, -166.0),
            (66.0, -150.0),
            (104.0, -116.0),
            (126.0, -78.0),
        ],
        [
            (-8.0, -170.0),
            (36.0, -192.0),
            (84.0, -172.0),
            (120.0, -134.0),
            (140.0, -92.0),
        ],
        [
            (-22.0, -148.0),
            (-58.0, -160.0),
            (-92.0, -138.0),
            (-112.0, -104.0),
            (-130.0, -66.0),
        ],
        [
            (-16.0, -176.0),
            (-56.0, -194.0),
            (-98.0, -170.0),
            (-124.0, -132.0),
            (-144.0, -90.0),
        ],
        [
            (124.0, -70.0),
            (138.0, -44.0),
            (132.0, -14.0),
            (140.0, 6.0),
            (134.0, 24.0),
        ],
        [
            (-124.0, -70.0),
            (-138.0, -44.0),
            (-132.0, -14.0),
            (-140.0, 6.0),
            (-134.0, 24.0),
        ],
    ];
    for line in lines {
        let spine = line.map(|(x, y)| head.at(x, y, 52.0));
        sheet.lay(
            "strand",
            ribbon(&spine, &[1.0, 5.0, 4.0, 4.0, 1.0].map(|w| head.size(w))),
            soft,
        );
    }
}

/// Short at the sides, with nothing above it but a cap.
pub(super) fn cropped(sheet: &mut Sheet, look: &Look, head: &Head) {
    for s in [-1.0, 1.0] {
        let rim = [
            (s * 136.0, 26.0),
            (s * 147.0, -16.0),
            (s * 149.0, -76.0),
            (s * 140.0, -124.0),
        ];
        let line = [
            (s * 104.0, -116.0),
            (s * 112.0, -70.0),
            (s * 122.0, -40.0),
            (s * 122.0, -4.0),
            (s * 126.0, 20.0),
        ];
        sheet.raise("hair", blob(&cap(head, &rim, &line)), look.hair.colour, 4.0);
        strands(
            sheet,
            look,
            head,
            &[[(s * 127.0, -6.0), (s * 128.0, -46.0), (s * 120.0, -84.0)]],
            5.0,
        );
    }
}

/// Bald on top, with a white cloud over each ear.
pub(super) fn tufts(sheet: &mut Sheet, look: &Look, head: &Head) {
    for s in [-1.0, 1.0] {
        let cloud = [
            (s * 126.0, 30.0),
            (s * 158.0, 26.0),
            (s * 182.0, -6.0),
            (s * 178.0, -46.0),
            (s * 190.0, -78.0),
            (s * 164.0, -106.0),
            (s * 148.0, -132.0),
            (s * 122.0, -126.0),
            (s * 116.0, -88.0),
            (s * 122.0, -40.0),
        ];
        let cloud = cloud.map(|(x, y)| head.at(x, y, 4.0));
        sheet.raise("hair", blob(&cloud), look.hair.colour, 6.0);
        for (x, y) in [(140.0, 2.0), (154.0, -40.0), (148.0, -84.0)] {
            let tuft = [
                head.at(s * (x - 12.0), y + 14.0, 10.0),
                head.at(s * (x + 8.0), y - 2.0, 10.0),
                head.at(s * (x + 16.0), y - 22.0, 10.0),
            ];
            sheet.lay(
                "strand",
                ribbon(&tuft, &[1.0, 5.0, 1.0].map(|w| head.size(w))),
                look.hair.colour.shaded(0.16),
            );
        }
    }
    let shine = [
        head.on(-52.0, -148.0),
        head.on(-28.0, -160.0),
        head.on(2.0, -163.0),
    ];
    sheet.lay(
        "light on the crown",
        ribbon(&shine, &[2.0, 10.0, 2.0].map(|w| head.size(w))),
        look.skin.light.faint(0.6),
    );
}
