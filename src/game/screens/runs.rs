//! The runs that were kept: what was played when, how it went, and the way back
//! into each: its debrief, or the conversation where it was broken off.

use std::path::PathBuf;
use std::time::SystemTime;

use bevy::input_focus::AutoFocus;
use bevy::prelude::*;
use bevy::ui_widgets::Activate;

use crate::desk::run_file;
use crate::desk::runs::{Claims, Kept, Stands, ago, date};
use crate::game::face::photo;
use crate::game::library::Library;
use crate::game::screen::{Screen, go};
use crate::game::settings::Settings;
use crate::game::shelf::{self, Notice, Scored, Shelf};
use crate::game::theme::shortcut::Shortcut;
use crate::game::theme::text::Weight;
use crate::game::theme::tokens::{self, gap, size};
use crate::game::theme::{button, layout, scroll, text};

pub(super) fn plugin(app: &mut App) {
    app.add_systems(OnEnter(Screen::Runs), show).add_systems(
        Update,
        show_scores.run_if(in_state(Screen::Runs).and_then(resource_changed::<Shelf>)),
    );
}

/// Widest a card may be, rem.
const CARD: f32 = 54.0;
/// Side of a customer's picture on a card, logical pixels.
const PICTURE: f32 = 64.0;

/// The scores of the run with this number in the list.
#[derive(Component)]
struct ScoreText(usize);

fn show(
    library: Res<Library>,
    settings: Res<Settings>,
    mut shelf: ResMut<Shelf>,
    mut notice: ResMut<Notice>,
    mut commands: Commands,
) {
    shelf.refresh(&library, &settings);
    let notice = notice.0.take();
    let now = SystemTime::now();
    let mut root = commands.spawn((layout::screen("Your runs"), DespawnOnExit(Screen::Runs)));
    root.with_children(|root| {
        root.spawn(text::title("Your runs"));
        scroll::scroll(root, |list| {
            if let Some(notice) = notice {
                list.spawn((layout::panel(), layout::Measure(CARD)))
                    .with_children(|panel| _ = panel.spawn(text::body(notice)));
            }
            if shelf.runs.is_empty() {
                nothing(list);
            }
            for (n, run) in shelf.runs.iter().enumerate() {
                match &run.what {
                    Ok(claims) => {
                        let mut card = card(list, n, run, claims, &library, &shelf, now);
                        if n == 0 {
                            card.insert(AutoFocus);
                        }
                        if claims.stands == Stands::Open {
                            leave(list, run.path.clone(), &title_of(claims, &library));
                        }
                    }
                    Err(why) => broken(list, run, why),
                }
            }
            older(list, shelf.n_older);
        });
        root.spawn(layout::row(gap::SMALL)).with_children(|foot| {
            let mut back = foot.spawn((button::quiet("Back"), Shortcut(KeyCode::Escape)));
            back.observe(go(Screen::Title));
            if shelf.runs.is_empty() {
                back.insert(AutoFocus);
            }
            foot.spawn((
                button::quiet("How you read people"),
                Shortcut(KeyCode::KeyH),
            ))
            .observe(go(Screen::Readings));
        });
    });
}

fn nothing(list: &mut ChildSpawnerCommands) {
    list.spawn((layout::panel(), layout::Measure(CARD)))
        .with_children(|panel| {
            panel.spawn(text::lead("Nobody has come in yet."));
            panel.spawn(text::body(
                "Every conversation is kept on this computer as you play it: to look at again, and to go on with if something comes between.",
            ));
        });
}

fn older(list: &mut ChildSpawnerCommands, n_older: usize) {
    let folder = run_file::runs_folder(None);
    if let (Some(folder), 1..) = (folder, n_older) {
        let words = format!(
            "Older ones, {n_older} of them, lie in {}.",
            folder.display()
        );
        list.spawn((text::caption(words), layout::Measure(CARD)));
    }
}

fn card<'a>(
    list: &'a mut ChildSpawnerCommands,
    n: usize,
    run: &Kept,
    claims: &Claims,
    library: &Library,
    shelf: &Shelf,
    now: SystemTime,
) -> EntityCommands<'a> {
    let scenario = library.scenarios.iter().find(|s| s.id() == claims.scenario);
    let title = title_of(claims, library);
    let when = match claims.stands {
        Stands::Open => format!("Broken off {}", ago(run.written, now)),
        _ => date(claims.begun.unwrap_or(run.written)),
    };
    let when = match scenario {
        Some(scenario) => format!("{} · {when}", scenario.customer().name),
        None => when,
    };
    let scores = scores_words(claims, shelf.scored(run));
    let title = match claims.stands {
        Stands::Open => format!("Go on: {title}"),
        _ => title,
    };
    let label = format!("{title}. {when}. {scores}");
    let mut card = list.spawn((button::card(&label), layout::Measure(CARD)));
    card.with_children(|card| {
        card.spawn(layout::container(Node {
            column_gap: px(gap::WIDE),
            align_items: AlignItems::Center,
            ..default()
        }))
        .with_children(|halves| {
            if let Some(scenario) = scenario {
                let look = &scenario.customer().look.text;
                halves.spawn((photo::photo(look, PICTURE), layout::Roomy));
            }
            halves.spawn(words()).with_children(|words| {
                words.spawn(text::plain(title, size::LEAD, Weight::Bold, tokens::INK));
                words.spawn(text::plain(when, size::BODY, Weight::Regular, tokens::INK));
                words.spawn((
                    ScoreText(n),
                    text::plain(scores, size::BODY, Weight::Regular, tokens::INK_SOFT),
                ));
            });
        });
    });
    let path = run.path.clone();
    let stands = claims.stands;
    card.observe(move |_: On<Activate>, mut commands: Commands| {
        let path = path.clone();
        commands.queue(move |world: &mut World| match stands {
            Stands::Open | Stands::Played => shelf::go_on(world, &path),
            Stands::Over | Stands::Left => shelf::look_at(world, &path),
        });
    });
    card
}

/// What its scenario is called, or its id if it is not here.
fn title_of(claims: &Claims, library: &Library) -> String {
    let scenario = library.scenarios.iter().find(|s| s.id() == claims.scenario);
    let title = scenario.map_or(&*claims.scenario, |scenario| scenario.title());
    title.to_owned()
}

fn words() -> impl Bundle {
    layout::container(Node {
        flex_direction: FlexDirection::Column,
        flex_grow: 1.0,
        flex_basis: px(0),
        min_width: px(0),
        row_gap: px(gap::TIGHT / 2.0),
        ..default()
    })
}

/// What stands on the last line of a card.
fn scores_words(claims: &Claims, scored: Option<&Scored>) -> String {
    match (claims.stands, scored) {
        (Stands::Over, Some(Scored::Best(best))) => {
            format!(
                "Conduct {}, satisfaction {}",
                best.conduct, best.satisfaction
            )
        }
        (Stands::Over, Some(Scored::Refused(why))) => format!("No score: {why}"),
        (Stands::Over, None) => "…".to_owned(),
        // When it was broken off stands above.
        (Stands::Open, _) => match claims.n_replies {
            0 => "Before your first reply".to_owned(),
            1 => "After your first reply".to_owned(),
            n => format!("After {n} replies"),
        },
        (stands, _) => {
            let words = stands.words(claims.n_replies);
            let (first, rest) = words.split_at(1);
            first.to_uppercase() + rest
        }
    }
}

fn show_scores(shelf: Res<Shelf>, mut texts: Query<(&ScoreText, &mut Text)>) {
    for (score, mut text) in &mut texts {
        let Some(run) = shelf.runs.get(score.0) else {
            continue;
        };
        if let Ok(claims) = &run.what {
            let words = scores_words(claims, shelf.scored(run));
            if text.0 != words {
                text.0 = words;
            }
        }
    }
}

/// For somebody who will not go on: the run is closed and no longer offered.
fn leave(list: &mut ChildSpawnerCommands, path: PathBuf, title: &str) {
    list.spawn(layout::row(gap::SMALL)).with_children(|row| {
        let mut button = row.spawn(button::quiet("Leave this one for good"));
        // Of several it must be told which.
        button.insert(AccessibleLabel::new(format!("Leave for good: {title}")));
        button.observe(move |_: On<Activate>, mut commands: Commands| {
            let path = path.clone();
            commands.queue(move |world: &mut World| shelf::give_up(world, &path));
        });
    });
}

/// A file that is no run, or no longer: where it is broken, and that it stays.
fn broken(list: &mut ChildSpawnerCommands, run: &Kept, why: &str) {
    let name = run.path.file_name().unwrap_or(run.path.as_os_str());
    list.spawn((layout::panel(), layout::Measure(CARD)))
        .with_children(|panel| {
            panel.spawn(text::strong(format!("{} cannot be read", name.display())));
            panel.spawn(text::body(format!("{why}. The file stays as it is.")));
        });
}
