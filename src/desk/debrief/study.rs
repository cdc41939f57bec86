//! What there is to read about each step of a run, ready to be shown: words and
//! signed numbers out of the session and its report. No window.

use engine::doctrine::Doctrine;
use engine::names;
use engine::report::{
    Better, ClauseNote, CreditNote, EndingNote, GAUGES, Remark, Report, Row, SourceNote, TermNote,
};
use engine::score::Finding;
use engine::session::{Action, Event, Session};

use super::numbers::{capital, change, counted, ordinal, points, whole_change};
use super::readings::mark_words;
use crate::desk::report_text::leaning;

/// A run, explained.
#[derive(Clone, Debug, PartialEq)]
pub struct Study {
    /// The customer's name.
    pub customer: String,
    /// The report.
    pub report: Report,
    /// The steps; the first is before the first input.
    pub steps: Vec<Step>,
}

/// One step.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Number of the reply among the replies, from 1, if it was one.
    pub reply: Option<usize>,
    /// What the customer had said last.
    pub heard: Option<String>,
    /// What the trainee did or said.
    pub deed: String,
    /// Whether the deed is the trainee's own words.
    pub spoken: bool,
    /// Voice and face; none before the first input.
    pub how: Option<String>,
    /// When it was done, and where the customer was.
    pub when: String,
    /// What the customer answered at once.
    pub answer: Option<String>,
    /// The meter after it, tenths.
    pub meter: i16,
    /// What it changed, tenths.
    pub change: i16,
    /// The five gauges, in their order.
    pub gauges: Vec<GaugeLine>,
    /// Why, the weightiest first.
    pub why: Vec<Reason>,
    /// Reasons too small to be listed.
    pub n_small: usize,
    /// What it meant to the guidance; what was broken first.
    pub clauses: Vec<ClauseLine>,
    /// What else could have been done.
    pub better: Option<BetterLine>,
    /// Where documents or evidence disagree about these clauses.
    pub remarks: Vec<String>,
    /// How the trainee read the customer then, beside the meter.
    pub marked: Option<String>,
}

/// A gauge at a step, thousandths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GaugeLine {
    /// Its name.
    pub name: &'static str,
    /// After the step.
    pub after: i16,
    /// What the step changed.
    pub change: i16,
    /// Whether a rise of it is good.
    pub good_up: bool,
}

/// A named reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// Its name.
    pub title: &'static str,
    /// One sentence.
    pub why: &'static str,
    /// What it moved: "heard +8, heat −3".
    pub sizes: String,
    /// Whether it did more good than harm.
    pub good: bool,
}

/// A clause at a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClauseLine {
    /// How the step stands to it.
    pub finding: Finding,
    /// A few words.
    pub title: &'static str,
    /// Its sentence.
    pub sentence: &'static str,
    /// Where it stands.
    pub source: String,
    /// Which side it is on where the documents disagree, and what it weighs then.
    pub disputed: Option<String>,
}

/// A better deed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BetterLine {
    /// What to say, in quotes, or to do.
    pub deed: String,
    /// Voice and face.
    pub how: String,
    /// What it would have done.
    pub effect: String,
}

/// A change of a gauge below this is not told, thousandths.
const TELLS: i16 = 5;
/// So many reasons are listed.
const N_REASONS: usize = 5;
/// Of each reason, so many gauges.
const N_SIZES: usize = 3;

impl Study {
    /// Scores by a doctrine and explains a run. Works out par, which takes a while.
    pub fn by(session: &Session, doctrine: &'static Doctrine) -> Study {
        Study::with(session, Report::by_doctrine(session, doctrine))
    }

    /// Explains a run whose report is at hand.
    pub fn with(session: &Session, report: Report) -> Study {
        let mut heard = last_words(session.opening());
        let mut gauges = session.first().gauges;
        let mut steps = vec![start(&report, heard.clone(), gauges)];
        let mut n_replies = 0;
        for (n, (row, turn)) in report.curve.iter().zip(session.turns()).enumerate() {
            n_replies += usize::from(row.said.is_some());
            let before = n.checked_sub(1).and_then(|n| report.curve.get(n));
            steps.push(Step {
                reply: row.said.is_some().then_some(n_replies),
                heard: heard.clone(),
                answer: turn.events.iter().find_map(reaction),
                gauges: gauge_lines(gauges, row.gauges),
                ..step(&report, row, before)
            });
            gauges = row.gauges;
            heard = last_words(&turn.events).or(heard);
        }
        for mark in &report.readings.marks {
            if let Some(step) = steps.get_mut(mark.after) {
                step.marked = Some(mark_words(mark));
            }
        }
        Study {
            customer: session.scenario().customer().name.clone(),
            report,
            steps,
        }
    }

    /// Number of the last step.
    pub fn last(&self) -> usize {
        self.steps.len().saturating_sub(1)
    }

    /// What a screen reader says for a step.
    pub fn aloud(&self, n: usize) -> String {
        let Some(step) = self.steps.get(n) else {
            return String::new();
        };
        let meter = points(i32::from(step.meter));
        let reply = step
            .reply
            .map_or_else(String::new, |n| format!(", your {} reply", ordinal(n)));
        let mut aloud = match n {
            0 => format!("{}, meter {meter}", self.heading(0)),
            _ => format!(
                "{}{reply}: {} Meter {}, now {meter}",
                self.heading(n),
                step.deed,
                change(step.change.into())
            ),
        };
        if let Some(marked) = &step.marked {
            aloud += &format!(". {marked}");
        }
        aloud
    }

    /// The head of a step: its number.
    pub fn heading(&self, n: usize) -> String {
        match n {
            0 => "The start".to_owned(),
            _ => format!("Step {n} of {}", self.last()),
        }
    }
}

/// The trainee's own replies so far, for a question about them.
pub fn own_replies(session: &Session) -> Vec<String> {
    session
        .turns()
        .iter()
        .filter_map(|turn| turn.said.clone())
        .collect()
}

fn start(report: &Report, heard: Option<String>, gauges: [i16; 5]) -> Step {
    Step {
        reply: None,
        heard,
        deed: "This is how they came in.".to_owned(),
        spoken: false,
        how: None,
        when: String::new(),
        answer: None,
        meter: report.start,
        change: 0,
        gauges: gauge_lines(gauges, gauges),
        why: Vec::new(),
        n_small: 0,
        clauses: Vec::new(),
        better: None,
        remarks: Vec::new(),
        marked: None,
    }
}

/// A step without what only the session knows.
fn step(report: &Report, row: &Row, before: Option<&Row>) -> Step {
    let why = reasons(&row.terms);
    let mut clauses = clauses(report, row);
    clauses.sort_by_key(|(_, line)| match line.finding {
        Finding::Broken => 0,
        Finding::Missed => 1,
        Finding::Partly => 2,
        Finding::Followed | Finding::NotTested => 3,
    });
    let numbers: Vec<u16> = clauses.iter().map(|(n, _)| *n).collect();
    Step {
        reply: None,
        heard: None,
        deed: deed(&row.action, row.said.as_deref()),
        spoken: row.said.is_some(),
        how: Some(names::stance(row.stance)),
        when: when(row, before),
        answer: None,
        meter: row.satisfaction,
        change: row.change,
        gauges: Vec::new(),
        n_small: row.terms.len() - why.len(),
        why,
        remarks: remarks(report, &numbers),
        clauses: clauses.into_iter().map(|(_, line)| line).collect(),
        better: row
            .better
            .as_ref()
            .map(|better| better_line(better, row.change)),
        marked: None,
    }
}

/// The reasons that tell, the weightiest first, so many as are listed.
pub fn reasons(terms: &[TermNote]) -> Vec<Reason> {
    let telling = |delta: &[i16; 5]| delta.iter().any(|d| d.abs() >= TELLS);
    terms
        .iter()
        .filter(|term| telling(&term.delta))
        .map(|term| Reason {
            title: term.title,
            why: term.why,
            sizes: sizes(&term.delta),
            good: does_good(&term.delta),
        })
        .take(N_REASONS)
        .collect()
}

fn deed(action: &Action, said: Option<&str>) -> String {
    match action {
        Action::Listen => "You listened.".to_owned(),
        Action::Encourage => "You listened, and nodded.".to_owned(),
        Action::CutIn => "You cut in.".to_owned(),
        Action::Pause => "You said nothing.".to_owned(),
        Action::Say(key) => said.unwrap_or(key).replace('*', ""),
    }
}

fn when(row: &Row, before: Option<&Row>) -> String {
    let spoke = matches!(row.action, Action::Say(_));
    let after_cutting_in = before.is_some_and(|row| row.action == Action::CutIn);
    let timing = match row.timing {
        _ if spoke && after_cutting_in => "with the floor you took by cutting in",
        // The report cannot tell the two apart; here the step before can.
        timing if timing.ends_with("or were cut off") => "when they had finished",
        timing => timing,
    };
    format!("{}; they were {}", timing, row.phase)
}

/// The last thing the customer said among these events.
fn last_words(events: &[Event]) -> Option<String> {
    events.iter().rev().find_map(|event| match event {
        Event::Speaks { text, .. } => Some(text.clone()),
        _ => None,
    })
}

fn reaction(event: &Event) -> Option<String> {
    match event {
        Event::Reacts { text, .. } => Some(text.clone()),
        _ => None,
    }
}

/// The five gauges, in their order.
pub fn gauge_lines(before: [i16; 5], after: [i16; 5]) -> Vec<GaugeLine> {
    GAUGES
        .iter()
        .zip(before.into_iter().zip(after))
        .enumerate()
        .map(|(n, (gauge, (before, after)))| GaugeLine {
            name: names::gauge(*gauge),
            after,
            change: after - before,
            good_up: n != 0,
        })
        .collect()
}

/// "heard +8, heat −3", the largest first.
fn sizes(delta: &[i16; 5]) -> String {
    let mut moved: Vec<_> = GAUGES
        .iter()
        .zip(delta)
        .filter(|(_, delta)| delta.abs() >= TELLS)
        .collect();
    moved.sort_by_key(|(_, delta)| -i32::from(delta.abs()));
    let words: Vec<String> = moved
        .into_iter()
        .take(N_SIZES)
        .map(|(gauge, delta)| {
            format!(
                "{} {}",
                names::gauge(*gauge),
                whole_change(i32::from(*delta))
            )
        })
        .collect();
    words.join(", ")
}

fn does_good(delta: &[i16; 5]) -> bool {
    let [heat, rest @ ..] = delta.map(i32::from);
    rest.iter().sum::<i32>() >= heat
}

/// What a step meant to clauses, with their numbers.
fn clauses(report: &Report, row: &Row) -> Vec<(u16, ClauseLine)> {
    let credited = row.credits.iter().filter_map(|credit| {
        let finding = match credit.credit {
            ..0 => Finding::Broken,
            0 => return None,
            1..900 => Finding::Partly,
            _ => Finding::Followed,
        };
        let clause = clause_of(report, credit);
        Some((
            credit.clause,
            ClauseLine {
                finding,
                title: credit.title,
                sentence: clause.map(|clause| clause.sentence).unwrap_or_default(),
                source: cite(&credit.source),
                disputed: clause.and_then(ClauseNote::disputed),
            },
        ))
    });
    let missed = report
        .clauses
        .iter()
        .filter(|clause| clause.finding == Finding::Missed && clause.turns.contains(&row.turn))
        .map(|clause| {
            let line = ClauseLine {
                finding: Finding::Missed,
                title: clause.title,
                sentence: clause.sentence,
                source: cite(&clause.source),
                disputed: clause.disputed(),
            };
            (clause.n, line)
        });
    credited.chain(missed).collect()
}

fn clause_of<'a>(report: &'a Report, credit: &CreditNote) -> Option<&'a ClauseNote> {
    let mut clauses = report.clauses.iter();
    clauses.find(|clause| clause.n == credit.clause)
}

/// A place in a document, as a reader cites it.
pub fn cite(source: &SourceNote) -> String {
    match source.first == source.last {
        true => format!("{}, line {}", source.title, source.first),
        false => format!("{}, lines {}–{}", source.title, source.first, source.last),
    }
}

fn remarks(report: &Report, clauses: &[u16]) -> Vec<String> {
    report
        .disagreements
        .iter()
        .chain(&report.evidence)
        .filter(|remark| remark.clauses.iter().any(|n| clauses.contains(n)))
        .map(|remark| remark_words(report, remark))
        .collect()
}

/// Where documents or evidence disagree about anything in a run, each once.
pub fn all_remarks(report: &Report) -> Vec<String> {
    let all = report.disagreements.iter().chain(&report.evidence);
    all.map(|remark| remark_words(report, remark)).collect()
}

fn remark_words(report: &Report, remark: &Remark) -> String {
    let colon = if remark.about.ends_with('?') { "" } else { ":" };
    let leaning = leaning(report, remark);
    format!("{}{colon} {}{leaning}", remark.about, remark.note)
}

fn better_line(better: &Better, mine: i16) -> BetterLine {
    let words = || better.say.clone().unwrap_or_default().replace('*', "");
    let deed = match better.action {
        _ if better.same_words => match better.action {
            Action::Say(_) => "The same words".to_owned(),
            _ => "The same".to_owned(),
        },
        Action::Say(_) => format!("“{}”", words()),
        Action::Listen => "Listen to the end".to_owned(),
        Action::Encourage => "Listen on, with a nod".to_owned(),
        Action::CutIn => "Cut in".to_owned(),
        Action::Pause => "Say nothing for a moment".to_owned(),
    };
    let moved = format!(
        "{} instead of {}",
        change(better.change.into()),
        change(mine.into())
    );
    let effect = match &better.serves {
        Some(clause) => format!("{moved}; it serves “{}”", clause.title),
        None => moved,
    };
    BetterLine {
        deed,
        how: names::stance(better.stance),
        effect,
    }
}

/// What the two numbers make together, and what that is worth.
pub fn together(report: &Report) -> String {
    let total = points(report.total);
    let result = match (report.passed, report.gates.is_empty()) {
        (true, _) => format!("Together {total}: passed."),
        (false, true) => format!("Together {total}: not yet."),
        (false, false) => {
            format!("Together {total}, but not yet: no number outweighs what follows.")
        }
    };
    format!(
        "{result} The pass line of {} is provisional.",
        points(report.pass_line.into())
    )
}

/// How it ended, in a sentence.
pub fn ending_words(ending: &EndingNote) -> String {
    let right = if ending.right {
        "the right way to end"
    } else {
        "not the best way to end"
    };
    let mut words = ending.outcome_words.to_owned();
    if ending.walked_out {
        words.push_str("; walked out");
    }
    format!("{}; {right}.", capital(&words))
}

/// "and 3 small ones", if there are any.
pub fn small_ones(n: usize) -> Option<String> {
    (n > 0).then(|| format!("and {}", counted(n, "small one", "small ones")))
}
