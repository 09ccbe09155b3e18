//! Cues and recalled patterns as a picture.

use super::settings::Recalling;
use super::summary::wrong_bits;
use anyhow::Result;
use attractor::picture::{Picture, Row, Tile, recall_grid};
use attractor::{Cues, Patterns, Recalled, Shape};

/// The most cues of a picture, and of a row of it. Larger: pictures that no screen shows. Smaller: cues that a user
/// looks for are left out.
const MOST_CUES: usize = 200;
const MOST_COLUMNS: usize = 20;
/// Pixels across up to which large images are put side by side.
const WIDTH: usize = 1600;

/// Blocks of rows: the undamaged patterns if they are known, the cues, and what was recalled, with wrong bits marked and
/// a count right of each row. Only the first [`MOST_CUES`] cues are drawn.
///
/// # Errors
/// A shape of another size than the network; a picture that would be too large.
pub(super) fn draw(recalling: &Recalling, recalled: &Recalled, shape: Shape) -> Result<Picture> {
    let (cues, states) = (&recalling.cues, &recalled.states);
    let shown = cues.count().min(MOST_CUES);
    let columns = (WIDTH / shape.width.max(1)).clamp(1, MOST_COLUMNS);
    let mut rows = Vec::new();
    for first in (0..shown).step_by(columns) {
        let block: Vec<usize> = (first..(first + columns).min(shown)).collect();
        match &recalling.expected {
            Some(expected) => rows.extend(compared(cues, states, expected, &block)),
            None => rows.extend(plain(cues, states, &block)),
        }
    }
    Ok(recall_grid(&rows, shape)?.titled(&title(recalling, recalled, shown))?)
}

fn plain(cues: &Cues, states: &Patterns, block: &[usize]) -> [Row; 2] {
    let row = |caption: &str, tile: &dyn Fn(usize) -> Tile| {
        Row::new(caption, block.iter().map(|&c| tile(c)).collect())
    };
    [
        row("cue", &|c| Tile::cue(cues, c)).set_apart(),
        row("recalled", &|c| Tile::pattern(states, c)),
    ]
}

fn compared(cues: &Cues, states: &Patterns, expected: &Patterns, block: &[usize]) -> [Row; 3] {
    let row = |caption: &str, tile: &dyn Fn(usize) -> Tile| {
        Row::new(caption, block.iter().map(|&c| tile(c)).collect())
    };
    let damaged = |c: usize| {
        let signs = expected.signs(c).enumerate();
        signs.filter(|&(i, sign)| cues.value(c, i) != sign).count()
    };
    let damaged: usize = block.iter().map(|&c| damaged(c)).sum();
    let wrong = wrong_bits(states, expected);
    let whole = block.iter().filter(|&&c| wrong[c] == 0).count();
    let wrong: usize = block.iter().map(|&c| wrong[c]).sum();
    [
        row("truth", &|c| Tile::pattern(expected, c)).set_apart(),
        row("cue", &|c| Tile::cue(cues, c).against(expected, c))
            .with_note(format!("{damaged} wrong or unknown")),
        row("recalled", &|c| {
            Tile::pattern(states, c).against(expected, c)
        })
        .with_note(format!("{wrong} wrong, {whole} of {} whole", block.len())),
    ]
}

fn title(recalling: &Recalling, recalled: &Recalled, shown: usize) -> String {
    let all = recalled.states.count();
    let mut title = format!("rule {}", recalling.network.metadata().rule);
    if let Some(expected) = &recalling.expected {
        let wrong = wrong_bits(&recalled.states, expected);
        let whole = wrong.iter().filter(|&&bits| bits == 0).count();
        title += &format!(", {whole} of {all} recalled exactly; wrong pixels orange");
    }
    if shown < all {
        title += &format!(", the first {shown} of {all} cues");
    }
    title
}
