//! The report as plain text of 80 columns, for the terminal and for printing.
//! It decides nothing: every number and word comes from the report.

use std::fmt::Write as _;

use engine::analysis::{AnalysisNote, BestNote, Bound, Class, Lost, VerdictNote};
use engine::mark::{CLOSE, Calibration};
use engine::names;
use engine::report::{Better, GAUGES, Readings, Remark, Report, Row, TermNote};
use engine::rules::TermKind;
use engine::score::Finding;
use engine::session::Action;

/// Columns of the text.
const WIDTH: usize = 80;
/// A bias of marks up to this leans neither way, tenths.
pub const LEANS: i16 = 30;
/// Columns of a bar.
const BAR: usize = 30;

/// The whole report, ending in a line break; with the analysis if there is one.
pub fn report_text(report: &Report, analysis: Option<&AnalysisNote>) -> String {
    let mut page = Page::default();
    head(&mut page, report);
    curve(&mut page, report);
    readings(&mut page, report);
    if let Some(note) = analysis {
        reply_by_reply(&mut page, note);
    }
    turns(&mut page, report);
    principles(&mut page, report);
    clauses(&mut page, report);
    house(&mut page, report);
    notes(&mut page, report);
    page.text
}

fn head(page: &mut Page, report: &Report) {
    page.title(&report.title);
    page.line(&format!(
        "{}, seed {}, rules {}",
        report.scenario, report.seed, report.rules
    ));
    if let Some(scored_by) = report.doctrine.scored_by() {
        page.wrapped("", &scored_by);
    }
    page.gap();
    match &report.ending {
        Some(ending) => {
            page.wrapped("", &ending.scene);
            let right = if ending.right {
                "the right way to end"
            } else {
                "not the best way to end"
            };
            page.line(&format!("({}; {right})", ending.outcome_words));
        }
        None => page.line("The conversation has not come to an end."),
    }
    page.gap();
    page.line(&format!(
        "Satisfaction {}   (random play {}, best play found {})",
        tenths(i32::from(report.satisfaction)),
        tenths(i32::from(report.par.random)),
        tenths(i32::from(report.par.best)),
    ));
    page.line(&format!("Conduct      {}", tenths(report.conduct)));
    page.line(&format!(
        "Total        {}   (provisional pass line {})",
        tenths(report.total),
        tenths(i32::from(report.pass_line)),
    ));
    page.gap();
    let result = if report.passed {
        "passed, provisionally"
    } else {
        "not yet"
    };
    page.line(&format!("Result: {result}"));
    for gate in &report.gates {
        page.wrapped(
            "  ! ",
            &format!("{} (turn {}). {}", gate.name, gate.turn, gate.why),
        );
    }
    page.gap();
    page.wrapped("", report.caution);
}

fn curve(page: &mut Page, report: &Report) {
    page.section("The satisfactometer");
    page.line(&format!(
        "   start {:>5}  {}",
        tenths(i32::from(report.start)),
        bar(report.start)
    ));
    for row in &report.curve {
        let turning = report
            .turning_point
            .is_some_and(|point| point.turn == row.turn);
        page.line(&format!(
            "{:>4} {:>3} {:>5}  {}{}",
            row.turn,
            sign_of(row),
            tenths(i32::from(row.satisfaction)),
            bar(row.satisfaction),
            if turning {
                "  <- the turning point"
            } else {
                ""
            },
        ));
    }
}

/// How the trainee read the customer, mark by mark and over all.
fn readings(page: &mut Page, report: &Report) {
    let readings = &report.readings;
    if readings.n_asked == 0 {
        return;
    }
    page.section("How you read them");
    for mark in &readings.marks {
        let at = match mark.after {
            0 => "before turn 1".to_owned(),
            n => format!("after turn {n}"),
        };
        page.line(&format!(
            "{at:>16}  you {:>5} ({}), it was {:>5}  {}",
            tenths(i32::from(mark.marked)),
            mark.words,
            tenths(i32::from(mark.was)),
            verdict(mark.error),
        ));
    }
    if let Some(words) = summary(readings) {
        page.wrapped("", &words);
    }
}

/// What a mark's error means.
pub fn verdict(error: i16) -> &'static str {
    match error {
        _ if error.abs() <= CLOSE => "close",
        1.. => "too hopeful",
        _ => "too gloomy",
    }
}

/// What the readings of a run came to, in sentences; none if nobody asked.
pub fn summary(readings: &Readings) -> Option<String> {
    match &readings.calibration {
        Some(found) => Some(calibration_words(found)),
        None if readings.n_asked == 0 => None,
        None => Some(format!(
            "You were asked {} how they feel, and marked nothing.",
            times(readings.n_asked)
        )),
    }
}

/// What marks are worth, in sentences.
pub fn calibration_words(found: &Calibration) -> String {
    let unseeing = Tenths(found.unseeing.into());
    if found.n == 1 {
        let close = match found.n_close {
            1 => "within one step",
            _ => "more than a step off",
        };
        let way = match found.bias {
            0 => "right on the meter".to_owned(),
            1.. => format!("{} too hopeful", Tenths(found.bias.into())),
            _ => format!("{} too gloomy", Tenths((-found.bias).into())),
        };
        return format!("One mark, {close}: {way}. The middle would have been off by {unseeing}.");
    }
    let lean = match found.bias {
        n if n.abs() <= LEANS => "leaning neither way".to_owned(),
        1.. => format!("too hopeful by {} on average", Tenths(found.bias.into())),
        _ => format!("too gloomy by {} on average", Tenths((-found.bias).into())),
    };
    let mut words = format!(
        "{} marks, {} within one step; {lean}; off by {} on average, where always marking the middle is off by {unseeing}.",
        found.n,
        found.n_close,
        Tenths(found.miss.into()),
    );
    if found.n_moves > 0 {
        let moved = times(found.n_moves);
        let saw = match found.n_followed {
            0 => "you did not see which way".to_owned(),
            n if n == found.n_moves && n == 1 => "you saw which way".to_owned(),
            n if n == found.n_moves => "you saw which way each time".to_owned(),
            n => format!("you saw which way {}", times(n)),
        };
        words += &format!(" Between two marks the meter moved {moved}; {saw}.");
    }
    words
}

fn times(n: usize) -> String {
    match n {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        n => format!("{n} times"),
    }
}

fn sign_of(row: &Row) -> &'static str {
    match row.change {
        40.. => "++",
        5.. => "+",
        -4..5 => "",
        -39..-4 => "-",
        _ => "--",
    }
}

/// What each reply was worth, and what would have been best.
fn reply_by_reply(page: &mut Page, note: &AnalysisNote) {
    page.section("Reply by reply");
    page.wrapped("", note.about);
    page.gap();
    page.line(&format!(
        "Best line found: {} (ending \"{}\"); this run: {}",
        tenths(i32::from(note.best.survey)).trim_start(),
        note.best_ending,
        tenths(i32::from(note.end.survey)).trim_start(),
    ));
    let counts: Vec<String> = Class::ALL
        .iter()
        .map(|class| {
            let n = note.verdicts.iter().filter(|v| v.class == *class).count();
            format!("{} {n}", class.name())
        })
        .collect();
    page.line(&counts.join(", "));
    page.gap();
    for verdict in &note.verdicts {
        let exact = match verdict.bound {
            Bound::Exact => " (exact)",
            Bound::Searched => "",
        };
        let dearest = if note.turning_point == Some(verdict.turn) {
            "  <- the dearest reply"
        } else {
            ""
        };
        page.wrapped(
            &format!(
                "{:>4}. {:<11}{:<3}",
                verdict.turn,
                verdict.class.name(),
                verdict.class.mark()
            ),
            &format!("{}{exact}{dearest}", price(verdict)),
        );
        if let Some(best) = &verdict.best {
            page.wrapped("      > ", &best_words(best));
        }
    }
    if let Some(point) = note.no_return {
        let searched = match point.bound {
            Bound::Exact => "",
            Bound::Searched => " as far as the search sees",
        };
        let lost = match point.lost {
            Lost::Gate => "the run could no longer pass",
            Lost::GoodEnding => "no right ending could be reached any more",
        };
        page.gap();
        page.wrapped(
            "",
            &format!(
                "Point of no return: after turn {}, {lost}{searched}.",
                point.turn
            ),
        );
    }
    if note.verdicts.iter().any(|v| v.bound == Bound::Searched) {
        page.wrapped(
            "",
            "Where it does not say exact, a better line than the best one found might exist.",
        );
    }
}

/// What a reply cost, and where.
fn price(verdict: &VerdictNote) -> String {
    let of_which = match verdict.listening_cost {
        lost if lost > 0 && lost < verdict.cost => {
            format!(", {} of it before a word was said", Tenths(i32::from(lost)))
        }
        lost if lost > 0 => ", all of it before a word was said".to_owned(),
        _ => String::new(),
    };
    let left = format!("{} still possible", Tenths(i32::from(verdict.value.survey)));
    match verdict.cost {
        0 => left,
        cost => format!("cost {}{of_which}; {left}", Tenths(i32::from(cost))),
    }
}

/// The best that could have been done, in a sentence.
fn best_words(best: &BestNote) -> String {
    let what = match &best.action {
        _ if best.same_words && best.same_stance => "the same".to_owned(),
        _ if best.same_words => format!("the same words [{}]", names::stance(best.stance)),
        Action::Say(key) => format!(
            "\"{}\" [{}]",
            best.say.as_deref().unwrap_or(key),
            names::stance(best.stance)
        ),
        _ => "say nothing".to_owned(),
    };
    match best.timing.as_str() {
        timing if !best.same_timing && !timing.is_empty() => {
            format!("best: {timing}; then {what}")
        }
        _ => format!("best: {what}"),
    }
}

fn turns(page: &mut Page, report: &Report) {
    page.section("Turn by turn");
    for row in &report.curve {
        page.wrapped(
            &format!("{:>3}. ", row.turn),
            &deed(&row.action, row.said.as_deref()),
        );
        page.wrapped(
            "     ",
            &format!("{}; {}.", names::stance(row.stance), row.timing),
        );
        for term in row.terms.iter().filter(|term| tells(term)).take(3) {
            let moved: Vec<String> = GAUGES
                .iter()
                .zip(term.delta)
                .filter(|(_, delta)| delta.abs() >= 5)
                .map(|(gauge, delta)| format!("{} {delta:+}", names::gauge(*gauge)))
                .collect();
            page.wrapped(
                "     - ",
                &format!("{}: {} [{}]", term.title, term.why, moved.join(", ")),
            );
        }
        for credit in row.credits.iter().filter(|c| c.credit < 0) {
            page.wrapped(
                "     x ",
                &format!("against: {} ({})", credit.title, cite(&credit.source)),
            );
        }
        if let Some(better) = &row.better {
            page.wrapped("     > ", &advice(row, better));
        }
    }
    if !report.promises.is_empty() {
        page.section("Your word");
        for promise in &report.promises {
            page.wrapped("  - ", &format!("{} (turn {})", promise.what, promise.turn));
        }
    }
}

/// A better move, in a sentence.
fn advice(row: &Row, better: &Better) -> String {
    let what = match &better.action {
        _ if better.same_words => "the same".to_owned(),
        Action::Listen => "listen".to_owned(),
        Action::Encourage => "listen and nod".to_owned(),
        Action::CutIn => "cut in".to_owned(),
        Action::Pause => "say nothing".to_owned(),
        Action::Say(key) => format!("\"{}\"", better.say.as_deref().unwrap_or(key)),
    };
    let serves = better.serves.map_or_else(String::new, |credit| {
        format!("; {} ({})", credit.title, cite(&credit.source))
    });
    format!(
        "better, one step ahead: {what} [{}], {:+} instead of {:+}{serves}",
        names::stance(better.stance),
        Tenths(i32::from(better.change)),
        Tenths(i32::from(row.change)),
    )
}

/// Whether a term explains anything: that time cools tells nobody much.
fn tells(term: &TermNote) -> bool {
    term.term != TermKind::Cooled && term.delta.iter().any(|d| d.abs() >= 5)
}

fn deed(action: &Action, said: Option<&str>) -> String {
    match action {
        Action::Listen => "You listened.".to_owned(),
        Action::Encourage => "You listened and nodded.".to_owned(),
        Action::CutIn => "You cut in.".to_owned(),
        Action::Pause => "You said nothing.".to_owned(),
        Action::Say(key) => format!("\"{}\"", said.unwrap_or(key)),
    }
}

fn principles(page: &mut Page, report: &Report) {
    page.section("Principles");
    for note in &report.principles {
        match note.score {
            Some(score) => page.line(&format!(
                "{:<36} {:>5}  {}",
                note.title,
                tenths(score),
                bar(score.clamp(0, 1000) as i16)
            )),
            None => {
                let mut own = report.clauses.iter();
                let tested = own.any(|clause| {
                    clause.principle == Some(note.principle) && clause.finding != Finding::NotTested
                });
                let why = if tested { "not counted" } else { "not tested" };
                page.line(&format!("{:<36}     -  {why}", note.title));
            }
        }
    }
}

fn clauses(page: &mut Page, report: &Report) {
    let findings = [
        (Finding::Broken, "Broken", "  x "),
        (Finding::Missed, "Missed", "  o "),
        (Finding::Partly, "Followed in part", "  ~ "),
        (Finding::Followed, "Followed", "  + "),
    ];
    for (finding, title, mark) in findings {
        let found: Vec<_> = report
            .clauses
            .iter()
            .filter(|clause| clause.finding == finding)
            .collect();
        if found.is_empty() {
            continue;
        }
        page.section(&format!("{title} ({})", found.len()));
        for clause in found {
            let at = if finding == Finding::Missed {
                String::new()
            } else {
                at_turns(&clause.turns)
            };
            page.wrapped(
                mark,
                &format!("{} ({}{at})", clause.sentence, cite(&clause.source)),
            );
            if let Some(disputed) = clause.disputed() {
                page.wrapped("      ", &disputed);
            }
        }
    }
    let n_untested = report
        .clauses
        .iter()
        .filter(|clause| clause.finding == Finding::NotTested)
        .count();
    page.gap();
    page.wrapped(
        "",
        &format!(
            "{n_untested} of {} clauses were not tested in this conversation; they count neither way.",
            report.clauses.len()
        ),
    );
}

/// The turns, the first few of them.
fn at_turns(turns: &[usize]) -> String {
    let few: Vec<String> = turns.iter().take(4).map(ToString::to_string).collect();
    match turns.len() {
        0 => String::new(),
        1 => format!("; turn {}", few.join(", ")),
        2..=4 => format!("; turns {}", few.join(", ")),
        _ => format!("; turns {} and more", few.join(", ")),
    }
}

/// The house's own clauses, which move no score above.
fn house(page: &mut Page, report: &Report) {
    let Some(house) = &report.house else { return };
    page.section(&format!("{}: our own rules", house.name));
    match house.score {
        Some(score) => page.line(&format!("{} of what came up was followed.", tenths(score))),
        None => page.line("None of them came up."),
    }
    page.gap();
    for clause in &house.clauses {
        let word = match clause.finding {
            Finding::Followed => "followed",
            Finding::Partly => "partly",
            Finding::Missed => "missed",
            Finding::Broken => "broken",
            Finding::NotTested => "not tested",
        };
        let turns: Vec<_> = clause.turns.iter().map(usize::to_string).collect();
        let turns = match turns.as_slice() {
            [] => String::new(),
            [one] => format!(", turn {one}"),
            many => format!(", turns {}", many.join(", ")),
        };
        page.wrapped("  ", &format!("{}: {word}{turns}", clause.title));
        page.wrapped("      ", &format!("{} ({})", clause.sentence, clause.place));
    }
}

fn notes(page: &mut Page, report: &Report) {
    if !report.disagreements.is_empty() {
        page.section("Where the documents disagree");
        for remark in &report.disagreements {
            page.wrapped(
                "  - ",
                &format!(
                    "{} {}{}",
                    remark.about,
                    remark.note,
                    leaning(report, remark)
                ),
            );
        }
    }
    if !report.evidence.is_empty() {
        page.section("Where published evidence has a word on it");
        for remark in &report.evidence {
            page.wrapped("  - ", &format!("{}: {}", remark.about, remark.note));
        }
    }
    page.section("Sources");
    let mut shown: Vec<&str> = Vec::new();
    for clause in &report.clauses {
        if clause.finding != Finding::NotTested && !shown.contains(&clause.source.document) {
            shown.push(clause.source.document);
            page.wrapped(
                &format!("  {}  ", clause.source.document),
                clause.source.title,
            );
        }
    }
}

/// Where the doctrine stands on a disagreement, as a sentence to be added.
pub fn leaning(report: &Report, remark: &Remark) -> String {
    remark.leans.map_or_else(String::new, |side| {
        format!(" {} leans to “{side}”.", report.doctrine.title)
    })
}

fn cite(source: &engine::report::SourceNote) -> String {
    if source.first == source.last {
        format!("{}, line {}", source.document, source.first)
    } else {
        format!(
            "{}, lines {}-{}",
            source.document, source.first, source.last
        )
    }
}

/// A score in thousandths, or tenths of a point, with one decimal.
fn tenths(value: i32) -> String {
    format!("{:>5}", Tenths(value).to_string())
}

/// A number of tenths, shown with one decimal.
struct Tenths(i32);

impl std::fmt::Display for Tenths {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = match self.0 {
            ..0 => "-",
            _ if f.sign_plus() => "+",
            _ => "",
        };
        let n = self.0.unsigned_abs();
        write!(f, "{sign}{}.{}", n / 10, n % 10)
    }
}

fn bar(tenths: i16) -> String {
    let filled = usize::from(tenths.clamp(0, 1000).unsigned_abs()) * BAR / 1000;
    format!("{}{}", "#".repeat(filled), ".".repeat(BAR - filled))
}

/// The text as it grows.
#[derive(Default)]
struct Page {
    text: String,
}

impl Page {
    fn line(&mut self, line: &str) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.text, "{}", line.trim_end());
    }

    fn gap(&mut self) {
        self.line("");
    }

    fn title(&mut self, title: &str) {
        self.line(title);
        self.line(&"=".repeat(title.chars().count().min(WIDTH)));
    }

    fn section(&mut self, title: &str) {
        self.gap();
        self.line(title);
        self.line(&"-".repeat(title.chars().count().min(WIDTH)));
    }

    /// Wraps at the width; later lines are indented as far as the first one's prefix.
    fn wrapped(&mut self, prefix: &str, text: &str) {
        let indent = prefix.chars().count();
        let mut line = prefix.to_owned();
        let mut columns = indent;
        for word in text.split_whitespace() {
            let n = word.chars().count();
            if columns > indent && columns + 1 + n > WIDTH {
                self.line(&line);
                line = " ".repeat(indent);
                columns = indent;
            }
            if columns > indent {
                line.push(' ');
                columns += 1;
            }
            line.push_str(word);
            columns += n;
        }
        self.line(&line);
    }
}
