//! Repair: among networks that hold the same bits the one whose first step undoes random damage best.
//!
//! The objective is Σ ln Φ(cκ) over the kept bits (`objective`): the logarithm of the probability that all of them are right
//! after one step, taken as independent and their fields as normal. Every kept bit stays above a floor, a share of the
//! widest margin: ln Φ(0) is finite, so without one optima would give bits up. Directed networks are concave programs, one
//! a neuron (`neuron`); symmetric ones are climbed (`symmetric`), and the neurons' programs with the same rows and floors
//! bound them. Values and gaps are floating-point numbers; that the kept bits are right is recounted exactly.
//!
//! One dial between two classical memories: no damage is the widest margin, nearly half of the bits flipped is Hebb's rule
//! over the kept rows (Wong & Sherrington 1990, training noise).

mod kept;
mod neuron;
mod normal;
mod objective;
mod signs;
mod symmetric;
#[cfg(test)]
mod tests;

use crate::budget;
use crate::damage::Damage;
use crate::error::ExactError;
use crate::geometry::grid;
use crate::instance::{Columns, Instance};
use crate::outcome::{Outcome, Repair};
use attractor::kernels::linear::norm;
use attractor::{Control, Network, Trained};
use kept::Kept;
use neuron::{NeuronProgram, Reached};
use objective::Law;
use rayon::prelude::*;
use symmetric::NetworkProgram;

/// The floor as a share of the widest margin. Larger: repair is given up for margin that it does not need. Smaller: kept bits
/// come so near to zero that their own pattern barely holds them.
const FLOOR: f64 = 0.25;

/// Shares of the new weights in blends with the old ones, tried in this order until every kept bit holds.
const BLENDS: [f64; 5] = [1.0, 0.875, 0.75, 0.5, 0.25];

/// The outcome with the network that repairs `damage` best among those that hold the same bits, as far as it is found.
pub(crate) fn repaired(
    instance: &Instance<'_>,
    outcome: Outcome,
    damage: Damage,
    control: &Control<'_>,
) -> Result<Outcome, ExactError> {
    let kept = Kept::of(instance, &outcome.trained.network)?;
    let stage = Stage {
        instance,
        law: damage.into(),
        kept,
    };
    let (network, least_loss) = if instance.couplings.is_symmetric() {
        stage.symmetric(&outcome.trained, control)?
    } else {
        stage.directed(&outcome.trained.network, control)?
    };
    let trained = stage.recounted(&outcome.trained, network, control)?;
    let repair = stage.judged(&trained.network, least_loss)?;
    Ok(Outcome {
        trained,
        margin_gap: None,
        network_margin: None,
        repair: Some(repair),
        ..outcome
    })
}

struct Stage<'a> {
    instance: &'a Instance<'a>,
    law: Law,
    kept: Kept,
}

impl Stage<'_> {
    /// Every neuron's optimum; and what the loss is at least.
    fn directed(
        &self,
        start: &Network,
        control: &Control<'_>,
    ) -> Result<(Network, f64), ExactError> {
        let n = start.neurons();
        let neurons: Vec<(Columns, Vec<f64>, f64)> = (0..n)
            .into_par_iter()
            .map(|i| {
                let program = self.program(i, FLOOR * self.kept.margin(i).unwrap_or(0.0));
                let columns = self.columns(i);
                let old = columns.values_of_row(start.row(i), start.biases()[i]);
                let reached = program.solve(old.clone(), control);
                let values = blended(&program, n, &old, &reached.values);
                (columns, values, reached.least_loss)
            })
            .collect();
        let least_loss = neurons.iter().map(|(_, _, least)| least).sum();
        let rows = neurons
            .into_iter()
            .map(|(columns, values, _)| (columns, values));
        Ok((Columns::directed_network(n, rows)?, least_loss))
    }

    /// The symmetric network that the climb reaches; and what the loss is at least.
    fn symmetric(
        &self,
        start: &Trained,
        control: &Control<'_>,
    ) -> Result<(Network, f64), ExactError> {
        let n = start.network.neurons();
        let margins = (0..n).filter_map(|i| self.kept.margin(i));
        let Some(margin) = margins.min_by(f64::total_cmp) else {
            return Ok((start.network.clone(), 0.0));
        };
        let floor = FLOOR * margin;
        let mut values = [start.network.weights(), start.network.biases()].concat();
        let old = values.clone();
        NetworkProgram::new(self.instance, self.law, &self.kept, floor)
            .solve(&mut values, &budget::climb(control));
        let network = self.blended_network(&old, &values)?;
        let least: Vec<f64> = (0..n)
            .into_par_iter()
            .map(|i| self.bound(i, floor, &values, control).least_loss)
            .collect();
        Ok((
            network.unwrap_or_else(|| start.network.clone()),
            least.iter().sum(),
        ))
    }

    /// Neuron i's own optimum from its row of symmetric `values`: no symmetric weights do better.
    fn bound(&self, i: usize, floor: f64, values: &[f64], control: &Control<'_>) -> Reached {
        let n = self.instance.patterns.neurons();
        let row = self
            .columns(i)
            .values_of_row(&values[i * n..][..n], values[n * n + i]);
        self.program(i, floor).solve(row, control)
    }

    fn columns(&self, i: usize) -> Columns {
        Columns::of_neuron(&self.instance.couplings, self.instance.bias, i)
    }

    fn program(&self, i: usize, floor: f64) -> NeuronProgram {
        NeuronProgram::new(self.instance, self.law, &self.kept, i, floor)
    }

    /// The symmetric network of the new values, blended with the old ones until it holds every kept bit. None: no blend does.
    fn blended_network(&self, old: &[f64], new: &[f64]) -> Result<Option<Network>, ExactError> {
        let n = self.instance.patterns.neurons();
        let columns = Columns::of_symmetric(&self.instance.couplings, self.instance.bias);
        let (of_old, of_new) = (norm(old), norm(new));
        for share in BLENDS {
            let value = |&(i, j): &(usize, usize)| {
                let k = if i == j { n * n + i } else { i * n + j };
                share * new[k] / of_new + (1.0 - share) * old[k] / of_old
            };
            let mut values: Vec<f64> = columns.places().iter().map(value).collect();
            grid::snap(&mut values, n);
            let network = columns.network(&values)?;
            if self.kept.all_hold(self.instance, &network)? {
                return Ok(Some(network));
            }
        }
        Ok(None)
    }

    /// `network` counted, with what was proven before; neurons with more wrong bits than before get their old weights (a
    /// field that had to be zero under `negative` ties is not among the kept ones).
    fn recounted(
        &self,
        before: &Trained,
        network: Network,
        control: &Control<'_>,
    ) -> Result<Trained, ExactError> {
        let instance = self.instance;
        let counted = Trained::unproven(network, &instance.patterns, instance.ties)?;
        let pairs = counted.per_neuron.iter().zip(&before.per_neuron);
        let worse: Vec<bool> = pairs
            .map(|(new, old)| new.wrong_bits > old.wrong_bits)
            .collect();
        let trained = if !worse.contains(&true) {
            counted
        } else if instance.couplings.is_symmetric() {
            return Ok(before.clone());
        } else {
            let row = |(i, &worse): (usize, &bool)| {
                let from = if worse {
                    &before.network
                } else {
                    &counted.network
                };
                let columns = self.columns(i);
                let values = columns.values_of_row(from.row(i), from.biases()[i]);
                (columns, values)
            };
            let rows = worse.iter().enumerate().map(row);
            let mixed = Columns::directed_network(worse.len(), rows)?;
            Trained::unproven(mixed, &instance.patterns, instance.ties)?
        };
        let bounds = before.per_neuron.iter().map(|neuron| neuron.lower_bound);
        Ok(trained.bounded(bounds, before.total.lower_bound, control.interrupted()))
    }

    /// What is said of the network.
    fn judged(&self, network: &Network, least_loss: f64) -> Result<Repair, ExactError> {
        let loss = self.kept.loss(self.instance, self.law, network)?;
        let bits = self.kept.count().max(1) as f64;
        Ok(Repair {
            kept: self.kept.count(),
            value: -loss / bits,
            gap: ((loss - least_loss) / bits).max(0.0),
        })
    }
}

/// One neuron's new values on the grid, blended with the old ones until every kept bit holds; the old ones if no blend does.
fn blended(program: &NeuronProgram, neurons: usize, old: &[f64], new: &[f64]) -> Vec<f64> {
    let (of_old, of_new) = (norm(old), norm(new));
    if of_old == 0.0 {
        return old.to_vec();
    }
    for share in BLENDS {
        let pairs = new.iter().zip(old);
        let value = |(new, old): (&f64, &f64)| share * new / of_new + (1.0 - share) * old / of_old;
        let mut values: Vec<f64> = pairs.map(value).collect();
        grid::snap(&mut values, neurons);
        if program.holds(&values) {
            return values;
        }
    }
    old.to_vec()
}
