//! The nurse: a big auburn bun, freckles, and scrubs with a badge.

use crate::portrait::{
    look::{
        Beard, Brow, Build, Cover, Dress, DressStyle, Eyes, Face, Hair, HairStyle, Lips, Look,
        Nose, Rest,
    },
    people::skin,
    shape::rgb,
};

pub(super) const LOOK: Look = Look {
    id: "nurse",
    title: "A broad-shouldered woman of about forty-five with an auburn bun, freckles and blue scrubs",
    skin: skin::PALE,
    face: Face {
        width: 1.09,
        length: 0.97,
        jaw: 0.88,
        chin: 0.5,
        cheek: 0.95,
    },
    eyes: Eyes {
        iris: rgb(0x5d7f86),
        size: 1.0,
        slant: 0.0,
        crease: 0.6,
        lashes: 0.5,
    },
    brow: Brow {
        colour: rgb(0x8a4b2e),
        weight: 0.9,
        arch: 6.0,
    },
    nose: Nose {
        width: 1.04,
        length: 0.92,
        bridge: 0.5,
    },
    lips: Lips {
        upper: rgb(0xb95f58),
        lower: rgb(0xcf7a70),
        full: 1.0,
        width: 1.0,
    },
    hair: Hair {
        style: HairStyle::Bun,
        colour: rgb(0x9a4a2b),
        light: rgb(0xc47244),
    },
    cover: Cover::None,
    beard: Beard::None,
    glasses: None,
    earring: Some(rgb(0xe7c27a)),
    build: Build {
        shoulders: 276.0,
        neck: 80.0,
        slope: 74.0,
        head: 1.0,
        hands: 1.0,
        waist: 1.14,
        stature: -16.0,
        stoop: 0.0,
    },
    dress: Dress {
        style: DressStyle::Scrubs,
        outer: rgb(0x4f86a0),
        inner: rgb(0xdfeaec),
        sleeve: rgb(0x4f86a0),
        cuff: rgb(0x437389),
        accent: rgb(0xe9b949),
        bare_arms: true,
    },
    rest: Rest {
        brow: 0.1,
        mouth: 0.25,
        lids: 0.15,
        tilt: 0.2,
    },
    freckles: Some(rgb(0xc07a52)),
    child: None,
    chair: None,
    age: 0.4,
};
