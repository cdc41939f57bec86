//! The portrait in the window: shapes become triangles, triangles a picture in a
//! node, and a face that eases, speaks, blinks and comes to rest. It knows no
//! screen and no scenario.

mod countenance;
mod paper;
pub mod photo;
pub mod picture;

pub use countenance::Countenance;

use bevy::prelude::*;

pub(super) fn plugin(app: &mut App) {
    app.add_plugins(picture::plugin);
}
