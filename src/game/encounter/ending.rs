//! How it ended: the closing scene on a quiet card, and the way to the debrief.

use bevy::input_focus::AutoFocus;
use bevy::prelude::*;

use crate::game::run::Run;
use crate::game::screen::{Screen, go};
use crate::game::theme::tokens::gap;
use crate::game::theme::{button, layout, scroll, text};

/// Spawns the card.
pub(super) fn spawn(place: &mut ChildSpawnerCommands, run: &Run) {
    let scene = run.shown().last_scene();
    place
        .spawn(layout::sheet(Node {
            flex_direction: FlexDirection::Column,
            row_gap: px(gap::SMALL),
            padding: UiRect::axes(px(20), px(24)),
            min_height: px(0),
            ..default()
        }))
        .with_children(|card| {
            card.spawn((text::caption("How it ended"), beside()));
            let area = scroll::scroll(card, |words| {
                let mut scene = words.spawn(text::lead(scene.unwrap_or_default()));
                scene.entry::<Node>().and_modify(super::caption::whole);
            });
            super::caption::fit(card, area, UiRect::ZERO);
            if let Some(kept) = kept(run) {
                card.spawn((text::caption(kept), beside()));
            }
            card.spawn(layout::container(beside()))
                .with_children(|row| {
                    let (back, to) = match (run.what_if, run.belongs.back()) {
                        (Some(_), _) => ("Back to the debrief", Screen::Debrief),
                        (None, Some(back)) if run.belongs.in_class() => back,
                        (None, _) => ("See the debrief", Screen::Debrief),
                    };
                    row.spawn((button::primary(back), AutoFocus))
                        .observe(go(to));
                });
        });
}

/// Where a class has it.
fn kept(run: &Run) -> Option<String> {
    #[cfg(feature = "classroom")]
    if let Some(elsewhere) = run.line() {
        let code = elsewhere.receipt();
        return code.map(|code| format!("Handed in, receipt {code}."));
    }
    let kept = "Kept on this computer; the class's page says when it is handed in.";
    run.belongs.in_class().then(|| kept.to_owned())
}

/// Spawns the card that says why a talk in a class does not go on.
#[cfg(feature = "classroom")]
pub(super) fn broken_off(place: &mut ChildSpawnerCommands, why: &str) {
    place
        .spawn(layout::sheet(Node {
            flex_direction: FlexDirection::Column,
            row_gap: px(gap::SMALL),
            padding: UiRect::axes(px(20), px(24)),
            ..default()
        }))
        .with_children(|card| {
            card.spawn((text::lead(why), beside()));
            card.spawn(layout::container(beside()))
                .with_children(|row| {
                    row.spawn((button::primary("Back to the class"), AutoFocus))
                        .observe(go(Screen::Class));
                });
        });
}

/// In line with the words, which stand a little in from the edge of their area.
fn beside() -> Node {
    Node {
        margin: UiRect::left(px(8)),
        ..default()
    }
}
