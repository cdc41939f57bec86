//! SVG to pixels. Built without fonts: text in an SVG is not drawn.

use anyhow::Context;
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

/// An SVG as PNG, this many pixels wide.
///
/// # Errors
/// When the text is no SVG, or the picture is too large to hold.
pub(super) fn png(svg: &str, width: u32) -> anyhow::Result<Vec<u8>> {
    pixels(svg, width)?
        .encode_png()
        .context("the picture cannot be encoded")
}

/// An SVG as pixels, this many of them wide.
///
/// # Errors
/// As [`png`].
pub(super) fn pixels(svg: &str, width: u32) -> anyhow::Result<Pixmap> {
    let tree = Tree::from_str(svg, &Options::default()).context("the picture cannot be read")?;
    let scale = width as f32 / tree.size().width();
    let height = (tree.size().height() * scale).round() as u32;
    let mut pixels = Pixmap::new(width, height).context("the picture is too large")?;
    resvg::render(
        &tree,
        Transform::from_scale(scale, scale),
        &mut pixels.as_mut(),
    );
    Ok(pixels)
}
