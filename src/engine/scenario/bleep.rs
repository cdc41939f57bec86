//! Foul language, bleeped: the same scenario with its hard words masked. It
//! keeps the hashes of the original, because what is played is the same.

use std::sync::Arc;

use super::playable::Scenario;

/// Beginnings of words that are masked, in small letters. A word counts if it
/// begins with one of these; innocent words that do are listed in `INNOCENT`.
const FOUL: &[&str] = &[
    "arse", "bastard", "bitch", "bloody", "bollocks", "bugger", "bullshit", "crap", "cunt", "damn",
    "fuck", "piss", "prick", "shit", "slag", "twat", "wank",
];

/// Words that only look foul.
const INNOCENT: &[&str] = &["arsenal", "arsenic", "pricked", "prickly", "scrap", "crape"];

impl Scenario {
    /// This scenario as it is told to those who do not want to read foul words:
    /// all but the first letter of each is masked.
    #[must_use]
    pub fn bleeped(&self) -> Scenario {
        let mut written = self.written().clone();
        for beat in written.beats.values_mut() {
            for segment in &mut beat.says {
                segment.text = bleeped(&segment.text);
                segment
                    .variants
                    .iter_mut()
                    .for_each(|variant| variant.text = bleeped(&variant.text));
            }
            for reply in beat.replies.values_mut() {
                reply.say = bleeped(&reply.say);
                if let Some(without) = &mut reply.without {
                    without.say = bleeped(&without.say);
                }
            }
        }
        written
            .endings
            .values_mut()
            .for_each(|ending| ending.scene = bleeped(&ending.scene));
        written
            .reactions
            .values_mut()
            .flatten()
            .for_each(|line| *line = bleeped(line));
        Scenario {
            written: Arc::new(written),
            ..self.clone()
        }
    }
}

/// A text with its foul words masked.
pub fn bleeped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut word = String::new();
    for c in text.chars().chain(['\0']) {
        if c.is_alphabetic() {
            word.push(c);
            continue;
        }
        out.push_str(&masked(&word));
        word.clear();
        if c != '\0' {
            out.push(c);
        }
    }
    out
}

fn masked(word: &str) -> String {
    let small = word.to_lowercase();
    let foul =
        FOUL.iter().any(|foul| small.starts_with(foul)) && !INNOCENT.contains(&small.as_str());
    if !foul {
        return word.to_owned();
    }
    let mut letters = word.chars();
    let first = letters.next().unwrap_or_default();
    std::iter::once(first).chain(letters.map(|_| '–')).collect()
}

#[cfg(test)]
mod tests {
    use super::bleeped;

    #[test]
    fn hard_words_are_masked_and_others_left() {
        assert_eq!(
            bleeped("I underlined the bloody thing!"),
            "I underlined the b––––– thing!"
        );
        assert_eq!(
            bleeped("*Damn* it. Arsenal lost."),
            "*D–––* it. Arsenal lost."
        );
        assert_eq!(bleeped("Nothing here."), "Nothing here.");
    }
}
