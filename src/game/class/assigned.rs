//! The homework that is open: what there is to play of it, how far one is, and where what
//! was played lies.

use std::path::Path;

use accesskit::{Live, Role};
use bevy::a11y::AccessibilityNode;
use bevy::input_focus::AutoFocus;
use bevy::prelude::*;
use bevy::ui_widgets::Activate;

use super::homework::how_far;
use super::open::in_file_manager;
use super::{sentence, tasks, trouble};
use crate::classroom::homework::{Homework, Task};
use crate::classroom::inert;
use crate::game::encounter::keep::Record;
use crate::game::run::{Belongs, Run};
use crate::game::screen::{Screen, go};
use crate::game::settings::Settings;
use crate::game::theme::shortcut::Shortcut;
use crate::game::theme::text::Weight;
use crate::game::theme::tokens::{self, gap, size};
use crate::game::theme::{button, layout, scroll, text};

pub(super) fn plugin(app: &mut App) {
    app.add_systems(OnEnter(Screen::Assigned), show);
}

/// The homework that is open.
#[derive(Resource)]
pub(super) struct Assigned {
    homework: Homework,
    /// What went wrong last.
    trouble: Option<String>,
}

impl Assigned {
    pub(super) fn to(homework: Homework) -> Self {
        Assigned {
            homework,
            trouble: None,
        }
    }
}

fn show(assigned: Option<ResMut<Assigned>>, mut commands: Commands) {
    let Some(mut assigned) = assigned else {
        return commands.set_state(Screen::Homework);
    };
    let listed = assigned.homework.tasks();
    if let Err(error) = &listed {
        assigned.trouble = Some(format!("{error:#}"));
    }
    let listed = listed.unwrap_or_default();
    let wrong = assigned.trouble.take();
    let homework = &assigned.homework;
    let next = listed.iter().position(|task| task.ended.is_none());
    let first = listed.iter().position(|task| task.ended.is_some());
    let title = inert::line(&homework.assignment.written.title);
    let mut root = commands.spawn((layout::screen(&title), DespawnOnExit(Screen::Assigned)));
    root.with_children(|root| {
        root.spawn(text::title(title.clone()));
        root.spawn(text::caption(format!(
            "You are {} here, and your runs hold no other name.",
            inert::line(&homework.mark)
        )));
        if let Some(words) = homework.assignment.doctrine.scored_by() {
            root.spawn((text::caption(words), layout::Measure(tokens::MEASURE + 8.0)));
        }
        status(root, homework);
        scroll::scroll(root, |list| {
            if let Some(why) = &wrong {
                trouble(list, why);
            }
            for (n, task) in listed.iter().enumerate() {
                let debrief = tasks::Debrief {
                    look_at,
                    first: Some(n) == first && next.is_none(),
                };
                let stands = match &task.ended {
                    Some(_) => "Played",
                    None => tasks::not_ended(task),
                };
                let stands = format!("{stands}{}", which(homework, task));
                let shown = (task, listed.len());
                tasks::card(list, shown, stands, Some(n) == next, Some(debrief));
            }
        });
        root.spawn(layout::row(gap::SMALL)).with_children(|foot| {
            if let Some(task) = next.map(|n| &listed[n]) {
                foot.spawn((button::primary(tasks::begins(task)), AutoFocus))
                    .observe(on_play);
            }
            if first.is_some() {
                foot.spawn((button::quiet("Open the folder"), Shortcut(KeyCode::KeyO)))
                    .observe(on_folder);
            }
            foot.spawn((
                button::quiet("To the first page"),
                Shortcut(KeyCode::Escape),
            ))
            .observe(go(Screen::Title));
        });
    });
}

/// Which of several attempts it is.
fn which(homework: &Homework, task: &Task) -> String {
    match homework.assignment.written.attempts {
        1 => String::new(),
        of => format!(" (attempt {} of {of})", task.attempt),
    }
}

/// How far it is, and what is to be sent.
fn status(root: &mut ChildSpawnerCommands, homework: &Homework) {
    let is_kept = homework.files().is_ok_and(|files| !files.is_empty());
    let send = match is_kept {
        true => format!(
            " Your instructor needs the .sfa files of this folder: {}",
            homework.folder.display()
        ),
        false => String::new(),
    };
    let words = format!("{}{send}", sentence(&how_far(homework)));
    let mut told = accesskit::Node::new(Role::Status);
    told.set_live(Live::Polite);
    told.set_label(words.clone());
    root.spawn((
        AccessibilityNode::from(told),
        text::plain(words, size::BODY, Weight::Regular, tokens::INK),
        layout::Measure(tokens::MEASURE + 8.0),
    ));
}

fn on_folder(_: On<Activate>, assigned: Option<Res<Assigned>>) {
    if let Some(assigned) = assigned {
        in_file_manager(&assigned.homework.folder);
    }
}

fn on_play(_: On<Activate>, mut commands: Commands) {
    commands.queue(|world: &mut World| {
        if let Err(error) = play(world) {
            told(world, format!("{error:#}"));
        }
    });
}

/// The next encounter, or the one that was cut short.
fn play(world: &mut World) -> anyhow::Result<()> {
    let settings = world.resource::<Settings>();
    let Some(assigned) = world.get_resource::<Assigned>() else {
        return Ok(());
    };
    let doctrine = assigned.homework.assignment.doctrine;
    let Some(task) = assigned.homework.next()? else {
        return Ok(());
    };
    let (session, file) = tasks::begin(&assigned.homework, task, settings)?;
    world.resource_mut::<Record>().hold(file);
    world.insert_resource(Run::belonging(session, Belongs::Homework, doctrine));
    world.commands().set_state_if_neq(Screen::Encounter);
    Ok(())
}

/// Shows the debrief of a run that was played.
fn look_at(world: &mut World, path: &Path) {
    let settings = world.resource::<Settings>();
    let session = world.get_resource::<Assigned>().and_then(|assigned| {
        let (session, _) = tasks::ended(&assigned.homework, path, settings)?;
        Some((session, assigned.homework.assignment.doctrine))
    });
    let Some((session, doctrine)) = session else {
        return told(world, format!("{} cannot be played again", path.display()));
    };
    world.resource_mut::<Record>().look_at(path.to_owned());
    world.insert_resource(Run::belonging(session, Belongs::Homework, doctrine));
    world.commands().set_state_if_neq(Screen::Debrief);
}

/// Tells what went wrong, on the homework's page.
fn told(world: &mut World, why: String) {
    if let Some(mut assigned) = world.get_resource_mut::<Assigned>() {
        assigned.trouble = Some(why);
    }
    world.commands().set_state(Screen::Assigned);
}
