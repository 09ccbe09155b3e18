//! Clamped neurons, temperature, and what is seen along a recall.

use crate::recall::{Kind, cues, network};
use attractor::rules::Hebbian;
use attractor::{
    Couplings, Cues, End, Network, Order, Patterns, RecallError, RecallOptions, Symmetry, Update,
    follow, mean_overlaps, overlap_trace, recall,
};

#[test]
fn clamped_neurons_keep_what_the_cue_says() {
    let network = network(70, Symmetry::Symmetric, Kind::Float, 3);
    let cues = cues(70, 0, 4);
    let clamped = [0, 7, 66, 69];
    for update in [
        Update::Synchronous,
        Update::Asynchronous(Order::Fixed),
        Update::Block {
            size: 16,
            order: Order::Random { seed: 1 },
        },
        Update::Glauber { beta: 0.1, seed: 5 },
    ] {
        let options = RecallOptions::new(update)
            .with_max_steps(30)
            .with_clamped(clamped);
        let recalled = recall(&network, &cues, &options).unwrap();
        for c in 0..cues.count() {
            assert!(
                clamped
                    .iter()
                    .all(|&i| recalled.states.sign(c, i) == cues.value(c, i))
            );
            let mut last = cues.state_bits(c).to_vec();
            follow(&network, &cues, c, &options, |state| last = state.to_vec()).unwrap();
            if matches!(recalled.ends[c], End::FixedPoint | End::Sampled) {
                assert_eq!(last, recalled.states.bits(c));
            }
        }
    }
    let options = RecallOptions::default().with_clamped([70]);
    assert!(recall(&network, &cues, &options).is_err());
    let partial = cues.erase(3..9);
    let options = RecallOptions::default().with_clamped([1, 7]);
    let refused = recall(&network, &partial, &options);
    assert_eq!(
        refused,
        Err(RecallError::ClampedUnknown { cue: 0, neuron: 7 })
    );
}

/// Two neurons with coupling w and biases b: the four states have weights exp(−βE), whatever the dynamics.
#[test]
fn glauber_dynamics_have_the_boltzmann_distribution() {
    let (w, b, beta) = (0.7, [0.4, -0.2], 0.9);
    let pair = Network::new(Symmetry::Symmetric, vec![0.0, w, w, 0.0], b.to_vec()).unwrap();
    let options = RecallOptions::new(Update::Glauber { beta, seed: 8 }).with_max_steps(40_000);
    let unknown = Cues::from_values(1, 2, &[0, 0]).unwrap();
    let mut counts = [0.0; 4];
    follow(&pair, &unknown, 0, &options, |state| {
        counts[state[0] as usize] += 1.0;
    })
    .unwrap();
    let sign = |bit: usize| if bit == 0 { -1.0 } else { 1.0 };
    let weight = |k: usize| (-beta * pair.energy(&[sign(k & 1), sign(k >> 1)])).exp();
    let all: f64 = (0..4).map(weight).sum();
    for (k, count) in counts.iter().enumerate() {
        assert!(
            (count / 40_000.0 - weight(k) / all).abs() < 0.015,
            "{counts:?}"
        );
    }
    for beta in [-1.0, f64::NAN, f64::INFINITY] {
        let options = RecallOptions::new(Update::Glauber { beta, seed: 8 });
        assert!(recall(&pair, &unknown, &options).is_err());
    }
    let options = RecallOptions::new(Update::Block {
        size: 0,
        order: Order::Fixed,
    });
    assert_eq!(
        recall(&pair, &unknown, &options),
        Err(RecallError::EmptyBlock)
    );
}

#[test]
fn overlaps_along_a_recall_end_where_it_ends() {
    let stored = Patterns::random(2, 90, 5).unwrap();
    let couplings = Couplings::full(90, Symmetry::Symmetric).unwrap();
    let network = Hebbian::default().fit(&stored, &couplings).unwrap();
    let cues = Cues::from(&stored).flip(9, 1).erase(0..30);
    let options = RecallOptions::new(Update::Asynchronous(Order::Fixed));
    let overlaps = overlap_trace(&network, &cues, 1, &options, (&stored, 1)).unwrap();
    let start: i32 = (0..90)
        .map(|i| i32::from(cues.value(1, i) * stored.sign(1, i)))
        .sum();
    assert_eq!(overlaps[0], f64::from(start) / 90.0);
    assert_eq!(overlaps.last(), Some(&1.0));
    let means = mean_overlaps(&network, &cues, &options, &stored).unwrap();
    let steps = &overlaps[1..];
    assert_eq!(means[1], steps.iter().sum::<f64>() / steps.len() as f64);
    assert_eq!(
        mean_overlaps(&network, &Cues::from(&stored), &options, &stored).unwrap(),
        [1.0; 2]
    );
    assert!(mean_overlaps(&network, &cues, &options, &stored.select(&[0]).unwrap()).is_err());
    let short = Patterns::random(2, 9, 0).unwrap();
    assert!(overlap_trace(&network, &cues, 0, &options, (&short, 1)).is_err());
}

#[test]
fn bits_flipped_one_by_one_follow_their_probability() {
    let stored = Patterns::random(40, 500, 1).unwrap();
    let whole = Cues::from(&stored);
    let differing = |cues: &Cues| {
        let all = (0..40).flat_map(|c| (0..500).map(move |i| (c, i)));
        all.filter(|&(c, i)| cues.value(c, i) != whole.value(c, i))
            .count()
    };
    assert_eq!(differing(&whole.clone().flip_each(0.0, 3)), 0);
    assert_eq!(differing(&whole.clone().flip_each(1.0, 3)), 20_000);
    // Standard deviation 50.5 of 20,000 draws.
    let some = whole.clone().flip_each(0.15, 3);
    assert!(differing(&some).abs_diff(3000) < 200);
    assert_eq!(some, whole.clone().flip_each(0.15, 3));
    assert_ne!(some, whole.clone().flip_each(0.15, 4));
    let partial = whole.clone().erase(0..30).flip_each(0.5, 3);
    assert!((0..30).all(|i| partial.value(7, i) == 0));
}
