//! The bridge to the engine: takes what the trainee did to the session, keeps it,
//! and begins what came of it, cue by cue. Every cue is told by an event; views
//! observe it. Draws nothing.

use std::collections::VecDeque;
use std::time::Duration;

use bevy::prelude::*;
use engine::percept::Percept;
use engine::session::Action;
use engine::state::Stance;

use super::EncounterSystems;
use super::keep::Record;
use super::stage::{Cue, Stage, Wish};
use crate::game::library::Run;
use crate::game::pace::Pace;
use crate::game::screen::{Overlay, Screen};
use crate::game::settings::Settings;
use crate::game::speech::Speech;
use crate::game::voice::plan::Plan;
use crate::game::voice::timbre::Timbre;

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Inputs>()
        .init_resource::<Show>()
        .add_systems(OnEnter(Screen::Encounter), begin)
        .add_systems(OnExit(Screen::Encounter), fall_silent)
        .add_systems(OnExit(Overlay::None), hold)
        .add_systems(OnEnter(Overlay::None), resume)
        .add_systems(
            Update,
            (
                step.in_set(EncounterSystems::Step),
                play.in_set(EncounterSystems::Play),
            ),
        );
}

/// What the trainee did and the session has not seen yet.
#[derive(Resource, Debug, Default)]
pub(super) struct Inputs(pub(super) VecDeque<Action>);

/// What is on show. It changes when a cue begins, not as time goes by.
#[derive(Resource, Debug, Default)]
pub(super) struct Show {
    /// The cues.
    pub(super) stage: Stage,
    /// What shows of the customer now.
    pub(super) percept: Percept,
    /// What the trainee said last and how, until the customer goes on.
    pub(super) you: Option<(String, Stance)>,
}

/// A cue begins to be shown.
#[derive(Event, Clone, Debug)]
pub(super) struct Began(pub(super) Cue);

/// The clock of the window goes on a quarter of a second at most per frame, so
/// longer waits are taken in parts.
const PART: f32 = 0.2;

pub(super) fn begin(
    run: Option<Res<Run>>,
    speech: Res<Speech>,
    mut show: ResMut<Show>,
    mut inputs: ResMut<Inputs>,
) {
    let Some(run) = run else {
        return;
    };
    speech.retry();
    inputs.0.clear();
    let session = &run.session;
    *show = Show {
        stage: match session.turns() {
            [_, ..] if run.what_if.is_none() => Stage::back(session),
            _ => Stage::of(session),
        },
        percept: session.percept(),
        you: None,
    };
}

fn fall_silent(mut speech: ResMut<Speech>) {
    speech.hush();
}

fn hold(mut speech: ResMut<Speech>) {
    speech.hold();
}

fn resume(mut speech: ResMut<Speech>) {
    speech.resume();
}

fn step(
    mut inputs: ResMut<Inputs>,
    run: Option<ResMut<Run>>,
    mut record: ResMut<Record>,
    mut show: ResMut<Show>,
) {
    let Some(mut run) = run else {
        return;
    };
    while let Some(action) = inputs.bypass_change_detection().0.pop_front() {
        let words = run.session.choices().into_iter();
        let said = words
            .filter(|choice| choice.action == action)
            .find_map(|choice| choice.text);
        match run.apply(&action) {
            Ok(step) => {
                if run.what_if.is_none() {
                    record.input(&run.session);
                }
                if said.is_none() {
                    show.you = None;
                }
                show.stage.follow(&action, said, run.stance, &step);
            }
            // A key struck twice: nothing has happened.
            Err(why) => debug!("{why}"),
        }
    }
}

#[expect(
    clippy::too_many_arguments,
    reason = "a system names everything it touches"
)]
fn play(
    mut show: ResMut<Show>,
    run: Option<Res<Run>>,
    settings: Res<Settings>,
    time: Res<Time>,
    mut speech: ResMut<Speech>,
    mut inputs: ResMut<Inputs>,
    mut pace: ResMut<Pace>,
    mut commands: Commands,
) {
    let Some(run) = run else {
        return;
    };
    show.bypass_change_detection().stage.tick(time.delta_secs());
    loop {
        match show.stage.wish(settings.tempo) {
            Wish::Wait(left) => {
                if let Some(left) = left {
                    pace.wake_in(Duration::from_secs_f32(left.clamp(0.0, PART)));
                }
                return;
            }
            Wish::Do(action) => {
                inputs.0.push_back(action);
                pace.animate();
                return;
            }
            Wish::Next => {
                let Some(cue) = show.stage.take() else {
                    return;
                };
                match &cue {
                    Cue::Shows(percept) => show.percept = *percept,
                    Cue::Speaks { text } | Cue::Reacts { text } => {
                        let plan = voice(&run, text, &show.percept);
                        show.stage.speaks_for(plan.duration());
                        speech.say(plan, settings.volume as f32 / 100.0);
                    }
                    Cue::BrokenOff => speech.hush(),
                    Cue::You { text, stance } => {
                        speech.hush();
                        show.you = Some((text.clone(), *stance));
                    }
                    _ => {}
                }
                commands.trigger(Began(cue));
                pace.animate();
            }
        }
    }
}

fn voice(run: &Run, text: &str, percept: &Percept) -> Plan {
    let scenario = run.session.scenario();
    let timbre = Timbre::for_look(&scenario.customer().look.text);
    Plan::new(text, percept, &timbre.on_phone(scenario.place().is_call()))
}
