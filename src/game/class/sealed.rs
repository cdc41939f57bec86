//! A sealed class in the window: its customers stay on the class's computer, which steps
//! every run. Here one begins, or goes on where one was; the talk itself is played on
//! the same screen as any other.

use bevy::prelude::*;
use bevy::ui_widgets::Activate;
use bevy::winit::EventLoopProxyWrapper;

use super::elsewhere::Elsewhere;
use super::seat::Seated;
use super::{Wake, revealed, sentence};
use crate::classroom::client::line::Told;
use crate::classroom::client::seat::{ClassState, Part};
use crate::classroom::client::stepped::{Line, Stepped};
use crate::game::encounter::keep::Record;
use crate::game::run::Run;
use crate::game::screen::Screen;
use crate::game::settings::Settings;
use crate::game::theme::text::Weight;
use crate::game::theme::tokens::{self, size};
use crate::game::theme::{layout, text};

pub(super) fn plugin(app: &mut App) {
    app.add_systems(PreUpdate, collect.run_if(in_state(Screen::Class)));
}

/// The run that is being taken up, and what is shown of the wait.
pub(super) struct Taking {
    stepped: Stepped,
    /// What is shown.
    pub(super) words: String,
}

/// How a sealed class is, in words.
pub(super) fn in_words(told: &Told) -> String {
    let parts = &told.stand.parts;
    let all_played = !parts.is_empty() && parts.iter().all(|part| part.receipt.is_some());
    match told.stand.state {
        ClassState::Lobby => {
            "The class has not begun yet. It begins here when your instructor says so."
        }
        ClassState::Paused => "Your instructor has paused the class; nothing is lost.",
        ClassState::Closed => "The class is over. You can look at your debriefs.",
        ClassState::Running if all_played => {
            "Everything is played; thank you. The debriefs open when your instructor ends the \
             class."
        }
        ClassState::Running => "The line to the class’s computer is there.",
    }
    .to_owned()
}

/// The encounter that is next, if it can be played now.
pub(super) fn next(told: &Told) -> Option<&Part> {
    let plays = told.stand.state == ClassState::Running;
    let mut parts = told.stand.parts.iter().filter(|_| plays);
    parts.find(|part| part.receipt.is_none())
}

/// Whether there is a debrief to look at.
pub(super) fn has_debriefs(told: &Told) -> bool {
    let mut parts = told.stand.parts.iter();
    parts.any(|part| part.id.is_some() && part.receipt.is_some())
}

/// What the button says that leads there.
pub(super) fn begins(part: &Part) -> &'static str {
    match part.id {
        Some(_) => "Go on",
        None => "Begin",
    }
}

/// Spawns what there is to know and to play.
pub(super) fn list(list: &mut ChildSpawnerCommands, told: &Told) {
    // Once it is over nobody needs the line to play.
    let how = (!told.over()).then_some(
        "This class is sealed: its customers stay on the instructor’s computer, so you need the \
         line to it while you play. If the line breaks you go on where you were.",
    );
    if how.is_some() || told.stand.scored_by.is_some() {
        list.spawn((layout::panel(), layout::Measure(tokens::MEASURE)))
            .with_children(|panel| {
                if let Some(how) = how {
                    panel.spawn(text::body(how));
                }
                if let Some(words) = &told.stand.scored_by {
                    panel.spawn(text::caption(words.clone()));
                }
            });
    }
    let mut had_one = false;
    for (n, part) in told.stand.parts.iter().enumerate() {
        let title = match told.stand.parts.len() {
            1 => part.title.clone(),
            _ => format!("{}. {}", n + 1, part.title),
        };
        let over = told.over();
        let stands = match (&part.receipt, &part.id) {
            (Some(code), _) => format!("Handed in, receipt {code}"),
            (None, Some(_)) => "Begun; it goes on where it was".to_owned(),
            (None, None) if over => "Not played".to_owned(),
            (None, None) => "Not played yet".to_owned(),
        };
        list.spawn((layout::panel(), layout::Measure(tokens::MEASURE)))
            .with_children(|panel| {
                panel.spawn(text::strong(title));
                if let Some(brief) = &part.brief {
                    panel.spawn(text::body(brief.clone()));
                }
                panel.spawn(text::plain(
                    stands,
                    size::BODY,
                    Weight::Regular,
                    tokens::INK_SOFT,
                ));
                if let (Some(id), true) = (&part.id, over && part.receipt.is_some()) {
                    let first = !std::mem::replace(&mut had_one, true);
                    revealed::button(panel, id, &part.title, first);
                }
            });
    }
}

/// Takes up the run that the seat is in, or the next one.
pub(super) fn on_play(_: On<Activate>, mut commands: Commands) {
    commands.queue(|world: &mut World| {
        let wake = Wake::of(world.get_resource::<EventLoopProxyWrapper>());
        let Some(mut seated) = world.get_resource_mut::<Seated>() else {
            return;
        };
        let taken = seated
            .link()
            .and_then(|link| Stepped::take_up(link, seated.token(), move || wake.wake()));
        match taken {
            Ok(stepped) => {
                seated.taking = Some(Taking {
                    words: wait(&stepped),
                    stepped,
                });
            }
            Err(error) => seated.trouble = Some(format!("{error:#}")),
        }
        world.commands().set_state(Screen::Class);
    });
}

/// Begins the talk once it is told, or shows what one waits for.
pub(super) fn collect(
    seated: Option<ResMut<Seated>>,
    settings: Res<Settings>,
    mut record: ResMut<Record>,
    mut commands: Commands,
) {
    let Some(mut seated) = seated else {
        return;
    };
    let Some(taking) = seated.bypass_change_detection().taking.take() else {
        return;
    };
    if let Line::Over(why) = taking.stepped.news().line {
        seated.trouble = Some(why);
        seated.line.look();
        return commands.set_state(Screen::Class);
    }
    match Elsewhere::of(taking.stepped, settings.bleep) {
        Ok((shown, elsewhere)) => {
            *record = Record::default();
            commands.insert_resource(Run::elsewhere(shown, elsewhere));
            commands.set_state_if_neq(Screen::Encounter);
        }
        Err(stepped) => {
            let words = wait(&stepped);
            if words != taking.words {
                commands.set_state(Screen::Class);
            }
            seated.bypass_change_detection().taking = Some(Taking { stepped, words });
        }
    }
}

/// What is said while the first answer is on its way.
fn wait(stepped: &Stepped) -> String {
    match stepped.news().line {
        Line::Rests(why) => sentence(&why),
        Line::Silent => "Waiting for the class’s computer; nothing is lost.".to_owned(),
        Line::Fine(_) | Line::Over(_) => "Asking the class’s computer…".to_owned(),
    }
}
