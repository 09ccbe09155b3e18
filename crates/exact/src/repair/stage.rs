//! Stage: from the network of widest margin to the one that repairs, on the grid and recounted.

use super::count;
use super::hold::Hold;
use super::kept::Kept;
use super::neuron::NeuronProgram;
use super::objective::Law;
use super::symmetric::{ITERATIONS, NetworkProgram};
use crate::budget;
use crate::damage::Damage;
use crate::error::ExactError;
use crate::geometry::grid;
use crate::instance::{Columns, Instance};
use crate::outcome::Repair;
use crate::pipeline::hebbian;
use attractor::kernels::linear::norm;
use attractor::{Control, Network, NetworkError, Trained};
use rayon::prelude::*;

/// The floor as a share of the widest margin. Larger: repair is given up for margin that it does not need. Smaller: kept bits
/// come so near to zero that their own pattern barely holds them.
pub(crate) const FLOOR: f64 = 0.25;

/// Shares of the new weights in blends with the old ones, tried in this order until every kept bit holds.
const BLENDS: [f64; 5] = [1.0, 0.875, 0.75, 0.5, 0.25];

/// Patterns an input from which a climb begins at Hebb's weights. Smaller: large networks that store little take twice as long
/// for the same. Larger: climbs are caught near the widest margin (24 patterns of 81 neurons lose nothing by it, 40 a third).
const LOAD: f64 = 0.2;

/// Steps at most that put bits back above the floor. More: less of the widest margin is blended in, for more time.
const RESTORING: usize = 100;

/// Shares of what was put back in blends with the widest margin, tried in this order until all bits are above the floor.
const STARTS: [f64; 9] = [1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.15];

/// Few inputs: the damages, in units of the one asked for, whose optima by the normal law are counted exactly.
const DAMAGES: [f64; 5] = [0.25, 0.5, 1.0, 2.0, 4.0];

/// The most of either damage in these candidates.
const MOST_DAMAGE: f64 = 0.45;

/// One damage and the bits to keep.
pub(super) struct Stage<'a> {
    pub(super) instance: &'a Instance<'a>,
    pub(super) law: Law,
    pub(super) kept: &'a Kept,
    /// Iterations of each round of a symmetric climb at most.
    pub(super) iterations: usize,
}

impl<'a> Stage<'a> {
    pub(super) fn new(instance: &'a Instance<'a>, law: Law, kept: &'a Kept) -> Self {
        Self {
            instance,
            law,
            kept,
            iterations: ITERATIONS,
        }
    }

    /// The network found, without a word on how good it is.
    pub(super) fn climbed(
        &self,
        start: &Network,
        control: &Control<'_>,
    ) -> Result<Network, ExactError> {
        if self.instance.couplings.is_symmetric() {
            self.symmetric(start, control)
        } else {
            Ok(self.directed(start, control)?.0)
        }
    }

    /// The best network found, and what the loss of any is at least.
    pub(super) fn best(
        &self,
        start: &Network,
        control: &Control<'_>,
    ) -> Result<(Network, f64), ExactError> {
        if self.instance.couplings.is_symmetric() {
            let network = self.symmetric(start, control)?;
            let least_loss = self.bound(&self.floors(), &network, control);
            return Ok((network, least_loss));
        }
        self.directed(start, control)
    }

    /// Where neurons have few inputs: of the optima for several damages the one whose exact count for `damage` is best;
    /// neuron by neuron where they are independent.
    pub(super) fn best_counted(
        &self,
        start: &Network,
        damage: Damage,
        control: &Control<'_>,
    ) -> Result<Network, ExactError> {
        let mut networks = vec![start.clone()];
        for share in DAMAGES {
            let part = |of: f64| (share * of).min(of.max(MOST_DAMAGE));
            let Ok(other) = Damage::new(part(damage.flipped()), part(damage.erased())) else {
                continue;
            };
            let stage = Stage {
                law: other.into(),
                ..*self
            };
            networks.push(stage.climbed(start, control)?);
        }
        let losses: Vec<Vec<f64>> = networks
            .iter()
            .map(|network| count::losses(self.instance, self.kept, network, damage))
            .collect();
        let least = |of: &dyn Fn(usize) -> f64| {
            let networks = 0..networks.len();
            networks
                .min_by(|&a, &b| of(a).total_cmp(&of(b)))
                .unwrap_or(0)
        };
        if self.instance.couplings.is_symmetric() {
            let best = least(&|k| losses[k].iter().sum());
            return Ok(networks.swap_remove(best));
        }
        let row = |i: usize| {
            let from = &networks[least(&|k| losses[k][i])];
            let columns = self.columns(i);
            let values = columns.values_of_row(from.row(i), from.biases()[i]);
            (columns, values)
        };
        Ok(Columns::directed_network(
            start.neurons(),
            (0..start.neurons()).map(row),
        )?)
    }

    /// Every neuron's optimum; and what the loss is at least.
    pub(super) fn directed(
        &self,
        start: &Network,
        control: &Control<'_>,
    ) -> Result<(Network, f64), ExactError> {
        let n = start.neurons();
        let neurons: Vec<(Columns, Vec<f64>, f64)> = (0..n)
            .into_par_iter()
            .map(|i| {
                let program = self.program(i, self.own_floor(i));
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

    /// The symmetric network that the climb reaches.
    pub(super) fn symmetric(
        &self,
        start: &Network,
        control: &Control<'_>,
    ) -> Result<Network, ExactError> {
        let control = &budget::climb(control);
        let old = [start.weights(), start.biases()].concat();
        let mut program = NetworkProgram::new(self.instance, self.law, self.kept, self.floor())
            .with_iterations(self.iterations);
        let mut values = self.beginning(&old, &mut program, control)?;
        program.solve(&mut values, control);
        let network = self.blended_network(&old, &values)?;
        Ok(network.unwrap_or_else(|| start.clone()))
    }

    /// Down the objective without a floor from Hebb's weights, bits put back as far as that goes, and as little of the widest
    /// margin `old` as lifts all above the floor. The widest margin itself is far from the optimum where much is stored, and a
    /// climb from there is caught.
    fn beginning(
        &self,
        old: &[f64],
        program: &mut NetworkProgram<'_>,
        control: &Control<'_>,
    ) -> Result<Vec<f64>, ExactError> {
        let floors = self.floors();
        let inputs = (0..floors.len()).map(|i| self.instance.couplings.inputs(i).len());
        let load = self.instance.patterns.count() as f64 / inputs.max().unwrap_or(0) as f64;
        if load < LOAD || floors.iter().any(|&floor| floor <= 0.0) {
            return Ok(old.to_vec());
        }
        let hebb = hebbian(self.instance)?.network;
        let mut values = [hebb.weights(), hebb.biases()].concat();
        program.solve_softly(&mut values, control);
        Hold::new(self.instance, self.kept, &floors).restore(&mut values, RESTORING, control);
        let above = blends(&STARTS, &values, old).find(|values| program.loss(values).is_some());
        Ok(above.unwrap_or_else(|| old.to_vec()))
    }

    /// What the bits of each neuron stay above.
    pub(super) fn floors(&self) -> Vec<f64> {
        let n = self.kept.rows().len();
        if self.instance.couplings.is_symmetric() {
            return vec![self.floor(); n];
        }
        (0..n).map(|i| self.own_floor(i)).collect()
    }

    fn own_floor(&self, i: usize) -> f64 {
        FLOOR * self.kept.margin(i).unwrap_or(0.0)
    }

    /// The floor of all neurons: a share of the least margin of any.
    pub(super) fn floor(&self) -> f64 {
        let margins = (0..self.kept.rows().len()).filter_map(|i| self.kept.margin(i));
        FLOOR * margins.min_by(f64::total_cmp).unwrap_or(0.0)
    }

    /// What the loss is at least: the sum of the neurons' own optima, from their rows of `network`.
    pub(super) fn bound(&self, floors: &[f64], network: &Network, control: &Control<'_>) -> f64 {
        let least = |i: usize| {
            let row = self
                .columns(i)
                .values_of_row(network.row(i), network.biases()[i]);
            self.program(i, floors[i]).solve(row, control).least_loss
        };
        let neurons = (0..network.neurons()).into_par_iter().map(least);
        neurons.collect::<Vec<f64>>().iter().sum()
    }

    fn columns(&self, i: usize) -> Columns {
        Columns::of_neuron(&self.instance.couplings, self.instance.bias, i)
    }

    fn program(&self, i: usize, floor: f64) -> NeuronProgram {
        NeuronProgram::new(self.instance, self.law, i, &self.kept.rows()[i], floor)
    }

    /// The symmetric network of the new values, blended with the old ones until it holds every kept bit. None: no blend does.
    fn blended_network(&self, old: &[f64], new: &[f64]) -> Result<Option<Network>, ExactError> {
        for values in blends(&BLENDS, new, old) {
            let network = network_of(self.instance, &values)?;
            if self.kept.all_hold(self.instance, &network)? {
                return Ok(Some(network));
            }
        }
        Ok(None)
    }

    /// `network` counted, with what was proven before; neurons with more wrong bits than before get their old weights (a
    /// field that had to be zero under `negative` ties is not among the kept ones).
    pub(super) fn recounted(
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

    /// What is said of the network, whose loss by the normal law is at least `least_loss`.
    pub(super) fn judged(&self, network: &Network, least_loss: f64) -> Result<Repair, ExactError> {
        let loss = self.kept.loss(self.instance, self.law, network)?;
        let bits = self.kept.count().max(1) as f64;
        Ok(Repair {
            kept: self.kept.count(),
            value: -loss / bits,
            gap: Some(((loss - least_loss) / bits).max(0.0)),
            choice: None,
        })
    }

    /// What is said of a network whose inputs are few: by exact count, without a bound.
    pub(super) fn judged_by_count(&self, network: &Network, damage: Damage) -> Repair {
        let losses = count::losses(self.instance, self.kept, network, damage);
        Repair {
            kept: self.kept.count(),
            value: -losses.iter().sum::<f64>() / self.kept.count().max(1) as f64,
            gap: None,
            choice: None,
        }
    }
}

/// The network of `values` (w_ij at i·N+j, then the biases) on the grid.
pub(crate) fn network_of(instance: &Instance<'_>, values: &[f64]) -> Result<Network, NetworkError> {
    let n = instance.patterns.neurons();
    if instance.couplings.is_symmetric() {
        let columns = Columns::of_symmetric(&instance.couplings, instance.bias);
        let value = |&(i, j): &(usize, usize)| values[if i == j { n * n + i } else { i * n + j }];
        let mut own: Vec<f64> = columns.places().iter().map(value).collect();
        grid::snap(&mut own, n);
        return columns.network(&own);
    }
    let row = |i: usize| {
        let columns = Columns::of_neuron(&instance.couplings, instance.bias, i);
        let mut own = columns.values_of_row(&values[i * n..][..n], values[n * n + i]);
        grid::snap(&mut own, n);
        (columns, own)
    };
    Columns::directed_network(n, (0..n).map(row))
}

/// One neuron's new values on the grid, blended with the old ones until every kept bit holds; the old ones if no blend does.
fn blended(program: &NeuronProgram, neurons: usize, old: &[f64], new: &[f64]) -> Vec<f64> {
    for mut values in blends(&BLENDS, new, old) {
        grid::snap(&mut values, neurons);
        if program.holds(&values) {
            return values;
        }
    }
    old.to_vec()
}

/// `new` and `old`, each over its norm, blended by the shares of the new ones in turn; nothing where the old ones are zero.
fn blends<'a>(
    shares: &'a [f64],
    new: &'a [f64],
    old: &'a [f64],
) -> impl Iterator<Item = Vec<f64>> + 'a {
    let (of_new, of_old) = (norm(new), norm(old));
    let shares = if of_old == 0.0 { &[] } else { shares };
    shares.iter().map(move |share| {
        let pairs = new.iter().zip(old);
        pairs
            .map(|(new, old)| share * new / of_new + (1.0 - share) * old / of_old)
            .collect()
    })
}
