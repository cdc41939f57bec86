//! Joining a class: address, code and name; or going back to a seat one has.

use std::path::PathBuf;

use bevy::input::keyboard::KeyboardInput;
use bevy::input_focus::{AutoFocus, FocusedInput};
use bevy::prelude::*;
use bevy::text::{EditableText, TextEditChange};
use bevy::ui_widgets::{Activate, SelectAllOnFocus};
use bevy::winit::EventLoopProxyWrapper;

use super::compare::Comparing;
use super::{Places, Seated, Task, Wake, in_window};
use crate::classroom::client::address::Address;
use crate::classroom::client::door::{self, enter};
use crate::classroom::client::known::Known;
use crate::classroom::client::link::{Link, Trouble, meet};
use crate::classroom::client::seat::{Refused, Seat, folders};
use crate::classroom::inert::line;
use crate::classroom::pin::Pin;
use crate::game::screen::{Screen, go};
use crate::game::theme::entry::{entry, is_enter};
use crate::game::theme::shortcut::Shortcut;
use crate::game::theme::tokens::{self, gap};
use crate::game::theme::{button, layout, scroll, text};

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Form>()
        .add_systems(OnEnter(Screen::Join), show)
        .add_systems(PreUpdate, collect.run_if(in_state(Screen::Join)));
}

/// Seats that are offered at most.
const SEATS: usize = 3;
/// The longest that may be typed into a line.
const LONGEST: usize = 64;

/// What was typed, and how far it is.
#[derive(Resource, Default)]
pub(super) struct Form {
    address: String,
    code: String,
    name: String,
    /// The server has another key than the one that was compared: compare anew.
    pub(super) again: bool,
    /// What went wrong last.
    trouble: Option<String>,
    /// What is to be written anew, if that is known.
    wrong: Option<Field>,
    work: Option<Task<Found>>,
}

impl Form {
    /// Nothing was sent, because somebody else answers at the address.
    pub(super) fn is_elsewhere(&mut self, why: &str) {
        self.trouble = Some(why.to_owned());
        self.wrong = Some(Field::Address);
    }
}

/// What came of asking.
enum Found {
    /// A seat, kept in this folder.
    Seat(Box<Seat>, PathBuf),
    /// A server whose words have to be compared first.
    Stranger(Comparing),
    /// Neither: what is to be written anew, if that is known, and why.
    Wrong(Option<Field>, String),
}

#[derive(Component, Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Address,
    Code,
    Name,
}

fn show(form: Res<Form>, places: Res<Places>, mut commands: Commands) {
    let seats: Vec<(Seat, PathBuf)> = match &places.joined {
        Ok(base) => folders(base, None)
            .into_iter()
            .filter_map(|folder| Some((Seat::of(&folder).ok()??, folder)))
            .take(SEATS)
            .collect(),
        Err(_) => Vec::new(),
    };
    let mut root = commands.spawn((layout::screen("Join a class"), DespawnOnExit(Screen::Join)));
    root.with_children(|root| {
        root.spawn(text::title("Join a class"));
        scroll::scroll(root, |content| {
            let trouble = match &places.joined {
                Err(why) => Some(why),
                Ok(_) => form.trouble.as_ref(),
            };
            if let Some(why) = trouble {
                super::trouble(content, why);
            }
            let at_once = form.trouble.is_none() && form.work.is_none();
            for (n, (seat, folder)) in seats.iter().enumerate() {
                back_to(content, seat, folder, n == 0 && at_once);
            }
            if form.work.is_some() {
                content.spawn(text::lead("Asking the server…"));
                return;
            }
            content
                .spawn((layout::panel(), layout::Measure(tokens::MEASURE)))
                .with_children(|panel| {
                    panel.spawn(text::body(
                        "All of it stands on the wall. To have your seat back on this computer, \
                         type the seat code that your instructor gives you as the code.",
                    ));
                    // What is wrong is what is written anew.
                    let first = match &form.trouble {
                        None if seats.is_empty() => Some(Field::Address),
                        None => None,
                        Some(_) => form.wrong,
                    };
                    for (label, written, which) in [
                        ("Address, in the game", &form.address, Field::Address),
                        ("Code", &form.code, Field::Code),
                        (
                            "What shall we call you? Empty for a nickname",
                            &form.name,
                            Field::Name,
                        ),
                    ] {
                        let mut line = entry(panel, label, written, LONGEST);
                        // What was wrong is written over, not after.
                        line.insert((which, SelectAllOnFocus))
                            .observe(on_enter)
                            .observe(on_change);
                        if first == Some(which) {
                            line.insert(AutoFocus);
                        }
                    }
                });
        });
        root.spawn(layout::row(gap::SMALL)).with_children(|foot| {
            if form.work.is_none() && places.joined.is_ok() {
                let mut join = foot.spawn(button::primary("Join"));
                join.observe(on_join);
                if form.trouble.is_some() && form.wrong.is_none() {
                    join.insert(AutoFocus);
                }
                if form.again {
                    foot.spawn(button::quiet("Compare its words anew"))
                        .observe(on_anew);
                }
            }
            foot.spawn((button::quiet("Back"), Shortcut(KeyCode::Escape)))
                .observe(go(Screen::Title));
        });
    });
}

/// The way back to a seat, with nothing to type.
fn back_to(content: &mut ChildSpawnerCommands, seat: &Seat, folder: &std::path::Path, first: bool) {
    let title = format!("Back to {}", line(&seat.class));
    let whose = format!("You are {} there.", line(&seat.name));
    let mut card = content.spawn((
        button::card(&format!("{title}. {whose}")),
        layout::Measure(tokens::MEASURE),
    ));
    card.with_children(|card| {
        card.spawn(text::strong(title));
        card.spawn(text::body(whose));
    });
    if first {
        card.insert(AutoFocus);
    }
    let (seat, folder) = (seat.clone(), folder.to_owned());
    card.observe(move |_: On<Activate>, mut commands: Commands| {
        let (seat, folder) = (seat.clone(), folder.clone());
        commands.queue(move |world: &mut World| Seated::sit(world, seat, folder));
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
        Field::Address => form.address = typed,
        Field::Code => form.code = typed,
        Field::Name => form.name = typed,
    }
}

fn on_enter(key: On<FocusedInput<KeyboardInput>>, mut commands: Commands) {
    if is_enter(&key) {
        commands.run_system_cached(submit);
    }
}

fn on_join(_: On<Activate>, mut commands: Commands) {
    commands.run_system_cached(submit);
}

fn on_anew(_: On<Activate>, mut form: ResMut<Form>, mut commands: Commands) {
    form.again = true;
    commands.run_system_cached(anew);
}

fn submit(mut form: ResMut<Form>, mut commands: Commands) {
    form.again = false;
    commands.run_system_cached(anew);
}

/// Asks the server with what was typed.
fn anew(
    mut form: ResMut<Form>,
    places: Res<Places>,
    proxy: Option<Res<EventLoopProxyWrapper>>,
    mut commands: Commands,
) {
    let Ok(base) = places.joined.clone() else {
        return;
    };
    let asked = Asked {
        address: form.address.clone(),
        code: form.code.clone(),
        name: form.name.clone(),
    };
    let again = form.again;
    let wake = Wake::of(proxy.as_deref());
    form.trouble = None;
    form.wrong = None;
    form.again = false;
    let name = asked.name.clone();
    form.work = Some(Task::begin(wake, move || {
        Ok(find(&base, &asked, again).unwrap_or_else(|error| wrong(&error, &name)))
    }));
    commands.set_state(Screen::Join);
}

/// What somebody wants to join with.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) address: String,
    pub(super) code: String,
    pub(super) name: String,
}

/// Takes a seat, if the server is known; otherwise finds out what it says.
fn find(base: &std::path::Path, asked: &Asked, again: bool) -> anyhow::Result<Found> {
    let address = match Address::read(&asked.address) {
        Ok(address) => address,
        Err(why) => return Ok(Found::Wrong(Some(Field::Address), format!("{why:#}"))),
    };
    if asked.code.trim().is_empty() {
        let why = "the code is missing; it stands on the wall".to_owned();
        return Ok(Found::Wrong(Some(Field::Code), why));
    }
    std::fs::create_dir_all(base)?;
    let known = Known::open(base)?;
    match known.of(&address) {
        Some((pin, _)) if !again => take(base, &address, pin, asked),
        _ => {
            let pin = meet(&address)?;
            Ok(Found::Stranger(Comparing {
                words: pin.words()?,
                pin,
                address,
                asked: asked.clone(),
            }))
        }
    }
}

/// What went wrong, for people: which line to write anew, and why.
fn wrong(error: &anyhow::Error, name: &str) -> Found {
    if let Some(Refused { kind, detail }) = error.downcast_ref() {
        return match kind.as_str() {
            "bad-name" => {
                let why = format!("“{}” will not do as a name: {detail}", line(name.trim()));
                Found::Wrong(Some(Field::Name), why)
            }
            "no-class" | "no-seat-code" => Found::Wrong(Some(Field::Code), detail.clone()),
            _ => Found::Wrong(None, detail.clone()),
        };
    }
    match error.downcast_ref() {
        Some(Trouble::Silent(address, _)) => {
            let why = format!(
                "nothing answers at {address}. Compare it with the address on the wall. If it is \
                 right, this computer may be in another network, or the class's computer is off: \
                 ask your instructor"
            );
            Found::Wrong(Some(Field::Address), why)
        }
        Some(Trouble::Strange(_)) => Found::Wrong(Some(Field::Address), error.to_string()),
        Some(Trouble::OtherKey(_)) | None => Found::Wrong(None, format!("{error:#}")),
    }
}

/// Takes a seat, or the one that was taken with this code before.
fn take(
    base: &std::path::Path,
    address: &Address,
    pin: Pin,
    asked: &Asked,
) -> anyhow::Result<Found> {
    let link = Link::new(address.clone(), pin)?;
    let name = Some(asked.name.trim()).filter(|name| !name.is_empty());
    let asked = door::Asked {
        address,
        code: &asked.code,
        name,
    };
    let (seat, folder) = enter(&link, base, None, asked)?;
    Ok(Found::Seat(Box::new(seat), folder))
}

/// The words are those on the wall: trusts the server and takes a seat.
pub(super) fn trust(world: &mut World, comparing: Comparing) {
    let wake = Wake::of(world.get_resource::<EventLoopProxyWrapper>());
    let Ok(base) = world.resource::<Places>().joined.clone() else {
        return;
    };
    let work = Task::begin(wake, move || {
        let Comparing {
            pin,
            words,
            address,
            asked,
        } = comparing;
        let trusted = Known::open(&base).and_then(|mut known| known.trust(&address, pin, &words));
        let found = trusted.and_then(|()| take(&base, &address, pin, &asked));
        Ok(found.unwrap_or_else(|error| wrong(&error, &asked.name)))
    });
    world.resource_mut::<Form>().work = Some(work);
    world.commands().set_state(Screen::Join);
}

fn collect(mut form: ResMut<Form>, mut commands: Commands) {
    let Some(result) = form.work.as_ref().and_then(Task::result) else {
        return;
    };
    form.work = None;
    match result {
        Ok(Found::Seat(seat, folder)) => {
            *form = Form::default();
            commands.queue(move |world: &mut World| Seated::sit(world, *seat, folder));
        }
        Ok(Found::Stranger(comparing)) => {
            commands.insert_resource(comparing);
            commands.set_state(Screen::Compare);
        }
        Ok(Found::Wrong(field, why)) => {
            form.again = why.contains("another key");
            form.trouble = Some(in_window(&why, ""));
            form.wrong = field;
            commands.set_state(Screen::Join);
        }
        Err(why) => {
            form.trouble = Some(why);
            commands.set_state(Screen::Join);
        }
    }
}
