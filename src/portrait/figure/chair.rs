//! A wheelchair, as far as one sees it behind a counter: back, handles, upper wheels.

use crate::portrait::{
    cut::{blob, ellipse, limb, polygon, ring},
    figure::frame::Body,
    look::Look,
    shape::{Point, Sheet, pt, rgb},
};

/// Lays the chair of somebody who sits in one. It stands still while they move.
pub(super) fn draw(sheet: &mut Sheet, look: &Look, body: &Body) {
    let Some(frame) = look.chair else {
        return;
    };
    let sh = look.build.shoulders;
    for s in [-1.0, 1.0] {
        let hub = pt(500.0 + s * (sh + 84.0), 960.0);
        let rim: Vec<Point> = (0..20)
            .map(|k| {
                let (sin, cos) = (k as f32 / 20.0 * std::f32::consts::TAU).sin_cos();
                hub + pt(cos * 58.0, sin * 236.0)
            })
            .collect();
        sheet.raise("tyre", ring(&rim, 15.0), rgb(0x2b2f36), 7.0);
        let inner: Vec<Point> = rim.iter().map(|&p| hub + (p - hub) * 0.78).collect();
        sheet.lay("hand rim", ring(&inner, 6.0), rgb(0xb9bec4));
        for k in [-1.0, 0.0, 1.0] {
            let spoke = limb(hub, hub + pt(k * 30.0, -190.0), 3.0, 3.0);
            sheet.lay("spoke", spoke, rgb(0xb9bec4).faint(0.8));
        }
    }
    let back = [
        body.trunk(500.0 - sh + 46.0, 700.0, 0.2),
        body.trunk(500.0 + sh - 46.0, 700.0, 0.2),
        body.trunk(500.0 + sh - 20.0, 1010.0, 0.0),
        body.trunk(500.0 - sh + 20.0, 1010.0, 0.0),
    ];
    sheet.lay("back of the chair", polygon(&back), frame.shaded(0.2));
    for s in [-1.0, 1.0] {
        let post = pt(500.0 + s * (sh + 16.0), 716.0);
        sheet.raise(
            "post",
            limb(post, post + pt(0.0, 280.0), 15.0, 15.0),
            frame,
            5.0,
        );
        let grip = [
            post + pt(-s * 8.0, -14.0),
            post + pt(s * 34.0, -16.0),
            post + pt(s * 40.0, 0.0),
            post + pt(s * 34.0, 12.0),
            post + pt(-s * 8.0, 12.0),
        ];
        sheet.raise("handle", blob(&grip), rgb(0x2b2f36), 5.0);
        sheet.lay(
            "end of the handle",
            ellipse(post + pt(s * 36.0, -2.0), 5.0, 12.0, 0.0),
            rgb(0x4a5058),
        );
    }
}
