//! The stage set: the picture over the whole window, the customer's words and
//! what may be done beside it, the trainee's stance on their side of the counter.

use accesskit::{Live, Node as AccessNode, Role};
use bevy::a11y::AccessibilityNode;
use bevy::input_focus::tab_navigation::TabGroup;
use bevy::prelude::*;

use engine::percept::Percept;

use super::EncounterSystems;
use super::replies::Side;
use super::stage::{Cue, Offer};
use super::step::{Began, Show};
use super::{file_card, stance};
use crate::desk::what_if::Origin;
use crate::game::face::Countenance;
use crate::game::face::picture::{Frozen, Leaves, Picture, View, endless};
use crate::game::library::OnBench;
use crate::game::run::Run;
use crate::game::screen::{Overlay, Screen, open};
use crate::game::settings::Settings;
use crate::game::speech::Speech;
use crate::game::theme::shortcut::Shortcut;
use crate::game::theme::tokens::{self, gap};
use crate::game::theme::{button, layout, text};
use crate::portrait::look::{self, Look};
use crate::portrait::scene::Day;
use crate::portrait::words::describe;
use crate::portrait::{phone, scene};

pub(super) fn plugin(app: &mut App) {
    app.add_observer(on_began)
        .add_systems(OnEnter(Screen::Encounter), set.after(super::step::begin))
        .add_systems(OnExit(Overlay::None), freeze)
        .add_systems(OnEnter(Overlay::None), thaw)
        .add_systems(
            Update,
            (reset, speak).chain().in_set(EncounterSystems::Present),
        );
}

/// The root of the encounter's screen, for this text size. It takes the whole width
/// unless somebody narrows it.
#[derive(Component)]
pub struct Set {
    text_percent: u32,
    crowded: bool,
}

/// What is told to those who do not see the screen.
#[derive(Component)]
struct Teller;

/// From this text size on, the stance stands in the column of the words.
pub(super) const LARGE: u32 = 150;

/// Whether the stance finds no room beside the words: large text, or a stage
/// narrower than its controls and the words need, logical pixels.
fn is_crowded(text_percent: u32, width: f32) -> bool {
    text_percent >= LARGE || width < 11.9 * text_percent as f32
}

/// The width of the stage, logical pixels: the window's, less what lies beside it.
fn width(windows: &Query<&Window>, bench: Option<&OnBench>) -> f32 {
    let whole = windows.iter().next().map_or(1280.0, Window::width);
    whole * bench.map_or(1.0, |bench| bench.stage)
}

/// How much of the width the column of the words takes, percent.
fn column_share(text_percent: u32) -> f32 {
    match text_percent {
        0..=100 => 54.0,
        101..=125 => 57.0,
        126..=150 => 62.0,
        _ => 68.0,
    }
}

fn set(
    run: Option<Res<Run>>,
    show: Res<Show>,
    settings: Res<Settings>,
    windows: Query<&Window>,
    bench: Option<Res<OnBench>>,
    mut commands: Commands,
) {
    let Some(run) = run else {
        return;
    };
    let percent = settings.text_percent;
    let crowded = is_crowded(percent, width(&windows, bench.as_deref()));
    let share = column_share(percent);
    let setting = &run.shown().setting;
    let call = setting.place.is_call();
    let mut root = commands.spawn((
        Set {
            text_percent: percent,
            crowded,
        },
        DespawnOnExit(Screen::Encounter),
        TabGroup::new(0),
        layout::group(Role::Main, Some(&setting.title)),
        BackgroundColor(tokens::GROUND),
        Node {
            width: percent_of(100.0),
            height: percent_of(100.0),
            ..default()
        },
    ));
    root.with_children(|root| {
        let mut picture = root.spawn(picture(call, share, setting.day));
        if !call {
            picture.insert((
                Countenance::new(look_of(&setting.look), &show.percept),
                layout::group(Role::Image, Some(&setting.name)),
            ));
            if show.stage.offer() == Offer::Ended {
                picture.insert(Leaves::default());
            }
        }
        root.spawn(teller());
        root.spawn(column(share)).with_children(|column| {
            super::caption::spawn(column, &setting.name, call, percent >= LARGE);
            if crowded {
                stance::spawn(column, run.stance, call);
            }
            column.spawn((Side::default(), layout::container(side())));
        });
        let left = 100.0 - share - 3.0;
        if !crowded {
            root.spawn(layout::container(at_left(left, false)))
                .with_children(|place| stance::spawn(place, run.stance, call));
        }
        // Where the stance does not stand, they stay off the customer's face.
        root.spawn(layout::container(at_left(left, !crowded)))
            .with_children(|place| {
                if let Some(origin) = run.what_if {
                    banner(place, origin);
                }
                #[cfg(feature = "classroom")]
                super::waiting::spawn(place, &run);
                // One over the other, beside the customer's head or the large words.
                let corner = Node {
                    flex_direction: if call && !crowded {
                        FlexDirection::Row
                    } else {
                        FlexDirection::Column
                    },
                    row_gap: px(gap::TIGHT),
                    column_gap: px(gap::TIGHT),
                    ..default()
                };
                place.spawn(layout::container(corner)).with_children(|row| {
                    row.spawn((button::quiet("Pause"), Shortcut(KeyCode::Escape)))
                        .observe(open(Overlay::Pause));
                    row.spawn((button::quiet("History"), Shortcut(KeyCode::KeyH)))
                        .observe(open(Overlay::History));
                });
                if call {
                    file_card::spawn(place, setting);
                }
            });
    });
}

fn percent_of(share: f32) -> Val {
    Val::Percent(share)
}

/// An unknown look gets somebody, always the same.
fn look_of(id: &str) -> &'static Look {
    let all = look::all();
    let sum: usize = id.bytes().map(usize::from).sum();
    look::find(id).unwrap_or(&all[sum % all.len()])
}

fn picture(call: bool, share: f32, day: Day) -> impl Bundle {
    let (still, ground) = if call {
        (phone::phone_scene(), tokens::GROUND)
    } else {
        (
            [scene::counter_backdrop(day), scene::counter_front()].concat(),
            tokens::GROUND,
        )
    };
    (
        Picture {
            still: endless(still),
            // The customer stands in the middle of what the words leave free.
            view: View {
                top: 62.0,
                bottom: 1212.0,
                x: if call { 430.0 } else { 500.0 },
                at: (100.0 - share) / 200.0,
            },
            ground,
        },
        Node {
            position_type: PositionType::Absolute,
            width: percent_of(100.0),
            height: percent_of(100.0),
            ..default()
        },
        Pickable::IGNORE,
    )
}

fn column(share: f32) -> impl Bundle {
    layout::container(Node {
        position_type: PositionType::Absolute,
        right: px(0),
        top: px(0),
        width: percent_of(share),
        height: percent_of(100.0),
        padding: UiRect::new(px(gap::TIGHT), px(gap::WIDE), px(20), px(16)),
        flex_direction: FlexDirection::Column,
        row_gap: px(gap::SMALL),
        ..default()
    })
}

fn side() -> Node {
    Node {
        flex_direction: FlexDirection::Column,
        flex_shrink: 1.0,
        min_height: px(0),
        max_height: percent_of(74.0),
        ..default()
    }
}

fn at_left(share: f32, top: bool) -> Node {
    let edge = if top { px(20) } else { px(16) };
    Node {
        position_type: PositionType::Absolute,
        left: px(gap::WIDE),
        top: if top { edge } else { auto() },
        bottom: if top { auto() } else { edge },
        max_width: percent_of(share),
        flex_direction: FlexDirection::Column,
        align_items: AlignItems::Start,
        row_gap: px(gap::SMALL),
        ..default()
    }
}

/// The sheet that says that this is only tried out.
fn banner(place: &mut ChildSpawnerCommands, origin: Origin) {
    let step = origin.at + 1;
    let told = format!("This is a what-if, from step {step} on. Nothing here counts.");
    let sheet = layout::sheet(Node {
        flex_direction: FlexDirection::Column,
        padding: UiRect::axes(px(16), px(8)),
        ..default()
    });
    place
        .spawn(sheet)
        .insert((
            BackgroundColor(tokens::ACCENT_MIST),
            layout::group(Role::Status, Some(&told)),
        ))
        .with_children(|sheet| {
            sheet.spawn(text::strong("What if"));
            sheet.spawn(text::caption(format!(
                "From step {step} on. Nothing here counts."
            )));
        });
}

/// A node nobody sees whose name is read out whenever it changes.
fn teller() -> impl Bundle {
    let mut node = AccessNode::new(Role::Status);
    node.set_live(Live::Polite);
    (
        Teller,
        AccessibilityNode::from(node),
        Node {
            position_type: PositionType::Absolute,
            ..default()
        },
    )
}

fn on_began(
    began: On<Began>,
    show: Res<Show>,
    run: Option<Res<Run>>,
    mut faces: Query<(Entity, &mut Countenance)>,
    mut tellers: Query<&mut AccessibilityNode, With<Teller>>,
    mut commands: Commands,
) {
    let Some(run) = run else {
        return;
    };
    for (picture, mut face) in &mut faces {
        match &began.0 {
            Cue::Shows(percept) => face.show(percept),
            // What happens then happens without them.
            Cue::Ended { .. } => _ = commands.entity(picture).insert(Leaves::default()),
            _ => face.stir(),
        }
    }
    let setting = &run.shown().setting;
    if let Some(told) = told(
        &began.0,
        &setting.name,
        &show.percept,
        setting.place.is_call(),
    ) {
        for mut node in &mut tellers {
            node.set_label(&*told);
        }
    }
}

/// What a screen reader says of a cue.
fn told(cue: &Cue, name: &str, percept: &Percept, call: bool) -> Option<String> {
    Some(match cue {
        Cue::Speaks { text } | Cue::Reacts { text } => {
            let words = text.replace('*', "");
            format!("{name}: {words} ({})", describe(percept, call))
        }
        Cue::Silence { n: 1 } => format!("A moment’s silence. ({})", describe(percept, call)),
        Cue::Silence { .. } => format!("Nobody speaks. ({})", describe(percept, call)),
        Cue::Noted { what } => format!("Noted: {what}"),
        Cue::BrokenOff => "You cut in.".to_owned(),
        Cue::Floor => "Your turn.".to_owned(),
        Cue::Back => "You left off here.".to_owned(),
        Cue::Ended { scene } => scene.clone(),
        Cue::You { .. } | Cue::Nods | Cue::Shows(_) => return None,
    })
}

fn speak(speech: Res<Speech>, settings: Res<Settings>, mut faces: Query<&mut Countenance>) {
    let level = speech.level();
    for mut face in &mut faces {
        if !settings.reduced_motion {
            face.speak((level * 1.25).min(1.0));
        }
    }
}

/// Another text size is another stage set, and so is another width, if the stance
/// then stands elsewhere.
fn reset(
    sets: Query<(Entity, &Set)>,
    settings: Res<Settings>,
    windows: Query<&Window>,
    bench: Option<Res<OnBench>>,
    mut commands: Commands,
) {
    let percent = settings.text_percent;
    let crowded = is_crowded(percent, width(&windows, bench.as_deref()));
    for (entity, set) in &sets {
        if set.text_percent != percent || set.crowded != crowded {
            commands.entity(entity).despawn();
            commands.run_system_cached(self::set);
        }
    }
}

fn freeze(pictures: Query<Entity, With<Picture>>, mut commands: Commands) {
    for picture in &pictures {
        commands.entity(picture).insert(Frozen);
    }
}

fn thaw(pictures: Query<Entity, With<Frozen>>, mut commands: Commands) {
    for picture in &pictures {
        commands.entity(picture).remove::<Frozen>();
    }
}
