//! Defaults: what a figure's file need not say.

use crate::method::Settings;
use attractor::Ties;

pub(super) fn time_limit() -> f64 {
    Settings::default().time_limit
}

pub(super) fn balance() -> f64 {
    Settings::default().balance
}

pub(super) fn ties() -> Ties {
    Settings::default().ties
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
