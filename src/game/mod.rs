//! The window: the only code that knows Bevy. It composes screens out of the
//! theme and plays sessions of the engine; it decides nothing about a customer.

#[cfg(feature = "author")]
mod bench;
#[cfg(feature = "classroom")]
mod class;
pub mod debrief;
pub mod encounter;
mod face;
pub mod library;
mod memory;
pub mod menus;
mod opening;
pub mod pace;
mod reload;
pub mod run;
#[cfg(test)]
mod sample;
pub mod screen;
pub mod screens;
pub mod settings;
pub mod shelf;
mod speech;
pub mod theme;
pub mod tour;
mod voice;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use bevy::app::AppExit;
use bevy::log::LogPlugin;
use bevy::prelude::*;
use bevy::render::RenderPlugin;
use bevy::render::settings::{MemoryHints, WgpuSettings};
use bevy::settings::SettingsPlugin;
use bevy::window::{PresentMode, WindowResizeConstraints};
use engine::rng::Seed;
use engine::rules::Rules;

use crate::desk;
#[cfg(feature = "classroom")]
pub use class::Opening;
use library::Library;

/// What the window opens with.
pub struct Options {
    /// The scenarios, and the files that cannot be played.
    pub library: desk::library::Library,
    /// The folder beside the user's own that scenarios come from.
    pub extra: Option<PathBuf>,
    /// The rules they are played by.
    pub rules: Arc<Rules>,
    /// The seed of the first run; drawn if there is none.
    pub seed: Option<Seed>,
    /// What is shown first, if not the title.
    pub begin_with: Option<Begin>,
    /// The scenario file that is played on the author's bench, from the beginning.
    #[cfg(feature = "author")]
    pub bench: Option<PathBuf>,
    /// Drives the window by a script. Then no settings are read or written, and
    /// scenario files that change are left alone.
    pub tour: Option<tour::Tour>,
}

/// What the window may begin with.
pub enum Begin {
    /// The briefing of the scenario with this id.
    Scenario(String),
    /// A run that was broken off, by its file.
    Run(PathBuf),
    /// Homework.
    #[cfg(feature = "classroom")]
    Homework(Box<Opening>),
}

/// The name of the folder that settings are kept in.
const SETTINGS_NAME: &str = "satisfactometer";

/// Opens the window and returns when it is closed.
///
/// # Errors
/// When no window can be opened here, a tour failed, or the window ended otherwise than by being closed.
pub fn run(options: Options) -> anyhow::Result<()> {
    memory::keep_little();
    let mut library = Library::new(&options.library, options.rules, options.seed);
    #[cfg(feature = "author")]
    let on_bench = options.bench.is_some();
    #[cfg(not(feature = "author"))]
    let on_bench = false;
    let mut first = match &options.begin_with {
        Some(Begin::Scenario(id)) if library.choose(id) => Some(screen::Screen::Briefing),
        Some(Begin::Run(_)) => Some(screen::Screen::Encounter),
        _ => None,
    };
    let mut app = App::new();
    if options.tour.is_none() {
        // Before everything else, so that the first frame already knows them.
        app.add_plugins(SettingsPlugin::new(SETTINGS_NAME))
            .insert_resource(settings::Remembered);
    }
    app.set_error_handler(bevy::ecs::error::error);
    opening::add(&mut app, window_plugins(first_size(on_bench)))?;
    app.insert_resource(library)
        .add_plugins((
            theme::plugin,
            settings::plugin,
            pace::plugin,
            screen::plugin,
            screens::plugin,
            menus::plugin,
            encounter::plugin,
            debrief::plugin,
            shelf::plugin,
        ))
        .add_systems(Startup, spawn_camera);
    #[cfg(feature = "author")]
    {
        app.add_plugins(bench::plugin);
        let drawn_for = options.tour.as_ref().and_then(tour::Tour::bench);
        if let Some(file) = options.bench.or(drawn_for) {
            app.add_systems(Startup, move |world: &mut World| bench::open(world, &file));
        }
    }
    #[cfg(feature = "classroom")]
    {
        let places = match &options.tour {
            Some(tour) => class::Places::of_tour(
                tour.class_folder(),
                tour.assignment(&options.library)?.as_ref(),
            )?,
            None => class::Places::own(),
        };
        app.insert_resource(places)
            .insert_resource(class::Scenarios(options.library.clone()))
            .add_plugins(class::plugin);
    }
    if options.tour.as_ref().is_none_or(tour::Tour::keeps_runs) {
        app.insert_resource(encounter::keep::KeepsRuns);
    }
    match options.begin_with {
        Some(Begin::Run(path)) => {
            // That it cannot go on is told here, not in a window.
            let run = take_up(&mut app, &path)
                .with_context(|| format!("cannot go on with {}", path.display()))?;
            app.insert_resource(run);
        }
        #[cfg(feature = "classroom")]
        Some(Begin::Homework(opening)) => first = Some(opening.put(app.world_mut())),
        Some(Begin::Scenario(_)) | None => {}
    }
    if let Some(first) = first {
        app.insert_state(first);
    }
    if options.tour.is_none() {
        reload::attach(&mut app, options.library, options.extra);
    }
    let failure = options.tour.as_ref().map(tour::Tour::failure);
    if let Some(tour) = options.tour {
        tour.attach(&mut app);
    }
    let exit = app.run();
    if let Some(why) = failure.and_then(|failure| failure.get()) {
        anyhow::bail!("the tour stopped at {why}");
    }
    match exit {
        AppExit::Success => Ok(()),
        AppExit::Error(code) => anyhow::bail!("the window ended with code {code}"),
    }
}

fn take_up(app: &mut App, path: &Path) -> anyhow::Result<run::Run> {
    let world = app.world_mut();
    let settings = world.resource::<settings::Settings>().clone();
    world.resource_scope(|world, mut library: Mut<Library>| {
        let mut record = world.resource_mut::<encounter::keep::Record>();
        Ok(record.take_up(path, &mut library, &settings)?)
    })
}

/// Logical size of the window at first: with room for the panel on the bench.
fn first_size(on_bench: bool) -> (u32, u32) {
    match on_bench {
        true => (1600, 860),
        false => (1280, 720),
    }
}

/// Bytes that are asked of the graphics driver at once.
const GPU_BLOCK: u64 = 4 << 20;

fn window_plugins(size: (u32, u32)) -> bevy::app::PluginGroupBuilder {
    let window = Window {
        title: "Satisfactometer".to_owned(),
        name: Some("satisfactometer".to_owned()),
        resolution: size.into(),
        resize_constraints: WindowResizeConstraints {
            min_width: 960.0,
            min_height: 600.0,
            ..default()
        },
        present_mode: PresentMode::AutoVsync,
        // Shown once there is something to show: see `pace`.
        visible: false,
        ..default()
    };
    DefaultPlugins
        .set(WindowPlugin {
            primary_window: Some(window),
            ..default()
        })
        .set(RenderPlugin {
            synchronous_pipeline_compilation: true,
            // The smallest blocks there are: by default hundreds of megabytes are
            // kept for a game that streams its world. What is larger than a block,
            // as a picture with its samples, has one of its own and gives it back.
            render_creation: WgpuSettings {
                memory_hints: MemoryHints::Manual {
                    suballocated_device_memory_block_size: GPU_BLOCK..GPU_BLOCK,
                },
                ..default()
            }
            .into(),
            ..default()
        })
        .set(AssetPlugin {
            // Nothing lies beside the binary.
            watch_for_changes_override: Some(false),
            ..default()
        })
        .set(LogPlugin {
            level: bevy::log::Level::WARN,
            // The loader's own complaint that there is no driver is said in
            // `opening`, in a sentence.
            filter:
                "wgpu=error,wgpu_hal::vulkan::instance=off,naga=error,bevy_render=error,winit=error"
                    .to_owned(),
            ..default()
        })
}

fn spawn_camera(mut commands: Commands) {
    commands.spawn((Camera2d, Msaa::Off));
}
