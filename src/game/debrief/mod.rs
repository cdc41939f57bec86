//! What comes after a conversation: first the trainee's own guess, then the
//! hidden meter step by step, then the scores. It reads the run and changes
//! nothing in it.

mod ask;
mod chart;
mod curve;
mod explain;
mod foot;
mod gauges;
mod guess;
mod ink;
mod ledger;
mod marks;
mod numbers;
mod reading;
mod scores;
mod study;
#[cfg(test)]
mod tests;

use std::time::Duration;

use bevy::ecs::system::SystemParam;
use bevy::prelude::*;
use bevy::tasks::futures::check_ready;
use bevy::tasks::{AsyncComputeTaskPool, Task};
use bevy::text::RemSize;
use bevy::window::PrimaryWindow;

use super::encounter::keep::Record;
use super::library::{Best, Library, Run};
use super::pace::Pace;
use super::screen::Screen;
use super::theme::segmented::{Choose, Segment, segmented};
use super::theme::tokens::{gap, size};
use super::theme::{layout, text};
use guess::Guess;
use study::Study;

pub(super) fn plugin(app: &mut App) {
    app.add_plugins((chart::plugin, explain::plugin, scores::plugin))
        .init_resource::<Shape>()
        .add_systems(OnEnter(Screen::Debrief), begin)
        .add_systems(OnExit(Screen::Debrief), end)
        .add_systems(
            Update,
            (finish_study, note_shape, build)
                .chain()
                .run_if(in_state(Screen::Debrief)),
        );
}

/// Which page is shown.
#[derive(Resource, Clone, Copy, Debug, PartialEq, Eq)]
enum Page {
    /// The trainee's own judgement is asked for. Nothing hidden is on screen.
    Ask,
    /// The curve, step by step.
    Curve,
    /// The scores and the clauses.
    Scores,
}

/// What the trainee believes.
#[derive(Resource, Clone, Copy, Debug, Default)]
struct Guessed(Guess);

/// The run, explained, once that has been worked out.
#[derive(Resource, Debug)]
struct Studied(Study);

/// The run is being worked out, beside the frames.
#[derive(Resource)]
struct Studying(Task<Study>);

/// The step that is shown, from 0.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Selected(usize);

/// How the room is used.
#[derive(Resource, Clone, Copy, Debug, PartialEq)]
struct Shape {
    /// Two columns side by side; otherwise everything in one that scrolls.
    wide: bool,
    /// One rem, logical pixels.
    rem: f32,
}

impl Default for Shape {
    fn default() -> Self {
        Shape::of(Vec2::new(1280.0, 720.0), 18.0)
    }
}

impl Shape {
    /// The shape for a window of this size, logical pixels.
    fn of(window: Vec2, rem: f32) -> Self {
        let wide = window.x >= 52.0 * rem && window.y >= 31.0 * rem;
        Shape { wide, rem }
    }
}

/// The root of the page that is shown.
#[derive(Component)]
struct Root;

/// How often a run that is being worked out is asked for.
const ASK_AGAIN: Duration = Duration::from_millis(60);

fn begin(run: Option<Res<Run>>, mut commands: Commands) {
    let Some(run) = run else {
        return;
    };
    let session = run.session.clone();
    let study = AsyncComputeTaskPool::get().spawn(async move { Study::of(&session) });
    commands.insert_resource(Studying(study));
    commands.insert_resource(Page::Ask);
    commands.insert_resource(Guessed::default());
    commands.insert_resource(Selected(0));
    commands.insert_resource(chart::Sweep::default());
}

fn end(mut commands: Commands) {
    commands.remove_resource::<Studying>();
    commands.remove_resource::<Studied>();
    commands.remove_resource::<Page>();
}

fn finish_study(
    studying: Option<ResMut<Studying>>,
    mut library: ResMut<Library>,
    mut pace: ResMut<Pace>,
    mut commands: Commands,
) {
    let Some(mut studying) = studying else {
        return;
    };
    let Some(study) = check_ready(&mut studying.0) else {
        pace.wake_in(ASK_AGAIN);
        return;
    };
    library.note(&study.report.scenario, Best::of(&study.report));
    commands.insert_resource(Studied(study));
    commands.remove_resource::<Studying>();
    // The page that waits for it is built in the next frame.
    pace.animate();
}

fn note_shape(
    window: Single<&Window, With<PrimaryWindow>>,
    rem: Res<RemSize>,
    mut shape: ResMut<Shape>,
) {
    shape.set_if_neq(Shape::of(window.size(), rem.0));
}

/// What the pages are made of.
#[derive(SystemParam)]
struct Matter<'w> {
    page: Option<Res<'w, Page>>,
    run: Option<Res<'w, Run>>,
    guessed: Option<Res<'w, Guessed>>,
    studied: Option<Res<'w, Studied>>,
    record: Option<Res<'w, Record>>,
}

/// Builds the page anew when another one is wanted, or the room has changed.
fn build(
    matter: Matter,
    shape: Res<Shape>,
    old: Query<Entity, With<Root>>,
    mut pace: ResMut<Pace>,
    mut commands: Commands,
) {
    let Matter {
        page: Some(page),
        run: Some(run),
        guessed: Some(guessed),
        studied,
        record,
    } = matter
    else {
        return;
    };
    let arrived = *page != Page::Ask && studied.as_ref().is_some_and(|studied| studied.is_added());
    if !page.is_changed() && !shape.is_changed() && !arrived && !old.is_empty() {
        return;
    }
    for root in &old {
        commands.entity(root).despawn();
    }
    pace.animate();
    let study = studied.as_ref().map(|studied| &studied.0);
    let kept = record.and_then(|record| match record.shelf() {
        Some(path) => Some(scores::kept_at(path)),
        None => record.file().map(scores::kept_words),
    });
    let mut root = commands.spawn((
        Root,
        layout::screen("Debrief"),
        DespawnOnExit(Screen::Debrief),
    ));
    match (*page, study) {
        (Page::Ask, _) => {
            root.with_children(|root| ask::page(root, &run.session, guessed.0, *shape));
        }
        (_, None) => {
            root.with_children(|root| {
                root.spawn(text::title("One moment"));
                root.spawn(text::lead("The conversation is being worked out."));
                root.spawn(layout::spacer());
                foot::foot(root);
            });
        }
        (Page::Curve, Some(study)) => {
            root.observe(explain::on_key);
            root.with_children(|root| {
                head(root, Page::Curve, *shape);
                explain::page(root, study, guessed.0, *shape);
            });
        }
        (Page::Scores, Some(study)) => {
            root.with_children(|root| {
                head(root, Page::Scores, *shape);
                scores::page(root, study, kept.as_deref(), *shape);
            });
        }
    }
}

/// The head of the pages after the guess: where one is, and the way to the other.
fn head(root: &mut ChildSpawnerCommands, page: Page, shape: Shape) {
    root.spawn(layout::row(gap::WIDE)).with_children(|row| {
        let title = match page {
            Page::Scores => "How it counts",
            Page::Ask | Page::Curve => "What they felt",
        };
        let size = if shape.wide {
            size::TITLE
        } else {
            size::HEADING
        };
        row.spawn((
            text::plain(title, size, text::Weight::Bold, super::theme::tokens::INK),
            text::Spoken(accesskit::Role::Heading),
        ));
        row.spawn(layout::spacer());
        let pages = [
            Segment::keyed("Curve", KeyCode::KeyC),
            Segment::keyed("Scores", KeyCode::KeyS),
        ];
        segmented(row, "Page", &pages, usize::from(page == Page::Scores)).observe(
            |choose: On<Choose>, mut commands: Commands| {
                commands.insert_resource(if choose.part == 0 {
                    Page::Curve
                } else {
                    Page::Scores
                });
            },
        );
    });
}
