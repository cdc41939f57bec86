//! A backup of an open class, put back after the worst; and files that are none.

mod server;

use std::fs;
use std::path::Path;

use server::{Server, folder, program};

fn program(args: &[&str], paths: &[&Path], home: &Path) -> (Option<i32>, String) {
    let paths = paths.iter().map(|path| path.to_str().expect("text"));
    let args: Vec<&str> = args.iter().copied().chain(paths).collect();
    program::run(&args, home)
}

#[test]
fn a_class_comes_back_as_it_was() {
    let home = folder("backup");
    let elsewhere = folder("backup-new");
    let file = folder("backup-file").join("friday.backup");
    let (code, said) = program(&["backup"], &[&file], &home);
    assert_eq!(code, Some(2), "nothing to back up: {said}");
    let server = Server::start(&home, &["late-part"]);
    let cookie = server.enter();
    let class = server.class(&cookie);
    let (ana, _) = server.join("Ana");
    let (ben, _) = server.join("Ben");
    server.state(&cookie, &class, "running");
    let receipt = server.play(&ana, 1)["receipt"].clone();
    let begun = server.ask("POST", "/api/v1/runs", &ben, None).value();
    let view = server.step(&ben, &begun, 0);

    // While it is open, and in the middle of a run.
    let (code, said) = program(&["backup"], &[&file], &home);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("1 class with 1 run handed in"), "{said}");
    let (code, said) = program(&["backup"], &[&file], &home);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("replaces nothing"), "{said}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(&file)
            .expect("it is there")
            .permissions()
            .mode();
        assert_eq!(mode & 0o077, 0, "it holds names and the key");
    }
    server.step(&ben, &view, 0);
    let (code, said) = program(&["restore"], &[&file], &home);
    assert_eq!(code, Some(2));
    assert!(said.contains("another server is using"), "{said}");
    let export = |server: &Server, cookie: &str| {
        let path = format!("/classes/{class}/export/receipts.json");
        server.see(cookie, &path).value()
    };
    let before = export(&server, &cookie);
    drop(server);

    // On a new computer: the same seats, the same turn, the same signature.
    let (code, said) = program(&["restore"], &[&file], &elsewhere);
    assert_eq!(code, Some(0), "{said}");
    let server = Server::start(&elsewhere, &[]);
    let me = server.ask("GET", "/api/v1/me", &ana, None).value();
    assert_eq!(
        (&me["name"], &me["tasks"][0]["receipt"]),
        (&"Ana".into(), &receipt)
    );
    let again = server.ask("POST", "/api/v1/runs", &ben, None).value();
    assert_eq!((&again["n"], &again["lines"]), (&view["n"], &view["lines"]));
    let cookie = server.enter();
    assert_eq!(export(&server, &cookie), before);
    server.play(&ben, 2);
    drop(server);

    // Over what is there: kept aside, and nothing of it is lost.
    let (code, said) = program(&["restore"], &[&file], &elsewhere);
    assert_eq!(code, Some(0), "{said}");
    assert!(
        said.contains("What was there before is beside it"),
        "{said}"
    );
    let aside = fs::read_dir(&elsewhere).expect("a folder").any(|entry| {
        let name = entry.expect("an entry").file_name();
        let name = name.to_string_lossy();
        name.starts_with("class.before-") && name.ends_with(".db")
    });
    assert!(aside);
    let server = Server::start(&elsewhere, &[]);
    let again = server.ask("POST", "/api/v1/runs", &ben, None).value();
    assert_eq!(again["n"], view["n"]);
}

#[test]
fn a_deleted_class_is_gone_and_backs_up_as_none() {
    let home = folder("backup-deleted");
    let file = folder("backup-deleted-file").join("after.backup");
    let server = Server::start(&home, &["late-part"]);
    let cookie = server.enter();
    let class = server.class(&cookie);
    let (ana, _) = server.join("Quibblewick");
    server.state(&cookie, &class, "running");
    server.play(&ana, 1);
    let path = format!("/classes/{class}/delete");

    // It is asked first, and what changed since it was asked is not deleted.
    let asked = server.see(&cookie, &path).body;
    assert!(asked.contains("1 runs are handed in"), "{asked}");
    let revision = asked.split("name=\"revision\" value=\"").nth(1);
    let revision = revision.and_then(|rest| rest.split('"').next());
    let revision: i64 = revision
        .expect("it has one")
        .parse()
        .expect("it is a number");
    let old = format!("revision={}", revision - 1);
    assert_eq!(server.form(&cookie, &path, &old).status, 409);
    assert_eq!(server.ask("GET", "/api/v1/me", &ana, None).status, 200);

    let now = format!("revision={revision}");
    assert_eq!(server.form(&cookie, &path, &now).status, 303);
    let told = server.ask("GET", "/api/v1/me", &ana, None);
    assert_eq!(told.status, 410, "{}", told.body);
    let board = format!("/classes/{class}");
    assert_eq!(server.see(&cookie, &board).status, 404);
    let (code, said) = program(&["backup"], &[&file], &home);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("0 classes with 0 runs"), "{said}");
    let copy = fs::read(&file).expect("a file");
    let name = b"Quibblewick";
    assert!(!copy.windows(name.len()).any(|bytes| bytes == name));
}

#[test]
fn what_is_no_sound_backup_changes_nothing() {
    let home = folder("backup-bad");
    let files = folder("backup-bad-files");
    let server = Server::start(&home, &["late-part"]);
    let cookie = server.enter();
    let class = server.class(&cookie);
    let (ana, _) = server.join("Ana");
    server.state(&cookie, &class, "running");
    server.play(&ana, 1);
    let good = files.join("good.backup");
    assert_eq!(program(&["backup"], &[&good], &home).0, Some(0));
    drop(server);
    let bytes = fs::read(&good).expect("a file");
    let contents = || -> Vec<(String, u64)> {
        let entries = fs::read_dir(&home).expect("a folder");
        let mut all: Vec<(String, u64)> = entries
            .map(|entry| {
                let entry = entry.expect("an entry");
                let name = entry.file_name().to_string_lossy().into_owned();
                (name, entry.metadata().expect("it is there").len())
            })
            .collect();
        all.sort();
        all
    };
    let before = contents();
    // One letter of what was handed in: SQLite does not notice, we do.
    let needle = b"\"do\":\"listen\"";
    let at = bytes.windows(needle.len()).rposition(|w| w == needle);
    let mut changed = bytes.clone();
    changed[at.expect("a run") + 6] = b'L';
    for (name, bytes) in [
        ("changed", changed),
        ("half", bytes[..bytes.len() / 2].to_vec()),
        ("text", b"Dear all, please find attached".to_vec()),
        ("empty", Vec::new()),
        ("store", fs::read(home.join("class.db")).expect("a file")),
    ] {
        let file = files.join(name);
        fs::write(&file, bytes).expect("a file");
        let (code, said) = program(&["restore"], &[&file], &home);
        assert_eq!(code, Some(2), "{name}: {said}");
        assert!(said.contains("nothing is changed"), "{name}: {said}");
        assert_eq!(contents(), before, "{name}");
    }
    let (code, _) = program(&["restore"], &[&files.join("none")], &home);
    assert_eq!((code, contents()), (Some(2), before));
    let server = Server::start(&home, &[]);
    assert_eq!(server.ask("GET", "/api/v1/me", &ana, None).status, 200);
}

/// What a folder holds: its files with what is in them.
type Files = Vec<(String, Vec<u8>)>;

/// A folder with two classes, one after the other: what was there, the backup that is put
/// back over it, and what the folder is afterwards.
struct Swap {
    home: std::path::PathBuf,
    backup: std::path::PathBuf,
    before: Files,
    after: Files,
}

fn files(home: &Path) -> Files {
    let entries = fs::read_dir(home).expect("a folder");
    let mut all: Files = entries
        .map(|entry| {
            let path = entry.expect("an entry").path();
            let name = path.file_name().expect("a name").to_string_lossy();
            (name.into_owned(), fs::read(&path).expect("a file"))
        })
        .filter(|(name, _)| name != "in-use.lock")
        .collect();
    all.sort();
    all
}

impl Swap {
    fn new(name: &str) -> Swap {
        let home = folder(&format!("{name}-old"));
        let other = folder(&format!("{name}-new"));
        let backup = folder(&format!("{name}-file")).join("new.backup");
        drop(Server::start(
            &other,
            &["late-part", "--title", "The new one"],
        ));
        let (code, said) = program(&["backup"], &[&backup], &other);
        assert_eq!(code, Some(0), "{said}");
        // It is killed, so that what it wrote last lies in SQLite's journal.
        drop(Server::start(
            &home,
            &["late-part", "--title", "The old one"],
        ));
        let before = files(&home);
        assert!(before.iter().any(|(name, _)| name == "class.db-wal"));
        let (code, said) = program(&["restore"], &[&backup], &home);
        assert_eq!(code, Some(0), "{said}");
        let after = files(&home);
        Swap {
            home,
            backup,
            before,
            after,
        }
    }

    fn lay(&self, files: &[(String, Vec<u8>)]) {
        fs::remove_dir_all(&self.home).expect("it is ours");
        fs::create_dir_all(&self.home).expect("a folder");
        for (name, bytes) in files {
            fs::write(self.home.join(name), bytes).expect("a file");
        }
    }

    /// Which class a server finds, and by which key it signs.
    fn found(&self) -> (String, Vec<u8>) {
        let server = Server::start(&self.home, &[]);
        let page = server.see(&server.enter(), "/").body;
        let titles = ["The old one", "The new one"].into_iter();
        let found: Vec<&str> = titles.filter(|title| page.contains(title)).collect();
        assert_eq!(found.len(), 1, "{page}");
        let key = fs::read(self.home.join("signing.key")).expect("a key");
        (found[0].to_owned(), key)
    }
}

fn named<'a>(files: &'a Files, name: &str) -> &'a Vec<u8> {
    let found = files.iter().find(|(of, _)| of == name);
    &found.unwrap_or_else(|| panic!("no {name}")).1
}

#[test]
fn a_restore_that_is_killed_at_any_step_leaves_the_old_or_the_new() {
    let swap = Swap::new("backup-steps");
    let (old_key, new_key) = (
        named(&swap.before, "signing.key").clone(),
        named(&swap.after, "signing.key").clone(),
    );
    assert_ne!(old_key, new_key);
    let store = named(&swap.after, "class.db").clone();
    let with = |more: &[(&str, &Vec<u8>)]| {
        let more = more
            .iter()
            .map(|(name, b)| ((*name).to_owned(), (*b).clone()));
        swap.before.iter().cloned().chain(more).collect::<Files>()
    };
    // Before it counts: half a copy, and then a key that is ready.
    let half = store[..store.len() / 2].to_vec();
    let mut states = vec![
        (with(&[("class.db.restoring", &half)]), "The old one"),
        (
            with(&[
                ("class.db.restoring", &store),
                ("signing.restored-17.key", &new_key),
            ]),
            "The old one",
        ),
    ];
    // From then on, with what has been moved, in order.
    let mut files = with(&[
        ("class.restored-17.db", &store),
        ("signing.restored-17.key", &new_key),
    ]);
    states.push((files.clone(), "The new one"));
    for (from, to) in [
        ("signing.key", "signing.before-17.key"),
        ("signing.restored-17.key", "signing.key"),
        ("class.db-wal", "class.before-17.db-wal"),
        ("class.db-shm", "class.before-17.db-shm"),
        ("class.db", "class.before-17.db"),
    ] {
        let file = files.iter_mut().find(|(name, _)| name == from);
        file.expect("it is there").0 = to.to_owned();
        states.push((files.clone(), "The new one"));
    }
    for (n, (files, expected)) in states.iter().enumerate() {
        swap.lay(files);
        let key = if *expected == "The new one" {
            &new_key
        } else {
            &old_key
        };
        let found = swap.found();
        assert_eq!((found.0.as_str(), &found.1), (*expected, key), "state {n}");
        let left = files_of(&swap.home);
        assert!(!left.iter().any(|name| name.contains("restor")), "{left:?}");
        if *expected == "The new one" {
            // And what was there before is whole.
            for end in ["", "-wal"] {
                let aside = fs::read(swap.home.join(format!("class.before-17.db{end}")));
                let before = named(&swap.before, &format!("class.db{end}"));
                assert_eq!(&aside.expect("it is kept"), before, "state {n}");
            }
        }
    }
}

/// The same of a program that might go on for ever.
fn in_time(args: &[&str], home: &Path) -> (Option<i32>, String) {
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_satisfactometer"))
        .args(args)
        .arg("--folder")
        .arg(home)
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("the program runs");
    let begun = std::time::Instant::now();
    while child.try_wait().expect("it is ours").is_none() {
        if begun.elapsed() > std::time::Duration::from_secs(30) {
            child.kill().expect("it is ours");
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    program::told(child.wait_with_output().expect("its words"))
}

fn files_of(home: &Path) -> Vec<String> {
    files(home).into_iter().map(|(name, _)| name).collect()
}

#[test]
fn a_store_that_is_missing_is_missed() {
    let swap = Swap::new("backup-missing");
    let aside = named(&swap.before, "class.db").clone();
    let key = named(&swap.before, "signing.key").clone();
    let host = [&["host"][..], &server::ANY_PORTS].concat();
    for (name, bytes, word) in [
        ("class.before-17.db", &aside, "class.before-17.db"),
        ("class.db-wal", &aside, "class.db-wal"),
    ] {
        let state = [(name, bytes), ("signing.key", &key)];
        swap.lay(&state.map(|(name, bytes)| (name.to_owned(), bytes.clone())));
        let asked: [&[&str]; 3] = [&host, &["backup", "never.backup"], &["rescore", "--all"]];
        for args in asked {
            let (code, said) = in_time(args, &swap.home);
            assert_eq!(code, Some(2), "{said}");
            assert!(said.contains("there is no class.db"), "{said}");
            assert!(said.contains(word), "{said}");
        }
        assert!(!swap.home.join("class.db").exists(), "nothing is begun");
        let (code, said) = program(&["restore"], &[&swap.backup], &swap.home);
        assert_eq!(code, Some(0), "{said}");
        assert_eq!(swap.found().0, "The new one");
    }
    // One that counts and is not in its place is not backed up around.
    let store = named(&swap.after, "class.db");
    let state = [("class.restored-17.db", store), ("signing.key", &key)];
    swap.lay(&state.map(|(name, bytes)| (name.to_owned(), bytes.clone())));
    let (code, said) = program(&["backup", "never.backup"], &[], &swap.home);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("a restore was broken off"), "{said}");
}

#[cfg(unix)]
#[test]
fn a_restore_is_killed_again_and_again() {
    let swap = Swap::new("backup-killed");
    let mut n_new = 0;
    for n in 0..12_u64 {
        swap.lay(&swap.before);
        let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_satisfactometer"))
            .arg("restore")
            .arg(&swap.backup)
            .arg("--folder")
            .arg(&swap.home)
            .stdout(std::process::Stdio::null())
            .spawn()
            .expect("the program runs");
        std::thread::sleep(std::time::Duration::from_millis(20 + n * 25));
        child.kill().expect("SIGKILL");
        child.wait().expect("it is dead");
        n_new += usize::from(swap.found().0 == "The new one");
    }
    // The last ones had all the time they take, on most machines.
    println!("{n_new} of 12 were put back");
}
