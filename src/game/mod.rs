//! The window: the only code that knows Bevy. It composes screens out of the
//! theme and plays sessions of the engine; it decides nothing about a customer.

#[cfg(feature = "author")]
mod bench;
pub mod debrief;
pub mod encounter;
mod face;
pub mod library;
pub mod menus;
pub mod pace;
mod reload;
#[cfg(test)]
mod sample;
pub mod screen;
pub mod screens;
pub mod settings;
mod speech;
pub mod theme;
pub mod tour;
mod voice;

use std::path::PathBuf;
use std::sync::Arc;

use bevy::app::AppExit;
use bevy::log::LogPlugin;
use bevy::prelude::*;
use bevy::render::RenderPlugin;
use bevy::settings::SettingsPlugin;
use bevy::window::{PresentMode, WindowResizeConstraints};
use engine::rng::Seed;
use engine::rules::Rules;

use crate::desk;
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
    /// The id of the scenario whose briefing is shown first; otherwise the title.
    pub begin_with: Option<String>,
    /// The scenario file that is played on the author's bench, from the beginning.
    #[cfg(feature = "author")]
    pub bench: Option<PathBuf>,
    /// Drives the window by a script. Then no settings are read or written, and
    /// scenario files that change are left alone.
    pub tour: Option<tour::Tour>,
}

/// The name of the folder that settings are kept in.
const SETTINGS_NAME: &str = "satisfactometer";

/// Opens the window and returns when it is closed.
///
/// # Errors
/// When a tour failed, or the window ended otherwise than by being closed.
pub fn run(options: Options) -> anyhow::Result<()> {
    let mut library = Library::new(&options.library, options.rules, options.seed);
    let begins = options.begin_with.filter(|id| library.choose(id));
    #[cfg(feature = "author")]
    let on_bench = options.bench.is_some();
    #[cfg(not(feature = "author"))]
    let on_bench = false;
    let mut app = App::new();
    if options.tour.is_none() {
        // Before everything else, so that the first frame already knows them.
        app.add_plugins(SettingsPlugin::new(SETTINGS_NAME))
            .insert_resource(settings::Remembered);
    }
    app.set_error_handler(bevy::ecs::error::error)
        .add_plugins(window_plugins(first_size(on_bench)))
        .insert_resource(library)
        .add_plugins((
            theme::plugin,
            settings::plugin,
            pace::plugin,
            screen::plugin,
            screens::plugin,
            menus::plugin,
            encounter::plugin,
            debrief::plugin,
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
    if begins.is_some() {
        app.insert_state(screen::Screen::Briefing);
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

/// Logical size of the window at first: with room for the panel on the bench.
fn first_size(on_bench: bool) -> (u32, u32) {
    match on_bench {
        true => (1600, 860),
        false => (1280, 720),
    }
}

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
            ..default()
        })
        .set(AssetPlugin {
            // Nothing lies beside the binary.
            watch_for_changes_override: Some(false),
            ..default()
        })
        .set(LogPlugin {
            level: bevy::log::Level::WARN,
            filter: "wgpu=error,naga=error,bevy_render=error,winit=error".to_owned(),
            ..default()
        })
}

fn spawn_camera(mut commands: Commands) {
    commands.spawn((Camera2d, Msaa::Off));
}
