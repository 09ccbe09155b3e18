//! The answers are the library's, bit for bit.

use attractor::chip::{Chip, Origin};
use attractor::io::{Metadata, NetworkFile};
use attractor::recall::step;
use attractor::{Couplings, Cues, Network, Order, RecallOptions, Symmetry, Ties, Update, recall};
use attractor_embedded::kind::Weights;
use attractor_embedded::{Binary, End, Error, Image, Integer, Memory, Ternary, words};
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

/// Networks whose weights are among these.
fn cases(weights: Vec<i8>) -> impl Strategy<Value = Case> {
    (1..=130_usize, any::<bool>()).prop_flat_map(move |(n, symmetric)| {
        let drawn = prop::sample::select(weights.clone());
        let weights = proptest::collection::vec(drawn, n * n);
        let biases = prop_oneof![Just(vec![0; n]), proptest::collection::vec(-3..=3, n)];
        let cue = proptest::collection::vec(prop::sample::select(vec![-1_i8, -1, 1, 1, 0]), n);
        let whole = proptest::collection::vec(prop::sample::select(vec![-1_i8, 1]), n);
        (weights, biases, prop_oneof![cue, whole]).prop_map(move |(mut weights, biases, cue)| {
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
        })
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

/// The states of the library after one synchronous step, after so many sweeps or steps, and where it ended.
fn by_library(case: &Case, update: Update, steps: usize) -> (Vec<i8>, attractor::End) {
    let cues = Cues::from_values(1, case.n, &case.cue).unwrap();
    let options = RecallOptions::new(update).with_max_steps(steps);
    let recalled = recall(&network(case), &cues, &options).unwrap();
    (recalled.states.signs(0).collect(), recalled.ends[0])
}

const FIXED: Update = Update::Asynchronous(Order::Fixed);

/// Everything that a memory does, held against the library. The cue has stray bits: beyond the last neuron, and +1 where an
/// entry is unknown.
fn hold<W: Weights>(case: &Case, memory: &Memory<'_, W>) -> Result<(), TestCaseError> {
    let stray = |mut bits: Vec<u32>| {
        if !case.n.is_multiple_of(32) {
            *bits.last_mut().unwrap() |= u32::MAX << (case.n % 32);
        }
        bits
    };
    let state = stray(packed(&case.cue, |v| v >= 0));
    let known = stray(packed(&case.cue, |v| v != 0));
    let width = words(case.n);
    let network = network(case);
    let cues = Cues::from_values(1, case.n, &case.cue).unwrap();

    let values: Vec<f64> = case.cue.iter().map(|&v| f64::from(v)).collect();
    for i in 0..case.n {
        let field = memory.field(i, &state, &known).unwrap();
        prop_assert_eq!(f64::from(field), network.local_field(i, &values));
    }

    let (mut now, mut is_known, mut scratch) = (state.clone(), known.clone(), vec![7; width]);
    let changed = memory.step(&mut now, &mut is_known, &mut scratch).unwrap();
    let expected: Vec<i8> = step(&network, &cues).unwrap().signs(0).collect();
    prop_assert_eq!(changed, expected != case.cue);
    prop_assert_eq!(signs(case.n, &now), expected);
    // Nothing is left beyond the last neuron.
    prop_assert_eq!(&now, &packed(&signs(case.n, &now), |v| v > 0));
    prop_assert_eq!(&is_known, &packed(&vec![1; case.n], |v| v > 0));

    let (mut now, mut is_known) = (state.clone(), known.clone());
    let mut last = case.cue.clone();
    for sweeps in 1..=4 {
        let changed = memory.sweep(&mut now, &mut is_known).unwrap();
        let (expected, _) = by_library(case, FIXED, sweeps);
        prop_assert_eq!(&signs(case.n, &now), &expected);
        prop_assert_eq!(changed, expected != last);
        last = expected;
    }
    if case.symmetric {
        memory
            .settle(&mut now, &mut is_known, 10_000)
            .unwrap()
            .unwrap();
        prop_assert_eq!(signs(case.n, &now), by_library(case, FIXED, 10_000).0);
    }

    for most in [1, 2, 5, 40] {
        let (mut now, mut is_known) = (state.clone(), known.clone());
        let (mut before, mut scratch) = (vec![7; width], vec![7; width]);
        let end = memory
            .run(&mut now, &mut is_known, &mut before, &mut scratch, most)
            .unwrap();
        let (expected, library) = by_library(case, Update::Synchronous, most as usize);
        prop_assert_eq!(signs(case.n, &now), expected);
        match library {
            attractor::End::FixedPoint => prop_assert!(matches!(end, End::Fixed(_))),
            // The library looks on for a cycle beyond the steps that were allowed.
            attractor::End::Cycle { length: 2 } => {
                prop_assert!(matches!(end, End::TwoCycle(_) | End::Unsettled));
            }
            _ => prop_assert_eq!(end, End::Unsettled),
        }
    }
    Ok(())
}

/// The packed image of the library's exporter.
fn image(case: &Case) -> Vec<u32> {
    let network = network(case);
    let couplings = Couplings::full(case.n, network.symmetry()).unwrap();
    let metadata = Metadata::new("test", Ties::Strict);
    let file = NetworkFile::new(network, couplings, metadata).unwrap();
    let bytes = Chip::new(&file, None, Origin::default())
        .unwrap()
        .to_binary();
    let words = bytes.as_chunks::<4>().0.iter();
    words.map(|&word| u32::from_le_bytes(word)).collect()
}

proptest! {
    #[test]
    fn ternary_recall_is_that_of_the_library(case in cases(vec![-1, 0, 1])) {
        let planes = planes(&case);
        hold(&case, &Ternary::new(case.n, &planes, &case.biases).unwrap())?;
    }

    #[test]
    fn binary_recall_is_that_of_the_library(case in cases(vec![-1, 1])) {
        let rows = case.weights.chunks(case.n);
        let planes: Vec<u32> = rows.flat_map(|row| packed(row, |w| w > 0)).collect();
        hold(&case, &Binary::new(case.n, &planes, &case.biases).unwrap())?;
    }

    #[test]
    fn whole_weights_recall_as_in_the_library(case in cases((-128..=127).collect())) {
        let rows = case.weights.chunks(case.n);
        let planes: Vec<u32> = rows.flat_map(|row| (0..8).flat_map(|bit| packed(row, move |w| w >> bit & 1 == 1))).collect();
        hold(&case, &Integer::new(case.n, 8, &planes, &case.biases).unwrap())?;
    }

    #[test]
    fn packed_images_recall_as_the_library(case in prop_oneof![
        cases(vec![-1, 1]), cases(vec![-1, 0, 1]), cases(vec![-2, -1, 0, 1]), cases(vec![-5, 0, 4, 7]), cases(vec![-128, 127])
    ], cut in any::<prop::sample::Index>()) {
        let words = image(&case);
        let mut biases = vec![0; case.n];
        let image = Image::new(&words, &mut biases).unwrap();
        hold(&case, &image.memory())?;
        let state = || vec![0; attractor_embedded::words(case.n)];
        let (mut a, mut b, mut c, mut d) = (state(), state(), state(), state());
        prop_assert_eq!(image.self_test(&mut a, &mut b, &mut c, &mut d), Ok(true));
        prop_assert_eq!(image.radius(), None);
        prop_assert!(image.vectors().count() >= 4);
        let shorter = &words[..cut.index(words.len())];
        prop_assert!(Image::new(shorter, &mut vec![0; case.n]).is_err());
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
    let run = memory.run(&mut [0], &mut [3], &mut [0, 0], &mut [0], 1);
    assert_eq!(run, Err(Error::State));
    let binary = |n, planes: &[u32]| Binary::new(n, planes, &[]).map(|_| ());
    assert_eq!(binary(2, &[2, 1]), Ok(()));
    assert_eq!(binary(2, &[1, 0]), Err(Error::Weights));
    assert_eq!(binary(33, &[0; 65]), Err(Error::Planes));
    let whole = |bits, planes: &[u32]| Integer::new(2, bits, planes, &[]).map(|_| ());
    assert_eq!(whole(2, &[2, 2, 1, 0]), Ok(()));
    assert_eq!(whole(2, &[2, 2, 1, 2]), Err(Error::Weights));
    assert_eq!(whole(1, &[0; 2]), Err(Error::Bits));
    assert_eq!(whole(9, &[0; 18]), Err(Error::Bits));
    for words in [&[][..], &[0; 30], &[u32::from_le_bytes(*b"ATTM"); 26]] {
        assert_eq!(Image::new(words, &mut []).map(|_| ()), Err(Error::Image));
    }
}

/// Fields beyond 32 bits end at the largest number and keep their sign.
#[test]
fn fields_saturate() {
    // Neuron 0 sees +1 and +1, neuron 1 sees −1 and −1.
    let planes = [0b110, 0, 0, 0b101, 0, 0];
    let biases = [i32::MAX, i32::MIN, i32::MIN];
    let memory = Ternary::new(3, &planes, &biases).unwrap();
    let (state, known) = ([0b111], [0b111]);
    assert_eq!(memory.field(0, &state, &known), Ok(i32::MAX));
    assert_eq!(memory.field(1, &state, &known), Ok(i32::MIN));
    assert_eq!(memory.field(0, &[0], &known), Ok(i32::MAX - 2));
    let (mut state, mut known) = (state, known);
    assert_eq!(memory.step(&mut state, &mut known, &mut [0]), Ok(true));
    assert_eq!(state, [0b001]);
}

/// A directed network of three neurons that pass their states round goes through a cycle of three.
#[test]
fn longer_cycles_do_not_settle() {
    let planes = [0b100, 0, 0b001, 0, 0b010, 0];
    let memory = Ternary::new(3, &planes, &[]).unwrap();
    let (mut state, mut known) = ([0b001], [0b111]);
    let end = memory.run(&mut state, &mut known, &mut [0], &mut [0], 100);
    assert_eq!((end, state), (Ok(End::Unsettled), [0b010]));
    // Two neurons that take each other's state alternate, or stay.
    let memory = Ternary::new(2, &[0b10, 0, 0b01, 0], &[]).unwrap();
    let (mut state, mut known) = ([0b01], [0b11]);
    let end = memory.run(&mut state, &mut known, &mut [0], &mut [0], 100);
    assert_eq!((end, state), (Ok(End::TwoCycle(0)), [0b01]));
}

/// A network is checked while the program is compiled, if it is a constant.
#[test]
fn memories_are_constants() {
    static MEMORY: Result<Ternary<'static>, Error> = Ternary::new(2, &[0b10, 0, 0b01, 0], &[]);
    const BROKEN: Result<Ternary<'static>, Error> = Ternary::new(2, &[0b10, 0, 0b11, 0], &[]);
    assert_eq!(MEMORY.unwrap().neurons(), 2);
    assert_eq!(BROKEN.map(|_| ()), Err(Error::Weights));
}

/// 32 neurons with two bits a weight.
#[test]
fn thirty_two_neurons_take_256_bytes() {
    assert_eq!(size_of::<[u32; 2 * 32 * words(32)]>(), 256);
}
