//! Bundled data: sets that are part of the program, so that it works wherever it is installed.

use crate::table::{Table, TableError};
use attractor::binarise::Binarisation;
use attractor::images::Images;
use attractor::io::ReadError;
use attractor::{Patterns, Shape, Threshold};
use std::sync::OnceLock;

const MNIST: &[u8] = include_bytes!("../../../data/mnist-images-idx3-ubyte.gz");

/// The intensity of white in MNIST.
const WHITE: f32 = 255.0;

/// The 10,000 MNIST test digits, 28×28, grey.
///
/// # Errors
/// None in a sound build: the data are part of it.
pub fn mnist() -> Result<Images, ReadError> {
    Images::from_bytes("MNIST", MNIST)
}

/// The first `count` MNIST test digits from number `skip` on, the first again after the last, as the paper reads them:
/// the whole digit resized by antialiased bicubic, +1 above half intensity.
///
/// # Errors
/// A shape that no digit can be resized to.
pub fn mnist_patterns(shape: Shape, skip: usize, count: usize) -> Result<Patterns, ReadError> {
    // Unpacking takes longer than most of what is done with the digits.
    static DIGITS: OnceLock<Images> = OnceLock::new();
    let images = if let Some(images) = DIGITS.get() {
        images
    } else {
        let images = mnist()?;
        DIGITS.get_or_init(|| images)
    };
    let first = skip % images.count();
    let indices: Vec<usize> = (0..count).map(|k| (first + k) % images.count()).collect();
    let how = Binarisation {
        shape: Some(shape),
        // Half intensity by its level: the few first digits at a tiny size may all lie below it, and are meant to.
        threshold: Threshold::Level(WHITE / 2.0),
    };
    images.select(&indices).patterns(&how)
}

/// One of the bundled tables, `wine`, `zoo` or `breastew`; None for another name.
pub fn table(name: &str) -> Option<Result<Table, TableError>> {
    let text = match name {
        "wine" => include_str!("../../../data/wine.csv"),
        "zoo" => include_str!("../../../data/zoo.csv"),
        "breastew" => include_str!("../../../data/breast_cancer_wdbc.csv"),
        _ => return None,
    };
    let table = Table::read(text.as_bytes(), Some("class"), &[]);
    Some(table.and_then(Table::without_names))
}
