//! Shard: the share of the cells that one of several machines runs.

use std::str::FromStr;

/// Part `index` of `count` equal shares of the cells: every cell whose number is `index` modulo `count`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// From 0.
    pub index: usize,
    /// At least 1, more than `index`.
    pub count: usize,
}

impl Shard {
    /// All cells.
    pub const WHOLE: Self = Self { index: 0, count: 1 };
}

/// A text that names no share of the work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no share i/n with i from 1 to n, for example 2/8")]
pub struct ParseShardError(String);

impl FromStr for Shard {
    type Err = ParseShardError;

    /// Parses `i/n`, i from 1.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts = text.split_once('/');
        let number = |part: &str| part.parse::<usize>().ok().filter(|&k| k >= 1);
        match parts.and_then(|(i, n)| Some((number(i)?, number(n)?))) {
            Some((i, count)) if i <= count => Ok(Self {
                index: i - 1,
                count,
            }),
            _ => Err(ParseShardError(text.to_owned())),
        }
    }
}
