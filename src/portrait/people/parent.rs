//! The parent: locs half tied up, an open shirt over stripes, a child on the arm.

use crate::portrait::{
    look::{
        Beard, Brow, Build, Child, Cover, Dress, DressStyle, Eyes, Face, Hair, HairStyle, Lips,
        Look, Nose, Rest,
    },
    people::skin,
    shape::rgb,
};

pub(super) const LOOK: Look = Look {
    id: "parent",
    title: "A man of about thirty-five with shoulder-length locs and a short beard, a small child on his arm",
    skin: skin::DEEP,
    face: Face {
        width: 1.0,
        length: 1.0,
        jaw: 0.9,
        chin: 0.5,
        cheek: 0.45,
    },
    eyes: Eyes {
        iris: rgb(0x2e1a14),
        size: 1.0,
        slant: 1.0,
        crease: 0.8,
        lashes: 0.3,
    },
    brow: Brow {
        colour: rgb(0x1f1517),
        weight: 1.1,
        arch: 5.0,
    },
    nose: Nose {
        width: 1.16,
        length: 1.0,
        bridge: 0.5,
    },
    lips: Lips {
        upper: rgb(0x6f3538),
        lower: rgb(0x8a4a47),
        full: 1.2,
        width: 1.04,
    },
    hair: Hair {
        style: HairStyle::Locs,
        colour: rgb(0x2a1d1d),
        light: rgb(0x4d3530),
    },
    cover: Cover::None,
    beard: Beard::Full {
        colour: rgb(0x221718),
        light: rgb(0x453230),
        length: 0.25,
    },
    glasses: None,
    earring: None,
    build: Build {
        shoulders: 262.0,
        neck: 76.0,
        slope: 62.0,
        head: 0.98,
        hands: 1.04,
        waist: 0.96,
        stature: 12.0,
        stoop: 0.0,
    },
    dress: Dress {
        style: DressStyle::Overshirt,
        outer: rgb(0x5f7355),
        inner: rgb(0xf1ead9),
        sleeve: rgb(0x5f7355),
        cuff: rgb(0x4d5f46),
        accent: rgb(0x33506b),
        bare_arms: false,
    },
    rest: Rest {
        brow: 0.15,
        mouth: 0.2,
        lids: 0.2,
        tilt: -0.15,
    },
    freckles: None,
    child: Some(Child {
        skin: skin::UMBER,
        hair: rgb(0x2c1d1b),
        suit: rgb(0xe2a93b),
    }),
    chair: None,
    age: 0.2,
};
