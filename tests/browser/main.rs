//! The pages of a class in a real Chromium, as people use them: board, wall, vote and
//! play, the last on a phone too. Pictures are left in `target/tmp/pictures/browser`.

mod board;
#[path = "../chromium/mod.rs"]
mod chromium;
mod crowd;
mod play;
#[path = "../server/mod.rs"]
mod server;
mod vote;
mod wall;

use chromium::Page;
use server::Server;

/// A window of ordinary size, and one as large as what a projector shows.
const DESK: [u32; 2] = [1280, 800];
const WALL: [u32; 2] = [1280, 720];

/// Opens the board by the console's link.
fn enter(page: &Page, server: &Server) {
    page.open(&format!("{}/enter/{}", server.board, server.enter));
}

/// Opens the board's only class.
fn to_the_class(page: &Page) {
    page.go(".cards a");
}

/// Where the wall is, as the board says.
fn wall_of(page: &Page) -> String {
    page.sees("a|Projector view");
    let link = page.eval("find('a|Projector view').href");
    link.as_str().expect("an address").to_owned()
}

/// The servers that a page may ask.
fn servers(server: &Server) -> [&str; 2] {
    [&server.board, &server.room]
}
