//! What the paints are for: colours, sizes and distances by their use. The only
//! part of the theme that other folders read values from.

use bevy::prelude::*;

use super::palette as p;

/// The ground of every screen.
pub const GROUND: Color = Color::Srgba(p::PAPER);
/// Large shapes cut from the ground's second sheet.
pub const GROUND_DEEP: Color = Color::Srgba(p::PAPER_DEEP);
/// Panels, cards and dialogs.
pub const SHEET: Color = Color::Srgba(p::CREAM);
/// The edge of a sheet.
pub const SHEET_EDGE: Color = Color::Srgba(p::EDGE);
/// Text that is read.
pub const INK: Color = Color::Srgba(p::INK);
/// Text that accompanies.
pub const INK_SOFT: Color = Color::Srgba(p::INK_SOFT);
/// Text on the accent.
pub const ON_ACCENT: Color = Color::Srgba(p::CREAM);
/// The one accent.
pub const ACCENT: Color = Color::Srgba(p::SEA);
/// The accent under the pointer.
pub const ACCENT_HOVER: Color = Color::Srgba(p::SEA_LIGHT);
/// The accent pressed.
pub const ACCENT_PRESSED: Color = Color::Srgba(p::SEA_DEEP);
/// The accent as a tint behind ink.
pub const ACCENT_MIST: Color = Color::Srgba(p::SEA_MIST);
/// The outline of a control, 3:1 against the sheets.
pub const OUTLINE: Color = Color::Srgba(p::EDGE_STRONG);
/// The ring around what has the keyboard.
pub const FOCUS: Color = Color::Srgba(p::INK);
/// The second layer under a sheet.
pub const SHADOW: Color = Color::srgba(0.23, 0.17, 0.08, 0.16);
/// Over everything, under a dialog.
pub const SCRIM: Color = Color::srgba(0.13, 0.13, 0.18, 0.55);

/// Pixels of one rem at 100 % text.
pub const REM: f32 = 18.0;
/// Text sizes in rem.
pub mod size {
    /// Notes beside the matter.
    pub const CAPTION: f32 = 0.85;
    /// What is read.
    pub const BODY: f32 = 1.0;
    /// What is read first, and what a customer says.
    pub const LEAD: f32 = 1.25;
    /// The head of a part.
    pub const HEADING: f32 = 1.6;
    /// The head of a screen.
    pub const TITLE: f32 = 2.2;
    /// The name of the program on its first page.
    pub const DISPLAY: f32 = 3.1;
}

/// Distances in logical pixels. They do not grow with the text, so that large
/// text keeps the room.
pub mod gap {
    /// Between things that are one.
    pub const TIGHT: f32 = 6.0;
    /// Between lines of a group.
    pub const SMALL: f32 = 12.0;
    /// Between groups.
    pub const WIDE: f32 = 24.0;
    /// Around a screen.
    pub const MARGIN: f32 = 48.0;
}

/// Corners of controls, logical pixels.
pub const RADIUS: f32 = 12.0;
/// Corners of sheets, logical pixels.
pub const RADIUS_SHEET: f32 = 18.0;
/// The smallest side of anything to press, logical pixels.
pub const TARGET: f32 = 44.0;
/// Widest column of text that is still easy to read, rem.
pub const MEASURE: f32 = 42.0;

#[cfg(test)]
mod tests {
    use super::*;

    /// Contrast of two opaque colours as WCAG counts it, 1 to 21.
    fn contrast(a: Color, b: Color) -> f32 {
        let light = |c: Color| {
            let c = c.to_linear();
            0.2126 * c.red + 0.7152 * c.green + 0.0722 * c.blue + 0.05
        };
        let (a, b) = (light(a), light(b));
        a.max(b) / a.min(b)
    }

    #[test]
    fn text_can_be_read() {
        for ground in [GROUND, GROUND_DEEP, SHEET, ACCENT_MIST] {
            assert!(contrast(INK, ground) >= 7.0, "ink on {ground:?}");
            assert!(contrast(INK_SOFT, ground) >= 4.5, "soft ink on {ground:?}");
            assert!(contrast(ACCENT, ground) >= 4.5, "accent on {ground:?}");
            assert!(contrast(FOCUS, ground) >= 3.0, "ring on {ground:?}");
        }
        for accent in [ACCENT, ACCENT_HOVER, ACCENT_PRESSED] {
            assert!(contrast(ON_ACCENT, accent) >= 4.5, "text on {accent:?}");
        }
        assert!(contrast(OUTLINE, SHEET) >= 3.0 && contrast(OUTLINE, GROUND) >= 3.0);
    }
}
