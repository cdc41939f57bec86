//! Who is to come: a roster with cards, and what the wall shows of those who stand on it.

mod server;

use serde_json::json;

use server::{Server, folder};

#[test]
fn everyone_on_the_roster_has_a_card_and_a_seat() {
    let home = folder("roster");
    let server = Server::start(&home, &["late-part"]);
    let cookie = server.enter();
    let class = server.class(&cookie);
    server.join("Zoe");
    server.state(&cookie, &class, "running");
    let path = format!("/classes/{class}/roster");
    let names = "names=Ana+Bright%0D%0A%0D%0A++Ben+%3Cb%3E%0D%0AANA+BRIGHT%0D%0A%E2%80%AEx";
    let page = server.form(&cookie, &path, names).body;
    assert_eq!(page.matches("<li>").count(), 2, "{page}");
    assert_eq!(page.matches("has no seat").count(), 2);
    assert!(page.contains("Ben &#60;b&#62;") && !page.contains("Ben <b>"));
    assert_eq!(server.form(&cookie, &path, "names=+%0A").status, 422);
    let board = server.see(&cookie, &format!("/classes/{class}")).body;
    assert_eq!(board.matches("has not come yet").count(), 2);
    // Nobody can join by now; a card is a way in all the same.
    let link = page.split("/play#").nth(1).expect("a link");
    let me = server.ask("GET", "/api/v1/me", &link[..64], None).value();
    assert_eq!(me["name"], "Ana Bright");
    assert_ne!(me["wall"], "Ana Bright");
    server.play(&link[..64], 1);
    server.state(&cookie, &class, "closed");
    assert_eq!(server.form(&cookie, &path, "names=Late").status, 409);
}

#[test]
fn what_people_type_is_on_the_wall_only_where_the_class_shows_names() {
    let home = folder("names");
    let server = Server::start(&home, &["late-part", "--show-names"]);
    let cookie = server.enter();
    let class = server.class(&cookie);
    let (zoe, _) = server.join("Zoe");
    let (drawn, _) = server.join("");
    let path = format!("/classes/{class}/roster");
    server.form(&cookie, &path, "names=Ana+Bright");
    let path = server.wall(&cookie, &class) + "/live";
    let wall = || server.ask("GET", &path, "", None).body;
    let me = |token: &str| server.names(token);
    assert_eq!(me(&zoe), ["Zoe", "Zoe"]);
    let [name, on_the_wall] = me(&drawn);
    assert_eq!(name, on_the_wall, "a nickname needs no other");
    assert!(wall().contains("Zoe") && wall().contains(&name));
    assert!(!wall().contains("Ana Bright"), "never one of a roster");

    // Shown no more, and told to whom it belongs; then shown again.
    let names = format!("/classes/{class}/names");
    assert_eq!(server.form(&cookie, &names, "shown=no").status, 303);
    let [name, nickname] = me(&zoe);
    assert_eq!(name, "Zoe");
    assert!(!wall().contains("Zoe") && wall().contains(&nickname));
    let board = server.see(&cookie, &format!("/classes/{class}")).body;
    assert!(board.contains(&format!("on the wall: <bdi>{nickname}</bdi>")));
    assert_eq!(server.form("", &names, "shown=yes").status, 403);
    assert_eq!(server.form(&cookie, &names, "shown=yes").status, 303);
    assert!(wall().contains("Zoe") && !wall().contains(&nickname));
    assert!(!wall().contains("Ana Bright"));
}

#[test]
fn the_wall_knows_nobody_of_the_roster_by_name() {
    let home = folder("nicknames");
    let mut server = Server::start(&home, &["late-part"]);
    let cookie = server.enter();
    let class = server.class(&cookie);
    server.join("Zoe");
    let names: Vec<String> = (0..60).map(|n| format!("Quirkwood {n:02}")).collect();
    let body = format!("names={}", names.join("%0A").replace(' ', "+"));
    let path = format!("/classes/{class}/roster");
    let page = server.form(&cookie, &path, &body).body;
    let cards: Vec<&str> = page.split("On the wall you are <bdi>").skip(1).collect();
    assert_eq!(cards.len(), 60);
    let nicknames: Vec<String> = cards
        .iter()
        .map(|card| card.split('<').next().expect("a nickname").to_owned())
        .collect();
    let mut unlike = nicknames.clone();
    unlike.sort();
    unlike.dedup();
    assert_eq!(unlike.len(), 60, "nobody shares one");
    let token = cards[0].split("/play#").nth(1).expect("a link")[..64].to_owned();

    // Who types a nickname of somebody else is told that it is taken.
    let asked = json!({ "code": server.code, "name": nicknames[7].to_uppercase() });
    let answer = server.json("POST", "/api/v1/seats", "", &asked);
    assert_eq!(answer.status, 422, "{}", answer.body);

    let board =
        |server: &Server, cookie: &str| server.see(cookie, &format!("/classes/{class}")).body;
    let wall = server.wall(&cookie, &class);
    let mut seen = String::new();
    let mut look = |server: &Server| {
        for end in ["", "/live", "/debrief"] {
            let path = format!("{wall}{end}");
            seen += &server.ask("GET", &path, "", None).body;
        }
    };
    look(&server);
    server.state(&cookie, &class, "running");
    let begun = server.ask("POST", "/api/v1/runs", &token, None).value();
    server.step(&token, &begun, 0);
    look(&server);
    let renamed = board(&server, &cookie);
    let seat = renamed.split("Quirkwood 01</bdi>").nth(1).expect("a row");
    let seat = seat.split("id=\"d-").nth(1).expect("an id")[..32].to_owned();
    let path = format!("/classes/{class}/seats/{seat}/rename");
    assert_eq!(
        server.form(&cookie, &path, "name=Quirkwood+Junior").status,
        303
    );
    look(&server);

    // A nickname lasts as long as the seat.
    drop(server);
    server = Server::start(&home, &[]);
    let cookie = server.enter();
    look(&server);
    let me = server.ask("GET", "/api/v1/me", &token, None).value();
    assert_eq!(
        (&me["name"], &me["wall"]),
        (&"Quirkwood 00".into(), &nicknames[0].clone().into())
    );
    let body = "do=begin&scenario=late-part";
    assert_eq!(
        server
            .form(&cookie, &format!("/classes/{class}/vote"), body)
            .status,
        303
    );
    look(&server);
    server.state(&cookie, &class, "closed");
    look(&server);
    assert!(
        !seen.contains("Quirkwood"),
        "a name from the roster is on the wall"
    );
    assert!(seen.contains(&nicknames[1]));
    assert!(
        !seen.contains("Zoe"),
        "a name that was typed is on the wall"
    );

    // The instructor sees both.
    let page = board(&server, &cookie);
    assert!(page.contains("Quirkwood Junior") && page.contains(&nicknames[1]));
    assert!(page.contains(&format!("on the wall: <bdi>{}</bdi>", nicknames[0])));
    let csv = server
        .see(&cookie, &format!("/classes/{class}/export/attempts.csv"))
        .body;
    assert!(csv.contains("Quirkwood 00,"), "{csv}");
}

#[test]
fn a_name_that_the_instructor_gives_is_not_for_the_wall() {
    for shows in [false, true] {
        let home = folder(if shows { "renamed-shown" } else { "renamed" });
        let options: &[&str] = if shows {
            &["late-part", "--show-names"]
        } else {
            &["late-part"]
        };
        let server = Server::start(&home, options);
        let cookie = server.enter();
        let class = server.class(&cookie);
        let (drawn, _) = server.join("");
        let (zoe, _) = server.join("Zoe");
        let path = server.wall(&cookie, &class) + "/live";
        let wall = || server.ask("GET", &path, "", None).body;
        let me = |token: &str| server.names(token);
        let rename = |called: &str, name: &str| {
            let board = server.see(&cookie, &format!("/classes/{class}")).body;
            let row = board.split(&format!("{called}</bdi>")).nth(1);
            let seat = row.expect("a row").split("id=\"d-").nth(1).expect("an id")[..32].to_owned();
            let path = format!("/classes/{class}/seats/{seat}/rename");
            let body = format!("name={}", name.replace(' ', "+"));
            assert_eq!(server.form(&cookie, &path, &body).status, 303);
        };

        // Who typed nothing keeps the nickname that was drawn, however often renamed.
        let [nickname, _] = me(&drawn);
        rename(&nickname, "Ana Quirkwood");
        assert_eq!(me(&drawn), ["Ana Quirkwood", &nickname]);
        rename("Ana Quirkwood", "Anna Quirkwood");
        assert_eq!(me(&drawn), ["Anna Quirkwood", &nickname]);

        // What is put over a name that was typed was not typed by whom it names.
        let [_, before] = me(&zoe);
        assert_eq!(before == "Zoe", shows);
        rename("Zoe", "Zoe Quirkwood");
        let [name, zoe_on_the_wall] = me(&zoe);
        assert_eq!(name, "Zoe Quirkwood");
        assert!(wall().contains(&nickname) && wall().contains(&zoe_on_the_wall));

        // Nor does it come out whatever the class shows afterwards.
        let names = format!("/classes/{class}/names");
        for shown in ["no", "yes"] {
            assert!(!wall().contains("Quirkwood"), "{}", wall());
            let body = format!("shown={shown}");
            assert_eq!(server.form(&cookie, &names, &body).status, 303);
        }
        assert!(!wall().contains("Quirkwood"), "{}", wall());
        assert_eq!(me(&zoe)[1], zoe_on_the_wall);

        // The nickname is still theirs alone.
        let asked = json!({ "code": server.code, "name": nickname.to_uppercase() });
        assert_eq!(server.json("POST", "/api/v1/seats", "", &asked).status, 422);
    }
}
