//! Two talks side by side: the same run up to a turn, then otherwise. Words and
//! meters, exchange by exchange; a screen decides how they stand.

use engine::names;
use engine::session::{Action, Event, Session, Turn};

/// Who a line belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// The customer.
    They,
    /// The trainee's words.
    You,
    /// What happened.
    Note,
}

/// A line of a talk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Whose it is.
    pub who: Who,
    /// The words, with `*stress*` where somebody speaks.
    pub text: String,
}

/// What the trainee said, or did before saying anything, and all that came of it
/// until they spoke again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// Inputs before it: where a what-if would leave to have it otherwise.
    pub at: usize,
    /// Voice and face of its first input.
    pub how: String,
    /// The lines in order.
    pub lines: Vec<Line>,
    /// The meter when it is over, tenths.
    pub meter: i16,
    /// What it changed, tenths.
    pub change: i16,
}

/// The same place in both talks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// As it was.
    pub was: Option<Exchange>,
    /// As it was tried.
    pub tried: Option<Exchange>,
}

/// The talks from input `at` on, which is the first that differs.
pub fn pairs(was: &Session, tried: &Session, at: usize) -> Vec<Pair> {
    let (was, tried) = (exchanges(was, at), exchanges(tried, at));
    let n = was.len().max(tried.len());
    (0..n)
        .map(|n| Pair {
            was: was.get(n).cloned(),
            tried: tried.get(n).cloned(),
        })
        .collect()
}

/// The last thing the customer had said before input `at`.
pub fn heard_before(session: &Session, at: usize) -> Option<String> {
    let turns = &session.turns()[..at.min(session.turns().len())];
    let events = turns.iter().rev().map(|turn| turn.events.as_slice());
    events
        .chain([session.opening()])
        .find_map(|events| events.iter().rev().find_map(speech))
}

/// The meter from the start on, one value more than there are inputs; tenths.
pub fn meters(session: &Session) -> Vec<i16> {
    let world = session.world();
    std::iter::once(session.first())
        .chain(session.turns().iter().map(|turn| &turn.after))
        .map(|state| world.satisfaction(state))
        .collect()
}

fn exchanges(session: &Session, at: usize) -> Vec<Exchange> {
    let meters = meters(session);
    let mut all: Vec<Exchange> = Vec::new();
    for (n, turn) in session.turns().iter().enumerate().skip(at) {
        let speaks = matches!(turn.action, Action::Say(_));
        match all.last_mut() {
            Some(last) if !speaks => {
                last.lines.extend(lines(turn));
                last.change += meters[n + 1] - meters[n];
                last.meter = meters[n + 1];
            }
            _ => all.push(Exchange {
                at: n,
                how: names::stance(turn.input.stance),
                lines: lines(turn),
                meter: meters[n + 1],
                change: meters[n + 1] - meters[n],
            }),
        }
    }
    all
}

fn lines(turn: &Turn) -> Vec<Line> {
    let line = |who, text: &str| Line {
        who,
        text: text.to_owned(),
    };
    let deed = match &turn.action {
        Action::Say(key) => line(Who::You, turn.said.as_deref().unwrap_or(key)),
        Action::Listen => line(Who::Note, "You listened."),
        Action::Encourage => line(Who::Note, "You nodded."),
        Action::CutIn => line(Who::Note, "You cut in."),
        Action::Pause => line(Who::Note, "You said nothing."),
    };
    let heard = turn.events.iter().filter_map(|event| match event {
        Event::Ended { scene, .. } => Some(line(Who::Note, scene)),
        Event::Promised { what } => Some(line(Who::Note, &format!("Noted: {what}"))),
        _ => speech(event).map(|words| line(Who::They, &words)),
    });
    std::iter::once(deed).chain(heard).collect()
}

fn speech(event: &Event) -> Option<String> {
    match event {
        Event::Speaks { text, .. } | Event::Reacts { text, .. } => Some(text.clone()),
        _ => None,
    }
}

/// What a screen reader says of both curves.
pub fn aloud(was: &Session, tried: &Session, at: usize) -> String {
    let end = |session: &Session| {
        let last = meters(session).last().copied().unwrap_or_default();
        super::numbers::points(last.into())
    };
    format!(
        "Two curves that part at step {}. As it was, the meter ended at {}; as it was tried, at {}.",
        at + 1,
        end(was),
        end(tried)
    )
}
