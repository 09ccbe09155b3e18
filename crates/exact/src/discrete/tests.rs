//! The parts of the proof against plain counting over all weights.

use super::branch::Verdict;
use super::climb::Climb;
use super::leaf::Leaf;
use super::priced::Priced;
use super::program::IntegerProgram;
use super::tables::{Charge, Tables};
use crate::instance::{Instance, Rows};
use crate::problem::{Problem, Weights};
use attractor::{Control, Couplings, Patterns, Symmetry, Ties};
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
    let bits: Vec<_> = (0..neurons)
        .flat_map(|i| (0..count).map(move |mu| (mu, i)))
        .collect();
    let asked = Problem::of(&patterns, &couplings, bias, Ties::Strict);
    let (rows, _) = Rows::of_symmetric(&Instance::new(&asked).unwrap(), &bits);
    let neuron: Vec<usize> = bits.iter().map(|&(_, i)| i).collect();
    let strict: Vec<bool> = bits.iter().map(|(mu, i)| (mu + i) % 3 > 0).collect();
    IntegerProgram::new(&rows, &strict, &neuron, weights)
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
    fn priced_search_equals_brute_force(
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
        let charge = if nonzeros { Charge::then_nonzeros(&program) } else { Charge::wrong_bits(&program) };
        let charge = charge.unwrap();
        let least = every_choice(&program).map(|w| counted(&program, &w)).min().unwrap();
        let optimum = charge.of(least.0, if nonzeros { least.1 } else { 0 });
        let mut climb = Climb::new(&tables, charge, None);
        if let Some(agreed) = climb.run(optimum, steps, &control) {
            let (wrong, nonzero) = counted(&program, &agreed);
            prop_assert_eq!(charge.of(wrong, nonzero), optimum);
        }
        prop_assert!(climb.bound() <= optimum);
        // Below the optimum there is nothing, at the optimum there is something.
        let first = Priced::new(&tables, Charge::wrong_bits(&program).unwrap(), None);
        let mut priced = Priced::new(&tables, charge, Some(&first));
        let mut search = |limit| loop {
            match priced.run(limit, limit + 1, &control).unwrap() {
                Verdict::Paused => {}
                verdict => break verdict,
            }
        };
        prop_assert_eq!(search(optimum - 1), Verdict::Exhausted);
        let Verdict::Found(weights) = search(optimum) else {
            panic!("the optimum is not found");
        };
        let (wrong, nonzero) = counted(&program, &weights);
        prop_assert_eq!(charge.of(wrong, nonzero), optimum);
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
        let lost: Vec<u64> = (0..program.words).map(|w| lost.rotate_left(w as u32 * 7) & program.all[w]).collect();
        let mut planes = vec![0; 4 * program.words];
        for (r, slack) in slacks.iter().enumerate().take(rows) {
            for b in (0..4).filter(|b| slack >> b & 1 == 1) {
                attractor::bits::put(&mut planes[b * program.words..], r);
            }
        }
        let is_lost = |r: usize| attractor::bits::has(&lost, r);
        let wrong = |choice: &[i32]| {
            let fields = program.fields(choice);
            let falls = |r: usize| program.level * program.degree[r] - fields[r];
            (0..rows).filter(|&r| !is_lost(r) && (slacks[r] as i32) < falls(r)).count()
        };
        let nonzero = |choice: &[i32]| choice.iter().filter(|&&w| w != 0).count();
        let fewest = every_choice(&program)
            .filter(|choice| nonzero(choice) <= nonzeros && wrong(choice) <= budget)
            .map(|choice| nonzero(&choice))
            .min();
        let found = leaf.find(&planes, |w| lost[w], &program.all, budget, nonzeros);
        prop_assert_eq!(found.as_deref().map(nonzero), fewest);
        if let Some(found) = found {
            prop_assert!(wrong(&found) <= budget);
        }
    }
}
