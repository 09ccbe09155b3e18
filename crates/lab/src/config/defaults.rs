//! Defaults: what a figure's file need not say.

use attractor::Ties;

pub(super) fn time_limit() -> f64 {
    10.0
}

pub(super) fn balance() -> f64 {
    0.5
}

pub(super) fn radius() -> f64 {
    3.0
}

pub(super) fn ties() -> Ties {
    Ties::Negative
}

pub(super) fn repeats() -> usize {
    1
}

pub(super) fn class() -> String {
    "class".to_owned()
}

/// Files that were written before there were tables of one's own do not name it.
pub(super) fn is_class(class: &str) -> bool {
    class == self::class()
}
