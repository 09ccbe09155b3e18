//! A picture as pixels: filled rectangles, lines of text, and its PNG file.

use crate::couplings::Shape;
use crate::io::{WriteError, png, write_atomically};
use font8x8::UnicodeFonts;
use std::io::{self, Write};
use std::path::Path;

/// The most pixels of a picture: 2^28.
const MAX_PIXELS: usize = 1 << 28;

/// Red, green, blue.
pub type Colour = [u8; 3];

/// Pixels across and down of a character; the font is the public-domain font8x8.
pub(super) const GLYPH: usize = 8;

/// Why no picture is drawn.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// Pixels and neurons do not agree.
    #[error("an image of shape {shape} has {} pixels, the data has {neurons} neurons", shape.neurons())]
    Shape {
        /// The shape asked for.
        shape: Shape,
        /// Neurons of the data.
        neurons: usize,
    },
    /// More than 2^28 pixels.
    #[error(
        "the picture would have {width}x{height} pixels, at most 2^28 are drawn; draw less at once"
    )]
    TooLarge {
        /// Pixels across.
        width: usize,
        /// Pixels down.
        height: usize,
    },
}

/// An RGB picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    width: usize,
    height: usize,
    rgb: Vec<u8>,
}

impl Picture {
    /// A picture of one colour.
    ///
    /// # Errors
    /// [`PictureError::TooLarge`].
    pub fn new(width: usize, height: usize, colour: Colour) -> Result<Self, PictureError> {
        match width.checked_mul(height) {
            Some(pixels) if pixels <= MAX_PIXELS => Ok(Self {
                width,
                height,
                rgb: colour.repeat(pixels),
            }),
            _ => Err(PictureError::TooLarge { width, height }),
        }
    }

    /// Pixels across.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Pixels down.
    pub fn height(&self) -> usize {
        self.height
    }

    /// The colour of a pixel.
    ///
    /// # Panics
    /// If it lies outside.
    pub fn pixel(&self, x: usize, y: usize) -> Colour {
        let k = 3 * (y * self.width + x);
        [self.rgb[k], self.rgb[k + 1], self.rgb[k + 2]]
    }

    /// Fills a rectangle; what lies outside the picture is left out.
    pub fn fill(&mut self, x: usize, y: usize, width: usize, height: usize, colour: Colour) {
        for row in y..(y + height).min(self.height) {
            for column in x..(x + width).min(self.width) {
                self.rgb[3 * (row * self.width + column)..][..3].copy_from_slice(&colour);
            }
        }
    }

    /// The same picture below a title, widened if the title needs it.
    ///
    /// # Errors
    /// [`PictureError::TooLarge`].
    pub fn titled(&self, title: &str) -> Result<Self, PictureError> {
        const GAP: usize = 6;
        let width = 2 * GAP + GLYPH * title.chars().count();
        let head = 2 * GAP + GLYPH;
        let white = [255; 3];
        let mut titled = Self::new(self.width.max(width), self.height + head, white)?;
        titled.text(GAP, GAP, title, [40; 3]);
        titled.copy(self, 0, head);
        Ok(titled)
    }

    /// Copies another picture into this one; what lies outside is left out.
    pub(super) fn copy(&mut self, other: &Self, x: usize, y: usize) {
        let width = other.width.min(self.width.saturating_sub(x));
        for row in 0..other.height.min(self.height.saturating_sub(y)) {
            let from = 3 * row * other.width;
            let to = 3 * ((y + row) * self.width + x);
            let source = &other.rgb[from..from + 3 * width];
            self.rgb[to..to + 3 * width].copy_from_slice(source);
        }
    }

    /// Writes a line of text, 8 pixels a character; characters beyond Latin-1 are left blank.
    pub(super) fn text(&mut self, x: usize, y: usize, text: &str, colour: Colour) {
        for (k, character) in text.chars().enumerate() {
            let glyph = font8x8::BASIC_FONTS
                .get(character)
                .or_else(|| font8x8::LATIN_FONTS.get(character))
                .unwrap_or_default();
            for (row, bits) in glyph.into_iter().enumerate() {
                for column in (0..GLYPH).filter(|column| bits >> column & 1 == 1) {
                    self.fill(x + GLYPH * k + column, y + row, 1, 1, colour);
                }
            }
        }
    }

    /// Writes the picture as PNG to a stream.
    ///
    /// # Errors
    /// What the stream refuses.
    pub fn write_to(&self, out: &mut dyn Write) -> io::Result<()> {
        png::write_rgb(out, self.width, self.height, &self.rgb)
    }

    /// Writes the picture as a PNG file, whole or not at all.
    ///
    /// # Errors
    /// What [`write_atomically`] refuses.
    pub fn write(&self, path: &Path) -> Result<(), WriteError> {
        write_atomically(path, |file| self.write_to(file))
    }
}
