//! Twine stories: Twee 3 source and published HTML. Keeps text, links and their
//! targets; whatever a story format would compute is named and left out.

use std::collections::BTreeSet;

use super::html::{self, Piece};
use super::story::{Link, MAX_PASSAGES, Passage, Story};

/// What decides which marks of a passage are commands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Format {
    Harlowe,
    SugarCube,
    Chapbook,
    Snowman,
    /// Not said, or another: the commands of the first two are taken for such.
    #[default]
    Unknown,
}

impl Format {
    fn of(name: &str) -> Self {
        let known = [
            ("harlowe", Format::Harlowe),
            ("sugarcube", Format::SugarCube),
            ("chapbook", Format::Chapbook),
            ("snowman", Format::Snowman),
        ];
        let name = name.trim().to_ascii_lowercase();
        known
            .iter()
            .find(|(known, _)| name.starts_with(known))
            .map_or(Format::Unknown, |(_, format)| *format)
    }

    fn may_be(self, other: Format) -> bool {
        self == other || self == Format::Unknown
    }
}

/// A passage as it stands in the file.
struct Source {
    name: String,
    tags: String,
    body: String,
}

/// Whether a text has the look of Twee 3.
pub fn is_twee(text: &str) -> bool {
    text.lines().any(|line| line.starts_with("::"))
}

/// Twee 3: passages begin at `:: Name [tags] {metadata}`.
pub fn twee(text: &str) -> Story {
    let mut story = Story::default();
    let mut sources: Vec<Source> = Vec::new();
    for line in text.lines() {
        if let Some(head) = line.strip_prefix("::") {
            if sources.len() == MAX_PASSAGES + 10 {
                story.lose_the_rest();
                break;
            }
            let (name, tags) = heading(head);
            let body = String::new();
            sources.push(Source { name, tags, body });
        } else if let Some(source) = sources.last_mut() {
            // A backslash keeps a line that begins with colons.
            let kept = line.strip_prefix('\\').filter(|l| l.starts_with("::"));
            source.body.push_str(kept.unwrap_or(line));
            source.body.push('\n');
        }
    }
    let mut format = Format::default();
    for source in sources.extract_if(.., |s| s.name == "StoryTitle" || s.name == "StoryData") {
        if source.name == "StoryTitle" {
            story.title = source.body.trim().to_owned();
            continue;
        }
        match serde_json::from_str::<serde_json::Value>(&source.body) {
            Ok(data) => {
                story.start = data["start"].as_str().map(str::to_owned);
                format = Format::of(data["format"].as_str().unwrap_or_default());
            }
            Err(_) => story.lose("`StoryData`, which is no JSON".to_owned()),
        }
    }
    // By the book, a story without a start begins with the passage of this name.
    let start = sources.iter().find(|source| source.name == "Start");
    if story.start.is_none() {
        story.start = start.map(|source| source.name.clone());
    }
    for source in &sources {
        add(&mut story, source, format);
    }
    story
}

/// Name and tags of a heading; `\[` and the like stand for themselves.
fn heading(head: &str) -> (String, String) {
    #[derive(PartialEq)]
    enum Part {
        Name,
        Tags,
        Rest,
    }
    let (mut name, mut tags) = (String::new(), String::new());
    let (mut part, mut escaped) = (Part::Name, false);
    for c in head.chars() {
        let keeps = std::mem::take(&mut escaped);
        match c {
            '\\' if !keeps => escaped = true,
            '[' if !keeps && part == Part::Name => part = Part::Tags,
            '{' if !keeps && part == Part::Name => part = Part::Rest,
            ']' if !keeps && part == Part::Tags => part = Part::Rest,
            c if part == Part::Name => name.push(c),
            c if part == Part::Tags => tags.push(c),
            _ => {}
        }
    }
    (name.trim().to_owned(), tags)
}

/// HTML that Twine has published: `tw-storydata` with `tw-passagedata` inside;
/// `None` if there is none.
pub fn published(page: &str) -> Option<Story> {
    let mut story: Option<Story> = None;
    let (mut format, mut first, mut open) = (Format::default(), None, None::<Source>);
    let mut sources = Vec::new();
    let (mut n_stories, mut code) = (0, "");
    for piece in html::pieces(page) {
        match piece {
            Piece::Open(name, attributes) if html::is(name, "tw-storydata") => {
                n_stories += 1;
                if n_stories == 1 {
                    let value = |name| html::attribute(attributes, name).unwrap_or_default();
                    format = Format::of(&value("format"));
                    first = html::attribute(attributes, "startnode");
                    story = Some(Story::new(value("name")));
                }
            }
            Piece::Open(name, attributes) if n_stories == 1 && html::is(name, "tw-passagedata") => {
                let value = |name| html::attribute(attributes, name).unwrap_or_default();
                let source = Source {
                    name: value("name"),
                    tags: value("tags"),
                    body: String::new(),
                };
                let pid = html::attribute(attributes, "pid");
                if let Some(story) = story.as_mut().filter(|_| first.is_some() && pid == first) {
                    story.start = Some(source.name.clone());
                }
                sources.extend(open.replace(source));
            }
            Piece::Text(text) => {
                if let Some(source) = &mut open {
                    source.body.push_str(text);
                }
            }
            Piece::Close(name) if html::is(name, "tw-passagedata") => sources.extend(open.take()),
            Piece::Open(name, _) if n_stories == 1 && html::is(name, "script") => {
                code = "the script of the story";
            }
            Piece::Open(name, _) if n_stories == 1 && html::is(name, "style") => {
                code = "the style sheet of the story";
            }
            Piece::Raw(text) if n_stories == 1 && !text.trim().is_empty() => {
                if let Some(story) = &mut story {
                    story.lose(code.to_owned());
                }
            }
            // What comes behind the first story is the engine that shows it.
            Piece::Close(name) if n_stories == 1 && html::is(name, "tw-storydata") => {
                n_stories = 2;
                sources.extend(open.take());
            }
            _ => {}
        }
        if sources.len() > MAX_PASSAGES + 10 {
            break;
        }
    }
    sources.extend(open);
    let mut story = story?;
    if n_stories > 2 {
        story.lose("the other stories of the file: only the first is read".to_owned());
    }
    for source in &mut sources {
        source.body = html::decoded(&source.body);
        add(&mut story, source, format);
    }
    Some(story)
}

fn add(story: &mut Story, source: &Source, format: Format) {
    let name = &source.name;
    let special = [
        "StoryInit",
        "StoryMenu",
        "StoryCaption",
        "StoryAuthor",
        "StorySubtitle",
        "StoryInterface",
        "StoryBanner",
        "PassageHeader",
        "PassageFooter",
        "PassageReady",
        "PassageDone",
    ];
    let mut tags = source.tags.split_whitespace();
    let is_code = tags.any(|tag| {
        [
            "script",
            "stylesheet",
            "widget",
            "header",
            "footer",
            "startup",
        ]
        .contains(&tag)
            || tag.starts_with("Twine.")
    });
    if is_code || special.contains(&name.as_str()) {
        if !source.body.trim().is_empty() {
            story.lose(format!(
                "the passage \"{name}\", which is code of the story format"
            ));
        }
        return;
    }
    let mut reader = Reader {
        rest: &source.body,
        format,
        text: String::new(),
        links: Vec::new(),
        computed: BTreeSet::new(),
        shown: BTreeSet::new(),
        next: None,
        gone: BTreeSet::new(),
    };
    reader.read();
    let Reader {
        text,
        links,
        computed,
        shown,
        next,
        ..
    } = reader;
    for of in shown.into_iter().take(12) {
        story.lose(format!(
            "in \"{name}\": the words of \"{of}\", which were shown there too"
        ));
    }
    for left in html::left_behind(&text) {
        story.lose(format!("{left} in \"{name}\""));
    }
    if !computed.is_empty() {
        let computed: Vec<_> = computed.into_iter().take(12).collect();
        story.lose(format!(
            "in \"{name}\": {}; its words are kept as if all of it applied",
            computed.join(", ")
        ));
    }
    story.add(Passage {
        id: name.clone(),
        name: name.clone(),
        text: html::plain(&without_marks(&text)),
        links,
        next,
    });
}

/// Longest command that is taken for one, bytes.
const LONGEST: usize = 10_000;

/// Takes links and commands out of a passage; what is left is its text.
struct Reader<'a> {
    rest: &'a str,
    format: Format,
    text: String,
    links: Vec<Link>,
    computed: BTreeSet<String>,
    /// The passages whose words would stand here as well.
    shown: BTreeSet<String>,
    /// Where a command goes on to by itself.
    next: Option<String>,
    /// Closing marks that do not come any more; so nothing is looked for twice.
    gone: BTreeSet<&'static str>,
}

impl<'a> Reader<'a> {
    fn read(&mut self) {
        if self.format == Format::Chapbook {
            self.chapbook_variables();
        }
        while let Some(at) = self.rest.find(['[', '<', '(', '$', '/', '{', '|']) {
            let (before, rest) = self.rest.split_at(at);
            self.rest = rest;
            self.text.push_str(before);
            if self.command() {
                // What stood on either side of it does not grow together.
                self.text.push(' ');
            } else {
                let mark = self.rest.chars().next().map_or(1, char::len_utf8);
                let (mark, rest) = self.rest.split_at(mark);
                self.text.push_str(mark);
                self.rest = rest;
            }
        }
        self.text.push_str(self.rest);
        self.rest = "";
    }

    /// Reads what begins here, if it is more than a character.
    fn command(&mut self) -> bool {
        let sugar = self.format.may_be(Format::SugarCube);
        if let Some(inside) = self.between("[[", "]]") {
            self.link(inside);
        } else if self.between("[img[", "]]").is_some() {
            self.computed.insert("a picture".to_owned());
        } else if self.between("<!--", "-->").is_some()
            || (sugar && self.between("/%", "%/").is_some())
            || (sugar && self.between("/*", "*/").is_some())
        {
        } else if sugar && let Some(inside) = self.between("<<", ">>") {
            self.sugarcube(inside);
        } else if self.format.may_be(Format::Snowman) && self.between("<%", "%>").is_some() {
            self.computed.insert("<% %>".to_owned());
        } else if self.format == Format::Chapbook && self.rest.starts_with('{') {
            let Some(inside) = self.between("{", "}") else {
                return false;
            };
            let name = inside.split([':', '.', ',']).next().unwrap_or_default();
            self.computed.insert(format!("{{{}}}", short(name)));
        } else if self.format.may_be(Format::Harlowe) && self.hook_name() {
        } else if self.rest.starts_with('$') {
            return self.variable();
        } else if self.format.may_be(Format::Harlowe) && self.rest.starts_with('(') {
            return self.harlowe();
        } else {
            return false;
        }
        true
    }

    /// What stands between an opening mark, if one is here, and its closing one.
    fn between(&mut self, open: &'static str, close: &'static str) -> Option<&'a str> {
        let inside = self.rest.strip_prefix(open)?;
        if self.gone.contains(close) {
            return None;
        }
        let Some((inside, rest)) = inside.split_once(close) else {
            self.gone.insert(close);
            return None;
        };
        self.rest = rest;
        Some(inside)
    }

    /// `text->target`, `target<-text`, `text|target`, `target`; a setter behind `][`.
    fn link(&mut self, link: &str) {
        let (link, setter) = link.split_once("][").unwrap_or((link, ""));
        if !setter.is_empty() {
            self.computed
                .insert(format!("`{}` at a link", short(setter)));
        }
        let (say, to) = if let Some((say, to)) = link.rsplit_once("->") {
            (say, to)
        } else if let Some((to, say)) = link.split_once("<-") {
            (say, to)
        } else if let Some((say, to)) = link.rsplit_once('|') {
            (say, to)
        } else {
            (link, link)
        };
        self.choice(say, to);
    }

    fn choice(&mut self, say: &str, to: &str) {
        let say = html::plain(&without_marks(say));
        let link = Link {
            say: say.split_whitespace().collect::<Vec<_>>().join(" "),
            to: Some(to.trim().to_owned()),
            feedback: None,
        };
        if !self.links.contains(&link) {
            self.links.push(link);
        }
    }

    /// `<<name ...>>`; `<<link "text" "target">>` is a choice.
    fn sugarcube(&mut self, inside: &str) {
        let name = inside.split_whitespace().next().unwrap_or_default();
        if name.starts_with('/') || name.is_empty() {
            return;
        }
        if matches!(name, "link" | "button") {
            match texts(inside).as_slice() {
                [say, to, ..] => return self.choice(say, to),
                _ => {
                    let link = inside
                        .split_once("[[")
                        .and_then(|(_, l)| l.split_once("]]"));
                    if let Some((link, _)) = link {
                        return self.link(link);
                    }
                }
            }
        }
        match (name, texts(inside).as_slice()) {
            ("goto", [to]) => self.next = Some(to.trim().to_owned()),
            ("include" | "display", [of, ..]) => return self.shows(of),
            _ => {}
        }
        self.computed.insert(format!("<<{}>>", short(name)));
    }

    /// `|name>` before a hook and `<name|` behind one: names for code, not words.
    fn hook_name(&mut self) -> bool {
        const LONGEST_NAME: usize = 40;
        let is_name = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
        let name = |text: &'a str| {
            let end = text.find(|c| !is_name(c))?;
            (1..=LONGEST_NAME)
                .contains(&end)
                .then(|| text.split_at(end))
        };
        let rest = if let Some((_, rest)) = self.rest.strip_prefix('|').and_then(name) {
            let behind = rest.strip_prefix(['>', ')']);
            behind.filter(|hook| hook.starts_with('['))
        } else if let Some((_, rest)) = self.rest.strip_prefix('<').and_then(name)
            && self.text.ends_with(']')
        {
            rest.strip_prefix('|')
        } else {
            None
        };
        let Some(rest) = rest else {
            return false;
        };
        self.rest = rest;
        self.computed.insert("names of parts of it".to_owned());
        true
    }

    /// `(name: ...)`; `(link-goto: "text", "target")` is a choice.
    fn harlowe(&mut self) -> bool {
        let behind = &self.rest[1..];
        if !behind.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return false;
        }
        let end = behind.bytes().take(32).position(|byte| byte == b':');
        let name = behind[..end.unwrap_or(0)].trim().to_ascii_lowercase();
        if !HARLOWE.split_whitespace().any(|known| known == name) || self.gone.contains(")") {
            return false;
        }
        let Some(end) = balanced(self.rest) else {
            self.gone.insert(")");
            return false;
        };
        let (whole, rest) = self.rest.split_at(end);
        self.rest = rest;
        match (name.as_str(), texts(whole).as_slice()) {
            ("link-goto" | "link-reveal-goto", [say, to, ..]) => self.choice(say, to),
            ("link-goto" | "link-reveal-goto", [to]) => self.choice(to, to),
            ("display", [of]) => self.shows(of),
            (name, told) => {
                if let ("go-to" | "goto", [to]) = (name, told) {
                    self.next = Some(to.trim().to_owned());
                }
                self.computed.insert(format!("({name}:)"));
            }
        }
        true
    }

    /// A command that would show another passage here.
    fn shows(&mut self, of: &str) {
        self.shown.insert(short(of));
    }

    /// `$name`: its value is not known here, so the name stays.
    fn variable(&mut self) -> bool {
        let name: String = self.rest[1..]
            .chars()
            .take(64)
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect();
        if !name.starts_with(|c: char| c.is_alphabetic() || c == '_') {
            return false;
        }
        self.computed.insert(format!("${}", short(&name)));
        false
    }

    /// Lines of `name: value` before a line `--`.
    fn chapbook_variables(&mut self) {
        let Some((head, rest)) = self.rest.split_once("\n--\n") else {
            return;
        };
        if head
            .lines()
            .all(|line| line.trim().is_empty() || line.contains(':'))
        {
            self.computed.insert("its variables".to_owned());
            self.rest = rest;
        }
    }
}

/// Commands of Harlowe; other words with a colon behind them are words.
const HARLOWE: &str = "a after align alert animate append background bg box button change checkbox \
    click color colour cond confirm css cycling-link display dropdown either else else-if elseif \
    enchant event first-time font for go-to goto hidden hide history if input-box link link-goto \
    link-fullscreen link-repeat link-replace link-rerun link-reveal link-reveal-goto link-show \
    link-storylet link-undo live loop meter nth print prompt put \
    random redirect replace rerun seq-link set show text-color text-style transition undo restart unless visited";

/// Length of the brackets a text begins with, quotes and brackets in them included.
fn balanced(text: &str) -> Option<usize> {
    let (mut depth, mut quote) = (0_u32, None);
    for (at, byte) in text.bytes().enumerate().take(LONGEST) {
        match (quote, byte) {
            (Some(open), _) if byte == open => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'(') => depth += 1,
            (None, b')') => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

/// The texts in quotes, in order.
fn texts(command: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = command;
    while let Some(at) = rest.find(['"', '\'']) {
        let quote = if rest[at..].starts_with('"') {
            '"'
        } else {
            '\''
        };
        let Some((text, behind)) = rest[at + 1..].split_once(quote) else {
            break;
        };
        found.push(text.to_owned());
        rest = behind;
    }
    found
}

/// Without the marks of headings, lists and emphasis.
fn without_marks(text: &str) -> String {
    let mut plain = String::new();
    for whole in text.lines() {
        let line = whole.trim_start_matches(|c: char| {
            matches!(c, '#' | '!' | '*' | '>' | '|') || c.is_whitespace()
        });
        let mut rest = line;
        // A heading is no part of the sentence behind it.
        let is_heading = whole.starts_with(['#', '!']);
        while let Some(at) = rest.find(['\'', '/', '*', '_', '~', '^']) {
            let (before, mark) = rest.split_at(at);
            plain.push_str(before);
            let bytes = mark.as_bytes();
            let is_mark = bytes.get(1) == bytes.first();
            // The slashes of an address are none.
            if !is_mark || (mark.starts_with('/') && before.ends_with(':')) {
                plain.push_str(&mark[..=usize::from(is_mark)]);
            }
            rest = &mark[1 + usize::from(is_mark)..];
        }
        plain.push_str(rest);
        plain.push_str(if is_heading { "\n\n" } else { "\n" });
    }
    plain.retain(|c| !matches!(c, '[' | ']' | '{' | '}'));
    plain
}

/// At most 40 characters of a text.
fn short(text: &str) -> String {
    text.trim().chars().take(40).collect()
}
