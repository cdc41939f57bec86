//! The program that is measured, and what the kernel says of it.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Instant;

use super::display::Display;
use super::{BLANK, LOOK, Outcome, REST, SETTLE};

/// What the window costs while nothing happens on the title.
pub struct Rest {
    /// Share of one core, percent.
    pub cpu: f64,
    /// Times a second that a thread goes to sleep of itself, which is as often as one wakes.
    pub wakes: f64,
    /// Proportional share of memory, MB of 10^6 bytes.
    pub pss: f64,
}

/// The program at work. It ends with this.
pub struct Running {
    pub process: Child,
    /// When it was started.
    pub begun: Instant,
}

impl Running {
    /// Starts it, in a home of its own.
    pub fn start(
        program: &Path,
        arguments: &[&OsStr],
        on: &Display,
        home: &Path,
    ) -> Outcome<Running> {
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

    /// Starts it on a tour, whose runs are kept in this folder, if in any.
    pub fn tour(
        program: &Path,
        script: &Path,
        runs: Option<&Path>,
        on: &Display,
        home: &Path,
    ) -> Outcome<Running> {
        let out = home.join("pictures");
        let mut arguments = vec![
            "tour".as_ref(),
            script.as_os_str(),
            "--out".as_ref(),
            out.as_os_str(),
        ];
        if let Some(runs) = runs {
            arguments.extend(["--runs".as_ref(), runs.as_os_str()]);
        }
        Running::start(program, &arguments, on, home)
    }

    /// Seconds until there is something to see; none if nothing comes.
    pub fn first_picture(&mut self, display: &Display) -> Outcome<Option<f64>> {
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

    /// What it costs from now on, once it has settled.
    pub fn rest(&self) -> Outcome<Rest> {
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

    /// Its proportional share of memory, MB.
    pub fn memory(&self) -> Outcome<f64> {
        let rollup = PathBuf::from(format!("/proc/{}/smaps_rollup", self.process.id()));
        Ok(field(&rollup, "Pss:")? * 1024.0 / 1e6)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        end(&mut self.process);
    }
}

/// Ends a process, whether or not it has ended.
pub fn end(process: &mut Child) {
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
