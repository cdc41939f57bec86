//! The first page: the trainee's own judgement, before anything is shown. It
//! knows the trainee's words and nothing of the customer's mind.

use bevy::input_focus::AutoFocus;
use bevy::input_focus::tab_navigation::TabIndex;
use bevy::prelude::*;
use bevy::ui::Checked;
use bevy::ui_widgets::{Activate, RadioButton, RadioGroup, ValueChange};

use super::guess::{Guess, Turned};
use super::{Guessed, Page, Shape};
use crate::desk::shown::Shown;
use crate::game::theme::look::Look;
use crate::game::theme::shortcut::Shortcut;
use crate::game::theme::slider::{Scale, slider};
use crate::game::theme::text::Weight;
use crate::game::theme::tokens::{self, gap, size};
use crate::game::theme::{button, layout, scroll, text};

/// The number that the slider stands at.
#[derive(Component)]
struct LevelText;

/// What a choice in the list says.
#[derive(Component, Clone, Copy)]
struct Pick(Turned);

/// Spawns the page.
pub fn page(root: &mut ChildSpawnerCommands, shown: &Shown, guess: Guess, shape: Shape) {
    let replies = shown.own_replies();
    let name = &shown.setting.name;
    if !shape.wide {
        scroll::scroll(root, |content| {
            content.spawn(text::heading("Before you see it"));
            level(content, name, guess);
            content.spawn(text::lead("Where did it turn?"));
            turns(content, &replies, guess);
            foot(content);
        });
        return;
    }
    root.spawn(text::title("Before you see it"));
    root.spawn(layout::container(Node {
        flex_grow: 1.0,
        min_height: px(0),
        column_gap: px(gap::MARGIN),
        ..default()
    }))
    .with_children(|halves| {
        halves
            .spawn(half(4.0))
            .with_children(|left| level(left, name, guess));
        halves.spawn(half(6.0)).with_children(|right| {
            right.spawn(text::lead("Where did it turn?"));
            right.spawn(text::caption("Pick one of your own replies."));
            scroll::scroll(right, |list| turns(list, &replies, guess));
        });
    });
    foot(root);
}

fn half(share: f32) -> impl Bundle {
    layout::container(Node {
        flex_direction: FlexDirection::Column,
        flex_grow: share,
        flex_basis: px(0),
        min_width: px(0),
        row_gap: px(gap::SMALL),
        ..default()
    })
}

fn level(parent: &mut ChildSpawnerCommands, name: &str, guess: Guess) {
    parent.spawn(text::lead("How satisfied were they at the end?"));
    parent.spawn(text::caption(format!(
        "Your own judgement of {name}. It is not scored."
    )));
    parent.spawn(layout::panel()).with_children(|panel| {
        panel.spawn((
            LevelText,
            text::plain(
                guess.level.to_string(),
                size::DISPLAY,
                Weight::Bold,
                tokens::ACCENT,
            ),
        ));
        let scale = Scale {
            low: 0.0,
            high: 100.0,
            step: 5.0,
        };
        slider(
            panel,
            "How satisfied were they at the end, 0 to 100",
            scale,
            guess.level.into(),
        )
        .insert(AutoFocus)
        .observe(on_level);
        panel.spawn(layout::row(0.0)).with_children(|ends| {
            ends.spawn(text::caption("furious"));
            ends.spawn(layout::spacer());
            ends.spawn(text::caption("delighted"));
        });
    });
}

fn on_level(
    change: On<ValueChange<f32>>,
    mut guessed: ResMut<Guessed>,
    mut text: Single<&mut Text, With<LevelText>>,
) {
    guessed.0.level = change.value.round().clamp(0.0, 100.0) as u8;
    text.0 = guessed.0.level.to_string();
}

fn turns(parent: &mut ChildSpawnerCommands, replies: &[String], guess: Guess) {
    let mut group = parent.spawn((
        RadioGroup,
        AccessibleLabel::new("Where did it turn?"),
        layout::container(Node {
            flex_direction: FlexDirection::Column,
            row_gap: px(8),
            min_width: px(0),
            ..default()
        }),
    ));
    group.observe(on_pick);
    group.with_children(|list| {
        for (reply, n) in replies.iter().zip(1..) {
            pick(list, Some(n), reply, Turned::At(n), guess);
        }
        pick(list, None, "It never turned", Turned::Never, guess);
    });
}

fn pick(
    list: &mut ChildSpawnerCommands,
    n: Option<usize>,
    words: &str,
    turned: Turned,
    guess: Guess,
) {
    let label = match n {
        Some(n) => format!("{n}: {}", words.replace('*', "")),
        None => words.to_owned(),
    };
    let mut line = list.spawn((
        RadioButton,
        Look::Card,
        Pick(turned),
        TabIndex(0),
        AccessibleLabel::new(label),
        BackgroundColor::default(),
        BorderColor::default(),
        Node {
            min_height: px(tokens::TARGET),
            padding: UiRect::axes(px(16), px(8)),
            column_gap: px(gap::SMALL),
            align_items: AlignItems::Center,
            border: UiRect::all(px(2)),
            border_radius: BorderRadius::all(px(tokens::RADIUS)),
            ..default()
        },
    ));
    if guess.turned == Some(turned) {
        line.insert(Checked);
    }
    line.with_children(|line| {
        if let Some(n) = n {
            line.spawn((
                text::plain(n.to_string(), size::BODY, Weight::Bold, tokens::ACCENT),
                // Room for two digits, so that the words stand in line.
                Node {
                    min_width: px(26),
                    flex_shrink: 0.0,
                    ..default()
                },
            ));
        }
        line.spawn((
            text::speech(words, size::BODY),
            Node {
                flex_grow: 1.0,
                flex_basis: px(0),
                min_width: px(0),
                ..default()
            },
        ));
    });
}

fn on_pick(
    change: On<ValueChange<Entity>>,
    picks: Query<(Entity, &Pick, Has<Checked>)>,
    mut guessed: ResMut<Guessed>,
    mut commands: Commands,
) {
    for (entity, pick, checked) in &picks {
        let chosen = entity == change.value;
        if chosen {
            guessed.0.turned = Some(pick.0);
        }
        match (chosen, checked) {
            (true, false) => _ = commands.entity(entity).insert(Checked),
            (false, true) => _ = commands.entity(entity).remove::<Checked>(),
            _ => {}
        }
    }
}

fn foot(parent: &mut ChildSpawnerCommands) {
    parent.spawn(layout::row(gap::SMALL)).with_children(|row| {
        row.spawn((button::primary("Show me"), Shortcut(KeyCode::KeyS)))
            .observe(|_: On<Activate>, mut commands: Commands| {
                commands.insert_resource(Page::Curve);
            });
        super::foot::leave(row);
    });
}
