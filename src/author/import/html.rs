//! HTML of others, piece by piece: tags, their attributes, and the words between
//! them. No tree is built and nothing nests, so the time it takes grows with the
//! length of the text and with nothing else. Not a browser: what is broken is
//! passed over, not mended.

use scraper::Html;

/// A piece of a page.
#[derive(Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Words, with their character references as they stand.
    Text(&'a str),
    /// A tag that opens: its name and its attributes.
    Open(&'a str, &'a str),
    /// A tag that closes.
    Close(&'a str),
    /// What stands in a script or a style sheet.
    Raw(&'a str),
}

/// The pieces of a page in order.
pub struct Pieces<'a> {
    rest: &'a str,
    /// The element whose text is no markup, behind its opening tag.
    raw: Option<&'a str>,
    /// Whether something was passed over because a tag or comment is never closed.
    cut: bool,
}

/// Takes a page to pieces.
pub fn pieces(page: &str) -> Pieces<'_> {
    Pieces {
        rest: page,
        raw: None,
        cut: false,
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        if let Some(name) = self.raw.take() {
            let end = closing(self.rest, name).unwrap_or(self.rest.len());
            let (inside, rest) = self.rest.split_at(end);
            self.rest = rest;
            return Some(Piece::Raw(inside));
        }
        loop {
            let at = self.rest.find('<').unwrap_or(self.rest.len());
            if at > 0 {
                let (text, rest) = self.rest.split_at(at);
                self.rest = rest;
                return Some(Piece::Text(text));
            }
            let behind = self.rest.strip_prefix('<')?;
            let end = if let Some(comment) = behind.strip_prefix("!--") {
                comment.find("-->").map(|end| end + 7)
            } else if behind.starts_with(['!', '?']) {
                behind.find('>').map(|end| end + 2)
            } else if behind
                .trim_start_matches('/')
                .starts_with(|c: char| c.is_ascii_alphabetic())
            {
                let Some(end) = tag_end(behind) else {
                    // It is never closed, so nothing behind it is either.
                    self.rest = "";
                    self.cut = true;
                    return None;
                };
                let (tag, rest) = behind.split_at(end);
                self.rest = &rest[1..];
                return Some(self.tag(tag));
            } else {
                let (text, rest) = self.rest.split_at(1);
                self.rest = rest;
                return Some(Piece::Text(text));
            };
            self.cut |= end.is_none();
            self.rest = end.map_or("", |end| &self.rest[end..]);
        }
    }
}

impl<'a> Pieces<'a> {
    fn tag(&mut self, tag: &'a str) -> Piece<'a> {
        let closes = tag.starts_with('/');
        let tag = tag.trim_matches('/');
        let end = tag
            .find(|c: char| c.is_ascii_whitespace() || c == '/')
            .unwrap_or(tag.len());
        let (name, attributes) = tag.split_at(end);
        if closes {
            return Piece::Close(name);
        }
        if ["script", "style"].iter().any(|raw| is(name, raw)) {
            self.raw = Some(name);
        }
        Piece::Open(name, attributes)
    }
}

/// What of a page is no text and stays behind, each thing once: pictures and the like,
/// and whatever stands behind a tag that is never closed.
pub fn left_behind(page: &str) -> Vec<String> {
    const SHOWN: [&str; 6] = ["img", "audio", "video", "iframe", "script", "style"];
    let mut pieces = pieces(page);
    let mut found = [false; SHOWN.len()];
    for piece in pieces.by_ref() {
        if let Piece::Open(name, _) = piece {
            for (kind, found) in SHOWN.iter().zip(&mut found) {
                *found |= is(name, kind);
            }
        }
    }
    let kinds = SHOWN.iter().zip(found).filter(|(_, found)| *found);
    let mut left: Vec<String> = kinds.map(|(kind, _)| format!("`<{kind}>`")).collect();
    if pieces.cut {
        left.push("what stands behind a tag that is never closed".to_owned());
    }
    left
}

/// Whether a tag is called so.
pub fn is(name: &str, wanted: &str) -> bool {
    name.eq_ignore_ascii_case(wanted)
}

/// Where the tag ends whose inside a text begins with. A `>` in quotes belongs to a value.
fn tag_end(text: &str) -> Option<usize> {
    let (mut quote, mut before) = (None, b' ');
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (Some(open), _) if byte == open => quote = None,
            (None, b'"' | b'\'') if before == b'=' => quote = Some(byte),
            (None, b'>') => return Some(at),
            _ => {}
        }
        if !byte.is_ascii_whitespace() {
            before = byte;
        }
    }
    None
}

/// Where the closing tag of this name begins.
fn closing(text: &str, name: &str) -> Option<usize> {
    text.match_indices("</").map(|(at, _)| at).find(|at| {
        let behind = text.as_bytes().get(at + 2..at + 2 + name.len());
        behind.is_some_and(|behind| behind.eq_ignore_ascii_case(name.as_bytes()))
    })
}

/// The value of an attribute, if it is there.
pub fn attribute(attributes: &str, wanted: &str) -> Option<String> {
    let mut rest = attributes;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        if rest.is_empty() {
            return None;
        }
        let end = rest
            .find(|c: char| c.is_ascii_whitespace() || c == '=')
            .unwrap_or(rest.len());
        let (name, behind) = rest.split_at(end);
        let behind = behind.trim_start();
        let Some(value) = behind.strip_prefix('=') else {
            rest = behind;
            continue;
        };
        let value = value.trim_start();
        let (value, behind) = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => {
                let value = &value[1..];
                value.split_once(quote).unwrap_or((value, ""))
            }
            _ => {
                let end = value.find(|c: char| c.is_ascii_whitespace());
                value.split_at(end.unwrap_or(value.len()))
            }
        };
        if is(name, wanted) {
            return Some(decoded(value));
        }
        rest = behind;
    }
}

/// A text with its character references resolved. They do not nest, so it does not grow.
pub fn decoded(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    // Without a tag in it there is one text to parse.
    let text = text.replace('<', "&lt;");
    Html::parse_fragment(&text).root_element().text().collect()
}

/// The words of a page, with line breaks where blocks end.
pub fn plain(page: &str) -> String {
    let mut words = String::new();
    for piece in pieces(page) {
        match piece {
            Piece::Text(text) => words.push_str(text),
            Piece::Open(name, _) | Piece::Close(name) if breaks(name) => words.push('\n'),
            _ => {}
        }
    }
    decoded(&words)
}

fn breaks(name: &str) -> bool {
    const BLOCKS: [&str; 18] = [
        "p",
        "br",
        "div",
        "li",
        "ul",
        "ol",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "tr",
        "td",
        "table",
        "hr",
        "blockquote",
        "section",
    ];
    BLOCKS.iter().any(|block| is(name, block))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_and_tags_go() {
        for (page, words) in [
            ("plain", "plain"),
            ("a<b>c</b>d", "acd"),
            ("<p>one</p><p>two</p>", "\none\n\ntwo\n"),
            (
                "five &lt; six &amp; seven&nbsp;&eacute;&#x2019;&#33;",
                "five < six & seven\u{a0}é’!",
            ),
            ("&amp;lt; &unknown; &", "&lt; &unknown; &"),
            ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
            ("<!-- <b>no</b> -->yes", "yes"),
            (
                "<script>if (a < b) { '</p>' }</script>yes<style>p { }</STYLE>.",
                "yes.",
            ),
            ("<p title='a > b' data-x=\"</p>\">yes", "\nyes"),
            ("yes<p title='", "yes"),
            ("yes<!-- no", "yes"),
            ("<", "<"),
        ] {
            assert_eq!(plain(page), words, "{page}");
        }
    }

    #[test]
    fn attributes_are_found() {
        let tag = r#" name="A &quot;B&quot;" pid='1' hidden size=10,20 start = "2" name="later""#;
        let value = |name| attribute(tag, name);
        assert_eq!(value("name").as_deref(), Some("A \"B\""));
        assert_eq!(value("PID").as_deref(), Some("1"));
        assert_eq!(value("size").as_deref(), Some("10,20"));
        assert_eq!(value("start").as_deref(), Some("2"));
        assert_eq!(value("hidden"), None);
        assert_eq!(value("nothing"), None);
        for odd in ["", "=", "a=", "a='", "a=\"x", "= =", "é=é"] {
            attribute(odd, "b");
        }
    }

    /// What would hang a parser that builds trees or looks back.
    #[test]
    fn a_page_made_to_hang_does_not() {
        let start = std::time::Instant::now();
        for piece in [
            "<",
            "<b",
            "<b ",
            "<b x",
            "<!--",
            "<a '",
            "<a b='",
            "</",
            "<script",
            "<script>",
            "&",
            "&#",
            "&lt;",
            "<p><b>",
            "<a x=1 y=2 z=3>",
            "[[",
            "<<",
        ] {
            let page = piece.repeat(1_000_000 / piece.len());
            plain(&page);
            attribute(&page, "none");
        }
        assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
    }
}
