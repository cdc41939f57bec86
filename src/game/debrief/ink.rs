//! Ink on paper: paints curves and the paper under them as pixels, with soft
//! edges. It takes its colours and its size from whoever asks.

use crate::desk::debrief::curve::Curve;

/// What everything is painted with, red, green and blue, opaque.
#[derive(Clone, Copy, Debug)]
pub struct Inks {
    /// The sheet it is painted on.
    pub sheet: [u8; 3],
    /// The hairlines of the scale.
    pub hair: [u8; 3],
}

/// A curve, and how it is painted.
#[derive(Clone, Copy, Debug)]
pub struct Layer<'a> {
    /// The curve.
    pub curve: &'a Curve,
    /// The share of the width that it takes, from the left, 0 to 1.
    pub reach: f32,
    /// The line.
    pub line: [u8; 3],
    /// Width of the line, pixels.
    pub stroke: f32,
    /// The paper under the line, at the line, if there is any.
    pub under: Option<[u8; 3]>,
    /// The line is drawn in dashes this long, pixels.
    pub dash: Option<f32>,
}

/// Parts of the scale that have a hairline, from below.
pub const SCALE: [f32; 5] = [0.0, 0.25, 0.5, 0.75, 1.0];

/// How much of the paper under the line is left at the foot of the chart.
const FADE: f32 = 0.35;

/// Paints curves one over the other on `width` by `height` pixels, RGBA row by row.
pub fn paint(layers: &[Layer], width: usize, height: usize, inks: &Inks) -> Vec<u8> {
    let mut pixels: Vec<u8> = opaque(inks.sheet).repeat(width * height);
    if width < 2 || height < 2 {
        return pixels;
    }
    for layer in layers {
        if let Some(under) = layer.under {
            let places = places(layer, width, height);
            paper(&mut pixels, &places, width, height, under);
        }
    }
    for part in SCALE {
        let y = ((1.0 - part) * (height - 1) as f32).round() as usize;
        for x in 0..width {
            blend(&mut pixels, width, x, y.min(height - 1), inks.hair, 1.0);
        }
    }
    for layer in layers {
        let places = places(layer, width, height);
        line(&mut pixels, &places, width, height, layer);
    }
    pixels
}

/// The line's height above every column's middle, as a place from the top.
fn places(layer: &Layer, width: usize, height: usize) -> Vec<f32> {
    let wide = (width - 1) as f32 * layer.reach.clamp(0.0, 1.0);
    let n = (wide.floor() as usize + 1).min(width);
    (0..n)
        .map(|x| (1.0 - layer.curve.height(x as f32 / wide.max(1.0))) * (height - 1) as f32)
        .collect()
}

fn paper(pixels: &mut [u8], places: &[f32], width: usize, height: usize, under: [u8; 3]) {
    let high = (height - 1) as f32;
    for (x, &line) in places.iter().enumerate() {
        for y in 0..height {
            let below = (y as f32 - line + 0.5).clamp(0.0, 1.0);
            let depth = (y as f32 - line) / (high - line).max(1.0);
            let amount = below * (1.0 - (1.0 - FADE) * depth.clamp(0.0, 1.0));
            blend(pixels, width, x, y, under, amount);
        }
    }
}

fn line(pixels: &mut [u8], places: &[f32], width: usize, height: usize, layer: &Layer) {
    let high = (height - 1) as f32;
    let reach = (layer.stroke / 2.0 + 1.0).ceil() as usize;
    for x in 0..places.len() {
        if layer
            .dash
            .is_some_and(|dash| (x as f32 / dash) as usize % 2 == 1)
        {
            continue;
        }
        let (from, to) = (x.saturating_sub(reach), (x + reach).min(places.len() - 1));
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
            let amount = (layer.stroke / 2.0 + 0.5 - distance).clamp(0.0, 1.0);
            blend(pixels, width, x, y, layer.line, amount);
        }
    }
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
        hair: [180, 180, 180],
    };

    fn layer(curve: &Curve) -> Layer<'_> {
        Layer {
            curve,
            reach: 1.0,
            line: [0, 80, 80],
            stroke: 3.0,
            under: Some([200, 210, 200]),
            dash: None,
        }
    }

    #[test]
    fn the_line_is_painted_where_the_curve_is() {
        let curve = Curve::through(&[200, 900, 300]);
        let (width, height) = (121, 81);
        let pixels = paint(&[layer(&curve)], width, height, &INKS);
        assert_eq!(pixels.len(), width * height * 4);
        for x in 0..width {
            let y = (1.0 - curve.height(x as f32 / 120.0)) * 80.0;
            let at = (y.round() as usize * width + x) * 4;
            assert_eq!(pixels[at..at + 3], layer(&curve).line, "column {x}");
        }
        // Well above the line nothing but the sheet.
        assert_eq!(pixels[4..7], INKS.hair);
        assert_eq!(pixels[(5 * width + 2) * 4..][..3], INKS.sheet);
    }

    #[test]
    fn a_chart_without_room_is_no_accident() {
        let (some, none) = (Curve::through(&[10, 20]), Curve::through(&[]));
        assert_eq!(paint(&[layer(&some)], 1, 1, &INKS).len(), 4);
        assert!(paint(&[layer(&none)], 0, 9, &INKS).is_empty());
    }

    #[test]
    fn a_shorter_talk_ends_where_it_ends() {
        let (long, short) = (Curve::through(&[900, 900]), Curve::through(&[100, 100]));
        let over = Layer {
            reach: 0.5,
            under: None,
            line: [9, 9, 9],
            ..layer(&short)
        };
        let pixels = paint(&[layer(&long), over], 101, 101, &INKS);
        let at = |x: usize, y: usize| &pixels[(y * 101 + x) * 4..][..3];
        assert_eq!(at(20, 90), [9, 9, 9]);
        assert_ne!(at(80, 90), [9, 9, 9]);
        assert_eq!(at(80, 10), [0, 80, 80]);
    }
}
