//! From the written form to the playable one. It takes a scenario that
//! `load::check` found sound and says what is wrong with any other.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::act::{Act, ActSet};
use crate::rules::Rules;

use super::hash::hashes;
use super::playable::*;
use super::written::{Condition, Key, SegmentKind, Written};

/// A written form that cannot be played.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unplayable(String);

/// Makes the playable form.
///
/// # Errors
/// When a name leads nowhere or a limit is passed. `load::check` finds these
/// with their places; this is the last line of defence.
pub fn compile(written: Written, rules: &Rules) -> Result<Scenario, Unplayable> {
    let mut made = Maker::new(&written, rules)?;
    let beats: Vec<_> = written.beats.values().collect();
    let mut rows = Vec::new();
    for beat in &beats {
        rows.push(made.beat(beat)?);
    }
    let opening = made.find(&made.beats, &written.opening, "beat")?;
    let walk_out = made.find(&made.endings, &written.walk_out, "ending")?;
    let landmarks = std::mem::take(&mut made.landmarks);
    for (beat, landmark) in landmarks {
        rows[beat as usize].landmark = Some(landmark);
    }
    let (content, mechanics) = hashes(&written);
    Ok(Scenario {
        content,
        mechanics,
        beats: rows,
        segments: made.segments,
        variants: made.variants,
        replies: made.replies,
        tests: made.tests,
        arms: made.arms,
        opening,
        walk_out,
        reads: beats.iter().map(|beat| beat.read).collect(),
        beat_keys: written.beats.keys().map(|k| k.text.clone()).collect(),
        reply_keys: beats
            .iter()
            .flat_map(|b| b.replies.keys().map(|k| k.text.clone()))
            .collect(),
        ending_keys: written.endings.keys().map(|k| k.text.clone()).collect(),
        fact_keys: made.facts.into_keys().collect(),
        deals: written
            .deal
            .iter()
            .map(|(name, values)| {
                (
                    name.text.clone(),
                    values.iter().map(|v| v.text.clone()).collect(),
                )
            })
            .collect(),
        endings: written
            .endings
            .values()
            .map(|e| (e.outcome, e.right))
            .collect(),
        promises: made.promises,
        n_story: written.start.story.unwrap_or(4),
        kind: Kind {
            failure: written.failure,
            knows: written.customer.knows,
            loss: written.authority.loss,
        },
        house: None,
        written: Arc::new(written),
    })
}

struct Maker<'a> {
    rules: &'a Rules,
    written: &'a Written,
    beats: BTreeMap<String, u16>,
    endings: BTreeMap<String, u16>,
    facts: BTreeMap<String, u32>,
    landmarks: BTreeMap<u16, u8>,
    segments: Vec<SegmentRow>,
    variants: Vec<Slice>,
    replies: Vec<ReplyRow>,
    tests: Vec<Test>,
    arms: Vec<BranchArm>,
    promises: Vec<(u16, String)>,
}

impl<'a> Maker<'a> {
    fn new(written: &'a Written, rules: &'a Rules) -> Result<Self, Unplayable> {
        let numbered = |keys: Vec<&Key>| {
            keys.iter()
                .zip(0u16..)
                .map(|(k, i)| (k.text.clone(), i))
                .collect()
        };
        let facts: BTreeSet<_> = written
            .beats
            .values()
            .flat_map(|beat| &beat.says)
            .filter_map(|segment| segment.fact.as_ref())
            .map(|key| key.text.clone())
            .collect();
        within("facts", facts.len(), MAX_FACTS)?;
        within("names in the deal", written.deal.len(), MAX_DEALS)?;
        within("beats", written.beats.len(), 5000)?;
        Ok(Maker {
            rules,
            written,
            beats: numbered(written.beats.keys().collect()),
            endings: numbered(written.endings.keys().collect()),
            facts: facts
                .into_iter()
                .zip((0..MAX_FACTS).map(|bit| 1 << bit))
                .collect(),
            landmarks: BTreeMap::new(),
            segments: Vec::new(),
            variants: Vec::new(),
            replies: Vec::new(),
            tests: Vec::new(),
            arms: Vec::new(),
            promises: Vec::new(),
        })
    }

    fn find<T: Copy>(
        &self,
        map: &BTreeMap<String, T>,
        key: &Key,
        what: &str,
    ) -> Result<T, Unplayable> {
        map.get(&key.text)
            .copied()
            .ok_or_else(|| Unplayable(format!("no {what} is called `{}`", key.text)))
    }

    fn beat(&mut self, beat: &super::written::Beat) -> Result<BeatRow, Unplayable> {
        within("segments of a beat", beat.says.len(), MAX_SEGMENTS)?;
        within("replies of a beat", beat.replies.len(), MAX_REPLIES)?;
        let first_segment = self.segments.len() as u32;
        for segment in &beat.says {
            let fact = match &segment.fact {
                Some(key) if segment.kind == SegmentKind::Fact => {
                    self.find(&self.facts, key, "fact")?
                }
                _ => 0,
            };
            let mut variants = Vec::new();
            for variant in &segment.variants {
                variants.push(self.conditions(&variant.conditions)?);
            }
            let tests = self.conditions(&segment.conditions)?;
            let variants = append(&mut self.variants, variants);
            self.segments.push(SegmentRow {
                kind: segment.kind,
                fact,
                tests,
                variants,
            });
        }
        let segments = Slice {
            start: first_segment,
            len: beat.says.len() as u16,
        };
        let first_reply = self.replies.len() as u32;
        for reply in beat.replies.values() {
            let row = self.reply(reply)?;
            self.replies.push(row);
        }
        let replies = Slice {
            start: first_reply,
            len: beat.replies.len() as u16,
        };
        Ok(BeatRow {
            segments,
            replies,
            grants: beat.grants,
            landmark: None,
        })
    }

    fn reply(&mut self, reply: &super::written::Reply) -> Result<ReplyRow, Unplayable> {
        let acts: Vec<Act> = reply.acts.iter().map(|(act, _)| *act).collect();
        let plain = match &reply.without {
            Some(without) => without.acts.clone(),
            None => acts.clone(),
        };
        within("acts of a reply", acts.len().max(plain.len()), MAX_ACTS)?;
        if acts.is_empty() || plain.is_empty() {
            return Err(Unplayable("a reply has no act".into()));
        }
        let mut needs = 0;
        for key in &reply.needs {
            needs |= self.find(&self.facts, key, "fact")?;
        }
        let mut asks = 0;
        for key in &reply.asks {
            asks |= self.find(&self.facts, key, "fact")?;
        }
        let mut arms = Vec::new();
        for branch in &reply.then {
            let to = match self.beats.get(&branch.to.text) {
                Some(&beat) => Target::Beat(beat),
                None => Target::Ending(self.find(&self.endings, &branch.to, "beat or ending")?),
            };
            arms.push(BranchArm {
                tests: self.conditions(&branch.conditions)?,
                to,
            });
        }
        if arms.last().is_none_or(|arm| arm.tests.len != 0) {
            return Err(Unplayable(
                "the last branch of a reply must have no condition".into(),
            ));
        }
        let promise = match &reply.promise {
            Some(promise) => {
                self.promises.push((
                    self.replies.len() as u16,
                    format!("{} ({})", promise.what, promise.due),
                ));
                within("promises", self.promises.len(), 32)?;
                self.promises.len() as u8
            }
            None => 0,
        };
        Ok(ReplyRow {
            acts: padded(&acts),
            n_acts: acts.len() as u8,
            set: acts.iter().copied().collect(),
            plain_acts: padded(&plain),
            n_plain: plain.len() as u8,
            plain_set: plain.iter().copied().collect::<ActSet>(),
            needs,
            asks,
            tests: self.conditions(&reply.conditions)?,
            suits: self.conditions(&reply.suits)?,
            gives: reply.gives,
            promise,
            arms: append(&mut self.arms, arms),
        })
    }

    fn conditions(&mut self, conditions: &[Condition]) -> Result<Slice, Unplayable> {
        let mut tests = Vec::new();
        for condition in conditions {
            self.condition(condition, &mut tests)?;
        }
        Ok(append(&mut self.tests, tests))
    }

    fn condition(&mut self, condition: &Condition, out: &mut Vec<Test>) -> Result<(), Unplayable> {
        out.push(match condition {
            Condition::Deal(name, value) => {
                let (n, values) = self
                    .written
                    .deal
                    .iter()
                    .enumerate()
                    .find_map(|(n, (key, values))| (key == name).then_some((n, values)))
                    .ok_or_else(|| Unplayable(format!("the deal has no `{}`", name.text)))?;
                let value = values.iter().position(|key| key == value).ok_or_else(|| {
                    Unplayable(format!("`{}` is never `{}`", name.text, value.text))
                })?;
                Test::Deal {
                    name: n as u8,
                    value: value as u8,
                }
            }
            Condition::Knows(key) => Test::Knows(self.find(&self.facts, key, "fact")?),
            Condition::Did(act) => Test::Did(*act),
            Condition::Been(key) => {
                let beat = self.find(&self.beats, key, "beat")?;
                let n = self.landmarks.len();
                let landmark = *self.landmarks.entry(beat).or_insert(n as u8);
                within("beats named in `Been`", self.landmarks.len(), MAX_LANDMARKS)?;
                Test::Been(landmark)
            }
            Condition::AtLeast(gauge, amount) => Test::AtLeast(*gauge, self.rules.middle(*amount)),
            Condition::Below(gauge, amount) => Test::Below(*gauge, self.rules.middle(*amount)),
            Condition::Told => Test::Told,
            Condition::Talker => Test::Talker,
            Condition::Direct => Test::Direct,
            Condition::Not(inner) => {
                out.push(Test::Not);
                return self.condition(inner, out);
            }
            Condition::Any(alternatives) => {
                let at = out.len();
                out.push(Test::AnyOf(0));
                for alternative in alternatives {
                    self.condition(alternative, out)?;
                }
                let n_tests = out.len() - at - 1;
                within("alternatives", n_tests, 255)?;
                out[at] = Test::AnyOf(n_tests as u8);
                return Ok(());
            }
        });
        Ok(())
    }
}

fn append<T>(all: &mut Vec<T>, new: Vec<T>) -> Slice {
    let slice = Slice {
        start: all.len() as u32,
        len: new.len() as u16,
    };
    all.extend(new);
    slice
}

fn padded(acts: &[Act]) -> [Act; MAX_ACTS] {
    let mut all = [acts[0]; MAX_ACTS];
    all[..acts.len()].copy_from_slice(acts);
    all
}

fn within(what: &str, found: usize, most: usize) -> Result<(), Unplayable> {
    if found <= most {
        Ok(())
    } else {
        Err(Unplayable(format!(
            "{found} {what}, at most {most} are possible"
        )))
    }
}
