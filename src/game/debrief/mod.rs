//! What comes after a conversation: first the trainee's own guess, then the
//! hidden meter step by step, then the scores, and what might have been. It reads
//! the run and changes nothing in it.

mod ask;
mod chart;
#[cfg(feature = "classroom")]
mod disagree;
mod duet;
mod explain;
mod foot;
mod gauges;
mod guess;
mod ink;
mod keepsake;
mod marks;
mod reading;
mod rename;
mod scores;
#[cfg(test)]
mod tests;
mod tried;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bevy::ecs::system::SystemParam;
use bevy::prelude::*;
use bevy::tasks::futures::check_ready;
use bevy::tasks::{AsyncComputeTaskPool, Task};
use bevy::text::RemSize;
use bevy::window::PrimaryWindow;
use engine::analysis::{AnalysisNote, Budget};
use engine::doctrine::Doctrine;
use engine::session::Session;

use super::encounter::keep::Record;
use super::library::{Best, Library, OnBench};
use super::pace::Pace;
use super::run::{Belongs, Run};
use super::screen::Screen;
use super::theme::segmented::{Choose, Segment, segmented};
use super::theme::tokens::{self, gap, size};
use super::theme::{layout, text};
#[cfg(feature = "classroom")]
use crate::desk::debrief::curve::Curve;
use crate::desk::debrief::study::Study;
use crate::desk::what_if::{Forks, Origin};
use foot::Notice;
use guess::Guess;

pub(super) fn plugin(app: &mut App) {
    app.add_plugins((
        chart::plugin,
        explain::plugin,
        scores::plugin,
        duet::plugin,
        foot::plugin,
    ))
    .init_resource::<Shape>()
    .add_systems(OnEnter(Screen::Debrief), begin)
    .add_systems(OnExit(Screen::Debrief), end)
    .add_systems(
        Update,
        (finish_study, finish_analysis, note_shape, build)
            .chain()
            .run_if(in_state(Screen::Debrief)),
    );
    #[cfg(feature = "classroom")]
    app.add_plugins(disagree::plugin);
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
    /// What was tried out, beside what was.
    WhatIf,
}

/// The run and what was tried out after it, and how the run counts.
#[derive(Resource, Debug)]
struct Tried(Forks, Counts);

/// How a run counts: what is to be known of it besides its session when one comes back.
#[derive(Clone, Copy, Debug)]
struct Counts {
    belongs: Belongs,
    doctrine: &'static Doctrine,
}

/// Which of the what-ifs is looked at, and beside what.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Looked {
    fork: usize,
    /// Beside the run itself, not beside what it left.
    against_run: bool,
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

/// What each reply was next to the best one, once that has been searched.
#[derive(Resource, Debug, Default)]
struct Analysed(Option<AnalysisNote>);

/// The search is under way, beside the frames; it stops when this is dropped.
#[derive(Resource)]
struct Analysing {
    task: Task<Option<AnalysisNote>>,
    stop: Arc<AtomicBool>,
}

impl Analysing {
    fn begin(session: Session) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let told = stop.clone();
        let task = AsyncComputeTaskPool::get().spawn(async move {
            let mut keep_going = || !told.load(Ordering::Relaxed);
            AnalysisNote::of(&session, Budget::DEBRIEF, &mut keep_going)
        });
        Analysing { task, stop }
    }
}

impl Drop for Analysing {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

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

/// A curve through these meters, tenths, as a picture of this size, physical pixels.
#[cfg(feature = "classroom")]
pub fn picture_of(meters: &[i16], room: UVec2) -> Image {
    let layer = ink::Layer {
        curve: &Curve::through(meters),
        reach: 1.0,
        line: chart::bytes(tokens::ACCENT),
        stroke: 3.0,
        under: Some(chart::bytes(tokens::GROUND_DEEP)),
        dash: None,
    };
    chart::image(&[layer], room)
}

/// The root of the page that is shown.
#[derive(Component)]
struct Root;

/// How often a run that is being worked out is asked for.
const ASK_AGAIN: Duration = Duration::from_millis(60);

fn begin(
    run: Option<Res<Run>>,
    tried: Option<ResMut<Tried>>,
    record: Option<Res<Record>>,
    mut commands: Commands,
) {
    let Some((run, played)) = run.as_deref().and_then(|run| Some((run, run.session()?))) else {
        return;
    };
    if let (Some(origin), Some(mut tried)) = (run.what_if, tried) {
        come_back(played, origin, &mut tried, &mut commands);
        return;
    }
    let (session, doctrine) = (played.clone(), run.doctrine);
    let study = AsyncComputeTaskPool::get().spawn(async move { Study::by(&session, doctrine) });
    let (forks, notice) = keepsake::forks_of(played, record.as_deref());
    commands.insert_resource(Studying(study));
    commands.insert_resource(Analysing::begin(played.clone()));
    commands.insert_resource(Analysed::default());
    commands.insert_resource(Page::Ask);
    commands.insert_resource(Guessed::default());
    commands.insert_resource(Selected(0));
    commands.insert_resource(chart::Sweep::default());
    let counts = Counts {
        belongs: run.belongs,
        doctrine,
    };
    commands.insert_resource(Tried(forks, counts));
    commands.insert_resource(Looked::default());
    commands.insert_resource(Notice(notice));
}

/// Back from what was tried out: the run is the run again.
fn come_back(talk: &Session, origin: Origin, tried: &mut Tried, commands: &mut Commands) {
    let Tried(forks, Counts { belongs, doctrine }) = tried;
    if let Some(fork) = forks.adopt(origin, talk.clone()) {
        commands.insert_resource(Looked {
            fork,
            against_run: false,
        });
        commands.insert_resource(Page::WhatIf);
    }
    commands.insert_resource(Run::belonging(forks.run().clone(), *belongs, doctrine));
    commands.insert_resource(Notice::default());
}

/// Plays on from somewhere, with what has been worked out kept for the way back.
fn play_on(forks: &Forks, origin: Origin, commands: &mut Commands) {
    if forks.is_full() {
        commands.insert_resource(Notice(Some(
            "There are as many what-ifs as can be held. Forget one to try another.".to_owned(),
        )));
        return;
    }
    commands.insert_resource(Run::at(forks.leave(origin), Some(origin)));
    commands.set_state_if_neq(Screen::Encounter);
}

fn end(run: Option<Res<Run>>, mut commands: Commands) {
    if run.is_some_and(|run| run.what_if.is_some()) {
        return;
    }
    commands.remove_resource::<Studying>();
    commands.remove_resource::<Analysing>();
    commands.remove_resource::<Studied>();
    commands.remove_resource::<Page>();
    commands.remove_resource::<Tried>();
}

fn finish_study(
    studying: Option<ResMut<Studying>>,
    bench: Option<Res<OnBench>>,
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
    if bench.is_none() {
        library.note(&study.report.scenario, Best::of(&study.report));
    }
    commands.insert_resource(Studied(study));
    commands.remove_resource::<Studying>();
    // The page that waits for it is built in the next frame.
    pace.animate();
}

fn finish_analysis(
    analysing: Option<ResMut<Analysing>>,
    mut pace: ResMut<Pace>,
    mut commands: Commands,
) {
    let Some(mut analysing) = analysing else {
        return;
    };
    let Some(note) = check_ready(&mut analysing.task) else {
        pace.wake_in(ASK_AGAIN);
        return;
    };
    commands.insert_resource(Analysed(note));
    commands.remove_resource::<Analysing>();
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
    tried: Option<Res<'w, Tried>>,
    looked: Option<Res<'w, Looked>>,
}

impl Matter<'_> {
    /// Whether what was tried out has changed, or what is looked at of it.
    fn has_other_forks(&self) -> bool {
        let changed = [
            self.tried.as_ref().is_some_and(|tried| tried.is_changed()),
            self.looked
                .as_ref()
                .is_some_and(|looked| looked.is_changed()),
        ];
        changed.contains(&true)
    }
}

/// Builds the page anew when another one is wanted, or the room has changed.
fn build(
    matter: Matter,
    shape: Res<Shape>,
    old: Query<Entity, With<Root>>,
    mut pace: ResMut<Pace>,
    mut commands: Commands,
) {
    let other = matter.has_other_forks();
    let Matter {
        page: Some(page),
        run: Some(run),
        guessed: Some(guessed),
        studied,
        record,
        tried: Some(tried),
        looked: Some(looked),
    } = matter
    else {
        return;
    };
    let arrived = *page != Page::Ask && studied.as_ref().is_some_and(|studied| studied.is_added());
    let stale = page.is_changed() || shape.is_changed() || arrived;
    let stale = stale || (other && *page == Page::WhatIf);
    if !stale && !old.is_empty() {
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
            root.with_children(|root| ask::page(root, run.shown(), guessed.0, *shape));
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
        (Page::WhatIf, Some(_)) => {
            root.with_children(|root| {
                head(root, Page::WhatIf, *shape);
                tried::page(root, &tried.0, *looked, *shape);
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
            Page::WhatIf => "What if",
            Page::Ask | Page::Curve => "What they felt",
        };
        let size = if shape.wide {
            size::TITLE
        } else {
            size::HEADING
        };
        row.spawn((
            text::plain(title, size, text::Weight::Bold, tokens::INK),
            text::Spoken(accesskit::Role::Heading),
        ));
        row.spawn(layout::spacer());
        let pages = [Page::Curve, Page::Scores, Page::WhatIf];
        let parts = [
            Segment::keyed("Curve", KeyCode::KeyC),
            Segment::keyed("Scores", KeyCode::KeyS),
            Segment::keyed("What if", KeyCode::KeyW),
        ];
        let chosen = pages.iter().position(|known| *known == page).unwrap_or(0);
        segmented(row, "Page", &parts, chosen).observe(
            move |choose: On<Choose>, mut commands: Commands| {
                commands.insert_resource(pages[choose.part.min(2)]);
            },
        );
    });
}
