//! Bundled data: sets that are part of the program, so that it works wherever it is installed.

use attractor::binarise::Binarisation;
use attractor::images::Images;
use attractor::io::ReadError;
use attractor::{Patterns, Shape, Threshold};
use attractor_tables::{ReadOptions, Table, TableError};
use std::sync::OnceLock;

macro_rules! data {
    ($file:literal) => {
        include_bytes!(concat!("../data/", $file))
    };
}

/// A set of images that is part of the program, packed as it is published.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct ImageSet {
    /// By which users ask for it.
    pub name: &'static str,
    /// An IDX file of images, gzipped.
    pub images: &'static [u8],
    /// An IDX file of one label an image, gzipped.
    pub labels: Option<&'static [u8]>,
    /// The intensity of white.
    pub white: f32,
}

/// The 10,000 MNIST test digits, 28×28, grey.
const MNIST: ImageSet = ImageSet {
    name: "mnist",
    images: data!("mnist-images-idx3-ubyte.gz"),
    labels: Some(data!("mnist-labels-idx1-ubyte.gz")),
    white: 255.0,
};

/// Every bundled set of images.
pub static IMAGE_SETS: [ImageSet; 4] = [
    MNIST,
    ImageSet {
        name: "digits8x8",
        images: data!("digits8x8-images-idx3-ubyte.gz"),
        labels: Some(data!("digits8x8-labels-idx1-ubyte.gz")),
        white: 16.0,
    },
    ImageSet {
        name: "font8x8",
        images: data!("font8x8-ascii33to126-images-idx3-ubyte.gz"),
        labels: Some(data!("font8x8-ascii33to126-labels-idx1-ubyte.gz")),
        white: 1.0,
    },
    ImageSet {
        name: "photos64",
        images: data!("photos64-images-idx3-ubyte.gz"),
        labels: None,
        white: 255.0,
    },
];

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
        let images = Images::from_bytes("MNIST", MNIST.images)?;
        DIGITS.get_or_init(|| images)
    };
    let first = skip % images.count();
    let indices: Vec<usize> = (0..count).map(|k| (first + k) % images.count()).collect();
    let how = Binarisation {
        shape: Some(shape),
        // Half intensity by its level: the few first digits at a tiny size may all lie below it, and are meant to.
        threshold: Threshold::Level(MNIST.white / 2.0),
    };
    Ok(images.select(&indices).patterns(&how)?)
}

/// The names of the bundled tables.
pub const TABLES: [&str; 7] = [
    "wine",
    "zoo",
    "breastew",
    "votes",
    "iris",
    "ionosphere",
    "sonar",
];

/// One of the bundled tables, by its name in [`TABLES`]; None for another name.
pub fn table(name: &str) -> Option<Result<Table, TableError>> {
    let text = match name {
        "wine" => include_str!("../data/wine.csv"),
        "zoo" => include_str!("../data/zoo.csv"),
        "breastew" => include_str!("../data/breast_cancer_wdbc.csv"),
        "votes" => include_str!("../data/house_votes84.csv"),
        "iris" => include_str!("../data/iris.csv"),
        "ionosphere" => include_str!("../data/ionosphere.csv"),
        "sonar" => include_str!("../data/sonar.csv"),
        _ => return None,
    };
    // The published results of Fig. 8 were made with the names of zoo's animals among the features.
    let wanted: &[String] = if name == "zoo" {
        &["name".to_owned()]
    } else {
        &[]
    };
    let table = Table::read(text.as_bytes(), &ReadOptions::class("class"));
    Some(table.and_then(|table| table.for_training(wanted)))
}
