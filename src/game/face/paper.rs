//! Shapes to triangles. A shape that did not change keeps its triangles, so a
//! speaking mouth costs the mouth alone. Draws nothing itself.

use bevy::asset::RenderAssetUsages;
use bevy::mesh::{Indices, PrimitiveTopology};
use bevy::prelude::*;
use lyon_tessellation::math::point;
use lyon_tessellation::path::PathEvent;
use lyon_tessellation::{BuffersBuilder, FillOptions, FillTessellator, FillVertex, VertexBuffers};

use crate::portrait::shape::{Layer, Rgba8, Segment, Shape};

/// How far a straight edge may lie off its curve, in units of the picture: a
/// third of a pixel where the picture is drawn at its usual size.
const TOLERANCE: f32 = 0.4;

/// The triangles of a picture, shape by shape.
#[derive(Default)]
pub struct Paper {
    pieces: Vec<Piece>,
    cutter: FillTessellator,
}

struct Piece {
    shape: Shape,
    cut: VertexBuffers<[f32; 2], u32>,
}

impl Paper {
    /// Lays these shapes, sorted by layer, and cuts those that differ from what
    /// lies at the same place. Returns whether anything differs.
    pub fn lay(&mut self, mut shapes: Vec<Shape>) -> bool {
        // Stable: within a layer the order of laying is the order of the paper.
        shapes.sort_by_key(|shape| shape.layer);
        let mut changed = shapes.len() != self.pieces.len();
        self.pieces.truncate(shapes.len());
        for (n, shape) in shapes.into_iter().enumerate() {
            match self.pieces.get_mut(n) {
                Some(piece) if piece.shape == shape => {}
                Some(piece) => {
                    changed = true;
                    if piece.shape.path != shape.path {
                        cut(&mut self.cutter, &shape.path, &mut piece.cut);
                    }
                    piece.shape = shape;
                }
                None => {
                    let mut triangles = VertexBuffers::new();
                    cut(&mut self.cutter, &shape.path, &mut triangles);
                    let cut = triangles;
                    self.pieces.push(Piece { shape, cut });
                }
            }
        }
        changed
    }

    /// What the pieces cover, units of the picture.
    pub fn bounds(&self) -> Rect {
        let drawn = self.pieces.iter().filter(|piece| piece.shape.fill.a > 0);
        drawn
            .flat_map(|piece| &piece.cut.vertices)
            .map(|[x, y]| Vec2::new(*x, *y))
            .fold(Rect::EMPTY, |bounds, at| bounds.union_point(at))
    }

    /// Everything on these layers as one mesh in paint order, y up.
    pub fn mesh(&self, layers: impl Fn(Layer) -> bool) -> Mesh {
        let mut positions: Vec<[f32; 3]> = Vec::new();
        let mut colors: Vec<[f32; 4]> = Vec::new();
        let mut indices: Vec<u32> = Vec::new();
        for piece in &self.pieces {
            let fill = piece.shape.fill;
            if fill.a == 0 || !layers(piece.shape.layer) {
                continue;
            }
            let first = positions.len() as u32;
            let color = linear(fill);
            positions.extend(piece.cut.vertices.iter().map(|[x, y]| [*x, -*y, 0.0]));
            colors.resize(positions.len(), color);
            indices.extend(piece.cut.indices.iter().map(|index| first + index));
        }
        Mesh::new(
            PrimitiveTopology::TriangleList,
            RenderAssetUsages::default(),
        )
        .with_inserted_attribute(Mesh::ATTRIBUTE_POSITION, positions)
        .with_inserted_attribute(Mesh::ATTRIBUTE_COLOR, colors)
        .with_inserted_indices(Indices::U32(indices))
    }
}

/// Vertex colours are linear; the camera blends them as the eye expects.
fn linear(color: Rgba8) -> [f32; 4] {
    Color::srgba_u8(color.r, color.g, color.b, color.a)
        .to_linear()
        .to_f32_array()
}

fn cut(cutter: &mut FillTessellator, path: &[Segment], into: &mut VertexBuffers<[f32; 2], u32>) {
    into.clear();
    let options = FillOptions::non_zero().with_tolerance(TOLERANCE);
    let mut builder = BuffersBuilder::new(into, |vertex: FillVertex| vertex.position().to_array());
    let cut = cutter.tessellate(events(path), &options, &mut builder);
    if cut.is_err() {
        // Numbers that are none: the piece is left out of the picture.
        into.clear();
    }
}

fn events(path: &[Segment]) -> impl Iterator<Item = PathEvent> {
    let mut first = point(0.0, 0.0);
    let mut at = first;
    let mut open = false;
    path.iter()
        .map(Some)
        .chain(std::iter::once(None))
        .flat_map(move |step| {
            let mut out: [Option<PathEvent>; 2] = [None, None];
            match step {
                Some(Segment::Move(p)) => {
                    if open {
                        out[0] = Some(end(at, first));
                    }
                    first = point(p.x, p.y);
                    at = first;
                    open = true;
                    out[1] = Some(PathEvent::Begin { at });
                }
                Some(Segment::Line(p)) => {
                    let from = at;
                    at = point(p.x, p.y);
                    out[0] = Some(PathEvent::Line { from, to: at });
                }
                Some(Segment::Cubic(a, b, p)) => {
                    let from = at;
                    at = point(p.x, p.y);
                    out[0] = Some(PathEvent::Cubic {
                        from,
                        ctrl1: point(a.x, a.y),
                        ctrl2: point(b.x, b.y),
                        to: at,
                    });
                }
                Some(Segment::Close) | None => {
                    if open {
                        out[0] = Some(end(at, first));
                    }
                    open = false;
                }
            }
            out.into_iter().flatten()
        })
}

fn end(last: lyon_tessellation::math::Point, first: lyon_tessellation::math::Point) -> PathEvent {
    PathEvent::End {
        last,
        first,
        close: true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::portrait::action::ActionUnits;
    use crate::portrait::shape::{pt, rgb};
    use crate::portrait::{figure, look, scene};

    fn square(side: f32) -> Shape {
        Shape {
            layer: Layer::Figure,
            part: "square",
            path: vec![
                Segment::Move(pt(0.0, 0.0)),
                Segment::Line(pt(side, 0.0)),
                Segment::Line(pt(side, side)),
                Segment::Line(pt(0.0, side)),
                Segment::Close,
            ],
            fill: rgb(0x112233),
        }
    }

    fn area(mesh: &Mesh) -> f32 {
        let Some(positions) = mesh
            .attribute(Mesh::ATTRIBUTE_POSITION)
            .and_then(|values| values.as_float3())
        else {
            return 0.0;
        };
        let corners: Vec<usize> = mesh.indices().into_iter().flat_map(|i| i.iter()).collect();
        corners
            .chunks(3)
            .map(|t| {
                let [a, b, c] = [positions[t[0]], positions[t[1]], positions[t[2]]];
                0.5 * ((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])).abs()
            })
            .sum()
    }

    #[test]
    fn a_square_covers_its_area_and_nothing_invisible_is_drawn() {
        let mut paper = Paper::default();
        assert!(paper.lay(vec![square(10.0)]));
        assert!((area(&paper.mesh(|_| true)) - 100.0).abs() < 1e-3);
        assert!(!paper.lay(vec![square(10.0)]), "nothing changed");
        let mut gone = square(10.0);
        gone.fill.a = 0;
        assert!(paper.lay(vec![gone]));
        assert_eq!(paper.mesh(|_| true).count_vertices(), 0);
        assert_eq!(
            paper.mesh(|layer| layer == Layer::Hands).count_vertices(),
            0
        );
    }

    #[test]
    fn the_same_face_is_cut_into_the_same_triangles() {
        for look in look::all() {
            let units = ActionUnits::default();
            let mut fresh = Paper::default();
            fresh.lay(figure::draw(look, &units));
            let n = fresh.mesh(|_| true).count_vertices();
            assert!((1_000..40_000).contains(&n), "{}: {n} vertices", look.id);
            // By way of another face and back: nothing of it stays behind.
            let mut used = Paper::default();
            used.lay(figure::draw(look, &units.speaking(0.8).blink(1.0)));
            assert!(used.lay(figure::draw(look, &units)));
            assert_eq!(used.mesh(|_| true).count_vertices(), n, "{}", look.id);
        }
    }

    #[test]
    fn every_piece_of_the_shop_is_cut() {
        let shapes = [
            scene::counter_backdrop(scene::Day::default()),
            scene::counter_front(),
        ]
        .concat();
        let mut paper = Paper::default();
        paper.lay(shapes);
        for piece in &paper.pieces {
            assert!(!piece.cut.indices.is_empty(), "{}", piece.shape.part);
        }
    }
}
