//! The window measured from outside: how soon it shows its first picture, whether
//! it ever fails to, what it costs at rest, how many frames it could draw, how soon
//! the author's bench shows what was saved. It starts a finished program under
//! virtual displays of its own (needs `Xvfb` and `xwd`) and builds nothing but
//! itself. Run it with
//! `cargo bench --profile dev --bench window -- [STARTS] [PROGRAM]`; not run by CI.

use std::error::Error;
use std::fs;
use std::io::{BufRead, BufReader};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

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
/// Looks at which nothing changes before a picture counts as done.
const STILL: u32 = 50;
/// The display of most measurements, and one that holds the author's bench.
const SCREEN: &str = "1280x720x24";
const WIDE_SCREEN: &str = "1600x860x24";
/// Columns of the wide one with the contents of the author's panel; the scrollbar
/// to the right of them settles a frame later.
const PANEL: Range<usize> = 1210..1570;

fn main() -> Outcome<()> {
    let arguments = std::env::args().skip(1).filter(|arg| arg != "--bench");
    let (mut n_starts, mut program) = (STARTS, default_program());
    for argument in arguments {
        match argument.parse() {
            Ok(number) => n_starts = number,
            Err(_) => program = argument.into(),
        }
    }
    let program = program
        .canonicalize()
        .map_err(|why| format!("{}: {why}; build it first, or name one", program.display()))?;
    println!("{}, {} profile", program.display(), profile(&program));
    println!(
        "{n_starts} starts, each on a display of its own; the machine's load is {}",
        load()
    );

    let home = std::env::temp_dir().join(format!("satisfactometer-bench-{}", std::process::id()));
    fs::create_dir_all(&home)?;
    let figures = measure(&program, &home, n_starts);
    fs::remove_dir_all(&home)?;
    figures?.print();
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

/// What the window costs while nothing happens on the title.
struct Rest {
    /// Share of one core, percent.
    cpu: f64,
    /// Times a second that a thread goes to sleep of itself, which is as often as one wakes.
    wakes: f64,
    /// Proportional share of memory, MB of 10^6 bytes.
    pss: f64,
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

/// A virtual display, whose picture lies in a file in a folder of its own. It ends
/// with this.
struct Display {
    server: Child,
    name: String,
    folder: PathBuf,
}

impl Display {
    fn open(screen: &str, home: &Path) -> Outcome<Display> {
        let folder = home.join("display");
        fs::create_dir_all(&folder)?;
        // By default it starts anew whenever the last client leaves, as each look
        // at it does, and lets nobody in meanwhile.
        let mut server = Command::new("Xvfb")
            .args(["-noreset", "-displayfd", "1", "-screen", "0", screen])
            .arg("-fbdir")
            .arg(&folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|why| format!("Xvfb: {why}"))?;
        let mut number = String::new();
        if let Some(told) = server.stdout.take() {
            BufReader::new(told).read_line(&mut number)?;
        }
        let name = format!(":{}", number.trim());
        let display = Display {
            server,
            name,
            folder,
        };
        // It says its name a little before it lets anybody in.
        let begun = Instant::now();
        while !display.answers()? {
            if begun.elapsed() > BLANK {
                return Err(format!("the display {} lets nobody in", display.name).into());
            }
            sleep(LOOK);
        }
        Ok(display)
    }

    fn answers(&self) -> Outcome<bool> {
        let dump = Command::new("xwd")
            .args(["-silent", "-root", "-display", &self.name])
            .stderr(Stdio::null())
            .output()
            .map_err(|why| format!("xwd: {why}"))?;
        Ok(dump.status.success())
    }

    /// A dump of what is to be seen, which asks nothing of the display: whoever
    /// looks through its own door takes the time of the program that is measured.
    fn picture(&self) -> Outcome<Vec<u8>> {
        Ok(fs::read(self.folder.join("Xvfb_screen0"))?)
    }

    /// Whether anything but one colour is to be seen.
    fn shows_something(&self) -> Outcome<bool> {
        let dump = self.picture()?;
        let mixed = |pixels: &[[u8; 4]]| pixels.windows(2).any(|pair| pair[0] != pair[1]);
        Ok(Dump::read(&dump).is_some_and(|dump| mixed(dump.pixels)))
    }

    /// The author's panel, pixel by pixel.
    fn panel(&self) -> Outcome<Vec<[u8; 4]>> {
        let dump = self.picture()?;
        let dump = Dump::read(&dump).ok_or("the display shows nothing")?;
        let rows = dump.pixels.chunks_exact(dump.width);
        Ok(rows
            .filter_map(|row| row.get(PANEL))
            .flatten()
            .copied()
            .collect())
    }

    /// The panel once it is the same at several looks, and when it was first so.
    fn still_panel(&self) -> Outcome<(Vec<[u8; 4]>, Instant)> {
        let (mut panel, mut since, mut looks) = (self.panel()?, Instant::now(), 0);
        while looks < STILL {
            sleep(LOOK);
            let seen = self.panel()?;
            looks += 1;
            if seen != panel {
                (panel, since, looks) = (seen, Instant::now(), 0);
            }
        }
        Ok((panel, since))
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        end(&mut self.server);
        _ = fs::remove_dir_all(&self.folder);
    }
}

/// What a dump of a screen holds.
struct Dump<'a> {
    /// In pixels.
    width: usize,
    pixels: &'a [[u8; 4]],
}

impl Dump<'_> {
    /// Nothing if there is no picture in it.
    fn read(dump: &[u8]) -> Option<Dump<'_>> {
        // The header gives its own length first, and the number of colours, twelve
        // bytes each, that follow it.
        let number = |at: usize| -> Option<usize> {
            let bytes = dump.get(at..at + 4)?.try_into().ok()?;
            usize::try_from(u32::from_be_bytes(bytes)).ok()
        };
        let (pixels, _) = dump.get(number(0)? + 12 * number(76)?..)?.as_chunks::<4>();
        let width = number(48)? / 4;
        (width > 0).then_some(Dump { width, pixels })
    }
}

/// The program at work. It ends with this.
struct Running {
    process: Child,
    begun: Instant,
}

impl Running {
    fn start(program: &Path, arguments: &[&str], on: &Display, home: &Path) -> Outcome<Running> {
        let begun = Instant::now();
        let process = Command::new(program)
            .args(arguments)
            .env("DISPLAY", &on.name)
            // Nobody's settings are read or written.
            .env("HOME", home)
            .env("XDG_CONFIG_HOME", home)
            .env("XDG_DATA_HOME", home)
            .env("XDG_RUNTIME_DIR", home)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        Ok(Running { process, begun })
    }

    /// Seconds until there is something to see; none if nothing comes.
    fn first_picture(&mut self, display: &Display) -> Outcome<Option<f64>> {
        while self.begun.elapsed() < BLANK {
            if let Some(status) = self.process.try_wait()? {
                return Err(
                    format!("the program ended with {status} before it showed anything").into(),
                );
            }
            if display.shows_something()? {
                return Ok(Some(self.begun.elapsed().as_secs_f64()));
            }
            sleep(LOOK);
        }
        Ok(None)
    }

    fn rest(&self) -> Outcome<Rest> {
        sleep(SETTLE);
        let (cpu, wakes) = self.spent()?;
        sleep(REST);
        let (cpu_after, wakes_after) = self.spent()?;
        let seconds = REST.as_secs_f64();
        Ok(Rest {
            cpu: (cpu_after - cpu) * 100.0 / seconds,
            wakes: (wakes_after - wakes) / seconds,
            pss: self.memory()?,
        })
    }

    /// Seconds of CPU and sleeps so far, over all threads.
    fn spent(&self) -> Outcome<(f64, f64)> {
        let (mut cpu, mut wakes) = (0.0, 0.0);
        for thread in fs::read_dir(format!("/proc/{}/task", self.process.id()))? {
            let thread = thread?.path();
            let times = fs::read_to_string(thread.join("schedstat"))?;
            let run: f64 = times.split(' ').next().unwrap_or_default().parse()?;
            cpu += run / 1e9;
            wakes += field(&thread.join("status"), "voluntary_ctxt_switches:")?;
        }
        Ok((cpu, wakes))
    }

    fn memory(&self) -> Outcome<f64> {
        let rollup = PathBuf::from(format!("/proc/{}/smaps_rollup", self.process.id()));
        Ok(field(&rollup, "Pss:")? * 1024.0 / 1e6)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        end(&mut self.process);
    }
}

fn end(process: &mut Child) {
    // It may have ended by itself.
    _ = process.kill();
    _ = process.wait();
}

/// The number after a name in a file of the kernel's.
fn field(file: &Path, name: &str) -> Outcome<f64> {
    let text = fs::read_to_string(file)?;
    let value = text
        .lines()
        .find_map(|line| line.strip_prefix(name))
        .and_then(|rest| rest.split_whitespace().next());
    Ok(value
        .ok_or_else(|| format!("{}: no {name}", file.display()))?
        .parse()?)
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
    let out = home.join("pictures");
    let arguments = [
        "tour".as_ref(),
        script.as_os_str(),
        "--out".as_ref(),
        out.as_os_str(),
    ];
    let arguments: Vec<&str> = arguments.iter().filter_map(|arg| arg.to_str()).collect();
    let mut tour = Running::start(program, &arguments, &display, home)?;
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
    let path = file.to_string_lossy();
    let mut window = Running::start(program, &["preview", &path], &display, home)?;
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
