//! The musician: a mustard beanie, long straight hair, a denim jacket.

use crate::portrait::{
    look::{
        Beard, Brow, Build, Cover, Dress, DressStyle, Eyes, Face, Hair, HairStyle, Lips, Look,
        Nose, Rest,
    },
    people::skin,
    shape::rgb,
};

pub(super) const LOOK: Look = Look {
    id: "musician",
    title: "A tall, thin man of about twenty-eight with long brown hair, a mustard beanie and a denim jacket",
    skin: skin::PALE,
    face: Face {
        width: 0.93,
        length: 1.07,
        jaw: 0.84,
        chin: 0.44,
        cheek: 0.15,
    },
    eyes: Eyes {
        iris: rgb(0x5b7a6b),
        size: 0.98,
        slant: -1.0,
        crease: 0.6,
        lashes: 0.3,
    },
    brow: Brow {
        colour: rgb(0x5b4032),
        weight: 1.0,
        arch: 3.0,
    },
    nose: Nose {
        width: 0.96,
        length: 1.12,
        bridge: 0.85,
    },
    lips: Lips {
        upper: rgb(0xb5655b),
        lower: rgb(0xc67c6e),
        full: 0.9,
        width: 0.98,
    },
    hair: Hair {
        style: HairStyle::Long,
        colour: rgb(0x6b4a36),
        light: rgb(0x946b4d),
    },
    cover: Cover::Beanie {
        cloth: rgb(0xd3a13a),
    },
    beard: Beard::Stubble(rgb(0x8a5f47)),
    glasses: None,
    earring: None,
    build: Build {
        shoulders: 238.0,
        neck: 64.0,
        slope: 70.0,
        head: 0.96,
        hands: 1.02,
        waist: 0.88,
        stature: 20.0,
        stoop: 6.0,
    },
    dress: Dress {
        style: DressStyle::Denim,
        outer: rgb(0x48678a),
        inner: rgb(0x2f2f36),
        sleeve: rgb(0x48678a),
        cuff: rgb(0x3d587a),
        accent: rgb(0xd9653b),
        bare_arms: false,
    },
    rest: Rest {
        brow: 0.05,
        mouth: -0.1,
        lids: 0.4,
        tilt: 0.35,
    },
    freckles: None,
    child: None,
    chair: None,
    age: 0.08,
};
