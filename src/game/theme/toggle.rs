//! A line of words with a switch at its end. It keeps its own state and tells
//! changes by `ValueChange<bool>`.

use bevy::input_focus::tab_navigation::TabIndex;
use bevy::prelude::*;
use bevy::ui::Checked;
use bevy::ui_widgets::{Checkbox, ValueChange};

use super::look::Look;
use super::text::{self, Themed, Weight};
use super::tokens::{self, gap, size};

pub(super) fn plugin(app: &mut App) {
    app.add_observer(on_value_change)
        .add_systems(PostUpdate, move_knobs.before(bevy::ui::UiSystems::Content));
}

#[derive(Component)]
struct Switch;

#[derive(Component)]
struct Knob;

/// Spawns a toggle; observe `ValueChange<bool>` on the entity it returns.
pub fn toggle<'a>(
    parent: &'a mut ChildSpawnerCommands,
    label: &str,
    on: bool,
) -> EntityCommands<'a> {
    let mut line = parent.spawn((
        Checkbox,
        Look::Line,
        TabIndex(0),
        AccessibleLabel::new(label),
        BackgroundColor::default(),
        BorderColor::default(),
        Node {
            min_height: px(tokens::TARGET),
            padding: UiRect::axes(px(8), px(6)),
            // The words stand in line with their neighbours.
            margin: UiRect::horizontal(px(-8)),
            column_gap: px(gap::WIDE),
            align_items: AlignItems::Center,
            justify_content: JustifyContent::SpaceBetween,
            border_radius: BorderRadius::all(px(tokens::RADIUS)),
            ..default()
        },
        children![
            (
                text::plain(label, size::BODY, Weight::Regular, tokens::INK),
                Themed,
                Node {
                    flex_shrink: 1.0,
                    ..default()
                },
            ),
            switch(),
        ],
    ));
    if on {
        line.insert(Checked);
    }
    line
}

fn switch() -> impl Bundle {
    (
        Switch,
        Node {
            width: px(54),
            height: px(30),
            flex_shrink: 0.0,
            padding: UiRect::all(px(3)),
            border: UiRect::all(px(2)),
            border_radius: BorderRadius::MAX,
            ..default()
        },
        BackgroundColor(tokens::SHEET),
        BorderColor::all(tokens::OUTLINE),
        children![(
            Knob,
            Node {
                width: px(20),
                height: px(20),
                border_radius: BorderRadius::MAX,
                ..default()
            },
            BackgroundColor(tokens::OUTLINE),
        )],
    )
}

fn on_value_change(
    change: On<ValueChange<bool>>,
    toggles: Query<(), With<Checkbox>>,
    mut commands: Commands,
) {
    if !toggles.contains(change.source) {
        return;
    }
    let mut toggle = commands.entity(change.source);
    if change.value {
        toggle.insert(Checked);
    } else {
        toggle.remove::<Checked>();
    }
}

fn move_knobs(
    lines: Query<(Has<Checked>, &Children), With<Checkbox>>,
    mut switches: Query<
        (&Children, &mut Node, &mut BackgroundColor, &mut BorderColor),
        With<Switch>,
    >,
    mut knobs: Query<&mut BackgroundColor, (With<Knob>, Without<Switch>)>,
) {
    for (on, children) in &lines {
        let (side, fill, edge, knob) = if on {
            (
                JustifyContent::End,
                tokens::ACCENT,
                Color::NONE,
                tokens::ON_ACCENT,
            )
        } else {
            (
                JustifyContent::Start,
                tokens::SHEET,
                tokens::OUTLINE,
                tokens::OUTLINE,
            )
        };
        let mut parts = switches.iter_many_mut(children);
        while let Some((inner, mut node, mut ground, mut rim)) = parts.fetch_next() {
            if node.justify_content != side {
                node.justify_content = side;
            }
            ground.set_if_neq(BackgroundColor(fill));
            rim.set_if_neq(BorderColor::all(edge));
            let mut inside = knobs.iter_many_mut(inner);
            while let Some(mut color) = inside.fetch_next() {
                color.set_if_neq(BackgroundColor(knob));
            }
        }
    }
}
