//! Words against tags: lines that say one thing and are tagged as another. Only
//! what the words tell for certain; a line that means it says so with
//! `on_purpose`, and is left alone. Knows English words, and no scenario.

use crate::act::Act;
use crate::diagnostic::Span;
use crate::scenario::written::{Reply, Written};

use super::decode::Decoder;
use super::words::{Line, lowered, words};

/// A thing that words say, and the acts one of which must then stand in the tags.
struct Said {
    code: &'static str,
    /// What gives it away: words that follow each other, in lower case. A word that
    /// ends in `*` stands for all that begin so.
    phrases: &'static [&'static str],
    /// Phrases around one of those that take it back.
    unless: &'static [&'static str],
    /// One of these must be tagged.
    acts: &'static [Act],
    message: &'static str,
    hint: &'static str,
}

/// A thing that tags say, and the words one of which must then be there.
struct Tagged {
    code: &'static str,
    acts: &'static [Act],
    phrases: &'static [&'static str],
    message: &'static str,
    hint: &'static str,
}

const SAID: &[Said] = &[
    Said {
        code: "sorry-untagged",
        phrases: &["sorry", "apologi*", "my apologies"],
        unless: &[
            "sorry but",
            "sorry to say",
            "not sorry",
            "be sorry",
            "sorry excuse",
        ],
        acts: &[
            Act::Apologise,
            Act::ApologiseFor,
            Act::Grovel,
            Act::Sarcasm,
            Act::Retaliate,
        ],
        message: "it says sorry, but is not tagged `Apologise` or `ApologiseFor`",
        hint: "`ApologiseFor` if it says what for; if the sorry is not meant, say so with `on_purpose: \"...\"`",
    },
    Said {
        code: "promise-untagged",
        phrases: &[
            "i promise",
            "my word on",
            "have my word",
            "give you my word",
            "got my word",
            "i swear",
        ],
        unless: &["i promise nothing", "i swear at"],
        acts: &[
            Act::Promise,
            Act::FollowUp,
            Act::Overpromise,
            Act::FalseComfort,
            Act::Threaten,
        ],
        message: "it gives a word, but is not tagged `Promise`",
        hint: "`Overpromise` if nobody may give it, `FalseComfort` if nobody can know it",
    },
    Said {
        code: "calm-untagged",
        phrases: &[
            "calm down",
            "take a breath",
            "deep breath",
            "settle down",
            "no need to shout",
        ],
        unless: &[],
        acts: &[Act::CalmDown, Act::Condescend, Act::Sarcasm, Act::Retaliate],
        message: "it tells them to calm down, but is not tagged `CalmDown`",
        hint: "however kindly it is meant, they hear that they may not be angry",
    },
    Said {
        code: "supervisor-untagged",
        phrases: &[
            "my manager",
            "the manager",
            "my supervisor",
            "the supervisor",
            "my boss",
        ],
        unless: &[],
        acts: &[
            Act::Supervisor,
            Act::SeeWhatWeCan,
            Act::NotMyJob,
            Act::BlameOther,
            Act::AdmitLimit,
            Act::Refuse,
            Act::RefuseFlat,
            Act::Excuse,
            Act::Threaten,
        ],
        message: "it speaks of somebody above, but is tagged with no act that brings them in",
        hint: "`Supervisor` if they are fetched, `SeeWhatWeCan` if they will be asked, `NotMyJob` if it is pushed on to them",
    },
    Said {
        code: "police-untagged",
        phrases: &["the police", "call security", "ring security"],
        unless: &[],
        acts: &[
            Act::CallPolice,
            Act::Threaten,
            Act::AskToLeave,
            Act::ProtectOthers,
            Act::LogIncident,
            Act::Boundary,
            Act::Grovel,
            Act::Argue,
        ],
        message: "it speaks of the police or security, but is not tagged `CallPolice`",
        hint: "`Threaten` if it is only to frighten them",
    },
    Said {
        code: "not-mine-untagged",
        phrases: &[
            "not my department",
            "not our department",
            "not my job",
            "nothing to do with me",
            "nothing to do with us",
        ],
        unless: &[],
        acts: &[Act::NotMyJob, Act::BlameOther, Act::Refuse, Act::RefuseFlat],
        message: "it passes them on, but is not tagged `NotMyJob`",
        hint: "tag what they hear, not what is meant",
    },
    Said {
        code: "refusal-untagged",
        phrases: &[
            "nothing i can do",
            "nothing we can do",
            "my hands are tied",
            "that's our policy",
            "it's company policy",
        ],
        unless: &[],
        acts: &[
            Act::RefuseFlat,
            Act::Refuse,
            Act::AdmitLimit,
            Act::NotMyJob,
            Act::Excuse,
        ],
        message: "it refuses, but is not tagged `RefuseFlat` or `Refuse`",
        hint: "`Refuse` gives the reason politely, `RefuseFlat` says no and nothing else",
    },
    Said {
        code: "gift-untagged",
        phrases: &[
            "off the bill",
            "off your bill",
            "on the house",
            "your money back",
            "free of charge",
            "full refund",
        ],
        unless: &["not", "can't", "cannot", "no", "don't", "won't"],
        acts: &[
            Act::Compensate,
            Act::OfferChoice,
            Act::OfferOne,
            Act::Overpromise,
            Act::SeeWhatWeCan,
            Act::Supervisor,
            Act::Alternative,
            Act::Clarify,
            Act::AskSatisfy,
            Act::Reiterate,
            Act::Refuse,
            Act::Fix,
        ],
        message: "it gives money or money's worth, but is not tagged `Compensate`",
        hint: "and `gives: 20` says how much, in whole units",
    },
];

const TAGGED: &[Tagged] = &[
    Tagged {
        code: "sorry-unsaid",
        acts: &[Act::Apologise, Act::ApologiseFor],
        phrases: &[
            "sorry", "apolog*", "regret*", "forgive", "pardon", "ashamed",
        ],
        message: "it is tagged as an apology, and there is no sorry in it",
        hint: "`Own` takes it on without a sorry; `OwnHistory` acknowledges what came before",
    },
    Tagged {
        code: "thanks-unsaid",
        acts: &[Act::Thank],
        phrases: &[
            "thank*",
            "appreciate*",
            "grateful",
            "ta",
            "cheers",
            "obliged",
        ],
        message: "it is tagged `Thank`, and thanks nobody",
        hint: "`ValueBusiness` says that they matter to the shop; `AskFeedback` asks what to do better",
    },
    Tagged {
        code: "question-unsaid",
        acts: &[Act::AskOpen, Act::AskSatisfy, Act::Clarify],
        phrases: &[
            "tell me",
            "show me",
            "walk me",
            "talk me",
            "take me through",
            "let me know",
            "describe",
            "say what",
            "i'd like to know",
            "i'd like to hear",
            "i wonder",
            "start wherever",
            "give me",
        ],
        message: "it is tagged as asking, and asks nothing",
        hint: "`Reiterate` says back what they told; `Assume` says what it will be",
    },
];

/// Acts that may well be a question.
const MAY_ASK: &[Act] = &[
    Act::AskOpen,
    Act::Clarify,
    Act::AskSatisfy,
    Act::Involve,
    Act::LetsSee,
    Act::CheckOk,
    Act::OfferChoice,
    Act::OfferOne,
    Act::Compensate,
    Act::Supervisor,
    Act::FollowUp,
    Act::ConfirmResolved,
    Act::AskFeedback,
    Act::Greet,
    Act::Humour,
    Act::LeadToTruth,
    Act::Alternative,
    Act::FitSchedule,
    Act::PrivateSpace,
    Act::ProtectOthers,
    Act::AskToLeave,
    Act::SeeWhatWeCan,
    Act::Teach,
    Act::BlameOther,
    Act::BlameCustomer,
    Act::Rush,
    Act::Assume,
    Act::Dismiss,
    Act::CalmDown,
    Act::NotMyJob,
    Act::Excuse,
    Act::Argue,
    Act::Retaliate,
    Act::Sarcasm,
    Act::Condescend,
    Act::Overpromise,
    Act::FalseComfort,
    Act::Flatter,
    Act::HideTruth,
    Act::Distracted,
    Act::ReAsk,
    Act::Grovel,
    Act::Prejudge,
    Act::Insult,
    Act::Threaten,
    Act::FalsifyPaper,
    Act::BreachLicence,
    Act::UnsafeWork,
];

/// Words a real question begins with.
const QUESTION_WORDS: &[&str] = &[
    "who", "who's", "whose", "what", "what's", "when", "where", "where's", "why", "how", "how's",
    "which", "do", "does", "did", "didn't", "have", "has", "haven't", "is", "isn't", "are",
    "aren't", "was", "were", "can", "can't", "could", "couldn't", "would", "wouldn't", "will",
    "won't", "shall", "should", "may",
];

/// Third parties a shop likes to point at.
const OTHERS: &[&str] = &[
    "supplier",
    "suppliers",
    "carrier",
    "courier",
    "makers",
    "manufacturer",
    "warehouse",
    "depot",
    "colleague",
    "colleagues",
    "technician",
    "workshop",
    "office",
    "distributor",
    "dealer",
    "factory",
];

/// Acts that may speak of what others did.
const MAY_BLAME: &[Act] = &[
    Act::BlameOther,
    Act::NotMyJob,
    Act::Excuse,
    Act::Prejudge,
    Act::Reiterate,
    Act::Own,
    Act::OwnHistory,
];

/// The codes of these rules, for those who must know that an error may be their cause.
pub(super) const CODES: [&str; 14] = [
    "blame-untagged",
    "calm-untagged",
    "gift-untagged",
    "idle-on-purpose",
    "not-mine-untagged",
    "police-untagged",
    "promise-untagged",
    "question-unsaid",
    "question-untagged",
    "refusal-untagged",
    "sorry-unsaid",
    "sorry-untagged",
    "supervisor-untagged",
    "thanks-unsaid",
];

/// The rules above, and `question-untagged`, `blame-untagged`, `idle-on-purpose`.
pub(super) fn tags(d: &mut Decoder, w: &Written) {
    for reply in w.beats.values().flat_map(|beat| beat.replies.values()) {
        let disputes = disputes(reply);
        match &reply.on_purpose {
            None => {
                for (dispute, span) in disputes {
                    d.warning(dispute.0, span, dispute.1.to_owned())
                        .hints
                        .push(dispute.2.to_owned());
                }
            }
            Some(_) if disputes.is_empty() => {
                let message = "`on_purpose` silences nothing here: words and tags agree".to_owned();
                d.warning("idle-on-purpose", reply.span, message)
                    .hints
                    .push("take it out, or keep the thought as `because`".into());
            }
            Some(_) => {}
        }
    }
}

/// Code, message and hint.
type Dispute = (&'static str, &'static str, &'static str);

/// What words and tags of a reply disagree about, in both its versions.
fn disputes(reply: &Reply) -> Vec<(Dispute, Span)> {
    let acts: Vec<Act> = reply.acts.iter().map(|(act, _)| *act).collect();
    // The tags are what will be mended; unless there are none, which has its own finding.
    let span = reply.acts.first().map_or(reply.span, |(_, at)| at.0);
    // What a reply gives has its own rules, which also know how much.
    let known = |code: &str| match code {
        "gift-untagged" => reply.gives > 0,
        "promise-untagged" => reply.promise.is_some(),
        _ => false,
    };
    let mut found: Vec<_> = of(&reply.say, &acts)
        .into_iter()
        .filter(|(code, ..)| !known(code))
        .map(|it| (it, span))
        .collect();
    if let Some(without) = &reply.without {
        found.extend(
            of(&without.say, &without.acts)
                .into_iter()
                .map(|it| (it, reply.span)),
        );
    }
    found
}

/// What a line and its tags disagree about: nothing, as it should be.
pub fn of(say: &str, acts: &[Act]) -> Vec<Dispute> {
    let mut found = Vec::new();
    if acts.is_empty() {
        return found;
    }
    let lower = lowered(say);
    let line = Line::of(&lower);
    let tagged = |any: &[Act]| acts.iter().any(|act| any.contains(act));
    for rule in SAID {
        if !tagged(rule.acts) && line.has(rule.phrases) && !line.has(rule.unless) {
            found.push((rule.code, rule.message, rule.hint));
        }
    }
    for rule in TAGGED {
        let asks = rule.code == "question-unsaid" && say.contains('?');
        if tagged(rule.acts) && !line.has(rule.phrases) && !asks {
            found.push((rule.code, rule.message, rule.hint));
        }
    }
    if !tagged(MAY_ASK) && asks(&lower) {
        found.push((
            "question-untagged",
            "it asks, but none of its acts is a way of asking",
            "`AskOpen` lets them tell, `Clarify` wants one detail, `CheckOk` asks leave, `Assume` brings its own answer",
        ));
    }
    if !tagged(MAY_BLAME) && blames(&line) {
        found.push((
            "blame-untagged",
            "it speaks of what others did, but is not tagged `BlameOther`",
            "even if it is true, they hear that it was somebody else",
        ));
    }
    found
}

/// Acts that a line can be tagged with for a beginning: nothing in its words
/// contradicts them. What it really does only its author knows.
pub fn guess(say: &str) -> Vec<Act> {
    let lower = lowered(say);
    let line = Line::of(&lower);
    let mut acts: Vec<Act> = SAID
        .iter()
        .filter(|rule| line.has(rule.phrases) && !line.has(rule.unless))
        .map(|rule| rule.acts[0])
        .collect();
    if asks(&lower) && !acts.iter().any(|act| MAY_ASK.contains(act)) {
        acts.push(Act::Clarify);
    }
    if blames(&line) && !acts.iter().any(|act| MAY_BLAME.contains(act)) {
        acts.push(Act::BlameOther);
    }
    if acts.is_empty() {
        acts.push(Act::ShortAnswer);
    }
    acts
}

/// Whether its last question is a real one, and no `..., right?` behind a statement.
fn asks(lower: &str) -> bool {
    lower
        .split_inclusive(['.', '?', ':'])
        .filter(|sentence| sentence.ends_with('?'))
        .filter_map(|sentence| words(sentence).next())
        .any(|first| QUESTION_WORDS.contains(&first))
}

/// A third party, and "they" behind it.
fn blames(line: &Line) -> bool {
    const THEY: [&str; 5] = ["they", "they've", "they're", "they'd", "they'll"];
    /// "I'll ask the supplier when they can send it" blames nobody.
    const ASIDE: [&str; 8] = [
        "when", "if", "what", "whether", "until", "till", "how", "once",
    ];
    let mut words = line.words.iter();
    let Some(other) = words.position(|word| OTHERS.contains(word)) else {
        return false;
    };
    let mut pairs = line.words[other..].windows(2);
    pairs.any(|pair| THEY.contains(&pair[1]) && !ASIDE.contains(&pair[0]))
}
