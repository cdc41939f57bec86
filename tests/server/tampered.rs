//! Transcripts that were tampered with, by the thousand, handed in to a real server:
//! each is refused with a reason, or counts for what playing its choices again is worth.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use engine::bots::Bot;
use engine::report::Report;
use engine::rules::Rules;
use engine::score::par::Par;
use engine::session::Session;
use engine::transcript::{Transcript, replay};
use serde_json::{Value, json};

use super::alone::{Content, Run, journal};
use super::robot::{Robot, Room};
use super::{Server, folder};

/// Attempts that a seat has at the scenario; each is a run of its own to tamper with.
const ATTEMPTS: u32 = 5;
/// People who hand in; no class has more.
const SEATS: usize = 200;
/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(120);
/// How many hand in at once.
const AT_ONCE: usize = 8;

/// Chance, the same again for the same mutation.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 20) as usize % n.max(1)
    }
}

/// What was done to a transcript.
const KINDS: [&str; 16] = [
    "a bit flipped",
    "a byte taken out",
    "a byte put in",
    "cut off",
    "two turns swapped",
    "a turn doubled",
    "a turn dropped",
    "another's turn put in",
    "another seat",
    "another attempt",
    "another seed",
    "another content",
    "another choice",
    "a turn after the end",
    "impossible times",
    "a score of its own",
];

/// Puts another text where the first of `from` stands in one of the lines.
fn put(lines: &mut [String], at: usize, from: &str, to: &str) {
    lines[at] = lines[at].replacen(from, to, 1);
}

fn mutate(run: &Run, other: &Run, kind: usize, dice: &mut Dice) -> Vec<u8> {
    let mut bytes = run.text.clone().into_bytes();
    let at = dice.below(bytes.len());
    let mut lines: Vec<String> = run.text.lines().map(str::to_owned).collect();
    // Neither the header nor the end.
    let n = 1 + dice.below(lines.len() - 2);
    let last = lines.len() - 1;
    match kind {
        0 => bytes[at] ^= 1 << dice.below(8),
        1 => drop(bytes.remove(at)),
        2 => bytes.insert(at, dice.below(256) as u8),
        3 => bytes.truncate(at),
        4 => lines.swap(n, 1 + dice.below(last - 1)),
        5 => lines.insert(n, lines[n].clone()),
        6 => drop(lines.remove(n)),
        7 => {
            let foreign = other.text.lines().nth(n).unwrap_or("{}");
            lines[n] = foreign.to_owned();
        }
        8 => put(&mut lines, 0, "\"mark\":\"", "\"mark\":\"0"),
        9 => put(&mut lines, 0, "\"attempt_no\":", "\"attempt_no\":1"),
        10 => put(&mut lines, 0, "\"seed\":\"", "\"seed\":\"7"),
        11 => put(&mut lines, 0, "\"content\":\"", "\"content\":\"0"),
        12 => {
            let keys = [
                "\"voice\":\"even\"",
                "\"face\":\"warm\"",
                "\"do\":\"listen\"",
            ];
            let to = [
                "\"voice\":\"soft\"",
                "\"face\":\"concerned\"",
                "\"do\":\"encourage\"",
            ];
            let which = dice.below(3);
            let here = (1..last).find(|n| lines[*n].contains(keys[which]));
            put(&mut lines, here.unwrap_or(n), keys[which], to[which]);
        }
        13 => lines.insert(last, lines[last - 1].clone()),
        14 => {
            let times = ["-5", "4294967296", "99999999999999999999", "0", "1e400"];
            let from = lines[n].split("\"ms\":").nth(1).unwrap_or_default();
            let from = from.split('}').next().unwrap_or_default().to_owned();
            let from = format!("\"ms\":{from}");
            put(
                &mut lines,
                n,
                &from,
                &format!("\"ms\":{}", times[dice.below(5)]),
            );
        }
        // The whole of it written anew by somebody who knows how, with a claim in it.
        _ => {
            let header: Value = serde_json::from_str(&lines[0]).unwrap_or_default();
            let mut label = header["label"].clone();
            label["score"] = json!({ "satisfaction": 1000, "conduct": 1000, "total": 1000 });
            label["total"] = 9999.into();
            return journal(&run.session, label).into_bytes();
        }
    }
    match kind {
        0..=3 => bytes,
        _ => (lines.join("\n") + "\n").into_bytes(),
    }
}

/// Hands in so many transcripts that were tampered with; says what became of them.
pub fn hand_in(n_mutations: usize) -> String {
    let home = folder(&format!("mutated-{n_mutations}"));
    let attempts = ATTEMPTS.to_string();
    let server = Server::start(&home, &["late-part", "--open", "--attempts", &attempts]);
    let cookie = server.enter();
    let class = server.class(&cookie);
    let room = Room::at(&server.room);
    let n_seats = SEATS.min(n_mutations / 20 + 2);
    let seats: Vec<(String, String)> = (0..n_seats)
        .map(|_| Robot::join(&room, &server.code, ""))
        .map(|seat| seat.unwrap_or_else(|no| panic!("{}", no.body)))
        .collect();
    server.state(&cookie, &class, "running");
    let assignment = server
        .ask("GET", "/api/v1/assignment", &seats[0].0, None)
        .body;
    let content = Content::read(&assignment);
    let bots = [
        Bot::Expert,
        Bot::Adequate,
        Bot::Poor,
        Bot::Random,
        Bot::AlwaysSorry,
    ];
    let begun = Instant::now();
    let next = AtomicUsize::new(0);
    // By kind, and then by what was said: how many.
    let mut told: BTreeMap<(usize, String), usize> = BTreeMap::new();
    let mut taken: BTreeMap<String, String> = BTreeMap::new();
    std::thread::scope(|scope| {
        let hands: Vec<_> = (0..AT_ONCE)
            .map(|_| {
                let (room, seats, content, next) = (&room, &seats, &content, &next);
                scope.spawn(move || {
                    let (mut told, mut taken) = (BTreeMap::new(), BTreeMap::new());
                    loop {
                        let n = next.fetch_add(1, Ordering::Relaxed);
                        if n >= n_mutations {
                            return (told, taken);
                        }
                        let kind = n % KINDS.len();
                        let (token, seat) = &seats[n % seats.len()];
                        let number = (n / seats.len()) as u32 % ATTEMPTS + 1;
                        let bot = bots[n % bots.len()];
                        let run = content.play(seat, number, bot, n as u64);
                        let other = content.play(seat, number, Bot::Random, n as u64 + 1);
                        let mut dice = Dice(n as u64 * 0x9E37_79B9 + 1);
                        let body = mutate(&run, &other, kind, &mut dice);
                        let (status, said) = handed(room, token, &run.id, &body);
                        assert!(
                            matches!(status, 200..=299 | 400..=499),
                            "{} {n}: {status} {said}",
                            KINDS[kind]
                        );
                        if matches!(status, 200 | 201) {
                            taken.insert(run.id, String::from_utf8(body).expect("it is JSON"));
                        }
                        *told.entry((kind, said)).or_insert(0) += 1;
                    }
                })
            })
            .collect();
        for hand in hands {
            let (by_kind, ids) = hand.join().expect("no panic");
            for (key, n) in by_kind {
                *told.entry(key).or_insert(0) += n;
            }
            taken.extend(ids);
        }
    });
    let took = begun.elapsed();
    let n_over = over_scored(&server, &cookie, &class, &content, &taken);
    let mut said = format!(
        "{n_mutations} mutated transcripts in {:.0} s: {} taken and worth what their choices are worth, {n_over} over-scored\n",
        took.as_secs_f64(),
        taken.len()
    );
    for (n, kind) in KINDS.iter().enumerate() {
        let of = told.range((n, String::new())..(n + 1, String::new()));
        let of: Vec<String> = of.map(|((_, what), n)| format!("{what} {n}")).collect();
        said.push_str(&format!("  {kind}: {}\n", of.join(", ")));
    }
    assert_eq!(n_over, 0, "{said}");
    said
}

/// Hands in; asks again while too many do, and while a busy machine answers late.
fn handed(room: &Room, token: &str, id: &str, body: &[u8]) -> (u16, String) {
    let path = format!("/api/v1/attempts/{id}");
    let begun = Instant::now();
    loop {
        match room.once("hand-in", token, &("PUT", &path, body)) {
            Some(answer) if matches!(answer.status, 429 | 503) => {}
            Some(answer) if answer.status < 300 => return (answer.status, "taken".to_owned()),
            Some(answer) => return (answer.status, answer.kind()),
            None => assert!(begun.elapsed() < PATIENCE, "the server is gone"),
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// How many of those that were taken are worth more here than their choices are when
/// the engine plays them again; one that is not worth the same fails at once.
fn over_scored(
    server: &Server,
    cookie: &str,
    class: &str,
    content: &Content,
    taken: &BTreeMap<String, String>,
) -> usize {
    let path = format!("/classes/{class}/export/attempts.csv");
    let answer = server.see(cookie, &path);
    assert_eq!(answer.status, 200, "{}", answer.body);
    let mut attempts = csv::Reader::from_reader(answer.body.as_bytes());
    let attempts = attempts.deserialize().map(|row| row.expect("a row"));
    let attempts: Vec<BTreeMap<String, String>> = attempts.collect();
    assert_eq!(attempts.len(), taken.len(), "what was taken is there");
    let mut pars: BTreeMap<u64, Par> = BTreeMap::new();
    let mut n_over = 0;
    for attempt in &attempts {
        let id = &attempt["attempt_id"];
        if attempt["verdict"] == "unscored" {
            // Played by rules that this release does not have: kept, and worth nothing.
            let scores = ["satisfaction", "conduct", "total"].map(|key| attempt[key].as_str());
            assert_eq!(scores, [""; 3], "{id}");
            continue;
        }
        let transcript = Transcript::read(&taken[id]).expect("it was taken");
        let scenario = content.scenario();
        let session: Session = replay(&transcript, scenario, Rules::current()).expect("it plays");
        let seed = session.seed();
        let par = pars.entry(seed.bits());
        let par = par.or_insert_with(|| Par::of(session.world(), seed));
        let worth = Report::with_par(&session, par);
        let tenths = |key: &str| attempt[key].replacen('.', "", 1).parse().expect("a number");
        let pairs: [(i32, i32); 3] = [
            (tenths("satisfaction"), worth.satisfaction.into()),
            (tenths("conduct"), worth.conduct),
            (tenths("total"), worth.total),
        ];
        n_over += usize::from(pairs.iter().any(|(here, worth)| here > worth));
        assert!(
            pairs.iter().all(|(here, worth)| here >= worth),
            "{id}: {pairs:?}"
        );
    }
    n_over
}
