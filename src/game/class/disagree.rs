//! "I disagree, because": what one says about a decision of a run that a class has
//! revealed, where that is, and the dialog to say it in. The line keeps and sends it;
//! nothing here waits for it.

use std::collections::BTreeMap;

use accesskit::{Live, Role};
use bevy::a11y::AccessibilityNode;
use bevy::input::keyboard::KeyboardInput;
use bevy::input_focus::{AutoFocus, FocusedInput};
use bevy::prelude::*;
use bevy::text::{EditableText, TextEditChange};
use bevy::ui_widgets::Activate;

use super::seat::Seated;
use super::sentence;
use crate::classroom::client::disagree::Said;
use crate::classroom::disagreements::LONGEST;
use crate::game::pace::Pace;
use crate::game::theme::shortcut::Shortcut;
use crate::game::theme::text::Weight;
use crate::game::theme::tokens::{self, gap, size};
use crate::game::theme::{button as buttons, entry, layout, modal, scroll, text};

pub(super) fn plugin(app: &mut App) {
    // When whatever the page has thrown away in this frame is gone.
    app.init_resource::<Drafts>()
        .add_systems(PostUpdate, show_stands.before(bevy::ui::UiSystems::Content));
}

/// A decision that one may disagree about.
#[derive(Component, Clone, Debug, Default, PartialEq, Eq)]
pub struct Decision {
    /// Id of the attempt.
    pub attempt: String,
    /// Its turn, from 1; 0 where nothing was decided.
    pub turn: usize,
    /// What was said there, as it is printed.
    pub said: String,
}

/// What is said about a [`Decision`], as it is shown.
#[derive(Component, Clone, Debug, Default)]
pub struct Stand(Option<Said>);

/// What was typed and neither sent nor given up.
#[derive(Resource, Default)]
struct Drafts(BTreeMap<(String, usize), String>);

/// The dialog.
#[derive(Component, Clone)]
struct Dialog(Decision);

/// What is typed in it.
#[derive(Component)]
struct Why;

/// What is wrong with that.
#[derive(Component)]
struct Trouble;

/// The button of a decision; observe `Activate` on it with [`on_open`].
pub fn button(decision: Decision) -> impl Bundle {
    (buttons::quiet("I disagree …"), decision)
}

/// What is said about a decision; nothing shows where nothing is said.
pub fn stand(decision: Decision) -> impl Bundle {
    (
        decision,
        Stand::default(),
        layout::container(Node {
            flex_direction: FlexDirection::Column,
            row_gap: px(2),
            min_width: px(0),
            flex_shrink: 0.0,
            padding: UiRect::axes(px(14), px(10)),
            border_radius: BorderRadius::all(px(tokens::RADIUS)),
            display: Display::None,
            ..default()
        }),
        BackgroundColor(tokens::ACCENT_MIST),
    )
}

fn show_stands(
    seated: Option<Res<Seated>>,
    mut stands: Query<(Entity, &Decision, &mut Stand, &mut Node)>,
    mut pace: ResMut<Pace>,
    mut commands: Commands,
) {
    let Some(seated) = seated.filter(|_| !stands.is_empty()) else {
        return;
    };
    for (entity, decision, mut stand, mut node) in &mut stands {
        let said = seated.line.about(&decision.attempt, decision.turn);
        if said == stand.0 {
            continue;
        }
        stand.0.clone_from(&said);
        node.display = match said {
            Some(_) => Display::Flex,
            None => Display::None,
        };
        commands
            .entity(entity)
            .despawn_children()
            .with_children(|stand| said.iter().for_each(|said| words(stand, said)));
        pace.animate();
    }
}

fn words(stand: &mut ChildSpawnerCommands, said: &Said) {
    if !said.why.is_empty() {
        stand.spawn(text::body(format!("You disagree, because: {}", said.why)));
    }
    let mut told = accesskit::Node::new(Role::Status);
    told.set_live(Live::Polite);
    told.set_label(said.words());
    stand.spawn((
        AccessibilityNode::from(told),
        text::plain(
            said.words(),
            size::CAPTION,
            Weight::Regular,
            tokens::INK_SOFT,
        ),
    ));
}

/// Opens the dialog for the decision of a button.
pub fn on_open(activate: On<Activate>, decisions: Query<&Decision>, mut commands: Commands) {
    if let Ok(decision) = decisions.get(activate.entity) {
        let decision = decision.clone();
        commands.run_system_cached_with(open, decision);
    }
}

fn open(
    In(decision): In<Decision>,
    seated: Option<Res<Seated>>,
    drafts: Res<Drafts>,
    mut commands: Commands,
) {
    let Some(seated) = seated.filter(|_| decision.turn > 0) else {
        return;
    };
    let said = seated.line.about(&decision.attempt, decision.turn);
    let said = said.filter(|said| !said.why.is_empty());
    let draft = drafts.0.get(&(decision.attempt.clone(), decision.turn));
    let written = match (draft, &said) {
        (Some(draft), _) => draft.clone(),
        (None, Some(said)) => said.why.clone(),
        (None, None) => String::new(),
    };
    let mut dialog = modal::modal(
        &mut commands,
        "I disagree, because",
        modal::Width::Reading,
        |sheet| {
            scroll::snug(sheet, |content| what_is_asked(content, &decision, &written));
            sheet.spawn(layout::row(gap::SMALL)).with_children(|row| {
                row.spawn(buttons::primary("Send to the instructor"))
                    .observe(|_: On<Activate>, mut commands: Commands| {
                        commands.run_system_cached(send);
                    });
                if said.is_some() {
                    row.spawn(buttons::quiet("Take it back")).observe(
                        |_: On<Activate>, mut commands: Commands| {
                            commands.run_system_cached(take_back);
                        },
                    );
                }
                row.spawn((buttons::quiet("Cancel"), Shortcut(KeyCode::Escape)))
                    .observe(|_: On<Activate>, mut commands: Commands| {
                        commands.run_system_cached(put_aside);
                    });
            });
        },
    );
    dialog.insert(Dialog(decision));
}

fn what_is_asked(content: &mut ChildSpawnerCommands, decision: &Decision, written: &str) {
    content.spawn(text::body(decision.said.clone()));
    entry::area(content, "Why", written, LONGEST)
        .insert((Why, AutoFocus))
        .observe(on_enter)
        .observe(on_change);
    let mut told = accesskit::Node::new(Role::Alert);
    told.set_live(Live::Assertive);
    content.spawn((
        Trouble,
        AccessibilityNode::from(told),
        text::plain("", size::BODY, Weight::Bold, tokens::INK),
        Node {
            display: Display::None,
            ..default()
        },
    ));
    content.spawn(text::caption(format!(
        "Your instructor reads it beside your name; whoever wrote the scenario may get it without. \
         At most {LONGEST} characters."
    )));
}

/// What was wrong is being mended.
fn on_change(_: On<TextEditChange>, mut troubles: Query<&mut Node, With<Trouble>>) {
    for mut node in &mut troubles {
        node.display = Display::None;
    }
}

fn on_enter(key: On<FocusedInput<KeyboardInput>>, mut commands: Commands) {
    if entry::is_enter(&key) {
        commands.run_system_cached(send);
    }
}

/// Keeps what is typed, to be sent, and closes the dialog; or says why not.
fn send(lines: Query<&EditableText, With<Why>>, mut commands: Commands) {
    let Ok(line) = lines.single() else {
        return;
    };
    let typed = line.value().to_string();
    match typed.trim() {
        "" => commands.run_system_cached_with(tell, "say why, or cancel".to_owned()),
        why => commands.run_system_cached_with(say, why.to_owned()),
    }
}

fn take_back(mut commands: Commands) {
    commands.run_system_cached_with(say, String::new());
}

fn say(
    In(why): In<String>,
    dialogs: Query<&Dialog>,
    seated: Option<Res<Seated>>,
    mut drafts: ResMut<Drafts>,
    mut commands: Commands,
) {
    let (Ok(Dialog(decision)), Some(seated)) = (dialogs.single(), seated) else {
        return;
    };
    let (attempt, turn) = (&decision.attempt, decision.turn);
    match seated.line.disagree(attempt, turn, &why) {
        Ok(()) => {
            drafts.0.remove(&(attempt.clone(), turn));
            commands.run_system_cached(close);
        }
        Err(why) => commands.run_system_cached_with(tell, why),
    }
}

/// Closes the dialog; what was typed is there when it is opened again.
fn put_aside(
    dialogs: Query<&Dialog>,
    lines: Query<&EditableText, With<Why>>,
    mut drafts: ResMut<Drafts>,
    mut commands: Commands,
) {
    if let (Ok(Dialog(decision)), Ok(line)) = (dialogs.single(), lines.single()) {
        let place = (decision.attempt.clone(), decision.turn);
        let typed = line.value().to_string();
        match typed.trim() {
            "" => _ = drafts.0.remove(&place),
            _ => _ = drafts.0.insert(place, typed),
        }
    }
    commands.run_system_cached(close);
}

fn tell(
    In(why): In<String>,
    mut troubles: Query<(&mut Text, &mut Node, &mut AccessibilityNode), With<Trouble>>,
    mut pace: ResMut<Pace>,
) {
    for (mut text, mut node, mut told) in &mut troubles {
        text.0 = sentence(&why);
        told.set_label(text.0.clone());
        node.display = Display::Flex;
        pace.animate();
    }
}

fn close(dialogs: Query<Entity, With<Dialog>>, mut commands: Commands) {
    for dialog in &dialogs {
        commands.entity(dialog).despawn();
    }
}
