//! The script of a tour: its steps as data, read from RON with the place of
//! every mistake.

use bevy::input::keyboard::{Key, KeyCode};
use engine::rng::Seed;
use serde::Deserialize;

#[cfg(feature = "classroom")]
use crate::classroom::server::hosting::at_board::AtBoard;
use crate::game::screen::Screen;

/// A whole script.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Script {
    /// The seed of the first run; each `New seed` takes the next number.
    #[serde(default)]
    pub seed: Seed,
    /// Frames of 1/30 s that a step may take before it has failed.
    #[serde(default = "patience")]
    pub patience: u32,
    /// The built-in scenario that lies on the author's bench as a file, if any.
    #[serde(default)]
    pub bench: Option<String>,
    /// The built-in scenarios of an assignment that lies there as a file, if any.
    #[serde(default)]
    pub assignment: Vec<String>,
    /// The steps.
    pub steps: Vec<Step>,
}

fn patience() -> u32 {
    900
}

/// One step.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Step {
    /// Presses and releases a key: `Enter`, `Tab`, `Shift+Tab`, `1`, `n`.
    Press(String),
    /// Types this, letter by letter, into the line that has the keyboard. `{code}` and
    /// `{address}` stand for those of the class that is open in this program, or was
    /// when they were typed first.
    Type(String),
    /// Plays the conversation to its end by listening and by the first reply.
    PlayOn,
    /// Listens until the trainee has the floor or the conversation is over.
    HearOut,
    /// Presses these keys in turn until this holds.
    PressUntil(Vec<String>, Condition),
    /// Waits for the control with this accessible label, or one that begins so,
    /// moves the pointer there and clicks.
    Click(String),
    /// Clicks the reply with this key, which must be on offer.
    Choose(String),
    /// Waits until this holds.
    WaitFor(Condition),
    /// Takes a picture, `NAME.png`.
    Screenshot(String),
    /// Drops the file of the assignment on the window.
    #[cfg(feature = "classroom")]
    DropAssignment,
    /// Sets the text size, percent.
    SetTextSize(u32),
    /// Sets the tempo.
    SetTempo(TempoName),
    /// Sets reduced motion.
    SetReducedMotion(bool),
    /// Puts the second text in the place of the first in the file on the bench.
    Edit(String, String),
    /// Lets this many frames go by.
    Frames(u32),
    /// Does this at the board of the class that is open in this program.
    #[cfg(feature = "classroom")]
    AtBoard(AtBoard),
    /// Ends the tour. The end of the script does so too.
    Quit,
}

/// What a step may wait for.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Condition {
    /// This screen is shown, by its name as in `screen.rs`.
    Screen(String),
    /// Text or a control that begins with these words is in sight.
    Label(String),
    /// This side has the floor, and the screen offers what it may do.
    Floor(Side),
    /// The conversation is over.
    Ended,
    /// Nothing moves.
    Settled,
}

/// A side of the counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Side {
    /// The customer.
    Customer,
    /// The trainee.
    Trainee,
}

/// The tempos by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum TempoName {
    /// It speaks on by itself.
    Flow,
    /// Everything waits for a key.
    Turns,
}

impl Script {
    /// Reads a script.
    ///
    /// # Errors
    /// `line:column: sentence` for the first mistake, also in names of keys,
    /// screens and pictures.
    pub fn parse(text: &str) -> Result<Script, String> {
        let options = ron::Options::default()
            .with_default_extension(ron::extensions::Extensions::IMPLICIT_SOME);
        let script: Script = options.from_str(text).map_err(|error| {
            let at = error.span.start;
            format!("{}:{}: {}", at.line, at.col, error.code)
        })?;
        for (n, step) in script.steps.iter().enumerate() {
            step.check()
                .map_err(|why| format!(" step {} {step:?}: {why}", n + 1))?;
        }
        Ok(script)
    }
}

impl Step {
    /// Whether the names in it mean something.
    fn check(&self) -> Result<(), String> {
        match self {
            Step::Press(key) => stroke(key).map(|_| ()),
            Step::PressUntil(keys, _) if keys.is_empty() => Err("it names no key".to_owned()),
            Step::PressUntil(keys, _) => keys.iter().try_for_each(|key| stroke(key).map(|_| ())),
            Step::WaitFor(Condition::Screen(name)) => Screen::named(name).map(|_| ()).ok_or(
                "screens are title, scenarios, runs, readings, gallery, join, compare, class, homework, assigned, teach, open, briefing, encounter, debrief"
                    .to_owned(),
            ),
            Step::Screenshot(name) => {
                let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
                if !name.is_empty() && name.chars().all(plain) {
                    Ok(())
                } else {
                    Err("pictures are named with letters, digits, - and _".to_owned())
                }
            }
            _ => Ok(()),
        }
    }
}

/// A key to strike.
#[derive(Clone, Debug, PartialEq)]
pub struct Stroke {
    /// Where it is on the board.
    pub code: KeyCode,
    /// What it means.
    pub key: Key,
    /// With shift held.
    pub shift: bool,
}

/// The key by its name.
///
/// # Errors
/// When there is none.
pub fn stroke(name: &str) -> Result<Stroke, String> {
    let (shift, bare) = match name.strip_prefix("Shift+") {
        Some(rest) => (true, rest),
        None => (false, name),
    };
    let (code, key) = match bare {
        "Enter" => (KeyCode::Enter, Key::Enter),
        "Escape" | "Esc" => (KeyCode::Escape, Key::Escape),
        "Tab" => (KeyCode::Tab, Key::Tab),
        "Space" => (KeyCode::Space, Key::Space),
        "Up" => (KeyCode::ArrowUp, Key::ArrowUp),
        "Down" => (KeyCode::ArrowDown, Key::ArrowDown),
        "Left" => (KeyCode::ArrowLeft, Key::ArrowLeft),
        "Right" => (KeyCode::ArrowRight, Key::ArrowRight),
        "PageUp" => (KeyCode::PageUp, Key::PageUp),
        "PageDown" => (KeyCode::PageDown, Key::PageDown),
        "Home" => (KeyCode::Home, Key::Home),
        "End" => (KeyCode::End, Key::End),
        "F2" => (KeyCode::F2, Key::F2),
        "F3" => (KeyCode::F3, Key::F3),
        "F4" => (KeyCode::F4, Key::F4),
        _ => {
            let code = character(bare)
                .ok_or("keys are Enter, Escape, Tab, Space, Up, Down, Left, Right, PageUp, PageDown, Home, End, F2 to F4, letters and digits".to_owned())?;
            (code, Key::Character(bare.to_lowercase().into()))
        }
    };
    Ok(Stroke { code, key, shift })
}

fn character(name: &str) -> Option<KeyCode> {
    use KeyCode::*;
    const LETTERS: [KeyCode; 26] = [
        KeyA, KeyB, KeyC, KeyD, KeyE, KeyF, KeyG, KeyH, KeyI, KeyJ, KeyK, KeyL, KeyM, KeyN, KeyO,
        KeyP, KeyQ, KeyR, KeyS, KeyT, KeyU, KeyV, KeyW, KeyX, KeyY, KeyZ,
    ];
    const DIGITS: [KeyCode; 10] = [
        Digit0, Digit1, Digit2, Digit3, Digit4, Digit5, Digit6, Digit7, Digit8, Digit9,
    ];
    let [c] = name.as_bytes() else {
        return None;
    };
    match c.to_ascii_lowercase() {
        c @ b'a'..=b'z' => Some(LETTERS[usize::from(c - b'a')]),
        c @ b'0'..=b'9' => Some(DIGITS[usize::from(c - b'0')]),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_read() {
        let script = Script::parse(
            r#"(seed: "7Q2FM9KD", steps: [Press("Shift+Tab"), WaitFor(Floor(Trainee)), Quit])"#,
        );
        let steps = script.map(|script| script.steps);
        assert_eq!(
            steps,
            Ok(vec![
                Step::Press("Shift+Tab".into()),
                Step::WaitFor(Condition::Floor(Side::Trainee)),
                Step::Quit
            ])
        );
    }

    #[test]
    fn mistakes_are_told_with_their_place() {
        let told = |text: &str, part: &str| {
            let error = Script::parse(text).err().unwrap_or_default();
            assert!(error.contains(part), "{text}: {error}");
        };
        told("(steps: [Pres(\"Tab\")])", "1:10");
        told("(steps: [],\n stepps: [])", "2:2");
        told("(steps: [Press(\"Hyper\")])", "step 1 Press(\"Hyper\")");
        told("(steps: [PressUntil([], Settled)])", "it names no key");
        told("(steps: [WaitFor(Screen(\"menu\"))])", "screens are");
        told("(steps: [Screenshot(\"../x\")])", "pictures are named");
    }

    #[test]
    fn keys_have_places_and_meanings() {
        let stroke = stroke("Shift+n");
        assert_eq!(
            stroke,
            Ok(Stroke {
                code: KeyCode::KeyN,
                key: Key::Character("n".into()),
                shift: true
            })
        );
    }
}
