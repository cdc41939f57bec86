//! The rules of the checker, each with a change to the base scenario that only this
//! rule minds. A table; what is done with it stands in `main.rs`.

use super::Edit;

/// Code of a rule, what breaks it, and a piece of the line where it is found.
pub const RULES: &[(&str, &[Edit], &str)] = &[
    // The fields of the format.
    ("unknown-field", &[("temper: High", "tempr: High")], "tempr"),
    ("unknown-field", &[("gives: 20,", "gift: 20,")], "gift: 20"),
    (
        "unknown-field",
        &[("grants: 40,", "grant: 40,")],
        "grant: 40",
    ),
    (
        "missing-field",
        &[("    title: \"The hinge again\",\n", "")],
        "(",
    ),
    (
        "missing-field",
        &[("        trade: \"flower shop\",\n", "")],
        "customer: (",
    ),
    (
        "missing-field",
        &[("                    then: \"kept\",\n", "")],
        "\"new-screw\": (",
    ),
    (
        "missing-field",
        &[("what: \"mend the hinge\", ", "")],
        "promise:",
    ),
    (
        "missing-field",
        &[(", outcome: Kept", "")],
        "\"kept\": (scene",
    ),
    (
        "missing-field",
        &[(
            "fact: \"click\", text: \"And it clicked from the first day. I told your colleague.\"",
            "fact: \"click\"",
        )],
        "fact:",
    ),
    (
        "wrong-kind",
        &[("title: \"The hinge again\"", "title: 7")],
        "title: 7",
    ),
    ("wrong-kind", &[("credit: 20", "credit: \"20\"")], "credit:"),
    ("wrong-kind", &[("credit: 20", "credit: 2.5")], "credit:"),
    ("wrong-kind", &[("fixed: 50", "fixed: NaN")], "fixed:"),
    ("wrong-kind", &[("fixed: 50", "fixed: inf")], "fixed:"),
    ("wrong-kind", &[("fixed: 50", "fixed: 1e999")], "fixed:"),
    ("wrong-kind", &[("right: false", "right: 0")], "right: 0"),
    ("wrong-kind", &[("place: Counter", "place: 1")], "place: 1"),
    (
        "wrong-kind",
        &[(
            "if: [Did(Assume)]),\n                (repeat",
            "if: [3]),\n                (repeat",
        )],
        "if: [3]",
    ),
    (
        "wrong-kind",
        &[(
            "promise: (what: \"mend the hinge\", due: \"today by noon\")",
            "promise: \"mend it\"",
        )],
        "promise:",
    ),
    (
        "wrong-kind",
        &[("needs: [\"click\"]", "needs: [1]")],
        "needs: [1]",
    ),
    (
        "single-for-list",
        &[("asks: [\"click\"]", "asks: \"click\"")],
        "asks:",
    ),
    (
        "unquoted",
        &[("asks: [\"click\"]", "asks: [click]")],
        "asks:",
    ),
    (
        "unquoted",
        &[("opening: \"arrival\"", "opening: arrival")],
        "opening:",
    ),
    (
        "unquoted",
        &[("due: \"today by noon\"", "due: soon")],
        "due: soon",
    ),
    (
        "quoted-word",
        &[("acts: [Fix]", "acts: [\"Fix\"]")],
        "\"Fix\"",
    ),
    (
        "quoted-word",
        &[("AtLeast(Heat, High)", "AtLeast(\"Heat\", High)")],
        "AtLeast(\"Heat\"",
    ),
    ("unknown-word", &[("acts: [Fix]", "acts: [Fixx]")], "Fixx"),
    (
        "unknown-word",
        &[("place: Counter", "place: Desk")],
        "place: Desk",
    ),
    (
        "unknown-word",
        &[("AtLeast(Heat, High)", "AtLest(Heat, High)")],
        "AtLest",
    ),
    (
        "unknown-word",
        &[("Below(Heat, Mid)", "Below(Anger, Mid)")],
        "Anger",
    ),
    ("unknown-word", &[("SaidBack:", "SaysBack:")], "SaysBack"),
    (
        "wrong-count",
        &[("AtLeast(Heat, High)", "AtLeast(Heat)")],
        "AtLeast(Heat)",
    ),
    (
        "wrong-count",
        &[("Talker, Not", "Talker(1), Not")],
        "Talker(1)",
    ),
    (
        "out-of-range",
        &[("fixed: 50", "fixed: 1001")],
        "fixed: 1001",
    ),
    ("out-of-range", &[("fixed: 50", "fixed: -1")], "fixed: -1"),
    (
        "out-of-range",
        &[("fixed: 50", "fixed: 99999999999")],
        "fixed: 9",
    ),
    (
        "out-of-range",
        &[("fixed: 50", "fixed: 99999999999999999999999")],
        "fixed: 9",
    ),
    ("out-of-range", &[("story: 3", "story: 0")], "story: 0"),
    (
        "out-of-range",
        &[("gives: 20", "gives: 10001")],
        "gives: 10001",
    ),
    ("out-of-range", &[("format: 1", "format: 0")], "format: 0"),
    (
        "empty-text",
        &[(
            "\"One week. *One* week, and the hinge is off again.\"",
            "\" \"",
        )],
        "tell: \" \"",
    ),
    (
        "bad-key",
        &[("look: \"bookkeeper\"", "look: \"../../etc/passwd\"")],
        "passwd",
    ),
    (
        "bad-key",
        &[("look: \"bookkeeper\"", "look: \"C:\\\\face.png\"")],
        "face.png",
    ),
    (
        "bad-key",
        &[("look: \"bookkeeper\"", "look: \"http://a.example/face\"")],
        "face",
    ),
    (
        "bad-key",
        &[("\"new-screw\": (", "\"New screw\": (")],
        "New screw",
    ),
    (
        "bad-key",
        &[("\"new-screw\": (", "\"nеw-screw\": (")],
        "nеw-screw",
    ),
    ("bad-key", &[("\"new-screw\": (", "\"\": (")], "\"\": ("),
    (
        "bad-key",
        &[(
            "\"new-screw\": (",
            "\"a-new-screw-and-a-little-glue-on-it\": (",
        )],
        "a-little-glue",
    ),
    (
        "thin-deal",
        &[("[\"screw\", \"drop\"]", "[\"screw\"]")],
        "[\"screw\"],",
    ),
    (
        "duplicate-value",
        &[("[\"screw\", \"drop\"]", "[\"screw\", \"drop\", \"drop\"]")],
        "drop\", \"drop",
    ),
    (
        "unknown-field",
        &[("(threat: \"I", "(says: \"I")],
        "says: \"I",
    ),
    (
        "segment-kind",
        &[("threat: \"I will sit here until it is done.\", ", "")],
        "AtLeast(Heat, 900)",
    ),
    (
        "segment-kind",
        &[("(threat: \"I will", "(tell: \"Oh.\", threat: \"I will")],
        "Oh.",
    ),
    (
        "misplaced-field",
        &[(
            "(ask: \"Did anybody look at it at all?\"",
            "(ask: \"Well?\", text: \"Did anybody look?\"",
        )],
        "Well?",
    ),
    ("no-act", &[("acts: [Fix]", "acts: []")], "acts: []"),
    (
        "duplicate-act",
        &[("[LetsSee, NextStep]", "[LetsSee, LetsSee]")],
        "LetsSee, LetsSee",
    ),
    (
        "too-many",
        &[("acts: [Fix]", "acts: [Fix, Own, Reassure, Absolve, Thank]")],
        "acts: [Fix, Own",
    ),
    // What they mean together.
    ("id-and-file", &[("id: \"base\"", "id: \"basis\"")], "basis"),
    (
        "missing-target",
        &[("opening: \"arrival\"", "opening: \"arrivel\"")],
        "arrivel",
    ),
    (
        "missing-target",
        &[("walk_out: \"walks\"", "walk_out: \"walk\"")],
        "walk_out",
    ),
    (
        "missing-target",
        &[("then: \"kept\"", "then: \"keep\"")],
        "keep\"",
    ),
    (
        "missing-target",
        &[(
            "(to: \"remedy\", if: [Below(Heat, Mid)])",
            "(to: \"remdy\", if: [Below(Heat, Mid)])",
        )],
        "remdy",
    ),
    (
        "missing-target",
        &[(
            "if: [Deal(\"cause\", \"screw\")])",
            "if: [Deal(\"caus\", \"screw\")])",
        )],
        "\"caus\"",
    ),
    (
        "missing-target",
        &[(
            "if: [Deal(\"cause\", \"screw\")])",
            "if: [Deal(\"cause\", \"crew\")])",
        )],
        "\"crew\"",
    ),
    (
        "missing-target",
        &[("Knows(\"click\")", "Knows(\"clack\")")],
        "clack",
    ),
    (
        "missing-target",
        &[("Been(\"remedy\")", "Been(\"remedies\")")],
        "remedies",
    ),
    (
        "missing-target",
        &[("needs: [\"click\"]", "needs: [\"clack\"]")],
        "clack",
    ),
    (
        "missing-target",
        &[("asks: [\"click\"]", "asks: [\"clack\"]")],
        "clack",
    ),
    (
        "two-meanings",
        &[(
            "    endings: {",
            "    endings: {\n        \"remedy\": (scene: \"Mended.\", outcome: Kept),",
        )],
        "Mended.",
    ),
    (
        "last-branch",
        &[(
            "(to: \"kept\", if: [AtLeast(Trust, Mid)]), (to: \"shrug\")",
            "(to: \"kept\", if: [AtLeast(Trust, Mid)]), (to: \"shrug\", if: [Told])",
        )],
        "if: [Told]",
    ),
    (
        "last-branch",
        &[(
            "then: [(to: \"kept\", if: [AtLeast(Trust, Mid)]), (to: \"shrug\")]",
            "then: []",
        )],
        "\"by-noon\"",
    ),
    (
        "last-branch",
        &[(
            "(to: \"kept\", if: [AtLeast(Trust, Mid)]), (to: \"shrug\")",
            "(to: \"shrug\"), (to: \"kept\", if: [AtLeast(Trust, Mid)])",
        )],
        "(to: \"shrug\"), (to",
    ),
    (
        "never-heard",
        &[
            (
                "                    acts: [LetsSee, NextStep],\n",
                "                    acts: [LetsSee, NextStep],\n                    suits: [Been(\"aside\")],\n",
            ),
            (
                "        \"standing\": (",
                "        \"aside\": (replies: {\"a\": (say: \"Well.\", acts: [Own], then: \"kept\")}),\n        \"standing\": (",
            ),
            (
                "                    then: \"kept\",\n",
                "                    then: \"aside\",\n",
            ),
        ],
        "\"see-now\"",
    ),
    (
        "never-heard",
        &[
            (
                "(tell: \"So what will you do about my forty wreaths?\"),",
                "(tell: \"So what will you do about my forty wreaths?\"), (fact: \"bell\", text: \"It rang.\"),",
            ),
            (
                "                    acts: [LetsSee, NextStep],\n",
                "                    acts: [LetsSee, NextStep],\n                    needs: [\"bell\"],\n                    without: (say: \"Let us open it here and now, and see what it has.\", acts: [LetsSee]),\n",
            ),
        ],
        "needs: [\"bell\"]",
    ),
    (
        "gift-unsaid",
        &[("                    gives: 20,\n", "")],
        "\"credit\"",
    ),
    (
        "over-authority",
        &[("gives: 20", "gives: 50")],
        "\"credit\"",
    ),
    (
        "dead-branch",
        &[(
            "(to: \"kept\", if: [AtLeast(Trust, Mid)]), (to: \"shrug\")",
            "(to: \"kept\"), (to: \"shrug\")",
        )],
        "(to: \"kept\"), (to",
    ),
    (
        "never-done",
        &[("[Any([Did(Assume), Knows", "[Any([Did(Insult), Knows")],
        "\"manners\"",
    ),
    (
        "empty-any",
        &[("[Any([Talker, Not(Direct)])]", "[Any([])]")],
        "Any([])",
    ),
    (
        "no-version-without",
        &[(
            "                    without: (say: \"One week, and then it came off again. That one is ours.\", acts: [Reiterate]),\n",
            "",
        )],
        "needs:",
    ),
    (
        "no-needs",
        &[("                    needs: [\"click\"],\n", "")],
        "\"say-it-back\"",
    ),
    (
        "unused-fact",
        &[(
            "(threat: \"I",
            "(fact: \"hot\", text: \"It gets hot.\"), (threat: \"I",
        )],
        "hot",
    ),
    (
        "unused-deal",
        &[(
            "\"cause\": [\"screw\", \"drop\"],",
            "\"cause\": [\"screw\", \"drop\"],\n        \"mood\": [\"a\", \"b\"],",
        )],
        "mood",
    ),
    (
        "unreachable",
        &[(
            "        \"standing\": (",
            "        \"aside\": (replies: {\"a\": (say: \"Well.\", acts: [Own], then: \"kept\")}),\n        \"standing\": (",
        )],
        "aside",
    ),
    (
        "unreachable",
        &[(
            "    endings: {",
            "    endings: {\n        \"never\": (scene: \"Nobody comes.\", outcome: Story),",
        )],
        "never",
    ),
    ("story-too-long", &[("story: 3", "story: 9")], "opening:"),
    (
        "long-line",
        &[(
            "Do you take me for a fool?",
            "A a a a a a a a a a a a a a a a a a a a a a a a a a?",
        )],
        "A a a",
    ),
    (
        "long-line",
        &[(
            "\"There is nothing I can do about it before Monday.\"",
            "\"A a a a a a a a a a a a a a a a a a a a a a a b.\"",
        )],
        "\"no\": (",
    ),
    (
        "stress",
        &[("*One* week, and", "*One week, and")],
        "*One week",
    ),
    (
        "stress",
        &[("I can take twenty off", "I can take *twenty* off")],
        "\"credit\"",
    ),
    (
        "placeholder",
        &[("I can take twenty off", "I can take {amount} off")],
        "\"credit\"",
    ),
    (
        "uneven-replies",
        &[(
            "I can take twenty off the bill, here and now, for that.",
            "Twenty off.",
        )],
        "\"new-screw\"",
    ),
    (
        "promise-and-act",
        &[("acts: [Promise]", "acts: [Reassure]")],
        "\"by-noon\"",
    ),
    (
        "promise-and-act",
        &[(
            "                    promise: (what: \"mend the hinge\", due: \"today by noon\"),\n",
            "",
        )],
        "\"by-noon\"",
    ),
    (
        "gift-and-act",
        &[("acts: [Compensate]", "acts: [Reassure]")],
        "\"credit\"",
    ),
    // Words against tags.
    (
        "sorry-untagged",
        &[(
            "Let us open it here and now, and see what holds it.",
            "Sorry. Let us open it now, and see what holds it up.",
        )],
        "acts: [LetsSee",
    ),
    (
        "supervisor-untagged",
        &[(
            "Let us open it here and now, and see what holds it.",
            "I ask my manager now, and then we see what holds it.",
        )],
        "acts: [LetsSee",
    ),
    (
        "police-untagged",
        &[(
            "Let us open it here and now, and see what holds it.",
            "I call the police about it, and see what holds it up.",
        )],
        "acts: [LetsSee",
    ),
    (
        "not-mine-untagged",
        &[(
            "Let us open it here and now, and see what holds it.",
            "That is not my job, but let us see what holds it now.",
        )],
        "acts: [LetsSee",
    ),
    (
        "refusal-untagged",
        &[(
            "Let us open it here and now, and see what holds it.",
            "There is nothing we can do, but see what holds it now.",
        )],
        "acts: [LetsSee",
    ),
    (
        "gift-untagged",
        &[(
            "Let us open it here and now, and see what holds it.",
            "It is free of charge here and now, whatever holds it.",
        )],
        "acts: [LetsSee",
    ),
    (
        "blame-untagged",
        &[(
            "Let us open it here and now, and see what holds it.",
            "The supplier knows that they break, so let us see now.",
        )],
        "acts: [LetsSee",
    ),
    (
        "promise-untagged",
        &[(
            "A new screw and glue, while you wait. Sit down a little.",
            "A new screw, while you wait. You have my word on that.",
        )],
        "acts: [Fix]",
    ),
    (
        "calm-untagged",
        &[(
            "I am on your side, and I ask for a calmer word.",
            "I am on your side. Please calm down a little now.",
        )],
        "acts: [Boundary]",
    ),
    (
        "question-untagged",
        &[(
            "I am on your side, and I ask for a calmer word.",
            "I am on your side. Can we go on in a calmer way?",
        )],
        "acts: [Boundary]",
    ),
    (
        "sorry-unsaid",
        &[("acts: [Boundary]", "acts: [Apologise]")],
        "acts: [Apologise]",
    ),
    (
        "thanks-unsaid",
        &[("acts: [Boundary]", "acts: [Thank]")],
        "acts: [Thank]",
    ),
    (
        "question-unsaid",
        &[("acts: [Boundary]", "acts: [Clarify]")],
        "acts: [Clarify]",
    ),
    (
        "idle-on-purpose",
        &[(
            "because: \"it mostly is that\",",
            "because: \"it mostly is that\",\n                    on_purpose: \"so it is\",",
        )],
        "\"dropped\": (",
    ),
    (
        "unknown-field",
        &[(
            "because: \"it mostly is that\",",
            "because: \"it mostly is that\", on_porpose: \"x\",",
        )],
        "on_porpose",
    ),
    // Texts that do harm.
    (
        "forbidden-character",
        &[("it mostly is that", "it mostly \u{202E}is that")],
        "it mostly",
    ),
    (
        "forbidden-character",
        &[("it mostly is that", "it mostly \u{1B}]0;is that")],
        "it mostly",
    ),
    (
        "forbidden-character",
        &[("it mostly is that", "it mostly \\u{202E}is that")],
        "it mostly",
    ),
    (
        "forbidden-character",
        &[("it mostly is that", "it mostly \\0is that")],
        "it mostly",
    ),
    (
        "bad-escape",
        &[("it mostly is that", "it mostly \\u{D800}is that")],
        "it mostly",
    ),
    (
        "stacked-marks",
        &[(
            "it mostly is that",
            "it mos\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}tly is that",
        )],
        "it mos",
    ),
    (
        "duplicate-key",
        &[("talk: Mid,", "talk: Mid, talk: Low,")],
        "talk: Low",
    ),
    (
        "extension",
        &[(
            "(\n    format: 1,",
            "#![enable(unwrap_newtypes)]\n(\n    format: 1,",
        )],
        "#![enable",
    ),
];
