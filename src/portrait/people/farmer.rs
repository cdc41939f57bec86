//! The farmer: a flat cap, ginger whiskers, a checked shirt and braces.

use crate::portrait::{
    look::{
        Beard, Brow, Build, Cover, Dress, DressStyle, Eyes, Face, Hair, HairStyle, Lips, Look,
        Nose, Rest,
    },
    people::skin,
    shape::rgb,
};

pub(super) const LOOK: Look = Look {
    id: "farmer",
    title: "A stocky man of about fifty-five with a flat cap, a ginger beard, a checked shirt and braces",
    skin: skin::RUDDY,
    face: Face {
        width: 1.1,
        length: 0.98,
        jaw: 1.0,
        chin: 0.62,
        cheek: 0.7,
    },
    eyes: Eyes {
        iris: rgb(0x5f7d5a),
        size: 0.86,
        slant: -3.0,
        crease: 0.4,
        lashes: 0.0,
    },
    brow: Brow {
        colour: rgb(0x9c5a33),
        weight: 1.3,
        arch: 2.0,
    },
    nose: Nose {
        width: 1.2,
        length: 1.02,
        bridge: 0.7,
    },
    lips: Lips {
        upper: rgb(0xb3685a),
        lower: rgb(0xc67d6a),
        full: 0.7,
        width: 1.0,
    },
    hair: Hair {
        style: HairStyle::Cropped,
        colour: rgb(0x9a5831),
        light: rgb(0xbf7b49),
    },
    cover: Cover::FlatCap {
        cloth: rgb(0x6d6a55),
    },
    beard: Beard::Full {
        colour: rgb(0xa7613a),
        light: rgb(0xcf8d5e),
        length: 0.5,
    },
    glasses: None,
    earring: None,
    build: Build {
        shoulders: 296.0,
        neck: 96.0,
        slope: 76.0,
        head: 1.0,
        hands: 1.16,
        waist: 1.08,
        stature: -10.0,
        stoop: 10.0,
    },
    dress: Dress {
        style: DressStyle::Checked,
        outer: rgb(0xa8483c),
        inner: rgb(0xf0e6d6),
        sleeve: rgb(0xa8483c),
        cuff: rgb(0x8f3b32),
        accent: rgb(0x4a3a33),
        bare_arms: false,
    },
    rest: Rest {
        brow: -0.25,
        mouth: -0.05,
        lids: 0.3,
        tilt: 0.05,
    },
    freckles: None,
    child: None,
    chair: None,
    age: 0.65,
};
