//! How long a talk takes a person, reckoned from its words: what is heard of the
//! customer and read before each reply. The model has seconds of its own, which
//! let the customer cool down and tell nobody what time to plan.

use std::iter::Sum;
use std::ops::Add;
use std::sync::Arc;

use crate::bots::{Bot, play_session};
use crate::rng::Seed;
use crate::rules::Rules;
use crate::scenario::Scenario;
use crate::session::{Action, Event, Session};

/// Words a minute at which the window's voices are heard, over all moods; a test of
/// the window's voices holds the two together.
pub const HEARD: u64 = 190;
/// Words a minute at which adults read to themselves: Brysbaert's mean over 190
/// studies of non-fiction (Journal of Memory and Language 109, 2019).
pub const READ: u64 = 238;
/// Milliseconds to choose among what was read, with voice and face, and to see
/// oneself say it. Our assumption; no study of such choices is known to us.
pub const CHOSEN: u64 = 5_500;
/// Milliseconds that another input takes: the breath between two sentences.
pub const BREATH: u64 = 450;

/// Talks that tell how long one usually is.
const N_USUAL: u64 = 4;

/// What a talk asks of a person, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Length {
    /// Words that the customer says.
    pub heard: u64,
    /// Words of all replies that were on offer where one was said, and of the closing
    /// scene.
    pub read: u64,
    /// Replies.
    pub replies: u64,
    /// Other inputs.
    pub others: u64,
}

impl Length {
    /// Counts a talk as far as it went.
    pub fn of(session: &Session) -> Self {
        let world = session.world();
        let mut length = Length::default();
        length.takes_in(session.opening());
        for turn in session.turns() {
            length.takes_in(&turn.events);
            if matches!(turn.action, Action::Say(_)) {
                length.replies += 1;
                length.read += world
                    .shown(&turn.before)
                    .into_iter()
                    .filter_map(|n| world.words(&turn.before, n))
                    .map(n_words)
                    .sum::<u64>();
            } else {
                length.others += 1;
            }
        }
        length
    }

    /// Minutes that a talk takes somebody who does well, rounded; from a few customers.
    pub fn usual_minutes(scenario: &Arc<Scenario>, rules: &Arc<Rules>) -> u64 {
        let talk = |n| play_session(scenario, rules, Seed::new(n), Bot::Expert, n);
        let all: Length = (0..N_USUAL).map(|n| Length::of(&talk(n))).sum();
        (all.seconds() / N_USUAL + 30) / 60
    }

    fn takes_in(&mut self, events: &[Event]) {
        for event in events {
            match event {
                Event::Speaks { text, .. } | Event::Reacts { text, .. } => {
                    self.heard += n_words(text);
                }
                Event::Ended { scene, .. } => self.read += n_words(scene),
                _ => {}
            }
        }
    }

    /// Seconds that it takes a person who hears the customer out at the window's
    /// pace and reads every reply once.
    pub fn seconds(&self) -> u64 {
        let spoken = self.heard * 60_000 / HEARD + self.read * 60_000 / READ;
        (spoken + self.replies * CHOSEN + self.others * BREATH) / 1000
    }
}

impl Add for Length {
    type Output = Length;

    fn add(self, more: Length) -> Length {
        Length {
            heard: self.heard + more.heard,
            read: self.read + more.read,
            replies: self.replies + more.replies,
            others: self.others + more.others,
        }
    }
}

impl Sum for Length {
    fn sum<I: Iterator<Item = Length>>(lengths: I) -> Length {
        lengths.fold(Length::default(), Add::add)
    }
}

fn n_words(text: &str) -> u64 {
    text.split_whitespace().count() as u64
}
