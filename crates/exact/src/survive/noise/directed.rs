//! Directed real weights: each neuron is a concave program with cues as cutting planes.

use super::cutting::{BLENDS, ROUNDS, blend, broken, cues, last_inside, least};
use crate::error::ExactError;
use crate::geometry::grid;
use crate::instance::{Columns, Instance};
use crate::repair::{FLOOR, KeptBits, Law, NeuronProgram};
use crate::survive::cues::{Cues, Demand};
use crate::tolerances::REPAIR_GAP;
use attractor::kernels::linear::norm;
use attractor::{Control, Network, Stability};
use rayon::prelude::*;

/// See [`super::best`].
pub(super) fn best(
    instance: &Instance<'_>,
    law: Law,
    start: &Network,
    wanted: (&Stability, &[Demand]),
    control: &Control<'_>,
) -> Result<(Network, f64), ExactError> {
    let kept = KeptBits::of(instance, start)?;
    let neurons = start.neurons();
    let solved: Vec<(Columns, Vec<f64>, f64)> = (0..neurons)
        .into_par_iter()
        .map(|i| {
            let columns = Columns::of_neuron(&instance.couplings, instance.bias, i);
            let mut neuron = Neuron {
                cues: cues(instance, wanted, i),
                start: columns.values_of_row(start.row(i), start.biases()[i]),
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

/// One neuron's cues and surviving weights.
struct Neuron {
    cues: Cues,
    start: Vec<f64>,
}

impl Neuron {
    /// The best weights on the grid that are found, and what the loss of any is at least.
    fn best(
        &mut self,
        make: impl Fn(f64) -> NeuronProgram,
        neurons: usize,
        control: &Control<'_>,
    ) -> (Vec<f64>, f64) {
        let margin = least(&mut self.cues, &self.start);
        // Without weights, or with a field that has to be zero, there is nothing to choose.
        if margin.is_nan() || margin <= 0.0 {
            return (self.start.clone(), 0.0);
        }
        let floor = FLOOR * margin;
        let mut program = make(floor);
        let mut inside = self.unit(&self.start);
        let mut least_loss = 0.0_f64;
        for _ in 0..ROUNDS {
            let reached = program.solve(inside.clone(), control);
            least_loss = least_loss.max(reached.least_loss);
            let end = self.unit(&reached.values);
            let rows = broken(&mut self.cues, &end, floor);
            let is_broken = !rows.is_empty();
            for (row, sign) in rows {
                program.hold(&row, sign);
            }
            inside = if is_broken {
                let survives = |share| least(&mut self.cues, &blend(&inside, &end, share)) > floor;
                let share = last_inside(survives);
                self.unit(&blend(&inside, &end, share))
            } else {
                end
            };
            let loss = program.loss(&inside);
            let is_best = loss - least_loss <= REPAIR_GAP * loss;
            if !is_broken || is_best || control.should_stop() {
                break;
            }
        }
        (self.on_the_grid(&inside, neurons), least_loss)
    }

    /// `values` on the grid, blended with the start until every cue holds.
    fn on_the_grid(&mut self, values: &[f64], neurons: usize) -> Vec<f64> {
        let start = self.unit(&self.start);
        for share in BLENDS {
            let mut blended = blend(&start, values, share);
            grid::snap(&mut blended, neurons);
            if least(&mut self.cues, &blended) > 0.0 {
                return blended;
            }
        }
        self.start.clone()
    }

    /// The values over the norm of the weights, which come before the bias.
    fn unit(&self, values: &[f64]) -> Vec<f64> {
        let norm = norm(&values[..self.cues.inputs.len()]);
        values.iter().map(|value| value / norm).collect()
    }
}
