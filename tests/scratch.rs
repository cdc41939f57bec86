use engine::load::load;
use engine::reading::read;
use engine::rng::Seed;
use engine::rules::Rules;
#[test]
fn scratch() {
    let rules = Rules::current();
    let n: u64 = std::env::var("N").ok().and_then(|n| n.parse().ok()).unwrap_or(30);
    let only = std::env::var("ONLY").unwrap_or_default();
    for name in ["third-visit", "late-part", "write-it-higher"] {
        if !name.contains(&only) { continue; }
        let text = std::fs::read(format!("scenarios/{name}.ron")).unwrap();
        let s = load(&format!("{name}.ron"), &text, &rules).scenario.unwrap();
        let seeds: Vec<Seed> = (0..n).map(|i| Seed::new(i * 7919 + 13)).collect();
        let t = std::time::Instant::now();
        let r = read(&s, &rules, &seeds);
        println!("== {name}: best {} (lowest {}), random {}, worst {}, fixed {} (-{}), always listens -{}, never -{} in {:?}", r.best, r.lowest_best, r.random, r.worst, r.fixed, r.best - r.fixed, r.best - r.always_listens, r.best - r.never_listens, t.elapsed());
        for (st, v) in &r.stances { print!(" {:?}/{:?} -{}", st.voice, st.face, r.best - v); }
        println!();
    }
}
