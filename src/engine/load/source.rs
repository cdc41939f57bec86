//! Text intake: bytes to text, and bytes of the text to lines and columns. Says
//! what makes a file unreadable; does not know what the text means.

use super::findings::error;
use crate::diagnostic::{Diagnostic, Span};

/// Largest file that is read, bytes.
pub const MAX_BYTES: usize = 8 << 20;

/// Longest line for which a mended form is offered, bytes.
const MAX_MENDED_LINE: usize = 2_000;

/// A place as people count: both from 1, the column in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

/// The text of a file with the beginnings of its lines. LF, CRLF and lone CR all
/// end a line. A byte order mark is not part of the text.
#[derive(Clone, Debug)]
pub struct Source {
    text: String,
    line_starts: Vec<usize>,
}

/// What became of the bytes of a file.
#[derive(Clone, Debug)]
pub struct Intake {
    /// The text; empty when nothing could be read.
    pub source: Source,
    /// What is wrong with the bytes and characters.
    pub findings: Vec<Diagnostic>,
    /// Whether it makes sense to read on.
    pub readable: bool,
}

impl Source {
    /// A source of text that is known to be text.
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        let bytes = text.as_bytes();
        let mut line_starts = vec![0];
        for (at, &byte) in bytes.iter().enumerate() {
            let ends_line = byte == b'\n' || (byte == b'\r' && bytes.get(at + 1) != Some(&b'\n'));
            if ends_line {
                line_starts.push(at + 1);
            }
        }
        Source { text, line_starts }
    }

    /// Turns the bytes of a file into text.
    pub fn read(bytes: &[u8]) -> Intake {
        if bytes.len() > MAX_BYTES {
            return Intake::refused(
                error(
                    "file-too-large",
                    Span::default(),
                    "the file is larger than 8 MiB, the most that is read",
                )
                .hint("a scenario of fourteen beats has about 40 thousand bytes"),
            );
        }
        if is_utf16(bytes) {
            return Intake::refused(
                error(
                    "utf-16",
                    Span::default(),
                    "the file is saved as UTF-16, expected UTF-8",
                )
                .hint("save it again with the encoding UTF-8"),
            );
        }
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let (text, bad) = decoded(bytes);
        let source = Source::new(text);
        let mut findings = forbidden_characters(&source);
        if let Some(Bad {
            at,
            offset,
            byte,
            n_places,
        }) = bad
        {
            let span = Span {
                start: at,
                end: at + char::REPLACEMENT_CHARACTER.len_utf8(),
            };
            let mut finding = error(
                "not-utf-8",
                span,
                format!("byte {offset} of the file, 0x{byte:02X}, is not UTF-8"),
            )
            .hint("save the file again with the encoding UTF-8");
            if byte >= 0xA0 {
                finding = finding.hint(&format!(
                    "in an old Western encoding this byte would be `{}`",
                    char::from(byte)
                ));
            }
            if n_places > 1 {
                finding = finding.hint(&format!("{} more places are like it", n_places - 1));
            }
            findings.insert(0, finding);
        }
        Intake {
            source,
            findings,
            readable: true,
        }
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text of a range; empty if the range does not lie in it.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.start..span.end).unwrap_or("")
    }

    /// How many lines there are; at least one.
    pub fn n_lines(&self) -> usize {
        self.line_starts.len()
    }

    /// The line, from 1, that holds this byte; the last one for bytes past the end.
    pub fn line_at(&self, byte: usize) -> usize {
        self.line_starts.partition_point(|&start| start <= byte)
    }

    /// Line and column of a byte. A byte inside a character counts as its beginning.
    pub fn position(&self, byte: usize) -> Position {
        let byte = byte.min(self.text.len());
        let line = self.line_at(byte);
        let start = self.line_starts[line - 1];
        let before = self.text.as_bytes()[start..byte].iter();
        let n_whole = before.filter(|&&b| !is_continuation(b)).count();
        let inside = self
            .text
            .as_bytes()
            .get(byte)
            .is_some_and(|&b| is_continuation(b));
        Position {
            line,
            column: if inside { n_whole } else { n_whole + 1 },
        }
    }

    /// The bytes of a line, counted from 1, without its line ending.
    pub fn line_span(&self, line: usize) -> Span {
        let start = self.line_starts[line.clamp(1, self.n_lines()) - 1];
        let end = self
            .line_starts
            .get(line)
            .copied()
            .unwrap_or(self.text.len());
        let trimmed = self.text[start..end].trim_end_matches(['\n', '\r']);
        Span {
            start,
            end: start + trimmed.len(),
        }
    }

    /// How far a line is indented, in columns; a tab counts as four.
    pub fn indent(&self, line: usize) -> usize {
        let bytes = self.slice(self.line_span(line)).bytes();
        bytes
            .take_while(|b| matches!(b, b' ' | b'\t'))
            .map(|b| if b == b'\t' { 4 } else { 1 })
            .sum()
    }

    /// The line of the first edit as it reads with all edits made, which are in
    /// order and stand on that line. None if they do not, or the line is very long.
    pub fn mended(&self, edits: &[(Span, &str)]) -> Option<String> {
        let line = self.line_span(self.line_at(edits.first()?.0.start));
        if line.end - line.start > MAX_MENDED_LINE {
            return None;
        }
        let mut mended = String::new();
        let mut at = line.start;
        for (span, new) in edits {
            if span.start < at || span.end < span.start || span.end > line.end {
                return None;
            }
            mended.push_str(self.text.get(at..span.start)?);
            mended.push_str(new);
            at = span.end;
        }
        mended.push_str(self.text.get(at..line.end)?);
        Some(mended)
    }
}

impl Intake {
    fn refused(finding: Diagnostic) -> Self {
        Intake {
            source: Source::new(""),
            findings: vec![finding],
            readable: false,
        }
    }
}

fn is_continuation(byte: u8) -> bool {
    byte & 0xC0 == 0x80
}

/// Bytes that are no UTF-8: where the first of them is, and how many such places there are.
struct Bad {
    /// In the text, where the replacement character stands for it.
    at: usize,
    /// In the bytes.
    offset: usize,
    byte: u8,
    n_places: usize,
}

/// The bytes as text, with a replacement character for whatever is no UTF-8.
fn decoded(bytes: &[u8]) -> (String, Option<Bad>) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return (text.to_owned(), None);
    }
    let mut text = String::with_capacity(bytes.len());
    let mut bad: Option<Bad> = None;
    let mut offset = 0;
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        offset += chunk.valid().len();
        if let Some(&byte) = chunk.invalid().first() {
            let at = text.len();
            bad.get_or_insert(Bad {
                at,
                offset,
                byte,
                n_places: 0,
            })
            .n_places += 1;
            text.push(char::REPLACEMENT_CHARACTER);
            offset += chunk.invalid().len();
        }
    }
    (text, bad)
}

/// With its byte order mark, or with a zero in every other of the first bytes.
fn is_utf16(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\xFF\xFE")
        || bytes.starts_with(b"\xFE\xFF")
        || matches!(bytes, [0, a, 0, b, ..] | [a, 0, b, 0, ..] if *a != 0 && *b != 0)
}

/// What a character is called that no text may hold, because it changes what a
/// reader or a terminal shows, or is no text at all.
pub fn forbidden(character: char) -> Option<&'static str> {
    Some(match character {
        ' '..='~' | '\t' | '\n' | '\r' => return None,
        '\0' => "a null character",
        '\u{1B}' => "an escape character",
        '\u{01}'..='\u{1F}' | '\u{7F}'..='\u{9F}' => "a control character",
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => {
            "a character that turns the direction of the text"
        }
        '\u{2028}' | '\u{2029}' => "a hidden line separator",
        '\u{FEFF}' => "a byte order mark inside the text",
        // Pictures and pages may not hold them.
        '\u{FFFE}' | '\u{FFFF}' => "a code that is no character",
        _ => return None,
    })
}

/// Where a forbidden character may begin, told by its first byte: a file has few
/// such places, and most of them are a dash or a curly quote.
fn suspects(text: &str) -> impl Iterator<Item = usize> {
    let bytes = text.bytes().enumerate();
    bytes
        .filter(|(_, byte)| match byte {
            b'\t' | b'\n' | b'\r' => false,
            0..b' ' | 0x7F | 0xC2 | 0xE2 | 0xEF => true,
            _ => false,
        })
        .map(|(at, _)| at)
}

/// One finding for every run of one forbidden character.
fn forbidden_characters(source: &Source) -> Vec<Diagnostic> {
    let mut findings: Vec<Diagnostic> = Vec::new();
    let mut last: Option<(char, usize)> = None;
    for at in suspects(&source.text) {
        let rest = source.text[at..].chars().next();
        let Some((character, name)) = rest.and_then(|c| Some((c, forbidden(c)?))) else {
            continue;
        };
        let end = at + character.len_utf8();
        let continues = last == Some((character, at));
        last = Some((character, end));
        if let (true, Some(finding)) = (continues, findings.last_mut()) {
            finding.span.end = end;
            continue;
        }
        // More than the report can show says nothing new.
        if findings.len() > super::findings::SHOWN {
            break;
        }
        let message = format!(
            "{name} (U+{:04X}) must not stand in the file",
            u32::from(character)
        );
        findings
            .push(error("forbidden-character", Span { start: at, end }, message).hint("delete it"));
    }
    for finding in &mut findings {
        let line = source.mended(&[(finding.span, "")]);
        finding.mended = line.map(|l| l.chars().filter(|&c| forbidden(c).is_none()).collect());
    }
    findings
}
