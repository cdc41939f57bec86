//! The page of the curve: the chart, what the selected step did to the gauges,
//! and what there is to read about it. The step is chosen by keys, buttons or
//! on the chart.

use accesskit::{Live, Role};
use bevy::a11y::AccessibilityNode;
use bevy::input::ButtonState;
use bevy::input::keyboard::KeyboardInput;
use bevy::input_focus::{FocusCause, FocusedInput, InputFocus};
use bevy::prelude::*;
use bevy::ui::InteractionDisabled;
use bevy::ui_widgets::Activate;

use super::chart::{self, Plot};
#[cfg(feature = "classroom")]
use super::disagree;
use super::gauges::gauge;
use super::guess::{Guess, compare};
use super::reading::read;
use super::{Analysed, Page, Selected, Shape, Studied, Tried, foot, play_on};
use crate::desk::debrief::numbers::{change, points};
use crate::desk::debrief::readings::lean;
use crate::desk::debrief::study::{Step, Study};
use crate::desk::what_if::Origin;
use crate::game::theme::modal::Modal;
use crate::game::theme::shortcut::Shortcut;
use crate::game::theme::text::Weight;
use crate::game::theme::tokens::{self, gap, size};
use crate::game::theme::{button, layout, scroll, text};

pub(super) fn plugin(app: &mut App) {
    app.add_systems(Update, show_step.run_if(resource_exists::<Studied>))
        .add_systems(
            PostUpdate,
            hold_focus
                .before(bevy::input_focus::InputFocusSystems::FocusChangeEvents)
                .run_if(resource_exists_and_equals(Page::Curve)),
        );
}

/// The number and name of the selected step, said aloud when it changes.
#[derive(Component)]
struct StepHead;

/// What the selected step did to the meter.
#[derive(Component)]
struct StepMeter;

/// What there is to read about the selected step.
#[derive(Component)]
struct StepText;

/// What the selected step did to the gauges.
#[derive(Component)]
struct StepGauges;

/// A button that steps by this much.
#[derive(Component, Clone, Copy)]
struct By(isize);

/// Spawns the page under its head.
pub fn page(root: &mut ChildSpawnerCommands, study: &Study, guess: Guess, shape: Shape) {
    if !shape.wide {
        scroll::scroll(root, |content| {
            content.spawn(layout::panel()).with_children(|sheet| {
                verdict(sheet, study, guess);
                chart::chart(sheet, study, guess, shape);
            });
            content.spawn(layout::panel()).with_children(|sheet| {
                head(sheet, shape);
                sheet.spawn((StepText, layout::column(gap::SMALL)));
                what_if(sheet);
            });
            content.spawn(layout::panel()).with_children(gauges);
            foot::foot(content);
        });
        return;
    }
    root.spawn(layout::container(Node {
        flex_grow: 1.0,
        min_height: px(0),
        column_gap: px(gap::WIDE),
        ..default()
    }))
    .with_children(|halves| {
        halves.spawn(half(57.0)).with_children(|left| {
            left.spawn(layout::sheet(Node {
                flex_grow: 1.0,
                min_height: px(0),
                padding: UiRect::axes(px(20), px(16)),
                ..stacked()
            }))
            .with_children(|sheet| {
                verdict(sheet, study, guess);
                chart::chart(sheet, study, guess, shape);
            });
            left.spawn(layout::sheet(Node {
                padding: UiRect::axes(px(20), px(14)),
                flex_shrink: 0.0,
                ..stacked()
            }))
            .with_children(gauges);
        });
        halves.spawn(half(43.0)).with_children(|right| {
            right
                .spawn(layout::sheet(Node {
                    flex_grow: 1.0,
                    min_height: px(0),
                    padding: UiRect::axes(px(20), px(16)),
                    ..stacked()
                }))
                .with_children(|sheet| {
                    head(sheet, shape);
                    let area = scroll::scroll(sheet, |_| {});
                    sheet.commands_mut().entity(area).insert(StepText);
                    what_if(sheet);
                });
        });
    });
    foot::foot(root);
}

/// A column of parts.
pub(super) fn stacked() -> Node {
    Node {
        flex_direction: FlexDirection::Column,
        row_gap: px(gap::SMALL),
        min_width: px(0),
        ..default()
    }
}

fn half(share: f32) -> impl Bundle {
    layout::container(Node {
        flex_grow: share,
        flex_basis: px(0),
        ..stacked()
    })
}

/// How the guess compares.
fn verdict(sheet: &mut ChildSpawnerCommands, study: &Study, guess: Guess) {
    let verdict = compare(guess, &study.report);
    let mut words = format!("{} {}", verdict.level, verdict.turn);
    if let Some(found) = &study.report.readings.calibration {
        words += &format!(" As you went along you were {}.", lean(found));
    }
    sheet.spawn(text::body(words));
}

/// The head of what is read: the step's number, its effect, and the way on.
fn head(sheet: &mut ChildSpawnerCommands, shape: Shape) {
    sheet
        .spawn(layout::container(Node {
            align_items: AlignItems::Center,
            column_gap: px(gap::SMALL),
            row_gap: px(gap::TIGHT),
            // In line with what scrolls under it.
            padding: UiRect::left(px(if shape.wide { 8.0 } else { 0.0 })),
            flex_wrap: if shape.wide {
                FlexWrap::NoWrap
            } else {
                FlexWrap::Wrap
            },
            flex_shrink: 0.0,
            ..default()
        }))
        .with_children(|row| {
            row.spawn(layout::container(Node {
                flex_grow: 1.0,
                row_gap: px(2),
                ..stacked()
            }))
            .with_children(|words| {
                words.spawn((
                    StepHead,
                    live(),
                    text::plain("", size::BODY, Weight::Bold, tokens::INK),
                ));
                words.spawn((
                    StepMeter,
                    text::plain("", size::LEAD, Weight::Regular, tokens::INK),
                ));
            });
            for (label, by) in [("Back", -1), ("Next", 1)] {
                row.spawn((button::quiet(label), By(by))).observe(on_by);
            }
        });
}

/// The way to have it otherwise from the selected step on.
fn what_if(sheet: &mut ChildSpawnerCommands) {
    sheet
        .spawn(layout::container(Node {
            padding: UiRect::left(px(8)),
            column_gap: px(gap::SMALL),
            row_gap: px(gap::TIGHT),
            flex_wrap: FlexWrap::Wrap,
            flex_shrink: 0.0,
            ..default()
        }))
        .with_children(|row| {
            row.spawn((
                button::quiet("What if? Play on from here"),
                Shortcut(KeyCode::KeyP),
            ))
            .observe(on_what_if);
            #[cfg(feature = "classroom")]
            row.spawn(disagree::place(disagree::Place::Button));
        });
}

/// Before what was done at the selected step; at the start, from the first word.
fn on_what_if(_: On<Activate>, selected: Res<Selected>, tried: Res<Tried>, mut commands: Commands) {
    let origin = Origin {
        parent: None,
        at: selected.0.saturating_sub(1),
    };
    play_on(&tried.0, origin, &mut commands);
}

/// Says by itself what it is told to say.
fn live() -> AccessibilityNode {
    let mut node = accesskit::Node::new(Role::Status);
    node.set_live(Live::Polite);
    AccessibilityNode::from(node)
}

fn on_by(
    activate: On<Activate>,
    buttons: Query<&By>,
    studied: Res<Studied>,
    mut selected: ResMut<Selected>,
) {
    if let Ok(by) = buttons.get(activate.entity) {
        let to = selected.0.saturating_add_signed(by.0);
        step_to(&mut selected, to, &studied);
    }
}

fn step_to(selected: &mut ResMut<Selected>, to: usize, studied: &Studied) {
    selected.set_if_neq(Selected(to.min(studied.0.last())));
}

/// Arrow keys, Home and End that no control on the page has kept choose the step.
pub(super) fn on_key(
    mut key: On<FocusedInput<KeyboardInput>>,
    studied: Option<Res<Studied>>,
    mut selected: ResMut<Selected>,
) {
    let Some(studied) = studied.filter(|_| key.input.state == ButtonState::Pressed) else {
        return;
    };
    let to = match key.input.key_code {
        KeyCode::ArrowLeft => selected.0.saturating_sub(1),
        KeyCode::ArrowRight => selected.0 + 1,
        KeyCode::Home => 0,
        KeyCode::End => studied.0.last(),
        _ => return,
    };
    key.propagate(false);
    step_to(&mut selected, to, &studied);
}

/// With the keyboard nowhere, arrow keys would wander; the chart takes it.
fn hold_focus(
    plots: Query<Entity, With<Plot>>,
    modals: Query<(), With<Modal>>,
    entities: Query<(), With<Node>>,
    mut focus: ResMut<InputFocus>,
) {
    let held = focus.get().is_some_and(|entity| entities.contains(entity));
    if !held
        && modals.is_empty()
        && let Ok(plot) = plots.single()
    {
        // As if pressed: the page does not scroll for it.
        focus.set(plot, FocusCause::Pressed);
    }
}

/// Shows the selected step wherever something of it is shown.
#[expect(
    clippy::too_many_arguments,
    reason = "a system names everything it touches"
)]
fn show_step(
    (selected, studied, shape): (Res<Selected>, Res<Studied>, Res<Shape>),
    analysed: Res<Analysed>,
    fresh: Query<(), Added<StepText>>,
    mut heads: Query<(&mut Text, &mut AccessibilityNode), (With<StepHead>, Without<StepMeter>)>,
    mut meters: Query<&mut Text, (With<StepMeter>, Without<StepHead>)>,
    mut texts: Query<(Entity, Option<&mut ScrollPosition>), With<StepText>>,
    (sheets, buttons): (Query<Entity, With<StepGauges>>, Query<(Entity, &By)>),
    mut commands: Commands,
) {
    if !selected.is_changed() && !analysed.is_changed() && fresh.is_empty() {
        return;
    }
    let study = &studied.0;
    let note = analysed.0.as_ref();
    let n = selected.0;
    let Some(step) = study.steps.get(n) else {
        return;
    };
    for (mut text, mut node) in &mut heads {
        text.0 = study.heading(n);
        node.set_label(study.aloud(n));
    }
    for mut text in &mut meters {
        text.0 = meter_words(step, n);
    }
    for (entity, position) in &mut texts {
        if let Some(mut position) = position {
            position.y = 0.0;
        }
        commands
            .entity(entity)
            .despawn_children()
            .with_children(|column| {
                #[cfg(feature = "classroom")]
                column.spawn(disagree::place(disagree::Place::Words));
                read(column, study, n, note, shape.rem);
            });
    }
    for entity in &sheets {
        commands
            .entity(entity)
            .despawn_children()
            .with_children(|rows| step.gauges.iter().for_each(|line| gauge(rows, line)));
    }
    for (entity, by) in &buttons {
        let stuck = if by.0 < 0 { n == 0 } else { n == study.last() };
        match stuck {
            true => _ = commands.entity(entity).insert(InteractionDisabled),
            false => _ = commands.entity(entity).remove::<InteractionDisabled>(),
        }
    }
}

fn meter_words(step: &Step, n: usize) -> String {
    let meter = points(i32::from(step.meter));
    match n {
        0 => format!("The meter stood at {meter}."),
        _ => format!("{} points, now {meter}", change(step.change.into())),
    }
}

fn gauges(sheet: &mut ChildSpawnerCommands) {
    sheet.spawn((
        StepGauges,
        layout::container(Node {
            row_gap: px(4),
            ..stacked()
        }),
    ));
}
