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

use server::Server;

/// A window of ordinary size, and one as large as what a projector shows.
const DESK: [u32; 2] = [1280, 800];
const WALL: [u32; 2] = [1280, 720];

/// The servers that a page may ask.
fn servers(server: &Server) -> [&str; 2] {
    [&server.board, &server.room]
}
