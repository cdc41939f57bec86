//! The baker: a big man in a white cap and a striped apron, sleeves rolled up.

use crate::portrait::{
    look::{
        Beard, Brow, Build, Cover, Dress, DressStyle, Eyes, Face, Hair, HairStyle, Lips, Look,
        Nose, Rest,
    },
    people::skin,
    shape::rgb,
};

pub(super) const LOOK: Look = Look {
    id: "baker",
    title: "A heavy man of about fifty with a baker's cap, a moustache and a striped apron",
    skin: skin::OLIVE,
    face: Face {
        width: 1.14,
        length: 0.99,
        jaw: 0.97,
        chin: 0.58,
        cheek: 1.15,
    },
    eyes: Eyes {
        iris: rgb(0x4a3324),
        size: 0.9,
        slant: -1.0,
        crease: 0.6,
        lashes: 0.1,
    },
    brow: Brow {
        colour: rgb(0x33261f),
        weight: 1.2,
        arch: 4.0,
    },
    nose: Nose {
        width: 1.22,
        length: 1.0,
        bridge: 0.75,
    },
    lips: Lips {
        upper: rgb(0xa9604f),
        lower: rgb(0xbf7865),
        full: 0.9,
        width: 1.0,
    },
    hair: Hair {
        style: HairStyle::Cropped,
        colour: rgb(0x382a24),
        light: rgb(0x5a463b),
    },
    cover: Cover::Cap {
        cloth: rgb(0xf4eee2),
        band: rgb(0xb5453a),
    },
    beard: Beard::Moustache(rgb(0x33261f)),
    glasses: None,
    earring: None,
    build: Build {
        shoulders: 304.0,
        neck: 98.0,
        slope: 84.0,
        head: 1.02,
        hands: 1.14,
        waist: 1.16,
        stature: 4.0,
        stoop: 4.0,
    },
    dress: Dress {
        style: DressStyle::Apron,
        outer: rgb(0x7f98a3),
        inner: rgb(0xf7f1e4),
        sleeve: rgb(0x7f98a3),
        cuff: rgb(0x6d8792),
        accent: rgb(0xb5453a),
        bare_arms: true,
    },
    rest: Rest {
        brow: 0.1,
        mouth: 0.15,
        lids: 0.25,
        tilt: 0.1,
    },
    freckles: None,
    child: None,
    chair: None,
    age: 0.45,
};
