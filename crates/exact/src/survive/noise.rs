//! Noise under a guarantee: among directed networks that survive as much, one whose first step undoes random damage best.
//!
//! Each neuron is the concave program of [`crate::repair`] with worst cues as further rows that have but to hold. The oracle
//! of `cues` finds those that the program's optimum breaks, they become rows, and the program is solved again. The least
//! field over all cues is a concave function of the weights. So from the surviving weights, where it is above the floor, to
//! the program's optimum there is a last point that has it there: each round keeps that point and begins from it. Every round
//! bounds what any weights can do, as it asks for fewer cues than there are.

use super::cues::{Cues, Demand};
use crate::error::ExactError;
use crate::geometry::grid;
use crate::instance::{Columns, Instance};
use crate::problem::{Survive, SurviveGoal};
use crate::repair::{FLOOR, KeptBits, Law, NeuronProgram};
use crate::tolerances::REPAIR_GAP;
use attractor::kernels::linear::{WIDTH, norm};
use attractor::{Control, Network, Radius, Stability, certified_radii};
use rayon::prelude::*;

/// Rounds of adding cues at most. More: neurons of many patterns take longer for gains that recall does not show. Fewer:
/// where many cues bind, the weights stay near those of widest robust margin.
const ROUNDS: usize = 30;

/// Halvings on the way to the last point that survives.
const HALVINGS: usize = 12;

/// How far towards that point a round begins: at the point itself its cues would be on the floor, where the barrier is
/// infinite.
const INSIDE: f64 = 0.9;

/// Shares of the new weights in blends with the surviving ones, tried on the grid in this order.
const BLENDS: [f64; 4] = [1.0, 0.99, 0.9, 0.5];

/// What a network's patterns survive of what was asked for, as demands to be kept.
pub(super) fn demands(
    instance: &Instance<'_>,
    asked: Survive,
    network: &Network,
) -> Result<Vec<Demand>, ExactError> {
    let radii = certified_radii(network, &instance.patterns, instance.ties)?;
    let least = |part: fn(&Radius) -> usize| radii.iter().flatten().map(part).min().unwrap_or(0);
    let all = Demand {
        flips: match asked.goal {
            SurviveGoal::All(flips) | SurviveGoal::Most(flips) => flips,
            SurviveGoal::Largest => usize::MAX,
        }
        .min(least(|radius| radius.flips)),
        erasures: asked.erasures.min(least(|radius| radius.erasures)),
    };
    let of = |radius: &Option<Radius>| match (radius, asked.goal) {
        (None, _) => Demand::default(),
        (Some(radius), SurviveGoal::Most(flips)) => {
            if radius.flips >= flips && radius.erasures >= asked.erasures {
                Demand {
                    flips,
                    erasures: asked.erasures,
                }
            } else {
                Demand::default()
            }
        }
        (Some(_), _) => all,
    };
    Ok(radii.iter().map(of).collect())
}

/// The directed network that meets `demands` as `start` does and repairs best, as far as it is found; and what its loss is
/// at least.
pub(super) fn directed(
    instance: &Instance<'_>,
    law: Law,
    start: &Network,
    demands: &[Demand],
    control: &Control<'_>,
) -> Result<(Network, f64), ExactError> {
    let held = Stability::of(start, &instance.patterns, instance.ties)?;
    let kept = KeptBits::of(instance, start)?;
    let neurons = start.neurons();
    let solved: Vec<(Columns, Vec<f64>, f64)> = (0..neurons)
        .into_par_iter()
        .map(|i| {
            let columns = Columns::of_neuron(&instance.couplings, instance.bias, i);
            let old = columns.values_of_row(start.row(i), start.biases()[i]);
            let asked = |mu: usize| held.is_right(mu, i).then(|| demands[mu]);
            let mut neuron = Neuron {
                cues: Cues::new(instance, i, asked),
                start: old,
                floor: 0.0,
            };
            let rows = &kept.rows()[i];
            let make = |floor: f64| NeuronProgram::new(instance, law, i, rows, floor);
            let (values, least_loss) = neuron.best(make, neurons, control);
            (columns, values, least_loss)
        })
        .collect();
    let least_loss = solved.iter().map(|(.., least)| least).sum();
    let rows = solved
        .into_iter()
        .map(|(columns, values, _)| (columns, values));
    Ok((Columns::directed_network(neurons, rows)?, least_loss))
}

/// One neuron, its surviving weights and its cues.
struct Neuron {
    cues: Cues,
    start: Vec<f64>,
    /// What every cue's field stays above, over the norm of the weights.
    floor: f64,
}

impl Neuron {
    /// The best weights on the grid that are found, and what the loss of any is at least.
    fn best(
        &mut self,
        make: impl Fn(f64) -> NeuronProgram,
        neurons: usize,
        control: &Control<'_>,
    ) -> (Vec<f64>, f64) {
        let margin = self.least(&self.start.clone());
        // Without weights, or with a field that has to be zero, there is nothing to choose.
        if margin.is_nan() || margin <= 0.0 {
            return (self.start.clone(), 0.0);
        }
        self.floor = FLOOR * margin;
        let mut program = make(self.floor);
        let mut inside = unit(&self.start, self.inputs());
        let mut least_loss = 0.0_f64;
        for _ in 0..ROUNDS {
            let reached = program.solve(inside.clone(), control);
            least_loss = least_loss.max(reached.least_loss);
            let end = unit(&reached.values, self.inputs());
            let broken = self.hold_broken(&end, &mut program);
            inside = if broken {
                self.last_inside(&inside, &end)
            } else {
                end
            };
            let loss = program.loss(&inside);
            if !broken || loss - least_loss <= REPAIR_GAP * loss || control.should_stop() {
                break;
            }
        }
        (self.on_the_grid(&inside, neurons), least_loss)
    }

    fn inputs(&self) -> usize {
        self.cues.inputs.len()
    }

    /// The least field of any cue over the norm of the weights; infinite without cues, NaN without weights.
    fn least(&mut self, values: &[f64]) -> f64 {
        let padded = self.sorted(values);
        let fields = (0..self.cues.len()).map(|k| self.cues.worst_field(k, &padded).0);
        fields.fold(f64::INFINITY, f64::min) / norm(&values[..self.inputs()])
    }

    /// The values padded as the cues want them, which are sorted for them.
    fn sorted(&mut self, values: &[f64]) -> Vec<f64> {
        let mut padded = values.to_vec();
        padded.resize(values.len().next_multiple_of(WIDTH).max(WIDTH), 0.0);
        self.cues.sort_inputs(&padded);
        padded
    }

    /// Makes rows of the worst cues that these weights, of norm 1, bring below the floor; whether there are any. What
    /// rounding of the program's barrier leaves is not worth a row.
    fn hold_broken(&mut self, values: &[f64], program: &mut NeuronProgram) -> bool {
        let padded = self.sorted(values);
        let mut row = padded.clone();
        let inputs = self.inputs();
        let mut broken = false;
        for k in 0..self.cues.len() {
            let (field, damage) = self.cues.worst_field(k, &padded);
            if field < self.floor * (1.0 - REPAIR_GAP) {
                self.cues.damaged(k, damage, &padded, &mut row);
                program.hold(&row[..inputs], row.get(inputs).copied().unwrap_or(0.0));
                broken = true;
            }
        }
        broken
    }

    /// A point between `inside` and `outside`, near the last whose cues are all above the floor.
    fn last_inside(&mut self, inside: &[f64], outside: &[f64]) -> Vec<f64> {
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..HALVINGS {
            let middle = f64::midpoint(low, high);
            if self.least(&blend(inside, outside, middle)) > self.floor {
                low = middle;
            } else {
                high = middle;
            }
        }
        unit(&blend(inside, outside, INSIDE * low), self.inputs())
    }

    /// `values` on the grid, blended with the start until every cue holds.
    fn on_the_grid(&mut self, values: &[f64], neurons: usize) -> Vec<f64> {
        let start = unit(&self.start, self.inputs());
        for share in BLENDS {
            let mut blended = blend(&start, values, share);
            grid::snap(&mut blended, neurons);
            if self.least(&blended) > 0.0 {
                return blended;
            }
        }
        self.start.clone()
    }
}

/// The values over the norm of the weights, which come before the bias.
fn unit(values: &[f64], inputs: usize) -> Vec<f64> {
    let norm = norm(&values[..inputs]);
    values.iter().map(|value| value / norm).collect()
}

/// (1 − share)·from + share·to.
fn blend(from: &[f64], to: &[f64], share: f64) -> Vec<f64> {
    let pairs = from.iter().zip(to);
    pairs.map(|(a, b)| (1.0 - share) * a + share * b).collect()
}
