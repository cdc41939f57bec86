//! The student: a mop of curls, headphones, a hooded sweater.

use crate::portrait::{
    look::{
        Beard, Brow, Build, Cover, Dress, DressStyle, Eyes, Face, Hair, HairStyle, Lips, Look,
        Nose, Rest,
    },
    people::skin,
    shape::rgb,
};

pub(super) const LOOK: Look = Look {
    id: "student",
    title: "A young man of about twenty with a mop of curls, a teal hooded sweater and headphones",
    skin: skin::UMBER,
    face: Face {
        width: 0.94,
        length: 0.98,
        jaw: 0.78,
        chin: 0.44,
        cheek: 0.45,
    },
    eyes: Eyes {
        iris: rgb(0x4a2f1c),
        size: 1.1,
        slant: 1.0,
        crease: 0.6,
        lashes: 0.35,
    },
    brow: Brow {
        colour: rgb(0x33211d),
        weight: 1.0,
        arch: 4.0,
    },
    nose: Nose {
        width: 1.04,
        length: 0.94,
        bridge: 0.6,
    },
    lips: Lips {
        upper: rgb(0x8d4a3e),
        lower: rgb(0xa75e4d),
        full: 1.05,
        width: 0.94,
    },
    hair: Hair {
        style: HairStyle::Curls,
        colour: rgb(0x3a2522),
        light: rgb(0x5f3f33),
    },
    cover: Cover::None,
    beard: Beard::None,
    glasses: None,
    earring: None,
    build: Build {
        shoulders: 233.0,
        neck: 62.0,
        slope: 72.0,
        head: 1.0,
        hands: 0.98,
        waist: 0.94,
        stature: -14.0,
        stoop: 8.0,
    },
    dress: Dress {
        style: DressStyle::Hoodie,
        outer: rgb(0x2f7f7a),
        inner: rgb(0xf0e6d6),
        sleeve: rgb(0x2f7f7a),
        cuff: rgb(0x25655f),
        accent: rgb(0xe9b949),
        bare_arms: false,
    },
    rest: Rest {
        brow: 0.3,
        mouth: -0.05,
        lids: 0.25,
        tilt: 0.3,
    },
    freckles: None,
    child: None,
    chair: None,
    age: 0.0,
};
