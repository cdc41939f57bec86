//! The teacher: a dark blue turban, a tweed jacket.

use crate::portrait::{
    look::{
        Beard, Brow, Build, Cover, Dress, DressStyle, Eyes, Face, Hair, HairStyle, Lips, Look,
        Nose, Rest,
    },
    people::skin,
    shape::rgb,
};

pub(super) const LOOK: Look = Look {
    id: "teacher",
    title: "A man of about fifty with a dark blue turban, a black and grey beard and a tweed jacket",
    skin: skin::UMBER,
    face: Face {
        width: 1.02,
        length: 1.03,
        jaw: 0.9,
        chin: 0.5,
        cheek: 0.45,
    },
    eyes: Eyes {
        iris: rgb(0x38241a),
        size: 0.98,
        slant: 0.0,
        crease: 0.8,
        lashes: 0.2,
    },
    brow: Brow {
        colour: rgb(0x2c2321),
        weight: 1.2,
        arch: 5.0,
    },
    nose: Nose {
        width: 1.1,
        length: 1.08,
        bridge: 0.95,
    },
    lips: Lips {
        upper: rgb(0x8c4c40),
        lower: rgb(0xa35f50),
        full: 0.9,
        width: 0.98,
    },
    hair: Hair {
        style: HairStyle::Hidden,
        colour: rgb(0x2c2321),
        light: rgb(0x55504e),
    },
    cover: Cover::Turban {
        cloth: rgb(0x2f4a6d),
        under: rgb(0xd9653b),
    },
    beard: Beard::Full {
        colour: rgb(0x37302f),
        light: rgb(0x837c78),
        length: 1.35,
    },
    glasses: None,
    earring: None,
    build: Build {
        shoulders: 264.0,
        neck: 80.0,
        slope: 62.0,
        head: 0.98,
        hands: 1.06,
        waist: 1.03,
        stature: 8.0,
        stoop: 0.0,
    },
    dress: Dress {
        style: DressStyle::Tweed,
        outer: rgb(0x7d7463),
        inner: rgb(0xefe7da),
        sleeve: rgb(0x7d7463),
        cuff: rgb(0xefe7da),
        accent: rgb(0x8b3d3d),
        bare_arms: false,
    },
    rest: Rest {
        brow: 0.05,
        mouth: 0.05,
        lids: 0.2,
        tilt: -0.1,
    },
    freckles: None,
    child: None,
    chair: None,
    age: 0.5,
};
