//! The chart in the notations of Graphviz and Mermaid, for those who draw with these.

use std::fmt::Write as _;

use engine::names;

use super::{Chart, Link, Node, What, percent};

/// For Graphviz.
pub fn dot(chart: &Chart) -> String {
    let mut out = String::from(
        "digraph scenario {\n  rankdir=TB;\n  node [fontname=\"sans-serif\", shape=box, style=rounded];\n  edge [fontname=\"sans-serif\", fontsize=10];\n",
    );
    let _ = writeln!(out, "  label=\"{}\"; labelloc=t;", quoted(&caption(chart)));
    for (n, node) in chart.nodes.iter().enumerate() {
        let shape = match (&node.what, node.reachable) {
            (_, false) => ", style=dashed, color=red",
            (What::Ending(_), _) => ", shape=ellipse",
            _ => "",
        };
        let lines: Vec<_> = described(node).iter().map(|line| quoted(line)).collect();
        let _ = writeln!(out, "  n{n} [label=\"{}\"{shape}];", lines.join("\\n"));
    }
    for link in &chart.links {
        let style = match (link.walk_out, link.shares) {
            (true, _) => ", style=dotted",
            (_, (0.0, 0.0)) => ", style=dashed, color=gray",
            _ => "",
        };
        let lines: Vec<_> = by(link).iter().map(|line| quoted(line)).collect();
        let _ = writeln!(
            out,
            "  n{} -> n{} [label=\"{}\"{style}];",
            link.from,
            link.to,
            lines.join("\\n")
        );
    }
    out.push_str("}\n");
    out
}

/// For Mermaid.
pub fn mermaid(chart: &Chart) -> String {
    let mut out = String::from("flowchart TD\n");
    let _ = writeln!(out, "  %% {}", caption(chart));
    for (n, node) in chart.nodes.iter().enumerate() {
        let lines: Vec<_> = described(node).iter().map(|line| entity(line)).collect();
        let text = lines.join("<br/>");
        let _ = match node.what {
            What::Ending(_) => writeln!(out, "  n{n}([\"{text}\"])"),
            What::Beat { .. } => writeln!(out, "  n{n}[\"{text}\"]"),
        };
        if !node.reachable {
            let _ = writeln!(out, "  style n{n} stroke:#b00,stroke-dasharray:5 4");
        }
    }
    for link in &chart.links {
        let arrow = match (link.walk_out, link.shares) {
            (true, _) | (_, (0.0, 0.0)) => "-.->",
            _ => "-->",
        };
        let lines: Vec<_> = by(link).iter().map(|line| entity(line)).collect();
        let _ = writeln!(
            out,
            "  n{} {arrow}|\"{}\"| n{}",
            link.from,
            lines.join("<br/>"),
            link.to
        );
    }
    out
}

fn caption(chart: &Chart) -> String {
    // In one line: a comment of Mermaid ends with it.
    let title: Vec<&str> = chart.title.split_whitespace().collect();
    format!(
        "{}: share of {} plays by chance, and of as many careful ones",
        title.join(" "),
        chart.n_plays
    )
}

fn described(node: &Node) -> Vec<String> {
    let mut lines = vec![node.key.clone()];
    match &node.what {
        What::Ending(outcome) => lines.push(names::outcome(*outcome).to_owned()),
        What::Beat { says, .. } if !says.is_empty() => lines.push(says.clone()),
        What::Beat { .. } => {}
    }
    lines.push(if node.reachable {
        shares(node.shares)
    } else {
        "no way leads here".into()
    });
    lines
}

fn by(link: &Link) -> Vec<String> {
    let mut lines: Vec<String> = link
        .by
        .iter()
        .map(|(key, when)| match when.as_str() {
            "" => key.clone(),
            "otherwise" => format!("{key}, otherwise"),
            when => format!("{key} if {when}"),
        })
        .collect();
    if link.walk_out {
        lines.push("walks out".into());
    }
    lines.push(shares(link.shares));
    lines
}

fn shares((chance, careful): (f64, f64)) -> String {
    format!("chance {}, careful {}", percent(chance), percent(careful))
}

/// Inside the quotes of DOT.
fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

/// Inside the quotes of Mermaid.
fn entity(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('"', "&quot;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
