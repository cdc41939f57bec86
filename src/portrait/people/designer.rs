//! The designer: a blunt black bob, a roll-neck, a wheelchair.

use crate::portrait::{
    look::{
        Beard, Brow, Build, Cover, Dress, DressStyle, Eyes, Face, Hair, HairStyle, Lips, Look,
        Nose, Rest,
    },
    people::skin,
    shape::rgb,
};

pub(super) const LOOK: Look = Look {
    id: "designer",
    title: "A young woman with a blunt black bob, big earrings and a coral roll-neck, in a wheelchair",
    skin: skin::HONEY,
    face: Face {
        width: 0.95,
        length: 0.96,
        jaw: 0.78,
        chin: 0.38,
        cheek: 0.65,
    },
    eyes: Eyes {
        iris: rgb(0x2c211c),
        size: 0.98,
        slant: 6.0,
        crease: 0.2,
        lashes: 0.6,
    },
    brow: Brow {
        colour: rgb(0x231f24),
        weight: 0.75,
        arch: 3.0,
    },
    nose: Nose {
        width: 0.92,
        length: 0.9,
        bridge: 0.35,
    },
    lips: Lips {
        upper: rgb(0xb24a50),
        lower: rgb(0xc9646a),
        full: 1.05,
        width: 0.88,
    },
    hair: Hair {
        style: HairStyle::Bob,
        colour: rgb(0x26222c),
        light: rgb(0x4b4558),
    },
    cover: Cover::None,
    beard: Beard::None,
    glasses: None,
    earring: Some(rgb(0x2f7f78)),
    build: Build {
        shoulders: 222.0,
        neck: 58.0,
        slope: 66.0,
        head: 1.0,
        hands: 0.92,
        waist: 0.9,
        stature: -72.0,
        stoop: 0.0,
    },
    dress: Dress {
        style: DressStyle::RollNeck,
        outer: rgb(0xd96f5b),
        inner: rgb(0xd96f5b),
        sleeve: rgb(0xd96f5b),
        cuff: rgb(0xc25f4d),
        accent: rgb(0xf2e3c6),
        bare_arms: false,
    },
    rest: Rest {
        brow: 0.2,
        mouth: 0.0,
        lids: 0.1,
        tilt: 0.3,
    },
    freckles: None,
    child: None,
    chair: Some(rgb(0x39434f)),
    age: 0.05,
};
