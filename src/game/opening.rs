//! Whether a window can be opened here at all. Where there is no display, or
//! nothing to draw with, the layers below panic; here that becomes a sentence.

use std::any::Any;
use std::panic::{self, AssertUnwindSafe};

use bevy::prelude::*;

/// Why no window opens.
#[derive(thiserror::Error, Debug, PartialEq, Eq)]
pub enum NoWindow {
    /// There is no screen to open it on.
    #[error(
        "there is no display to open a window on{found}. Start it from a desktop; \
         `satisfactometer play --text` needs no window"
    )]
    NoDisplay {
        /// What names the display, if this system names it by a variable.
        found: String,
    },
    /// There is a screen, but no driver that draws on it.
    #[error(
        "no graphics driver was found. On Debian `apt install mesa-vulkan-drivers` brings one \
         that draws without a graphics card; `satisfactometer play --text` needs none"
    )]
    NoGraphics,
    /// Something else.
    #[error("the window cannot be opened: {0}. `satisfactometer play --text` needs none")]
    Other(String),
}

/// Adds to an app what opens its window.
///
/// # Errors
/// When this machine cannot open one; the app is of no use then.
pub fn add(app: &mut App, plugins: impl PluginGroup) -> Result<(), NoWindow> {
    // The sentence is for a person; where in whose source it failed is not.
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let added = panic::catch_unwind(AssertUnwindSafe(|| {
        app.add_plugins(plugins);
    }));
    panic::set_hook(hook);
    added.map_err(|payload| why(&*payload))
}

/// What a panic of the layers below means.
fn why(payload: &(dyn Any + Send)) -> NoWindow {
    let told = payload
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| payload.downcast_ref::<&str>().copied())
        .unwrap_or("it did not say why");
    if told.contains("event loop") {
        NoWindow::NoDisplay { found: display() }
    } else if told.contains("GPU") {
        NoWindow::NoGraphics
    } else {
        NoWindow::Other(told.lines().next().unwrap_or_default().to_owned())
    }
}

/// The display that is named, where a variable names it.
fn display() -> String {
    if !cfg!(all(unix, not(target_os = "macos"))) {
        return String::new();
    }
    match std::env::var_os("DISPLAY") {
        Some(name) => format!(
            ": DISPLAY is `{}`, and nothing answers there",
            name.to_string_lossy().escape_debug()
        ),
        None => ": DISPLAY is not set".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(told: &str) -> NoWindow {
        why(&told.to_owned())
    }

    #[test]
    fn each_panic_becomes_a_sentence_of_its_own() {
        let display = of("Failed to build event loop: Os(OsError { .. })");
        assert!(matches!(display, NoWindow::NoDisplay { .. }));
        assert_eq!(of("Unable to find a GPU! Make sure"), NoWindow::NoGraphics);
        assert_eq!(of("a\nb"), NoWindow::Other("a".to_owned()));
        let all = [display, NoWindow::NoGraphics, of("x")];
        for sentence in all.map(|why| why.to_string()) {
            assert!(sentence.contains("play --text"), "{sentence}");
            assert!(!sentence.contains('\n'), "{sentence}");
        }
    }

    #[test]
    fn a_group_that_panics_is_an_error() {
        struct Fails;
        impl Plugin for Fails {
            fn build(&self, _: &mut App) {
                panic!("Unable to find a GPU!");
            }
        }
        impl PluginGroup for Fails {
            fn build(self) -> bevy::app::PluginGroupBuilder {
                bevy::app::PluginGroupBuilder::start::<Self>().add(Fails)
            }
        }
        assert_eq!(add(&mut App::new(), Fails), Err(NoWindow::NoGraphics));
    }
}
