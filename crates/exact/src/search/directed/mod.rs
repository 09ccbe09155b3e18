//! Directed networks: every neuron is a problem of its own, and the threads share them out.
//!
//! Neurons take turns: in each round every neuron that is still open continues with a few times the effort of the round
//! before, counted in nodes and not in seconds. So easy neurons leave the time to hard ones, a limit finds all neurons
//! about equally far, and the answer does not depend on the number of threads.

mod sparsify;
#[cfg(test)]
mod tests;
mod turns;

use crate::error::ExactError;
use crate::evidence::Evidence;
use crate::instance::{Columns, Instance, NeuronSystem};
use crate::margin::Separator;
use crate::outcome::{Found, PhaseTimes, Statistics};
use crate::problem::{Options, Preference};
use crate::search::neuron::{NeuronOutcome, NeuronSearch};
use attractor::{Control, Network, Progress, Trained};
use rayon::prelude::*;
use sparsify::sparsify;
use std::time::Duration;
use turns::{ProgressBoard, Turn};

/// Effort of the first round, about a tenth of a second a neuron.
const FIRST_ROUND: u64 = 1 << 20;
/// By how much the effort grows from round to round. Each round begins its level of the search again, with the pool of
/// all rounds before; so the rounds before the last cost less than a third of it. Larger: a limit finds the neurons further
/// apart. Smaller: more of the effort is spent twice.
const GROWTH: u64 = 4;

/// From what the neurons' searches begin.
pub(crate) struct Start<'a> {
    /// A network counted on the patterns: what is returned for neurons that the time does not reach.
    pub(crate) trained: Trained,
    /// A network of the user's, whose neurons are offered to the searches before they begin.
    pub(crate) known: Option<&'a Trained>,
}

impl From<Trained> for Start<'_> {
    fn from(trained: Trained) -> Self {
        Self {
            trained,
            known: None,
        }
    }
}

/// Trains every neuron of directed real weights to its fewest wrong bits.
///
/// For some neurons weights of widest margin that hold every bit may be known,
/// in `separators`, one entry a neuron.
pub(crate) fn search(
    instance: &Instance<'_>,
    options: &Options,
    start: Start<'_>,
    separators: &[Option<Separator>],
    control: &Control<'_>,
) -> Result<Found, ExactError> {
    let mut rounds = Rounds::new(instance, options.seed, start, separators);
    rounds.run(control);
    let mut answers = Answers {
        untouched: rounds.untouched(),
        proven_after: rounds.proven_after,
        neurons: rounds.outcomes(),
    };
    if let Preference::Sparse { balance } = instance.preference {
        answers.sparsify(instance, balance, control);
    }
    answers.found(instance, rounds.start.trained, control)
}

/// All neurons between their turns.
struct Rounds<'a> {
    instance: &'a Instance<'a>,
    seed: u64,
    start: Start<'a>,
    turns: Vec<Turn>,
    board: ProgressBoard,
    /// Effort of each open neuron in the next round.
    effort: u64,
    proven_after: Option<Duration>,
}

impl<'a> Rounds<'a> {
    fn new(
        instance: &'a Instance<'a>,
        seed: u64,
        start: Start<'a>,
        separators: &[Option<Separator>],
    ) -> Self {
        let turn = |(i, separator): (usize, &Option<Separator>)| match separator {
            Some(known) => Turn::Done(i, Box::new(stored(instance, i, known))),
            None => Turn::Waiting(i),
        };
        let wrong_bits = separators.iter().zip(&start.trained.per_neuron);
        let board = ProgressBoard::new(wrong_bits.map(|(separator, known)| match separator {
            Some(_) => 0,
            None => known.wrong_bits,
        }));
        Self {
            instance,
            seed,
            turns: separators.iter().enumerate().map(turn).collect(),
            board,
            start,
            effort: FIRST_ROUND,
            proven_after: None,
        }
    }

    /// Rounds until no neuron is open or the control says stop.
    fn run(&mut self, control: &Control<'_>) {
        loop {
            let (instance, effort) = (self.instance, self.effort);
            let (seed, known) = (self.seed, self.start.known);
            self.each(control, |turn, own| {
                let search = |i| begun(instance, i, seed, known);
                turn.take(search, effort, own);
            });
            if self.proven_after.is_none() && self.turns.iter().all(Turn::is_proven) {
                self.proven_after = Some(control.elapsed());
            }
            self.keep(control);
            self.each(control, Turn::finish);
            let open = self.turns.iter().any(|turn| matches!(turn, Turn::Open(..)));
            if !open || control.should_stop() {
                return;
            }
            self.effort = self.effort.saturating_mul(GROWTH);
        }
    }

    /// One step of every neuron, in parallel; what a neuron reports is told with the numbers of all.
    fn each(&mut self, control: &Control<'_>, step: impl Fn(&mut Turn, &Control<'_>) + Sync) {
        let board = &self.board;
        let turns = self.turns.par_iter_mut().with_max_len(1);
        turns.for_each(|turn| {
            let i = turn.neuron();
            let heard = |progress: &Progress| board.hear(i, progress, control);
            step(turn, &control.clone().with_listener(&heard));
        });
    }

    /// Hands over the network of what every neuron has found, if somebody keeps it.
    fn keep(&self, control: &Control<'_>) {
        if !control.keeps() {
            return;
        }
        let mut wrong_bits = 0;
        let parts = self.turns.iter().map(|turn| {
            let (weights, wrong) = self.known(turn);
            wrong_bits += wrong;
            (columns_of(self.instance, turn.neuron()), weights)
        });
        if let Ok(network) = Columns::directed_network(self.turns.len(), parts) {
            control.keep(&network, wrong_bits);
        }
    }

    /// A neuron's best weights and their wrong bits.
    fn known(&self, turn: &Turn) -> (Vec<f64>, usize) {
        match turn {
            Turn::Open(_, search) | Turn::Closed(_, search) => {
                (search.weights().to_vec(), search.wrong_bits())
            }
            Turn::Done(_, outcome) => (outcome.weights.clone(), outcome.wrong_bits),
            Turn::Waiting(i) => {
                let started = started(self.instance, *i, &self.start.trained);
                (started.weights, started.wrong_bits)
            }
        }
    }

    /// Whether no neuron had a turn.
    fn untouched(&self) -> bool {
        self.turns
            .iter()
            .all(|turn| matches!(turn, Turn::Waiting(_)))
    }

    /// What is known of each neuron; of one without a turn, its weights in the start.
    fn outcomes(&mut self) -> Vec<NeuronOutcome> {
        let turns = std::mem::take(&mut self.turns).into_iter();
        let outcome = |turn| match turn {
            Turn::Waiting(i) => started(self.instance, i, &self.start.trained),
            Turn::Open(i, mut search) | Turn::Closed(i, mut search) => {
                let known = started(self.instance, i, &self.start.trained);
                if known.wrong_bits < search.wrong_bits() {
                    search.offer(&known.weights, 0.0);
                }
                search.outcome()
            }
            Turn::Done(_, outcome) => *outcome,
        };
        turns.map(outcome).collect()
    }
}

/// The search of neuron `i` before its first turn, with the weights that the user knows as its incumbent if they are good.
fn begun(
    instance: &Instance<'_>,
    i: usize,
    seed: u64,
    known: Option<&Trained>,
) -> Box<NeuronSearch> {
    let mut search = NeuronSearch::new(NeuronSystem::of(instance, i), seed, i as u64);
    if let Some(known) = known {
        search.offer(&started(instance, i, known).weights, 0.0);
    }
    Box::new(search)
}

/// Neuron `i` with weights that are known to hold every bit by the widest margin.
fn stored(instance: &Instance<'_>, i: usize, known: &Separator) -> NeuronOutcome {
    let weights = columns_of(instance, i).values_of_row(&known.weights, known.bias);
    NeuronOutcome::unsearched(weights, 0, known.margin * known.margin)
}

/// Neuron `i` as it stands in the network `start`.
fn started(instance: &Instance<'_>, i: usize, start: &Trained) -> NeuronOutcome {
    let (row, bias) = (start.network.row(i), start.network.biases()[i]);
    let weights = columns_of(instance, i).values_of_row(row, bias);
    NeuronOutcome::unsearched(weights, start.per_neuron[i].wrong_bits, 0.0)
}

fn columns_of(instance: &Instance<'_>, i: usize) -> Columns {
    Columns::of_neuron(&instance.couplings, instance.bias, i)
}

/// What all turns left.
struct Answers {
    neurons: Vec<NeuronOutcome>,
    /// Whether no neuron had a turn: the network is the start.
    untouched: bool,
    proven_after: Option<Duration>,
}

impl Answers {
    fn sparsify(&mut self, instance: &Instance<'_>, balance: f64, control: &Control<'_>) {
        let neurons = self.neurons.par_iter_mut().enumerate();
        neurons.for_each(|(i, neuron)| sparsify(instance, i, neuron, balance, control));
    }

    fn found(
        self,
        instance: &Instance<'_>,
        start: Trained,
        control: &Control<'_>,
    ) -> Result<Found, ExactError> {
        let counted = if self.untouched {
            start
        } else {
            Trained::unproven(self.network(instance)?, &instance.patterns, instance.ties)?
        };
        let bounds = self.neurons.iter().map(|neuron| neuron.lower_bound);
        let total = bounds.clone().sum();
        Ok(Found {
            trained: counted.bounded(bounds, total, control.interrupted()),
            evidence: self.evidence(),
            statistics: Statistics {
                proven_after: self.proven_after,
                ..sum(&self.neurons)
            },
        })
    }

    fn network(&self, instance: &Instance<'_>) -> Result<Network, ExactError> {
        let weights = self.neurons.iter().enumerate();
        let parts = weights.map(|(i, neuron)| (columns_of(instance, i), &neuron.weights));
        Ok(Columns::directed_network(self.neurons.len(), parts)?)
    }

    /// What the bounds rest on; they hold for symmetric couplings, too.
    fn evidence(&self) -> Evidence {
        let mut evidence = Evidence::default();
        for (i, neuron) in self.neurons.iter().enumerate() {
            evidence.add_neuron(i, neuron.lower_bound, neuron.named_evidence());
        }
        evidence
    }
}

/// Sums over the neurons.
fn sum(neurons: &[NeuronOutcome]) -> Statistics {
    let all = || neurons.iter().map(|neuron| &neuron.statistics);
    let mut phases = PhaseTimes::default();
    for (phase, time) in all().flat_map(|s| s.phases.iter()) {
        phases.spend(phase, time);
    }
    Statistics {
        nodes: all().map(|s| s.nodes).sum(),
        min_norm_calls: all().map(|s| s.min_norm_calls).sum(),
        pool: all().map(|s| s.pool).sum(),
        phases,
        proven_after: None,
    }
}
