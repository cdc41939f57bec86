//! Options one under the other, each a title and a sentence, one of them chosen: for a
//! choice that has to be read. Otherwise as a segmented control.

use bevy::prelude::*;
use bevy::ui::Checked;
use bevy::ui_widgets::{RadioButton, ScrollIntoView};

use super::look::Look;
use super::segmented::{Chosen, Part, radio_group};
use super::text::{self, Weight};
use super::tokens::{self, gap, size};

pub(super) fn plugin(app: &mut App) {
    app.add_systems(PostUpdate, show_signs.before(bevy::ui::UiSystems::Content));
}

/// The sign that says whether an option is chosen.
#[derive(Component)]
struct Sign;

const CHOSEN: &str = "●";
const OPEN: &str = "○";

/// Spawns a list of options, each with its title and a sentence; observe
/// [`Choose`](super::segmented::Choose) on the entity it returns.
pub fn options<'a>(
    parent: &'a mut ChildSpawnerCommands,
    label: &str,
    options: &[(&str, &str)],
    chosen: usize,
) -> EntityCommands<'a> {
    let mut group = parent.spawn((
        radio_group(label, chosen),
        Node {
            flex_direction: FlexDirection::Column,
            row_gap: px(gap::TIGHT),
            min_width: px(0),
            ..default()
        },
    ));
    group.with_children(|group| {
        for (n, (title, sentence)) in options.iter().enumerate() {
            let mut option = group.spawn((option(&format!("{title}: {sentence}")), Part(n)));
            if n == chosen {
                option.insert(Checked);
            }
            option.with_children(|option| {
                let sign = if n == chosen { CHOSEN } else { OPEN };
                option.spawn((
                    Sign,
                    text::plain(sign, size::BODY, Weight::Signs, tokens::ACCENT),
                    Node {
                        flex_shrink: 0.0,
                        ..default()
                    },
                ));
                option
                    .spawn(Node {
                        flex_direction: FlexDirection::Column,
                        flex_grow: 1.0,
                        flex_basis: px(0),
                        min_width: px(0),
                        ..default()
                    })
                    .with_children(|words| {
                        words.spawn(text::strong(*title));
                        words.spawn(text::caption(*sentence));
                    });
            });
        }
    });
    group
}

fn option(label: &str) -> impl Bundle + use<> {
    (
        RadioButton,
        Look::Card,
        AccessibleLabel::new(label),
        BackgroundColor::default(),
        BorderColor::default(),
        Node {
            min_height: px(tokens::TARGET),
            min_width: px(0),
            column_gap: px(gap::SMALL),
            padding: UiRect::axes(px(14), px(8)),
            border: UiRect::all(px(2)),
            border_radius: BorderRadius::all(px(tokens::RADIUS)),
            ..default()
        },
    )
}

/// Shows what is chosen, and scrolls there: a list may be longer than what is in sight.
fn show_signs(
    groups: Query<(Ref<Chosen>, &Children), Changed<Chosen>>,
    options: Query<(Entity, &Part, &Children)>,
    mut signs: Query<&mut Text, With<Sign>>,
    mut commands: Commands,
) {
    for (chosen, children) in &groups {
        for (entity, part, inner) in options.iter_many(children) {
            let own = signs.iter_many(inner).next().is_some();
            if own && part.0 == chosen.0 && !chosen.is_added() {
                commands.trigger(ScrollIntoView { entity });
            }
            let sign = if part.0 == chosen.0 { CHOSEN } else { OPEN };
            let mut own = signs.iter_many_mut(inner);
            while let Some(mut text) = own.fetch_next() {
                text.0 = sign.to_owned();
            }
        }
    }
}
