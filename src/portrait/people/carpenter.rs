//! The carpenter: a grey beard, an ochre work jacket.

use crate::portrait::{
    look::{
        Beard, Brow, Build, Cover, Dress, DressStyle, Eyes, Face, Hair, HairStyle, Lips, Look,
        Nose, Rest,
    },
    people::skin,
    shape::rgb,
};

pub(super) const LOOK: Look = Look {
    id: "carpenter",
    title: "A man of about sixty with a grey beard and an ochre work jacket",
    skin: skin::RUDDY,
    face: Face {
        width: 1.06,
        length: 1.02,
        jaw: 0.94,
        chin: 0.56,
        cheek: 0.4,
    },
    eyes: Eyes {
        iris: rgb(0x5c7a85),
        size: 0.9,
        slant: -3.0,
        crease: 0.5,
        lashes: 0.0,
    },
    brow: Brow {
        colour: rgb(0x7d746c),
        weight: 1.3,
        arch: 3.0,
    },
    nose: Nose {
        width: 1.2,
        length: 1.08,
        bridge: 0.9,
    },
    lips: Lips {
        upper: rgb(0xb06a5c),
        lower: rgb(0xc47f6d),
        full: 0.75,
        width: 1.0,
    },
    hair: Hair {
        style: HairStyle::Receding,
        colour: rgb(0x8f8a84),
        light: rgb(0xb3ada4),
    },
    cover: Cover::None,
    beard: Beard::Full {
        colour: rgb(0x9d978f),
        light: rgb(0xc3bdb3),
        length: 1.0,
    },
    glasses: None,
    earring: None,
    build: Build {
        shoulders: 285.0,
        neck: 88.0,
        slope: 62.0,
        head: 1.0,
        hands: 1.12,
        waist: 1.04,
        stature: 6.0,
        stoop: 4.0,
    },
    dress: Dress {
        style: DressStyle::WorkJacket,
        outer: rgb(0xc08a45),
        inner: rgb(0x3f5f55),
        sleeve: rgb(0xc08a45),
        cuff: rgb(0xa37236),
        accent: rgb(0xd9653b),
        bare_arms: false,
    },
    rest: Rest {
        brow: -0.3,
        mouth: 0.0,
        lids: 0.35,
        tilt: 0.0,
    },
    freckles: None,
    child: None,
    chair: None,
    age: 0.8,
};
