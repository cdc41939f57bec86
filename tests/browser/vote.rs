//! One customer for the whole class: the instructor's page, the wall and two phones,
//! over two rounds, the words that were said and others that were not.

use serde_json::json;

use crate::chromium::{Browser, Page};
use crate::server::{Server, folder};
use crate::{DESK, WALL, servers};

/// Somebody who joins on a phone.
fn joined<'b>(browser: &'b Browser, server: &Server, name: &str) -> Page<'b> {
    let phone = browser.phone(name);
    phone.open(&format!(
        "{}/j/{}",
        server.room,
        server.code.replace(' ', "")
    ));
    phone.fill("#name", name);
    phone.go("button|Join");
    phone
}

#[test]
fn two_rounds_what_was_said_and_what_was_not() {
    let Some(browser) = Browser::open() else {
        return;
    };
    let home = folder("browser-vote");
    let server = Server::start(&home, &["late-part"]);
    let board = browser.page("vote-board", DESK);
    board.enter(&server);
    board.to_the_class();
    let wall = browser.page("vote-wall", WALL);
    wall.open(&board.wall());
    let phones = ["Ana", "Ben"].map(|name| joined(&browser, &server, name));
    board.go("a|One customer");
    let vote_page = board.eval("location.href");
    let vote_page = vote_page.as_str().expect("an address");
    board.picture("vote-begin");
    board.go("button|The part that did not come");
    for phone in &phones {
        phone.until("location.pathname === '/vote'");
        phone.reads("Look at the wall");
    }
    wall.sees(".scene .picture svg");
    while board.eval("!!find('button|Listen on')") == true {
        board.go("button|Listen on");
    }

    // The first round: each for themselves, and changed once.
    board.go("button|Open the vote");
    wall.sees(".ask|Vote, each for yourself");
    for phone in &phones {
        phone.press("#choices button|A");
        phone.sees("button[aria-pressed=true]|A");
        phone.reads("Your vote is in");
        phone.fits();
    }
    phones[0].press("#choices button|B");
    phones[0].sees("button[aria-pressed=true]|B");
    phones[0].picture("vote-phone");
    wall.reads("2 of 2");
    let tallies = |page: &Page| page.eval("document.querySelectorAll('.bars').length");
    assert_eq!((tallies(&wall), tallies(&board)), (json!(0), json!(0)));
    wall.picture("vote-wall-first");
    board.go("button|Close, and let them talk");
    wall.sees(".ask|Talk to your neighbour");
    phones[1].reads("Talk to your neighbour");
    board.go("button|Vote again");
    for phone in &phones {
        phone.press("#choices button|B");
        phone.sees("button[aria-pressed=true]|B");
    }
    wall.reads("2 of 2");
    board.go("button|Close, and show the votes");
    wall.sees(".offers.tallied .most");
    let votes =
        "[...document.querySelectorAll('.bars em')].map((e) => e.textContent).join('').slice(0, 4)";
    assert_eq!(wall.eval(votes), "1012", "A one and none, B one and two");
    wall.picture("vote-wall-tally");
    board.picture("vote-board-tally");

    // What most chose is said; then what other words would have brought.
    board.go("button|Say it");
    wall.misses(".offers");
    let really = wall.eval("find('.heard').textContent");
    board.press("#d-other > summary");
    board.go("#d-other button");
    wall.sees(".fork h2|If we had said");
    wall.picture("vote-wall-fork");
    board.picture("vote-board-fork");
    board.go("button|Back to what did happen");
    wall.misses(".fork");
    assert_eq!(wall.eval("find('.heard').textContent"), really);

    // To the end, and the curve; the phones look up.
    while board.eval("!!find('button|Back to the class')") != true {
        if board.eval("!!find('button|Listen on')") == true {
            board.go("button|Listen on");
        } else {
            board.go("button|Open the vote");
            board.go("button|Close, and show the votes");
            board.press("fieldset label");
            board.go("button|Say it");
        }
    }
    wall.sees(".curtain svg.curve");
    wall.picture("vote-wall-end");
    board.sees(".mono");
    phones[0].reads("It is over");

    // It is closed in another tab: this one leaves for what there is now, by itself.
    let other = board.beside("vote-other");
    other.open(vote_page);
    other.go("button|Back to the class");
    board.sees("button|The part that did not come");
    wall.sees(".names li");
    for phone in &phones {
        phone.until("location.pathname === '/play'");
        phone.is_sound(&servers(&server), &[]);
    }
    for page in [&board, &wall, &other] {
        page.is_sound(&servers(&server), &[]);
    }
}
