//! A run as a file: a journal of canonical JSON lines. Each line has a `run`
//! part, identical on every machine and covered by digests, and a `label` part
//! that nothing covers. Writing to disk and reading clocks belong to the caller.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::canonical::canonical_json;
use crate::mark::Mark;
use crate::rng::Seed;
use crate::session::{Action, Session};
use crate::state::{Digest, Face, Floor, Stance, State, Voice};

/// What the header's `format` says.
pub const FORMAT: &str = "satisfactometer-attempt";
/// The version of the journal's form.
pub const SCHEMA: u64 = 1;
/// What the line of a mark says it does.
const READ: &str = "read";
/// Most bytes of a transcript.
pub const MAX_BYTES: usize = 256 * 1024;

/// Writes the lines of one run, in step with its session.
#[derive(Clone, Debug)]
pub struct Journal {
    chain: blake3::Hasher,
    n_inputs: usize,
    n_marks: usize,
}

impl Journal {
    /// Begins the journal of a session without inputs; returns its header line.
    /// `label` may hold what identifies the attempt: ids, build, times.
    pub fn begin(session: &Session, label: Value) -> (Self, String) {
        let scenario = session.scenario();
        let run = json!({
            "format": FORMAT,
            "schema": SCHEMA,
            "scenario": scenario.id(),
            "content": scenario.content().to_string(),
            "mechanics": scenario.mechanics().to_string(),
            "rules": session.rules().version(),
            "seed": session.seed().to_string(),
            "context": {},
            "digest": session.first().digest().to_string(),
        });
        let mut journal = Journal {
            chain: blake3::Hasher::new(),
            n_inputs: 0,
            n_marks: 0,
        };
        let line = journal.line(run, label);
        (journal, line)
    }

    /// The line of the session's newest input or mark, to be on disk before its
    /// consequence is shown; `None` when there is none it has not seen.
    pub fn input(&mut self, session: &Session, label: Value) -> Option<String> {
        let mark = session.marks().get(self.n_marks);
        if let Some(mark) = mark.filter(|mark| mark.after == self.n_inputs) {
            self.n_marks += 1;
            let run = mark_line(session, *mark);
            return Some(self.line(run, label));
        }
        let turn = session.turns().get(self.n_inputs)?;
        self.n_inputs += 1;
        let (action, reply) = match &turn.action {
            Action::Listen => ("listen", None),
            Action::Encourage => ("encourage", None),
            Action::CutIn => ("cut-in", None),
            Action::Pause => ("pause", None),
            Action::Say(key) => ("say", Some(key.clone())),
        };
        let mut run = json!({
            "n": self.n_inputs,
            "at": session.scenario().beat_keys()[turn.before.beat as usize],
            "do": action,
            "voice": turn.input.stance.voice,
            "face": turn.input.stance.face,
            "offered": offered(session, self.n_inputs - 1),
            "digest": turn.digest.to_string(),
        });
        if let (Some(reply), Value::Object(fields)) = (reply, &mut run) {
            fields.insert("reply".into(), reply.into());
        }
        Some(self.line(run, label))
    }

    /// The last line.
    pub fn end(&mut self, session: &Session, reason: EndReason, label: Value) -> String {
        let run = json!({
            "end": reason.name(),
            "ending": session.ending(),
            "n": self.n_inputs,
            "chain": self.chain.finalize().to_hex().as_str(),
        });
        self.line(run, label)
    }

    fn line(&mut self, run: Value, label: Value) -> String {
        self.chain.update(canonical_json(&run).as_bytes());
        self.chain.update(b"\n");
        let mut line = canonical_json(&json!({ "run": run, "label": label }));
        line.push('\n');
        line
    }
}

/// Why a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EndReason {
    /// The conversation came to an ending.
    Outcome,
    /// The trainee left the encounter.
    Abandoned,
}

impl EndReason {
    fn name(self) -> &'static str {
        match self {
            EndReason::Outcome => "outcome",
            EndReason::Abandoned => "abandoned",
        }
    }
}

/// A mark as the journal holds it.
fn mark_line(session: &Session, mark: Mark) -> Value {
    let state = session
        .turns()
        .get(mark.after)
        .map_or_else(|| session.state(), |turn| &turn.before);
    json!({
        "after": mark.after,
        "at": session.scenario().beat_keys()[state.beat as usize],
        "do": READ,
        "step": mark.step,
        "digest": mark_digest(state, mark.step).to_string(),
    })
}

/// A mark leaves the state as it is, so its digest covers the step as well:
/// first eight bytes of BLAKE3 over the state's encoding and the step.
fn mark_digest(state: &State, step: u8) -> Digest {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&state.encode()).update(&[step]);
    let mut first = [0; 8];
    first.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
    Digest(u64::from_be_bytes(first))
}

/// First four bytes of BLAKE3 over the keys on offer before input `n`, sorted,
/// one a line.
fn offered(session: &Session, n: usize) -> String {
    let world = session.world();
    let state = session
        .turns()
        .get(n)
        .map_or_else(|| session.state(), |turn| &turn.before);
    let mut keys = world.reply_keys(state);
    keys.sort_unstable();
    let hash = blake3::hash(keys.join("\n").as_bytes());
    hash.to_hex().as_str()[..8].to_owned()
}

/// A transcript as read: what it claims, not yet believed.
#[derive(Clone, Debug)]
pub struct Transcript {
    /// The header.
    pub header: Header,
    /// The label of the header.
    pub label: Value,
    /// The label of the last line, which may be the header's.
    pub last_label: Value,
    /// The inputs.
    pub inputs: Vec<InputLine>,
    /// The marks, in order; each says after how many inputs it was made.
    pub marks: Vec<MarkLine>,
    /// The end, if the run came to one.
    pub end: Option<EndLine>,
    /// The last line was cut short, as by a power cut, and left out.
    pub torn: bool,
    chain: blake3::Hasher,
}

/// The header of a transcript.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// [`FORMAT`].
    pub format: String,
    /// [`SCHEMA`].
    pub schema: u64,
    /// The scenario's id.
    pub scenario: String,
    /// Its content hash.
    pub content: String,
    /// Its mechanics hash.
    pub mechanics: String,
    /// Version of the rules.
    pub rules: String,
    /// The seed.
    pub seed: Seed,
    /// What an earlier encounter hands on; empty for a single one.
    pub context: serde_json::Map<String, Value>,
    /// Digest of the state before the first input.
    pub digest: String,
}

/// One input of a transcript.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InputLine {
    /// Its number, from 1.
    pub n: usize,
    /// Key of the beat.
    pub at: String,
    /// What was done.
    #[serde(rename = "do")]
    pub action: String,
    /// Key of the reply, for `say`.
    #[serde(default)]
    pub reply: Option<String>,
    /// The voice.
    pub voice: Voice,
    /// The face.
    pub face: Face,
    /// Hash of what was on offer.
    pub offered: String,
    /// Digest of the state after.
    pub digest: String,
}

/// One mark of a transcript.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MarkLine {
    /// Inputs before it.
    pub after: usize,
    /// Key of the beat.
    pub at: String,
    /// What makes it a mark: `read`.
    #[serde(rename = "do")]
    pub action: String,
    /// The step marked.
    pub step: u8,
    /// Digest of the state it was made at, and the step.
    pub digest: String,
}

/// The end of a transcript.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndLine {
    /// Why it ended.
    pub end: EndReason,
    /// Key of the ending, if there was one.
    pub ending: Option<String>,
    /// Number of inputs.
    pub n: usize,
    /// Running hash over all lines before.
    pub chain: String,
}

/// A text that is not a transcript.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadTranscript {
    /// Larger than any run can be.
    #[error("the transcript has {0} bytes, at most {MAX_BYTES} are possible")]
    TooLarge(usize),
    /// There is no line.
    #[error("the transcript is empty")]
    Empty,
    /// A line cannot be read.
    #[error("line {line}: {what}")]
    Line {
        /// Its number, from 1.
        line: usize,
        /// What is wrong with it.
        what: String,
    },
    /// It was written by a newer release.
    #[error("made with transcript schema {0}; this release reads up to {SCHEMA}")]
    Newer(u64),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    run: Value,
    #[serde(default)]
    label: Value,
}

impl Transcript {
    /// Reads a transcript.
    ///
    /// # Errors
    /// When a line is not what it should be. A last line that was cut short is
    /// left out instead.
    pub fn read(text: &str) -> Result<Self, BadTranscript> {
        if text.len() > MAX_BYTES {
            return Err(BadTranscript::TooLarge(text.len()));
        }
        // Before anything else: a newer release may write lines of another form.
        let first = text
            .lines()
            .next()
            .and_then(|line| serde_json::from_str::<Value>(line).ok());
        if let Some(schema) = first
            .as_ref()
            .and_then(|line| line["run"]["schema"].as_u64())
            && schema > SCHEMA
        {
            return Err(BadTranscript::Newer(schema));
        }
        let torn = !text.is_empty() && !text.ends_with('\n');
        let mut lines: Vec<&str> = text.lines().collect();
        if torn && lines.len() > 1 {
            lines.pop();
        }
        let mut parsed: Vec<Line> = Vec::new();
        let is_mark = |line: &Line| line.run["do"] == READ;
        let mut n_marks = 0;
        for (i, line) in lines.iter().enumerate() {
            let line =
                serde_json::from_str(line).map_err(|e| bad(i + 1, n_marks, e.to_string()))?;
            n_marks += usize::from(is_mark(&line));
            parsed.push(line);
        }
        let mut parsed = parsed.into_iter().enumerate();
        let (_, first) = parsed.next().ok_or(BadTranscript::Empty)?;
        let mut chain = blake3::Hasher::new();
        link(&mut chain, &first.run);
        let header: Header =
            serde_json::from_value(first.run).map_err(|e| bad(1, 0, e.to_string()))?;
        if header.format != FORMAT {
            let what = format!("`format` is \"{}\", expected \"{FORMAT}\"", header.format);
            return Err(bad(1, 0, what));
        }
        let mut transcript = Transcript {
            header,
            last_label: first.label.clone(),
            label: first.label,
            inputs: Vec::new(),
            marks: Vec::new(),
            end: None,
            torn,
            chain,
        };
        for (i, line) in parsed {
            let n_marks = transcript.marks.len();
            let here = |what: String| bad(i + 1, n_marks, what);
            if transcript.end.is_some() {
                return Err(here("there is a line after the end".into()));
            }
            transcript.last_label = line.label.clone();
            if line.run.get("end").is_some() {
                let end = serde_json::from_value(line.run).map_err(|e| here(e.to_string()))?;
                transcript.end = Some(end);
                continue;
            }
            link(&mut transcript.chain, &line.run);
            if is_mark(&line) {
                let mark: MarkLine =
                    serde_json::from_value(line.run).map_err(|e| here(e.to_string()))?;
                let n_inputs = transcript.inputs.len();
                if mark.after != n_inputs {
                    return Err(here(format!(
                        "the reading says it was made after input {}, and stands after {n_inputs}",
                        mark.after
                    )));
                }
                transcript.marks.push(mark);
            } else {
                let input = serde_json::from_value(line.run).map_err(|e| here(e.to_string()))?;
                transcript.inputs.push(input);
            }
        }
        Ok(transcript)
    }

    /// Whether the end line's running hash is that of the lines before it.
    pub fn chain_holds(&self) -> bool {
        let chain = self.chain.finalize().to_hex();
        self.end
            .as_ref()
            .is_none_or(|end| end.chain == chain.as_str())
    }

    /// The journal to go on with after the last input, unless the run has an end.
    /// Whether the inputs are believed is for [`replay`] to say, before.
    pub fn journal(&self) -> Option<Journal> {
        self.end.is_none().then(|| Journal {
            chain: self.chain.clone(),
            n_inputs: self.inputs.len(),
            n_marks: self.marks.len(),
        })
    }
}

/// What is wrong with a line, after so many marks.
fn bad(line: usize, n_marks: usize, what: String) -> BadTranscript {
    // The header is line 1, so the first input stands in line 2; marks are no turns.
    let what = if line > 1 {
        format!("turn {}: {what}", line - 1 - n_marks)
    } else {
        what
    };
    BadTranscript::Line { line, what }
}

fn link(chain: &mut blake3::Hasher, run: &Value) {
    chain.update(canonical_json(run).as_bytes());
    chain.update(b"\n");
}

impl InputLine {
    /// The action, if `do` and `reply` make one.
    pub fn action(&self) -> Option<Action> {
        Some(match (self.action.as_str(), &self.reply) {
            ("listen", None) => Action::Listen,
            ("encourage", None) => Action::Encourage,
            ("cut-in", None) => Action::CutIn,
            ("pause", None) => Action::Pause,
            ("say", Some(key)) => Action::Say(key.clone()),
            _ => return None,
        })
    }
}

/// Why a transcript is not believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Divergence {
    /// It was played with another scenario.
    #[error(
        "it was played with another version of `{scenario}`: mechanics {claimed}, here {found}"
    )]
    Mechanics {
        /// The scenario's id.
        scenario: String,
        /// The hash it claims.
        claimed: String,
        /// The hash of what is here.
        found: String,
    },
    /// It was played with a scenario of another name.
    #[error("it was played with the scenario `{claimed}`, not with `{found}`")]
    Scenario {
        /// The id it claims.
        claimed: String,
        /// The id of what is here.
        found: String,
    },
    /// An earlier encounter handed something on, which single encounters never do.
    #[error("it says that an earlier encounter handed something on; there is none in this release")]
    Context,
    /// It was played by other rules.
    #[error("it was played by rules {claimed}; this release has {found}")]
    Rules {
        /// The version it claims.
        claimed: String,
        /// The version here.
        found: String,
    },
    /// Something before the first input does not fit.
    #[error(
        "the state before the first input differs: it says {claimed}, the replay gives {found}"
    )]
    Start {
        /// The digest it claims.
        claimed: String,
        /// The digest of the replay.
        found: String,
    },
    /// An input diverges.
    #[error("turn {turn}, at `{at}`: {what}")]
    Turn {
        /// Its number, from 1.
        turn: usize,
        /// The beat the replay is at.
        at: String,
        /// What differs.
        what: String,
    },
    /// The end does not fit.
    #[error("the end, after turn {turn}: {what}")]
    End {
        /// Number of inputs.
        turn: usize,
        /// What differs.
        what: String,
    },
}

/// Plays a transcript again and believes it only if every digest agrees.
///
/// # Errors
/// At the first place where the replay and the transcript differ.
pub fn replay(
    transcript: &Transcript,
    scenario: std::sync::Arc<crate::scenario::Scenario>,
    rules: std::sync::Arc<crate::rules::Rules>,
) -> Result<Session, Divergence> {
    let header = &transcript.header;
    if header.scenario != scenario.id() {
        return Err(Divergence::Scenario {
            claimed: header.scenario.clone(),
            found: scenario.id().to_owned(),
        });
    }
    if !header.context.is_empty() {
        return Err(Divergence::Context);
    }
    let found = scenario.mechanics().to_string();
    if header.mechanics != found {
        let scenario = header.scenario.clone();
        return Err(Divergence::Mechanics {
            scenario,
            claimed: header.mechanics.clone(),
            found,
        });
    }
    if header.rules != rules.version() {
        return Err(Divergence::Rules {
            claimed: header.rules.clone(),
            found: rules.version(),
        });
    }
    let mut session = Session::begin(scenario, rules, header.seed);
    let found = session.first().digest().to_string();
    if header.digest != found {
        return Err(Divergence::Start {
            claimed: header.digest.clone(),
            found,
        });
    }
    let mut marks = transcript.marks.iter().peekable();
    let mut marks_after = |session: &mut Session, n: usize| {
        while let Some(line) = marks.next_if(|mark| mark.after == n) {
            one_mark(session, line)?;
        }
        Ok(())
    };
    for (i, line) in transcript.inputs.iter().enumerate() {
        marks_after(&mut session, i)?;
        one_turn(&mut session, i + 1, line)?;
    }
    marks_after(&mut session, transcript.inputs.len())?;
    if let Some(end) = &transcript.end {
        let turn = transcript.inputs.len();
        let at_end = |what: String| Divergence::End { turn, what };
        if end.n != turn {
            return Err(at_end(format!(
                "it counts {} inputs, there are {turn}",
                end.n
            )));
        }
        if end.ending.as_deref() != session.ending() {
            let says = end.ending.as_deref().unwrap_or("none");
            return Err(at_end(format!(
                "it says ending {says}, the replay gives {}",
                session.ending().unwrap_or("none")
            )));
        }
        let finished = session.floor() == Floor::Ended;
        if finished != (end.end == EndReason::Outcome) {
            return Err(at_end(format!(
                "it says `{}`, which the replay does not bear out",
                end.end.name()
            )));
        }
        if !transcript.chain_holds() {
            return Err(at_end("the running hash over all lines differs".into()));
        }
    }
    Ok(session)
}

fn one_mark(session: &mut Session, line: &MarkLine) -> Result<(), Divergence> {
    let at = session.beat_key().to_owned();
    let diverges = |what: String| Divergence::Turn {
        turn: line.after,
        at: at.clone(),
        what,
    };
    if line.at != at {
        return Err(diverges(format!(
            "a reading says the talk is at `{}`",
            line.at
        )));
    }
    session
        .mark(line.step)
        .map_err(|why| diverges(why.to_string()))?;
    let found = mark_digest(session.state(), line.step).to_string();
    if line.digest != found {
        return Err(diverges(format!(
            "the digest of a reading is {}, the replay gives {found}",
            line.digest
        )));
    }
    Ok(())
}

fn one_turn(session: &mut Session, turn: usize, line: &InputLine) -> Result<(), Divergence> {
    let at = session.beat_key().to_owned();
    let diverges = |what: String| Divergence::Turn {
        turn,
        at: at.clone(),
        what,
    };
    if line.n != turn {
        return Err(diverges(format!("it is numbered {}", line.n)));
    }
    if line.at != at {
        return Err(diverges(format!("it says the talk is at `{}`", line.at)));
    }
    let offered = offered(session, turn - 1);
    if line.offered != offered {
        return Err(diverges(format!(
            "it says {} was on offer, the replay gives {offered}",
            line.offered
        )));
    }
    let action = line
        .action()
        .ok_or_else(|| diverges(format!("`{}` is no action", line.action)))?;
    let stance = Stance {
        voice: line.voice,
        face: line.face,
    };
    session
        .apply(&action, stance)
        .map_err(|illegal| diverges(illegal.to_string()))?;
    let found = session.state().digest().to_string();
    if line.digest != found {
        return Err(diverges(format!(
            "its digest is {}, the replay gives {found}",
            line.digest
        )));
    }
    Ok(())
}
