//! The panel beside the talk: what is wrong with the file, and the hidden side of
//! the customer. On its own screen while nothing plays yet.

use accesskit::Role;
use bevy::input_focus::tab_navigation::TabGroup;
use bevy::prelude::*;
use bevy::ui_widgets::Activate;

use super::Bench;
use crate::author::bench::{Insight, Problem, ReplyLine};
use crate::desk::debrief::numbers::{points, whole_change};
use crate::desk::debrief::study::{GaugeLine, Reason};
use crate::game::encounter::scene::Set;
use crate::game::library::{Library, OnBench};
use crate::game::run::Run;
use crate::game::screen::{Overlay, Screen, go, open};
use crate::game::theme::shortcut::Shortcut;
use crate::game::theme::text::{self, Weight};
use crate::game::theme::tokens::{self, gap, size};
use crate::game::theme::{button, layout, scroll};

pub(super) fn plugin(app: &mut App) {
    app.add_systems(
        OnEnter(Screen::Encounter),
        beside.run_if(resource_exists::<Bench>),
    )
    .add_systems(
        OnEnter(Screen::Bench),
        alone.run_if(resource_exists::<Bench>),
    )
    .add_systems(
        Update,
        (make_room, fill)
            .chain()
            .run_if(resource_exists::<Bench>)
            .run_if(in_state(Screen::Encounter).or_else(in_state(Screen::Bench))),
    );
}

/// Percent of the window's width.
const SHARE: f32 = 25.0;

/// The stage beside the panel.
pub(super) fn beside_it() -> OnBench {
    OnBench {
        stage: 1.0 - SHARE / 100.0,
    }
}

#[derive(Component)]
struct Panel;

/// Where the contents stand.
#[derive(Component)]
struct Contents;

fn beside(mut commands: Commands) {
    panel(&mut commands, percent(SHARE), |foot| {
        foot.spawn((button::quiet("Jump"), Shortcut(KeyCode::F3)))
            .observe(open(Overlay::Jump));
        foot.spawn((button::quiet("Again"), Shortcut(KeyCode::F4)))
            .observe(on_again);
        foot.spawn((button::quiet("Panel"), Shortcut(KeyCode::F2)))
            .observe(|_: On<Activate>, mut bench: ResMut<Bench>| {
                bench.shown = !bench.shown;
            });
    })
    .insert(DespawnOnExit(Screen::Encounter));
}

fn alone(mut commands: Commands) {
    panel(&mut commands, percent(100), |foot| {
        foot.spawn((button::quiet("Back"), Shortcut(KeyCode::Escape)))
            .observe(go(Screen::Drafts));
    })
    .insert(DespawnOnExit(Screen::Bench));
}

fn panel<'a>(
    commands: &'a mut Commands,
    width: Val,
    foot: impl FnOnce(&mut ChildSpawnerCommands),
) -> EntityCommands<'a> {
    let mut panel = commands.spawn((
        Panel,
        TabGroup::new(1),
        // Over the talk, under a dialog.
        GlobalZIndex(5),
        Node {
            position_type: PositionType::Absolute,
            right: px(0),
            top: px(0),
            width,
            height: percent(100),
            padding: UiRect::all(px(gap::SMALL)),
            border: UiRect::left(px(1)),
            flex_direction: FlexDirection::Column,
            row_gap: px(gap::TIGHT),
            ..default()
        },
        BackgroundColor(tokens::SHEET),
        BorderColor::all(tokens::SHEET_EDGE),
        layout::group(Role::Complementary, Some("The author’s bench")),
    ));
    panel.with_children(|panel| {
        let area = scroll::scroll(panel, |_| {});
        panel.commands().entity(area).insert(Contents);
        panel.spawn(layout::row(gap::TIGHT)).with_children(foot);
    });
    panel
}

/// The talk leaves the panel its room.
fn make_room(
    bench: Res<Bench>,
    mut on_bench: ResMut<OnBench>,
    mut panels: Query<&mut Node, With<Panel>>,
    mut stages: Query<&mut Node, (With<Set>, Without<Panel>)>,
) {
    let (display, stage) = match bench.shown {
        true => (Display::Flex, beside_it()),
        false => (Display::None, OnBench { stage: 1.0 }),
    };
    on_bench.set_if_neq(stage);
    let width = percent(100.0 * stage.stage);
    for mut node in &mut panels {
        if node.display != display {
            node.display = display;
        }
    }
    for mut node in &mut stages {
        if node.width != width {
            node.width = width;
        }
    }
}

fn fill(
    bench: Res<Bench>,
    run: Option<Res<Run>>,
    fresh: Query<(), Added<Contents>>,
    areas: Query<Entity, With<Contents>>,
    mut commands: Commands,
) {
    let moved = run.as_ref().is_some_and(|run| run.is_changed());
    if fresh.is_empty() && !bench.is_changed() && !moved {
        return;
    }
    let insight = run.and_then(|run| Some(Insight::of(run.session()?, run.stance)));
    for area in &areas {
        commands
            .entity(area)
            .despawn_children()
            .with_children(|column| {
                file(column, &bench);
                if let Some(insight) = &insight {
                    hidden(column, insight);
                }
            });
    }
}

fn file(column: &mut ChildSpawnerCommands, bench: &Bench) {
    column.spawn(text::strong(bench.name()));
    column
        .spawn(text::caption(bench.state()))
        .insert(layout::group(Role::Status, Some(&bench.state())));
    if let Some(took) = bench.took {
        let seconds = took.as_secs_f32();
        column.spawn(soft(format!("Read and checked within {seconds:.2} s.")));
    }
    if let Some(note) = &bench.note {
        column.spawn(text::caption(note));
    }
    for problem in &bench.draft.problems {
        problem_line(column, problem);
    }
    if bench.draft.more > 0 {
        column.spawn(text::caption(format!("And {} more.", bench.draft.more)));
    }
}

fn problem_line(column: &mut ChildSpawnerCommands, problem: &Problem) {
    let ground = match problem.is_error {
        true => tokens::ACCENT_MIST,
        false => tokens::GROUND,
    };
    column
        .spawn(layout::sheet(Node {
            flex_direction: FlexDirection::Column,
            padding: UiRect::axes(px(10), px(6)),
            flex_shrink: 0.0,
            ..default()
        }))
        .insert(BackgroundColor(ground))
        .with_children(|sheet| {
            sheet.spawn(small(problem.place(), Weight::Bold));
            sheet.spawn(small(&problem.message, Weight::Regular));
            for hint in &problem.hints {
                sheet.spawn(soft(hint));
            }
        });
}

fn hidden(column: &mut ChildSpawnerCommands, insight: &Insight) {
    let meter = points(insight.meter.into());
    column.spawn(small(format!("Satisfactometer {meter}"), Weight::Bold));
    column.spawn(soft(&insight.place));
    for line in &insight.gauges {
        gauge(column, line);
    }
    if !insight.why.is_empty() {
        column.spawn(text::strong("Why, the last time"));
        reasons(column, &insight.why);
    }
    if !insight.replies.is_empty() {
        column.spawn(text::strong("What each reply would do"));
        for reply in &insight.replies {
            reply_line(column, reply);
        }
    }
    if !insight.knows.is_empty() {
        column.spawn(text::strong("Drawn and heard"));
        column.spawn(soft(insight.knows.join(", ")));
    }
}

/// A gauge from 0 to 1000 as a bar, with what changed.
fn gauge(column: &mut ChildSpawnerCommands, line: &GaugeLine) {
    let change = match line.change {
        0 => String::new(),
        n => format!(" ({})", whole_change(n.into())),
    };
    let words = format!("{} {}{change}", line.name, points(line.after.into()));
    column
        .spawn(layout::container(Node {
            flex_direction: FlexDirection::Column,
            flex_shrink: 0.0,
            row_gap: px(2),
            ..default()
        }))
        .with_children(|row| {
            row.spawn(small(words, Weight::Regular));
            row.spawn((
                Node {
                    width: percent(100),
                    height: px(6),
                    border_radius: BorderRadius::MAX,
                    ..default()
                },
                BackgroundColor(tokens::GROUND_DEEP),
            ))
            .with_child((
                Node {
                    width: percent(f32::from(line.after) / 10.0),
                    height: percent(100),
                    border_radius: BorderRadius::MAX,
                    ..default()
                },
                BackgroundColor(match line.good_up {
                    true => tokens::ACCENT,
                    false => tokens::INK,
                }),
            ));
        });
}

fn reasons(column: &mut ChildSpawnerCommands, reasons: &[Reason]) {
    for reason in reasons {
        column.spawn(small(
            format!("{}: {}", reason.title, reason.sizes),
            Weight::Regular,
        ));
    }
}

fn reply_line(column: &mut ChildSpawnerCommands, reply: &ReplyLine) {
    column
        .spawn(layout::container(Node {
            flex_direction: FlexDirection::Column,
            flex_shrink: 0.0,
            ..default()
        }))
        .with_children(|line| {
            line.spawn(small(
                format!("{}  {}", reply.key, reply.effect),
                Weight::Bold,
            ));
            for reason in &reply.why {
                line.spawn(soft(format!("{}: {}", reason.title, reason.sizes)));
            }
        });
}

fn small(words: impl Into<String>, weight: Weight) -> impl Bundle {
    text::plain(words, size::CAPTION, weight, tokens::INK)
}

fn soft(words: impl Into<String>) -> impl Bundle {
    text::plain(words, size::CAPTION, Weight::Regular, tokens::INK_SOFT)
}

/// The same customer from the first word.
fn on_again(_: On<Activate>, run: Option<Res<Run>>, library: Res<Library>, mut commands: Commands) {
    let session = run.as_deref().and_then(Run::session);
    if let (Some(session), Some(scenario)) = (session, library.scenario()) {
        let seed = session.seed();
        commands.insert_resource(Run::begin(scenario.clone(), library.rules.clone(), seed));
        commands.set_state(Screen::Encounter);
    }
}
