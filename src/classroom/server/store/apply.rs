//! The things that can be written, each inside the writer's transaction.

use sqlx::AnyConnection;

use super::super::receipt::Key;
use super::attempt::{self, Aside, Begun, HandIn, NewLine};
use super::class::{self, NewClass, NewTime};
use super::moves::{self, Back, NewCode};
use super::seat::{self, NewSeat};
use super::sent::{self, Sent};
use super::vote::{self, Ballot, NewStage};
use super::wrong::{self, NewObjection, NewScore, NewVoid};
use super::{StoreError, people, servers};

/// One thing to be written.
pub enum Write {
    /// A new class.
    Class(NewClass),
    /// A class goes from one state to another, if it is still at `revision`.
    State {
        /// The class.
        class: String,
        /// What its revision has to be.
        revision: i64,
        /// The new state.
        state: &'static str,
        /// Now, Unix milliseconds.
        now: i64,
    },
    /// A class gets more or less time, if it is still at `revision`.
    Time(NewTime),
    /// Time has passed in classes that run against it; these seats were heard of.
    Tick {
        /// The classes, each with its seats.
        heard: Vec<(String, Vec<String>)>,
        /// Now, Unix milliseconds.
        now: i64,
    },
    /// These seats were heard of, at these times; for other servers to know.
    Heard {
        /// The seats, with Unix milliseconds.
        seats: Vec<(String, i64)>,
    },
    /// A class is deleted for good, if it is still at `revision`.
    Delete {
        /// The class.
        class: String,
        /// What its revision has to be.
        revision: i64,
        /// Now, Unix milliseconds.
        now: i64,
    },
    /// People may join, or no longer.
    Joining {
        /// The class.
        class: String,
        /// Whether they may.
        open: bool,
    },
    /// A new join code.
    Code {
        /// The class.
        class: String,
        /// The code.
        code: String,
    },
    /// A new address of the projector view.
    Wall {
        /// The class.
        class: String,
        /// What opens it.
        projector: String,
    },
    /// What the room reads of people.
    Names {
        /// The class.
        class: String,
        /// Whether it is the names that they typed.
        shown: bool,
    },
    /// Somebody joins.
    Join(NewSeat),
    /// A seat's token is replaced: this is the same person again.
    Token {
        /// The seat.
        seat: String,
        /// Hash of the new token.
        token_hash: String,
        /// Now, Unix milliseconds.
        now: i64,
    },
    /// A seat gets a code that brings it to another device.
    SeatCode(NewCode),
    /// Somebody comes with such a code.
    Back(Back),
    /// A person gets another name.
    Rename {
        /// The seat.
        seat: String,
        /// What the instructor typed.
        name: String,
    },
    /// A person is removed from the class, or comes back.
    Removed {
        /// The seat.
        seat: String,
        /// Whether they are out.
        removed: bool,
    },
    /// Somebody who was invited is here for the first time.
    Come {
        /// The seat.
        seat: String,
        /// Now, Unix milliseconds.
        now: i64,
    },
    /// A person gets more time than the others, or no longer.
    Allowance {
        /// The seat.
        seat: String,
        /// Hundredths of everyone's time; 0 for no limit.
        percent: i64,
    },
    /// Somebody who came late gets the time they missed.
    WholeTime {
        /// The seat.
        seat: String,
    },
    /// A person is erased.
    Erase {
        /// The seat.
        seat: String,
        /// Now, Unix milliseconds.
        now: i64,
    },
    /// A run begins in a browser.
    Begin(Begun),
    /// The same, of the seat that is the whole class; the class votes on it.
    Vote(Begun),
    /// A vote goes on to another stage.
    Stage(NewStage),
    /// Somebody votes, or changes their vote.
    Ballot(Ballot),
    /// The class votes no more.
    VoteEnd {
        /// The class.
        class: String,
    },
    /// A line of a run that this server steps or ends.
    Turn(NewLine),
    /// Lines of a run that is played in a program.
    Sent(Box<Sent>),
    /// A browser goes on with a run that was begun in a program.
    TakeOver {
        /// The attempt.
        attempt: String,
        /// The browser's line is not encrypted.
        plain: bool,
    },
    /// Some of an attempt goes over a line that is not encrypted.
    Plain {
        /// The attempt.
        attempt: String,
    },
    /// An attempt with its verdict.
    HandIn(Box<HandIn>),
    /// Something does not count any more.
    Void(NewVoid),
    /// It counts again.
    Lift {
        /// The class.
        class: String,
        /// Its number.
        no: i64,
        /// Now, Unix milliseconds.
        now: i64,
    },
    /// New scores of attempts.
    Scores(Vec<NewScore>),
    /// Somebody disagrees, or no longer.
    Object(NewObjection),
    /// What belongs to something else.
    Reject(Aside),
}

/// What was done.
#[derive(Debug)]
pub enum Done {
    /// It is written.
    Written,
    /// This seat is on another device now.
    Back(String),
    /// What belongs to something else is kept aside, or there is too much of it.
    Aside {
        /// Whether it is kept.
        kept: bool,
    },
    /// The attempt is kept, and this is its receipt.
    Receipt {
        /// The receipt.
        text: String,
        /// Whether the attempt was kept before.
        replayed: bool,
    },
}

pub(super) async fn apply(
    conn: &mut AnyConnection,
    write: &Write,
    key: Option<&Key>,
) -> Result<Done, StoreError> {
    match write {
        Write::Class(new) => class::make(conn, new).await?,
        Write::State {
            class,
            revision,
            state,
            now,
        } => class::set_state(conn, class, *revision, state, *now).await?,
        Write::Time(new) => class::set_time(conn, new).await?,
        Write::Tick { heard, now } => class::tick(conn, heard, *now).await?,
        Write::Heard { seats } => servers::heard(conn, seats).await?,
        Write::Delete {
            class,
            revision,
            now,
        } => class::delete(conn, class, *revision, *now).await?,
        Write::Joining { class, open } => class::set_joining(conn, class, *open).await?,
        Write::Code { class, code } => class::set_code(conn, class, code).await?,
        Write::Wall { class, projector } => class::set_wall(conn, class, projector).await?,
        Write::Names { class, shown } => seat::show_names(conn, class, *shown).await?,
        Write::Join(new) => return seat::join(conn, new).await,
        Write::Token {
            seat,
            token_hash,
            now,
        } => moves::by_link(conn, seat, token_hash, *now).await?,
        Write::SeatCode(new) => moves::set_code(conn, new).await?,
        Write::Back(back) => return moves::by_code(conn, back).await,
        Write::Rename { seat, name } => return seat::rename(conn, seat, name).await,
        Write::Removed { seat, removed } => seat::set_removed(conn, seat, *removed).await?,
        Write::Come { seat, now } => seat::come(conn, seat, *now).await?,
        Write::Allowance { seat, percent } => seat::set_allowance(conn, seat, *percent).await?,
        Write::WholeTime { seat } => seat::whole_time(conn, seat).await?,
        Write::Erase { seat, now } => people::erase(conn, seat, *now).await?,
        Write::Begin(begun) => attempt::begin(conn, begun).await?,
        Write::Vote(begun) => {
            vote::seat(conn, &begun.class, &begun.seat, begun.now).await?;
            attempt::begin(conn, begun).await?;
            vote::close(conn, &begun.class).await?;
            vote::open(conn, &begun.class, &begun.attempt).await?;
        }
        Write::Stage(new) => vote::set_stage(conn, new).await?,
        Write::Ballot(ballot) => vote::cast(conn, ballot).await?,
        Write::VoteEnd { class } => vote::close(conn, class).await?,
        Write::Turn(new) => attempt::line(conn, new).await?,
        Write::Sent(sent) => sent::add(conn, sent).await?,
        Write::TakeOver { attempt, plain } => sent::take_over(conn, attempt, *plain).await?,
        Write::Plain { attempt } => attempt::set_plain(conn, attempt).await?,
        Write::Void(new) => wrong::void(conn, new).await?,
        Write::Lift { class, no, now } => wrong::lift(conn, class, *no, *now).await?,
        Write::Scores(all) => {
            for new in all {
                wrong::score_again(conn, new).await?;
            }
        }
        Write::Object(new) => wrong::object(conn, new).await?,
        Write::HandIn(hand_in) => {
            let none = || StoreError::Unavailable("there is no key to sign a receipt with".into());
            let key = key.ok_or_else(none)?;
            return attempt::keep(conn, hand_in, key).await;
        }
        Write::Reject(aside) => {
            let kept = attempt::reject(conn, aside).await?;
            return Ok(Done::Aside { kept });
        }
    }
    Ok(Done::Written)
}
