//! A small hand-made conversation to open the window with while there is no
//! other. It uses every kind of segment and both places for choices.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::Context;
use engine::act::Act;
use engine::rules::Rules;
use engine::scenario::written::*;
use engine::scenario::{Scenario, compile};

/// The sample, ready to be played.
///
/// # Errors
/// When it does not fit the rules, which a test excludes.
pub fn scenario(rules: &Rules) -> anyhow::Result<Arc<Scenario>> {
    let scenario = compile(written(), rules).context("the sample scenario")?;
    Ok(Arc::new(scenario))
}

/// The same, asking at every beat how the customer feels.
///
/// # Errors
/// As [`scenario`].
pub fn asking(rules: &Rules) -> anyhow::Result<Arc<Scenario>> {
    let mut written = written();
    written.beats.values_mut().for_each(|beat| beat.read = true);
    let scenario = compile(written, rules).context("the sample scenario")?;
    Ok(Arc::new(scenario))
}

fn written() -> Written {
    let beats = [
        (
            "arrival",
            vec![
                said(
                    SegmentKind::Tell,
                    "Three weeks. *Three.* And now it is back on my desk, as dead as before.",
                ),
                said(
                    SegmentKind::Tell,
                    "I run the café on the corner. The till, the orders, the wages – it’s all on that thing.",
                ),
                said(
                    SegmentKind::Provoke,
                    "Do you people even switch them on before you hand them back?",
                ),
            ],
            vec![
                reply(
                    "name-it",
                    "Three weeks, and it died again with the wages still on it. You’d expect better of us.",
                    &[Act::Reiterate, Act::Validate],
                    "told",
                ),
                reply(
                    "what-changed",
                    "Did you install anything on it since it left here?",
                    &[Act::Clarify],
                    "told",
                ),
                reply("sorry", "I’m sorry about that.", &[Act::Apologise], "told"),
                reply(
                    "see",
                    "Let’s see what I can do about it right now.",
                    &[Act::LetsSee],
                    "told",
                ),
            ],
        ),
        (
            "told",
            vec![
                said(
                    SegmentKind::Tell,
                    "Well. At least somebody’s writing it down this time.",
                ),
                said(SegmentKind::Ask, "So what happens now?"),
            ],
            vec![
                reply(
                    "choices",
                    "Either I open it here while you wait, or you take a loan machine and I call you by four.",
                    &[Act::OfferChoice],
                    "close",
                ),
                reply(
                    "wait",
                    "We’ll have a look at it and let you know.",
                    &[Act::Reassure],
                    "close",
                ),
                reply(
                    "supplier",
                    "Honestly, that part comes from our supplier, it’s out of our hands.",
                    &[Act::BlameOther],
                    "close",
                ),
            ],
        ),
        (
            "close",
            vec![said(SegmentKind::Tell, "Fine. Till four, then.")],
            vec![
                reply(
                    "promise",
                    "Four o’clock. I’ll call, whether it’s done or not.",
                    &[Act::Promise],
                    "kept",
                ),
                reply("bye", "Right. Bye, then.", &[Act::Greet], "walks"),
            ],
        ),
    ];
    Written {
        format: 1,
        id: Key::new("sample"),
        title: "Back on the counter".to_owned(),
        place: Place::Counter,
        brief: "Mr. Çelik’s café laptop was repaired here three weeks ago. He has carried it back in, \
                and there is a queue behind him. The ticket says “tested OK”."
            .to_owned(),
        failure: Failure::Outcome,
        customer: Customer {
            name: "Emre Çelik".to_owned(),
            look: Key::new("baker"),
            manner: Manner::Plain,
            temper: Level::High,
            talk: Level::Mid,
            suspicion: Level::Mid,
            money: Level::Mid,
            pride: Level::Mid,
            knows: Knows::User,
            direct: Direct::Drawn,
            mask: Mask::Open,
            trade: "café owner".to_owned(),
        },
        start: Start::default(),
        deal: BTreeMap::new(),
        authority: Authority {
            credit: 20,
            loss: 80,
        },
        opening: Key::new("arrival"),
        walk_out: Key::new("walks"),
        beats: beats
            .into_iter()
            .map(|(key, says, replies)| {
                let beat = Beat {
                    says,
                    replies: replies.into_iter().collect(),
                    grants: 0,
                    read: false,
                    span: Default::default(),
                };
                (Key::new(key), beat)
            })
            .collect(),
        endings: [
            ending("kept", "He takes the ticket with your name on it, and holds the door for the next one in the queue.", Outcome::Kept),
            ending("walks", "The door. On Thursday there is a review: one star, four paragraphs.", Outcome::Story),
        ]
        .into(),
        reactions: BTreeMap::new(),
        bots: BTreeMap::new(),
        expect: Vec::new(),
    }
}

fn said(kind: SegmentKind, text: &str) -> Segment {
    Segment {
        kind,
        fact: None,
        text: text.to_owned(),
        variants: Vec::new(),
        conditions: Vec::new(),
        span: Default::default(),
    }
}

fn reply(key: &str, say: &str, acts: &[Act], to: &str) -> (Key, Reply) {
    let reply = Reply {
        say: say.to_owned(),
        acts: acts.iter().map(|&act| (act, Noted::default())).collect(),
        because: None,
        on_purpose: None,
        needs: Vec::new(),
        without: None,
        asks: Vec::new(),
        conditions: Vec::new(),
        suits: Vec::new(),
        gives: 0,
        promise: None,
        then: vec![Branch {
            to: Key::new(to),
            conditions: Vec::new(),
        }],
        span: Default::default(),
    };
    (Key::new(key), reply)
}

fn ending(key: &str, scene: &str, outcome: Outcome) -> (Key, Ending) {
    let ending = Ending {
        scene: scene.to_owned(),
        outcome,
        right: outcome == Outcome::Kept,
        span: Default::default(),
    };
    (Key::new(key), ending)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_sample_can_be_played() {
        let rules = engine::rules::Rules::current();
        assert!(super::scenario(&rules).is_ok());
    }
}
