//! The hands of a tour: keys struck and a pointer moved and pressed, through the
//! same messages a person's would come by. And its eyes: what is in sight.

use bevy::camera::NormalizedRenderTarget;
use bevy::input::ButtonState;
use bevy::input::keyboard::{Key, KeyCode, KeyboardInput, NativeKeyCode};
use bevy::picking::pointer::{Location, PointerAction, PointerButton, PointerId, PointerInput};
use bevy::prelude::*;
use bevy::ui::{CalculatedClip, UiGlobalTransform};
use bevy::ui_widgets::Slider;
use bevy::window::{PrimaryWindow, WindowRef};

use super::script::Stroke;
use crate::game::theme::look::Look;
use crate::game::theme::modal::Modal;

/// Presses or releases a key, and shift with it.
pub fn strike(world: &mut World, stroke: &Stroke, state: ButtonState) {
    let Some(window) = window(world) else {
        return;
    };
    let mut send = |key_code, logical_key| {
        world.write_message(KeyboardInput {
            key_code,
            logical_key,
            state,
            text: None,
            repeat: false,
            window,
        });
    };
    if stroke.shift {
        send(KeyCode::ShiftLeft, Key::Shift);
    }
    send(stroke.code, stroke.key.clone());
}

/// Types a letter: presses or releases its key with what it writes.
pub fn write(world: &mut World, letter: char, state: ButtonState) {
    let Some(window) = window(world) else {
        return;
    };
    world.write_message(KeyboardInput {
        key_code: KeyCode::Unidentified(NativeKeyCode::Unidentified),
        logical_key: Key::Character(letter.to_string().into()),
        state,
        text: (state == ButtonState::Pressed).then(|| letter.to_string().into()),
        repeat: false,
        window,
    });
}

/// What the pointer does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Touch {
    /// It moves here.
    Move,
    /// Its first button goes down.
    Press,
    /// Its first button comes up.
    Release,
}

/// Does this with the pointer at a place, logical pixels.
pub fn touch(world: &mut World, at: Vec2, touch: Touch) {
    let target = WindowRef::Primary.normalize(window(world));
    let Some(target) = target.map(NormalizedRenderTarget::Window) else {
        return;
    };
    let action = match touch {
        Touch::Move => PointerAction::Move { delta: Vec2::ZERO },
        Touch::Press => PointerAction::Press(PointerButton::Primary),
        Touch::Release => PointerAction::Release(PointerButton::Primary),
    };
    let location = Location {
        target,
        position: at,
    };
    world.write_message(PointerInput::new(PointerId::Mouse, location, action));
}

fn window(world: &mut World) -> Option<Entity> {
    let mut windows = world.query_filtered::<Entity, With<PrimaryWindow>>();
    windows.single(world).ok()
}

/// What a control looks like to a pointer.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The control.
    pub entity: Entity,
    /// Its accessible label.
    pub label: String,
    /// The middle of what shows of it, logical pixels; none if nothing does.
    pub at: Option<Vec2>,
}

/// The controls a person could press now: those of the open dialog, or all.
pub fn controls(world: &mut World) -> Vec<Seen> {
    let top = top_dialog(world);
    let mut query = world.query_filtered::<(
        Entity,
        &AccessibleLabel,
        &ComputedNode,
        &UiGlobalTransform,
        Option<&CalculatedClip>,
        &InheritedVisibility,
    ), Or<(With<Look>, With<Slider>)>>();
    let found: Vec<_> = query
        .iter(world)
        .filter(|(.., visible)| visible.get())
        .map(|(entity, label, node, place, clip, _)| Seen {
            entity,
            label: label.0.clone(),
            at: shown(node, place, clip),
        })
        .collect();
    let mut parents = world.query::<&ChildOf>();
    found
        .into_iter()
        .filter(|seen| {
            top.is_none_or(|top| {
                let mut at = seen.entity;
                while let Ok(parent) = parents.get(world, at) {
                    at = parent.parent();
                    if at == top {
                        return true;
                    }
                }
                false
            })
        })
        .collect()
}

/// Whether text that begins so is in sight, in one piece or in spans.
pub fn reads(world: &mut World, words: &str) -> bool {
    let mut query = world.query::<(
        &Text,
        Option<&Children>,
        &ComputedNode,
        &UiGlobalTransform,
        Option<&CalculatedClip>,
        &InheritedVisibility,
    )>();
    let mut spans = world.query::<&TextSpan>();
    let world = &*world;
    spans.update_archetypes(world);
    query
        .iter(world)
        .filter(|(.., node, place, clip, visible)| {
            visible.get() && shown(node, place, *clip).is_some()
        })
        .any(|(text, children, ..)| {
            let mut whole = text.0.clone();
            for child in children.into_iter().flatten() {
                if let Ok(span) = spans.get_manual(world, *child) {
                    whole.push_str(&span.0);
                }
            }
            whole.starts_with(words)
        })
}

/// The middle of the part of a node that is not cut off, logical pixels.
fn shown(
    node: &ComputedNode,
    place: &UiGlobalTransform,
    clip: Option<&CalculatedClip>,
) -> Option<Vec2> {
    let whole = Rect::from_center_size(place.translation, node.size());
    let part = clip.map_or(whole, |clip| whole.intersect(clip.clip));
    let enough = part.width() > 1.0 && part.height() > 1.0;
    enough.then(|| part.center() * node.inverse_scale_factor())
}

fn top_dialog(world: &mut World) -> Option<Entity> {
    let mut query = world.query::<(Entity, &Modal)>();
    query
        .iter(world)
        .max_by_key(|(_, modal)| modal.number())
        .map(|(entity, _)| entity)
}
