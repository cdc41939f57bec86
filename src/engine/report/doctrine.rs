//! What a report says of the clauses on which the documents disagree, and of what a
//! doctrine makes of them. Every front end says it in these words.

use serde::Serialize;

use super::{ClauseNote, Remark, touched};
use crate::doctrine::{Doctrine, Doctrines, WHOLE};
use crate::score::Score;

/// A side that a clause is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct SideNote {
    /// The question on which the documents disagree.
    pub question: &'static str,
    /// What this side says.
    pub says: &'static str,
    /// What the other one says.
    pub against: &'static str,
}

pub(super) fn sides(clause: u16) -> Vec<SideNote> {
    let sides = Doctrines::current().sides_of(clause);
    sides
        .map(|(tension, side, other)| SideNote {
            question: &tension.question,
            says: &side.says,
            against: &other.says,
        })
        .collect()
}

impl ClauseNote {
    /// Which side of which disagreement it is on, and what it weighs if not the whole;
    /// nothing for a clause that nobody disputes.
    pub fn disputed(&self) -> Option<String> {
        let mut sentences: Vec<String> = self
            .sides
            .iter()
            .map(|side| {
                format!(
                    "The documents disagree: “{}” here, “{}” elsewhere.",
                    side.says, side.against
                )
            })
            .collect();
        match self.weighs {
            0 => sentences.push("Not counted under this doctrine.".to_owned()),
            WHOLE => {}
            percent => sentences.push(format!("Weighs {percent} % under this doctrine.")),
        }
        (!sentences.is_empty()).then(|| sentences.join(" "))
    }
}

/// The disagreements this run touched: at least two of their clauses came up.
pub(super) fn disagreements(score: &Score, doctrine: &Doctrine) -> Vec<Remark> {
    let tensions = Doctrines::current().tensions.iter();
    tensions
        .filter_map(|tension| {
            let leans = |(side, other)| doctrine.leans(side) > doctrine.leans(other);
            let side = tension.both().into_iter().find(|both| leans(*both));
            Some(Remark {
                about: &tension.question,
                note: &tension.note,
                leans: side.map(|(side, _)| side.says.as_str()),
                clauses: touched(score, tension.clauses(), 2)?,
            })
        })
        .collect()
}
