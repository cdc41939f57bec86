//! The closed vocabulary of acts: what a reply does to a customer. What each
//! act is worth is data in the rules, not here.

use serde::{Deserialize, Serialize};

macro_rules! acts {
    ($($(#[doc = $doc:literal])+ $name:ident,)+) => {
        /// What a reply does. Authors tag replies with these; the rules say what each is worth.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[repr(u8)]
        pub enum Act {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Act {
            /// Every act, in the order of the vocabulary.
            pub const ALL: &[Act] = &[$(Act::$name,)+];

            /// Every act by the name authors write, in the same order.
            pub const NAMED: &[(&str, Act)] = &[$((stringify!($name), Act::$name),)+];

            /// The name authors write.
            pub fn name(self) -> &'static str {
                match self { $(Act::$name => stringify!($name),)+ }
            }

            /// One sentence on what the act is.
            pub fn meaning(self) -> &'static str {
                match self { $(Act::$name => concat!($($doc),+).trim_ascii(),)+ }
            }
        }
    };
}

acts! {
    /// Greets and opens in a friendly way.
    Greet,
    /// Says back, in own words, what the customer told.
    Reiterate,
    /// Names the feeling behind it.
    NameFeeling,
    /// Says that they have every reason to feel so.
    Validate,
    /// Acknowledges the earlier visits and what they cost, as the customer sees them.
    OwnHistory,
    /// A plain sorry.
    Apologise,
    /// A sorry that says what for and what it did to them.
    ApologiseFor,
    /// Takes responsibility, whoever is at fault.
    Own,
    /// Asks an open question that lets them fill the gaps.
    AskOpen,
    /// Asks for one detail that was not told yet.
    Clarify,
    /// Asks what it would take to satisfy them.
    AskSatisfy,
    /// Lets the customer help: read the message out, try the key.
    Involve,
    /// Says "let's see what I can do", the turn from grievance to remedy.
    LetsSee,
    /// States the next step.
    NextStep,
    /// Explains how the work is done and why.
    Explain,
    /// Admits that the shop or its system is not perfect, or that the answer is not known yet.
    AdmitLimit,
    /// Asks if it is all right with them before going ahead.
    CheckOk,
    /// Offers two or more real choices.
    OfferChoice,
    /// Offers one thing, take it or leave it.
    OfferOne,
    /// Does the thing that mends it, or starts it in front of them.
    Fix,
    /// Offers money or money's worth: a credit, a discount, a waived fee.
    Compensate,
    /// Says "I'll see what we can do" where the authority ends.
    SeeWhatWeCan,
    /// Brings in the supervisor, with the case.
    Supervisor,
    /// Gives one's word: what, by when.
    Promise,
    /// Fits the work to the customer's day.
    FitSchedule,
    /// Asks some days later whether all went well.
    FollowUp,
    /// Checks that the matter is settled for them.
    ConfirmResolved,
    /// Says that their business is valued.
    ValueBusiness,
    /// Thanks them, for something they did.
    Thank,
    /// Asks, in a businesslike way, what the shop should do better.
    AskFeedback,
    /// Says that there is an answer and it is in hand.
    Reassure,
    /// Says that it was not their fault, where that is true.
    Absolve,
    /// Says that it happens to everyone, oneself included.
    Normalise,
    /// Puts both on even footing: they know their trade, this is only ours.
    EvenFooting,
    /// Says that nobody could know this unless told.
    Inform,
    /// Calls it a good question, after a moment's thought.
    GoodQuestion,
    /// Explains by a likeness from daily life.
    Analogy,
    /// Explains in technical terms.
    Technical,
    /// A light touch of humour.
    Humour,
    /// Teaches what to note, or when it is best to call.
    Teach,
    /// Leads them to find the truth themselves.
    LeadToTruth,
    /// Tells an unwelcome truth straight.
    TellStraight,
    /// Answers a question by the way, shortly.
    ShortAnswer,
    /// Refuses with the reason, politely.
    Refuse,
    /// Offers what is possible and right instead of what was asked.
    Alternative,
    /// Sets a limit on how one is spoken to.
    Boundary,
    /// Asks them politely to leave.
    AskToLeave,
    /// Calls the police or security.
    CallPolice,
    /// Looks after others in the shop.
    ProtectOthers,
    /// Moves the talk out of the crowd.
    PrivateSpace,
    /// Writes the incident down, or says that it will be.
    LogIncident,

    /// Blames somebody who is not in the room, even if it is true.
    BlameOther,
    /// Blames the customer.
    BlameCustomer,
    /// Hurries them along.
    Rush,
    /// Assumes the cause before hearing it.
    Assume,
    /// Does not take it seriously.
    Dismiss,
    /// Tells them to calm down.
    CalmDown,
    /// Says no and nothing else.
    RefuseFlat,
    /// Says that it is somebody else's department.
    NotMyJob,
    /// Excuses it: everybody errs, we are short of staff.
    Excuse,
    /// Argues with what they saw or believe.
    Argue,
    /// Pays them back in kind.
    Retaliate,
    /// Says the opposite of what is meant.
    Sarcasm,
    /// Talks down to them.
    Condescend,
    /// Promises what one cannot give.
    Overpromise,
    /// Says that all is well when nobody knows.
    FalseComfort,
    /// Tells them they are right when they are not.
    Flatter,
    /// Keeps bad news back.
    HideTruth,
    /// A sigh, an eye-roll, a look at the screen.
    Sigh,
    /// Attends to something else.
    Distracted,
    /// Asks again what was told already. The engine adds it; authors rarely do.
    ReAsk,
    /// Gives up one's own dignity to please.
    Grovel,
    /// Judges them by a label: the whiner, the beginner.
    Prejudge,
    /// Ends the talk without a hand-off.
    Abandon,
    /// Insults them: a red line.
    Insult,
    /// Threatens them: a red line.
    Threaten,
    /// Falsifies a paper for them: a red line.
    FalsifyPaper,
    /// Breaks a licence for them: a red line.
    BreachLicence,
    /// Does work that puts somebody or their data in danger: a red line.
    UnsafeWork,
}

/// A set of acts, one bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct ActSet(u128);

impl ActSet {
    /// The set without members.
    pub const EMPTY: ActSet = ActSet(0);

    /// The set with one more member.
    #[must_use]
    pub fn with(self, act: Act) -> Self {
        ActSet(self.0 | 1 << act as u8)
    }

    /// The set without a member.
    #[must_use]
    pub(crate) fn without(self, act: Act) -> Self {
        ActSet(self.0 & !(1 << act as u8))
    }

    /// The union of both.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        ActSet(self.0 | other.0)
    }

    /// Whether the act is in the set.
    pub fn has(self, act: Act) -> bool {
        self.0 & (1 << act as u8) != 0
    }

    /// Whether both have a member in common.
    pub fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The bits, for the digest: bit n is act n of the vocabulary.
    pub(crate) fn bits(self) -> u128 {
        self.0
    }
}

impl FromIterator<Act> for ActSet {
    fn from_iter<I: IntoIterator<Item = Act>>(acts: I) -> Self {
        acts.into_iter().fold(ActSet::EMPTY, ActSet::with)
    }
}
