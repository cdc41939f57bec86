//! Whether opening a sound device is worth trying. Where sound goes through ALSA,
//! its library writes a page of complaints to the terminal when there is no card,
//! and the audio crates offer no way to silence it: so we look first. A wrong
//! "no" costs the voice, a wrong "yes" those lines; nothing depends on either.

use std::fs::File;
use std::path::{Path, PathBuf};

/// True on systems without ALSA, and where ALSA is likely to find a device.
pub(super) fn sound_likely() -> bool {
    if std::env::consts::OS != "linux" {
        return true;
    }
    let path = |name| {
        std::env::var_os(name)
            .filter(|v| !v.is_empty())
            .map(PathBuf::from)
    };
    let place = Place {
        root: PathBuf::from("/"),
        runtime: path("XDG_RUNTIME_DIR"),
        home: path("HOME"),
        config: path("XDG_CONFIG_HOME"),
        server_named: path("PULSE_SERVER").is_some(),
        card_named: ["ALSA_CARD", "ALSA_PCM_CARD", "ALSA_CONFIG_PATH"]
            .into_iter()
            .any(|v| path(v).is_some()),
    };
    place.sound_likely()
}

/// Where to look on this machine.
#[derive(Default)]
struct Place {
    root: PathBuf,
    runtime: Option<PathBuf>,
    home: Option<PathBuf>,
    config: Option<PathBuf>,
    /// The environment names a sound server.
    server_named: bool,
    /// The environment names a card or a configuration for ALSA.
    card_named: bool,
}

impl Place {
    fn sound_likely(&self) -> bool {
        self.chosen() || (self.server() && self.routed()) || self.first_card()
    }

    /// Somebody has set ALSA up by hand; they know where it leads.
    fn chosen(&self) -> bool {
        let below =
            |at: &Option<PathBuf>, file: &str| at.as_ref().is_some_and(|at| at.join(file).exists());
        self.card_named
            || self.root.join("etc/asound.conf").exists()
            || below(&self.home, ".asoundrc")
            || below(&self.home, ".config/alsa/asoundrc")
            || below(&self.config, "alsa/asoundrc")
    }

    /// A PulseAudio or PipeWire server is there, on this machine or another.
    fn server(&self) -> bool {
        let socket =
            |at: &PathBuf| at.join("pulse/native").exists() || at.join("pipewire-0").exists();
        self.server_named || self.runtime.as_ref().is_some_and(socket)
    }

    /// ALSA's default device leads to such a server.
    fn routed(&self) -> bool {
        let Ok(entries) = self.root.join("etc/alsa/conf.d").read_dir() else {
            return false;
        };
        entries.flatten().any(|entry| {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            name.contains("pulse") || name.contains("pipewire")
        })
    }

    /// ALSA's built-in default is the first output of the first card. We must also
    /// be allowed to use it: its control file opens at once, even when it is busy.
    fn first_card(&self) -> bool {
        let snd = self.root.join(Path::new("dev/snd"));
        snd.join("pcmC0D0p").exists() && File::open(snd.join("controlC0")).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `sound_likely` says of a machine that has just these files.
    fn likely(case: &str, files: &[&str], server_named: bool) -> bool {
        let root = std::env::temp_dir().join(format!("voice-probe-{}-{case}", std::process::id()));
        for file in files {
            let path = root.join(file);
            std::fs::create_dir_all(path.parent().expect("a file has a folder"))
                .expect("temporary folder");
            std::fs::write(path, "").expect("temporary file");
        }
        let at = |name| Some(root.join(name));
        let place = Place {
            root: root.clone(),
            runtime: at("run"),
            home: at("home"),
            server_named,
            ..Place::default()
        };
        let answer = place.sound_likely();
        // A machine without files has no folder to remove.
        let _ = std::fs::remove_dir_all(&root);
        answer
    }

    #[test]
    fn says_yes_only_where_there_is_something_to_open() {
        assert!(!likely("bare", &[], false));
        assert!(likely(
            "card",
            &["dev/snd/pcmC0D0p", "dev/snd/controlC0"],
            false
        ));
        assert!(!likely(
            "microphone",
            &["dev/snd/pcmC0D0c", "dev/snd/controlC0"],
            false
        ));
        assert!(!likely("no-control", &["dev/snd/pcmC0D0p"], false));
        assert!(likely(
            "desktop",
            &["run/pulse/native", "etc/alsa/conf.d/99-pulse.conf"],
            false
        ));
        assert!(likely(
            "pipewire",
            &["run/pipewire-0", "etc/alsa/conf.d/99-pipewire-default.conf"],
            false
        ));
        assert!(!likely("unrouted", &["run/pipewire-0"], false));
        assert!(!likely(
            "no-server",
            &["etc/alsa/conf.d/99-pulse.conf"],
            false
        ));
        assert!(likely("remote", &["etc/alsa/conf.d/99-pulse.conf"], true));
        assert!(likely("by-hand", &["home/.asoundrc"], false));
    }
}
