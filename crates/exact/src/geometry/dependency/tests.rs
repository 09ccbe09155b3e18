//! Dependencies of corrals; rows without a dependency get none.

use super::lifting::{Lifting, SHORT};
use super::{Dependency, Packed};
use crate::geometry::min_norm::{Gram, MinNorm, Verdict};
use crate::instance::NeuronSystem;
use attractor::Control;
use num_bigint::{BigInt, BigUint};
use num_traits::One;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

fn random_system(rows: usize, columns: usize, weak: bool, seed: u64) -> NeuronSystem {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let rows: Vec<_> = (0..rows)
        .map(|_| {
            let signs = (0..columns).map(|_| rng.random::<bool>()).collect();
            (signs, !weak || rng.random::<bool>())
        })
        .collect();
    NeuronSystem::from_rows(columns, rows)
}

#[test]
fn corrals_of_many_sizes_become_exact() {
    for (columns, weak) in [
        (1, false),
        (2, true),
        (5, false),
        (5, true),
        (19, true),
        (40, false),
        (80, false),
    ] {
        for seed in 0..20 {
            let system = random_system(3 * columns + 2, columns, weak, seed);
            let gram = Gram::from_fn(system.len(), |r, s| system.product(r, s) as f64);
            let mut solver = MinNorm::new(&gram, system.strict(), columns);
            let all: Vec<usize> = (0..system.len()).collect();
            if solver.solve(&[&all]) == Verdict::Dependent {
                let dependency = Dependency::among(&system, solver.corral(), &Control::new());
                let dependency = dependency
                    .unwrap_or_else(|| panic!("{columns} columns, weak {weak}, seed {seed}"));
                assert!(dependency.holds(&system));
                assert_eq!(dependency.rows, solver.corral());
                assert_eq!(Packed::from(&dependency).unpack(), dependency);
            }
        }
    }
}

#[test]
fn machine_integers_and_long_ones_agree() {
    let mut short = 0;
    for (columns, seed) in (2..30).zip(0..) {
        let system = random_system(3 * columns, columns, seed % 2 == 0, seed);
        let gram = Gram::from_fn(system.len(), |r, s| system.product(r, s) as f64);
        let mut solver = MinNorm::new(&gram, system.strict(), columns);
        let all: Vec<usize> = (0..system.len()).collect();
        if solver.solve(&[&all]) != Verdict::Dependent {
            continue;
        }
        let mut lifting = Lifting::new(&system, solver.corral(), 24).unwrap();
        lifting.lift(SHORT / 24 * 24, &Control::new()).unwrap();
        let Some(multipliers) = lifting.short_whole() else {
            continue;
        };
        let long = lifting.whole(&Control::new()).unwrap();
        assert!(
            long.into_iter()
                .eq(multipliers.into_iter().map(BigInt::from))
        );
        short += 1;
    }
    assert!(short > 15);
}

#[test]
fn what_is_no_dependency_is_refused() {
    let system = random_system(30, 12, false, 7);
    assert_eq!(
        Dependency::among(&system, &[0, 1, 2, 3], &Control::new()),
        None
    );
    let opposite =
        NeuronSystem::from_rows(2, [(vec![true, false], true), (vec![false, true], true)]);
    let mut dependency = Dependency::among(&opposite, &[0, 1], &Control::new()).unwrap();
    assert_eq!(dependency.multipliers, vec![BigUint::one(); 2]);
    dependency.multipliers[0] += 1_u32;
    assert!(!dependency.holds(&opposite));
    let weak = NeuronSystem::from_rows(2, [(vec![true, false], false), (vec![false, true], false)]);
    assert_eq!(Dependency::among(&weak, &[0, 1], &Control::new()), None);
}

#[test]
fn a_row_without_columns_contradicts_itself() {
    let system = NeuronSystem::from_rows(0, [(vec![], true)]);
    assert!(Dependency::among(&system, &[0], &Control::new()).is_some());
}
