//! Ternary, binary and integer networks: tabu search on the worst cues.
//!
//! The loss of a network is the sum, over the bits asked for, of what their worst cues' fields fall short of 1; whole weights
//! with loss 0 survive. A move sets one weight to another value (of symmetric couplings both directions). Terms are few
//! different numbers, so each bit keeps how often each occurs, and a move costs a few operations a bit whatever N is. The
//! start is the network of real weights, rounded. It proves nothing where it finds none.

mod part;

use super::cues::{Cues, Demand};
use crate::error::ExactError;
use crate::instance::{Columns, Instance};
use crate::problem::Weights;
use crate::repair::Law;
use attractor::{Control, Network, Stability};
use part::{Change, Part};
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

/// Nats that a change must gain. Larger: gains are left. Smaller: rounding makes moves go in a circle.
const LEAST_GAIN: f64 = 1e-9;

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

/// The discrete network that meets the demands as `start` does and has the least loss that changes of one weight come to;
/// None if none is better.
pub(super) fn repaired(
    instance: &Instance<'_>,
    (held, demands): (&Stability, &[Demand]),
    start: &Network,
    law: Law,
    control: &Control<'_>,
) -> Result<Option<Network>, ExactError> {
    let neurons = instance.patterns.neurons();
    let part = |i: usize| {
        let asked = |mu: usize| held.is_right(mu, i).then(|| demands[mu]);
        Part::new(Cues::new(instance, i, asked), i)
    };
    let climbed = |columns: Columns, parts: Vec<Part>| {
        let mut search = Search::new(columns, parts, instance.weights);
        search.values = (search.columns.values(start).iter())
            .map(|&w| w as i32)
            .collect();
        let survives = search.count() == 0;
        let gained = survives && search.climb(law, control);
        let values: Vec<f64> = search.values.iter().map(|&v| f64::from(v)).collect();
        (gained, search.columns, values)
    };
    if instance.couplings.is_symmetric() {
        let columns = Columns::of_symmetric(&instance.couplings, instance.bias);
        let (gained, columns, values) = climbed(columns, (0..neurons).map(part).collect());
        let network = gained.then(|| columns.network(&values));
        return Ok(network.transpose()?);
    }
    let parts: Vec<(bool, Columns, Vec<f64>)> = (0..neurons)
        .into_par_iter()
        .map(|i| {
            let columns = Columns::of_neuron(&instance.couplings, instance.bias, i);
            climbed(columns, vec![part(i)])
        })
        .collect();
    let gained = parts.iter().any(|(gained, ..)| *gained);
    let rows = parts
        .into_iter()
        .map(|(_, columns, values)| (columns, values));
    let network = Columns::directed_network(neurons, rows)?;
    Ok(gained.then_some(network))
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

    /// Changes one weight at a time, each time the one that leaves the least damage, as long as every bit survives; whether
    /// any was.
    fn climb(&mut self, law: Law, control: &Control<'_>) -> bool {
        let mut climbed = false;
        for _ in 0..MOVES {
            if control.should_stop() {
                break;
            }
            let Some((_, weight, to)) = self.best_surviving(law) else {
                break;
            };
            self.apply(weight, to);
            climbed = true;
        }
        climbed
    }

    /// The move that leaves the least damage, among those that lessen it and lose no survivor.
    fn best_surviving(&self, law: Law) -> Option<(f64, usize, i32)> {
        let now: Vec<f64> = (self.parts.iter())
            .map(|part| part.damage_after(None, law))
            .collect();
        let moves = (0..self.values.len()).into_par_iter().with_min_len(16);
        let gains: Vec<(f64, usize, i32)> = moves
            .flat_map_iter(|weight| {
                let from = self.values[weight];
                let now = &now;
                let kept = move |&to: &i32| self.change(weight, to) == 0;
                let gain = move |to: i32| {
                    let of = |&(part, column): &(usize, usize)| {
                        let change = Change { column, from, to };
                        now[part] - self.parts[part].damage_after(Some(change), law)
                    };
                    let gained: f64 = self.places[weight].iter().map(of).sum();
                    (gained, weight, to)
                };
                self.others(from).into_iter().filter(kept).map(gain)
            })
            .filter(|&(gained, ..)| gained > LEAST_GAIN)
            .collect();
        gains
            .into_iter()
            .reduce(|a, b| if b.0 > a.0 { b } else { a })
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
