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
    for run in 0..n_runs {
        // The draws of a run: persona, starting gauges, deal, order.
        let mut drawn = Dice::for_play(Seed::new(run & 63), 1);
        let traits: [i32; 7] = std::array::from_fn(|_| 700 + drawn.below(600) as i32);
        (0..16).for_each(|_| {
            black_box(drawn.below(2));
        });
        let mut g: [i32; 5] =
            std::array::from_fn(|i| [700, 80, 50, 380, 380][i] + drawn.below(160) as i32);
        let mut dealt = Dice::for_play(Seed::new(run & 63), 2);
        black_box([
            dealt.below(3),
            dealt.below(3),
            Dice::for_play(Seed::new(run & 63), 3).below(u32::MAX),
        ]);
        let (mut node, mut segment, mut story) = (0usize, 0u8, 4u8);
        let mut worn = [0u8; 80];
        let (mut sum, mut worst, mut n_replies) = (0, 1000, 0);
        let (mut face, mut face_run) = (0, 0);
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
            let before = (400 * g[2] + 350 * g[1] + 250 * (1000 - g[0])) / 1000;
            let theirs = if g[0] > 600 {
                3
            } else {
                1 + i32::from(g[0] > 330)
            };
            let voice_share =
                [1000, 1000, 800, 350][(theirs - 1 - voice % 3).unsigned_abs() as usize & 3];
            let face_share = [1000, 740, 540][(voice / 3) as usize];
            face_run = if face == voice / 3 { face_run + 1 } else { 1 };
            face = voice / 3;
            let suspicion = traits[2];
            for (n, &act) in here.replies[pick].iter().enumerate() {
                let row = &rows[act as usize];
                let uses = worn[act as usize].min(2);
                worn[act as usize] += 1;
                let told = 4 - i32::from(story);
                let early = story == 0 || g[0] < 650;
                let shares = [
                    [1000, 650][n],
                    if early { 1000 } else { 500 },
                    [1000, 500, 250][uses as usize],
                    350 + 650 * told.min(3) / 3,
                    if act & 7 == 0 { 700 } else { 1000 },
                    voice_share,
                    face_share,
                    if face_run > 3 { 420 } else { 1000 },
                ];
                let mut change = [0i32; 5];
                for i in 0..5 {
                    let room = if row.delta[i] > 0 {
                        1000 - g[i]
                    } else {
                        (g[0] - 150).max(0) * 5 / 3
                    };
                    change[i] = row.delta[i] * room / 1000;
                }
                for share in shares {
                    if share != 1000 {
                        change.iter_mut().for_each(|d| *d = *d * share / 1000);
                    }
                }
                if change[2] > 0 {
                    change[2] = change[2] * gate[(g[0] / 10) as usize] / 1000;
                    change[2] = change[2] * (500 + g[3].min(600) * 500 / 600) / suspicion;
                }
                if change[0] > 0 && g[0] > 700 {
                    change[0] = change[0] * (1000 - g[0]) / 300;
                }
                for i in 0..5 {
                    g[i] = (g[i] + change[i]).clamp(0, 1000);
                }
            }
            let moved = (400 * g[2] + 350 * g[1] + 250 * (1000 - g[0])) / 1000 - before;
            if moved > 190 {
                g[1] -= (moved - 190) * 2;
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
