//! Margin: the widest one among weights with the fewest wrong bits known.
//!
//! The margin of a neuron is the least aligned field of its right bits over the Euclidean norm of its weights, biases
//! left out, as [`attractor::Stability::neuron_margin`] has it; that of a network is the least of its neurons'. Weight by
//! weight, then pair by pair, values change as long as Σ exp(−β field/norm) over the right bits falls and no bit more
//! becomes wrong; β grows from a mean over the bits to nearly their minimum. Starts are the weights that the search for
//! few wrong bits found and the optimum of real weights, rounded at several scales.

use super::anneal::Incumbent;
use super::program::{IntegerProgram, signed};
use attractor::Control;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use std::cmp::Ordering;

/// β times the mean of field/norm at the start of a descent. Larger values end in worse minima, smaller ones ask for more
/// stages.
const SOFTEST: f64 = 4.0;

/// Stages of a descent, in each of which β doubles. With fewer the sum is not yet the minimum; more change nothing.
const STAGES: usize = 8;

/// Sweeps over all weights in one stage, at most. Most stages need three.
const MOST_SWEEPS: usize = 12;

/// Scales at which real weights are rounded, each a factor of 2^(1/4) from the next: they span a factor of 32. Fewer miss
/// the best threshold, more repeat the same weights.
const SCALES: i32 = 20;

/// Starts that are improved, the best of all. More take longer and rarely win.
const MOST_STARTS: usize = 3;

/// Terms of the sums that restarts and pairs of weights may cost together: about a second. More make the margin of
/// networks of some tens of neurons a little wider.
const MOST_TERMS: u64 = 100_000_000;

/// Restarts from the best weights with some of them changed, at most.
const MOST_RESTARTS: usize = 40;

/// Choices of all weights times rows, at most, that are tried one by one to prove a margin: about half a second. More
/// prove the margins of neurons with 15 ternary inputs instead of 14.
const MOST_TRIALS: u64 = 1 << 27;

/// Choices between two looks at the control.
const TRIALS_PER_LOOK: u64 = 4096;

/// A margin as the exact fraction least²/squares; (1, 0) where no bit limits it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Margin {
    /// The least aligned field of a right bit.
    pub(super) least: i64,
    /// The squared norm of the weights.
    pub(super) squares: i64,
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
pub(super) fn margin_of(program: &IntegerProgram, weights: &[i32]) -> Margin {
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
fn squares_of(program: &IntegerProgram, weights: &[i32]) -> Vec<i64> {
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

/// Fewer wrong rows first, then the wider margin.
fn is_better(one: (usize, Margin), other: (usize, Margin)) -> bool {
    one.0 < other.0 || one.0 == other.0 && one.1 > other.1
}

/// The widest margin found from `incumbent` and from the `real` weights, if there are any, with no more wrong rows.
pub(super) fn widen(
    program: &IntegerProgram,
    incumbent: &Incumbent,
    real: Option<&[f64]>,
    rng: &mut ChaCha8Rng,
    control: &Control<'_>,
) -> Incumbent {
    let mut best = Ranked::new(program, incumbent.weights.clone());
    let mut starts = vec![best.clone()];
    for scale in 0..SCALES {
        let Some(real) = real.filter(|_| !control.should_stop()) else {
            break;
        };
        let start = Ranked::new(program, rounded(program, real, scale));
        if !starts.contains(&start) {
            starts.push(start);
            // No more are kept than are used: each takes as much memory as the network.
            starts.sort_by_key(|start| (start.wrong, std::cmp::Reverse(start.margin)));
            starts.truncate(MOST_STARTS);
        }
    }
    let mut terms = 0;
    for start in starts {
        let mut descent = Descent::new(program, start.weights, control);
        descent.run(&mut best);
        terms += descent.terms;
    }
    for _ in 0..MOST_RESTARTS {
        if terms >= MOST_TERMS || control.should_stop() || best.margin.is_unlimited() {
            break;
        }
        let changed = shaken(program, &best.weights, rng);
        let mut descent = Descent::new(program, changed, control);
        descent.run(&mut best);
        descent.pairs(&mut best, MOST_TERMS / 4);
        // A round that cost nothing must not go on for ever.
        terms += descent.terms + 1;
    }
    Incumbent::new(program, best.weights)
}

/// The widest margin among all weights with at most as many wrong rows as `incumbent` has, and whether all were tried:
/// they are where there are at most [`MOST_TRIALS`] of them, counted by rows, and the control does not stop it.
pub(super) fn widest_of_all(
    program: &IntegerProgram,
    incumbent: Incumbent,
    control: &Control<'_>,
) -> (Incumbent, bool) {
    let values = program.values_near(0);
    let exponent = u32::try_from(program.columns()).unwrap_or(u32::MAX);
    let choices = (values.len() as u64).checked_pow(exponent);
    let trials = choices.and_then(|choices| choices.checked_mul(program.rows() as u64));
    if trials.is_none_or(|trials| trials > MOST_TRIALS) {
        return (incumbent, false);
    }
    let mut best = Ranked::new(program, incumbent.weights);
    let mut weights = vec![values[0]; program.columns()];
    let mut fields = program.fields(&weights);
    let mut digits = vec![0; program.columns()];
    for trial in 0_u64.. {
        if trial % TRIALS_PER_LOOK == 0 && control.should_stop() {
            return (Incumbent::new(program, best.weights), false);
        }
        if program.wrong(&fields) <= best.wrong {
            let now = Ranked::new(program, weights.clone());
            if is_better((now.wrong, now.margin), (best.wrong, best.margin)) {
                best = now;
            }
        }
        // The next choice, as a counter counts.
        let mut column = 0;
        while column < digits.len() {
            digits[column] = (digits[column] + 1) % values.len();
            let step = values[digits[column]] - weights[column];
            program.shift(&mut fields, column, step);
            weights[column] += step;
            if digits[column] > 0 {
                break;
            }
            column += 1;
        }
        if column == digits.len() {
            break;
        }
    }
    (Incumbent::new(program, best.weights), true)
}

/// Weights with what they are worth.
#[derive(Debug, Clone, PartialEq)]
struct Ranked {
    weights: Vec<i32>,
    wrong: usize,
    margin: Margin,
}

impl Ranked {
    fn new(program: &IntegerProgram, weights: Vec<i32>) -> Self {
        Self {
            wrong: program.wrong(&program.fields(&weights)),
            margin: margin_of(program, &weights),
            weights,
        }
    }
}

/// Real weights at one of [`SCALES`] scales, rounded to the values allowed.
fn rounded(program: &IntegerProgram, real: &[f64], scale: i32) -> Vec<i32> {
    let largest = real.iter().fold(0.0_f64, |most, w| most.max(w.abs()));
    let level = f64::from(program.level);
    // At scale 0 the largest weight is the largest allowed, then more and more weights are.
    let unit = level / largest.max(f64::MIN_POSITIVE) * (0.25 * f64::from(scale)).exp2();
    let value = |&w: &f64| {
        if program.is_binary() {
            return if w < 0.0 { -1 } else { 1 };
        }
        (w * unit).round().clamp(-level, level) as i32
    };
    real.iter().map(value).collect()
}

/// Some of the weights, at least two, changed at random.
fn shaken(program: &IntegerProgram, weights: &[i32], rng: &mut ChaCha8Rng) -> Vec<i32> {
    let mut weights = weights.to_vec();
    if weights.is_empty() {
        return weights;
    }
    let values = program.values_near(0);
    for _ in 0..(weights.len() / 16).max(2) {
        let column = rng.random_range(0..weights.len());
        weights[column] = values[rng.random_range(0..values.len())];
    }
    weights
}

/// Weights on their way to a wider margin.
struct Descent<'p> {
    program: &'p IntegerProgram,
    control: &'p Control<'p>,
    values: Vec<i32>,
    weights: Vec<i32>,
    fields: Vec<i32>,
    /// By block: Σ w².
    squares: Vec<i64>,
    /// By block.
    cost: Vec<f64>,
    sharpness: f64,
    /// Terms of the sums so far.
    terms: u64,
}

/// What a change of one weight does: rows that become wrong less those that become right, and the sum's change.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Effect {
    more_wrong: i32,
    cost: f64,
}

impl Effect {
    const NONE: Self = Self {
        more_wrong: 0,
        cost: 0.0,
    };

    /// Whether the change is worth making: it rights a row, or lowers the sum by more than rounding.
    fn improves(self) -> bool {
        self.more_wrong < 0 || self.more_wrong == 0 && self.cost < -1e-9
    }

    fn is_below(self, other: Self) -> bool {
        (self.more_wrong, self.cost) < (other.more_wrong, other.cost)
    }

    fn and(self, other: Self) -> Self {
        Self {
            more_wrong: self.more_wrong + other.more_wrong,
            cost: self.cost + other.cost,
        }
    }
}

impl<'p> Descent<'p> {
    fn new(program: &'p IntegerProgram, weights: Vec<i32>, control: &'p Control<'p>) -> Self {
        Self {
            program,
            control,
            values: program.values_near(0),
            fields: program.fields(&weights),
            squares: squares_of(program, &weights),
            cost: vec![0.0; program.blocks()],
            sharpness: 1.0,
            weights,
            terms: 0,
        }
    }

    /// All stages; `best` keeps the best weights on the way.
    fn run(&mut self, best: &mut Ranked) {
        self.sharpness = SOFTEST / self.mean();
        for _ in 0..STAGES {
            for _ in 0..MOST_SWEEPS {
                self.refresh();
                let moved = self.sweep();
                self.offer(best);
                if !moved || self.control.should_stop() {
                    break;
                }
            }
            self.sharpness *= 2.0;
        }
        self.sharpness /= 2.0;
    }

    /// Pairs of weights of common neurons change together, while that costs at most `most` terms.
    fn pairs(&mut self, best: &mut Ranked, most: u64) {
        let (columns, values) = (self.weights.len() as u64, self.values.len() as u64);
        let rows = self.program.rows() as u64 / self.program.blocks().max(1) as u64;
        if (columns * values).pow(2).saturating_mul(2 * rows) > most {
            return;
        }
        let mut moved = true;
        while moved && !self.control.should_stop() && self.terms < most {
            moved = false;
            self.refresh();
            for first in 0..self.weights.len() {
                moved |= self.move_pair(first);
            }
            self.offer(best);
        }
    }

    /// Tries every value of one weight together with every value of each other one; whether some pair improved.
    fn move_pair(&mut self, first: usize) -> bool {
        let before = self.weights[first];
        for k in 0..self.values.len() {
            let step = self.values[k] - before;
            if step == 0 {
                continue;
            }
            let effect = self.effect(first, step);
            self.make(first, step);
            for second in first + 1..self.weights.len() {
                let (own, step) = self.best_step(second);
                if step != 0 && effect.and(own).improves() {
                    self.make(second, step);
                    return true;
                }
            }
            self.make(first, -step);
        }
        false
    }

    /// One pass over all weights; whether some moved.
    fn sweep(&mut self) -> bool {
        let mut moved = false;
        for column in 0..self.weights.len() {
            if column % 64 == 0 && self.control.should_stop() {
                break;
            }
            let (effect, step) = self.best_step(column);
            if step != 0 && effect.improves() {
                self.make(column, step);
                moved = true;
            }
        }
        moved
    }

    /// The best change of one weight, whether or not it improves, and its step.
    fn best_step(&mut self, column: usize) -> (Effect, i32) {
        let mut best = (Effect::NONE, 0);
        for k in 0..self.values.len() {
            let step = self.values[k] - self.weights[column];
            if step == 0 {
                continue;
            }
            let effect = self.effect(column, step);
            if best.1 == 0 || effect.is_below(best.0) {
                best = (effect, step);
            }
        }
        best
    }

    fn make(&mut self, column: usize, step: i32) {
        self.program.shift(&mut self.fields, column, step);
        for block in self.program.blocks_of(column) {
            self.squares[block] = self.squares_with(block, column, step);
        }
        self.weights[column] += step;
        for block in self.program.blocks_of(column) {
            self.cost[block] = self.cost_of(block);
        }
    }

    fn squares_with(&self, block: usize, column: usize, step: i32) -> i64 {
        if self.program.is_bias(column) {
            return self.squares[block];
        }
        let (before, after) = (self.weights[column], self.weights[column] + step);
        self.squares[block] + i64::from(after).pow(2) - i64::from(before).pow(2)
    }

    fn effect(&mut self, column: usize, step: i32) -> Effect {
        let mut effect = Effect::NONE;
        for block in self.program.blocks_of(column) {
            let slope = self.slope(self.squares_with(block, column, step));
            let rows = self.program.rows_of(block);
            self.terms += rows.len() as u64;
            let pairs = self.fields[rows.clone()]
                .iter()
                .zip(&self.program.need[rows]);
            for ((&field, &need), mask) in pairs.zip(self.program.masks(column)) {
                let after = field + signed(step, mask);
                effect.more_wrong += i32::from(after < need) - i32::from(field < need);
                if after >= need {
                    effect.cost += (slope * f64::from(after)).exp();
                }
            }
            effect.cost -= self.cost[block];
        }
        effect
    }

    /// The factor of a field in the exponent.
    fn slope(&self, squares: i64) -> f64 {
        -self.sharpness / (squares.max(1) as f64).sqrt()
    }

    fn cost_of(&self, block: usize) -> f64 {
        let slope = self.slope(self.squares[block]);
        let rows = self.program.rows_of(block);
        let pairs = self.fields[rows.clone()]
            .iter()
            .zip(&self.program.need[rows]);
        let right = pairs.filter(|(field, need)| field >= need);
        right
            .map(|(&field, _)| (slope * f64::from(field)).exp())
            .sum()
    }

    fn refresh(&mut self) {
        for block in 0..self.program.blocks() {
            self.cost[block] = self.cost_of(block);
        }
    }

    /// The mean of field/norm over the right rows.
    fn mean(&self) -> f64 {
        let (mut sum, mut count) = (0.0, 0);
        for block in 0..self.program.blocks() {
            let norm = (self.squares[block].max(1) as f64).sqrt();
            for r in self.program.rows_of(block) {
                if self.fields[r] >= self.program.need[r] {
                    sum += f64::from(self.fields[r]) / norm;
                    count += 1;
                }
            }
        }
        if sum > 0.0 {
            sum / f64::from(count)
        } else {
            1.0
        }
    }

    fn offer(&self, best: &mut Ranked) {
        let now = Ranked::new(self.program, self.weights.clone());
        if is_better((now.wrong, now.margin), (best.wrong, best.margin)) {
            *best = now;
        }
    }
}
