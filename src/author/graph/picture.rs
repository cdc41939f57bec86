//! The chart as SVG: cards for beats, one line a reply and one a branch; tiles for
//! endings; the ways between them as thick as a careful trainee takes them often.
//! Stands on its own: no script, no font, nothing from elsewhere.

use std::fmt::Write as _;

use engine::names;
use engine::scenario::written::Outcome;

use super::layout::{ENDING_HEIGHT, HEAD, LABEL, LINE, Layout, Place, Point, arrange, lines};
use super::{Chart, Link, Node, What, percent};

const PAPER: &str = "#F4ECDF";
const SHEET: &str = "#FFFAF1";
const EDGE: &str = "#D8C8AF";
const INK: &str = "#22263A";
const SOFT: &str = "#585A6B";
const SEA: &str = "#14666A";
const CHANCE: &str = "#A8672A";
const ALARM: &str = "#B23A2E";
/// Height of title and legend.
const TOP: f64 = 96.0;

/// The picture.
pub fn svg(chart: &Chart) -> String {
    let layout = arrange(chart);
    let (width, height) = (layout.width.max(860.0), layout.height + TOP);
    let shift = (width - layout.width) / 2.0;
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(
        out,
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0} {height:.0}" width="{width:.0}" height="{height:.0}" role="img" aria-labelledby="t d" font-family="'Noto Sans', 'Segoe UI', 'Helvetica Neue', 'DejaVu Sans', Arial, sans-serif">"#
    );
    let _ = writeln!(out, r#"<title id="t">{}</title>"#, escaped(&chart.title));
    let _ = writeln!(out, r#"<desc id="d">{}</desc>"#, escaped(&told(chart)));
    let _ = writeln!(out, r#"<rect width="100%" height="100%" fill="{PAPER}"/>"#);
    legend(&mut out, chart);
    let _ = writeln!(out, r#"<g transform="translate({shift:.1} {TOP})">"#);
    for (link, (points, _)) in chart.links.iter().zip(&layout.links) {
        way(&mut out, link, points);
    }
    for (node, place) in chart.nodes.iter().zip(&layout.places) {
        match &node.what {
            What::Beat { says, .. } => card(&mut out, node, says, place),
            What::Ending(outcome) => tile(&mut out, node, *outcome, place),
        }
    }
    labels(&mut out, chart, &layout);
    out.push_str("</g>\n</svg>\n");
    out
}

/// What the picture shows, in sentences.
fn told(chart: &Chart) -> String {
    let n_endings = chart
        .nodes
        .iter()
        .filter(|n| matches!(n.what, What::Ending(_)))
        .count();
    let mut told = format!(
        "{} beats and {n_endings} endings. Shares of {} plays by chance and of as many careful ones.",
        chart.nodes.len() - n_endings,
        chart.n_plays
    );
    for node in chart.nodes.iter().filter(|node| !node.reachable) {
        let _ = write!(told, " No way leads to {}.", node.key);
    }
    for node in chart.untrodden() {
        let _ = write!(told, " No play came to {}.", node.key);
    }
    told
}

fn legend(out: &mut String, chart: &Chart) {
    let _ = writeln!(
        out,
        r#"<text x="30" y="42" font-size="22" font-weight="700" fill="{INK}">{}</text>"#,
        escaped(&chart.title)
    );
    let _ = writeln!(
        out,
        r#"<text x="30" y="68" font-size="13" fill="{SOFT}">Of {} plays each: <tspan fill="{SEA}" font-weight="700">careful</tspan> and <tspan fill="{CHANCE}" font-weight="700">by chance</tspan>. A line is as thick as the careful go it often.</text>"#,
        chart.n_plays
    );
    let marks = [
        (SEA, "", "went by the careful"),
        (CHANCE, "", "only by chance"),
        (SOFT, "5 5", "never gone in these plays"),
        (ALARM, "1 5", "walked out"),
    ];
    let mut x = 30.0;
    for (colour, dash, words) in marks {
        let _ = writeln!(
            out,
            r#"<path d="M{x} 86h34" stroke="{colour}" stroke-width="2.5" stroke-dasharray="{dash}" stroke-linecap="round"/><text x="{}" y="90" font-size="12" fill="{SOFT}">{words}</text>"#,
            x + 42.0
        );
        x += 60.0 + 6.6 * words.len() as f64;
    }
}

fn way(out: &mut String, link: &Link, points: &[Point]) {
    let (colour, width, dash) = match link.shares {
        _ if link.walk_out => (ALARM, 1.8, "1 5"),
        (_, careful) if careful > 0.0 => (SEA, 1.3 + careful / 22.0, ""),
        (chance, _) if chance > 0.0 => (CHANCE, 1.3, ""),
        _ => (SOFT, 1.1, "5 5"),
    };
    let opacity = if link.shares == (0.0, 0.0) { 0.6 } else { 0.85 };
    let _ = writeln!(
        out,
        r#"<path d="{}" fill="none" stroke="{colour}" stroke-width="{width:.2}" stroke-dasharray="{dash}" stroke-linecap="round" opacity="{opacity}"/>"#,
        curve(points)
    );
    if let Some(tip) = tip(points, 7.0 + width) {
        let _ = writeln!(out, r#"<path d="{tip}" fill="{colour}"/>"#);
    }
}

/// A smooth line along the bends: a cubic B-spline that begins and ends in the first and last.
fn curve(points: &[Point]) -> String {
    let mut path = String::new();
    let Some(first) = points.first() else {
        return path;
    };
    let _ = write!(path, "M{:.1} {:.1}", first.0, first.1);
    if let [_, second, .., last] = points {
        let _ = write!(
            path,
            "L{:.1} {:.1}",
            (5.0 * first.0 + second.0) / 6.0,
            (5.0 * first.1 + second.1) / 6.0
        );
        let mut all = points.to_vec();
        all.push(*last);
        for three in all.windows(3) {
            let [a, b, c] = [three[0], three[1], three[2]];
            let _ = write!(
                path,
                "C{:.1} {:.1} {:.1} {:.1} {:.1} {:.1}",
                (2.0 * a.0 + b.0) / 3.0,
                (2.0 * a.1 + b.1) / 3.0,
                (a.0 + 2.0 * b.0) / 3.0,
                (a.1 + 2.0 * b.1) / 3.0,
                (a.0 + 4.0 * b.0 + c.0) / 6.0,
                (a.1 + 4.0 * b.1 + c.1) / 6.0
            );
        }
        let _ = write!(path, "L{:.1} {:.1}", last.0, last.1);
    }
    path
}

/// The head of the arrow.
fn tip(points: &[Point], size: f64) -> Option<String> {
    let [.., before, end] = points else {
        return None;
    };
    let (dx, dy) = (end.0 - before.0, end.1 - before.1);
    let length = dx.hypot(dy).max(0.1);
    let (ux, uy) = (dx / length * size, dy / length * size);
    Some(format!(
        "M{:.1} {:.1}L{:.1} {:.1}L{:.1} {:.1}Z",
        end.0,
        end.1,
        end.0 - ux - uy * 0.45,
        end.1 - uy + ux * 0.45,
        end.0 - ux + uy * 0.45,
        end.1 - uy - ux * 0.45
    ))
}

/// Frame of a node: colour, width, dashes.
fn frame(node: &Node) -> (&'static str, f64, &'static str) {
    match (node.reachable, node.shares) {
        (false, _) => (ALARM, 2.5, "7 5"),
        (_, (0.0, 0.0)) => (SOFT, 1.5, "5 4"),
        _ if node.opening => (SEA, 2.5, ""),
        _ => (EDGE, 1.5, ""),
    }
}

fn card(out: &mut String, node: &Node, says: &str, place: &Place) {
    let (x, y) = (place.x - place.width / 2.0, place.y - place.height / 2.0);
    let (colour, width, dash) = frame(node);
    let _ = writeln!(
        out,
        r#"<rect x="{x:.1}" y="{y:.1}" width="{:.1}" height="{:.1}" rx="12" fill="{SHEET}" stroke="{colour}" stroke-width="{width}" stroke-dasharray="{dash}"/>"#,
        place.width, place.height
    );
    text(out, x + 14.0, y + 22.0, 14.5, INK, "700", &node.key);
    let says = if says.is_empty() {
        "says nothing"
    } else {
        says
    };
    text(out, x + 14.0, y + 40.0, 11.0, SOFT, "400", says);
    shares(out, node, x + place.width - 14.0, y + 22.0);
    let _ = writeln!(
        out,
        r#"<path d="M{:.1} {:.1}h{:.1}" stroke="{EDGE}"/>"#,
        x + 14.0,
        y + HEAD - 4.0,
        place.width - 28.0
    );
    for (n, (line, is_reply)) in lines(node).iter().enumerate() {
        let y = y + HEAD + 10.0 + LINE * n as f64;
        if *is_reply {
            text(out, x + 14.0, y, 11.0, INK, "600", line);
        } else {
            text(out, x + 24.0, y, 10.5, SOFT, "400", line);
        }
    }
}

/// How many came here, at the right of a head; or that nobody can.
fn shares(out: &mut String, node: &Node, right: f64, y: f64) {
    let words = match (node.reachable, node.shares) {
        (false, _) => format!(r#"<tspan fill="{ALARM}">no way leads here</tspan>"#),
        (_, (0.0, 0.0)) => format!(r#"<tspan fill="{SOFT}">no play came here</tspan>"#),
        (_, (chance, careful)) => format!(
            r#"<tspan fill="{SEA}">{}</tspan><tspan fill="{CHANCE}" dx="7">{}</tspan>"#,
            escaped(&percent(careful)),
            escaped(&percent(chance))
        ),
    };
    let _ = writeln!(
        out,
        r#"<text x="{right:.1}" y="{y:.1}" font-size="12" font-weight="700" text-anchor="end">{words}</text>"#
    );
}

fn tile(out: &mut String, node: &Node, outcome: Outcome, place: &Place) {
    let (x, y) = (place.x - place.width / 2.0, place.y - place.height / 2.0);
    let fill = match outcome {
        Outcome::Kept => "#CFE3DC",
        Outcome::Neutral => "#E8E0D0",
        Outcome::Story => "#F0D3C4",
        Outcome::Removed => "#D9D6E0",
    };
    let (colour, width, dash) = frame(node);
    let _ = writeln!(
        out,
        r#"<rect x="{x:.1}" y="{y:.1}" width="{:.1}" height="{ENDING_HEIGHT:.1}" rx="30" fill="{fill}" stroke="{colour}" stroke-width="{width}" stroke-dasharray="{dash}"/>"#,
        place.width
    );
    let middle = |out: &mut String, y: f64, size: f64, weight: &str, colour: &str, words: &str| {
        let _ = writeln!(
            out,
            r#"<text x="{:.1}" y="{y:.1}" font-size="{size}" font-weight="{weight}" fill="{colour}" text-anchor="middle">{words}</text>"#,
            place.x
        );
    };
    middle(out, y + 21.0, 13.5, "700", INK, &escaped(&node.key));
    middle(
        out,
        y + 36.0,
        10.5,
        "400",
        SOFT,
        &escaped(names::outcome(outcome)),
    );
    let words = match (node.reachable, node.shares) {
        (false, _) => format!(r#"<tspan fill="{ALARM}">no way leads here</tspan>"#),
        (_, (0.0, 0.0)) => "no play came here".to_owned(),
        (_, (chance, careful)) => format!(
            r#"<tspan fill="{SEA}">{}</tspan><tspan fill="{CHANCE}" dx="7">{}</tspan>"#,
            escaped(&percent(careful)),
            escaped(&percent(chance))
        ),
    };
    middle(out, y + 52.0, 12.0, "700", SOFT, &words);
}

/// The shares on the ways, over everything else.
fn labels(out: &mut String, chart: &Chart, layout: &Layout) {
    for (link, (_, label)) in chart.links.iter().zip(&layout.links) {
        let Some((x, y)) = label else { continue };
        let words = match link.shares {
            (0.0, 0.0) => format!(r#"<tspan fill="{SOFT}">never</tspan>"#),
            (chance, careful) => format!(
                r#"<tspan fill="{SEA}">{}</tspan><tspan fill="{CHANCE}" dx="6">{}</tspan>"#,
                escaped(&percent(careful)),
                escaped(&percent(chance))
            ),
        };
        let by: Vec<_> = link
            .by
            .iter()
            .map(|(key, when)| match when.as_str() {
                "" => key.clone(),
                when => format!("{key} ({when})"),
            })
            .collect();
        let by = if link.walk_out {
            "they walk out".to_owned()
        } else {
            by.join("; ")
        };
        let (w, h) = (LABEL.0 - 14.0, LABEL.1 - 3.0);
        let _ = writeln!(
            out,
            r#"<g><title>{}</title><rect x="{:.1}" y="{:.1}" width="{w:.1}" height="{h:.1}" rx="8.5" fill="{PAPER}" opacity="0.92"/><text x="{x:.1}" y="{:.1}" font-size="11" font-weight="700" text-anchor="middle">{words}</text></g>"#,
            escaped(&by),
            x - w / 2.0,
            y - h / 2.0,
            y + 4.0
        );
    }
}

fn text(out: &mut String, x: f64, y: f64, size: f64, colour: &str, weight: &str, words: &str) {
    let _ = writeln!(
        out,
        r#"<text x="{x:.1}" y="{y:.1}" font-size="{size}" font-weight="{weight}" fill="{colour}">{}</text>"#,
        escaped(words)
    );
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
