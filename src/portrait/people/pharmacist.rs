//! The pharmacist: a rust-coloured headscarf, a white coat.

use crate::portrait::{
    look::{
        Beard, Brow, Build, Cover, Dress, DressStyle, Eyes, Face, Hair, HairStyle, Lips, Look,
        Nose, Rest,
    },
    people::skin,
    shape::rgb,
};

pub(super) const LOOK: Look = Look {
    id: "pharmacist",
    title: "A woman of about thirty-five in a rust-coloured headscarf and a white coat",
    skin: skin::OLIVE,
    face: Face {
        width: 0.95,
        length: 1.0,
        jaw: 0.82,
        chin: 0.42,
        cheek: 0.55,
    },
    eyes: Eyes {
        iris: rgb(0x3f2c1e),
        size: 1.06,
        slant: 3.0,
        crease: 0.8,
        lashes: 0.9,
    },
    brow: Brow {
        colour: rgb(0x33251f),
        weight: 1.05,
        arch: 7.0,
    },
    nose: Nose {
        width: 0.98,
        length: 1.04,
        bridge: 0.85,
    },
    lips: Lips {
        upper: rgb(0xa9544c),
        lower: rgb(0xc06c60),
        full: 1.1,
        width: 0.96,
    },
    hair: Hair {
        style: HairStyle::Hidden,
        colour: rgb(0x33251f),
        light: rgb(0x4c3a31),
    },
    cover: Cover::Hijab {
        cloth: rgb(0xb5583a),
        under: rgb(0x7d3929),
    },
    beard: Beard::None,
    glasses: None,
    earring: None,
    build: Build {
        shoulders: 235.0,
        neck: 62.0,
        slope: 62.0,
        head: 0.98,
        hands: 0.94,
        waist: 0.98,
        stature: -22.0,
        stoop: 0.0,
    },
    dress: Dress {
        style: DressStyle::Coat,
        outer: rgb(0xf3efe6),
        inner: rgb(0x4e6f86),
        sleeve: rgb(0xf3efe6),
        cuff: rgb(0xe1dacd),
        accent: rgb(0x3d8a7d),
        bare_arms: false,
    },
    rest: Rest {
        brow: 0.1,
        mouth: 0.05,
        lids: 0.15,
        tilt: 0.1,
    },
    freckles: None,
    child: None,
    chair: None,
    age: 0.15,
};
