//! What of a run does not count, as the report names it.

use super::NotCounted;
use crate::guidance::Catalogue;
use crate::score::{Finding, Par, Score, Void, Voided};
use crate::session::{Action, Session};

/// The voids that mean something to this run.
pub(super) fn not_counted(session: &Session, par: &Par, voids: &[Void]) -> Vec<NotCounted> {
    if voids.is_empty() {
        return Vec::new();
    }
    let whole = Score::of(session, par);
    let notes = voids.iter().filter_map(|void| {
        let (title, turns) = match &void.what {
            Voided::Clause(id) => clause(&whole, id)?,
            Voided::Decision(beat) => (beat.clone(), decision(session, beat)?),
        };
        Some(NotCounted {
            what: void.what.clone(),
            title,
            why: void.why.clone(),
            turns,
        })
    });
    notes.collect()
}

/// A clause that came up: its title, and the turns that made it what it was.
fn clause(whole: &Score, id: &str) -> Option<(String, Vec<usize>)> {
    let all = &Catalogue::current().clauses;
    let index = all.iter().position(|clause| clause.id == id)?;
    let score = whole.clauses.get(index)?;
    let came_up = score.finding != Finding::NotTested;
    came_up.then(|| (all[index].title.clone(), score.turns.clone()))
}

/// The turns at which a reply was chosen at a beat.
fn decision(session: &Session, beat: &str) -> Option<Vec<usize>> {
    let keys = session.scenario().beat_keys();
    let turns = session.turns().iter().zip(1..).filter(|(turn, _)| {
        matches!(turn.action, Action::Say(_) | Action::Pause)
            && keys
                .get(turn.before.beat as usize)
                .is_some_and(|key| key == beat)
    });
    let turns: Vec<usize> = turns.map(|(_, n)| n).collect();
    (!turns.is_empty()).then_some(turns)
}
