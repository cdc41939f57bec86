//! What is brought along from elsewhere, whatever it was: passages and the ways
//! between them; and how that is written down as a scenario that checks. Knows no
//! other format than our own.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use anyhow::{anyhow, bail};
use engine::act::Act;
use engine::load::source::forbidden;
use engine::load::{MAX_MARKS, MAX_TEXT, is_mark, tags};
use engine::scenario::{MAX_ACTS, MAX_REPLIES, MAX_SEGMENTS};

/// Most passages that are read.
pub const MAX_PASSAGES: usize = 1_000;
/// Longest segment and longest reply, characters.
const MAX_LINE: usize = 400;
/// Longest title, characters.
const MAX_TITLE: usize = 80;
/// Most endings of a scenario.
const MAX_ENDINGS: usize = 32;
/// Words of a segment that are spoken in one breath.
const BREATH: usize = 25;
/// Words of the shortest sentence that is a segment of its own.
const SHORTEST: usize = 4;
/// Most lines that say what is not carried.
const MAX_LOST: usize = 200;

/// A story as it was found.
#[derive(Debug, Default)]
pub struct Story {
    /// Its title.
    pub title: String,
    /// What stands before it begins.
    pub brief: String,
    /// The passage it begins with; the first, if none is named.
    pub start: Option<String>,
    /// The passages, in order.
    pub passages: Vec<Passage>,
    /// What could not be carried, one thing a line.
    pub lost: Vec<String>,
    /// How many more things there were than are listed.
    n_more_lost: usize,
    /// The passages that are there already.
    known: BTreeSet<String>,
}

/// A page of the story.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Passage {
    /// What links lead to; unique in the story.
    pub id: String,
    /// What its author called it.
    pub name: String,
    /// What stands there.
    pub text: String,
    /// The choices.
    pub links: Vec<Link>,
    /// Where it goes on by itself, if there is nothing to choose.
    pub next: Option<String>,
}

/// A choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Its words.
    pub say: String,
    /// The passage it leads to.
    pub to: Option<String>,
    /// What the original says to it afterwards.
    pub feedback: Option<String>,
}

/// A scenario as text, and what there is to say about it.
#[derive(Debug)]
pub struct Written {
    /// The file.
    pub text: String,
    /// Beats, replies and endings.
    pub counts: (usize, usize, usize),
    /// What could not be carried.
    pub lost: Vec<String>,
}

impl Story {
    /// One of this title, with nothing in it yet.
    pub fn new(title: String) -> Self {
        Story {
            title,
            ..Story::default()
        }
    }

    /// Notes something that is not carried.
    pub fn lose(&mut self, what: String) {
        if self.lost.len() == MAX_LOST {
            self.n_more_lost += 1;
        } else if !self.lost.contains(&what) {
            self.lost.push(what);
        }
    }

    /// Adds a passage; of two with one name the first stands.
    pub fn add(&mut self, passage: Passage) {
        if self.passages.len() == MAX_PASSAGES {
            self.lose(format!("everything after {MAX_PASSAGES} passages"));
        } else if self.known.insert(passage.id.clone()) {
            self.passages.push(passage);
        } else {
            self.lose(format!("a second passage called \"{}\"", passage.name));
        }
    }

    /// Writes it down as a scenario.
    ///
    /// # Errors
    /// When there is nothing in it to choose.
    pub fn written(mut self, id: &str) -> anyhow::Result<Written> {
        let first = self.passages.first().map(|passage| passage.id.clone());
        let named = self.start.take().filter(|id| self.known.contains(id));
        let mut start = named
            .or(first)
            .ok_or_else(|| anyhow!("there is no passage in it"))?;
        self.tidy();
        self.fold(&mut start);
        let Some(opening) = self.passages.iter().find(|passage| passage.id == start) else {
            bail!("there is no passage in it");
        };
        if opening.is_end() {
            bail!(
                "it begins with \"{}\", where there is nothing to choose",
                opening.name
            );
        }
        self.merge_endings();
        self.note_unreached(&start);
        Ok(Pen::new(&self).write(self, &start, id))
    }

    /// Leaves out choices that lead nowhere and those a beat has no room for.
    fn tidy(&mut self) {
        let mut passages = std::mem::take(&mut self.passages);
        for passage in &mut passages {
            let name = passage.name.clone();
            let known = &self.known;
            let there = |to: &Option<String>| to.as_ref().is_some_and(|to| known.contains(to));
            let (kept, gone) = std::mem::take(&mut passage.links)
                .into_iter()
                .partition::<Vec<_>, _>(|link| there(&link.to));
            passage.links = kept;
            if !there(&passage.next) {
                passage.next = None;
            }
            for link in gone {
                let to = link.to.unwrap_or_default();
                self.lose(format!(
                    "the choice \"{}\" of \"{name}\": it leads to \"{to}\", which is not there",
                    link.say
                ));
            }
            for link in passage
                .links
                .split_off(MAX_REPLIES.min(passage.links.len()))
            {
                self.lose(format!(
                    "the choice \"{}\" of \"{name}\": a beat has at most {MAX_REPLIES}",
                    link.say
                ));
            }
        }
        self.passages = passages;
    }

    /// Puts what goes on by itself in front of what it goes on to, where nothing
    /// else leads there.
    fn fold(&mut self, start: &mut String) {
        let mut leads: BTreeMap<String, usize> = BTreeMap::new();
        for to in self.passages.iter().flat_map(Passage::targets) {
            *leads.entry(to.clone()).or_default() += 1;
        }
        let mut at = 0;
        while at < self.passages.len() {
            let passage = &self.passages[at];
            let alone = |to: &&String| leads.get(*to) == Some(&1) && *to != start;
            let next = passage.next.as_ref().filter(|_| passage.links.is_empty());
            let next = next.filter(alone).filter(|to| **to != passage.id).cloned();
            let Some(next) = next else {
                at += 1;
                continue;
            };
            let gone = self.passages.remove(at);
            for passage in &mut self.passages {
                if passage.id == next {
                    passage.text = format!("{}\n{}", gone.text, passage.text);
                }
                passage.redirect(&gone.id, &next);
            }
            let n = leads.remove(&gone.id).unwrap_or_default();
            leads.insert(next.clone(), n);
            if *start == gone.id {
                *start = next;
            }
            // What went on to it may go on to the next one now.
            at = 0;
        }
    }

    /// Leads what has too many endings to one they share.
    fn merge_endings(&mut self) {
        // One is kept for those who have had enough, and one for all that is too much.
        let ends = self.passages.iter().filter(|passage| passage.is_end());
        if ends.clone().count() < MAX_ENDINGS {
            return;
        }
        let more: Vec<(String, String)> = ends
            .skip(MAX_ENDINGS - 2)
            .map(|passage| (passage.id.clone(), passage.name.clone()))
            .collect();
        let gone: BTreeSet<&String> = more.iter().map(|(id, _)| id).collect();
        let shared = "\0another ending".to_owned();
        self.passages.retain(|passage| !gone.contains(&passage.id));
        for passage in &mut self.passages {
            for link in &mut passage.links {
                if link.to.as_ref().is_some_and(|to| gone.contains(to)) {
                    link.to = Some(shared.clone());
                }
            }
            if passage.next.as_ref().is_some_and(|to| gone.contains(to)) {
                passage.next = Some(shared.clone());
            }
        }
        self.passages.push(Passage {
            id: shared,
            name: "another-ending".to_owned(),
            text: "One of the endings that were too many.".to_owned(),
            ..Passage::default()
        });
        for (_, name) in &more {
            self.lose(format!(
                "the ending \"{name}\": a scenario has at most {MAX_ENDINGS}"
            ));
        }
    }

    fn note_unreached(&mut self, start: &str) {
        let by_id: BTreeMap<&str, &Passage> =
            self.passages.iter().map(|p| (p.id.as_str(), p)).collect();
        let mut reached = BTreeSet::from([start]);
        let mut todo = vec![start];
        while let Some(at) = todo.pop() {
            for to in by_id.get(at).into_iter().flat_map(|p| p.targets()) {
                if reached.insert(to) {
                    todo.push(to);
                }
            }
        }
        let unreached: Vec<String> = self
            .passages
            .iter()
            .filter(|passage| !reached.contains(passage.id.as_str()))
            .map(|passage| {
                format!(
                    "a way to \"{}\": it is written down, and nothing leads there",
                    passage.name
                )
            })
            .collect();
        unreached.into_iter().for_each(|what| self.lose(what));
    }
}

impl Passage {
    fn is_end(&self) -> bool {
        self.links.is_empty() && self.next.is_none()
    }

    /// Where it leads.
    fn targets(&self) -> impl Iterator<Item = &String> {
        let next = self.next.as_ref().filter(|_| self.links.is_empty());
        self.links
            .iter()
            .filter_map(|link| link.to.as_ref())
            .chain(next)
    }

    fn redirect(&mut self, from: &str, to: &str) {
        let ways = self.links.iter_mut().map(|link| &mut link.to);
        for way in ways.chain([&mut self.next]) {
            if way.as_deref() == Some(from) {
                *way = Some(to.to_owned());
            }
        }
    }
}

/// What writes the file: the key of every passage, and what is left out on the way.
struct Pen {
    keys: BTreeMap<String, String>,
    taken: BTreeSet<String>,
    cut: Vec<String>,
}

impl Pen {
    fn new(story: &Story) -> Self {
        let mut pen = Pen {
            keys: BTreeMap::new(),
            taken: BTreeSet::new(),
            cut: Vec::new(),
        };
        for passage in &story.passages {
            let key = pen.key(&passage.name, "passage");
            pen.keys.insert(passage.id.clone(), key);
        }
        pen
    }

    /// A key near to a name that is not taken yet.
    fn key(&mut self, name: &str, otherwise: &str) -> String {
        let near = slug(name).unwrap_or_else(|| otherwise.to_owned());
        let fresh = (1_u32..)
            .map(|n| match n {
                1 => near.clone(),
                n => format!("{near}-{n}"),
            })
            .find(|key| !self.taken.contains(key))
            .unwrap_or_default();
        self.taken.insert(fresh.clone());
        fresh
    }

    fn write(mut self, mut story: Story, start: &str, id: &str) -> Written {
        let walk_out = self.key("walks out", "walks-out");
        let leaving = leaving(&story.passages);
        let mut beats = String::new();
        let (mut n_beats, mut n_replies, mut n_tells) = (0, 0, 0);
        for passage in story.passages.iter().filter(|passage| !passage.is_end()) {
            n_beats += 1;
            let leaves = leaving.contains(&passage.id).then_some(walk_out.as_str());
            let (beat, tells, replies) = self.beat(passage, leaves);
            beats.push_str(&beat);
            n_tells += tells;
            n_replies += replies;
        }
        if n_tells == 0 {
            // Whoever only asks still has a story: it is in the first question.
            beats = beats.replacen("(ask: ", "(tell: ", 1);
        }
        let mut endings = String::new();
        let mut n_endings = 1;
        for passage in story.passages.iter().filter(|passage| passage.is_end()) {
            n_endings += 1;
            let what = format!("the end of \"{}\"", passage.name);
            let text = one_line(&passage.text);
            let text = if is_blank(&text) {
                &passage.name
            } else {
                &text
            };
            let scene = self.fitting(text, MAX_TEXT, &what);
            let key = &self.keys[&passage.id];
            let _ = writeln!(
                endings,
                "        \"{key}\": (scene: {scene}, outcome: Neutral), // FILL IN: Kept, Neutral, Story or Removed"
            );
        }
        let _ = writeln!(
            endings,
            "        \"{walk_out}\": (scene: \"They have had enough, and go.\", outcome: Story), // ADDED: when they have had enough"
        );
        let title = if is_blank(&story.title) {
            id
        } else {
            &story.title
        };
        let title = self.fitting(&one_line(title), MAX_TITLE, "the end of the title");
        let brief = match one_line(&story.brief) {
            brief if is_blank(&brief) => {
                "\"FILL IN: what the trainee reads before it begins.\"".to_owned()
            }
            brief => self.fitting(&brief, MAX_TEXT, "the end of what stands before it begins"),
        };
        self.cut.into_iter().for_each(|what| story.lose(what));
        if story.n_more_lost > 0 {
            let more = format!("and {} more things", story.n_more_lost);
            story.lost.push(more);
        }
        let mut text = "// Brought along from elsewhere: it checks and plays as it stands. Where it says FILL IN,\n// somebody who knows the talk must say what a line does; `satisfactometer acts` has the acts.\n// All of the original's words became the customer's. What is narrated belongs to `brief` or a `scene`.\n".to_owned();
        if !story.lost.is_empty() {
            text.push_str("//\n// Not carried:\n");
        }
        for lost in &story.lost {
            let _ = writeln!(text, "//   {}", comment(lost));
        }
        let opening = &self.keys[start];
        let parts = n_tells.clamp(1, 4);
        let _ = write!(
            text,
            r#"(
    format: 1,
    id: "{id}",
    title: {title},
    place: Counter, // FILL IN: Counter, Phone or FollowUp
    brief: {brief},
    customer: ( // FILL IN: who they are; `satisfactometer reference` has all there is to say
        name: "FILL IN",
        look: "bookkeeper",
        trade: "FILL IN",
    ),
    start: (story: {parts}), // FILL IN: how angry they come in, and how much there is to tell
    opening: "{opening}",
    walk_out: "{walk_out}",
    beats: {{
{beats}    }},
    endings: {{
{endings}    }},
)
"#
        );
        Written {
            text,
            counts: (n_beats, n_replies, n_endings),
            lost: story.lost,
        }
    }

    /// A beat; how many pieces of story and how many replies it has.
    fn beat(&mut self, passage: &Passage, leaves: Option<&str>) -> (String, usize, usize) {
        let mut beat = String::new();
        let key = self.keys[&passage.id].clone();
        let _ = writeln!(beat, "        \"{key}\": (");
        let (said, left) = segments(&passage.text);
        if left > 0 {
            self.cut.push(format!(
                "the last {left} words of \"{}\": a beat has at most {MAX_SEGMENTS} segments",
                passage.name
            ));
        }
        let mut n_tells = 0;
        if !said.is_empty() {
            beat.push_str("            says: [\n");
            for line in &said {
                let kind = if unquoted(line).ends_with('?') {
                    "ask"
                } else {
                    "tell"
                };
                n_tells += usize::from(kind == "tell");
                let _ = writeln!(beat, "                ({kind}: {}),", quoted(line));
            }
            beat.push_str("            ],\n");
        }
        beat.push_str("            replies: {\n");
        // Where there is no room for a way out, the last reply is turned into it.
        let mut links = passage.links.clone();
        if leaves.is_some() && links.len() == MAX_REPLIES {
            for link in links.split_off(MAX_REPLIES - 1) {
                self.cut.push(format!(
                    "the choice \"{}\" of \"{}\": from there no end was to be reached, and there was no room for a way out",
                    link.say, passage.name
                ));
            }
        }
        let mut taken = BTreeSet::new();
        let mut n_replies = links.len();
        for link in &links {
            let feedback = link.feedback.as_deref().map(one_line);
            for line in feedback.iter().flat_map(|text| wrapped(text)) {
                let _ = writeln!(beat, "                // feedback: {}", comment(&line));
            }
            let say = one_line(&link.say);
            let say = if is_blank(&say) { "..." } else { &say };
            let acts = guessed(say);
            let what = format!("the end of the choice \"{}\"", short(say));
            let near = slug(say).unwrap_or_else(|| "reply".to_owned());
            let key = (1..=MAX_REPLIES)
                .map(|n| {
                    if n == 1 {
                        near.clone()
                    } else {
                        format!("{near}-{n}")
                    }
                })
                .find(|key| taken.insert(key.clone()))
                .unwrap_or_default();
            let say = self.fitting(say, MAX_LINE, &what);
            let to = link.to.as_ref().and_then(|to| self.keys.get(to));
            let to = to.map_or("", String::as_str);
            let _ = writeln!(
                beat,
                "                \"{key}\": (say: {say}, acts: [{acts}], then: \"{to}\"), // FILL IN the acts"
            );
        }
        let next = passage.next.as_ref().filter(|_| links.is_empty());
        if let Some(to) = next.and_then(|next| self.keys.get(next)) {
            n_replies += 1;
            let _ = writeln!(
                beat,
                "                \"go-on\": (say: \"I am listening, go on.\", acts: [ShortAnswer], then: \"{to}\"), // ADDED: the original goes on by itself"
            );
        }
        if let Some(to) = leaves {
            n_replies += 1;
            let key = if taken.contains("leave-it") {
                "leave-it-there"
            } else {
                "leave-it"
            };
            let _ = writeln!(
                beat,
                "                \"{key}\": (say: \"I think we had better leave it there.\", acts: [Abandon], then: \"{to}\"), // ADDED: from here no end was to be reached"
            );
        }
        beat.push_str("            },\n        ),\n");
        (beat, n_tells, n_replies)
    }

    /// A text in quotes, cut where it is too long.
    fn fitting(&mut self, text: &str, most: usize, what: &str) -> String {
        if text.chars().count() <= most {
            return quoted(text);
        }
        self.cut
            .push(format!("{what}: what is beyond {most} characters"));
        let cut: String = text.chars().take(most).collect();
        quoted(cut.trim_end())
    }
}

/// The passages that get a way out, so that from everywhere an end can be reached.
fn leaving(passages: &[Passage]) -> BTreeSet<String> {
    let mut back: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for passage in passages {
        for to in passage.targets() {
            back.entry(to).or_default().push(&passage.id);
        }
    }
    let mut out = BTreeSet::new();
    for passage in passages.iter().filter(|passage| passage.is_end()) {
        spread(&back, &mut out, &passage.id);
    }
    let mut leaving = BTreeSet::new();
    for passage in passages {
        if !out.contains(passage.id.as_str()) {
            leaving.insert(passage.id.clone());
            spread(&back, &mut out, &passage.id);
        }
    }
    leaving
}

/// Marks a passage and all from which one comes to it.
fn spread<'p>(back: &BTreeMap<&'p str, Vec<&'p str>>, out: &mut BTreeSet<&'p str>, from: &'p str) {
    out.insert(from);
    let mut todo = vec![from];
    while let Some(at) = todo.pop() {
        let before = back.get(at).into_iter().flatten();
        todo.extend(before.filter(|id| out.insert(id)));
    }
}

/// A text cut into pieces that are spoken in one breath, as many as a beat has
/// room for, and how many words were left over.
fn segments(text: &str) -> (Vec<String>, usize) {
    let pieces = pieces(text);
    if pieces.len() <= MAX_SEGMENTS {
        return (pieces, 0);
    }
    // Too many breaths: longer ones.
    let mut long: Vec<String> = Vec::new();
    for piece in pieces {
        match long.last_mut() {
            Some(last) if last.chars().count() + 1 + piece.chars().count() <= MAX_LINE => {
                last.push(' ');
                last.push_str(&piece);
            }
            _ => long.push(piece),
        }
    }
    let left = long.split_off(MAX_SEGMENTS.min(long.len()));
    let n_left = left.iter().map(|piece| piece.split_whitespace().count());
    (long, n_left.sum())
}

/// Sentences, short ones together with the next, and parts of those that are too
/// long for one breath.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces = Vec::new();
    for paragraph in text.split("\n\n") {
        let mut piece = String::new();
        let mut n_words = 0;
        let mut put = |piece: &mut String, n_words: &mut usize| {
            let piece = std::mem::take(piece);
            *n_words = 0;
            pieces.extend((!is_blank(&piece)).then_some(piece));
        };
        for word in paragraph.split_whitespace() {
            // What is so long is no word; it is only kept from being too long.
            let mut rest = word;
            while let Some((at, _)) = rest.char_indices().nth(MAX_LINE) {
                put(&mut piece, &mut n_words);
                let (head, tail) = rest.split_at(at);
                put(&mut head.to_owned(), &mut n_words);
                rest = tail;
            }
            if n_words == BREATH || piece.chars().count() + 1 + rest.chars().count() > MAX_LINE {
                put(&mut piece, &mut n_words);
            }
            if n_words > 0 {
                piece.push(' ');
            }
            piece.push_str(rest);
            n_words += 1;
            let ends = unquoted(rest).ends_with(['.', '!', '?', '\u{2026}']);
            if ends && n_words >= SHORTEST {
                put(&mut piece, &mut n_words);
            }
        }
        put(&mut piece, &mut n_words);
    }
    pieces
}

/// Without the quotes and brackets that close behind it.
fn unquoted(text: &str) -> &str {
    text.trim_end_matches(['"', '\'', '\u{201D}', '\u{2019}', ')'])
}

/// Acts with which `check` finds nothing to say against the words.
fn guessed(say: &str) -> String {
    let mut acts = tags::guess(say);
    acts.truncate(MAX_ACTS);
    let names: Vec<&str> = acts.into_iter().map(Act::name).collect();
    names.join(", ")
}

/// A key made of the first words of a name: small letters, digits and hyphens, with
/// room for a number behind it.
pub fn slug(name: &str) -> Option<String> {
    const LONGEST: usize = 26;
    let mut key = String::new();
    for c in name.to_lowercase().chars() {
        match c {
            'a'..='z' | '0'..='9' => key.push(c),
            '\'' | '\u{2019}' => {}
            _ if !key.ends_with('-') && !key.is_empty() => key.push('-'),
            _ => {}
        }
        if key.len() > LONGEST {
            // Half a word is none.
            let whole = key.rfind('-').filter(|at| *at > 0);
            key.truncate(whole.unwrap_or(LONGEST));
            break;
        }
    }
    let key = key.trim_end_matches('-');
    (!key.is_empty()).then(|| key.to_owned())
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether there is nothing in it to read.
fn is_blank(text: &str) -> bool {
    !text.chars().any(char::is_alphanumeric)
}

fn short(text: &str) -> String {
    text.chars().take(40).collect()
}

/// Lines of at most so many characters.
fn wrapped(text: &str) -> Vec<String> {
    textwrap::wrap(text, 100)
        .into_iter()
        .map(std::borrow::Cow::into_owned)
        .collect()
}

/// What a text of a scenario may hold: nothing hidden, no markup, no heap of accents.
fn clean(text: &str) -> String {
    let mut n_marks = 0;
    text.chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|c| {
            n_marks = if is_mark(*c) { n_marks + 1 } else { 0 };
            forbidden(*c).is_none() && n_marks <= MAX_MARKS && *c != '*'
        })
        .map(|c| match c {
            '{' => '(',
            '}' => ')',
            c => c,
        })
        .collect()
}

/// A text in quotes.
fn quoted(text: &str) -> String {
    let text = clean(text);
    let text = if is_blank(&text) { "..." } else { &text };
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A text behind two slashes.
fn comment(text: &str) -> String {
    let text = clean(text);
    text.chars().take(300).collect()
}
