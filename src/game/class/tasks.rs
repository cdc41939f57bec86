//! The encounters of an assignment as the window lists and plays them: of the class one
//! sits in, and of homework.

use std::path::Path;
use std::sync::Arc;

use bevy::input_focus::AutoFocus;
use bevy::prelude::*;
use bevy::ui_widgets::Activate;
use engine::session::Session;
use engine::transcript::{Transcript, replay};

use crate::classroom::homework::{Binding, Homework, Task};
use crate::desk::library::read_bounded;
use crate::desk::run_file::RunFile;
use crate::game::settings::{Settings, Tempo};
use crate::game::theme::text::Weight;
use crate::game::theme::tokens::{self, gap, size};
use crate::game::theme::{button, layout, text};

/// A way to look at the run that a file holds.
pub(super) type LookAt = fn(&mut World, &Path);

/// The debrief of an encounter, where there is one.
pub(super) struct Debrief {
    pub(super) look_at: LookAt,
    /// The keyboard is on it at first.
    pub(super) first: bool,
}

/// Spawns what there is to know of an encounter: how it stands, and its brief if it is the
/// next one.
pub(super) fn card(
    list: &mut ChildSpawnerCommands,
    (task, n_tasks): (&Task, usize),
    stands: String,
    next: bool,
    debrief: Option<Debrief>,
) {
    let title = match n_tasks {
        1 => task.scenario.title().to_owned(),
        _ => format!("{}. {}", task.n, task.scenario.title()),
    };
    list.spawn((layout::panel(), layout::Measure(tokens::MEASURE)))
        .with_children(|panel| {
            panel.spawn(text::strong(title));
            if next {
                panel.spawn(text::body(task.scenario.brief()));
            }
            panel.spawn(text::plain(
                stands,
                size::BODY,
                Weight::Regular,
                tokens::INK_SOFT,
            ));
            if let (Some(run), Some(debrief)) = (task.ended.clone(), debrief) {
                let label = format!("Debrief of {}", task.scenario.title());
                panel.spawn(layout::row(gap::SMALL)).with_children(|row| {
                    let mut button = row.spawn(button::quiet("Debrief"));
                    button.insert(AccessibleLabel::new(label)).observe(
                        move |_: On<Activate>, mut commands: Commands| {
                            let run = run.clone();
                            commands.queue(move |world: &mut World| (debrief.look_at)(world, &run));
                        },
                    );
                    if debrief.first {
                        button.insert(AutoFocus);
                    }
                });
            }
        });
}

/// How an encounter stands that has not come to its end.
pub(super) fn not_ended(task: &Task) -> &'static str {
    match task.cut_short {
        Some(_) => "Cut short; it goes on where it was",
        None => "Not played yet",
    }
}

/// What leads into an encounter.
pub(super) fn begins(task: &Task) -> &'static str {
    match task.cut_short {
        Some(_) => "Go on",
        None => "Begin",
    }
}

/// Begins an encounter, or goes on with it where it was cut short, with the file that
/// keeps it.
pub(super) fn begin(
    homework: &Homework,
    mut task: Task,
    settings: &Settings,
) -> anyhow::Result<(Session, RunFile)> {
    if settings.bleep {
        task.scenario = Arc::new(task.scenario.bleeped());
    }
    let tempo = match settings.tempo {
        Tempo::Flow => "flow",
        Tempo::Turns => "turns",
    };
    homework.begin(&task, tempo)
}

/// A run that came to its end, played again, and the id of its attempt if it has one;
/// nothing if it cannot be.
pub(super) fn ended(
    homework: &Homework,
    path: &Path,
    settings: &Settings,
) -> Option<(Session, Option<String>)> {
    let tasks = homework.tasks().ok()?;
    let of = |task: &Task| task.ended.as_deref() == Some(path);
    let mut scenario = tasks.into_iter().find(of)?.scenario;
    if settings.bleep {
        scenario = Arc::new(scenario.bleeped());
    }
    let text = String::from_utf8(read_bounded(path).ok()?).ok()?;
    let rules = Arc::clone(&homework.assignment.rules);
    let transcript = Transcript::read(&text).ok()?;
    let session = replay(&transcript, scenario, rules).ok()?;
    Some((session, Binding::of(&transcript.label).attempt))
}
