//! Help with choosing acts: plain names, example lines and near misses from
//! `assets/acts.ron`. What an act is comes from the engine, what it is worth from
//! the rules; neither is said here again.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use engine::act::Act;
use serde::Deserialize;

/// What helps to choose one act.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActHelp {
    /// What people call it.
    pub name: String,
    /// Two lines that do it.
    pub examples: Vec<String>,
    /// A line that looks like it.
    pub near: NearMiss,
    /// The acts it is taken for, the likeliest first.
    pub confused: Vec<Act>,
}

/// A line that looks like one act and is another.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NearMiss {
    /// The line.
    pub say: String,
    /// What it is.
    pub act: Act,
    /// Why: half a sentence, without a full stop.
    pub because: String,
}

/// The help for an act.
pub fn help(act: Act) -> &'static ActHelp {
    static ALL: LazyLock<BTreeMap<Act, ActHelp>> = LazyLock::new(|| {
        ron::from_str(include_str!("../../assets/acts.ron")).expect("the embedded help is tested")
    });
    &ALL[&act]
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::load::tags;

    #[test]
    fn every_act_has_its_help() {
        let mut lines = std::collections::BTreeSet::new();
        for act in Act::ALL {
            let help = help(*act);
            let name = act.name();
            assert!(!help.name.is_empty() && help.name.len() < 50, "{name}");
            assert_eq!(help.examples.len(), 2, "{name}");
            assert_ne!(help.near.act, *act, "{name}: a near miss is another act");
            assert!(
                !help.confused.is_empty(),
                "{name} is confused with something"
            );
            assert!(
                !help.confused.contains(act),
                "{name} is not confused with itself"
            );
            assert!(!help.near.because.ends_with('.'), "{name}");
            for line in help.examples.iter().chain([&help.near.say]) {
                let n_words = line.split_whitespace().count();
                assert!((2..=22).contains(&n_words), "{name}: {line}");
                assert!(
                    !line.contains('!') && line.ends_with(['.', '?']),
                    "{name}: {line}"
                );
                assert!(lines.insert(line), "{line} stands twice");
            }
        }
    }

    #[test]
    fn every_example_is_tagged_as_the_checker_would_have_it() {
        let mut wrong = String::new();
        let mut check = |line: &str, act: Act| {
            for (code, ..) in tags::of(line, &[act]) {
                wrong.push_str(&format!("{} {code}: {line}\n", act.name()));
            }
        };
        for act in Act::ALL {
            let help = help(*act);
            help.examples.iter().for_each(|line| check(line, *act));
            check(&help.near.say, help.near.act);
        }
        assert!(wrong.is_empty(), "{wrong}");
    }

    #[test]
    fn no_example_is_a_line_of_a_scenario() {
        for (file, text) in crate::desk::library::BUILT_IN {
            for act in Act::ALL {
                let help = help(*act);
                for line in help.examples.iter().chain([&help.near.say]) {
                    assert!(
                        line.len() < 25 || !text.contains(line.as_str()),
                        "{file}: {line}"
                    );
                }
            }
        }
    }
}
