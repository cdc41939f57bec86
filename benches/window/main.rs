//! The window measured from outside: how soon it shows its first picture, whether
//! it ever fails to, what it costs at rest, how many frames it could draw, how soon
//! the author's bench shows what was saved. It starts a finished program under
//! virtual displays of its own (needs `Xvfb` and `xwd`) and builds nothing but
//! itself. Run it with
//! `cargo bench --profile dev --bench window -- [STARTS] [PROGRAM]`; not run by CI.
//! `-- play MINUTES [PROGRAM]` has it play one talk after the other for so long and
//! tells its memory minute by minute.

mod display;
mod play;
mod running;

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use display::Display;
use running::{Rest, Running};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Starts, if the command line names no number.
const STARTS: usize = 20;
/// A start that shows nothing by then is late, seconds.
const LATE: f64 = 2.5;
/// A start that shows nothing by then is blank.
const BLANK: Duration = Duration::from_secs(15);
/// Between two looks at the display.
const LOOK: Duration = Duration::from_millis(4);
/// From the first picture until the window counts as at rest.
const SETTLE: Duration = Duration::from_secs(5);
/// How long it is watched at rest.
const REST: Duration = Duration::from_secs(20);
/// Frames a person is shown while a customer speaks, more and fewer: the time
/// for the menus before is in both.
const FRAMES: (u32, u32) = (330, 30);
/// Saves of a scenario on the author's bench.
const SAVES: usize = 40;
/// A save that shows nothing by then was not noticed.
const UNNOTICED: Duration = Duration::from_secs(5);
/// The display of most measurements, and one that holds the author's bench.
const SCREEN: &str = "1280x720x24";
const WIDE_SCREEN: &str = "1600x860x24";

fn main() -> Outcome<()> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    arguments.retain(|argument| argument != "--bench");
    let plays = arguments.first().is_some_and(|word| word == "play");
    let (mut number, mut program) = (None, default_program());
    for argument in arguments.into_iter().skip(usize::from(plays)) {
        match argument.parse::<usize>() {
            Ok(given) => number = Some(given),
            Err(_) => program = argument.into(),
        }
    }
    let program = program
        .canonicalize()
        .map_err(|why| format!("{}: {why}; build it first, or name one", program.display()))?;
    println!("{}, {} profile", program.display(), profile(&program));

    let home = std::env::temp_dir().join(format!("satisfactometer-bench-{}", std::process::id()));
    fs::create_dir_all(&home)?;
    let outcome = if plays {
        play::measure(&program, &home, number.unwrap_or(play::MINUTES))
    } else {
        let n_starts = number.unwrap_or(STARTS);
        println!(
            "{n_starts} starts, each on a display of its own; the machine's load is {}",
            load()
        );
        measure(&program, &home, n_starts).map(|figures| figures.print())
    };
    fs::remove_dir_all(&home)?;
    outcome?;
    println!("the machine's load is now {}", load());
    Ok(())
}

/// Everything that is measured.
struct Figures {
    /// Seconds from the start of the process to the first picture; none is blank.
    starts: Vec<Option<f64>>,
    rest: Rest,
    frames_per_second: f64,
    /// Seconds from a save until the author's panel shows it, in order of length.
    saves: Vec<f64>,
}

fn measure(program: &Path, home: &Path, n_starts: usize) -> Outcome<Figures> {
    let mut starts = Vec::new();
    for _ in 0..n_starts {
        let display = Display::open(SCREEN, home)?;
        let mut window = Running::start(program, &[], &display, home)?;
        starts.push(window.first_picture(&display)?);
    }
    let rest = {
        let display = Display::open(SCREEN, home)?;
        let mut window = Running::start(program, &[], &display, home)?;
        window
            .first_picture(&display)?
            .ok_or("nothing to watch at rest: the window stayed blank")?;
        window.rest()?
    };
    let seconds = |frames| speak(program, home, frames);
    let (more, fewer) = FRAMES;
    let spent = seconds(more)? - seconds(fewer)?;
    Ok(Figures {
        starts,
        rest,
        frames_per_second: f64::from(more - fewer) / spent,
        saves: saves(program, home)?,
    })
}

impl Figures {
    fn print(&self) {
        let mut shown: Vec<f64> = self.starts.iter().copied().flatten().collect();
        shown.sort_by(f64::total_cmp);
        let at = |share: f64| {
            let n = (share * (shown.len().saturating_sub(1)) as f64).round() as usize;
            shown.get(n).copied().unwrap_or(f64::NAN)
        };
        let bad = self
            .starts
            .iter()
            .filter(|start| start.is_none_or(|seconds| seconds > LATE))
            .count();
        let rest = &self.rest;
        println!("\n{:<46} {:>10}   the bar", "what", "here");
        let row = |what: &str, here: String, bar: &str| println!("{what:<46} {here:>10}   {bar}");
        row(
            "start to first picture, median, s",
            format!("{:.2}", at(0.5)),
            "1.0; a bare window takes 0.8",
        );
        row(
            "  fastest .. slowest",
            format!("{:.2}..{:.2}", at(0.0), at(1.0)),
            "",
        );
        row(
            "starts that stay blank or take over 2.5 s",
            format!("{bad} of {}", self.starts.len()),
            "0",
        );
        row(
            "CPU at rest, percent of one core",
            format!("{:.3}", rest.cpu),
            "0.2; half of that is plausible",
        );
        row(
            "wake-ups a second at rest",
            format!("{:.2}", rest.wakes),
            "5, better 1",
        );
        row(
            "memory at rest (PSS), MB",
            format!("{:.0}", rest.pss),
            "250, better 200",
        );
        row(
            "frames a second while a customer speaks",
            format!("{:.0}", self.frames_per_second),
            "30 are shown",
        );
        let save = |n: usize| format!("{:.3}", self.saves.get(n).unwrap_or(&f64::NAN));
        row(
            "save to the author's panel, median, s",
            save(self.saves.len() / 2),
            "0.25",
        );
        row(
            "  slowest",
            save(self.saves.len().saturating_sub(1)),
            "0.25",
        );
    }
}

/// Seconds for a tour to a speaking customer, and so many frames there, drawn as
/// fast as they come.
fn speak(program: &Path, home: &Path, frames: u32) -> Outcome<f64> {
    let script = home.join("speak.ron");
    fs::write(
        &script,
        format!(
            r#"(seed: "0000000G", steps: [
                WaitFor(Screen("title")), Press("Enter"), WaitFor(Screen("scenarios")),
                Press("1"), WaitFor(Screen("briefing")), Press("Enter"),
                WaitFor(Floor(Customer)), Frames({frames}),
            ])"#
        ),
    )?;
    let display = Display::open(SCREEN, home)?;
    let mut tour = Running::tour(program, &script, None, &display, home)?;
    let status = tour.process.wait()?;
    if !status.success() {
        return Err(format!("the tour to a speaking customer ended with {status}").into());
    }
    Ok(tour.begun.elapsed().as_secs_f64())
}

/// Seconds from each save of a scenario until the author's panel shows it: by turns
/// one with a mistake and one that plays and reads otherwise than the last.
fn saves(program: &Path, home: &Path) -> Outcome<Vec<f64>> {
    let file = home.join("third-visit.ron");
    let text = fs::read_to_string("scenarios/third-visit.ron")?;
    fs::write(&file, &text)?;
    let display = Display::open(WIDE_SCREEN, home)?;
    let mut window = Running::start(
        program,
        &["preview".as_ref(), file.as_ref()],
        &display,
        home,
    )?;
    window
        .first_picture(&display)?
        .ok_or("nothing to save under: the window stayed blank")?;
    sleep(SETTLE);
    let mut seconds = Vec::new();
    let (mut before, _) = display.still_panel()?;
    for n in 0..SAVES {
        let saved = match n % 2 {
            0 => text.replacen("beats:", "beatz:", 1),
            _ => text.replacen("title: \"", &format!("title: \"{n}: "), 1),
        };
        let begun = Instant::now();
        fs::write(&file, saved)?;
        while display.panel()? == before {
            if begun.elapsed() > UNNOTICED {
                return Err(format!("save {n} was not noticed").into());
            }
            sleep(LOOK);
        }
        let (after, since) = display.still_panel()?;
        seconds.push((since - begun).as_secs_f64());
        before = after;
    }
    seconds.sort_by(f64::total_cmp);
    Ok(seconds)
}

fn default_program() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or("target".into(), PathBuf::from);
    target.join("debug").join("satisfactometer")
}

/// The profile a program was built with, as its folder says.
fn profile(program: &Path) -> &'static str {
    let folder = program.parent().and_then(Path::file_name);
    match folder.and_then(|name| name.to_str()) {
        Some("debug") => "development",
        Some("release") => "release",
        _ => "unknown",
    }
}

fn load() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').take(2).collect::<Vec<_>>().join(" ")
}
