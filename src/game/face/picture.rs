//! A picture in a node: an image that a camera of its own paints, and only when
//! something on it changed. The pieces that stand still are cut once.

use bevy::camera::visibility::RenderLayers;
use bevy::camera::{CompositingSpace, RenderTarget, ScalingMode};
use bevy::ecs::lifecycle::Remove;
use bevy::prelude::*;
use bevy::render::camera::ExtractedCamera;
use bevy::render::render_resource::{AsBindGroup, Extent3d, TextureFormat};
use bevy::render::view::{ViewDepthTexture, ViewTarget};
use bevy::render::{Render, RenderApp, RenderSystems};
use bevy::sprite_render::{AlphaMode2d, Material2d, Material2dPlugin};

use super::countenance::{Countenance, Life, distance};
use super::paper::Paper;
use crate::game::pace::Pace;
use crate::game::settings::Settings;
use crate::portrait::action::ActionUnits;
use crate::portrait::figure;
use crate::portrait::shape::{Layer, Point, Segment, Shape, pt};

pub(super) fn plugin(app: &mut App) {
    app.add_plugins(Material2dPlugin::<Paint>::default())
        .add_observer(on_picture_removed)
        .add_systems(
            PostUpdate,
            (set_up, live, fit, leave, paint)
                .chain()
                .after(bevy::ui::UiSystems::Layout),
        );
    if let Some(painting) = app.get_sub_app_mut(RenderApp) {
        painting.add_systems(Render, let_go.in_set(RenderSystems::Cleanup));
    }
}

/// A camera that rests would keep what it painted with: some 15 MB for each sheet of a
/// window's size, and as much again for its depths.
fn let_go(
    resting: Query<Entity, (With<ViewTarget>, Without<ExtractedCamera>)>,
    mut commands: Commands,
) {
    for camera in &resting {
        commands
            .entity(camera)
            .remove::<(ViewTarget, ViewDepthTexture)>();
    }
}

/// What pieces are painted with: the colours of their vertices, which carry the opacity,
/// and nothing else. Bevy's own material branches on a uniform, for which the driver of
/// machines without a graphics card (lavapipe of Mesa 22.3) makes a program anew with
/// every frame and keeps all of them: 0.8 MB a frame.
#[derive(Asset, AsBindGroup, TypePath, Clone, Debug)]
struct Paint {}

impl Material2d for Paint {
    fn alpha_mode(&self) -> AlphaMode2d {
        AlphaMode2d::Blend
    }
}

/// What a node shows. Put a [`Countenance`] beside it for a person in it.
#[derive(Component, Clone, Debug)]
#[require(ImageNode)]
pub struct Picture {
    /// The pieces that stand still, on their layers.
    pub still: Vec<Shape>,
    /// Which part of the picture is seen.
    pub view: View,
    /// What shows where no piece lies.
    pub ground: Color,
}

/// Which part of a picture fills the node. Nothing is ever stretched.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct View {
    /// Units of the picture from the upper edge of the node to the lower one.
    pub top: f32,
    /// See `top`.
    pub bottom: f32,
    /// This x of the picture ...
    pub x: f32,
    /// ... lies at this share of the width, 0 to 1.
    pub at: f32,
}

/// The person in this picture stands still, as while a dialog is open.
#[derive(Component, Clone, Copy, Debug, Default)]
pub struct Frozen;

/// The person in this picture leaves: they fade out of the room, which stays.
#[derive(Component, Clone, Copy, Debug, Default)]
pub struct Leaves {
    /// Seconds since they began to.
    since: f32,
}

/// Seconds that somebody takes to leave.
const LEAVING: f32 = 1.2;

/// What belongs to a picture beside its node: the room, painted when the node
/// changes, and over it a smaller sheet with the person, painted as they move.
#[derive(Component)]
struct Easel {
    root: Entity,
    /// The lowest that no other easel has: its layers and its turn to be painted.
    number: usize,
    room: Canvas,
    person: Option<Person>,
}

/// An image and the camera that paints it.
struct Canvas {
    camera: Entity,
    image: Handle<Image>,
    /// What the camera sees, units of the picture: corner and extent.
    seen: Rect,
    /// Frames that are still to be painted.
    wet: u8,
    /// Frames until what it was painted with is given back.
    drying: u8,
}

struct Person {
    canvas: Canvas,
    /// The node of the sheet, a child of the picture's.
    node: Entity,
    meshes: [Handle<Mesh>; 2],
    paper: Paper,
    drawn: Option<ActionUnits>,
    /// Where this person was so far, units of the picture.
    reach: Rect,
}

/// A difference between two faces that nobody sees.
const UNSEEN: f32 = 0.003;
/// Frames painted after a change: the second catches what comes a frame late.
const COATS: u8 = 2;
/// Frames drawn after the last coat: what it was painted with is given back when
/// three have gone by without it, and at rest none goes by.
const DRYING: u8 = 4;
/// Idle faces are drawn every so many seconds.
const IDLE_FRAME: std::time::Duration = std::time::Duration::from_millis(66);
/// The sheet of a person grows by this much, so that it rarely has to.
const GROWS: f32 = 32.0;

fn set_up(
    pictures: Query<(Entity, &Picture, Has<Countenance>), Without<Easel>>,
    mut images: ResMut<Assets<Image>>,
    mut meshes: ResMut<Assets<Mesh>>,
    mut paints: ResMut<Assets<Paint>>,
    easels: Query<&Easel>,
    mut commands: Commands,
) {
    let mut taken: Vec<usize> = easels.iter().map(|easel| easel.number).collect();
    for (entity, picture, peopled) in &pictures {
        let number = (0..)
            .find(|number| !taken.contains(number))
            .unwrap_or_default();
        taken.push(number);
        let of_room = 1 + number * 2;
        let of_person = of_room + 1;
        let root = commands
            .spawn((Transform::default(), Visibility::default()))
            .id();
        let paint = paints.add(Paint {});
        let mut hang = |mesh: Mesh, z: f32, layers: &[usize], commands: &mut Commands| {
            let mesh = meshes.add(mesh);
            commands.spawn((
                Mesh2d(mesh.clone()),
                MeshMaterial2d(paint.clone()),
                Transform::from_xyz(0.0, 0.0, z),
                bevy::camera::visibility::NoFrustumCulling,
                RenderLayers::from_layers(layers),
                ChildOf(root),
            ));
            mesh
        };
        let mut paper = Paper::default();
        paper.lay(picture.still.clone());
        let both = [of_room, of_person];
        let behind = paper.mesh(|layer| layer < Layer::Figure);
        let before = paper.mesh(|layer| layer > Layer::Figure);
        for (z, mesh) in [(0.0, behind), (2.0, before)] {
            // A mesh without triangles has no place in the memory that draws it.
            if mesh.count_vertices() > 0 {
                hang(mesh, z, &both, &mut commands);
            }
        }
        let mut canvas = |layer: usize, commands: &mut Commands| {
            let format = TextureFormat::Rgba8UnormSrgb;
            let image = images.add(Image::new_target_texture(1, 1, format, None));
            let camera = commands
                .spawn((
                    Camera2d,
                    Camera {
                        order: -(layer as isize),
                        clear_color: ClearColorConfig::Custom(picture.ground),
                        is_active: false,
                        ..default()
                    },
                    RenderTarget::Image(image.clone().into()),
                    Msaa::Sample4,
                    // Shadows blend as they do in a browser.
                    CompositingSpace::Srgb,
                    RenderLayers::layer(layer),
                    ChildOf(root),
                ))
                .id();
            Canvas {
                camera,
                image,
                seen: Rect::default(),
                wet: COATS,
                drying: 0,
            }
        };
        let room = canvas(of_room, &mut commands);
        commands.entity(entity).insert(shown(&room));
        let person = peopled.then(|| {
            let canvas = canvas(of_person, &mut commands);
            let node = commands
                .spawn((shown(&canvas), Pickable::IGNORE, ChildOf(entity)))
                .id();
            let mut blank = |z| {
                hang(
                    Paper::default().mesh(|_| true),
                    z,
                    &[of_person],
                    &mut commands,
                )
            };
            Person {
                canvas,
                node,
                meshes: [blank(1.0), blank(3.0)],
                paper: Paper::default(),
                drawn: None,
                reach: Rect::EMPTY,
            }
        });
        commands.entity(entity).insert(Easel {
            root,
            number,
            room,
            person,
        });
    }
}

fn shown(canvas: &Canvas) -> ImageNode {
    ImageNode {
        image: canvas.image.clone(),
        image_mode: NodeImageMode::Stretch,
        ..default()
    }
}

fn on_picture_removed(remove: On<Remove, Easel>, easels: Query<&Easel>, mut commands: Commands) {
    if let Ok(easel) = easels.get(remove.entity) {
        commands.entity(easel.root).try_despawn();
    }
}

/// Moves the faces on and cuts them anew where they changed.
fn live(
    mut faces: Query<(&mut Countenance, &mut Easel, Has<Frozen>)>,
    settings: Res<Settings>,
    time: Res<Time>,
    mut meshes: ResMut<Assets<Mesh>>,
    mut pace: ResMut<Pace>,
) {
    let still = settings.reduced_motion;
    for (mut face, mut easel, frozen) in &mut faces {
        let seconds = if frozen { 0.0 } else { time.delta_secs() };
        let life = face.advance(seconds, still);
        if !frozen {
            match life {
                Life::Moving => pace.animate(),
                Life::Idling => pace.wake_in(IDLE_FRAME),
                Life::Resting => {}
            }
        }
        let Some(person) = &mut easel.person else {
            continue;
        };
        let units = face.units(still);
        let same = |drawn: &ActionUnits| distance(drawn, &units) < UNSEEN;
        if person.drawn.as_ref().is_some_and(same) {
            continue;
        }
        if person.paper.lay(figure::draw(face.look(), &units)) {
            person.reach = person.reach.union(person.paper.bounds());
            let fresh = [
                person.paper.mesh(|layer| layer != Layer::Hands),
                person.paper.mesh(|layer| layer == Layer::Hands),
            ];
            for (handle, mesh) in person.meshes.iter().zip(fresh) {
                // The handle is ours, so there is a place for it.
                _ = meshes.insert(handle.id(), mesh);
            }
            person.canvas.wet = COATS;
        }
        person.drawn = Some(units);
    }
}

/// Keeps the images as large as their nodes and the view undistorted. The sheet
/// of a person lies on whole pixels, so that no seam shows.
fn fit(
    mut pictures: Query<(&Picture, &ComputedNode, &mut Easel)>,
    mut nodes: Query<&mut Node>,
    mut cameras: Query<(&mut Projection, &mut Transform)>,
    mut images: ResMut<Assets<Image>>,
) {
    for (picture, picture_node, mut easel) in &mut pictures {
        let size = picture_node.size().round().max(Vec2::ONE);
        let (corner, extent) = picture.view.frame(size.x / size.y);
        let all = Rect::from_corners(corner, corner + extent);
        easel
            .room
            .look_at(size.as_uvec2(), all, &mut cameras, &mut images);
        let Some(person) = &mut easel.person else {
            continue;
        };
        let scale = size.y / extent.y;
        let grown = Rect::from_corners(
            (person.reach.min / GROWS).floor() * GROWS,
            (person.reach.max / GROWS).ceil() * GROWS,
        );
        let inside = grown.intersect(all);
        let min = ((inside.min - corner) * scale).floor();
        let max = ((inside.max - corner) * scale).ceil().max(min + Vec2::ONE);
        let seen = Rect::from_corners(corner + min / scale, corner + max / scale);
        let pixels = (max - min).as_uvec2();
        person
            .canvas
            .look_at(pixels, seen, &mut cameras, &mut images);
        if let Ok(mut node) = nodes.get_mut(person.node) {
            let logical = |pixels: f32| px(pixels * picture_node.inverse_scale_factor());
            let wanted = Node {
                position_type: PositionType::Absolute,
                left: logical(min.x),
                top: logical(min.y),
                width: logical(max.x - min.x),
                height: logical(max.y - min.y),
                ..default()
            };
            if *node != wanted {
                *node = wanted;
            }
        }
    }
}

impl Canvas {
    fn look_at(
        &mut self,
        pixels: UVec2,
        seen: Rect,
        cameras: &mut Query<(&mut Projection, &mut Transform)>,
        images: &mut Assets<Image>,
    ) {
        let wanted = Extent3d {
            width: pixels.x,
            height: pixels.y,
            ..default()
        };
        let has = images
            .get(&self.image)
            .map(|image| image.texture_descriptor.size);
        if has != Some(wanted) {
            if let Some(mut image) = images.get_mut(&self.image) {
                image.resize(wanted);
            }
            self.wet = COATS + 1;
        }
        let Ok((mut projection, mut place)) = cameras.get_mut(self.camera) else {
            return;
        };
        if self.seen != seen
            && let Projection::Orthographic(flat) = &mut *projection
        {
            flat.scaling_mode = ScalingMode::Fixed {
                width: seen.width(),
                height: seen.height(),
            };
            let middle = seen.center();
            place.translation = Vec3::new(middle.x, -middle.y, place.translation.z);
            self.seen = seen;
            self.wet = self.wet.max(COATS);
        }
    }
}

fn leave(
    mut pictures: Query<(Entity, &mut Leaves, &Easel)>,
    mut sheets: Query<(&mut ImageNode, &mut Visibility)>,
    settings: Res<Settings>,
    time: Res<Time>,
    mut pace: ResMut<Pace>,
    mut commands: Commands,
) {
    for (picture, mut leaves, easel) in &mut pictures {
        let Some(person) = &easel.person else {
            continue;
        };
        let Ok((mut sheet, mut visible)) = sheets.get_mut(person.node) else {
            continue;
        };
        leaves.since = match settings.reduced_motion {
            true => LEAVING,
            false => leaves.since + time.delta_secs(),
        };
        let gone = (leaves.since / LEAVING).min(1.0);
        if gone < 1.0 {
            pace.animate();
            sheet
                .color
                .set_alpha(1.0 - gone * gone * (3.0 - 2.0 * gone));
        } else {
            visible.set_if_neq(Visibility::Hidden);
            // Who is not there does not breathe.
            commands.entity(picture).insert(Frozen);
        }
    }
}

fn paint(mut easels: Query<&mut Easel>, mut cameras: Query<&mut Camera>, mut pace: ResMut<Pace>) {
    for mut easel in &mut easels {
        let Easel { room, person, .. } = &mut *easel;
        let canvases =
            std::iter::once(room).chain(person.as_mut().map(|person| &mut person.canvas));
        for canvas in canvases {
            let active = canvas.wet > 0;
            if active {
                canvas.wet -= 1;
                canvas.drying = DRYING;
                pace.animate();
            } else if canvas.drying > 0 {
                canvas.drying -= 1;
                pace.animate();
            }
            if let Ok(mut camera) = cameras.get_mut(canvas.camera)
                && camera.is_active != active
            {
                camera.is_active = active;
            }
        }
    }
}

impl View {
    /// Upper left corner and size of what is seen in a node this many times as
    /// wide as high.
    fn frame(self, aspect: f32) -> (Vec2, Vec2) {
        let height = self.bottom - self.top;
        let width = height * aspect;
        let corner = Vec2::new(self.x - self.at * width, self.top);
        (corner, Vec2::new(width, height))
    }
}

/// The same scene without edges: bands that cross all of it go on at both sides,
/// and those that reach its foot go on downwards, so that no window is too large.
pub fn endless(mut shapes: Vec<Shape>) -> Vec<Shape> {
    const LEFT: f32 = -700.0;
    const RIGHT: f32 = 1700.0;
    const FOOT: f32 = 990.0;
    const FAR: f32 = 4000.0;
    for shape in &mut shapes {
        let ends = || shape.path.iter().filter_map(end_of);
        if !ends().any(|p| p.x <= LEFT + 1.0) || !ends().any(|p| p.x >= RIGHT - 1.0) {
            continue;
        }
        let widen = |p: Point| {
            let x = match p.x {
                x if x <= LEFT + 1.0 => x - FAR,
                x if x >= RIGHT - 1.0 => x + FAR,
                x => x,
            };
            pt(x, if p.y >= FOOT { p.y + FAR } else { p.y })
        };
        for step in &mut shape.path {
            *step = match *step {
                Segment::Move(p) => Segment::Move(widen(p)),
                Segment::Line(p) => Segment::Line(widen(p)),
                Segment::Cubic(a, b, p) => Segment::Cubic(widen(a), widen(b), widen(p)),
                Segment::Close => Segment::Close,
            };
        }
    }
    shapes
}

fn end_of(step: &Segment) -> Option<Point> {
    match step {
        Segment::Move(p) | Segment::Line(p) | Segment::Cubic(_, _, p) => Some(*p),
        Segment::Close => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::portrait::scene;

    #[test]
    fn nothing_is_stretched_and_the_person_stays_in_place() {
        let view = View {
            top: 70.0,
            bottom: 1170.0,
            x: 500.0,
            at: 0.3,
        };
        for aspect in [0.5, 1.0, 16.0 / 9.0, 3.0] {
            let (corner, extent) = view.frame(aspect);
            assert!((extent.x / extent.y - aspect).abs() < 1e-4);
            assert!(((500.0 - corner.x) / extent.x - 0.3).abs() < 1e-4);
        }
    }

    #[test]
    fn only_bands_that_cross_the_scene_go_on() {
        let before = scene::counter_front();
        let after = endless(before.clone());
        assert_eq!(before.len(), after.len());
        let widened: Vec<_> = before
            .iter()
            .zip(&after)
            .filter(|(a, b)| a != b)
            .map(|(a, _)| a.part)
            .collect();
        assert!(widened.contains(&"counter top") && widened.contains(&"front"));
        assert!(!widened.contains(&"bell") && !widened.contains(&"grain"));
        let foot = |shapes: &[Shape], part| {
            let shape = shapes.iter().find(|shape| shape.part == part);
            let ends = shape
                .into_iter()
                .flat_map(|shape| &shape.path)
                .filter_map(end_of);
            ends.map(|p| p.y).fold(0.0, f32::max)
        };
        assert!(foot(&after, "front") > 2000.0);
        assert_eq!(foot(&after, "counter top"), foot(&before, "counter top"));
    }
}
