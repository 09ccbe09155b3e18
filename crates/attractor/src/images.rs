//! Grey images, the raw material of patterns.

use crate::binarise::{Binarisation, Threshold};
use crate::couplings::Shape;
use crate::patterns::{Patterns, PatternsError};
use crate::resample::Resampler;
use rayon::prelude::*;
use std::borrow::Cow;

/// Images that make no patterns, and why.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{name}: {problem}")]
pub struct ImagesError {
    /// Where the images come from.
    pub name: String,
    /// What is wrong with them.
    pub problem: ImagesProblem,
}

/// What is wrong with a set of images.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ImagesProblem {
    /// No image.
    #[error("holds no image")]
    Empty,
    /// Images of different sizes in one set.
    #[error(
        "`{first}` has {first_shape} pixels, `{other}` has {other_shape}; ask for one shape to resize them to"
    )]
    MixedShapes {
        /// An image.
        first: String,
        /// Its shape.
        first_shape: Shape,
        /// One of another size.
        other: String,
        /// Its shape.
        other_shape: Shape,
    },
    /// Images none of whose pixels pass the threshold.
    #[error(
        "no pixel of any image lies above half intensity, {level} (the brightest is {brightest}); give a threshold level, for example {suggestion}"
    )]
    AllDark {
        /// The level.
        level: f32,
        /// The brightest pixel.
        brightest: f32,
        /// Half of it.
        suggestion: f32,
    },
    /// Images all of whose pixels pass the threshold.
    #[error(
        "every pixel of every image lies above half intensity, {level} (the darkest is {darkest}); give a threshold level, for example {suggestion}"
    )]
    AllBright {
        /// The level.
        level: f32,
        /// The darkest pixel.
        darkest: f32,
        /// Between it and white.
        suggestion: f32,
    },
    /// Too many pixels.
    #[error(transparent)]
    Patterns(#[from] PatternsError),
}

/// One grey image.
#[derive(Debug, Clone, PartialEq)]
pub struct Image {
    name: Option<String>,
    shape: Shape,
    pixels: Vec<f32>,
}

impl Image {
    /// An image from a function of the pixel's index, row by row.
    pub fn from_fn(shape: Shape, pixel: impl FnMut(usize) -> f32) -> Self {
        Self {
            name: None,
            shape,
            pixels: (0..shape.neurons()).map(pixel).collect(),
        }
    }

    /// The same image with the name of its file, for messages.
    #[must_use]
    pub fn named(mut self, name: String) -> Self {
        self.name = Some(name);
        self
    }

    /// Height and width.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// Grey values, row by row.
    pub fn pixels(&self) -> &[f32] {
        &self.pixels
    }
}

/// The grey value of a colour: 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601).
pub(crate) fn luma(red: f32, green: f32, blue: f32) -> f32 {
    0.299 * red + 0.587 * green + 0.114 * blue
}

/// A set of grey images with one intensity of white, not necessarily of one size.
///
/// ```
/// use attractor::images::{Image, Images};
/// use attractor::{Shape, binarise::Binarisation};
/// let shape = Shape { height: 2, width: 2 };
/// let ramp = Image::from_fn(shape, |k| 80.0 * k as f32);
/// let images = Images::new("ramp", vec![ramp], 255.0);
/// let patterns = images.patterns(&Binarisation::default())?;
/// assert_eq!(patterns.signs(0).collect::<Vec<_>>(), [-1, -1, 1, 1]);
/// # Ok::<(), attractor::images::ImagesError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Images {
    name: String,
    list: Vec<Image>,
    white: f32,
}

impl Images {
    /// Images whose white is `white`; `name` says in messages where they come from.
    pub fn new(name: impl Into<String>, images: Vec<Image>, white: f32) -> Self {
        Self {
            name: name.into(),
            list: images,
            white,
        }
    }

    /// The same pixels, with another intensity of white: half of it is [`Threshold::Half`]. Readers assume 255, or 1
    /// in an IDX file whose pixels are all 0 or 1.
    #[must_use]
    pub fn with_white(mut self, white: f32) -> Self {
        self.white = white;
        self
    }

    /// The intensity of white.
    pub fn white(&self) -> f32 {
        self.white
    }

    /// Number of images.
    pub fn count(&self) -> usize {
        self.list.len()
    }

    /// All images.
    pub fn images(&self) -> &[Image] {
        &self.list
    }

    /// The size that all images have.
    ///
    /// # Errors
    /// [`ImagesProblem::MixedShapes`], or [`ImagesProblem::Empty`] if there is no image.
    pub fn shape(&self) -> Result<Shape, ImagesError> {
        let Some(first) = self.list.first() else {
            return Err(self.error(ImagesProblem::Empty));
        };
        match self
            .list
            .iter()
            .position(|image| image.shape != first.shape)
        {
            None => Ok(first.shape),
            Some(k) => {
                let other = &self.list[k];
                let name = |k: usize, image: &Image| {
                    image.name.clone().unwrap_or_else(|| format!("image {k}"))
                };
                Err(self.error(ImagesProblem::MixedShapes {
                    first: name(0, first),
                    first_shape: first.shape,
                    other: name(k, other),
                    other_shape: other.shape,
                }))
            }
        }
    }

    fn error(&self, problem: ImagesProblem) -> ImagesError {
        ImagesError {
            name: self.name.clone(),
            problem,
        }
    }

    /// The images with these indices, in this order.
    ///
    /// # Panics
    /// If an index is out of range.
    #[must_use]
    pub fn select(&self, indices: &[usize]) -> Self {
        let images = indices.iter().map(|&k| self.list[k].clone()).collect();
        Self::new(self.name.clone(), images, self.white)
    }

    /// Every image, whole, resized to `shape` by antialiased bicubic interpolation (Keys, a = −½), values kept within
    /// black and white.
    #[must_use]
    pub fn resized(&self, shape: Shape) -> Self {
        Self {
            name: self.name.clone(),
            list: self
                .list
                .par_iter()
                .map(|image| self.resize(image, shape).into_owned())
                .collect(),
            white: self.white,
        }
    }

    fn resize<'a>(&self, image: &'a Image, shape: Shape) -> Cow<'a, Image> {
        if image.shape == shape {
            return Cow::Borrowed(image);
        }
        let resampler = Resampler::new(image.shape, shape);
        let pixels = resampler
            .resize(&image.pixels)
            .into_iter()
            .map(|value| value.clamp(0.0, self.white))
            .collect();
        Cow::Owned(Image {
            name: image.name.clone(),
            shape,
            pixels,
        })
    }

    /// The images as patterns, a pixel a neuron, row by row: resized, then +1 where a pixel lies above the threshold.
    ///
    /// # Errors
    /// No image, images of different sizes and no shape to resize them to, or nothing above half intensity in any of
    /// them, or everything in all: then the images' white is not what was assumed.
    pub fn patterns(&self, how: &Binarisation) -> Result<Patterns, ImagesError> {
        let fail = |problem: ImagesProblem| self.error(problem);
        let shape = match how.shape {
            Some(_) if self.list.is_empty() => return Err(fail(ImagesProblem::Empty)),
            Some(shape) => shape,
            None => self.shape()?,
        };
        // Image by image, so that the resized ones are never in memory together.
        let rows: Vec<Bits> = self
            .list
            .par_iter()
            .map(|image| Bits::new(&self.resize(image, shape).pixels, how.threshold, self.white))
            .collect();
        if how.threshold == Threshold::Half {
            self.check_white(&rows)?;
        }
        Patterns::from_fn(rows.len(), shape.neurons(), |mu, i| rows[mu].plus[i])
            .map_err(|error| fail(error.into()))
    }

    /// Refuses images that half of white does not divide.
    fn check_white(&self, rows: &[Bits]) -> Result<(), ImagesError> {
        let half = self.white / 2.0;
        let darkest = rows.iter().map(|row| row.darkest);
        let darkest = darkest.fold(f32::INFINITY, f32::min);
        let brightest = rows.iter().map(|row| row.brightest);
        let brightest = brightest.fold(f32::NEG_INFINITY, f32::max);
        if brightest <= half {
            return Err(self.error(ImagesProblem::AllDark {
                level: half,
                brightest,
                suggestion: brightest / 2.0,
            }));
        }
        if darkest > half {
            return Err(self.error(ImagesProblem::AllBright {
                level: half,
                darkest,
                suggestion: f32::midpoint(darkest, self.white.max(brightest)),
            }));
        }
        Ok(())
    }
}

/// A binarised image.
struct Bits {
    plus: Vec<bool>,
    darkest: f32,
    brightest: f32,
}

impl Bits {
    fn new(pixels: &[f32], threshold: Threshold, white: f32) -> Self {
        let level = threshold.level(pixels, white);
        Self {
            plus: pixels.iter().map(|&pixel| pixel > level).collect(),
            darkest: pixels.iter().copied().fold(f32::INFINITY, f32::min),
            brightest: pixels.iter().copied().fold(f32::NEG_INFINITY, f32::max),
        }
    }
}
