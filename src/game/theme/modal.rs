//! A dialog over everything: what lies under it can neither be pressed nor
//! reached by keys until it is gone; then the keyboard returns to where it was.

use accesskit::Role;
use bevy::ecs::lifecycle::{Add, Remove};
use bevy::input_focus::tab_navigation::{NavAction, TabGroup, TabNavigation};
use bevy::input_focus::{AutoFocus, FocusCause, InputFocus, InputFocusSystems};
use bevy::prelude::*;

use super::tokens::{self, gap};
use super::{layout, text};

pub(super) fn plugin(app: &mut App) {
    app.add_observer(on_modal_added)
        .add_observer(on_modal_removed)
        .add_systems(
            PostUpdate,
            hold_focus.before(InputFocusSystems::FocusChangeEvents),
        );
}

/// A dialog. The one with the highest number is on top.
#[derive(Component, Clone, Copy, Debug, Default)]
pub struct Modal {
    number: u32,
    back_to: Option<Entity>,
}

impl Modal {
    /// The highest is on top.
    pub fn number(&self) -> u32 {
        self.number
    }
}

/// The dialog on top, if there is one.
pub(super) fn topmost(modals: &Query<(Entity, &Modal)>) -> Option<Entity> {
    modals
        .iter()
        .max_by_key(|(_, modal)| modal.number)
        .map(|(entity, _)| entity)
}

/// How wide a dialog is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Width {
    /// As wide as its buttons.
    Menu,
    /// Wide enough to read in.
    Reading,
}

/// Spawns a dialog with a heading; `content` fills the sheet under it. Despawn
/// the entity it returns to close it, or tie it to a state with `DespawnOnExit`.
/// Give one control in it `AutoFocus`, and one `Shortcut(KeyCode::Escape)`.
pub fn modal<'a>(
    commands: &'a mut Commands,
    heading: &str,
    width: Width,
    content: impl FnOnce(&mut ChildSpawnerCommands),
) -> EntityCommands<'a> {
    let mut root = commands.spawn((
        Modal::default(),
        TabGroup::modal(),
        GlobalZIndex(10),
        Node {
            position_type: PositionType::Absolute,
            width: percent(100),
            height: percent(100),
            align_items: AlignItems::Center,
            justify_content: JustifyContent::Center,
            padding: UiRect::all(px(gap::WIDE)),
            ..default()
        },
        BackgroundColor(tokens::SCRIM),
        layout::group(Role::Dialog, Some(heading)),
    ));
    root.with_children(|root| {
        root.spawn(layout::sheet(Node {
            flex_direction: FlexDirection::Column,
            row_gap: px(gap::SMALL),
            padding: UiRect::all(px(28)),
            min_width: px(400),
            max_width: px(960),
            width: match width {
                Width::Menu => auto(),
                Width::Reading => percent(72),
            },
            max_height: percent(100),
            ..default()
        }))
        .with_children(|sheet| {
            sheet.spawn(text::heading(heading));
            content(sheet);
        });
    });
    root
}

fn on_modal_added(add: On<Add, Modal>, focus: Res<InputFocus>, mut modals: Query<&mut Modal>) {
    let number = 1 + modals.iter().map(|modal| modal.number).max().unwrap_or(0);
    if let Ok(mut modal) = modals.get_mut(add.entity) {
        modal.number = number;
        modal.back_to = focus.get();
    }
}

fn on_modal_removed(
    remove: On<Remove, Modal>,
    modals: Query<&Modal>,
    entities: Query<()>,
    firsts: Query<Entity, With<AutoFocus>>,
    parents: Query<&ChildOf>,
    mut focus: ResMut<InputFocus>,
) {
    let back_to = modals.get(remove.entity).ok().and_then(|m| m.back_to);
    let back_to = back_to.filter(|entity| entities.contains(*entity));
    // Where that is gone, the screen is another one: its first control, then.
    let outside = |entity: &Entity| {
        let mut above = parents.iter_ancestors(*entity);
        above.all(|above| above != remove.entity)
    };
    match back_to.or_else(|| firsts.iter().find(outside)) {
        Some(entity) => focus.set(entity, FocusCause::Navigated),
        None => focus.clear(),
    }
}

/// While a dialog is open, the keyboard is in it.
fn hold_focus(
    modals: Query<(Entity, &Modal)>,
    parents: Query<&ChildOf>,
    navigation: TabNavigation,
    mut focus: ResMut<InputFocus>,
) {
    let Some(top) = topmost(&modals) else {
        return;
    };
    let inside = focus
        .get()
        .is_some_and(|focused| parents.iter_ancestors(focused).any(|above| above == top));
    if !inside && let Ok(first) = navigation.initialize(top, NavAction::First) {
        focus.set(first, FocusCause::Navigated);
    }
}
