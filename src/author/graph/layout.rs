//! Where everything stands in the picture. dagre puts the nodes in ranks and leads
//! the links around them; this only knows how large things are.

use dagre::graph::{Graph, GraphOptions};
use dagre::{EdgeLabel, LayoutOptions, NodeLabel, layout};

use super::{Chart, Node, What};

/// Width of a beat's card.
pub const CARD: f64 = 300.0;
/// Width of an ending.
pub const ENDING: f64 = 190.0;
/// Height of the head of a card.
pub const HEAD: f64 = 52.0;
/// Height of a line of small text.
pub const LINE: f64 = 15.0;
/// Height of an ending.
pub const ENDING_HEIGHT: f64 = 62.0;
/// Room around the label of a link.
pub const LABEL: (f64, f64) = (104.0, 20.0);
/// Most characters of a line on a card.
pub const COLUMNS: usize = 46;

/// A point of the picture.
pub type Point = (f64, f64);

/// A node's middle and size.
pub struct Place {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

/// The whole arrangement.
pub struct Layout {
    pub width: f64,
    pub height: f64,
    /// In the order of the chart's nodes.
    pub places: Vec<Place>,
    /// The bends of each link, in the order of the chart's links; and its label's middle.
    pub links: Vec<(Vec<Point>, Option<Point>)>,
}

/// The lines of a card below its head: text, and whether it is a reply's name.
pub fn lines(node: &Node) -> Vec<(String, bool)> {
    let What::Beat { rows, .. } = &node.what else {
        return vec![];
    };
    let mut lines = Vec::new();
    for row in rows {
        let name = format!("{}: {}", row.key, row.acts);
        lines.extend(folded(&name, "").into_iter().map(|line| (line, true)));
        for lead in &row.leads {
            lines.extend(folded(lead, "   ").into_iter().map(|line| (line, false)));
        }
    }
    lines
}

fn folded(text: &str, later: &str) -> Vec<String> {
    let options = textwrap::Options::new(COLUMNS).subsequent_indent(later);
    textwrap::wrap(text, &options)
        .into_iter()
        .map(Into::into)
        .collect()
}

/// Arranges a chart.
pub fn arrange(chart: &Chart) -> Layout {
    let mut graph: Graph<NodeLabel, EdgeLabel> = Graph::with_options(GraphOptions {
        directed: true,
        multigraph: true,
        compound: true,
    });
    for (n, node) in chart.nodes.iter().enumerate() {
        let (width, height) = match node.what {
            What::Ending(_) => (ENDING, ENDING_HEIGHT),
            What::Beat { .. } => (CARD, HEAD + 14.0 + LINE * lines(node).len() as f64),
        };
        let label = NodeLabel {
            width,
            height,
            ..NodeLabel::default()
        };
        graph.set_node(n.to_string(), Some(label));
    }
    for (n, link) in chart.links.iter().enumerate() {
        let label = EdgeLabel {
            // What nobody goes needs no room for shares.
            width: if link.shares == (0.0, 0.0) {
                44.0
            } else {
                LABEL.0
            },
            height: LABEL.1,
            // The way most talks go stays straight.
            weight: 1 + (link.shares.1 / 25.0) as i32,
            ..EdgeLabel::default()
        };
        let name = n.to_string();
        graph.set_edge(
            link.from.to_string(),
            link.to.to_string(),
            Some(label),
            Some(&name),
        );
    }
    let options = LayoutOptions {
        nodesep: 28.0,
        edgesep: 6.0,
        ranksep: 26.0,
        marginx: 30.0,
        marginy: 30.0,
        ..LayoutOptions::default()
    };
    layout(&mut graph, Some(options));
    let places: Vec<Place> = (0..chart.nodes.len())
        .map(|n| {
            let node = graph.node(&n.to_string());
            Place {
                x: node.and_then(|node| node.x).unwrap_or(0.0),
                y: node.and_then(|node| node.y).unwrap_or(0.0),
                width: node.map_or(0.0, |node| node.width),
                height: node.map_or(0.0, |node| node.height),
            }
        })
        .collect();
    let links: Vec<(Vec<Point>, Option<Point>)> = chart
        .links
        .iter()
        .enumerate()
        .map(|(n, link)| {
            let name = n.to_string();
            let edge = graph.edge(&link.from.to_string(), &link.to.to_string(), Some(&name));
            let points = edge.map(|edge| edge.points.iter().map(|p| (p.x, p.y)).collect());
            let label = edge.and_then(|edge| edge.x.zip(edge.y));
            (points.unwrap_or_default(), label)
        })
        .collect();
    let right = places.iter().map(|place| place.x + place.width / 2.0);
    let bends = links
        .iter()
        .flat_map(|(points, label)| points.iter().chain(label));
    let width = right
        .chain(bends.clone().map(|p| p.0 + LABEL.0 / 2.0))
        .fold(0.0, f64::max)
        + 30.0;
    let bottom = places.iter().map(|place| place.y + place.height / 2.0);
    let height = bottom.chain(bends.map(|p| p.1)).fold(0.0, f64::max) + 30.0;
    Layout {
        width,
        height,
        places,
        links,
    }
}
