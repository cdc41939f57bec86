//! What people typed, made harmless for the place where it is shown: cells that
//! no spreadsheet takes for a formula, and lines that no terminal takes for a command.

use crate::desk::plain;

/// A text as a CSV cell: what a spreadsheet would read as a formula gets a quote in
/// front. Quoting for commas and line breaks is the CSV writer's.
pub fn cell(text: &str) -> String {
    let text: String = text
        .chars()
        .map(|c| if is_command(c) { ' ' } else { c })
        .collect();
    let trimmed = text.trim_start();
    if trimmed.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']) || text.starts_with(' ')
    {
        return format!("'{text}");
    }
    text
}

/// A text as a piece of a line in a terminal or a log: control characters and
/// those that turn the direction of writing are shown as what they are.
pub fn line(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        if is_command(c) {
            safe.push_str(&format!("<U+{:04X}>", c as u32));
        } else {
            safe.push(c);
        }
    }
    safe
}

/// Control characters, line separators and direction marks.
pub fn is_command(c: char) -> bool {
    plain::is_command(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_become_text() {
        for (text, expected) in [
            ("Ana", "Ana"),
            ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@sum", "'@sum"),
            ("＝1", "'＝1"),
            ("\t=1", "' =1"),
            ("  =1", "'  =1"),
            ("a=b", "a=b"),
            ("two\nlines", "two lines"),
            ("\0x", "' x"),
        ] {
            assert_eq!(cell(text), expected, "{text:?}");
        }
    }

    #[test]
    fn terminals_get_no_orders() {
        assert_eq!(line("a\u{1b}]0;x\u{7}b"), "a<U+001B>]0;x<U+0007>b");
        assert_eq!(line("\u{202E}abc"), "<U+202E>abc");
        assert_eq!(line("Zoë 日本"), "Zoë 日本");
    }
}
