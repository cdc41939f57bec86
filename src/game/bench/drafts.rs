//! The author's own files: what plays and what does not, with a way onto the
//! bench for each, and a new one that plays from the start.

use std::path::{Path, PathBuf};

use bevy::input_focus::AutoFocus;
use bevy::prelude::*;
use bevy::ui_widgets::Activate;

use crate::author::bench::Draft;
use crate::author::new;
use crate::desk::library::{scenario_files, user_folder};
use crate::game::screen::{Screen, go};
use crate::game::theme::shortcut::{NoSign, Shortcut, digit};
use crate::game::theme::text::Weight;
use crate::game::theme::tokens::{self, gap, size};
use crate::game::theme::{button, layout, scroll, text};

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Trouble>()
        .add_systems(OnEnter(Screen::Drafts), show)
        .add_systems(OnExit(Screen::Drafts), |mut trouble: ResMut<Trouble>| {
            trouble.0 = None;
        });
}

/// Widest a card may be, rem.
const CARD: f32 = 54.0;

/// Why a new scenario could not be written.
#[derive(Resource, Default)]
struct Trouble(Option<String>);

fn show(trouble: Res<Trouble>, mut commands: Commands) {
    let folder = user_folder("scenarios");
    let files = folder
        .as_deref()
        .and_then(|folder| scenario_files(folder).ok())
        .unwrap_or_default();
    let mut root = commands.spawn((
        layout::screen("Your scenarios"),
        DespawnOnExit(Screen::Drafts),
    ));
    root.with_children(|root| {
        root.spawn(text::title("Your scenarios"));
        scroll::scroll(root, |list| {
            list.spawn((text::body(words(folder.as_deref())), layout::Measure(CARD)));
            if let Some(trouble) = &trouble.0 {
                list.spawn((text::strong(trouble.as_str()), layout::Measure(CARD)));
            }
            for (n, file) in files.iter().enumerate() {
                let mut card = draft(list, n, file);
                if n == 0 {
                    card.insert(AutoFocus);
                }
            }
        });
        root.spawn(layout::row(gap::SMALL)).with_children(|foot| {
            foot.spawn((button::quiet("Back"), Shortcut(KeyCode::Escape)))
                .observe(go(Screen::Title));
            if let Some(folder) = folder {
                let mut fresh = foot.spawn((button::primary("A new one"), Shortcut(KeyCode::KeyN)));
                if files.is_empty() {
                    fresh.insert(AutoFocus);
                }
                fresh.observe(move |_: On<Activate>, mut commands: Commands| {
                    let folder = folder.clone();
                    commands.queue(move |world: &mut World| begin(world, &folder));
                });
            }
        });
    });
}

fn words(folder: Option<&Path>) -> String {
    match folder {
        Some(folder) => format!(
            "They lie in {}. Open one in a text editor, and here beside it: every save goes on at the same place. `satisfactometer guide` teaches how to write one.",
            folder.display()
        ),
        None => "There is no folder for them on this computer. `satisfactometer preview FILE` opens one from anywhere.".to_owned(),
    }
    .replace('`', "")
}

fn draft<'a>(list: &'a mut ChildSpawnerCommands, n: usize, file: &Path) -> EntityCommands<'a> {
    let draft = Draft::read(file);
    let name = file.file_name().unwrap_or(file.as_os_str());
    let name = name.to_string_lossy().into_owned();
    let title = draft
        .scenario
        .as_ref()
        .map_or(name.clone(), |scenario| scenario.title().to_owned());
    let state = match (&draft.scenario, draft.problems.first()) {
        (Some(_), None) => "Plays".to_owned(),
        (Some(_), Some(_)) => match draft.problems.len() + draft.more {
            1 => "Plays, with one remark".to_owned(),
            n => format!("Plays, with {n} remarks"),
        },
        (None, Some(first)) => format!("Does not play. {}: {}", first.place(), first.message),
        (None, None) => "Does not play".to_owned(),
    };
    let mut card = list.spawn((
        button::card(&format!("{title}. {name}. {state}")),
        layout::Measure(CARD),
    ));
    card.with_children(|card| {
        card.spawn(text::plain(title, size::LEAD, Weight::Bold, tokens::INK));
        card.spawn(text::plain(
            name,
            size::BODY,
            Weight::Regular,
            tokens::INK_SOFT,
        ));
        card.spawn(text::plain(
            state,
            size::CAPTION,
            Weight::Regular,
            tokens::INK_SOFT,
        ));
    });
    if let Some(key) = digit(n) {
        card.insert((Shortcut(key), NoSign));
    }
    let file = file.to_owned();
    card.observe(move |_: On<Activate>, mut commands: Commands| {
        let file = file.clone();
        commands.queue(move |world: &mut World| super::open(world, &file));
    });
    card
}

/// Writes a new scenario under the first free name and opens it.
fn begin(world: &mut World, folder: &Path) {
    match fresh(folder) {
        Ok(file) => super::open(world, &file),
        Err(error) => {
            world.resource_mut::<Trouble>().0 = Some(format!("{error:#}"));
            world
                .resource_mut::<NextState<Screen>>()
                .set(Screen::Drafts);
        }
    }
}

fn fresh(folder: &Path) -> anyhow::Result<PathBuf> {
    std::fs::create_dir_all(folder)?;
    let free = (1..1000)
        .map(|n| {
            (
                format!("scenario-{n}"),
                folder.join(format!("scenario-{n}.ron")),
            )
        })
        .find(|(_, file)| !file.exists());
    let (id, file) = free.ok_or_else(|| anyhow::anyhow!("there are too many scenarios"))?;
    new::write_new(&file, new::scenario(&id).as_bytes())?;
    Ok(file)
}
