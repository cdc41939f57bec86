//! How the C library keeps what is freed. By itself it keeps a heap for every few threads
//! and, once something large was freed, ever larger blocks within them: over half an hour
//! of play the window grew by a tenth that nothing used any more. It reads how to keep
//! memory only when a program starts, so the program starts itself once more.

use std::process::Command;

/// One heap, and what is larger than a block of these bytes goes back when it is freed.
/// The settings of a glibc, see its manual, "Memory Allocation Tunables".
const KEEPING: [(&str, &str); 3] = [
    ("MALLOC_ARENA_MAX", "1"),
    ("MALLOC_MMAP_THRESHOLD_", "65536"),
    ("MALLOC_TRIM_THRESHOLD_", "65536"),
];

/// Starts the program once more with those settings, in the place of this one. Returns
/// where they are set already, mean nothing, or could not be set.
pub fn keep_little() {
    let is_set = KEEPING
        .iter()
        .any(|(name, _)| std::env::var_os(name).is_some());
    if is_set || !cfg!(all(target_os = "linux", target_env = "gnu")) {
        return;
    }
    #[cfg(unix)]
    if let Ok(program) = std::env::current_exe() {
        use std::os::unix::process::CommandExt;
        let mut args = std::env::args_os();
        let mut again = Command::new(program);
        if let Some(name) = args.next() {
            again.arg0(name);
        }
        // Only where it fails does it come back; then it goes on as it is.
        _ = again.args(args).envs(KEEPING).exec();
    }
}

/// A program that is started from here keeps memory as it likes.
pub fn leave_alone(other: &mut Command) -> &mut Command {
    for (name, _) in KEEPING {
        other.env_remove(name);
    }
    other
}
