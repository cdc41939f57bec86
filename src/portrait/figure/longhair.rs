//! Hair that reaches below the ears or is piled above them: locs, bun, bobs, long hair.

use crate::portrait::{
    cut::{blob, curve, ellipse, polygon, ribbon},
    figure::frame::{Body, Head},
    figure::hairstyles::{cap, strands},
    look::Look,
    shape::{Point, Sheet},
};

/// The locs that hang behind the shoulders.
pub(super) fn locs_behind(sheet: &mut Sheet, look: &Look, head: &Head) {
    let hair = &look.hair;
    let skull: Vec<Point> = [
        (-140.0, 20.0),
        (-150.0, -80.0),
        (-110.0, -180.0),
        (0.0, -208.0),
        (110.0, -180.0),
        (150.0, -80.0),
        (140.0, 20.0),
        (0.0, 90.0),
    ]
    .iter()
    .map(|&(x, y)| head.behind(x, y))
    .collect();
    sheet.lay("hair behind", blob(&skull), hair.colour.shaded(0.3));
    for k in 0..11 {
        let x = -165.0 + 33.0 * k as f32;
        let sway = (k as f32 * 2.3).sin() * 9.0;
        let long = 196.0 + (k as f32 * 1.7).cos() * 20.0 + 14.0 * (1.0 - (x / 165.0).powi(2));
        let spine = [
            head.behind(x * 0.84, -60.0),
            head.behind(x * 1.0 + sway * 0.4, 60.0),
            head.behind(x * 1.04 + sway, long),
        ];
        let dark = if k % 2 == 0 { 0.12 } else { 0.28 };
        sheet.lay(
            "loc",
            ribbon(&spine, &[30.0, 32.0, 24.0].map(|w| head.size(w))),
            hair.colour.shaded(dark),
        );
    }
}

/// The locs that are drawn up from the brow and tied, and two that escaped.
pub(super) fn locs(sheet: &mut Sheet, look: &Look, head: &Head) {
    let hair = &look.hair;
    for (x, y, r) in [
        (-34.0, -226.0, 36.0),
        (30.0, -232.0, 38.0),
        (0.0, -256.0, 34.0),
    ] {
        let middle = head.at(x, y, 10.0);
        sheet.raise(
            "knot",
            ellipse(middle, head.size(r), head.size(r * 0.9), 0.2),
            hair.colour.lit(0.05),
            5.0,
        );
    }
    let rim = [
        (-138.0, 6.0),
        (-148.0, -60.0),
        (-138.0, -134.0),
        (-96.0, -190.0),
        (-36.0, -214.0),
        (36.0, -214.0),
        (96.0, -190.0),
        (138.0, -134.0),
        (148.0, -60.0),
        (138.0, 6.0),
    ];
    let line = [
        (129.0, 4.0),
        (121.0, -48.0),
        (110.0, -92.0),
        (74.0, -124.0),
        (30.0, -136.0),
        (-30.0, -136.0),
        (-74.0, -124.0),
        (-110.0, -92.0),
        (-121.0, -48.0),
        (-129.0, 4.0),
    ];
    sheet.raise("hair", blob(&cap(head, &rim, &line)), hair.colour, 5.0);
    for x in [-112.0, -78.0, -42.0, -8.0, 28.0, 64.0, 100.0_f32] {
        let root = -134.0 + x.abs() * 0.3;
        let spine = [
            head.on(x, root),
            head.at(x * 0.84, -178.0, 60.0),
            head.at(x * 0.4, -214.0, 20.0),
        ];
        sheet.lay(
            "strand",
            ribbon(&spine, &[2.0, 7.0, 3.0].map(|w| head.size(w))),
            hair.light.faint(0.9),
        );
    }
    for (s, long) in [(-1.0, 176.0), (1.0, 150.0)] {
        let spine = [
            head.on(s * 118.0, -92.0),
            head.at(s * 150.0, -10.0, 30.0),
            head.at(s * 156.0, 80.0, 16.0),
            head.at(s * 150.0, long, 6.0),
        ];
        sheet.raise(
            "loc",
            ribbon(&spine, &[20.0, 26.0, 25.0, 16.0].map(|w| head.size(w))),
            hair.colour.lit(0.03),
            5.0,
        );
        for t in [0.3, 0.5, 0.7, 0.9] {
            let at = spine[1].lerp(spine[3], t);
            let ring = [at - crosswise(head, 9.0), at, at + crosswise(head, 9.0)];
            sheet.lay(
                "twist",
                ribbon(&ring, &[1.0, 4.0, 1.0].map(|w| head.size(w))),
                hair.light.faint(0.8),
            );
        }
    }
}

fn crosswise(head: &Head, half: f32) -> Point {
    head.at(half, -4.0, 0.0) - head.at(0.0, 0.0, 0.0)
}

/// A large bun above the crown.
pub(super) fn bun(sheet: &mut Sheet, look: &Look, head: &Head) {
    let hair = &look.hair;
    let knot = [
        (-74.0, -236.0),
        (-62.0, -288.0),
        (-14.0, -316.0),
        (42.0, -308.0),
        (76.0, -268.0),
        (66.0, -222.0),
        (20.0, -196.0),
        (-40.0, -200.0),
    ];
    sheet.raise(
        "bun",
        blob(&knot.map(|(x, y)| head.behind(x, y))),
        hair.colour,
        8.0,
    );
    for (a, b, c) in [
        ((-56.0, -246.0), (-10.0, -296.0), (54.0, -278.0)),
        ((-40.0, -226.0), (4.0, -264.0), (60.0, -244.0)),
        ((-30.0, -290.0), (-62.0, -262.0), (-50.0, -222.0)),
    ] {
        let twist = [a, b, c].map(|(x, y)| head.behind(x, y));
        sheet.lay(
            "strand",
            ribbon(&twist, &[1.0, 7.0, 1.0].map(|w| head.size(w))),
            hair.light.faint(0.9),
        );
    }
}

/// Hair combed up from brow and temples, with a few short curls left over.
pub(super) fn combed_up(sheet: &mut Sheet, look: &Look, head: &Head) {
    let rim = [
        (-139.0, 16.0),
        (-150.0, -50.0),
        (-144.0, -124.0),
        (-108.0, -186.0),
        (-44.0, -218.0),
        (40.0, -220.0),
        (106.0, -188.0),
        (144.0, -124.0),
        (150.0, -50.0),
        (139.0, 16.0),
    ];
    let line = [
        (128.0, 10.0),
        (122.0, -44.0),
        (108.0, -88.0),
        (66.0, -118.0),
        (14.0, -132.0),
        (-36.0, -126.0),
        (-84.0, -106.0),
        (-114.0, -74.0),
        (-124.0, -40.0),
        (-128.0, 10.0),
    ];
    sheet.raise("hair", blob(&cap(head, &rim, &line)), look.hair.colour, 5.0);
    strands(
        sheet,
        look,
        head,
        &[
            [(-104.0, -92.0), (-78.0, -150.0), (-26.0, -200.0)],
            [(-60.0, -124.0), (-44.0, -166.0), (-8.0, -206.0)],
            [(2.0, -136.0), (4.0, -172.0), (6.0, -208.0)],
            [(60.0, -124.0), (48.0, -166.0), (18.0, -206.0)],
            [(104.0, -92.0), (82.0, -150.0), (34.0, -200.0)],
        ],
        7.0,
    );
    for s in [-1.0, 1.0] {
        let curl = [
            head.on(s * 106.0, -100.0),
            head.on(s * 128.0, -52.0),
            head.on(s * 120.0, -8.0),
            head.on(s * 131.0, 34.0),
            head.on(s * 122.0, 62.0),
        ];
        sheet.raise(
            "lock",
            ribbon(&curl, &[4.0, 12.0, 10.0, 8.0, 1.0].map(|w| head.size(w))),
            look.hair.colour.lit(0.05),
            4.0,
        );
    }
}

/// What a bob covers behind the neck.
pub(super) fn bob_behind(sheet: &mut Sheet, look: &Look, head: &Head) {
    let back = [
        (-152.0, 110.0),
        (-160.0, -20.0),
        (-140.0, -140.0),
        (-70.0, -184.0),
        (0.0, -194.0),
        (70.0, -184.0),
        (140.0, -140.0),
        (160.0, -20.0),
        (152.0, 110.0),
        (112.0, 152.0),
        (-112.0, 152.0),
    ];
    sheet.lay(
        "hair behind",
        blob(&back.map(|(x, y)| head.behind(x, y))),
        look.hair.colour.shaded(0.3),
    );
}

/// A blunt bob: a straight fringe and two straight sides.
pub(super) fn bob(sheet: &mut Sheet, look: &Look, head: &Head) {
    let hair = &look.hair;
    for s in [-1.0, 1.0] {
        let outer = [
            (106.0, -170.0),
            (150.0, -100.0),
            (168.0, -10.0),
            (172.0, 74.0),
            (164.0, 150.0),
        ]
        .map(|(x, y)| head.at(s * x, y, 6.0));
        let inner = [
            (110.0, 156.0),
            (114.0, 84.0),
            (116.0, 10.0),
            (108.0, -62.0),
            (84.0, -96.0),
        ]
        .map(|(x, y)| head.at(s * x, y, 40.0));
        let panel = [curve(&outer), curve(&inner)].concat();
        sheet.raise(
            "side of the bob",
            polygon(&panel),
            hair.colour.shaded(if s > 0.0 { 0.12 } else { 0.0 }),
            7.0,
        );
        for x in [128.0, 144.0] {
            let strand = [
                head.at(s * (x - 16.0), -70.0, 30.0),
                head.at(s * x, 20.0, 24.0),
                head.at(s * (x + 2.0), 132.0, 20.0),
            ];
            sheet.lay(
                "strand",
                ribbon(&strand, &[1.0, 5.0, 1.0].map(|w| head.size(w))),
                hair.light.faint(0.55),
            );
        }
    }
    let rim = [
        (-150.0, -66.0),
        (-144.0, -130.0),
        (-106.0, -190.0),
        (-40.0, -220.0),
        (40.0, -220.0),
        (106.0, -190.0),
        (144.0, -130.0),
        (150.0, -66.0),
    ];
    let fringe = [
        (112.0, -64.0),
        (84.0, -70.0),
        (42.0, -72.0),
        (0.0, -73.0),
        (-42.0, -72.0),
        (-84.0, -70.0),
        (-112.0, -64.0),
    ];
    let outer: Vec<Point> = rim.iter().map(|&(x, y)| head.rim(x, y)).collect();
    let lower: Vec<Point> = fringe.iter().map(|&(x, y)| head.on(x, y)).collect();
    sheet.raise(
        "fringe",
        polygon(&[curve(&outer), curve(&lower)].concat()),
        hair.colour,
        7.0,
    );
    for x in [-96.0, -60.0, -24.0, 16.0, 52.0, 90.0_f32] {
        let strand = [
            head.on(x, -78.0),
            head.on(x * 0.86, -126.0),
            head.at(x * 0.5, -196.0, 40.0),
        ];
        sheet.lay(
            "strand",
            ribbon(&strand, &[2.0, 5.0, 1.0].map(|w| head.size(w))),
            hair.light.faint(0.6),
        );
    }
}

/// A chin-length cut that falls from a side parting and turns in at the ends.
pub(super) fn side_part(sheet: &mut Sheet, look: &Look, head: &Head) {
    let hair = &look.hair;
    let sides: [(f32, [(f32, f32); 6], [(f32, f32); 5]); 2] = [
        (
            -1.0,
            [
                (24.0, -219.0),
                (126.0, -166.0),
                (162.0, -70.0),
                (168.0, 20.0),
                (164.0, 96.0),
                (128.0, 150.0),
            ],
            [
                (96.0, 152.0),
                (122.0, 92.0),
                (118.0, 10.0),
                (104.0, -70.0),
                (62.0, -138.0),
            ],
        ),
        (
            1.0,
            [
                (-64.0, -200.0),
                (20.0, -224.0),
                (122.0, -180.0),
                (168.0, -70.0),
                (170.0, 66.0),
                (128.0, 148.0),
            ],
            [
                (96.0, 150.0),
                (122.0, 90.0),
                (116.0, 10.0),
                (88.0, -84.0),
                (-58.0, -140.0),
            ],
        ),
    ];
    for (s, outer, inner) in sides {
        let outer = outer.map(|(x, y)| head.at(s * x, y, 16.0));
        let inner = inner.map(|(x, y)| head.on(s * x, y));
        let panel = [curve(&outer), curve(&inner)].concat();
        sheet.raise(
            "side of the hair",
            polygon(&panel),
            hair.colour.shaded(if s > 0.0 { 0.0 } else { 0.06 }),
            7.0,
        );
    }
    let soft = hair.colour.shaded(0.2);
    for line in [
        [
            (-44.0, -150.0),
            (40.0, -150.0),
            (110.0, -86.0),
            (140.0, 20.0),
        ],
        [
            (-44.0, -176.0),
            (60.0, -180.0),
            (136.0, -90.0),
            (152.0, 60.0),
        ],
        [
            (-66.0, -146.0),
            (-108.0, -90.0),
            (-132.0, -10.0),
            (-142.0, 80.0),
        ],
        [
            (-66.0, -172.0),
            (-126.0, -110.0),
            (-148.0, -10.0),
            (-154.0, 60.0),
        ],
    ] {
        let spine =
            line.map(|(x, y)| head.at(x, y, 56.0 * (1.0 - (x / 170.0_f32).powi(2)).max(0.0)));
        sheet.lay(
            "strand",
            ribbon(&spine, &[1.0, 5.0, 5.0, 1.0].map(|w| head.size(w))),
            soft,
        );
    }
}

/// Long hair where it hangs behind neck and shoulders.
pub(super) fn long_behind(sheet: &mut Sheet, look: &Look, head: &Head, body: &Body) {
    let mut back: Vec<Point> = [
        (-158.0, 120.0),
        (-152.0, -40.0),
        (-120.0, -160.0),
        (0.0, -210.0),
        (120.0, -160.0),
        (152.0, -40.0),
        (158.0, 120.0),
    ]
    .iter()
    .map(|&(x, y)| head.behind(x, y))
    .collect();
    back.push(body.trunk(676.0, 700.0, 0.8));
    back.push(body.trunk(324.0, 700.0, 0.8));
    sheet.lay("hair behind", blob(&back), look.hair.colour.shaded(0.28));
}

/// Long hair where it falls before the shoulders.
pub(super) fn long_over_shoulders(sheet: &mut Sheet, look: &Look, head: &Head, body: &Body) {
    let hair = &look.hair;
    for s in [-1.0, 1.0] {
        let spine = [
            head.behind(s * 128.0, 40.0),
            head.behind(s * 144.0, 150.0),
            body.front(500.0 + s * 138.0, 640.0, 0.8),
            body.front(500.0 + s * 142.0, 730.0, 0.6),
            body.front(500.0 + s * 126.0, 800.0, 0.4),
        ];
        let wide = |w: f32| body.size(w);
        sheet.raise(
            "fall of hair",
            ribbon(&spine, &[34.0, 58.0, 62.0, 52.0, 14.0].map(wide)),
            hair.colour,
            7.0,
        );
        for off in [-13.0, 9.0] {
            let strand = [spine[1], spine[2], spine[3], spine[4]].map(|p| Point {
                x: p.x + off,
                y: p.y,
            });
            sheet.lay(
                "strand",
                ribbon(&strand, &[2.0, 5.0, 4.0, 1.0].map(wide)),
                hair.light.faint(0.7),
            );
        }
    }
}

/// Long hair as it frames the face from under a cap.
pub(super) fn long(sheet: &mut Sheet, look: &Look, head: &Head) {
    let hair = &look.hair;
    for s in [-1.0, 1.0] {
        let outer = [
            (112.0, -130.0),
            (146.0, -60.0),
            (158.0, 30.0),
            (160.0, 130.0),
            (150.0, 200.0),
        ]
        .map(|(x, y)| head.at(s * x, y, -4.0));
        let inner = [
            (112.0, 190.0),
            (122.0, 110.0),
            (120.0, 30.0),
            (112.0, -50.0),
            (88.0, -104.0),
        ]
        .map(|(x, y)| head.at(s * x, y, 34.0));
        sheet.raise(
            "side of the hair",
            polygon(&[curve(&outer), curve(&inner)].concat()),
            hair.colour,
            6.0,
        );
        for x in [126.0, 142.0] {
            let strand = [
                head.at(s * (x - 14.0), -70.0, 30.0),
                head.at(s * x, 40.0, 20.0),
                head.at(s * (x + 2.0), 176.0, 10.0),
            ];
            sheet.lay(
                "strand",
                ribbon(&strand, &[1.0, 5.0, 1.0].map(|w| head.size(w))),
                hair.light.faint(0.7),
            );
        }
    }
}
