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
/// More pixels between groups of rows.
const APART: usize = 18;
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

/// A row of a grid: a caption, its tiles and a note.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Row {
    /// Stands left of the tiles.
    pub caption: String,
    /// From left to right.
    pub tiles: Vec<Tile>,
    /// Stands right of the tiles.
    pub note: String,
    /// Whether the row begins a new group, set apart from the rows above it.
    pub apart: bool,
}

impl Row {
    /// A row without note, in the group of the row above.
    pub fn new(caption: impl Into<String>, tiles: Vec<Tile>) -> Self {
        Self {
            caption: caption.into(),
            tiles,
            ..Self::default()
        }
    }

    /// The same row with a note right of its tiles.
    #[must_use]
    pub fn with_note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }

    /// The same row as the first of a group, set apart from the rows above it.
    #[must_use]
    pub fn set_apart(mut self) -> Self {
        self.apart = true;
        self
    }
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
        .map(|first| {
            let block = first..first.saturating_add(columns).min(patterns.count());
            Row::new("", block.map(|mu| Tile::pattern(patterns, mu)).collect())
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
    let plan = Plan::new(rows, columns, shape);
    let mut picture = Picture::new(plan.width, plan.height, BACKGROUND)?;
    for (c, caption) in columns.iter().take(plan.most).enumerate() {
        let free = plan.across.saturating_sub(GLYPH * caption.chars().count());
        picture.text(plan.left_of(c) + free / 2, GAP, caption, INK);
    }
    let mut top = plan.head;
    for (r, row) in rows.iter().enumerate() {
        if row.apart && r > 0 {
            top += APART;
        }
        let middle = top + plan.down.saturating_sub(GLYPH) / 2;
        picture.text(GAP, middle, &row.caption, INK);
        picture.text(plan.left_of(plan.most) + GAP, middle, &row.note, INK);
        for (c, tile) in row.tiles.iter().enumerate() {
            plan.draw(&mut picture, tile, plan.left_of(c), top);
        }
        top += plan.down + GAP;
    }
    Ok(picture)
}

/// Where the tiles of a [`recall_table`] without notes and groups stand, in pixels: for those who set other captions beside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TableLayout {
    /// Left edge of the first tile.
    pub left: usize,
    /// Upper edge of the first tile.
    pub top: usize,
    /// From one tile to the next in its row.
    pub across: usize,
    /// From one row to the next.
    pub down: usize,
    /// Of the whole picture.
    pub width: usize,
    /// Of the whole picture.
    pub height: usize,
}

impl TableLayout {
    /// Of a table with these captions of rows, and a caption for each column.
    pub fn new(rows: &[&str], columns: &[String], shape: Shape) -> Self {
        let tiles = vec![Tile::default(); columns.len()];
        let rows: Vec<Row> = rows
            .iter()
            .map(|&row| Row::new(row, tiles.clone()))
            .collect();
        let plan = Plan::new(&rows, columns, shape);
        Self {
            left: plan.margin,
            top: plan.head,
            across: plan.across + GAP,
            down: plan.down + GAP,
            width: plan.width,
            height: plan.height,
        }
    }
}

/// Where everything stands in a grid, in pixels.
struct Plan {
    shape: Shape,
    /// Pixels across and down of a neuron's square.
    square: usize,
    /// Pixels across and down of a tile.
    across: usize,
    down: usize,
    /// The most tiles of a row.
    most: usize,
    /// Left of the tiles, for captions.
    margin: usize,
    /// Above the rows, for the columns' captions.
    head: usize,
    width: usize,
    height: usize,
}

impl Plan {
    fn new(rows: &[Row], columns: &[String], shape: Shape) -> Self {
        let square = (TILE_WIDTH / shape.width.max(shape.height)).max(1);
        let (across, down) = (shape.width * square, shape.height * square);
        let longest = |text: fn(&Row) -> &str| {
            let letters = rows.iter().map(|row| text(row).chars().count()).max();
            letters.unwrap_or(0)
        };
        let margin = match longest(|row| &row.caption) {
            0 => GAP,
            letters => 2 * GAP + GLYPH * letters,
        };
        let notes = match longest(|row| &row.note) {
            0 => 0,
            letters => 2 * GAP + GLYPH * letters,
        };
        let head = if columns.is_empty() {
            GAP
        } else {
            GLYPH + 2 * GAP
        };
        let most = rows.iter().map(|row| row.tiles.len()).max().unwrap_or(0);
        let groups = rows.iter().skip(1).filter(|row| row.apart).count();
        let width = (across + GAP).saturating_mul(most);
        let height = (down + GAP).saturating_mul(rows.len());
        Self {
            shape,
            square,
            across,
            down,
            most,
            margin,
            head,
            width: width.saturating_add(margin + notes),
            height: height.saturating_add(head + groups * APART),
        }
    }

    /// The left edge of column c.
    fn left_of(&self, c: usize) -> usize {
        self.margin + c * (self.across + GAP)
    }

    fn draw(&self, picture: &mut Picture, tile: &Tile, left: usize, top: usize) {
        picture.fill(left - 1, top - 1, self.across + 2, self.down + 2, FRAME);
        for i in 0..self.shape.neurons() {
            let (y, x) = (i / self.shape.width, i % self.shape.width);
            let (y, x) = (top + y * self.square, left + x * self.square);
            picture.fill(x, y, self.square, self.square, tile.colour(i));
        }
    }
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
        let rows = [Row::new("", vec![tile.against(&stored, 0)])];
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

    #[test]
    fn the_layout_is_that_of_the_picture() {
        let stored = Patterns::from_signs(1, 4, &[1, 1, -1, -1]).unwrap();
        let row = |name: &str| Row::new(name, vec![Tile::pattern(&stored, 0); 2]);
        let columns = ["a".to_owned(), "b".to_owned()];
        let picture = recall_table(&[row("first"), row("x")], &columns, shape(2, 2)).unwrap();
        let layout = TableLayout::new(&["first", "x"], &columns, shape(2, 2));
        assert_eq!(
            (layout.width, layout.height),
            (picture.width(), picture.height())
        );
        // The second tile of the second row: white above, black below.
        let (x, y) = (layout.left + layout.across, layout.top + layout.down);
        assert_eq!(picture.pixel(x, y), PLUS);
        assert_eq!(picture.pixel(x, y + TILE_WIDTH - 1), MINUS);
        assert_eq!(picture.pixel(x - 1, y), FRAME);
    }

    #[test]
    fn notes_stand_right_and_groups_apart() {
        let stored = Patterns::from_signs(1, 4, &[1, 1, -1, -1]).unwrap();
        let row = || Row::new("", vec![Tile::pattern(&stored, 0)]);
        let size = |rows: &[Row]| {
            let picture = recall_grid(rows, shape(1, 4)).unwrap();
            (picture.width(), picture.height())
        };
        let (width, height) = size(&[row(), row()]);
        assert_eq!(size(&[row().set_apart(), row()]), (width, height));
        assert_eq!(size(&[row(), row().set_apart()]), (width, height + APART));
        let noted = [row(), row().with_note("12")];
        assert_eq!(size(&noted), (width + 2 * GLYPH + 2 * GAP, height));
        let picture = recall_grid(&noted, shape(1, 4)).unwrap();
        let right =
            (width..picture.width()).flat_map(|x| (height / 2..height).map(move |y| (x, y)));
        assert!(right.into_iter().any(|(x, y)| picture.pixel(x, y) == INK));
    }
}
