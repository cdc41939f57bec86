//! Makes the brackets of a file pair up, so that the parser always meets a balanced
//! text. How it is repaired is in `repair.rs`.

use super::findings::{Findings, error};
use super::repair::Repair;
use super::source::Source;
use super::token::{Lexeme, Token};
use crate::diagnostic::{Diagnostic, Span};

/// Deepest nesting.
pub const MAX_DEPTH: usize = 32;

/// After so many problems the brackets cannot be made sense of.
pub(super) const MOST_PROBLEMS: usize = 60;

/// Tokens whose brackets all pair up.
pub(super) struct Balanced {
    pub(super) tokens: Vec<Token>,
    /// For every opening bracket the index of its closing one; 0 for other tokens.
    pub(super) partner: Vec<u32>,
}

/// Pairs the brackets. None if there is no sense in reading on.
pub(super) fn balance(
    source: &Source,
    tokens: Vec<Token>,
    cut: bool,
    tolerant: bool,
    findings: &mut Findings,
) -> Option<Balanced> {
    match first_fault(&tokens) {
        None => return Some(paired(tokens)),
        Some(Fault::TooDeep(at)) if !tolerant => {
            findings.push(too_deep(source, tokens[at]));
            return None;
        }
        Some(fault) if !tolerant => {
            let (Fault::TooDeep(at) | Fault::Unpaired(at)) = fault;
            let span = tokens.get(at).map_or(Span::default(), |t| t.span());
            findings.push(error(
                "unclosed-bracket",
                span,
                "the brackets do not pair up",
            ));
            return None;
        }
        Some(_) => {}
    }
    let repaired = [true, false].map(|by_indent| Repair::run(source, &tokens, by_indent, cut));
    let deep = match first_fault(&tokens) {
        Some(Fault::TooDeep(at)) => Some(tokens[at]),
        _ => None,
    };
    let n_tolerable = if deep.is_some() { 20 } else { MOST_PROBLEMS };
    let [by_indent, by_line] = repaired;
    let best = if by_indent.cost() <= by_line.cost() {
        by_indent
    } else {
        by_line
    };
    match (deep, best.too_deep) {
        (Some(token), _) if best.cost() > n_tolerable => findings.push(too_deep(source, token)),
        (_, Some(token)) => findings.push(too_deep(source, token)),
        _ => {
            findings.extend(best.findings);
            return (!best.gave_up).then(|| paired(best.out));
        }
    }
    None
}

enum Fault {
    TooDeep(usize),
    Unpaired(usize),
}

fn first_fault(tokens: &[Token]) -> Option<Fault> {
    let mut open = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        match token.lexeme {
            Lexeme::Open(bracket) => {
                open.push(bracket);
                if open.len() > MAX_DEPTH {
                    return Some(Fault::TooDeep(at));
                }
            }
            Lexeme::Close(bracket) if open.pop() != Some(bracket) => {
                return Some(Fault::Unpaired(at));
            }
            _ => {}
        }
    }
    (!open.is_empty()).then_some(Fault::Unpaired(tokens.len()))
}

fn too_deep(source: &Source, token: Token) -> Diagnostic {
    let place = source.position(token.start as usize);
    let message = format!(
        "brackets are nested deeper than {MAX_DEPTH} at {}:{}",
        place.line, place.column
    );
    error("too-deep", token.span(), message).hint("a scenario needs about ten levels")
}

fn paired(tokens: Vec<Token>) -> Balanced {
    let mut partner = vec![0; tokens.len()];
    let mut open = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        match token.lexeme {
            Lexeme::Open(_) => open.push(at),
            Lexeme::Close(_) => {
                if let Some(opened) = open.pop() {
                    // There are at most MAX_TOKENS and their repairs.
                    partner[opened] = at as u32;
                }
            }
            _ => {}
        }
    }
    Balanced { tokens, partner }
}
