//! "I disagree, because" in a terminal: asked for under each debrief of a class, decision
//! by decision, until somebody goes on.

use std::io::{BufRead, Write};
use std::time::{Duration, Instant};

use super::line::Line;
use crate::classroom::inert::line as inert;
use crate::desk::text_talk::wrapped;

/// How long the server is waited for before what it has is told.
const MOMENT: Duration = Duration::from_secs(3);
/// Between two looks whether it has answered.
const LOOK: Duration = Duration::from_millis(25);

/// Asks what whoever played an attempt disagrees with; `decisions` are its turns, from 1.
///
/// # Errors
/// When the terminal cannot be read or written.
pub fn ask(
    line: &Line,
    attempt: &str,
    decisions: &[usize],
    input: &mut impl BufRead,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    if decisions.is_empty() {
        return Ok(());
    }
    until_looked(line, line.recall(attempt));
    tell(line, attempt, out)?;
    let mut hint = "Do you disagree with the game about a turn? Its number and why, as in \
                    \"7 nobody talks like that\"; the number alone takes it back.";
    loop {
        if !hint.is_empty() {
            writeln!(out)?;
            wrapped(out, "", hint)?;
        }
        write!(out, "I disagree, because (Enter to go on) > ")?;
        out.flush()?;
        let mut typed = String::new();
        let n = input.read_line(&mut typed)?;
        if n == 0 || typed.trim().is_empty() {
            writeln!(out)?;
            return Ok(());
        }
        hint = "";
        let (number, why) = split(&typed);
        let Some(turn) = number.filter(|turn| decisions.contains(turn)) else {
            let known: Vec<String> = decisions.iter().map(usize::to_string).collect();
            let words = format!("You decided something at turns {}.", known.join(", "));
            wrapped(out, "", &words)?;
            continue;
        };
        match line.disagree(attempt, turn, why) {
            Ok(()) => {
                until_looked(line, line.look());
                match line.about(attempt, turn) {
                    Some(said) => wrapped(out, "", &format!("Turn {turn}: {}", said.words()))?,
                    None => writeln!(out, "Turn {turn}: nothing is said about it.")?,
                }
            }
            Err(why) => wrapped(out, "", &format!("Not kept: {}.", inert(&why)))?,
        }
    }
}

/// Says what was said before.
fn tell(line: &Line, attempt: &str, out: &mut impl Write) -> anyhow::Result<()> {
    for said in line.about_all(attempt) {
        let why = match said.why.is_empty() {
            true => String::new(),
            false => format!("you disagree, because {}. ", inert(&said.why)),
        };
        writeln!(out)?;
        wrapped(
            out,
            "",
            &format!("Turn {}: {why}{}", said.turn, said.words()),
        )?;
    }
    Ok(())
}

/// The number that a line begins with, and the rest of it.
fn split(typed: &str) -> (Option<usize>, &str) {
    let typed = typed.trim();
    let (number, why) = typed.split_once(char::is_whitespace).unwrap_or((typed, ""));
    let number = number.trim_end_matches([':', '.', ',']);
    (number.parse().ok(), why)
}

fn until_looked(line: &Line, question: usize) {
    let begun = Instant::now();
    while !line.has_looked(question) && begun.elapsed() < MOMENT {
        std::thread::sleep(LOOK);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_and_why() {
        assert_eq!(split(" 7 nobody talks so\n"), (Some(7), "nobody talks so"));
        assert_eq!(split("7: nobody"), (Some(7), "nobody"));
        assert_eq!(split("7\n"), (Some(7), ""));
        assert_eq!(split("nobody talks so"), (None, "talks so"));
    }
}
