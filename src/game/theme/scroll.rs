//! An area that scrolls when its content is taller than the room: by wheel, by
//! bar, by Page Up and Page Down, and by itself to whatever gets the keyboard.

use bevy::input::ButtonState;
use bevy::input::keyboard::KeyboardInput;
use bevy::input_focus::{FocusCause, FocusGained, FocusedInput};
use bevy::prelude::*;
use bevy::ui::UiGlobalTransform;
use bevy::ui_widgets::{ControlOrientation, ScrollArea, Scrollbar, ScrollbarThumb};

use super::layout;
use super::modal::{Modal, topmost};
use super::tokens::{self, gap};

pub(super) fn plugin(app: &mut App) {
    app.add_observer(on_focus_gained)
        .add_observer(on_key)
        .add_systems(
            PostUpdate,
            (show_bars, stay_at_end).after(bevy::ui::UiSystems::Layout),
        );
}

/// The area shows its end whenever its content grows: a log.
#[derive(Component, Clone, Copy, Debug, Default)]
pub struct StayAtEnd {
    height: f32,
}

#[derive(Component)]
struct Bar(Entity);

/// Spawns a scrolling column that takes the room left in a column; `content`
/// fills it. Returns the area, to which [`StayAtEnd`] may be added.
pub fn scroll(
    parent: &mut ChildSpawnerCommands,
    content: impl FnOnce(&mut ChildSpawnerCommands),
) -> Entity {
    let room = Node {
        flex_grow: 1.0,
        flex_basis: px(0),
        ..default()
    };
    scroll_in(parent, room, content)
}

/// Spawns the same no taller than its content: for a dialog, which is as tall as it
/// must be.
pub fn snug(
    parent: &mut ChildSpawnerCommands,
    content: impl FnOnce(&mut ChildSpawnerCommands),
) -> Entity {
    scroll_in(parent, Node::default(), content)
}

fn scroll_in(
    parent: &mut ChildSpawnerCommands,
    room: Node,
    content: impl FnOnce(&mut ChildSpawnerCommands),
) -> Entity {
    let mut area = Entity::PLACEHOLDER;
    let room = Node {
        min_height: px(0),
        min_width: px(0),
        column_gap: px(gap::TIGHT),
        ..room
    };
    parent.spawn(layout::container(room)).with_children(|room| {
        let column = Node {
            flex_direction: FlexDirection::Column,
            flex_grow: 1.0,
            flex_basis: px(0),
            min_width: px(0),
            row_gap: px(gap::SMALL),
            // Room for the ring around what has the keyboard, and for shadows.
            padding: UiRect::all(px(8)),
            overflow: Overflow::scroll_y(),
            ..default()
        };
        let mut scrolled = room.spawn((layout::container(column), ScrollArea));
        scrolled.with_children(content);
        area = scrolled.id();
        room.spawn((
            Bar(area),
            Scrollbar::new(area, ControlOrientation::Vertical, 32.0),
            Visibility::Hidden,
            Node {
                width: px(10),
                flex_shrink: 0.0,
                border_radius: BorderRadius::MAX,
                ..default()
            },
            BackgroundColor(tokens::GROUND_DEEP),
            children![(
                ScrollbarThumb {
                    border_radius: BorderRadius::MAX,
                    ..default()
                },
                BackgroundColor(tokens::OUTLINE),
            )],
        ));
    });
    area
}

/// Shows a bar only where there is something to scroll.
fn show_bars(areas: Query<&ComputedNode>, mut bars: Query<(&Bar, &mut Visibility)>) {
    for (bar, mut visible) in &mut bars {
        let needed = areas
            .get(bar.0)
            .is_ok_and(|node| node.content_size().y > node.size().y + 1.0);
        visible.set_if_neq(if needed {
            Visibility::Inherited
        } else {
            Visibility::Hidden
        });
    }
}

fn stay_at_end(mut areas: Query<(&ComputedNode, &mut ScrollPosition, &mut StayAtEnd)>) {
    for (node, mut position, mut end) in &mut areas {
        let height = node.content_size().y;
        if height != end.height {
            end.height = height;
            position.y = (height - node.size().y).max(0.0) * node.inverse_scale_factor();
        }
    }
}

/// How far from the edge of the area the keyboard's control comes to stand, so
/// that its ring shows, logical pixels.
const RING_ROOM: f32 = 14.0;

/// Scrolls to whatever gets the keyboard, ring included.
fn on_focus_gained(
    focus: On<FocusGained>,
    nodes: Query<(&ComputedNode, &UiGlobalTransform)>,
    parents: Query<&ChildOf>,
    mut areas: Query<&mut ScrollPosition, With<ScrollArea>>,
) {
    if focus.entity != focus.original_event_target() || focus.cause == FocusCause::Pressed {
        return;
    }
    let area = parents
        .iter_ancestors(focus.entity)
        .find(|above| areas.contains(*above));
    let Some(area) = area else {
        return;
    };
    let (Ok((node, at)), Ok((room, room_at)), Ok(mut position)) = (
        nodes.get(focus.entity),
        nodes.get(area),
        areas.get_mut(area),
    ) else {
        return;
    };
    let scale = room.inverse_scale_factor();
    let from_middle = (at.translation.y - room_at.translation.y) * scale;
    let reach = node.size().y * scale / 2.0 + RING_ROOM;
    let half = room.size().y * scale / 2.0;
    let above = from_middle - reach + half;
    let below = from_middle + reach - half;
    let most = ((room.content_size().y - room.size().y) * scale).max(0.0);
    if above < 0.0 {
        position.y = (position.y + above).clamp(0.0, most);
    } else if below > 0.0 {
        position.y = (position.y + below.min(above)).clamp(0.0, most);
    }
}

/// Page keys that no control kept scroll the area they are in, or else the
/// largest one of what is on top.
fn on_key(
    key: On<FocusedInput<KeyboardInput>>,
    windows: Query<(), With<Window>>,
    mut areas: Query<(Entity, &ComputedNode, &mut ScrollPosition), With<ScrollArea>>,
    modals: Query<(Entity, &Modal)>,
    parents: Query<&ChildOf>,
) {
    if !windows.contains(key.focused_entity) || key.input.state != ButtonState::Pressed {
        return;
    }
    let pages = match key.input.key_code {
        KeyCode::PageDown => 0.85,
        KeyCode::PageUp => -0.85,
        KeyCode::End => f32::MAX,
        KeyCode::Home => f32::MIN,
        _ => return,
    };
    let top = topmost(&modals);
    let within = |entity: Entity| {
        top.is_none_or(|top| parents.iter_ancestors(entity).any(|above| above == top))
    };
    let tallest = areas
        .iter()
        .filter(|(entity, ..)| within(*entity))
        .map(|(entity, node, _)| (entity, node.content_size().y - node.size().y))
        .filter(|(_, hidden)| *hidden > 0.0)
        .max_by(|a, b| a.1.total_cmp(&b.1));
    if let Some((entity, hidden)) = tallest
        && let Ok((_, node, mut position)) = areas.get_mut(entity)
    {
        let scale = node.inverse_scale_factor();
        let step = pages * node.size().y * scale;
        position.y = (position.y + step).clamp(0.0, hidden * scale);
    }
}
