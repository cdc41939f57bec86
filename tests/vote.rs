//! One customer for the whole class: robots vote over HTTP while the board steps the
//! run. What nobody may know yet is looked for in everything that is sent.

mod server;

use serde_json::{Value, json};

use server::{Answer, Server, folder, send};

/// A class whose board and voters are at hand.
struct Room {
    server: Server,
    cookie: String,
    class: String,
    /// Where the wall is asked for.
    wall: String,
    voters: Vec<String>,
}

impl Room {
    fn open(home: &std::path::Path, scenarios: &[&str], voters: usize) -> Room {
        let server = Server::start(home, scenarios);
        let mut room = Room::at(server);
        room.voters = (0..voters).map(|_| room.server.join("").0).collect();
        room
    }

    fn at(server: Server) -> Room {
        let cookie = server.enter();
        let class = server.class(&cookie);
        Room {
            wall: server.wall(&cookie, &class) + "/live",
            server,
            cookie,
            class,
            voters: Vec::new(),
        }
    }

    /// The instructor's page.
    fn steer(&self) -> String {
        let path = format!("/classes/{}/vote", self.class);
        let page = self.server.see(&self.cookie, &path);
        assert_eq!(page.status, 200, "{}", page.body);
        page.body
    }

    fn press(&self, what: &str) -> Answer {
        let page = self.steer();
        let revision = page.split("name=\"revision\" value=\"").nth(1);
        let revision = revision.and_then(|rest| rest.split('"').next());
        self.send(&format!("do={what}&revision={}", revision.unwrap_or("0")))
    }

    fn send(&self, body: &str) -> Answer {
        let path = format!("/classes/{}/vote", self.class);
        self.server.form(&self.cookie, &path, body)
    }

    #[track_caller]
    fn pressed(&self, what: &str) {
        let answer = self.press(what);
        assert_eq!(answer.status, 303, "{what}: {}", answer.body);
    }

    fn wall(&self) -> String {
        send(&self.server.room, "GET", &self.wall, &[], b"").body
    }

    fn phone(&self, voter: usize) -> Value {
        let token = &self.voters[voter];
        self.server.ask("GET", "/api/v1/vote", token, None).value()
    }

    fn cast(&self, voter: usize, choice: usize) -> Answer {
        let view = self.phone(voter);
        let round = view["round"].as_i64().unwrap_or(1);
        let body = json!({ "id": view["id"], "n": view["n"], "round": round, "choice": choice });
        let token = &self.voters[voter];
        self.server.json("POST", "/api/v1/vote", token, &body)
    }

    /// Listens until the class has the floor; false when it is over.
    fn listen(&self) -> bool {
        loop {
            let page = self.steer();
            if page.contains("value=\"listen\"") {
                self.pressed("listen");
            } else {
                return page.contains("value=\"first\"");
            }
        }
    }
}

#[test]
fn two_rounds_the_real_branch_and_another() {
    let home = folder("vote");
    let mut room = Room::open(&home, &["late-part", "third-visit"], 4);
    assert!(room.wall().contains("Join code") || room.wall().contains("bigcode"));
    assert_eq!(room.phone(0)["open"], false);
    assert_eq!(room.send("do=begin&scenario=late-part").status, 303);
    let me = room.server.ask("GET", "/api/v1/me", &room.voters[0], None);
    assert_eq!(me.value()["vote"], true, "phones are led to the vote");

    // While the customer speaks nothing is voted on, whoever asks.
    assert_eq!(room.phone(0)["choices"], json!([]));
    for early in [
        "first",
        "tally",
        "second",
        "say&choice=0",
        "what-if&choice=0",
    ] {
        assert_eq!(room.press(early).status, 409, "{early}");
    }
    assert!(room.listen());
    assert_eq!(room.cast(0, 0).kind(), "round-closed");
    assert_eq!(
        room.phone(0)["choices"],
        json!([]),
        "not before it is asked"
    );
    room.pressed("first");
    let choices = room.phone(0)["choices"].as_array().expect("a list").len();
    assert!(choices >= 3, "replies, and silence");

    // Nobody learns how the others vote: whatever they choose, everything that anybody
    // is sent stays the same to the byte, but for their own choice and the count.
    for voter in 0..3 {
        assert_eq!(room.cast(voter, 0).status, 200);
    }
    let before = (room.wall(), room.steer(), room.phone(3));
    assert!(before.0.contains("3 of 4"), "{}", before.0);
    for voter in 0..3 {
        assert_eq!(room.cast(voter, voter % 2 + 1).status, 200);
    }
    assert_eq!((room.wall(), room.steer(), room.phone(3)), before);
    assert_eq!(room.phone(1)["mine"], 2, "one's own is one's own to see");

    // What is not to be voted, and who is not to vote.
    assert_eq!(room.cast(0, choices).kind(), "illegal-vote");
    let view = room.phone(0);
    let vote = |token: &str, id: &Value, n: &Value, round: i64| {
        let body = json!({ "id": id, "n": n, "round": round, "choice": 0 });
        let answer = room.server.json("POST", "/api/v1/vote", token, &body);
        (answer.status, answer.kind())
    };
    let (token, id, n) = (&room.voters[0], &view["id"], &view["n"]);
    assert_eq!(vote("", id, n, 1).0, 401);
    assert_eq!(vote(token, &json!("other"), n, 1).0, 404);
    assert_eq!(vote(token, id, &json!(0), 1).1, "round-closed");
    assert_eq!(vote(token, id, n, 2).1, "round-closed");
    assert_eq!(vote(token, id, n, -1).1, "round-closed");

    // Talk: the replies stay, the votes are closed and still hidden.
    room.pressed("talk");
    assert_eq!(room.cast(3, 0).kind(), "round-closed");
    assert!(!room.wall().contains("tallied"));
    assert!(room.phone(0)["round"].is_null());
    assert_eq!(
        room.press("tally").status,
        409,
        "the second round comes first"
    );
    room.pressed("second");
    assert!(
        room.phone(0)["mine"].is_null(),
        "a second vote is a new vote"
    );
    for (voter, choice) in [(0, 2), (1, 0), (1, 2), (2, 2), (3, 0)] {
        assert_eq!(room.cast(voter, choice).status, 200);
    }

    // A server that is killed now has lost no vote and knows where the class was.
    drop(room.server);
    let voters = std::mem::take(&mut room.voters);
    room = Room::at(Server::start(&home, &[]));
    room.voters = voters;
    assert_eq!(room.phone(0)["stage"], "second");
    assert_eq!(room.phone(1)["mine"], 2);
    room.pressed("tally");
    let wall = room.wall();
    assert!(wall.contains("tallied") && wall.contains("class=\"most\""));
    let votes: Vec<&str> = wall.split("<em>").skip(1).collect();
    let votes = votes
        .iter()
        .map(|rest| rest.split('<').next().unwrap_or(""));
    let votes: Vec<&str> = votes.collect();
    assert_eq!(
        votes[..6],
        ["0", "1", "2", "0", "1", "3"],
        "two rounds of A, B, C"
    );

    // What most chose is said; then what would have come of other words.
    let n = room.phone(0)["n"].as_i64().expect("a number");
    let stale = room.send("do=say&choice=2&voice=even&face=concerned&revision=1");
    assert_eq!(stale.status, 409, "of two who press at once one is told");
    assert_eq!(room.press("say&choice=77&voice=even&face=warm").status, 409);
    room.pressed("say&choice=2&voice=even&face=concerned");
    assert_eq!(room.phone(0)["n"], n + 1);
    let really = room.wall();
    room.pressed("what-if&choice=0");
    let forked = room.wall();
    assert!(forked.contains("If we had said") && !really.contains("If we had said"));
    assert_eq!(
        room.press("what-if&choice=2").status,
        303,
        "the same again, too"
    );
    room.pressed("back");
    assert_eq!(room.wall(), really, "another future leaves this one alone");
    assert_eq!(room.phone(0)["n"], n + 1);

    // To the end.
    while room.listen() {
        room.pressed("first");
        for voter in 0..4 {
            room.cast(voter, voter % 2);
        }
        room.pressed("tally");
        room.pressed("say&choice=1&voice=soft&face=concerned");
    }
    let page = room.steer();
    assert!(page.contains("kept with receipt"), "{page}");
    let wall = room.wall();
    assert!(wall.contains("<polyline"), "the curve is revealed: {wall}");
    room.pressed("what-if&choice=0");
    assert!(room.wall().contains("If we had said"));
    room.pressed("back");
    let mirror = format!("/classes/{}/vote/live", room.class);
    let mirror = || room.server.see(&room.cookie, &mirror);
    assert_eq!(mirror().status, 200);
    room.pressed("close");
    assert_eq!(room.phone(0)["open"], false);
    assert!(!room.wall().contains("<polyline"));
    // A page that still shows the vote is told to begin anew.
    let gone = mirror();
    assert_eq!((gone.status, gone.body.as_str()), (205, ""));

    // It is verified like any other run, and counts for nobody.
    let results = format!("/classes/{}/results", room.class);
    let page = room.server.see(&room.cookie, &results).body;
    assert!(page.contains("The whole class") && page.contains("counts for nobody"));
    let export = |file: &str| {
        let path = format!("/classes/{}/export/{file}", room.class);
        room.server.see(&room.cookie, &path).body
    };
    assert!(export("attempts.csv").contains("The whole class,late-part,1,verified"));
    assert_eq!(export("decisions.csv").lines().count(), 1, "the head alone");
    let all: Value = serde_json::from_str(&export("results.json")).expect("JSON");
    assert_eq!(all["attempts"][0]["whole_class"], true);
}

#[test]
fn a_class_that_ends_ends_its_vote() {
    let home = folder("vote-end");
    let room = Room::open(&home, &["late-part"], 1);
    room.server.state(&room.cookie, &room.class, "running");
    room.send("do=begin&scenario=late-part");
    room.pressed("listen");
    // Another one begins: the first is kept as it is.
    assert_eq!(room.send("do=begin&scenario=nothing").status, 404);
    assert_eq!(room.send("do=begin&scenario=late-part").status, 303);
    assert_eq!(room.phone(0)["n"], 0);
    // People play on alone meanwhile, and meet another customer than the class.
    let alone = room
        .server
        .ask("POST", "/api/v1/runs", &room.voters[0], None);
    assert_eq!(alone.status, 200, "{}", alone.body);
    room.server.state(&room.cookie, &room.class, "closed");
    assert_eq!(room.phone(0)["open"], false);
    assert_eq!(room.send("do=begin&scenario=late-part").status, 409);
    let path = format!("/classes/{}/export/attempts.csv", room.class);
    let csv = room.server.see(&room.cookie, &path).body;
    for number in 1..=2 {
        let row = format!("The whole class,late-part,{number},unfinished");
        assert!(csv.contains(&row), "{csv}");
    }
    let seeds: Vec<&str> = csv
        .lines()
        .skip(1)
        .filter_map(|l| l.split(',').nth(14))
        .collect();
    assert_eq!(seeds.len(), 3);
    assert!(seeds[0] != seeds[1] && seeds[1] != seeds[2] && seeds[0] != seeds[2]);
}
