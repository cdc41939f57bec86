//! The bridge to the run: takes what the trainee did to it, keeps it,
//! and begins what came of it, cue by cue. Every cue is told by an event; views
//! observe it. Draws nothing.

use std::collections::VecDeque;
use std::time::Duration;

use bevy::prelude::*;
use engine::percept::Percept;
use engine::state::Stance;

use super::EncounterSystems;
use super::keep::Record;
use super::stage::{Cue, Stage, Wish};
use crate::desk::shown::Deed;
use crate::game::pace::Pace;
use crate::game::run::{Done, Run};
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

/// What the trainee did and the run has not seen yet, each with how much had been
/// done before it.
#[derive(Resource, Debug, Default)]
pub(super) struct Inputs(VecDeque<(usize, Deed)>);

impl Inputs {
    /// The trainee does something in the run as it is. What comes too late, as a key
    /// struck twice, is left out: it was meant for what was on offer before.
    pub(super) fn push(&mut self, run: Option<&Run>, deed: Deed) {
        if let Some(run) = run {
            self.0.push_back((run.shown().n(), deed));
        }
    }
}

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
    let shown = run.shown();
    *show = Show {
        stage: match shown.n() {
            1.. if run.what_if.is_none() => Stage::back(shown),
            _ => Stage::of(shown),
        },
        percept: shown.percept,
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

pub(super) fn step(
    mut inputs: ResMut<Inputs>,
    run: Option<ResMut<Run>>,
    mut record: ResMut<Record>,
    mut show: ResMut<Show>,
    mut speech: ResMut<Speech>,
) {
    let Some(mut run) = run else {
        return;
    };
    while let Some((n, deed)) = inputs.bypass_change_detection().0.pop_front() {
        let said = match deed {
            Deed::Say(n) => run.shown().replies.get(n).cloned(),
            _ => None,
        };
        if n != run.shown().n() {
            continue;
        }
        let done = run.does(deed);
        if done == Done::Not {
            // Asked for again and again it would be refused again and again.
            if run.is_over() {
                show.stage.breaks_off();
            }
            continue;
        }
        if said.is_none() {
            show.you = None;
        }
        if let (Some(session), None) = (run.session(), run.what_if) {
            record.input(session);
        }
        show.stage.does(deed, said, run.stance);
        match done {
            Done::Now => {
                let shown = run.shown();
                show.stage.comes(shown.percept, shown.last());
            }
            // Whoever cuts in is heard at once, whatever comes of it.
            _ if deed == Deed::CutIn => speech.hush(),
            _ => {}
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
            Wish::Do(deed) => {
                inputs.push(Some(&run), deed);
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
    let setting = &run.shown().setting;
    let timbre = Timbre::for_look(&setting.look);
    Plan::new(text, percept, &timbre.on_phone(setting.place.is_call()))
}
