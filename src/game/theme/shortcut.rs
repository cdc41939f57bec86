//! Keys that press a control from anywhere on its screen, and the small sign
//! that tells them. A control that has the keyboard keeps its own keys.

use bevy::ecs::lifecycle::Add;
use bevy::input::ButtonState;
use bevy::input::keyboard::{Key, KeyboardInput};
use bevy::input_focus::FocusedInput;
use bevy::prelude::*;
use bevy::ui::InteractionDisabled;

use super::modal::Modal;
use super::press::Press;
use super::text::{self, Themed, ThemedEdge, Weight};
use super::tokens::{self, size};

pub(super) fn plugin(app: &mut App) {
    app.add_observer(on_key).add_observer(on_shortcut_added);
}

/// The key that presses this control. Its sign is added to the control, unless
/// the control has the [`NoSign`] component.
#[derive(Component, Clone, Copy, Debug)]
pub struct Shortcut(pub KeyCode);

impl Shortcut {
    /// Letters go by what is printed on the key, everything else by its place.
    fn is_hit_by(self, input: &KeyboardInput) -> bool {
        let name = key_name(self.0);
        match &input.logical_key {
            Key::Character(typed) if name.len() == 1 => typed.eq_ignore_ascii_case(&name),
            _ => input.key_code == self.0,
        }
    }
}

/// The control's shortcut is not shown.
#[derive(Component, Clone, Copy, Debug, Default)]
pub struct NoSign;

/// The key of the `n`th choice, from 0; there are nine.
pub fn digit(n: usize) -> Option<KeyCode> {
    const DIGITS: [KeyCode; 9] = [
        KeyCode::Digit1,
        KeyCode::Digit2,
        KeyCode::Digit3,
        KeyCode::Digit4,
        KeyCode::Digit5,
        KeyCode::Digit6,
        KeyCode::Digit7,
        KeyCode::Digit8,
        KeyCode::Digit9,
    ];
    DIGITS.get(n).copied()
}

/// What stands on a key.
pub fn key_name(key: KeyCode) -> String {
    match key {
        KeyCode::Escape => "Esc".to_owned(),
        KeyCode::Enter => "Enter".to_owned(),
        KeyCode::Space => "Space".to_owned(),
        KeyCode::ArrowLeft => "←".to_owned(),
        KeyCode::ArrowRight => "→".to_owned(),
        key => {
            let name = format!("{key:?}");
            let bare = name.strip_prefix("Key").or(name.strip_prefix("Digit"));
            bare.unwrap_or(&name).to_owned()
        }
    }
}

/// The sign of a key: a small outlined box.
pub fn sign(key: KeyCode) -> impl Bundle {
    (
        Node {
            min_width: px(26),
            padding: UiRect::axes(px(7), px(1)),
            border: UiRect::all(px(1.5)),
            border_radius: BorderRadius::all(px(6)),
            justify_content: JustifyContent::Center,
            flex_shrink: 0.0,
            ..default()
        },
        BorderColor::all(tokens::OUTLINE),
        ThemedEdge,
        children![(
            text::plain(key_name(key), size::CAPTION, Weight::Regular, tokens::INK),
            Themed
        )],
    )
}

fn on_shortcut_added(
    add: On<Add, Shortcut>,
    shortcuts: Query<(&Shortcut, Has<NoSign>)>,
    mut commands: Commands,
) {
    if let Ok((shortcut, false)) = shortcuts.get(add.entity) {
        let sign = commands.spawn(sign(shortcut.0)).id();
        commands.entity(add.entity).insert_children(0, &[sign]);
    }
}

/// The last stop of a key that no control kept is the window.
fn on_key(
    key: On<FocusedInput<KeyboardInput>>,
    windows: Query<(), With<Window>>,
    shortcuts: Query<(Entity, &Shortcut, Has<InteractionDisabled>)>,
    modals: Query<(Entity, &Modal)>,
    parents: Query<&ChildOf>,
    held: Res<ButtonInput<KeyCode>>,
    mut commands: Commands,
) {
    let input = &key.input;
    let modified = [
        KeyCode::ControlLeft,
        KeyCode::ControlRight,
        KeyCode::AltLeft,
        KeyCode::AltRight,
        KeyCode::SuperLeft,
    ];
    if !windows.contains(key.focused_entity)
        || input.state != ButtonState::Pressed
        || input.repeat
        || held.any_pressed(modified)
    {
        return;
    }
    let top = super::modal::topmost(&modals);
    let reachable = |entity: Entity| {
        top.is_none_or(|top| parents.iter_ancestors(entity).any(|above| above == top))
    };
    let hit = shortcuts.iter().find(|(entity, shortcut, disabled)| {
        shortcut.is_hit_by(input) && !disabled && reachable(*entity)
    });
    if let Some((entity, ..)) = hit {
        commands.trigger(Press { entity });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_named_as_printed() {
        assert_eq!(key_name(KeyCode::KeyN), "N");
        assert_eq!(key_name(KeyCode::Digit3), "3");
        assert_eq!(key_name(KeyCode::Escape), "Esc");
        assert_eq!(key_name(KeyCode::F1), "F1");
        assert_eq!(digit(8), Some(KeyCode::Digit9));
        assert_eq!(digit(9), None);
    }
}
