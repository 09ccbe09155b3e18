//! Patterns and recall as grids of small images.

use super::canvas::{Colour, GLYPH, Picture, PictureError};
use crate::couplings::Shape;
use crate::cue::Cues;
use crate::patterns::Patterns;

const BACKGROUND: Colour = [255, 255, 255];
const INK: Colour = [40, 40, 40];
const FRAME: Colour = [190, 190, 190];
const MINUS: Colour = [0, 0, 0];
const PLUS: Colour = [255, 255, 255];
const UNKNOWN: Colour = [150, 150, 150];
/// Wrong bits: dark where −1 stands, light where +1 stands, so that the image stays readable.
const WRONG_MINUS: Colour = [160, 62, 0];
const WRONG_PLUS: Colour = [255, 176, 110];

/// Pixels between tiles.
const GAP: usize = 6;
/// Tiles are drawn with larger squares up to about this many pixels across.
const TILE_WIDTH: usize = 64;

/// One small image: a value −1, 0 (unknown) or +1 a neuron, and which of them are wrong.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tile {
    /// Values, row by row of the image.
    pub values: Vec<i8>,
    /// Wrong bits, tinted; empty if none is to be marked.
    pub wrong: Vec<bool>,
}

impl Tile {
    /// Pattern μ.
    pub fn pattern(patterns: &Patterns, mu: usize) -> Self {
        Self {
            values: patterns.signs(mu).collect(),
            wrong: Vec::new(),
        }
    }

    /// Cue c.
    pub fn cue(cues: &Cues, c: usize) -> Self {
        Self {
            values: (0..cues.neurons()).map(|i| cues.value(c, i)).collect(),
            wrong: Vec::new(),
        }
    }

    /// The same values, with those that differ from pattern μ marked as wrong; unknown ones are not.
    #[must_use]
    pub fn against(mut self, patterns: &Patterns, mu: usize) -> Self {
        let pairs = self.values.iter().zip(patterns.signs(mu));
        self.wrong = pairs
            .map(|(&value, sign)| value != 0 && value != sign)
            .collect();
        self
    }

    fn colour(&self, i: usize) -> Colour {
        let wrong = self.wrong.get(i).copied().unwrap_or(false);
        match (self.values[i], wrong) {
            (0, _) => UNKNOWN,
            (1.., false) => PLUS,
            (1.., true) => WRONG_PLUS,
            (_, false) => MINUS,
            (_, true) => WRONG_MINUS,
        }
    }
}

/// A row of a grid: a caption and its tiles.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Row {
    /// Stands left of the tiles.
    pub caption: String,
    /// From left to right.
    pub tiles: Vec<Tile>,
}

/// All patterns as images, in rows of `columns`: −1 black, +1 white.
///
/// # Errors
/// A shape of another number of pixels than neurons; a picture that would be too large.
pub fn pattern_grid(
    patterns: &Patterns,
    shape: Shape,
    columns: usize,
) -> Result<Picture, PictureError> {
    let columns = columns.max(1);
    let rows: Vec<Row> = (0..patterns.count())
        .step_by(columns)
        .map(|first| Row {
            caption: String::new(),
            tiles: (first..first.saturating_add(columns).min(patterns.count()))
                .map(|mu| Tile::pattern(patterns, mu))
                .collect(),
        })
        .collect();
    recall_grid(&rows, shape)
}

/// Rows of images with captions, for example stored, damaged and recalled patterns one below the other: −1 black, +1
/// white, unknown grey, wrong bits orange (dark for −1, light for +1).
///
/// # Errors
/// A tile of another size than the shape; a picture that would be too large.
pub fn recall_grid(rows: &[Row], shape: Shape) -> Result<Picture, PictureError> {
    recall_table(rows, &[], shape)
}

/// [`recall_grid`] with a caption above each column, as far as there are captions.
///
/// # Errors
/// As [`recall_grid`].
pub fn recall_table(
    rows: &[Row],
    columns: &[String],
    shape: Shape,
) -> Result<Picture, PictureError> {
    let mut tiles = rows.iter().flat_map(|row| &row.tiles);
    if let Some(tile) = tiles.find(|tile| tile.values.len() != shape.neurons()) {
        return Err(PictureError::Shape {
            shape,
            neurons: tile.values.len(),
        });
    }
    let square = (TILE_WIDTH / shape.width.max(shape.height)).max(1);
    let (across, down) = (shape.width * square, shape.height * square);
    let letters = rows.iter().map(|row| row.caption.chars().count()).max();
    let margin = match letters.unwrap_or(0) {
        0 => GAP,
        letters => 2 * GAP + GLYPH * letters,
    };
    let most = rows.iter().map(|row| row.tiles.len()).max().unwrap_or(0);
    let width = (across + GAP).saturating_mul(most).saturating_add(margin);
    let head = if columns.is_empty() {
        GAP
    } else {
        GLYPH + 2 * GAP
    };
    let height = (down + GAP).saturating_mul(rows.len()).saturating_add(head);
    let mut picture = Picture::new(width, height, BACKGROUND)?;
    for (c, caption) in columns.iter().take(most).enumerate() {
        let free = across.saturating_sub(GLYPH * caption.chars().count());
        picture.text(margin + c * (across + GAP) + free / 2, GAP, caption, INK);
    }
    for (r, row) in rows.iter().enumerate() {
        let top = head + r * (down + GAP);
        let middle = top + down.saturating_sub(GLYPH) / 2;
        picture.text(GAP, middle, &row.caption, INK);
        for (c, tile) in row.tiles.iter().enumerate() {
            let left = margin + c * (across + GAP);
            picture.fill(left - 1, top - 1, across + 2, down + 2, FRAME);
            for i in 0..shape.neurons() {
                let (y, x) = (i / shape.width, i % shape.width);
                let (y, x) = (top + y * square, left + x * square);
                picture.fill(x, y, square, square, tile.colour(i));
            }
        }
    }
    Ok(picture)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(height: usize, width: usize) -> Shape {
        Shape { height, width }
    }

    #[test]
    fn values_and_wrong_bits_have_their_colours() {
        let stored = Patterns::from_signs(1, 4, &[1, 1, -1, -1]).unwrap();
        let tile = Tile {
            values: vec![1, -1, 0, 1],
            wrong: vec![],
        };
        let rows = [Row {
            caption: String::new(),
            tiles: vec![tile.against(&stored, 0)],
        }];
        let picture = recall_grid(&rows, shape(1, 4)).unwrap();
        let seen = [0, 1, 2, 3].map(|k| picture.pixel(GAP + 16 * k + 8, GAP + 8));
        assert_eq!(seen, [PLUS, WRONG_MINUS, UNKNOWN, WRONG_PLUS]);
        assert!(matches!(
            recall_grid(&rows, shape(2, 4)),
            Err(PictureError::Shape { neurons: 4, .. })
        ));
        let grid = pattern_grid(&stored, shape(1, 4), usize::MAX).unwrap();
        assert_eq!(grid.height(), 16 + 2 * GAP);
        let table = recall_table(&rows, &["5 %".to_owned()], shape(1, 4)).unwrap();
        assert_eq!(table.height(), 16 + 3 * GAP + GLYPH);
        let above = (0..GLYPH).flat_map(|y| (0..table.width()).map(move |x| (x, GAP + y)));
        assert!(above.into_iter().any(|(x, y)| table.pixel(x, y) == INK));
    }
}
