//! H5P Branching Scenario: an archive of strangers. Two of its files are read, into
//! memory and within bounds; nothing is unpacked, and an archive that lies about
//! itself is refused whole.

use std::collections::BTreeSet;
use std::fmt;
use std::io::{Read, Seek};
use std::marker::PhantomData;

use anyhow::{Context, anyhow, bail};
use serde::Deserialize;
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use zip::ZipArchive;

use super::super::render::visible;
use super::html;
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
    let mut story = Story::new(html::plain(&branching.title.0));
    story.brief = branching.start.words();
    story.start = Some(id(0));
    let ends: Vec<&Screen> = branching.ends.0.iter().collect();
    let (mut n_scores, mut n_pictures) = (0, 0);
    let screens = ends.iter().copied().chain([&branching.start]);
    screens.for_each(|screen| screen.note(&mut n_scores, &mut n_pictures));
    let n_nodes = branching.content.0.len();
    let mut endings: Vec<Passage> = Vec::new();
    // Where a number leads: another node, or an ending with these words.
    let mut target = |next: &Loose, from: String, words: String| -> Option<String> {
        match next.0.trim().parse::<i64>() {
            Ok(n) if n >= 0 => Some(id(n)),
            // Below nought, and where nothing is said, it ends.
            _ => {
                let n_end = next.0.trim().parse().unwrap_or(-1);
                let end = ends.iter().find(|end| end.content() == n_end);
                let (ending, name, text) = if words.is_empty() {
                    let text = end.or(ends.first()).map(|end| end.words());
                    (
                        format!("end {n_end}"),
                        "the-end".to_owned(),
                        text.unwrap_or_default(),
                    )
                } else {
                    (format!("end of {from}"), format!("end-of-{from}"), words)
                };
                if !endings.iter().any(|known| known.id == ending) {
                    endings.push(Passage {
                        id: ending.clone(),
                        name,
                        text,
                        ..Passage::default()
                    });
                }
                Some(ending)
            }
        }
    };
    let mut passages = Vec::new();
    for (n, node) in (0..).zip(branching.content.0) {
        let title = html::plain(&node.kind.metadata.title.0);
        let library = node
            .kind
            .library
            .0
            .split_whitespace()
            .next()
            .unwrap_or_default();
        let name = if title.trim().is_empty() || title.starts_with("Untitled") {
            format!("part-{}", n + 1)
        } else {
            title.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        node.feedback.note(&mut n_scores, &mut n_pictures);
        let mut passage = Passage {
            id: id(n),
            name: name.clone(),
            ..Passage::default()
        };
        match (library, node.kind.params.question) {
            ("H5P.BranchingQuestion", Some(question)) => {
                passage.text = html::plain(&question.question.0);
                for (k, way) in question.alternatives.0.into_iter().enumerate() {
                    way.feedback.note(&mut n_scores, &mut n_pictures);
                    let feedback = way.feedback.words();
                    let to = target(&way.next, format!("{name} {}", k + 1), feedback.clone());
                    passage.links.push(Link {
                        say: html::plain(&way.text.0),
                        to,
                        feedback: Some(feedback).filter(|words| !words.is_empty()),
                    });
                }
            }
            (library, _) => {
                passage.text = html::plain(&node.kind.params.text.0);
                if library != "H5P.AdvancedText" {
                    story.lose(format!(
                        "what \"{name}\" shows, which is of the kind `{library}`"
                    ));
                }
                let feedback = node.feedback.words();
                passage.next = target(&node.next, name.clone(), feedback.clone());
                // Words that are not those of an end of their own stay where they were.
                if node.next.0.trim().parse().is_ok_and(|n: i64| n >= 0) {
                    passage.text = format!("{}\n{feedback}", passage.text);
                }
            }
        }
        if passage.links.is_empty() && passage.next.is_none() {
            passage.next = target(&node.next, name, String::new());
        }
        passages.push(passage);
    }
    for passage in passages.into_iter().chain(endings) {
        story.add(passage);
    }
    if n_scores > 0 {
        story.lose(format!(
            "the points of {n_scores} ends: here one model scores every talk"
        ));
    }
    if n_pictures > 0 {
        story.lose(format!(
            "{n_pictures} pictures at its start, feedback and ends"
        ));
    }
    if n_nodes == 0 {
        bail!("the Branching Scenario has nothing in it");
    }
    Ok(story)
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
    start: Screen,
    #[serde(rename = "endScreens")]
    ends: Few<Screen, 100>,
    content: Few<Node, MAX_PASSAGES>,
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
    image: Thing,
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

    fn note(&self, n_scores: &mut usize, n_pictures: &mut usize) {
        *n_scores += usize::from(!matches!(self.score.0.as_str(), "" | "0"));
        *n_pictures += usize::from(self.image.0);
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Node {
    #[serde(rename = "type")]
    kind: Kind,
    #[serde(rename = "nextContentId")]
    next: Loose,
    feedback: Screen,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Kind {
    library: Loose,
    params: Params,
    metadata: Metadata,
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
    question: Option<Question>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Question {
    question: Loose,
    alternatives: Few<Way, MAX_ALTERNATIVES>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Way {
    text: Loose,
    #[serde(rename = "nextContentId")]
    next: Loose,
    feedback: Screen,
}

/// A text or a number as text; empty for whatever else stands there.
#[derive(Clone, Debug, Default)]
struct Loose(String);

impl<'de> Deserialize<'de> for Loose {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Anything).map(Loose)
    }
}

/// Whether there is something, and not nothing.
#[derive(Clone, Copy, Debug, Default)]
struct Thing(bool);

impl<'de> Deserialize<'de> for Thing {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Thing(
            Option::<IgnoredAny>::deserialize(deserializer)?.is_some(),
        ))
    }
}

struct Anything;

impl<'de> Visitor<'de> for Anything {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_str<E>(self, text: &str) -> Result<String, E> {
        Ok(text.to_owned())
    }

    fn visit_i64<E>(self, n: i64) -> Result<String, E> {
        Ok(n.to_string())
    }

    fn visit_u64<E>(self, n: u64) -> Result<String, E> {
        Ok(n.to_string())
    }

    fn visit_f64<E>(self, n: f64) -> Result<String, E> {
        Ok(n.to_string())
    }

    fn visit_bool<E>(self, _: bool) -> Result<String, E> {
        Ok(String::new())
    }

    fn visit_unit<E>(self) -> Result<String, E> {
        Ok(String::new())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<String, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(String::new())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<String, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(String::new())
    }
}

/// A list of no more than so many: a short file could ask for a lot of memory otherwise.
#[derive(Debug)]
struct Few<T, const MOST: usize>(Vec<T>);

impl<T, const MOST: usize> Default for Few<T, MOST> {
    fn default() -> Self {
        Few(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>, const MOST: usize> Deserialize<'de> for Few<T, MOST> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(ListOf(PhantomData))
    }
}

struct ListOf<T, const MOST: usize>(PhantomData<T>);

impl<'de, T: Deserialize<'de>, const MOST: usize> Visitor<'de> for ListOf<T, MOST> {
    type Value = Few<T, MOST>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut few = Vec::new();
        while let Some(item) = list.next_element()? {
            if few.len() == MOST {
                return Err(A::Error::custom(format!("a list of more than {MOST}")));
            }
            few.push(item);
        }
        Ok(Few(few))
    }
}
