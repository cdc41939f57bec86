//! Pressing a control without a pointer: one event for shortcuts and assistive
//! technology, which becomes what the control itself would have sent.

use bevy::prelude::*;
use bevy::ui::{Checked, InteractionDisabled};
use bevy::ui_widgets::{
    Activate, Button, Checkbox, RadioButton, RadioGroup, ToggleChecked, ValueChange,
};

pub(super) fn plugin(app: &mut App) {
    app.add_observer(on_press);
}

/// Somebody pressed the control, by whatever means. A disabled one ignores it.
#[derive(EntityEvent, Clone, Copy, Debug)]
pub struct Press {
    /// The control.
    pub entity: Entity,
}

type Kinds = (
    Has<Button>,
    Has<Checkbox>,
    Has<RadioButton>,
    Has<Checked>,
    Has<InteractionDisabled>,
);

fn on_press(
    press: On<Press>,
    controls: Query<Kinds>,
    groups: Query<(), With<RadioGroup>>,
    parents: Query<&ChildOf>,
    mut commands: Commands,
) {
    let entity = press.entity;
    let Ok((button, checkbox, radio, checked, disabled)) = controls.get(entity) else {
        return;
    };
    if disabled {
        return;
    }
    if button {
        commands.trigger(Activate { entity });
    } else if checkbox {
        commands.trigger(ToggleChecked { entity });
    } else if radio && !checked {
        let group = parents
            .iter_ancestors(entity)
            .find(|above| groups.contains(*above));
        if let Some(source) = group {
            commands.trigger(ValueChange {
                source,
                value: entity,
                is_final: true,
            });
        }
    }
}
