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
