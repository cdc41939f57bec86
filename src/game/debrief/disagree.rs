//! In a class one may disagree about the decision that is shown. Elsewhere there is
//! nobody to tell, and nothing of it is on the page.

use bevy::prelude::*;
use bevy::ui::InteractionDisabled;

use super::{Selected, Studied};
use crate::classroom::disagreements::decides;
use crate::desk::debrief::study::Study;
use crate::game::class::Seated;
use crate::game::class::disagree::{Decision, button, on_open, stand};
use crate::game::pace::Pace;
use crate::game::run::Run;
use crate::game::theme::shortcut::Shortcut;

pub(super) fn plugin(app: &mut App) {
    // When whatever the page has thrown away in this frame is gone.
    app.add_systems(
        PostUpdate,
        (fill, follow)
            .chain()
            .before(bevy::ui::UiSystems::Content)
            .run_if(resource_exists::<Studied>.and_then(resource_exists::<Selected>)),
    );
}

/// Where something of it stands, in a class.
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// What one says about the step that is shown.
    Words,
    /// The button to say it by.
    Button,
}

/// Keeps the place free.
pub(super) fn place(place: Place) -> impl Bundle {
    let node = Node {
        display: Display::None,
        ..default()
    };
    (place, node)
}

fn fill(
    places: Query<(Entity, &Place), Added<Place>>,
    run: Option<Res<Run>>,
    seated: Option<Res<Seated>>,
    mut pace: ResMut<Pace>,
    mut commands: Commands,
) {
    let in_class = run.is_some_and(|run| run.belongs.in_class());
    let attempt = seated
        .as_ref()
        .filter(|_| in_class)
        .and_then(|seated| seated.reads());
    let Some(attempt) = attempt else {
        return;
    };
    for (entity, place) in &places {
        let decision = Decision {
            attempt: attempt.to_owned(),
            ..Decision::default()
        };
        pace.animate();
        let mut entity = commands.entity(entity);
        match place {
            Place::Words => _ = entity.insert(stand(decision)),
            Place::Button => {
                entity
                    .insert((
                        button(decision),
                        Shortcut(KeyCode::KeyD),
                        InteractionDisabled,
                    ))
                    .observe(on_open);
            }
        }
    }
}

/// Keeps to the step that is selected.
fn follow(
    selected: Res<Selected>,
    studied: Res<Studied>,
    mut decisions: Query<(Entity, &mut Decision, &Place)>,
    mut commands: Commands,
) {
    let decided = decided(&studied.0, selected.0);
    for (entity, mut decision, place) in &mut decisions {
        let turn = decided.as_ref().map_or(0, |_| selected.0);
        if decision.turn == turn {
            continue;
        }
        decision.turn = turn;
        decision.said = decided.clone().unwrap_or_default();
        if *place == Place::Button {
            match turn {
                0 => _ = commands.entity(entity).insert(InteractionDisabled),
                _ => _ = commands.entity(entity).remove::<InteractionDisabled>(),
            }
        }
    }
}

/// What was decided at a step, if something was.
fn decided(study: &Study, n: usize) -> Option<String> {
    let row = study.report.curve.get(n.checked_sub(1)?)?;
    let step = study.steps.get(n).filter(|_| decides(&row.action))?;
    Some(match step.spoken {
        true => format!("“{}”", step.deed),
        false => step.deed.clone(),
    })
}

#[cfg(test)]
mod tests {
    use engine::doctrine::Doctrine;

    use super::super::tests::a_session;
    use super::*;
    use crate::classroom::disagreements::decisions;

    #[test]
    fn a_step_is_the_turn_that_a_server_knows_it_by() {
        let session = a_session();
        let study = Study::by(&session, Doctrine::balanced());
        let here: Vec<usize> = (0..study.steps.len())
            .filter(|n| decided(&study, *n).is_some())
            .collect();
        assert_eq!(here, decisions(&session));
        let first = decided(&study, here[0]).expect("something was said");
        let said = session.turns()[here[0] - 1].said.clone();
        let said = said.expect("words").replace('*', "");
        assert_eq!(first, format!("“{said}”"));
    }
}
