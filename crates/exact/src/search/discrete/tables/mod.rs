//! Every neuron's wrong bits for each choice of its weights, and the Lagrangian bound of a symmetric network from them.
//!
//! A symmetric weight serves two neurons. Let each choose its own value: the sum of their least wrong bits is a bound.
//! Prices make them agree: what value v of a shared weight costs one neuron more, it costs the other less, so that a
//! network, where both have the same value, pays nothing. For any prices λ, with states x_i of neuron i's weights,
//!
//! Σ_i min_{x_i} (wrong_i(x_i) + Σ_c λ_ic(x_ic)) ≤ wrong bits of every network, as Σ_i λ_ic(v) = 0 for all c, v.
//!
//! Prices are whole numbers in small units, so the bound is exact whatever chose them. (Lagrangian decomposition:
//! Guignard and Kim 1987.)

mod climb;
mod prover;
mod tree;

#[cfg(test)]
pub(super) use climb::Climb;
pub(super) use prover::TableProver;

use super::program::{IntegerProgram, digit_of};
use attractor::Control;
use rayon::prelude::*;

/// States of all tables together, at most: 64 MiB.
const MOST_STATES: usize = 1 << 25;

/// States of all tables together from which on more than one thread pays.
const STATES_FOR_THREADS: usize = 1 << 16;

/// What a network is charged, in units: wrong bits by themselves, or these first and then the non-zeros.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Objective {
    /// A wrong bit costs 2^this.
    wrong_shift: u32,
    /// Units of a weight that is not 0; even, as two neurons pay for it.
    nonzero: i32,
}

/// One neuron's share of the problem.
#[derive(Debug, Clone)]
pub(super) struct Table {
    /// Its weights and bias, as columns of the program; digit k of a state is the value of `columns[k]`.
    pub(super) columns: Vec<usize>,
    /// By state, Σ_k digit_k · values^k: the wrong bits.
    wrong: Vec<u16>,
}

/// All neurons' tables.
#[derive(Debug, Clone)]
pub(super) struct Tables {
    /// The values of a weight, by digit.
    pub(super) values: Vec<i32>,
    pub(super) neurons: Vec<Table>,
    /// By column: where it enters, once or twice.
    pub(super) owners: Vec<Vec<Owner>>,
}

/// A column's place in one neuron: (table, digit).
pub(super) type Owner = (usize, usize);

/// By table, then digit, then value: what that choice costs the neuron, in units.
pub(super) type Prices = Vec<Vec<Vec<i32>>>;

impl Objective {
    /// Wrong bits alone. None if the units would not fit.
    pub(super) fn wrong_bits(program: &IntegerProgram) -> Option<Self> {
        Self::fitting(program, 0, 16)
    }

    /// Wrong bits, then non-zeros. None if the units would not fit.
    pub(super) fn then_nonzeros(program: &IntegerProgram) -> Option<Self> {
        let nonzero = 1 << 6;
        let all = (nonzero as u32 * (program.columns() as u32 + 1)).next_power_of_two();
        Self::fitting(program, nonzero, all.trailing_zeros())
    }

    fn fitting(program: &IntegerProgram, nonzero: i32, wrong_shift: u32) -> Option<Self> {
        (most_rows(program) << wrong_shift < 1 << 30).then_some(Self {
            wrong_shift,
            nonzero,
        })
    }

    /// What a network with these numbers of wrong bits and non-zeros is charged.
    pub(super) fn of(self, wrong: usize, nonzeros: usize) -> i64 {
        ((wrong as i64) << self.wrong_shift) + i64::from(self.nonzero) * nonzeros as i64
    }

    /// A price of another objective, the same share of a wrong bit in this one; of −price it is the opposite.
    pub(super) fn convert(self, price: i32, other: Self) -> i64 {
        // A division towards zero, so that opposite prices stay opposite.
        (i64::from(price) << self.wrong_shift) / (1 << other.wrong_shift)
    }

    /// The wrong bits of a network that is charged at least `bound`.
    pub(super) fn wrong_bits_of(self, bound: i64) -> usize {
        let unit = 1_i64 << self.wrong_shift;
        ((bound + unit - 1) / unit).max(0) as usize
    }
}

/// Rows of the neuron that has most of them.
fn most_rows(program: &IntegerProgram) -> usize {
    let rows = (0..program.blocks()).map(|block| program.rows_of(block).len());
    rows.max().unwrap_or(0)
}

impl Tables {
    /// The tables of every neuron of `program`; None if they would be too large, or the control says stop.
    pub(super) fn new(program: &IntegerProgram, control: &Control<'_>) -> Option<Self> {
        let values = program.values_near(0);
        let states = |columns: usize| values.len().checked_pow(columns.try_into().ok()?);
        let mut all = 0_usize;
        for block in 0..program.blocks() {
            all = all.checked_add(states(program.columns_of(block).len())?)?;
        }
        if all > MOST_STATES || most_rows(program) > usize::from(u16::MAX) {
            return None;
        }
        let neurons: Option<Vec<Table>> = (0..program.blocks())
            .into_par_iter()
            .map(|block| (!control.should_stop()).then(|| Table::new(program, block, &values)))
            .collect();
        let neurons = neurons?;
        let mut owners = vec![Vec::new(); program.columns()];
        for (t, table) in neurons.iter().enumerate() {
            for (digit, &column) in table.columns.iter().enumerate() {
                owners[column].push((t, digit));
            }
        }
        Some(Self {
            values,
            neurons,
            owners,
        })
    }

    /// Prices at which every neuron pays its share of the non-zeros and nothing else.
    pub(super) fn fair_prices(&self, objective: Objective) -> Prices {
        let price = |column: usize| -> Vec<i32> {
            let share = objective.nonzero / self.owners[column].len() as i32;
            let cost = |&v: &i32| if v == 0 { 0 } else { share };
            self.values.iter().map(cost).collect()
        };
        let neuron = |table: &Table| table.columns.iter().map(|&c| price(c)).collect();
        self.neurons.iter().map(neuron).collect()
    }

    /// States of all tables together.
    pub(super) fn states(&self) -> usize {
        self.neurons.iter().map(|table| table.wrong.len()).sum()
    }

    /// Every neuron's cheapest state and what it costs.
    pub(super) fn cheapest(&self, objective: Objective, prices: &Prices) -> Vec<(i32, usize)> {
        let one = |(table, prices): (&Table, &Vec<Vec<i32>>)| table.cheapest(objective, prices);
        if self.states() < STATES_FOR_THREADS {
            return self.neurons.iter().zip(prices).map(one).collect();
        }
        self.neurons.par_iter().zip(prices).map(one).collect()
    }

    /// The value, by its number, that a state gives to a digit.
    pub(super) fn digit(&self, state: usize, digit: usize) -> usize {
        digit_of(state, digit, self.values.len())
    }
}

impl Table {
    fn new(program: &IntegerProgram, block: usize, values: &[i32]) -> Self {
        let columns: Vec<usize> = program
            .columns_of(block)
            .iter()
            .map(|&c| c as usize)
            .collect();
        let rows: Vec<usize> = program.rows_of(block).collect();
        // Fields of the rows from each state of some of the columns, state by state.
        let fields = |columns: &[usize]| {
            let mut fields = vec![0_i16; rows.len()];
            for &column in columns {
                let signs: Vec<i16> = rows
                    .iter()
                    .map(|&r| program.sign(r, column) as i16)
                    .collect();
                let before = fields.clone();
                fields.clear();
                for &value in values {
                    let sum = |(k, f): (usize, &i16)| f + value as i16 * signs[k % signs.len()];
                    fields.extend(before.iter().enumerate().map(sum));
                }
            }
            fields
        };
        let (low, high) = columns.split_at(columns.len() / 2);
        let (low, high) = (fields(low), fields(high));
        let need: Vec<i16> = rows.iter().map(|&r| program.need[r] as i16).collect();
        let mut left = vec![0_i16; rows.len()];
        let mut wrong = Vec::with_capacity(low.len() * high.len() / rows.len().pow(2));
        for high in high.chunks_exact(rows.len()) {
            for ((left, need), field) in left.iter_mut().zip(&need).zip(high) {
                *left = need - field;
            }
            for low in low.chunks_exact(rows.len()) {
                let pairs = low.iter().zip(&left);
                wrong.push(pairs.map(|(field, left)| u16::from(field < left)).sum());
            }
        }
        Self { columns, wrong }
    }

    /// The cheapest state, the first of several, and its cost.
    fn cheapest(&self, objective: Objective, prices: &[Vec<i32>]) -> (i32, usize) {
        attractor::kernels::vectors::with_vectors(
            #[inline(always)]
            || self.scan(objective, prices),
        )
    }

    #[inline(always)]
    fn scan(&self, objective: Objective, prices: &[Vec<i32>]) -> (i32, usize) {
        let (low, high) = prices.split_at(prices.len() / 2);
        let (low, high) = (sums(low), sums(high));
        let mut best = (i32::MAX, 0);
        for ((h, &high), wrong) in high
            .iter()
            .enumerate()
            .zip(self.wrong.chunks_exact(low.len()))
        {
            let cost =
                |(&wrong, low): (&u16, &i32)| (i32::from(wrong) << objective.wrong_shift) + low;
            let costs = || wrong.iter().zip(&low).map(cost);
            let least = costs().fold(i32::MAX, i32::min);
            if least + high < best.0 {
                let state = costs().position(|cost| cost == least).unwrap_or(0);
                best = (least + high, h * low.len() + state);
            }
        }
        best
    }

    /// What every state costs.
    pub(super) fn costs(
        &self,
        objective: Objective,
        prices: &[Vec<i32>],
    ) -> impl Iterator<Item = i32> {
        let states = self.wrong.iter().zip(sums(prices));
        states.map(move |(&wrong, price)| (i32::from(wrong) << objective.wrong_shift) + price)
    }
}

/// The sum of one price a digit, by state.
fn sums(prices: &[Vec<i32>]) -> Vec<i32> {
    let mut sums = vec![0];
    for digit in prices {
        sums = digit
            .iter()
            .flat_map(|price| sums.iter().map(move |sum| sum + price))
            .collect();
    }
    sums
}
