//! A sealed class in a terminal: the class's computer steps every run, and is asked until
//! it answers. Nothing is kept here but the seat.

use std::io::{BufRead, Write};
use std::thread;
use std::time::Duration;

use engine::state::Stance;

use super::line::Line;
use super::link::Link;
use super::objecting;
use super::seat::{ClassState, Part, Seat, Stand, Standing};
use super::stepped::{Answer, Table};
use crate::classroom::inert::line;
use crate::classroom::talk::{Does, FORM, Revealed, Told, What};
use crate::desk::shown::{Deed, Shown};
use crate::desk::text_talk::{Left, Plays, head, talk, wrapped};

/// The rests between two tries grow to this one, seconds.
const LONGEST_REST: u64 = 8;

/// Plays one encounter after another, or tells how they went once the class is over;
/// returns the exit code.
///
/// # Errors
/// When the terminal cannot be read or written.
pub fn play(
    seat: &Seat,
    line_to: &Line,
    link: Link,
    input: &mut impl BufRead,
    out: &mut impl Write,
) -> anyhow::Result<u8> {
    let token = seat.token.clone();
    let table = &Table { link, token };
    let stands = seat.class(&table.link);
    if let Ok(Standing::In(stand)) = &stands
        && stand.state == ClassState::Closed
    {
        return reveal(table, line_to, &stand.parts, input, out);
    }
    if let Ok(Standing::In(Stand {
        scored_by: Some(words),
        ..
    })) = &stands
    {
        wrapped(out, "", words)?;
    }
    writeln!(
        out,
        "This class is sealed: its customers stay on the instructor's computer, so you need the\n\
         line to it while you play. If it breaks you go on where you were."
    )?;
    loop {
        write!(out, "\nEnter for the next encounter, q to stop here > ")?;
        out.flush()?;
        let mut keys = String::new();
        if input.read_line(&mut keys)? == 0 || keys.trim() == "q" {
            writeln!(out)?;
            return Ok(0);
        }
        let Some(told) = until_told(table, Table::take_up, out)? else {
            return Ok(0);
        };
        head(&told.talk, out)?;
        writeln!(
            out,
            "\nPress ? and Enter for help. Here q puts it aside; the same command goes on.\n"
        )?;
        let shown = told.talk.clone();
        let mut there = There { table, told };
        let left = talk(shown, &mut there, input, out)?;
        match (left, there.told.receipt) {
            (Left::Ended, Some(code)) => writeln!(out, "\nHanded in, receipt {}.", line(&code))?,
            (Left::Ended, None) => writeln!(out, "\nIt is over.")?,
            (Left::ForGood | Left::BrokenOff, _) => {
                writeln!(out, "\nIt goes on where you leave it: by the same command.")?;
                return Ok(0);
            }
        }
    }
}

/// Tells how the runs of a class went that is over.
fn reveal(
    table: &Table,
    line_to: &Line,
    parts: &[Part],
    input: &mut impl BufRead,
    out: &mut impl Write,
) -> anyhow::Result<u8> {
    writeln!(out, "The class is over.")?;
    for part in parts {
        match (&part.id, &part.receipt) {
            (Some(id), Some(code)) => {
                writeln!(out, "\nHanded in, receipt {}.", line(code))?;
                match table.debrief(id) {
                    Ok(revealed) => {
                        debrief(&revealed, out)?;
                        let turns = revealed.turns.iter().zip(1..);
                        let decisions: Vec<usize> = turns
                            .filter_map(|(turn, n)| turn.decides.then_some(n))
                            .collect();
                        objecting::ask(line_to, id, &decisions, input, out)?;
                    }
                    Err(why) => writeln!(out, "{}: {why:#}.", line(&part.title))?,
                }
            }
            _ => writeln!(out, "\n{}: not played.", line(&part.title))?,
        }
    }
    Ok(0)
}

fn debrief(revealed: &Revealed, out: &mut impl Write) -> anyhow::Result<()> {
    writeln!(out, "\n{}\n", revealed.title)?;
    wrapped(out, "", &revealed.scene)?;
    let [satisfaction, conduct, total] = &revealed.scores;
    let passed = match revealed.passed {
        true => "above the provisional line",
        false => "not yet above the provisional line",
    };
    writeln!(
        out,
        "\nSatisfaction {satisfaction}, conduct {conduct}, together {total}: {passed}."
    )?;
    if let Some(words) = &revealed.scored_by {
        wrapped(out, "", words)?;
    }
    for (name, why) in &revealed.gates {
        wrapped(out, "", &format!("{name}. {why}"))?;
    }
    for note in &revealed.not_counted {
        wrapped(out, "", note)?;
    }
    for (turn, n) in revealed.turns.iter().zip(1..) {
        writeln!(out)?;
        wrapped(out, &format!("{n:>3}  "), &turn.said)?;
        let why = match turn.why.as_str() {
            "" => String::new(),
            why => format!(": {why}"),
        };
        let change = format!("{} to {}{why} ({})", turn.change, turn.meter, turn.how);
        wrapped(out, "     ", &change)?;
        if !turn.better.is_empty() {
            wrapped(out, "     ", &format!("Better: {}", turn.better))?;
        }
    }
    writeln!(out)?;
    wrapped(out, "", &revealed.caution)
}

/// A run on the class's computer.
struct There<'a> {
    table: &'a Table,
    told: Told,
}

impl There<'_> {
    fn send(
        &mut self,
        n: usize,
        what: What,
        stance: Stance,
        out: &mut dyn Write,
    ) -> anyhow::Result<Option<Shown>> {
        let does = Does {
            form: FORM,
            n,
            what,
            voice: stance.voice,
            face: stance.face,
        };
        let id = self.told.id.clone();
        let Some(told) = until_told(self.table, |table| table.does(&id, &does), out)? else {
            return Ok(None);
        };
        if told.id != id {
            writeln!(
                out,
                "This conversation is over; what was played is handed in."
            )?;
            return Ok(None);
        }
        self.told = told;
        Ok(Some(self.told.talk.clone()))
    }
}

impl Plays for There<'_> {
    fn leaves(&self) -> Left {
        Left::BrokenOff
    }

    fn does(
        &mut self,
        deed: Deed,
        stance: Stance,
        out: &mut dyn Write,
    ) -> anyhow::Result<Option<Shown>> {
        self.send(self.told.talk.n() + 1, deed.into(), stance, out)
    }

    fn mark(&mut self, step: u8, out: &mut dyn Write) -> anyhow::Result<Option<Shown>> {
        let n = self.told.talk.n();
        self.send(n, What::Mark(step), Stance::default(), out)
    }
}

/// Asks until the talk is told; nothing when there is no more to be had, which is told.
fn until_told(
    table: &Table,
    ask: impl Fn(&Table) -> Answer,
    out: &mut dyn Write,
) -> anyhow::Result<Option<Told>> {
    let mut ask: Box<dyn Fn(&Table) -> Answer + '_> = Box::new(ask);
    let mut shown = String::new();
    let mut rest = 1;
    loop {
        let words = match ask(table) {
            Answer::Told(told) => return Ok(Some(*told)),
            Answer::Over(why) => {
                writeln!(out, "{}.", line(why.trim_end_matches('.')))?;
                return Ok(None);
            }
            Answer::Elsewhere => {
                ask = Box::new(Table::again);
                continue;
            }
            Answer::Rests(why) => format!("{}; waiting.", line(&why)),
            Answer::Nothing => {
                "The class's computer does not answer; trying again. Nothing is lost.".to_owned()
            }
        };
        if shown != words {
            writeln!(out, "{words}")?;
            out.flush()?;
            shown = words;
        }
        thread::sleep(Duration::from_secs(rest));
        rest = (rest * 2).min(LONGEST_REST);
    }
}
