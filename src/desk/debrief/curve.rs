//! The curve of the satisfactometer as geometry: where each step lies on a chart
//! one wide and one high, and the smooth line between. No window, no colour.

use engine::report::Report;

/// The curve of a run. Step 0 lies before the first input.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// The meter at each step, 0 to 1.
    values: Vec<f32>,
    /// Rise per step of the line at each step.
    slopes: Vec<f32>,
}

/// What the trainee did at a step, as the chart marks it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// The reply with this number, from 1.
    Reply(usize),
    /// Listened, nodded, cut in or kept silent; or nothing yet.
    Silent,
}

/// A mark on the curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dot {
    /// The step, from 0.
    pub step: usize,
    /// From the left, 0 to 1.
    pub x: f32,
    /// From the top, 0 to 1.
    pub y: f32,
    /// What was done.
    pub mark: Mark,
    /// What it did to the meter, tenths.
    pub change: i16,
}

impl Curve {
    /// The curve of a report.
    pub fn of(report: &Report) -> Self {
        let meter = report.curve.iter().map(|row| row.satisfaction);
        let tenths: Vec<i16> = std::iter::once(report.start).chain(meter).collect();
        Curve::through(&tenths)
    }

    /// The curve through these meters, tenths.
    pub fn through(tenths: &[i16]) -> Self {
        let values: Vec<f32> = tenths
            .iter()
            .map(|&meter| f32::from(meter.clamp(0, 1000)) / 1000.0)
            .collect();
        let slopes = slopes(&values);
        Curve { values, slopes }
    }

    /// Number of the last step.
    pub fn last(&self) -> usize {
        self.values.len().saturating_sub(1)
    }

    /// Where a step lies from the left, 0 to 1.
    pub fn x(&self, step: usize) -> f32 {
        match self.last() {
            0 => 0.0,
            last => step.min(last) as f32 / last as f32,
        }
    }

    /// The height of the line over `x`, 0 to 1 from below. Never beyond the
    /// steps on its left and right.
    pub fn height(&self, x: f32) -> f32 {
        let Some(&end) = self.values.last() else {
            return 0.0;
        };
        let along = x.clamp(0.0, 1.0) * self.last() as f32;
        let left = along as usize;
        let Some(&to) = self.values.get(left + 1) else {
            return end;
        };
        let (from, t) = (self.values[left], along - left as f32);
        let (t2, t3) = (t * t, t * t * t);
        let smooth = from * (2.0 * t3 - 3.0 * t2 + 1.0)
            + self.slopes[left] * (t3 - 2.0 * t2 + t)
            + to * (3.0 * t2 - 2.0 * t3)
            + self.slopes[left + 1] * (t3 - t2);
        smooth.clamp(from.min(to), from.max(to))
    }

    /// The line as one cubic piece per step, each by its two handles and its end:
    /// `(x, height)`, both 0 to 1. It begins at the first step.
    pub fn pieces(&self) -> impl Iterator<Item = [(f32, f32); 3]> + '_ {
        let wide = 1.0 / self.last().max(1) as f32;
        (0..self.last()).map(move |n| {
            let (from, to) = (self.values[n], self.values[n + 1]);
            let (left, right) = (self.x(n), self.x(n + 1));
            [
                (left + wide / 3.0, from + self.slopes[n] / 3.0),
                (right - wide / 3.0, to - self.slopes[n + 1] / 3.0),
                (right, to),
            ]
        })
    }

    /// Whether a word beside the right edge at this height, 0 to 1, hides less of
    /// the line above it than below.
    pub fn is_clear_above(&self, level: f32) -> bool {
        /// How high a word is, and how far from the edge it reaches.
        const WORD: (f32, f32) = (0.14, 0.3);
        let hides = |low: f32, high: f32| {
            let along = (0..=20).map(|n| 1.0 - WORD.1 + WORD.1 * n as f32 / 20.0);
            along
                .filter(|x| (low..high).contains(&self.height(*x)))
                .count()
        };
        match level {
            ..0.15 => true,
            0.85.. => false,
            _ => hides(level, level + WORD.0) <= hides(level - WORD.0, level),
        }
    }

    /// The marks, in order, the start first.
    pub fn dots(&self, report: &Report) -> Vec<Dot> {
        let mut n_replies = 0;
        let mut dots = vec![self.dot(0, Mark::Silent, 0)];
        for (row, step) in report.curve.iter().zip(1..) {
            let mark = match row.said {
                Some(_) => {
                    n_replies += 1;
                    Mark::Reply(n_replies)
                }
                None => Mark::Silent,
            };
            dots.push(self.dot(step, mark, row.change));
        }
        dots
    }

    fn dot(&self, step: usize, mark: Mark, change: i16) -> Dot {
        let height = self.values.get(step).copied().unwrap_or_default();
        Dot {
            step,
            x: self.x(step),
            y: 1.0 - height,
            mark,
            change,
        }
    }
}

/// Slopes that make the line smooth and keep it between its points: the harmonic
/// mean of both sides, flat where the direction turns.
fn slopes(values: &[f32]) -> Vec<f32> {
    let rise: Vec<f32> = values.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let side = |n: Option<usize>| n.and_then(|n| rise.get(n)).copied();
    (0..values.len())
        .map(|n| match (side(n.checked_sub(1)), side(Some(n))) {
            (Some(a), Some(b)) if a * b > 0.0 => 2.0 * a * b / (a + b),
            (None, Some(only)) | (Some(only), None) => only,
            _ => 0.0,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RUN: [i16; 8] = [180, 170, 420, 430, 90, 95, 700, 1000];

    #[test]
    fn steps_go_from_the_left_edge_to_the_right() {
        let curve = Curve::through(&RUN);
        let xs: Vec<f32> = (0..=curve.last()).map(|step| curve.x(step)).collect();
        assert_eq!((xs[0], xs[7]), (0.0, 1.0));
        assert!(xs.windows(2).all(|pair| pair[0] < pair[1]), "{xs:?}");
    }

    #[test]
    fn the_line_goes_through_its_steps_and_never_beyond_them() {
        let curve = Curve::through(&RUN);
        for (step, meter) in RUN.iter().enumerate() {
            let height = curve.height(curve.x(step));
            assert!(
                (height - f32::from(*meter) / 1000.0).abs() < 1e-4,
                "step {step}: {height}"
            );
        }
        for n in 0..=700 {
            let along = n as f32 / 700.0;
            let left = ((along * 7.0) as usize).min(6);
            let (a, b) = (
                f32::from(RUN[left]) / 1000.0,
                f32::from(RUN[left + 1]) / 1000.0,
            );
            let height = curve.height(along);
            assert!(
                height >= a.min(b) - 1e-3 && height <= a.max(b) + 1e-3,
                "{along}: {height}"
            );
        }
    }

    #[test]
    fn a_word_stands_where_it_hides_less_of_the_line() {
        let curve = Curve::through(&[200, 300, 600, 600, 600]);
        assert!(curve.is_clear_above(0.65), "the line runs below");
        assert!(!curve.is_clear_above(0.55), "the line runs above");
        assert!(
            curve.is_clear_above(0.02) && !curve.is_clear_above(0.98),
            "there is no room beyond the edge"
        );
    }

    #[test]
    fn one_point_or_none_is_a_curve_too() {
        for run in [&[][..], &[500][..]] {
            let curve = Curve::through(run);
            assert_eq!((curve.last(), curve.x(3)), (0, 0.0));
            assert!((0.0..=1.0).contains(&curve.height(0.7)));
        }
    }
}
