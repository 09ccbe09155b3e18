//! Ternary, binary and integer networks: tabu search on the worst cues.
//!
//! The loss of a network is the sum, over the bits asked for, of what their worst cues' fields fall short of 1; whole weights
//! with loss 0 survive. A move sets one weight to another value (of symmetric couplings both directions). Terms are few
//! different numbers, so each bit keeps how often each occurs, and a move costs a few operations a bit whatever N is. The
//! start is the network of real weights, rounded. It proves nothing where it finds none.

use super::cues::{Cues, Demand};
use crate::error::ExactError;
use crate::instance::{Columns, Instance};
use crate::problem::Weights;
use attractor::{Control, Network, Stability};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

/// Moves of one search. Larger: what cannot be found takes longer, a second for 32 symmetric neurons. Smaller: tight radii are
/// missed.
const MOVES: usize = 3000;

/// Moves without a smaller loss after which a search gives up, a weight and so many more. Larger: what cannot be found takes
/// longer.
const PATIENCE: (usize, usize) = (4, 200);

/// Moves for which a weight that was changed stays as it is: at least, and how many more at most.
const TENURE: (usize, usize) = (3, 8);

/// Shares of the largest real weight that are rounded to the largest discrete one. Smaller ones leave fewer zeros.
const LARGEST: [f64; 7] = [1.0, 0.8, 0.6, 0.45, 0.3, 0.2, 0.1];

/// A network of discrete weights whose right bits (`held`) meet `demands`, if the search comes to one. `starts` are networks
/// of any weights.
pub(super) fn network(
    instance: &Instance<'_>,
    held: &Stability,
    demands: &[Demand],
    starts: &[&Network],
    seed: u64,
    control: &Control<'_>,
) -> Result<Option<Network>, ExactError> {
    let neurons = instance.patterns.neurons();
    let asked = |i: usize| move |mu: usize| held.is_right(mu, i).then(|| demands[mu]);
    let search = |columns: Columns, own: &[usize], stream: u64| {
        let parts = own
            .iter()
            .map(|&i| Part::new(Cues::new(instance, i, asked(i)), i));
        let mut search = Search::new(columns, parts.collect(), instance.weights);
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(stream);
        search.start(starts);
        let found = search.run(&mut rng, control);
        found.then(|| {
            (
                search.columns,
                search.values.iter().map(|&v| f64::from(v)).collect(),
            )
        })
    };
    if instance.couplings.is_symmetric() {
        let columns = Columns::of_symmetric(&instance.couplings, instance.bias);
        let all: Vec<usize> = (0..neurons).collect();
        let found: Option<(Columns, Vec<f64>)> = search(columns, &all, 0);
        let network = found.map(|(columns, values)| columns.network(&values));
        return Ok(network.transpose()?);
    }
    let parts: Option<Vec<(Columns, Vec<f64>)>> = (0..neurons)
        .into_par_iter()
        .map(|i| {
            let columns = Columns::of_neuron(&instance.couplings, instance.bias, i);
            search(columns, &[i], i as u64)
        })
        .collect();
    let network = parts.map(|parts| Columns::directed_network(neurons, parts));
    Ok(network.transpose()?)
}

/// The bits of one neuron, with their fields.
struct Part {
    cues: Cues,
    neuron: usize,
    /// Row-major signs of the columns.
    fields: Vec<i64>,
    /// Row k, value v from 0 to K: how many inputs help bit k by v.
    helping: Vec<u32>,
    loss: i64,
}

/// A weight that changes: its column in a part, and its values.
#[derive(Clone, Copy)]
struct Change {
    column: usize,
    from: i32,
    to: i32,
}

impl Part {
    fn new(cues: Cues, neuron: usize) -> Self {
        Self {
            fields: vec![0; cues.len()],
            helping: Vec::new(),
            cues,
            neuron,
            loss: 0,
        }
    }

    /// Where the weight from neuron j stands (the bias for j = i).
    fn column(&self, j: usize) -> Option<usize> {
        if j == self.neuron {
            return self.cues.bias.then_some(self.cues.inputs.len());
        }
        self.cues.inputs.binary_search(&j).ok()
    }

    fn is_bias(&self, column: usize) -> bool {
        column == self.cues.inputs.len()
    }

    /// Counts all bits anew for these values of the columns.
    fn count(&mut self, values: &[i32], largest: usize) {
        self.helping = vec![0; self.cues.len() * (largest + 1)];
        self.loss = 0;
        for k in 0..self.cues.len() {
            let row = self.cues.row(k);
            let helping = &mut self.helping[k * (largest + 1)..][..=largest];
            self.fields[k] = 0;
            for (c, &value) in values.iter().enumerate() {
                let term = i64::from(value) * row[c] as i64;
                self.fields[k] += term;
                if c < self.cues.inputs.len() && term > 0 {
                    helping[term as usize] += 1;
                }
            }
        }
        self.loss = (0..self.cues.len())
            .map(|k| self.lacking(k, largest, None))
            .sum();
    }

    /// By how much bit k's worst field falls short of 1, after a change if there is one.
    fn lacking(&self, k: usize, largest: usize, change: Option<Change>) -> i64 {
        let helping = &self.helping[k * (largest + 1)..][..=largest];
        let (mut gone, mut come, mut field) = (0, 0, self.fields[k]);
        if let Some(change) = change {
            let sign = self.cues.row(k)[change.column] as i64;
            let (from, to) = (sign * i64::from(change.from), sign * i64::from(change.to));
            field += to - from;
            if !self.is_bias(change.column) {
                (gone, come) = (from.max(0) as usize, to.max(0) as usize);
            }
        }
        let lost = |most: usize| -> i64 {
            let (mut left, mut lost) = (most, 0);
            for v in (1..=largest).rev() {
                let there = helping[v] as usize + usize::from(v == come) - usize::from(v == gone);
                let taken = left.min(there);
                lost += (taken * v) as i64;
                left -= taken;
                if left == 0 {
                    break;
                }
            }
            lost
        };
        let Demand { flips, erasures } = self.cues.demands[k];
        let mut worst = field - 2 * lost(flips);
        if erasures > flips {
            worst = worst.min(field - lost(erasures));
        }
        (1 - worst).max(0)
    }

    /// The loss after a change.
    fn loss_after(&self, change: Change, largest: usize) -> i64 {
        (0..self.cues.len())
            .map(|k| self.lacking(k, largest, Some(change)))
            .sum()
    }

    /// Makes the change.
    fn apply(&mut self, change: Change, largest: usize) {
        self.loss = self.loss_after(change, largest);
        for k in 0..self.cues.len() {
            let sign = self.cues.row(k)[change.column] as i64;
            let (from, to) = (sign * i64::from(change.from), sign * i64::from(change.to));
            self.fields[k] += to - from;
            if self.is_bias(change.column) {
                continue;
            }
            let helping = &mut self.helping[k * (largest + 1)..][..=largest];
            if from > 0 {
                helping[from as usize] -= 1;
            }
            if to > 0 {
                helping[to as usize] += 1;
            }
        }
    }
}

/// The weights that are searched, and the bits that they belong to.
struct Search {
    columns: Columns,
    /// Of each weight the parts and columns where it stands: one, or two if it is symmetric.
    places: Vec<Vec<(usize, usize)>>,
    parts: Vec<Part>,
    weights: Weights,
    largest: i32,
    values: Vec<i32>,
}

impl Search {
    fn new(columns: Columns, parts: Vec<Part>, weights: Weights) -> Self {
        let place = |&(i, j): &(usize, usize)| {
            let of = |a: usize, b: usize| {
                let part = parts.iter().position(|part| part.neuron == a)?;
                Some((part, parts[part].column(b)?))
            };
            let both = [of(i, j), of(j, i).filter(|_| i != j)];
            both.into_iter().flatten().collect()
        };
        Self {
            places: columns.places().iter().map(place).collect(),
            values: vec![0; columns.len()],
            largest: weights.largest() as i32,
            columns,
            parts,
            weights,
        }
    }

    /// Begins with the rounding of least loss.
    fn start(&mut self, starts: &[&Network]) {
        let mut best: Option<(i64, Vec<i32>)> = None;
        for network in starts {
            let real = self.columns.values(network);
            let most = real.iter().fold(0.0_f64, |most, w| most.max(w.abs()));
            for share in LARGEST {
                let unit = most * share;
                let rounded = |w: &f64| self.weights.nearest(w.clamp(-unit, unit), unit) as i32;
                self.values = real.iter().map(rounded).collect();
                let loss = self.count();
                if best.as_ref().is_none_or(|(known, _)| loss < *known) {
                    best = Some((loss, self.values.clone()));
                }
            }
        }
        if let Some((_, values)) = best {
            self.values = values;
        }
        self.count();
    }

    /// Counts all parts anew; their loss.
    fn count(&mut self) -> i64 {
        let mut own: Vec<Vec<i32>> = (self.parts.iter())
            .map(|part| vec![0; part.cues.inputs.len() + usize::from(part.cues.bias)])
            .collect();
        for (places, &value) in self.places.iter().zip(&self.values) {
            for &(part, column) in places {
                own[part][column] = value;
            }
        }
        let largest = self.largest as usize;
        for (part, values) in self.parts.iter_mut().zip(&own) {
            part.count(values, largest);
        }
        self.loss()
    }

    fn loss(&self) -> i64 {
        self.parts.iter().map(|part| part.loss).sum()
    }

    /// Moves until no loss is left; whether that came about.
    fn run(&mut self, rng: &mut ChaCha8Rng, control: &Control<'_>) -> bool {
        let mut free_from = vec![0; self.values.len()];
        let mut best = self.loss();
        let mut improved = 0;
        let patience = PATIENCE.0 * self.values.len() + PATIENCE.1;
        for time in 0..MOVES {
            if self.loss() == 0 {
                return true;
            }
            if control.should_stop() || time > improved + patience {
                return false;
            }
            let moves = self.moves();
            let allowed =
                |&&(loss, weight, _): &&(i64, usize, i32)| free_from[weight] <= time || loss < best;
            let Some(least) = moves.iter().filter(allowed).map(|m| m.0).min() else {
                continue;
            };
            let ties: Vec<_> = moves
                .iter()
                .filter(allowed)
                .filter(|m| m.0 == least)
                .collect();
            let &&(_, weight, to) = &ties[rng.random_range(0..ties.len())];
            self.apply(weight, to);
            if least < best {
                (best, improved) = (least, time);
            }
            free_from[weight] = time + TENURE.0 + rng.random_range(0..=TENURE.1);
        }
        self.loss() == 0
    }

    /// All moves with the loss after them: (loss, weight, new value).
    fn moves(&self) -> Vec<(i64, usize, i32)> {
        let total = self.loss();
        (0..self.values.len())
            .into_par_iter()
            .with_min_len(64)
            .flat_map_iter(|weight| {
                let others = self.others(self.values[weight]);
                others
                    .into_iter()
                    .map(move |to| (total + self.change(weight, to), weight, to))
            })
            .collect()
    }

    /// Values that a weight may change to: all of a small domain, of a larger one the neighbours, zero and the opposite.
    fn others(&self, value: i32) -> Vec<i32> {
        let k = self.largest;
        let mut others: Vec<i32> = match self.weights {
            Weights::Binary => vec![-value],
            _ if k <= 2 => (-k..=k).collect(),
            _ => vec![
                value - 1,
                value + 1,
                value - k / 4 - 1,
                value + k / 4 + 1,
                0,
                -value,
            ],
        };
        others.retain(|&v| v != value && v.abs() <= k);
        others
    }

    /// By how much the loss changes.
    fn change(&self, weight: usize, to: i32) -> i64 {
        let from = self.values[weight];
        let of = |&(part, column): &(usize, usize)| {
            let change = Change { column, from, to };
            self.parts[part].loss_after(change, self.largest as usize) - self.parts[part].loss
        };
        self.places[weight].iter().map(of).sum()
    }

    fn apply(&mut self, weight: usize, to: i32) {
        let from = self.values[weight];
        for &(part, column) in &self.places[weight] {
            let change = Change { column, from, to };
            self.parts[part].apply(change, self.largest as usize);
        }
        self.values[weight] = to;
    }
}
