//! What a class's server is sent by those who mean harm, and by accident: a table of
//! requests by number, each with the cases that hold it. What other tests hold already is
//! named there; what none of them did is in the files beside this one.

mod bodies;
mod pages;
mod refused;
mod seats;
#[path = "../server/mod.rs"]
mod server;
mod strain;
mod transcripts;

use std::fs;
use std::path::Path;

use server::{Answer, Server, folder};

/// Number, request, and what holds it: `file::function`, or `because` and a reason.
const ROWS: [(&str, &str, &[&str]); 26] = [
    (
        "H1",
        "no token, a garbled one, somebody else's",
        &[
            "hostile_http/seats.rs::h01_tokens",
            "class.rs::transcripts_are_handed_in_once_whatever_happens",
        ],
    ),
    (
        "H2",
        "a trainee on the board; another seat's attempt",
        &[
            "hostile_http/seats.rs::h02_what_is_somebody_elses",
            "hostile_http/refused.rs::what_is_hostile_is_refused",
        ],
    ),
    (
        "H3",
        "wrong codes; a closed door; a full class",
        &[
            "hostile_http/seats.rs::h03_a_full_class",
            "hostile_http/refused.rs::what_is_hostile_is_refused",
        ],
    ),
    (
        "H4",
        "names that are none",
        &[
            "hostile_http/seats.rs::h04_names",
            "hostile_http/refused.rs::what_is_hostile_is_refused",
        ],
    ),
    (
        "H5",
        "bodies that are too large, lie about it, never end or are packed",
        &[
            "hostile_http/bodies.rs::h05_bodies",
            "hostile_http/refused.rs::what_is_hostile_is_refused",
        ],
    ),
    (
        "H6",
        "what is not JSON, or too deep",
        &[
            "hostile_http/bodies.rs::h06_json",
            "hostile_http/refused.rs::what_is_hostile_is_refused",
        ],
    ),
    (
        "H7",
        "a transcript of a newer schema",
        &["class.rs::transcripts_are_handed_in_once_whatever_happens"],
    ),
    (
        "H8",
        "another seed, content or setting",
        &[
            "hostile_http/transcripts.rs::h08_to_h13_transcripts",
            "class.rs::transcripts_are_handed_in_once_whatever_happens",
        ],
    ),
    (
        "H9",
        "a turn that is not possible, left out, after the end, or one too many",
        &["hostile_http/transcripts.rs::h08_to_h13_transcripts"],
    ),
    (
        "H10",
        "times that are negative, huge, or nothing",
        &["hostile_http/transcripts.rs::h08_to_h13_transcripts"],
    ),
    (
        "H11",
        "the same attempt again, sixteen times at once, with other bytes",
        &["class.rs::transcripts_are_handed_in_once_whatever_happens"],
    ),
    (
        "H12",
        "a score that is claimed",
        &["hostile_http/transcripts.rs::h08_to_h13_transcripts"],
    ),
    (
        "H13",
        "a hand-in after the end",
        &["hostile_http/transcripts.rs::h08_to_h13_transcripts"],
    ),
    (
        "H14",
        "a server that dies between commit and answer",
        &[
            "kills.rs::what_was_acknowledged_is_there_once",
            "kills.rs::the_same_of_a_database_that_is_stopped_at_once",
        ],
    ),
    (
        "H15",
        "a store that is locked, or a disk that is full",
        &[
            "hostile_http/strain.rs::h15_a_store_that_cannot_be_written",
            "hostile_http/strain.rs::h15_an_end_that_could_not_be_written_at_first",
            "hostile_http/strain.rs::h15_a_class_that_is_closed_while_nothing_can_be_ended",
        ],
    ),
    (
        "H16",
        "heads that never end; streams without number; answers that nobody reads",
        &[
            "hostile_http/strain.rs::h16_connections_that_only_wait",
            "hostile_http/strain.rs::h16_whoever_never_reads_what_they_asked_for",
            "../src/classroom/server/live.rs::a_stream_ends_and_says_before_how_soon_to_come_back",
            "../src/classroom/server/places.rs::a_class_behind_one_address_fits_and_nobody_has_every_place",
        ],
    ),
    (
        "H17",
        "a foreign host, a foreign origin, a form without one",
        &["hostile_http/refused.rs::what_is_hostile_is_refused"],
    ),
    (
        "H18",
        "methods and paths that are not there",
        &[
            "hostile_http/pages.rs::h18_paths",
            "hostile_http/refused.rs::what_is_hostile_is_refused",
        ],
    ),
    (
        "H19",
        "a header hidden in a name",
        &["hostile_http/pages.rs::h19_headers_in_names"],
    ),
    (
        "H20",
        "a stream that goes on from the future, or from another class",
        &["hostile_http/pages.rs::h20_streams_from_elsewhere"],
    ),
    (
        "H21",
        "a class that is deleted while it plays",
        &[
            "hostile_http/transcripts.rs::h21_a_class_deleted_under_its_players",
            "backup.rs::a_deleted_class_is_gone_and_backs_up_as_none",
        ],
    ),
    (
        "H22",
        "a clock that is set",
        &[
            "../src/classroom/server/clock.rs::clocks_that_are_set_and_servers_that_were_down_cost_next_to_nothing",
            "../src/classroom/server/presence.rs::nobody_is_here_because_a_clock_was_set_back",
            "because tokens do not run out, and turns and receipts are ordered by their numbers",
        ],
    ),
    (
        "H23",
        "files that are no transcripts, twice, five hundred",
        &[
            "homework.rs::what_is_not_honest_is_listed_with_its_reason",
            "because the board takes no files: `results` reads a folder of them",
        ],
    ),
    (
        "H24",
        "a record store that refuses, fails, is slow or leads elsewhere",
        &[
            "xapi.rs::a_store_that_fails_has_everything_once_in_the_end",
            "xapi.rs::what_is_refused_is_said_and_the_password_goes_nowhere_else",
        ],
    ),
    (
        "H25",
        "the wall's address guessed or passed on",
        &[
            "hostile_http/pages.rs::h25_the_wall",
            "people.rs::the_wall_knows_nobody_of_the_roster_by_name",
        ],
    ),
    (
        "H26",
        "two instructors at once",
        &[
            "hostile_http/refused.rs::what_is_hostile_is_refused",
            "postgres.rs::two_servers_and_a_balancer_are_one_class",
        ],
    ),
];

#[test]
fn every_request_of_the_table_is_held_by_a_case() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    for (n, (number, request, held)) in ROWS.iter().enumerate() {
        assert_eq!(*number, format!("H{}", n + 1), "{request}");
        let cases = held.iter().filter(|held| !held.starts_with("because "));
        assert!(cases.clone().count() > 0, "{number}: {request}");
        for case in cases {
            let (file, function) = case.split_once("::").expect("a file and a function");
            let text = fs::read_to_string(tests.join(file)).expect("the file is there");
            let case = format!("#[test]\nfn {function}()").replace('\n', "");
            let text: String = text.lines().map(str::trim).collect();
            assert!(
                text.contains(&case),
                "{number}: {file} has no test {function}"
            );
        }
    }
}

/// A class that runs, with two people in it.
struct Class {
    server: Server,
    cookie: String,
    id: String,
    ana: String,
    ben: String,
}

impl Class {
    fn open(name: &str, args: &[&str]) -> Class {
        Class::of(Server::start(&folder(name), args))
    }

    fn of(server: Server) -> Class {
        let cookie = server.enter();
        let id = server.class(&cookie);
        let [ana, ben] = ["Ana", "Ben"].map(|name| server.join(name).0);
        assert_eq!(server.state(&cookie, &id, "running").status, 303);
        Class {
            server,
            cookie,
            id,
            ana,
            ben,
        }
    }

    fn wall(&self) -> String {
        self.server.wall(&self.cookie, &self.id)
    }

    fn post(&self, path: &str, body: &str) -> Answer {
        let path = format!("/classes/{}/{path}", self.id);
        self.server.form(&self.cookie, &path, body)
    }
}
