//! The grandmother: pinned white hair, a sage cardigan.

use crate::portrait::{
    look::{
        Beard, Brow, Build, Cover, Dress, DressStyle, Eyes, Face, Glasses, Hair, HairStyle, Lips,
        Look, Nose, Rest,
    },
    people::skin,
    shape::rgb,
};

pub(super) const LOOK: Look = Look {
    id: "grandmother",
    title: "A woman of about seventy-five with pinned white hair, round glasses and a sage cardigan",
    skin: skin::PALE,
    face: Face {
        width: 1.0,
        length: 0.95,
        jaw: 0.86,
        chin: 0.46,
        cheek: 0.7,
    },
    eyes: Eyes {
        iris: rgb(0x6a7f5c),
        size: 0.9,
        slant: -4.0,
        crease: 0.9,
        lashes: 0.2,
    },
    brow: Brow {
        colour: rgb(0x9d8c7e),
        weight: 0.7,
        arch: 5.0,
    },
    nose: Nose {
        width: 1.02,
        length: 1.0,
        bridge: 0.7,
    },
    lips: Lips {
        upper: rgb(0xc0685f),
        lower: rgb(0xcf8073),
        full: 0.72,
        width: 0.9,
    },
    hair: Hair {
        style: HairStyle::Waves,
        colour: rgb(0xe9e4dc),
        light: rgb(0xffffff),
    },
    cover: Cover::None,
    beard: Beard::None,
    glasses: Some(Glasses {
        rim: rgb(0x6c5a74),
        height: 43.0,
        weight: 5.5,
        low: 5.0,
        round: 1.0,
    }),
    earring: Some(rgb(0xf6f0e6)),
    build: Build {
        shoulders: 222.0,
        neck: 62.0,
        slope: 80.0,
        head: 0.98,
        hands: 0.9,
        waist: 1.04,
        stature: -62.0,
        stoop: 14.0,
    },
    dress: Dress {
        style: DressStyle::Cardigan,
        outer: rgb(0x8ba183),
        inner: rgb(0xf6ead9),
        sleeve: rgb(0x8ba183),
        cuff: rgb(0x758c6e),
        accent: rgb(0xc65b5b),
        bare_arms: false,
    },
    rest: Rest {
        brow: 0.2,
        mouth: 0.15,
        lids: 0.3,
        tilt: 0.25,
    },
    freckles: None,
    child: None,
    chair: None,
    age: 1.0,
};
