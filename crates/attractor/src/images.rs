//! Grey images, the raw material of patterns.

use crate::binarise::{Binarisation, Threshold};
use crate::couplings::Shape;
use crate::io::{Problem, ReadError};
use crate::patterns::Patterns;
use crate::resample::Resampler;
use rayon::prelude::*;

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
/// # Ok::<(), attractor::io::ReadError>(())
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
    /// [`Problem::MixedShapes`], or [`Problem::Empty`] if there is no image.
    pub fn shape(&self) -> Result<Shape, ReadError> {
        let Some(first) = self.list.first() else {
            return Err(ReadError::new(&self.name, Problem::Empty));
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
                Err(ReadError::new(
                    &self.name,
                    Problem::MixedShapes {
                        first: name(0, first),
                        first_shape: first.shape.to_string(),
                        other: name(k, other),
                        other_shape: other.shape.to_string(),
                    },
                ))
            }
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
        let resize = |image: &Image| {
            if image.shape == shape {
                return image.clone();
            }
            let resampler = Resampler::new(image.shape, shape);
            let pixels = resampler
                .resize(&image.pixels)
                .into_iter()
                .map(|value| value.clamp(0.0, self.white))
                .collect();
            Image {
                name: image.name.clone(),
                shape,
                pixels,
            }
        };
        Self {
            name: self.name.clone(),
            list: self.list.par_iter().map(resize).collect(),
            white: self.white,
        }
    }

    /// The images as patterns, a pixel a neuron, row by row: resized, then +1 where a pixel lies above the threshold.
    ///
    /// # Errors
    /// No image, images of different sizes and no shape to resize them to, or nothing above half intensity in any of
    /// them: then the images' white is not what was assumed.
    pub fn patterns(&self, how: &Binarisation) -> Result<Patterns, ReadError> {
        if let Some(shape) = how.shape {
            return self.resized(shape).binarised(how.threshold);
        }
        self.binarised(how.threshold)
    }

    fn binarised(&self, threshold: Threshold) -> Result<Patterns, ReadError> {
        let shape = self.shape()?;
        let fail = |problem: Problem| ReadError::new(&self.name, problem);
        let mut brightest = f32::NEG_INFINITY;
        for image in &self.list {
            brightest = image.pixels.iter().copied().fold(brightest, f32::max);
        }
        let half = self.white / 2.0;
        if threshold == Threshold::Half && brightest <= half {
            return Err(fail(Problem::AllDark {
                level: half,
                brightest,
                suggestion: brightest / 2.0,
            }));
        }
        let levels: Vec<f32> = self
            .list
            .par_iter()
            .map(|image| threshold.level(&image.pixels, self.white))
            .collect();
        Patterns::from_fn(self.list.len(), shape.neurons(), |mu, i| {
            self.list[mu].pixels[i] > levels[mu]
        })
        .map_err(|error| fail(error.into()))
    }
}
