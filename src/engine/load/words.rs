//! The words of a line, and whether a phrase stands among them. Knows no act and
//! no rule.

/// What is said in lower case and with plain apostrophes.
pub(super) fn lowered(say: &str) -> String {
    say.replace('\u{2019}', "'").to_lowercase()
}

/// The words of a line, with nothing around them.
pub(super) fn words(lower: &str) -> impl Iterator<Item = &str> {
    lower
        .split(|c: char| c.is_whitespace() || matches!(c, '-' | '—' | '–' | '…'))
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()))
        .filter(|word| !word.is_empty())
}

/// A line as the rules look at it.
pub(super) struct Line<'l> {
    pub(super) words: Vec<&'l str>,
    /// A bit for the first two letters of each word: most phrases are ruled out by it.
    beginnings: u64,
}

impl<'l> Line<'l> {
    pub(super) fn of(lower: &'l str) -> Self {
        let words: Vec<&str> = words(lower).collect();
        let beginnings = words.iter().fold(0, |bits, word| bits | beginning(word));
        Line { words, beginnings }
    }

    /// Whether one of the phrases stands in it.
    pub(super) fn has(&self, phrases: &[&str]) -> bool {
        phrases.iter().any(|phrase| self.says(phrase))
    }

    fn says(&self, phrase: &str) -> bool {
        if self.beginnings & beginning(phrase) == 0 {
            return false;
        }
        let (first, rest) = phrase.split_once(' ').unwrap_or((phrase, ""));
        self.words.iter().enumerate().any(|(at, word)| {
            is_word(word, first)
                && (rest.is_empty() || {
                    let mut next = self.words[at + 1..].iter();
                    rest.split(' ')
                        .all(|wanted| next.next().is_some_and(|word| is_word(word, wanted)))
                })
        })
    }
}

/// One of 64 bits for the first two letters of a word, or of the first in a phrase.
fn beginning(word: &str) -> u64 {
    let mut bytes = word.bytes();
    let first = bytes.next().unwrap_or_default();
    let second = bytes
        .next()
        .filter(|byte| *byte != b' ')
        .unwrap_or_default();
    1 << (first.wrapping_mul(7).wrapping_add(second) & 63)
}

/// Whether a word is the wanted one, or begins as it does before its `*`.
fn is_word(word: &str, wanted: &str) -> bool {
    match wanted.strip_suffix('*') {
        Some(stem) => word.starts_with(stem),
        None => word == wanted,
    }
}

#[cfg(test)]
mod tests {
    use super::Line;

    #[test]
    fn a_phrase_stands_in_a_line_that_says_it() {
        let says = |line: &str, phrase: &str| Line::of(line).has(&[phrase]);
        assert!(says("no, i promise", "i promise"));
        assert!(says("well, i apologise.", "apologi*"));
        assert!(says("ta, mate", "ta"));
        assert!(!says("i can promise", "i promise"));
        assert!(!says("apology", "apologi*"));
        assert!(!says("take it", "ta"));
    }
}
