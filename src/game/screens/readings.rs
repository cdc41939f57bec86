//! How the trainee reads customers: over all kept runs, run by run, and person by
//! person. Every figure is that of a replay, worked out beside the frames.

use std::time::Duration;

use accesskit::Role;
use bevy::input_focus::AutoFocus;
use bevy::prelude::*;
use bevy::tasks::futures::check_ready;
use bevy::tasks::{AsyncComputeTaskPool, Task};
use engine::mark::{CLOSE, Calibration};

use crate::desk::debrief::numbers::{counted, whole_change};
use crate::desk::debrief::readings::lean;
use crate::desk::readings::{LATELY, Person, Readings, Run};
use crate::desk::report_text::calibration_words;
use crate::desk::run_file::runs_folder;
use crate::game::face::photo;
use crate::game::library::Library;
use crate::game::pace::Pace;
use crate::game::screen::{Screen, go};
use crate::game::theme::shortcut::Shortcut;
use crate::game::theme::text::Weight;
use crate::game::theme::tokens::{self, gap, size};
use crate::game::theme::{button, layout, scroll, text};

pub(super) fn plugin(app: &mut App) {
    app.add_systems(OnEnter(Screen::Readings), show)
        .add_systems(OnExit(Screen::Readings), stop)
        .add_systems(Update, finish.run_if(in_state(Screen::Readings)));
}

/// Widest a panel may be, rem.
const PANEL: f32 = 54.0;
/// Side of a customer's picture, logical pixels.
const PICTURE: f32 = 64.0;
/// Height of the strip, logical pixels.
const STRIP: f32 = 190.0;
/// Side of a mark on the strip, logical pixels.
const MARK: f32 = 13.0;
/// The newest runs that the strip shows.
const SHOWN: usize = 24;
/// An error that reaches the edge of the strip, tenths of the meter.
const REACH: i16 = 600;
/// How often readings that are being worked out are asked for.
const ASK_AGAIN: Duration = Duration::from_millis(60);

/// The readings are being worked out.
#[derive(Resource)]
struct Working(Task<Readings>);

/// What is filled when they are.
#[derive(Component)]
struct Area;

fn show(library: Res<Library>, mut commands: Commands) {
    let scenarios = library.scenarios.clone();
    let work = AsyncComputeTaskPool::get().spawn(async move {
        let find = |id: &str| scenarios.iter().find(|s| s.id() == id).cloned();
        let folder = runs_folder(None);
        folder.map_or_else(Readings::default, |folder| Readings::of(&folder, &find))
    });
    commands.insert_resource(Working(work));
    let title = "How you read people";
    let mut root = commands.spawn((layout::screen(title), DespawnOnExit(Screen::Readings)));
    root.with_children(|root| {
        root.spawn(text::title(title));
        let area = scroll::scroll(root, |list| {
            list.spawn(text::lead("One moment"));
        });
        root.commands_mut().entity(area).insert(Area);
        root.spawn(layout::row(gap::SMALL)).with_children(|foot| {
            foot.spawn((button::quiet("Back"), Shortcut(KeyCode::Escape), AutoFocus))
                .observe(go(Screen::Runs));
        });
    });
}

fn stop(mut commands: Commands) {
    commands.remove_resource::<Working>();
}

fn finish(
    working: Option<ResMut<Working>>,
    library: Res<Library>,
    areas: Query<Entity, With<Area>>,
    mut pace: ResMut<Pace>,
    mut commands: Commands,
) {
    let Some(mut working) = working else {
        return;
    };
    let Some(readings) = check_ready(&mut working.0) else {
        pace.wake_in(ASK_AGAIN);
        return;
    };
    commands.remove_resource::<Working>();
    for area in &areas {
        commands
            .entity(area)
            .despawn_children()
            .with_children(|list| fill(list, &readings, &library));
    }
    pace.animate();
}

fn fill(list: &mut ChildSpawnerCommands, readings: &Readings, library: &Library) {
    match &readings.all {
        Some(all) => {
            overall(list, readings, all);
            list.spawn(text::heading("Person by person"));
            for person in &readings.people {
                person_card(list, person, library);
            }
        }
        None => nothing(list),
    }
    if readings.n_left_out > 0 {
        let runs = counted(readings.n_left_out, "run", "runs");
        list.spawn((
            text::caption(format!(
                "{runs} with readings left out: made with other scenarios or rules than those here, or changed since."
            )),
            layout::Measure(PANEL),
        ));
    }
}

fn nothing(list: &mut ChildSpawnerCommands) {
    list.spawn((layout::panel(), layout::Measure(PANEL)))
        .with_children(|panel| {
            panel.spawn(text::lead("No reading yet."));
            panel.spawn(text::body(
                "Now and then you are asked how a customer feels, before you see what you might say. \
                 What you mark comes together here, beside what the meter showed.",
            ));
        });
}

fn overall(list: &mut ChildSpawnerCommands, readings: &Readings, all: &Calibration) {
    list.spawn((layout::panel(), layout::Measure(PANEL)))
        .with_children(|panel| {
            panel.spawn(text::lead("All your runs"));
            panel.spawn(text::body(calibration_words(all)));
            if let Some(lately) = &readings.lately {
                panel.spawn(text::body(format!(
                    "In the last {LATELY} of them: {}.",
                    lean(lately)
                )));
            }
            strip(panel, &readings.runs);
        });
}

/// Every mark of the newest runs, higher the more hopeful it was, with a line for
/// each run's mean. The band is one step of the scale: what lies in it was close.
fn strip(panel: &mut ChildSpawnerCommands, runs: &[Run]) {
    let runs = &runs[runs.len().saturating_sub(SHOWN)..];
    let means: Vec<String> = runs
        .iter()
        .map(|run| whole_change(mean(run).into()))
        .collect();
    let told = format!(
        "Run by run, the oldest first, how far too hopeful you were: {}",
        means.join(", ")
    );
    panel
        .spawn((
            layout::group(Role::Image, Some(&told)),
            Node {
                height: px(STRIP),
                min_width: px(0),
                flex_shrink: 0.0,
                border_radius: BorderRadius::all(px(tokens::RADIUS)),
                overflow: Overflow::clip(),
                ..default()
            },
            BackgroundColor(tokens::GROUND),
        ))
        .with_children(|strip| {
            let band = from_top(CLOSE);
            strip.spawn((
                layer(band, 1.0 - 2.0 * band),
                BackgroundColor(tokens::ACCENT_MIST),
            ));
            strip.spawn((line_at(0.5), BackgroundColor(tokens::OUTLINE)));
            for (words, top) in [("too hopeful", px(6)), ("too gloomy", auto())] {
                let bottom = if top == auto() { px(6) } else { auto() };
                strip.spawn((
                    text::caption(words),
                    Node {
                        position_type: PositionType::Absolute,
                        right: px(14),
                        top,
                        bottom,
                        ..default()
                    },
                ));
            }
            strip
                .spawn(Node {
                    position_type: PositionType::Absolute,
                    left: px(0),
                    // Beside the words at the edge.
                    right: px(150),
                    height: percent(100),
                    // Few runs stand together, beginning at the left.
                    max_width: px(110.0 * runs.len() as f32),
                    ..default()
                })
                .with_children(|columns| {
                    for run in runs {
                        columns
                            .spawn(Node {
                                flex_grow: 1.0,
                                flex_basis: px(0),
                                height: percent(100),
                                ..default()
                            })
                            .with_children(|column| one_run(column, run));
                    }
                });
        });
    panel.spawn(layout::row(gap::WIDE)).with_children(|row| {
        row.spawn(layout::row(10.0)).with_children(|entry| {
            entry.spawn((mark_node(), mark_look()));
            entry.spawn(text::caption(
                "a mark; higher is more hopeful than the meter",
            ));
        });
        row.spawn(layout::row(10.0)).with_children(|entry| {
            entry.spawn((
                Node {
                    width: px(24),
                    height: px(4),
                    ..default()
                },
                BackgroundColor(tokens::INK),
            ));
            entry.spawn(text::caption("the mean of a run"));
        });
        row.spawn(layout::row(10.0)).with_children(|entry| {
            entry.spawn((
                Node {
                    width: px(24),
                    height: px(16),
                    ..default()
                },
                BackgroundColor(tokens::ACCENT_MIST),
            ));
            entry.spawn(text::caption("within one step"));
        });
    });
}

fn one_run(column: &mut ChildSpawnerCommands, run: &Run) {
    let n = run.marks.len() as f32;
    column.spawn((
        Node {
            position_type: PositionType::Absolute,
            left: percent(20),
            width: percent(60),
            top: percent(from_top(mean(run)) * 100.0),
            height: px(4),
            margin: UiRect::top(px(-2)),
            ..default()
        },
        BackgroundColor(tokens::INK),
    ));
    for (nth, seen) in run.marks.iter().enumerate() {
        // Side by side in the order they were made.
        let x = (nth as f32 + 1.0) / (n + 1.0);
        column.spawn((
            Node {
                position_type: PositionType::Absolute,
                left: percent(x * 100.0),
                top: percent(from_top(seen.error()) * 100.0),
                margin: UiRect {
                    left: px(-MARK / 2.0),
                    top: px(-MARK / 2.0),
                    ..default()
                },
                ..mark_node()
            },
            mark_look(),
        ));
    }
}

fn mark_node() -> Node {
    Node {
        width: px(MARK),
        height: px(MARK),
        border: UiRect::all(px(2)),
        flex_shrink: 0.0,
        ..default()
    }
}

/// The same diamond as on the curve of a run.
fn mark_look() -> impl Bundle {
    (
        UiTransform::from_rotation(Rot2::degrees(45.0)),
        BackgroundColor(tokens::SHEET),
        BorderColor::all(tokens::ACCENT),
    )
}

/// A layer over the whole width of the strip; shares of its height.
fn layer(top: f32, height: f32) -> Node {
    Node {
        position_type: PositionType::Absolute,
        width: percent(100),
        top: percent(top * 100.0),
        height: percent(height * 100.0),
        ..default()
    }
}

fn line_at(top: f32) -> Node {
    Node {
        height: px(2),
        margin: UiRect::top(px(-1)),
        ..layer(top, 0.0)
    }
}

/// Where an error stands on the strip, from the top, 0 to 1. Too hopeful is up.
fn from_top(error: i16) -> f32 {
    let reach = f32::from(REACH);
    0.5 - f32::from(error).clamp(-reach, reach) / (2.0 * reach)
}

/// The mean error of a run, tenths.
fn mean(run: &Run) -> i16 {
    Calibration::of([&run.marks[..]]).map_or(0, |found| found.bias)
}

fn person_card(list: &mut ChildSpawnerCommands, person: &Person, library: &Library) {
    let mut all = library.scenarios.iter();
    let known = all.find(|scenario| scenario.customer().name == person.name);
    list.spawn((layout::panel(), layout::Measure(PANEL)))
        .with_children(|panel| {
            panel
                .spawn(layout::container(Node {
                    column_gap: px(gap::WIDE),
                    align_items: AlignItems::Center,
                    ..default()
                }))
                .with_children(|halves| {
                    if let Some(scenario) = known {
                        let look = &scenario.customer().look.text;
                        halves.spawn((photo::photo(look, PICTURE), layout::Roomy));
                    }
                    let words = Node {
                        flex_direction: FlexDirection::Column,
                        flex_grow: 1.0,
                        flex_basis: px(0),
                        min_width: px(0),
                        row_gap: px(gap::TIGHT / 2.0),
                        ..default()
                    };
                    halves
                        .spawn(layout::container(words))
                        .with_children(|words| {
                            words.spawn(text::plain(
                                &*person.name,
                                size::LEAD,
                                Weight::Bold,
                                tokens::INK,
                            ));
                            words.spawn(text::body(calibration_words(&person.calibration)));
                        });
                });
        });
}

#[cfg(test)]
mod tests {
    use engine::mark::Compared;

    use super::*;

    #[test]
    fn too_hopeful_stands_above_the_middle_and_nothing_outside() {
        assert!((from_top(0) - 0.5).abs() < f32::EPSILON);
        assert!(from_top(150) < 0.5 && from_top(-150) > 0.5);
        assert_eq!((from_top(1000), from_top(-1000)), (0.0, 1.0));
    }

    #[test]
    fn the_mean_of_a_run_keeps_its_sign() {
        let marks = [(642, 400), (357, 500)].map(|(marked, was)| Compared { marked, was });
        let run = Run {
            scenario: "a".to_owned(),
            name: "A".to_owned(),
            marks: marks.to_vec(),
        };
        assert_eq!(mean(&run), 49);
    }
}
