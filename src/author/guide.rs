//! `satisfactometer guide`: a first scenario in seven steps, and the file as it
//! stands after each. The text is Markdown and printed as it is; the tests hold
//! its pieces to the files of the steps.

use std::io::Write;

use anyhow::anyhow;

/// The guide.
const GUIDE: &str = include_str!("../../assets/guide/guide.md");

/// The scenario after each step.
const STEPS: [&str; 7] = [
    include_str!("../../assets/guide/step-1.ron"),
    include_str!("../../assets/guide/step-2.ron"),
    include_str!("../../assets/guide/step-3.ron"),
    include_str!("../../assets/guide/step-4.ron"),
    include_str!("../../assets/guide/step-5.ron"),
    include_str!("../../assets/guide/step-6.ron"),
    include_str!("../../assets/guide/step-7.ron"),
];

/// Prints the guide, or the scenario as it stands after a step.
///
/// # Errors
/// When there is no such step, or nothing can be printed.
pub fn run(step: Option<usize>) -> anyhow::Result<u8> {
    let mut out = anstream::stdout();
    let text = match step {
        None => GUIDE,
        Some(n) => n
            .checked_sub(1)
            .and_then(|n| STEPS.get(n))
            .ok_or_else(|| anyhow!("the guide has {} steps, from 1", STEPS.len()))?,
    };
    write!(out, "{text}")?;
    Ok(0)
}

#[cfg(test)]
mod tests {
    use engine::load::load;
    use engine::rules::Rules;

    use super::*;

    fn lines(text: &str) -> Vec<&str> {
        text.lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .collect()
    }

    /// The pieces of RON the guide shows, with the step each stands in.
    fn pieces() -> Vec<(usize, &'static str)> {
        let mut pieces = Vec::new();
        for (n, section) in GUIDE.split("\n## Step ").skip(1).enumerate() {
            assert!(
                section.starts_with(&format!("{}:", n + 1)),
                "the steps are in order"
            );
            for piece in section.split("```ron\n").skip(1) {
                pieces.push((n, piece.split("```").next().expect("it is closed")));
            }
        }
        assert!(pieces.len() > 12);
        pieces
    }

    #[test]
    fn every_step_is_a_scenario_without_a_complaint() {
        for (n, text) in STEPS.iter().enumerate() {
            let loaded = load("wet-keyboard.ron", text.as_bytes(), &Rules::current());
            assert_eq!(loaded.findings.list, [], "step {}", n + 1);
            assert!(loaded.scenario.is_some());
        }
    }

    #[test]
    fn what_the_guide_shows_stands_in_the_file_of_the_step() {
        for (n, piece) in pieces() {
            let file = lines(STEPS[n]);
            let shown = lines(piece);
            assert!(
                file.windows(shown.len()).any(|window| window == shown),
                "step {}: the file has no\n{piece}",
                n + 1
            );
        }
    }

    #[test]
    fn every_step_shows_what_is_new_in_it() {
        for n in 1..STEPS.len() {
            let before = lines(STEPS[n - 1]);
            let shown = pieces();
            let new = shown
                .iter()
                .filter(|(step, _)| *step == n)
                .flat_map(|(_, piece)| lines(piece))
                .filter(|line| !before.contains(line));
            assert!(new.count() > 0, "step {}", n + 1);
        }
    }

    #[test]
    fn commands_of_the_guide_exist() {
        use clap::CommandFactory;
        let program = crate::cli::Cli::command();
        let known: Vec<_> = program
            .get_subcommands()
            .map(|c| c.get_name().to_owned())
            .collect();
        for rest in GUIDE.split("satisfactometer ").skip(1) {
            let word: String = rest.chars().take_while(char::is_ascii_lowercase).collect();
            // A program without a window has no preview.
            assert!(
                known.contains(&word) || (word == "preview" && cfg!(not(feature = "game"))),
                "`satisfactometer {word}` is no command"
            );
        }
    }
}
