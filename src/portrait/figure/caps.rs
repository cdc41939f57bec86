//! Caps with a shape of their own, set on the hair.

use crate::portrait::{
    cut::{blob, curve, polygon, ribbon},
    figure::frame::Head,
    shape::{Point, Rgba8, Sheet},
};

/// The outline between an upper edge on the skull and a lower edge on the face.
fn shell(head: &Head, upper: &[(f32, f32)], lower: &[(f32, f32)]) -> Vec<Point> {
    let upper: Vec<Point> = upper.iter().map(|&(x, y)| head.at(x, y, 24.0)).collect();
    let lower: Vec<Point> = lower.iter().map(|&(x, y)| head.on(x, y)).collect();
    [curve(&upper), curve(&lower)].concat()
}

fn line(head: &Head, points: [(f32, f32); 3], out: f32) -> [Point; 3] {
    points.map(|(x, y)| head.at(x, y, out * (1.0 - (x / 170.0).powi(2)).max(0.0).sqrt()))
}

/// A knitted cap with its edge turned up.
pub(super) fn beanie(sheet: &mut Sheet, head: &Head, cloth: Rgba8) {
    let crown = [
        (-140.0, -108.0),
        (-150.0, -142.0),
        (-128.0, -206.0),
        (-72.0, -250.0),
        (0.0, -264.0),
        (72.0, -250.0),
        (128.0, -206.0),
        (150.0, -142.0),
        (140.0, -108.0),
    ];
    let seam = [
        (126.0, -112.0),
        (74.0, -124.0),
        (0.0, -130.0),
        (-74.0, -124.0),
        (-126.0, -112.0),
    ];
    sheet.raise(
        "knitted cap",
        polygon(&shell(head, &crown, &seam)),
        cloth,
        8.0,
    );
    for x in [-112.0, -76.0, -38.0, 0.0, 38.0, 76.0, 112.0] {
        let rib = line(
            head,
            [(x, -120.0), (x * 0.86, -190.0), (x * 0.5, -242.0)],
            70.0,
        );
        sheet.lay(
            "rib",
            ribbon(&rib, &[4.0, 4.0, 1.0].map(|w| head.size(w))),
            cloth.shaded(0.16),
        );
    }
    let upper = [
        (-142.0, -66.0),
        (-153.0, -98.0),
        (-150.0, -132.0),
        (-80.0, -152.0),
        (0.0, -159.0),
        (80.0, -152.0),
        (150.0, -132.0),
        (153.0, -98.0),
        (142.0, -66.0),
    ];
    let lower = [
        (122.0, -74.0),
        (70.0, -92.0),
        (0.0, -99.0),
        (-70.0, -92.0),
        (-122.0, -74.0),
    ];
    sheet.raise(
        "turned edge",
        polygon(&shell(head, &upper, &lower)),
        cloth.lit(0.12),
        6.0,
    );
    for x in [
        -120.0, -90.0, -60.0, -30.0, 0.0, 30.0, 60.0, 90.0, 120.0_f32,
    ] {
        let low = -96.0 + x.abs() * 0.2;
        let rib = line(head, [(x, low), (x, low - 24.0), (x, low - 48.0)], 96.0);
        sheet.lay(
            "rib",
            ribbon(&rib, &[3.0, 4.0, 3.0].map(|w| head.size(w))),
            cloth.shaded(0.1),
        );
    }
}

/// A flat cap: a soft low crown drawn forward over a short peak.
pub(super) fn flat_cap(sheet: &mut Sheet, head: &Head, cloth: Rgba8) {
    let crown = [
        (-150.0, -84.0),
        (-172.0, -128.0),
        (-154.0, -184.0),
        (-84.0, -220.0),
        (10.0, -230.0),
        (96.0, -218.0),
        (162.0, -180.0),
        (174.0, -126.0),
        (150.0, -84.0),
    ];
    let edge = [
        (128.0, -86.0),
        (70.0, -112.0),
        (0.0, -118.0),
        (-70.0, -112.0),
        (-128.0, -86.0),
    ];
    sheet.raise("cap", polygon(&shell(head, &crown, &edge)), cloth, 8.0);
    for (from, to) in [(-120.0, -40.0), (120.0, 40.0)] {
        let seam = line(
            head,
            [
                (from, -110.0),
                ((from + to) * 0.55, -176.0),
                (to * 0.4, -226.0),
            ],
            90.0,
        );
        sheet.lay(
            "seam",
            ribbon(&seam, &[1.0, 4.0, 1.0].map(|w| head.size(w))),
            cloth.shaded(0.25),
        );
    }
    let peak = [
        head.on(-122.0, -92.0),
        head.out(-66.0, -118.0, 10.0),
        head.out(0.0, -126.0, 14.0),
        head.out(66.0, -118.0, 10.0),
        head.on(122.0, -92.0),
        head.out(74.0, -76.0, 52.0),
        head.out(0.0, -70.0, 66.0),
        head.out(-74.0, -76.0, 52.0),
    ];
    sheet.raise("peak", blob(&peak), cloth.shaded(0.14), 11.0);
    let light = [
        head.out(-70.0, -106.0, 30.0),
        head.out(0.0, -112.0, 36.0),
        head.out(70.0, -106.0, 30.0),
    ];
    sheet.lay(
        "light on the peak",
        ribbon(&light, &[1.0, 5.0, 1.0].map(|w| head.size(w))),
        cloth.lit(0.16),
    );
}

/// A baker's round cap over a coloured band.
pub(super) fn baker(sheet: &mut Sheet, head: &Head, cloth: Rgba8, band: Rgba8) {
    let crown = [
        (-141.0, -104.0),
        (-156.0, -176.0),
        (-146.0, -232.0),
        (-84.0, -256.0),
        (0.0, -262.0),
        (84.0, -256.0),
        (146.0, -232.0),
        (156.0, -176.0),
        (141.0, -104.0),
    ];
    let seam = [
        (126.0, -116.0),
        (68.0, -136.0),
        (0.0, -142.0),
        (-68.0, -136.0),
        (-126.0, -116.0),
    ];
    sheet.raise(
        "baker's cap",
        polygon(&shell(head, &crown, &seam)),
        cloth,
        8.0,
    );
    for x in [-96.0, -50.0, 0.0, 50.0, 96.0_f32] {
        let pleat = line(
            head,
            [
                (x * 0.94, -142.0 + x.abs() * 0.16),
                (x * 1.02, -190.0),
                (x * 1.06, -226.0),
            ],
            80.0,
        );
        sheet.lay(
            "pleat",
            ribbon(&pleat, &[5.0, 4.0, 1.0].map(|w| head.size(w))),
            cloth.shaded(0.12),
        );
    }
    let upper = [
        (-140.0, -80.0),
        (-143.0, -114.0),
        (-76.0, -138.0),
        (0.0, -146.0),
        (76.0, -138.0),
        (143.0, -114.0),
        (140.0, -80.0),
    ];
    let lower = [
        (120.0, -86.0),
        (70.0, -104.0),
        (0.0, -111.0),
        (-70.0, -104.0),
        (-120.0, -86.0),
    ];
    sheet.raise("band", polygon(&shell(head, &upper, &lower)), band, 6.0);
}
