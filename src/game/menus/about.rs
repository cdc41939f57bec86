//! What the program is, what it stands on, and under which terms it is given.

use bevy::input_focus::AutoFocus;
use bevy::prelude::*;

use crate::game::screen::Overlay;
use crate::game::theme::{layout, modal, text};

use super::close_button;

pub(super) fn plugin(app: &mut App) {
    app.add_systems(OnEnter(Overlay::About), show);
}

fn show(mut commands: Commands) {
    let mut dialog = modal::modal(&mut commands, "About", modal::Width::Reading, |sheet| {
        sheet.spawn(text::body(
            "The customers are simulated, not scripted: every run is drawn from its seed and can be played again. One run is feedback, not certification.",
        ));
        sheet.spawn(text::body(
            "Free software under the MIT or the Apache 2.0 licence. Made with Bevy. Typefaces: Noto Sans and DejaVu Sans.",
        ));
        sheet.spawn(text::caption(concat!(
            "Version ",
            env!("CARGO_PKG_VERSION")
        )));
        sheet.spawn(layout::row(0.0)).with_children(|row| {
            close_button(row, "Back").insert(AutoFocus);
        });
    });
    dialog.insert(DespawnOnExit(Overlay::About));
}
