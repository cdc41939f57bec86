//! `satisfactometer reference`: every field, word, condition, act, reaction, clause
//! and doctrine there is, put together from the source, the rules, the help and the
//! catalogue. Nothing of it is written down a second time here.

mod disputes;
mod page;
mod source;

use std::io::Write;
use std::path::Path;

use engine::act::Act;
use engine::guidance::{Catalogue, Clause, Principle};
use engine::playtest::Character;
use engine::rules::{Rules, TermKind};

use super::act_help::help;
use super::acts::{GROUPS, joined, worth};
use super::new::write_new;
use source::{Item, Member, items};

/// How the reference is written.
#[derive(Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Form {
    /// For a terminal
    #[default]
    Text,
    /// Markdown
    Markdown,
    /// One page for a browser
    Html,
}

/// A piece of the reference.
#[derive(Debug, PartialEq, Eq)]
enum Block {
    /// A heading, 1 to 3.
    Heading(u8, String),
    /// Sentences.
    Text(String),
    /// A name, what it takes, and what it is.
    Entry(String, String, String),
    /// A line somebody says.
    Line(String),
}

/// Prints the reference, or writes it to a new file.
///
/// # Errors
/// When the file is there already, or nothing can be written.
pub fn run(form: Form, out: Option<&Path>) -> anyhow::Result<u8> {
    let blocks = reference();
    let text = match form {
        Form::Text => page::text(&blocks),
        Form::Markdown => page::markdown(&blocks),
        Form::Html => page::html(&blocks)?,
    };
    match out {
        Some(path) => {
            write_new(path, text.as_bytes())?;
            writeln!(anstream::stdout(), "{} is written", path.display())?;
        }
        None => write!(anstream::stdout(), "{text}")?,
    }
    Ok(0)
}

/// The parts of a file, in the order an author meets them: type in the source,
/// title, and where it stands.
const PARTS: [(&str, &str, &str); 14] = [
    (
        "Written",
        "The file",
        "One pair of parentheses around everything.",
    ),
    ("Customer", "The customer", "In `customer: (...)`."),
    ("Start", "The start", "In `start: (...)`."),
    ("Authority", "The authority", "In `authority: (...)`."),
    ("Beat", "A beat", "In `beats: { \"key\": (...) }`."),
    (
        "Segment",
        "A segment",
        "In the `says: [...]` of a beat, each in parentheses: `(tell: \"...\")`.",
    ),
    (
        "Variant",
        "A variant",
        "In the `variants: [...]` of a segment.",
    ),
    (
        "Reply",
        "A reply",
        "In the `replies: { \"key\": (...) }` of a beat.",
    ),
    (
        "Uninformed",
        "The reply of somebody who was not told",
        "In the `without: (...)` of a reply.",
    ),
    (
        "Promise",
        "A promise",
        "In the `promise: (...)` of a reply.",
    ),
    (
        "Branch",
        "A branch",
        "In the `then: [...]` of a reply; the first that holds is taken.",
    ),
    ("Ending", "An ending", "In `endings: { \"key\": (...) }`."),
    (
        "House",
        "The house's own rules",
        "A file `house.ron` beside the scenarios, one pair of parentheses.",
    ),
    (
        "HouseClause",
        "A clause of the house",
        "In the `clauses: [...]` of `house.ron`.",
    ),
];

/// Words of the format: type in the source, and its title.
const WORDS: [(&str, &str); 10] = [
    ("Place", "Places"),
    ("Failure", "Kinds of failure"),
    ("Level", "Levels"),
    ("Amount", "Amounts"),
    ("Manner", "Manners"),
    ("Knows", "What they know of computers"),
    ("Direct", "Plain speaking"),
    ("Mask", "Masks"),
    ("Gauge", "Gauges"),
    ("Outcome", "Outcomes"),
];

fn written() -> Vec<Item> {
    let mut all = items(include_str!("../../engine/scenario/written.rs"));
    all.extend(items(include_str!("../../engine/house.rs")));
    all
}

fn reference() -> Vec<Block> {
    let mut blocks = vec![
        Block::Heading(1, "Satisfactometer: the reference".into()),
        Block::Text("A scenario is a text file in RON. Fields stand in parentheses, `(field: value)`; lists in brackets, `[a, b]`; keys with their values in braces, `{ \"key\": value }`. A key is 1 to 32 small letters, digits and hyphens, in quotes. Behind `//` stands a note.".into()),
    ];
    let items = written();
    let find = |name: &str| items.iter().find(|item| item.name == name);
    blocks.push(Block::Heading(2, "Fields".into()));
    for (name, title, place) in PARTS {
        let Some(item) = find(name) else { continue };
        blocks.push(Block::Heading(3, title.into()));
        blocks.push(Block::Text(format!("{} {place}", plain(&item.doc))));
        blocks.extend(fields(item, &items));
    }
    blocks.push(Block::Heading(2, "Words".into()));
    for (name, title) in WORDS {
        let Some(item) = find(name) else { continue };
        blocks.push(Block::Heading(3, title.into()));
        blocks.push(Block::Text(plain(&item.doc)));
        blocks.extend(item.members.iter().map(|member| match member.holds {
            "" => entry(&member.name, "", &member.doc),
            holds => entry(in_words(holds).as_str(), "", &member.doc),
        }));
    }
    blocks.push(Block::Heading(2, "Conditions".into()));
    blocks.push(Block::Text(
        "In `if` and `suits`, in brackets; all of a list must hold.".into(),
    ));
    blocks.extend(find("Condition").into_iter().flat_map(with_brackets));
    blocks.push(Block::Heading(2, "Expectations".into()));
    blocks.push(Block::Text("In `expect`, in brackets. `check --expect` plays to find out whether each holds, with customers that are always the same ones: twelve, and for a `Line` ninety-six.".into()));
    blocks.extend(find("Expectation").into_iter().flat_map(with_brackets));
    bots(&mut blocks);
    acts(&mut blocks);
    blocks.push(Block::Heading(2, "Reactions".into()));
    blocks.push(Block::Text(
        "Names for the `reactions` of a scenario: what the largest part of a change was.".into(),
    ));
    for term in TermKind::ALL {
        let (title, why) = term.words();
        blocks.push(entry(term.name(), "", &format!("{title}. {why}")));
    }
    clauses(&mut blocks);
    disputes::disputes(&mut blocks);
    blocks
}

/// The names of a closed list and what stands in the brackets behind each.
fn with_brackets(item: &Item) -> Vec<Block> {
    let one = |member: &Member| {
        let taken: Vec<_> = member.holds.split(", ").map(in_words).collect();
        let taken = match member.holds {
            "" => String::new(),
            _ => format!("({})", taken.join(", ")),
        };
        entry(&member.name, &taken, &member.doc)
    };
    item.members.iter().map(one).collect()
}

fn bots(blocks: &mut Vec<Block>) {
    blocks.push(Block::Heading(2, "Bots".into()));
    blocks.push(Block::Text("Trainees with a character, for `Bot(Name, Passes)`, `Bot(Name, Fails)` and `Bot(Name, Ends(\"ending\"))`. Your own, from `bots`, are named by their key in quotes; they say the reply with the act that stands first in their list, any other by chance, and listen to the end.".into()));
    for who in Character::roster() {
        blocks.push(entry(&who.name, "", &who.about));
    }
}

fn fields(item: &Item, items: &[Item]) -> Vec<Block> {
    let mut rows = Vec::new();
    for member in item.members.iter().filter(|member| member.name != "span") {
        // The kind of a segment is written as the name of the field that holds its words.
        if item.name == "Segment" && member.name == "kind" {
            let kinds = items.iter().find(|item| item.name == "SegmentKind");
            rows.extend(
                kinds
                    .into_iter()
                    .flat_map(|item| &item.members)
                    .map(|kind| {
                        let takes = if kind.name == "Fact" { "key" } else { "text" };
                        entry(&kind.name.to_lowercase(), takes, &kind.doc)
                    }),
            );
            continue;
        }
        if item.name == "Segment" && member.name == "fact" {
            continue;
        }
        let what = match (member.name.as_str(), item.name) {
            ("text", "Segment") => Member {
                optional: true,
                ..copy(
                    member,
                    "The words of a `fact`; every other kind has them right behind its name. `*stress*` is the only markup.",
                )
            },
            _ => copy(member, &member.doc),
        };
        let need = if what.optional { "" } else { "; required" };
        // A type with words of its own is known by these.
        let own = items.iter().find(|item| {
            item.name == what.holds && WORDS.iter().any(|(name, _)| *name == item.name)
        });
        let takes = match own {
            Some(item) if item.name != "Amount" => {
                let names: Vec<_> = item.members.iter().map(|m| m.name.as_str()).collect();
                names.join(", ")
            }
            _ => in_words(what.holds),
        };
        rows.push(entry(&what.name, &format!("{takes}{need}"), &what.doc));
    }
    rows
}

fn copy(member: &Member, doc: &str) -> Member {
    Member {
        name: member.name.clone(),
        doc: doc.to_owned(),
        holds: member.holds,
        optional: member.optional,
    }
}

/// A type of the source as authors know it.
fn in_words(holds: &str) -> String {
    let words = match holds {
        "String" | "Option<String>" => "text",
        "Key" | "Option<Key>" => "key",
        "u8" | "u16" | "u32" | "Option<u8>" => "whole number",
        "i16" => "a number",
        "bool" => "true or false",
        "Vec<Key>" => "list of keys",
        "Vec<String>" => "list of texts",
        "Vec<Act>" | "Vec<(Act, Noted)>" => "list of 1 to 4 acts",
        "Vec<(Act, Span)>" => "list of acts",
        "Vec<Condition>" => "list of conditions",
        "Box<Condition>" => "condition",
        "Vec<Segment>" => "list of segments",
        "Vec<Variant>" => "list of variants",
        "Vec<Branch>" => "key, or list of branches",
        "Vec<HouseClause>" => "list of clauses",
        "Option<Uninformed>" => "words and acts",
        "Option<Promise>" => "what, and by when",
        "Option<Authority>" => "authority",
        "Option<Amount>" => "level, or 0 to 1000",
        "BTreeMap<Key, Vec<Key>>" => "names, each with a list of keys",
        "BTreeMap<Key, Beat>" => "keys, each with a beat",
        "BTreeMap<Key, Reply>" => "keys, each with a reply",
        "BTreeMap<Key, Ending>" => "keys, each with an ending",
        "BTreeMap<Key, Vec<Act>>" => "names, each with a list of acts",
        "Vec<(Expectation, Noted)>" => "list of expectations",
        "BotName" => "bot",
        "Fate" => "Passes, Fails or Ends(ending)",
        "BTreeMap<TermKind, Vec<String>>" => "names of reactions, each with a list of texts",
        "Level" => "Low, Mid or High",
        other => return other.to_lowercase(),
    };
    words.to_owned()
}

fn acts(blocks: &mut Vec<Block>) {
    let rules = Rules::current();
    blocks.push(Block::Heading(2, "Acts".into()));
    blocks.push(Block::Text("What a reply does: one to four in its `acts`, the weightiest first. Tag what they hear, not what is meant.".into()));
    for (kind, title) in GROUPS {
        blocks.push(Block::Heading(3, title.into()));
        for act in Act::ALL.iter().filter(|act| rules.act(**act).kind == kind) {
            let help = help(*act);
            blocks.push(entry(act.name(), &help.name, act.meaning()));
            blocks.extend(help.examples.iter().map(|line| Block::Line(line.clone())));
            let others: Vec<_> = help
                .confused
                .iter()
                .map(|act| act.name().to_owned())
                .collect();
            blocks.push(Block::Text(format!(
                "But \"{}\" is {}: {}. It is taken for {}.",
                help.near.say,
                help.near.act.name(),
                help.near.because,
                joined(&others)
            )));
            blocks.push(Block::Text(worth(*act).join(" ")));
        }
    }
}

fn clauses(blocks: &mut Vec<Block>) {
    let catalogue = Catalogue::current();
    blocks.push(Block::Heading(2, "Clauses".into()));
    blocks.push(Block::Text("What the guidance asks for, by the principle each is counted under. The acts are those that can follow or break it.".into()));
    let of = |principle: Option<Principle>| {
        catalogue
            .clauses
            .iter()
            .filter(move |clause| clause.principle == principle)
    };
    for row in &catalogue.principles {
        blocks.push(Block::Heading(3, row.title.clone()));
        blocks.extend(of(Some(row.id)).map(|clause| clause_entry(catalogue, clause)));
    }
    blocks.push(Block::Heading(3, "Told, and not counted".into()));
    blocks.extend(of(None).map(|clause| clause_entry(catalogue, clause)));
}

fn clause_entry(catalogue: &Catalogue, clause: &Clause) -> Block {
    let named = |test: &Option<engine::guidance::Test>| -> Vec<String> {
        let acts = test
            .as_ref()
            .map(engine::guidance::Test::acts)
            .unwrap_or_default();
        let all = Act::ALL.iter().filter(|act| acts.has(**act));
        all.map(|act| act.name().to_owned()).collect()
    };
    let mut what = format!("{}: {}", clause.title, clause.sentence);
    for (word, acts) in [
        ("Follows it", named(&clause.act)),
        ("Breaks it", named(&clause.breaks)),
    ] {
        if !acts.is_empty() {
            what.push_str(&format!(" {word}: {}.", joined(&acts)));
        }
    }
    let document = catalogue
        .document(&clause.source.0)
        .map_or("", |d| d.title.as_str());
    what.push_str(&format!(
        " Source: {document}, lines {} to {}.",
        clause.source.1, clause.source.2
    ));
    entry(&format!("{}. {}", clause.n, clause.id), "", &what)
}

fn entry(name: &str, takes: &str, what: &str) -> Block {
    Block::Entry(name.to_owned(), takes.to_owned(), plain(what))
}

/// The source's own links as plain names.
fn plain(doc: &str) -> String {
    doc.replace("[`SegmentKind::Fact`]", "`fact`")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use engine::load::{fields, load};
    use engine::playtest::NAMES;
    use engine::scenario::written::{Amount, Level};

    use super::*;

    /// The numbers in the comments of `Level` are those of the rules.
    #[test]
    fn levels_are_what_the_rules_say() {
        let rules = Rules::current();
        let levels = [Level::Low, Level::Mid, Level::High];
        let text = page::markdown(&reference());
        for middle in levels.map(|level| rules.middle(Amount::Named(level))) {
            let said = format!("in a condition {middle}.");
            assert!(text.contains(&said), "{said}");
        }
    }

    fn named(blocks: &[Block], title: &str, level: u8) -> BTreeSet<String> {
        let begins =
            |block: &Block| matches!(block, Block::Heading(l, t) if *l == level && t == title);
        let at = blocks
            .iter()
            .position(begins)
            .unwrap_or_else(|| panic!("there is no {title}"));
        let ends = |block: &&Block| !matches!(block, Block::Heading(l, _) if *l <= level);
        let names = blocks[at + 1..]
            .iter()
            .take_while(ends)
            .filter_map(|block| match block {
                Block::Entry(name, ..) => Some(name.clone()),
                _ => None,
            });
        names.collect()
    }

    #[test]
    fn the_fields_are_those_the_loader_takes() {
        let blocks = reference();
        let loader = fields();
        assert_eq!(loader.len(), PARTS.len(), "every part has its fields");
        for ((_, title, _), (what, names)) in PARTS.iter().zip(loader) {
            let names: BTreeSet<String> = names.iter().map(|name| (*name).to_owned()).collect();
            assert_eq!(named(&blocks, title, 3), names, "{title} is {what}");
        }
    }

    #[test]
    fn what_is_called_required_is_missed_when_it_is_not_there() {
        let text = r#"(beats: {"a": (says: [(fact: "f", variants: [()]), (tell: "x")], replies: {
            "b": (), "c": (without: (), promise: (), then: [()]) }), "d": () },
            endings: {"e": ()}, customer: ())"#;
        let loaded = load("a.ron", text.as_bytes(), &Rules::current());
        let missed: BTreeSet<String> = loaded
            .findings
            .list
            .iter()
            .filter(|finding| finding.code == "missing-field")
            .map(|finding| {
                finding
                    .message
                    .split('`')
                    .rev()
                    .nth(1)
                    .unwrap_or_default()
                    .to_owned()
            })
            .collect();
        let mut required: BTreeSet<String> = BTreeSet::new();
        let mut house = false;
        for block in reference() {
            match block {
                Block::Heading(3, title) => house = title.contains("house"),
                Block::Heading(2, title) if title == "Words" => break,
                Block::Entry(name, takes, _) if takes.ends_with("; required") && !house => {
                    required.insert(name);
                }
                _ => {}
            }
        }
        // These two exist already in the text above, to get at what is inside.
        for there in ["beats", "endings", "customer"] {
            assert!(required.remove(there), "{there} is required");
        }
        let missed: BTreeSet<String> = missed;
        assert_eq!(required, missed);
    }

    #[test]
    fn it_has_every_act_clause_condition_and_reaction() {
        let blocks = reference();
        let names = |title| named(&blocks, title, 2);
        assert_eq!(names("Acts").len(), Act::ALL.len());
        assert_eq!(names("Reactions").len(), TermKind::ALL.len());
        assert_eq!(names("Bots").len(), NAMES.len());
        for expectation in [
            "Bot",
            "Reachable",
            "Line",
            "BestLineUses",
            "BestLineVisits",
            "BestLineSays",
            "ChanceBelow",
        ] {
            assert!(names("Expectations").contains(expectation), "{expectation}");
        }
        assert_eq!(names("Clauses").len(), Catalogue::current().clauses.len());
        let doctrines = engine::doctrine::Doctrines::current();
        assert_eq!(
            names("Where the documents disagree").len(),
            doctrines.tensions.len()
        );
        assert_eq!(names("Doctrines").len(), doctrines.choices().count());
        for condition in [
            "Deal", "Knows", "Did", "Been", "AtLeast", "Below", "Told", "Talker", "Direct", "Not",
            "Any",
        ] {
            assert!(names("Conditions").contains(condition), "{condition}");
        }
        for block in &blocks {
            if let Block::Entry(name, takes, what) = block {
                assert!(!what.is_empty(), "{name} has no sentence");
                assert!(!takes.contains('<'), "{name} takes {takes}");
            }
        }
    }

    #[test]
    fn all_three_forms_say_all_of_it() {
        let blocks = reference();
        let (text, markdown) = (page::text(&blocks), page::markdown(&blocks));
        let html = page::html(&blocks).expect("it can be put together");
        for act in Act::ALL {
            for form in [&text, &markdown, &html] {
                assert!(form.contains(act.name()), "{}", act.name());
            }
        }
        assert!(
            text.lines().all(|line| line.chars().count() <= 80),
            "80 columns"
        );
        assert!(html.contains("&quot;") || html.contains("&#34;"));
    }
}
