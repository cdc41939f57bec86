//! A whole encounter in a terminal: the same engine, the same percepts, no
//! window. Reads lines, so it can be driven by a pipe as well as by a person.

use std::io::{BufRead, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use anyhow::{Context, bail};
use engine::analysis::{AnalysisNote, Budget};
use engine::doctrine::Doctrine;
use engine::mark;
use engine::report::Report;
use engine::rng::Seed;
use engine::rules::Rules;
use engine::scenario::Scenario;
use engine::scenario::written::Place;
use engine::session::{Action, Event, Session};
use engine::state::{Face, Floor, Stance, Voice};
#[cfg(feature = "author")]
use engine::step::{Input, Move, World};
use engine::transcript::EndReason;

use super::library::{Entry, Library};
use super::report_text::report_text;
use super::run_file::RunFile;
use super::runs::{Kept, Resumed, ago};
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
Also: h what was said so far, ? this help, q leave for good
Closing the terminal loses nothing: the next time you are asked to go on.";

/// Plays one encounter on `input` and `out`.
///
/// # Errors
/// When the terminal cannot be read or written.
pub fn play(
    scenario: &Arc<Scenario>,
    seed: Seed,
    input: &mut impl BufRead,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let session = Session::begin(Arc::clone(scenario), Rules::current(), seed);
    let file = RunFile::begin(&session, None, "turns");
    go_on(session, file, Doctrine::balanced(), input, out)?;
    Ok(())
}

/// Goes on with an encounter that was broken off.
///
/// # Errors
/// When the terminal cannot be read or written.
pub fn resume(
    resumed: Resumed,
    input: &mut impl BufRead,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    if let Some(note) = &resumed.note {
        wrapped(out, "", note)?;
    }
    go_on(
        resumed.session,
        resumed.file,
        Doctrine::balanced(),
        input,
        out,
    )?;
    Ok(())
}

/// Plays a session to its end, from its beginning or from where it was cut short, and
/// shows its report by a doctrine.
/// Returns whether it came to its end.
///
/// # Errors
/// When the terminal cannot be read or written.
pub fn go_on(
    mut session: Session,
    mut file: RunFile,
    doctrine: &'static Doctrine,
    input: &mut impl BufRead,
    out: &mut impl Write,
) -> anyhow::Result<bool> {
    let scenario = &Arc::clone(session.scenario());
    let seed = session.seed();
    let call = scenario.place().is_call();
    writeln!(
        out,
        "\n{}\n{}\n",
        scenario.title(),
        "-".repeat(scenario.title().chars().count())
    )?;
    wrapped(out, "", scenario.brief())?;
    if let Some(scored_by) = doctrine.scored_by() {
        writeln!(out)?;
        wrapped(out, "", &scored_by)?;
    }
    writeln!(out, "\nSeed {seed}. Press ? and Enter for help.\n")?;
    if let Some(trouble) = file.trouble() {
        wrapped(out, "", trouble)?;
    }
    let mut stance = Stance {
        voice: Voice::Even,
        face: Face::Neutral,
    };
    let mut said: Vec<String> = Vec::new();
    let opening = session.opening().to_vec();
    tell(out, scenario, &opening, &mut said)?;
    if !session.turns().is_empty() {
        again(&session, &mut stance, &mut said, out)?;
    }
    percept(out, &session, call)?;
    // Whoever skipped a reading is not asked again before the talk moves on.
    let mut asked = false;
    while session.floor() != Floor::Ended {
        if session.asks_reading() && !asked {
            asked = true;
            match read_them(&mut session, input, out)? {
                Reading::Marked => file.input(&session),
                Reading::Skipped => {}
                Reading::Leave => return leave(&session, file, out),
                Reading::Nothing => return broken_off(&file, out),
            }
        }
        let action = match ask(&session, &mut stance, &said, input, out)? {
            Asked::Do(action) => action,
            Asked::Leave => return leave(&session, file, out),
            Asked::Nothing => return broken_off(&file, out),
        };
        let words = session
            .choices()
            .into_iter()
            .find(|choice| choice.action == action)
            .and_then(|choice| choice.text);
        // Choices were just offered, so a refusal here would be ours, not the trainee's.
        let step = session
            .apply(&action, stance)
            .context("the engine refused what it had offered")?;
        file.input(&session);
        if let Some(words) = words {
            asked = false;
            writeln!(out)?;
            said.push(format!("You: {words}"));
            wrapped(out, "  You: ", &words)?;
        }
        tell(out, scenario, &step.events, &mut said)?;
        percept(out, &session, call)?;
    }
    debrief(&session, doctrine, input, out)?;
    kept(&file, out)?;
    Ok(true)
}

/// The trainee left for good.
fn leave(session: &Session, mut file: RunFile, out: &mut impl Write) -> anyhow::Result<bool> {
    file.end(session, EndReason::Abandoned);
    writeln!(out, "\nYou left before the end.")?;
    kept(&file, out)?;
    Ok(false)
}

/// Nobody answers any more: one may come back.
fn broken_off(file: &RunFile, out: &mut impl Write) -> anyhow::Result<bool> {
    writeln!(out, "\nBroken off.")?;
    if let Some(path) = file.path() {
        let path = path.display();
        writeln!(
            out,
            "To go on from here: satisfactometer play --text --resume {path}"
        )?;
    }
    Ok(false)
}

/// What happened before the run was cut short, and the stance then held.
fn again(
    session: &Session,
    stance: &mut Stance,
    said: &mut Vec<String>,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    for turn in session.turns() {
        *stance = turn.input.stance;
        if let Some(words) = &turn.said {
            said.push(format!("You: {words}"));
            wrapped(out, "  You: ", words)?;
        }
        tell(out, session.scenario(), &turn.events, said)?;
    }
    writeln!(out, "\n(You go on from here.)")?;
    Ok(())
}

/// Says where the run is kept, or why it is not.
fn kept(file: &RunFile, out: &mut impl Write) -> anyhow::Result<()> {
    match (file.path(), file.trouble()) {
        (Some(path), _) => writeln!(out, "\nKept as {}", path.display())?,
        (None, Some(trouble)) => wrapped(out, "", trouble)?,
        (None, None) => {}
    }
    Ok(())
}

/// What was picked.
pub enum Picked<'a> {
    /// A scenario, to begin.
    Scenario(&'a Entry),
    /// The file of a run that goes on.
    Open(PathBuf),
}

/// Lists the scenarios and asks for one; what was broken off is offered first.
///
/// # Errors
/// When the terminal cannot be read or written, or the input ends.
pub fn pick<'a>(
    library: &'a Library,
    open: Option<Kept>,
    input: &mut impl BufRead,
    out: &mut impl Write,
) -> anyhow::Result<Picked<'a>> {
    writeln!(out, "Who comes in?\n")?;
    if let Some((kept, claims)) = open
        .as_ref()
        .and_then(|kept| Some((kept, kept.what.as_ref().ok()?)))
    {
        let entry = library.find(&claims.scenario).ok();
        let title = entry.map_or(&*claims.scenario, |entry| entry.scenario.title());
        writeln!(
            out,
            "  0  Go on with: {title} (left {}, replies so far: {})\n",
            ago(kept.written, SystemTime::now()),
            claims.n_replies
        )?;
    }
    for (i, entry) in library.entries.iter().enumerate() {
        let scenario = &entry.scenario;
        writeln!(
            out,
            "  {}  {} ({})",
            i + 1,
            scenario.title(),
            scenario.customer().name
        )?;
    }
    loop {
        write!(out, "\nnumber > ")?;
        out.flush()?;
        let mut line = String::new();
        if input.read_line(&mut line)? == 0 {
            bail!("no scenario was picked");
        }
        if let (Some(kept), "0") = (&open, line.trim()) {
            return Ok(Picked::Open(kept.path.clone()));
        }
        match line
            .trim()
            .parse::<usize>()
            .ok()
            .and_then(|n| library.entries.get(n.wrapping_sub(1)))
        {
            Some(entry) => return Ok(Picked::Scenario(entry)),
            None => writeln!(out, "A number from 1 to {}, please.", library.entries.len())?,
        }
    }
}

/// What came of asking for a reading.
enum Reading {
    Marked,
    Skipped,
    /// As of [`Asked`].
    Leave,
    /// As of [`Asked`].
    Nothing,
}

/// Asks where the trainee thinks the meter stands, before the replies are shown:
/// so they look at the customer and not at the lines. It changes nothing.
fn read_them(
    session: &mut Session,
    input: &mut impl BufRead,
    out: &mut impl Write,
) -> anyhow::Result<Reading> {
    let name = &session.scenario().customer().name;
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
            said => match said.parse().ok().and_then(|n| session.mark(n).ok()) {
                Some(mark) => {
                    writeln!(out, "   (marked: {})", mark::words(mark.step))?;
                    return Ok(Reading::Marked);
                }
                None => writeln!(
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
    Do(Action),
    /// They leave for good.
    Leave,
    /// The input ends, as when a terminal is closed: one may come back.
    Nothing,
}

/// Asks until the trainee does something.
fn ask(
    session: &Session,
    stance: &mut Stance,
    said: &[String],
    input: &mut impl BufRead,
    out: &mut impl Write,
) -> anyhow::Result<Asked> {
    let choices = session.choices();
    let replies: Vec<_> = choices
        .iter()
        .filter_map(|choice| Some((&choice.action, choice.text.as_ref()?)))
        .collect();
    if session.floor() == Floor::Trainee {
        writeln!(out)?;
        for (i, (_, text)) in replies.iter().enumerate() {
            wrapped(out, &format!("  {}  ", i + 1), text)?;
        }
    }
    loop {
        let keys = if session.floor() == Floor::Trainee {
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
        let customer_speaks = session.floor() == Floor::Customer;
        match rest.as_slice() {
            [] if held => {}
            [] if !customer_speaks => writeln!(out, "It is your turn. ? explains the keys.")?,
            [] => return Ok(Asked::Do(Action::Listen)),
            ["l"] if customer_speaks => return Ok(Asked::Do(Action::Listen)),
            ["n"] if customer_speaks => return Ok(Asked::Do(Action::Encourage)),
            ["c"] if customer_speaks => return Ok(Asked::Do(Action::CutIn)),
            ["p"] if !customer_speaks => return Ok(Asked::Do(Action::Pause)),
            ["q"] => return Ok(Asked::Leave),
            ["h"] => said.iter().try_for_each(|line| wrapped(out, "  ", line))?,
            ["?"] => writeln!(out, "{HELP}")?,
            [number] => match number
                .parse::<usize>()
                .ok()
                .and_then(|n| replies.get(n.wrapping_sub(1)))
            {
                Some((action, _)) => return Ok(Asked::Do((*action).clone())),
                None => writeln!(
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

/// The keys that play these inputs from the beginning of a run, with `;` for
/// the end of each line.
#[cfg(feature = "author")]
pub fn keys_of(world: World, seed: Seed, inputs: &[Input]) -> String {
    let mut state = world.begin(seed);
    let mut held = Stance {
        voice: Voice::Even,
        face: Face::Neutral,
    };
    let mut keys = String::new();
    for &input in inputs {
        let mut words = Vec::new();
        if held.voice != input.stance.voice {
            words.push(match input.stance.voice {
                Voice::Soft => "vs",
                Voice::Even => "ve",
                Voice::Raised => "vr",
            });
        }
        if held.face != input.stance.face {
            words.push(match input.stance.face {
                Face::Warm => "fw",
                Face::Neutral => "fn",
                Face::Concerned => "fc",
            });
        }
        held = input.stance;
        let number = match input.action {
            Move::Say(n) => {
                let shown = world.shown(&state);
                let place = shown.iter().position(|reply| *reply == n);
                place.map_or(0, |place| place + 1).to_string()
            }
            _ => String::new(),
        };
        match input.action {
            // Alone, a stance is only held: the Enter that listens is a line of its own.
            Move::Listen if words.is_empty() => {}
            Move::Listen => words.push(";"),
            Move::Encourage => words.push("n"),
            Move::CutIn => words.push("c"),
            Move::Pause => words.push("p"),
            Move::Say(_) => words.push(&number),
        }
        keys.push_str(&words.join(" ").replace(" ;", ";"));
        keys.push(';');
        world.step(&mut state, input, &mut ());
    }
    keys
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
    scenario: &Scenario,
    events: &[Event],
    said: &mut Vec<String>,
) -> anyhow::Result<()> {
    let name = scenario.customer().name.as_str();
    let name = name.split(' ').next().unwrap_or("Customer");
    for event in events {
        match event {
            Event::Speaks { text, .. } | Event::Reacts { text, .. } => {
                let line = text.replace('*', "");
                said.push(format!("{name}: {line}"));
                wrapped(out, &format!("{name}: "), &line)?;
            }
            Event::BrokenOff => writeln!(out, "   (you cut in)")?,
            Event::Silence { n: 1 } => writeln!(out, "   (a moment's silence)")?,
            Event::Silence { .. } => writeln!(out, "   (nobody speaks)")?,
            Event::Promised { what } => writeln!(out, "   (noted: {what})")?,
            Event::Learned { .. } | Event::Floor => {}
            Event::Ended { scene, .. } => {
                writeln!(out)?;
                wrapped(out, "", scene)?;
            }
        }
    }
    Ok(())
}

fn percept(out: &mut impl Write, session: &Session, call: bool) -> anyhow::Result<()> {
    if session.floor() == Floor::Ended {
        return Ok(());
    }
    let line = describe(&session.percept(), call);
    wrapped(out, "   ", &format!("[{line}]"))
}

/// First the trainee's own guess, then the report.
fn debrief(
    session: &Session,
    doctrine: &'static Doctrine,
    input: &mut impl BufRead,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let place = if session.scenario().place() == Place::Counter {
        "at the door"
    } else {
        "as they hang up"
    };
    write!(
        out,
        "\nBefore you see it: how satisfied are they {place}, 0 to 100? > "
    )?;
    out.flush()?;
    let mut line = String::new();
    input.read_line(&mut line)?;
    let guess: Option<u8> = line.trim().parse().ok().filter(|guess| *guess <= 100);
    write!(
        out,
        "And after which of your replies did it turn? (a number, or Enter) > "
    )?;
    out.flush()?;
    line.clear();
    input.read_line(&mut line)?;
    let turn: Option<usize> = line.trim().parse().ok();
    let report = Report::by_doctrine(session, doctrine);
    writeln!(out, "\n")?;
    if let Some(guess) = guess {
        let was = session.world().satisfaction(session.state()) / 10;
        writeln!(
            out,
            "You guessed {guess}; at the end the satisfactometer stood at {was}."
        )?;
    }
    if let (Some(guess), Some(turned)) = (turn, report.turning_reply()) {
        writeln!(
            out,
            "You felt it turn at reply {guess}; it moved most at reply {turned}."
        )?;
    }
    let analysis = AnalysisNote::of(session, Budget::DEBRIEF, &mut || true);
    writeln!(out, "\n{}", report_text(&report, analysis.as_ref()))?;
    Ok(())
}

fn wrapped(out: &mut impl Write, lead: &str, text: &str) -> anyhow::Result<()> {
    let hang = " ".repeat(lead.chars().count());
    let options = textwrap::Options::new(WIDTH)
        .initial_indent(lead)
        .subsequent_indent(&hang);
    for line in textwrap::wrap(text, options) {
        writeln!(out, "{line}")?;
    }
    Ok(())
}
