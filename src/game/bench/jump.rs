//! The dialog that leads to any beat, with gauges, facts and deal as the author
//! wants them.

use bevy::input_focus::AutoFocus;
use bevy::prelude::*;
use bevy::ui_widgets::{Activate, ValueChange};
use engine::names;
use engine::report::GAUGES;
use engine::session::Session;
use engine::workbench::Spot;

use super::Bench;
use crate::desk::debrief::numbers::{capital, points};
use crate::game::library::Library;
use crate::game::run::Run;
use crate::game::screen::{Overlay, Screen};
use crate::game::theme::segmented::{Choose, Segment, segmented};
use crate::game::theme::shortcut::Shortcut;
use crate::game::theme::slider::{Scale, slider};
use crate::game::theme::toggle::toggle;
use crate::game::theme::tokens::gap;
use crate::game::theme::{button, layout, modal, scroll, text};

pub(super) fn plugin(app: &mut App) {
    app.add_systems(
        OnEnter(Overlay::Jump),
        show.run_if(resource_exists::<Bench>),
    )
    .add_systems(
        Update,
        tell.run_if(resource_exists_and_changed::<Aim>.and_then(in_state(Overlay::Jump))),
    );
}

/// Where the author wants to go.
#[derive(Resource)]
struct Aim(Spot);

/// The words beside the slider of this gauge.
#[derive(Component)]
struct Amount(usize);

fn show(run: Option<Res<Run>>, mut commands: Commands) {
    let Some(session) = run.as_deref().and_then(Run::session) else {
        commands.set_state(Overlay::None);
        return;
    };
    let spot = session.spot();
    let scenario = session.scenario().clone();
    commands.insert_resource(Aim(spot.clone()));
    let mut dialog = modal::modal(&mut commands, "Jump", modal::Width::Reading, |sheet| {
        sheet
            .spawn(layout::container(Node {
                flex_direction: FlexDirection::Column,
                height: vh(62),
                min_height: px(0),
                ..default()
            }))
            .with_children(|room| {
                scroll::scroll(room, |list| {
                    beats(list, scenario.beat_keys(), &spot);
                    for n in 0..GAUGES.len() {
                        gauge(list, n, &spot);
                    }
                    if scenario.n_story() > 0 {
                        story(list, scenario.n_story(), &spot);
                    }
                    for (n, (name, values)) in scenario.deals().iter().enumerate() {
                        deal(list, n, name, values, &spot);
                    }
                    facts(list, scenario.fact_keys(), &spot);
                });
            });
        sheet.spawn(layout::row(gap::SMALL)).with_children(|foot| {
            foot.spawn((button::primary("Go there"), Shortcut(KeyCode::Enter)))
                .observe(on_go);
            foot.spawn((button::quiet("Stay"), Shortcut(KeyCode::Escape)))
                .observe(|_: On<Activate>, mut commands: Commands| {
                    commands.set_state(Overlay::None);
                });
        });
    });
    dialog.insert(DespawnOnExit(Overlay::Jump));
}

fn choice(
    list: &mut ChildSpawnerCommands,
    label: &str,
    words: &[String],
    chosen: Option<usize>,
    mut to: impl FnMut(&mut Spot, usize) + Send + Sync + 'static,
) -> Entity {
    list.spawn(text::strong(label));
    let segments: Vec<Segment> = words.iter().map(|word| Segment::new(word)).collect();
    segmented(list, label, &segments, chosen.unwrap_or(0))
        .observe(move |choose: On<Choose>, mut aim: ResMut<Aim>| {
            to(&mut aim.0, choose.part);
        })
        .id()
}

fn beats(list: &mut ChildSpawnerCommands, keys: &[String], spot: &Spot) {
    let at = keys.iter().position(|key| *key == spot.beat);
    let all = keys.to_vec();
    let control = choice(list, "Beat", keys, at, move |spot, n| {
        spot.beat = all[n].clone();
    });
    list.commands().entity(control).insert(AutoFocus);
}

fn deal(list: &mut ChildSpawnerCommands, n: usize, name: &str, values: &[String], spot: &Spot) {
    let drawn = spot.deal.get(n).map(|(_, value)| value);
    let at = values.iter().position(|value| Some(value) == drawn);
    let all = values.to_vec();
    choice(list, &capital(name), values, at, move |spot, part| {
        if let Some(deal) = spot.deal.get_mut(n) {
            deal.1 = all[part].clone();
        }
    });
}

fn amount(n: usize, spot: &Spot) -> String {
    let name = capital(names::gauge(GAUGES[n]));
    format!("{name} {}", points(spot.gauges[n].into()))
}

fn gauge(list: &mut ChildSpawnerCommands, n: usize, spot: &Spot) {
    let scale = Scale {
        low: 0.0,
        high: 1000.0,
        step: 50.0,
    };
    list.spawn((text::strong(amount(n, spot)), Amount(n)));
    slider(
        list,
        names::gauge(GAUGES[n]),
        scale,
        f32::from(spot.gauges[n]),
    )
    .observe(move |change: On<ValueChange<f32>>, mut aim: ResMut<Aim>| {
        aim.0.gauges[n] = change.value.clamp(0.0, 1000.0) as i16;
    });
}

fn story(list: &mut ChildSpawnerCommands, n_story: u8, spot: &Spot) {
    let words: Vec<String> = (0..=n_story).map(|n| n.to_string()).collect();
    let at = Some(usize::from(spot.story));
    choice(list, "Of the story untold", &words, at, |spot, n| {
        spot.story = n as u8;
    });
}

fn facts(list: &mut ChildSpawnerCommands, keys: &[String], spot: &Spot) {
    if keys.is_empty() {
        return;
    }
    list.spawn(text::strong("Heard"));
    for key in keys {
        let fact = key.clone();
        toggle(list, key, spot.facts.contains(key)).observe(
            move |change: On<ValueChange<bool>>, mut aim: ResMut<Aim>| {
                aim.0.facts.retain(|known| *known != fact);
                if change.value {
                    aim.0.facts.push(fact.clone());
                }
            },
        );
    }
}

fn tell(aim: Res<Aim>, mut words: Query<(&Amount, &mut Text)>) {
    for (of, mut text) in &mut words {
        text.0 = amount(of.0, &aim.0);
    }
}

fn on_go(
    _: On<Activate>,
    aim: Res<Aim>,
    run: Option<Res<Run>>,
    library: Res<Library>,
    mut commands: Commands,
) {
    commands.set_state(Overlay::None);
    let Some((run, played)) = run.as_deref().and_then(|run| Some((run, run.session()?))) else {
        return;
    };
    let (scenario, seed) = (played.scenario().clone(), played.seed());
    match Session::placed(scenario, library.rules.clone(), seed, &aim.0) {
        Ok(session) => {
            commands.insert_resource(Run::at(session, None).holding(run.stance));
            commands.set_state(Screen::Encounter);
        }
        // The dialog offers only what there is.
        Err(why) => warn!("{why}"),
    }
}
