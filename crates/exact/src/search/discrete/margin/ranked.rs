//! Exact margins of discrete weights, and the order that prefers the wider one.

use super::super::program::IntegerProgram;
use std::cmp::Ordering;

/// A margin as the exact fraction least²/squares; (1, 0) where no bit limits it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Margin {
    /// The least aligned field of a right bit.
    least: i64,
    /// The squared norm of the weights.
    squares: i64,
}

impl Margin {
    /// Wider than every other.
    const UNLIMITED: Self = Self {
        least: 1,
        squares: 0,
    };

    /// The margin of a neuron. Without weights a positive field comes from the bias alone, whatever the inputs are.
    fn new(least: Option<i64>, squares: i64) -> Self {
        match least {
            None => Self::UNLIMITED,
            Some(least) if squares > 0 || least > 0 => Self { least, squares },
            Some(_) => Self {
                least: 0,
                squares: 1,
            },
        }
    }

    pub(super) fn is_unlimited(self) -> bool {
        self.squares == 0
    }
}

impl Ord for Margin {
    fn cmp(&self, other: &Self) -> Ordering {
        let ratio =
            |one: &Self, other: &Self| i128::from(one.least).pow(2) * i128::from(other.squares);
        ratio(self, other).cmp(&ratio(other, self))
    }
}

impl PartialOrd for Margin {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Margin {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Margin {}

/// The margin of some weights.
fn margin_of(program: &IntegerProgram, weights: &[i32]) -> Margin {
    let fields = program.fields(weights);
    let squares = squares_of(program, weights);
    let block = |block: usize| {
        let rows = program.rows_of(block);
        let pairs = fields[rows.clone()].iter().zip(&program.need[rows]);
        let right = pairs.filter(|(field, need)| field >= need);
        let least = right.map(|(&field, _)| i64::from(field)).min();
        Margin::new(least, squares[block])
    };
    let margins = (0..program.blocks()).map(block);
    margins.min().unwrap_or(Margin::UNLIMITED)
}

/// Block by block the squared norm of its weights.
pub(super) fn squares_of(program: &IntegerProgram, weights: &[i32]) -> Vec<i64> {
    let mut squares = vec![0; program.blocks()];
    for (column, &w) in weights.iter().enumerate() {
        if !program.is_bias(column) {
            for block in program.blocks_of(column) {
                squares[block] += i64::from(w).pow(2);
            }
        }
    }
    squares
}

/// Weights with what they are worth.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Ranked {
    pub(super) weights: Vec<i32>,
    pub(super) wrong: usize,
    pub(super) margin: Margin,
}

impl Ranked {
    pub(super) fn new(program: &IntegerProgram, weights: Vec<i32>) -> Self {
        Self {
            wrong: program.wrong(&program.fields(&weights)),
            margin: margin_of(program, &weights),
            weights,
        }
    }

    /// Fewer wrong rows first, then the wider margin.
    pub(super) fn is_better_than(&self, other: &Self) -> bool {
        self.wrong < other.wrong || self.wrong == other.wrong && self.margin > other.margin
    }
}
