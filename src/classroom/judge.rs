//! From the bytes of a transcript to a verdict: what it is, whether it follows
//! from its own choices, and what it scores. Nothing it claims is taken on trust.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

use engine::doctrine::Doctrine;
use engine::report::Report;
use engine::rng::Seed;
use engine::rules::Rules;
use engine::scenario::Scenario;
use engine::score::{Par, Standard, Void};
use engine::session::{Action, Session};
use engine::state::Floor;
use engine::transcript::{BadTranscript, EndReason, MAX_BYTES, Transcript, replay};

/// Most inputs of a run that is played again.
pub const MAX_INPUTS: usize = 500;

/// What a transcript is found to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every turn agrees with its digest, and the run came to an end.
    Verified,
    /// Every turn agrees, but the run was left or cut short.
    Unfinished,
    /// Somebody or something changed it.
    Changed(String),
    /// It belongs to something else: another assignment, content, seed or rules.
    Foreign(String),
    /// Another transcript is the same attempt.
    Duplicate(String),
    /// It is no transcript.
    NoTranscript(String),
    /// It could not be scored here; the reason is ours.
    Unscored(String),
}

impl Verdict {
    /// One word, the same in every table.
    pub fn word(&self) -> &'static str {
        match self {
            Verdict::Verified => "verified",
            Verdict::Unfinished => "unfinished",
            Verdict::Changed(_) => "changed",
            Verdict::Foreign(_) => "foreign",
            Verdict::Duplicate(_) => "duplicate",
            Verdict::NoTranscript(_) => "no-transcript",
            Verdict::Unscored(_) => "unscored",
        }
    }

    /// Why, where there is something to say.
    pub fn why(&self) -> &str {
        match self {
            Verdict::Verified | Verdict::Unfinished => "",
            Verdict::Changed(why)
            | Verdict::Foreign(why)
            | Verdict::Duplicate(why)
            | Verdict::NoTranscript(why)
            | Verdict::Unscored(why) => why,
        }
    }

    /// Whether its scores count.
    pub fn counts(&self) -> bool {
        matches!(self, Verdict::Verified | Verdict::Unfinished)
    }
}

/// A run that was played again.
pub struct Played {
    /// The session at its last turn.
    pub session: Session,
    /// Its report.
    pub report: Report,
}

impl Played {
    fn of(session: Session, doctrine: &'static Doctrine, pars: &Pars) -> Self {
        let standard = Standard {
            doctrine,
            ..Standard::default()
        };
        let report = Report::by(&session, &pars.of(&session), standard);
        Played { session, report }
    }

    /// What it scores without some things, by the same doctrine.
    pub fn without(&self, pars: &Pars, voids: &[Void]) -> Report {
        let standard = Standard {
            doctrine: self.report.doctrine,
            voids,
        };
        Report::by(&self.session, &pars.of(&self.session), standard)
    }

    /// The same choices by other rules and the same doctrine. What was played stays what it was; this is what
    /// it would score.
    ///
    /// # Errors
    /// When one of the choices would not have been on offer; says which.
    pub fn by(&self, rules: &Arc<Rules>, pars: &Pars) -> Result<Played, String> {
        let session = &self.session;
        let scenario = Arc::clone(session.scenario());
        let mut again = Session::begin(scenario, Arc::clone(rules), session.seed());
        for (n, turn) in session.turns().iter().enumerate() {
            for mark in session.marks().iter().filter(|mark| mark.after == n) {
                // A mark counts for nothing; one that has no place now is left out.
                _ = again.mark(mark.step);
            }
            again.apply(&turn.action, turn.input.stance).map_err(|_| {
                format!(
                    "by rules {} what was done at turn {} would not have been possible",
                    rules.version(),
                    n + 1
                )
            })?;
        }
        Ok(Played::of(again, self.report.doctrine, pars))
    }
}

/// A transcript with its verdict.
pub struct Judged {
    /// The verdict.
    pub verdict: Verdict,
    /// The transcript, if it is one.
    pub transcript: Option<Transcript>,
    /// The run, if it counts.
    pub played: Option<Box<Played>>,
}

/// What a transcript has to have been played with, and what it is scored by.
pub struct Expected {
    /// The scenario.
    pub scenario: Arc<Scenario>,
    /// The seed.
    pub seed: Seed,
    /// The rules.
    pub rules: Arc<Rules>,
    /// The doctrine.
    pub doctrine: &'static Doctrine,
}

/// Par by content and seed: most of the work of a score, and the same for everyone
/// who meets the same customer.
#[derive(Default)]
pub struct Pars(Mutex<BTreeMap<ParKey, Arc<Par>>>);

/// Content, rules and seed.
type ParKey = (String, String, u64);

impl Pars {
    /// The par of a session's content, rules and seed.
    pub fn of(&self, session: &Session) -> Arc<Par> {
        let scenario = session.scenario();
        let key = (
            scenario.content().to_string(),
            session.rules().version(),
            session.seed().bits(),
        );
        let known = self.lock().get(&key).cloned();
        known.unwrap_or_else(|| {
            let par = Arc::new(Par::of(session.world(), session.seed()));
            let mut pars = self.lock();
            // Enough for a class; a server that runs for years must not grow.
            if pars.len() >= 4_096 {
                pars.clear();
            }
            pars.insert(key, Arc::clone(&par));
            par
        })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<ParKey, Arc<Par>>> {
        self.0.lock().unwrap_or_else(|broken| broken.into_inner())
    }
}

/// Judges the bytes of a transcript. `expected` finds what it must have been played
/// with, or says in a sentence why it belongs to something else.
pub fn judge(
    bytes: &[u8],
    pars: &Pars,
    expected: impl FnOnce(&Transcript) -> Result<Expected, String>,
) -> Judged {
    let refused = |verdict| Judged {
        verdict,
        transcript: None,
        played: None,
    };
    if bytes.len() > MAX_BYTES {
        return refused(Verdict::NoTranscript(format!(
            "it is larger than {MAX_BYTES} bytes, the most a transcript has"
        )));
    }
    let Ok(text) = std::str::from_utf8(bytes) else {
        return refused(Verdict::NoTranscript("it is not text".into()));
    };
    let transcript = match Transcript::read(text) {
        Ok(transcript) => transcript,
        Err(newer @ BadTranscript::Newer(_)) => {
            return refused(Verdict::Unscored(newer.to_string()));
        }
        // Its header is that of a transcript, so it was one before somebody changed it.
        Err(bad @ BadTranscript::Line { line: 2.., .. }) => {
            return refused(Verdict::Changed(bad.to_string()));
        }
        Err(bad) => return refused(Verdict::NoTranscript(bad.to_string())),
    };
    let (verdict, played) = match expected(&transcript) {
        Err(why) => (Verdict::Foreign(why), None),
        // The engine does not panic; should it once, one attempt is unscored and the class goes on.
        Ok(expected) => catch_unwind(AssertUnwindSafe(|| play(&transcript, expected, pars)))
            .unwrap_or_else(|_| {
                let ours = "playing it again failed; this is our mistake, and the attempt is kept";
                (Verdict::Unscored(ours.into()), None)
            }),
    };
    Judged {
        verdict,
        transcript: Some(transcript),
        played,
    }
}

fn play(
    transcript: &Transcript,
    expected: Expected,
    pars: &Pars,
) -> (Verdict, Option<Box<Played>>) {
    let header = &transcript.header;
    let content = expected.scenario.content().to_string();
    if header.content != content {
        let why = format!(
            "it was played with another version of `{}`",
            header.scenario
        );
        return (Verdict::Foreign(why), None);
    }
    if header.seed != expected.seed {
        let why = format!(
            "it was played with seed {}; this attempt has {}",
            header.seed, expected.seed
        );
        return (Verdict::Foreign(why), None);
    }
    let rules = expected.rules;
    if header.rules != rules.version() {
        // Nobody chooses the rules that suit them best.
        if Rules::of_version(&header.rules).is_some() {
            let why = format!(
                "it was played by rules {}; this is played by {}",
                header.rules,
                rules.version()
            );
            return (Verdict::Foreign(why), None);
        }
        let why = format!(
            "it was played by rules {}; this release has {}",
            header.rules,
            Rules::current().version()
        );
        return (Verdict::Unscored(why), None);
    }
    if transcript.inputs.len() > MAX_INPUTS {
        let why = format!("turn {}: no run has more than {MAX_INPUTS}", MAX_INPUTS + 1);
        return (Verdict::Changed(why), None);
    }
    let session = match replay(transcript, expected.scenario, rules) {
        Ok(session) => session,
        Err(divergence) => return (Verdict::Changed(divergence.to_string()), None),
    };
    let ended = transcript
        .end
        .as_ref()
        .is_some_and(|end| end.end == EndReason::Outcome);
    // A run whose last line was lost has still come to its end if the replay has.
    let verdict = if ended || session.floor() == Floor::Ended {
        Verdict::Verified
    } else {
        Verdict::Unfinished
    };
    let played = Played::of(session, expected.doctrine, pars);
    (verdict, Some(Box::new(played)))
}

/// What a run's inputs are as a whole, by everything that was done and nothing that
/// was labelled: two transcripts with one imprint are one play.
pub fn imprint(transcript: &Transcript) -> String {
    let mut hash = blake3::Hasher::new();
    let header = &transcript.header;
    hash.update(header.content.as_bytes());
    hash.update(header.seed.to_string().as_bytes());
    for input in &transcript.inputs {
        hash.update(input.digest.as_bytes());
        hash.update(input.action.as_bytes());
        hash.update(input.reply.as_deref().unwrap_or("").as_bytes());
        hash.update(b"\n");
    }
    hash.finalize().to_hex().as_str()[..16].to_owned()
}

/// The key of a reply that was said.
pub fn said_key(action: &Action) -> Option<&str> {
    match action {
        Action::Say(key) => Some(key),
        _ => None,
    }
}

/// What an action is called in tables.
pub fn action_word(action: &Action) -> &'static str {
    match action {
        Action::Listen => "listen",
        Action::Encourage => "encourage",
        Action::CutIn => "cut-in",
        Action::Pause => "pause",
        Action::Say(_) => "say",
    }
}

#[cfg(test)]
mod tests {
    use engine::state::{Face, Stance, Voice};
    use engine::transcript::Journal;
    use serde_json::json;

    use super::*;
    use crate::desk::library::Library;

    /// Chance for a test, the same every time.
    struct Chance(u64);

    impl Chance {
        fn below(&mut self, n: usize) -> usize {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            (self.0 >> 20) as usize % n.max(1)
        }
    }

    fn run() -> (Arc<Scenario>, Seed, Vec<u8>) {
        let library = Library::open(None).expect("it opens");
        let scenario = Arc::clone(&library.find("late-part").expect("it is there").scenario);
        let seed = Seed::new(7);
        let mut session = Session::begin(Arc::clone(&scenario), Rules::current(), seed);
        let (mut journal, mut text) = Journal::begin(&session, json!({ "attempt": "x" }));
        let stance = Stance {
            voice: Voice::Even,
            face: Face::Concerned,
        };
        while session.floor() != Floor::Ended {
            let first = session.choices()[0].action.clone();
            session.apply(&first, stance).expect("it was offered");
            text += &journal.input(&session, json!({})).expect("an input");
        }
        text += &journal.end(&session, EndReason::Outcome, json!({}));
        (scenario, seed, text.into_bytes())
    }

    fn expected(scenario: Arc<Scenario>, seed: Seed) -> Expected {
        Expected {
            scenario,
            seed,
            rules: Rules::current(),
            doctrine: Doctrine::balanced(),
        }
    }

    fn mutated(bytes: &[u8], chance: &mut Chance) -> Vec<u8> {
        let mut lines: Vec<Vec<u8>> = bytes
            .split_inclusive(|byte| *byte == b'\n')
            .map(<[u8]>::to_vec)
            .collect();
        let at = chance.below(lines.len());
        let other = chance.below(lines.len());
        match chance.below(7) {
            0 => lines.swap(at, other),
            1 => drop(lines.remove(at)),
            2 => lines.insert(at, lines[other].clone()),
            3 => {
                let byte = chance.below(lines[at].len());
                lines[at][byte] ^= 1 << chance.below(8);
            }
            4 => {
                let digits = |byte: &u8| byte.is_ascii_hexdigit();
                let byte = lines[at].iter().skip(chance.below(60)).position(digits);
                let byte = byte.unwrap_or(0);
                lines[at][byte] = b"0123456789abcdef"[chance.below(16)];
            }
            5 => {
                let end = chance.below(lines[at].len());
                lines[at].truncate(end);
                lines.truncate(at + 1);
            }
            _ => {
                let text = String::from_utf8_lossy(&lines[at]).into_owned();
                let (from, to) = [
                    ("\"even\"", "\"soft\""),
                    ("\"concerned\"", "\"warm\""),
                    ("\"listen\"", "\"encourage\""),
                    ("\"say\"", "\"pause\""),
                    ("\"outcome\"", "\"abandoned\""),
                    ("\"n\":", "\"n\":-"),
                ][chance.below(6)];
                lines[at] = text.replacen(from, to, 1).into_bytes();
            }
        }
        lines.concat()
    }

    #[test]
    fn no_mutated_transcript_scores_what_was_not_played() {
        let (scenario, seed, good) = run();
        let pars = Pars::default();
        let judged = |bytes: &[u8]| {
            let scenario = Arc::clone(&scenario);
            judge(bytes, &pars, move |_| Ok(expected(scenario, seed)))
        };
        let oracle = judged(&good);
        assert_eq!(oracle.verdict, Verdict::Verified);
        let oracle = oracle.played.expect("it counts");
        let mut chance = Chance(0x9E37_79B9_7F4A_7C15);
        let mut n_refused = 0;
        for n in 0..2_000 {
            let mut bytes = mutated(&good, &mut chance);
            if n % 3 == 0 {
                bytes = mutated(&bytes, &mut chance);
            }
            let judged = judged(&bytes);
            let Some(played) = judged.played else {
                n_refused += 1;
                continue;
            };
            // What still counts is the same play, or the beginning of it, and nothing else.
            let mine: Vec<_> = played
                .session
                .turns()
                .iter()
                .map(|turn| turn.digest)
                .collect();
            let whole = oracle.session.turns().iter().map(|turn| turn.digest);
            let whole: Vec<_> = whole.take(mine.len()).collect();
            assert_eq!(mine, whole, "mutation {n}");
            if judged.verdict == Verdict::Verified {
                assert_eq!(played.report.total, oracle.report.total, "mutation {n}");
            }
        }
        assert!(n_refused > 1_000, "{n_refused} of 2000 refused");
    }

    #[test]
    fn nobody_chooses_the_rules() {
        let (scenario, seed, bytes) = run();
        let others = rules(&[("    data: 1,", "    data: 2,")]);
        let judged = judge(&bytes, &Pars::default(), |_| {
            Ok(Expected {
                rules: others,
                ..expected(scenario, seed)
            })
        });
        let why = judged.verdict.why();
        assert_eq!(judged.verdict.word(), "foreign", "{why}");
        assert!(why.contains("this is played by 1.2-draft"), "{why}");
    }

    #[test]
    fn one_transcript_by_two_doctrines() {
        let (scenario, seed, bytes) = run();
        let pars = Pars::default();
        let by = |name: &str| {
            let doctrine = Doctrine::find(name).expect("it is there");
            let judged = judge(&bytes, &pars, |_| {
                Ok(Expected {
                    doctrine,
                    ..expected(Arc::clone(&scenario), seed)
                })
            });
            assert_eq!(judged.verdict, Verdict::Verified);
            judged.played.expect("it counts")
        };
        let (usual, plain) = (by("balanced"), by("plain-dealing"));
        let kept = |report: &Report| {
            let gates = report.gates.clone();
            (
                report.satisfaction,
                report.outcome,
                report.par.clone(),
                gates,
            )
        };
        assert_eq!(kept(&usual.report), kept(&plain.report));
        assert_ne!(usual.report.conduct, plain.report.conduct);
        assert_ne!(usual.report.total, plain.report.total);

        // Neither other rules nor a void change by what it is scored.
        let again = plain.by(&Rules::current(), &pars).expect("it is possible");
        assert_eq!(again.report.conduct, plain.report.conduct);
        assert_eq!(plain.without(&pars, &[]), plain.report);
        let came_up = |clause: &&engine::report::ClauseNote| {
            clause.weighs == 100 && clause.finding == engine::score::Finding::Missed
        };
        let out = plain.report.clauses.iter().find(came_up).expect("one");
        let void = [Void {
            what: engine::score::Voided::Clause(out.id.to_owned()),
            why: "it was wrong".into(),
        }];
        let [usual, plain] = [&usual, &plain].map(|played| played.without(&pars, &void));
        assert_eq!(plain.doctrine.id, "plain-dealing");
        assert_eq!(kept(&usual), kept(&plain));
        assert_ne!(usual.conduct, plain.conduct);
    }

    /// The rules of today with some words of their file put otherwise.
    fn rules(changes: &[(&str, &str)]) -> Arc<Rules> {
        let mut text = include_str!("../../assets/rules/1.ron").to_owned();
        for (from, to) in changes {
            assert!(text.contains(from), "{from}");
            text = text.replacen(from, to, 1);
        }
        Arc::new(Rules::read(&text).expect("they can be used"))
    }

    #[test]
    fn the_same_choices_by_other_rules() {
        let (scenario, seed, bytes) = run();
        let pars = Pars::default();
        let judged = judge(&bytes, &pars, |_| Ok(expected(scenario, seed)));
        let played = judged.played.expect("it counts");
        let same = played.by(&Rules::current(), &pars).expect("it is possible");
        assert_eq!(same.report.total, played.report.total);

        let newer = ("    data: 1,", "    data: 2,");
        let survey = ("survey: (450, 400, 150)", "survey: (0, 0, 1000)");
        let other = played.by(&rules(&[newer, survey]), &pars);
        let other = other.expect("the same words are on offer");
        assert_eq!(other.report.rules, "1.2-draft");
        assert_ne!(other.report.satisfaction, played.report.satisfaction);
        let turns = |played: &Played| played.session.turns().len();
        assert_eq!(turns(&other), turns(&played));

        let walks = [
            ("walk_heat: 970", "walk_heat: 1"),
            ("walk_grace: 4", "walk_grace: 0"),
        ];
        let gone = played.by(&rules(&[newer, walks[0], walks[1]]), &pars);
        let why = gone.err().expect("the customer has gone by then");
        assert!(why.contains("would not have been possible"), "{why}");
    }
}
