//! The parts of the proof against plain counting over all weights.

use super::bits::{Leaf, Masks};
use super::program::{IntegerProgram, Signs};
use super::slice_end::SliceEnd;
use super::tables::{Climb, Objective, TableProver, Tables};
use crate::instance::Instance;
use crate::problem::{Problem, Weights};
use attractor::Control;
use attractor::{Couplings, Patterns, Symmetry};
use proptest::prelude::*;

fn symmetric(
    neurons: usize,
    count: usize,
    seed: u64,
    weights: Weights,
    bias: bool,
) -> IntegerProgram {
    let patterns = Patterns::random(count, neurons, seed).unwrap();
    let couplings = Couplings::full(neurons, Symmetry::Symmetric).unwrap();
    let problem = Problem {
        bias,
        weights,
        ..Problem::new(patterns, couplings).unwrap()
    };
    let signs = Signs::new(&problem.patterns);
    let strict = |mu, i| (mu + i) % 3 > 0;
    IntegerProgram::of_network_where(&signs, &Instance::new(&problem).unwrap(), strict)
}

/// All weights, one after the other.
fn every_choice(program: &IntegerProgram) -> impl Iterator<Item = Vec<i32>> + '_ {
    let values = program.values_near(0);
    let all = values.len().pow(program.columns() as u32);
    (0..all).map(move |mut code| {
        let digits = (0..program.columns()).map(|_| {
            let value = values[code % values.len()];
            code /= values.len();
            value
        });
        digits.collect()
    })
}

fn counted(program: &IntegerProgram, weights: &[i32]) -> (usize, usize) {
    let wrong = program.wrong(&program.fields(weights));
    (wrong, weights.iter().filter(|&&w| w != 0).count())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn the_table_prover_equals_brute_force(
        seed in any::<u64>(),
        count in 1_usize..12,
        neurons in 2_usize..5,
        binary in any::<bool>(),
        bias in any::<bool>(),
        nonzeros in any::<bool>(),
        steps in 0_usize..40,
    ) {
        let weights = if binary { Weights::Binary } else { Weights::Ternary };
        let program = symmetric(neurons, count, seed, weights, bias);
        let control = Control::new();
        let tables = Tables::new(&program, &control).unwrap();
        let objective = if nonzeros { Objective::then_nonzeros(&program) } else { Objective::wrong_bits(&program) };
        let objective = objective.unwrap();
        let least = every_choice(&program).map(|w| counted(&program, &w)).min().unwrap();
        let optimum = objective.of(least.0, if nonzeros { least.1 } else { 0 });
        let mut climb = Climb::new(&tables, objective, None);
        if let Some(agreed) = climb.run(optimum, steps, &control) {
            let (wrong, nonzero) = counted(&program, &agreed);
            prop_assert_eq!(objective.of(wrong, nonzero), optimum);
        }
        prop_assert!(climb.bound() <= optimum);
        // Below the optimum there is nothing, at the optimum there is something.
        let first = TableProver::new(&tables, Objective::wrong_bits(&program).unwrap(), None);
        let mut prover = TableProver::new(&tables, objective, Some(&first));
        let mut search = |limit| loop {
            match prover.run(limit, limit + 1, &control).unwrap() {
                SliceEnd::Paused => {}
                end => break end,
            }
        };
        prop_assert_eq!(search(optimum - 1), SliceEnd::Exhausted);
        let SliceEnd::Found(weights) = search(optimum) else {
            panic!("the optimum is not found");
        };
        let (wrong, nonzero) = counted(&program, &weights);
        prop_assert_eq!(objective.of(wrong, nonzero), optimum);
    }

    #[test]
    fn leaves_equal_brute_force(
        seed in any::<u64>(),
        count in 1_usize..30,
        kind in 0_usize..3,
        budget in 0_usize..20,
        nonzeros in 0_usize..6,
        slacks in proptest::collection::vec(0_usize..16, 90),
        lost in any::<u64>(),
    ) {
        let weights = [Weights::Ternary, Weights::Binary, Weights::Integer(2)][kind];
        let program = symmetric(3, count, seed, weights, false);
        let rows = program.rows();
        let order: Vec<usize> = (0..3).collect();
        let mut leaf = Leaf::new(&program, &order);
        prop_assert_eq!(leaf.depth(), 3);
        let masks = Masks::new(&program);
        let (words, all) = (masks.words(), masks.all());
        let lost: Vec<u64> = (0..words).map(|w| lost.rotate_left(w as u32 * 7) & all[w]).collect();
        let mut planes = vec![0; 4 * words];
        for (r, slack) in slacks.iter().enumerate().take(rows) {
            for b in (0..4).filter(|b| slack >> b & 1 == 1) {
                attractor::kernels::bits::put(&mut planes[b * words..], r);
            }
        }
        let is_lost = |r: usize| attractor::kernels::bits::has(&lost, r);
        let wrong = |choice: &[i32]| {
            let fields = program.fields(choice);
            let degree = |r: usize| (0..program.columns()).filter(|&c| program.sign(r, c) != 0).count();
            let falls = |r: usize| program.level * degree(r) as i32 - fields[r];
            (0..rows).filter(|&r| !is_lost(r) && (slacks[r] as i32) < falls(r)).count()
        };
        let nonzero = |choice: &[i32]| choice.iter().filter(|&&w| w != 0).count();
        let fewest = every_choice(&program)
            .filter(|choice| nonzero(choice) <= nonzeros && wrong(choice) <= budget)
            .map(|choice| nonzero(&choice))
            .min();
        let found = leaf.find(&planes, |w| lost[w], all, budget, nonzeros);
        prop_assert_eq!(found.as_deref().map(nonzero), fewest);
        if let Some(found) = found {
            prop_assert!(wrong(&found) <= budget);
        }
    }
}
