//! One row of the report: what an input did, why, what the guidance says about
//! it, and a better move that was on offer. Looks one step ahead and no further.

use crate::act::Act;
use crate::customer::Term;
use crate::doctrine::{Doctrine, WHOLE};
use crate::guidance::{Catalogue, Clause, Count, InputKind};
use crate::names;
use crate::score::moment::{Deed, Scene};
use crate::score::{Credit, Offers};
use crate::session::{Session, Turn};
use crate::state::{Flags, N_GAUGES};
use crate::step::{Move, World};

use super::{Better, CreditNote, Row, SourceNote, TermNote};

pub(super) fn row(
    session: &Session,
    turn: &Turn,
    n: usize,
    credits: &[Credit],
    doctrine: &Doctrine,
) -> Row {
    let world = session.world();
    let cut_in = n >= 2 && session.turns()[n - 2].input.action == Move::CutIn;
    let scene = Scene::of(world, &turn.before);
    let satisfaction = world.satisfaction(&turn.after);
    let earned: Vec<&Credit> = credits.iter().filter(|c| c.turn < n).collect();
    Row {
        turn: n,
        action: turn.action.clone(),
        said: turn.said.clone(),
        stance: turn.input.stance,
        timing: timing(&scene, turn, cut_in),
        phase: names::phase(scene.phase),
        satisfaction,
        change: satisfaction - world.satisfaction(&turn.before),
        gauges: turn.after.gauges,
        terms: terms(&turn.terms),
        credits: credits
            .iter()
            .filter(|credit| credit.turn == n && credit.credit != 0)
            .map(credit_note)
            .collect(),
        better: better(world, &scene, turn, &earned, doctrine),
    }
}

fn timing(scene: &Scene, turn: &Turn, cut_in: bool) -> &'static str {
    match (turn.input.action, scene.speaking) {
        (_, Some(kind)) => names::segment(kind),
        (Move::Pause, None) => "with the floor, in silence",
        (_, None) if turn.before.flags.has(Flags::WEIGHED) => "after a moment's thought",
        (_, None) if turn.before.flags.has(Flags::ASKED) => "in answer to their question",
        (_, None) if turn.before.flags.has(Flags::BROKE_IN) => "breaking in on a repetition",
        (_, None) if cut_in => "after cutting in",
        (_, None) => "when they had finished",
    }
}

/// What a term weighs in the satisfactometer, with trust and ease at a third.
fn weight(delta: &[i16; N_GAUGES]) -> i32 {
    let [heat, heard, fixed, trust, ease] = delta.map(|d| i32::from(d.unsigned_abs()));
    heat * 25 + heard * 35 + fixed * 40 + (trust + ease) * 12
}

/// The terms of one name together, the weightiest first.
pub(super) fn terms(terms: &[Term]) -> Vec<TermNote> {
    let mut notes: Vec<TermNote> = Vec::new();
    for term in terms {
        if let Some(note) = notes.iter_mut().find(|note| note.term == term.kind) {
            for (sum, delta) in note.delta.iter_mut().zip(term.delta) {
                *sum = sum.saturating_add(delta);
            }
            note.act = note.act.filter(|act| term.act == Some(*act));
        } else {
            let (title, why) = term.kind.words();
            notes.push(TermNote {
                term: term.kind,
                act: term.act,
                title,
                why,
                delta: term.delta,
            });
        }
    }
    notes.sort_by_key(|note| -weight(&note.delta));
    notes
}

pub(super) fn source_note(clause: &'static Clause) -> SourceNote {
    let document = Catalogue::current().document(&clause.source.0);
    SourceNote {
        document: &clause.source.0,
        title: document.map_or("", |d| &d.title),
        first: clause.source.1,
        last: clause.source.2,
    }
}

fn credit_note(credit: &Credit) -> CreditNote {
    let clause = &Catalogue::current().clauses[credit.clause];
    CreditNote {
        clause: clause.n,
        title: &clause.title,
        source: source_note(clause),
        credit: credit.credit,
    }
}

/// Tenths of the satisfactometer that a whole credit of weight 1 is worth when
/// moves are compared.
const CREDIT_WORTH: i32 = 15;
/// How much better a move must be to be worth mentioning.
const MARGIN: i32 = 15;

/// The value of a deed one step ahead: what it does to the satisfactometer and
/// what the clauses still open give for it. What no score can balance is ruled out.
fn value(world: World, scene: &Scene, deed: &Deed, credits: &[Credit], doctrine: &Doctrine) -> i32 {
    let change = world.satisfaction(&deed.after) - world.satisfaction(&scene.before);
    let served: i32 = credits
        .iter()
        .map(|c| c.credit * worth(c, doctrine) / 1000)
        .sum();
    let mut value = i32::from(change) + served * CREDIT_WORTH / 1000;
    if closes_the_gate(world, scene, deed) {
        value -= 1000;
    }
    if deed.ending.is_some_and(|(_, right)| !right) {
        value -= 200;
    }
    value
}

/// Whether a deed would close the gate if it were open: one line crossed is no leave to
/// cross another.
fn closes_the_gate(world: World, scene: &Scene, deed: &Deed) -> bool {
    let mut state = scene.before;
    Flags::STAINS
        .into_iter()
        .for_each(|flag| state.flags.lower(flag));
    world.step(&mut state, deed.input, &mut ());
    let stained = Flags::STAINS.into_iter().any(|flag| state.flags.has(flag));
    stained || deed.acts.has(Act::Abandon)
}

/// The weight of a credit's clause by a doctrine, thousandths.
fn worth(credit: &Credit, doctrine: &Doctrine) -> i32 {
    let weight = i32::from(Catalogue::current().clauses[credit.clause].weight);
    weight * i32::from(doctrine.percent(credit.clause)) / i32::from(WHOLE)
}

/// The best move one step ahead, if it is better than the one made. `earned` are
/// the credits of earlier turns: what has been done once need not be done again.
fn better(
    world: World,
    scene: &Scene,
    turn: &Turn,
    earned: &[&Credit],
    doctrine: &Doctrine,
) -> Option<Better> {
    let catalogue = Catalogue::current();
    let deeds = scene.deeds();
    let offers = Offers::of(scene, &deeds);
    let open = |credit: &Credit| {
        catalogue.clauses[credit.clause].count == Count::Each
            || !earned
                .iter()
                .any(|e| e.clause == credit.clause && e.credit > 0 && e.credit >= credit.credit)
    };
    let appraise = |deed: &Deed| {
        let mut credits = offers.credits(scene, deed, 0);
        credits.retain(open);
        (value(world, scene, deed, &credits, doctrine), credits)
    };
    let (mine, _) = appraise(&scene.deed(turn.input)?);
    let mut best: Option<(i32, &Deed, Vec<Credit>)> = None;
    // To say nothing is no advice in the place of words.
    for deed in deeds.iter().filter(|deed| deed.kind != InputKind::Pause) {
        let (value, credits) = appraise(deed);
        if best.as_ref().is_none_or(|(highest, ..)| value > *highest) {
            best = Some((value, deed, credits));
        }
    }
    let (value, deed, credits) = best?;
    if value < mine + MARGIN {
        return None;
    }
    let serves = credits
        .iter()
        .filter(|credit| credit.credit > 0 && worth(credit, doctrine) > 0)
        .max_by_key(|credit| credit.credit * worth(credit, doctrine));
    Some(Better {
        action: world.action(&scene.before, deed.input.action),
        say: match deed.input.action {
            Move::Say(n) => world.words(&scene.before, n).map(str::to_owned),
            _ => None,
        },
        stance: deed.input.stance,
        change: world.satisfaction(&deed.after) - world.satisfaction(&scene.before),
        same_words: deed.input.action == turn.input.action,
        serves: serves.map(credit_note),
    })
}
