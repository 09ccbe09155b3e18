//! Exact margins of discrete weights, and the order that prefers the wider one.

use super::super::program::IntegerProgram;
use crate::repair::Law;
use std::cmp::Ordering;

/// What is to be best among weights with equally few wrong rows.
#[derive(Debug, Clone, Copy)]
pub(in crate::search::discrete) enum Goal {
    /// The widest margin.
    Margin,
    /// The least −Σ ln Φ(cκ) over the right rows. A bias counts for as much as in the whole pattern.
    Repair(Law),
}

/// How good weights are.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Worth {
    Margin(Margin),
    Loss(f64),
}

impl Goal {
    fn worth(&self, program: &IntegerProgram, weights: &[i32]) -> Worth {
        match self {
            Self::Margin => Worth::Margin(margin_of(program, weights)),
            Self::Repair(law) => Worth::Loss(loss_of(program, weights, law)),
        }
    }
}

impl Worth {
    /// Less: better.
    fn order(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Margin(own), Self::Margin(other)) => other.cmp(own),
            (Self::Loss(own), Self::Loss(other)) => own.total_cmp(other),
            // Weights of one search have one goal.
            _ => Ordering::Equal,
        }
    }
}

/// A margin as the exact fraction least²/squares; (1, 0) where no bit limits it.
#[derive(Debug, Clone, Copy)]
struct Margin {
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

    fn is_unlimited(self) -> bool {
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

/// −Σ ln Φ(cκ) over the right rows; neurons without weights feel no damage.
fn loss_of(program: &IntegerProgram, weights: &[i32], law: &Law) -> f64 {
    let fields = program.fields(weights);
    let squares = squares_of(program, weights);
    let block = |block: usize| -> f64 {
        if squares[block] == 0 {
            return 0.0;
        }
        let norm = (squares[block] as f64).sqrt();
        let pairs = fields[program.rows_of(block)]
            .iter()
            .zip(&program.need[program.rows_of(block)]);
        let right = pairs.filter(|(field, need)| field >= need);
        right
            .map(|(&field, _)| law.row_loss(f64::from(field) / norm))
            .sum()
    };
    (0..program.blocks()).map(block).sum()
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
    worth: Worth,
}

impl Ranked {
    pub(super) fn new(program: &IntegerProgram, goal: Goal, weights: Vec<i32>) -> Self {
        Self {
            wrong: program.wrong(&program.fields(&weights)),
            worth: goal.worth(program, &weights),
            weights,
        }
    }

    /// Fewer wrong rows first, then what is worth more.
    pub(super) fn order(&self, other: &Self) -> Ordering {
        self.wrong
            .cmp(&other.wrong)
            .then_with(|| self.worth.order(&other.worth))
    }

    pub(super) fn is_better_than(&self, other: &Self) -> bool {
        self.order(other) == Ordering::Less
    }

    /// Whether no weights can be worth more.
    pub(super) fn is_unlimited(&self) -> bool {
        match self.worth {
            Worth::Margin(margin) => margin.is_unlimited(),
            Worth::Loss(loss) => loss == 0.0,
        }
    }
}
