//! The run being played: what there is to perceive of it, which is all that the talk on
//! screen draws from, and where it is played: by the engine here, or, in a sealed
//! class, on the class's computer.

use std::sync::Arc;

use bevy::prelude::*;
use engine::doctrine::Doctrine;
use engine::rng::Seed;
use engine::rules::Rules;
use engine::scenario::Scenario;
use engine::session::Session;
use engine::state::Stance;

#[cfg(feature = "classroom")]
use super::class::elsewhere::{Came, Elsewhere};
use super::screen::Screen;
use crate::desk::shown::{Deed, Shown};
use crate::desk::what_if::{Origin, again};

/// The run being played, kept for the debrief. Inserted before
/// `Screen::Encounter` is entered, removed on the way back to the list.
#[derive(Resource, Debug)]
pub struct Run {
    shown: Shown,
    played: Played,
    /// The stance held now.
    pub stance: Stance,
    /// Where it left another talk, if it is only tried out: then it counts for
    /// nothing and is no run on disk.
    pub what_if: Option<Origin>,
    /// What it belongs to.
    pub belongs: Belongs,
    /// What its conduct is scored by, where that is done here.
    pub doctrine: &'static Doctrine,
}

/// What a run belongs to: where one goes from it, and what becomes of its file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Belongs {
    /// To the trainee alone.
    #[default]
    Practice,
    /// To homework: kept with it, once, to be sent.
    #[cfg(feature = "classroom")]
    Homework,
    /// To a class: kept there, once, to be handed in.
    #[cfg(feature = "classroom")]
    Class,
}

impl Belongs {
    /// The way back to what asked for the run, if something did: its words, and where
    /// it leads.
    pub fn back(self) -> Option<(&'static str, Screen)> {
        match self {
            Belongs::Practice => None,
            #[cfg(feature = "classroom")]
            Belongs::Homework => Some(("Back to the homework", Screen::Assigned)),
            #[cfg(feature = "classroom")]
            Belongs::Class => Some(("Back to the class", Screen::Class)),
        }
    }

    /// Whether it is played once, goes on where it was left, and its debrief waits for
    /// the end of the class.
    pub fn in_class(self) -> bool {
        #[cfg(feature = "classroom")]
        return self == Belongs::Class;
        #[cfg(not(feature = "classroom"))]
        return false;
    }
}

/// Where a run is played.
#[derive(Debug)]
enum Played {
    /// By the engine in this program.
    Here(Box<Session>),
    /// On a class's computer, which alone knows what is behind it.
    #[cfg(feature = "classroom")]
    There(Elsewhere),
}

/// What becomes of something the trainee does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// It is done, and what came of it is at the end of what is shown.
    Now,
    /// It is on its way, and what comes of it arrives.
    #[cfg(feature = "classroom")]
    Sent,
    /// It is not possible now; nothing has changed.
    Not,
}

impl Run {
    /// Begins a run.
    pub fn begin(scenario: Arc<Scenario>, rules: Arc<Rules>, seed: Seed) -> Self {
        Run::at(Session::begin(scenario, rules, seed), None)
    }

    /// A conversation that goes on from where it is, with the stance held last.
    pub fn at(session: Session, what_if: Option<Origin>) -> Self {
        let shown = Shown::of(&session);
        Run {
            stance: shown.stance(),
            shown,
            played: Played::Here(Box::new(session)),
            what_if,
            belongs: Belongs::Practice,
            doctrine: Doctrine::balanced(),
        }
    }

    /// A conversation that belongs to something, from where it is.
    pub fn belonging(session: Session, belongs: Belongs, doctrine: &'static Doctrine) -> Self {
        Run {
            belongs,
            doctrine,
            ..Run::at(session, None)
        }
    }

    /// A conversation that is played on a class's computer, from where it is.
    #[cfg(feature = "classroom")]
    pub fn elsewhere(shown: Shown, elsewhere: Elsewhere) -> Self {
        Run {
            stance: shown.stance(),
            shown,
            played: Played::There(elsewhere),
            what_if: None,
            belongs: Belongs::Class,
            doctrine: Doctrine::balanced(),
        }
    }

    /// The same, scored by a doctrine.
    #[must_use]
    pub fn scored_by(self, doctrine: &'static Doctrine) -> Self {
        Run { doctrine, ..self }
    }

    /// The same with another stance held.
    #[must_use]
    pub fn holding(self, stance: Stance) -> Self {
        Run { stance, ..self }
    }

    /// Begins the same run again from its first word, or from where it left; not one
    /// that is played elsewhere.
    pub fn again(&self) -> Option<Self> {
        let n = self.what_if.map_or(0, |origin| origin.at);
        let run = Run::at(again(self.session()?, n), self.what_if);
        Some(run.scored_by(self.doctrine))
    }

    /// What there is to perceive of it.
    pub fn shown(&self) -> &Shown {
        &self.shown
    }

    /// The session, if it is played here. For the debrief, the author's bench and the
    /// run on disk; the talk on screen draws from [`Run::shown`].
    pub fn session(&self) -> Option<&Session> {
        match &self.played {
            Played::Here(session) => Some(session),
            #[cfg(feature = "classroom")]
            Played::There(_) => None,
        }
    }

    /// Does something with the stance held.
    pub fn does(&mut self, deed: Deed) -> Done {
        match &mut self.played {
            Played::Here(session) => {
                let Some(action) = deed.action(session) else {
                    return Done::Not;
                };
                if let Err(why) = session.apply(&action, self.stance) {
                    // A key struck twice: nothing has happened.
                    debug!("{why}");
                    return Done::Not;
                }
                self.shown = Shown::of(session);
                Done::Now
            }
            #[cfg(feature = "classroom")]
            Played::There(elsewhere) => match elsewhere.does(&self.shown, deed, self.stance) {
                true => Done::Sent,
                false => Done::Not,
            },
        }
    }

    /// Marks where the trainee thinks the customer stands.
    pub fn mark(&mut self, step: u8) -> Done {
        match &mut self.played {
            Played::Here(session) => {
                if let Err(why) = session.mark(step) {
                    debug!("{why}");
                    return Done::Not;
                }
                self.shown = Shown::of(session);
                Done::Now
            }
            #[cfg(feature = "classroom")]
            Played::There(elsewhere) => match elsewhere.mark(&self.shown, step, self.stance) {
                true => Done::Sent,
                false => Done::Not,
            },
        }
    }

    /// Whether something that was done is still on its way: nothing else can be done.
    pub fn waits(&self) -> bool {
        match &self.played {
            Played::Here(_) => false,
            #[cfg(feature = "classroom")]
            Played::There(elsewhere) => elsewhere.waits(),
        }
    }

    /// Whether nothing more comes of it, though it may not have come to its end.
    pub fn is_over(&self) -> bool {
        match &self.played {
            Played::Here(_) => false,
            #[cfg(feature = "classroom")]
            Played::There(elsewhere) => elsewhere.over().is_some(),
        }
    }

    /// Takes in what has arrived from elsewhere; foul words are masked with `bleep`.
    #[cfg(feature = "classroom")]
    pub fn arrived(&mut self, bleep: bool) -> Option<Came> {
        let Played::There(elsewhere) = &mut self.played else {
            return None;
        };
        let (shown, came) = elsewhere.arrived(bleep)?;
        self.shown = shown;
        Some(came)
    }

    /// How it is elsewhere, if it is played there.
    #[cfg(feature = "classroom")]
    pub fn line(&self) -> Option<&Elsewhere> {
        match &self.played {
            Played::Here(_) => None,
            Played::There(elsewhere) => Some(elsewhere),
        }
    }
}
