//! Scissors: outlines from a few points. Knows nothing of faces.

use crate::portrait::shape::{Point, Segment, pt};

/// How many straight pieces stand for one span of a sampled curve.
const PER_SPAN: usize = 7;

/// Straight cuts between points.
pub(super) fn polygon(points: &[Point]) -> Vec<Segment> {
    let mut path = Vec::with_capacity(points.len() + 1);
    for (i, &p) in points.iter().enumerate() {
        path.push(if i == 0 {
            Segment::Move(p)
        } else {
            Segment::Line(p)
        });
    }
    path.push(Segment::Close);
    path
}

/// A closed smooth curve through points.
pub(super) fn blob(points: &[Point]) -> Vec<Segment> {
    let n = points.len();
    let at = |i: usize| points[i % n];
    let mut path = vec![Segment::Move(points[0])];
    for i in 0..n {
        let (before, from, to, after) = (at(i + n - 1), at(i), at(i + 1), at(i + 2));
        let lead = from + (to - before) * (1.0 / 6.0);
        let trail = to - (after - from) * (1.0 / 6.0);
        path.push(Segment::Cubic(lead, trail, to));
    }
    path.push(Segment::Close);
    path
}

/// A smooth open curve through points, sampled.
pub(super) fn curve(points: &[Point]) -> Vec<Point> {
    let last = points.len() - 1;
    let mut sampled = Vec::with_capacity(last * PER_SPAN + 1);
    for i in 0..last {
        let (from, to) = (points[i], points[i + 1]);
        let before = points[i.saturating_sub(1)];
        let after = points[(i + 2).min(last)];
        for k in 0..PER_SPAN {
            let t = k as f32 / PER_SPAN as f32;
            let (a, b) = ((to - before) * 0.5, (after - from) * 0.5);
            let (t2, t3) = (t * t, t * t * t);
            let p = from * (2.0 * t3 - 3.0 * t2 + 1.0)
                + a * (t3 - 2.0 * t2 + t)
                + to * (3.0 * t2 - 2.0 * t3)
                + b * (t3 - t2);
            sampled.push(p);
        }
    }
    sampled.push(points[last]);
    sampled
}

/// The outline between two open curves: along the first, back along the second.
pub(super) fn between(there: &[Point], back: &[Point]) -> Vec<Segment> {
    let mut points = curve(there);
    let mut returning = curve(back);
    returning.reverse();
    points.append(&mut returning);
    polygon(&points)
}

/// A strip of paper along a curve, as wide at each point as `widths` says.
pub(super) fn ribbon(spine: &[Point], widths: &[f32]) -> Vec<Segment> {
    let points = curve(spine);
    let n = points.len();
    let (mut left, mut right) = (Vec::with_capacity(2 * n + 6), Vec::with_capacity(n));
    let direction = |i: usize| (points[(i + 1).min(n - 1)] - points[i.saturating_sub(1)]).unit();
    for (i, &p) in points.iter().enumerate() {
        let along = i as f32 / (n - 1) as f32 * (widths.len() - 1) as f32;
        let k = (along as usize).min(widths.len() - 2);
        let half = 0.5 * (widths[k] + (widths[k + 1] - widths[k]) * (along - k as f32));
        let side = direction(i).across() * half;
        left.push(p - side);
        right.push(p + side);
    }
    // Round both ends, so that no strip ends in a chisel.
    let cap = |p: Point, from: Point, to: Point, ahead: Point| {
        let half = (to - from) * 0.5;
        let reach = ahead * half.x.hypot(half.y);
        [1.0_f32, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0].map(|k| {
            let (sin, cos) = (k * std::f32::consts::PI / 10.0).sin_cos();
            p - half * cos + reach * sin
        })
    };
    let head = cap(points[n - 1], left[n - 1], right[n - 1], direction(n - 1));
    let tail = cap(points[0], right[0], left[0], direction(0) * -1.0);
    left.extend(head);
    left.extend(right.into_iter().rev());
    left.extend(tail);
    polygon(&left)
}

/// A strip of even width.
pub(super) fn strip(spine: &[Point], width: f32) -> Vec<Segment> {
    ribbon(spine, &[width, width])
}

/// A closed smooth frame of even width around points, with a hole.
pub(super) fn ring(points: &[Point], width: f32) -> Vec<Segment> {
    let middle = points.iter().fold(pt(0.0, 0.0), |sum, &p| sum + p) * (1.0 / points.len() as f32);
    let mut inner: Vec<Point> = points
        .iter()
        .map(|&p| p - (p - middle).unit() * width)
        .collect();
    inner.reverse();
    let mut path = blob(points);
    path.extend(blob(&inner));
    path
}

/// An ellipse, turned by `tilt` radians.
pub(super) fn ellipse(middle: Point, rx: f32, ry: f32, tilt: f32) -> Vec<Segment> {
    const HANDLE: f32 = 0.552_28;
    let (sin, cos) = tilt.sin_cos();
    let at = |x: f32, y: f32| middle + pt(x * rx * cos - y * ry * sin, x * rx * sin + y * ry * cos);
    let mut path = vec![Segment::Move(at(1.0, 0.0))];
    let quarters = [(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0), (1.0, 0.0)];
    for pair in quarters.windows(2) {
        let ((ax, ay), (bx, by)) = (pair[0], pair[1]);
        path.push(Segment::Cubic(
            at(ax + bx * HANDLE, ay + by * HANDLE),
            at(bx + ax * HANDLE, by + ay * HANDLE),
            at(bx, by),
        ));
    }
    path.push(Segment::Close);
    path
}

/// A rectangle with corners rounded by `r`.
pub(super) fn card(x: f32, y: f32, w: f32, h: f32, r: f32) -> Vec<Segment> {
    let k = r * 0.45;
    let (right, low) = (x + w, y + h);
    vec![
        Segment::Move(pt(x + r, y)),
        Segment::Line(pt(right - r, y)),
        Segment::Cubic(pt(right - k, y), pt(right, y + k), pt(right, y + r)),
        Segment::Line(pt(right, low - r)),
        Segment::Cubic(pt(right, low - k), pt(right - k, low), pt(right - r, low)),
        Segment::Line(pt(x + r, low)),
        Segment::Cubic(pt(x + k, low), pt(x, low - k), pt(x, low - r)),
        Segment::Line(pt(x, y + r)),
        Segment::Cubic(pt(x, y + k), pt(x + k, y), pt(x + r, y)),
        Segment::Close,
    ]
}

/// A tapering limb with round ends.
pub(super) fn limb(from: Point, to: Point, from_width: f32, to_width: f32) -> Vec<Segment> {
    ribbon(&[from, from.lerp(to, 0.5), to], &[from_width, to_width])
}

/// A tapering sleeve: round where it begins, cut straight where it ends.
pub(super) fn sleeve(from: Point, to: Point, from_width: f32, to_width: f32) -> Vec<Segment> {
    let along = (to - from).unit();
    let side = along.across();
    let half = from_width * 0.5;
    let mut points = vec![to - side * (to_width * 0.5), to + side * (to_width * 0.5)];
    points.extend((0..=12).map(|k| {
        let (sin, cos) = (k as f32 / 12.0 * std::f32::consts::PI).sin_cos();
        from + side * (half * cos) - along * (half * sin)
    }));
    polygon(&points)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_goes_through_its_points() {
        let points = [pt(0.0, 0.0), pt(10.0, 5.0), pt(20.0, -5.0)];
        let sampled = curve(&points);
        for p in points {
            assert!(
                sampled.iter().any(|q| (q.x - p.x).hypot(q.y - p.y) < 1e-3),
                "{p:?}"
            );
        }
    }

    #[test]
    fn outlines_are_closed_and_start_with_a_move() {
        let points = [pt(0.0, 0.0), pt(10.0, 5.0), pt(20.0, -5.0)];
        let paths = [
            polygon(&points),
            blob(&points),
            strip(&points, 2.0),
            card(0.0, 0.0, 9.0, 9.0, 2.0),
        ];
        for path in paths {
            assert!(matches!(path.first(), Some(Segment::Move(_))));
            assert_eq!(path.last(), Some(&Segment::Close));
        }
    }
}
