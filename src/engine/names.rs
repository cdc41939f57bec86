//! Plain English for what the engine calls by symbols: why a gauge moved, the
//! gauges, the phases. Texts for people; nothing here decides anything.

use crate::rules::TermKind;
use crate::scenario::written::{Gauge, Outcome, SegmentKind};
use crate::state::{Face, Phase, Stance, Voice};

impl TermKind {
    /// A short title and one plain sentence, from the customer's side.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            TermKind::Cooled => (
                "Time passed",
                "Anger fades by itself, slowly while nobody listens.",
            ),
            TermKind::Listened => ("Listened to", "They were allowed to tell it."),
            TermKind::Nodded => ("A nod", "A small sign told them that it was arriving."),
            TermKind::SaidBack => ("Said back", "They heard their own matter in your words."),
            TermKind::Understood => ("Understood", "Somebody saw how it feels."),
            TermKind::Sorry => ("A sorry", "They heard that you regret it."),
            TermKind::Owned => ("Taken on", "Somebody made it theirs to put right."),
            TermKind::Asked => ("Asked", "They were asked instead of told."),
            TermKind::Planned => ("A way ahead", "They could see what happens next."),
            TermKind::Offered => (
                "Something real",
                "There was something in it for them to take away.",
            ),
            TermKind::Promised => ("A word given", "They have your word now."),
            TermKind::Respected => ("Met as an equal", "They were not made to feel small."),
            TermKind::Honest => ("The truth", "They were told the truth, and kindly."),
            TermKind::Courtesy => ("Courtesy", "A friendly word in its place."),
            TermKind::LimitSet => ("A limit", "They met a calm, clear limit."),
            TermKind::Weighed => (
                "A moment's thought",
                "Your pause told them that the question was worth one.",
            ),
            TermKind::TooEarly => ("Too early", "It was right, but they were not there yet."),
            TermKind::TooLate => (
                "Too late",
                "It was right, but the moment for it had passed.",
            ),
            TermKind::ShoutedAt => ("Shouted at", "They heard a voice raised at them."),
            TermKind::Patronised => (
                "Whispered at",
                "So soft a voice against theirs felt like being handled.",
            ),
            TermKind::VoiceOff => (
                "The voice was off",
                "The voice did not fit what was said or how loud they were.",
            ),
            TermKind::FaceOff => ("The face was off", "The face did not fit the moment."),
            TermKind::Mocked => ("A smile at anger", "They were furious, and saw you smile."),
            TermKind::SameFace => (
                "The same face",
                "The same face again and again looks like a mask.",
            ),
            TermKind::Repeated => ("Said before", "They had heard that already; it wears out."),
            TermKind::NotHeardOut => (
                "Not heard out",
                "How could you know? They had hardly begun to tell it.",
            ),
            TermKind::Bounced => ("Bounced off", "They were too angry to take a solution in."),
            TermKind::Doubted => ("Not believed", "They did not trust it enough to count it."),
            TermKind::BesideThePoint => (
                "Beside the point",
                "It would help somebody, but not in this case.",
            ),
            TermKind::Crowded => (
                "Too much at once",
                "Several things in one breath; the later ones were lost.",
            ),
            TermKind::Capped => (
                "As far as it goes",
                "One reply can only move a person so much.",
            ),
            TermKind::CutOff => ("Cut off", "They felt cut off while telling it."),
            TermKind::BrokeIn => (
                "Broken in on",
                "You broke in, and not to show that you had understood.",
            ),
            TermKind::Dismissed => (
                "Not taken seriously",
                "They felt brushed off, and they will remember.",
            ),
            TermKind::Blamed => ("Blamed", "They heard that it was their own fault."),
            TermKind::PassedOn => (
                "Passed on",
                "They heard that it is somebody else's business, so not yours to fix.",
            ),
            TermKind::Rushed => ("Hurried", "They felt that you wanted to be done with them."),
            TermKind::Assumed => ("Assumed", "You had made up your mind before they told you."),
            TermKind::Refused => ("Told no", "They met a closed door."),
            TermKind::Attacked => ("Attacked", "You paid them back, and now it is a fight."),
            TermKind::TalkedDown => (
                "Talked down to",
                "It went over their head, or was said from above.",
            ),
            TermKind::Misled => (
                "Told what pleases",
                "They were told what they wanted to hear; that will come back.",
            ),
            TermKind::Bribed => ("Bought off", "Money before being heard felt like a bribe."),
            TermKind::Retold => ("Made to tell it again", "They had told you that already."),
            TermKind::Ignored => ("Left standing", "They spoke, and nobody answered."),
            TermKind::Circling => (
                "Going round",
                "They had to go round once more, since nobody said it back.",
            ),
            TermKind::Condoned => (
                "Let pass",
                "A nod or a smile let pass what should not be, and you lost standing.",
            ),
            TermKind::Grovelled => (
                "Made yourself small",
                "They see no one there who could help them.",
            ),
        }
    }
}

/// The name of a gauge.
pub fn gauge(gauge: Gauge) -> &'static str {
    match gauge {
        Gauge::Heat => "heat",
        Gauge::Heard => "heard",
        Gauge::Fixed => "fixed",
        Gauge::Trust => "trust",
        Gauge::Ease => "ease",
    }
}

/// Where the customer is, in words.
pub fn phase(phase: Phase) -> &'static str {
    match phase {
        Phase::Venting => "venting",
        Phase::Receptive => "ready to talk",
        Phase::Closing => "closing",
        Phase::Threatening => "threatening",
    }
}

/// What a segment is, in words.
pub fn segment(kind: SegmentKind) -> &'static str {
    match kind {
        SegmentKind::Tell => "while they were telling it",
        SegmentKind::Ask => "at their question",
        SegmentKind::Repeat => "while they were repeating themselves",
        SegmentKind::Provoke => "at a provocation",
        SegmentKind::Threat => "at a threat",
        SegmentKind::Fact => "while they were telling a detail",
    }
}

/// A voice and a face, in words.
pub fn stance(stance: Stance) -> String {
    let voice = match stance.voice {
        Voice::Soft => "soft",
        Voice::Even => "even",
        Voice::Raised => "raised",
    };
    format!("{voice} voice, {} face", face(stance.face))
}

/// A face, in words.
pub fn face(face: Face) -> &'static str {
    match face {
        Face::Warm => "warm",
        Face::Neutral => "neutral",
        Face::Concerned => "concerned",
    }
}

/// What became of the customer, in words.
pub fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Kept => "kept as a customer",
        Outcome::Neutral => "gone in peace",
        Outcome::Story => "gone with a bad story to tell",
        Outcome::Removed => "asked to leave, or taken away",
    }
}
