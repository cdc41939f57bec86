//! What the trainee may do: while the customer speaks, listen, nod or cut in; with
//! the floor, the replies on offer and silence. Replies are never shown earlier.

use bevy::input_focus::AutoFocus;
use bevy::prelude::*;
use bevy::ui::InteractionDisabled;
use bevy::ui_widgets::Activate;
use engine::state::Stance;

use super::asked::{self, Asked};
use super::scene::LARGE;
use super::stage::Offer;
use super::step::{Inputs, Show};
use super::{EncounterSystems, caption, ending};
use crate::desk::shown::Deed;
use crate::game::library::{face_word, voice_word};
use crate::game::run::Run;
use crate::game::settings::Settings;
use crate::game::theme::shortcut::{Shortcut, digit};
use crate::game::theme::tokens::{self, gap, size};
use crate::game::theme::{button, layout, scroll, text};

pub(super) fn plugin(app: &mut App) {
    app.add_systems(
        Update,
        (fill, enable).chain().in_set(EncounterSystems::Present),
    );
}

/// Where the trainee's possibilities stand.
#[derive(Component, Debug, Default)]
pub(super) struct Side {
    holds: Holds,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Holds {
    #[default]
    Nothing,
    /// With or without what the trainee said last.
    Listening(bool),
    /// The question how the customer feels.
    Asking,
    /// The replies before the input of this number.
    Replies(usize),
    Ending,
    /// Why a talk in a class does not go on.
    Over,
}

/// A control that only counts while a segment is spoken.
#[derive(Component)]
struct WhileTheySpeak;

#[derive(Component, Clone, Copy, Debug)]
struct Does(Deed);

fn fill(
    show: Res<Show>,
    run: Option<Res<Run>>,
    (asked, settings): (Res<Asked>, Res<Settings>),
    mut sides: Query<(Entity, &mut Side)>,
    mut commands: Commands,
) {
    let Some(run) = run else {
        return;
    };
    let over = over(&run);
    let holds = match show.stage.offer() {
        Offer::Ended => Holds::Ending,
        _ if over.is_some() => Holds::Over,
        // What was said or marked is on its way.
        _ if run.waits() => Holds::Listening(show.you.is_some()),
        Offer::Watching | Offer::Listening => Holds::Listening(show.you.is_some()),
        Offer::Replying if asked.wants(&run) => Holds::Asking,
        Offer::Replying => Holds::Replies(run.shown().n()),
    };
    for (entity, mut side) in &mut sides {
        if side.holds == holds {
            continue;
        }
        side.holds = holds;
        let mut place = commands.entity(entity);
        place.despawn_children();
        place.with_children(|place| match holds {
            Holds::Nothing => {}
            Holds::Listening(_) => {
                if let Some((words, stance)) = &show.you {
                    you(place, words, *stance);
                }
                listening(place);
            }
            Holds::Asking => {
                let large = settings.text_percent >= LARGE;
                asked::spawn(place, &run, &asked, large);
            }
            Holds::Replies(_) => replies(place, &run),
            Holds::Ending => ending::spawn(place, &run),
            Holds::Over => broken_off(place, over.as_deref().unwrap_or_default()),
        });
    }
}

/// What the trainee said and how, beside what the customer makes of it.
fn you(place: &mut ChildSpawnerCommands, words: &str, stance: Stance) {
    let sheet = layout::sheet(Node {
        flex_direction: FlexDirection::Column,
        margin: UiRect::bottom(px(gap::TIGHT)),
        padding: UiRect::axes(px(22), px(5)),
        // One's own words stay whole; what the customer says scrolls above.
        flex_shrink: 0.0,
        overflow: Overflow::clip(),
        ..default()
    });
    place
        .spawn(sheet)
        .insert(BackgroundColor(tokens::ACCENT_MIST))
        .with_children(|sheet| {
            sheet.spawn(text::caption(format!(
                "You, {} voice, {}",
                voice_word(stance.voice),
                face_word(stance.face)
            )));
            sheet.spawn(text::speech(words, size::BODY));
        });
}

fn listening(place: &mut ChildSpawnerCommands) {
    let sheet = layout::sheet(Node {
        padding: UiRect::axes(px(14), px(8)),
        column_gap: px(gap::SMALL),
        row_gap: px(gap::TIGHT),
        flex_wrap: FlexWrap::Wrap,
        flex_shrink: 0.0,
        ..default()
    });
    place.spawn(sheet).with_children(|row| {
        row.spawn((
            button::primary("Listen"),
            Shortcut(KeyCode::Space),
            AutoFocus,
        ))
        .observe(on_listen);
        row.spawn((
            button::quiet("Nod"),
            Shortcut(KeyCode::KeyN),
            WhileTheySpeak,
        ))
        .observe(on_nod);
        row.spawn((
            button::quiet("Cut in"),
            Shortcut(KeyCode::KeyC),
            WhileTheySpeak,
            Does(Deed::CutIn),
        ))
        .observe(on_does);
    });
}

fn replies(place: &mut ChildSpawnerCommands, run: &Run) {
    let area = scroll::scroll(place, |list| {
        for (n, words) in run.shown().replies.iter().enumerate() {
            let does = Does(Deed::Say(n));
            let mut reply = list.spawn((button::reply(words), layout::lift(), does));
            if let Some(key) = digit(n) {
                reply.insert(Shortcut(key));
            }
            reply.entry::<Node>().and_modify(caption::whole);
            reply.observe(on_does);
        }
        list.spawn(layout::row(gap::SMALL)).with_children(|row| {
            row.spawn((
                button::quiet("Say nothing"),
                Shortcut(KeyCode::KeyP),
                Does(Deed::Pause),
            ))
            .observe(on_does);
        });
    });
    // The cards stand in line with the other sheets, the bar beside them.
    let beside = UiRect::new(px(-8), px(-24), px(0), px(-8));
    caption::fit(place, area, beside);
}

/// Before a segment is spoken it can neither be nodded at nor cut in on.
fn enable(
    show: Res<Show>,
    controls: Query<(Entity, Has<InteractionDisabled>), With<WhileTheySpeak>>,
    mut commands: Commands,
) {
    let speaks = show.stage.offer() == Offer::Listening;
    for (entity, disabled) in &controls {
        if speaks && disabled {
            commands.entity(entity).remove::<InteractionDisabled>();
        } else if !speaks && !disabled {
            commands.entity(entity).insert(InteractionDisabled);
        }
    }
}

/// Hears the segment out at once, or goes on from what is on show.
fn on_listen(
    _: On<Activate>,
    run: Option<Res<Run>>,
    mut show: ResMut<Show>,
    mut inputs: ResMut<Inputs>,
) {
    if show.stage.offer() == Offer::Listening {
        let deed = if show.stage.has_nodded() {
            Deed::Encourage
        } else {
            Deed::Listen
        };
        inputs.push(run.as_deref(), deed);
    } else {
        show.stage.skip();
    }
}

fn on_nod(
    _: On<Activate>,
    settings: Res<Settings>,
    run: Option<Res<Run>>,
    mut show: ResMut<Show>,
    mut inputs: ResMut<Inputs>,
    mut commands: Commands,
) {
    if show.stage.offer() != Offer::Listening || show.stage.has_nodded() {
        return;
    }
    if show.stage.nods_at_once(settings.tempo) {
        inputs.push(run.as_deref(), Deed::Encourage);
    } else {
        commands.trigger(super::step::Began(super::stage::Cue::Nods));
    }
}

fn on_does(
    activate: On<Activate>,
    does: Query<&Does>,
    run: Option<Res<Run>>,
    mut inputs: ResMut<Inputs>,
) {
    if let Ok(does) = does.get(activate.entity) {
        inputs.push(run.as_deref(), does.0);
    }
}

/// Why the talk does not go on, where it is played elsewhere and something ended it.
fn over(run: &Run) -> Option<String> {
    #[cfg(feature = "classroom")]
    return crate::game::class::why_over(run);
    #[cfg(not(feature = "classroom"))]
    {
        _ = run;
        None
    }
}

fn broken_off(place: &mut ChildSpawnerCommands, why: &str) {
    #[cfg(feature = "classroom")]
    ending::broken_off(place, why);
    #[cfg(not(feature = "classroom"))]
    {
        _ = (place, why);
    }
}
