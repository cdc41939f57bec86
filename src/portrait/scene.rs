//! The place of the encounter: a small repair shop and its counter, in the same paper.
//! Holds nobody; the phone's side of the line is in `phone`.

use serde::{Deserialize, Serialize};

use crate::portrait::{
    cut::{blob, card, curve, ellipse, limb, polygon, ribbon, strip},
    shape::{Layer, Rgba8, Shape, Sheet, pt, rgb},
};

/// The picture's y of the far edge of the counter top, which hides the body below.
pub(crate) const COUNTER_FAR: f32 = 868.0;

const SHELF: Rgba8 = rgb(0xb98c62);

/// What the day is like outside. It says nothing about anybody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Day {
    /// The sun is low and everything a little pink.
    Morning,
    /// Bright, as in the pictures of people.
    #[default]
    Midday,
    /// It rains, and the lamps are needed.
    Rain,
    /// The houses across the street have their lights on.
    Dusk,
}

impl Day {
    /// All four.
    pub const ALL: [Day; 4] = [Day::Morning, Day::Midday, Day::Rain, Day::Dusk];

    /// The day of a run: the same for the same number, and each as often as the others.
    pub fn of(number: u64) -> Day {
        // The upper bits of a product depend on all bits of the number.
        let mixed = number.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 62;
        Day::ALL[mixed as usize]
    }

    fn light(self) -> Light {
        match self {
            Day::Morning => Light {
                wall: 0xecdcc6,
                wainscot: 0xdcc8ac,
                sky: 0xf2d9c2,
                sun: Some((48.0, 308.0, 40.0, 0xfff1d4)),
                houses: [0xcdb5a6, 0xc4aa9c, 0xd2bba9, 0xc8b0a2],
                pane: 0xf4e7d3,
                tree: 0x96a886,
                glass: 0xecdccb,
                glow: 0.2,
            },
            Day::Midday => Light {
                wall: 0xe9dcc6,
                wainscot: 0xd9c9ae,
                sky: 0xcfe0dc,
                sun: Some((210.0, 250.0, 46.0, 0xfbeac4)),
                houses: [0xb4c7c0, 0xa9beb7, 0xb9cbc2, 0xadc2ba],
                pane: 0xe4ece2,
                tree: 0x8fae93,
                glass: 0xcfe0dc,
                glow: 0.26,
            },
            Day::Rain => Light {
                wall: 0xe4d9c6,
                wainscot: 0xd3c5ad,
                sky: 0xaebcbf,
                sun: None,
                houses: [0x93a3a5, 0x87989b, 0x9aa9aa, 0x8d9d9f],
                pane: 0xc4cfcd,
                tree: 0x748f7d,
                glass: 0xb4c2c4,
                glow: 0.32,
            },
            Day::Dusk => Light {
                wall: 0xe6d5b8,
                wainscot: 0xd4bf9c,
                sky: 0x5a6a86,
                sun: Some((222.0, 214.0, 22.0, 0xf1e8cf)),
                houses: [0x45536c, 0x3d4a62, 0x4b5a73, 0x414e67],
                pane: 0xf2cd83,
                tree: 0x3f5a58,
                glass: 0x6d7c94,
                glow: 0.36,
            },
        }
    }
}

/// Colours of the room and of what is seen through its window.
struct Light {
    wall: u32,
    wainscot: u32,
    sky: u32,
    /// Where it stands from the window's corner, how large, and its colour.
    sun: Option<(f32, f32, f32, u32)>,
    houses: [u32; 4],
    pane: u32,
    tree: u32,
    glass: u32,
    /// How much of the wall a lamp colours, 0 to 1.
    glow: f32,
}

/// The room behind the customer, from -700 to 1700 across.
pub(crate) fn counter_backdrop(day: Day) -> Vec<Shape> {
    let light = day.light();
    let mut sheet = Sheet::new(Layer::Backdrop);
    sheet.lay(
        "wall",
        card(-700.0, 0.0, 2400.0, 1000.0, 0.0),
        rgb(light.wall),
    );
    sheet.lay(
        "wainscot",
        card(-700.0, 640.0, 2400.0, 360.0, 0.0),
        rgb(light.wainscot),
    );
    sheet.lay(
        "rail",
        card(-700.0, 632.0, 2400.0, 14.0, 0.0),
        rgb(0xcbb796),
    );
    for x in [150.0, 868.0] {
        lamp(&mut sheet, x, light.glow);
    }
    window(&mut sheet, -250.0, &light, day == Day::Rain);
    shelves(&mut sheet);
    door(&mut sheet, light.glass);
    sheet.into_shapes()
}

fn window(sheet: &mut Sheet, x: f32, light: &Light, rains: bool) {
    sheet.raise(
        "window frame",
        card(x - 190.0, 130.0, 560.0, 420.0, 10.0),
        rgb(0xf6efe0),
        10.0,
    );
    sheet.lay(
        "sky",
        card(x - 168.0, 152.0, 516.0, 376.0, 4.0),
        rgb(light.sky),
    );
    if let Some((at, y, size, tone)) = light.sun {
        sheet.lay("sun", ellipse(pt(x + at, y), size, size, 0.0), rgb(tone));
    }
    let houses = [
        (-168.0, 120.0, 330.0),
        (-48.0, 96.0, 286.0),
        (48.0, 140.0, 348.0),
        (188.0, 160.0, 312.0),
    ];
    for ((at, w, top), tone) in houses.into_iter().zip(light.houses) {
        sheet.lay("house", card(x + at, top, w, 528.0 - top, 2.0), rgb(tone));
        for k in 0..2 {
            sheet.lay(
                "pane",
                card(x + at + 22.0 + 44.0 * k as f32, top + 34.0, 20.0, 32.0, 2.0),
                rgb(light.pane),
            );
        }
    }
    let tree = [
        pt(x + 20.0, 470.0),
        pt(x - 14.0, 420.0),
        pt(x + 14.0, 366.0),
        pt(x + 62.0, 372.0),
        pt(x + 88.0, 424.0),
        pt(x + 64.0, 474.0),
    ];
    sheet.lay(
        "trunk of a tree",
        card(x + 34.0, 450.0, 12.0, 78.0, 2.0),
        rgb(0x8d8672),
    );
    sheet.lay("tree", blob(&tree), rgb(light.tree));
    if rains {
        rain(sheet, x);
    }
    sheet.lay(
        "mullion",
        card(x + 84.0, 150.0, 14.0, 380.0, 0.0),
        rgb(0xf6efe0),
    );
    sheet.lay(
        "mullion",
        card(x - 168.0, 262.0, 516.0, 12.0, 0.0),
        rgb(0xf6efe0),
    );
    sheet.raise(
        "sill",
        card(x - 214.0, 544.0, 608.0, 24.0, 4.0),
        rgb(0xefe4cf),
        8.0,
    );
    // A plant that somebody waters.
    let pot = [
        pt(x + 252.0, 486.0),
        pt(x + 328.0, 486.0),
        pt(x + 316.0, 546.0),
        pt(x + 264.0, 546.0),
    ];
    for (lean, high) in [
        (-62.0, 360.0),
        (-26.0, 326.0),
        (16.0, 318.0),
        (52.0, 346.0),
        (78.0, 396.0),
    ] {
        let leaf = [
            pt(x + 290.0, 492.0),
            pt(x + 290.0 + lean * 0.35, (492.0 + high) * 0.5),
            pt(x + 290.0 + lean, high),
        ];
        sheet.raise("leaf", ribbon(&leaf, &[6.0, 34.0, 3.0]), rgb(0x5f8a6b), 5.0);
    }
    sheet.raise("pot", polygon(&pot), rgb(0xc9724c), 6.0);
}

/// Drops that run down the panes, each at its own height.
fn rain(sheet: &mut Sheet, x: f32) {
    for n in 0..26_u16 {
        let at = x - 156.0 + 19.4 * f32::from(n);
        let top = 164.0 + f32::from(n * 97 % 271);
        let long = 22.0 + f32::from(n * 53 % 38);
        sheet.lay(
            "rain",
            card(at, top, 3.0, long, 1.5),
            rgb(0xffffff).faint(0.45),
        );
    }
}

fn shelves(sheet: &mut Sheet) {
    for y in [282.0, 452.0] {
        sheet.raise("shelf", card(640.0, y, 470.0, 18.0, 3.0), SHELF, 9.0);
    }
    // Repaired and waiting to be fetched.
    sheet.raise(
        "radio",
        card(668.0, 206.0, 128.0, 76.0, 12.0),
        rgb(0xb5654a),
        7.0,
    );
    sheet.lay(
        "loudspeaker",
        ellipse(pt(708.0, 246.0), 25.0, 25.0, 0.0),
        rgb(0x8f4b38),
    );
    sheet.lay("dial", card(744.0, 226.0, 40.0, 14.0, 4.0), rgb(0xf2e4c8));
    sheet.lay(
        "knob",
        ellipse(pt(764.0, 260.0), 8.0, 8.0, 0.0),
        rgb(0xf2e4c8),
    );
    for (x, w, h, tone) in [
        (826.0, 28.0, 92.0, 0x5f7f86),
        (856.0, 24.0, 80.0, 0xd0a75a),
        (882.0, 32.0, 98.0, 0x8a5a62),
    ] {
        sheet.raise("manual", card(x, 282.0 - h, w, h, 3.0), rgb(tone), 5.0);
    }
    sheet.raise(
        "screen",
        card(946.0, 174.0, 138.0, 92.0, 8.0),
        rgb(0x4c5560),
        7.0,
    );
    sheet.lay(
        "screen",
        card(955.0, 183.0, 120.0, 74.0, 4.0),
        rgb(0x8fb0ae),
    );
    sheet.lay(
        "foot",
        polygon(&[
            pt(1002.0, 266.0),
            pt(1028.0, 266.0),
            pt(1040.0, 282.0),
            pt(990.0, 282.0),
        ]),
        rgb(0x3e464f),
    );
    for (x, tone) in [(664.0, 0xe3c07a), (744.0, 0x7f9c8d), (824.0, 0xe8dcc2)] {
        sheet.raise("box", card(x, 384.0, 72.0, 68.0, 4.0), rgb(tone), 6.0);
        sheet.lay(
            "label",
            card(x + 16.0, 404.0, 40.0, 22.0, 2.0),
            rgb(0xfaf3e3),
        );
    }
    let lid = [
        pt(936.0, 452.0),
        pt(926.0, 376.0),
        pt(1062.0, 376.0),
        pt(1072.0, 452.0),
    ];
    sheet.raise("laptop", polygon(&lid), rgb(0x6d7780), 7.0);
    sheet.lay(
        "laptop screen",
        polygon(&[
            pt(944.0, 442.0),
            pt(936.0, 386.0),
            pt(1052.0, 386.0),
            pt(1060.0, 442.0),
        ]),
        rgb(0xcfd9d3),
    );
    sheet.raise(
        "ticket",
        card(968.0, 428.0, 34.0, 48.0, 3.0),
        rgb(0xd9653b),
        4.0,
    );
}

fn door(sheet: &mut Sheet, glass: u32) {
    sheet.raise(
        "door frame",
        card(1210.0, 96.0, 330.0, 904.0, 6.0),
        rgb(0xf6efe0),
        10.0,
    );
    sheet.lay(
        "door",
        card(1236.0, 120.0, 278.0, 880.0, 4.0),
        rgb(0x4f7672),
    );
    sheet.lay(
        "door glass",
        card(1272.0, 160.0, 206.0, 400.0, 8.0),
        rgb(glass),
    );
    sheet.lay(
        "light in the glass",
        polygon(&[
            pt(1300.0, 560.0),
            pt(1400.0, 160.0),
            pt(1440.0, 160.0),
            pt(1340.0, 560.0),
        ]),
        rgb(0xffffff).faint(0.35),
    );
    sheet.raise(
        "sign",
        card(1312.0, 250.0, 126.0, 74.0, 8.0),
        rgb(0xfaf3e3),
        6.0,
    );
    sheet.lay("sign", card(1334.0, 272.0, 82.0, 10.0, 5.0), rgb(0xd9653b));
    sheet.lay("sign", card(1346.0, 294.0, 58.0, 8.0, 4.0), rgb(0xb9a98e));
    sheet.raise(
        "handle",
        card(1256.0, 600.0, 14.0, 92.0, 7.0),
        rgb(0xe3c07a),
        5.0,
    );
    sheet.raise(
        "bell",
        ellipse(pt(1250.0, 134.0), 22.0, 18.0, 0.0),
        rgb(0xe3b04b),
        5.0,
    );
}

fn lamp(sheet: &mut Sheet, x: f32, glow: f32) {
    sheet.lay("flex", card(x - 2.0, 0.0, 4.0, 44.0, 0.0), rgb(0x6a5a4c));
    for grow in [1.0, 0.7, 0.44] {
        sheet.lay(
            "glow",
            ellipse(pt(x, 118.0), 210.0 * grow, 128.0 * grow, 0.0),
            rgb(0xfff2cf).faint(glow),
        );
    }
    let shade = [
        pt(x - 24.0, 42.0),
        pt(x + 24.0, 42.0),
        pt(x + 84.0, 104.0),
        pt(x - 84.0, 104.0),
    ];
    sheet.lay(
        "bulb",
        ellipse(pt(x, 104.0), 24.0, 15.0, 0.0),
        rgb(0xfff6dc),
    );
    sheet.raise("lampshade", polygon(&shade), rgb(0x3f5f5c), 6.0);
}

/// The counter before the customer, from its far edge down, with what stands on it.
pub(crate) fn counter_front() -> Vec<Shape> {
    let mut sheet = Sheet::new(Layer::Counter);
    counter(&mut sheet);
    bell(&mut sheet, 902.0);
    tickets(&mut sheet, -40.0);
    sheet.into_shapes()
}

/// The counter alone, for pictures of people.
pub(crate) fn bare_counter() -> Vec<Shape> {
    let mut sheet = Sheet::new(Layer::Counter);
    counter(&mut sheet);
    sheet.into_shapes()
}

fn counter(sheet: &mut Sheet) {
    sheet.lay(
        "shadow",
        card(-700.0, COUNTER_FAR - 12.0, 2400.0, 20.0, 0.0),
        rgb(0x3b1f1c).faint(0.14),
    );
    sheet.lay(
        "counter top",
        card(-700.0, COUNTER_FAR, 2400.0, 96.0, 0.0),
        rgb(0xc99d6e),
    );
    for (x, y, w) in [
        (-520.0, 890.0, 420.0),
        (-60.0, 936.0, 260.0),
        (330.0, 884.0, 240.0),
        (760.0, 944.0, 420.0),
        (1120.0, 892.0, 380.0),
    ] {
        let grain = [pt(x, y), pt(x + w * 0.5, y + 4.0), pt(x + w, y)];
        sheet.lay(
            "grain",
            ribbon(&grain, &[1.0, 4.0, 1.0]),
            rgb(0xb98a5b).faint(0.7),
        );
    }
    sheet.lay(
        "edge",
        card(-700.0, 962.0, 2400.0, 12.0, 0.0),
        rgb(0xe0bb8d),
    );
    sheet.lay(
        "front",
        card(-700.0, 974.0, 2400.0, 200.0, 0.0),
        rgb(0x7d5a41),
    );
}

fn bell(sheet: &mut Sheet, x: f32) {
    sheet.raise(
        "foot of the bell",
        card(x - 54.0, 908.0, 108.0, 18.0, 9.0),
        rgb(0x5a4436),
        6.0,
    );
    let dome = [
        pt(x - 46.0, 908.0),
        pt(x - 40.0, 876.0),
        pt(x, 854.0),
        pt(x + 40.0, 876.0),
        pt(x + 46.0, 908.0),
    ];
    sheet.lay("bell", polygon(&curve(&dome)), rgb(0xe3b04b));
    let light = [pt(x - 30.0, 898.0), pt(x - 26.0, 880.0), pt(x - 8.0, 866.0)];
    sheet.lay(
        "light on the bell",
        ribbon(&light, &[2.0, 7.0, 2.0]),
        rgb(0xfbe6b0),
    );
    sheet.lay("knob", ellipse(pt(x, 850.0), 8.0, 8.0, 0.0), rgb(0x5a4436));
}

fn tickets(sheet: &mut Sheet, x: f32) {
    let pad = [
        pt(x, 890.0),
        pt(x + 116.0, 884.0),
        pt(x + 128.0, 938.0),
        pt(x + 4.0, 944.0),
    ];
    sheet.raise("ticket pad", polygon(&pad), rgb(0xfaf3e3), 7.0);
    sheet.lay(
        "head of the ticket",
        polygon(&[pad[0], pad[1], pt(x + 119.0, 898.0), pt(x + 1.0, 904.0)]),
        rgb(0xd9653b),
    );
    for k in 0..2 {
        let y = 914.0 + 12.0 * k as f32;
        sheet.lay(
            "line",
            strip(
                &[pt(x + 14.0, y), pt(x + 96.0 - 24.0 * k as f32, y - 4.0)],
                4.0,
            ),
            rgb(0xcbbd9f),
        );
    }
    sheet.raise(
        "pen",
        limb(pt(x + 146.0, 936.0), pt(x + 196.0, 888.0), 9.0, 10.0),
        rgb(0x2f4a6d),
        5.0,
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_comes_about_as_often_and_looks_like_itself() {
        let mut n_days = [0; 4];
        for number in 0..4000 {
            n_days[Day::of(number) as usize] += 1;
        }
        assert!(n_days.iter().all(|n| (800..1200).contains(n)), "{n_days:?}");
        let skies: Vec<_> = Day::ALL.iter().map(|day| day.light().sky).collect();
        for (n, sky) in skies.iter().enumerate() {
            assert!(!skies[..n].contains(sky), "two days with one sky");
        }
    }
}
