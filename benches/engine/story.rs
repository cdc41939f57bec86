//! Stories of any size, made of the shipped scenario's own lines: what growth,
//! loading and memory are measured on.

use std::fmt::Write;

use engine::scenario::written::{Beat, Condition, Key, SegmentKind, Written};

/// Most segments and most replies taken of a beat, so that forty beats have the
/// forty kilobytes of a scenario by hand.
const MOST: usize = 3;

/// The text of a scenario of this many beats.
pub fn text(written: &Written, n_beats: usize) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = story(&mut out, written, n_beats);
    out
}

fn story(out: &mut String, written: &Written, n_beats: usize) -> std::fmt::Result {
    let customer = &written.customer;
    writeln!(
        out,
        "(format: 1, id: \"story\", title: \"A long story\", place: Counter, brief: {:?},",
        written.brief
    )?;
    writeln!(
        out,
        "    customer: (name: {:?}, look: {:?}, trade: {:?}),",
        customer.name, customer.look, customer.trade
    )?;
    writeln!(out, "    deal: {:?},", written.deal)?;
    writeln!(
        out,
        "    opening: \"beat-0\", walk_out: {:?}, beats: {{",
        written.walk_out
    )?;
    for (n, beat) in written.beats.values().cycle().take(n_beats).enumerate() {
        writeln!(out, "        \"beat-{n}\": (")?;
        segments(out, beat)?;
        replies(out, written, beat, n, n_beats)?;
        writeln!(out, "        ),")?;
    }
    writeln!(out, "    }},\n    endings: {{")?;
    for (key, ending) in &written.endings {
        writeln!(
            out,
            "        {key:?}: (scene: {:?}, outcome: {:?}),",
            ending.scene, ending.outcome
        )?;
    }
    writeln!(out, "    }},\n)")
}

fn segments(out: &mut String, beat: &Beat) -> std::fmt::Result {
    writeln!(out, "            says: [")?;
    for segment in beat.says.iter().take(MOST) {
        // Nothing here needs a fact, so it is told like the rest of the story.
        let kind = match segment.kind {
            SegmentKind::Fact => "tell".to_owned(),
            kind => format!("{kind:?}").to_lowercase(),
        };
        let conditions = conditions(&segment.conditions);
        writeln!(
            out,
            "                ({kind}: {:?}{conditions}),",
            segment.text
        )?;
    }
    writeln!(out, "            ],")
}

fn replies(
    out: &mut String,
    written: &Written,
    beat: &Beat,
    n: usize,
    n_beats: usize,
) -> std::fmt::Result {
    writeln!(out, "            replies: {{")?;
    // One that is always on offer comes first.
    let mut replies: Vec<_> = beat.replies.iter().collect();
    replies.sort_by_key(|(_, reply)| !reply.conditions.is_empty());
    for (at, (key, reply)) in replies.into_iter().take(MOST).enumerate() {
        let acts: Vec<_> = reply.acts.iter().map(|(act, _)| act).collect();
        write!(
            out,
            "                {key:?}: (say: {:?}, acts: {acts:?}",
            reply.say
        )?;
        write!(out, "{}", conditions(&reply.conditions))?;
        if reply.gives > 0 {
            write!(out, ", gives: {}", reply.gives)?;
        }
        writeln!(out, ", then: [")?;
        for branch in &reply.then {
            let is_last = branch.conditions.is_empty();
            let conditions = conditions(&branch.conditions);
            if conditions.is_empty() && !is_last {
                continue;
            }
            // Some lead on and some far away, so that a walk uses all of it.
            let to = match written.beats.contains_key(&branch.to) {
                true => Key::new(&format!("beat-{}", (n + 1 + at * 37) % n_beats)),
                false => branch.to.clone(),
            };
            writeln!(out, "                    (to: {to:?}{conditions}),")?;
        }
        writeln!(out, "                ]),")?;
    }
    writeln!(out, "            }},")
}

/// As they are written; without those that hang on what was said before, which is
/// something else here.
fn conditions(all: &[Condition]) -> String {
    let written: Vec<String> = all
        .iter()
        .map(|condition| {
            let text = format!("{condition:?}");
            let amounts = ["Named", "Number"];
            amounts
                .iter()
                .fold(text, |text, kind| unwrapped(&text, kind))
        })
        .filter(|text| {
            !["Been(", "Knows(", "Did("]
                .iter()
                .any(|name| text.contains(name))
        })
        .collect();
    match written.is_empty() {
        true => String::new(),
        false => format!(", if: [{}]", written.join(", ")),
    }
}

/// `Named(High)` is written `High` in a file.
fn unwrapped(text: &str, kind: &str) -> String {
    let opening = format!("{kind}(");
    let mut parts = text.split(&opening);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out += &part.replacen(')', "", 1);
    }
    out
}
