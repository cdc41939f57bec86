//! `satisfactometer acts`: the vocabulary of acts for authors, from the engine's
//! own words, the rules and the help with choosing. Says what an act is worth in
//! words, not in numbers.

use std::io::Write;

use anyhow::bail;
use engine::act::Act;
use engine::rules::{ActKind, ActRule, FaceClass, Rules, VoiceClass, Window};

use super::act_help::help;

/// Columns of the text.
const WIDTH: usize = 80;

/// The groups in the order they are listed, with what they are for.
pub const GROUPS: [(ActKind, &str); 10] = [
    (ActKind::Relate, "Listening and relating"),
    (ActKind::Ask, "Asking"),
    (ActKind::Own, "Taking it on"),
    (ActKind::Solve, "Solving: bounces off while they are hot"),
    (ActKind::Close, "Closing"),
    (ActKind::Regard, "Standing with the person"),
    (ActKind::Truth, "Telling a truth"),
    (ActKind::Limit, "Limits and safety"),
    (ActKind::Error, "Errors"),
    (ActKind::RedLine, "Red lines: no satisfaction excuses them"),
];

/// Lists every act, or explains the one called `name`.
///
/// # Errors
/// When there is no such act, or nothing can be printed.
pub fn run(name: Option<&str>) -> anyhow::Result<u8> {
    let mut out = anstream::stdout();
    match name {
        Some(name) => writeln!(out, "{}", wrapped(&explained(find(name)?)))?,
        None => write!(out, "{}", listed())?,
    }
    Ok(0)
}

fn find(name: &str) -> anyhow::Result<Act> {
    let called = |act: &&Act| {
        act.name().eq_ignore_ascii_case(name) || help(**act).name.eq_ignore_ascii_case(name)
    };
    if let Some(act) = Act::ALL.iter().find(called) {
        return Ok(*act);
    }
    let wanted = name.to_lowercase();
    let distance = |act: &&Act| strsim::damerau_levenshtein(&wanted, &act.name().to_lowercase());
    let near = Act::ALL
        .iter()
        .min_by_key(distance)
        .filter(|act| distance(act) <= 1 + act.name().len() / 3);
    match near {
        Some(near) => bail!(
            "there is no act called `{name}`; did you mean `{}`?",
            near.name()
        ),
        None => bail!(
            "there is no act called `{name}`; {}",
            speaking_of(&wanted).unwrap_or("`satisfactometer acts` lists them all".to_owned())
        ),
    }
}

/// The acts whose name or meaning has this word in it.
fn speaking_of(word: &str) -> Option<String> {
    let has = |text: &str| text.to_lowercase().contains(word);
    let found: Vec<&str> = Act::ALL
        .iter()
        .filter(|act| has(act.meaning()) || has(&help(**act).name))
        .map(|act| act.name())
        .collect();
    let few = (1..=8).contains(&found.len()) && word.chars().count() > 2;
    few.then(|| format!("it may be one of: {}", found.join(", ")))
}

/// Long lines broken at the width; lines that stand in go on standing in.
fn wrapped(text: &str) -> String {
    let lines = text.lines().map(|line| {
        let indent = " ".repeat(line.len() - line.trim_start().len());
        let options = textwrap::Options::new(WIDTH)
            .initial_indent(&indent)
            .subsequent_indent(&indent);
        textwrap::fill(line.trim_start(), &options)
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn listed() -> String {
    let rules = Rules::current();
    let mut out = String::from(
        "What a reply can do; one to four stand in its `acts`, the most important first.\n",
    );
    for (kind, title) in GROUPS {
        out.push_str(&format!("\n{title}\n"));
        for act in Act::ALL.iter().filter(|act| rules.act(**act).kind == kind) {
            out.push_str(&format!("  {:15} {}\n", act.name(), act.meaning()));
        }
    }
    out.push_str(
        "\n`satisfactometer acts NAME` shows lines that do it and lines that do not, and when it is right.\n",
    );
    out
}

fn explained(act: Act) -> String {
    let help = help(act);
    let mut lines = vec![
        format!("{} ({})", act.name(), help.name),
        act.meaning().to_owned(),
        String::new(),
    ];
    lines.extend(help.examples.iter().map(|line| format!("  \"{line}\"")));
    lines.push(format!(
        "But \"{}\" is {}, not {}: {}.",
        help.near.say,
        help.near.act.name(),
        act.name(),
        help.near.because
    ));
    let others: Vec<_> = help
        .confused
        .iter()
        .map(|act| act.name().to_owned())
        .collect();
    lines.push(format!("It is taken for {}.", joined(&others)));
    lines.push(String::new());
    lines.extend(worth(act));
    lines.join("\n")
}

/// What an act does to a customer, and when it is right: one sentence each.
pub fn worth(act: Act) -> Vec<String> {
    let rules = Rules::current();
    let rule = rules.act(act);
    let mut lines = Vec::new();
    let effects = effects(rule);
    lines.push(match effects.as_slice() {
        [] => "In itself it moves nothing.".to_owned(),
        effects if matches!(rule.kind, ActKind::Error | ActKind::RedLine) => {
            format!("It {}.", joined(effects))
        }
        effects => format!("At its best it {}.", joined(effects)),
    });
    match rule.kind {
        ActKind::Error => lines.push("It is an error: it counts in full at any moment.".into()),
        ActKind::RedLine => {
            lines.push("It is a red line: the conduct is failed, whatever they feel.".into())
        }
        _ => lines.extend(moments(act, rule)),
    }
    lines
}

/// When and how it is right, for acts that help.
fn moments(act: Act, rule: &ActRule) -> Vec<String> {
    let moment = match rule.window {
        Window::Any => "It is right at any moment.",
        Window::Grievance => {
            "It is right while the grievance is open, or the first time it is said later."
        }
        Window::HalfTold => "It is right once half of the story is told.",
        Window::Opportune => {
            "It is right once the story is told and they have cooled; before, it is worth half and costs."
        }
        Window::Closing => "It is right once a remedy is found.",
        Window::Light => "It is right only when they are cool enough to laugh.",
        Window::Opening => "It is right at the very beginning.",
        Window::Provoked => "It is right after a provocation or a threat.",
        Window::Threatened => {
            "It is right after a threat, or when a limit that was set is crossed."
        }
        Window::AskedToLeave => "It is right after they were asked to leave.",
    };
    let face = match rule.face {
        FaceClass::Grievance => "concerned while they are hot, warm once they have cooled",
        FaceClass::Business => "neutral until a remedy is found, warm from then on",
        FaceClass::Close => "warm, unless they are white-hot",
        FaceClass::Limit => "neutral",
    };
    let voice = match rule.voice {
        VoiceClass::Below => "one step below theirs",
        VoiceClass::Even => "even",
    };
    let mut lines = vec![moment.to_owned(), format!("Face: {face}. Voice: {voice}.")];
    let rules = Rules::current();
    let shares = |other: &&Act| {
        **other != act && rule.family.is_some() && rules.act(**other).family == rule.family
    };
    let others: Vec<String> = Act::ALL
        .iter()
        .filter(shares)
        .map(|other| other.name().to_owned())
        .collect();
    match (rule.family.is_some(), others.as_slice()) {
        (false, _) => {}
        (true, []) => lines.push("It wears out when it is repeated.".into()),
        (true, others) => lines.push(format!(
            "It wears out when it is repeated, together with {}.",
            joined(others)
        )),
    }
    lines
}

/// What it does to each gauge, in words.
fn effects(rule: &ActRule) -> Vec<String> {
    let gauges = [
        (-rule.heat, "calms them", "angers them"),
        (
            rule.heard,
            "makes them feel heard",
            "makes them feel unheard",
        ),
        (
            rule.fixed,
            "brings the remedy nearer",
            "sets the remedy back",
        ),
        (rule.trust, "earns trust", "costs trust"),
        (rule.ease, "puts them at ease", "shames or frightens them"),
    ];
    gauges
        .into_iter()
        .filter(|(by, ..)| *by != 0)
        .map(|(by, better, worse)| {
            let degree = match by.unsigned_abs() {
                0..=29 => " a little",
                30..=119 => "",
                _ => " a great deal",
            };
            format!("{}{degree}", if by > 0 { better } else { worse })
        })
        .collect()
}

pub fn joined(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}
