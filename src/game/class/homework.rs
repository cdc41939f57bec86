//! Homework in the window: finding the file that was given, and saying what one is called
//! in it. No network is asked.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use bevy::input::keyboard::KeyboardInput;
use bevy::input_focus::{AutoFocus, FocusedInput};
use bevy::prelude::*;
use bevy::text::{EditableText, TextEditChange};
use bevy::ui_widgets::{Activate, SelectAllOnFocus};
use bevy::window::FileDragAndDrop;

use super::assigned::Assigned;
use super::{Places, trouble};
use crate::classroom::assignment::{Assignment, EXTENSION, moment};
use crate::classroom::homework::{self, Homework, Task};
use crate::classroom::inert;
use crate::game::screen::{Screen, go};
use crate::game::theme::entry::{entry, is_enter};
use crate::game::theme::shortcut::Shortcut;
use crate::game::theme::tokens::{self, gap};
use crate::game::theme::{button, layout, scroll, text};

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Form>()
        .add_systems(OnEnter(Screen::Homework), show)
        .add_systems(
            Update,
            dropped.run_if(not(
                in_state(Screen::Encounter).or_else(in_state(Screen::Debrief))
            )),
        );
}

/// Assignments that are offered at most, of those begun and of those found.
const OFFERED: usize = 6;
/// The longest path that may be typed.
const LONGEST_PATH: usize = 1024;
/// The longest name.
const LONGEST_NAME: usize = 64;

/// What the window opens homework with.
pub enum Opening {
    /// It was begun, or somebody said what they are called in it.
    Plays(Homework),
    /// Whoever plays it has to be asked.
    Asks(Picked),
}

/// An assignment that nobody has begun here, and where its runs will be kept.
#[derive(Resource)]
pub struct Picked {
    assignment: Assignment,
    folder: PathBuf,
}

/// What was typed, and what was wrong with it.
#[derive(Resource, Default)]
struct Form {
    path: String,
    name: String,
    trouble: Option<String>,
}

#[derive(Component, Clone, Copy)]
enum Field {
    Path,
    Name,
}

impl Opening {
    /// Reads an assignment file. Its runs are kept in `folder`, or in one of its own
    /// below `base`; `mark` is what the person is called in it.
    ///
    /// # Errors
    /// When it is no assignment, or the folder belongs to somebody called otherwise.
    pub fn of(
        file: &Path,
        folder: Option<&Path>,
        base: &Path,
        mark: Option<&str>,
    ) -> anyhow::Result<Self> {
        let assignment = Assignment::read(file)?;
        let folder = match folder {
            Some(folder) => folder.to_owned(),
            None => homework::folder_in(base, &assignment),
        };
        let picked = Picked { assignment, folder };
        if mark.is_some() || homework::is_begun(&picked.folder) {
            return picked.open(mark).map(Opening::Plays);
        }
        Ok(Opening::Asks(picked))
    }

    /// Puts it into the world; the screen that shows it.
    pub fn put(self, world: &mut World) -> Screen {
        match self {
            Opening::Plays(homework) => {
                world.insert_resource(Assigned::to(homework));
                Screen::Assigned
            }
            Opening::Asks(picked) => {
                world.insert_resource(picked);
                Screen::Homework
            }
        }
    }
}

impl Picked {
    fn open(self, mark: Option<&str>) -> anyhow::Result<Homework> {
        let homework = Homework::open(self.assignment, Some(&self.folder), mark)?;
        homework.keep_copy()?;
        Ok(homework)
    }
}

/// Opens a file that was typed, found or dropped.
fn open_file(world: &mut World, file: &Path) {
    let base = world.resource::<Places>().homework.clone();
    let opened = base
        .map_err(|why| anyhow::anyhow!(why))
        .and_then(|base| Opening::of(file, None, &base, None));
    let screen = match opened {
        Ok(opening) => {
            *world.resource_mut::<Form>() = Form::default();
            world.remove_resource::<Picked>();
            opening.put(world)
        }
        Err(error) => {
            world.resource_mut::<Form>().trouble = Some(format!("{error:#}"));
            world.remove_resource::<Picked>();
            Screen::Homework
        }
    };
    world.commands().set_state(screen);
}

/// A file that was dropped on the window.
fn dropped(mut files: MessageReader<FileDragAndDrop>, mut commands: Commands) {
    for file in files.read() {
        if let FileDragAndDrop::DroppedFile { path_buf, .. } = file {
            let file = path_buf.clone();
            commands.queue(move |world: &mut World| open_file(world, &file));
        }
    }
}

/// Assignment files in these folders that nobody has begun here, the newest first.
fn found(folders: &[PathBuf], base: &Path) -> Vec<(PathBuf, Assignment)> {
    let is_one = |path: &PathBuf| {
        let extension = path.extension();
        extension.is_some_and(|it| it.eq_ignore_ascii_case(EXTENSION))
    };
    let written = |path: PathBuf| {
        let written = fs::metadata(&path).and_then(|of| of.modified());
        (written.unwrap_or(SystemTime::UNIX_EPOCH), path)
    };
    let mut files: Vec<(SystemTime, PathBuf)> = folders
        .iter()
        .filter_map(|folder| fs::read_dir(folder).ok())
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(is_one)
        .map(written)
        .collect();
    files.sort_by(|a, b| b.cmp(a));
    files
        .into_iter()
        .filter_map(|(_, path)| Some((Assignment::read(&path).ok()?, path)))
        .filter(|(assignment, _)| !homework::is_begun(&homework::folder_in(base, assignment)))
        .take(OFFERED)
        .map(|(assignment, path)| (path, assignment))
        .collect()
}

fn show(form: Res<Form>, picked: Option<Res<Picked>>, places: Res<Places>, mut commands: Commands) {
    match picked {
        Some(picked) => ask(&form, &picked.assignment, &mut commands),
        None => find(&form, &places, &mut commands),
    }
}

/// The page that finds an assignment.
fn find(form: &Form, places: &Places, commands: &mut Commands) {
    let (begun, found) = match &places.homework {
        Ok(base) => (Homework::begun(base), found(&places.given, base)),
        Err(_) => (Vec::new(), Vec::new()),
    };
    let wrong = places.homework.as_ref().err().or(form.trouble.as_ref());
    let mut root = commands.spawn((layout::screen("Homework"), DespawnOnExit(Screen::Homework)));
    root.with_children(|root| {
        root.spawn(text::title("Homework"));
        scroll::scroll(root, |content| {
            if let Some(why) = wrong {
                trouble(content, why);
            }
            let mut first = wrong.is_none();
            for homework in begun.into_iter().take(OFFERED) {
                let how_far = how_far(&homework);
                let whose = format!("You are {} there. {how_far}", inert::line(&homework.mark));
                let title = inert::line(&homework.assignment.written.title);
                let mut card = choice(content, &title, &whose, first);
                first = false;
                let folder = homework.folder.clone();
                card.observe(move |_: On<Activate>, mut commands: Commands| {
                    let file = homework::copy_in(&folder);
                    commands.queue(move |world: &mut World| open_file(world, &file));
                });
            }
            for (path, assignment) in found {
                let title = inert::line(&assignment.written.title);
                let what = format!("{} From {}", outline(&assignment), path.display());
                let mut card = choice(content, &title, &what, first);
                first = false;
                card.observe(move |_: On<Activate>, mut commands: Commands| {
                    let file = path.clone();
                    commands.queue(move |world: &mut World| open_file(world, &file));
                });
            }
            content
                .spawn((layout::panel(), layout::Measure(tokens::MEASURE)))
                .with_children(|panel| {
                    panel.spawn(text::body(
                        "Your instructor gave you an assignment file. Drop it on this window, or \
                         write where it is.",
                    ));
                    let mut line = entry(panel, "Assignment file", &form.path, LONGEST_PATH);
                    line.insert((Field::Path, SelectAllOnFocus))
                        .observe(on_enter)
                        .observe(on_change);
                    if first || form.trouble.is_some() {
                        line.insert(AutoFocus);
                    }
                });
        });
        root.spawn(layout::row(gap::SMALL)).with_children(|foot| {
            foot.spawn(button::primary("Open it")).observe(on_submit);
            foot.spawn((button::quiet("Back"), Shortcut(KeyCode::Escape)))
                .observe(go(Screen::Title));
        });
    });
}

/// Something that can be opened.
fn choice<'a>(
    content: &'a mut ChildSpawnerCommands,
    title: &str,
    what: &str,
    first: bool,
) -> EntityCommands<'a> {
    let mut card = content.spawn((
        button::card(&format!("{title}. {what}")),
        layout::Measure(tokens::MEASURE),
    ));
    card.with_children(|card| {
        card.spawn(text::strong(title));
        card.spawn(text::body(what));
    });
    if first {
        card.insert(AutoFocus);
    }
    card
}

/// The page that asks what one is called in an assignment.
fn ask(form: &Form, assignment: &Assignment, commands: &mut Commands) {
    let title = inert::line(&assignment.written.title);
    let mut root = commands.spawn((layout::screen(&title), DespawnOnExit(Screen::Homework)));
    root.with_children(|root| {
        root.spawn(text::title(title.clone()));
        root.spawn((
            text::caption(outline(assignment)),
            layout::Measure(tokens::MEASURE + 8.0),
        ));
        scroll::scroll(root, |content| {
            if let Some(why) = &form.trouble {
                trouble(content, why);
            }
            content
                .spawn((layout::panel(), layout::Measure(tokens::MEASURE)))
                .with_children(|panel| {
                    panel.spawn(text::body(
                        "What you play is kept on this computer, under this name and no other, \
                         for you to send. It stays the same for the whole assignment.",
                    ));
                    let label = "What does your instructor know you by? Empty for a nickname";
                    let mut line = entry(panel, label, &form.name, LONGEST_NAME);
                    line.insert((Field::Name, SelectAllOnFocus, AutoFocus))
                        .observe(on_enter)
                        .observe(on_change);
                });
        });
        root.spawn(layout::row(gap::SMALL)).with_children(|foot| {
            foot.spawn(button::primary("Open it")).observe(on_submit);
            foot.spawn((button::quiet("Back"), Shortcut(KeyCode::Escape)))
                .observe(|_: On<Activate>, mut commands: Commands| {
                    commands.queue(|world: &mut World| {
                        world.remove_resource::<Picked>();
                        *world.resource_mut::<Form>() = Form::default();
                        world.commands().set_state(Screen::Homework);
                    });
                });
        });
    });
}

/// What is typed is there again, whoever comes back to it.
fn on_change(
    change: On<TextEditChange>,
    lines: Query<(&EditableText, &Field)>,
    mut form: ResMut<Form>,
) {
    let Ok((line, field)) = lines.get(change.event_target()) else {
        return;
    };
    let typed = line.value().to_string();
    match field {
        Field::Path => form.path = typed,
        Field::Name => form.name = typed,
    }
}

fn on_enter(key: On<FocusedInput<KeyboardInput>>, mut commands: Commands) {
    if is_enter(&key) {
        commands.queue(submit);
    }
}

fn on_submit(_: On<Activate>, mut commands: Commands) {
    commands.queue(submit);
}

/// Opens what was typed, or begins what was picked under the name that was typed.
fn submit(world: &mut World) {
    let form = world.resource::<Form>();
    let (path, name) = (form.path.clone(), form.name.trim().to_owned());
    let Some(picked) = world.remove_resource::<Picked>() else {
        // As a file manager copies it: with quotes, or as an address.
        let path = path.trim().trim_matches(['"', '\'']);
        let path = path.strip_prefix("file://").unwrap_or(path);
        if path.is_empty() {
            let why = "write where the file is, or drop it on this window";
            world.resource_mut::<Form>().trouble = Some(why.to_owned());
            return world.commands().set_state(Screen::Homework);
        }
        return open_file(world, Path::new(path));
    };
    let again = (picked.assignment.clone(), picked.folder.clone());
    let screen = match picked.open(Some(name.as_str()).filter(|name| !name.is_empty())) {
        Ok(homework) => {
            *world.resource_mut::<Form>() = Form::default();
            Opening::Plays(homework).put(world)
        }
        Err(error) => {
            world.resource_mut::<Form>().trouble = Some(format!("{error:#}"));
            let (assignment, folder) = again;
            Opening::Asks(Picked { assignment, folder }).put(world)
        }
    };
    world.commands().set_state(screen);
}

/// What an assignment asks for, in a sentence or two.
fn outline(assignment: &Assignment) -> String {
    let encounters = match assignment.n_tasks() {
        1 => "One encounter.".to_owned(),
        n => format!("{n} encounters."),
    };
    match assignment.written.due_at {
        Some(due) => format!("{encounters} Due {}.", moment(due)),
        None => encounters,
    }
}

/// How far somebody is with it.
pub(super) fn how_far(homework: &Homework) -> String {
    let ended = |tasks: Vec<Task>| tasks.iter().filter(|task| task.ended.is_some()).count();
    let n_played = homework.tasks().map_or(0, ended);
    let of = homework.assignment.n_tasks();
    let due = match homework.assignment.written.due_at {
        Some(due) if n_played < of => format!(" Due {}.", moment(due)),
        _ => String::new(),
    };
    match n_played {
        0 => format!("Nothing of it is played yet.{due}"),
        n if n >= of => "Everything is played.".to_owned(),
        1 => format!("1 of {of} is played.{due}"),
        n => format!("{n} of {of} are played.{due}"),
    }
}
