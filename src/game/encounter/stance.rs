//! The stance held: voice and face, always in sight, chosen by keys at any time.
//! It is the run's; the controls only show it.

use bevy::prelude::*;
use engine::state::{Face, Stance, Voice};

use super::EncounterSystems;
use super::asked::Asked;
use super::own_face::{self, OwnFace, OwnVoice};
use super::scene::LARGE;
use super::stage::Offer;
use super::step::Show;
use crate::game::run::Run;
use crate::game::settings::Settings;
use crate::game::theme::segmented::{Choose, Chosen, Segment, segmented};
use crate::game::theme::tokens::gap;
use crate::game::theme::{layout, text};

pub(super) fn plugin(app: &mut App) {
    app.add_systems(Update, (show, put_away).in_set(EncounterSystems::Present));
}

const VOICES: [Voice; 3] = [Voice::Soft, Voice::Even, Voice::Raised];
const FACES: [Face; 3] = [Face::Warm, Face::Neutral, Face::Concerned];

/// The segmented controls.
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq)]
enum Holds {
    Voice,
    Face,
}

/// The sheet they stand on.
#[derive(Component)]
struct Sheet;

/// Spawns the sheet with both controls. On the phone the face is heard.
pub(super) fn spawn(place: &mut ChildSpawnerCommands, held: Stance, call: bool) {
    let sheet = layout::sheet(Node {
        flex_direction: FlexDirection::Column,
        row_gap: px(gap::TIGHT),
        padding: UiRect::axes(px(14), px(12)),
        flex_shrink: 0.0,
        ..default()
    });
    place.spawn((sheet, Sheet)).with_children(|sheet| {
        line(sheet, |line| {
            own_face::spawn_voice(line, held.voice);
            let parts = [
                Segment::keyed("Soft", KeyCode::KeyQ),
                Segment::keyed("Even", KeyCode::KeyW),
                Segment::keyed("Raised", KeyCode::KeyE),
            ];
            segmented(line, "Your voice", &parts, held.voice as usize)
                .insert(Holds::Voice)
                .observe(on_choose);
        });
        if call {
            sheet.spawn(text::caption("The smile in your voice"));
        }
        line(sheet, |line| {
            own_face::spawn_face(line, held.face);
            let parts = [
                Segment::keyed("Warm", KeyCode::KeyA),
                Segment::keyed("Neutral", KeyCode::KeyS),
                Segment::keyed("Concerned", KeyCode::KeyD),
            ];
            let label = if call {
                "The smile in your voice"
            } else {
                "Your face"
            };
            segmented(line, label, &parts, held.face as usize)
                .insert(Holds::Face)
                .observe(on_choose);
        });
    });
}

fn line(sheet: &mut ChildSpawnerCommands, fill: impl FnOnce(&mut ChildSpawnerCommands)) {
    sheet
        .spawn(layout::container(Node {
            column_gap: px(gap::SMALL),
            align_items: AlignItems::Center,
            ..default()
        }))
        .with_children(fill);
}

fn on_choose(choose: On<Choose>, controls: Query<&Holds>, run: Option<ResMut<Run>>) {
    let (Ok(holds), Some(mut run)) = (controls.get(choose.entity), run) else {
        return;
    };
    let part = choose.part.min(2);
    match holds {
        Holds::Voice => run.stance.voice = VOICES[part],
        Holds::Face => run.stance.face = FACES[part],
    }
}

fn show(
    run: Option<Res<Run>>,
    mut controls: Query<(&Holds, &mut Chosen)>,
    mut voices: Query<&mut OwnVoice>,
    mut faces: Query<&mut OwnFace>,
) {
    let Some(run) = run.filter(|run| run.is_changed()) else {
        return;
    };
    let held = run.stance;
    for (holds, mut chosen) in &mut controls {
        let part = match holds {
            Holds::Voice => held.voice as usize,
            Holds::Face => held.face as usize,
        };
        chosen.set_if_neq(Chosen(part));
    }
    for mut voice in &mut voices {
        voice.set_if_neq(OwnVoice(held.voice));
    }
    for mut face in &mut faces {
        face.set_if_neq(OwnFace(held.face));
    }
}

/// Once it is over there is nothing more to hold; and where large text leaves
/// little room, the question how they feel takes it.
fn put_away(
    show: Res<Show>,
    run: Option<Res<Run>>,
    (asked, settings): (Res<Asked>, Res<Settings>),
    mut sheets: Query<&mut Node, With<Sheet>>,
) {
    let is_asking = |run: Res<Run>| {
        settings.text_percent >= LARGE && show.stage.offer() == Offer::Replying && asked.wants(&run)
    };
    let display = match show.stage.offer() == Offer::Ended || run.is_some_and(is_asking) {
        true => Display::None,
        false => Display::Flex,
    };
    for mut node in &mut sheets {
        if node.display != display {
            node.display = display;
        }
    }
}
