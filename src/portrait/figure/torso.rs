//! Neck, shoulders and trunk; the clothes on them are in `dress`.

use crate::portrait::{
    action::ActionUnits,
    cut::{between, blob, ribbon},
    figure::dress,
    figure::frame::{Body, Head},
    figure::head::jaw_drop,
    look::Look,
    shape::{Point, Sheet},
};

/// Half the outline of the trunk on side `s`, from the neck down behind the counter.
pub(super) fn flank(look: &Look, body: &Body, s: f32) -> [Point; 6] {
    let build = &look.build;
    let (sh, neck, slope) = (build.shoulders, build.neck, build.slope);
    let at = |x: f32, y: f32, high: f32| body.trunk(500.0 + s * x, y, high);
    [
        at(neck * 0.9, 566.0, 0.3),
        at(neck + (sh - neck) * 0.36, 578.0 + slope * 0.42, 0.75),
        at(sh - 30.0, 580.0 + slope, 1.0),
        at(sh + 4.0, 622.0 + slope, 1.0),
        at((sh - 6.0) * (0.4 + 0.6 * build.waist), 780.0, 0.5),
        at(sh * 0.88 * build.waist, 1012.0, 0.0),
    ]
}

/// Lays neck and trunk.
pub(super) fn draw(sheet: &mut Sheet, look: &Look, au: &ActionUnits, body: &Body, head: &Head) {
    let skin = &look.skin;
    let neck = look.build.neck;
    dress::behind(sheet, look, body);
    let outline = between(&flank(look, body, -1.0), &flank(look, body, 1.0));
    sheet.raise("trunk", outline, look.dress.outer, 12.0);

    let side = |s: f32| {
        [
            head.at(s * neck * 0.98, 96.0, -24.0),
            head.at(s * neck * 0.95, 168.0, -24.0),
            body.trunk(500.0 + s * neck * 1.02, 566.0, 0.25),
            body.front(500.0 + s * (neck + 20.0), 602.0, 0.5),
        ]
    };
    let (left, right) = (side(-1.0), side(1.0));
    let mut throat: Vec<Point> = left.to_vec();
    throat.push(body.front(500.0, 690.0, 0.4));
    throat.extend(right.iter().rev());
    sheet.lay(
        "neck",
        blob(&throat),
        skin.base
            .mix(skin.shade, 0.22)
            .mix(skin.blush, 0.2 * au.flush),
    );

    // The head's shadow keeps chin and neck two sheets of paper.
    let drop = jaw_drop(au);
    let mut fall: Vec<Point> = vec![
        head.at(-neck * 0.97, 100.0, -24.0),
        head.at(-neck * 0.96, 176.0 + drop * 0.4, -24.0),
    ];
    fall.push(head.at(-neck * 0.4, 218.0 + drop * 0.8, -10.0));
    fall.push(head.at(neck * 0.35, 232.0 + drop * 0.8, -10.0));
    fall.push(head.at(neck * 0.95, 214.0 + drop * 0.4, -24.0));
    fall.push(head.at(neck * 0.97, 100.0, -24.0));
    sheet.lay(
        "shadow of the head",
        blob(&fall),
        skin.shade.shaded(0.12).faint(0.75),
    );

    let strain = (0.55 * au.au29 + 0.4 * au.au20).min(0.8);
    for s in [-1.0, 1.0] {
        let cord = [
            head.at(s * neck * 0.72, 176.0, -20.0),
            body.front(500.0 + s * neck * 0.5, 570.0, 0.3),
            body.front(500.0 + s * 16.0, 622.0, 0.4),
        ];
        sheet.lay(
            "cord of the neck",
            ribbon(&cord, &[1.0, 6.0, 2.0].map(|w| body.size(w))),
            skin.shade.faint(0.2 + strain),
        );
    }
    dress::front(sheet, look, body);
}
