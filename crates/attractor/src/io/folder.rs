//! Folders of images, and the image formats that are read.

use super::error::{Problem, ReadError};
use super::note::LeftOut;
use super::source::Source;
use super::{jpeg, png};
use crate::images::{Image, Images};
use std::fs;
use std::path::{Path, PathBuf};

/// The endings of files that must be images, in lower case.
const ENDINGS: [&str; 3] = ["png", "jpg", "jpeg"];
/// The endings of images in formats that are not read.
const FOREIGN: [&str; 9] = [
    "bmp", "gif", "tif", "tiff", "webp", "heic", "pgm", "svg", "jp2",
];

/// Whether these first bytes are those of an image.
pub(super) fn is_image(head: &[u8]) -> bool {
    head.starts_with(png::MAGIC) || head.starts_with(jpeg::MAGIC)
}

/// One image, in the format that its first bytes say.
pub(super) fn read_image(source: Source<'_>) -> Result<Image, ReadError> {
    if source.head().starts_with(png::MAGIC) {
        return png::read(source);
    }
    if source.head().starts_with(jpeg::MAGIC) {
        return jpeg::read(source);
    }
    Err(ReadError::new(
        &source.name,
        Problem::UnknownFormat("its name is that of an image"),
    ))
}

/// The images in the PNG and JPEG files of a folder, in the order of their names, and what else is there. Hidden files
/// are passed over: systems put them there.
pub(super) fn read(path: &Path) -> Result<(Images, Vec<LeftOut>), ReadError> {
    let at = |problem| ReadError::at(path, problem);
    let mut files: Vec<PathBuf> = Vec::new();
    let mut left_out = Vec::new();
    for entry in fs::read_dir(path).map_err(|error| at(error.into()))? {
        let entry = entry.map_err(|error| at(error.into()))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') {
            continue;
        }
        match reason_to_leave_out(&entry.path()) {
            None => files.push(entry.path()),
            Some(reason) => left_out.push(LeftOut { name, reason }),
        }
    }
    if files.is_empty() {
        return Err(at(Problem::NoImages));
    }
    files.sort();
    left_out.sort_by(|a, b| a.name.cmp(&b.name));
    let images = files
        .iter()
        .map(|file| {
            let image = read_image(Source::open(file)?)?;
            Ok(image.named(file.display().to_string()))
        })
        .collect::<Result<Vec<_>, ReadError>>()?;
    let images = Images::new(path.display().to_string(), images, 255.0);
    Ok((images, left_out))
}

/// Why this is not read as an image of a folder; None if it is. What is named like an image and is none is an error of
/// its reader.
fn reason_to_leave_out(path: &Path) -> Option<&'static str> {
    if path.is_dir() {
        return Some("a folder");
    }
    let ending = path.extension().and_then(|ending| ending.to_str());
    let ending = ending.unwrap_or_default().to_ascii_lowercase();
    if ENDINGS.contains(&ending.as_str()) {
        None
    } else if FOREIGN.contains(&ending.as_str()) {
        Some("convert it to PNG")
    } else {
        Some("no PNG or JPEG by its name")
    }
}
