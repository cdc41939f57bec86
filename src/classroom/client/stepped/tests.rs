//! A sealed class as a program plays it, over TLS: what it is sent, what it makes of a
//! server that dies, and of one that says what it should not.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use engine::scenario::Scenario;
use engine::state::{Face, Voice};

use super::*;
use crate::classroom::assignment::MAX_ATTEMPTS;
use crate::classroom::client::address::Address;
use crate::classroom::client::opened::{self, host, plan, sit_down};
use crate::classroom::client::seat::Seat;
use crate::classroom::server::hosting::Hosting;
use crate::classroom::server::hosting::at_board::AtBoard;
use crate::classroom::talk::What;
use crate::desk::library::Library;

/// A scenario that also asks for readings.
const SCENARIO: &str = "third-visit";

/// A class that has begun, with somebody in it.
struct Class {
    base: PathBuf,
    address: Address,
    hosting: Option<Hosting>,
    seat: Seat,
}

impl Class {
    fn open(name: &str) -> Class {
        Class::of(name, 1)
    }

    fn of(name: &str, attempts: u32) -> Class {
        let base = std::env::temp_dir().join(format!(
            "satisfactometer-sealed-{name}-{}",
            std::process::id()
        ));
        _ = fs::remove_dir_all(&base);
        let plan = plan(SCENARIO, attempts, true);
        let hosting = host(&base.join("server"), 0, Some(plan));
        let (address, _, seat) = sit_down(&hosting, "Ana");
        Class {
            base,
            address,
            hosting: Some(hosting),
            seat,
        }
    }

    fn begin(&self) {
        self.hosting.as_ref().expect("it is open").begin();
    }

    fn link(&self) -> Link {
        let pin = crate::classroom::pin::Pin::read(&self.seat.pin).expect("a pin");
        Link::new(self.address.clone(), pin).expect("a link")
    }

    fn stepped(&self) -> Stepped {
        Stepped::take_up(self.link(), &self.seat.token, || {}).expect("a thread")
    }

    fn start_again(&mut self) {
        self.hosting = Some(host(&self.base.join("server"), self.address.port, None));
    }
}

impl Drop for Class {
    fn drop(&mut self) {
        self.hosting = None;
        _ = fs::remove_dir_all(&self.base);
    }
}

/// Waits until there is news of this kind.
#[track_caller]
fn until(stepped: &Stepped, what: impl Fn(&News) -> bool) -> News {
    opened::until(|| stepped.news(), what)
}

/// What somebody does next who tries everything.
fn next(talk: &Shown) -> Does {
    let n = talk.n();
    let what = match talk.floor {
        _ if talk.asks => What::Mark(3),
        Floor::Customer if n % 5 == 3 => What::CutIn,
        Floor::Customer if n % 3 == 1 => What::Encourage,
        Floor::Customer => What::Listen,
        _ if n % 7 == 6 => What::Pause,
        _ => What::Say(n % talk.replies.len()),
    };
    Does {
        form: FORM,
        n: n + usize::from(!matches!(what, What::Mark(_))),
        what,
        voice: Voice::Even,
        face: Face::Concerned,
    }
}

fn order(stepped: &Stepped, does: Does) -> News {
    let before = stepped.news().n;
    stepped.order(does);
    until(stepped, |news| {
        news.n > before || matches!(news.line, Line::Over(_))
    })
}

fn talk(news: &News) -> &Shown {
    &news.told.as_ref().expect("a talk").talk
}

/// Every name of a field, and every text, of an answer.
fn collect(value: &Value, names: &mut BTreeSet<String>, texts: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                names.insert(name.clone());
                collect(value, names, texts);
            }
        }
        Value::Array(values) => values.iter().for_each(|v| collect(v, names, texts)),
        Value::String(text) => _ = texts.insert(text.clone()),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Everything that people say and see in a scenario.
fn told_texts(scenario: &Scenario) -> BTreeSet<String> {
    let written = scenario.written();
    let mut texts: BTreeSet<String> = [
        scenario.title(),
        scenario.brief(),
        &scenario.customer().name,
        &scenario.customer().trade,
        &scenario.customer().look.text,
    ]
    .map(str::to_owned)
    .into();
    for beat in written.beats.values() {
        for segment in &beat.says {
            texts.insert(segment.text.clone());
            texts.extend(segment.variants.iter().map(|variant| variant.text.clone()));
        }
        for reply in beat.replies.values() {
            texts.insert(reply.say.clone());
            texts.extend(reply.without.iter().map(|without| without.say.clone()));
        }
    }
    texts.extend(written.endings.values().map(|ending| ending.scene.clone()));
    texts.extend(written.reactions.values().flatten().cloned());
    texts
}

/// Words of the form that are no texts.
const WORDS: [&str; 35] = [
    "Counter",
    "Phone",
    "FollowUp",
    "morning",
    "midday",
    "rain",
    "dusk",
    "customer",
    "trainee",
    "ended",
    "soft",
    "even",
    "raised",
    "warm",
    "neutral",
    "concerned",
    "at-you",
    "away",
    "down",
    "past",
    "open",
    "leaning",
    "folded",
    "turned",
    "looming",
    "flinch",
    "breath-out",
    "look-away",
    "jaw-set",
    "scoff",
    "swallow",
    "small-smile",
    "nod",
    "broken-off",
    "floor",
];

#[test]
fn a_program_is_sent_what_can_be_perceived_and_nothing_else() {
    // Seeds are the class's own, and some customers leave early: then another attempt
    // shows the rest.
    let class = Class::of("sent", MAX_ATTEMPTS);
    class.begin();
    let (link, token) = (class.link(), &class.seat.token);
    let library = Library::open(None).expect("there are scenarios");
    let scenario = &library.find(SCENARIO).expect("it is there").scenario;
    let asked = json!({ "form": FORM }).to_string();
    let (mut names, mut texts) = (BTreeSet::new(), BTreeSet::new());
    let (mut n_marks, mut n_answers) = (0, 0);
    let (mut path, mut body) = ("/api/v1/talks".to_owned(), asked.clone());
    loop {
        let (status, said) = link
            .send("POST", &path, token, body.as_bytes())
            .expect("it answers");
        if status == 409 {
            // It begins on a thread of the server.
            assert!(n_answers == 0 && said.contains("not-begun"), "{said}");
            continue;
        }
        if status == 429 {
            thread::sleep(Duration::from_millis(100));
            continue;
        }
        assert_eq!(status, 200, "{said}");
        let value: Value = serde_json::from_str(&said).expect("JSON");
        collect(&value, &mut names, &mut texts);
        let told = read(&said).expect("it can be read");
        n_answers += 1;
        if told.talk.floor == Floor::Ended {
            assert_eq!(told.receipt.as_deref().map(str::len), Some(9));
            texts.remove(told.receipt.as_deref().unwrap_or_default());
            texts.remove(&told.id);
            if n_marks > 0 && n_answers > 20 {
                break;
            }
            (path, body) = ("/api/v1/talks".to_owned(), asked.clone());
            continue;
        }
        assert_eq!(told.receipt, None);
        let does = next(&told.talk);
        n_marks += usize::from(matches!(does.what, What::Mark(_)));
        (path, body) = (
            format!("/api/v1/talks/{}", told.id),
            json!(does).to_string(),
        );
    }
    let expected = "asks brief broken-off day ended exchanges face floor form gaze heard id look \
                    loudness micro name nodded opening pace percept place posture promised \
                    reacts receipt replies said setting silence speaks stance talk tension time \
                    title trade voice warmth";
    // What happens now and then is a name of its own.
    let now_and_then = ["broken-off", "ended", "promised", "silence", "reacts"];
    let mut all: BTreeSet<&str> = names.iter().map(String::as_str).collect();
    all.extend(now_and_then);
    assert_eq!(all.into_iter().collect::<Vec<_>>().join(" "), expected);
    let known = told_texts(scenario);
    let pool = |text: &str| {
        engine::rules::reactions()
            .values()
            .flat_map(|by| by.values())
            .flatten()
            .any(|line| line == text)
    };
    let promised = |text: &str| {
        let written = scenario.written().beats.values();
        let mut promises = written
            .flat_map(|beat| beat.replies.values())
            .filter_map(|reply| reply.promise.as_ref());
        promises.any(|promise| text == format!("{} ({})", promise.what, promise.due))
    };
    for text in &texts {
        assert!(
            known.contains(text) || WORDS.contains(&text.as_str()) || pool(text) || promised(text),
            "`{text}` is told"
        );
    }
    let keys = scenario
        .beat_keys()
        .iter()
        .chain(scenario.ending_keys())
        .chain(scenario.fact_keys());
    for key in keys {
        assert!(!texts.contains(key), "the key {key} is told");
    }
}

#[test]
fn a_server_that_dies_in_the_middle_costs_nothing() {
    let mut class = Class::open("dies");
    let stepped = class.stepped();
    until(
        &stepped,
        |news| matches!(&news.line, Line::Rests(why) if why.contains("not begun")),
    );
    class.begin();
    let mut news = until(&stepped, |news| news.told.is_some());
    for _ in 0..4 {
        news = order(&stepped, next(talk(&news)));
        assert_eq!(news.line, Line::Fine(None));
    }
    let before = talk(&news).clone();

    // Something is chosen while nobody answers.
    class.hosting = None;
    let does = next(&before);
    stepped.order(does);
    stepped.order(does);
    until(&stepped, |news| news.line == Line::Silent);
    class.start_again();
    let after = until(&stepped, |news| news.n > 5);
    assert_eq!(talk(&after).n(), before.n() + 1, "done once");
    assert!(talk(&after).exchanges.starts_with(&before.exchanges));

    // The program is closed and opened: the same run at the same turn.
    drop(stepped);
    let stepped = class.stepped();
    news = until(&stepped, |news| news.told.is_some());
    assert_eq!(talk(&news), talk(&after));

    // What is not on offer changes nothing, and is answered with how it is.
    let beyond = Does {
        what: What::Say(99),
        ..next(talk(&news))
    };
    let same = order(&stepped, beyond);
    assert_eq!(talk(&same), talk(&after));
    while talk(&news).floor != Floor::Ended {
        news = order(&stepped, next(talk(&news)));
    }
    let told = news.told.expect("a talk");
    assert_eq!(told.receipt.as_deref().map(str::len), Some(9));
    let more = class.stepped();
    until(
        &more,
        |news| matches!(&news.line, Line::Over(why) if why.contains("everything is played")),
    );

    // Somebody else at the same address is told nothing.
    class.hosting = None;
    let other = host(
        &class.base.join("other"),
        class.address.port,
        Some(plan(SCENARIO, 1, true)),
    );
    let stranger = class.stepped();
    until(
        &stranger,
        |news| matches!(&news.line, Line::Over(why) if why.contains("another key")),
    );
    drop(other);
}

#[test]
fn when_the_class_ends_a_run_is_handed_in_as_it_is_and_revealed() {
    let class = Class::open("ends");
    class.begin();
    let stepped = class.stepped();
    let mut news = until(&stepped, |news| news.told.is_some());
    for _ in 0..6 {
        news = order(&stepped, next(talk(&news)));
    }
    let id = news.told.as_ref().expect("a talk").id.clone();
    let table = Table {
        link: class.link(),
        token: class.seat.token.clone(),
    };
    let early = table.debrief(&id).expect_err("not yet").to_string();
    assert!(
        early.contains("when your instructor ends the class"),
        "{early}"
    );
    class
        .hosting
        .as_ref()
        .expect("it is open")
        .at_board(&AtBoard::End)
        .expect("it ends");
    let over = order(&stepped, next(talk(&news)));
    assert!(
        matches!(&over.line, Line::Over(why) if why.contains("handed in, receipt ")),
        "{:?}",
        over.line
    );
    let revealed = table.debrief(&id).expect("it is over");
    assert_eq!(revealed.meters.len(), talk(&news).n() + 1);
    assert_eq!(revealed.title, talk(&news).setting.title);
    let said = |turn: &crate::classroom::talk::RevealedTurn| turn.said.clone();
    let told: Vec<_> = revealed.turns.iter().map(said).collect();
    for words in talk(&news).own_replies() {
        assert!(told.contains(&words), "{words}: {told:?}");
    }
    // Where something was decided, and the server knows it so too.
    for (turn, n) in revealed.turns.iter().zip(1..) {
        let path = format!("/api/v1/attempts/{id}/disagreements");
        let asked = json!({ "turn": n, "why": "" }).to_string();
        let answer = table
            .link
            .send("POST", &path, &table.token, asked.as_bytes());
        let status = answer.expect("it answers").0;
        assert_eq!(status == 200, turn.decides, "turn {n}: {}", turn.said);
    }
    assert!(revealed.turns.iter().any(|turn| turn.decides));
    // Nobody else's, and nothing that is none.
    let other = table.debrief("00000000-0000-4000-8000-000000000000");
    assert!(other.is_err());
    let good = json!(revealed);
    assert!(read_revealed(&good.to_string()).is_ok());
    let wrong: [&dyn Fn(&mut Value); 4] = [
        &|v| v["meters"] = json!([5]),
        &|v| v["form"] = 2.into(),
        &|v| v["turns"] = Value::Null,
        &|v| v["title"] = "x".repeat(MAX_TEXT + 1).into(),
    ];
    for change in wrong {
        let mut value = good.clone();
        change(&mut value);
        assert!(read_revealed(&value.to_string()).is_err(), "{value:.80}");
    }
}

#[test]
fn an_answer_that_is_none_is_a_sentence() {
    let library = Library::open(None).expect("there are scenarios");
    let scenario = library
        .find(SCENARIO)
        .expect("it is there")
        .scenario
        .clone();
    let session = engine::session::Session::begin(
        scenario,
        engine::rules::Rules::current(),
        engine::rng::Seed::new(7),
    );
    let good = Told {
        form: FORM,
        id: "00000000-0000-4000-8000-000000000000".into(),
        talk: Shown::of(&session),
        time: None,
        receipt: None,
    };
    assert_eq!(read(&json!(good).to_string()).as_ref(), Ok(&good));
    let with = |change: &dyn Fn(&mut Value)| {
        let mut value = json!(good);
        change(&mut value);
        read(&value.to_string())
    };
    let speaks = |text: String| json!([{ "speaks": text }]);
    let wrong: [(&str, &dyn Fn(&mut Value)); 12] = [
        ("no form", &|v| v["form"] = Value::Null),
        ("form 9", &|v| v["form"] = 9.into()),
        ("no id", &|v| v["id"] = "../me".into()),
        ("missing field", &|v| v["talk"] = json!({})),
        ("unknown variant", &|v| {
            v["talk"]["opening"] = json!([{ "gauge": 5 }])
        }),
        ("invalid value", &|v| {
            v["talk"]["percept"]["pace"] = 256.into()
        }),
        ("invalid value", &|v| {
            v["talk"]["percept"]["pace"] = (-1).into()
        }),
        ("who has the floor", &|v| {
            v["talk"]["floor"] = "trainee".into()
        }),
        ("who has the floor", &|v| v["talk"]["opening"] = json!([])),
        ("9 replies", &|v| v["talk"]["replies"] = vec!["x"; 9].into()),
        ("too long", &|v| {
            v["talk"]["opening"] = speaks("x".repeat(MAX_TEXT + 1))
        }),
        ("receipt is none", &|v| v["receipt"] = "<b>".into()),
    ];
    for (says, change) in wrong {
        let why = with(change).expect_err(says);
        assert!(why.contains(says), "{says}: {why}");
    }
    let many = json!({ "said": null, "nodded": true, "heard": [], "stance": { "voice": "even", "face": "warm" } });
    let why = with(&|v| v["talk"]["exchanges"] = vec![many.clone(); MAX_INPUTS + 1].into());
    assert!(why.expect_err("too many").contains("too long"));
    let why = with(&|v| v["talk"]["opening"] = vec![json!("floor"); MAX_HEARD + 1].into());
    assert!(why.is_err());
    for text in [
        "",
        "{",
        "[]",
        "null",
        "{\"form\":1}",
        &"[".repeat(MAX_BYTES / 2),
    ] {
        assert!(read(text).is_err(), "{text:.40}");
    }
    // What could command a screen is tame, and what lies beyond the scale is on it.
    let tame = with(&|v| {
        v["talk"]["opening"] = speaks("a\u{202e}b\u{1b}[2J".into());
        v["talk"]["percept"]["tension"] = 255.into();
    });
    let tame = tame.expect("it can be read").talk;
    assert_eq!(tame.opening, [Heard::Speaks("a b [2J".into())]);
    assert_eq!(tame.percept.tension, 100);
}

#[test]
fn each_refusal_means_something() {
    let body = |kind: &str| json!({ "kind": kind, "detail": "so it is" }).to_string();
    for (status, kind, means) in [
        (409, "paused", "rests"),
        (409, "not-begun", "rests"),
        (409, "other-turn", "elsewhere"),
        (422, "illegal-turn", "elsewhere"),
        (404, "not-found", "elsewhere"),
        (409, "closed", "over"),
        (409, "time-is-up", "over"),
        (409, "all-played", "over"),
        (409, "other-form", "over"),
        (401, "no-seat", "over"),
        (410, "class-deleted", "over"),
        (400, "bad-json", "over"),
        (429, "too-many", "nothing"),
        (503, "store", "nothing"),
        (500, "internal", "nothing"),
        (507, "store", "nothing"),
        (408, "", "nothing"),
        (302, "", "over"),
    ] {
        let found = match refusal(status, &body(kind)) {
            Answer::Rests(_) => "rests",
            Answer::Elsewhere => "elsewhere",
            Answer::Over(_) => "over",
            Answer::Nothing => "nothing",
            Answer::Told(_) => "told",
        };
        assert_eq!(found, means, "{status} {kind}");
    }
    assert!(matches!(refusal(418, "<html>"), Answer::Over(_)));
}
