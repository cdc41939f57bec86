//! The courier: a long tail, a yellow cycling jacket.

use crate::portrait::{
    look::{
        Beard, Brow, Build, Cover, Dress, DressStyle, Eyes, Face, Hair, HairStyle, Lips, Look,
        Nose, Rest,
    },
    people::skin,
    shape::rgb,
};

pub(super) const LOOK: Look = Look {
    id: "courier",
    title: "A woman of about thirty with her hair in a long tail and a yellow cycling jacket",
    skin: skin::HONEY,
    face: Face {
        width: 0.96,
        length: 0.99,
        jaw: 0.82,
        chin: 0.4,
        cheek: 0.6,
    },
    eyes: Eyes {
        iris: rgb(0x33231d),
        size: 0.96,
        slant: 6.0,
        crease: 0.25,
        lashes: 0.45,
    },
    brow: Brow {
        colour: rgb(0x2a2326),
        weight: 0.85,
        arch: 4.0,
    },
    nose: Nose {
        width: 0.98,
        length: 0.92,
        bridge: 0.4,
    },
    lips: Lips {
        upper: rgb(0xbb5d56),
        lower: rgb(0xd0776c),
        full: 1.02,
        width: 0.92,
    },
    hair: Hair {
        style: HairStyle::Tail,
        colour: rgb(0x272430),
        light: rgb(0x4a4456),
    },
    cover: Cover::None,
    beard: Beard::None,
    glasses: None,
    earring: None,
    build: Build {
        shoulders: 224.0,
        neck: 62.0,
        slope: 58.0,
        head: 0.98,
        hands: 0.94,
        waist: 0.92,
        stature: 14.0,
        stoop: 0.0,
    },
    dress: Dress {
        style: DressStyle::Cycling,
        outer: rgb(0xe8c63f),
        inner: rgb(0x34383f),
        sleeve: rgb(0xe8c63f),
        cuff: rgb(0x34383f),
        accent: rgb(0xdfe3e2),
        bare_arms: false,
    },
    rest: Rest {
        brow: 0.0,
        mouth: -0.1,
        lids: 0.1,
        tilt: -0.15,
    },
    freckles: None,
    child: None,
    chair: None,
    age: 0.08,
};
