//! Words on paper: headings, text, what somebody says with `*stress*`. Each is
//! readable by assistive technology; none can be pressed.

use accesskit::{Node as AccessNode, Role};
use bevy::a11y::AccessibilityNode;
use bevy::prelude::*;
use bevy::text::{FontSource, LineHeight};

use super::{fonts, tokens};

pub(super) fn plugin(app: &mut App) {
    app.add_systems(PostUpdate, speak_text.before(bevy::ui::UiSystems::Content));
}

/// Text that assistive technology may read on its own, in this role. Text inside
/// a control has none: there the control's label speaks.
#[derive(Component, Clone, Copy, Debug)]
pub struct Spoken(pub Role);

/// Text whose colour follows the control it stands in.
#[derive(Component, Clone, Copy, Debug, Default)]
pub(super) struct Themed;

/// An edge whose colour follows the text of the control it stands in.
#[derive(Component, Clone, Copy, Debug, Default)]
pub(super) struct ThemedEdge;

/// Which face text is set in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// For reading.
    Regular,
    /// For stress.
    Bold,
    /// For ticks, stars and arrows.
    Signs,
}

impl Weight {
    fn face(self) -> FontSource {
        match self {
            Weight::Regular => fonts::regular(),
            Weight::Bold => fonts::bold(),
            Weight::Signs => fonts::signs(),
        }
    }
}

/// The components of text without a role: `size` in rem.
pub fn plain(text: impl Into<String>, size: f32, weight: Weight, color: Color) -> impl Bundle {
    (Text::new(text), style(size, weight, color))
}

/// The components that make text or a span of it look so; `size` in rem.
pub fn style(size: f32, weight: Weight, color: Color) -> impl Bundle {
    (
        TextFont {
            font: weight.face(),
            font_size: FontSize::Rem(size),
            ..default()
        },
        TextColor(color),
        LineHeight::RelativeToFont(if size > tokens::size::HEADING {
            1.15
        } else {
            1.35
        }),
    )
}

/// The program's name on its first page.
pub fn display(text: impl Into<String>) -> impl Bundle {
    let size = tokens::size::DISPLAY;
    (
        plain(text, size, Weight::Bold, tokens::INK),
        Spoken(Role::Heading),
    )
}

/// The head of a screen.
pub fn title(text: impl Into<String>) -> impl Bundle {
    let size = tokens::size::TITLE;
    (
        plain(text, size, Weight::Bold, tokens::INK),
        Spoken(Role::Heading),
    )
}

/// The head of a part of a screen.
pub fn heading(text: impl Into<String>) -> impl Bundle {
    let size = tokens::size::HEADING;
    (
        plain(text, size, Weight::Bold, tokens::INK),
        Spoken(Role::Heading),
    )
}

/// A line that stands out a little: names, labels of settings.
pub fn strong(text: impl Into<String>) -> impl Bundle {
    let size = tokens::size::BODY;
    (
        plain(text, size, Weight::Bold, tokens::INK),
        Spoken(Role::Label),
    )
}

/// Text for reading.
pub fn body(text: impl Into<String>) -> impl Bundle {
    let size = tokens::size::BODY;
    (
        plain(text, size, Weight::Regular, tokens::INK),
        Spoken(Role::Label),
    )
}

/// The first sentence of a screen.
pub fn lead(text: impl Into<String>) -> impl Bundle {
    let size = tokens::size::LEAD;
    (
        plain(text, size, Weight::Regular, tokens::INK),
        Spoken(Role::Label),
    )
}

/// A note beside the matter.
pub fn caption(text: impl Into<String>) -> impl Bundle {
    let size = tokens::size::CAPTION;
    (
        plain(text, size, Weight::Regular, tokens::INK_SOFT),
        Spoken(Role::Label),
    )
}

/// What somebody says: `*stress*` is set bold, the asterisks are not shown.
/// `size` in rem.
pub fn speech(text: &str, size: f32) -> impl Bundle + use<> {
    let spans: Vec<_> = stressed(text)
        .into_iter()
        .map(|(words, stress)| {
            let weight = if stress {
                Weight::Bold
            } else {
                Weight::Regular
            };
            (TextSpan::new(words), style(size, weight, tokens::INK))
        })
        .collect();
    let said = text.replace('*', "");
    let mut node = AccessNode::new(Role::Label);
    node.set_value(said);
    (
        Text::default(),
        style(size, Weight::Regular, tokens::INK),
        AccessibilityNode::from(node),
        Children::spawn(SpawnIter(spans.into_iter())),
    )
}

/// Cuts `*stress*` out of a text: the pieces, and whether each is stressed.
pub fn stressed(text: &str) -> Vec<(String, bool)> {
    text.split('*')
        .enumerate()
        .filter(|(_, words)| !words.is_empty())
        .map(|(n, words)| (words.to_owned(), n % 2 == 1))
        .collect()
}

/// Keeps what is spoken equal to what is shown.
fn speak_text(
    mut texts: Query<(Entity, &Text, &Spoken, Option<&mut AccessibilityNode>), Changed<Text>>,
    mut commands: Commands,
) {
    for (entity, text, spoken, node) in &mut texts {
        let mut fresh = AccessNode::new(spoken.0);
        let target = match node {
            Some(node) => node.into_inner(),
            None => {
                say(&mut fresh, spoken.0, text);
                commands
                    .entity(entity)
                    .insert(AccessibilityNode::from(fresh));
                continue;
            }
        };
        say(target, spoken.0, text);
    }
}

/// Labels carry their text as value, everything else as label.
fn say(node: &mut AccessNode, role: Role, text: &str) {
    match role {
        Role::Label => node.set_value(text),
        _ => node.set_label(text),
    }
}

#[cfg(test)]
mod tests {
    use super::stressed;

    #[test]
    fn stress_is_cut_out() {
        let pieces = |text| -> Vec<String> {
            let mark = |(words, stress): (String, bool)| {
                if stress { format!("[{words}]") } else { words }
            };
            stressed(text).into_iter().map(mark).collect()
        };
        assert_eq!(
            pieces("Three times. *Three.*"),
            ["Three times. ", "[Three.]"]
        );
        assert_eq!(pieces("*No* and *no*."), ["[No]", " and ", "[no]", "."]);
        assert_eq!(pieces("plain"), ["plain"]);
    }
}
