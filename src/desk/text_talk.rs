//! A talk in a terminal: shows what there is to perceive and asks what the trainee does,
//! wherever it is played. Reads lines, so it can be driven by a pipe as well as by a
//! person.

use std::io::{BufRead, Write};

use engine::mark;
use engine::state::{Face, Floor, Stance, Voice};

use super::shown::{Deed, Heard, Shown};
use crate::portrait::words::describe;

const WIDTH: usize = 80;

const HELP: &str = "\
While the customer speaks:
  Enter, l   listen to the end of what they are saying
  n          listen, and nod or say \"mm-hm\"
  c          cut in and take the floor
When you have the floor:
  1 2 3 ...  say that line
  p          pause and say nothing
Your stance, any time, alone or before another key (like \"fc n\" or \"vs 2\"):
  vs ve vr   voice soft, even, raised
  fw fn fc   face warm, neutral, concerned
Now and then you are asked how the customer feels: 1 to 7, or Enter to go on.
Also: h what was said so far, ? this help, {q}
Closing the terminal loses nothing: the next time you are asked to go on.";

/// What q does, as the help says it.
fn q_in_words(leaves: Left) -> &'static str {
    match leaves {
        Left::ForGood => "q leave for good",
        Left::Ended | Left::BrokenOff => "q put it aside, to go on another time",
    }
}

/// Where a talk is played.
pub trait Plays {
    /// How it is left with q.
    fn leaves(&self) -> Left;

    /// Does something. Returns how the talk is then; nothing where it cannot go on, which
    /// has been told on `out`.
    ///
    /// # Errors
    /// When it cannot be played.
    fn does(
        &mut self,
        deed: Deed,
        stance: Stance,
        out: &mut dyn Write,
    ) -> anyhow::Result<Option<Shown>>;

    /// Notes a reading.
    ///
    /// # Errors
    /// When it cannot be played.
    fn mark(&mut self, step: u8, out: &mut dyn Write) -> anyhow::Result<Option<Shown>>;
}

/// How a talk was left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// It came to its end.
    Ended,
    /// The trainee left for good.
    ForGood,
    /// It was put aside, or nobody answers any more: one may come back.
    BrokenOff,
}

/// Title and brief.
///
/// # Errors
/// When the terminal cannot be written.
pub fn head(shown: &Shown, out: &mut impl Write) -> anyhow::Result<()> {
    let title = &shown.setting.title;
    let line = "-".repeat(title.chars().count());
    writeln!(out, "\n{title}\n{line}\n")?;
    wrapped(out, "", &shown.setting.brief)
}

/// Plays a talk from where it is.
///
/// # Errors
/// When the terminal cannot be read or written, or it cannot be played.
pub fn talk(
    mut shown: Shown,
    played: &mut impl Plays,
    input: &mut impl BufRead,
    out: &mut impl Write,
) -> anyhow::Result<Left> {
    let mut stance = Stance {
        voice: Voice::Even,
        face: Face::Neutral,
    };
    let mut said: Vec<String> = Vec::new();
    let name = first_name(&shown).to_owned();
    tell(out, &name, &shown.opening, &mut said)?;
    if shown.n() > 0 {
        again(&shown, &name, &mut stance, &mut said, out)?;
    }
    percept(out, &shown)?;
    // Whoever skipped a reading is not asked again before the talk moves on.
    let mut asked = false;
    while shown.floor != Floor::Ended {
        if shown.asks && !asked {
            asked = true;
            match read_them(&shown, input, out)? {
                Reading::Marked(step) => match played.mark(step, out)? {
                    Some(now) => shown = now,
                    None => return Ok(Left::BrokenOff),
                },
                Reading::Skipped => {}
                Reading::Leave => return Ok(played.leaves()),
                Reading::Nothing => return Ok(Left::BrokenOff),
            }
        }
        let deed = match ask(&shown, &mut stance, &said, played.leaves(), input, out)? {
            Asked::Do(deed) => deed,
            Asked::Leave => return Ok(played.leaves()),
            Asked::Nothing => return Ok(Left::BrokenOff),
        };
        let n = shown.n();
        match played.does(deed, stance, out)? {
            Some(now) => shown = now,
            None => return Ok(Left::BrokenOff),
        }
        for exchange in shown.exchanges.get(n..).unwrap_or_default() {
            if let Some(words) = &exchange.said {
                asked = false;
                writeln!(out)?;
                said.push(format!("You: {words}"));
                wrapped(out, "  You: ", words)?;
            }
            tell(out, &name, &exchange.heard, &mut said)?;
        }
        percept(out, &shown)?;
    }
    Ok(Left::Ended)
}

fn first_name(shown: &Shown) -> &str {
    shown.setting.name.split(' ').next().unwrap_or("Customer")
}

/// What happened before the run was cut short, and the stance then held.
fn again(
    shown: &Shown,
    name: &str,
    stance: &mut Stance,
    said: &mut Vec<String>,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    for exchange in &shown.exchanges {
        *stance = exchange.stance;
        if let Some(words) = &exchange.said {
            said.push(format!("You: {words}"));
            wrapped(out, "  You: ", words)?;
        }
        tell(out, name, &exchange.heard, said)?;
    }
    writeln!(out, "\n(You go on from here.)")?;
    Ok(())
}

/// What came of asking for a reading.
enum Reading {
    Marked(u8),
    Skipped,
    /// As of [`Asked`].
    Leave,
    /// As of [`Asked`].
    Nothing,
}

/// Asks where the trainee thinks the meter stands, before the replies are shown:
/// so they look at the customer and not at the lines. It changes nothing.
fn read_them(
    shown: &Shown,
    input: &mut impl BufRead,
    out: &mut impl Write,
) -> anyhow::Result<Reading> {
    let name = &shown.setting.name;
    writeln!(
        out,
        "\nHow does {name} feel about all this now? It is not scored."
    )?;
    for (word, n) in mark::WORDS.iter().zip(1..) {
        writeln!(out, "  {n}  {word}")?;
    }
    loop {
        write!(out, "1 to {}, or Enter to go on > ", mark::STEPS)?;
        out.flush()?;
        let mut line = String::new();
        if input.read_line(&mut line)? == 0 {
            writeln!(out)?;
            return Ok(Reading::Nothing);
        }
        match line.trim() {
            "" => return Ok(Reading::Skipped),
            "q" => return Ok(Reading::Leave),
            said => match said.parse().ok() {
                Some(step @ 1..=mark::STEPS) => {
                    writeln!(out, "   (marked: {})", mark::words(step))?;
                    return Ok(Reading::Marked(step));
                }
                _ => writeln!(
                    out,
                    "A number from 1 to {}, please, or Enter to go on without.",
                    mark::STEPS
                )?,
            },
        }
    }
}

/// What came of asking.
enum Asked {
    /// The trainee does this.
    Do(Deed),
    /// They leave.
    Leave,
    /// The input ends, as when a terminal is closed: one may come back.
    Nothing,
}

/// Asks until the trainee does something.
fn ask(
    shown: &Shown,
    stance: &mut Stance,
    said: &[String],
    leaves: Left,
    input: &mut impl BufRead,
    out: &mut impl Write,
) -> anyhow::Result<Asked> {
    if shown.floor == Floor::Trainee {
        writeln!(out)?;
        for (i, text) in shown.replies.iter().enumerate() {
            wrapped(out, &format!("  {}  ", i + 1), text)?;
        }
    }
    loop {
        let keys = if shown.floor == Floor::Trainee {
            "number, p pause"
        } else {
            "Enter listen, n nod, c cut in"
        };
        write!(
            out,
            "[{}, {}] {keys} > ",
            voice_name(stance.voice),
            face_name(stance.face)
        )?;
        out.flush()?;
        let mut line = String::new();
        if input.read_line(&mut line)? == 0 {
            writeln!(out)?;
            return Ok(Asked::Nothing);
        }
        let mut words = line.split_whitespace().peekable();
        let mut held = false;
        while let Some(changed) = words.peek().and_then(|word| with_stance(*stance, word)) {
            *stance = changed;
            held = true;
            words.next();
        }
        let rest: Vec<&str> = words.collect();
        let customer_speaks = shown.floor == Floor::Customer;
        match rest.as_slice() {
            [] if held => {}
            [] if !customer_speaks => writeln!(out, "It is your turn. ? explains the keys.")?,
            [] => return Ok(Asked::Do(Deed::Listen)),
            ["l"] if customer_speaks => return Ok(Asked::Do(Deed::Listen)),
            ["n"] if customer_speaks => return Ok(Asked::Do(Deed::Encourage)),
            ["c"] if customer_speaks => return Ok(Asked::Do(Deed::CutIn)),
            ["p"] if !customer_speaks => return Ok(Asked::Do(Deed::Pause)),
            ["q"] => return Ok(Asked::Leave),
            ["h"] => said.iter().try_for_each(|line| wrapped(out, "  ", line))?,
            ["?"] => writeln!(out, "{}", HELP.replace("{q}", q_in_words(leaves)))?,
            [number] => match number.parse::<usize>().ok().map(|n| n.wrapping_sub(1)) {
                Some(n) if n < shown.replies.len() => return Ok(Asked::Do(Deed::Say(n))),
                _ => writeln!(
                    out,
                    "\"{number}\" is not possible now. ? explains the keys."
                )?,
            },
            _ => writeln!(out, "That is more than one thing. ? explains the keys.")?,
        }
    }
}

fn with_stance(stance: Stance, word: &str) -> Option<Stance> {
    Some(match word {
        "vs" => Stance {
            voice: Voice::Soft,
            ..stance
        },
        "ve" => Stance {
            voice: Voice::Even,
            ..stance
        },
        "vr" => Stance {
            voice: Voice::Raised,
            ..stance
        },
        "fw" => Stance {
            face: Face::Warm,
            ..stance
        },
        "fn" => Stance {
            face: Face::Neutral,
            ..stance
        },
        "fc" => Stance {
            face: Face::Concerned,
            ..stance
        },
        _ => return None,
    })
}

fn voice_name(voice: Voice) -> &'static str {
    match voice {
        Voice::Soft => "soft",
        Voice::Even => "even",
        Voice::Raised => "raised",
    }
}

fn face_name(face: Face) -> &'static str {
    match face {
        Face::Warm => "warm",
        Face::Neutral => "neutral",
        Face::Concerned => "concerned",
    }
}

fn tell(
    out: &mut impl Write,
    name: &str,
    heard: &[Heard],
    said: &mut Vec<String>,
) -> anyhow::Result<()> {
    for heard in heard {
        match heard {
            Heard::Speaks(text) | Heard::Reacts(text) => {
                let line = text.replace('*', "");
                said.push(format!("{name}: {line}"));
                wrapped(out, &format!("{name}: "), &line)?;
            }
            Heard::BrokenOff => writeln!(out, "   (you cut in)")?,
            Heard::Silence(1) => writeln!(out, "   (a moment's silence)")?,
            Heard::Silence(_) => writeln!(out, "   (nobody speaks)")?,
            Heard::Promised(what) => writeln!(out, "   (noted: {what})")?,
            Heard::Floor => {}
            Heard::Ended(scene) => {
                writeln!(out)?;
                wrapped(out, "", scene)?;
            }
        }
    }
    Ok(())
}

fn percept(out: &mut impl Write, shown: &Shown) -> anyhow::Result<()> {
    if shown.floor == Floor::Ended {
        return Ok(());
    }
    let line = describe(&shown.percept, shown.setting.place.is_call());
    wrapped(out, "   ", &format!("[{line}]"))
}

/// A text in lines, with a lead before the first.
///
/// # Errors
/// When the terminal cannot be written.
pub fn wrapped(out: &mut impl Write, lead: &str, text: &str) -> anyhow::Result<()> {
    let hang = " ".repeat(lead.chars().count());
    let options = textwrap::Options::new(WIDTH)
        .initial_indent(lead)
        .subsequent_indent(&hang);
    for line in textwrap::wrap(text, options) {
        writeln!(out, "{line}")?;
    }
    Ok(())
}
