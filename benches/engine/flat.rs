//! The yardstick: forty nodes in flat arrays, three replies each of two acts,
//! and per turn the arithmetic of the customer model written straight down, with
//! no scenario, no conditions and no terms. Same tables, same generator.

use std::hint::black_box;

use engine::act::Act;
use engine::rng::{Dice, Seed};
use engine::rules::Rules;

struct Node {
    segments: u8,
    replies: [[u8; 2]; 4],
    next: [u8; 4],
}

struct Row {
    delta: [i32; 5],
}

/// Plays `n_runs` random runs and returns the number of turns.
pub fn play(rules: &Rules, n_runs: u64) -> u64 {
    let mut dice = Dice::for_play(Seed::new(1), 1);
    let rows: Vec<Row> = Act::ALL
        .iter()
        .map(|&act| {
            let rule = rules.act(act);
            Row {
                delta: [rule.heat, rule.heard, rule.fixed, rule.trust, rule.ease].map(i32::from),
            }
        })
        .collect();
    let nodes: Vec<Node> = (0..40u8)
        .map(|i| Node {
            segments: 1 + i % 4,
            replies: std::array::from_fn(|r| {
                std::array::from_fn(|a| ((usize::from(i) * 7 + r * 11 + a * 29) % rows.len()) as u8)
            }),
            next: std::array::from_fn(|r| (i + 1 + r as u8) % 48),
        })
        .collect();
    let gate: Vec<i32> = rules.gate.iter().copied().map(i32::from).collect();
    let decay: Vec<i32> = rules.decay.iter().copied().map(i32::from).collect();
    let mut n_turns = 0;
    for _ in 0..n_runs {
        let mut g = [750, 250, 50, 470, 470i32];
        let (mut node, mut segment, mut story) = (0usize, 0u8, 4u8);
        let mut worn = [0u8; 80];
        let (mut sum, mut worst, mut n_replies) = (0, 1000, 0);
        while n_replies < 20 {
            n_turns += 1;
            let here = &nodes[node];
            let seconds = if segment < here.segments { 15 } else { 12 };
            let above = (g[0] - 150).max(0);
            let half = 60_000 + if story > 0 { 60 * 4 * (1000 - g[1]) } else { 0 };
            g[0] -= above - above * decay[(seconds * 64_000 / half).min(64) as usize] / 1000;
            let voice = dice.below(9) as i32;
            if segment < here.segments {
                let nod = dice.below(3);
                g[1] += (60 + 20 * nod as i32) * (1000 - g[1]) / 1000;
                story = story.saturating_sub(1);
                segment += 1;
                continue;
            }
            let pick = dice.below(4) as usize;
            let share = [1000, 800, 350][(voice % 3) as usize]
                * [1000, 780, 600][(voice / 3) as usize]
                / 1000;
            for (n, &act) in here.replies[pick].iter().enumerate() {
                let row = &rows[act as usize];
                let uses = worn[act as usize].min(2);
                worn[act as usize] += 1;
                let wear = [1000, 500, 250][uses as usize] * [1000, 650][n] / 1000;
                for i in 0..5 {
                    let room = if row.delta[i] > 0 { 1000 - g[i] } else { 1000 };
                    let mut d = row.delta[i] * room / 1000;
                    d = d * wear / 1000;
                    d = d * share / 1000;
                    d = d * (350 + 650 * i32::from(4 - story) / 4) / 1000;
                    if i == 2 {
                        d = d * gate[(g[0] / 10) as usize] / 1000;
                        d = d * (500 + g[3].min(600) * 500 / 600) / 1000;
                    }
                    g[i] = (g[i] + d).clamp(0, 1000);
                }
            }
            let s = (400 * g[2] + 350 * g[1] + 250 * (1000 - g[0])) / 1000;
            sum += s;
            worst = worst.min(s);
            n_replies += 1;
            segment = 0;
            node = here.next[pick] as usize;
            if node >= 40 {
                break;
            }
        }
        black_box((sum, worst, n_replies));
    }
    n_turns
}
