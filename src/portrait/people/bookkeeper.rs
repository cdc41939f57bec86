//! The bookkeeper: reading glasses, a plum blazer.

use crate::portrait::{
    look::{
        Beard, Brow, Build, Cover, Dress, DressStyle, Eyes, Face, Glasses, Hair, HairStyle, Lips,
        Look, Nose, Rest,
    },
    people::skin,
    shape::rgb,
};

pub(super) const LOOK: Look = Look {
    id: "bookkeeper",
    title: "A woman of about forty-five with short natural hair, reading glasses and a plum blazer",
    skin: skin::DEEP,
    face: Face {
        width: 0.97,
        length: 1.0,
        jaw: 0.8,
        chin: 0.4,
        cheek: 0.6,
    },
    eyes: Eyes {
        iris: rgb(0x2e1a14),
        size: 1.04,
        slant: 3.0,
        crease: 0.8,
        lashes: 0.8,
    },
    brow: Brow {
        colour: rgb(0x24161a),
        weight: 0.85,
        arch: 8.0,
    },
    nose: Nose {
        width: 1.18,
        length: 0.98,
        bridge: 0.45,
    },
    lips: Lips {
        upper: rgb(0x7c2f38),
        lower: rgb(0x99434a),
        full: 1.3,
        width: 1.04,
    },
    hair: Hair {
        style: HairStyle::Natural,
        colour: rgb(0x261a1d),
        light: rgb(0x43302f),
    },
    cover: Cover::None,
    beard: Beard::None,
    glasses: Some(Glasses {
        rim: rgb(0xd7a24a),
        height: 35.0,
        weight: 4.5,
        low: 3.0,
        round: 0.2,
    }),
    earring: Some(rgb(0xe3b04b)),
    build: Build {
        shoulders: 246.0,
        neck: 66.0,
        slope: 60.0,
        head: 1.0,
        hands: 0.94,
        waist: 1.0,
        stature: 0.0,
        stoop: 0.0,
    },
    dress: Dress {
        style: DressStyle::Blazer,
        outer: rgb(0x6b3557),
        inner: rgb(0xf1e3cf),
        sleeve: rgb(0x6b3557),
        cuff: rgb(0xf1e3cf),
        accent: rgb(0xe3b04b),
        bare_arms: false,
    },
    rest: Rest {
        brow: 0.25,
        mouth: 0.1,
        lids: 0.2,
        tilt: 0.15,
    },
    freckles: None,
    child: None,
    chair: None,
    age: 0.35,
};
