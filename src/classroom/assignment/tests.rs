//! What an assignment says is read again, and its seeds are found for ever.

use super::*;

fn terms(seeds: SeedRule) -> Terms {
    Terms {
        title: "Week 3".into(),
        seeds,
        seed: None,
        attempts: 2,
        due_at: None,
        doctrine: Doctrine::balanced(),
    }
}

fn made(seeds: SeedRule) -> Assignment {
    let library = Library::open(None).expect("it opens");
    let ids = ["late-part".to_owned(), "third-visit".to_owned()];
    Assignment::make(&library, &ids, terms(seeds)).expect("it is made")
}

#[test]
fn what_is_written_is_read() {
    let made = made(SeedRule::Same);
    let read = Assignment::parse(made.text().as_bytes()).expect("it is read");
    assert_eq!(read.text(), made.text());
    assert_eq!(read.n_tasks(), 4);
    assert_eq!(read.seed(1, 2, "Ana"), made.seed(1, 2, "Ben"));
}

#[test]
fn a_file_is_called_by_what_every_system_can_write() {
    for (title, name) in [
        ("Week 3", "week-3"),
        ("Über: die (zweite) Woche!", "ber-die-zweite-woche"),
        ("../..\\C:", "c"),
        ("\u{202E}", "homework"),
    ] {
        let mut of = made(SeedRule::Same);
        of.written.title = title.to_owned();
        assert_eq!(of.file_name(), name);
    }
}

#[test]
fn seeds_differ_by_attempt_scenario_and_person() {
    let own = made(SeedRule::Own);
    let mut seeds = vec![
        own.seed(0, 1, "Ana"),
        own.seed(0, 2, "Ana"),
        own.seed(1, 1, "Ana"),
        own.seed(0, 1, "Ben"),
    ];
    seeds.sort();
    seeds.dedup();
    assert_eq!(seeds.len(), 4);
    // Written down once: an old assignment must find its seeds for ever.
    assert_eq!(seed_of("id", "content", 1, "").to_string(), "PQCVEH4B");
}

#[test]
fn a_seed_that_was_picked_brings_two_classes_the_same_customers() {
    let library = Library::open(None).expect("it opens");
    let picked: Seed = "7q2f-m9kd".parse().expect("a seed");
    let of = |ids: &[&str]| {
        let ids: Vec<String> = ids.iter().map(|&id| id.to_owned()).collect();
        let terms = Terms {
            seed: Some(picked),
            ..terms(SeedRule::Same)
        };
        Assignment::make(&library, &ids, terms).expect("it is made")
    };
    let before = of(&["late-part", "third-visit"]);
    let after = of(&["third-visit"]);
    assert_ne!(before.written.id, after.written.id);
    let text = before.text();
    assert!(text.contains("\"seed\": \"7Q2FM9KD\""), "{text}");
    let before = Assignment::parse(text.as_bytes()).expect("it is read");
    for scenario in 0..2 {
        assert_eq!(before.seed(scenario, 1, "Ana"), picked);
    }
    // Written down once: the file of an earlier course must find its seeds for ever.
    let further: Vec<String> = (2..=4)
        .map(|n| before.seed(1, n, "Ana").to_string())
        .collect();
    assert_eq!(further, ["MPMH14ZY", "MBGQZE4G", "9ZZ13TR4"]);
    for n in 1..=4 {
        assert_eq!(before.seed(1, n, "Ana"), after.seed(0, n, "Ben"));
    }
    assert!(
        !made(SeedRule::Same).text().contains("\"seed\""),
        "as it always was"
    );
    let own = text.replacen("\"same\"", "\"own\"", 1);
    let error = Assignment::parse(own.as_bytes()).err();
    let error = error.map(|error| format!("{error:#}"));
    let says = "seed 7Q2FM9KD brings everyone the same customers";
    assert!(
        error.as_ref().is_some_and(|e| e.contains(says)),
        "{error:?}"
    );
    let odd = text.replacen("7Q2FM9KD", "7Q2F", 1);
    let error = Assignment::parse(odd.as_bytes()).err();
    let error = error.map(|error| format!("{error:#}"));
    assert!(
        error
            .as_ref()
            .is_some_and(|e| e.contains("eight characters")),
        "{error:?}"
    );
}

#[test]
fn a_changed_file_is_refused_in_words() {
    let text = made(SeedRule::Same).text();
    for (from, to, says) in [
        ("satisfactometer-assignment", "x", "format"),
        ("\"schema\": 1", "\"schema\": 2", "schema 2"),
        ("\"attempts\": 2", "\"attempts\": 0", "0 attempts"),
        ("\"attempts\"", "\"attemps\"", "attemps"),
        ("temper: High", "temper: Low", "not what its hash says"),
        ("format: 1,", "format: 1", "cannot be played"),
    ] {
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, text, "{from} is not in it");
        let error = Assignment::parse(changed.as_bytes())
            .err()
            .map(|error| format!("{error:#}"));
        let error = error.unwrap_or_else(|| panic!("{from} to {to} is accepted"));
        assert!(error.contains(says), "{says}: {error}");
    }
}

#[test]
fn a_doctrine_is_kept_and_an_unknown_one_refused() {
    let usual = made(SeedRule::Same);
    assert!(!usual.text().contains("doctrine"), "as it always was");
    assert!(usual.doctrine.is_balanced());
    let library = Library::open(None).expect("it opens");
    let terms = Terms {
        doctrine: Doctrine::find("brisk").expect("it is there"),
        ..terms(SeedRule::Same)
    };
    let made = Assignment::make(&library, &["late-part".to_owned()], terms);
    let text = made.expect("it is made").text();
    let read = Assignment::parse(text.as_bytes()).expect("it is read");
    assert_eq!(read.doctrine.key(), "brisk.1");
    for (to, says) in [
        (
            "slow",
            "no doctrine is called `slow`; there are: balanced, ",
        ),
        ("brisk.2", "this release has no `brisk.2`; it has brisk.1"),
    ] {
        let changed = text.replacen("brisk.1", to, 1);
        let error = Assignment::parse(changed.as_bytes()).err();
        let error = error.map(|error| format!("{error:#}")).expect(to);
        assert!(error.contains("its doctrine is not known here"), "{error}");
        assert!(error.contains(says), "{error}");
    }
}

#[test]
fn dates_are_read_and_mistakes_explained() {
    let day = due("2026-12-04").expect("a date");
    let noon = due("2026-12-04T12:00").expect("a time");
    assert_eq!(day - noon, (11 * 3600 + 59 * 60 + 59) * 1000);
    assert_eq!(due("2026-12-04 12:00"), Ok(noon));
    assert_eq!(moment(noon), "2026-12-04 12:00");
    for wrong in ["", "soon", "2026-13-01", "4.12.2026", "2026-12-04T25:00"] {
        assert!(due(wrong).is_err(), "{wrong}");
    }
}
