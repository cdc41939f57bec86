//! Doctrines: how clauses weigh where the documents disagree, as data that an
//! instructor chooses from. Of what is measured they weigh conduct alone; with it go
//! the total, whether that is above the line, and which line is called the better one.
//! Red lines and the critical gate stand outside.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::guidance::{Catalogue, Clause, FlagName, Test};
use crate::rules::{ActKind, Rules};

/// The doctrine by which the documents weigh alike: what holds where none is named.
pub const BALANCED: &str = "balanced";
/// The weight of a clause that a doctrine leaves alone, per cent.
pub const WHOLE: u16 = 100;
/// The most that a doctrine may weigh a clause, per cent.
pub const MOST: u16 = 300;

/// One side of a question on which the documents disagree.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Side {
    /// Its key, unique among all sides.
    pub id: String,
    /// What it says, in a few words.
    pub says: String,
    /// The clauses on it, by number.
    pub clauses: Vec<u16>,
}

/// A question on which the documents disagree.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tension {
    /// Its key.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// The question.
    pub question: String,
    /// The two sides.
    pub sides: (Side, Side),
    /// How the game settles it.
    pub note: String,
}

impl Tension {
    /// Both sides, each with the one against it.
    pub fn both(&self) -> [(&Side, &Side); 2] {
        let (first, second) = &self.sides;
        [(first, second), (second, first)]
    }

    /// The clauses of both sides, by number.
    pub fn clauses(&self) -> impl Iterator<Item = u16> {
        let (first, second) = &self.sides;
        first.clauses.iter().chain(&second.clauses).copied()
    }
}

/// A doctrine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Doctrine {
    /// Its key, kebab-case.
    pub id: String,
    /// Its version: another one where a score would come out otherwise.
    pub version: u16,
    /// What it is called.
    pub title: String,
    /// What it is for, in one sentence.
    pub sentence: String,
    /// What clauses of a side weigh, per cent; a side that is left out weighs a hundred.
    #[serde(skip_serializing)]
    pub weighs: Vec<(String, u16)>,
    /// The same for every clause of the catalogue, in its order.
    #[serde(skip)]
    percents: Vec<u16>,
}

impl Doctrine {
    /// The one by which the documents weigh alike.
    pub fn balanced() -> &'static Doctrine {
        &Doctrines::current().doctrines[0]
    }

    /// The doctrine of this name: `brisk` for its newest version, `brisk.1` for one.
    pub fn find(name: &str) -> Option<&'static Doctrine> {
        let all = &Doctrines::current().doctrines;
        all.iter()
            .rfind(|doctrine| doctrine.id == name || doctrine.key() == name)
    }

    /// The name files and tables know it by: key and version.
    pub fn key(&self) -> String {
        format!("{}.{}", self.id, self.version)
    }

    /// Whether it is the one that holds where none is named.
    pub fn is_balanced(&self) -> bool {
        self.id == BALANCED
    }

    /// That something is scored by it, in a sentence or two; nothing where both sides of
    /// every question weigh alike.
    pub fn scored_by(&self) -> Option<String> {
        let words = || format!("Scored by “{}”. {}", self.title, self.sentence);
        (!self.is_balanced()).then(words)
    }

    /// What a clause weighs, by its index in the catalogue, per cent of what it weighs
    /// otherwise.
    pub fn percent(&self, clause: usize) -> u16 {
        self.percents.get(clause).copied().unwrap_or(WHOLE)
    }

    /// What the clauses of a side weigh that no red line holds, per cent.
    pub fn leans(&self, side: &Side) -> u16 {
        let named = self.weighs.iter().find(|(id, _)| *id == side.id);
        named.map_or(WHOLE, |(_, percent)| *percent)
    }
}

/// The tensions and the doctrines.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Doctrines {
    /// The questions on which the documents disagree, in the order of the report.
    pub tensions: Vec<Tension>,
    /// The doctrines, every version there ever was; the balanced one is the first.
    pub doctrines: Vec<Doctrine>,
}

/// Doctrines that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BadDoctrine {
    /// They are not RON of the right shape.
    #[error("doctrine: {0}")]
    Syntax(#[from] ron::error::SpannedError),
    /// The first one is not the one that weighs nothing.
    #[error("doctrine: the first one is `{BALANCED}`, and weighs nothing")]
    First,
    /// Two things have one key.
    #[error("doctrine: there are two of `{0}`")]
    Twice(String),
    /// Something has no name, or no clauses.
    #[error("doctrine: `{0}` is empty")]
    Empty(String),
    /// A side names a clause that is none.
    #[error("doctrine: the side `{0}` has clause {1}, which is none")]
    Clause(String, u16),
    /// A clause that could be weighed stands on two sides.
    #[error("doctrine: clause {0} stands on `{1}` and on `{2}`")]
    TwoSides(u16, String, String),
    /// A doctrine weighs what is no side.
    #[error("doctrine: `{0}` weighs `{1}`, which is no side")]
    Side(String, String),
    /// A doctrine weighs a side with nothing on it that may be weighed.
    #[error("doctrine: `{0}` weighs `{1}`, which only holds red lines")]
    RedLines(String, String),
    /// A weight is too large.
    #[error("doctrine: `{0}` weighs `{1}` at {2} per cent; {MOST} is the most")]
    Percent(String, String, u16),
}

impl Doctrines {
    /// Reads tensions and doctrines, and holds them against a catalogue.
    ///
    /// # Errors
    /// When they are not of the right shape, or make no sense.
    pub fn read(text: &str, catalogue: &Catalogue) -> Result<Self, BadDoctrine> {
        let mut read: Doctrines = ron::from_str(text)?;
        read.check_tensions(catalogue)?;
        let first = read.doctrines.first().ok_or(BadDoctrine::First)?;
        if !first.is_balanced() || !first.weighs.is_empty() {
            return Err(BadDoctrine::First);
        }
        let mut keys = Vec::new();
        for doctrine in &read.doctrines {
            let key = doctrine.key();
            if doctrine.title.is_empty() || doctrine.sentence.is_empty() {
                return Err(BadDoctrine::Empty(key));
            }
            if keys.contains(&key) {
                return Err(BadDoctrine::Twice(key));
            }
            keys.push(key);
        }
        let mut doctrines = std::mem::take(&mut read.doctrines);
        for doctrine in &mut doctrines {
            doctrine.percents = read.weigh(doctrine, catalogue)?;
        }
        read.doctrines = doctrines;
        Ok(read)
    }

    /// The built-in ones.
    pub fn current() -> &'static Doctrines {
        static CURRENT: LazyLock<Doctrines> = LazyLock::new(|| {
            let text = include_str!("../../assets/doctrine.ron");
            Doctrines::read(text, Catalogue::current()).expect("the embedded doctrines are tested")
        });
        &CURRENT
    }

    /// Those to choose from: the newest version of each, in their order.
    pub fn choices(&self) -> impl Iterator<Item = &Doctrine> {
        let all = self.doctrines.iter().enumerate();
        all.filter(|(n, doctrine)| {
            let mut later = self.doctrines[n + 1..].iter();
            !later.any(|other| other.id == doctrine.id)
        })
        .map(|(_, doctrine)| doctrine)
    }

    /// The sides a clause stands on, by its number, each with its question and the side
    /// against it.
    pub fn sides_of(&self, clause: u16) -> impl Iterator<Item = (&Tension, &Side, &Side)> {
        let sides = self.tensions.iter().flat_map(|tension| {
            let both = tension.both().into_iter();
            both.map(move |(side, other)| (tension, side, other))
        });
        sides.filter(move |(_, side, _)| side.clauses.contains(&clause))
    }

    fn check_tensions(&self, catalogue: &Catalogue) -> Result<(), BadDoctrine> {
        let mut keys: Vec<&str> = Vec::new();
        let mut stands: Vec<(u16, &str)> = Vec::new();
        for tension in &self.tensions {
            if tension.name.is_empty() || tension.question.is_empty() || tension.note.is_empty() {
                return Err(BadDoctrine::Empty(tension.id.clone()));
            }
            for (side, _) in tension.both() {
                if keys.contains(&side.id.as_str()) {
                    return Err(BadDoctrine::Twice(side.id.clone()));
                }
                keys.push(&side.id);
                if side.says.is_empty() || side.clauses.is_empty() {
                    return Err(BadDoctrine::Empty(side.id.clone()));
                }
                for &n in &side.clauses {
                    let clause = catalogue.clauses.iter().find(|clause| clause.n == n);
                    let clause = clause.ok_or_else(|| BadDoctrine::Clause(side.id.clone(), n))?;
                    if stands_outside(clause) {
                        continue;
                    }
                    if let Some((_, other)) = stands.iter().find(|(other, _)| *other == n) {
                        let (one, two) = ((*other).to_owned(), side.id.clone());
                        return Err(BadDoctrine::TwoSides(n, one, two));
                    }
                    stands.push((n, &side.id));
                }
            }
        }
        let twice = |n: usize| {
            let id = &self.tensions[n].id;
            self.tensions[..n].iter().any(|other| other.id == *id)
        };
        match (0..self.tensions.len()).find(|n| twice(*n)) {
            Some(n) => Err(BadDoctrine::Twice(self.tensions[n].id.clone())),
            None => Ok(()),
        }
    }

    /// What every clause weighs by a doctrine, per cent.
    fn weigh(&self, doctrine: &Doctrine, catalogue: &Catalogue) -> Result<Vec<u16>, BadDoctrine> {
        let mut percents = vec![WHOLE; catalogue.clauses.len()];
        for (n, (id, percent)) in doctrine.weighs.iter().enumerate() {
            let (key, named) = (|| doctrine.key(), || id.clone());
            if doctrine.weighs[..n].iter().any(|(other, _)| other == id) {
                return Err(BadDoctrine::Twice(id.clone()));
            }
            if *percent > MOST {
                return Err(BadDoctrine::Percent(key(), named(), *percent));
            }
            let mut sides = self.tensions.iter().flat_map(Tension::both);
            let (side, _) = sides
                .find(|(side, _)| side.id == *id)
                .ok_or_else(|| BadDoctrine::Side(key(), named()))?;
            let mut n_weighed = 0;
            for (clause, weight) in catalogue.clauses.iter().zip(&mut percents) {
                if side.clauses.contains(&clause.n) && !stands_outside(clause) {
                    *weight = *percent;
                    n_weighed += 1;
                }
            }
            if n_weighed == 0 {
                return Err(BadDoctrine::RedLines(key(), named()));
            }
        }
        Ok(percents)
    }
}

/// Whether a clause guards a red line or speaks of a threat: then every doctrine lets it
/// weigh what it weighs.
pub fn stands_outside(clause: &Clause) -> bool {
    let rules = Rules::current();
    let breaks = clause.breaks.as_ref().map(Test::acts).unwrap_or_default();
    let mut red_lines = crate::act::Act::ALL
        .iter()
        .filter(|act| rules.act(**act).kind == ActKind::RedLine);
    red_lines.any(|act| breaks.has(*act)) || clause.when.as_ref().is_some_and(speaks_of_a_threat)
}

fn speaks_of_a_threat(test: &Test) -> bool {
    match test {
        Test::All(tests) | Test::Any(tests) => tests.iter().any(speaks_of_a_threat),
        Test::Flag(flag) => *flag == FlagName::Threatened,
        _ => false,
    }
}
