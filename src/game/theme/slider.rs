//! A slider: a track, how far it is filled, and a knob. It keeps its own value
//! and tells changes by `ValueChange<f32>`.

use bevy::input_focus::tab_navigation::TabIndex;
use bevy::picking::hover::Hovered;
use bevy::prelude::*;
use bevy::ui_widgets::{
    Slider, SliderOrientation, SliderPrecision, SliderRange, SliderStep, SliderThumb, SliderValue,
    TrackClick, ValueChange,
};

use super::tokens;

pub(super) fn plugin(app: &mut App) {
    app.add_observer(on_value_change)
        .add_systems(PostUpdate, show_values.before(bevy::ui::UiSystems::Content));
}

#[derive(Component)]
struct Fill;

/// Side of the knob, logical pixels.
const KNOB: f32 = 26.0;

/// What a slider goes from, to, and by.
#[derive(Clone, Copy, Debug)]
pub struct Scale {
    /// The lowest value.
    pub low: f32,
    /// The highest value.
    pub high: f32,
    /// What one press of an arrow key adds.
    pub step: f32,
}

/// Spawns a slider; observe `ValueChange<f32>` on the entity it returns.
pub fn slider<'a>(
    parent: &'a mut ChildSpawnerCommands,
    label: &str,
    scale: Scale,
    value: f32,
) -> EntityCommands<'a> {
    parent.spawn((
        Slider {
            track_click: TrackClick::Snap,
            orientation: SliderOrientation::Horizontal,
        },
        SliderRange::new(scale.low, scale.high),
        SliderStep(scale.step),
        SliderPrecision(0),
        SliderValue(value),
        Hovered::default(),
        TabIndex(0),
        AccessibleLabel::new(label),
        Node {
            min_height: px(tokens::TARGET),
            min_width: px(200),
            flex_grow: 1.0,
            align_items: AlignItems::Center,
            border_radius: BorderRadius::all(px(tokens::RADIUS)),
            ..default()
        },
        children![
            bar(tokens::OUTLINE, percent(100)),
            (Fill, bar(tokens::ACCENT, percent(0))),
            knob_track()
        ],
    ))
}

fn bar(color: Color, width: Val) -> impl Bundle {
    (
        Node {
            position_type: PositionType::Absolute,
            left: px(0),
            width,
            height: px(6),
            border_radius: BorderRadius::MAX,
            ..default()
        },
        BackgroundColor(color),
        Pickable::IGNORE,
    )
}

/// The way the knob runs: the track less one knob.
fn knob_track() -> impl Bundle {
    (
        Node {
            position_type: PositionType::Absolute,
            left: px(0),
            right: px(KNOB),
            height: px(KNOB),
            ..default()
        },
        Pickable::IGNORE,
        children![(
            SliderThumb,
            Node {
                position_type: PositionType::Absolute,
                width: px(KNOB),
                height: px(KNOB),
                border: UiRect::all(px(3)),
                border_radius: BorderRadius::MAX,
                ..default()
            },
            BackgroundColor(tokens::SHEET),
            BorderColor::all(tokens::ACCENT),
        )],
    )
}

fn on_value_change(
    change: On<ValueChange<f32>>,
    sliders: Query<(), With<Slider>>,
    mut commands: Commands,
) {
    if sliders.contains(change.source) {
        commands
            .entity(change.source)
            .insert(SliderValue(change.value));
    }
}

fn show_values(
    sliders: Query<(Entity, &SliderValue, &SliderRange), Changed<SliderValue>>,
    children: Query<&Children>,
    mut fills: Query<&mut Node, With<Fill>>,
    mut knobs: Query<&mut Node, (With<SliderThumb>, Without<Fill>)>,
) {
    for (entity, value, range) in &sliders {
        let at = percent(range.thumb_position(value.0) * 100.0);
        for child in children.iter_descendants(entity) {
            if let Ok(mut fill) = fills.get_mut(child) {
                fill.width = at;
            }
            if let Ok(mut knob) = knobs.get_mut(child) {
                knob.left = at;
            }
        }
    }
}
