//! A class for the client's tests, opened by a server inside the test.

use std::fmt::Debug;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use super::address::Address;
use super::link::{Link, meet};
use super::seat::Seat;
use crate::classroom::server::hosting::Hosting;
use crate::classroom::server::{Options, Plan};
use crate::desk::library::Library;

/// Opens a server on this folder, with a new class or with those it has.
pub fn host(folder: &Path, game_port: u16, class: Option<Plan>) -> Hosting {
    let options = Options {
        folder: Some(folder.to_owned()),
        database: None,
        port: None,
        game_port,
        board_port: 0,
        address: Some([127, 0, 0, 1].into()),
        class,
    };
    let library = Library::open(None).expect("there are scenarios");
    Hosting::open(library, options, || {}).expect("it opens")
}

/// A class that plays this.
pub fn plan(scenario: &str, attempts: u32, sealed: bool) -> Plan {
    Plan {
        attempts,
        sealed,
        ..Plan::usual("Morning shift", vec![scenario.into()])
    }
}

/// Meets the server, trusts it, and takes a seat in its class.
pub fn sit_down(hosting: &Hosting, name: &str) -> (Address, Link, Seat) {
    let doors = hosting.doors().expect("doors");
    let address = Address::read(&doors.game).expect("an address");
    let pin = meet(&address).expect("it answers");
    assert_eq!(pin.words().expect("words"), doors.words);
    let code = until(|| hosting.now(), Option::is_some);
    let code = code.expect("it was waited for").code;
    let link = Link::new(address.clone(), pin).expect("a link");
    let seat = Seat::ask(&link, &code, Some(name), None).expect("a seat").0;
    (address, link, seat)
}

/// Looks until what is seen is so.
#[track_caller]
pub fn until<T: Debug>(mut look: impl FnMut() -> T, so: impl Fn(&T) -> bool) -> T {
    let begun = Instant::now();
    loop {
        let seen = look();
        if so(&seen) {
            return seen;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "{seen:?}");
        thread::sleep(Duration::from_millis(10));
    }
}
