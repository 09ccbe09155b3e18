//! The answers are the library's, bit for bit.

use attractor::recall::step;
use attractor::{Cues, Network, Order, RecallOptions, Symmetry, Update, recall};
use attractor_embedded::{Error, Ternary, words};
use proptest::prelude::*;

/// A network as numbers.
#[derive(Debug, Clone)]
struct Case {
    n: usize,
    symmetric: bool,
    weights: Vec<i8>,
    biases: Vec<i32>,
    /// −1, 0 (unknown), +1.
    cue: Vec<i8>,
}

fn cases() -> impl Strategy<Value = Case> {
    (1..=130_usize, any::<bool>()).prop_flat_map(|(n, symmetric)| {
        let trits = |count| proptest::collection::vec(-1..=1_i8, count);
        (trits(n * n), proptest::collection::vec(-3..=3, n), trits(n)).prop_map(
            move |(mut weights, biases, cue)| {
                for i in 0..n {
                    weights[i * n + i] = 0;
                    for j in 0..i {
                        if symmetric {
                            weights[i * n + j] = weights[j * n + i];
                        }
                    }
                }
                Case {
                    n,
                    symmetric,
                    weights,
                    biases,
                    cue,
                }
            },
        )
    })
}

/// The places where `holds`, as words.
fn packed(values: &[i8], holds: impl Fn(i8) -> bool) -> Vec<u32> {
    let mut bits = vec![0; words(values.len())];
    for (i, _) in values.iter().enumerate().filter(|(_, v)| holds(**v)) {
        bits[i / 32] |= 1 << (i % 32);
    }
    bits
}

fn planes(case: &Case) -> Vec<u32> {
    let rows = case.weights.chunks(case.n);
    rows.flat_map(|row| [packed(row, |w| w > 0), packed(row, |w| w < 0)])
        .flatten()
        .collect()
}

fn network(case: &Case) -> Network {
    let symmetry = if case.symmetric {
        Symmetry::Symmetric
    } else {
        Symmetry::Directed
    };
    let weights = case.weights.iter().map(|&w| f64::from(w)).collect();
    let biases = case.biases.iter().map(|&b| f64::from(b)).collect();
    Network::new(symmetry, weights, biases).unwrap()
}

fn signs(n: usize, state: &[u32]) -> Vec<i8> {
    (0..n)
        .map(|i| {
            if state[i / 32] >> (i % 32) & 1 == 1 {
                1
            } else {
                -1
            }
        })
        .collect()
}

proptest! {
    #[test]
    fn steps_and_sweeps_are_those_of_the_library(case in cases()) {
        let planes = planes(&case);
        let memory = Ternary::new(case.n, &planes, &case.biases).unwrap();
        let network = network(&case);
        let cues = Cues::from_values(1, case.n, &case.cue).unwrap();
        let cue = (packed(&case.cue, |v| v > 0), packed(&case.cue, |v| v != 0));

        let (mut state, mut known) = cue.clone();
        let mut scratch = vec![0; words(case.n)];
        memory.step(&mut state, &mut known, &mut scratch).unwrap();
        let expected: Vec<i8> = step(&network, &cues).unwrap().signs(0).collect();
        prop_assert_eq!(signs(case.n, &state), expected);

        let (mut state, mut known) = cue;
        for sweeps in 1..=4 {
            memory.sweep(&mut state, &mut known).unwrap();
            if sweeps == 1 || case.symmetric {
                let options = RecallOptions::new(Update::Asynchronous(Order::Fixed)).with_max_steps(sweeps);
                let recalled = recall(&network, &cues, &options).unwrap();
                prop_assert_eq!(signs(case.n, &state), recalled.states.signs(0).collect::<Vec<_>>());
            }
        }
        if case.symmetric {
            memory.settle(&mut state, &mut known, 10_000).unwrap().unwrap();
            let options = RecallOptions::new(Update::Asynchronous(Order::Fixed));
            let recalled = recall(&network, &cues, &options).unwrap();
            prop_assert_eq!(signs(case.n, &state), recalled.states.signs(0).collect::<Vec<_>>());
        }
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    let refused = |n, planes: &[u32], biases: &[i32]| Ternary::new(n, planes, biases).map(|_| ());
    assert_eq!(refused(0, &[], &[]), Err(Error::Empty));
    assert_eq!(refused(2, &[0; 3], &[]), Err(Error::Planes));
    assert_eq!(refused(usize::MAX, &[0; 4], &[]), Err(Error::Planes));
    assert_eq!(refused(2, &[0; 4], &[1]), Err(Error::Biases));
    // A self-coupling, a weight of both signs, a bit beyond the last neuron.
    for plane in [[1, 0, 0, 0], [2, 2, 0, 0], [4, 0, 0, 0]] {
        assert_eq!(refused(2, &plane, &[]), Err(Error::Weights));
    }
    let memory = Ternary::new(2, &[2, 0, 1, 0], &[]).unwrap();
    assert_eq!(memory.sweep(&mut [0, 0], &mut [3]), Err(Error::State));
    assert_eq!(memory.step(&mut [0], &mut [3], &mut []), Err(Error::State));
    assert_eq!(memory.field(0, &[2], &[3]), Ok(1));
    assert_eq!(memory.field(7, &[2], &[3]), Ok(0));
    assert_eq!(memory.field(usize::MAX, &[2], &[3]), Ok(0));
}

/// 32 neurons with two bits a weight.
#[test]
fn thirty_two_neurons_take_256_bytes() {
    assert_eq!(size_of::<[u32; 2 * 32 * words(32)]>(), 256);
}
