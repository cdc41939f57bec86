//! `satisfactometer graph`: a picture of a scenario that is true to the file. Every
//! beat, reply, condition and ending is in it, how often chance and a careful
//! trainee go where, and what no talk comes to.

mod layout;
mod notation;
mod picture;

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, bail};
use engine::bots::Bot;
use engine::rules::Rules;
use engine::scenario::Scenario;
use engine::scenario::written::{Outcome, Reply, SegmentKind, Written};
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::Dfs;

use super::walks::{Stop, Walks, Way};
use super::words;
use crate::desk::library::load_file;

/// Plays of each kind of trainee.
const PLAYS: u32 = 400;
/// Most beats and endings of a picture, and most ways between them: arranging more
/// takes minutes, and nobody finds anything in it.
const MAX_NODES: usize = 150;
const MAX_LINKS: usize = 400;

/// How the picture is written.
#[derive(Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Form {
    /// A picture, for browsers and word processors
    #[default]
    Svg,
    /// For Graphviz
    Dot,
    /// For Mermaid, as in Markdown
    Mermaid,
}

/// Draws the scenario of a file.
///
/// # Errors
/// When it cannot be read or played, or the picture cannot be written.
pub fn run(file: &Path, form: Form, out: Option<&Path>) -> anyhow::Result<u8> {
    let scenario = load_file(file)?.scenario.with_context(|| {
        format!(
            "{shown} cannot be played; `satisfactometer check {shown}` says why",
            shown = file.display()
        )
    })?;
    let chart = Chart::of(&scenario, PLAYS);
    let text = match form {
        Form::Svg if chart.nodes.len() > MAX_NODES || chart.links.len() > MAX_LINKS => bail!(
            "{} has {} beats and endings and {} ways between them, too many for one picture; at most {MAX_NODES} and {MAX_LINKS} are drawn. `--format dot` writes it for Graphviz, which draws more",
            file.display(),
            chart.nodes.len(),
            chart.links.len()
        ),
        Form::Svg => picture::svg(&chart),
        Form::Dot => notation::dot(&chart),
        Form::Mermaid => notation::mermaid(&chart),
    };
    write_picture(out, &text)?;
    Ok(0)
}

/// Prints it, or writes it; over an earlier picture, but never over a scenario.
fn write_picture(out: Option<&Path>, text: &str) -> anyhow::Result<()> {
    let Some(path) = out else {
        write!(anstream::stdout(), "{text}")?;
        return Ok(());
    };
    if path.extension().is_some_and(|ext| ext == "ron") {
        bail!(
            "{} is a scenario's name; give the picture another",
            path.display()
        );
    }
    let is_picture = |ext: &OsStr| {
        let others = ["png", "jpg", "jpeg", "gif", "webp", "pdf"];
        others.iter().any(|other| ext.eq_ignore_ascii_case(other))
    };
    if path.extension().is_some_and(is_picture) {
        bail!(
            "pictures are written as SVG, which browsers and word processors take; name it {}",
            path.with_extension("svg").display()
        );
    }
    std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))?;
    writeln!(anstream::stdout(), "{} is written", path.display())?;
    Ok(())
}

/// A scenario as beats, endings and the ways between them.
#[derive(Debug)]
struct Chart {
    title: String,
    n_plays: u32,
    nodes: Vec<Node>,
    links: Vec<Link>,
}

/// A beat or an ending.
#[derive(Debug)]
struct Node {
    key: String,
    what: What,
    /// Whether any way leads here at all.
    reachable: bool,
    /// Whether the talk begins here.
    opening: bool,
    /// Share of the plays that come here, hundredths: by chance, and careful.
    shares: (f64, f64),
}

/// What a node holds.
#[derive(Debug)]
enum What {
    Beat {
        /// What is said there, counted: "3 tell, 1 ask".
        says: String,
        rows: Vec<Row>,
    },
    Ending(Outcome),
}

/// A reply of a beat.
#[derive(Debug)]
struct Row {
    key: String,
    acts: String,
    /// Where it leads, and when: one line a branch.
    leads: Vec<String>,
}

/// All the ways from one node to another.
#[derive(Debug)]
struct Link {
    from: usize,
    to: usize,
    /// The replies that lead there, each with its condition in words.
    by: Vec<(String, String)>,
    /// Only walking out leads there.
    walk_out: bool,
    shares: (f64, f64),
}

impl Chart {
    fn of(scenario: &Scenario, n_plays: u32) -> Self {
        let rules = Rules::current();
        let written = scenario.written();
        let chance = Walks::of(scenario, &rules, Bot::Random, n_plays);
        let careful = Walks::of(scenario, &rules, Bot::Expert, n_plays);
        let n_beats = written.beats.len();
        let stop = |n: usize| match n.checked_sub(n_beats) {
            None => Stop::Beat(n as u16),
            Some(ending) => Stop::Ending(ending as u16),
        };
        let keys: Vec<&str> = written
            .beats
            .keys()
            .chain(written.endings.keys())
            .map(|key| key.text.as_str())
            .collect();
        let at = |key: &str| keys.iter().position(|other| *other == key);
        let mut links: Vec<Link> = Vec::new();
        for (from, beat) in written.beats.values().enumerate() {
            for (key, reply) in &beat.replies {
                for (n, branch) in reply.then.iter().enumerate() {
                    let Some(to) = at(&branch.to.text) else {
                        continue;
                    };
                    let when = when(reply, n);
                    let known = links
                        .iter_mut()
                        .find(|link| link.from == from && link.to == to && !link.walk_out);
                    match known {
                        Some(link) => link.by.push((key.text.clone(), when)),
                        None => links.push(Link {
                            from,
                            to,
                            by: vec![(key.text.clone(), when)],
                            walk_out: false,
                            shares: (0.0, 0.0),
                        }),
                    }
                }
            }
        }
        for way in chance
            .ways
            .keys()
            .chain(careful.ways.keys())
            .filter(|way| way.walked_out)
        {
            let Some(to) = at(&written.walk_out.text) else {
                continue;
            };
            let from = usize::from(way.from);
            if !links.iter().any(|link| link.from == from && link.walk_out) {
                links.push(Link {
                    from,
                    to,
                    by: vec![],
                    walk_out: true,
                    shares: (0.0, 0.0),
                });
            }
        }
        for link in &mut links {
            let way = Way {
                from: link.from as u16,
                to: stop(link.to),
                walked_out: link.walk_out,
            };
            link.shares = (chance.share_between(way), careful.share_between(way));
        }
        let reached = reachable(written, &keys, &links);
        let mut nodes: Vec<Node> = Vec::new();
        for (n, key) in keys.iter().enumerate() {
            nodes.push(Node {
                key: (*key).to_owned(),
                what: what(written, n),
                reachable: reached.contains(&n),
                opening: *key == written.opening.text,
                shares: (chance.share_of(stop(n)), careful.share_of(stop(n))),
            });
        }
        Chart {
            title: scenario.title().to_owned(),
            n_plays,
            nodes,
            links,
        }
    }

    /// The nodes no play came to, though a way leads there.
    fn untrodden(&self) -> impl Iterator<Item = &Node> {
        self.nodes
            .iter()
            .filter(|node| node.reachable && node.shares == (0.0, 0.0))
    }
}

/// What a node is, by its place among beats and endings.
fn what(written: &Written, n: usize) -> What {
    let n_beats = written.beats.len();
    if let Some(ending) = n.checked_sub(n_beats) {
        let outcome = written
            .endings
            .values()
            .nth(ending)
            .map(|ending| ending.outcome);
        return What::Ending(outcome.unwrap_or(Outcome::Neutral));
    }
    let Some(beat) = written.beats.values().nth(n) else {
        return What::Ending(Outcome::Neutral);
    };
    let kinds = [
        (SegmentKind::Tell, "tell"),
        (SegmentKind::Fact, "fact"),
        (SegmentKind::Ask, "ask"),
        (SegmentKind::Repeat, "repeat"),
        (SegmentKind::Provoke, "provoke"),
        (SegmentKind::Threat, "threat"),
    ];
    let counted = kinds.iter().filter_map(|(kind, name)| {
        let n = beat
            .says
            .iter()
            .filter(|segment| segment.kind == *kind)
            .count();
        (n > 0).then(|| format!("{n} {name}"))
    });
    let says = counted.collect::<Vec<_>>().join(", ");
    let rows = beat.replies.iter().map(|(key, reply)| Row {
        key: key.text.clone(),
        acts: reply
            .acts
            .iter()
            .map(|(act, _)| act.name())
            .collect::<Vec<_>>()
            .join(", "),
        leads: leads(reply),
    });
    What::Beat {
        says,
        rows: rows.collect(),
    }
}

/// Where a reply leads, one line a branch; and when it is on offer or fits.
fn leads(reply: &Reply) -> Vec<String> {
    let mut lines = Vec::new();
    if !reply.conditions.is_empty() {
        lines.push(format!("on offer if {}", words::all(&reply.conditions)));
    }
    if !reply.suits.is_empty() {
        lines.push(format!("fits if {}", words::all(&reply.suits)));
    }
    for fact in &reply.needs {
        lines.push(format!("needs \"{}\"", fact.text));
    }
    for (n, branch) in reply.then.iter().enumerate() {
        let to = &branch.to.text;
        lines.push(match when(reply, n).as_str() {
            "" => format!("→ {to}"),
            "otherwise" => format!("→ {to} otherwise"),
            when => format!("→ {to} if {when}"),
        });
    }
    lines
}

/// When the n-th branch of a reply is taken, in words; empty if always.
fn when(reply: &Reply, n: usize) -> String {
    let own = reply
        .then
        .get(n)
        .map(|branch| words::all(&branch.conditions))
        .unwrap_or_default();
    match (own.is_empty(), n) {
        (true, 0) => String::new(),
        (true, _) => "otherwise".into(),
        (false, _) => own,
    }
}

/// The nodes a way leads to from the opening; and the walk-out's ending, which any talk may come to.
fn reachable(written: &Written, keys: &[&str], links: &[Link]) -> BTreeSet<usize> {
    let mut graph = DiGraph::<usize, ()>::new();
    let nodes: Vec<NodeIndex> = (0..keys.len()).map(|n| graph.add_node(n)).collect();
    for link in links {
        graph.add_edge(nodes[link.from], nodes[link.to], ());
    }
    let mut reached = BTreeSet::new();
    for key in [&written.opening, &written.walk_out] {
        let Some(begin) = keys.iter().position(|other| *other == key.text) else {
            continue;
        };
        let mut walk = Dfs::new(&graph, nodes[begin]);
        while let Some(node) = walk.next(&graph) {
            reached.insert(graph[node]);
        }
    }
    reached
}

/// A share as it is shown: whole hundredths, but never none for some.
fn percent(share: f64) -> String {
    match share {
        0.0 => "0 %".into(),
        share if share < 1.0 => "<1 %".into(),
        share if share > 99.0 && share < 100.0 => ">99 %".into(),
        share => format!("{share:.0} %"),
    }
}

#[cfg(test)]
mod tests;
