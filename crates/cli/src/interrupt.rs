//! Ctrl-C: the first asks the running computation for its best answer so far, the second ends the program.

use anyhow::{Context, Result};
use std::sync::atomic::{AtomicBool, Ordering};

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// The shell's convention for a program ended by SIGINT.
const KILLED_BY_INTERRUPT: i32 = 130;

static WATCHED: AtomicBool = AtomicBool::new(false);

/// From now on Ctrl-C (and SIGTERM) sets the returned flag; a second one ends the program.
///
/// # Errors
/// If the operating system refuses the handler.
pub(crate) fn watch() -> Result<&'static AtomicBool> {
    if WATCHED.swap(true, Ordering::Relaxed) {
        return Ok(&INTERRUPTED);
    }
    ctrlc::set_handler(|| {
        if INTERRUPTED.swap(true, Ordering::Relaxed) {
            std::process::exit(KILLED_BY_INTERRUPT);
        }
    })
    .context("cannot watch for Ctrl-C")?;
    Ok(&INTERRUPTED)
}
