//! What assistive technology may do to a control, and what then happens. Bevy
//! publishes the tree and receives the requests; this file connects the two.

use accesskit::{Action, ActionData, NodeId};
use bevy::a11y::{AccessibilityNode, ActionRequest};
use bevy::input_focus::tab_navigation::TabIndex;
use bevy::input_focus::{FocusCause, InputFocus, InputFocusVisible};
use bevy::prelude::*;
use bevy::ui_widgets::{ScrollIntoView, Slider, SliderRange, SliderStep, SliderValue, ValueChange};

use super::look::Look;
use super::press::Press;

pub(super) fn plugin(app: &mut App) {
    app.add_systems(PreUpdate, obey)
        .add_systems(PostUpdate, offer_actions);
}

type New = Or<(Added<Look>, Added<Slider>, Added<TabIndex>)>;

fn offer_actions(
    mut controls: Query<
        (
            &mut AccessibilityNode,
            Has<Look>,
            Has<Slider>,
            Has<TabIndex>,
        ),
        New,
    >,
) {
    for (mut node, pressable, slider, focusable) in &mut controls {
        node.add_action(Action::ScrollIntoView);
        if pressable {
            node.add_action(Action::Click);
        }
        if focusable {
            node.add_action(Action::Focus);
        }
        if slider {
            node.add_action(Action::SetValue);
            node.add_action(Action::Increment);
            node.add_action(Action::Decrement);
        }
    }
}

fn obey(
    mut requests: MessageReader<ActionRequest>,
    controls: Query<(
        Has<TabIndex>,
        Option<(&SliderValue, &SliderRange, &SliderStep)>,
    )>,
    mut focus: ResMut<InputFocus>,
    mut visible: ResMut<InputFocusVisible>,
    mut commands: Commands,
) {
    for request in requests.read() {
        let NodeId(bits) = request.target_node;
        let Some(entity) = Entity::try_from_bits(bits) else {
            continue;
        };
        let Ok((focusable, slider)) = controls.get(entity) else {
            continue;
        };
        let wanted = slider.and_then(|(value, range, step)| {
            let to = match (request.action, &request.data) {
                (Action::Increment, _) => value.0 + step.0,
                (Action::Decrement, _) => value.0 - step.0,
                (Action::SetValue, Some(ActionData::NumericValue(to))) => *to as f32,
                _ => return None,
            };
            Some(range.clamp(to))
        });
        if let Some(value) = wanted {
            commands.trigger(ValueChange {
                source: entity,
                value,
                is_final: true,
            });
            continue;
        }
        match request.action {
            Action::Click => commands.trigger(Press { entity }),
            Action::Focus if focusable => {
                focus.set(entity, FocusCause::Navigated);
                visible.0 = true;
            }
            Action::ScrollIntoView => commands.trigger(ScrollIntoView { entity }),
            _ => {}
        }
    }
}
