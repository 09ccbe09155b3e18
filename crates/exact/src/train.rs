//! Train: the one door to exact training. Chooses the method that fits the problem, puts the network together, and lets
//! nothing out that was not counted again on the patterns.

use crate::error::ExactError;
use crate::evidence::Evidence;
use crate::instance::{Instance, Rows};
use crate::outcome::{Found, Outcome, Statistics};
use crate::problem::{Options, Preference, Problem, Weights};
use crate::sparse::elastic_net;
use crate::storable::{self, NetworkAnswer, NeuronAnswer, Request, Separator};
use crate::{directed, discrete, grid, start, symmetric};
use attractor::{Control, Network, Stability, Status, Symmetry, Ties, Trained};
use std::time::Duration;

/// Patterns from here on are first tried as storable sets, all neurons together: below, one neuron's search finds the
/// widest margin as fast.
const MANY_PATTERNS: usize = 200;

/// Trains to the fewest wrong bits, then to what the problem prefers among equals; stops early with the best so far when
/// `control` says so.
///
/// ```
/// use attractor::{Couplings, Patterns, Status, Symmetry};
/// use attractor_exact::{Control, Options, Problem, train};
/// let patterns = Patterns::random(30, 12, 1)?;
/// let couplings = Couplings::full(12, Symmetry::Directed)?;
/// let outcome = train(&Problem::new(patterns, couplings)?, &Options::default(), &Control::new())?;
/// assert_eq!(outcome.trained.status, Status::Optimal);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// What training cannot honour is refused, never ignored.
pub fn train(
    problem: &Problem,
    options: &Options,
    control: &Control<'_>,
) -> Result<Outcome, ExactError> {
    let instance = &Instance::new(problem)?;
    let control = &control.keeping(counting(instance), 0.5);
    match (problem.weights, problem.couplings.symmetry()) {
        (Weights::Real, Symmetry::Directed) => train_directed(instance, options, control),
        (Weights::Real, Symmetry::Symmetric) => train_symmetric(instance, options, control),
        (Weights::Ternary | Weights::Binary | Weights::Integer(_), _) => {
            Ok(without_gap(discrete::search(instance, options, control)?))
        }
    }
}

/// Additions a second and thread that [`Stability`] may be trusted to make: AVX2 makes about 6e9, on a busy machine. It
/// decides only how much of a time limit is kept back.
const ADDITIONS_A_SECOND: f64 = 5e9;

/// What counting the bits of what the search leaves will take, once.
fn counting(instance: &Instance<'_>) -> Duration {
    let (p, n) = (instance.patterns.count(), instance.patterns.neurons());
    let additions = 0.25 * p as f64 * (n as f64).powi(2);
    let threads = rayon::current_num_threads() as f64;
    Duration::from_secs_f64(additions / (threads * ADDITIONS_A_SECOND))
}

/// Rows times squared columns of a symmetric system that [`widened`] deals with in a second, at the least; measured 3e8
/// at N = 20. It decides only how much of a time limit is kept back.
const WIDENED_A_SECOND: f64 = 1e8;

/// What the widest margin of a symmetric network will take, where that is little: a large system takes what it gets.
fn widening(instance: &Instance<'_>) -> Duration {
    let rows = (instance.patterns.count() * instance.patterns.neurons()) as f64;
    let columns = instance.couplings.weights() as f64;
    Duration::try_from_secs_f64(rows * columns.powi(2) / WIDENED_A_SECOND).unwrap_or(Duration::MAX)
}

/// What a search found, where nothing is said of its margin.
fn without_gap(found: Found) -> Outcome {
    Outcome {
        trained: found.trained,
        statistics: found.statistics,
        margin_gap: None,
        evidence: found.evidence,
    }
}

fn train_directed(
    instance: &Instance<'_>,
    options: &Options,
    control: &Control<'_>,
) -> Result<Outcome, ExactError> {
    let start = start::hebbian(instance)?;
    let separators = if instance.patterns.count() >= MANY_PATTERNS {
        separators(instance, control)?
    } else {
        vec![None; instance.patterns.neurons()]
    };
    let found = directed::search(instance, options, start, &separators, control)?;
    Ok(without_gap(found))
}

/// The widest margin of each neuron whose rows can all hold.
fn separators(
    instance: &Instance<'_>,
    control: &Control<'_>,
) -> Result<Vec<Option<Separator>>, ExactError> {
    // Half of what is left, so that neurons that cannot store everything find time for their search.
    let share = control.remaining().map_or(Duration::MAX, |left| left / 2);
    let found = storable::directed(
        &instance.patterns,
        &instance.couplings,
        &request(instance),
        &control.phase(share),
    )?;
    let separator = |neuron| match neuron {
        NeuronAnswer::Storable(separator) => Some(separator),
        NeuronAnswer::Infeasible { .. } | NeuronAnswer::Undecided { .. } => None,
    };
    Ok(found.into_iter().map(separator).collect())
}

fn request(instance: &Instance<'_>) -> Request<'static> {
    Request {
        bias: instance.bias,
        ties: instance.ties,
        counted: instance.ties,
        ..Request::default()
    }
}

fn train_symmetric(
    instance: &Instance<'_>,
    options: &Options,
    control: &Control<'_>,
) -> Result<Outcome, ExactError> {
    let start = start::hebbian(instance)?;
    let stored = storable_network(instance, start.total.wrong_bits, control)?;
    let mut evidence = Evidence::default();
    let mut margin_gap = None;
    let (mut trained, mut statistics) = if let Stored::All(trained, gap) = stored {
        margin_gap = Some(gap);
        let statistics = Statistics {
            proven_after: Some(control.elapsed()),
            ..Statistics::default()
        };
        (trained, statistics)
    } else {
        let start = match stored {
            Stored::Some(trained) => better(start, trained),
            Stored::All(..) | Stored::Unknown => start,
        };
        // What is left is for the margin of what the search finds, and for its sparse weights.
        let sparse = matches!(instance.preference, Preference::Sparse { .. });
        let search = if sparse {
            control.share(0.5)
        } else {
            control.keeping(widening(instance), 0.2)
        };
        let mut found = symmetric::search(instance, options, start, &search);
        if found.trained.status == Status::Optimal {
            found.statistics.proven_after = Some(control.elapsed());
        }
        evidence = found.evidence;
        let (trained, statistics) = (found.trained, found.statistics);
        if control.should_stop() {
            return Ok(Outcome {
                trained,
                statistics,
                margin_gap,
                evidence,
            });
        }
        let margin = control.share(if sparse { 0.2 } else { 1.0 });
        let bounds: Vec<usize> = trained.per_neuron.iter().map(|b| b.lower_bound).collect();
        let lower_bound = trained.total.lower_bound;
        let (trained, gap) = widened(instance, trained, &margin)?;
        margin_gap = gap;
        let trained = trained.bounded(bounds, lower_bound, control.interrupted());
        (trained, statistics)
    };
    if let Preference::Sparse { balance } = instance.preference
        && !control.should_stop()
    {
        trained = sparsified(instance, trained, balance, control)?;
        margin_gap = None;
    }
    // Widening may have closed the gap.
    if trained.status == Status::Optimal {
        let proven_after = &mut statistics.proven_after;
        proven_after.get_or_insert_with(|| control.elapsed());
    }
    Ok(Outcome {
        trained,
        statistics,
        margin_gap,
        evidence,
    })
}

/// The one with fewer wrong bits; the first if they are equal.
fn better(first: Trained, second: Trained) -> Trained {
    if second.total.wrong_bits < first.total.wrong_bits {
        second
    } else {
        first
    }
}

/// What the storable sets' method leaves.
enum Stored {
    /// The network of (nearly) widest margin that holds every bit, and its margin's gap.
    All(Trained, f64),
    /// A network that does not.
    Some(Trained),
    Unknown,
}

/// Share of the time limit in which a network that holds every bit is found and widened: the rest is for counting it.
const STORABLE_SHARE: f64 = 0.8;

/// The widest-margin network that holds every bit, if there is one and it is found. A network with `incumbent` wrong bits
/// is known.
fn storable_network(
    instance: &Instance<'_>,
    incumbent: usize,
    control: &Control<'_>,
) -> Result<Stored, ExactError> {
    let (patterns, couplings) = (&instance.patterns, &instance.couplings);
    if control.should_stop() {
        return Ok(Stored::Unknown);
    }
    // Half of what is left, so that there is time for the search where it is in vain; a set that is about to be stored
    // may take the rest.
    let patience = control.remaining().map_or(Duration::MAX, |left| left / 2);
    let request = Request {
        incumbent,
        patience,
        ..request(instance)
    };
    // Beyond N patterns a neuron alone often shows that it is in vain.
    if patterns.count() > patterns.neurons()
        && storable::refuted(patterns, couplings, &request, &control.phase(patience))?
    {
        return Ok(Stored::Unknown);
    }
    let control = control.share(STORABLE_SHARE);
    let coupled = storable::symmetric(patterns, couplings, &request, &control)?;
    Ok(match coupled {
        NetworkAnswer::Storable {
            trained,
            margin,
            bound,
        } => Stored::All(trained, short_of(margin, bound)),
        NetworkAnswer::Undecided { trained, .. } => trained.map_or(Stored::Unknown, Stored::Some),
        NetworkAnswer::Infeasible { .. } => Stored::Unknown,
    })
}

/// By how much a margin may fall short of the widest.
fn short_of(margin: f64, bound: f64) -> f64 {
    ((bound - margin) / bound).clamp(0.0, 1.0)
}

/// The widest margin on the bits that a network holds, if it is found, and its gap; unproven.
fn widened(
    instance: &Instance<'_>,
    mut trained: Trained,
    control: &Control<'_>,
) -> Result<(Trained, Option<f64>), ExactError> {
    loop {
        if control.should_stop() {
            return Ok((trained, None));
        }
        let kept = held(instance, &trained.network)?;
        // All of them hold by a positive field: under either tie rule the margin is theirs, not that of +1 bits alone.
        let request = Request {
            kept: Some(&kept),
            ties: Ties::Strict,
            // What does not hold them all is of no use.
            incumbent: 1,
            ..request(instance)
        };
        let coupled =
            storable::symmetric(&instance.patterns, &instance.couplings, &request, control)?;
        let NetworkAnswer::Storable {
            trained: wide,
            margin,
            bound,
        } = coupled
        else {
            return Ok((trained, None));
        };
        let (before, after) = (trained.total.wrong_bits, wide.total.wrong_bits);
        if after > before {
            return Ok((trained, None));
        }
        trained = wide;
        // Where bits that were not asked for have come to hold, by whatever field, they are asked for as well.
        if after == before || control.should_stop() {
            return Ok((trained, Some(short_of(margin, bound))));
        }
    }
}

/// Few weights that hold the same bits, if they are found.
fn sparsified(
    instance: &Instance<'_>,
    trained: Trained,
    balance: f64,
    control: &Control<'_>,
) -> Result<Trained, ExactError> {
    let (network, patterns) = (&trained.network, &instance.patterns);
    let n = patterns.neurons();
    let kept: Vec<(usize, usize)> = held(instance, network)?
        .into_iter()
        .enumerate()
        .filter_map(|(k, holds)| holds.then_some((k / n, k % n)))
        .collect();
    let (rows, columns) = Rows::of_symmetric(instance, &kept);
    let widest = columns.values(network);
    let mut values = elastic_net(&rows, &widest, balance, control).weights;
    grid::snap(&mut values, n);
    let sparse = columns.network(&values)?;
    let sparse = Trained::unproven(sparse, patterns, instance.ties)?;
    if sparse.total.wrong_bits > trained.total.wrong_bits {
        return Ok(trained);
    }
    let bounds = trained.per_neuron.iter().map(|b| b.lower_bound);
    Ok(sparse.bounded(bounds, trained.total.lower_bound, control.interrupted()))
}

/// Which bits have a positive aligned field, entry μ·N+i.
fn held(instance: &Instance<'_>, network: &Network) -> Result<Vec<bool>, ExactError> {
    let stability = Stability::of(network, &instance.patterns, Ties::Strict)?;
    let (count, n) = (instance.patterns.count(), network.neurons());
    Ok((0..count * n)
        .map(|k| stability.is_right(k / n, k % n))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use attractor::{Couplings, Patterns};

    fn problem(count: usize, neurons: usize, symmetry: Symmetry) -> Problem {
        let patterns = Patterns::random(count, neurons, 3).unwrap();
        Problem::new(patterns, Couplings::full(neurons, symmetry).unwrap()).unwrap()
    }

    fn trained(problem: &Problem) -> Trained {
        let outcome = train(problem, &Options::default(), &Control::new()).unwrap();
        let trained = outcome.trained;
        let stability = Stability::of(&trained.network, &problem.patterns, problem.ties).unwrap();
        assert_eq!(stability.wrong_bits(), trained.total.wrong_bits);
        assert!(trained.total.lower_bound <= trained.total.wrong_bits);
        assert_eq!(trained.network.symmetry(), problem.couplings.symmetry());
        trained
    }

    #[test]
    fn every_domain_is_trained_and_recounted() {
        for symmetry in [Symmetry::Symmetric, Symmetry::Directed] {
            let mut problem = problem(9, 6, symmetry);
            let real = trained(&problem).total;
            for weights in [Weights::Ternary, Weights::Binary, Weights::Integer(3)] {
                problem.weights = weights;
                let discrete = trained(&problem).total;
                assert!(discrete.wrong_bits >= real.lower_bound);
            }
        }
    }

    #[test]
    fn sparse_weights_hold_the_same_bits() {
        for symmetry in [Symmetry::Symmetric, Symmetry::Directed] {
            let mut problem = problem(14, 12, symmetry);
            let wide = trained(&problem);
            problem.preference = Preference::Sparse { balance: 0.9 };
            let sparse = trained(&problem);
            assert_eq!(sparse.total, wide.total);
            assert!(sparse.network.nonzeros() < wide.network.nonzeros());
        }
    }

    /// Storable or not, what is said of the margin is what its search reached.
    #[test]
    fn the_gap_of_a_converged_margin_is_small() {
        for count in [10, 20] {
            let problem = problem(count, 9, Symmetry::Symmetric);
            let outcome = train(&problem, &Options::default(), &Control::new()).unwrap();
            assert!(outcome.margin_gap.unwrap() <= Request::default().gap);
        }
        let directed = problem(10, 9, Symmetry::Directed);
        let outcome = train(&directed, &Options::default(), &Control::new()).unwrap();
        assert_eq!(outcome.margin_gap, None);
    }

    #[test]
    fn negative_ties_ask_a_margin_of_every_bit_that_can_have_one() {
        for symmetry in [Symmetry::Symmetric, Symmetry::Directed] {
            let mut problem = problem(10, 14, symmetry);
            let margin = |problem: &Problem| {
                let network = trained(problem).network;
                let found = Stability::of(&network, &problem.patterns, Ties::Strict).unwrap();
                assert_eq!(found.wrong_bits(), 0);
                found.margin().unwrap()
            };
            let strict = margin(&problem);
            problem.ties = Ties::Negative;
            assert!(margin(&problem) > 0.99 * strict);
        }
    }

    #[test]
    fn fields_that_must_vanish_do_so_in_every_order() {
        // Patterns 0 and 1 are opposite but for the −1 bits of neuron 0.
        let random = Patterns::random(9, 10, 2).unwrap();
        let patterns = Patterns::from_fn(9, 10, |mu, i| match (mu, i) {
            (0 | 1, 0) => false,
            (1, i) => !random.is_plus(0, i),
            (mu, i) => random.is_plus(mu, i),
        })
        .unwrap();
        for symmetry in [Symmetry::Symmetric, Symmetry::Directed] {
            let couplings = Couplings::full(10, symmetry).unwrap();
            let mut problem = Problem::new(patterns.clone(), couplings).unwrap();
            problem.ties = Ties::Negative;
            let trained = train(&problem, &Options::default(), &Control::new())
                .unwrap()
                .trained;
            assert_eq!(trained.status, Status::Optimal, "{symmetry:?}");
            let wrong = |order: &[usize]| {
                let field = |mu: usize, i: usize| {
                    let term =
                        |&j: &usize| trained.network.weight(i, j) * f64::from(patterns.sign(mu, j));
                    order.iter().map(term).sum::<f64>()
                };
                let bits = (0..9).flat_map(|mu| (0..10).map(move |i| (mu, i)));
                bits.filter(|&(mu, i)| (field(mu, i) > 0.0) != patterns.is_plus(mu, i))
                    .count()
            };
            let forward: Vec<usize> = (0..10).collect();
            let backward: Vec<usize> = (0..10).rev().collect();
            assert_eq!(wrong(&forward), trained.total.wrong_bits, "{symmetry:?}");
            assert_eq!(wrong(&backward), trained.total.wrong_bits, "{symmetry:?}");
        }
    }

    #[test]
    fn no_time_at_all_leaves_the_hebbian_network() {
        use attractor::{Rule, Shape, rules::Hebbian};
        use std::time::Duration;
        let shape = Shape {
            height: 10,
            width: 12,
        };
        let patterns = Patterns::random(MANY_PATTERNS + 50, shape.height * shape.width, 3).unwrap();
        for symmetry in [Symmetry::Symmetric, Symmetry::Directed] {
            for couplings in [
                Couplings::full(patterns.neurons(), symmetry).unwrap(),
                Couplings::receptive_field(shape, 3.0, symmetry).unwrap(),
            ] {
                for (ties, bias) in [(Ties::Strict, false), (Ties::Negative, true)] {
                    let mut problem = Problem::new(patterns.clone(), couplings.clone()).unwrap();
                    (problem.ties, problem.bias) = (ties, bias);
                    let rule = Hebbian { bias, ties };
                    let hebbian = rule.train(&patterns, &couplings).unwrap().total.wrong_bits;
                    let control = Control::new().with_time_limit(Duration::ZERO);
                    let found = train(&problem, &Options::default(), &control).unwrap();
                    let network = &found.trained.network;
                    let counted = Stability::of(network, &patterns, ties).unwrap();
                    assert_eq!(counted.wrong_bits(), found.trained.total.wrong_bits);
                    assert!(found.trained.total.wrong_bits <= hebbian);
                    assert_eq!(found.trained.total.lower_bound, 0);
                    assert_eq!(found.trained.per_neuron.len(), patterns.neurons());
                }
            }
        }
    }

    #[test]
    fn more_patterns_than_a_table_holds_are_trained() {
        let patterns = Patterns::random(crate::min_norm::MOST_ROWS + 1, 14, 3).unwrap();
        for symmetry in [Symmetry::Symmetric, Symmetry::Directed] {
            let couplings = Couplings::full(14, symmetry).unwrap();
            let problem = Problem::new(patterns.clone(), couplings).unwrap();
            let limit = std::time::Duration::from_millis(200);
            let control = Control::new().with_time_limit(limit);
            let found = train(&problem, &Options::default(), &control).unwrap();
            let total = found.trained.total;
            assert!(
                total.wrong_bits < patterns.count() * 14 && total.lower_bound <= total.wrong_bits
            );
        }
    }

    #[test]
    fn many_patterns_go_through_the_storable_sets() {
        let problem = problem(MANY_PATTERNS + 10, 120, Symmetry::Directed);
        assert!(trained(&problem).total.wrong_bits <= 1);
    }
}
