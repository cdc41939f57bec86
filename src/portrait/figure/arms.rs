//! Arms and hands: at ease on the counter, folded, or planted. Upper arms belong to the
//! figure; forearms and hands lie before the counter.

use crate::portrait::{
    action::ActionUnits,
    cut::{blob, ellipse, limb, polygon, ribbon, sleeve, strip},
    figure::frame::Body,
    look::{DressStyle, Look},
    shape::{Point, Sheet, pt, rgb},
};

/// One arm's joints on the picture.
struct Arm {
    side: f32,
    shoulder: Point,
    elbow: Point,
    wrist: Point,
    /// Which way the fingers point.
    fingers: Point,
    /// Fingers spread, 0 together to 1 wide.
    spread: f32,
    /// Fingers bent, 0 straight to 1 a fist.
    curl: f32,
    /// How much of its length the hand shows: flat on the counter it is foreshortened.
    length: f32,
}

impl Arm {
    fn new(look: &Look, au: &ActionUnits, body: &Body, side: f32) -> Arm {
        let sh = look.build.shoulders;
        if look.child.is_some() && side > 0.0 {
            return Arm::carrying(look, au, body);
        }
        let (folded, planted) = (
            au.folded * (1.0 - 0.5 * au.planted),
            au.planted * (1.0 - 0.5 * au.folded),
        );
        let rest = (1.0 - folded - planted).max(0.0);
        let mix = |a: Point, b: Point, c: Point| a * rest + b * folded + c * planted;
        let on = |x: f32, y: f32| pt(500.0 + side * x, y);
        let held = |x: f32, y: f32| body.trunk(500.0 + side * x, y, 0.35);
        // The right arm lies over the left one, higher and with its hand on the sleeve.
        let over = if side > 0.0 { 1.0 } else { 0.0 };
        Arm {
            side,
            shoulder: body.trunk(500.0 + side * (sh - 34.0), 634.0 + look.build.slope, 1.0),
            elbow: mix(
                held(sh + 6.0, 868.0),
                held(sh - 2.0, 846.0 - 10.0 * over),
                held(sh + 44.0, 772.0),
            ),
            wrist: mix(
                on(78.0 + 22.0 * (1.0 - over), 914.0 - 6.0 * over),
                held(-52.0 - 62.0 * over, 826.0 - 52.0 * over),
                on(sh - 16.0, 868.0),
            ),
            fingers: mix(pt(-side, 0.24), pt(-side, -0.26), pt(-side * 0.3, 1.0)).unit(),
            spread: 0.12 * rest + 0.1 * folded + 0.75 * planted,
            length: 1.0 - 0.34 * planted,
            curl: 0.42 * rest
                + 0.25 * folded
                + 0.1 * planted
                + 0.4 * au.grip * (rest + 0.5 * folded),
        }
    }
}

impl Arm {
    /// The arm a child sits on, whatever the other one does.
    fn carrying(look: &Look, au: &ActionUnits, body: &Body) -> Arm {
        let sh = look.build.shoulders;
        let at = |x: f32, y: f32| body.trunk(500.0 + x, y, 0.5);
        Arm {
            side: 1.0,
            shoulder: body.trunk(500.0 + sh - 34.0, 634.0 + look.build.slope, 1.0),
            elbow: at(sh + 12.0, 848.0),
            wrist: at(76.0, 846.0),
            fingers: pt(-1.0, -0.34).unit(),
            spread: 0.2,
            curl: 0.3 + 0.3 * au.grip,
            length: 0.95,
        }
    }
}

/// Lays the upper arms.
pub(super) fn upper(sheet: &mut Sheet, look: &Look, au: &ActionUnits, body: &Body) {
    let dress = &look.dress;
    let wide = look.build.shoulders * 0.4;
    for side in [-1.0, 1.0] {
        let arm = Arm::new(look, au, body, side);
        let shade = if side > 0.0 { 0.1 } else { 0.0 };
        let cloth = dress.sleeve.shaded(shade);
        if dress.bare_arms {
            let skin = &look.skin;
            let tone = skin.base.mix(skin.shade, 0.06 + 2.0 * shade);
            let (thick, thin) = (body.size(wide * 0.82), body.size(wide * 0.78));
            sheet.raise(
                "bare arm",
                limb(arm.shoulder, arm.elbow, thick, thin),
                tone,
                6.0,
            );
            let hem = arm.shoulder.lerp(arm.elbow, 0.62);
            let (wide, end) = (body.size(wide * 0.98), body.size(wide * 1.02));
            sheet.raise(
                "upper arm",
                sleeve(arm.shoulder, hem, wide, end),
                cloth,
                6.0,
            );
            let fold = (arm.elbow - arm.shoulder).unit();
            let edge = [
                hem - fold.across() * (end * 0.5),
                hem + fold.across() * (end * 0.5),
            ];
            let turned = [
                edge[0] - fold * 14.0,
                edge[0] + fold * 4.0,
                edge[1] + fold * 4.0,
                edge[1] - fold * 14.0,
            ];
            sheet.lay(
                "hem of the sleeve",
                polygon(&turned),
                dress.cuff.shaded(shade),
            );
            continue;
        }
        let spine = [
            arm.shoulder,
            arm.shoulder.lerp(arm.elbow, 0.5) + pt(side * 6.0, 0.0),
            arm.elbow,
        ];
        let widths = [wide * 0.98, wide, wide * 0.9].map(|w| body.size(w));
        sheet.raise("upper arm", ribbon(&spine, &widths), cloth, 6.0);
        if dress.style == DressStyle::Checked {
            let wide = body.size(look.build.shoulders * 0.4);
            checks(sheet, look, (arm.shoulder, arm.elbow), wide);
        }
    }
}

/// The pattern of a checked sleeve, along the arm and across it.
fn checks(sheet: &mut Sheet, look: &Look, (from, to): (Point, Point), wide: f32) {
    let dress = &look.dress;
    let along = to - from;
    let across = along.unit().across();
    for (off, w, tone) in [
        (-0.28, 15.0, dress.accent.faint(0.36)),
        (0.08, 4.0, dress.inner.faint(0.5)),
        (0.3, 15.0, dress.accent.faint(0.36)),
    ] {
        let line = [
            from + across * (wide * off),
            to + across * (wide * off * 0.8),
        ];
        sheet.lay("check", strip(&line, w), tone);
    }
    for (t, w, tone) in [
        (0.05, 15.0, dress.accent.faint(0.36)),
        (0.24, 4.0, dress.inner.faint(0.5)),
        (0.42, 15.0, dress.accent.faint(0.36)),
        (0.6, 4.0, dress.inner.faint(0.5)),
        (0.8, 15.0, dress.accent.faint(0.36)),
    ] {
        let middle = from + along * t;
        let reach = across * (wide * (0.46 - 0.1 * t));
        sheet.lay("check", strip(&[middle - reach, middle + reach], w), tone);
    }
}

/// Lays forearms and hands, the left one first.
pub(super) fn lower(sheet: &mut Sheet, look: &Look, au: &ActionUnits, body: &Body) {
    let dress = &look.dress;
    let wide = look.build.shoulders * 0.36;
    for side in [-1.0, 1.0] {
        let arm = Arm::new(look, au, body, side);
        let shade = if side > 0.0 { 0.1 } else { 0.03 };
        let along = (arm.wrist - arm.elbow).unit();
        let skin = &look.skin;
        let (cloth, thick) = if dress.bare_arms {
            (
                skin.base.mix(skin.shade, 1.6 * shade),
                (wide * 0.84, wide * 0.5),
            )
        } else {
            (dress.sleeve.shaded(shade), (wide, wide * 0.66))
        };
        sheet.raise(
            "forearm",
            limb(arm.elbow, arm.wrist, thick.0, thick.1),
            cloth,
            8.0,
        );
        if dress.style == DressStyle::Checked {
            checks(
                sheet,
                look,
                (arm.elbow, arm.wrist - along * 34.0),
                wide * 0.92,
            );
        }
        let bend = [
            arm.elbow + along * 26.0 - along.across() * wide * 0.3,
            arm.elbow + along * 40.0,
            arm.elbow + along * 22.0 + along.across() * wide * 0.32,
        ];
        sheet.lay(
            "crease of the sleeve",
            ribbon(&bend, &[1.0, 5.0, 1.0]),
            if dress.bare_arms {
                skin.shade.faint(0.6)
            } else {
                dress.sleeve.shaded(0.3).faint(0.7)
            },
        );
        hand(sheet, look, &arm);
        if dress.bare_arms {
            continue;
        }
        let (back, side) = (along * 16.0, along.across() * wide * 0.35);
        let (near, far) = (arm.wrist + along * 9.0, arm.wrist - back);
        let band = [near - side, far - side, far + side, near + side];
        sheet.raise("cuff", polygon(&band), dress.cuff.shaded(shade), 3.0);
    }
}

fn hand(sheet: &mut Sheet, look: &Look, arm: &Arm) {
    let skin = &look.skin;
    let size = look.build.hands;
    let along = arm.fingers;
    // Positive is the thumb's side, towards the other hand.
    let across = along.across()
        * (if along.across().x * -arm.side > 0.0 || along.x.abs() > 0.8 {
            1.0
        } else {
            -1.0
        });
    let thumbward = if along.x.abs() > 0.8 {
        across * (if across.y < 0.0 { 1.0 } else { -1.0 })
    } else {
        across
    };
    let at = |forward: f32, thumb: f32| {
        arm.wrist + along * (forward * size * arm.length) + thumbward * (thumb * size)
    };
    let tone = skin
        .base
        .mix(skin.shade, if arm.side > 0.0 { 0.14 } else { 0.04 });
    let line = skin.shade.shaded(0.08);

    let thumb = [
        at(22.0, 26.0),
        at(50.0, 44.0 + 8.0 * arm.spread),
        at(80.0 - 12.0 * arm.curl, 46.0 + 22.0 * arm.spread),
    ];
    sheet.raise(
        "thumb",
        ribbon(&thumb, &[26.0, 25.0, 18.0].map(|w| w * size)),
        tone,
        4.0,
    );
    let palm = [
        at(-6.0, -26.0),
        at(-8.0, 0.0),
        at(-6.0, 27.0),
        at(34.0, 36.0),
        at(72.0, 36.0),
        at(80.0, 0.0),
        at(70.0, -38.0),
        at(30.0, -34.0),
    ];
    sheet.raise("hand", blob(&palm), tone, 4.0);
    let reach = 1.0 - 0.55 * arm.curl;
    for (k, length) in [54.0, 70.0, 74.0, 66.0].into_iter().enumerate() {
        let place = k as f32 - 1.5;
        let splay = place * (0.05 + 0.16 * arm.spread);
        let base = (64.0 - 3.0 * place.abs(), place * 18.5);
        let tip = (base.0 + length * reach, base.1 + length * reach * splay);
        let bent = (
            base.0 + length * reach * 0.52,
            base.1 + length * reach * splay * 0.5,
        );
        let spine = [at(base.0, base.1), at(bent.0, bent.1), at(tip.0, tip.1)];
        let edge = spine.map(|p| p + pt(1.5, 3.5));
        sheet.lay(
            "shadow",
            ribbon(&edge, &[21.0, 20.0, 16.0].map(|w| w * size)),
            line.faint(0.6),
        );
        sheet.lay(
            "finger",
            ribbon(&spine, &[21.0, 19.5, 15.0].map(|w| w * size)),
            tone,
        );
        let (sin, cos) = (along.y, along.x);
        sheet.lay(
            "nail",
            ellipse(
                at(tip.0 + 1.0, tip.1),
                6.0 * size,
                4.6 * size,
                sin.atan2(cos),
            ),
            skin.light
                .mix(rgb(0xf6c9bd), 0.35)
                .faint(0.75 - 0.5 * arm.curl),
        );
        let knuckle = [
            at(base.0 - 4.0, base.1 - 5.0),
            at(base.0 - 1.0, base.1),
            at(base.0 - 4.0, base.1 + 5.0),
        ];
        sheet.lay(
            "knuckle",
            ribbon(&knuckle, &[1.0, 3.0, 1.0].map(|w| w * size)),
            line.faint(0.35 + 0.3 * arm.curl),
        );
    }
}
