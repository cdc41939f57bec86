//! Every page with a class of thirty on it: names as long as they may be, from right to
//! left, in pictures; two hundred runs. Nothing runs off a page.

use std::cell::RefCell;
use std::fmt::Write as _;

use engine::bots::Bot;

use crate::chromium::{Browser, Page};
use crate::server::alone::Content;
use crate::server::{Server, folder};
use crate::{DESK, WALL, servers};

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

/// What does not fit, of all the pages that were looked at.
#[derive(Default)]
struct Looks(RefCell<Vec<String>>);

impl Looks {
    /// Keeps a picture of a page, and notes what lies beside it.
    fn at(&self, page: &Page, picture: &str) {
        page.picture(picture);
        let wide = page.eval("document.documentElement.scrollWidth - innerWidth");
        if wide.as_f64() > Some(0.0) {
            self.0
                .borrow_mut()
                .push(format!("{picture} is {wide} too wide"));
        }
    }

    /// The same of a wall, which nobody scrolls.
    fn at_a_wall(&self, page: &Page, picture: &str) {
        self.at(page, picture);
        let high = page.eval("document.documentElement.scrollHeight - innerHeight");
        if high.as_f64() > Some(0.0) {
            self.0
                .borrow_mut()
                .push(format!("{picture} is {high} too high"));
        }
    }
}

#[test]
fn thirty_people_with_long_names_and_two_hundred_runs_fit_every_page() {
    let Some(browser) = Browser::open() else {
        return;
    };
    let looks = Looks::default();
    let home = folder("browser-crowd");
    let attempts = EACH.to_string();
    let options = ["late-part", "third-visit", "--open", "--title", TITLE];
    let more = ["--attempts", &attempts, "--show-names", "--limit", "40"];
    let server = Server::start(&home, &[&options[..], &more].concat());
    let board = browser.page("crowd-board", DESK);
    board.enter(&server);
    looks.at(&board, "crowd-classes");
    board.to_the_class();
    let wall = browser.page("crowd-wall", WALL);
    wall.open(&board.wall());
    let seats: Vec<(String, String)> = (0..PEOPLE - 2).map(|n| server.join(&name(n))).collect();
    wall.until("document.querySelectorAll('.names li').length === 28");
    looks.at_a_wall(&wall, "crowd-wall-names");
    board.press("#d-names > summary");
    board.go("button|Show nicknames");
    wall.until("!(document.body?.innerText ?? '').includes('WWWW')");
    looks.at_a_wall(&wall, "crowd-wall-nicknames");

    // Two of a roster; then the class begins, and all but the phones are done at once.
    board.press("#roster > summary");
    let mut roster = String::new();
    for n in PEOPLE - 2..PEOPLE {
        _ = writeln!(roster, "{}", name(n));
    }
    board.fill("textarea[name=names]", &roster);
    board.go("button|Make seat cards");
    looks.at(&board, "crowd-cards");
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
    looks.at(&phone, "crowd-phone-lobby");
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
    looks.at(&board, "crowd-board");
    board.press("table details > summary");
    looks.at(&board, "crowd-board-person");
    wall.sees(".bigstate");
    looks.at_a_wall(&wall, "crowd-wall-running");
    phone.press("button|Begin:");
    phone.sees("#choices button|Listen");
    looks.at(&phone, "crowd-phone-play");

    // One customer for all of them.
    board.go("a|One customer");
    board.go("button|The part that did not come");
    while board.eval("!!find('button|Listen on')") == true {
        board.go("button|Listen on");
    }
    board.go("button|Open the vote");
    // Whoever is in the middle of a run is not taken away from it.
    phone.open(&format!("{}/vote", server.room));
    phone.sees("#choices button|A");
    looks.at(&phone, "crowd-phone-vote");
    wall.sees(".offers");
    looks.at_a_wall(&wall, "crowd-wall-vote");
    looks.at(&board, "crowd-board-vote");
    board.press("#d-stop > summary");
    board.go("button|Stop");
    board.go("a|Board");

    // What became of it.
    board.press("#d-end > summary");
    board.go("button|End the class");
    board.sees(".state-closed");
    looks.at(&board, "crowd-board-over");
    board.go("a|Results");
    board.sees("h2|Who");
    assert_eq!(
        board.eval("document.querySelectorAll('table tbody tr').length"),
        198,
        "196 runs, the phone's and the whole class's"
    );
    looks.at(&board, "crowd-results");
    board.eval("find('h2|Where they stood').scrollIntoView()");
    looks.at(&board, "crowd-results-choices");
    wall.go("a|What happened");
    looks.at_a_wall(&wall, "crowd-debrief");
    wall.go("a[rel=next]");
    looks.at_a_wall(&wall, "crowd-debrief-choice");
    phone.sees(".debrief svg.curve");
    looks.at(&phone, "crowd-phone-debrief");
    assert_eq!(looks.0.take(), Vec::<String>::new());
    for page in [&board, &wall, &phone] {
        page.is_sound(&servers(&server), &[]);
    }
}
