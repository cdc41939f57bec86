//! A class that is open in this program: how people join, how far they are, the way to
//! the board, and the end of it, which is asked for twice.

use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

use accesskit::{Live, Role};
use anyhow::Context;
use bevy::a11y::AccessibilityNode;
use bevy::input_focus::AutoFocus;
use bevy::prelude::*;
use bevy::ui_widgets::Activate;
use bevy::winit::EventLoopProxyWrapper;

use super::{Task, Wake};
use crate::classroom::server::hosting::at_board::AtBoard;
use crate::classroom::server::hosting::{Hosting, Now};
use crate::game::memory;
use crate::game::screen::{Screen, go};
use crate::game::theme::shortcut::Shortcut;
use crate::game::theme::text::Weight;
use crate::game::theme::tokens::{self, gap, size};
use crate::game::theme::{button, layout, modal, scroll, text};

pub(super) fn plugin(app: &mut App) {
    app.add_systems(OnEnter(Screen::Open), show)
        // Before the screens change, so that the frame that was woken shows it.
        .add_systems(PreUpdate, (follow, closed).run_if(in_state(Screen::Open)));
}

/// The server of this program, while it is open.
#[derive(Resource)]
pub(super) struct Teaching {
    hosting: Hosting,
    /// What is shown of it.
    shown: Option<Now>,
    /// The link to the board, once it is asked for.
    link: Option<String>,
}

impl Teaching {
    pub(super) fn of(hosting: Hosting) -> Self {
        Teaching {
            hosting,
            shown: None,
            link: None,
        }
    }
}

/// The server is being closed.
#[derive(Resource)]
struct Closing(Task<()>);

/// The dialog that asks again.
#[derive(Component)]
struct Really;

fn show(teaching: Option<ResMut<Teaching>>, closing: Option<Res<Closing>>, mut commands: Commands) {
    if closing.is_some() {
        let mut root = commands.spawn((layout::screen("Teach"), DespawnOnExit(Screen::Open)));
        root.with_children(|root| _ = root.spawn(text::lead("Closing the class's server…")));
        return;
    }
    let Some(mut teaching) = teaching else {
        return commands.set_state(Screen::Teach);
    };
    teaching.shown = teaching.hosting.now();
    let teaching = teaching.into_inner();
    let title = match &teaching.shown {
        Some(now) => now.title.clone(),
        None => "Your classes".to_owned(),
    };
    let begins = teaching
        .shown
        .as_ref()
        .and_then(|now| match now.state.as_str() {
            "lobby" => Some("Begin"),
            "paused" => Some("Go on"),
            _ => None,
        });
    let mut root = commands.spawn((layout::screen(&title), DespawnOnExit(Screen::Open)));
    root.with_children(|root| {
        root.spawn(text::title(title.clone()));
        scroll::scroll(root, |content| {
            content
                .spawn((layout::panel(), layout::Measure(tokens::MEASURE)))
                .with_children(|panel| invitation(panel, teaching));
            if let Some(now) = &teaching.shown {
                content
                    .spawn((layout::panel(), layout::Measure(tokens::MEASURE)))
                    .with_children(|panel| standing(panel, now));
            }
            content
                .spawn((layout::panel(), layout::Measure(tokens::MEASURE)))
                .with_children(|panel| {
                    panel.spawn(text::body(
                        "The board opens in the browser of this computer: there you pause and end \
                         the class, see who is in, and get the results and the view for the wall.",
                    ));
                    if let Some(link) = &teaching.link {
                        panel.spawn(text::caption(format!(
                            "If no browser opens, open this yourself; it works once: {link}"
                        )));
                    }
                    panel.spawn(text::caption(
                        "Closing this window closes the server. Nothing is lost: Teach, Go on \
                         with an earlier one, opens it again, and everyone goes on where they were.",
                    ));
                });
        });
        root.spawn(layout::row(gap::SMALL)).with_children(|foot| {
            if let Some(words) = begins {
                foot.spawn((button::primary(words), AutoFocus)).observe(
                    |_: On<Activate>, teaching: Option<Res<Teaching>>| {
                        if let Some(teaching) = teaching {
                            teaching.hosting.begin();
                        }
                    },
                );
                foot.spawn(button::quiet("Open the board")).observe(on_board);
            } else {
                foot.spawn((button::primary("Open the board"), AutoFocus))
                    .observe(on_board);
            }
            foot.spawn(button::quiet("Close the server")).observe(ask);
            foot.spawn((button::quiet("To the first page"), Shortcut(KeyCode::Escape)))
                .observe(go(Screen::Title));
        });
    });
}

/// Where people join, and what the server says to them.
fn invitation(panel: &mut ChildSpawnerCommands, teaching: &Teaching) {
    let Some(doors) = teaching.hosting.doors() else {
        return;
    };
    if let Some(now) = &teaching.shown {
        panel.spawn(text::strong("Join code"));
        panel.spawn(text::display(now.code.clone()));
    }
    panel.spawn(text::strong("In the game, Join a class"));
    panel.spawn(text::lead(format!(
        "{}, which must say: {}",
        doors.game, doors.words
    )));
    if let Some(browsers) = &doors.browsers {
        panel.spawn(text::strong("In a browser"));
        panel.spawn(text::lead(browsers.clone()));
        panel.spawn(text::caption(
            "The line to browsers is not encrypted: others on this network could read along.",
        ));
    }
}

fn standing(panel: &mut ChildSpawnerCommands, now: &Now) {
    let words = format!("The class is {}.", now.state_words);
    let people = match now.n_in {
        0 => "Nobody is in yet.".to_owned(),
        1 => "One person is in.".to_owned(),
        n => format!("{n} people are in."),
    };
    let (done, of) = now.done;
    let handed_in = match of {
        0 => String::new(),
        of => format!(" {done} of {of} encounters are handed in."),
    };
    let door = match (now.state.as_str(), now.joining) {
        ("closed", _) | (_, true) => "",
        (_, false) => " The door is closed: nobody can join.",
    };
    let whole = format!("{words} {people}{handed_in}{door}");
    let mut told = accesskit::Node::new(Role::Status);
    told.set_live(Live::Polite);
    told.set_label(whole.clone());
    panel.spawn((
        AccessibilityNode::from(told),
        text::plain(whole, size::BODY, Weight::Regular, tokens::INK),
    ));
    panel.spawn(text::caption(format!("Scored by “{}”.", now.doctrine)));
}

/// Shows anew what has changed, unless something is being asked.
fn follow(teaching: Option<Res<Teaching>>, asked: Query<(), With<Really>>, mut commands: Commands) {
    let changed = teaching.is_some_and(|teaching| teaching.hosting.now() != teaching.shown);
    if changed && asked.is_empty() {
        commands.set_state(Screen::Open);
    }
}

fn on_board(_: On<Activate>, teaching: Option<ResMut<Teaching>>, mut commands: Commands) {
    let Some(mut teaching) = teaching else {
        return;
    };
    match teaching.hosting.board_link() {
        Ok(link) => {
            in_browser(&link);
            teaching.link = Some(link);
            commands.set_state(Screen::Open);
        }
        Err(error) => error!("no link to the board: {error:#}"),
    }
}

/// Opens an address in the browser of this computer, if it has one.
pub(super) fn in_browser(address: &str) {
    if !["http://", "https://"]
        .iter()
        .any(|web| address.starts_with(web))
    {
        // Whatever a server says, no program is started with anything else.
        return warn!("that is no address for a browser: {address}");
    }
    let (program, before): (&str, &[&str]) = if cfg!(target_os = "windows") {
        ("rundll32", &["url.dll,FileProtocolHandler"])
    } else if cfg!(target_os = "macos") {
        ("open", &[])
    } else {
        ("xdg-open", &[])
    };
    start(Command::new(program).args(before).arg(address));
}

/// Shows a folder in the file manager of this computer, if it has one.
pub(super) fn in_file_manager(folder: &Path) {
    let program = if cfg!(target_os = "windows") {
        "explorer"
    } else if cfg!(target_os = "macos") {
        "open"
    } else {
        "xdg-open"
    };
    start(Command::new(program).arg(folder));
}

fn start(command: &mut Command) {
    let started = memory::leave_alone(command)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    match started {
        // It is waited for, so that nothing is left of it in the list of processes.
        Ok(mut child) => {
            _ = thread::Builder::new()
                .name("browser".into())
                .spawn(move || child.wait());
        }
        Err(error) => warn!("nothing was opened by {command:?}: {error}"),
    }
}

fn ask(_: On<Activate>, mut commands: Commands) {
    let mut dialog = modal::modal(
        &mut commands,
        "Close the server?",
        modal::Width::Reading,
        |sheet| {
            sheet.spawn(text::body(
                "Everyone's line breaks. What they have played is kept, here and on their own \
                 computers, and they go on where they were when the server is opened again. To \
                 end the class and hand in what is being played, use the board.",
            ));
            sheet.spawn(layout::row(gap::SMALL)).with_children(|row| {
                row.spawn((
                    button::primary("Keep it open"),
                    AutoFocus,
                    Shortcut(KeyCode::Escape),
                ))
                .observe(|_: On<Activate>, mut commands: Commands| {
                    commands.run_system_cached(stay);
                });
                row.spawn(button::quiet("Close it")).observe(on_close);
            });
        },
    );
    dialog.insert((Really, DespawnOnExit(Screen::Open)));
}

fn stay(dialogs: Query<Entity, With<Really>>, mut commands: Commands) {
    for dialog in &dialogs {
        commands.entity(dialog).despawn();
    }
}

fn on_close(_: On<Activate>, mut commands: Commands) {
    commands.queue(|world: &mut World| {
        let Some(teaching) = world.remove_resource::<Teaching>() else {
            return;
        };
        let wake = Wake::of(world.get_resource::<EventLoopProxyWrapper>());
        let work = Task::begin(wake, move || {
            drop(teaching);
            Ok(())
        });
        world.insert_resource(Closing(work));
        world.commands().set_state(Screen::Open);
    });
}

fn closed(closing: Option<Res<Closing>>, mut commands: Commands) {
    if closing.is_some_and(|closing| closing.0.result().is_some()) {
        commands.remove_resource::<Closing>();
        commands.set_state(Screen::Title);
    }
}

/// Does something at the board of the class that is open in this program, for a tour.
///
/// # Errors
/// When none is open, or the board would say no.
pub fn at_board(world: &World, deed: &AtBoard) -> anyhow::Result<()> {
    let teaching = world.get_resource::<Teaching>();
    let teaching = teaching.context("no class is open in this program")?;
    teaching.hosting.at_board(deed)
}

/// The code of the class that is open in this program, for a tour.
pub fn open_code(world: &World) -> Option<String> {
    Some(world.get_resource::<Teaching>()?.hosting.now()?.code)
}

/// Its address, for a tour.
pub fn open_address(world: &World) -> Option<String> {
    let teaching = world.get_resource::<Teaching>()?;
    Some(teaching.hosting.doors()?.game.clone())
}
