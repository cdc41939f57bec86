//! What one can do after the debrief: keep a report, the same again, another seed,
//! another customer, or home. And a line for what there is to tell about files.

use accesskit::{Live, Role};
use bevy::a11y::AccessibilityNode;
use bevy::prelude::*;
use bevy::ui_widgets::Activate;

use super::{Analysed, Analysing, Studied, keepsake};
use crate::game::encounter::keep::Record;
use crate::game::library::Library;
use crate::game::run::Run;
use crate::game::screen::{Screen, go};
use crate::game::theme::shortcut::Shortcut;
use crate::game::theme::text::Weight;
use crate::game::theme::tokens::{self, gap, size};
use crate::game::theme::{button, layout, text};

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Notice>().add_systems(
        Update,
        (show_notice, name_asked_for).run_if(in_state(Screen::Debrief)),
    );
}

/// What there is to tell about the files beside the run.
#[derive(Resource, Clone, Debug, Default)]
pub struct Notice(pub Option<String>);

/// Where it is told.
#[derive(Component)]
struct NoticeLine;

fn show_notice(
    notice: Res<Notice>,
    fresh: Query<(), Added<NoticeLine>>,
    mut lines: Query<(&mut Text, &mut Node, &mut AccessibilityNode), With<NoticeLine>>,
) {
    if !notice.is_changed() && fresh.is_empty() {
        return;
    }
    for (mut text, mut node, mut spoken) in &mut lines {
        text.0 = notice.0.clone().unwrap_or_default();
        node.display = match notice.0 {
            Some(_) => Display::Flex,
            None => Display::None,
        };
        spoken.set_label(text.0.clone());
    }
}

/// Spawns the row of actions, and the line under it.
pub fn foot(parent: &mut ChildSpawnerCommands) {
    let mut told = accesskit::Node::new(Role::Status);
    told.set_live(Live::Polite);
    parent.spawn((
        NoticeLine,
        AccessibilityNode::from(told),
        text::plain("", size::CAPTION, Weight::Regular, tokens::INK),
        Node {
            display: Display::None,
            ..default()
        },
    ));
    parent.spawn(layout::row(gap::SMALL)).with_children(|row| {
        row.spawn((
            button::primary("Play again"),
            Shortcut(KeyCode::KeyA),
            AskedFor(Some("Practise again")),
        ))
        .observe(|_: On<Activate>, run: Res<Run>, mut commands: Commands| {
            if let Some(again) = run.again() {
                commands.insert_resource(again);
                commands.set_state_if_neq(Screen::Encounter);
            }
        });
        row.spawn((button::quiet("Keep a report"), Shortcut(KeyCode::KeyR)))
            .observe(on_report);
        row.spawn((
            button::quiet("New seed"),
            Shortcut(KeyCode::KeyN),
            AskedFor(Some("Practise, new seed")),
        ))
        .observe(
            |_: On<Activate>, mut library: ResMut<Library>, mut commands: Commands| {
                library.renew_seed();
                commands.set_state_if_neq(Screen::Briefing);
            },
        );
        leave(row);
        row.spawn((button::quiet("Title"), Shortcut(KeyCode::KeyT)))
            .observe(go(Screen::Title));
    });
}

/// What a button is called after a run that was asked for: that run alone counts, and
/// whatever is played from here is practice. Nothing is the way back.
#[derive(Component)]
struct AskedFor(Option<&'static str>);

/// Spawns the way to the next thing to play: with what the run belongs to, or
/// in the list of scenarios.
pub fn leave(row: &mut ChildSpawnerCommands) {
    row.spawn((
        button::quiet("Other scenario"),
        Shortcut(KeyCode::Escape),
        AskedFor(None),
    ))
    .observe(
        |_: On<Activate>, run: Option<Res<Run>>, mut commands: Commands| {
            let back = run.and_then(|run| run.belongs.back());
            commands.set_state_if_neq(back.map_or(Screen::Scenarios, |(_, screen)| screen));
        },
    );
}

fn name_asked_for(
    added: Query<(Entity, &Children, &AskedFor), Added<AskedFor>>,
    run: Option<Res<Run>>,
    mut texts: Query<&mut Text>,
    mut commands: Commands,
) {
    let Some((back, _)) = run.and_then(|run| run.belongs.back()) else {
        return;
    };
    for (button, children, words) in &added {
        for child in children {
            if let Ok(mut text) = texts.get_mut(*child) {
                text.0 = words.0.unwrap_or(back).to_owned();
            }
        }
        commands
            .entity(button)
            .insert(AccessibleLabel::new(words.0.unwrap_or(back)));
    }
}

/// Writes the report of the run, whatever is looked at.
fn on_report(
    _: On<Activate>,
    studied: Option<Res<Studied>>,
    analysing: Option<Res<Analysing>>,
    analysed: Res<Analysed>,
    record: Option<Res<Record>>,
    mut notice: ResMut<Notice>,
) {
    let Some(studied) = studied.filter(|_| analysing.is_none()) else {
        notice.0 = Some("One moment: the conversation is still being worked out.".to_owned());
        return;
    };
    notice.0 = Some(keepsake::report(
        &studied.0,
        analysed.0.as_ref(),
        record.as_deref(),
    ));
}
