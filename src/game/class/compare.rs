//! A server that is met for the first time: are these the words on the wall?

use bevy::input_focus::AutoFocus;
use bevy::prelude::*;
use bevy::ui_widgets::Activate;

use super::join::{Asked, Form, trust};
use crate::classroom::client::address::Address;
use crate::classroom::pin::Pin;
use crate::game::screen::Screen;
use crate::game::theme::shortcut::Shortcut;
use crate::game::theme::tokens::{self, gap};
use crate::game::theme::{button, layout, scroll, text};

pub(super) fn plugin(app: &mut App) {
    app.add_systems(OnEnter(Screen::Compare), show);
}

/// The server, and what somebody wants of it once it is known.
#[derive(Resource, Clone, Debug)]
pub(super) struct Comparing {
    pub(super) address: Address,
    pub(super) pin: Pin,
    pub(super) words: String,
    pub(super) asked: Asked,
}

fn show(comparing: Option<Res<Comparing>>, mut commands: Commands) {
    let Some(comparing) = comparing else {
        return commands.set_state(Screen::Join);
    };
    let mut root = commands.spawn((
        layout::screen("Is it your class's server?"),
        DespawnOnExit(Screen::Compare),
    ));
    root.with_children(|root| {
        root.spawn(text::title("Is it your class's server?"));
        scroll::scroll(root, |content| {
            content
                .spawn((layout::panel(), layout::Measure(tokens::MEASURE)))
                .with_children(|panel| {
                    panel.spawn(text::body(format!(
                        "The server at {} says these four words:",
                        comparing.address
                    )));
                    panel.spawn(text::heading(comparing.words.clone()));
                    panel.spawn(text::body(
                        "Look at the wall. If it shows the same, your line is yours alone, and \
                         this computer will know the server again. If not, somebody else \
                         answers in its place; nothing was sent to them.",
                    ));
                });
        });
        root.spawn(layout::row(gap::SMALL)).with_children(|foot| {
            foot.spawn((button::primary("Yes, the same words"), AutoFocus))
                .observe(on_yes);
            foot.spawn((button::quiet("No, others"), Shortcut(KeyCode::Escape)))
                .observe(on_no);
        });
    });
}

fn on_yes(_: On<Activate>, mut commands: Commands) {
    commands.queue(|world: &mut World| {
        if let Some(comparing) = world.remove_resource::<Comparing>() {
            trust(world, comparing);
        }
    });
}

fn on_no(_: On<Activate>, mut form: ResMut<Form>, mut commands: Commands) {
    form.is_elsewhere(
        "Nothing was sent. Look at the address again; if it is right, tell your instructor that \
         somebody else answers there",
    );
    commands.remove_resource::<Comparing>();
    commands.set_state(Screen::Join);
}
