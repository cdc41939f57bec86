//! The instructor's board: a class from its form to its end, all of it by the mouse.

use serde_json::json;

use crate::chromium::{Browser, Page};
use crate::server::{Server, folder};
use crate::{DESK, servers};

/// What belongs to a person on the board: their row's details.
fn of(seat: &str, what: &str) -> String {
    format!("[id='d-{seat}'] {what}")
}

/// Opens what is behind the dots of a person's row.
fn unfold(page: &Page, seat: &str) {
    page.press(&of(seat, "> summary"));
    page.until(&format!("document.getElementById('d-{seat}').open"));
}

#[test]
fn a_class_is_made_begun_paused_changed_and_ended() {
    let Some(browser) = Browser::open() else {
        return;
    };
    let home = folder("browser-board");
    let mut server = Server::start(&home, &["third-visit"]);
    let page = browser.page("board", DESK);
    page.enter(&server);
    page.sees("h1|Classes");

    // A class of its own, by the form.
    page.fill("input[name=title]", "Late shift <b>");
    page.press("label|The part that did not come");
    page.eval("document.querySelectorAll('[name=scenario]').forEach((e) => { e.checked = e.value === 'late-part'; })");
    page.fill("input[name=attempts]", "2");
    page.picture("classes");
    page.go("button|Make the class");
    page.sees(".empty|Nobody is in yet");
    let text = page.text();
    assert!(
        text.contains("Late shift <b>") && !text.contains("0 of 0"),
        "{text}"
    );
    page.picture("board-empty");
    let code = page.eval("find('.code strong').textContent");
    server.code = code.as_str().expect("a code").to_owned();

    // People come, and the page shows them without anybody asking.
    let (ana, ana_seat) = server.join("Ana");
    let (_, ben_seat) = server.join("Ben");
    page.sees("th|Ana");
    page.reads("2 in · 0 of 4");
    page.go("button|Begin");
    page.sees(".state-running");
    let begun = server.ask("POST", "/api/v1/runs", &ana, None).value();
    assert_eq!(begun["floor"], "customer");
    page.reads("Last heard of");
    page.sees("td|The part that did not come");
    page.go("button|Pause");
    page.sees(".state-paused");
    assert_eq!(
        server.ask("POST", "/api/v1/runs", &ana, None).kind(),
        "paused"
    );
    page.go("button|Go on");
    page.sees("button|Pause");

    // Time: a limit, more of it, one person's allowance, none.
    page.misses("th|Time left");
    page.press("#d-time > summary");
    page.fill("#d-time input[name=minutes]", "20");
    page.go("#d-time button|Set");
    page.sees("th|Time left");
    page.press("#d-time > summary");
    page.fill("#d-time input[name=minutes]", "10");
    page.go("#d-time button|Add");
    page.reads("of 30:00");
    unfold(&page, &ben_seat);
    page.choose(&of(&ben_seat, "select"), "150");
    page.picture("board-person");
    page.go(&of(&ben_seat, "button|Allow"));
    page.reads("× 1½");
    page.press("#d-time > summary");
    page.picture("board-time");
    page.go("#d-time button|No limit any more");
    page.misses("th|Time left");

    // Renaming, with news coming in while a name is typed.
    unfold(&page, &ana_seat);
    page.fill(&of(&ana_seat, "input[name=name]"), "Anna");
    page.go(&of(&ana_seat, "button|Rename"));
    page.sees("th|Anna");
    assert_eq!(
        server.ask("GET", "/api/v1/me", &ana, None).value()["name"],
        "Anna"
    );

    // Removed, and let in again; a link for a new device.
    unfold(&page, &ben_seat);
    page.go(&of(&ben_seat, "button|Remove from the class"));
    page.sees("tr.out th|Ben");
    page.misses("tr.out .here");
    unfold(&page, &ben_seat);
    page.go(&of(&ben_seat, "button|Let in again"));
    page.misses("tr.out");
    unfold(&page, &ben_seat);
    page.go(&of(&ben_seat, "button|Link to this seat"));
    page.sees(".qr svg");
    page.picture("seat-link");
    page.go("a|Back to the board");

    // A roster, and its cards.
    page.press("#roster > summary");
    page.fill("textarea[name=names]", "Cem Aydin\nDora Lund");
    page.go("button|Make seat cards");
    page.until("document.querySelectorAll('.seatcards li').length === 2");
    page.picture("seat-cards");
    page.go("a|Back to the board");
    page.sees("th|Dora Lund");
    page.press("#d-code > summary");
    page.go("button|Change the code");
    page.until(&format!("find('.code strong').textContent !== {code}"));
    page.press("button|Let people join");
    page.sees("button|Close the door");
    page.picture("board-running");

    // Somebody is erased, and asks for the name twice.
    unfold(&page, &ben_seat);
    page.press(&format!("[id='e-{ben_seat}'] > summary"));
    page.go("button|Erase Ben");
    page.misses("th|Ben");
    page.misses("tr.out .here");

    // The end, results, and a class that is deleted.
    server.play(&ana, 1);
    page.reads("3 in · 1 of 6 encounters");
    page.press("#d-end > summary");
    page.go("button|End the class");
    page.reads("Debrief for the wall");
    page.picture("board-over");
    page.go("a|Results");
    page.sees("th|Anna");
    page.picture("results");
    page.go("a|Board");
    page.go("a|Delete this class");
    page.picture("delete");
    page.go("button|Delete for good");
    page.misses("a|Late shift");
    page.is_sound(&servers(&server), &[]);
}

#[test]
fn news_leave_alone_what_is_typed_pressed_or_stood_on() {
    let Some(browser) = Browser::open() else {
        return;
    };
    let home = folder("browser-news");
    let server = Server::start(&home, &["late-part"]);
    let page = browser.page("news", DESK);
    page.enter(&server);
    page.to_the_class();
    let (_, seat) = server.join("Ana");
    page.sees("th|Ana");

    // A button that is held down while the class changes is the one that is let go.
    let begin = page.aim("button|Begin");
    page.eval("window.pressed = find('button|Begin'); window.hits = 0; pressed.form.addEventListener('submit', (e) => e.preventDefault()); pressed.addEventListener('click', () => hits++)");
    page.mouse("mouseMoved", begin);
    page.mouse("mousePressed", begin);
    server.join("Ben");
    page.eval("new Promise((done) => setTimeout(done, 1500))");
    assert_eq!(page.eval("pressed.isConnected"), true, "it is not swapped");
    page.misses("th|Ben");
    page.mouse("mouseReleased", begin);
    assert_eq!(page.eval("hits"), 1);
    page.reload();
    page.sees("th|Ben");

    // So is one under the space bar.
    page.eval("find('button|Begin').focus(); window.pressed = document.activeElement; window.hits = 0; pressed.form.addEventListener('submit', (e) => e.preventDefault()); pressed.addEventListener('click', () => hits++)");
    page.key_down(" ");
    server.join("Cem");
    page.eval("new Promise((done) => setTimeout(done, 1500))");
    assert_eq!(page.eval("pressed.isConnected"), true);
    page.key_up(" ");
    assert_eq!(page.eval("hits"), 1);
    page.reload();
    page.sees("th|Cem");

    // Whoever stands on a button, or has something unfolded, still does afterwards.
    page.press(&of(&seat, "> summary"));
    page.eval(&format!(
        "find({}).focus()",
        json!(of(&seat, "button|Link"))
    ));
    server.join("Dan");
    page.sees("th|Dan");
    page.until(&format!(
        "document.activeElement === find({})",
        json!(of(&seat, "button|Link"))
    ));

    // What is typed stays; the news come when the field is left.
    page.fill(&of(&seat, "input[name=name]"), "Half a na");
    server.join("Eve");
    page.eval("new Promise((done) => setTimeout(done, 1500))");
    page.misses("th|Eve");
    page.write("me");
    let typed = page.eval("document.activeElement.value");
    assert_eq!(typed, "Half a name");
    page.eval("document.activeElement.blur()");
    page.sees("th|Eve");
    page.is_sound(&servers(&server), &[]);
}
