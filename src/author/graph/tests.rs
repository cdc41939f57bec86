//! Whether the picture is true to the file.

use std::path::Path;
use std::sync::Arc;

use engine::load::load;

use super::*;

fn scenario(name: &str, text: &str) -> Arc<Scenario> {
    let loaded = load(name, text.as_bytes(), &Rules::current());
    Arc::new(
        loaded
            .scenario
            .unwrap_or_else(|| panic!("{:?}", loaded.findings.list)),
    )
}

fn base(change: impl Fn(&str) -> String) -> Arc<Scenario> {
    let text = include_str!("../../../tests/data/check/base.ron");
    scenario("base.ron", &change(text))
}

#[test]
fn everything_of_the_file_is_in_all_three() {
    for (name, text) in crate::desk::library::BUILT_IN {
        let scenario = scenario(name, text);
        let chart = Chart::of(&scenario, 20);
        let written = scenario.written();
        let n_ways: usize = written
            .beats
            .values()
            .flat_map(|beat| beat.replies.values())
            .map(|reply| reply.then.len())
            .sum();
        let drawn: usize = chart.links.iter().map(|link| link.by.len()).sum();
        assert_eq!(drawn, n_ways, "{name}: every branch is part of a link");
        assert!(chart.nodes.iter().all(|node| node.reachable), "{name}");
        for form in [
            picture::svg(&chart),
            notation::dot(&chart),
            notation::mermaid(&chart),
        ] {
            let keys = written.beats.keys().chain(written.endings.keys());
            for key in keys.chain(written.beats.values().flat_map(|beat| beat.replies.keys())) {
                assert!(form.contains(&key.text), "{name}: {}", key.text);
            }
        }
    }
}

#[test]
fn every_play_begins_at_the_opening_and_ends_once() {
    let scenario = base(str::to_owned);
    let chart = Chart::of(&scenario, 200);
    let opening = chart
        .nodes
        .iter()
        .find(|node| node.opening)
        .expect("it has one");
    assert_eq!(opening.shares, (100.0, 100.0));
    for pick in [|s: (f64, f64)| s.0, |s: (f64, f64)| s.1] {
        let ends = chart
            .nodes
            .iter()
            .filter(|node| matches!(node.what, What::Ending(_)));
        let sum: f64 = ends.map(|node| pick(node.shares)).sum();
        assert!((sum - 100.0).abs() < 1e-9, "{sum}");
    }
}

#[test]
fn what_no_talk_comes_to_is_seen() {
    let aside = base(|text| {
        text.replacen(
            "        \"standing\": (",
            "        \"aside\": (replies: {\"a\": (say: \"Well.\", acts: [Own], then: \"kept\")}),\n        \"standing\": (",
            1,
        )
    });
    let chart = Chart::of(&aside, 20);
    let node = chart
        .nodes
        .iter()
        .find(|node| node.key == "aside")
        .expect("it is drawn");
    assert!(!node.reachable);
    assert!(picture::svg(&chart).contains("no way leads here"));
    assert!(notation::dot(&chart).contains("no way leads here"));
    assert!(notation::mermaid(&chart).contains("stroke-dasharray"));
    // A way leads there, but nothing makes it be taken.
    let never = base(|text| {
        text.replacen(
            "then: [(to: \"walks\", if: [AtLeast(Heat, High)]), (to: \"remedy\")]",
            "then: [(to: \"walks\", if: [Told, Not(Told)]), (to: \"remedy\")]",
            1,
        )
    });
    let chart = Chart::of(&never, 50);
    let link = chart
        .links
        .iter()
        .find(|link| {
            link.by
                .iter()
                .any(|(key, when)| key == "no" && when.contains("told"))
        })
        .expect("it is drawn");
    assert_eq!(link.shares, (0.0, 0.0));
    assert!(picture::svg(&chart).contains(">never<"));
}

#[test]
fn the_picture_is_the_same_each_time_and_is_sound() {
    let scenario = base(str::to_owned);
    let once = picture::svg(&Chart::of(&scenario, 60));
    assert_eq!(once, picture::svg(&Chart::of(&scenario, 60)));
    let tree = resvg::usvg::Tree::from_str(&once, &resvg::usvg::Options::default());
    let size = tree.expect("it is SVG").size();
    assert!(size.width() >= 860.0 && size.height() > 300.0);
    assert!(!once.contains("NaN") && !once.contains("inf"));
}

#[test]
fn nothing_overlaps() {
    for (name, text) in crate::desk::library::BUILT_IN {
        let chart = Chart::of(&scenario(name, text), 5);
        let layout = layout::arrange(&chart);
        for (n, a) in layout.places.iter().enumerate() {
            for b in &layout.places[n + 1..] {
                let apart = (a.x - b.x).abs() * 2.0 >= a.width + b.width
                    || (a.y - b.y).abs() * 2.0 >= a.height + b.height;
                assert!(apart, "{name}: two cards overlap");
            }
        }
    }
}

#[test]
fn a_scenario_is_never_written_over() {
    assert!(write_picture(Some(Path::new("x/third-visit.ron")), "").is_err());
}
