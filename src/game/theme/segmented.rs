//! A segmented control: a few words side by side, one of them chosen. Tab reaches
//! the group, arrows move in it, and each part may have a key of its own. And a
//! scale: the same, with numbered steps that have keys, none chosen at first.

use bevy::input_focus::tab_navigation::TabIndex;
use bevy::prelude::*;
use bevy::ui::Checked;
use bevy::ui_widgets::{RadioButton, RadioGroup, ValueChange};

use super::look::Look;
use super::shortcut::{NoSign, Shortcut, digit, sign};
use super::text::{self, Themed, Weight};
use super::tokens::{self, size};

pub(super) fn plugin(app: &mut App) {
    app.add_observer(on_value_change)
        .add_systems(PostUpdate, show_chosen.before(bevy::ui::UiSystems::Content));
}

/// Which part of a segmented control is chosen, from 0. Write it to change the
/// control from outside; that triggers nothing.
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chosen(pub usize);

/// The number of a part within its control.
#[derive(Component, Clone, Copy, Debug)]
pub(super) struct Part(pub(super) usize);

/// The user chose another part. `Chosen` is already set.
#[derive(EntityEvent, Clone, Copy, Debug)]
pub struct Choose {
    /// The segmented control.
    pub entity: Entity,
    /// The part chosen, from 0.
    pub part: usize,
}

/// One part of a segmented control.
#[derive(Clone, Debug)]
pub struct Segment {
    /// The word on it, which is also its accessible label.
    pub label: String,
    /// The key that chooses it from anywhere on the screen.
    pub key: Option<KeyCode>,
}

impl Segment {
    /// A part without a key.
    pub fn new(label: &str) -> Self {
        Segment {
            label: label.to_owned(),
            key: None,
        }
    }

    /// A part with a key.
    pub fn keyed(label: &str, key: KeyCode) -> Self {
        Segment {
            label: label.to_owned(),
            key: Some(key),
        }
    }
}

/// What every group of which one part is chosen has.
pub(super) fn radio_group(label: &str, chosen: usize) -> impl Bundle + use<> {
    (
        RadioGroup,
        TabIndex(0),
        AccessibleLabel::new(label),
        Chosen(chosen),
    )
}

/// Spawns a segmented control; observe [`Choose`] on the entity it returns.
pub fn segmented<'a>(
    parent: &'a mut ChildSpawnerCommands,
    label: &str,
    segments: &[Segment],
    chosen: usize,
) -> EntityCommands<'a> {
    let mut group = parent.spawn((
        radio_group(label, chosen),
        Node {
            flex_wrap: FlexWrap::Wrap,
            align_self: AlignSelf::Start,
            column_gap: px(4),
            row_gap: px(4),
            padding: UiRect::all(px(4)),
            border_radius: BorderRadius::all(px(tokens::RADIUS + 4.0)),
            ..default()
        },
        BackgroundColor(tokens::GROUND_DEEP),
    ));
    group.with_children(|group| {
        for (n, segment) in segments.iter().enumerate() {
            let word = text::plain(&*segment.label, size::BODY, Weight::Regular, tokens::INK);
            let mut part = group.spawn((part(&segment.label, part_node()), Part(n)));
            part.with_child((word, Themed));
            if n == chosen {
                part.insert(Checked);
            }
            if let Some(key) = segment.key {
                part.insert(Shortcut(key));
            }
        }
    });
    group
}

/// Spawns a scale of at most nine steps side by side, each with its number for a
/// key and, unless `bare`, its word; `chosen` counts from 0. Observe [`Choose`] on
/// the entity it returns.
pub fn scale<'a>(
    parent: &'a mut ChildSpawnerCommands,
    label: &str,
    words: &[&str],
    chosen: Option<usize>,
    bare: bool,
) -> EntityCommands<'a> {
    let mut group = parent.spawn((
        RadioGroup,
        TabIndex(0),
        AccessibleLabel::new(label),
        // Beyond the last step none is chosen.
        Chosen(chosen.unwrap_or(words.len())),
        Node {
            column_gap: px(4),
            padding: UiRect::all(px(4)),
            border_radius: BorderRadius::all(px(tokens::RADIUS + 4.0)),
            flex_shrink: 0.0,
            ..default()
        },
        BackgroundColor(tokens::GROUND_DEEP),
    ));
    group.with_children(|group| {
        for (n, word) in words.iter().enumerate() {
            let node = Node {
                flex_direction: FlexDirection::Column,
                flex_grow: 1.0,
                flex_basis: px(0),
                min_width: px(0),
                padding: UiRect::axes(px(2), px(8)),
                row_gap: px(6),
                justify_content: JustifyContent::Start,
                ..part_node()
            };
            let label = format!("{}: {word}", n + 1);
            let mut step = group.spawn((part(&label, node), Part(n)));
            if Some(n) == chosen {
                step.insert(Checked);
            }
            let key = digit(n);
            if let Some(key) = key {
                step.insert((Shortcut(key), NoSign));
            }
            step.with_children(|step| {
                if let Some(key) = key {
                    step.spawn(sign(key));
                }
                if !bare {
                    step.spawn((
                        text::plain(*word, size::CAPTION, Weight::Regular, tokens::INK),
                        TextLayout::justify(Justify::Center),
                        Themed,
                    ));
                }
            });
        }
    });
    group
}

/// A part, still without anything on it.
fn part(label: &str, node: Node) -> impl Bundle + use<> {
    (
        RadioButton,
        Look::Segment,
        AccessibleLabel::new(label),
        BackgroundColor::default(),
        BorderColor::default(),
        node,
    )
}

fn part_node() -> Node {
    Node {
        min_height: px(tokens::TARGET),
        min_width: px(tokens::TARGET),
        padding: UiRect::axes(px(14), px(6)),
        column_gap: px(8),
        border: UiRect::all(px(2)),
        border_radius: BorderRadius::all(px(tokens::RADIUS)),
        align_items: AlignItems::Center,
        justify_content: JustifyContent::Center,
        ..default()
    }
}

fn on_value_change(
    change: On<ValueChange<Entity>>,
    mut groups: Query<&mut Chosen>,
    parts: Query<&Part>,
    mut commands: Commands,
) {
    let (Ok(mut chosen), Ok(part)) = (groups.get_mut(change.source), parts.get(change.value))
    else {
        return;
    };
    chosen.0 = part.0;
    commands.trigger(Choose {
        entity: change.source,
        part: part.0,
    });
}

fn show_chosen(
    groups: Query<(&Chosen, &Children), Changed<Chosen>>,
    parts: Query<(Entity, &Part, Has<Checked>)>,
    mut commands: Commands,
) {
    for (chosen, children) in &groups {
        for (entity, part, checked) in parts.iter_many(children) {
            match (part.0 == chosen.0, checked) {
                (true, false) => _ = commands.entity(entity).insert(Checked),
                (false, true) => _ = commands.entity(entity).remove::<Checked>(),
                _ => {}
            }
        }
    }
}
