//! The projector view: how to join, how far everyone is, and the class's debrief.

use crate::chromium::Browser;
use crate::server::{Server, folder};
use crate::{DESK, WALL, servers};

#[test]
fn the_wall_shows_the_way_in_how_far_they_are_and_what_happened() {
    let Some(browser) = Browser::open() else {
        return;
    };
    let home = folder("browser-wall");
    let server = Server::start(&home, &["late-part", "third-visit", "--title", "Week <3>"]);
    let board = browser.page("wall-board", DESK);
    board.enter(&server);
    board.to_the_class();
    let wall = browser.page("wall", WALL);
    wall.open(&board.wall());
    wall.sees(".qr svg");
    wall.reads("Week <3>");
    let code = wall.eval("find('.bigcode').textContent");
    let code = code.as_str().expect("a code").replace(' ', "");
    assert_eq!(code, server.code.replace(' ', ""));
    let all =
        wall.eval("document.querySelector('.invite').getBoundingClientRect().bottom < innerHeight");
    assert_eq!(all, true, "address and code are seen without scrolling");
    let names = ["Quirin", "Xaver", "Zdenka", "Ottilie", "Wenzel", "Jolanda"];
    let tokens: Vec<String> = names.iter().map(|name| server.join(name).0).collect();
    wall.until("document.querySelectorAll('.names li').length === 6");
    wall.picture("wall-join");

    board.go("button|Begin");
    wall.sees(".bigstate|The class is running");
    for (n, token) in tokens.iter().enumerate() {
        server.play(token, n);
    }
    wall.reads("6 of 12 encounters handed in");
    board.go("button|Pause");
    wall.sees(".bigstate|The class is paused");
    wall.picture("wall-paused");
    board.press("#d-end > summary");
    board.go("button|End the class");
    wall.go("a|What happened");

    // The debrief, by the arrows, page by page; nothing to scroll for, nobody's name.
    let n_pages = wall.through_the_debrief(|n| {
        let text = wall.text();
        assert!(names.iter().all(|name| !text.contains(name)), "{text}");
        let beyond = wall.eval("document.documentElement.scrollHeight - innerHeight");
        assert!(
            beyond.as_f64() <= Some(0.0),
            "page {n} is {beyond} too high"
        );
        if n < 2 {
            wall.picture(&format!("wall-debrief-{n}"));
        }
    });
    assert!(n_pages > 4, "{n_pages}");
    wall.key("ArrowLeft");
    wall.sees("a[rel=next]");
    for page in [&board, &wall] {
        page.is_sound(&servers(&server), &[]);
    }
}
