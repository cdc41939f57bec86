//! The trainee's own side of the line: a desk with a telephone and a notepad. The
//! customer is nowhere to be seen, and nothing here moves with them.

use crate::portrait::{
    cut::{blob, card, ellipse, limb, polygon, ribbon, ring, strip},
    shape::{Layer, Shape, Sheet, pt, rgb},
};

/// Wall, desk, telephone, notepad and mug, from -700 to 1700 across.
pub(crate) fn phone_scene() -> Vec<Shape> {
    let mut sheet = Sheet::new(Layer::Backdrop);
    wall(&mut sheet);
    sheet.onto(Layer::Counter);
    sheet.lay(
        "desk",
        card(-700.0, 610.0, 2400.0, 400.0, 0.0),
        rgb(0xc99d6e),
    );
    sheet.lay(
        "far edge of the desk",
        card(-700.0, 610.0, 2400.0, 14.0, 0.0),
        rgb(0xe0bb8d),
    );
    for (x, y, w) in [
        (-500.0, 690.0, 460.0),
        (120.0, 664.0, 300.0),
        (640.0, 930.0, 460.0),
        (1180.0, 720.0, 380.0),
        (-260.0, 940.0, 360.0),
    ] {
        let grain = [pt(x, y), pt(x + w * 0.5, y + 5.0), pt(x + w, y)];
        sheet.lay(
            "grain",
            ribbon(&grain, &[1.0, 5.0, 1.0]),
            rgb(0xb98a5b).faint(0.7),
        );
    }
    mug(&mut sheet);
    telephone(&mut sheet);
    notepad(&mut sheet);
    sheet.into_shapes()
}

fn wall(sheet: &mut Sheet) {
    sheet.lay(
        "wall",
        card(-700.0, 0.0, 2400.0, 1000.0, 0.0),
        rgb(0xe9dcc6),
    );
    sheet.raise(
        "notice board",
        card(-380.0, 90.0, 520.0, 330.0, 10.0),
        rgb(0xcba77c),
        9.0,
    );
    for (x, y, w, h, tone) in [
        (-346.0, 126.0, 120.0, 150.0, 0xfaf3e3),
        (-204.0, 118.0, 140.0, 96.0, 0xdfe7dc),
        (-196.0, 240.0, 110.0, 130.0, 0xf3d9a6),
        (-46.0, 140.0, 150.0, 200.0, 0xfaf3e3),
    ] {
        sheet.raise("notice", card(x, y, w, h, 3.0), rgb(tone), 5.0);
        for k in 0..3 {
            sheet.lay(
                "line",
                card(
                    x + 16.0,
                    y + 34.0 + 20.0 * k as f32,
                    (w - 32.0) * (1.0 - 0.18 * k as f32),
                    6.0,
                    3.0,
                ),
                rgb(0xc7b899),
            );
        }
        sheet.lay(
            "pin",
            ellipse(pt(x + w * 0.5, y + 12.0), 7.0, 7.0, 0.0),
            rgb(0xd9653b),
        );
    }
    sheet.raise(
        "clock",
        ellipse(pt(1010.0, 210.0), 96.0, 96.0, 0.0),
        rgb(0x3f5f5c),
        10.0,
    );
    sheet.lay(
        "clock face",
        ellipse(pt(1010.0, 210.0), 80.0, 80.0, 0.0),
        rgb(0xfaf3e3),
    );
    for k in 0..12 {
        let (sin, cos) = (k as f32 / 12.0 * std::f32::consts::TAU).sin_cos();
        sheet.lay(
            "hour",
            ellipse(pt(1010.0 + 66.0 * sin, 210.0 - 66.0 * cos), 4.0, 4.0, 0.0),
            rgb(0x8d7b62),
        );
    }
    sheet.lay(
        "hand of the clock",
        limb(pt(1010.0, 210.0), pt(978.0, 186.0), 9.0, 6.0),
        rgb(0x3d2f2a),
    );
    sheet.lay(
        "hand of the clock",
        limb(pt(1010.0, 210.0), pt(1036.0, 156.0), 7.0, 5.0),
        rgb(0x3d2f2a),
    );
    sheet.raise(
        "shelf",
        card(1190.0, 340.0, 420.0, 18.0, 3.0),
        rgb(0xb98c62),
        8.0,
    );
    for (x, w, h, tone) in [
        (1220.0, 40.0, 150.0, 0x5f7f86),
        (1264.0, 34.0, 130.0, 0xd0a75a),
        (1302.0, 46.0, 158.0, 0x8a5a62),
        (1352.0, 36.0, 140.0, 0x7f9c8d),
        (1392.0, 42.0, 152.0, 0xc9724c),
    ] {
        sheet.raise("folder", card(x, 340.0 - h, w, h, 4.0), rgb(tone), 5.0);
        sheet.lay(
            "label",
            card(x + 9.0, 340.0 - h + 22.0, w - 18.0, 34.0, 2.0),
            rgb(0xfaf3e3),
        );
    }
}

fn mug(sheet: &mut Sheet) {
    let x = -150.0;
    sheet.raise(
        "handle of the mug",
        ring(
            &[
                pt(x + 92.0, 600.0),
                pt(x + 136.0, 612.0),
                pt(x + 136.0, 664.0),
                pt(x + 92.0, 680.0),
                pt(x + 70.0, 640.0),
            ],
            16.0,
        ),
        rgb(0x3f5f5c),
        6.0,
    );
    sheet.raise(
        "mug",
        card(x - 20.0, 572.0, 124.0, 146.0, 20.0),
        rgb(0x4f7672),
        9.0,
    );
    sheet.lay(
        "coffee",
        ellipse(pt(x + 42.0, 582.0), 56.0, 13.0, 0.0),
        rgb(0x4a2c22),
    );
    sheet.lay(
        "band of the mug",
        card(x - 20.0, 636.0, 124.0, 22.0, 0.0),
        rgb(0xe9dcc6),
    );
}

fn telephone(sheet: &mut Sheet) {
    // The handset is off its rest: somebody is on the line.
    let cord = [
        pt(330.0, 760.0),
        pt(280.0, 812.0),
        pt(330.0, 850.0),
        pt(270.0, 884.0),
        pt(330.0, 912.0),
        pt(262.0, 930.0),
        pt(190.0, 900.0),
        pt(150.0, 858.0),
    ];
    sheet.raise("cord", strip(&cord, 9.0), rgb(0x5a3a34), 5.0);
    let base = [
        pt(312.0, 800.0),
        pt(346.0, 640.0),
        pt(374.0, 610.0),
        pt(634.0, 610.0),
        pt(662.0, 640.0),
        pt(700.0, 800.0),
        pt(676.0, 826.0),
        pt(336.0, 826.0),
    ];
    sheet.raise("telephone", polygon(&base), rgb(0xc4573a), 14.0);
    let slope = [
        pt(350.0, 786.0),
        pt(378.0, 656.0),
        pt(630.0, 656.0),
        pt(662.0, 786.0),
    ];
    sheet.lay("face of the telephone", polygon(&slope), rgb(0xd9653b));
    for x in [388.0, 580.0] {
        sheet.raise("rest", card(x, 586.0, 44.0, 36.0, 10.0), rgb(0xb14c32), 4.0);
    }
    sheet.raise(
        "display",
        card(400.0, 668.0, 132.0, 34.0, 5.0),
        rgb(0xcfe0cf),
        3.0,
    );
    sheet.lay("line", card(412.0, 681.0, 76.0, 8.0, 4.0), rgb(0x6f8a72));
    sheet.lay(
        "lamp of the line",
        ellipse(pt(590.0, 684.0), 11.0, 11.0, 0.0),
        rgb(0xfbe6a6),
    );
    for row in 0..3 {
        for column in 0..4 {
            let (x, y) = (
                396.0 + 58.0 * column as f32 - 3.0 * row as f32,
                714.0 + 24.0 * row as f32,
            );
            sheet.lay(
                "key",
                card(x, y, 44.0 + 2.0 * row as f32, 17.0, 6.0),
                rgb(0xfaf3e3),
            );
        }
    }
    let grip = [
        pt(30.0, 806.0),
        pt(62.0, 762.0),
        pt(122.0, 772.0),
        pt(186.0, 800.0),
        pt(250.0, 838.0),
    ];
    sheet.raise(
        "handset",
        ribbon(&grip, &[52.0, 48.0, 44.0, 46.0, 52.0]),
        rgb(0xb14c32),
        12.0,
    );
    for (x, y, tilt) in [(26.0, 824.0, -0.5), (254.0, 858.0, 0.5)] {
        sheet.raise(
            "earpiece",
            ellipse(pt(x, y), 52.0, 36.0, tilt),
            rgb(0xc4573a),
            7.0,
        );
        for k in 0..3 {
            sheet.lay(
                "hole",
                ellipse(pt(x - 16.0 + 16.0 * k as f32, y + 2.0), 4.0, 4.0, 0.0),
                rgb(0x6b2c20),
            );
        }
    }
}

fn notepad(sheet: &mut Sheet) {
    let page = [
        pt(806.0, 676.0),
        pt(1150.0, 664.0),
        pt(1212.0, 934.0),
        pt(812.0, 950.0),
    ];
    let under = page.map(|p| p + pt(10.0, 8.0));
    sheet.raise("pad", polygon(&under), rgb(0xe6d9bd), 10.0);
    sheet.lay("page", polygon(&page), rgb(0xfdf8ec));
    sheet.lay(
        "head of the page",
        polygon(&[page[0], page[1], pt(1158.0, 700.0), pt(807.0, 712.0)]),
        rgb(0x4f7672),
    );
    for k in 0..6 {
        let t = 0.26 + 0.125 * k as f32;
        let (left, right) = (
            page[0].lerp(page[3], t) + pt(28.0, 0.0),
            page[1].lerp(page[2], t) - pt(30.0, 0.0),
        );
        sheet.lay("ruled line", strip(&[left, right], 2.5), rgb(0xd8cdb4));
        if k < 3 {
            let end = left.lerp(right, [0.72, 0.86, 0.4][k]) - pt(0.0, 10.0);
            let scribble = [
                left - pt(-4.0, 9.0),
                left.lerp(end, 0.3) - pt(0.0, 18.0),
                left.lerp(end, 0.5) - pt(0.0, 3.0),
                left.lerp(end, 0.75) - pt(0.0, 16.0),
                end,
            ];
            sheet.lay("note", strip(&scribble, 4.0), rgb(0x3d4a63));
        }
    }
    sheet.raise(
        "pen",
        limb(pt(1080.0, 900.0), pt(1276.0, 742.0), 13.0, 17.0),
        rgb(0x2f4a6d),
        8.0,
    );
    sheet.lay(
        "tip of the pen",
        limb(pt(1070.0, 908.0), pt(1084.0, 897.0), 3.0, 11.0),
        rgb(0xe3b04b),
    );
    let leaf = [
        pt(1380.0, 700.0),
        pt(1346.0, 620.0),
        pt(1372.0, 540.0),
        pt(1428.0, 556.0),
        pt(1440.0, 640.0),
        pt(1420.0, 700.0),
    ];
    sheet.raise("plant", blob(&leaf), rgb(0x5f8a6b), 7.0);
    sheet.raise(
        "pot",
        polygon(&[
            pt(1340.0, 690.0),
            pt(1470.0, 690.0),
            pt(1450.0, 790.0),
            pt(1360.0, 790.0),
        ]),
        rgb(0xc9724c),
        8.0,
    );
}
