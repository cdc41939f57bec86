//! Cuts a written line into syllables with their accents and the pauses that
//! punctuation asks for. A mumble needs the rhythm of speech, not its spelling:
//! the rules are rough, made for English, and do no harm elsewhere.

/// What follows a syllable, from the weakest break to the strongest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Break {
    /// Another syllable of the same word.
    #[default]
    None,
    /// The next word, without a pause.
    Word,
    /// A comma, colon, semicolon or bracket: more is to come.
    Comma,
    /// A dash: broken off.
    Dash,
    /// Three dots: the voice runs out.
    Trail,
    /// A full stop.
    Stop,
    /// An exclamation mark.
    Exclaim,
    /// A question mark.
    Question,
}

/// How much a syllable stands out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Accent {
    /// A small word or an unaccented syllable.
    Weak,
    /// The accented syllable of a longer word.
    Word,
    /// Marked by the author with `*stress*`.
    Stress,
}

/// How a syllable begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Onset {
    /// Straight on the vowel.
    Open,
    /// Lips or tongue closed while the voice goes on: m, n, l, r, w.
    Hum,
    /// A short silence: p, t, k and their kin.
    Shut,
    /// Air without voice: s, f, h.
    Hiss,
}

/// The vowel in the middle of a syllable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Vowel {
    A,
    E,
    I,
    O,
    U,
    /// The dull vowel of small words.
    Schwa,
}

/// One syllable of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unit {
    pub(super) onset: Onset,
    pub(super) vowel: Vowel,
    pub(super) accent: Accent,
    pub(super) after: Break,
    /// Differs from syllable to syllable and is the same for the same text.
    pub(super) seed: u32,
}

/// Syllables beyond these of one word are not spoken.
const MAX_IN_WORD: usize = 8;

/// The syllables of `text`, at most `limit` of them.
pub(super) fn units(text: &str, limit: usize) -> Vec<Unit> {
    let mut units = Vec::new();
    let mut word = Word::default();
    let mut stressed = false;
    let mut stars_left = text.matches('*').count() / 2 * 2;
    let mut last = ' ';
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if units.len() >= limit {
            break;
        }
        let next = chars.peek().copied().unwrap_or(' ');
        if c.is_alphanumeric() {
            // Scripts without spaces: every character is a syllable of its own.
            if c >= '\u{2e80}' {
                word.flush(&mut units);
            }
            word.letters.push(c);
            word.stressed |= stressed;
        } else if c == '*' && stars_left > 0 {
            stars_left -= 1;
            stressed = !stressed;
        } else if matches!(c, '.' | ',' | ':' | '-' | '\'' | '’') && !word.letters.is_empty() {
            let inside = next.is_alphanumeric();
            if !inside {
                word.flush(&mut units);
                mark(&mut units, pause(c, last, next));
            } else if c == '-' {
                word.flush(&mut units);
            }
        } else {
            word.flush(&mut units);
            mark(&mut units, pause(c, last, next));
        }
        last = c;
    }
    word.flush(&mut units);
    units.truncate(limit);
    mark(&mut units, Break::Stop);
    units
}

/// The break a character makes that is not part of a word.
fn pause(c: char, last: char, next: char) -> Break {
    match c {
        '.' if last == '.' => Break::Trail,
        '…' => Break::Trail,
        '.' | '。' => Break::Stop,
        '!' | '！' => Break::Exclaim,
        '?' | '？' | '؟' => Break::Question,
        ',' | ';' | ':' | '(' | ')' | '，' | '、' | '；' | '：' | '،' => Break::Comma,
        '—' | '–' => Break::Dash,
        '-' if next == ' ' || next == '-' => Break::Dash,
        _ => Break::Word,
    }
}

/// Puts a break after the last syllable; a stronger one stays, and dots after a
/// full stop turn it into a voice running out.
fn mark(units: &mut [Unit], after: Break) {
    if let Some(unit) = units.last_mut() {
        let more_dots = unit.after == Break::Stop && after == Break::Trail;
        unit.after = if more_dots {
            after
        } else {
            settle(unit.after, after)
        };
    }
}

/// The end of the text closes what no mark has closed; it changes no mark.
fn settle(old: Break, new: Break) -> Break {
    if new == Break::Stop && old > Break::Word {
        old
    } else {
        old.max(new)
    }
}

/// The letters of a word as they are read.
#[derive(Default)]
struct Word {
    letters: Vec<char>,
    stressed: bool,
}

impl Word {
    /// Turns the letters read so far into syllables and starts afresh.
    fn flush(&mut self, units: &mut Vec<Unit>) {
        let word = std::mem::take(self);
        if word.letters.is_empty() {
            return;
        }
        let parts = nuclei(&word.letters);
        let n = parts.len().min(MAX_IN_WORD);
        let accented = n.saturating_sub(3);
        let small = word.letters.len() <= 3 && !word.stressed;
        let mut seed = hash(&word.letters) ^ (units.len() as u32).wrapping_mul(0x9e37_79b9);
        for (i, (onset, vowel)) in parts.into_iter().take(n).enumerate() {
            seed = seed.wrapping_mul(747_796_405).wrapping_add(2_891_336_453);
            let accent = match (i == accented, word.stressed, small) {
                (true, true, _) => Accent::Stress,
                (true, false, false) => Accent::Word,
                _ => Accent::Weak,
            };
            let after = if i + 1 == n { Break::Word } else { Break::None };
            units.push(Unit {
                onset,
                vowel,
                accent,
                after,
                seed: seed >> 8,
            });
        }
    }
}

/// Onset and vowel of every syllable of a word; never empty.
fn nuclei(letters: &[char]) -> Vec<(Onset, Vowel)> {
    let lower: Vec<char> = letters.iter().flat_map(|c| c.to_lowercase()).collect();
    let spelled = letters
        .iter()
        .all(|c| c.is_uppercase() && vowel(*c).is_none());
    if spelled || lower.iter().any(|c| c.is_numeric()) {
        return lower
            .iter()
            .map(|c| (onset(*c), vowel(*c).unwrap_or(Vowel::E)))
            .collect();
    }
    let mut found = Vec::new();
    let mut before = None;
    let mut in_vowel = false;
    for (i, &c) in lower.iter().enumerate() {
        let y_as_consonant = c == 'y' && i == 0;
        match vowel(c) {
            Some(v) if !y_as_consonant => {
                if !in_vowel && !silent_e(&lower, i, found.len()) {
                    found.push((before.map_or(Onset::Open, onset), v));
                }
                in_vowel = true;
                before = None;
            }
            _ => {
                // A word begins with the first consonant of its cluster, an
                // inner syllable with the last.
                if before.is_none() || !found.is_empty() {
                    before = Some(c);
                }
                in_vowel = false;
            }
        }
    }
    if found.is_empty() {
        found.push((onset(lower[0]), Vowel::Schwa));
    }
    found
}

/// Whether the e at `i` is written and not spoken: "phone", "called", "times".
fn silent_e(lower: &[char], i: usize, spoken: usize) -> bool {
    if lower[i] != 'e' || spoken == 0 || i == 0 {
        return false;
    }
    let before = lower[i - 1];
    match &lower[i + 1..] {
        [] => {
            before != 'l'
                || lower
                    .get(i.wrapping_sub(2))
                    .is_none_or(|c| vowel(*c).is_some())
        }
        ['d'] => !matches!(before, 't' | 'd'),
        ['s'] => !matches!(before, 's' | 'z' | 'x' | 'h' | 'c' | 'g'),
        _ => false,
    }
}

/// The vowel a letter or digit stands for.
fn vowel(c: char) -> Option<Vowel> {
    let c = c.to_lowercase().next().unwrap_or(c);
    Some(match c {
        'a' | 'à'..='æ' | 'ā' | 'ą' | 'а' | 'я' | 'α' | '5' | '9' => Vowel::A,
        'e' | 'è'..='ë' | 'ē' | 'ę' | 'ě' | 'е' | 'э' | 'ε' | '7' | '8' => Vowel::E,
        'i' | 'y' | 'ì'..='ï' | 'ý' | 'ÿ' | 'ī' | 'ı' | 'и' | 'ы' | 'ι' | 'η' | '3' | '6' => {
            Vowel::I
        }
        'o' | 'ò'..='ö' | 'ø' | 'ō' | 'ő' | 'œ' | 'о' | 'ё' | 'ο' | 'ω' | '0' | '1' | '4' => {
            Vowel::O
        }
        'u' | 'ù'..='ü' | 'ū' | 'ů' | 'ű' | 'у' | 'ю' | 'υ' | '2' => Vowel::U,
        _ => return None,
    })
}

/// How a syllable that begins with this letter begins in a mumble.
fn onset(c: char) -> Onset {
    match c {
        'p' | 't' | 'k' | 'b' | 'd' | 'g' | 'c' | 'q' | '2' | '8' => Onset::Shut,
        's' | 'f' | 'h' | 'x' | 'z' | '4'..='7' => Onset::Hiss,
        _ if vowel(c).is_some() => Onset::Open,
        _ => Onset::Hum,
    }
}

fn hash(letters: &[char]) -> u32 {
    letters.iter().fold(2_166_136_261, |h, c| {
        (h ^ *c as u32).wrapping_mul(16_777_619)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(text: &str) -> usize {
        units(text, 100).len()
    }

    #[test]
    fn counts_the_syllables_of_common_words() {
        for (word, n) in [
            ("phone", 1),
            ("called", 1),
            ("wanted", 2),
            ("times", 1),
            ("table", 2),
            ("computer", 3),
            ("repair", 2),
            ("SSD", 3),
            ("42", 2),
            ("hmm", 1),
            ("you're", 1),
            ("third-party", 3),
        ] {
            assert_eq!(count(word), n, "{word}");
        }
    }

    #[test]
    fn punctuation_decides_what_follows() {
        for (text, after) in [
            ("well", Break::Stop),
            ("well.", Break::Stop),
            ("well,", Break::Comma),
            ("well?!", Break::Question),
            ("well!\"", Break::Exclaim),
            ("well...", Break::Trail),
            ("well…", Break::Trail),
            ("well —", Break::Dash),
            ("well - ", Break::Dash),
        ] {
            let last = units(text, 100).pop().map(|u| u.after);
            assert_eq!(last, Some(after), "{text}");
        }
        assert_eq!(
            units("3.5", 9)[0].after,
            Break::None,
            "no full stop inside a number"
        );
    }

    #[test]
    fn stars_mark_stress_and_nothing_else() {
        let accents = |t| units(t, 100).iter().map(|u| u.accent).collect::<Vec<_>>();
        assert_eq!(
            accents("now *now* now"),
            [Accent::Weak, Accent::Stress, Accent::Weak]
        );
        assert_eq!(accents("now *now"), [Accent::Weak, Accent::Weak]);
        assert!(units("* ** ... ?!", 100).is_empty());
    }

    #[test]
    fn other_scripts_have_syllables_too() {
        assert_eq!(count("また壊れた"), 5);
        assert_eq!(count("спасибо"), 3);
        assert_eq!(units("a b c d e f", 3).len(), 3);
    }
}
