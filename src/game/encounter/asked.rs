//! Where the author asks for it, the trainee marks where they think the customer
//! stands, before any reply is shown: so they look at the customer and not at the
//! lines. It may be skipped, takes no time, and changes nothing.

use bevy::input_focus::AutoFocus;
use bevy::prelude::*;
use bevy::ui::InteractionDisabled;
use bevy::ui_widgets::Activate;
use engine::mark;

use super::keep::Record;
use crate::game::pace::Pace;
use crate::game::run::{Done, Run};
use crate::game::screen::Screen;
use crate::game::theme::segmented::{Choose, scale};
use crate::game::theme::shortcut::Shortcut;
use crate::game::theme::text::Weight;
use crate::game::theme::tokens::{self, gap, size};
use crate::game::theme::{button, layout, text};

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Asked>()
        .add_systems(OnEnter(Screen::Encounter), forget);
}

/// What the trainee made of being asked, as far as the run does not hold it.
#[derive(Resource, Debug, Default)]
pub(super) struct Asked {
    /// The step they have picked and not yet marked, from 1.
    picked: Option<u8>,
    /// They skipped a reading after so many replies.
    skipped: Option<usize>,
}

impl Asked {
    /// Whether the trainee is to be asked now. Whoever skipped is not asked again
    /// before the talk moves on; and who tries out what if has seen the meter.
    pub(super) fn wants(&self, run: &Run) -> bool {
        let shown = run.shown();
        run.what_if.is_none() && shown.asks && self.skipped != Some(shown.n_said())
    }

    fn skip(&mut self, run: &Run) {
        *self = Asked {
            picked: None,
            skipped: Some(run.shown().n_said()),
        };
    }
}

fn forget(mut asked: ResMut<Asked>) {
    *asked = Asked::default();
}

/// The button that makes the mark.
#[derive(Component)]
struct Marks;

/// The word for the step that is picked, where the steps have numbers alone.
#[derive(Component)]
struct Word;

/// Spawns the question. With `large` text the steps have numbers alone.
pub(super) fn spawn(place: &mut ChildSpawnerCommands, run: &Run, asked: &Asked, large: bool) {
    let name = &run.shown().setting.name;
    let question = format!("How does {name} feel about all this now?");
    let sheet = layout::sheet(Node {
        flex_direction: FlexDirection::Column,
        row_gap: px(gap::SMALL),
        padding: UiRect::axes(px(20), px(18)),
        flex_shrink: 0.0,
        ..default()
    });
    place.spawn(sheet).with_children(|sheet| {
        let heading = if large { size::BODY } else { size::LEAD };
        sheet.spawn(text::plain(&*question, heading, Weight::Bold, tokens::INK));
        if !large {
            sheet.spawn(text::caption(
                "Your own reading of them. It is not scored, and they do not notice.",
            ));
        }
        let picked = asked.picked.map(|step| usize::from(step) - 1);
        scale(sheet, &question, &mark::WORDS, picked, large)
            .insert(AutoFocus)
            .observe(on_choose);
        if large {
            sheet.spawn((Word, text::strong(word(asked.picked))));
        }
        sheet.spawn(layout::row(gap::SMALL)).with_children(|row| {
            let mut mark = row.spawn((button::primary("Mark"), Shortcut(KeyCode::Enter), Marks));
            mark.observe(on_mark);
            if asked.picked.is_none() {
                mark.insert(InteractionDisabled);
            }
            row.spawn((button::quiet("Skip"), Shortcut(KeyCode::KeyK)))
                .observe(on_skip);
        });
    });
}

fn word(picked: Option<u8>) -> String {
    match picked {
        Some(step) => mark::words(step).to_owned(),
        None => format!(
            "1 {} – {} {}",
            mark::WORDS[0],
            mark::STEPS,
            mark::words(mark::STEPS)
        ),
    }
}

fn on_choose(
    choose: On<Choose>,
    marks: Query<Entity, With<Marks>>,
    mut words: Query<&mut Text, With<Word>>,
    mut asked: ResMut<Asked>,
    mut pace: ResMut<Pace>,
    mut commands: Commands,
) {
    asked.picked = u8::try_from(choose.part + 1).ok();
    for mut text in &mut words {
        text.0 = word(asked.picked);
    }
    for mark in &marks {
        commands.entity(mark).remove::<InteractionDisabled>();
    }
    pace.animate();
}

/// The mark is on disk before the replies are shown.
fn on_mark(
    _: On<Activate>,
    run: Option<ResMut<Run>>,
    mut record: ResMut<Record>,
    mut asked: ResMut<Asked>,
    mut pace: ResMut<Pace>,
) {
    let (Some(mut run), Some(step)) = (run, asked.picked.take()) else {
        return;
    };
    if let (Done::Now, Some(session)) = (run.mark(step), run.session()) {
        record.input(session);
    }
    pace.animate();
}

fn on_skip(
    _: On<Activate>,
    run: Option<Res<Run>>,
    mut asked: ResMut<Asked>,
    mut pace: ResMut<Pace>,
) {
    if let Some(run) = run {
        asked.skip(&run);
        pace.animate();
    }
}

#[cfg(test)]
mod tests {
    use engine::rng::Seed;
    use engine::rules::Rules;
    use engine::state::Floor;

    use super::*;
    use crate::desk::shown::Deed;
    use crate::desk::what_if::Origin;

    /// A run of the sample at the first floor, which asks.
    fn run() -> Run {
        let rules = Rules::current();
        let scenario = crate::game::sample::asking(&rules).expect("the sample compiles");
        let mut run = Run::begin(scenario, rules, Seed::new(7));
        to_the_floor(&mut run);
        run
    }

    fn to_the_floor(run: &mut Run) {
        while run.shown().floor == Floor::Customer {
            assert!(!Asked::default().wants(run), "never while they speak");
            assert_eq!(run.does(Deed::Listen), Done::Now);
        }
    }

    #[test]
    fn a_mark_answers_the_question() {
        let mut run = run();
        let asked = Asked::default();
        assert!(asked.wants(&run));
        assert_eq!(run.mark(3), Done::Now);
        assert!(!asked.wants(&run));
    }

    #[test]
    fn whoever_skips_is_not_asked_again_before_the_talk_moves_on() {
        let mut run = run();
        let mut asked = Asked::default();
        asked.skip(&run);
        assert!(!asked.wants(&run));
        assert_eq!(run.does(Deed::Pause), Done::Now);
        if run.shown().floor == Floor::Trainee {
            assert!(!asked.wants(&run), "a silence does not move it on");
        }
        to_the_floor(&mut run);
        assert_eq!(run.does(Deed::Say(0)), Done::Now);
        to_the_floor(&mut run);
        assert!(run.shown().asks, "the next beat asks too");
        assert!(asked.wants(&run));
    }

    #[test]
    fn a_what_if_asks_nothing() {
        let mut run = run();
        run.what_if = Some(Origin {
            parent: None,
            at: 0,
        });
        assert!(!Asked::default().wants(&run));
    }
}
