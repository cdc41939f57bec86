//! The paints on the shelf: every colour of the window by its plain name.
//! Nothing outside `theme` uses them; widgets take them through `tokens`.

use bevy::color::Srgba;

const fn rgb(hex: u32) -> Srgba {
    Srgba::new(part(hex >> 16), part(hex >> 8), part(hex), 1.0)
}

const fn part(bits: u32) -> f32 {
    (bits & 0xFF) as f32 / 255.0
}

/// Warm paper, the ground of every screen.
pub const PAPER: Srgba = rgb(0xF4ECDF);
/// The same paper one sheet deeper.
pub const PAPER_DEEP: Srgba = rgb(0xE9DDCA);
/// The lightest sheet, for what lies on top.
pub const CREAM: Srgba = rgb(0xFFFAF1);
/// The edge of a sheet.
pub const EDGE: Srgba = rgb(0xD8C8AF);
/// An edge that must be seen: outlines of controls.
pub const EDGE_STRONG: Srgba = rgb(0x857762);
/// Deep ink.
pub const INK: Srgba = rgb(0x22263A);
/// Ink thinned with water.
pub const INK_SOFT: Srgba = rgb(0x585A6B);
/// The one accent: deep sea green.
pub const SEA: Srgba = rgb(0x14666A);
/// The accent pressed down.
pub const SEA_DEEP: Srgba = rgb(0x0D4C50);
/// The accent lifted.
pub const SEA_LIGHT: Srgba = rgb(0x1C7A7E);
/// A breath of the accent on paper.
pub const SEA_MIST: Srgba = rgb(0xD9E6DF);
