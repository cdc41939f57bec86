//! The look of everything: palette, tokens, widgets. It knows no screen and no
//! scenario; widgets tell what happened to them by events and hold no game state.

mod access;
pub mod button;
pub mod entry;
mod focus;
mod fonts;
pub mod layout;
pub mod look;
pub mod modal;
pub mod monogram;
pub mod options;
mod palette;
pub mod press;
pub mod progress;
pub mod scroll;
pub mod segmented;
pub mod shortcut;
pub mod slider;
pub mod text;
pub mod toggle;
pub mod tokens;

use bevy::prelude::*;
use bevy::text::RemSize;

pub(super) fn plugin(app: &mut App) {
    app.insert_resource(ClearColor(tokens::GROUND))
        .insert_resource(RemSize(tokens::REM))
        .add_plugins((
            fonts::plugin,
            text::plugin,
            layout::plugin,
            look::plugin,
            press::plugin,
            shortcut::plugin,
            (segmented::plugin, options::plugin),
            toggle::plugin,
            slider::plugin,
            entry::plugin,
            scroll::plugin,
            modal::plugin,
            progress::plugin,
            focus::plugin,
            access::plugin,
        ));
}
