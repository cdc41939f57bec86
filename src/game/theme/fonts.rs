//! The typefaces, out of crates and so out of the binary: Noto Sans for words,
//! DejaVu Sans for signs that Noto lacks. Draws nothing.

use bevy::asset::{AssetId, uuid_handle};
use bevy::prelude::*;
use bevy::text::{FontCx, FontSource};
use fontique::Script;

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
    fall_back(&mut app.world_mut().resource_mut::<FontCx>());
}

/// Signs and scripts that Noto Sans lacks are taken from DejaVu Sans. Bevy keeps
/// this as long as no typeface is dropped, which never happens here.
fn fall_back(fonts: &mut FontCx) {
    let signs = Font::from_bytes(dejavu::sans::regular().to_vec());
    let families: Vec<_> = fonts
        .collection
        .register_fonts(signs.data, None)
        .into_iter()
        .map(|(family, _)| family)
        .collect();
    for script in SCRIPTS {
        let script = Script::from_bytes(**script);
        fonts
            .collection
            .append_fallbacks(script, families.iter().copied());
    }
}

/// Signs, and the scripts that DejaVu Sans covers.
const SCRIPTS: &[&[u8; 4]] = &[
    b"Zyyy", b"Zinh", b"Latn", b"Grek", b"Cyrl", b"Hebr", b"Arab", b"Armn", b"Geor",
];

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
