//! A class as xAPI 1.0.3 statements, for a learning record store: our own small
//! structs. Actors are seats, never people; ids follow from the attempt and what
//! happened in it, so a statement that is sent again is the same one.

pub mod send;

use engine::session::Action;
use serde::Serialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::judge::Played;
use super::tables::timestamp;

/// What our names begin with. The domain is reserved and leads nowhere, on purpose:
/// nobody learns from a record where a class was held.
const HOME: &str = "https://satisfactometer.invalid";
/// What the choice of silence is called; no reply has such a key.
const SILENCE: &str = "_silence";

/// One statement.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Statement {
    id: String,
    actor: Actor,
    verb: Verb,
    object: Activity,
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<Outcome>,
    context: Context,
    timestamp: String,
    version: &'static str,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Actor {
    object_type: &'static str,
    account: Account,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Account {
    home_page: String,
    name: String,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct Verb {
    id: &'static str,
    display: Value,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Activity {
    object_type: &'static str,
    id: String,
    #[serde(skip_serializing_if = "Value::is_null")]
    definition: Value,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize)]
struct Outcome {
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<Score>,
    #[serde(skip_serializing_if = "Option::is_none")]
    success: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    completion: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response: Option<String>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    extensions: Map<String, Value>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct Score {
    scaled: f64,
    raw: f64,
    min: f64,
    max: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Context {
    registration: String,
    context_activities: Value,
    platform: &'static str,
    extensions: Map<String, Value>,
}

/// A score an attempt has or had, numbers in tenths.
pub struct Scored {
    /// Its number, from 1: the one it was handed in with.
    pub n: i64,
    /// When it was made, Unix milliseconds.
    pub made_at: i64,
    /// Numbers of what did not count for it.
    pub voids: String,
    /// Satisfaction, conduct, total and whether it passes.
    pub scores: [i64; 4],
}

/// What is to be told of an attempt beside the run.
pub struct Attempt<'a> {
    /// Its id.
    pub id: &'a str,
    /// The seat.
    pub seat: &'a str,
    /// The class.
    pub class: &'a str,
    /// What tells this server's seats from another's.
    pub server: &'a str,
    /// Number of the attempt.
    pub number: u32,
    /// When it was begun, Unix milliseconds.
    pub begun_at: i64,
    /// Whether the run came to its end.
    pub ended: bool,
    /// Its transcript, for the moments of its inputs.
    pub transcript: &'a str,
    /// The run, played again.
    pub played: &'a Played,
    /// Its scores, in order.
    pub scores: &'a [Scored],
}

/// The statements of an attempt: begun, each decision, ended, and every new score.
pub fn statements(attempt: &Attempt) -> Vec<Statement> {
    let Ok(registration) = Uuid::try_parse(attempt.id) else {
        return Vec::new();
    };
    let teller = Teller {
        attempt,
        registration,
    };
    let scenario = teller.scenario();
    let mut told = vec![teller.tell("initialized", "initialized", &scenario, attempt.begun_at)];
    let moments = moments(attempt);
    let session = &attempt.played.session;
    let beats = session.scenario().beat_keys();
    for (turn, row) in session.turns().iter().zip(&attempt.played.report.curve) {
        let response = match &turn.action {
            Action::Say(key) => key.as_str(),
            Action::Pause => SILENCE,
            _ => continue,
        };
        let beat = &beats[usize::from(turn.before.beat)];
        let words = turn.said.as_deref().unwrap_or("(said nothing)");
        let object = teller.decision(beat, response, words);
        let at = moments.get(row.turn - 1).copied();
        let event = format!("answered/{}", row.turn);
        let at = at.unwrap_or(attempt.begun_at);
        let mut statement = teller.tell("answered", &event, &object, at);
        statement.result = Some(Outcome {
            response: Some(response.to_owned()),
            extensions: extensions(&[
                ("turn", json!(row.turn)),
                ("satisfactometer", json!(tenths(row.satisfaction.into()))),
                ("change", json!(tenths(row.change.into()))),
                ("voice", json!(row.stance.voice)),
                ("face", json!(row.stance.face)),
                (
                    "better-on-offer",
                    json!(row.better.as_ref().is_some_and(|b| !b.same_words)),
                ),
            ]),
            ..Outcome::default()
        });
        told.push(statement);
    }
    let last = if attempt.ended {
        "completed"
    } else {
        "terminated"
    };
    for scored in attempt.scores {
        let first = scored.n == 1;
        let (verb, event) = if first {
            (last, last.to_owned())
        } else {
            ("scored", format!("scored/{}", scored.n))
        };
        let mut statement = teller.tell(verb, &event, &scenario, scored.made_at);
        let [satisfaction, conduct, total, passed] = scored.scores;
        let mut facts = extensions(&[
            ("satisfaction", json!(tenths(satisfaction))),
            ("conduct", json!(tenths(conduct))),
        ]);
        if !scored.voids.is_empty() {
            facts.extend(extensions(&[("not-counted", json!(scored.voids))]));
        }
        let doctrine = attempt.played.report.doctrine;
        if !doctrine.is_balanced() {
            facts.extend(extensions(&[("doctrine", json!(doctrine.key()))]));
        }
        statement.result = Some(Outcome {
            score: Some(Score {
                scaled: total.clamp(0, 1000) as f64 / 1000.0,
                raw: tenths(total.clamp(0, 1000)),
                min: 0.0,
                max: 100.0,
            }),
            success: attempt.ended.then_some(passed == 1),
            completion: first.then_some(attempt.ended),
            response: None,
            extensions: facts,
        });
        told.push(statement);
    }
    told
}

/// When each input was made, Unix milliseconds; as far as the transcript says.
fn moments(attempt: &Attempt) -> Vec<i64> {
    let lines = attempt.transcript.lines().skip(1);
    let lines = lines.filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let inputs = lines.filter(|line| line["run"]["n"].is_u64() && line["run"]["end"].is_null());
    let mut last = 0;
    inputs
        .map(|line| {
            // A clock that was set back does not put an answer before the question.
            let ms = line["label"]["ms"].as_i64().unwrap_or(last);
            last = ms.clamp(last, last.max(i64::from(u32::MAX)));
            attempt.begun_at + last
        })
        .collect()
}

struct Teller<'a> {
    attempt: &'a Attempt<'a>,
    registration: Uuid,
}

impl Teller<'_> {
    /// Who, what and when; `event` tells the statements of an attempt apart.
    fn tell(&self, verb: &'static str, event: &str, object: &Activity, at: i64) -> Statement {
        let attempt = self.attempt;
        let scenario = self.scenario_id();
        let parent = (object.id != scenario).then(|| {
            let of = Activity::of(scenario);
            json!([of])
        });
        let mut around = Map::new();
        if let Some(parent) = parent {
            around.insert("parent".into(), parent);
        }
        let class = Activity::of(format!("{HOME}/class/{}", attempt.class));
        around.insert("grouping".into(), json!([class]));
        Statement {
            id: Uuid::new_v5(&self.registration, event.as_bytes()).to_string(),
            actor: Actor {
                object_type: "Agent",
                account: Account {
                    home_page: format!("{HOME}/server/{}", attempt.server),
                    name: attempt.seat.to_owned(),
                },
            },
            verb: Verb {
                id: match verb {
                    "initialized" => "http://adlnet.gov/expapi/verbs/initialized",
                    "answered" => "http://adlnet.gov/expapi/verbs/answered",
                    "completed" => "http://adlnet.gov/expapi/verbs/completed",
                    "terminated" => "http://adlnet.gov/expapi/verbs/terminated",
                    _ => "http://adlnet.gov/expapi/verbs/scored",
                },
                display: json!({ "en": verb }),
            },
            object: object.clone(),
            result: None,
            context: Context {
                registration: self.registration.to_string(),
                context_activities: around.into(),
                platform: "Satisfactometer",
                extensions: extensions(&[
                    ("attempt", json!(attempt.number)),
                    ("rules", json!(attempt.played.report.rules)),
                ]),
            },
            timestamp: timestamp(at),
            version: "1.0.3",
        }
    }

    fn scenario_id(&self) -> String {
        let report = &self.attempt.played.report;
        format!("{HOME}/scenario/{}/{}", report.scenario, report.content)
    }

    fn scenario(&self) -> Activity {
        let mut activity = Activity::of(self.scenario_id());
        activity.definition = json!({
            "name": { "en": self.attempt.played.report.title },
            "type": "http://adlnet.gov/expapi/activities/simulation",
        });
        activity
    }

    fn decision(&self, beat: &str, response: &str, words: &str) -> Activity {
        let mut activity = Activity::of(format!("{}/decision/{beat}", self.scenario_id()));
        activity.definition = json!({
            "type": "http://adlnet.gov/expapi/activities/cmi.interaction",
            "interactionType": "choice",
            "choices": [{ "id": response, "description": { "en": words } }],
        });
        activity
    }
}

impl Activity {
    fn of(id: String) -> Self {
        Activity {
            object_type: "Activity",
            id,
            definition: Value::Null,
        }
    }
}

fn extensions(of: &[(&str, Value)]) -> Map<String, Value> {
    of.iter()
        .map(|(key, value)| (format!("{HOME}/x/{key}"), value.clone()))
        .collect()
}

fn tenths(value: i64) -> f64 {
    value as f64 / 10.0
}
