//! Where the keyboard is: the ring, arrow keys between controls, and no focus on
//! what is gone. Tab itself is Bevy's.

use bevy::a11y::{AccessibilityNode, AccessibilitySystems};
use bevy::input::ButtonState;
use bevy::input::keyboard::KeyboardInput;
use bevy::input_focus::tab_navigation::{NavAction, TabIndex, TabNavigation, TabNavigationPlugin};
use bevy::input_focus::{
    FocusCause, FocusedInput, InputFocus, InputFocusSystems, InputFocusVisible,
};
use bevy::prelude::*;

use super::tokens;

pub(super) fn plugin(app: &mut App) {
    app.add_plugins(TabNavigationPlugin)
        .add_observer(on_arrow)
        .add_systems(
            PostUpdate,
            (
                drop_dead_focus
                    .before(InputFocusSystems::FocusChangeEvents)
                    .before(AccessibilitySystems::Update),
                draw_ring.before(bevy::ui::UiSystems::Content),
            ),
        );
}

/// The window itself and entities that are gone or silent must not keep the
/// focus: with it there, the accessibility tree would never be sent again.
fn drop_dead_focus(nodes: Query<(), With<AccessibilityNode>>, mut focus: ResMut<InputFocus>) {
    if focus.get().is_some_and(|entity| !nodes.contains(entity)) {
        focus.clear();
    }
}

fn draw_ring(
    focus: Res<InputFocus>,
    visible: Res<InputFocusVisible>,
    ringed: Query<Entity, (With<TabIndex>, With<Outline>)>,
    mut commands: Commands,
) {
    if !focus.is_changed() && !visible.is_changed() {
        return;
    }
    let focused = focus.get().filter(|_| visible.0);
    for entity in ringed.iter().filter(|entity| Some(*entity) != focused) {
        commands.entity(entity).remove::<Outline>();
    }
    if let Some(entity) = focused {
        commands.entity(entity).try_insert(Outline {
            color: tokens::FOCUS,
            width: px(3),
            offset: px(3),
        });
    }
}

/// Arrow keys that no control kept move between controls in tab order.
fn on_arrow(
    mut key: On<FocusedInput<KeyboardInput>>,
    windows: Query<(), With<Window>>,
    navigation: TabNavigation,
    mut focus: ResMut<InputFocus>,
    mut visible: ResMut<InputFocusVisible>,
) {
    if !windows.contains(key.focused_entity) || key.input.state != ButtonState::Pressed {
        return;
    }
    let action = match key.input.key_code {
        KeyCode::ArrowDown | KeyCode::ArrowRight => NavAction::Next,
        KeyCode::ArrowUp | KeyCode::ArrowLeft => NavAction::Previous,
        _ => return,
    };
    if let Ok(next) = navigation.navigate(&focus, action) {
        key.propagate(false);
        focus.set(next, FocusCause::Navigated);
        visible.0 = true;
    }
}
