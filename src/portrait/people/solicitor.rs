//! The solicitor: a silver bob, a charcoal suit, a silk scarf.

use crate::portrait::{
    look::{
        Beard, Brow, Build, Cover, Dress, DressStyle, Eyes, Face, Hair, HairStyle, Lips, Look,
        Nose, Rest,
    },
    people::skin,
    shape::rgb,
};

pub(super) const LOOK: Look = Look {
    id: "solicitor",
    title: "A tall woman of about sixty with a silver bob, a charcoal suit and an emerald scarf",
    skin: skin::HONEY,
    face: Face {
        width: 0.96,
        length: 1.05,
        jaw: 0.84,
        chin: 0.42,
        cheek: 0.2,
    },
    eyes: Eyes {
        iris: rgb(0x5a6b78),
        size: 0.94,
        slant: 2.0,
        crease: 0.7,
        lashes: 0.5,
    },
    brow: Brow {
        colour: rgb(0x9a948e),
        weight: 0.85,
        arch: 8.0,
    },
    nose: Nose {
        width: 0.96,
        length: 1.08,
        bridge: 0.95,
    },
    lips: Lips {
        upper: rgb(0xa8414a),
        lower: rgb(0xbd5a60),
        full: 0.8,
        width: 1.0,
    },
    hair: Hair {
        style: HairStyle::SidePart,
        colour: rgb(0xc9c6c4),
        light: rgb(0xf2f0ee),
    },
    cover: Cover::None,
    beard: Beard::None,
    glasses: None,
    earring: Some(rgb(0xf6f0e6)),
    build: Build {
        shoulders: 244.0,
        neck: 60.0,
        slope: 48.0,
        head: 0.97,
        hands: 0.96,
        waist: 0.92,
        stature: 30.0,
        stoop: 0.0,
    },
    dress: Dress {
        style: DressStyle::Suit,
        outer: rgb(0x454a55),
        inner: rgb(0xf4efe6),
        sleeve: rgb(0x454a55),
        cuff: rgb(0xf4efe6),
        accent: rgb(0x2f7f6d),
        bare_arms: false,
    },
    rest: Rest {
        brow: 0.15,
        mouth: -0.1,
        lids: 0.2,
        tilt: -0.1,
    },
    freckles: None,
    child: None,
    chair: None,
    age: 0.65,
};
