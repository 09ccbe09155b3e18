//! All neurons, each for itself: demands that directed real weights meet, or a neuron that refutes them.
//!
//! Every network of the same couplings is made of such neurons, symmetric and discrete ones too, so what is refuted here is
//! refuted for them as well.

use super::cues::{Cues, Demand};
use super::distances::Distances;
use super::neuron::{Answer, solve};
use super::whole::{System, Verdict, decide};
use crate::error::ExactError;
use crate::evidence::SurvivalCore;
use crate::geometry::min_norm::generated::Goal;
use crate::instance::{Columns, Instance};
use attractor::{Control, Network, Stability};
use rayon::prelude::*;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

/// What the patterns are to survive: of pattern μ every bit that is to be held, entry μ.
pub(super) type Demands = [Demand];

/// Whether demands can be met by directed real weights.
pub(super) enum Decision {
    /// They can.
    Possible,
    /// They cannot, because of this neuron.
    Refuted(SurvivalCore),
    /// Rounding or a stop hid which. The patterns, if any, whose damage seems to be too much for one neuron.
    Undecided(Vec<usize>),
}

/// Whether demands can be met by directed weights of the domain.
pub(super) enum Whole {
    /// By these of every neuron.
    Possible(Vec<(Columns, Vec<f64>)>),
    /// They cannot, because of this neuron.
    Refuted(SurvivalCore),
    /// The work that one search may take was not enough, or a stop came.
    Undecided,
}

/// The neurons of a network whose right bits are to be held.
pub(super) struct Relaxation<'a> {
    instance: &'a Instance<'a>,
    held: &'a Stability,
    /// Neurons, those that refuted last first.
    order: Vec<usize>,
    distances: Distances<'a>,
}

impl<'a> Relaxation<'a> {
    pub(super) fn new(instance: &'a Instance<'a>, held: &'a Stability) -> Self {
        Self {
            instance,
            held,
            order: (0..instance.patterns.neurons()).collect(),
            distances: Distances::new(instance),
        }
    }

    /// Decides `demands`.
    pub(super) fn decide(&mut self, demands: &Demands, control: &Control<'_>) -> Decision {
        if let Some(core) = self.distances.refute(demands, self.held) {
            return Decision::Refuted(core);
        }
        // Of the undecided neurons the lowest is kept: which thread is first does not matter.
        let undecided: Mutex<Option<(usize, Vec<usize>)>> = Mutex::new(None);
        let refuted = self
            .order
            .par_iter()
            .enumerate()
            .find_map_first(|(place, &i)| {
                match self.neuron(demands, i, Goal::Any, control) {
                    Answer::Refuted(core) => return Some((place, core)),
                    Answer::Met(_) => {}
                    Answer::Undecided(patterns) => {
                        let mut known = undecided.lock().unwrap_or_else(PoisonError::into_inner);
                        if known.as_ref().is_none_or(|&(lowest, _)| i < lowest) {
                            *known = Some((i, patterns));
                        }
                    }
                }
                None
            });
        match refuted {
            Some((place, core)) => {
                self.order[..=place].rotate_right(1);
                Decision::Refuted(core)
            }
            None => match undecided
                .into_inner()
                .unwrap_or_else(PoisonError::into_inner)
            {
                Some((_, patterns)) => Decision::Undecided(patterns),
                None => Decision::Possible,
            },
        }
    }

    /// Decides `demands` for weights of the domain, which are whole.
    pub(super) fn decide_whole(&mut self, demands: &Demands, control: &Control<'_>) -> Whole {
        if let Some(core) = self.distances.refute(demands, self.held) {
            return Whole::Refuted(core);
        }
        let met: Mutex<Vec<(usize, Vec<f64>)>> = Mutex::default();
        let refuted = (self.order.par_iter().enumerate()).find_map_first(|(place, &i)| {
            let system = System::of_neuron(self.instance, self.held, demands, i);
            match decide(system, control) {
                Verdict::Refuted(tree) => return tree.core().map(|core| (place, core)),
                Verdict::Open => {}
                Verdict::Met(values) => {
                    let values = values.into_iter().map(|v| v as f64).collect();
                    let mut met = met.lock().unwrap_or_else(PoisonError::into_inner);
                    met.push((i, values));
                }
            }
            None
        });
        if let Some((place, core)) = refuted {
            self.order[..=place].rotate_right(1);
            return Whole::Refuted(core);
        }
        let met = met.into_inner().unwrap_or_else(PoisonError::into_inner);
        if met.len() < self.order.len() {
            return Whole::Undecided;
        }
        let part = |(i, values)| (self.columns(i), values);
        Whole::Possible(met.into_iter().map(part).collect())
    }

    /// The directed network of widest robust margins, if every neuron meets its demands; otherwise what the first neuron
    /// that does not says.
    pub(super) fn widest(
        &self,
        demands: &Demands,
        control: &Control<'_>,
    ) -> Result<Result<Network, Decision>, ExactError> {
        if let Some(core) = self.distances.refute(demands, self.held) {
            return Ok(Err(Decision::Refuted(core)));
        }
        let neurons = self.instance.patterns.neurons();
        let refuted = AtomicBool::new(false);
        let answers: Vec<Answer> = (0..neurons)
            .into_par_iter()
            .map(|i| {
                if refuted.load(Ordering::Relaxed) {
                    return Answer::Undecided(Vec::new());
                }
                let answer = self.neuron(demands, i, Goal::Widest, control);
                if matches!(answer, Answer::Refuted(_)) {
                    refuted.store(true, Ordering::Relaxed);
                }
                answer
            })
            .collect();
        let mut parts = Vec::new();
        let mut open = None;
        for (i, answer) in answers.into_iter().enumerate() {
            match answer {
                Answer::Met(values) => parts.push((self.columns(i), values)),
                Answer::Refuted(core) => return Ok(Err(Decision::Refuted(core))),
                Answer::Undecided(patterns) => open = Some(Decision::Undecided(patterns)),
            }
        }
        match open {
            Some(open) => Ok(Err(open)),
            None => Ok(Ok(Columns::directed_network(neurons, parts)?)),
        }
    }

    fn columns(&self, i: usize) -> Columns {
        Columns::of_neuron(&self.instance.couplings, self.instance.bias, i)
    }

    fn neuron(&self, demands: &Demands, i: usize, goal: Goal, control: &Control<'_>) -> Answer {
        let asked = |mu: usize| self.held.is_right(mu, i).then(|| demands[mu]);
        let cues = Cues::new(self.instance, i, asked);
        solve(cues, i, self.instance.patterns.neurons(), goal, control)
    }
}
