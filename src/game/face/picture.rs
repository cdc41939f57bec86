//! A picture in a node: an image that a camera of its own paints, and only when
//! something on it changed. The pieces that stand still are cut once.

use bevy::camera::visibility::RenderLayers;
use bevy::camera::{CompositingSpace, RenderTarget, ScalingMode};
use bevy::ecs::lifecycle::Remove;
use bevy::prelude::*;
use bevy::render::render_resource::{Extent3d, TextureFormat};

use super::countenance::{Countenance, Life, distance};
use super::paper::Paper;
use crate::game::pace::Pace;
use crate::game::settings::Settings;
use crate::portrait::action::ActionUnits;
use crate::portrait::figure;
use crate::portrait::shape::{Layer, Rgba8, Segment, Shape, pt};

pub(super) fn plugin(app: &mut App) {
    app.add_observer(on_picture_removed).add_systems(
        PostUpdate,
        (set_up, live, fit, paint)
            .chain()
            .after(bevy::ui::UiSystems::Layout),
    );
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

/// Time lets faces go by; whoever pauses a face removes it from here.
#[derive(Component, Clone, Copy, Debug, Default)]
pub struct Frozen;

/// What belongs to a picture beside its node.
#[derive(Component)]
struct Easel {
    root: Entity,
    camera: Entity,
    image: Handle<Image>,
    figure: [Handle<Mesh>; 2],
    paper: Paper,
    drawn: Option<ActionUnits>,
    /// What the camera sees, units of the picture.
    extent: Vec2,
    /// Frames that are still to be painted.
    wet: u8,
}

/// A difference between two faces that nobody sees.
const UNSEEN: f32 = 0.003;
/// Frames painted after a change: the second catches what comes a frame late.
const COATS: u8 = 2;
/// Idle faces are drawn every so many seconds.
const IDLE_FRAME: std::time::Duration = std::time::Duration::from_millis(66);

fn set_up(
    pictures: Query<(Entity, &Picture, Has<Countenance>), Without<Easel>>,
    mut images: ResMut<Assets<Image>>,
    mut meshes: ResMut<Assets<Mesh>>,
    mut materials: ResMut<Assets<ColorMaterial>>,
    mut n_easels: Local<usize>,
    mut commands: Commands,
) {
    for (entity, picture, peopled) in &pictures {
        // Two may exist for a frame, while one screen follows another.
        *n_easels += 1;
        let layers = RenderLayers::layer(1 + *n_easels % 8);
        let format = TextureFormat::Rgba8UnormSrgb;
        let image = images.add(Image::new_target_texture(1, 1, format, None));
        let material = materials.add(ColorMaterial {
            // Vertex colours carry the opacity.
            alpha_mode: bevy::sprite_render::AlphaMode2d::Blend,
            ..ColorMaterial::from(Color::WHITE)
        });
        let mut paper = Paper::default();
        paper.lay(picture.still.clone());
        let mut sheet = |mesh: Mesh, z: f32| {
            let mesh = meshes.add(mesh);
            let bundle = (
                Mesh2d(mesh.clone()),
                MeshMaterial2d(material.clone()),
                Transform::from_xyz(0.0, 0.0, z),
                bevy::camera::visibility::NoFrustumCulling,
                layers.clone(),
            );
            (mesh, bundle)
        };
        let (_, backdrop) = sheet(paper.mesh(|layer| layer < Layer::Figure), 0.0);
        let (_, counter) = sheet(paper.mesh(|layer| layer > Layer::Figure), 2.0);
        let (body, behind) = sheet(paper.mesh(|layer| layer == Layer::Figure), 1.0);
        let (hands, before) = sheet(Paper::default().mesh(|_| true), 3.0);
        let root = commands
            .spawn((Transform::default(), Visibility::default()))
            .id();
        let camera = commands
            .spawn((
                Camera2d,
                Camera {
                    order: -1,
                    clear_color: ClearColorConfig::Custom(picture.ground),
                    is_active: false,
                    ..default()
                },
                RenderTarget::Image(image.clone().into()),
                Msaa::Sample4,
                // Shadows blend as they do in a browser.
                CompositingSpace::Srgb,
                layers.clone(),
                ChildOf(root),
            ))
            .id();
        commands.spawn((backdrop, ChildOf(root)));
        commands.spawn((counter, ChildOf(root)));
        if peopled {
            commands.spawn((behind, ChildOf(root)));
            commands.spawn((before, ChildOf(root)));
        }
        commands.entity(entity).insert((
            ImageNode {
                image: image.clone(),
                image_mode: NodeImageMode::Stretch,
                ..default()
            },
            Easel {
                root,
                camera,
                image,
                figure: [body, hands],
                paper: Paper::default(),
                drawn: None,
                extent: Vec2::ZERO,
                wet: COATS,
            },
        ));
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
        let units = face.units(still);
        let same = |drawn: &ActionUnits| distance(drawn, &units) < UNSEEN;
        if easel.drawn.as_ref().is_some_and(same) {
            continue;
        }
        if easel.paper.lay(figure::draw(face.look(), &units)) {
            let meshes_now = [
                easel.paper.mesh(|layer| layer != Layer::Hands),
                easel.paper.mesh(|layer| layer == Layer::Hands),
            ];
            for (handle, mesh) in easel.figure.clone().iter().zip(meshes_now) {
                // The handle is ours, so there is a place for it.
                _ = meshes.insert(handle.id(), mesh);
            }
            easel.wet = COATS;
        }
        easel.drawn = Some(units);
    }
}

/// Keeps the image as large as its node, and the view undistorted.
fn fit(
    mut pictures: Query<(&Picture, Ref<ComputedNode>, &mut Easel)>,
    mut cameras: Query<(&mut Projection, &mut Transform)>,
    mut images: ResMut<Assets<Image>>,
) {
    for (picture, node, mut easel) in &mut pictures {
        let size = node.size().round().max(Vec2::ONE);
        let wanted = Extent3d {
            width: size.x as u32,
            height: size.y as u32,
            ..default()
        };
        let Ok((mut projection, mut place)) = cameras.get_mut(easel.camera) else {
            continue;
        };
        let has = images
            .get(&easel.image)
            .map(|image| image.texture_descriptor.size);
        if has != Some(wanted) {
            if let Some(mut image) = images.get_mut(&easel.image) {
                image.resize(wanted);
            }
            easel.wet = COATS + 1;
        }
        let (corner, extent) = picture.view.frame(size.x / size.y);
        let middle = Vec3::new(
            corner.x + extent.x / 2.0,
            -(corner.y + extent.y / 2.0),
            place.translation.z,
        );
        if place.translation != middle {
            place.translation = middle;
            easel.wet = easel.wet.max(COATS);
        }
        if easel.extent != extent
            && let Projection::Orthographic(flat) = &mut *projection
        {
            flat.scaling_mode = ScalingMode::Fixed {
                width: extent.x,
                height: extent.y,
            };
            easel.extent = extent;
            easel.wet = easel.wet.max(COATS);
        }
    }
}

fn paint(mut easels: Query<&mut Easel>, mut cameras: Query<&mut Camera>, mut pace: ResMut<Pace>) {
    for mut easel in &mut easels {
        let active = easel.wet > 0;
        if active {
            easel.wet -= 1;
            pace.animate();
        }
        if let Ok(mut camera) = cameras.get_mut(easel.camera)
            && camera.is_active != active
        {
            camera.is_active = active;
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

/// The same scene without side edges: bands that cross all of it go on, so that
/// no window is too wide for it.
pub fn endless(mut shapes: Vec<Shape>) -> Vec<Shape> {
    const LEFT: f32 = -700.0;
    const RIGHT: f32 = 1700.0;
    const FAR: f32 = 4000.0;
    for shape in &mut shapes {
        let xs = || shape.path.iter().filter_map(end_of).map(|p| p.x);
        if xs().any(|x| x <= LEFT + 1.0) && xs().any(|x| x >= RIGHT - 1.0) {
            for step in &mut shape.path {
                let widen = |p: crate::portrait::shape::Point| match p.x {
                    x if x <= LEFT + 1.0 => pt(x - FAR, p.y),
                    x if x >= RIGHT - 1.0 => pt(x + FAR, p.y),
                    _ => p,
                };
                *step = match *step {
                    Segment::Move(p) => Segment::Move(widen(p)),
                    Segment::Line(p) => Segment::Line(widen(p)),
                    Segment::Cubic(a, b, p) => Segment::Cubic(widen(a), widen(b), widen(p)),
                    Segment::Close => Segment::Close,
                };
            }
        }
    }
    shapes
}

fn end_of(step: &Segment) -> Option<crate::portrait::shape::Point> {
    match step {
        Segment::Move(p) | Segment::Line(p) | Segment::Cubic(_, _, p) => Some(*p),
        Segment::Close => None,
    }
}

/// A colour of the portrait as one of the window.
pub fn color(paint: Rgba8) -> Color {
    Color::srgba_u8(paint.r, paint.g, paint.b, paint.a)
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
    }
}
