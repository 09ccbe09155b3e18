//! The image sets inside the program, so that it works wherever it is installed.

use crate::output::DASH;
use anyhow::{Result, bail, ensure};
use attractor::images::Images;
use attractor::io;
use attractor_lab::bundled::IMAGE_SETS;
use std::path::Path;

/// Images with their labels, if they have any.
pub(crate) struct LabelledImages {
    pub(crate) images: Images,
    pub(crate) labels: Option<Vec<u8>>,
}

/// The bundled set of this name, if there is one.
///
/// # Errors
/// Damage that the build would have to have done.
pub(crate) fn find(name: &str) -> Result<Option<LabelledImages>> {
    let Some(set) = IMAGE_SETS.iter().find(|set| set.name == name) else {
        return Ok(None);
    };
    let labels = set.labels.map(|bytes| io::labels_from_bytes(name, bytes));
    Ok(Some(LabelledImages {
        images: Images::from_bytes(name, set.images)?.with_white(set.white),
        labels: labels.transpose()?,
    }))
}

/// Refuses a path at which nothing stands; `-` is standard input.
///
/// # Errors
/// Names the bundled sets, which may have been meant.
pub(crate) fn check_exists(path: &Path) -> Result<()> {
    ensure!(
        path.as_os_str() == DASH || path.exists(),
        "there is no file or folder `{}`; bundled are {} and random",
        path.display(),
        names()
    );
    Ok(())
}

/// Like [`find`], for a set that is known to exist.
///
/// # Errors
/// No such set.
pub(crate) fn get(name: &str) -> Result<LabelledImages> {
    match find(name)? {
        Some(set) => Ok(set),
        None => bail!("`{name}` is not bundled; bundled are {}", names()),
    }
}

/// The bundled sets' names, for messages.
pub(crate) fn names() -> String {
    let names: Vec<&str> = IMAGE_SETS.iter().map(|set| set.name).collect();
    names.join(", ")
}
