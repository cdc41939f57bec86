//! A PostgreSQL of its own for one test, started and stopped with it. Where none is
//! installed the test says that it is skipped, where everybody sees it.

use std::fs;
use std::io::Write;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A cluster in a folder for this test.
pub struct Postgres {
    programs: PathBuf,
    home: PathBuf,
    port: u16,
}

/// Where PostgreSQL's own programs are: in the path, or where Debian puts them.
fn programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .collect();
    folders.extend(std::env::split_paths(&path));
    folders
        .into_iter()
        .find(|folder| folder.join("initdb").is_file())
}

/// Whether this process is root, whom PostgreSQL does not serve.
fn is_root() -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        fs::metadata("/proc/self").is_ok_and(|meta| meta.uid() == 0)
    }
    #[cfg(not(unix))]
    false
}

impl Postgres {
    /// Makes and starts one; `None`, and a word on the terminal, if there is none to start.
    pub fn start(name: &str) -> Option<Postgres> {
        let Some(programs) = programs() else {
            // Not by a macro, which the test harness would keep to itself.
            let told = format!("\nSKIPPED: {name} needs PostgreSQL, which is not installed here\n");
            _ = std::io::stderr().write_all(told.as_bytes());
            return None;
        };
        let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = free.local_addr().expect("it has one").port();
        drop(free);
        let home = std::env::temp_dir().join(format!("satisfactometer-{name}-{port}"));
        let cluster = Postgres {
            programs,
            home,
            port,
        };
        let data = cluster.data();
        cluster.run(
            "initdb",
            &["-D", &data, "-A", "trust", "-U", "tester", "-E", "UTF8"],
        );
        cluster.start_again();
        Some(cluster)
    }

    fn data(&self) -> String {
        self.home.to_str().expect("text").to_owned()
    }

    fn run(&self, program: &str, args: &[&str]) {
        let path = self.programs.join(program);
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(path);
            command
        } else {
            Command::new(path)
        };
        let done = command
            .args(args)
            .current_dir(std::env::temp_dir())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .expect("it runs");
        assert!(done.success(), "{program} {args:?}: {done}");
    }

    /// Starts it, again if it was stopped, and waits until it answers.
    pub fn start_again(&self) {
        let port = self.port;
        let options =
            format!("-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=");
        let data = self.data();
        let log = Path::new(&data).join("log");
        let log = log.to_str().expect("text");
        self.run(
            "pg_ctl",
            &[
                "-D", &data, "-w", "-t", "120", "-l", log, "-o", &options, "start",
            ],
        );
    }

    /// Stops it at whatever it is doing; it has to recover when it starts.
    pub fn stop_at_once(&self) {
        self.run(
            "pg_ctl",
            &["-D", &self.data(), "-w", "-m", "immediate", "stop"],
        );
    }

    /// Makes an empty database; returns its address.
    pub fn database(&self, name: &str) -> String {
        let port = self.port.to_string();
        self.run(
            "createdb",
            &["-h", "127.0.0.1", "-p", &port, "-U", "tester", name],
        );
        format!("postgres://tester@127.0.0.1:{port}/{name}")
    }

    /// The bytes of everything it has written for tables, with its journal.
    pub fn folder(&self) -> &Path {
        &self.home
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let pg_ctl = self.programs.join("pg_ctl");
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(pg_ctl);
            command
        } else {
            Command::new(pg_ctl)
        };
        _ = command
            .args(["-D", &self.data(), "-w", "-m", "immediate", "stop"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        _ = fs::remove_dir_all(&self.home);
    }
}
