//! Head coverings: cloth laid in folds round the face.

use crate::portrait::{
    action::ActionUnits,
    cut::{blob, curve, polygon, ribbon},
    figure::caps,
    figure::frame::{Body, Head},
    figure::head::jaw_drop,
    look::{Cover, Look},
    shape::{Point, Rgba8, Sheet},
};

/// Lays the cloth behind the head.
pub(super) fn behind(sheet: &mut Sheet, look: &Look, head: &Head, body: &Body) {
    match look.cover {
        Cover::None | Cover::Beanie { .. } | Cover::FlatCap { .. } | Cover::Cap { .. } => {}
        Cover::Hijab { cloth, .. } => {
            let mut back: Vec<Point> = [
                (-150.0, 60.0),
                (-160.0, -60.0),
                (-128.0, -168.0),
                (-60.0, -214.0),
                (0.0, -222.0),
                (60.0, -214.0),
                (128.0, -168.0),
                (160.0, -60.0),
                (150.0, 60.0),
            ]
            .iter()
            .map(|&(x, y)| head.behind(x, y))
            .collect();
            back.push(body.trunk(618.0, 604.0, 0.8));
            back.push(body.trunk(382.0, 604.0, 0.8));
            sheet.lay("scarf behind", blob(&back), cloth.shaded(0.28));
            // Seen between cheek and cloth when the head turns.
            let lining = [
                (0.0, -150.0),
                (104.0, -110.0),
                (140.0, -20.0),
                (128.0, 90.0),
                (60.0, 176.0),
                (-60.0, 176.0),
                (-128.0, 90.0),
                (-140.0, -20.0),
                (-104.0, -110.0),
            ];
            let lining = blob(&lining.map(|(x, y)| head.at(x, y, 44.0)));
            sheet.lay("lining of the scarf", lining, cloth.shaded(0.5));
        }
        Cover::Turban { cloth, .. } => {
            let back = [
                (-140.0, -30.0),
                (-160.0, -130.0),
                (-120.0, -226.0),
                (0.0, -262.0),
                (120.0, -226.0),
                (160.0, -130.0),
                (140.0, -30.0),
                (0.0, 30.0),
            ];
            sheet.lay(
                "turban behind",
                blob(&back.map(|(x, y)| head.behind(x, y))),
                cloth.shaded(0.35),
            );
        }
    }
}

/// Lays the cloth round the face.
pub(super) fn front(sheet: &mut Sheet, look: &Look, au: &ActionUnits, head: &Head, body: &Body) {
    match look.cover {
        Cover::None => {}
        Cover::Hijab { cloth, under } => hijab(sheet, au, head, body, cloth, under),
        Cover::Turban { cloth, under } => turban(sheet, head, cloth, under),
        Cover::Beanie { cloth } => caps::beanie(sheet, head, cloth),
        Cover::FlatCap { cloth } => caps::flat_cap(sheet, head, cloth),
        Cover::Cap { cloth, band } => caps::baker(sheet, head, cloth, band),
    }
}

fn hijab(
    sheet: &mut Sheet,
    au: &ActionUnits,
    head: &Head,
    body: &Body,
    cloth: Rgba8,
    under: Rgba8,
) {
    let drop = jaw_drop(au);
    let oval = |grow: f32| -> Vec<Point> {
        let half = [
            (0.0, -116.0 - grow),
            (64.0, -104.0 - grow),
            (108.0 + grow, -58.0),
            (118.0 + grow, 0.0),
            (112.0 + grow, 62.0),
            (90.0 + grow, 124.0),
            (52.0, 170.0 + drop),
            (0.0, 186.0 + drop),
        ];
        let right = half.iter().map(|&(x, y)| head.on(x, y));
        let left = half[1..7].iter().rev().map(|&(x, y)| head.on(-x, y));
        right.chain(left).collect()
    };
    let holed = |outer: Vec<Point>, mut hole: Vec<Point>| {
        hole.reverse();
        let mut path = blob(&outer);
        path.extend(blob(&hole));
        path
    };
    sheet.lay("underscarf", holed(oval(22.0), oval(0.0)), under);
    let mut outer: Vec<Point> = [
        (0.0, -218.0),
        (66.0, -208.0),
        (128.0, -164.0),
        (160.0, -84.0),
        (165.0, 0.0),
        (158.0, 80.0),
        (140.0, 150.0),
    ]
    .iter()
    .map(|&(x, y)| head.at(x, y, 44.0))
    .collect();
    outer.extend(
        [
            (614.0, 600.0, 0.5),
            (640.0, 668.0, 0.5),
            (566.0, 730.0, 0.3),
            (490.0, 752.0, 0.2),
            (410.0, 712.0, 0.3),
            (360.0, 664.0, 0.5),
            (386.0, 600.0, 0.5),
        ]
        .map(|(x, y, high)| body.front(x, y, high)),
    );
    outer.extend(
        [
            (-140.0, 150.0),
            (-158.0, 80.0),
            (-165.0, 0.0),
            (-160.0, -84.0),
            (-128.0, -164.0),
            (-66.0, -208.0),
        ]
        .iter()
        .map(|&(x, y)| head.at(x, y, 44.0)),
    );
    sheet.raise("scarf", holed(outer, oval(9.0)), cloth, 9.0);

    // One end crosses under the chin and lies over the other shoulder.
    let mut wrap: Vec<Point> = [
        (-132.0, 92.0),
        (-74.0, 166.0 + drop),
        (0.0, 200.0 + drop),
        (84.0, 164.0 + drop),
        (142.0, 74.0),
    ]
    .iter()
    .map(|&(x, y)| head.on(x, y))
    .collect();
    wrap.extend(
        [
            (622.0, 606.0, 0.5),
            (634.0, 660.0, 0.5),
            (540.0, 676.0, 0.3),
            (420.0, 632.0, 0.3),
        ]
        .map(|(x, y, high)| body.front(x, y, high)),
    );
    sheet.raise("wrap of the scarf", blob(&wrap), cloth.lit(0.07), 7.0);
    let folds = [
        [
            head.rim(-140.0, -100.0),
            head.rim(-152.0, 0.0),
            head.rim(-138.0, 104.0),
        ],
        [
            head.rim(-84.0, -176.0),
            head.rim(-134.0, -110.0),
            head.rim(-146.0, -30.0),
        ],
        [
            head.rim(88.0, -174.0),
            head.rim(136.0, -108.0),
            head.rim(148.0, -20.0),
        ],
        [
            head.on(-96.0, 150.0 + drop),
            body.front(478.0, 614.0, 0.4),
            body.front(590.0, 600.0, 0.4),
        ],
        [
            body.front(430.0, 640.0, 0.3),
            body.front(520.0, 650.0, 0.3),
            body.front(612.0, 630.0, 0.4),
        ],
        [
            body.front(400.0, 668.0, 0.3),
            body.front(452.0, 704.0, 0.3),
            body.front(530.0, 724.0, 0.2),
        ],
    ];
    for fold in folds {
        sheet.lay(
            "fold",
            ribbon(&fold, &[1.0, 6.0, 1.0].map(|w| head.size(w))),
            cloth.shaded(0.24).faint(0.8),
        );
    }
}

fn turban(sheet: &mut Sheet, head: &Head, cloth: Rgba8, under: Rgba8) {
    let peak = [(-54.0, -86.0), (0.0, -146.0), (54.0, -86.0), (0.0, -98.0)];
    sheet.lay(
        "underturban",
        polygon(&peak.map(|(x, y)| head.on(x, y))),
        under,
    );
    let rim = [
        (-139.0, -6.0),
        (-160.0, -70.0),
        (-168.0, -146.0),
        (-142.0, -214.0),
        (-84.0, -262.0),
        (0.0, -278.0),
        (84.0, -262.0),
        (142.0, -214.0),
        (168.0, -146.0),
        (160.0, -70.0),
        (139.0, -6.0),
    ];
    let edge = [
        (128.0, -22.0),
        (96.0, -72.0),
        (48.0, -106.0),
        (4.0, -138.0),
        (-48.0, -106.0),
        (-96.0, -72.0),
        (-128.0, -22.0),
    ];
    let outer = curve(&rim.map(|(x, y)| head.at(x, y, 20.0)));
    let inner = curve(&edge.map(|(x, y)| head.on(x, y)));
    sheet.raise("turban", polygon(&[outer, inner].concat()), cloth, 8.0);
    // Each winding is a band of its own, crossing over the brow.
    let bands = [
        (
            [
                (-137.0, -34.0),
                (-80.0, -108.0),
                (6.0, -160.0),
                (92.0, -208.0),
            ],
            0.0,
        ),
        (
            [
                (-150.0, -76.0),
                (-96.0, -142.0),
                (-16.0, -196.0),
                (62.0, -238.0),
            ],
            0.06,
        ),
        (
            [
                (-158.0, -128.0),
                (-110.0, -186.0),
                (-44.0, -230.0),
                (20.0, -262.0),
            ],
            0.0,
        ),
        (
            [
                (137.0, -34.0),
                (92.0, -102.0),
                (46.0, -138.0),
                (12.0, -156.0),
            ],
            0.06,
        ),
        (
            [
                (150.0, -82.0),
                (116.0, -140.0),
                (76.0, -172.0),
                (44.0, -184.0),
            ],
            0.0,
        ),
        (
            [
                (158.0, -138.0),
                (136.0, -180.0),
                (108.0, -202.0),
                (84.0, -214.0),
            ],
            0.06,
        ),
    ];
    for (line, light) in bands {
        let spine =
            line.map(|(x, y)| head.at(x, y, 74.0 * (1.0 - (x / 170.0).powi(2)).max(0.0).sqrt()));
        sheet.lay(
            "winding",
            ribbon(&spine, &[2.0, 9.0, 8.0, 2.0].map(|w| head.size(w))),
            if light > 0.0 {
                cloth.lit(0.14)
            } else {
                cloth.shaded(0.26)
            },
        );
    }
}
