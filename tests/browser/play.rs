//! Play in a browser to the debrief: with a thumb on a phone, and with the keys alone.

use serde_json::{Value, json};

use crate::chromium::{Browser, Page};
use crate::server::{Server, folder};
use crate::{DESK, servers};

/// Where the class is steered from while the test looks at its people.
struct Desk {
    server: Server,
    cookie: String,
    class: String,
}

impl Desk {
    fn open(name: &str, args: &[&str]) -> Desk {
        let server = Server::start(&folder(name), args);
        let cookie = server.enter();
        let class = server.class(&cookie);
        Desk {
            server,
            cookie,
            class,
        }
    }

    fn state(&self, state: &str) {
        let answer = self.server.state(&self.cookie, &self.class, state);
        assert_eq!(answer.status, 303, "{}", answer.body);
    }
}

/// What is to be chosen now: how many buttons, and the words of the first.
fn offers(page: &Page) -> (u64, String) {
    page.until("document.querySelectorAll('#choices button:enabled').length");
    let now = page.eval("(() => { const all = document.querySelectorAll('#choices button:enabled'); return [all.length, all[0] ? all[0].textContent : '']; })()");
    let words = now[1].as_str().unwrap_or_default().to_owned();
    (now[0].as_u64().unwrap_or(0), words)
}

/// What was said so far, and what may be said now.
const TALK: &str =
    "document.getElementById('talk').innerText + document.getElementById('choices').innerText";

fn said(page: &Page) -> Value {
    page.eval(TALK)
}

#[test]
fn on_a_phone_from_the_code_to_the_debrief() {
    let Some(browser) = Browser::open() else {
        return;
    };
    let desk = Desk::open("browser-phone", &["third-visit", "--limit", "40"]);
    let phone = browser.phone("phone");
    phone.open(&desk.server.room);
    phone.picture("phone-join");
    phone.fits();

    // What does not do is said where it was typed.
    phone.fill("#code", "WRONG0");
    phone.press("button|Join");
    phone.sees(".trouble|no class has this code");
    phone.fill("#code", &desk.server.code.to_lowercase());
    phone.fill("#name", "Ana");
    phone.go("button|Join");
    phone.sees("h1|You are in");
    phone.picture("phone-lobby");
    phone.fits();
    // Removed by mistake, and let in again: there is nothing to type.
    let board = format!("/classes/{}", desk.class);
    let page = desk.server.see(&desk.cookie, &board).body;
    let seat = page.split("/seats/").nth(1).expect("Ana")[..32].to_owned();
    let removed = |is: &str| {
        let path = format!("{board}/seats/{seat}/removed");
        let answer = desk
            .server
            .form(&desk.cookie, &path, &format!("removed={is}"));
        assert_eq!(answer.status, 303, "{}", answer.body);
    };
    removed("yes");
    phone.sees("h1|No seat");
    removed("no");
    phone.sees("h1|You are in");
    desk.state("running");
    phone.press("button|Begin: Third");
    phone.sees("#briefing[open]");
    phone.picture("phone-brief");
    phone.fits();

    let mut n = 0;
    loop {
        let (n_offers, first) = offers(&phone);
        if first == "Go on" {
            break;
        }
        phone.fits();
        let before = said(&phone);
        if first == "Listen" {
            phone.press("#choices button|Listen");
        } else {
            if n < 12 {
                phone.picture("phone-replies");
            }
            phone.press("label|soft");
            let pick = n % (n_offers - 1) + 1;
            phone.press(&format!("#choices button:nth-child({pick})"));
        }
        n += 1;
        phone.until(&format!("{TALK} !== {before}"));
        if n == 5 {
            // A reload goes on at the same turn, with nothing to type.
            offers(&phone);
            let before = said(&phone);
            phone.reload();
            phone.press("button|Go on");
            offers(&phone);
            assert_eq!(said(&phone), before);
        }
        if n == 8 {
            // A pause is seen without a touch, and nothing is lost by it.
            desk.state("paused");
            phone.sees("h1|A break");
            phone.fits();
            desk.state("running");
            phone.press("button|Go on");
        }
        assert!(n < 120, "it comes to its end");
    }

    // The whole last scene is to be read, and the receipt, at one look.
    let seen = "(() => { const box = document.getElementById('talk').getBoundingClientRect(), \
        scene = document.querySelector('.talk .scene').getBoundingClientRect(), \
        on = find('button|Go on').getBoundingClientRect(); \
        return scene.top >= Math.max(box.top, 0) && scene.bottom <= box.bottom + 1 && on.bottom <= innerHeight; })()";
    phone.until(seen);
    phone.reads("Handed in, receipt");
    phone.picture("phone-end");
    phone.fits();
    phone.press("summary|I disagree");
    phone.fill("textarea", "The part was there all along.");
    phone.press("button|Send to the instructor");
    phone.reads("It is with your instructor");
    phone.fits();
    phone.press("button|Go on");
    phone.sees("h1|All played");
    phone.picture("phone-played");
    desk.state("closed");
    phone.sees(".debrief svg.curve");
    phone.picture("phone-debrief");
    phone.fits();
    phone.reads("The satisfactometer");
    // The wrong code is a refusal that a browser writes down, and so is a seat that is none.
    phone.is_sound(&servers(&desk.server), &["status of 404", "status of 401"]);
    let results = format!("/classes/{}/results", desk.class);
    let page = desk.server.see(&desk.cookie, &results).body;
    assert!(page.contains("The part was there all along."));
}

#[test]
fn with_the_keys_alone_from_the_code_to_the_debrief() {
    let Some(browser) = Browser::open() else {
        return;
    };
    let desk = Desk::open("browser-keys", &["late-part"]);
    let page = browser.page("keys", DESK);
    page.open(&desk.server.room);
    // The first field has the focus already.
    assert_eq!(page.eval("document.activeElement.id"), "code");
    page.write(&desk.server.code);
    page.key("Tab");
    page.write("Ben");
    page.key("Enter");
    page.sees("h1|You are in");
    desk.state("running");
    page.sees("button|Begin:");
    page.tab_to("button|Begin:");
    page.key("Enter");
    page.sees("#stage");
    page.picture("keys-begin");

    let mut n = 0;
    loop {
        let (n_offers, first) = offers(&page);
        // Who has chosen stands on the first thing there is to choose.
        page.until("document.activeElement === document.querySelector('#choices button')");
        if first == "Go on" {
            break;
        }
        let before = said(&page);
        if first == "Listen" {
            match n % 7 {
                3 => page.key("n"),
                6 => page.key("c"),
                _ => page.key(" "),
            }
        } else {
            let (key, voice) = [("q", "soft"), ("w", "even"), ("e", "raised")][n % 3];
            page.key(key);
            page.key("d");
            let held = page.eval(
                "[...document.querySelectorAll('.stances input:checked')].map((e) => e.value)",
            );
            assert_eq!(held, json!([voice, "concerned"]));
            if n % 5 == 4 {
                page.key("p");
            } else {
                page.key(&(n as u64 % (n_offers - 1) + 1).to_string());
            }
        }
        n += 1;
        page.until(&format!("{TALK} !== {before}"));
        if n == 6 {
            page.picture("keys-play");
        }
        assert!(n < 120, "it comes to its end");
    }
    page.reads("Handed in, receipt");
    page.picture("keys-end");
    page.key("Enter");
    page.sees("h1|All played");
    desk.state("closed");
    page.sees(".debrief svg.curve");
    page.tab_to("summary|I disagree");
    page.key("Enter");
    page.sees("details[open] textarea");
    page.key("Tab");
    page.write("I would say it again.");
    page.key("Tab");
    page.key("Enter");
    page.reads("It is with your instructor");
    page.picture("keys-debrief");
    page.is_sound(&servers(&desk.server), &[]);
}

#[test]
fn a_seat_code_works_again_where_its_answer_was_lost() {
    let Some(browser) = Browser::open() else {
        return;
    };
    let desk = Desk::open("browser-seat-code", &["third-visit"]);
    let (ana, seat) = desk.server.join("Ana");
    desk.state("running");
    let begun = desk.server.ask("POST", "/api/v1/runs", &ana, None);
    assert_eq!(begun.status, 200, "{}", begun.body);
    let path = format!("/classes/{}/seats/{seat}/code", desk.class);
    let page = desk.server.form(&desk.cookie, &path, "").body;
    let code = page.split("aria-label=\"Seat code\">").nth(1);
    let code = code.and_then(|rest| rest.split('<').next());
    let code = code.expect("a code").to_owned();

    let phone = browser.phone("lost-answer");
    phone.open(&desk.server.room);
    // The server hears it, and the phone does not hear the server.
    phone.eval(
        "(() => { const real = window.fetch; window.lost = 0; window.fetch = async (...asked) => { \
         const answer = await real(...asked); window.lost = answer.status; \
         throw new TypeError('lost'); }; return 0; })()",
    );
    phone.fill("#code", &code.to_lowercase());
    phone.press("form button.main");
    phone.until("window.lost === 200");
    phone.sees("#trouble|The server does not answer");
    let old = desk.server.ask("GET", "/api/v1/me", &ana, None);
    assert_eq!(old.kind(), "seat-moved");
    // Loaded anew and typed again, on the same phone: there is the seat.
    phone.reload();
    phone.fill("#code", &code);
    phone.go("form button.main");
    phone.reads("Third visit, same fault: begun");
    assert_eq!(phone.eval("localStorage.getItem('coming')"), Value::Null);
    let token = phone.eval("localStorage.getItem('seat')");
    let me = desk
        .server
        .ask("GET", "/api/v1/me", token.as_str().expect("one"), None);
    assert_eq!(me.value()["seat"], seat.as_str(), "{}", me.body);
    let other = json!({ "code": code, "name": null });
    let other = desk.server.json("POST", "/api/v1/seats", "", &other);
    assert_eq!(other.kind(), "no-seat-code");
    phone.is_sound(&servers(&desk.server), &[]);
}
