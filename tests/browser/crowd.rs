//! Every page with a class of thirty on it: names as long as they may be, from right to
//! left, in pictures; two hundred runs. Nothing runs off a page.

use std::fmt::Write as _;

use engine::bots::Bot;

use crate::chromium::{Browser, Page};
use crate::server::alone::Content;
use crate::server::{Server, folder};
use crate::{DESK, WALL, enter, servers, to_the_class, wall_of};

const PEOPLE: usize = 30;
/// Runs of each of them.
const EACH: u32 = 7;
const TITLE: &str = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamten, early";

/// What people are called: none is like another.
fn name(n: usize) -> String {
    let names = [
        "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWW",
        "عبد الرحمن بن عبد العزيز الطويل",
        "אברהם יצחק הלוי בן־יעקב",
        "Maximiliane von Hohenlohe-Waldenb",
        "👩‍👩‍👧‍👦 Sonne",
        "欧阳修文忠公",
        "Nguyễn Thị Minh Khai",
    ];
    let name: String = names[n % names.len()].chars().take(29).collect();
    format!("{name} {n:02}")
}

/// Holds that nothing is beside the page, and keeps a picture of all of it.
#[track_caller]
fn stands(page: &Page, picture: &str) {
    page.picture(picture);
    let wide = page.eval("document.documentElement.scrollWidth - innerWidth");
    assert!(wide.as_f64() <= Some(0.0), "{picture} is {wide} too wide");
}

/// Holds that a wall need not be scrolled.
#[track_caller]
fn stands_on_a_wall(page: &Page, picture: &str) {
    stands(page, picture);
    let high = page.eval("document.documentElement.scrollHeight - innerHeight");
    assert!(high.as_f64() <= Some(0.0), "{picture} is {high} too high");
}

#[test]
fn thirty_people_with_long_names_and_two_hundred_runs_fit_every_page() {
    let Some(browser) = Browser::open() else {
        return;
    };
    let home = folder("browser-crowd");
    let attempts = EACH.to_string();
    let options = ["late-part", "third-visit", "--open", "--title", TITLE];
    let more = ["--attempts", &attempts, "--show-names", "--limit", "40"];
    let server = Server::start(&home, &[&options[..], &more].concat());
    let board = browser.page("crowd-board", DESK);
    enter(&board, &server);
    stands(&board, "crowd-classes");
    to_the_class(&board);
    let wall = browser.page("crowd-wall", WALL);
    wall.open(&wall_of(&board));
    let seats: Vec<(String, String)> = (0..PEOPLE - 2).map(|n| server.join(&name(n))).collect();
    wall.until("document.querySelectorAll('.names li').length === 28");
    stands_on_a_wall(&wall, "crowd-wall-names");
    board.press("#d-names > summary");
    board.go("button|Show nicknames");
    wall.until("!document.body.innerText.includes('WWWW')");
    stands_on_a_wall(&wall, "crowd-wall-nicknames");

    // Two of a roster; then the class begins, and all but the phones are done at once.
    board.press("#roster > summary");
    let mut roster = String::new();
    for n in PEOPLE - 2..PEOPLE {
        _ = writeln!(roster, "{}", name(n));
    }
    board.fill("textarea[name=names]", &roster);
    board.go("button|Make seat cards");
    stands(&board, "crowd-cards");
    board.go("a|Back to the board");
    let phone = browser.phone("crowd-phone");
    phone.open(&format!(
        "{}/j/{}",
        server.room,
        server.code.replace(' ', "")
    ));
    phone.fill("#name", "Ωμέγα Παπαδόπουλος-Χατζηγεωργίου");
    phone.go("button|Join");
    phone.sees("h1|You are in");
    phone.picture("crowd-phone-lobby");
    phone.fits();
    board.go("button|Begin");
    let assignment = server.ask("GET", "/api/v1/assignment", &seats[0].0, None);
    let content = Content::read(&assignment.body);
    let bots = [Bot::Expert, Bot::Adequate, Bot::Poor, Bot::Random];
    for (n, (token, seat)) in seats.iter().enumerate() {
        for number in 1..=EACH {
            let bot = bots[(n + number as usize) % bots.len()];
            let run = content.play(seat, number, bot, n as u64);
            let path = format!("/api/v1/attempts/{}", run.id);
            let answer = server.ask("PUT", &path, token, Some(run.text.as_bytes()));
            assert_eq!(answer.status, 201, "{}", answer.body);
        }
    }
    board.reads("196 of");
    stands(&board, "crowd-board");
    board.press("table details > summary");
    stands(&board, "crowd-board-person");
    board.press("button|Close the door");
    wall.sees(".bigstate");
    stands_on_a_wall(&wall, "crowd-wall-running");
    phone.press("button|Begin:");
    phone.sees("#choices button|Listen");
    phone.picture("crowd-phone-play");
    phone.fits();

    // One customer for all of them.
    board.go("a|One customer");
    board.go("button|The part that did not come");
    while board.eval("!!find('button|Listen on')") == true {
        board.go("button|Listen on");
    }
    board.go("button|Open the vote");
    phone.until("location.pathname === '/vote'");
    phone.sees("#choices button|A");
    phone.picture("crowd-phone-vote");
    phone.fits();
    wall.sees(".offers");
    stands_on_a_wall(&wall, "crowd-wall-vote");
    stands(&board, "crowd-board-vote");
    board.press("#d-stop > summary");
    board.go("button|Stop");
    board.go("a|Board");

    // What became of it.
    board.press("#d-end > summary");
    board.go("button|End the class");
    board.sees(".state-closed");
    stands(&board, "crowd-board-over");
    board.go("a|Results");
    board.sees("h2|Who");
    assert_eq!(
        board.eval("document.querySelectorAll('table tbody tr').length"),
        198,
        "196 runs, the phone's and the whole class's"
    );
    stands(&board, "crowd-results");
    board.eval("find('h2|Where they stood').scrollIntoView()");
    stands(&board, "crowd-results-choices");
    wall.go("a|What happened");
    stands_on_a_wall(&wall, "crowd-debrief");
    wall.go("a[rel=next]");
    stands_on_a_wall(&wall, "crowd-debrief-choice");
    phone.sees(".debrief svg.curve");
    phone.picture("crowd-phone-debrief");
    phone.fits();
    for page in [&board, &wall, &phone] {
        page.is_sound(&servers(&server), &[]);
    }
}
