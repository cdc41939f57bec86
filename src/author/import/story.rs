//! What is brought along from elsewhere, whatever it was: passages and the ways
//! between them, brought into a shape that a scenario has room for. Writes nothing
//! down; `pen` does.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{anyhow, bail};
use engine::scenario::MAX_REPLIES;

use super::pen::{Pen, Written};

/// Most passages that are read.
pub const MAX_PASSAGES: usize = 1_000;
/// Most endings of a scenario.
const MAX_ENDINGS: usize = 32;
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
    pub n_more_lost: usize,
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

    /// Notes that there are more passages than a scenario may have beats.
    pub fn lose_the_rest(&mut self) {
        self.lose(format!("everything after {MAX_PASSAGES} passages"));
    }

    /// Adds a passage; of two with one name the first stands.
    pub fn add(&mut self, passage: Passage) {
        if self.passages.len() == MAX_PASSAGES {
            self.lose_the_rest();
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
        let named = self.start.take();
        let known = named.clone().filter(|id| self.known.contains(id));
        let mut start = known
            .or(first)
            .ok_or_else(|| anyhow!("there is no passage in it"))?;
        if let Some(named) = named.filter(|named| *named != start) {
            self.lose(format!(
                "its beginning at \"{named}\", which is not there; it begins with its first passage"
            ));
        }
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
                    "a way to \"{}\": no choice leads there; its words are written down all the same",
                    passage.name
                )
            })
            .collect();
        unreached.into_iter().for_each(|what| self.lose(what));
    }
}

impl Passage {
    /// Whether it ends there.
    pub fn is_end(&self) -> bool {
        self.links.is_empty() && self.next.is_none()
    }

    /// Where it leads.
    pub fn targets(&self) -> impl Iterator<Item = &String> {
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
