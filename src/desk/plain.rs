//! What a file says of itself, made harmless for a terminal.

/// The same with nothing in it that a terminal would obey; lines stay lines.
pub fn plain(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        if is_command(c) && c != '\n' {
            safe.extend(c.escape_unicode());
        } else {
            safe.push(c);
        }
    }
    safe
}

/// Control characters, line separators and direction marks.
pub fn is_command(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}'
        )
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn a_terminal_is_told_nothing_to_do() {
        assert_eq!(plain("a\u{1b}]0;x\u{7}\nb"), "a\\u{1b}]0;x\\u{7}\nb");
        assert_eq!(plain("\u{202E}Zoë 日本 \"x\""), "\\u{202e}Zoë 日本 \"x\"");
    }
}
