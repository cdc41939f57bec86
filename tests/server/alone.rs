//! Somebody who has a class's content and plays it alone, with the engine: transcripts
//! to hand in. Reads the assignment as its documentation says, not with its own code.

use std::sync::Arc;

use engine::bots::{Bot, play_session};
use engine::load::load;
use engine::rng::Seed;
use engine::rules::Rules;
use engine::scenario::Scenario;
use engine::session::Session;
use engine::state::Floor;
use engine::transcript::{EndReason, Journal};
use serde_json::{Value, json};

/// What a class plays.
pub struct Content {
    id: String,
    scenarios: Vec<(Arc<Scenario>, String)>,
}

/// A run that can be handed in.
pub struct Run {
    /// Its id.
    pub id: String,
    /// Its transcript.
    pub text: String,
    /// As it was played.
    pub session: Session,
}

impl Content {
    /// Reads an assignment in which everyone meets the same customers.
    pub fn read(assignment: &str) -> Content {
        let written: Value = serde_json::from_str(assignment).expect("JSON");
        assert_eq!(written["seeds"], "same");
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let scenarios = written["scenarios"].as_array().expect("a list");
        let scenarios = scenarios.iter().map(|content| {
            let file = text(&content["text"]);
            let name = format!("{}.ron", text(&content["id"]));
            let loaded = load(&name, file.as_bytes(), &Rules::current());
            let scenario = loaded.scenario.expect("what is assigned can be played");
            (Arc::new(scenario), text(&content["content"]))
        });
        Content {
            id: text(&written["id"]),
            scenarios: scenarios.collect(),
        }
    }

    /// The first scenario.
    pub fn scenario(&self) -> Arc<Scenario> {
        Arc::clone(&self.scenarios[0].0)
    }

    /// The first scenario, played as `bot` would; `n` tells its runs apart.
    pub fn play(&self, seat: &str, number: u32, bot: Bot, n: u64) -> Run {
        self.play_at(0, seat, number, bot, n)
    }

    /// The same at any of the scenarios.
    pub fn play_at(&self, index: usize, seat: &str, number: u32, bot: Bot, n: u64) -> Run {
        let (scenario, content) = &self.scenarios[index];
        let seed = format!("satisfactometer seed 1\n{}\n{content}\n{number}\n", self.id);
        let mut bits = [0; 8];
        bits.copy_from_slice(&blake3::hash(seed.as_bytes()).as_bytes()[..8]);
        let seed = Seed::new(u64::from_le_bytes(bits));
        let session = play_session(scenario, &Rules::current(), seed, bot, n);
        let id = uuid::Uuid::new_v4().to_string();
        let label = json!({ "assignment": self.id, "attempt": id, "attempt_no": number,
            "mark": seat, "started_at": 1_700_000_000_000_i64, "tempo": "turns" });
        let text = journal(&session, label);
        Run { id, text, session }
    }
}

/// A session as the transcript that its playing would have written.
pub fn journal(session: &Session, label: Value) -> String {
    let rules = Arc::clone(session.rules());
    let begun = Session::begin(Arc::clone(session.scenario()), rules, session.seed());
    let (mut journal, mut text) = Journal::begin(&begun, label);
    let mut ms = 0;
    while let Some(line) = journal.input(session, json!({ "ms": ms })) {
        text.push_str(&line);
        ms += 900;
    }
    let reason = if session.floor() == Floor::Ended {
        EndReason::Outcome
    } else {
        EndReason::Abandoned
    };
    text + &journal.end(session, reason, json!({}))
}
