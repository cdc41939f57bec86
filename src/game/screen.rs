//! Where in the program one is: the screen, and what lies over it.

use bevy::prelude::*;
use bevy::ui_widgets::Activate;

use super::run::Run;

pub(super) fn plugin(app: &mut App) {
    app.init_state::<Screen>()
        .init_state::<Overlay>()
        .add_systems(OnEnter(Screen::Title), forget_run)
        .add_systems(OnEnter(Screen::Scenarios), forget_run)
        .add_systems(OnEnter(Screen::Drafts), forget_run)
        .add_systems(OnEnter(Screen::Runs), forget_run)
        .add_systems(OnEnter(Screen::Class), forget_run)
        .add_systems(OnEnter(Screen::Assigned), forget_run)
        .add_systems(OnExit(Screen::Encounter), close_overlay);
}

/// The screen that is shown. Everything on it carries `DespawnOnExit`.
#[derive(States, Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Screen {
    /// The first page.
    #[default]
    Title,
    /// The list of scenarios.
    Scenarios,
    /// Everybody who may come, and what they can show.
    Gallery,
    /// The author's own scenario files.
    Drafts,
    /// A scenario file that does not play yet, on the author's bench.
    Bench,
    /// The list of runs that were kept.
    Runs,
    /// How the trainee reads customers, over all of those.
    Readings,
    /// Where one joins a class.
    Join,
    /// Whether a server is the one on the wall.
    Compare,
    /// The class one sits in.
    Class,
    /// Where one opens homework.
    Homework,
    /// The homework that is open.
    Assigned,
    /// What a class is made of, for those who teach.
    Teach,
    /// The class that is open in this program.
    Open,
    /// What the trainee reads before one.
    Briefing,
    /// The conversation. There is a [`Run`].
    Encounter,
    /// What comes after it. There is still the same [`Run`].
    Debrief,
}

impl Screen {
    /// The screen by the name that tour scripts use.
    pub fn named(name: &str) -> Option<Screen> {
        Some(match name {
            "title" => Screen::Title,
            "scenarios" => Screen::Scenarios,
            "gallery" => Screen::Gallery,
            "drafts" => Screen::Drafts,
            "bench" => Screen::Bench,
            "runs" => Screen::Runs,
            "readings" => Screen::Readings,
            "join" => Screen::Join,
            "compare" => Screen::Compare,
            "class" => Screen::Class,
            "homework" => Screen::Homework,
            "assigned" => Screen::Assigned,
            "teach" => Screen::Teach,
            "open" => Screen::Open,
            "briefing" => Screen::Briefing,
            "encounter" => Screen::Encounter,
            "debrief" => Screen::Debrief,
            _ => return None,
        })
    }
}

/// A dialog of the program over the screen.
#[derive(States, Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Overlay {
    /// None is open.
    #[default]
    None,
    /// The encounter is paused.
    Pause,
    /// What was said so far.
    History,
    /// Where on the author's bench the talk is to go on.
    Jump,
    /// Settings.
    Settings,
    /// What this program is and who made it.
    About,
}

/// What a control does that leads to another screen: observe `Activate` with it.
pub fn go(screen: Screen) -> impl FnMut(On<Activate>, Commands) {
    move |_, mut commands| commands.set_state_if_neq(screen)
}

/// What a control does that opens an overlay: observe `Activate` with it.
pub fn open(overlay: Overlay) -> impl FnMut(On<Activate>, Commands) {
    move |_, mut commands| commands.set_state_if_neq(overlay)
}

/// The overlay to go back to when `overlay` is closed on `screen`. From what was
/// said one goes back to the talk, wherever one came from.
pub fn behind(overlay: Overlay, screen: Screen) -> Overlay {
    match (overlay, screen) {
        (Overlay::Settings, Screen::Encounter) => Overlay::Pause,
        _ => Overlay::None,
    }
}

fn forget_run(mut commands: Commands) {
    commands.remove_resource::<Run>();
}

fn close_overlay(mut commands: Commands) {
    commands.set_state_if_neq(Overlay::None);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_settings_in_a_conversation_leads_to_the_pause_menu() {
        assert_eq!(behind(Overlay::Settings, Screen::Encounter), Overlay::Pause);
        assert_eq!(behind(Overlay::History, Screen::Encounter), Overlay::None);
        assert_eq!(behind(Overlay::Settings, Screen::Title), Overlay::None);
        assert_eq!(behind(Overlay::Pause, Screen::Encounter), Overlay::None);
    }
}
