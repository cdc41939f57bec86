//! What the trainee may set, remembered in the user's configuration folder, and
//! its effect on the window. Tempo is an accommodation, never a score.

use std::time::Duration;

use bevy::prelude::*;
use bevy::settings::{ReflectSettingsGroup, SaveSettingsDeferred, SaveSettingsSync, SettingsGroup};
use bevy::text::RemSize;
use bevy::window::WindowCloseRequested;

use super::theme::tokens;

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Settings>()
        .add_systems(PreUpdate, apply.run_if(resource_changed::<Settings>))
        .add_systems(Update, save_on_close);
}

/// The settings. Captions have none: they are always on.
#[derive(Resource, SettingsGroup, Reflect, Clone, Debug, PartialEq)]
#[reflect(Resource, SettingsGroup, Default)]
pub struct Settings {
    /// How the conversation is paced.
    pub tempo: Tempo,
    /// Size of all text in percent: 100, 125, 150 or 200.
    pub text_percent: u32,
    /// Loudness of the voice, 0 to 100.
    pub volume: u32,
    /// Nothing eases, breathes or blinks.
    pub reduced_motion: bool,
    /// Foul language is bleeped.
    pub bleep: bool,
}

/// How the view paces a conversation. Both give the same inputs.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tempo {
    /// The customer speaks on by themselves.
    #[default]
    Flow,
    /// Everything waits for a key.
    Turns,
}

/// The text sizes on offer, percent.
pub const TEXT_PERCENTS: [u32; 4] = [100, 125, 150, 200];

impl Default for Settings {
    fn default() -> Self {
        Settings {
            tempo: Tempo::Flow,
            text_percent: 100,
            volume: 70,
            reduced_motion: false,
            bleep: true,
        }
    }
}

/// Whether there is a place to save settings to.
#[derive(Resource, Clone, Copy, Debug, Default)]
pub struct Remembered;

/// Saves the settings a moment after the last change. Call it after each change.
pub fn save(commands: &mut Commands) {
    commands.queue(|world: &mut World| {
        if world.contains_resource::<Remembered>() {
            SaveSettingsDeferred(Duration::from_millis(300)).apply(world);
        }
    });
}

fn apply(settings: Res<Settings>, mut rem: ResMut<RemSize>) {
    // A settings file may be edited by hand.
    let percent = settings.text_percent.clamp(50, 300);
    rem.0 = tokens::REM * percent as f32 / 100.0;
}

fn save_on_close(
    mut closing: MessageReader<WindowCloseRequested>,
    mut exiting: MessageReader<AppExit>,
    remembered: Option<Res<Remembered>>,
    mut commands: Commands,
) {
    let leaving = closing.read().count() + exiting.read().count() > 0;
    if leaving && remembered.is_some() {
        commands.queue(SaveSettingsSync::IfChanged);
    }
}
