//! A run as a page shows it: what was said, and the customer as they show themselves.
//! Nothing that is hidden gets in here.

use engine::session::{Event, Session};

use crate::portrait::action::ActionUnits;
use crate::portrait::{figure, look, phone, scene, svg, words};

/// What the customer is called in short.
pub fn first_name(session: &Session) -> &str {
    let name = &session.scenario().customer().name;
    name.split(' ').next().unwrap_or("Customer")
}

/// What was said and done, as a page shows it: who, and the words.
pub fn lines(session: &Session) -> Vec<(&'static str, String)> {
    let mut lines = Vec::new();
    let opening = session.opening().iter();
    add(&mut lines, opening);
    for turn in session.turns() {
        if let Some(said) = &turn.said {
            lines.push(("you", said.clone()));
        }
        add(&mut lines, turn.events.iter());
    }
    lines
}

fn add<'a>(lines: &mut Vec<(&'static str, String)>, events: impl Iterator<Item = &'a Event>) {
    for event in events {
        let line = match event {
            Event::Speaks { text, .. } | Event::Reacts { text, .. } => {
                ("them", text.replace('*', ""))
            }
            Event::BrokenOff => ("note", "You cut in.".to_owned()),
            Event::Silence { n: 1 } => ("note", "A moment's silence.".to_owned()),
            Event::Silence { .. } => ("note", "Nobody speaks.".to_owned()),
            Event::Promised { what } => ("note", format!("Noted: {what}")),
            Event::Ended { scene, .. } => ("scene", scene.clone()),
            Event::Learned { .. } | Event::Floor => continue,
        };
        lines.push(line);
    }
}

/// The customer as they show themselves now; on the phone, the phone.
pub fn picture(session: &Session) -> String {
    let scenario = session.scenario();
    let call = scenario.place().is_call();
    let percept = session.percept();
    let title = words::describe(&percept, call);
    if call {
        return svg::document(&title, svg::FIGURE, &phone::phone_scene());
    }
    let look = look::or_somebody(&scenario.customer().look.text);
    let units = ActionUnits::from_percept(&percept, look);
    let mut shapes = scene::counter_backdrop(scene::Day::of(session.seed().bits()));
    shapes.extend(figure::draw(look, &units));
    shapes.extend(scene::counter_front());
    svg::document(&title, svg::FIGURE, &shapes)
}
