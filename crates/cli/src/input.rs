//! What the commands read. The library's readers say what is wrong and where.

use crate::output::DASH;
use anyhow::{Result, ensure};
use attractor::io::{self, NetworkFile};
use attractor::{Cues, Patterns};
use std::path::Path;

pub(crate) fn patterns(path: &Path) -> Result<Patterns> {
    Ok(io::read_patterns(path)?)
}

pub(crate) fn cues(path: &Path) -> Result<Cues> {
    Ok(io::read_cues(path)?)
}

pub(crate) fn network(path: &Path) -> Result<NetworkFile> {
    Ok(NetworkFile::read(path)?)
}

/// Refuses two inputs that both are standard input.
///
/// # Errors
/// If there are two.
pub(crate) fn check_one_stdin(inputs: &[&Path]) -> Result<()> {
    let dashes = inputs.iter().filter(|path| path.as_os_str() == DASH);
    ensure!(
        dashes.count() <= 1,
        "two inputs cannot both come from standard input; name a file for one of them"
    );
    Ok(())
}
