//! A line to write in, or a few of them, with a label above and for assistive
//! technology. What is written is in its `EditableText`.

use accesskit::{Node as AccessNode, Role};
use bevy::a11y::AccessibilityNode;
use bevy::input::ButtonState;
use bevy::input::keyboard::{Key, KeyboardInput};
use bevy::input_focus::FocusedInput;
use bevy::input_focus::tab_navigation::TabIndex;
use bevy::prelude::*;
use bevy::text::{EditableText, TextCursorStyle, TextEditChange};

use super::layout;
use super::text::{self, Weight};
use super::tokens::{self, gap, size};

pub(super) fn plugin(app: &mut App) {
    app.add_observer(on_change);
}

/// Whether a key that came to a line says that it is written.
pub fn is_enter(key: &FocusedInput<KeyboardInput>) -> bool {
    key.input.state == ButtonState::Pressed && key.input.logical_key == Key::Enter
}

/// Lines that are in sight of an area.
const LINES: f32 = 4.0;

/// Spawns the line in a column under its label; it takes `max` characters.
pub fn entry<'a>(
    parent: &'a mut ChildSpawnerCommands,
    label: &str,
    written: &str,
    max: usize,
) -> EntityCommands<'a> {
    under_label(parent, label, |column| {
        column
            .spawn(bundle(label, written, max, Role::TextInput))
            .insert(TextLayout::no_wrap())
            .id()
    })
}

/// Spawns the same over several lines, which wrap: for a sentence or two.
pub fn area<'a>(
    parent: &'a mut ChildSpawnerCommands,
    label: &str,
    written: &str,
    max: usize,
) -> EntityCommands<'a> {
    under_label(parent, label, |column| {
        let mut area = column.spawn(bundle(label, written, max, Role::MultilineTextInput));
        area.entry::<EditableText>()
            .and_modify(|mut text| text.visible_lines = Some(LINES));
        area.id()
    })
}

fn under_label<'a>(
    parent: &'a mut ChildSpawnerCommands,
    label: &str,
    line: impl FnOnce(&mut ChildSpawnerCommands) -> Entity,
) -> EntityCommands<'a> {
    let mut written = Entity::PLACEHOLDER;
    parent
        .spawn(layout::column(gap::TIGHT))
        .with_children(|column| {
            column.spawn(text::plain(label, size::BODY, Weight::Bold, tokens::INK));
            written = line(column);
        });
    let mut written = parent.commands_mut().entity(written);
    written.observe(let_escape_go);
    written
}

/// A line keeps Escape to itself, and nobody could leave by it where one is written in.
fn let_escape_go(mut key: On<FocusedInput<KeyboardInput>>) {
    if key.input.logical_key == Key::Escape {
        key.propagate(true);
    }
}

fn bundle(label: &str, written: &str, max: usize, role: Role) -> impl Bundle + use<> {
    let mut node = AccessNode::new(role);
    node.set_label(label);
    node.set_value(written);
    (
        EditableText {
            max_characters: Some(max),
            ..EditableText::new(written)
        },
        text::style(size::BODY, Weight::Regular, tokens::INK),
        TextCursorStyle {
            color: tokens::ACCENT,
            selection_color: tokens::ACCENT_MIST,
            ..default()
        },
        TabIndex(0),
        AccessibleLabel::new(label),
        AccessibilityNode::from(node),
        Node {
            width: percent(100),
            // As high as its lines; a least height would stand in their place.
            padding: UiRect::axes(px(14), px(9)),
            border: UiRect::all(px(2)),
            border_radius: BorderRadius::all(px(tokens::RADIUS)),
            ..default()
        },
        BackgroundColor(tokens::SHEET),
        BorderColor::all(tokens::OUTLINE),
    )
}

/// Tells assistive technology what stands there now.
fn on_change(
    change: On<TextEditChange>,
    mut lines: Query<(&EditableText, &mut AccessibilityNode)>,
) {
    if let Ok((line, mut node)) = lines.get_mut(change.event_target()) {
        node.set_value(line.value().to_string());
    }
}
