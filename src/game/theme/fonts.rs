//! The typefaces, out of crates and so out of the binary: Noto Sans for words,
//! DejaVu Sans for signs that Noto lacks. Draws nothing.

use bevy::asset::{AssetId, uuid_handle};
use bevy::prelude::*;
use bevy::text::FontSource;

const REGULAR: Handle<Font> = uuid_handle!("5a1b6f2e-34c7-4a05-9a35-1f0d1f6a7e01");
const BOLD: Handle<Font> = uuid_handle!("5a1b6f2e-34c7-4a05-9a35-1f0d1f6a7e02");
const SIGNS: Handle<Font> = uuid_handle!("5a1b6f2e-34c7-4a05-9a35-1f0d1f6a7e03");

pub(super) fn plugin(app: &mut App) {
    let mut fonts = app.world_mut().resource_mut::<Assets<Font>>();
    let faces: [(AssetId<Font>, &[u8]); 4] = [
        (REGULAR.id(), notosans::REGULAR_TTF),
        (BOLD.id(), notosans::BOLD_TTF),
        (SIGNS.id(), dejavu::sans::regular()),
        // Text that names no font at all must show too.
        (AssetId::default(), notosans::REGULAR_TTF),
    ];
    for (id, bytes) in faces {
        if let Err(error) = fonts.insert(id, Font::from_bytes(bytes.to_vec())) {
            error!("a typeface could not be kept: {error}");
        }
    }
}

/// The face for running text.
pub(super) fn regular() -> FontSource {
    FontSource::Handle(REGULAR)
}

/// The face for stress and headings.
pub(super) fn bold() -> FontSource {
    FontSource::Handle(BOLD)
}

/// The face for ticks, stars and arrows.
pub(super) fn signs() -> FontSource {
    FontSource::Handle(SIGNS)
}
