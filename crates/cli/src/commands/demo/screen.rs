//! The demo on a terminal of 24 lines and 80 columns.

use super::recalled::RecalledDigits;
use attractor::Shape;
use attractor::picture::{Row, Tile, terminal};

/// Columns of the smallest terminal that is thought of.
const COLUMNS: usize = 80;
/// Lines of it that the digit may take; the table and the names of the files take the others.
const LINES: usize = 12;
/// Blank columns between two images, see [`terminal`].
const GAP: usize = 2;

/// The rows of the picture that are shown, by how many fit side by side.
fn shown(fit: usize) -> &'static [usize] {
    const STORED: usize = 0;
    const DAMAGED: usize = 1;
    const HEBBIAN: usize = 2;
    const PSEUDO_INVERSE: usize = 3;
    const EXACT: usize = 4;
    match fit {
        0..3 => &[],
        3 => &[STORED, DAMAGED, EXACT],
        4 => &[STORED, DAMAGED, HEBBIAN, EXACT],
        _ => &[STORED, DAMAGED, HEBBIAN, PSEUDO_INVERSE, EXACT],
    }
}

/// The first digit, stored, damaged and recalled, side by side under captions; nothing if it is too large.
pub(super) fn screen(recalled: &RecalledDigits<'_>, shape: Shape) -> String {
    let fit = (COLUMNS + GAP) / (shape.width + GAP);
    let rows = recalled.rows_of(0, &[0]);
    let rows: Vec<&Row> = shown(fit).iter().map(|&row| &rows[row]).collect();
    if rows.is_empty() || shape.height.div_ceil(2) > LINES {
        return String::new();
    }
    let mut captions = String::new();
    for row in &rows {
        let caption: String = row.caption.chars().take(shape.width + 1).collect();
        captions += &format!("{caption:<width$}", width = shape.width + GAP);
    }
    let tiles: Vec<Tile> = rows.iter().flat_map(|row| row.tiles.clone()).collect();
    format!("{}\n{}\n", captions.trim_end(), terminal(&tiles, shape))
}
