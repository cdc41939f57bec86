//! Where things are: the head as a shallow solid that can turn, and the torso that
//! carries it. Turns local measures into places on the picture; draws nothing.

use crate::portrait::{
    action::ActionUnits,
    look::Look,
    shape::{Point, pt},
};

/// The head: local origin between the eyes, x to the picture's right, y down, one unit
/// about a two-hundredth of the head's half height.
pub(super) struct Head {
    origin: Point,
    scale: f32,
    yaw: (f32, f32),
    pitch: (f32, f32),
    roll: (f32, f32),
    wide: f32,
    long: f32,
}

impl Head {
    pub(super) fn new(look: &Look, au: &ActionUnits, body: &Body) -> Head {
        Head {
            origin: body.at(
                500.0 + au.torso_turn * 26.0 + au.yaw * 14.0,
                362.0 + au.pitch * 16.0 + look.build.stoop,
            ),
            scale: body.scale * look.build.head * 0.95,
            yaw: (au.yaw * 0.54).sin_cos(),
            pitch: (au.pitch * 0.42).sin_cos(),
            roll: (au.roll * 0.2).sin_cos(),
            wide: look.face.width,
            long: look.face.length,
        }
    }

    /// A point of the solid head; `z` towards the viewer.
    pub(super) fn at(&self, x: f32, y: f32, z: f32) -> Point {
        let (x, y) = (x * self.wide, y * self.long);
        let (turned_x, turned_z) = (
            x * self.yaw.1 + z * self.yaw.0,
            z * self.yaw.1 - x * self.yaw.0,
        );
        let nodded_y = y * self.pitch.1 + turned_z * self.pitch.0;
        // The head tilts about the top of the neck, not about the nose.
        let from_neck = nodded_y - 190.0;
        let rolled = pt(
            turned_x * self.roll.1 - from_neck * self.roll.0,
            turned_x * self.roll.0 + from_neck * self.roll.1 + 190.0,
        );
        self.origin + rolled * self.scale
    }

    /// A point on the front of the face.
    pub(super) fn on(&self, x: f32, y: f32) -> Point {
        self.out(x, y, 0.0)
    }

    /// A point `out` units before the front of the face.
    pub(super) fn out(&self, x: f32, y: f32, out: f32) -> Point {
        let round = 1.0 - (x / 150.0).powi(2) - (y / 290.0).powi(2);
        self.at(x, y, 118.0 * round.max(0.02).sqrt() + out)
    }

    /// A point of the outline as seen from the front.
    pub(super) fn rim(&self, x: f32, y: f32) -> Point {
        self.at(x, y, 12.0)
    }

    /// A point behind the outline: back hair, the nape.
    pub(super) fn behind(&self, x: f32, y: f32) -> Point {
        self.at(x, y, -60.0)
    }

    /// A local length on the picture.
    pub(super) fn size(&self, length: f32) -> f32 {
        length * self.scale
    }

    /// The tilt of the head in radians, for parts that are turned as a whole.
    pub(super) fn tilt(&self) -> f32 {
        self.roll.0.atan2(self.roll.1)
    }
}

/// The torso: lean brings it nearer, shoulders rise, breath lifts the chest.
pub(super) struct Body {
    scale: f32,
    turn: f32,
    rise: f32,
    chest: f32,
    stature: f32,
}

impl Body {
    pub(super) fn new(look: &Look, au: &ActionUnits) -> Body {
        Body {
            scale: 1.0 + 0.09 * au.lean,
            turn: au.torso_turn,
            rise: au.shoulders,
            chest: au.breath,
            stature: look.build.stature,
        }
    }

    /// A point of the body as it stands at ease, on the picture.
    pub(super) fn at(&self, x: f32, y: f32) -> Point {
        let foot = pt(500.0, 960.0);
        let nearer = foot + (pt(x, y) - foot) * self.scale;
        let drop = (self.scale - 1.0) * 330.0 * ((960.0 - y) / 620.0).max(0.0);
        // The hands stay on the counter; from the waist up a tall person is higher.
        let tall = self.stature * ((900.0 - y) / 260.0).clamp(0.0, 1.0);
        nearer + pt(0.0, drop - self.chest * 4.0 - tall)
    }

    /// A point of the trunk, which narrows as it turns; `high` is how much of the
    /// shoulders' rise this point takes, 0 to 1.
    pub(super) fn trunk(&self, x: f32, y: f32, high: f32) -> Point {
        let turned = 500.0 + (x - 500.0) * (1.0 - 0.14 * self.turn.abs()) + self.turn * 18.0;
        self.at(turned, y - (self.rise * 40.0 + self.chest * 3.0) * high)
    }

    /// How the turn shifts what lies on the front of the chest.
    pub(super) fn front(&self, x: f32, y: f32, high: f32) -> Point {
        let off = ((x - 500.0) / 260.0).clamp(-1.0, 1.0);
        self.trunk(x + self.turn * 46.0 * (1.0 - off * off), y, high)
    }

    /// A local length on the picture.
    pub(super) fn size(&self, length: f32) -> f32 {
        length * self.scale
    }
}
