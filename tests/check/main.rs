//! What the checker says about broken scenarios: the beginner's mistakes word for
//! word, and every rule by a scenario that only this rule finds fault with.

#[path = "../common/mod.rs"]
mod common;
mod rules;

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

use common::{base, path};
use engine::load::load;
use engine::rules::Rules;

use rules::RULES;

/// A broken base scenario: what is replaced by what.
pub type Edit = (&'static str, &'static str);

/// The base scenario with one piece replaced, which must stand in it once.
fn broken(edits: &[Edit]) -> String {
    edits.iter().fold(base(), |text, (from, to)| {
        assert_eq!(
            text.matches(from).count(),
            1,
            "`{from}` stands once in the base scenario"
        );
        text.replacen(from, to, 1)
    })
}

/// The mistakes of beginners: name of the golden file, and what is broken.
const MISTAKES: &[(&str, &[Edit])] = &[
    (
        "01-inner-quotes",
        &[(
            "\"Do you take me for a fool?\"",
            "\"Do you take me for a \"fool\"?\"",
        )],
    ),
    (
        "02-curly-quotes",
        &[(
            "\"I will sit here until it is done.\"",
            "“I will sit here until it is done.”",
        )],
    ),
    (
        "03-single-quotes",
        &[("trade: \"flower shop\"", "trade: 'flower shop'")],
    ),
    (
        "04-missing-comma",
        &[("look: \"bookkeeper\",", "look: \"bookkeeper\"")],
    ),
    (
        "04-missing-comma-acts",
        &[("[LetsSee, NextStep]", "[LetsSee NextStep]")],
    ),
    (
        "05-missing-bracket",
        &[("acts: [Reiterate, Own],", "acts: [Reiterate, Own,")],
    ),
    (
        "05-missing-bracket-of-block",
        &[(
            "        trade: \"flower shop\",\n    ),",
            "        trade: \"flower shop\",",
        )],
    ),
    (
        "06-unquoted-text",
        &[("title: \"The hinge again\"", "title: The hinge again")],
    ),
    (
        "06-unquoted-word",
        &[("due: \"today by noon\"", "due: noon")],
    ),
    (
        "07-quoted-keyword",
        &[("place: Counter", "place: \"Counter\"")],
    ),
    ("08-equals", &[("temper: High", "temper = High")]),
    (
        "09-braces",
        &[(
            "authority: (credit: 20, loss: 60)",
            "authority: {credit: 20, loss: 60}",
        )],
    ),
    (
        "09-parentheses",
        &[(
            "    deal: {\n        \"cause\": [\"screw\", \"drop\"],\n    },",
            "    deal: (\n        \"cause\": [\"screw\", \"drop\"],\n    ),",
        )],
    ),
    (
        "09-parentheses-for-list",
        &[("acts: [LetsSee, NextStep]", "acts: (LetsSee, NextStep)")],
    ),
    (
        "09-braces-for-list",
        &[("acts: [LetsSee, NextStep]", "acts: {LetsSee, NextStep}")],
    ),
    (
        "09-opened-by-another",
        &[("    endings: {", "    endings: (")],
    ),
    ("09-list-for-braces", &[("    beats: {", "    beats: [")]),
    ("10-single-for-list", &[("acts: [Fix]", "acts: Fix")]),
    (
        "10-single-condition",
        &[(
            "suits: [Deal(\"cause\", \"screw\")]",
            "suits: Deal(\"cause\", \"screw\")",
        )],
    ),
    (
        "13-misspelt-field",
        &[(
            "            then: \"standing\",\n                ),\n            },",
            "            than: \"standing\",\n                ),\n            },",
        )],
    ),
    ("14-number-in-quotes", &[("gives: 20", "gives: \"20\"")]),
    ("14-currency", &[("gives: 20", "gives: £20")]),
    (
        "15-text-for-segment",
        &[(
            "(tell: \"I have forty wreaths to send out, and the list is in there.\")",
            "\"I have forty wreaths to send out, and the list is in there.\"",
        )],
    ),
    (
        "15-fact-and-tell",
        &[(
            "fact: \"click\", text: \"And",
            "fact: \"click\", tell: \"And",
        )],
    ),
    (
        "15-tell-for-fact",
        &[(
            "fact: \"click\", text: \"And",
            "tell: \"click\", text: \"And",
        )],
    ),
    (
        "11-duplicate-key",
        &[("\"dropped\": (", "\"say-it-back\": (")],
    ),
    (
        "12-newer-format",
        &[
            ("format: 1", "format: 2"),
            ("place: Counter", "setting: \"[(desk\""),
        ],
    ),
    (
        "20-three-at-once",
        &[
            ("opening: \"arrival\"", "opening: \"arival\""),
            ("acts: [Fix]", "acts: [Fxi]"),
            ("heat: High,", "heat: 1200,"),
        ],
    ),
];

/// What `satisfactometer check` prints about a file of this name and text.
fn printed(name: &str, text: &str) -> String {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("check");
    fs::create_dir_all(&folder).expect("the folder for broken files");
    fs::write(folder.join(name), text).expect("the broken file");
    let out = Command::new(env!("CARGO_BIN_EXE_satisfactometer"))
        .args(["check", name])
        .current_dir(folder)
        .output()
        .expect("the program runs");
    assert_eq!(
        out.status.code(),
        Some(1),
        "{name}: {}",
        String::from_utf8_lossy(&out.stderr)
    );
    String::from_utf8(out.stdout).expect("it prints text")
}

#[test]
fn beginners_are_told_the_cause_and_the_mended_line() {
    let mut wrong = String::new();
    for (name, edits) in MISTAKES {
        let id = format!("id: \"{name}\"");
        let text = broken(edits).replacen("id: \"base\"", &id, 1);
        let found = printed(&format!("{name}.ron"), &text);
        let golden = path("tests/data/check").join(format!("{name}.txt"));
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            fs::write(&golden, &found).expect("the golden file can be written");
        } else if fs::read_to_string(&golden).ok().as_deref() != Some(found.as_str()) {
            write!(wrong, "{}:\n{found}\n", golden.display()).expect("a string takes all");
        }
        let mends = !name.starts_with("11") && !name.starts_with("12");
        assert!(
            !mends
                || found.contains("help: it should read\n")
                || found.contains("help: add the line\n"),
            "{name} shows no mended line:\n{found}"
        );
        let n_found = if name.starts_with("20") { 3 } else { 1 };
        assert_eq!(
            found.matches(": error: ").count(),
            n_found,
            "one mistake, one finding:\n{found}"
        );
    }
    assert!(
        wrong.is_empty(),
        "not as expected (UPDATE_EXPECT=1 rewrites):\n{wrong}"
    );
}

#[test]
fn the_mended_line_mends() {
    for (name, edits) in MISTAKES {
        let text = broken(edits);
        let loaded = load("base.ron", text.as_bytes(), &Rules::current());
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let mut n_mended = 0;
        for finding in &loaded.findings.list {
            let Some(mended) = &finding.mended else {
                continue;
            };
            // A bracket that was never closed is mended where it belongs, not where it was opened.
            let at = finding
                .related
                .first()
                .map_or(finding.span, |(span, _)| *span);
            let at = if finding.code == "unclosed-bracket" {
                at
            } else {
                finding.span
            };
            let line = loaded.source.line_at(at.start);
            if mended.trim().trim_end_matches(',').len() == 1 {
                lines.insert(line, mended.clone());
            } else {
                lines[line - 1] = mended.clone();
            }
            n_mended += 1;
        }
        if n_mended == 0 || n_mended < loaded.findings.list.len() {
            continue;
        }
        let again = load("base.ron", lines.join("\n").as_bytes(), &Rules::current());
        // Braces over several lines are mended at their first; the others follow one by one.
        let done = again.findings.is_empty() || name.starts_with("09-parentheses");
        assert!(
            done,
            "{name} as mended: {:#?}\n{}",
            again.findings.list,
            lines.join("\n")
        );
    }
}

/// `line [code] message` of all findings.
fn found(text: &str) -> Vec<(usize, &'static str, String)> {
    let loaded = load("base.ron", text.as_bytes(), &Rules::current());
    let errors = loaded.findings.has_errors();
    assert_eq!(
        loaded.scenario.is_none(),
        errors,
        "a scenario is refused for errors and for nothing else"
    );
    let place = |start| loaded.source.line_at(start);
    loaded
        .findings
        .list
        .iter()
        .map(|f| (place(f.span.start), f.code, f.message.clone()))
        .collect()
}

#[test]
fn the_base_scenario_is_sound() {
    assert_eq!(found(&base()), []);
}

#[test]
fn every_rule_is_broken_by_a_scenario_that_no_other_rule_minds() {
    let mut wrong = String::new();
    for (code, edits, at) in RULES {
        let text = broken(edits);
        let line = text
            .lines()
            .position(|line| line.contains(at))
            .expect("the line is there")
            + 1;
        let findings = found(&text);
        let codes: Vec<_> = findings
            .iter()
            .map(|(line, code, _)| (*line, *code))
            .collect();
        if codes != [(line, *code)] {
            writeln!(
                wrong,
                "{edits:?}\n  expected {line} {code}\n  found {findings:#?}"
            )
            .expect("a string takes all");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn rules_about_the_whole_of_a_talk() {
    // A beat that only leads to itself.
    let round = broken(&[
        (
            "then: \"kept\",\n                ),\n                \"by-noon\"",
            "then: \"round\",\n                ),\n                \"by-noon\"",
        ),
        (
            "        \"standing\": (",
            "        \"round\": (\n            replies: {\"a\": (say: \"And so on.\", acts: [Own], then: \"round\")},\n        ),\n        \"standing\": (",
        ),
    ]);
    let findings = found(&round);
    assert!(
        findings
            .iter()
            .any(|(_, code, message)| *code == "no-way-out" && message.contains("\"round\"")),
        "{findings:?}"
    );
    // No reply, and none that is always possible.
    let mute = broken(&[
        (
            "        \"standing\": (",
            "        \"mute\": (replies: {}),\n        \"standing\": (",
        ),
        ("then: \"kept\"", "then: \"mute\""),
    ]);
    assert!(
        found(&mute).iter().any(|(_, code, _)| *code == "no-reply"),
        "{:?}",
        found(&mute)
    );
    let stuck = broken(&[
        (
            "        \"standing\": (",
            "        \"stuck\": (replies: {\"a\": (say: \"Well.\", acts: [Own], if: [Told], then: \"kept\")}),\n        \"standing\": (",
        ),
        (
            "                    then: \"kept\",",
            "                    then: \"stuck\",",
        ),
    ]);
    let findings = found(&stuck);
    assert_eq!(
        findings
            .iter()
            .map(|(_, code, _)| *code)
            .collect::<Vec<_>>(),
        ["conditional-replies"],
        "{findings:?}"
    );
    // No ending at all.
    let (before, rest) = base()
        .split_once("    endings: {")
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .expect("it has endings");
    let (_, after) = rest.split_once("    },").expect("they end");
    let endless = format!("{before}    endings: {{}},{after}");
    assert!(
        found(&endless)
            .iter()
            .any(|(_, code, _)| *code == "no-ending"),
        "{:?}",
        found(&endless)
    );
}

#[test]
fn what_the_playable_form_has_no_room_for_is_said_with_its_place() {
    let many =
        |n: usize, one: &dyn Fn(usize) -> String| (0..n).map(one).collect::<Vec<_>>().join(", ");
    let beats = |n: usize, reply: &dyn Fn(usize) -> String| {
        (0..n)
            .map(|i| {
                format!(
                    "\"b{i}\": (replies: {{\"a\": ({}, then: \"{}\")}}),\n",
                    reply(i),
                    if i + 1 == n {
                        "kept".to_owned()
                    } else {
                        format!("b{}", i + 1)
                    }
                )
            })
            .collect::<String>()
    };
    let with_beats = |new: String| {
        broken(&[
            ("then: \"kept\"", "then: \"b0\""),
            (
                "        \"standing\": (",
                Box::leak(format!("{new}        \"standing\": (").into_boxed_str()),
            ),
        ])
    };
    let promised = |n| {
        with_beats(beats(n, &|_| {
            "say: \"I will.\", acts: [Promise], promise: (what: \"ring\", due: \"today\")".into()
        }))
    };
    assert_eq!(
        found(&promised(31)),
        [],
        "with the one of the base scenario 32, the most there can be"
    );
    let findings = found(&promised(32));
    assert!(
        matches!(findings.as_slice(), [(line, "too-many", _)] if *line > 1),
        "{findings:?}"
    );

    let any = |n| {
        broken(&[(
            "[Any([Talker, Not(Direct)])]",
            Box::leak(
                format!(
                    "[Any([{}])]",
                    many(n, &|_| format!("Any([{}])", many(16, &|_| "Talker".into())))
                )
                .into_boxed_str(),
            ),
        )])
    };
    assert_eq!(found(&any(15)), [], "255 conditions");
    let findings = found(&any(16));
    assert!(
        matches!(findings.as_slice(), [(line, "too-many", _)] if *line > 1),
        "{findings:?}"
    );

    let landmarks = |n: usize| {
        let been = many(n.min(16), &|i| {
            format!(
                "Any([{}])",
                many(n.div_ceil(16), &|j| format!(
                    "Been(\"b{}\")",
                    (i * n.div_ceil(16) + j).min(n - 1)
                ))
            )
        });
        let text = with_beats(beats(n, &|_| "say: \"Well.\", acts: [Own]".into()));
        assert_eq!(text.matches("[Any([Talker, Not(Direct)])]").count(), 1);
        text.replacen("[Any([Talker, Not(Direct)])]", &format!("[{been}]"), 1)
    };
    assert_eq!(
        found(&landmarks(63)),
        [],
        "with the one of the base scenario 64"
    );
    let findings = found(&landmarks(66));
    assert!(
        matches!(findings.as_slice(), [(_, "too-many", message)] if message.contains("Been")),
        "{findings:?}"
    );

    let facts = |n: usize| {
        let told = many(16, &|i| format!("(fact: \"f{i}\", text: \"Oh.\")"));
        let also = many(n - 16, &|i| {
            format!("(fact: \"f{}\", text: \"Oh.\")", i + 16)
        });
        let used = |from: usize, to: usize| {
            (from..to)
                .map(|i| format!("\"f{i}\""))
                .collect::<Vec<_>>()
                .join(", ")
        };
        let mut new = String::new();
        for (n, (says, from, to)) in [(told.as_str(), 0, 16), (also.as_str(), 16, n)]
            .into_iter()
            .enumerate()
        {
            let replies: String = (from..to)
                .step_by(8)
                .map(|at| {
                    format!(
                        "\"a{at}\": (say: \"Well.\", acts: [Own], asks: [{}], then: \"{}\"),",
                        used(at, to.min(at + 8)),
                        if n == 0 { "b1" } else { "kept" }
                    )
                })
                .collect();
            write!(new, "\"b{n}\": (says: [{says}], replies: {{{replies}}}),")
                .expect("a string takes all");
        }
        with_beats(new)
    };
    assert_eq!(
        found(&facts(31)),
        [],
        "with the one of the base scenario 32"
    );
    let findings = found(&facts(32));
    assert!(
        matches!(findings.as_slice(), [(_, "too-many", message)] if message.contains("facts")),
        "{findings:?}"
    );
}

#[test]
fn mistakes_of_several_kinds_in_one_file_are_reported_at_once() {
    let text = broken(&[
        ("place: Counter,", "place: \"Counter\","),
        ("then: \"kept\"", "then: \"keep\""),
        ("acts: [Compensate]", "acts: Compensat"),
        ("story: 3", "story: 30"),
        ("\"dropped\": (", "\"say-it-back\": ("),
        ("trade: \"flower shop\",", "trade: \"flower shop\""),
    ]);
    let codes: Vec<_> = found(&text).into_iter().map(|(_, code, _)| code).collect();
    for code in [
        "quoted-word",
        "single-for-list",
        "unknown-word",
        "out-of-range",
        "duplicate-key",
    ] {
        assert!(codes.contains(&code), "{code} is missing in {codes:?}");
    }
    let errors_only_after_warnings = {
        let beats: String = (0..600).map(|i| format!("\"w{i}\": (replies: {{\"a\": (say: \"Well.\", acts: [Own], then: \"kept\")}}),\n")).collect();
        broken(&[
            ("then: \"kept\"", "then: \"keep\""),
            (
                "        \"standing\": (",
                Box::leak(format!("{beats}        \"standing\": (").into_boxed_str()),
            ),
        ])
    };
    let findings = found(&errors_only_after_warnings);
    assert!(
        findings
            .iter()
            .any(|(_, code, _)| *code == "missing-target"),
        "600 warnings hide no error"
    );
    assert!(findings.len() <= 50);
}

#[test]
fn a_line_that_differs_on_purpose_is_left_alone_and_keeps_its_hashes() {
    let sorry = broken(&[(
        "Let us open it here and now, and see what holds it.",
        "Sorry. Let us open it now, and see what holds it up.",
    )]);
    let codes = |text: &str| {
        found(text)
            .iter()
            .map(|(_, code, _)| *code)
            .collect::<Vec<_>>()
    };
    assert_eq!(codes(&sorry), ["sorry-untagged"]);
    let meant = sorry.replacen(
        "acts: [LetsSee, NextStep],",
        "acts: [LetsSee, NextStep], on_purpose: \"a sorry by the way\",",
        1,
    );
    assert_eq!(codes(&meant), [""; 0]);
    let hashes = |text: &str| {
        let loaded = load("base.ron", text.as_bytes(), &Rules::current());
        let scenario = loaded.scenario.expect("it plays");
        (scenario.content(), scenario.mechanics())
    };
    assert_eq!(hashes(&sorry), hashes(&meant));
}

#[test]
fn what_cannot_be_read_is_not_held_against_the_words() {
    // The act that would have matched is misspelt: that is the one thing to say.
    let text = broken(&[
        ("acts: [LetsSee, NextStep]", "acts: [Apologize, NextStep]"),
        (
            "Let us open it here and now, and see what holds it.",
            "Sorry. Let us open it now, and see what holds it up.",
        ),
    ]);
    let codes: Vec<_> = found(&text).iter().map(|(_, code, _)| *code).collect();
    assert_eq!(codes, ["unknown-word"]);
}
