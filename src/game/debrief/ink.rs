//! Ink on paper: paints the curve and the paper under it as pixels, with soft
//! edges. It takes its colours and its size from whoever asks.

use super::curve::Curve;

/// What the curve is painted with, red, green and blue, opaque.
#[derive(Clone, Copy, Debug)]
pub struct Inks {
    /// The sheet it is painted on.
    pub sheet: [u8; 3],
    /// The paper under the line, at the line.
    pub under: [u8; 3],
    /// The hairlines of the scale.
    pub hair: [u8; 3],
    /// The line.
    pub line: [u8; 3],
}

/// Parts of the scale that have a hairline, from below.
pub const SCALE: [f32; 5] = [0.0, 0.25, 0.5, 0.75, 1.0];

/// How much of the paper under the line is left at the foot of the chart.
const FADE: f32 = 0.35;

/// Paints the curve on `width` by `height` pixels, RGBA row by row; `stroke` is
/// the width of the line in pixels.
pub fn paint(curve: &Curve, width: usize, height: usize, stroke: f32, inks: &Inks) -> Vec<u8> {
    let mut pixels: Vec<u8> = opaque(inks.sheet).repeat(width * height);
    if width < 2 || height < 2 {
        return pixels;
    }
    let high = (height - 1) as f32;
    // The line's height above every column's middle, as a place from the top.
    let places: Vec<f32> = (0..width)
        .map(|x| (1.0 - curve.height(x as f32 / (width - 1) as f32)) * high)
        .collect();
    for (x, &line) in places.iter().enumerate() {
        for y in 0..height {
            let below = (y as f32 - line + 0.5).clamp(0.0, 1.0);
            let depth = (y as f32 - line) / (high - line).max(1.0);
            let amount = below * (1.0 - (1.0 - FADE) * depth.clamp(0.0, 1.0));
            blend(&mut pixels, width, x, y, inks.under, amount);
        }
    }
    for part in SCALE {
        let y = ((1.0 - part) * high).round() as usize;
        for x in 0..width {
            blend(&mut pixels, width, x, y.min(height - 1), inks.hair, 1.0);
        }
    }
    let reach = (stroke / 2.0 + 1.0).ceil() as usize;
    for x in 0..width {
        let (from, to) = (x.saturating_sub(reach), (x + reach).min(width - 1));
        let near = &places[from..=to];
        let top = near.iter().copied().fold(f32::MAX, f32::min) - reach as f32;
        let foot = near.iter().copied().fold(f32::MIN, f32::max) + reach as f32;
        for y in top.max(0.0) as usize..=(foot.min(high).max(0.0) as usize) {
            let distance = near
                .windows(2)
                .enumerate()
                .map(|(n, pair)| {
                    let start = (from + n) as f32 - x as f32;
                    distance(start, pair[0] - y as f32, pair[1] - y as f32)
                })
                .fold(f32::MAX, f32::min);
            let amount = (stroke / 2.0 + 0.5 - distance).clamp(0.0, 1.0);
            blend(&mut pixels, width, x, y, inks.line, amount);
        }
    }
    pixels
}

fn opaque([red, green, blue]: [u8; 3]) -> [u8; 4] {
    [red, green, blue, u8::MAX]
}

/// How far the origin is from the piece of line one wide from `(x, y0)` to
/// `(x + 1, y1)`.
fn distance(x: f32, y0: f32, y1: f32) -> f32 {
    let rise = y1 - y0;
    let t = (-(x + y0 * rise) / (1.0 + rise * rise)).clamp(0.0, 1.0);
    (x + t).hypot(y0 + t * rise)
}

fn blend(pixels: &mut [u8], width: usize, x: usize, y: usize, ink: [u8; 3], amount: f32) {
    if amount <= 0.0 {
        return;
    }
    let at = (y * width + x) * 4;
    for (old, new) in pixels[at..at + 3].iter_mut().zip(ink) {
        *old = (f32::from(*old) + (f32::from(new) - f32::from(*old)) * amount).round() as u8;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INKS: Inks = Inks {
        sheet: [250, 250, 250],
        under: [200, 210, 200],
        hair: [180, 180, 180],
        line: [0, 80, 80],
    };

    #[test]
    fn the_line_is_painted_where_the_curve_is() {
        let curve = Curve::through(&[200, 900, 300]);
        let (width, height) = (121, 81);
        let pixels = paint(&curve, width, height, 3.0, &INKS);
        assert_eq!(pixels.len(), width * height * 4);
        for x in 0..width {
            let y = (1.0 - curve.height(x as f32 / 120.0)) * 80.0;
            let at = (y.round() as usize * width + x) * 4;
            assert_eq!(pixels[at..at + 3], INKS.line, "column {x}");
        }
        // Well above the line nothing but the sheet.
        assert_eq!(pixels[4..7], INKS.hair);
        assert_eq!(pixels[(5 * width + 2) * 4..][..3], INKS.sheet);
    }

    #[test]
    fn a_chart_without_room_is_no_accident() {
        assert_eq!(paint(&Curve::through(&[10, 20]), 1, 1, 2.0, &INKS).len(), 4);
        assert!(paint(&Curve::through(&[]), 0, 9, 2.0, &INKS).is_empty());
    }
}
