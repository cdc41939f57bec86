//! H5P Branching Scenario: an archive of strangers. Two of its files are read, into
//! memory and within bounds; nothing is unpacked, and an archive that lies about
//! itself is refused whole.

use std::collections::BTreeSet;
use std::io::{Read, Seek};

use anyhow::{Context, anyhow, bail};
use serde::Deserialize;
use zip::ZipArchive;

use super::super::render::visible;
use super::html;
use super::lenient::{Few, Loose, Soft};
use super::story::{Link, MAX_PASSAGES, Passage, Story};

/// Largest archive, bytes: it may hold films, which are not read.
const MAX_ARCHIVE: u64 = 1 << 30;
/// Most files in it: the players of all kinds of content come with it.
const MAX_ENTRIES: usize = 10_000;
/// Longest file of it that is read, bytes.
const MAX_JSON: u64 = 8 << 20;
/// How many times longer than packed a file may be that is read.
const MAX_RATIO: u64 = 100;
/// Most alternatives of a question that are read.
const MAX_ALTERNATIVES: usize = 100;

/// Whether bytes begin as an archive does.
pub fn is_archive(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

/// Reads an `.h5p` file.
///
/// # Errors
/// When it is no sound archive, or no Branching Scenario is in it.
pub fn archive(file: impl Read + Seek, length: u64) -> anyhow::Result<Story> {
    if length > MAX_ARCHIVE {
        bail!("it is larger than 1 GiB, the most that is looked into");
    }
    let mut zip = ZipArchive::new(file).context("it is no sound archive")?;
    sound(&mut zip).context("the archive is refused")?;
    let about = member(&mut zip, "h5p.json")?;
    let about: About = parsed("h5p.json", &about)?;
    if !about.library.0.starts_with("H5P.BranchingScenario") {
        bail!(
            "it is of the kind `{}`; only a Branching Scenario has choices to bring along",
            visible(&about.library.0)
        );
    }
    let content = member(&mut zip, "content/content.json")?;
    let mut story = content_json(&content)?;
    if story.title.trim().is_empty() {
        story.title = html::plain(&about.title.0);
    }
    Ok(story)
}

/// That the archive is what it says: no file outside it, none twice, none hidden.
fn sound(zip: &mut ZipArchive<impl Read + Seek>) -> anyhow::Result<()> {
    if zip.len() > MAX_ENTRIES {
        bail!(
            "it holds {} files, at most {MAX_ENTRIES} are looked at",
            zip.len()
        );
    }
    if zip.has_duplicate_names() {
        bail!("it holds two files of one name");
    }
    let mut folded = BTreeSet::new();
    for n in 0..zip.len() {
        let entry = zip.by_index_raw(n)?;
        let name = String::from_utf8_lossy(entry.name_raw()).into_owned();
        let shown = visible(&name);
        let leaves = name.split('/').any(|part| part == "..");
        if leaves || name.starts_with('/') || name.contains(['\\', '\0', ':']) {
            bail!("its file `{shown}` would lie outside of it");
        }
        if entry.is_symlink() {
            bail!("its file `{shown}` is a link to elsewhere");
        }
        if entry.encrypted() {
            bail!("its file `{shown}` is encrypted");
        }
        if !folded.insert(name.to_lowercase()) {
            bail!("its file `{shown}` is there twice, but for small and large letters");
        }
    }
    if zip.has_overlapping_files()? {
        bail!("its files lie over each other");
    }
    Ok(())
}

/// One file of it, unpacked within bounds: the length it states is not believed.
fn member(zip: &mut ZipArchive<impl Read + Seek>, name: &str) -> anyhow::Result<Vec<u8>> {
    let entry = zip
        .by_name(name)
        .map_err(|why| anyhow!("there is no `{name}` to read in it: {why}"))?;
    let packed = entry.compressed_size();
    let most = MAX_JSON.min(packed.saturating_mul(MAX_RATIO).max(64 << 10));
    let mut bytes = Vec::new();
    entry
        .take(most + 1)
        .read_to_end(&mut bytes)
        .with_context(|| format!("`{name}` in it cannot be unpacked"))?;
    if bytes.len() as u64 > most {
        bail!("`{name}` in it unpacks to more than {most} bytes, and is refused");
    }
    Ok(bytes)
}

fn parsed<'j, T: Deserialize<'j>>(name: &str, bytes: &'j [u8]) -> anyhow::Result<T> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    serde_json::from_slice(bytes).with_context(|| format!("`{name}` cannot be understood"))
}

/// Reads the `content/content.json` of a Branching Scenario.
///
/// # Errors
/// When it is none.
pub fn content_json(bytes: &[u8]) -> anyhow::Result<Story> {
    let content: Content = parsed("content.json", bytes)?;
    let Some(branching) = content.scenario else {
        bail!("`content.json` holds no Branching Scenario");
    };
    if branching.content.0.is_empty() {
        bail!("the Branching Scenario has nothing in it");
    }
    let mut story = Story::new(html::plain(&branching.title.0));
    story.brief = branching.start.0.words();
    story.start = Some(id(0));
    let mut reader = Reader {
        story,
        ends: Vec::new(),
        endings: Vec::new(),
        n_scores: 0,
        n_pictures: 0,
    };
    reader.note(&branching.start.0);
    for Soft(end) in branching.ends.0 {
        reader.note(&end);
        reader.ends.push(end);
    }
    for (n, Soft(node)) in (0..).zip(branching.content.0) {
        reader.node(n, node);
    }
    Ok(reader.done())
}

/// Turns nodes into passages.
struct Reader {
    story: Story,
    /// The end screens.
    ends: Vec<Screen>,
    /// The endings that something led to.
    endings: Vec<Passage>,
    n_scores: usize,
    n_pictures: usize,
}

impl Reader {
    fn node(&mut self, n: i64, node: Node) {
        let (Soft(kind), Soft(feedback)) = (node.kind, node.feedback);
        let library = kind.library.0.split_whitespace().next().unwrap_or_default();
        let name = name_of(n, [&kind.metadata.0.title, &node.title]);
        self.note(&feedback);
        let mut passage = Passage {
            id: id(n),
            name: name.clone(),
            ..Passage::default()
        };
        let Soft(params) = kind.params;
        let Soft(question) = params.question;
        let ways = question.alternatives.0.iter().map(|Soft(way)| &way.text);
        for html in [&params.text, &question.question].into_iter().chain(ways) {
            for left in html::left_behind(&html.0) {
                self.story.lose(format!("{left} in \"{name}\""));
            }
        }
        if library == "H5P.BranchingQuestion" {
            passage.text = html::plain(&question.question.0);
            for (k, Soft(way)) in (1..).zip(question.alternatives.0) {
                let Soft(feedback) = way.feedback;
                self.note(&feedback);
                let words = feedback.words();
                let goes_on = goes_on(&way.next);
                // Where it ends, the feedback is the end; elsewhere it is only said.
                let note = Some(&words).filter(|words| goes_on && !words.is_empty());
                passage.links.push(Link {
                    say: html::plain(&way.text.0),
                    feedback: note.cloned(),
                    to: Some(self.target(&way.next, &format!("{name} {k}"), words)),
                });
            }
        } else {
            passage.text = html::plain(&params.text.0);
            if library != "H5P.AdvancedText" {
                let library = visible(library);
                self.story.lose(format!(
                    "what \"{name}\" shows, which is of the kind `{library}`"
                ));
            }
            let words = feedback.words();
            if goes_on(&node.next) {
                passage.text = format!("{}\n\n{words}", passage.text);
            }
            passage.next = Some(self.target(&node.next, &name, words));
        }
        self.story.add(passage);
    }

    /// Where a number leads: to another node, or to an ending with these words.
    fn target(&mut self, next: &Loose, from: &str, words: String) -> String {
        if goes_on(next) {
            return id(next.0.trim().parse().unwrap_or_default());
        }
        // Below nought it ends, and where nothing is said.
        let n_end: i64 = next.0.trim().parse().unwrap_or(-1);
        let (ending, name, text) = if words.is_empty() {
            let end = self.ends.iter().find(|end| end.content() == n_end);
            let end = end.or(self.ends.first());
            let text = end.map(Screen::words).unwrap_or_default();
            (format!("end {n_end}"), "the-end".to_owned(), text)
        } else {
            (format!("end of {from}"), format!("end-of-{from}"), words)
        };
        if !self.endings.iter().any(|known| known.id == ending) {
            self.endings.push(Passage {
                id: ending.clone(),
                name,
                text,
                ..Passage::default()
            });
        }
        ending
    }

    /// Counts what a screen holds and a scenario has no place for.
    fn note(&mut self, screen: &Screen) {
        let (scores, picture) = screen.holds();
        self.n_scores += usize::from(scores);
        self.n_pictures += usize::from(picture);
    }

    fn done(mut self) -> Story {
        for ending in self.endings {
            self.story.add(ending);
        }
        if self.n_scores > 0 {
            self.story.lose(format!(
                "the points of {} ends: here one model scores every talk",
                self.n_scores
            ));
        }
        if self.n_pictures > 0 {
            self.story.lose(format!(
                "{} pictures at its start, feedback and ends",
                self.n_pictures
            ));
        }
        self.story
    }
}

/// Whether a number leads to another node.
fn goes_on(next: &Loose) -> bool {
    next.0.trim().parse().is_ok_and(|n: i64| n >= 0)
}

/// The first title that its author gave, or its number.
fn name_of(n: i64, titles: [&Loose; 2]) -> String {
    let title = titles.into_iter().map(|title| {
        let title = html::plain(&title.0);
        title.split_whitespace().collect::<Vec<_>>().join(" ")
    });
    title
        .into_iter()
        .find(|title| !title.is_empty() && !title.starts_with("Untitled"))
        .unwrap_or_else(|| format!("part-{}", n + 1))
}

fn id(n: i64) -> String {
    format!("content {n}")
}

/// `h5p.json`.
#[derive(Default, Deserialize)]
#[serde(default)]
struct About {
    #[serde(rename = "mainLibrary")]
    library: Loose,
    title: Loose,
}

/// `content/content.json`.
#[derive(Deserialize)]
struct Content {
    #[serde(rename = "branchingScenario")]
    scenario: Option<Branching>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Branching {
    title: Loose,
    #[serde(rename = "startScreen")]
    start: Soft<Screen>,
    #[serde(rename = "endScreens")]
    ends: Few<Soft<Screen>, 100>,
    content: Few<Soft<Node>, MAX_PASSAGES>,
}

/// A start screen, an end screen, or the feedback to a choice.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Screen {
    #[serde(alias = "startScreenTitle", alias = "endScreenTitle")]
    title: Loose,
    #[serde(alias = "startScreenSubtitle", alias = "endScreenSubtitle")]
    subtitle: Loose,
    #[serde(rename = "contentId")]
    content: Loose,
    #[serde(rename = "endScreenScore")]
    score: Loose,
    #[serde(alias = "startScreenImage", alias = "endScreenImage")]
    image: Soft<Picture>,
}

impl Screen {
    /// Both in one line, the first as a sentence of its own.
    fn words(&self) -> String {
        let line = |text: &Loose| {
            let text = html::plain(&text.0);
            text.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        let (title, subtitle) = (line(&self.title), line(&self.subtitle));
        if title.is_empty() || subtitle.is_empty() {
            return title + &subtitle;
        }
        let stop = if title.ends_with(['.', '!', '?', ':']) {
            ""
        } else {
            "."
        };
        format!("{title}{stop} {subtitle}")
    }

    fn content(&self) -> i64 {
        self.content.0.trim().parse().unwrap_or(-1)
    }

    /// Whether it gives points, and whether it has a picture.
    fn holds(&self) -> (bool, bool) {
        let scores = !matches!(self.score.0.as_str(), "" | "0");
        (scores, !self.image.0.path.0.is_empty())
    }
}

/// A picture: one that is not there is an empty record.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Picture {
    path: Loose,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Node {
    #[serde(rename = "type")]
    kind: Soft<Kind>,
    #[serde(rename = "contentTitle")]
    title: Loose,
    #[serde(rename = "nextContentId")]
    next: Loose,
    feedback: Soft<Screen>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Kind {
    library: Loose,
    params: Soft<Params>,
    metadata: Soft<Metadata>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Metadata {
    title: Loose,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Params {
    text: Loose,
    #[serde(rename = "branchingQuestion")]
    question: Soft<Question>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Question {
    question: Loose,
    alternatives: Few<Soft<Way>, MAX_ALTERNATIVES>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Way {
    text: Loose,
    #[serde(rename = "nextContentId")]
    next: Loose,
    feedback: Soft<Screen>,
}
