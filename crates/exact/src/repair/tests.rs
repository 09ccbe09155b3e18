//! Repair against other ways to the same optimum: a grid over all weights, finite differences, and its two limits.

use super::count::losses;
use super::kept::Kept;
use super::neuron::NeuronProgram;
use super::objective::Law;
use super::symmetric::NetworkProgram;
use crate::damage::Damage;
use crate::instance::Instance;
use crate::outcome::Outcome;
use crate::problem::{Options, Preference, Problem, Weights};
use crate::train;
use attractor::kernels::linear::{dot, norm};
use attractor::rules::{Hebbian, Rule};
use attractor::{Control, Couplings, Network, Patterns, Shape, Stability, Symmetry, Ties};
use proptest::prelude::*;

fn flips(p: f64) -> Damage {
    Damage::new(p, 0.0).unwrap()
}

fn random(count: usize, neurons: usize, symmetry: Symmetry, seed: u64) -> Problem {
    let patterns = Patterns::random(count, neurons, seed).unwrap();
    Problem {
        preference: Preference::WidestMargin,
        ..Problem::new(patterns, Couplings::full(neurons, symmetry).unwrap()).unwrap()
    }
}

pub(super) fn trained(problem: &Problem) -> Outcome {
    train(problem, &Options::default(), &Control::new()).unwrap()
}

/// What one thread makes, and what two make.
pub(super) fn by_one_and_two(training: impl Fn() -> Outcome + Sync) -> [Outcome; 2] {
    [1, 2].map(|threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        pool.build().unwrap().install(&training)
    })
}

fn repaired(problem: &Problem, damage: Damage) -> Outcome {
    trained(&Problem {
        preference: Preference::Repair(damage),
        ..problem.clone()
    })
}

fn least_kappas(network: &Network, problem: &Problem) -> Vec<f64> {
    let stability = Stability::of(network, &problem.patterns, Ties::Strict).unwrap();
    let least = |i| stability.neuron_margin(i).unwrap_or(f64::INFINITY);
    (0..network.neurons()).map(least).collect()
}

/// All unit vectors of three weights on a grid: none has a smaller loss above the floor than what is said to be the least.
#[test]
fn no_weights_on_a_grid_do_better_than_the_bound() {
    let control = Control::new();
    for (seed, p) in [(1, 0.05), (2, 0.2), (5, 0.05)] {
        let problem = random(3, 4, Symmetry::Directed, seed);
        let instance = Instance::new(&problem).unwrap();
        let wide = trained(&problem).trained.network;
        let kept = Kept::of(&instance, &wide).unwrap();
        let law = Law::from(flips(p));
        let floor = 0.3 * kept.margin(0).unwrap();
        let program = NeuronProgram::new(&instance, law, 0, &kept.rows()[0], floor);
        let reached = program.solve(wide.row(0)[1..].to_vec(), &control);
        let own = program.loss_above_floor(&reached.values).unwrap();
        let mut least = f64::INFINITY;
        for a in 0..300 {
            for b in 0..600 {
                let (polar, round) = (f64::from(a).mul_add(0.01, 0.005), 0.0105 * f64::from(b));
                let w = [
                    polar.sin() * round.cos(),
                    polar.sin() * round.sin(),
                    polar.cos(),
                ];
                least = least.min(program.loss_above_floor(&w).unwrap_or(f64::INFINITY));
            }
        }
        assert!(least >= reached.least_loss - 1e-12, "{least} {reached:?}");
        assert!(own <= least + 1e-3 * least.max(1e-3), "{own} {least}");
        assert!(
            own - reached.least_loss <= 1.1e-3 * own,
            "{own} {reached:?}"
        );
    }
}

/// The symmetric objective's gradient, with missing couplings and biases, and with erasures beside flips.
#[test]
fn the_gradient_is_that_of_differences() {
    let mut problem = random(3, 5, Symmetry::Symmetric, 4);
    let mask = (0..25)
        .map(|k| k / 5 != k % 5 && k != 1 && k != 5)
        .collect();
    problem.couplings = Couplings::from_mask(5, Symmetry::Symmetric, mask).unwrap();
    problem.bias = true;
    let instance = Instance::new(&problem).unwrap();
    let network = trained(&problem).trained.network;
    let kept = Kept::of(&instance, &network).unwrap();
    let law = Law::from(Damage::new(0.1, 0.2).unwrap());
    let mut program = NetworkProgram::new(&instance, law, &kept, 0.01);
    // A row that has but to hold, and does: it helps as every weight of neuron 2 does.
    let helping = network
        .row(2)
        .iter()
        .map(|&w| if w == 0.0 { 0.0 } else { w.signum() });
    program.hold(2, helping.collect(), network.biases()[2].signum());
    let values = [network.weights(), network.biases()].concat();
    let value = |values: &[f64]| {
        let mut gradient = vec![0.0; values.len()];
        let (loss, barrier) = program.sums(values, 0.05, &mut gradient).unwrap();
        (loss + 0.05 * barrier, gradient)
    };
    let (_, gradient) = value(&values);
    let step = 1e-6;
    for k in 0..values.len() {
        let (i, j) = (k / 5, k % 5);
        if k < 25 && !problem.couplings.allows(i, j) {
            assert_eq!(gradient[k], 0.0);
            continue;
        }
        // Both copies of a weight move together; each has half of the slope.
        let moved = |by: f64| {
            let mut moved = values.clone();
            moved[k] += by;
            if k < 25 {
                moved[j * 5 + i] += by;
            }
            value(&moved).0
        };
        let slope = (moved(step) - moved(-step)) / (2.0 * step);
        let expected = if k < 25 {
            2.0 * gradient[k]
        } else {
            gradient[k]
        };
        assert!(
            (slope - expected).abs() < 1e-5 * slope.abs().max(1.0),
            "{k}: {slope} {expected}"
        );
    }
}

#[test]
fn little_damage_is_the_widest_margin_and_much_is_hebb() {
    let problem = random(3, 40, Symmetry::Directed, 2);
    let wide = least_kappas(&trained(&problem).trained.network, &problem);
    let little = repaired(&problem, flips(0.003));
    for (little, wide) in least_kappas(&little.trained.network, &problem)
        .iter()
        .zip(&wide)
    {
        assert!(little >= &(0.97 * wide), "{little} {wide}");
    }
    let much = repaired(&problem, flips(0.4999)).trained.network;
    let hebb = Hebbian::default()
        .train(&problem.patterns, &problem.couplings)
        .unwrap()
        .network;
    let margins = least_kappas(&hebb, &problem);
    for i in (0..40).filter(|&i| margins[i] > 0.3 * wide[i]) {
        let cosine = dot(much.row(i), hebb.row(i)) / (norm(much.row(i)) * norm(hebb.row(i)));
        assert!(cosine > 0.999, "neuron {i}: {cosine}");
    }
    let symmetric = Problem {
        couplings: Couplings::full(40, Symmetry::Symmetric).unwrap(),
        ..problem
    };
    let much = repaired(&symmetric, flips(0.49)).trained.network;
    let cosine =
        dot(much.weights(), hebb.weights()) / (norm(much.weights()) * norm(hebb.weights()));
    assert!(cosine > 0.99, "{cosine}");
}

#[test]
fn no_damage_is_the_widest_margin() {
    for symmetry in [Symmetry::Symmetric, Symmetry::Directed] {
        let problem = random(4, 9, symmetry, 1);
        let outcome = repaired(&problem, flips(0.0));
        assert_eq!(outcome.trained, trained(&problem).trained);
        assert_eq!(outcome.repair, None);
    }
}

#[test]
fn any_number_of_threads_gives_the_same_network() {
    for symmetry in [Symmetry::Symmetric, Symmetry::Directed] {
        let problem = random(12, 70, symmetry, 3);
        let [one, two] = by_one_and_two(|| repaired(&problem, flips(0.05)));
        assert_eq!(one.trained, two.trained);
        assert_eq!(one.repair, two.repair);
    }
}

#[test]
fn a_stop_leaves_the_bits_and_a_true_gap() {
    let problem = random(6, 20, Symmetry::Symmetric, 1);
    let control = Control::new().with_time_limit(std::time::Duration::ZERO);
    let asked = Problem {
        preference: Preference::Repair(flips(0.1)),
        ..problem
    };
    let outcome = train(&asked, &Options::default(), &control).unwrap();
    let repair = outcome.repair.unwrap();
    assert!(
        (repair.value + repair.gap.unwrap()).abs() < 1e-12,
        "{repair:?}"
    );
}

/// Discrete weights chosen for noise do no worse by the same measure than those of widest margin, and hold as much.
#[test]
fn discrete_weights_repair_by_the_same_objective() {
    for weights in [Weights::Ternary, Weights::Binary, Weights::Integer(3)] {
        for symmetry in [Symmetry::Symmetric, Symmetry::Directed] {
            // With 11 inputs damage is counted, with 17 the normal law has a bound.
            let neurons = if weights == Weights::Ternary { 18 } else { 12 };
            let problem = Problem {
                weights,
                ..random(5, neurons, symmetry, 7)
            };
            let instance = Instance::new(&problem).unwrap();
            let wide = trained(&problem).trained;
            let outcome = repaired(&problem, flips(0.1));
            assert_eq!(outcome.trained.total, wide.total);
            let kept = Kept::of(&instance, &outcome.trained.network).unwrap();
            let loss = |network| kept.loss(&instance, flips(0.1).into(), network).unwrap();
            let (new, old) = (loss(&outcome.trained.network), loss(&wide.network));
            assert!(new <= old + 1e-9, "{weights} {symmetry}: {new} {old}");
            let repair = outcome.repair.unwrap();
            assert_eq!(
                repair.gap.is_some_and(|gap| gap >= 0.0),
                neurons == 18,
                "{repair:?}"
            );
        }
    }
}

/// With four neighbours the normal law is wrong: what is chosen by exact count does no worse by it than the widest margin.
#[test]
fn few_inputs_are_counted() {
    let shape = Shape {
        height: 4,
        width: 4,
    };
    for symmetry in [Symmetry::Symmetric, Symmetry::Directed] {
        let problem = Problem {
            couplings: Couplings::receptive_field(shape, 1.0, symmetry).unwrap(),
            ..random(3, 16, symmetry, 2)
        };
        let instance = Instance::new(&problem).unwrap();
        let wide = trained(&problem).trained;
        let damage = Damage::new(0.1, 0.1).unwrap();
        let outcome = repaired(&problem, damage);
        let kept = Kept::of(&instance, &wide.network).unwrap();
        let before: f64 = losses(&instance, &kept, &wide.network, damage).iter().sum();
        let repair = outcome.repair.unwrap();
        assert_eq!((repair.gap, repair.kept), (None, kept.count()));
        assert!(
            -repair.value * repair.kept as f64 <= before + 1e-9,
            "{repair:?} {before}"
        );
    }
}

#[test]
fn rounds_on_passed_states_keep_the_bits_for_any_number_of_threads() {
    for symmetry in [Symmetry::Symmetric, Symmetry::Directed] {
        let problem = Problem {
            preference: Preference::Recall {
                damage: flips(0.1),
                rounds: 20,
            },
            bias: symmetry == Symmetry::Directed,
            ..random(8, 30, symmetry, 3)
        };
        let [one, two] = by_one_and_two(|| trained(&problem));
        assert_eq!(one.trained, two.trained);
        assert_eq!(one.trained.total.wrong_bits, 0);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    /// Whatever is asked: no bit is lost, kept bits stay above the floor, and the value lies within what is proven.
    #[test]
    fn kept_bits_are_kept(
        count in 1usize..9,
        neurons in prop_oneof![2usize..7, 13usize..16],
        seed in any::<u64>(),
        p in 0.001f64..0.45,
        q in 0.0f64..0.8,
        symmetric in any::<bool>(),
        bias in any::<bool>(),
        negative in any::<bool>(),
        holes in 0usize..5,
    ) {
        let symmetry = if symmetric { Symmetry::Symmetric } else { Symmetry::Directed };
        let exists = |i: usize, j: usize| i != j && (holes == 0 || !(i + j).is_multiple_of(holes + 1));
        let mask = (0..neurons * neurons).map(|k| exists(k / neurons, k % neurons)).collect();
        let problem = Problem {
            couplings: Couplings::from_mask(neurons, symmetry, mask).unwrap(),
            bias,
            ties: if negative { Ties::Negative } else { Ties::Strict },
            ..random(count, neurons, symmetry, seed)
        };
        let wide = trained(&problem).trained;
        let outcome = repaired(&problem, Damage::new(p, q).unwrap());
        let (new, repair) = (&outcome.trained, outcome.repair.unwrap());
        prop_assert!(new.total.wrong_bits <= wide.total.wrong_bits);
        prop_assert_eq!(new.total.lower_bound, wide.total.lower_bound);
        let before = Stability::of(&wide.network, &problem.patterns, Ties::Strict).unwrap();
        let after = Stability::of(&new.network, &problem.patterns, Ties::Strict).unwrap();
        let bits = || (0..count).flat_map(|mu| (0..neurons).map(move |i| (mu, i)));
        prop_assert!(bits().all(|(mu, i)| after.is_right(mu, i) || !before.is_right(mu, i)));
        prop_assert_eq!(repair.kept, bits().filter(|&(mu, i)| before.is_right(mu, i)).count());
        prop_assert!(repair.value <= 0.0);
        // None where few inputs are counted exactly.
        let within = |gap: f64| (0.0..=1e-12 - repair.value).contains(&gap);
        prop_assert!(repair.gap.is_none_or(within) && (neurons > 12 || repair.gap.is_none()));
    }
}
