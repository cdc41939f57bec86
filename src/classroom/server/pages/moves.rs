//! What the instructor is shown when a seat goes to another device.

use askama::Template;

use super::super::app::Doors;

/// Where a person's own browser, or a new one, gets its seat back.
#[derive(Template)]
#[template(path = "classroom/server/templates/seat_link.html")]
pub struct SeatLink {
    /// Id of the class.
    pub id: String,
    /// What the person is called.
    pub name: String,
    /// The address with the new token behind `#`, which no server or log sees.
    pub link: String,
    /// The same as a picture.
    pub qr: String,
}

/// What a person types to have their seat back in the game.
#[derive(Template)]
#[template(path = "classroom/server/templates/seat_code.html")]
pub struct SeatCode {
    /// Id of the class.
    pub id: String,
    /// What the person is called.
    pub name: String,
    /// The code, in two halves.
    pub code: String,
    /// How long it works.
    pub minutes: i64,
    /// Where this server is found.
    pub doors: Doors,
}
