//! What the trainee reads before a conversation: the matter, the way it is
//! played, and the seed, which makes it the same again.

use accesskit::Role;
use bevy::input_focus::AutoFocus;
use bevy::prelude::*;
use bevy::ui_widgets::Activate;
use engine::scenario::Scenario;

use crate::desk::library::{about_minutes, place_words};
use crate::game::face::photo;
use crate::game::library::Library;
use crate::game::screen::{Screen, go};
use crate::game::settings::{self, Settings, Tempo};
use crate::game::theme::segmented::{Choose, Segment, segmented};
use crate::game::theme::shortcut::Shortcut;
use crate::game::theme::tokens::{self, gap};
use crate::game::theme::{button, layout, scroll, text};

pub(super) fn plugin(app: &mut App) {
    app.add_systems(OnEnter(Screen::Briefing), show)
        .add_systems(
            Update,
            show_seed.run_if(in_state(Screen::Briefing).and_then(resource_changed::<Library>)),
        );
}

/// Side of the customer's picture, logical pixels.
const PICTURE: f32 = 320.0;

#[derive(Component)]
struct SeedText;

fn show(library: Res<Library>, settings: Res<Settings>, mut commands: Commands) {
    let Some(scenario) = library.scenario() else {
        return;
    };
    let mut root = commands.spawn((
        layout::screen(scenario.title()),
        DespawnOnExit(Screen::Briefing),
    ));
    root.with_children(|root| {
        root.spawn(text::title(scenario.title()));
        let customer = scenario.customer();
        root.spawn(text::caption(format!(
            "{} · {}, {} · {}",
            place_words(scenario.place()),
            customer.name,
            customer.trade,
            about_minutes(scenario, &library.rules)
        )));
        root.spawn(layout::container(Node {
            flex_grow: 1.0,
            min_height: px(0),
            column_gap: px(gap::MARGIN),
            justify_content: JustifyContent::SpaceBetween,
            ..default()
        }))
        .with_children(|halves| {
            halves
                .spawn((
                    layout::container(Node {
                        flex_direction: FlexDirection::Column,
                        flex_grow: 1.0,
                        flex_basis: px(0),
                        min_width: px(0),
                        ..default()
                    }),
                    layout::Measure(tokens::MEASURE + 2.0),
                ))
                .with_children(|half| matter(half, scenario, &library, &settings));
            halves
                .spawn((
                    layout::container(Node {
                        align_items: AlignItems::Center,
                        flex_shrink: 0.0,
                        ..default()
                    }),
                    layout::Roomy,
                ))
                .with_children(|half| {
                    half.spawn((
                        photo::photo(&customer.look.text, PICTURE),
                        layout::lift(),
                        layout::group(Role::Image, Some(photo::in_words(&customer.look.text))),
                    ));
                });
        });
        root.spawn(layout::row(gap::SMALL)).with_children(foot);
    });
}

/// The matter and the choices, in a column that scrolls.
fn matter(
    half: &mut ChildSpawnerCommands,
    scenario: &Scenario,
    library: &Library,
    settings: &Settings,
) {
    scroll::scroll(half, |content| {
        content.spawn(layout::panel()).with_children(|panel| {
            panel.spawn(text::lead(scenario.brief()));
        });
        content.spawn(layout::panel()).with_children(|panel| {
            panel.spawn(text::heading("How it goes"));
            for tip in tips(scenario.place().is_call()) {
                panel.spawn(text::body(*tip));
            }
        });
        content
            .spawn(layout::container(Node {
                flex_wrap: FlexWrap::Wrap,
                column_gap: px(gap::WIDE),
                row_gap: px(gap::SMALL),
                ..default()
            }))
            .with_children(|choices| {
                choices
                    .spawn(side_by_side())
                    .with_children(|half| tempo_choice(half, settings.tempo));
                choices
                    .spawn(side_by_side())
                    .with_children(|half| seed_choice(half, library));
            });
    });
}

/// A half of a row, as long as there is room for two.
fn side_by_side() -> impl Bundle {
    layout::container(Node {
        flex_direction: FlexDirection::Column,
        flex_grow: 1.0,
        flex_basis: px(300),
        min_width: px(0),
        ..default()
    })
}

fn tips(is_call: bool) -> &'static [&'static str] {
    if is_call {
        &[
            "You will listen first. Replies appear once you have the floor.",
            "There is no face to read: listen to the voice, and mind your own. A smile can be heard.",
            "Nodding becomes “mm-hm”, cutting in takes the floor for good.",
        ]
    } else {
        &[
            "You will listen first. Replies appear once you have the floor.",
            "Watch the face, the shoulders and the voice: nothing else tells how they feel.",
            "A nod shows that you listen. Cutting in takes the floor for good.",
        ]
    }
}

/// The choice of tempo, which settings show too.
pub fn tempo_choice(parent: &mut ChildSpawnerCommands, tempo: Tempo) {
    parent
        .spawn(layout::column(gap::TIGHT))
        .with_children(|column| {
            column.spawn(text::strong("Tempo"));
            let segments = [Segment::new("Flow"), Segment::new("Turns")];
            segmented(column, "Tempo", &segments, tempo as usize).observe(
                |choose: On<Choose>, mut settings: ResMut<Settings>, mut commands: Commands| {
                    settings.tempo = if choose.part == 0 {
                        Tempo::Flow
                    } else {
                        Tempo::Turns
                    };
                    settings::save(&mut commands);
                },
            );
            column.spawn(text::caption(
                "Flow speaks on by itself, turns wait for a key. The score is the same.",
            ));
        });
}

fn seed_choice(parent: &mut ChildSpawnerCommands, library: &Library) {
    parent
        .spawn(layout::column(gap::TIGHT))
        .with_children(|column| {
            column.spawn(text::strong("Seed"));
            column.spawn(layout::row(gap::SMALL)).with_children(|line| {
                line.spawn((text::lead(library.seed.to_string()), SeedText));
                line.spawn((button::quiet("New seed"), Shortcut(KeyCode::KeyN)))
                    .observe(|_: On<Activate>, mut library: ResMut<Library>| {
                        library.renew_seed();
                    });
            });
            column.spawn(text::caption(
                "The same seed brings the same customer in the same mood.",
            ));
        });
}

fn show_seed(library: Res<Library>, mut text: Single<&mut Text, With<SeedText>>) {
    text.0 = library.seed.to_string();
}

fn foot(foot: &mut ChildSpawnerCommands) {
    foot.spawn((button::primary("Begin"), AutoFocus)).observe(
        |_: On<Activate>,
         library: Res<Library>,
         settings: Res<Settings>,
         mut commands: Commands| {
            if let Some(run) = library.begin(settings.bleep) {
                commands.insert_resource(run);
                commands.set_state_if_neq(Screen::Encounter);
            }
        },
    );
    foot.spawn((button::quiet("Back"), Shortcut(KeyCode::Escape)))
        .observe(go(Screen::Scenarios));
}
