//! Symmetric real weights: all neurons climb together, with cues as further rows.

use super::cutting::{BLENDS, ROUNDS, blend, broken, cues, last_inside, least};
use crate::error::ExactError;
use crate::instance::{Columns, Instance};
use crate::repair::{self, FLOOR, KeptBits, Law, NetworkProgram};
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
    let n = start.neurons();
    let kept = &KeptBits::of(instance, start)?;
    let mut all = All {
        columns: (0..n)
            .map(|i| Columns::of_neuron(&instance.couplings, instance.bias, i))
            .collect(),
        cues: (0..n).map(|i| cues(instance, wanted, i)).collect(),
    };
    let begin = unit(&[start.weights(), start.biases()].concat());
    let margin = all.least(&begin);
    let nothing = margin.is_nan() || margin <= 0.0 || margin.is_infinite();
    let floor = if nothing { 0.0 } else { FLOOR * margin };
    let mut network = start.clone();
    if !nothing {
        let mut program = NetworkProgram::new(instance, law, kept, floor);
        let inside = all.climb(&begin, floor, &mut program, control);
        for share in BLENDS {
            let blended = repair::network_of(instance, &blend(&begin, &inside, share))?;
            if all.least(&[blended.weights(), blended.biases()].concat()) > 0.0 {
                network = blended;
                break;
            }
        }
    }
    let least_loss = repair::bound(instance, law, &network, Some(floor), control)?;
    Ok((network, least_loss))
}

/// Every neuron's cues, and where its values stand in a network's.
struct All {
    columns: Vec<Columns>,
    cues: Vec<Cues>,
}

impl All {
    /// The best point found whose cues are all above the floor, from `begin`, where they are.
    fn climb(
        &mut self,
        begin: &[f64],
        floor: f64,
        program: &mut NetworkProgram<'_>,
        control: &Control<'_>,
    ) -> Vec<f64> {
        let mut inside = begin.to_vec();
        let mut loss = f64::INFINITY;
        for _ in 0..ROUNDS {
            let mut end = inside.clone();
            program.solve(&mut end, control);
            let end = unit(&end);
            let is_broken = self.hold_broken(&end, floor, program);
            let next = if is_broken {
                let share = last_inside(|share| self.least(&blend(&inside, &end, share)) > floor);
                unit(&blend(&inside, &end, share))
            } else {
                end
            };
            // The sum is no concave function: a step may lose.
            let Some(reached) = program.loss(&next).filter(|&reached| reached < loss) else {
                break;
            };
            let gained = loss - reached;
            (inside, loss) = (next, reached);
            if !is_broken || gained <= REPAIR_GAP * loss || control.should_stop() {
                break;
            }
        }
        inside
    }

    /// Neuron i's own values among those of all.
    fn own(&self, i: usize, values: &[f64]) -> Vec<f64> {
        let n = self.cues.len();
        self.columns[i].values_of_row(&values[i * n..][..n], values[n * n + i])
    }

    /// The least field of any cue of any neuron over the norm of its weights. A neuron without weights whose bits are asked
    /// for has none.
    fn least(&mut self, values: &[f64]) -> f64 {
        let own: Vec<Vec<f64>> = (0..self.cues.len()).map(|i| self.own(i, values)).collect();
        let cues = self.cues.par_iter_mut().zip(own);
        let fields: Vec<f64> = cues
            .filter(|(cues, _)| cues.len() > 0)
            .map(|(cues, own)| least(cues, &own))
            .collect();
        let lesser = |a: f64, b: f64| if b.is_nan() || b < a { b } else { a };
        fields.into_iter().fold(f64::INFINITY, lesser)
    }

    /// Makes rows of the cues that these values bring below the floor; whether there are any.
    fn hold_broken(
        &mut self,
        values: &[f64],
        floor: f64,
        program: &mut NetworkProgram<'_>,
    ) -> bool {
        let n = self.cues.len();
        let mut is_broken = false;
        for i in 0..n {
            let own = self.own(i, values);
            for (row, sign) in broken(&mut self.cues[i], &own, floor) {
                let mut whole = vec![0.0; n];
                for (&j, entry) in self.cues[i].inputs.iter().zip(row) {
                    whole[j] = entry;
                }
                program.hold(i, whole, sign);
                is_broken = true;
            }
        }
        is_broken
    }
}

/// The values over their norm.
fn unit(values: &[f64]) -> Vec<f64> {
    let norm = norm(values);
    values.iter().map(|value| value / norm).collect()
}
