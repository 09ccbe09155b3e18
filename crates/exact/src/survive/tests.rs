use super::cues::Demand;
use super::relaxation::{Decision, Relaxation};
use super::{Forbidden, Survival};
use crate::evidence::{DamagedInputs, SurvivalBound, SurvivalCore};
use crate::instance::Instance;
use crate::problem::{Preference, Survive, SurviveGoal, Weights};
use crate::{Damage, Options, Problem, certify, repair, train};
use attractor::{Control, Couplings, Patterns, Shape, Stability, Symmetry, Ties, Trained};
use attractor_proof::verify;

fn problem(count: usize, neurons: usize, seed: u64, goal: SurviveGoal) -> Problem {
    let patterns = Patterns::random(count, neurons, seed).unwrap();
    let couplings = Couplings::full(neurons, Symmetry::Directed).unwrap();
    Problem {
        survive: Some(Survive::new(goal, 0)),
        ..Problem::new(patterns, couplings).unwrap()
    }
}

fn survival(problem: &Problem) -> (Survival, Trained) {
    let (survival, trained, _) = with_bound(problem);
    (survival, trained)
}

fn with_bound(problem: &Problem) -> (Survival, Trained, Option<SurvivalBound>) {
    let outcome = train(problem, &Options::default(), &Control::new()).unwrap();
    let bound = outcome.evidence.survival.into_iter().next();
    if let Some(bound) = &bound {
        let real = problem.weights == Weights::Real;
        assert!(!real || bound.cores.iter().all(|core| is_true(core, problem)));
    }
    (outcome.survival.unwrap(), outcome.trained, bound)
}

/// Whether a core says what it must, counted on the patterns.
fn is_true(core: &SurvivalCore, problem: &Problem) -> bool {
    let i = core.neuron;
    let sign = |mu: usize, j: usize| i64::from(problem.patterns.sign(mu, j));
    let mut sums = vec![0i64; problem.patterns.neurons()];
    let mut strict = false;
    for bit in core.bits() {
        let (mu, lambda) = (bit.pattern, bit.multiplier as i64);
        let (one, all) = match bit.damage {
            DamagedInputs::Flips(r) => (2 * lambda, 2 * lambda * r as i64),
            DamagedInputs::Erasures(r) => (lambda, lambda * r as i64),
        };
        let flows: Vec<i64> = bit.flow.iter().map(|&v| v as i64).collect();
        if lambda < 1 || flows.iter().any(|&v| v > one) || flows.iter().sum::<i64>() > all {
            return false;
        }
        for (j, v) in problem.couplings.inputs(i).into_iter().zip(flows) {
            sums[j] += sign(mu, i) * sign(mu, j) * (lambda - v);
        }
        if problem.bias {
            sums[i] += sign(mu, i) * lambda;
        }
        strict |= problem.ties == Ties::Strict || problem.patterns.is_plus(mu, i);
    }
    strict && sums.iter().all(|&s| s == 0)
}

#[test]
fn the_largest_radius_is_met_and_proven() {
    let mut total = 0;
    for seed in 0..8 {
        for (bias, ties) in [(false, Ties::Strict), (true, Ties::Negative)] {
            let problem = Problem {
                ties,
                bias,
                ..problem(3, 20, seed, SurviveGoal::Largest)
            };
            let (survival, trained, bound) = with_bound(&problem);
            assert_eq!(trained.total.wrong_bits, 0);
            let flips = survival.guaranteed.unwrap().flips;
            assert_eq!(survival.upper_bound, Some(flips), "{seed} {survival:?}");
            let bound = bound.unwrap();
            assert_eq!((bound.flips, bound.at_most), (flips + 1, 2));
            total += flips;
        }
    }
    assert!(total > 30, "{total}");
}

#[test]
fn receptive_fields_and_erasures_survive_to_proof() {
    let shape = Shape {
        height: 4,
        width: 5,
    };
    for seed in 0..4 {
        let patterns = Patterns::random(3, 20, seed).unwrap();
        let couplings = Couplings::receptive_field(shape, 2.3, Symmetry::Directed).unwrap();
        let mut problem = Problem::new(patterns, couplings).unwrap();
        for erasures in [0, 3] {
            problem.survive = Some(Survive::new(SurviveGoal::Largest, erasures));
            let (survival, _, bound) = with_bound(&problem);
            let guaranteed = survival.guaranteed.unwrap();
            let reached = (guaranteed.erasures >= erasures).then_some(guaranteed.flips);
            assert!(bound.is_some(), "{seed} {erasures}: {survival:?}");
            assert_eq!(survival.upper_bound, reached, "{seed} {erasures}");
        }
    }
}

#[test]
fn a_radius_that_cannot_be_reached_names_what_forbids_it() {
    let problem = problem(3, 20, 1, SurviveGoal::All(9));
    let (survival, _) = survival(&problem);
    let forbidden = survival.forbidden_by.clone().unwrap();
    assert!(
        matches!(forbidden, Forbidden::Pair { distance, .. } if distance < 20),
        "{forbidden}"
    );
    assert_eq!(
        survival.upper_bound,
        Some(survival.guaranteed.unwrap().flips)
    );
    assert!(!survival.is_met());
}

#[test]
fn the_most_patterns_agree_with_all_subsets() {
    for seed in 0..4 {
        let mut problem = problem(6, 16, seed, SurviveGoal::Most(2));
        let (survival, trained) = survival(&problem);
        assert_eq!(trained.total.wrong_bits, 0);
        assert_eq!(
            survival.patterns_upper_bound,
            Some(survival.patterns_guaranteed)
        );
        // One pattern more than the most cannot survive, whichever they are.
        let held = Stability::of(&trained.network, &problem.patterns, problem.ties).unwrap();
        problem.survive = None;
        let instance = Instance::new(&problem).unwrap();
        let mut relaxation = Relaxation::new(&instance, &held);
        let best = (0u32..64)
            .filter(|set| {
                let demand = |mu: usize| Demand {
                    flips: if set >> mu & 1 == 1 { 2 } else { 0 },
                    erasures: 0,
                };
                let demands: Vec<Demand> = (0..6).map(demand).collect();
                matches!(
                    relaxation.decide(&demands, &Control::new()),
                    Decision::Possible
                )
            })
            .map(|set| set.count_ones() as usize)
            .max();
        assert_eq!(best, Some(survival.patterns_guaranteed));
    }
}

#[test]
fn symmetric_networks_survive_within_the_bound_of_directed_ones() {
    let (mut reached, mut bounds) = (0, 0);
    for seed in 0..6 {
        let couplings = Couplings::full(20, Symmetry::Symmetric).unwrap();
        let problem = Problem {
            couplings,
            bias: seed % 2 == 1,
            ..problem(3, 20, seed, SurviveGoal::Largest)
        };
        let (survival, trained) = survival(&problem);
        assert_eq!(trained.network.symmetry(), Symmetry::Symmetric);
        let flips = survival.guaranteed.unwrap().flips;
        let bound = survival.upper_bound.unwrap();
        assert!(flips <= bound);
        reached += flips;
        bounds += bound;
    }
    assert!(bounds - reached <= 2, "{reached} of {bounds}");
}

#[test]
fn what_is_proven_of_survivors_is_certified() {
    for (goal, bias, ties) in [
        (SurviveGoal::Largest, false, Ties::Strict),
        (SurviveGoal::Largest, true, Ties::Negative),
        (SurviveGoal::Most(3), false, Ties::Strict),
    ] {
        let problem = Problem {
            ties,
            bias,
            ..problem(5, 20, 3, goal)
        };
        let outcome = train(&problem, &Options::default(), &Control::new()).unwrap();
        let (network, evidence) = (outcome.trained.network, outcome.evidence);
        let certificate = certify(&problem, &network, &evidence, &Control::new()).unwrap();
        let proven = verify(&certificate, &network, &problem.patterns).unwrap();
        let survivors = proven.survivors.unwrap();
        let survival = outcome.survival.unwrap();
        match goal {
            SurviveGoal::Most(_) => assert_eq!(survivors.found, Some(survivors.at_most as usize)),
            _ => assert_eq!(survivors.flips as usize, survival.upper_bound.unwrap() + 1),
        }
        assert_eq!(survivors.patterns, survival.stored);
    }
}

/// Whether one step brings every cue within `flips` of pattern μ back to it, tried one by one.
fn is_recalled_from_every_cue(
    trained: &Trained,
    patterns: &Patterns,
    mu: usize,
    flips: u32,
) -> bool {
    let (network, n) = (&trained.network, patterns.neurons());
    let cues = (0u32..1 << n).filter(|set| set.count_ones() <= flips);
    let holds = |set: u32, i: usize| {
        let state = |j: usize| {
            let flipped = if set >> j & 1 == 1 { -1.0 } else { 1.0 };
            flipped * f64::from(patterns.sign(mu, j))
        };
        let field: f64 = (0..n).map(|j| network.weight(i, j) * state(j)).sum();
        (field + network.biases()[i] > 0.0) == patterns.is_plus(mu, i)
    };
    cues.into_iter().all(|set| (0..n).all(|i| holds(set, i)))
}

/// Chosen for noise, a network survives what it survived before, repairs more, and its certificate is accepted.
#[test]
fn noise_is_repaired_without_giving_up_what_survives() {
    let damage = Damage::new(0.1, 0.0).unwrap();
    for (goal, bias, symmetry) in [
        (SurviveGoal::Largest, false, Symmetry::Directed),
        (SurviveGoal::All(1), true, Symmetry::Directed),
        (SurviveGoal::Most(2), false, Symmetry::Directed),
        (SurviveGoal::Largest, false, Symmetry::Symmetric),
        (SurviveGoal::All(1), true, Symmetry::Symmetric),
    ] {
        let wide = Problem {
            bias,
            couplings: Couplings::full(18, symmetry).unwrap(),
            ..problem(5, 18, 2, goal)
        };
        let noisy = Problem {
            preference: Preference::Repair(damage),
            ..wide.clone()
        };
        let [before, after] =
            [&wide, &noisy].map(|p| train(p, &Options::default(), &Control::new()).unwrap());
        assert_eq!(after.trained.total, before.trained.total);
        let (old, new) = (before.survival.unwrap(), after.survival.clone().unwrap());
        assert!(new.patterns_guaranteed >= old.patterns_guaranteed);
        let asked = match goal {
            SurviveGoal::Largest => old.guaranteed.unwrap().flips,
            SurviveGoal::All(flips) | SurviveGoal::Most(flips) => flips,
        };
        let survive = (0..5).filter(|&mu| {
            is_recalled_from_every_cue(&after.trained, &noisy.patterns, mu, asked as u32)
        });
        assert!(survive.count() >= old.patterns_guaranteed, "{goal}");
        let instance = Instance::new(&noisy).unwrap();
        let value = |trained: &Trained| {
            let repair = repair::judged(&instance, damage, &trained.network, 0.0);
            repair.unwrap().value
        };
        let repair = after.repair.unwrap();
        assert!(value(&after.trained) > value(&before.trained), "{goal}");
        assert!((repair.value - value(&after.trained)).abs() < 1e-12);
        assert!(repair.gap.is_some_and(|gap| gap >= 0.0), "{repair:?}");
        let (network, evidence) = (&after.trained.network, &after.evidence);
        let certificate = certify(&noisy, network, evidence, &Control::new()).unwrap();
        let proven = verify(&certificate, network, &noisy.patterns).unwrap();
        assert_eq!(proven.survivors.is_none(), evidence.survival.is_empty());
    }
}

#[test]
fn discrete_networks_survive_within_the_bound_of_real_ones() {
    for (weights, symmetry) in [
        (Weights::Ternary, Symmetry::Directed),
        (Weights::Ternary, Symmetry::Symmetric),
        (Weights::Binary, Symmetry::Directed),
        (Weights::Integer(5), Symmetry::Directed),
    ] {
        for count in [1, 2] {
            let problem = Problem {
                weights,
                couplings: Couplings::full(9, symmetry).unwrap(),
                ..problem(count, 9, 1, SurviveGoal::Largest)
            };
            let (survival, trained) = survival(&problem);
            let values = trained.network.weights().iter();
            let largest = f64::from(weights.largest());
            assert!(
                values
                    .into_iter()
                    .all(|w| w.fract() == 0.0 && w.abs() <= largest)
            );
            assert_eq!(trained.total.wrong_bits, 0);
            let flips = survival.guaranteed.unwrap().flips;
            assert!(flips <= survival.upper_bound.unwrap());
            // Eight inputs of one pattern all help by the same: three flips leave 2.
            assert!(count > 1 || flips == 3, "{weights} {symmetry} {flips}");
        }
    }
}

/// Whole weights of small networks are decided, and both the radius and the proof are checked without the search.
#[test]
fn discrete_radii_are_proven_and_certified() {
    let mut above = 0;
    for (weights, neurons, seed, goal) in [
        (Weights::Ternary, 10, 0, SurviveGoal::Largest),
        // Real weights survive a flip here.
        (Weights::Binary, 14, 4, SurviveGoal::Largest),
        (Weights::Ternary, 10, 1, SurviveGoal::All(4)),
        (Weights::Binary, 12, 2, SurviveGoal::Most(2)),
        (Weights::Integer(2), 8, 3, SurviveGoal::Largest),
    ] {
        let bias = seed == 1;
        let problem = Problem {
            weights,
            bias,
            ties: if bias { Ties::Negative } else { Ties::Strict },
            ..problem(4, neurons, seed, goal)
        };
        let outcome = train(&problem, &Options::default(), &Control::new()).unwrap();
        let survival = outcome.survival.unwrap();
        assert!(survival.is_proven(), "{weights} {seed} {survival:?}");
        let (network, evidence) = (outcome.trained.network, outcome.evidence);
        let certificate = certify(&problem, &network, &evidence, &Control::new()).unwrap();
        let proven = verify(&certificate, &network, &problem.patterns).unwrap();
        let survivors = proven.survivors.unwrap();
        match goal {
            SurviveGoal::Most(_) => {
                assert_eq!(
                    Some(survivors.at_most as usize),
                    survival.patterns_upper_bound
                );
            }
            _ => assert_eq!(survivors.flips as usize, survival.upper_bound.unwrap() + 1),
        }
        let real = Problem {
            weights: Weights::Real,
            ..problem.clone()
        };
        let (of_real, _) = self::survival(&real);
        above += usize::from(of_real.upper_bound > survival.upper_bound);
    }
    assert!(above > 0, "real weights bound all of them as well");
}

/// Symmetric ternary networks of four neurons: all 3^6 of them.
#[test]
fn small_symmetric_radii_are_those_of_all_networks() {
    for seed in 0..6 {
        let couplings = Couplings::full(4, Symmetry::Symmetric).unwrap();
        let problem = Problem {
            weights: Weights::Ternary,
            couplings,
            ties: if seed % 2 == 0 {
                Ties::Strict
            } else {
                Ties::Negative
            },
            ..problem(2, 4, seed, SurviveGoal::Largest)
        };
        let outcome = train(&problem, &Options::default(), &Control::new()).unwrap();
        let survival = outcome.survival.unwrap();
        let held = |network: &attractor::Network| {
            let stability = Stability::of(network, &problem.patterns, problem.ties).unwrap();
            let bits = (0..2).flat_map(|mu| (0..4).map(move |i| (mu, i)));
            bits.map(|(mu, i)| stability.is_right(mu, i))
                .collect::<Vec<bool>>()
        };
        let asked = held(&outcome.trained.network);
        let network_of = |mut number: usize| {
            let mut weights = vec![0.0; 16];
            for (i, j) in (0..4).flat_map(|i| (0..i).map(move |j| (i, j))) {
                let value = (number % 3) as f64 - 1.0;
                (weights[4 * i + j], weights[4 * j + i]) = (value, value);
                number /= 3;
            }
            attractor::Network::new(Symmetry::Symmetric, weights, vec![0.0; 4]).unwrap()
        };
        let radius = |network: attractor::Network| {
            let right = held(&network);
            if asked
                .iter()
                .zip(&right)
                .any(|(asked, right)| *asked && !right)
            {
                return None;
            }
            let radii = attractor::certified_radii(&network, &problem.patterns, problem.ties);
            radii
                .unwrap()
                .into_iter()
                .flatten()
                .map(|radius| radius.flips)
                .min()
        };
        let best = (0..3_usize.pow(6))
            .filter_map(|k| radius(network_of(k)))
            .max();
        let guaranteed = survival.guaranteed.map(|radius| radius.flips);
        assert_eq!(guaranteed, best, "{seed} {survival:?}");
        assert!(
            best.is_none() || survival.is_proven(),
            "{seed} {survival:?}"
        );
    }
}

/// Whole weights chosen for noise survive as much and repair no worse.
#[test]
fn discrete_networks_repair_noise_without_giving_up_what_survives() {
    let damage = Damage::new(0.1, 0.0).unwrap();
    let mut gained = 0.0;
    for (weights, symmetry) in [
        (Weights::Ternary, Symmetry::Directed),
        (Weights::Integer(5), Symmetry::Directed),
        (Weights::Integer(3), Symmetry::Symmetric),
    ] {
        let wide = Problem {
            weights,
            bias: symmetry == Symmetry::Directed,
            couplings: Couplings::full(18, symmetry).unwrap(),
            ..problem(3, 18, 4, SurviveGoal::All(1))
        };
        let noisy = Problem {
            preference: Preference::Repair(damage),
            ..wide.clone()
        };
        let outcome = train(&noisy, &Options::default(), &Control::new()).unwrap();
        let survival = outcome.survival.unwrap();
        assert!(survival.is_met(), "{weights} {symmetry}");
        assert!((0..3).all(|mu| is_recalled_from_every_cue(
            &outcome.trained,
            &noisy.patterns,
            mu,
            1
        )));
        let mut values = outcome.trained.network.weights().iter();
        assert!(values.all(|w| w.fract() == 0.0 && w.abs() <= f64::from(weights.largest())));
        let before = train(&wide, &Options::default(), &Control::new()).unwrap();
        let instance = Instance::new(&noisy).unwrap();
        let of = |trained: &Trained| repair::judged(&instance, damage, &trained.network, 0.0);
        gained += of(&outcome.trained).unwrap().value - of(&before.trained).unwrap().value;
    }
    assert!(gained > 0.0, "{gained}");
}
