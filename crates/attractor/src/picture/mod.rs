//! Pictures: weight matrices as heat maps, patterns and recall as grids of tiles, small images in the terminal.

mod canvas;
mod grid;
mod heat_map;
mod terminal;

pub use canvas::{Colour, Picture, PictureError};
pub use grid::{Row, TableLayout, Tile, pattern_grid, recall_grid, recall_table};
pub use heat_map::{heat_colour, heat_map, labelled_heat_map};
pub use terminal::terminal;
