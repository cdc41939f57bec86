//! The contractor: combed-back hair, a navy gilet.

use crate::portrait::{
    look::{
        Beard, Brow, Build, Cover, Dress, DressStyle, Eyes, Face, Hair, HairStyle, Lips, Look,
        Nose, Rest,
    },
    people::skin,
    shape::rgb,
};

pub(super) const LOOK: Look = Look {
    id: "contractor",
    title: "A man of about forty with combed-back dark hair, an open white shirt and a navy gilet",
    skin: skin::OLIVE,
    face: Face {
        width: 1.0,
        length: 1.05,
        jaw: 0.92,
        chin: 0.52,
        cheek: 0.3,
    },
    eyes: Eyes {
        iris: rgb(0x5b4226),
        size: 0.94,
        slant: 1.0,
        crease: 0.7,
        lashes: 0.1,
    },
    brow: Brow {
        colour: rgb(0x2b211f),
        weight: 1.15,
        arch: 5.0,
    },
    nose: Nose {
        width: 1.0,
        length: 1.1,
        bridge: 1.0,
    },
    lips: Lips {
        upper: rgb(0xa8614f),
        lower: rgb(0xbd7762),
        full: 0.85,
        width: 1.08,
    },
    hair: Hair {
        style: HairStyle::Swept,
        colour: rgb(0x2c2422),
        light: rgb(0x51433d),
    },
    cover: Cover::None,
    beard: Beard::Stubble(rgb(0x4a3a35)),
    glasses: None,
    earring: None,
    build: Build {
        shoulders: 270.0,
        neck: 80.0,
        slope: 56.0,
        head: 0.97,
        hands: 1.04,
        waist: 0.98,
        stature: 18.0,
        stoop: 0.0,
    },
    dress: Dress {
        style: DressStyle::Gilet,
        outer: rgb(0x2d405c),
        inner: rgb(0xf4efe4),
        sleeve: rgb(0xe9e3d6),
        cuff: rgb(0xf8f4ea),
        accent: rgb(0xc9ccd0),
        bare_arms: false,
    },
    rest: Rest {
        brow: 0.1,
        mouth: 0.35,
        lids: 0.15,
        tilt: -0.3,
    },
    freckles: None,
    child: None,
    chair: None,
    age: 0.3,
};
