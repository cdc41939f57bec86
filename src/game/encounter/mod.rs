//! The conversation on screen: what is said, the stance held, what may be done.
//! It plays the session in [`Run`]; pace, face and voice are not here yet.

use bevy::input_focus::AutoFocus;
use bevy::prelude::*;
use bevy::ui_widgets::Activate;
use engine::session::{Action, Choice};
use engine::state::{Face, Floor, Voice};

use super::library::{Run, history};
use super::menus::history::spawn_line;
use super::screen::{Overlay, Screen, go, open};
use super::theme::scroll::StayAtEnd;
use super::theme::segmented::{Choose, Segment, segmented};
use super::theme::shortcut::{Shortcut, digit};
use super::theme::tokens::gap;
use super::theme::{button, layout, scroll, text};

pub(super) fn plugin(app: &mut App) {
    app.add_systems(OnEnter(Screen::Encounter), show)
        .add_systems(
            Update,
            (show_log, show_choices)
                .run_if(in_state(Screen::Encounter).and_then(resource_exists_and_changed::<Run>)),
        );
}

/// Somebody chose what to do.
#[derive(Component, Clone, Debug)]
struct Does(Action);

#[derive(Component)]
struct Log;

#[derive(Component)]
struct Choices;

fn show(run: Option<Res<Run>>, mut commands: Commands) {
    let Some(run) = run else {
        return;
    };
    let mut log = Entity::PLACEHOLDER;
    let mut root = commands.spawn((
        layout::screen(run.session.scenario().title()),
        DespawnOnExit(Screen::Encounter),
    ));
    root.with_children(|root| {
        root.spawn(layout::row(gap::SMALL)).with_children(|head| {
            head.spawn(text::heading(&*run.session.scenario().customer().name));
            head.spawn(layout::spacer());
            head.spawn((button::quiet("Pause"), Shortcut(KeyCode::Escape)))
                .observe(open(Overlay::Pause));
        });
        log = scroll::scroll(root, |_| {});
        root.spawn(layout::row(gap::WIDE)).with_children(stance);
        root.spawn((Choices, layout::column(gap::TIGHT)));
    });
    commands.entity(log).insert((Log, StayAtEnd::default()));
    // What was spawned just now is filled by what watches the run.
    commands.queue(|world: &mut World| {
        if let Some(mut run) = world.get_resource_mut::<Run>() {
            run.set_changed();
        }
    });
}

fn stance(row: &mut ChildSpawnerCommands) {
    let voices = [
        Segment::new("Soft"),
        Segment::new("Even"),
        Segment::new("Raised"),
    ];
    segmented(row, "Your voice", &voices, 1).observe(|choose: On<Choose>, mut run: ResMut<Run>| {
        run.bypass_change_detection().stance.voice =
            [Voice::Soft, Voice::Even, Voice::Raised][choose.part.min(2)];
    });
    let faces = [
        Segment::new("Warm"),
        Segment::new("Neutral"),
        Segment::new("Concerned"),
    ];
    segmented(row, "Your face", &faces, 1).observe(|choose: On<Choose>, mut run: ResMut<Run>| {
        run.bypass_change_detection().stance.face =
            [Face::Warm, Face::Neutral, Face::Concerned][choose.part.min(2)];
    });
}

fn show_log(run: Res<Run>, log: Single<Entity, With<Log>>, mut commands: Commands) {
    let name = &run.session.scenario().customer().name;
    commands
        .entity(*log)
        .despawn_children()
        .with_children(|column| {
            for line in history(&run.session) {
                spawn_line(column, &line, name);
            }
        });
}

fn show_choices(run: Res<Run>, place: Single<Entity, With<Choices>>, mut commands: Commands) {
    commands
        .entity(*place)
        .despawn_children()
        .with_children(|column| {
            if run.session.floor() == Floor::Ended {
                column
                    .spawn((button::primary("See the debrief"), AutoFocus))
                    .observe(go(Screen::Debrief));
                return;
            }
            let choices = run.session.choices();
            let (replies, others): (Vec<_>, Vec<_>) = choices
                .into_iter()
                .partition(|choice| choice.text.is_some());
            for (n, choice) in replies.iter().enumerate() {
                let words = choice.text.as_deref().unwrap_or_default();
                let mut reply = column.spawn((button::reply(words), Does(choice.action.clone())));
                if let Some(key) = digit(n) {
                    reply.insert(Shortcut(key));
                }
                reply.observe(on_does);
            }
            column.spawn(layout::row(gap::SMALL)).with_children(|row| {
                others.iter().for_each(|choice| spawn_wordless(row, choice));
            });
        });
}

fn spawn_wordless(row: &mut ChildSpawnerCommands, choice: &Choice) {
    let (label, key) = match choice.action {
        Action::Listen => ("Listen", KeyCode::KeyL),
        Action::Encourage => ("Nod", KeyCode::KeyN),
        Action::CutIn => ("Cut in", KeyCode::KeyC),
        Action::Pause | Action::Say(_) => ("Say nothing", KeyCode::KeyP),
    };
    row.spawn((
        button::quiet(label),
        Shortcut(key),
        Does(choice.action.clone()),
    ))
    .observe(on_does);
}

fn on_does(activate: On<Activate>, does: Query<&Does>, mut run: ResMut<Run>) -> Result {
    let action = &does.get(activate.entity)?.0;
    run.apply(action)?;
    Ok(())
}
