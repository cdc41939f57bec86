//! Conditions and amounts as people say them, for the graph and the script.

use engine::names;
use engine::scenario::written::{Amount, Condition, Level};

/// All of a list of conditions; empty if there are none.
pub fn all(conditions: &[Condition]) -> String {
    let parts: Vec<_> = conditions.iter().map(|c| one(c, true)).collect();
    parts.join(" and ")
}

/// One condition, or that it does not hold.
fn one(condition: &Condition, holds: bool) -> String {
    let (yes, no) = match condition {
        Condition::Deal(name, value) => (
            format!("{} is {}", name.text, value.text),
            format!("{} is not {}", name.text, value.text),
        ),
        Condition::Knows(fact) => (
            format!("\"{}\" was heard", fact.text),
            format!("\"{}\" was not heard", fact.text),
        ),
        Condition::Did(act) => (
            format!("{} was done", act.name()),
            format!("{} was not done", act.name()),
        ),
        Condition::Been(beat) => (
            format!("after \"{}\"", beat.text),
            format!("not yet at \"{}\"", beat.text),
        ),
        Condition::AtLeast(gauge, by) => {
            let (gauge, by) = (names::gauge(*gauge), amount(*by));
            (
                format!("{gauge} is {by} or more"),
                format!("{gauge} is below {by}"),
            )
        }
        Condition::Below(gauge, by) => {
            let (gauge, by) = (names::gauge(*gauge), amount(*by));
            (
                format!("{gauge} is below {by}"),
                format!("{gauge} is {by} or more"),
            )
        }
        Condition::Told => ("the story is told".into(), "the story is not told".into()),
        Condition::Talker => ("they are a talker".into(), "they are no talker".into()),
        Condition::Direct => (
            "they want it straight".into(),
            "they do not want it straight".into(),
        ),
        Condition::Not(inner) => return one(inner, !holds),
        Condition::Any(parts) => {
            let word = if holds { " or " } else { " and " };
            let parts: Vec<_> = parts.iter().map(|part| one(part, holds)).collect();
            return match parts.as_slice() {
                [only] => only.clone(),
                parts => format!("({})", parts.join(word)),
            };
        }
    };
    if holds { yes } else { no }
}

/// A level in small letters, or the number out of a hundred.
pub fn amount(amount: Amount) -> String {
    match amount {
        Amount::Named(Level::Low) => "low".into(),
        Amount::Named(Level::Mid) => "middling".into(),
        Amount::Named(Level::High) => "high".into(),
        Amount::Number(n) => format!("{} of 100", (n + 5) / 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::act::Act;
    use engine::scenario::written::{Gauge, Key};

    #[test]
    fn conditions_are_said_as_they_are_meant() {
        let deal = || Condition::Deal(Key::new("cause"), Key::new("dock"));
        let below = || Condition::Below(Gauge::Heat, Amount::Number(560));
        assert_eq!(all(&[]), "");
        assert_eq!(
            all(&[deal(), below()]),
            "cause is dock and heat is below 56 of 100"
        );
        let not = Condition::Not(Box::new(Condition::Any(vec![
            deal(),
            Condition::Did(Act::Own),
        ])));
        assert_eq!(all(&[not]), "(cause is not dock and Own was not done)");
        let twice = Condition::Not(Box::new(Condition::Not(Box::new(Condition::Told))));
        assert_eq!(all(&[twice]), "the story is told");
    }
}
