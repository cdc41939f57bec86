//! The list of scenarios: one card each, with the best result so far.

use bevy::input_focus::AutoFocus;
use bevy::prelude::*;
use bevy::ui_widgets::Activate;
use engine::scenario::Scenario;

use crate::desk::library::{about_minutes, place_words};
use crate::game::encounter::keep::KeepsRuns;
use crate::game::face::photo;
use crate::game::library::{Best, Library};
use crate::game::screen::{Screen, go};
use crate::game::screens::title::go_on;
use crate::game::settings::Settings;
use crate::game::shelf::{self, Shelf};
use crate::game::theme::shortcut::{Shortcut, digit};
use crate::game::theme::text::Weight;
use crate::game::theme::tokens::{self, gap, size};
use crate::game::theme::{button, layout, scroll, text};

pub(super) fn plugin(app: &mut App) {
    app.add_systems(OnEnter(Screen::Scenarios), show)
        .add_systems(
            Update,
            show_best.run_if(in_state(Screen::Scenarios).and_then(resource_changed::<Library>)),
        );
}

/// Widest a card may be, rem.
const CARD: f32 = 54.0;
/// Side of a customer's picture on a card, logical pixels.
const PICTURE: f32 = 88.0;

/// The line with the best result of the scenario with this id.
#[derive(Component)]
struct BestText(String);

fn show(
    library: Res<Library>,
    settings: Res<Settings>,
    keeps: Option<Res<KeepsRuns>>,
    mut shelf: ResMut<Shelf>,
    mut commands: Commands,
) {
    if keeps.is_some() {
        // The results of earlier days come in one by one.
        shelf.refresh(&library, &settings);
    }
    let open = shelf::last_open(keeps, &library, &settings);
    let mut root = commands.spawn((
        layout::screen("Who is at the counter?"),
        DespawnOnExit(Screen::Scenarios),
    ));
    root.with_children(|root| {
        root.spawn(text::title("Who is at the counter?"));
        scroll::scroll(root, |list| {
            if library.scenarios.is_empty() {
                list.spawn(text::body("There is no scenario to play."));
            }
            for (n, scenario) in library.scenarios.iter().enumerate() {
                let best = library.best.get(scenario.id()).copied();
                let minutes = about_minutes(scenario, &library.rules);
                let mut card = scenario_card(list, n, scenario, &minutes, best);
                if n == library.chosen {
                    card.insert(AutoFocus);
                }
            }
            for refused in &library.refused {
                list.spawn((text::caption(refused), layout::Measure(CARD)));
            }
        });
        root.spawn(layout::row(gap::SMALL)).with_children(|foot| {
            if let Some(kept) = &open {
                go_on(foot, kept, &library);
            }
            foot.spawn((button::quiet("Back"), Shortcut(KeyCode::Escape)))
                .observe(go(Screen::Title));
        });
    });
}

fn scenario_card<'a>(
    list: &'a mut ChildSpawnerCommands,
    n: usize,
    scenario: &Scenario,
    minutes: &str,
    best: Option<Best>,
) -> EntityCommands<'a> {
    let customer = scenario.customer();
    let place = place_words(scenario.place());
    let whose = format!(
        "{place} · {}, {} · {minutes}",
        customer.name, customer.trade
    );
    let result = best_words(best);
    let label = format!("{}. {whose}. {result}", scenario.title());
    let mut card = list.spawn((button::card(&label), layout::Measure(CARD)));
    card.with_children(|card| {
        card.spawn(layout::container(Node {
            column_gap: px(gap::WIDE),
            align_items: AlignItems::Center,
            ..default()
        }))
        .with_children(|halves| {
            halves.spawn((
                // A screen reader hears the name from the card.
                photo::photo(&customer.look.text, PICTURE),
                layout::Roomy,
            ));
            halves
                .spawn(layout::container(Node {
                    flex_direction: FlexDirection::Column,
                    flex_grow: 1.0,
                    flex_basis: px(0),
                    min_width: px(0),
                    row_gap: px(gap::TIGHT),
                    ..default()
                }))
                .with_children(|card| {
                    card.spawn(text::plain(
                        scenario.title(),
                        size::LEAD,
                        Weight::Bold,
                        tokens::INK,
                    ));
                    card.spawn(text::plain(whose, size::BODY, Weight::Regular, tokens::INK));
                    card.spawn(text::plain(
                        first_sentence(scenario.brief()),
                        size::BODY,
                        Weight::Regular,
                        tokens::INK_SOFT,
                    ));
                    card.spawn((
                        BestText(scenario.id().to_owned()),
                        text::plain(result, size::CAPTION, Weight::Regular, tokens::INK_SOFT),
                    ));
                });
        });
    });
    if let Some(key) = digit(n) {
        card.insert((Shortcut(key), crate::game::theme::shortcut::NoSign));
    }
    card.observe(
        move |_: On<Activate>, mut library: ResMut<Library>, mut commands: Commands| {
            library.chosen = n;
            commands.set_state_if_neq(Screen::Briefing);
        },
    );
    card
}

fn best_words(best: Option<Best>) -> String {
    best.map_or_else(
        || "Not played to its end yet".to_owned(),
        |best| {
            format!(
                "Best so far: conduct {}, satisfaction {}",
                best.conduct, best.satisfaction
            )
        },
    )
}

fn show_best(library: Res<Library>, mut texts: Query<(&BestText, &mut Text)>) {
    for (best, mut text) in &mut texts {
        let words = best_words(library.best.get(&best.0).copied());
        if text.0 != words {
            text.0 = words;
        }
    }
}

/// Up to the first full stop that ends a sentence and not a title like "Ms.".
fn first_sentence(text: &str) -> &str {
    let end = text.match_indices(". ").find(|(at, _)| {
        let word = text[..*at].rsplit(' ').next().unwrap_or_default();
        word.chars().count() > 3 || word.chars().next().is_some_and(char::is_lowercase)
    });
    end.map_or(text, |(at, _)| &text[..=at])
}

#[cfg(test)]
mod tests {
    use super::first_sentence;

    #[test]
    fn a_title_does_not_end_a_sentence() {
        assert_eq!(
            first_sentence("Ms. Okafor is back. The ticket says so."),
            "Ms. Okafor is back."
        );
        assert_eq!(first_sentence("One line only."), "One line only.");
        assert_eq!(first_sentence("It died at ten. Again."), "It died at ten.");
    }
}
