//! Where the documents disagree, and the doctrines that lean there.

use engine::doctrine::{Doctrines, Side};

use super::{Block, entry};

pub(super) fn disputes(blocks: &mut Vec<Block>) {
    let all = Doctrines::current();
    blocks.push(Block::Heading(2, "Where the documents disagree".into()));
    blocks.push(Block::Text(
        "Clauses stand on two sides of these questions, by their numbers. A class may be scored \
         by a doctrine that lets one side weigh more; `satisfactometer doctrines NAME` says how \
         much. What guards a red line or answers a threat weighs the same under all of them."
            .into(),
    ));
    for tension in &all.tensions {
        let (first, second) = &tension.sides;
        let what = format!("{} {} {}", side(first), side(second), tension.note);
        blocks.push(entry(
            &tension.name,
            "",
            &format!("{} {what}", tension.question),
        ));
    }
    blocks.push(Block::Heading(2, "Doctrines".into()));
    for doctrine in all.choices() {
        let what = format!("{}. {}", doctrine.title, doctrine.sentence);
        blocks.push(entry(&doctrine.id, "", &what));
    }
}

fn side(side: &Side) -> String {
    let clauses: Vec<String> = side.clauses.iter().map(ToString::to_string).collect();
    format!("“{}”: {}.", side.says, clauses.join(", "))
}
