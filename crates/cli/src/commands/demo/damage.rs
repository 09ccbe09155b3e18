//! What happens to the stored digits before they are recalled.

use attractor::{Cues, Patterns, Shape};

/// Share of the pixels that are flipped.
const FLIPPED: f64 = 0.1;

/// A way of damaging patterns, and the cues that it makes of them.
pub(super) struct Damage {
    pub(super) name: String,
    pub(super) cues: Cues,
}

/// Flipped pixels, and an erased half.
pub(super) fn damages(stored: &Patterns, shape: Shape, seed: u64) -> [Damage; 2] {
    let flips = (FLIPPED * stored.neurons() as f64).round() as usize;
    let lower_half = shape.height / 2 * shape.width..stored.neurons();
    [
        Damage {
            name: format!("{flips} pixels flipped"),
            cues: Cues::from(stored).flip(flips, seed),
        },
        Damage {
            name: "lower half erased".to_owned(),
            cues: Cues::from(stored).erase(lower_half),
        },
    ]
}
