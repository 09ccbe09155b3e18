//! Verdicts against their own conditions, from the rows themselves.

use super::{Gram, MinNorm, Verdict};
use attractor::kernels::linear::{add_multiple, dot};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

fn random_rows(count: usize, dimension: usize, seed: u64) -> Vec<Vec<f64>> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    (0..count)
        .map(|_| {
            (0..dimension)
                .map(|_| if rng.random::<bool>() { 1.0 } else { -1.0 })
                .collect()
        })
        .collect()
}

fn gram_of(rows: &[Vec<f64>]) -> Gram {
    Gram::from_fn(rows.len(), |r, s| dot(&rows[r], &rows[s]))
}

fn point(rows: &[Vec<f64>], solver: &MinNorm<'_>) -> Vec<f64> {
    let mut x = vec![0.0; rows[0].len()];
    for (&r, &l) in solver.corral().iter().zip(solver.multipliers()) {
        assert!(l >= 0.0);
        add_multiple(l, &rows[r], &mut x);
    }
    x
}

/// The verdict's own conditions, from the rows themselves.
fn check(
    rows: &[Vec<f64>],
    strict: &[bool],
    active: &[usize],
    solver: &MinNorm<'_>,
    verdict: Verdict,
) {
    let x = point(rows, solver);
    match verdict {
        Verdict::Separable { squared_norm } => {
            assert!((dot(&x, &x) - squared_norm).abs() < 1e-9);
            for &r in active {
                let least = if strict[r] { squared_norm } else { 0.0 };
                assert!(dot(&rows[r], &x) >= least - 1e-9);
            }
        }
        Verdict::Dependent => {
            assert!(x.iter().all(|v| v.abs() < 1e-5));
            assert!(solver.corral().iter().any(|&r| strict[r]));
            assert!(solver.corral().iter().all(|r| active.contains(r)));
        }
        Verdict::Unasked => assert!(active.iter().all(|&r| !strict[r])),
        Verdict::Unresolved => panic!("unresolved"),
    }
}

#[test]
fn optimality_conditions_hold_cold_and_warm() {
    for seed in 0..40 {
        let rows = random_rows(40, 12, seed);
        let gram = gram_of(&rows);
        let mut rng = ChaCha8Rng::seed_from_u64(seed + 1000);
        let strict: Vec<bool> = (0..40)
            .map(|_| seed % 2 == 0 || rng.random::<bool>())
            .collect();
        let mut warm = MinNorm::new(&gram, &strict, 12);
        for _ in 0..20 {
            let share = rng.random_range(0.2..0.9);
            let active: Vec<usize> = (0..40).filter(|_| rng.random::<f64>() < share).collect();
            let (first, rest) = active.split_at(active.len() / 2);
            let verdict = warm.solve(&[first, rest]);
            check(&rows, &strict, &active, &warm, verdict);
            let mut cold = MinNorm::new(&gram, &strict, 12);
            let reference = cold.solve(&[&active]);
            check(&rows, &strict, &active, &cold, reference);
            assert_eq!(
                std::mem::discriminant(&verdict),
                std::mem::discriminant(&reference)
            );
        }
    }
}

#[test]
fn a_dependent_corral_is_irreducible() {
    for seed in 0..30 {
        let rows = random_rows(40, 10, seed);
        let gram = gram_of(&rows);
        let strict = vec![true; 40];
        let all: Vec<usize> = (0..40).collect();
        let mut solver = MinNorm::new(&gram, &strict, 10);
        assert_eq!(solver.solve(&[&all]), Verdict::Dependent);
        let corral = solver.corral().to_vec();
        for left in 0..corral.len() {
            let mut fewer = corral.clone();
            fewer.remove(left);
            let verdict = MinNorm::new(&gram, &strict, 10).solve(&[&fewer]);
            assert!(matches!(verdict, Verdict::Separable { .. }));
        }
    }
}

#[test]
fn with_a_floor_few_rows_tell_that_the_margin_is_no_wider() {
    let (mut wide, mut narrow, mut fewer) = (0, 0, 0);
    for seed in 0..40 {
        // Wide margins, then none.
        let count = if seed % 2 == 0 { 20 } else { 45 };
        let rows = random_rows(count, 20, seed);
        let gram = gram_of(&rows);
        let (strict, all) = (vec![true; count], (0..count).collect::<Vec<_>>());
        let mut whole = MinNorm::new(&gram, &strict, 20);
        let widest = match whole.solve(&[&all]) {
            Verdict::Separable { squared_norm } => squared_norm,
            _ => 0.0,
        };
        for floor in [0.05, 0.3] {
            let mut solver = MinNorm::new(&gram, &strict, 20);
            solver.set_floor(floor);
            let verdict = solver.solve(&[&all]);
            assert_eq!(verdict == Verdict::Dependent, widest <= floor);
            if verdict == Verdict::Dependent {
                let x = point(&rows, &solver);
                assert!(dot(&x, &x) <= floor + 1e-9);
                narrow += 1;
                fewer += usize::from(solver.corral().len() < whole.corral().len());
            } else {
                check(&rows, &strict, &all, &solver, verdict);
                wide += 1;
            }
        }
    }
    assert!(wide > 10 && narrow > 10 && fewer > 10);
}

#[test]
fn opposite_rows_depend_unless_both_are_weak() {
    let rows = vec![
        vec![1.0, -1.0, 1.0],
        vec![-1.0, 1.0, -1.0],
        vec![1.0, 1.0, 1.0],
    ];
    let gram = gram_of(&rows);
    let verdict = |strict: [bool; 3]| MinNorm::new(&gram, &strict, 3).solve(&[&[0, 1, 2]]);
    assert_eq!(verdict([true, false, true]), Verdict::Dependent);
    assert!(matches!(
        verdict([false, false, true]),
        Verdict::Separable { .. }
    ));
    assert_eq!(verdict([false; 3]), Verdict::Unasked);
}
