//! The chart: the painted curve, a mark for everything the trainee did, the turn
//! and the guess. It is a slider over the steps: arrow keys, Home, End, a click
//! or a drag choose one. The line sweeps in once.

use bevy::asset::RenderAssetUsages;
use bevy::input_focus::AutoFocus;
use bevy::input_focus::tab_navigation::TabIndex;
use bevy::picking::hover::Hovered;
use bevy::prelude::*;
use bevy::render::render_resource::{Extent3d, TextureDimension, TextureFormat};
use bevy::ui_widgets::{
    Slider, SliderOrientation, SliderPrecision, SliderRange, SliderStep, SliderValue, TrackClick,
    ValueChange,
};

use super::guess::{Guess, Turned, turning};
use super::ink::{self, Inks, Layer, SCALE};
use super::marks::{Since, StepMark, absolute, flag, guess_mark, legend, mark, reading};
use super::{Selected, Shape, Studied};
use crate::desk::debrief::curve::{Curve, Mark};
use crate::desk::debrief::study::Study;
use crate::game::pace::Pace;
use crate::game::settings::Settings;
use crate::game::theme::text::Weight;
use crate::game::theme::tokens::{self, size};
use crate::game::theme::{layout, text};

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Sweep>()
        .add_systems(
            Update,
            (sweep, show_selected)
                .chain()
                .run_if(resource_exists::<Studied>),
        )
        .add_systems(
            PostUpdate,
            paint
                .after(bevy::ui::UiSystems::Layout)
                .run_if(resource_exists::<Studied>),
        );
}

/// How much of the line is shown, 0 to 1: it sweeps in on the first reveal.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq)]
pub struct Sweep(f32);

/// The area the curve is drawn on; the slider over the steps.
#[derive(Component)]
pub struct Plot;

/// The part of the plot that the sweep has reached.
#[derive(Component)]
struct Reached;

/// The picture of the curve, and the size it was painted for, physical pixels.
#[derive(Component, Default)]
struct Painting(UVec2);

/// The upright line through the selected step.
#[derive(Component)]
struct Guide;

/// How long the sweep takes, seconds.
const SWEEP_SECS: f32 = 1.1;
/// Width of the line, logical pixels.
const STROKE: f32 = 3.0;

/// Spawns the chart; it takes the room of its parent, a column.
pub fn chart(parent: &mut ChildSpawnerCommands, study: &Study, guess: Guess, shape: Shape) {
    let curve = Curve::of(&study.report);
    // Marks grow with the text, as far as they do not hide each other.
    let radius = (shape.rem * 0.6).clamp(9.0, 15.0);
    parent
        .spawn(layout::container(Node {
            flex_grow: 1.0,
            min_height: px(if shape.wide { 150.0 } else { 330.0 }),
            padding: UiRect {
                left: px(0),
                right: px(radius + 2.0),
                top: px(radius + 4.0),
                bottom: px(radius + 2.0),
            },
            column_gap: px(radius + 6.0),
            ..default()
        }))
        .with_children(|row| {
            axis(row, shape);
            plot(row, study, &curve, guess, radius, shape);
        });
    legend(parent, radius, !study.report.readings.marks.is_empty());
}

/// The numbers of the scale, beside a plot.
pub fn axis(row: &mut ChildSpawnerCommands, shape: Shape) {
    let line = shape.rem * size::CAPTION * 1.35;
    row.spawn(Node {
        width: px(shape.rem * 1.75),
        flex_shrink: 0.0,
        ..default()
    })
    .with_children(|axis| {
        for part in SCALE
            .into_iter()
            .filter(|part| shape.wide || (part * 2.0).fract() == 0.0)
        {
            axis.spawn((
                Node {
                    position_type: PositionType::Absolute,
                    right: px(0),
                    top: percent((1.0 - part) * 100.0),
                    margin: UiRect::top(px(-line / 2.0)),
                    ..default()
                },
                text::plain(
                    format!("{}", part * 100.0),
                    size::CAPTION,
                    Weight::Regular,
                    tokens::INK_SOFT,
                ),
            ));
        }
    });
}

fn plot(
    row: &mut ChildSpawnerCommands,
    study: &Study,
    curve: &Curve,
    guess: Guess,
    radius: f32,
    shape: Shape,
) {
    let last = curve.last() as f32;
    let mut plot = row.spawn((
        Plot,
        Slider {
            track_click: TrackClick::Snap,
            orientation: SliderOrientation::Horizontal,
        },
        SliderRange::new(0.0, last),
        SliderStep(1.0),
        SliderPrecision(0),
        SliderValue(0.0),
        Hovered::default(),
        TabIndex(0),
        AutoFocus,
        AccessibleLabel::new("The satisfactometer over the conversation, step by step"),
        Node {
            flex_grow: 1.0,
            flex_basis: px(0),
            min_width: px(0),
            border_radius: BorderRadius::all(px(6)),
            ..default()
        },
    ));
    plot.observe(
        |change: On<ValueChange<f32>>, mut selected: ResMut<Selected>| {
            selected.set_if_neq(Selected(change.value.round().max(0.0) as usize));
        },
    );
    plot.with_children(|plot| {
        plot.spawn((
            Reached,
            Pickable::IGNORE,
            Node {
                width: percent(0),
                overflow: Overflow::clip(),
                ..absolute()
            },
        ))
        .with_children(|reached| {
            reached.spawn((
                Painting::default(),
                ImageNode::default(),
                Pickable::IGNORE,
                absolute(),
            ));
        });
        plot.spawn((
            Guide,
            Pickable::IGNORE,
            BackgroundColor(tokens::INK.with_alpha(0.25)),
            Node {
                width: px(2),
                margin: UiRect::left(px(-1)),
                ..absolute()
            },
        ));
        let above = curve.is_clear_above(f32::from(guess.level) / 100.0);
        guess_mark(plot, guess, above, radius, shape);
        let dots = curve.dots(&study.report);
        let at = |turned: Option<Turned>| match turned {
            Some(Turned::At(n)) => dots.iter().find(|dot| dot.mark == Mark::Reply(n)),
            _ => None,
        };
        let (turn, said) = (at(Some(turning(&study.report))), at(guess.turned));
        match (turn, said) {
            (Some(turn), Some(said)) if turn.step == said.step => {
                flag(plot, turn, "It turned here, as you said", true)
            }
            (turn, said) => {
                if let Some(turn) = turn {
                    flag(plot, turn, "It turned here", true);
                }
                if let Some(said) = said {
                    flag(plot, said, "You said here", false);
                }
            }
        }
        // Under the dots: a reading that was right has the dot in its middle.
        for note in &study.report.readings.marks {
            let from_top = |tenths: i16| 1.0 - f32::from(tenths.clamp(0, 1000)) / 1000.0;
            let x = curve.x(note.after);
            reading(plot, x, from_top(note.marked), from_top(note.was));
        }
        for dot in &dots {
            mark(plot, dot, radius, shape);
        }
    });
}

/// Lets the line come in, once; at once where motion is reduced.
fn sweep(
    mut sweep: ResMut<Sweep>,
    settings: Res<Settings>,
    time: Res<Time>,
    mut pace: ResMut<Pace>,
    mut reached: Query<&mut Node, With<Reached>>,
    mut parts: Query<(&Since, &mut Visibility)>,
) {
    if reached.is_empty() {
        return;
    }
    if sweep.0 < 1.0 {
        // A frame after a long rest counts as a short one.
        let passed = time.delta_secs().min(0.1);
        sweep.0 = match settings.reduced_motion {
            true => 1.0,
            false => (sweep.0 + passed / SWEEP_SECS).min(1.0),
        };
        pace.animate();
    }
    let share = sweep.0 * sweep.0 * (3.0 - 2.0 * sweep.0);
    for mut node in &mut reached {
        if node.width != percent(share * 100.0) {
            node.width = percent(share * 100.0);
        }
    }
    for (since, mut visible) in &mut parts {
        visible.set_if_neq(match share >= since.0 {
            true => Visibility::Inherited,
            false => Visibility::Hidden,
        });
    }
}

/// Marks the selected step, and tells the slider of it.
fn show_selected(
    selected: Res<Selected>,
    studied: Res<Studied>,
    plots: Query<(Entity, &SliderValue), With<Plot>>,
    fresh: Query<(), Added<Plot>>,
    mut guides: Query<&mut Node, With<Guide>>,
    mut marks: Query<(&StepMark, &mut Outline, &mut ZIndex)>,
    mut commands: Commands,
) {
    if !selected.is_changed() && fresh.is_empty() {
        return;
    }
    for (plot, value) in &plots {
        if value.0 != selected.0 as f32 {
            commands.entity(plot).insert(SliderValue(selected.0 as f32));
        }
    }
    let last = studied.0.last().max(1);
    for mut guide in &mut guides {
        guide.left = percent(selected.0 as f32 / last as f32 * 100.0);
    }
    for (mark, mut outline, mut z) in &mut marks {
        let here = mark.0 == selected.0;
        outline.color = if here { tokens::FOCUS } else { Color::NONE };
        z.set_if_neq(ZIndex(i32::from(here)));
    }
}

/// Paints the curve when the room for it has changed.
fn paint(
    studied: Res<Studied>,
    plots: Query<&ComputedNode, With<Plot>>,
    mut paintings: Query<(&mut Painting, &mut ImageNode, &mut Node)>,
    mut images: ResMut<Assets<Image>>,
    mut pace: ResMut<Pace>,
) {
    let Ok(plot) = plots.single() else {
        return;
    };
    let room = plot.size().round().as_uvec2();
    for (mut painting, mut picture, mut node) in &mut paintings {
        if painting.0 == room || room.min_element() == 0 {
            continue;
        }
        painting.0 = room;
        let scale = plot.inverse_scale_factor();
        let curve = Curve::of(&studied.0.report);
        let layer = Layer {
            curve: &curve,
            reach: 1.0,
            line: bytes(tokens::ACCENT),
            stroke: STROKE / scale,
            under: Some(bytes(tokens::GROUND_DEEP)),
            dash: None,
        };
        picture.image = images.add(image(&[layer], room));
        // Its own width: what the sweep has not reached is cut off, not squeezed.
        node.width = px(room.x as f32 * scale);
        pace.animate();
    }
}

/// Curves as a picture of this size, physical pixels.
pub fn image(layers: &[Layer], room: UVec2) -> Image {
    let inks = Inks {
        sheet: bytes(tokens::SHEET),
        hair: bytes(tokens::SHEET_EDGE),
    };
    let pixels = ink::paint(layers, room.x as usize, room.y as usize, &inks);
    let size = Extent3d {
        width: room.x,
        height: room.y,
        depth_or_array_layers: 1,
    };
    Image::new(
        size,
        TextureDimension::D2,
        pixels,
        TextureFormat::Rgba8UnormSrgb,
        RenderAssetUsages::RENDER_WORLD,
    )
}

/// A colour as paint.
pub fn bytes(color: Color) -> [u8; 3] {
    let color = color.to_srgba().to_u8_array();
    [color[0], color[1], color[2]]
}
