//! Hair in three passes: what lies behind the head, what falls over a shoulder, and
//! what frames the face. Moves with the head only.

use std::f32::consts::TAU;

use crate::portrait::{
    cut::{blob, ellipse, ribbon},
    figure::frame::{Body, Head},
    figure::{hairstyles, longhair},
    look::{HairStyle, Look},
    shape::{Point, Sheet, pt},
};

/// Curls behind the head as (x, y, radius).
const CURLS_BEHIND: [(f32, f32, f32); 9] = [
    (-140.0, 6.0, 30.0),
    (-154.0, -52.0, 38.0),
    (-142.0, -116.0, 44.0),
    (-98.0, -172.0, 46.0),
    (-34.0, -204.0, 48.0),
    (38.0, -206.0, 48.0),
    (100.0, -172.0, 46.0),
    (144.0, -114.0, 44.0),
    (154.0, -50.0, 38.0),
];

/// Lays what is behind the head.
pub(super) fn behind(sheet: &mut Sheet, look: &Look, head: &Head, body: &Body) {
    let hair = &look.hair;
    let dark = hair.colour.shaded(0.22);
    let skull = |grow: f32| -> Vec<Point> {
        (0..16)
            .map(|k| (k as f32 / 16.0 * TAU).sin_cos())
            .map(|(s, c)| head.behind((132.0 + grow) * c, -58.0 + (134.0 + grow) * s))
            .collect()
    };
    match hair.style {
        HairStyle::Natural => sheet.lay("hair behind", blob(&skull(1.0)), dark),
        HairStyle::Swept | HairStyle::Receding => sheet.lay("hair behind", blob(&skull(2.0)), dark),
        HairStyle::Tail => sheet.lay("hair behind", blob(&skull(8.0)), dark),
        HairStyle::Curls => {
            for (x, y, r) in CURLS_BEHIND {
                sheet.lay(
                    "curl behind",
                    ellipse(head.behind(x, y), head.size(r), head.size(r), 0.0),
                    dark,
                );
            }
            sheet.lay("hair behind", blob(&skull(14.0)), dark);
        }
        HairStyle::Waves => {
            let knot = [
                (-44.0, -214.0),
                (-30.0, -252.0),
                (14.0, -266.0),
                (56.0, -246.0),
                (62.0, -208.0),
                (6.0, -192.0),
            ];
            sheet.raise(
                "knot",
                blob(&knot.map(|(x, y)| head.behind(x, y))),
                hair.colour.shaded(0.08),
                8.0,
            );
            let twist =
                [(-26.0, -222.0), (4.0, -244.0), (40.0, -232.0)].map(|(x, y)| head.behind(x, y));
            sheet.lay(
                "strand",
                ribbon(&twist, &[1.0, 6.0, 1.0].map(|w| head.size(w))),
                hair.colour.shaded(0.22),
            );
            sheet.lay("hair behind", blob(&skull(14.0)), dark);
        }
        HairStyle::Cropped => sheet.lay("hair behind", blob(&skull(1.0)), dark),
        // A bald head that nods shows more of itself.
        HairStyle::Tufts => {}
        HairStyle::Locs => longhair::locs_behind(sheet, look, head),
        HairStyle::Bun => {
            longhair::bun(sheet, look, head);
            sheet.lay("hair behind", blob(&skull(8.0)), dark);
        }
        HairStyle::Bob | HairStyle::SidePart => longhair::bob_behind(sheet, look, head),
        HairStyle::Long => longhair::long_behind(sheet, look, head, body),
        HairStyle::Hidden => {}
    }
}

/// Lays what falls over a shoulder.
pub(super) fn over_shoulder(sheet: &mut Sheet, look: &Look, head: &Head, body: &Body) {
    let hair = &look.hair;
    match hair.style {
        HairStyle::Tail => {}
        HairStyle::Long => return longhair::long_over_shoulders(sheet, look, head, body),
        _ => return,
    }
    let spine = [
        head.behind(96.0, 70.0),
        head.behind(118.0, 170.0),
        body.front(628.0, 640.0, 0.8),
        body.front(640.0, 722.0, 0.6),
        body.front(622.0, 806.0, 0.3),
    ];
    let wide = |w: f32| body.size(w);
    sheet.raise(
        "tail",
        ribbon(&spine, &[40.0, 62.0, 66.0, 54.0, 8.0].map(wide)),
        hair.colour,
        8.0,
    );
    for off in [-12.0, 10.0] {
        let strand = [spine[1], spine[2], spine[3], spine[4]].map(|p| p + pt(off, 0.0));
        sheet.lay(
            "strand",
            ribbon(&strand, &[2.0, 6.0, 5.0, 1.0].map(wide)),
            hair.light.faint(0.7),
        );
    }
}

/// Lays what frames the face.
pub(super) fn front(sheet: &mut Sheet, look: &Look, head: &Head) {
    match look.hair.style {
        HairStyle::Natural => hairstyles::natural(sheet, look, head),
        HairStyle::Receding => hairstyles::receding(sheet, look, head),
        HairStyle::Swept => hairstyles::swept(sheet, look, head),
        HairStyle::Curls => hairstyles::curls(sheet, look, head),
        HairStyle::Tail => hairstyles::tail(sheet, look, head),
        HairStyle::Waves => hairstyles::waves(sheet, look, head),
        HairStyle::Cropped => hairstyles::cropped(sheet, look, head),
        HairStyle::Tufts => hairstyles::tufts(sheet, look, head),
        HairStyle::Locs => longhair::locs(sheet, look, head),
        HairStyle::Bun => longhair::combed_up(sheet, look, head),
        HairStyle::Bob => longhair::bob(sheet, look, head),
        HairStyle::SidePart => longhair::side_part(sheet, look, head),
        HairStyle::Long => longhair::long(sheet, look, head),
        HairStyle::Hidden => {}
    }
}
