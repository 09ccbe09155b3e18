//! All attractors of small networks, against recall from every state and known numbers.

use attractor::states::{StateSpace, StatesError};
use attractor::{Control, Cues, End, Network, Patterns, RecallOptions, Symmetry, recall};
use proptest::prelude::*;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use std::collections::HashMap;
use std::sync::atomic::AtomicBool;

/// Independent Gaussian weights of variance 1/N without biases, by Box and Muller.
fn gaussian(neurons: usize, symmetry: Symmetry, seed: u64) -> Network {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut uniform = || (f64::from(rng.next_u32()) + 0.5) / 2f64.powi(32);
    let mut normal = || (-2.0 * uniform().ln()).sqrt() * (std::f64::consts::TAU * uniform()).cos();
    let mut weights = vec![0.0; neurons * neurons];
    for i in 0..neurons {
        for j in 0..i {
            weights[i * neurons + j] = normal() / (neurons as f64).sqrt();
            weights[j * neurons + i] = match symmetry {
                Symmetry::Symmetric => weights[i * neurons + j],
                Symmetry::Directed => normal() / (neurons as f64).sqrt(),
            };
        }
    }
    Network::new(symmetry, weights, vec![0.0; neurons]).unwrap()
}

fn space(network: &Network) -> StateSpace {
    StateSpace::of(network, &Control::new()).unwrap()
}

/// Mean number of fixed points.
fn mean_fixed_points(neurons: usize, symmetry: Symmetry, networks: u64) -> f64 {
    let count = |seed| {
        space(&gaussian(neurons, symmetry, seed))
            .fixed_points()
            .count()
    };
    (0..networks).map(count).sum::<usize>() as f64 / networks as f64
}

#[test]
fn directed_gaussian_weights_have_one_fixed_point_on_average() {
    // Each of the 2^N states is one with probability 2^−N. Negatives come together, so that the deviation is about √2.
    let mean = mean_fixed_points(8, Symmetry::Directed, 400);
    assert!((mean - 1.0).abs() < 0.3, "{mean}");
}

#[test]
fn spin_glasses_have_as_many_fixed_points_as_is_known() {
    for (neurons, networks, known) in [(8, 100, 5.4), (12, 20, 12.1)] {
        let mean = mean_fixed_points(neurons, Symmetry::Symmetric, networks);
        assert!((mean / known - 1.0).abs() < 0.25, "{neurons}: {mean}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn every_state_is_recalled_into_its_attractor(
        neurons in 1usize..8,
        symmetric in any::<bool>(),
        unit in prop_oneof![Just(1.0), Just(0.1)],
        // So much larger than the other weights that 128 bits do not hold them together.
        large in prop_oneof![3 => Just(1.0), 1 => Just(1e40)],
        seed in any::<u64>(),
    ) {
        let symmetry = if symmetric { Symmetry::Symmetric } else { Symmetry::Directed };
        let random = gaussian(neurons, symmetry, seed);
        // Whole numbers and tenths: fields of zero, which the second kind does not sum to.
        let scaled = |w: &f64| {
            let rounded = (2.0 * w * (neurons as f64).sqrt()).round() * unit;
            if rounded > 2.5 * unit { rounded * large } else { rounded }
        };
        let weights = random.weights().iter().map(scaled).collect();
        let network = Network::new(symmetry, weights, vec![0.0; neurons]).unwrap();
        let space = space(&network);
        let all: Vec<u32> = (0..1 << neurons).collect();
        let states = space.patterns(&all).unwrap();
        let recalled = recall(&network, &Cues::from(&states), &RecallOptions::default()).unwrap();
        let mut basins: HashMap<(u32, usize), u32> = HashMap::new();
        let number = |states: &Patterns, c: usize| states.bits(c)[0] as u32;
        let attractors: Vec<Vec<u32>> = space.attractors().map(|found| found.states.to_vec()).collect();
        for c in 0..states.count() {
            let end = number(&recalled.states, c);
            let found = attractors.iter().find(|states| states.contains(&end)).expect("an attractor");
            let length = match recalled.ends[c] {
                End::Cycle { length } => length,
                _ => 1,
            };
            prop_assert_eq!(found.len(), length);
            prop_assert!(!symmetric || length <= 2);
            *basins.entry((found[0], length)).or_default() += 1;
        }
        prop_assert_eq!(basins.len(), attractors.len());
        for found in space.attractors() {
            prop_assert_eq!(basins[&(found.states[0], found.states.len())], found.basin);
            prop_assert_eq!(found.states.iter().min(), found.states.first());
        }
    }
}

#[test]
fn large_networks_and_stopped_searches_are_refused() {
    let large = Network::new(Symmetry::Directed, vec![0.0; 26 * 26], vec![0.0; 26]).unwrap();
    let refused = StateSpace::of(&large, &Control::new());
    assert_eq!(refused, Err(StatesError::TooManyNeurons(26)));
    let stopped = AtomicBool::new(true);
    let control = Control::new().with_interrupt(&stopped);
    let small = gaussian(5, Symmetry::Directed, 0);
    assert_eq!(StateSpace::of(&small, &control), Err(StatesError::Stopped));
}
