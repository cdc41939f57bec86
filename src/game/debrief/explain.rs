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
use engine::score::Finding;

use super::chart::{self, Plot};
use super::guess::{Guess, compare};
use super::ledger::FINDINGS;
use super::numbers::{change, ordinal, points, whole_change};
use super::study::{ClauseLine, GaugeLine, Reason, Step, Study, small_ones};
use super::{Page, Selected, Shape, Studied, foot};
use crate::game::theme::modal::Modal;
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

/// At most so many clauses are told of a step.
const N_CLAUSES: usize = 3;

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
                });
        });
    });
    foot::foot(root);
}

fn stacked() -> Node {
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
    sheet.spawn(text::body(format!("{} {}", verdict.level, verdict.turn)));
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
fn show_step(
    (selected, studied, shape): (Res<Selected>, Res<Studied>, Res<Shape>),
    fresh: Query<(), Added<StepText>>,
    mut heads: Query<(&mut Text, &mut AccessibilityNode), (With<StepHead>, Without<StepMeter>)>,
    mut meters: Query<&mut Text, (With<StepMeter>, Without<StepHead>)>,
    mut texts: Query<(Entity, Option<&mut ScrollPosition>), With<StepText>>,
    (sheets, buttons): (Query<Entity, With<StepGauges>>, Query<(Entity, &By)>),
    mut commands: Commands,
) {
    if !selected.is_changed() && fresh.is_empty() {
        return;
    }
    let study = &studied.0;
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
            .with_children(|column| read(column, study, step, shape.rem));
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

fn read(column: &mut ChildSpawnerCommands, study: &Study, step: &Step, rem: f32) {
    column
        .spawn(layout::column(gap::TIGHT))
        .with_children(|said| {
            if let Some(heard) = &step.heard {
                said.spawn(text::caption(&*study.customer));
                said.spawn(text::speech(heard, size::BODY));
            }
        });
    column
        .spawn(layout::column(gap::TIGHT))
        .with_children(|said| {
            if let Some(how) = &step.how {
                let whose = step.reply.map_or_else(
                    || "You".to_owned(),
                    |n| format!("Your {} reply", ordinal(n)),
                );
                said.spawn(text::caption(format!("{whose}, {how}")));
            }
            let words = if step.spoken {
                format!("*“{}”*", step.deed)
            } else {
                step.deed.clone()
            };
            said.spawn(text::speech(&words, size::BODY));
            if !step.when.is_empty() {
                said.spawn(text::caption(capital(&step.when)));
            }
            if let Some(answer) = &step.answer {
                said.spawn(text::caption(format!(
                    "Their answer: “{}”",
                    answer.replace('*', "")
                )));
            }
        });
    if !step.why.is_empty() {
        part(column, "Why", |part| {
            step.why.iter().for_each(|why| reason(part, why, rem));
            if let Some(small) = small_ones(step.n_small) {
                part.spawn(text::caption(small));
            }
        });
    }
    if let Some(better) = &step.better {
        part(column, "A better line that was on offer", |part| {
            part.spawn((
                layout::container(Node {
                    padding: UiRect::axes(px(14), px(10)),
                    border_radius: BorderRadius::all(px(tokens::RADIUS)),
                    row_gap: px(2),
                    ..stacked()
                }),
                BackgroundColor(tokens::ACCENT_MIST),
            ))
            .with_children(|line| {
                line.spawn(text::body(&*better.deed));
                line.spawn(text::caption(capital(&better.how)));
                line.spawn(text::caption(format!("One step ahead: {}", better.effect)));
            });
        });
    }
    if !step.clauses.is_empty() {
        part(column, "What the guidance says", |part| {
            for line in step.clauses.iter().take(N_CLAUSES) {
                clause(part, line, rem);
            }
            if let more @ 1.. = step.clauses.len().saturating_sub(N_CLAUSES) {
                part.spawn(text::caption(format!(
                    "and {more} more on the page of scores"
                )));
            }
        });
    }
    if let Some(remark) = step.remarks.first() {
        part(column, "Not everybody agrees", |part| {
            part.spawn(text::caption(&**remark));
        });
    }
}

fn part(
    parent: &mut ChildSpawnerCommands,
    title: &str,
    fill: impl FnOnce(&mut ChildSpawnerCommands),
) {
    parent
        .spawn(layout::container(Node {
            row_gap: px(8),
            margin: UiRect::top(px(6)),
            ..stacked()
        }))
        .with_children(|part| {
            part.spawn(text::strong(title));
            fill(part);
        });
}

fn reason(part: &mut ChildSpawnerCommands, why: &Reason, rem: f32) {
    let (sign, color) = if why.good {
        ("▲", tokens::ACCENT)
    } else {
        ("▼", tokens::INK)
    };
    signed(part, (sign, color), rem, |words| {
        words.spawn(text::body(format!("{}: {}", why.title, why.sizes)));
        words.spawn(text::caption(why.why));
    });
}

/// Spawns a clause: how it stands, its sentence, its place. `rem` is that of the
/// text, logical pixels.
pub fn clause(part: &mut ChildSpawnerCommands, line: &ClauseLine, rem: f32) {
    let (sign, color) = match line.finding {
        Finding::Broken => ("✗", tokens::INK),
        Finding::Missed => ("○", tokens::INK),
        Finding::Partly => ("◐", tokens::ACCENT),
        Finding::Followed | Finding::NotTested => ("✓", tokens::ACCENT),
    };
    let word = FINDINGS
        .iter()
        .find(|(finding, _)| *finding == line.finding)
        .map_or("", |(_, word)| word);
    signed(part, (sign, color), rem, |words| {
        words.spawn(text::body(format!("{}: {}", capital(word), line.title)));
        words.spawn(text::caption(line.sentence));
        words.spawn(text::caption(&*line.source));
    });
}

/// A sign in a narrow column, and words beside it.
fn signed(
    part: &mut ChildSpawnerCommands,
    (sign, color): (&str, Color),
    rem: f32,
    fill: impl FnOnce(&mut ChildSpawnerCommands),
) {
    part.spawn(layout::container(Node {
        column_gap: px(8),
        min_width: px(0),
        ..default()
    }))
    .with_children(|row| {
        row.spawn((
            text::plain(sign, size::BODY, Weight::Signs, color),
            Node {
                width: px(rem * 1.1),
                flex_shrink: 0.0,
                ..default()
            },
        ));
        row.spawn(layout::container(Node {
            flex_grow: 1.0,
            flex_basis: px(0),
            row_gap: px(0),
            ..stacked()
        }))
        .with_children(fill);
    });
}

/// With a capital at its beginning.
pub fn capital(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
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

/// A gauge: its name, a bar from the middle, what changed, where it stands.
fn gauge(rows: &mut ChildSpawnerCommands, line: &GaugeLine) {
    let change = i32::from(line.change);
    let good = (change >= 0) == line.good_up;
    let share = (change.unsigned_abs() as f32 / FULL).min(1.0) * 50.0;
    let words = format!(
        "{} {}, now {}",
        line.name,
        whole_change(change),
        points(line.after.into())
    );
    let mut spoken = accesskit::Node::new(Role::Label);
    spoken.set_value(words);
    rows.spawn((
        Node {
            align_items: AlignItems::Center,
            column_gap: px(14),
            ..default()
        },
        AccessibilityNode::from(spoken),
    ))
    .with_children(|row| {
        let cell = |width: f32, end: bool| Node {
            width: percent(width),
            flex_shrink: 0.0,
            justify_content: if end {
                JustifyContent::End
            } else {
                JustifyContent::Start
            },
            ..default()
        };
        row.spawn(cell(11.0, false)).with_child(text::plain(
            line.name,
            size::CAPTION,
            Weight::Regular,
            tokens::INK,
        ));
        row.spawn((
            Node {
                flex_grow: 1.0,
                height: px(12),
                border_radius: BorderRadius::MAX,
                ..default()
            },
            BackgroundColor(tokens::GROUND),
        ))
        .with_children(|track| {
            track.spawn((
                Node {
                    position_type: PositionType::Absolute,
                    left: percent(if change < 0 { 50.0 - share } else { 50.0 }),
                    width: percent(share),
                    height: percent(100),
                    border_radius: BorderRadius::all(px(3)),
                    ..default()
                },
                BackgroundColor(if good { tokens::ACCENT } else { tokens::INK }),
            ));
            track.spawn((
                Node {
                    position_type: PositionType::Absolute,
                    left: percent(50),
                    margin: UiRect::left(px(-1)),
                    top: px(-2),
                    bottom: px(-2),
                    width: px(2),
                    ..default()
                },
                BackgroundColor(tokens::OUTLINE),
            ));
        });
        row.spawn(cell(9.0, true)).with_child(text::plain(
            whole_change(change).replace("±0", "·"),
            size::CAPTION,
            Weight::Bold,
            if good { tokens::ACCENT } else { tokens::INK },
        ));
        row.spawn(cell(13.0, true)).with_child(text::plain(
            format!("now {}", points(line.after.into())),
            size::CAPTION,
            Weight::Regular,
            tokens::INK_SOFT,
        ));
    });
}

/// The change that fills half a bar, thousandths.
const FULL: f32 = 250.0;
