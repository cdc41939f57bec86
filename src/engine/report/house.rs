//! A run by the house's own clauses: a table of its own beside the report. It moves
//! no other score.

use serde::Serialize;

use crate::act::{Act, ActSet};
use crate::house::{House, HouseClause};
use crate::scenario::MAX_REPLIES;
use crate::score::Finding;
use crate::session::Session;
use crate::state::State;
use crate::step::{Move, World};

/// What a run means to a house: a table of its own beside the report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HouseReport {
    /// What the house is called.
    pub name: String,
    /// What stands before amounts of money.
    pub currency: String,
    /// Share of the clauses that came up and were followed, thousandths; `None` if none came up.
    pub score: Option<i32>,
    /// Every clause, in the house's order.
    pub clauses: Vec<HouseNote>,
}

/// What a run means to one clause of the house.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HouseNote {
    /// Its key.
    pub id: String,
    /// A few words.
    pub title: String,
    /// One sentence.
    pub sentence: String,
    /// Where it stands in the house's handbook.
    pub place: String,
    /// How the run stands to it: followed, missed, broken or not tested.
    pub finding: Finding,
    /// The turns that made it so, from 1; for a clause that was missed, those that offered it.
    pub turns: Vec<usize>,
}

impl HouseReport {
    /// Reads a run by the clauses of a house.
    pub fn of(house: &House, session: &Session) -> Self {
        let world = session.world();
        let turns: Vec<Said> = session
            .turns()
            .iter()
            .zip(1..)
            .filter_map(|(turn, n)| Said::of(world, &turn.before, turn.input.action, n))
            .collect();
        let clauses: Vec<HouseNote> = house
            .clauses
            .iter()
            .map(|clause| note(clause, &turns))
            .collect();
        let n_tested = clauses
            .iter()
            .filter(|c| c.finding != Finding::NotTested)
            .count();
        let n_followed = clauses
            .iter()
            .filter(|c| c.finding == Finding::Followed)
            .count();
        HouseReport {
            name: house.name.clone(),
            currency: house.currency.clone(),
            score: (n_tested > 0).then(|| (n_followed * 1000 / n_tested) as i32),
            clauses,
        }
    }
}

/// A turn at which the trainee had the floor.
struct Said {
    turn: usize,
    /// What the replies on offer would have done.
    offered: ActSet,
    /// What the reply did; nothing for a pause.
    did: ActSet,
}

impl Said {
    fn of(world: World, before: &State, action: Move, turn: usize) -> Option<Self> {
        let mut moves = [Move::Pause; MAX_REPLIES + 1];
        let n_moves = world.moves(before, &mut moves);
        let acts = |action: Move| match action {
            Move::Say(n) => world.reply(before, n).map_or(ActSet::EMPTY, |reply| {
                let acts = if World::informed(before, reply) {
                    reply.set
                } else {
                    reply.plain_set
                };
                // No author tags it: whoever was told already is asked again.
                if reply.asks & before.facts == 0 {
                    acts
                } else {
                    acts.with(Act::ReAsk)
                }
            }),
            _ => ActSet::EMPTY,
        };
        let offered = moves[..n_moves]
            .iter()
            .fold(ActSet::EMPTY, |all, action| all.union(acts(*action)));
        let has_floor = moves[..n_moves].contains(&Move::Pause);
        has_floor.then(|| Said {
            turn,
            offered,
            did: acts(action),
        })
    }
}

fn note(clause: &HouseClause, turns: &[Said]) -> HouseNote {
    let follows: ActSet = clause.follows.iter().copied().collect();
    let breaks: ActSet = clause.breaks.iter().copied().collect();
    let when = |holds: &dyn Fn(&Said) -> bool| -> Vec<usize> {
        turns
            .iter()
            .filter(|said| holds(said))
            .map(|said| said.turn)
            .collect()
    };
    let broken = when(&|said| said.did.meets(breaks));
    let followed = when(&|said| said.did.meets(follows));
    let offered = when(&|said| said.offered.meets(follows));
    let tempted = when(&|said| said.offered.meets(breaks));
    let (finding, turns) = if !broken.is_empty() {
        (Finding::Broken, broken)
    } else if !followed.is_empty() {
        (Finding::Followed, followed)
    } else if !offered.is_empty() {
        (Finding::Missed, offered)
    } else if clause.follows.is_empty() && !tempted.is_empty() {
        (Finding::Followed, tempted)
    } else {
        (Finding::NotTested, Vec::new())
    };
    HouseNote {
        id: clause.id.text.clone(),
        title: clause.title.clone(),
        sentence: clause.sentence.clone(),
        place: clause.place.clone(),
        finding,
        turns,
    }
}
