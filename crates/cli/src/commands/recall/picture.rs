//! Cues and recalled patterns as a picture.

use attractor::picture::{Row, Tile};
use attractor::{Cues, Patterns};

/// Cues and what they led to, one below the other, as many as fit side by side.
pub(super) fn rows(cues: &Cues, states: &Patterns) -> Vec<Row> {
    const COLUMNS: usize = 20;
    let mut rows = Vec::new();
    for first in (0..cues.count()).step_by(COLUMNS) {
        let block = first..(first + COLUMNS).min(cues.count());
        rows.push(Row {
            caption: "cue".to_owned(),
            tiles: block.clone().map(|c| Tile::cue(cues, c)).collect(),
        });
        rows.push(Row {
            caption: "recalled".to_owned(),
            tiles: block.map(|c| Tile::pattern(states, c)).collect(),
        });
    }
    rows
}
