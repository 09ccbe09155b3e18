//! Incumbents: simulated annealing over the weights with the fields kept up to date.
//!
//! A row that misses its need by d > 0 costs d, which gives the search a slope; the best weights are those with the
//! fewest wrong rows on the way. (Charging the wrong rows themselves as well found clearly more wrong bits.)

use super::program::{IntegerProgram, signed};
use attractor::Control;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

/// Temperature at the start of a run, in units of cost: a loss of 1 is accepted every other time.
const HOT: f64 = 1.5;

/// Temperature at the end: a loss of 1 is accepted once in five trials. Lower ones end in worse minima.
const COLD: f64 = 0.6;

/// Trials between two looks at the control.
const TRIALS_PER_LOOK: usize = 1000;

/// Weights, their wrong rows and non-zeros.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Incumbent {
    pub(super) weights: Vec<i32>,
    pub(super) wrong: usize,
    pub(super) nonzeros: usize,
}

impl Incumbent {
    pub(super) fn new(program: &IntegerProgram, weights: Vec<i32>) -> Self {
        Self {
            wrong: program.wrong(&program.fields(&weights)),
            nonzeros: weights.iter().filter(|&&w| w != 0).count(),
            weights,
        }
    }

    /// Fewer wrong rows first, then fewer non-zeros.
    pub(super) fn rank(&self) -> (usize, usize) {
        (self.wrong, self.nonzeros)
    }
}

/// The weights of the Hebbian rule, Σ_r a_rc, rounded to the values allowed.
pub(super) fn hebbian(program: &IntegerProgram) -> Vec<i32> {
    let sums: Vec<i32> = (0..program.columns()).map(|c| program.sum(c)).collect();
    let largest = sums.iter().map(|sum| sum.unsigned_abs()).max();
    let largest = f64::from(largest.unwrap_or(0));
    let weight = |&sum: &i32| program.weights.nearest(f64::from(sum), largest) as i32;
    sums.iter().map(weight).collect()
}

/// One run of `sweeps` trials a column from `start`; the best weights seen, and if `thinned` without weights that no right
/// row needs.
pub(super) fn anneal(
    program: &IntegerProgram,
    start: &Incumbent,
    sweeps: usize,
    thinned: bool,
    rng: &mut ChaCha8Rng,
    control: &Control<'_>,
) -> Incumbent {
    let columns = program.columns();
    let mut weights = start.weights.clone();
    let mut fields = program.fields(&weights);
    let mut wrong = start.wrong;
    let mut best = start.clone();
    if columns == 0 {
        return best;
    }
    let trials = sweeps * columns;
    let cooling = (COLD / HOT).powf(1.0 / trials as f64);
    let mut temperature = HOT;
    for trial in 0..trials {
        if trial % TRIALS_PER_LOOK == 0 && control.should_stop() {
            break;
        }
        temperature *= cooling;
        let column = rng.random_range(0..columns);
        let step = step(program, weights[column], rng);
        let (cost, more_wrong) = change(program, &fields, column, step);
        let accepted = cost <= 0 || rng.random::<f64>() < (-f64::from(cost) / temperature).exp();
        if !accepted {
            continue;
        }
        weights[column] += step;
        program.shift(&mut fields, column, step);
        wrong = wrong.wrapping_add_signed(more_wrong as isize);
        if wrong < best.wrong {
            best.wrong = wrong;
            best.weights.clone_from(&weights);
            best.nonzeros = weights.iter().filter(|&&w| w != 0).count();
            if wrong == 0 {
                break;
            }
        }
    }
    if thinned { thin(program, best) } else { best }
}

/// Every weight in turn takes the value that leaves the fewest rows wrong, then the least cost, until none moves.
pub(super) fn settle(program: &IntegerProgram, mut weights: Vec<i32>, thinned: bool) -> Incumbent {
    let values = program.values_near(0);
    let mut fields = program.fields(&weights);
    let mut moved = true;
    while moved {
        moved = false;
        for (column, weight) in weights.iter_mut().enumerate() {
            let rank = |step: i32| {
                let (cost, more_wrong) = change(program, &fields, column, step);
                (more_wrong, cost, step.abs(), step)
            };
            let ranks = values.iter().map(|value| rank(value - *weight));
            let (_, _, _, step) = ranks.min().unwrap_or_default();
            if step != 0 {
                program.shift(&mut fields, column, step);
                *weight += step;
                moved = true;
            }
        }
    }
    let settled = Incumbent::new(program, weights);
    if thinned {
        thin(program, settled)
    } else {
        settled
    }
}

/// A random change of a weight: mostly to a neighbouring value, sometimes to any.
fn step(program: &IntegerProgram, weight: i32, rng: &mut ChaCha8Rng) -> i32 {
    if program.is_binary() {
        return -2 * weight;
    }
    let level = program.level;
    if rng.random_range(0..4) == 0 {
        let other = rng.random_range(-level..level);
        return other + i32::from(other >= weight) - weight;
    }
    let up = match weight {
        w if w == level => false,
        w if w == -level => true,
        _ => rng.random(),
    };
    if up { 1 } else { -1 }
}

/// (change of cost, change of the number of wrong rows) if the column's weight moves by `step`.
fn change(program: &IntegerProgram, fields: &[i32], column: usize, step: i32) -> (i32, i32) {
    let mut cost = 0;
    let mut wrong = 0;
    for block in program.blocks_of(column) {
        let rows = program.rows_of(block);
        let rows = fields[rows.clone()].iter().zip(&program.need[rows]);
        for ((field, need), mask) in rows.zip(program.masks(column)) {
            let before = need - field;
            let after = before - signed(step, mask);
            wrong += i32::from(after > 0) - i32::from(before > 0);
            cost += after.max(0) - before.max(0);
        }
    }
    (cost, wrong)
}

/// Sets weights to 0, one after the other, where that makes no more rows wrong.
fn thin(program: &IntegerProgram, incumbent: Incumbent) -> Incumbent {
    let mut weights = incumbent.weights;
    let mut fields = program.fields(&weights);
    for (column, weight) in weights.iter_mut().enumerate() {
        let removable = !program.is_binary() && *weight != 0;
        if removable && change(program, &fields, column, -*weight).1 <= 0 {
            program.shift(&mut fields, column, -*weight);
            *weight = 0;
        }
    }
    Incumbent::new(program, weights)
}
