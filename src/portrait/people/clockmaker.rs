//! The clockmaker: eighty, tufts of white hair, a bow tie under a grey work coat.

use crate::portrait::{
    look::{
        Beard, Brow, Build, Cover, Dress, DressStyle, Eyes, Face, Glasses, Hair, HairStyle, Lips,
        Look, Nose, Rest,
    },
    people::skin,
    shape::rgb,
};

pub(super) const LOOK: Look = Look {
    id: "clockmaker",
    title: "A slight man of about eighty with tufts of white hair, half-moon glasses, a bow tie and a grey work coat",
    skin: skin::RUDDY,
    face: Face {
        width: 0.95,
        length: 1.03,
        jaw: 0.78,
        chin: 0.42,
        cheek: 0.1,
    },
    eyes: Eyes {
        iris: rgb(0x6d8796),
        size: 0.88,
        slant: -5.0,
        crease: 0.9,
        lashes: 0.0,
    },
    brow: Brow {
        colour: rgb(0xefe9df),
        weight: 1.35,
        arch: 6.0,
    },
    nose: Nose {
        width: 1.12,
        length: 1.14,
        bridge: 0.9,
    },
    lips: Lips {
        upper: rgb(0xb46f63),
        lower: rgb(0xc58476),
        full: 0.62,
        width: 0.92,
    },
    hair: Hair {
        style: HairStyle::Tufts,
        colour: rgb(0xe6e1d8),
        light: rgb(0xffffff),
    },
    cover: Cover::None,
    beard: Beard::None,
    glasses: Some(Glasses {
        rim: rgb(0x8a6a3f),
        height: 25.0,
        weight: 4.0,
        low: 17.0,
        round: 0.35,
    }),
    earring: None,
    build: Build {
        shoulders: 220.0,
        neck: 60.0,
        slope: 86.0,
        head: 0.97,
        hands: 0.96,
        waist: 0.94,
        stature: -34.0,
        stoop: 34.0,
    },
    dress: Dress {
        style: DressStyle::WorkCoat,
        outer: rgb(0x7d8790),
        inner: rgb(0xf4eee2),
        sleeve: rgb(0x7d8790),
        cuff: rgb(0x6b757d),
        accent: rgb(0xb5453a),
        bare_arms: false,
    },
    rest: Rest {
        brow: 0.3,
        mouth: 0.1,
        lids: 0.3,
        tilt: -0.2,
    },
    freckles: None,
    child: None,
    chair: None,
    age: 1.0,
};
