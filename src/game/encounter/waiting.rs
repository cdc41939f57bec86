//! A talk that is played on a class's computer: what arrives is put on show, and a sheet
//! says what one waits for and what is left of the time.

use accesskit::{Live, Node as AccessNode, Role};
use bevy::a11y::AccessibilityNode;
use bevy::prelude::*;

use super::EncounterSystems;
use super::stage::Stage;
use super::step::{Show, step};
use crate::game::class::elsewhere::{Came, Wait};
use crate::game::pace::Pace;
use crate::game::run::Run;
use crate::game::settings::Settings;
use crate::game::theme::layout;
use crate::game::theme::text::{self, Weight};
use crate::game::theme::tokens::{self, size};

pub(super) fn plugin(app: &mut App) {
    app.add_systems(
        Update,
        (
            arrive.before(step).in_set(EncounterSystems::Step),
            tell.in_set(EncounterSystems::Present),
        ),
    );
}

/// The sheet.
#[derive(Component)]
struct Sheet;

/// What one waits for.
#[derive(Component)]
struct Notice;

/// What is left of the time.
#[derive(Component)]
struct Clock;

/// Spawns the sheet, which shows when there is something to say.
pub(super) fn spawn(place: &mut ChildSpawnerCommands, run: &Run) {
    if run.line().is_none() {
        return;
    }
    let hidden = Node {
        flex_direction: FlexDirection::Column,
        padding: UiRect::axes(px(16), px(8)),
        display: Display::None,
        ..default()
    };
    let mut told = AccessNode::new(Role::Status);
    told.set_live(Live::Polite);
    place
        // Narrow, so that it stays off the customer's face.
        .spawn((layout::sheet(hidden), Sheet, layout::Measure(13.0)))
        .insert(BackgroundColor(tokens::ACCENT_MIST))
        .with_children(|sheet| {
            sheet.spawn((
                Notice,
                AccessibilityNode::from(told),
                text::plain("", size::BODY, Weight::Regular, tokens::INK),
            ));
            sheet.spawn((Clock, text::caption("")));
        });
}

/// Puts on show what has arrived.
fn arrive(
    run: Option<ResMut<Run>>,
    settings: Res<Settings>,
    mut show: ResMut<Show>,
    mut pace: ResMut<Pace>,
) {
    let Some(mut run) = run else {
        return;
    };
    let Some(came) = run.bypass_change_detection().arrived(settings.bleep) else {
        return;
    };
    run.set_changed();
    let shown = run.shown();
    match came {
        Came::Answer => show.stage.comes(shown.percept, shown.last()),
        Came::Noted => {}
        Came::Other => {
            show.stage = Stage::back(shown);
            show.you = None;
        }
    }
    pace.animate();
}

fn tell(
    run: Option<Res<Run>>,
    mut sheets: Query<&mut Node, (With<Sheet>, Without<Notice>, Without<Clock>)>,
    mut notices: Query<
        (&mut Text, &mut Node, &mut AccessibilityNode),
        (With<Notice>, Without<Clock>),
    >,
    mut clocks: Query<(&mut Text, &mut Node), (With<Clock>, Without<Notice>)>,
    mut pace: ResMut<Pace>,
) {
    let Some(run) = run else {
        return;
    };
    let Some(elsewhere) = run.line() else {
        return;
    };
    let notice = match elsewhere.wait() {
        Wait::None => String::new(),
        Wait::Patience(left) => {
            pace.wake_in(left);
            String::new()
        }
        Wait::Told(words) => words,
    };
    let time = elsewhere.time().map_or(String::new(), |time| {
        let stands = if time.runs || time.left_ms == 0 {
            ""
        } else {
            "; it stands still"
        };
        format!("{}{stands}", time.words)
    });
    let display = |shown: bool| if shown { Display::Flex } else { Display::None };
    let whole = display(!notice.is_empty() || !time.is_empty());
    for mut node in &mut sheets {
        if node.display != whole {
            node.display = whole;
            pace.animate();
        }
    }
    for (mut text, mut node, mut told) in &mut notices {
        if text.0 != notice || text.is_added() {
            node.display = display(!notice.is_empty());
            told.set_label(&*notice);
            text.0.clone_from(&notice);
            pace.animate();
        }
    }
    for (mut text, mut node) in &mut clocks {
        if text.0 != time || text.is_added() {
            node.display = display(!time.is_empty());
            text.0.clone_from(&time);
            pace.animate();
        }
    }
}
