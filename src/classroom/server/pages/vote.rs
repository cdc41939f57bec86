//! The pages of a class that votes: the phone, the wall, and where it is stepped.

use askama::Template;

use super::debrief::Debrief;

/// The page where people vote.
#[derive(Template)]
#[template(path = "classroom/server/templates/vote.html")]
pub struct VotePage;

/// One customer for the whole class, on the wall.
#[derive(Template)]
#[template(path = "classroom/server/templates/vote_wall.html")]
pub struct VoteWall {
    /// Address and code for people who come late, while they may come.
    pub join: Option<(String, String)>,
    /// Title of the scenario.
    pub title: String,
    /// What the customer is called.
    pub who: String,
    /// The customer.
    pub picture: String,
    /// What shows of them, in words.
    pub seen: String,
    /// The last that was said: who, and the words.
    pub lines: Vec<(&'static str, String)>,
    /// What is asked of the class.
    pub ask: String,
    /// The replies, while they are on offer.
    pub offers: Vec<Offer>,
    /// Whether the tallies are shown.
    pub tally: bool,
    /// Rounds that were voted in.
    pub rounds: usize,
    /// People who have voted in this round, and who are here.
    pub voted: Option<(usize, usize)>,
    /// What would have come of another reply.
    pub other: Option<Other>,
    /// The run, revealed, when it is over.
    pub debrief: Option<Debrief>,
}

/// One reply that is voted on.
pub struct Offer {
    /// A, B, C …
    pub letter: char,
    /// The words.
    pub words: String,
    /// Votes in the first and the second round.
    pub votes: [usize; 2],
    /// The same in hundredths.
    pub share: [usize; 2],
    /// The most votes in the last round.
    pub most: bool,
}

/// A future that did not come.
pub struct Other {
    /// What was said instead.
    pub words: String,
    /// What came of it: who, and the words.
    pub lines: Vec<(&'static str, String)>,
    /// The customer then.
    pub picture: String,
    /// What shows of them then.
    pub seen: String,
}

/// Where the instructor steps a class through one customer.
#[derive(Template)]
#[template(path = "classroom/server/templates/vote_board.html")]
pub struct VoteBoard {
    /// Id of the class.
    pub id: String,
    /// Title of the class.
    pub title: String,
    /// Id and title of the scenarios it may play.
    pub scenarios: Vec<(String, String)>,
    /// Whether the class is over.
    pub closed: bool,
    /// The projector view.
    pub projector: String,
    /// The run, if one is played.
    pub run: Option<VoteSteer>,
}

/// The run an instructor steps.
pub struct VoteSteer {
    /// Revision of the vote.
    pub revision: i64,
    /// `customer`, `trainee` or `ended`.
    pub floor: &'static str,
    /// The stage's word.
    pub stage: &'static str,
    /// What is on the wall.
    pub wall: VoteWall,
    /// The replies that were not said last time.
    pub others: Vec<(usize, String)>,
    /// The receipt, when it is over.
    pub receipt: String,
}
