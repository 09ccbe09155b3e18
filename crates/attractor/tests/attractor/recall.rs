//! Recall against a direct implementation of its definition, and the theorems about its ends.

use attractor::{
    Cues, End, Network, Order, Outcome, Patterns, RecallOptions, Symmetry, Update, energy_trace,
    outcomes, recall,
};
use proptest::prelude::*;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// What the random weights are like.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    /// Small integers: many ties, exact in f32.
    Integer,
    /// Multiples of 0.1, no two sums of which round alike: ties that only exact sums see.
    Tenths,
    /// Anything.
    Float,
}

pub(crate) fn network(neurons: usize, symmetry: Symmetry, kind: Kind, seed: u64) -> Network {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut draw = || {
        let whole = f64::from(rng.next_u32() % 7) - 3.0;
        match kind {
            Kind::Integer => whole,
            Kind::Tenths => 0.1 * whole,
            Kind::Float => whole + f64::from(rng.next_u32()) / 3e9,
        }
    };
    let biases = (0..neurons).map(|_| draw()).collect();
    let mut weights = vec![0.0; neurons * neurons];
    for i in 0..neurons {
        for j in 0..neurons {
            if symmetry == Symmetry::Symmetric && j < i {
                weights[i * neurons + j] = weights[j * neurons + i];
            } else if i != j {
                weights[i * neurons + j] = draw();
            }
        }
    }
    Network::new(symmetry, weights, biases).unwrap()
}

/// Weights and biases in multiples of 2^−60, which all of the above are, to the last bit: row i is neuron i's, the bias
/// last.
struct Exact(Vec<Vec<i128>>);

impl Exact {
    fn of(network: &Network) -> Self {
        let scaled = |w: &f64| (w * 2f64.powi(60)) as i128;
        let row = |i: usize| {
            network
                .row(i)
                .iter()
                .chain([&network.biases()[i]])
                .map(scaled)
                .collect()
        };
        Self((0..network.neurons()).map(row).collect())
    }

    /// The sign of h_i; −1 if it is zero. Unknown entries (0) count for nothing.
    fn update(&self, i: usize, state: &[i8]) -> i8 {
        let inputs = state.iter().chain([&1]);
        let field: i128 = self.0[i]
            .iter()
            .zip(inputs)
            .map(|(w, &s)| w * i128::from(s))
            .sum();
        if field > 0 { 1 } else { -1 }
    }
}

/// The neurons in this order, blocks of them at once.
fn sweep(
    network: &Exact,
    state: &[i8],
    order: &[usize],
    size: usize,
    clamped: &[usize],
) -> Vec<i8> {
    let mut state = state.to_vec();
    for block in order.chunks(size) {
        let before = state.clone();
        for &i in block.iter().filter(|i| !clamped.contains(i)) {
            state[i] = network.update(i, &before);
        }
    }
    state
}

/// Last state, end and steps of a recall; of cycles only the synchronous ones of two states.
fn by_definition(
    cue: &[i8],
    mut step: impl FnMut(&[i8]) -> Vec<i8>,
    is_fixed: impl Fn(&[i8]) -> bool,
    synchronous: bool,
    max_steps: usize,
) -> (Vec<i8>, End, usize) {
    let mut path = vec![cue.to_vec()];
    loop {
        let steps = path.len() - 1;
        if is_fixed(&path[steps]) {
            return (path.swap_remove(steps), End::FixedPoint, steps);
        }
        let next = step(&path[steps]);
        if synchronous && steps > 0 && next == path[steps - 1] {
            return (next, End::Cycle { length: 2 }, steps - 1);
        }
        if steps == max_steps {
            return (path.swap_remove(steps), End::StepLimit, steps);
        }
        path.push(next);
    }
}

pub(crate) fn cues(neurons: usize, erased: usize, seed: u64) -> Cues {
    many_cues(5, neurons, erased, seed)
}

fn many_cues(count: usize, neurons: usize, erased: usize, seed: u64) -> Cues {
    let states = Cues::from(&Patterns::random(count, neurons, seed).unwrap());
    let partial = states.clone().erase_random(erased, seed);
    // Every third cue is whole.
    let chosen = (0..count).flat_map(|c| values(if c % 3 == 0 { &states } else { &partial }, c));
    Cues::from_values(count, neurons, &chosen.collect::<Vec<i8>>()).unwrap()
}

fn values(cues: &Cues, c: usize) -> Vec<i8> {
    (0..cues.neurons()).map(|i| cues.value(c, i)).collect()
}

fn kinds() -> impl Strategy<Value = Kind> {
    prop_oneof![Just(Kind::Integer), Just(Kind::Tenths), Just(Kind::Float)]
}

fn symmetries() -> impl Strategy<Value = Symmetry> {
    prop_oneof![Just(Symmetry::Symmetric), Just(Symmetry::Directed)]
}

/// Weights of all sizes: zero, subnormal, so large that f32 or sums in f64 overflow, and pairs of nearly the same size.
fn adversarial(neurons: usize, spread: i32, seed: u64) -> Network {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let middle = [-1060, -149, -126, 0, 24, 127, 1000][rng.next_u32() as usize % 7];
    let mut draw = || {
        let sign = if rng.next_u32() % 2 == 0 { 1.0 } else { -1.0 };
        let exponent = middle + (rng.next_u32() as i32).rem_euclid(spread);
        let digits = [
            0.0,
            1.0,
            1.0,
            1.0 + f64::EPSILON,
            1.0 + f64::from(f32::EPSILON),
        ];
        sign * digits[rng.next_u32() as usize % 5]
            * 2f64.powi(exponent / 2)
            * 2f64.powi(exponent.min(1023) - exponent / 2)
    };
    let biases = (0..neurons).map(|_| draw()).collect();
    let mut weights: Vec<f64> = (0..neurons * neurons).map(|_| draw()).collect();
    (0..neurons).for_each(|i| weights[i * neurons + i] = 0.0);
    Network::new(Symmetry::Directed, weights, biases).unwrap()
}

/// Whether h_i > 0, in whole numbers of 2^−1074 with 2,200 bits: 34 digits of 64 bits and a sign.
fn is_positive_exactly(network: &Network, i: usize, state: &[i8]) -> bool {
    let mut sums = [[0u64; 36]; 2];
    let inputs = (0..state.len()).map(|j| f64::from(state[j]) * network.weight(i, j));
    for term in inputs.chain([network.biases()[i]]) {
        let bits = term.to_bits();
        let (exponent, fraction) = ((bits >> 52 & 0x7ff) as usize, bits & ((1 << 52) - 1));
        let mantissa = if exponent == 0 {
            fraction
        } else {
            fraction | 1 << 52
        };
        let shift = exponent.max(1) - 1;
        let sum = &mut sums[usize::from(term < 0.0)];
        let mut carry = u128::from(mantissa) << (shift % 64);
        for digit in &mut sum[shift / 64..] {
            carry += u128::from(*digit);
            *digit = carry as u64;
            carry >>= 64;
        }
    }
    sums[0].iter().rev().gt(sums[1].iter().rev())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn no_size_of_weights_changes_a_sign(
        neurons in 1usize..70,
        spread in prop_oneof![Just(1), Just(3), Just(30), Just(60)],
        seed in any::<u64>(),
    ) {
        let network = adversarial(neurons, spread, seed);
        let cues = Cues::from(&Patterns::random(70, neurons, seed).unwrap());
        let step = |state: &mut Vec<i8>, in_turn: bool| {
            let before = state.clone();
            for i in 0..neurons {
                let plus = is_positive_exactly(&network, i, if in_turn { state } else { &before });
                state[i] = if plus { 1 } else { -1 };
            }
        };
        for (in_turn, update) in [
            (false, Update::Synchronous),
            (true, Update::Asynchronous(Order::Fixed)),
        ] {
            for max_steps in [1, 3] {
                let recalled = recall(&network, &cues, &RecallOptions::new(update).with_max_steps(max_steps)).unwrap();
                for c in 0..cues.count() {
                    let mut state = values(&cues, c);
                    (0..recalled.steps[c]).for_each(|_| step(&mut state, in_turn));
                    prop_assert_eq!(recalled.states.signs(c).collect::<Vec<_>>(), state.clone());
                    let arrived = state.clone();
                    step(&mut state, in_turn);
                    prop_assert_eq!(recalled.ends[c] == End::FixedPoint, state == arrived);
                }
            }
        }
    }

    #[test]
    fn recall_is_its_definition(
        neurons in 1usize..150,
        kind in kinds(),
        symmetry in symmetries(),
        erased in prop_oneof![Just(0usize), 0usize..150],
        max_steps in 1usize..12,
        // From 64 cues on, asynchronous recall goes in blocks.
        count in prop_oneof![3 => Just(5usize), 1 => Just(70)],
        size in 1usize..160,
        clamps in 0usize..9,
        seed in any::<u64>(),
    ) {
        let network = network(neurons, symmetry, kind, seed);
        let exact = Exact::of(&network);
        let cues = many_cues(count, neurons, erased, seed);
        let random = Order::Random { seed };
        let updates = [
            Update::Synchronous,
            Update::Asynchronous(Order::Fixed),
            Update::Asynchronous(random),
            Update::Block { size, order: Order::Fixed },
            Update::Block { size, order: random },
        ];
        // What every cue knows can be clamped.
        let known = |i: &usize| (0..cues.count()).all(|c| cues.value(c, *i) != 0);
        let clamped: Vec<usize> = (0..neurons).filter(known).step_by(3).take(clamps).collect();
        for update in updates {
            let options = RecallOptions::new(update).with_max_steps(max_steps).with_clamped(clamped.clone());
            let recalled = recall(&network, &cues, &options).unwrap();
            for c in 0..cues.count() {
                let cue = values(&cues, c);
                let mut rng = ChaCha8Rng::seed_from_u64(seed);
                rng.set_stream(c as u64);
                let in_turn: Vec<usize> = (0..neurons).collect();
                let mut order = in_turn.clone();
                let next = |state: &[i8], order: &[usize]| match update {
                    Update::Synchronous => sweep(&exact, state, order, neurons, &clamped),
                    Update::Block { size, .. } => sweep(&exact, state, order, size, &clamped),
                    _ => sweep(&exact, state, order, 1, &clamped),
                };
                let is_random = matches!(
                    update,
                    Update::Asynchronous(Order::Random { .. }) | Update::Block { order: Order::Random { .. }, .. }
                );
                let step = |state: &[i8]| {
                    if is_random { order.shuffle(&mut rng); }
                    next(state, &order)
                };
                let fixed = |state: &[i8]| sweep(&exact, state, &in_turn, neurons, &clamped) == state;
                let (state, end, steps) =
                    by_definition(&cue, step, fixed, update == Update::Synchronous, max_steps);
                prop_assert_eq!(recalled.states.signs(c).collect::<Vec<_>>(), state.clone());
                prop_assert_eq!(recalled.steps[c], steps);
                let returns = |within: usize| {
                    let mut later = state.clone();
                    (1..=within).find(|_| {
                        later = next(&later, &in_turn);
                        later == state
                    })
                };
                match recalled.ends[c] {
                    End::Cycle { .. } | End::StepLimit if c > 4 => {}
                    End::Cycle { length } => prop_assert_eq!(returns(length), Some(length)),
                    // A state that comes back so soon is on a cycle.
                    End::StepLimit if !is_random => {
                        prop_assert_eq!(returns(max_steps), None);
                    }
                    found => prop_assert_eq!(found, end),
                }
            }
        }
    }

    #[test]
    fn symmetric_recall_ends_and_its_energy_never_rises(
        neurons in 1usize..80,
        kind in kinds(),
        erased in 0usize..80,
        seed in any::<u64>(),
    ) {
        let network = network(neurons, Symmetry::Symmetric, kind, seed);
        let cues = cues(neurons, erased, seed);
        let synchronous = recall(&network, &cues, &RecallOptions::default()).unwrap();
        prop_assert!(!synchronous.ends.contains(&End::StepLimit));
        for order in [Order::Fixed, Order::Random { seed }] {
            let options = RecallOptions::new(Update::Asynchronous(order));
            let recalled = recall(&network, &cues, &options).unwrap();
            for c in 0..cues.count() {
                prop_assert_eq!(recalled.ends[c], End::FixedPoint);
                let energies = energy_trace(&network, &cues, c, &options).unwrap();
                prop_assert_eq!(energies.len(), recalled.steps[c] + 1);
                // Energies are rounded sums of at most N² terms of magnitude at most 5.
                let rounding = 1e-12 * (neurons * neurons) as f64;
                prop_assert!(energies.is_sorted_by(|earlier, later| *later <= earlier + rounding));
                let last: Vec<f64> = recalled.states.signs(c).map(f64::from).collect();
                prop_assert_eq!(network.energy(&last), *energies.last().unwrap());
            }
        }
    }

    #[test]
    fn one_cue_alone_and_few_threads_change_nothing(seed in any::<u64>()) {
        let network = network(130, Symmetry::Directed, Kind::Float, seed);
        let cues = cues(130, 10, seed);
        let options = RecallOptions::default().with_max_steps(20);
        let together = recall(&network, &cues, &options).unwrap();
        let alone = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        prop_assert_eq!(&alone.install(|| recall(&network, &cues, &options)).unwrap(), &together);
        let single = Cues::from_values(1, 130, &values(&cues, 3)).unwrap();
        let recalled = recall(&network, &single, &options).unwrap();
        prop_assert_eq!(recalled.states.bits(0), together.states.bits(3));
        prop_assert_eq!(recalled.ends[0], together.ends[3]);
        let energies = energy_trace(&network, &cues, 3, &options).unwrap();
        prop_assert!(energies.len() >= together.steps[3]);
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    let network = network(5, Symmetry::Directed, Kind::Integer, 0);
    assert!(recall(&network, &cues(6, 0, 0), &RecallOptions::default()).is_err());
    let none = RecallOptions::default().with_max_steps(0);
    assert!(recall(&network, &cues(5, 0, 0), &none).is_err());
}

#[test]
fn a_ring_of_three_neurons_cycles_through_six_states() {
    // s_0 follows s_2 with the other sign, s_1 follows s_0, s_2 follows s_1.
    let weights = vec![0.0, 0.0, -1.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0];
    let ring = Network::new(Symmetry::Directed, weights, vec![0.0; 3]).unwrap();
    let starts = Cues::from_values(2, 3, &[1, 1, 1, 1, -1, 1]).unwrap();
    for max_steps in [1, 8, 20, usize::MAX] {
        let options = RecallOptions::default().with_max_steps(max_steps);
        let recalled = recall(&ring, &starts, &options).unwrap();
        let found = if max_steps == 1 {
            End::StepLimit
        } else {
            End::Cycle { length: 6 }
        };
        assert_eq!(recalled.ends, [found, End::Cycle { length: 2 }]);
        assert_eq!(recalled.steps, [max_steps, 0]);
    }
    // In turn: all follow −s_2.
    let sweeps = RecallOptions::new(Update::Asynchronous(Order::Fixed)).with_max_steps(7);
    let recalled = recall(&ring, &starts, &sweeps).unwrap();
    assert_eq!(recalled.ends, [End::Cycle { length: 2 }; 2]);
    assert_eq!(recalled.states.signs(0).collect::<Vec<_>>(), [-1; 3]);
}

#[test]
fn fixed_points_are_told_apart() {
    // Every neuron holds its own state.
    let mut weights = vec![0.0; 300 * 300];
    (0..300).for_each(|i| weights[i * 301] = 1.0);
    let keeps = Network::with_self_coupling(Symmetry::Symmetric, weights, vec![0.0; 300]).unwrap();
    let stored = Patterns::random(6, 300, 1).unwrap();
    let sign = |mu: usize, i: usize| stored.sign(mu, i);
    let mixture = |i: usize| (sign(4, i) - sign(1, i) + sign(2, i)).signum();
    let states: Vec<i8> = (0..300)
        .map(|i| sign(3, i))
        .chain((0..300).map(|i| -sign(5, i)))
        .chain((0..300).map(mixture))
        .chain((0..300).map(|i| if i < 3 { -mixture(i) } else { mixture(i) }))
        .chain((0..300).map(|i| if i < 3 { -sign(3, i) } else { sign(3, i) }))
        .collect();
    let cues = Cues::from_values(5, 300, &states).unwrap();
    let recalled = recall(&keeps, &cues, &RecallOptions::default()).unwrap();
    let found = outcomes(&recalled, &stored).unwrap();
    assert_eq!(found[0], Outcome::Stored { pattern: 3 });
    assert_eq!(found[1], Outcome::Negative { pattern: 5 });
    for near in &found[2..4] {
        let Outcome::Mixture { mut patterns } = *near else {
            panic!("{near:?}");
        };
        patterns.sort_unstable();
        assert_eq!(patterns, [1, 2, 4]);
    }
    assert_eq!(found[4], Outcome::Other);
    assert!(outcomes(&recalled, &Patterns::random(1, 5, 0).unwrap()).is_err());
    let pair = Patterns::random(2, 300, 1).unwrap();
    assert_eq!(outcomes(&recalled, &pair).unwrap()[2], Outcome::Other);
}
