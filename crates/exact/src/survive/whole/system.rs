//! The system of a search: the bits that are asked for, their needs, and their cues as rows.

use super::lp::Row;
use crate::evidence::DamagedInputs;
use crate::instance::{Columns, Instance};
use crate::problem::Weights;
use crate::survive::cues::{Cues, Demand};
use attractor::Stability;
use attractor::kernels::linear::WIDTH;

/// The bits of one neuron, and which columns of the search their inputs (and the bias, last) are.
pub(in crate::survive) struct Part {
    pub(in crate::survive) neuron: usize,
    pub(in crate::survive) cues: Cues,
    pub(in crate::survive) columns: Vec<usize>,
}

/// The bits that are asked for, and the weights that are searched.
pub(in crate::survive) struct System {
    pub(in crate::survive) parts: Vec<Part>,
    pub(in crate::survive) columns: usize,
    pub(in crate::survive) weights: Weights,
}

impl Part {
    /// Neuron `i`'s bits that are held, each with the demand of its pattern.
    fn new(
        instance: &Instance<'_>,
        held: &Stability,
        demands: &[Demand],
        i: usize,
        columns: &Columns,
    ) -> Self {
        let asked = |mu: usize| held.is_right(mu, i).then(|| demands[mu]);
        let cues = Cues::new(instance, i, asked);
        let place = |j: usize| {
            let of = |&(a, b): &(usize, usize)| (a, b) == (i, j) || (a, b) == (j, i);
            columns.places().iter().position(of)
        };
        let inputs = cues.inputs.iter().copied().chain(cues.bias.then_some(i));
        Self {
            columns: inputs.filter_map(place).collect(),
            neuron: i,
            cues,
        }
    }
}

impl System {
    /// One neuron's.
    pub(in crate::survive) fn of_neuron(
        instance: &Instance<'_>,
        held: &Stability,
        demands: &[Demand],
        i: usize,
    ) -> Self {
        let columns = Columns::of_neuron(&instance.couplings, instance.bias, i);
        Self {
            parts: vec![Part::new(instance, held, demands, i, &columns)],
            columns: columns.len(),
            weights: instance.weights,
        }
    }

    /// That of a network of symmetric couplings.
    pub(in crate::survive) fn of_network(
        instance: &Instance<'_>,
        held: &Stability,
        demands: &[Demand],
        columns: &Columns,
    ) -> Self {
        let neurons = 0..instance.patterns.neurons();
        Self {
            parts: neurons
                .map(|i| Part::new(instance, held, demands, i, columns))
                .collect(),
            columns: columns.len(),
            weights: instance.weights,
        }
    }

    /// The least and the largest weight.
    pub(super) fn limits(&self) -> (i64, i64) {
        let largest = i64::from(self.weights.largest());
        (-largest, largest)
    }

    pub(super) fn is_binary(&self) -> bool {
        self.weights == Weights::Binary
    }

    /// Whether damaged fields of whole weights lose 2 a flipped input and 1 an erased one, wherever a bit survives.
    pub(super) fn is_of_units(&self) -> bool {
        self.weights.largest() == 1
    }

    /// The next larger weight.
    pub(super) fn next(&self, value: i64) -> i64 {
        value + if self.is_binary() { 2 } else { 1 }
    }

    /// What the damaged field of a bit must reach. Of binary weights it is odd as the number of columns is, unless some inputs
    /// are erased.
    pub(super) fn need(&self, part: usize, k: usize, damage: DamagedInputs) -> i64 {
        let Part { cues, columns, .. } = &self.parts[part];
        let least = i64::from(cues.strict[k]);
        let odd = (least + columns.len() as i64) % 2 != 0;
        let flipped = matches!(damage, DamagedInputs::Flips(_));
        least + i64::from(self.is_binary() && flipped && odd)
    }

    pub(super) fn bits(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        let of = |(part, own): (usize, &Part)| (0..own.cues.len()).map(move |k| (part, k));
        self.parts.iter().enumerate().flat_map(of)
    }

    /// The rows that a search begins with. Of unit weights they say all that there is to be said: a bit that survives r flips
    /// has more than r inputs that help by 1, or no weights that could be damaged, so that 2r are lost.
    pub(super) fn first_cues(&self) -> Vec<Cue> {
        let of = |(part, k): (usize, usize)| {
            let Demand { flips, erasures } = self.parts[part].cues.demands[k];
            let damage = if erasures > 2 * flips {
                DamagedInputs::Erasures(erasures)
            } else {
                DamagedInputs::Flips(flips)
            };
            let lost = if self.is_of_units() {
                erasures.max(2 * flips)
            } else {
                0
            };
            let own = &self.parts[part];
            let row = own.cues.row(k)[..own.columns.len()].to_vec();
            let rhs = (self.need(part, k, damage) + lost as i64) as f64;
            self.cue((part, k), damage, &row, rhs)
        };
        self.bits().map(of).collect()
    }

    pub(super) fn cue(
        &self,
        (part, k): (usize, usize),
        damage: DamagedInputs,
        row: &[f64],
        rhs: f64,
    ) -> Cue {
        let mut entries = vec![0.0; self.columns];
        for (&column, &entry) in self.parts[part].columns.iter().zip(row) {
            entries[column] = entry;
        }
        Cue {
            part,
            k,
            damage,
            row: Row { entries, rhs },
        }
    }

    /// The values of a part's columns, padded, with its inputs sorted for them.
    pub(super) fn sorted(&mut self, part: usize, values: &[f64]) -> Vec<f64> {
        let Part { cues, columns, .. } = &mut self.parts[part];
        let mut own: Vec<f64> = columns.iter().map(|&c| values[c]).collect();
        own.resize(own.len().next_multiple_of(WIDTH).max(WIDTH), 0.0);
        cues.sort_inputs(&own);
        own
    }

    /// The worst cues whose fields fall short of their needs at these values, by more than `allowed`.
    pub(super) fn short(&mut self, values: &[f64], allowed: f64) -> Vec<Cue> {
        let mut short = Vec::new();
        for part in 0..self.parts.len() {
            let own = self.sorted(part, values);
            let cues = &self.parts[part].cues;
            for k in 0..cues.len() {
                let (field, damage) = cues.worst_field(k, &own);
                let need = self.need(part, k, damage) as f64;
                if field < need - allowed {
                    let mut row = cues.row(k).to_vec();
                    cues.damaged(k, damage, &own, &mut row);
                    short.push(self.cue((part, k), damage, &row, need));
                }
            }
        }
        short
    }

    /// The allowed value nearest to `value` in a box.
    pub(super) fn nearest(&self, value: f64, (low, high): (i64, i64)) -> i64 {
        if self.is_binary() {
            return if low == high || value < 0.0 {
                low
            } else {
                high
            };
        }
        (value.round() as i64).clamp(low, high)
    }
}

/// A row of the program: a bit with damage.
pub(super) struct Cue {
    pub(super) part: usize,
    pub(super) k: usize,
    pub(super) damage: DamagedInputs,
    pub(super) row: Row,
}
