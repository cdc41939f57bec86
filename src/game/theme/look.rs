//! How a control looks in each state: rest, pointer over it, pressed, chosen,
//! disabled. Colours only; the shape is the widget's own.

use bevy::picking::hover::Hovered;
use bevy::prelude::*;
use bevy::ui::{Checked, InteractionDisabled, Pressed};

use super::text::{Themed, ThemedEdge};
use super::tokens;

pub(super) fn plugin(app: &mut App) {
    app.add_systems(PostUpdate, paint.before(bevy::ui::UiSystems::Content));
}

/// What a control looks like. Every control has one.
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq)]
#[require(Hovered)]
pub enum Look {
    /// The one thing to do here.
    Primary,
    /// Anything else to do here.
    Quiet,
    /// A sheet that can be pressed.
    Card,
    /// One of several, one of which is chosen.
    Segment,
    /// A line with a switch.
    Line,
}

#[derive(Clone, Copy)]
struct Colors {
    fill: Color,
    edge: Color,
    text: Color,
}

/// How much of the text's colour the edge of a key's sign has.
const EDGE: f32 = 0.6;
/// How much of a disabled control's colour is left.
const FADED: f32 = 0.45;

impl Look {
    fn colors(self, hovered: bool, pressed: bool, checked: bool, disabled: bool) -> Colors {
        let (hovered, pressed) = (hovered && !disabled, pressed && !disabled);
        let (fill, edge, text) = match self {
            Look::Primary | Look::Segment if self == Look::Primary || checked => {
                let fill = match (hovered, pressed) {
                    (_, true) => tokens::ACCENT_PRESSED,
                    (true, _) => tokens::ACCENT_HOVER,
                    _ => tokens::ACCENT,
                };
                // No edge: one of the same colour would show a seam.
                (fill, Color::NONE, tokens::ON_ACCENT)
            }
            Look::Line => {
                let fill = if hovered || pressed {
                    tokens::ACCENT_MIST
                } else {
                    Color::NONE
                };
                (fill, Color::NONE, tokens::INK)
            }
            Look::Card if checked => (tokens::ACCENT_MIST, tokens::ACCENT, tokens::INK),
            Look::Quiet | Look::Card | Look::Segment | Look::Primary => {
                let fill = match (hovered, pressed) {
                    (_, true) => tokens::GROUND_DEEP,
                    (true, _) => tokens::ACCENT_MIST,
                    _ => tokens::SHEET,
                };
                let edge = match (self, hovered) {
                    (_, true) => tokens::ACCENT,
                    (Look::Card, _) => tokens::SHEET_EDGE,
                    _ => tokens::OUTLINE,
                };
                (fill, edge, tokens::INK)
            }
        };
        let fade = |color: Color| match disabled {
            true => color.with_alpha(color.alpha() * FADED),
            false => color,
        };
        Colors {
            fill: fade(fill),
            edge: fade(edge),
            text: fade(text),
        }
    }
}

type Control = (
    Entity,
    &'static Look,
    &'static Hovered,
    Has<Pressed>,
    Has<Checked>,
    Has<InteractionDisabled>,
    &'static mut BackgroundColor,
    &'static mut BorderColor,
);

/// Looks at every control, writes only what differs: there are few, and only
/// in frames that are drawn anyway.
fn paint(
    mut controls: Query<Control>,
    children: Query<&Children>,
    mut texts: Query<&mut TextColor, With<Themed>>,
    mut edges: Query<&mut BorderColor, (With<ThemedEdge>, Without<Look>)>,
) {
    for (entity, look, hovered, pressed, checked, disabled, mut fill, mut edge) in &mut controls {
        let colors = look.colors(hovered.get(), pressed, checked, disabled);
        fill.set_if_neq(BackgroundColor(colors.fill));
        edge.set_if_neq(BorderColor::all(colors.edge));
        for child in children.iter_descendants(entity) {
            if let Ok(mut text) = texts.get_mut(child) {
                text.set_if_neq(TextColor(colors.text));
            }
            if let Ok(mut edge) = edges.get_mut(child) {
                let color = colors.text.with_alpha(colors.text.alpha() * EDGE);
                edge.set_if_neq(BorderColor::all(color));
            }
        }
    }
}
