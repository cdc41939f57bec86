//! A talk as its trainee perceives it: what was said and done, what shows of the
//! customer, and what is on offer. Whoever shows a talk shows this and no more,
//! wherever it is played; so it may cross a network. No key, gauge, reason or seed
//! gets in here.

use engine::percept::Percept;
use engine::scenario::bleep::bleeped;
use engine::scenario::written::Place;
use engine::session::{Action, Event, Session};
use engine::state::{Floor, Stance};
use serde::{Deserialize, Serialize};

use crate::portrait::scene::Day;

/// A talk as far as it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shown {
    /// What stays the same in it.
    pub setting: Setting,
    /// What was heard before the trainee did anything.
    pub opening: Vec<Heard>,
    /// What the trainee did, each with what came of it.
    pub exchanges: Vec<Exchange>,
    /// Who has the floor.
    pub floor: Floor,
    /// What the trainee may say now, in the order drawn for this run.
    pub replies: Vec<String>,
    /// What shows of the customer now.
    pub percept: Percept,
    /// Whether the trainee is to be asked now how the customer feels.
    pub asks: bool,
}

/// What stays the same in a talk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setting {
    /// The title.
    pub title: String,
    /// What the trainee reads before.
    pub brief: String,
    /// The customer's name.
    pub name: String,
    /// What they do.
    pub trade: String,
    /// Whom they look like.
    pub look: String,
    /// Where it takes place.
    pub place: Place,
    /// What the day is like outside.
    pub day: Day,
}

/// Something the trainee did, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exchange {
    /// Their words, if they said something.
    pub said: Option<String>,
    /// Whether they nodded.
    pub nodded: bool,
    /// How they said it, or listened.
    pub stance: Stance,
    /// What came of it.
    pub heard: Vec<Heard>,
}

/// Something that could be seen or heard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Heard {
    /// The customer begins to speak a segment.
    Speaks(String),
    /// The customer reacts in a word or a sound.
    Reacts(String),
    /// The trainee broke in.
    BrokenOff,
    /// Nobody speaks, for the nth time in a row.
    Silence(u8),
    /// A promise was given: what, and by when.
    Promised(String),
    /// The trainee has the floor.
    Floor,
    /// It is over; the last scene.
    Ended(String),
}

/// What a trainee does, by what is in sight: a reply by its number there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Deed {
    /// Listens to the end of the segment.
    Listen,
    /// Listens, with a nod at its end.
    Encourage,
    /// Cuts in on the segment and takes the floor.
    CutIn,
    /// Has the floor and says nothing.
    Pause,
    /// Says this one of the replies, from 0.
    Say(usize),
}

impl Deed {
    /// The same as the engine takes it, if it is on offer.
    pub fn action(self, session: &Session) -> Option<Action> {
        Some(match self {
            Deed::Listen => Action::Listen,
            Deed::Encourage => Action::Encourage,
            Deed::CutIn => Action::CutIn,
            Deed::Pause => Action::Pause,
            Deed::Say(n) => {
                let said = session.choices().into_iter().filter(|c| c.text.is_some());
                said.map(|choice| choice.action).nth(n)?
            }
        })
    }
}

impl Shown {
    /// What there is to perceive of a session.
    pub fn of(session: &Session) -> Self {
        let scenario = session.scenario();
        let customer = scenario.customer();
        let exchanges = session.turns().iter().map(|turn| Exchange {
            said: turn.said.clone(),
            nodded: turn.action == Action::Encourage,
            stance: turn.input.stance,
            heard: heard(&turn.events),
        });
        let replies = match session.floor() {
            Floor::Trainee => session.choices(),
            Floor::Customer | Floor::Ended => Vec::new(),
        };
        Shown {
            setting: Setting {
                title: scenario.title().to_owned(),
                brief: scenario.brief().to_owned(),
                name: customer.name.clone(),
                trade: customer.trade.clone(),
                look: customer.look.text.clone(),
                place: scenario.place(),
                day: Day::of(session.seed().bits()),
            },
            opening: heard(session.opening()),
            exchanges: exchanges.collect(),
            floor: session.floor(),
            replies: replies.into_iter().filter_map(|c| c.text).collect(),
            percept: session.percept(),
            asks: session.asks_reading(),
        }
    }

    /// The same for those who do not want to read foul words.
    #[must_use]
    pub fn bleeped(mut self) -> Self {
        let exchanges = self.exchanges.iter_mut();
        let (said, heard): (Vec<_>, Vec<_>) = exchanges
            .map(|exchange| (&mut exchange.said, &mut exchange.heard))
            .unzip();
        let said = said.into_iter().flatten();
        let heard = heard.into_iter().chain([&mut self.opening]).flatten();
        let heard = heard.filter_map(Heard::words_mut);
        for words in said.chain(heard).chain(&mut self.replies) {
            *words = bleeped(words);
        }
        self
    }

    /// How much the trainee has done.
    pub fn n(&self) -> usize {
        self.exchanges.len()
    }

    /// How much of that was said.
    pub fn n_said(&self) -> usize {
        let said = self.exchanges.iter();
        said.filter(|exchange| exchange.said.is_some()).count()
    }

    /// The trainee's own words so far, for a question about them.
    pub fn own_replies(&self) -> Vec<String> {
        let said = self.exchanges.iter();
        said.filter_map(|exchange| exchange.said.clone()).collect()
    }

    /// The stance held last.
    pub fn stance(&self) -> Stance {
        let last = self.exchanges.last();
        last.map_or_else(Stance::default, |exchange| exchange.stance)
    }

    /// What was heard last of all, before or after something was done.
    pub fn last(&self) -> &[Heard] {
        let last = self.exchanges.last();
        last.map_or(&self.opening, |exchange| &exchange.heard)
    }

    /// Everything that was heard, the last first.
    pub fn backwards(&self) -> impl Iterator<Item = &Heard> {
        let after = self.exchanges.iter().rev().map(|exchange| &exchange.heard);
        after
            .chain([&self.opening])
            .flat_map(|heard| heard.iter().rev())
    }

    /// The last scene, once it is over.
    pub fn last_scene(&self) -> Option<&str> {
        self.backwards().find_map(|heard| match heard {
            Heard::Ended(scene) => Some(scene.as_str()),
            _ => None,
        })
    }
}

impl Heard {
    /// Whether it says who has the floor.
    pub fn floor(&self) -> Option<Floor> {
        match self {
            Heard::Speaks(_) => Some(Floor::Customer),
            Heard::Floor => Some(Floor::Trainee),
            Heard::Ended(_) => Some(Floor::Ended),
            _ => None,
        }
    }

    /// Its words, if it has any.
    pub fn words_mut(&mut self) -> Option<&mut String> {
        match self {
            Heard::Speaks(words)
            | Heard::Reacts(words)
            | Heard::Promised(words)
            | Heard::Ended(words) => Some(words),
            Heard::BrokenOff | Heard::Silence(_) | Heard::Floor => None,
        }
    }
}

/// Events without what is behind them.
fn heard(events: &[Event]) -> Vec<Heard> {
    let heard = events.iter().filter_map(|event| {
        Some(match event {
            Event::Speaks { text, .. } => Heard::Speaks(text.clone()),
            Event::Reacts { text, .. } => Heard::Reacts(text.clone()),
            Event::BrokenOff => Heard::BrokenOff,
            Event::Silence { n } => Heard::Silence(*n),
            Event::Promised { what } => Heard::Promised(what.clone()),
            Event::Floor => Heard::Floor,
            Event::Ended { scene, .. } => Heard::Ended(scene.clone()),
            // Whoever listened knows; whoever did not, does not.
            Event::Learned { .. } => return None,
        })
    });
    heard.collect()
}

#[cfg(test)]
mod tests {
    use engine::rng::Seed;
    use engine::rules::Rules;

    use super::*;
    use crate::desk::library::Library;

    /// A run to its end by the first line on offer, looked at after every input.
    fn played(look: impl Fn(&Session, &Shown)) {
        let library = Library::open(None).expect("there are scenarios");
        for entry in &library.entries {
            let (rules, seed) = (Rules::current(), Seed::new(7));
            let mut session = Session::begin(entry.scenario.clone(), rules, seed);
            for n in 0..200 {
                let shown = Shown::of(&session);
                look(&session, &shown);
                let deed = match session.floor() {
                    Floor::Ended => break,
                    Floor::Customer if n % 5 == 3 => Deed::CutIn,
                    Floor::Customer if n % 2 == 0 => Deed::Encourage,
                    Floor::Customer => Deed::Listen,
                    Floor::Trainee if n % 7 == 6 => Deed::Pause,
                    Floor::Trainee => Deed::Say(n % shown.replies.len()),
                };
                let action = deed.action(&session).expect("it is on offer");
                session.apply(&action, Stance::default()).expect("legal");
            }
            assert_eq!(session.floor(), Floor::Ended);
        }
    }

    #[test]
    fn what_is_heard_last_says_who_has_the_floor() {
        played(|session, shown| {
            let says = shown.backwards().find_map(Heard::floor);
            assert_eq!(says, Some(session.floor()));
            assert_eq!(shown.n(), session.turns().len());
            assert_eq!(shown.replies.is_empty(), shown.floor != Floor::Trainee);
            let scene = shown.last_scene().is_some();
            assert_eq!(scene, shown.floor == Floor::Ended);
        });
    }

    #[test]
    fn it_crosses_a_network_as_it_is() {
        played(|_, shown| {
            let text = serde_json::to_string(shown).expect("it can be written");
            assert_eq!(
                serde_json::from_str::<Shown>(&text).ok().as_ref(),
                Some(shown)
            );
        });
    }

    #[test]
    fn a_reply_that_is_not_in_sight_is_none() {
        played(|session, shown| {
            let beyond = Deed::Say(shown.replies.len());
            assert_eq!(beyond.action(session), None);
        });
    }

    #[test]
    fn foul_words_are_masked_wherever_they_are_said() {
        let line = || "What the *bloody* hell".to_owned();
        let library = Library::open(None).expect("there are scenarios");
        let scenario = library.entries[0].scenario.clone();
        let session = Session::begin(scenario, Rules::current(), Seed::new(7));
        let mut shown = Shown::of(&session);
        shown.opening = vec![Heard::Speaks(line()), Heard::Floor];
        shown.replies = vec![line()];
        shown.exchanges = vec![Exchange {
            said: Some(line()),
            nodded: false,
            stance: Stance::default(),
            heard: vec![Heard::Reacts(line()), Heard::Ended(line())],
        }];
        let text = serde_json::to_string(&shown.bleeped()).expect("it can be written");
        assert!(!text.contains("bloody"), "{text}");
        assert_eq!(text.matches("*b").count(), 5, "{text}");
    }
}
