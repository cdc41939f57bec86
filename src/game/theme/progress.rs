//! A thin bar that fills: how far along something is. It says its share to
//! assistive technology.

use accesskit::{Node as AccessNode, Role};
use bevy::a11y::AccessibilityNode;
use bevy::prelude::*;

use super::tokens;

pub(super) fn plugin(app: &mut App) {
    app.add_systems(PostUpdate, show_share.before(bevy::ui::UiSystems::Content));
}

/// How far along, 0 to 1. Write it to move the bar.
#[derive(Component, Clone, Copy, Debug, PartialEq)]
pub struct Share(pub f32);

/// A bar with this label, filled to `share` of 1.
pub fn progress(label: &str, share: f32) -> impl Bundle + use<> {
    let mut node = AccessNode::new(Role::ProgressIndicator);
    node.set_label(label);
    node.set_min_numeric_value(0.0);
    node.set_max_numeric_value(100.0);
    (
        Share(share),
        AccessibilityNode::from(node),
        Node {
            height: px(8),
            min_width: px(80),
            border_radius: BorderRadius::MAX,
            ..default()
        },
        BackgroundColor(tokens::GROUND_DEEP),
        children![(
            Node {
                height: percent(100),
                width: percent(0),
                border_radius: BorderRadius::MAX,
                ..default()
            },
            BackgroundColor(tokens::ACCENT),
        )],
    )
}

fn show_share(
    mut bars: Query<(&Share, &Children, &mut AccessibilityNode), Changed<Share>>,
    mut fills: Query<&mut Node>,
) {
    for (share, children, mut node) in &mut bars {
        let part = share.0.clamp(0.0, 1.0) * 100.0;
        node.set_numeric_value(f64::from(part));
        let mut inside = fills.iter_many_mut(children);
        while let Some(mut fill) = inside.fetch_next() {
            fill.width = percent(part);
        }
    }
}
