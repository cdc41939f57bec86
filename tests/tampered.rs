//! Transcripts that were tampered with, handed in: none counts for more than it is worth,
//! none takes the server down. `cargo bench --bench class -- mutated` does many more.

mod server;

use engine::bots::Bot;
use server::alone::Content;
use server::robot::{Robot, Room};
use server::{Server, folder};

/// Enough for every kind of tampering, at many places.
const MUTATIONS: usize = 800;

#[test]
fn what_was_tampered_with_is_refused_or_worth_what_was_chosen() {
    println!("{}", server::tampered::hand_in(MUTATIONS));
}

#[test]
fn what_is_kept_aside_fills_no_disk() {
    let server = Server::start(&folder("aside"), &["late-part", "--open"]);
    let cookie = server.enter();
    let class = server.class(&cookie);
    let room = Room::at(&server.room);
    let seat = Robot::join(&room, &server.code, "Ana");
    let (token, seat) = seat.unwrap_or_else(|no| panic!("{}", no.body));
    server.state(&cookie, &class, "running");
    let assignment = server.ask("GET", "/api/v1/assignment", &token, None);
    let content = Content::read(&assignment.body);
    let mut told = [0, 0];
    for n in 0..45 {
        let run = content.play(&seat, 1, Bot::Random, n);
        let text = run.text.replacen("\"voice\":\"", "\"voice\":\"un", 1);
        let path = format!("/api/v1/attempts/{}", run.id);
        for _ in 0..2 {
            let answer = server.ask("PUT", &path, &token, Some(text.as_bytes()));
            assert_eq!(answer.status, 422, "{}", answer.body);
            let kept = answer.body.contains("it is kept for your instructor");
            assert_ne!(
                kept,
                answer.body.contains("keep the file"),
                "{}",
                answer.body
            );
            told[usize::from(kept)] += 1;
        }
    }
    assert_eq!(told, [10, 80], "each of them twice");
    // Their own run counts all the same.
    let run = content.play(&seat, 1, Bot::Expert, 1);
    let path = format!("/api/v1/attempts/{}", run.id);
    let answer = server.ask("PUT", &path, &token, Some(run.text.as_bytes()));
    assert_eq!(answer.status, 201, "{}", answer.body);
    let page = server.see(&cookie, &format!("/classes/{class}/results"));
    assert!(
        page.body
            .contains("40 transcripts belong to something else")
    );
}
