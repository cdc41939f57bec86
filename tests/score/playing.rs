//! How they are played, and what of their score is looked at.

use std::sync::Arc;

use engine::guidance::Catalogue;
use engine::rng::Dice;
use engine::scenario::Scenario;
use engine::score::{Finding, Par, ParLine, Score};
use engine::session::{Action, Session};
use engine::state::{Floor, Stance};

use crate::stories::begin;

/// Does it in the stance that pleases most.
pub fn act_well(session: &mut Session, action: &Action) {
    let best = Stance::ALL
        .into_iter()
        .max_by_key(|&stance| {
            let mut tried = session.clone();
            tried.apply(action, stance).expect("the action is possible");
            tried.world().satisfaction(tried.state())
        })
        .expect("there are nine stances");
    session.apply(action, best).expect("the action is possible");
}

pub fn hear_out(session: &mut Session) {
    while session.floor() == Floor::Customer {
        act_well(session, &Action::Encourage);
    }
}

pub fn say(session: &mut Session, reply: &str) {
    act_well(session, &Action::Say(reply.to_owned()));
}

/// Hears everything and gives these replies.
pub fn played(scenario: &Arc<Scenario>, seed: u64, replies: &[&str]) -> Session {
    let mut session = begin(scenario, seed);
    for reply in replies {
        hear_out(&mut session);
        say(&mut session, reply);
    }
    session
}

pub fn random_play(session: &mut Session, dice: &mut Dice) {
    while session.floor() != Floor::Ended {
        let choices = session.choices();
        let choice = &choices[dice.below(choices.len() as u32) as usize];
        let stance = Stance::ALL[dice.below(9) as usize];
        session
            .apply(&choice.action, stance)
            .expect("a choice on offer is possible");
    }
}

pub fn no_par() -> Par {
    let best = ParLine {
        inputs: Vec::new(),
        survey: 1000,
        ending: 0,
    };
    Par {
        random: 0,
        worst: 0,
        best,
    }
}

pub fn score(session: &Session) -> Score {
    Score::of(session, &Par::of(session.world(), session.seed()))
}

pub fn finding(session: &Session, clause: &str) -> (Finding, i32) {
    let index = Catalogue::current()
        .clauses
        .iter()
        .position(|c| c.id == clause)
        .expect("the clause is in the catalogue");
    let found = &score(session).clauses[index];
    (found.finding, found.share)
}

pub const GOOD: [&str; 4] = ["back", "own", "choice", "settled"];
