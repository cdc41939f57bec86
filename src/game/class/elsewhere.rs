//! A run that is played on the class's computer, as the window plays it: what is on its
//! way, what has arrived, and what the trainee is told of the wait. Asks nothing
//! itself; the thread behind it does.

use std::time::Duration;

use engine::state::{Floor, Stance};

use crate::classroom::client::stepped::{Line, News, Stepped};
use crate::classroom::talk::{Does, FORM, Time, What};
use crate::desk::shown::{Deed, Shown};

/// An answer may take so long before anything is said of it.
pub const PATIENCE: Duration = Duration::from_millis(1_500);

/// A run on the class's computer.
#[derive(Debug)]
pub struct Elsewhere {
    stepped: Stepped,
    id: String,
    /// Answers that have been taken in.
    n_taken: usize,
    /// What is on its way.
    pending: Option<Pending>,
    receipt: Option<String>,
    /// Another run came in its place.
    gone: bool,
}

#[derive(Clone, Debug)]
struct Pending {
    does: Does,
    /// The words, if something was said.
    said: Option<String>,
}

/// What has arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Came {
    /// What came of the last thing that was done.
    Answer,
    /// A reading was noted.
    Noted,
    /// The talk is elsewhere than was thought: it is shown as it is.
    Other,
}

/// What the trainee is told of the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wait {
    /// Nothing.
    None,
    /// Nothing yet; so long it may take.
    Patience(Duration),
    /// This sentence.
    Told(String),
}

impl Elsewhere {
    /// A run that has been taken up, with how it is; nothing before it has.
    ///
    /// # Errors
    /// Gives it back when there is no answer yet.
    pub fn of(stepped: Stepped, bleep: bool) -> Result<(Shown, Self), Stepped> {
        let news = stepped.news();
        let Some(told) = news.told else {
            return Err(stepped);
        };
        let elsewhere = Elsewhere {
            stepped,
            id: told.id.clone(),
            n_taken: news.n,
            pending: None,
            receipt: told.receipt.clone(),
            gone: false,
        };
        Ok((spoken(&told.talk, bleep), elsewhere))
    }

    /// Has something done, if nothing else is on its way.
    pub fn does(&mut self, shown: &Shown, deed: Deed, stance: Stance) -> bool {
        let said = match deed {
            Deed::Say(n) => match shown.replies.get(n) {
                Some(words) => Some(words.clone()),
                None => return false,
            },
            _ => None,
        };
        let fits = match deed {
            Deed::Listen | Deed::Encourage | Deed::CutIn => Floor::Customer,
            Deed::Pause | Deed::Say(_) => Floor::Trainee,
        };
        fits == shown.floor && self.send(deed.into(), shown.n() + 1, stance, said)
    }

    /// Has a reading noted, if one is asked for.
    pub fn mark(&mut self, shown: &Shown, step: u8, stance: Stance) -> bool {
        shown.asks && self.send(What::Mark(step), shown.n(), stance, None)
    }

    fn send(&mut self, what: What, n: usize, stance: Stance, said: Option<String>) -> bool {
        if self.pending.is_some() || self.over().is_some() {
            return false;
        }
        let does = Does {
            form: FORM,
            n,
            what,
            voice: stance.voice,
            face: stance.face,
        };
        self.stepped.order(does);
        self.pending = Some(Pending { does, said });
        true
    }

    /// Whether something is on its way.
    pub fn waits(&self) -> bool {
        self.pending.is_some()
    }

    /// Takes in what has arrived.
    pub fn arrived(&mut self, bleep: bool) -> Option<(Shown, Came)> {
        let news = self.stepped.news();
        let told = news.told.filter(|_| news.n != self.n_taken)?;
        self.n_taken = news.n;
        if told.id != self.id {
            self.gone = true;
            return None;
        }
        self.receipt.clone_from(&told.receipt);
        let shown = spoken(&told.talk, bleep);
        let came = came(self.pending.take(), &shown);
        Some((shown, came))
    }

    /// Why there is nothing more to be done in this run, if so.
    pub fn over(&self) -> Option<String> {
        if self.gone {
            return Some("this conversation is over; what was played is handed in".to_owned());
        }
        match self.stepped.news().line {
            Line::Over(why) => Some(why),
            Line::Fine(_) | Line::Silent | Line::Rests(_) => None,
        }
    }

    /// What the trainee is told of the line now.
    pub fn wait(&self) -> Wait {
        wait(&self.stepped.news(), self.waits())
    }

    /// What is left of the trainee's time.
    pub fn time(&self) -> Option<Time> {
        self.stepped.news().time
    }

    /// The receipt's code, once the run is handed in.
    pub fn receipt(&self) -> Option<&str> {
        self.receipt.as_deref()
    }
}

fn spoken(talk: &Shown, bleep: bool) -> Shown {
    let talk = talk.clone();
    if bleep { talk.bleeped() } else { talk }
}

/// What an answer is to what was on its way.
fn came(pending: Option<Pending>, shown: &Shown) -> Came {
    let Some(Pending { does, said }) = pending else {
        return Came::Other;
    };
    let last = shown.exchanges.last();
    match does.what {
        What::Mark(_) if does.n == shown.n() && !shown.asks => Came::Noted,
        What::Mark(_) => Came::Other,
        _ if does.n != shown.n() => Came::Other,
        // Two programs on one seat: the other one was faster.
        _ if last.is_none_or(|last| last.said != said) => Came::Other,
        _ => Came::Answer,
    }
}

fn wait(news: &News, pending: bool) -> Wait {
    let lost = || Wait::Told("Waiting for the class’s computer; nothing is lost.".to_owned());
    match &news.line {
        Line::Rests(why) => Wait::Told(super::sentence(why)),
        Line::Silent => lost(),
        Line::Fine(Some(since)) if pending => match PATIENCE.checked_sub(since.elapsed()) {
            Some(left) if !left.is_zero() => Wait::Patience(left),
            _ => lost(),
        },
        Line::Fine(_) | Line::Over(_) => Wait::None,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use engine::rng::Seed;
    use engine::rules::Rules;
    use engine::session::Session;

    use super::*;

    fn does(what: What, n: usize, said: Option<&str>) -> Option<Pending> {
        Some(Pending {
            does: Does {
                form: FORM,
                n,
                what,
                voice: Default::default(),
                face: Default::default(),
            },
            said: said.map(str::to_owned),
        })
    }

    #[test]
    fn only_what_was_asked_for_is_an_answer() {
        let rules = Rules::current();
        let scenario = crate::game::sample::scenario(&rules).expect("the sample compiles");
        let mut session = Session::begin(scenario, rules, Seed::new(7));
        while session.floor() == Floor::Customer {
            let listen = Deed::Listen.action(&session).expect("they speak");
            session.apply(&listen, Stance::default()).expect("legal");
        }
        let n = session.turns().len();
        let say = Deed::Say(0).action(&session).expect("it is on offer");
        session.apply(&say, Stance::default()).expect("legal");
        let shown = Shown::of(&session);
        let said = shown.exchanges[n].said.clone().expect("words");
        let of = |pending| came(pending, &shown);
        assert_eq!(of(does(What::Say(0), n + 1, Some(&said))), Came::Answer);
        assert_eq!(of(does(What::Say(1), n + 1, Some("No."))), Came::Other);
        assert_eq!(of(does(What::Listen, n + 1, None)), Came::Other);
        assert_eq!(of(does(What::Say(0), n + 2, Some(&said))), Came::Other);
        assert_eq!(of(None), Came::Other);
        assert_eq!(of(does(What::Mark(3), n + 1, None)), Came::Noted);
        assert_eq!(of(does(What::Mark(3), n, None)), Came::Other);
    }

    #[test]
    fn a_wait_is_told_of_when_it_is_long() {
        let news = |line| News {
            n: 1,
            told: None,
            time: None,
            line,
        };
        let long_ago = Instant::now().checked_sub(PATIENCE * 2).expect("a moment");
        assert_eq!(wait(&news(Line::Fine(None)), true), Wait::None);
        assert_eq!(wait(&news(Line::Fine(Some(long_ago))), false), Wait::None);
        let fresh = wait(&news(Line::Fine(Some(Instant::now()))), true);
        assert!(matches!(fresh, Wait::Patience(_)), "{fresh:?}");
        for line in [Line::Silent, Line::Fine(Some(long_ago))] {
            let told = wait(&news(line), true);
            assert!(matches!(&told, Wait::Told(words) if words.contains("nothing is lost")));
        }
        let rests = wait(&news(Line::Rests("a break".into())), false);
        assert_eq!(rests, Wait::Told("A break.".into()));
    }
}
