//! Dense memories against Hebb's rule, against their energies, and against what they are known to store.

use attractor::rules::Hebbian;
use attractor::{
    Couplings, Cues, DenseError, DenseMemory, End, Order, Patterns, RecallError, RecallOptions,
    Recalled, Separation, Symmetry, Update, recall,
};
use proptest::prelude::*;

fn updates() -> [Update; 4] {
    [
        Update::Synchronous,
        Update::Asynchronous(Order::Fixed),
        Update::Asynchronous(Order::Random { seed: 3 }),
        Update::Block {
            size: 7,
            order: Order::Fixed,
        },
    ]
}

fn dense(patterns: &Patterns, separation: Separation) -> DenseMemory {
    DenseMemory::new(patterns.clone(), separation).unwrap()
}

fn equal(recalled: &Recalled, stored: &Patterns) -> usize {
    let is_equal = |&c: &usize| recalled.states.bits(c) == stored.bits(c);
    (0..stored.count()).filter(is_equal).count()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    /// F(x) = x² is Hebb's energy but for a constant: every step is the same, of unknown entries too.
    #[test]
    fn degree_two_is_hebb(count in 1usize..12, neurons in 2usize..70, seed in any::<u64>(), steps in 1usize..6) {
        let stored = Patterns::random(count, neurons, seed).unwrap();
        let couplings = Couplings::full(neurons, Symmetry::Symmetric).unwrap();
        let network = Hebbian::default().fit(&stored, &couplings).unwrap();
        let memory = dense(&stored, Separation::Polynomial { degree: 2 });
        let cues = Cues::from(&stored).flip(neurons / 4, seed).erase(neurons / 2..neurons * 2 / 3);
        for update in updates() {
            let options = RecallOptions::new(update).with_max_steps(steps).with_clamped([0]);
            let by_network = recall(&network, &cues, &options).unwrap();
            let by_memory = memory.recall(&cues, &options).unwrap();
            prop_assert_eq!(&by_memory.states, &by_network.states);
            prop_assert_eq!(&by_memory.steps, &by_network.steps);
        }
    }

    /// Where a sweep ends no single flip lowers E = −Σ F(ξ·s), counted anew.
    #[test]
    fn asynchronous_recall_ends_in_a_minimum(count in 1usize..20, neurons in 2usize..30, degree in 2u32..6, seed in any::<u64>()) {
        let stored = Patterns::random(count, neurons, seed).unwrap();
        let cues = Cues::from(&Patterns::random(4, neurons, seed ^ 1).unwrap());
        let memory = dense(&stored, Separation::Polynomial { degree });
        let options = RecallOptions::new(Update::Asynchronous(Order::Fixed));
        let recalled = memory.recall(&cues, &options).unwrap();
        let energy = |state: &[i64]| -> i128 {
            let overlap = |mu: usize| stored.signs(mu).zip(state).map(|(x, s)| i128::from(x) * i128::from(*s)).sum::<i128>();
            -(0..count).map(|mu| overlap(mu).pow(degree)).sum::<i128>()
        };
        for c in 0..4 {
            prop_assert_eq!(recalled.ends[c], End::FixedPoint);
            let mut state: Vec<i64> = recalled.states.signs(c).map(i64::from).collect();
            let here = energy(&state);
            for i in 0..neurons {
                state[i] = -state[i];
                prop_assert!(energy(&state) >= here);
                state[i] = -state[i];
            }
        }
    }
}

/// Far beyond N patterns: each is a fixed point, and comes back from afar.
#[test]
fn steep_energies_store_and_repair_many_patterns() {
    let stored = Patterns::random(150, 50, 1).unwrap();
    let cues = Cues::from(&stored).flip(7, 2);
    for separation in [
        Separation::Exponential { beta: 1.0 },
        Separation::Softmax { beta: 1.0 },
    ] {
        let memory = dense(&stored, separation);
        let whole = memory.recall(&Cues::from(&stored), &RecallOptions::default());
        assert_eq!(whole.unwrap().steps, vec![0; 150]);
        for update in updates() {
            let recalled = memory.recall(&cues, &RecallOptions::new(update)).unwrap();
            assert!(
                equal(&recalled, &stored) >= 145,
                "{separation:?} {update:?}"
            );
        }
    }
    let quartic = dense(&stored, Separation::Polynomial { degree: 4 });
    let hebb = dense(&stored, Separation::Polynomial { degree: 2 });
    let repaired = |memory: &DenseMemory| {
        equal(
            &memory.recall(&cues, &RecallOptions::default()).unwrap(),
            &stored,
        )
    };
    assert!(repaired(&hebb) == 0 && repaired(&quartic) > 100);
}

#[test]
fn what_cannot_be_is_refused() {
    let stored = Patterns::random(10, 20, 1).unwrap();
    let new = |separation| DenseMemory::new(stored.clone(), separation).err();
    let polynomial = |degree| new(Separation::Polynomial { degree });
    assert_eq!(polynomial(1), Some(DenseError::Degree(1)));
    assert!(matches!(polynomial(40), Some(DenseError::TooSteep { .. })));
    assert_eq!(polynomial(20), None);
    for beta in [0.0, -1.0, f64::INFINITY] {
        assert_eq!(
            new(Separation::Exponential { beta }),
            Some(DenseError::Beta(beta))
        );
        assert_eq!(
            new(Separation::Softmax { beta }),
            Some(DenseError::Beta(beta))
        );
    }
    let memory = dense(&stored, Separation::Softmax { beta: 1.0 });
    let foreign = Cues::from(&Patterns::random(1, 21, 1).unwrap());
    let refused = memory.recall(&foreign, &RecallOptions::default());
    assert!(matches!(refused, Err(RecallError::Size { .. })));
    let warm = RecallOptions::new(Update::Glauber { beta: 1.0, seed: 0 });
    let refused = memory.recall(&Cues::from(&stored), &warm);
    assert_eq!(refused, Err(RecallError::DenseTemperature));
    let none = RecallOptions::default().with_max_steps(0);
    let refused = memory.recall(&Cues::from(&stored), &none);
    assert_eq!(refused, Err(RecallError::NoSteps));
}
