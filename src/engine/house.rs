//! The house's own rules: clauses of its handbook tied to acts, its authority and
//! its currency. `load::house` reads them, `report::house` reads a run by them.

use crate::act::Act;
use crate::scenario::written::{Authority, Key};

/// A house and its own clauses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct House {
    /// The version of this format; 1.
    pub format: u32,
    /// What the house is called, as the reports show it.
    pub name: String,
    /// What stands before amounts of money: a sign or a word. Unless said, nothing.
    pub currency: String,
    /// The authority of scenarios that state none. Unless said, they may give nothing away.
    pub authority: Option<Authority>,
    /// The house's own clauses, in the order of the report.
    pub clauses: Vec<HouseClause>,
}

/// One clause of the house.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HouseClause {
    /// Its key.
    pub id: Key,
    /// A few words.
    pub title: String,
    /// One sentence.
    pub sentence: String,
    /// Where it stands in the house's handbook.
    pub place: String,
    /// Acts that follow it. Unless said, it is followed by leaving things undone.
    pub follows: Vec<Act>,
    /// Acts that break it. Unless said, none.
    pub breaks: Vec<Act>,
}

impl House {
    /// An amount of money as this house writes it.
    pub fn money(&self, amount: u16) -> String {
        match self.currency.as_str() {
            "" => amount.to_string(),
            word if word.chars().count() > 1 => format!("{word} {amount}"),
            sign => format!("{sign}{amount}"),
        }
    }
}
