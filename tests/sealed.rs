//! A sealed class played in a terminal, over the encrypted line: the server is killed in
//! the middle, nothing but the seat stays behind, and the end tells how it went.

mod server;

use std::fs;

use server::program::{self, Player};
use server::{Server, folder};

#[test]
fn a_sealed_class_in_a_terminal_through_a_killed_server() {
    let home = folder("sealed");
    let (data, mine) = (home.join("server"), home.join("mine"));
    fs::create_dir_all(&data).expect("a folder");
    let mut server = Server::start(&data, &["third-visit"]);
    let cookie = server.enter();
    let class = server.class(&cookie);
    server.state(&cookie, &class, "running");
    server.let_in(&cookie, &class);

    // Put aside at once, as the help says.
    let args = [&server.code, "--as", "Ana", "--words", &server.words];
    let child = program::join(&mine, &server.game, &args, "\n?\nq\n");
    let (exit, out) = program::told(child.wait_with_output().expect("it ends"));
    assert_eq!(exit, Some(0), "{out}");
    assert!(
        out.contains("q put it aside") && !out.contains("for good"),
        "{out}"
    );
    assert!(out.contains("It goes on where you leave it"), "{out}");

    let mut ana = Player::join(&mine, &server.game, &[]);
    ana.types("\n\n\n\n1\n\n1\n");
    ana.hears_times("cut in > ", 3);
    // In the midst of the rest of the keys.
    ana.types(&"\n1\n".repeat(80));
    server.kill_and_start(&data);
    let (exit, out) = ana.ends();
    assert_eq!(exit, Some(0), "{out}");
    assert_eq!(out.matches("Handed in, receipt ").count(), 1, "{out}");
    assert!(out.contains("everything is played"), "{out}");

    // The board knows how it was played, and that it is whole.
    let cookie = server.enter();
    let csv = server.see(&cookie, &format!("/classes/{class}/export/attempts.csv"));
    let ana = csv.body.lines().find(|line| line.starts_with("Ana,"));
    let ana = ana.unwrap_or_default().trim_end();
    assert!(
        ana.contains(",verified,") && ana.contains(",in the game,"),
        "{}",
        csv.body
    );

    // What stays behind is the seat.
    let entries = fs::read_dir(&mine).expect("a folder");
    let mut names: Vec<String> = entries
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    assert_eq!(names, ["known-servers.json", "seat.json"]);

    assert_eq!(server.state(&cookie, &class, "closed").status, 303);
    let again = |keys: &str| {
        let child = program::join(&mine, &server.game, &[], keys);
        let (exit, out) = program::told(child.wait_with_output().expect("it ends"));
        assert_eq!(exit, Some(0), "{out}");
        out
    };
    let out = again("");
    for words in [
        "The class is over.",
        "Satisfaction ",
        "Better: ",
        "receipt ",
        "I disagree, because",
    ] {
        assert!(out.contains(words), "{words}: {out}");
    }

    // What she disagrees with: said, changed, refused where nothing was decided, taken back.
    let out = again("nobody knows\n");
    let known = out.split("You decided something at turns ").nth(1);
    let turn = known.expect("they are named").split([',', '.']).next();
    let turn: usize = turn.and_then(|turn| turn.parse().ok()).expect("a turn");
    let out = again(&format!(
        "{turn} too early\n{turn}: nobody <b>talks</b> so\n\n"
    ));
    let sent = format!("Turn {turn}: Your instructor has it. It changes no score by itself.");
    assert_eq!(out.matches(&sent).count(), 2, "{out}");
    let results = || {
        let page = server.see(&cookie, &format!("/classes/{class}/results"));
        page.body
    };
    let page = results();
    assert!(
        page.contains("nobody &#60;b&#62;talks&#60;/b&#62; so"),
        "{page}"
    );
    assert!(!page.contains("too early"), "the last words count");
    let out = again(&format!("{turn}\n"));
    let before = format!("Turn {turn}: you disagree, because nobody <b>talks</b> so.");
    assert!(out.contains(&before), "{out}");
    assert!(out.contains("nothing is said about it"), "{out}");
    assert!(!results().contains("talks"), "taken back");
}
