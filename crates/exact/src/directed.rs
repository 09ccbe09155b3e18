//! Directed networks: every neuron is a problem of its own, and the threads share them out.
//!
//! Neurons take turns: in each round every neuron that is still open continues with a few times the effort of the round
//! before, counted in nodes and not in seconds. So easy neurons leave the time to hard ones, a limit finds all neurons
//! about equally far, and the answer does not depend on the number of threads.

use crate::control::{Control, Progress};
use crate::dependency::Packed;
use crate::neuron::{NeuronOutcome, NeuronSearch, Stage, System, weights};
use crate::outcome::Statistics;
use crate::problem::{Options, Preference, Problem};
use crate::rows::Rows;
use crate::sparse::elastic_net;
use crate::start;
use crate::storable::Separator;
use attractor::{Bounds, Network, Stability, Symmetry, TrainError, Trained};
use rayon::prelude::*;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

/// Effort of the first round, about a tenth of a second a neuron.
const FIRST_ROUND: u64 = 1 << 20;
/// By how much the effort grows from round to round. Each round begins its level of the search again, with the pool of
/// all rounds before; so the rounds before the last cost less than a third of it.
const GROWTH: u64 = 4;

/// A directed network with all that is known about its neurons.
#[derive(Debug, Clone)]
pub struct Directed {
    /// The network and its bounds.
    pub trained: Trained,
    /// Sums over the neurons.
    pub statistics: Statistics,
    /// Neuron by neuron; rows are those of its [`System`].
    pub neurons: Vec<NeuronOutcome>,
}

impl Directed {
    /// Neuron `i`'s evidence for its lower bound, with patterns (the first of those that fell together) as rows.
    pub fn evidence(&self, i: usize) -> Vec<Packed> {
        let neuron = &self.neurons[i];
        let named = |packed: &Packed| packed.renamed(|r| neuron.patterns[r as usize]);
        neuron.evidence.iter().map(named).collect()
    }
}

/// Trains every neuron of `problem`, whose couplings are directed and whose weights are real, to its fewest wrong bits.
///
/// # Errors
/// [`TrainError::Unsupported`] for symmetric couplings.
pub fn train(
    problem: &Problem,
    options: &Options,
    control: &Control<'_>,
) -> Result<Directed, TrainError> {
    let none = vec![None; problem.patterns.neurons()];
    train_from(problem, options, control, &none)
}

/// Like [`train`], where weights of widest margin that hold every bit are known for some neurons.
///
/// # Errors
/// As [`train`].
///
/// # Panics
/// Unless there are N `separators`.
pub fn train_from(
    problem: &Problem,
    options: &Options,
    control: &Control<'_>,
    separators: &[Option<Separator>],
) -> Result<Directed, TrainError> {
    if problem.couplings.symmetry() != Symmetry::Directed {
        return Err(TrainError::Unsupported {
            rule: "exact",
            reason: "symmetric couplings do not split into neurons".to_owned(),
        });
    }
    let count = problem.patterns.neurons();
    let hebbian = start::hebbian(problem)?;
    let counted = Stability::of(&hebbian, &problem.patterns, problem.ties)?;
    let unsearched = |i: usize| match &separators[i] {
        Some(known) => {
            let weights = inputs_of(problem, i, &known.weights, known.bias);
            NeuronOutcome::unsearched(weights, 0, known.margin * known.margin)
        }
        None => {
            let weights = inputs_of(problem, i, hebbian.row(i), hebbian.biases()[i]);
            NeuronOutcome::unsearched(weights, counted.wrong_in_neuron(i), 0.0)
        }
    };
    let mut turns: Vec<Turn> = (0..count)
        .map(|i| match separators[i] {
            Some(_) => Turn::Done(i, Box::new(unsearched(i))),
            None => Turn::Waiting(i),
        })
        .collect();
    let standing = Standing::new((0..count).map(|i| match separators[i] {
        Some(_) => 0,
        None => counted.wrong_in_neuron(i),
    }));
    let mut effort = FIRST_ROUND;
    let mut proven_after = None;
    loop {
        let each = |step: &(dyn Fn(&mut Turn, &Control<'_>) + Sync), turns: &mut [Turn]| {
            turns.par_iter_mut().with_max_len(1).for_each(|turn| {
                let i = turn.neuron();
                let heard = |progress: &Progress| standing.hear(i, progress, control);
                step(turn, &control.clone().with_listener(&heard));
            });
        };
        each(
            &|turn, own| turn.take(problem, options.seed, effort, own),
            &mut turns,
        );
        if proven_after.is_none() && turns.iter().all(Turn::is_proven) {
            proven_after = Some(control.elapsed());
        }
        each(&|turn, own| turn.finish(own), &mut turns);
        let open = turns.iter().any(|turn| matches!(turn, Turn::Open(..)));
        if !open || control.should_stop() {
            break;
        }
        effort = effort.saturating_mul(GROWTH);
    }
    let mut neurons: Vec<NeuronOutcome> = turns
        .into_iter()
        .map(|turn| match turn {
            Turn::Waiting(i) => unsearched(i),
            Turn::Open(_, search) | Turn::Closed(_, search) => search.outcome(),
            Turn::Done(_, outcome) => *outcome,
        })
        .collect();
    if let Preference::Sparse { balance } = problem.preference {
        neurons
            .par_iter_mut()
            .enumerate()
            .for_each(|(i, neuron)| sparsify(problem, i, neuron, balance, control));
    }
    let mut directed = assemble(problem, control, neurons)?;
    directed.statistics.proven_after = proven_after;
    Ok(directed)
}

/// Of neuron `i`'s `weights` from all neurons and its `bias` those that the problem asks for, in the order of its system.
fn inputs_of(problem: &Problem, i: usize, weights: &[f64], bias: f64) -> Vec<f64> {
    let inputs = problem.couplings.inputs(i).into_iter();
    let coupled = inputs.map(|j| weights[j]);
    coupled.chain(problem.bias.then_some(bias)).collect()
}

pub(crate) fn system_of(problem: &Problem, i: usize) -> System {
    System::of_neuron(
        &problem.patterns,
        &problem.couplings,
        problem.bias,
        problem.ties,
        i,
    )
}

/// A neuron between its turns.
enum Turn {
    Waiting(usize),
    Open(usize, Box<NeuronSearch>),
    /// Its search is over; the widest margin is not yet looked for.
    Closed(usize, Box<NeuronSearch>),
    Done(usize, Box<NeuronOutcome>),
}

impl Turn {
    fn neuron(&self) -> usize {
        match self {
            Self::Waiting(i) | Self::Open(i, _) | Self::Closed(i, _) | Self::Done(i, _) => *i,
        }
    }

    /// Whether the neuron's wrong bits are proven to be the fewest.
    fn is_proven(&self) -> bool {
        match self {
            Self::Waiting(_) => false,
            Self::Open(_, search) | Self::Closed(_, search) => search.stage() == Stage::Proven,
            Self::Done(_, outcome) => outcome.wrong_bits == outcome.lower_bound,
        }
    }

    /// Searches on, unless that is over.
    fn take(&mut self, problem: &Problem, seed: u64, effort: u64, control: &Control<'_>) {
        if control.should_stop() {
            return;
        }
        let (i, mut search) = match std::mem::replace(self, Self::Waiting(0)) {
            Self::Waiting(i) => {
                let search = NeuronSearch::new(system_of(problem, i), seed, i as u64);
                (i, Box::new(search))
            }
            Self::Open(i, search) => (i, search),
            over @ (Self::Closed(..) | Self::Done(..)) => {
                *self = over;
                return;
            }
        };
        let stage = search.run(effort, control);
        search.release();
        *self = if stage == Stage::Open {
            Self::Open(i, search)
        } else {
            Self::Closed(i, search)
        };
    }

    /// Looks for the widest margin of a neuron whose search is over. The neurons' searches come first: what they prove
    /// is worth more.
    fn finish(&mut self, control: &Control<'_>) {
        if let Self::Closed(i, search) = self {
            search.widen(control);
            *self = Self::Done(*i, Box::new(search.outcome()));
        }
    }
}

/// Where the neurons stand, for progress.
struct Standing {
    /// Wrong bits.
    wrong_bits: Vec<AtomicUsize>,
    bounds: Vec<AtomicUsize>,
    nodes: Vec<AtomicU64>,
}

impl Standing {
    fn new(wrong_bits: impl ExactSizeIterator<Item = usize>) -> Self {
        let count = wrong_bits.len();
        Self {
            wrong_bits: wrong_bits.map(AtomicUsize::new).collect(),
            bounds: (0..count).map(|_| AtomicUsize::new(0)).collect(),
            nodes: (0..count).map(|_| AtomicU64::new(0)).collect(),
        }
    }

    /// Takes note of what neuron `i` reports, and tells of all.
    fn hear(&self, i: usize, progress: &Progress, control: &Control<'_>) {
        if let Some(wrong_bits) = progress.incumbent {
            self.wrong_bits[i].store(wrong_bits, Ordering::Relaxed);
        }
        self.bounds[i].fetch_max(progress.bound, Ordering::Relaxed);
        self.nodes[i].store(progress.nodes, Ordering::Relaxed);
        let wrong_bits = self.wrong_bits.iter().map(|w| w.load(Ordering::Relaxed));
        let incumbent = Some(wrong_bits.sum());
        let bound = self.bounds.iter().map(|b| b.load(Ordering::Relaxed)).sum();
        let nodes = self.nodes.iter().map(|n| n.load(Ordering::Relaxed)).sum();
        control.report(incumbent, bound, nodes, "neurons");
    }
}

/// The rows that hold stay held with fewer weights, if the elastic net finds such.
fn sparsify(
    problem: &Problem,
    i: usize,
    neuron: &mut NeuronOutcome,
    balance: f64,
    control: &Control<'_>,
) {
    if control.should_stop() {
        return;
    }
    let system = system_of(problem, i);
    let field = |r: usize| -> f64 {
        let terms = neuron.weights.iter().enumerate();
        terms.map(|(j, w)| w * system.sign(r, j) as f64).sum()
    };
    let positive = (0..system.len()).filter(|&r| field(r) > 0.0);
    let kept: Vec<usize> = positive.map(|r| system.members(r)[0]).collect();
    if kept.is_empty() {
        return;
    }
    let (rows, _) = Rows::of_neuron(
        &problem.patterns,
        &problem.couplings,
        problem.bias,
        i,
        &kept,
    );
    let sparse = elastic_net(&rows, &neuron.weights, balance, control);
    let unit = weights::unit_of(&system, &sparse.weights);
    if unit.wrong == neuron.wrong {
        neuron.squared_margin = squared_margin(&system, &unit);
        neuron.weights = unit.weights;
        neuron.widest_of_all = false;
    }
}

/// The least squared aligned field over the squared norm, on the rows with a positive one.
fn squared_margin(system: &System, unit: &weights::Unit) -> f64 {
    let field = |r: usize| -> f64 {
        let terms = unit.weights.iter().enumerate();
        terms.map(|(j, w)| w * system.sign(r, j) as f64).sum()
    };
    let least = (0..system.len())
        .map(field)
        .filter(|&h| h > 0.0)
        .fold(f64::INFINITY, f64::min);
    let norm: f64 = unit.weights.iter().map(|w| w * w).sum();
    if least.is_finite() && norm > 0.0 {
        least * least / norm
    } else {
        0.0
    }
}

fn assemble(
    problem: &Problem,
    control: &Control<'_>,
    neurons: Vec<NeuronOutcome>,
) -> Result<Directed, TrainError> {
    let count = neurons.len();
    let mut weights = vec![0.0; count * count];
    let mut biases = vec![0.0; count];
    for (i, neuron) in neurons.iter().enumerate() {
        let inputs = problem.couplings.inputs(i);
        for (&j, &w) in inputs.iter().zip(&neuron.weights) {
            weights[i * count + j] = w;
        }
        if problem.bias {
            biases[i] = neuron.weights[inputs.len()];
        }
    }
    let network = Network::new(Symmetry::Directed, weights, biases)?;
    let per_neuron: Vec<Bounds> = neurons
        .iter()
        .map(|neuron| Bounds {
            wrong_bits: neuron.wrong_bits,
            lower_bound: neuron.lower_bound,
        })
        .collect();
    let total = Bounds {
        wrong_bits: per_neuron.iter().map(|b| b.wrong_bits).sum(),
        lower_bound: per_neuron.iter().map(|b| b.lower_bound).sum(),
    };
    Ok(Directed {
        trained: Trained {
            network,
            ties: problem.ties,
            status: total.status(control.interrupted()),
            total,
            per_neuron,
        },
        statistics: sum(&neurons),
        neurons,
    })
}

fn sum(neurons: &[NeuronOutcome]) -> Statistics {
    let all = || neurons.iter().map(|neuron| &neuron.statistics);
    // A neuron that was not searched has no phases.
    let phases = all()
        .map(|s| &s.phases[..])
        .find(|phases| !phases.is_empty())
        .unwrap_or_default();
    let of_phase = |k: usize| all().filter_map(move |s| s.phases.get(k));
    let time = |k: usize| of_phase(k).map(|(_, time)| *time).sum::<Duration>();
    Statistics {
        nodes: all().map(|s| s.nodes).sum(),
        min_norm_calls: all().map(|s| s.min_norm_calls).sum(),
        pool: all().map(|s| s.pool).sum(),
        phases: phases
            .iter()
            .enumerate()
            .map(|(k, &(name, _))| (name, time(k)))
            .collect(),
        proven_after: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use attractor::{Couplings, Patterns, Shape, Status, Ties};

    fn problem(count: usize, neurons: usize, seed: u64) -> Problem {
        let patterns = Patterns::random(count, neurons, seed).unwrap();
        let couplings = Couplings::full(neurons, Symmetry::Directed).unwrap();
        Problem::new(patterns, couplings).unwrap()
    }

    fn recounted(problem: &Problem) -> Directed {
        let directed = train(problem, &Options::default(), &Control::new()).unwrap();
        let trained = &directed.trained;
        assert_eq!(trained.status, Status::Optimal);
        let stability = Stability::of(&trained.network, &problem.patterns, problem.ties).unwrap();
        for (i, bounds) in trained.per_neuron.iter().enumerate() {
            assert_eq!(stability.wrong_in_neuron(i), bounds.wrong_bits);
        }
        directed
    }

    #[test]
    fn the_recount_on_the_patterns_agrees() {
        for seed in 0..3 {
            let mut problem = problem(34, 12, seed);
            for ties in [Ties::Strict, Ties::Negative] {
                for bias in [false, true] {
                    (problem.ties, problem.bias) = (ties, bias);
                    recounted(&problem);
                }
            }
        }
    }

    #[test]
    fn receptive_fields_are_kept_and_sparse_weights_hold_as_much() {
        let shape = Shape {
            height: 3,
            width: 5,
        };
        let couplings = Couplings::receptive_field(shape, 2.0, Symmetry::Directed).unwrap();
        let patterns = Patterns::random(8, 15, 5).unwrap();
        let mut problem = Problem::new(patterns, couplings).unwrap();
        let widest = recounted(&problem);
        let network = &widest.trained.network;
        assert!(
            (0..225).all(|k| problem.couplings.allows(k / 15, k % 15)
                || network.weight(k / 15, k % 15) == 0.0)
        );
        problem.preference = Preference::Sparse { balance: 0.9 };
        let sparse = recounted(&problem);
        assert_eq!(sparse.trained.total, widest.trained.total);
        assert!(sparse.trained.network.nonzeros() < network.nonzeros());
    }

    #[test]
    fn evidence_names_patterns_and_holds() {
        let problem = problem(40, 10, 1);
        let directed = recounted(&problem);
        for i in 0..10 {
            let patterns = &problem.patterns;
            for dependency in directed.evidence(i).iter().map(Packed::unpack) {
                for j in (0..10).filter(|&j| j != i) {
                    let sum: num_bigint::BigInt = dependency
                        .rows
                        .iter()
                        .zip(&dependency.multipliers)
                        .map(|(&mu, m)| {
                            num_bigint::BigInt::from(m.clone())
                                * (patterns.sign(mu, i) * patterns.sign(mu, j))
                        })
                        .sum();
                    assert_eq!(sum, num_bigint::BigInt::from(0));
                }
            }
        }
    }

    #[test]
    fn the_answer_does_not_depend_on_the_threads() {
        let problem = problem(45, 14, 2);
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .unwrap();
            pool.install(|| recounted(&problem)).trained
        };
        assert_eq!(with(1), with(3));
    }

    #[test]
    fn one_hard_neuron_reports_on_the_way() {
        use std::sync::Mutex;
        let problem = problem(70, 20, 0);
        let heard = Mutex::new(Vec::new());
        let listener = |p: &Progress| heard.lock().unwrap().push(*p);
        let control = Control::new().with_listener(&listener);
        let found = train(&problem, &Options::default(), &control).unwrap();
        let heard = heard.into_inner().unwrap();
        let total = found.trained.total;
        // Many more reports than neurons have turns, and none that says more than the answer.
        let rising = heard.windows(2).filter(|w| w[1].nodes > w[0].nodes).count();
        assert!(rising > 60);
        let known = heard.iter().filter_map(|p| p.incumbent).min();
        assert_eq!(heard.iter().map(|p| p.bound).max(), Some(total.lower_bound));
        assert_eq!(known, Some(total.wrong_bits));
    }

    #[test]
    fn an_interrupt_stops_hard_neurons_at_once() {
        use std::sync::atomic::AtomicBool;
        let problem = problem(75, 20, 0);
        let (flag, at) = (AtomicBool::new(false), AtomicU64::new(0));
        let listener = |p: &Progress| {
            if p.nodes > 400_000 && !flag.swap(true, Ordering::Relaxed) {
                at.store(p.nodes, Ordering::Relaxed);
            }
        };
        let control = Control::new()
            .with_interrupt(&flag)
            .with_listener(&listener);
        let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build();
        let found = pool
            .unwrap()
            .install(|| train(&problem, &Options::default(), &control))
            .unwrap();
        assert_eq!(found.trained.status, Status::Interrupted);
        assert!(found.trained.total.lower_bound < found.trained.total.wrong_bits);
        // Each neuron looks every few thousand nodes, and may have told nothing of its last 2^16.
        assert!(found.statistics.nodes < at.load(Ordering::Relaxed) + 20 * (1 << 17));
    }

    #[test]
    fn without_time_there_is_an_honest_answer() {
        let problem = problem(60, 20, 0);
        let control = Control::new().with_time_limit(Duration::ZERO);
        let directed = train(&problem, &Options::default(), &control).unwrap();
        assert_eq!(directed.trained.status, Status::Feasible);
        assert_eq!(directed.trained.total.lower_bound, 0);
        assert!(directed.trained.total.wrong_bits < 60 * 20 / 2);
    }
}
