//! A virtual display, and what is to be seen on it.

use std::fs;
use std::io::{BufRead, BufReader};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Instant;

use super::running::end;
use super::{BLANK, LOOK, Outcome};

/// Looks at which nothing changes before a picture counts as done.
const STILL: u32 = 50;
/// Columns of the display for the author's bench with the contents of the author's panel; the scrollbar
/// to the right of them settles a frame later.
const PANEL: Range<usize> = 1210..1570;

/// A virtual display, whose picture lies in a file in a folder of its own. It ends
/// with this.
pub struct Display {
    server: Child,
    /// As `DISPLAY` names it.
    pub name: String,
    folder: PathBuf,
}

impl Display {
    /// One of its own, as wide and high as this says.
    pub fn open(screen: &str, home: &Path) -> Outcome<Display> {
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
    pub fn shows_something(&self) -> Outcome<bool> {
        let dump = self.picture()?;
        let mixed = |pixels: &[[u8; 4]]| pixels.windows(2).any(|pair| pair[0] != pair[1]);
        Ok(Dump::read(&dump).is_some_and(|dump| mixed(dump.pixels)))
    }

    /// The author's panel, pixel by pixel.
    pub fn panel(&self) -> Outcome<Vec<[u8; 4]>> {
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
    pub fn still_panel(&self) -> Outcome<(Vec<[u8; 4]>, Instant)> {
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
