//! Whether the values of a rules file are ones that the model can reckon with. Says
//! nothing of whether they are good ones.

use super::{BadRules, Rules};

/// That every value is one that the model can reckon with: no division by nothing, no
/// place beyond a table, no sum beyond what a gauge's type holds.
pub(super) fn check(rules: &Rules) -> Result<(), BadRules> {
    let ranges = [
        ("levels", rules.levels.low),
        ("levels", rules.levels.mid),
        ("levels", rules.levels.high),
    ];
    let traits = [
        rules.trait_levels.low,
        rules.trait_levels.mid,
        rules.trait_levels.high,
    ];
    if let Some((name, _)) = ranges.iter().find(|(_, (low, high))| low > high) {
        return Err(BadRules::Range(name));
    }
    if traits.iter().any(|(first, last)| first > last) {
        return Err(BadRules::Range("trait_levels"));
    }
    // Walked as values: a field that is added is checked as well.
    let values = serde_json::to_value(rules).unwrap_or_default();
    within(&values, "")
}

/// That every number of a part of the rules lies in its bounds.
fn within(value: &serde_json::Value, path: &str) -> Result<(), BadRules> {
    let inside = |key: &str| match path {
        "" => key.to_owned(),
        _ => format!("{path}.{key}"),
    };
    match value {
        serde_json::Value::Object(fields) => fields
            .iter()
            .try_for_each(|(key, value)| within(value, &inside(key))),
        serde_json::Value::Array(items) => items.iter().try_for_each(|item| within(item, path)),
        serde_json::Value::Number(number) => {
            let n = number.as_i64().unwrap_or(i64::MAX);
            let (low, high) = bounds(path);
            if (low..=high).contains(&n) {
                Ok(())
            } else {
                Err(BadRules::Value(path.to_owned(), n, low, high))
            }
        }
        _ => Ok(()),
    }
}

/// The least and the most of the values at a place of the rules.
fn bounds(path: &str) -> (i64, i64) {
    match path.split('.').next().unwrap_or_default() {
        "model" | "data" => (0, i64::from(u16::MAX)),
        // What something is divided by.
        "half_life" | "trust_full" => (1, 2_000),
        "trait_quantiles" => (100, 10_000),
        "trait_levels" => (0, 15),
        "levels" | "weights" | "weights_process" | "survey" | "gate" | "decay" => (0, 1_000),
        "rumination" => (0, 100),
        "turn_cap" => (1, 1_000),
        "patience" => (1, 250),
        "acts" => (-1_000, 1_000),
        _ => (-2_000, 2_000),
    }
}
