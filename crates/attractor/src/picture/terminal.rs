//! Small images in a terminal, two pixels a character.

use super::grid::Tile;
use crate::couplings::Shape;

/// Images side by side as lines of text, two pixel rows a line: +1 as half blocks, −1 blank, unknown shaded. Ends with a
/// newline. Values beyond the shape are left out, missing ones are blank.
///
/// ```
/// use attractor::picture::{Tile, terminal};
/// let tile = Tile { values: vec![1, -1, 1, 1], wrong: vec![] };
/// let shape = attractor::Shape { height: 2, width: 2 };
/// assert_eq!(terminal(&[tile], shape), "█▄\n");
/// ```
pub fn terminal(tiles: &[Tile], shape: Shape) -> String {
    let mut text = String::new();
    for top in (0..shape.height).step_by(2) {
        for (k, tile) in tiles.iter().enumerate() {
            if k > 0 {
                text.push_str("  ");
            }
            for x in 0..shape.width {
                let value = |y: usize| {
                    let found = tile.values.get(y * shape.width + x);
                    found.copied().filter(|_| y < shape.height).unwrap_or(-1)
                };
                text.push(block(value(top), value(top + 1)));
            }
        }
        text.truncate(text.trim_end_matches(' ').len());
        text.push('\n');
    }
    text
}

/// The character of an upper and a lower pixel. There is no half-shaded block: an unknown pixel shades both.
fn block(upper: i8, lower: i8) -> char {
    match (upper, lower) {
        (0, _) | (_, 0) => '░',
        (1.., 1..) => '█',
        (1.., _) => '▀',
        (_, 1..) => '▄',
        _ => ' ',
    }
}
