//! Writes a story down as a scenario that checks: keys, beats, replies, endings, and
//! a note wherever somebody must fill something in.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use engine::act::Act;
use engine::load::{MAX_TEXT, tags};
use engine::scenario::{MAX_ACTS, MAX_REPLIES, MAX_SEGMENTS};

use super::story::{Passage, Story};
use super::words::{
    MAX_LINE, clean, is_blank, one_line, quoted, segments, short, slug, unquoted, wrapped,
};

/// Longest title, characters.
const MAX_TITLE: usize = 80;

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

/// What writes the file: the key of every passage, and what is left out on the way.
pub struct Pen {
    keys: BTreeMap<String, String>,
    taken: BTreeSet<String>,
    cut: Vec<String>,
}

impl Pen {
    /// With a key for every passage.
    pub fn new(story: &Story) -> Self {
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

    /// Writes it; the story begins with the passage `start`.
    pub fn write(mut self, mut story: Story, start: &str, id: &str) -> Written {
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
            let free = (1..=MAX_REPLIES).map(|n| match n {
                1 => "leave-it".to_owned(),
                n => format!("leave-it-{n}"),
            });
            let key = { free }
                .find(|key| !taken.contains(key))
                .unwrap_or_default();
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

/// A text behind two slashes.
fn comment(text: &str) -> String {
    let text = clean(text);
    text.chars().take(300).collect()
}

/// Acts with which `check` finds nothing to say against the words.
fn guessed(say: &str) -> String {
    let mut acts = tags::guess(say);
    acts.truncate(MAX_ACTS);
    let names: Vec<&str> = acts.into_iter().map(Act::name).collect();
    names.join(", ")
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
