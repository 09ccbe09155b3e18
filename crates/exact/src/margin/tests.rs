use super::*;
use crate::geometry::min_norm::{MinNorm, Verdict};
use crate::instance::{Instance, Rows};
use crate::problem::Problem;
use attractor::{Control, Couplings, Patterns, Shape, Stability, Symmetry, Ties};
use std::sync::atomic::AtomicBool;

/// The widest margin by Wolfe's algorithm over rows that another module builds; None if there is none.
fn reference(rows: &Rows) -> Option<f64> {
    let dense: Vec<Vec<f64>> = (0..rows.len())
        .map(|r| {
            let mut row = vec![0.0; rows.columns()];
            rows.row(r).for_each(|(c, sign)| row[c] = sign);
            row
        })
        .collect();
    let gram = crate::geometry::min_norm::Gram::from_fn(rows.len(), |r, s| {
        dense[r].iter().zip(&dense[s]).map(|(a, b)| a * b).sum()
    });
    let all: Vec<usize> = (0..rows.len()).collect();
    let strict = vec![true; rows.len()];
    match MinNorm::new(&gram, &strict, rows.columns()).solve(&[&all]) {
        Verdict::Separable { squared_norm } => Some(squared_norm.sqrt()),
        Verdict::Dependent => None,
        other => panic!("{other:?}"),
    }
}

fn couplings(n: usize, symmetry: Symmetry) -> Vec<Couplings> {
    let shape = Shape {
        height: 1,
        width: n,
    };
    vec![
        Couplings::full(n, symmetry).unwrap(),
        Couplings::receptive_field(shape, 4.0, symmetry).unwrap(),
    ]
}

#[test]
fn directed_margins_are_those_of_each_neuron() {
    for seed in 0..6 {
        for couplings in couplings(24, Symmetry::Directed) {
            let count = if couplings.is_full() { 40 } else { 10 };
            let patterns = Patterns::random(count, 24, seed).unwrap();
            let all: Vec<usize> = (0..count).collect();
            for bias in [false, true] {
                let request = Request {
                    bias,
                    ..Request::default()
                };
                let neurons = directed(&patterns, &couplings, &request, &Control::new()).unwrap();
                for (i, neuron) in neurons.iter().enumerate() {
                    let asked = Problem::of(&patterns, &couplings, bias, Ties::Strict);
                    let (rows, columns) = Rows::of_neuron(&Instance::new(&asked).unwrap(), i, &all);
                    match neuron {
                        NeuronAnswer::Storable(separator) => {
                            let widest = reference(&rows).unwrap();
                            assert!((separator.margin - widest).abs() < 1e-8 * widest);
                            assert!(separator.bound >= widest * (1.0 - 1e-12));
                            assert!(separator.bound <= widest * (1.0 + 1e-8));
                            let value = |&(_, j): &(usize, usize)| {
                                if i == j {
                                    separator.bias
                                } else {
                                    separator.weights[j]
                                }
                            };
                            let w: Vec<f64> = columns.places().iter().map(value).collect();
                            assert!((0..rows.len()).all(|r| rows.dot(r, &w) > 0.0));
                        }
                        NeuronAnswer::Infeasible {
                            patterns,
                            multipliers,
                        } => {
                            assert_eq!(reference(&rows), None);
                            let mut sum = vec![0.0; rows.columns()];
                            for (&mu, &l) in patterns.iter().zip(multipliers) {
                                assert!(l > 0.0);
                                rows.row(mu).for_each(|(c, sign)| sum[c] += l * sign);
                            }
                            assert!(sum.iter().all(|s| s.abs() < 1e-5));
                        }
                        NeuronAnswer::Undecided { .. } => panic!("neuron {i} undecided"),
                    }
                }
            }
        }
    }
}

#[test]
fn symmetric_margins_are_those_of_the_coupled_rows() {
    for seed in 0..4 {
        for couplings in couplings(12, Symmetry::Symmetric) {
            for (count, bias) in [(4, false), (8, true), (12, false), (18, false)] {
                let patterns = Patterns::random(count, 12, seed).unwrap();
                let kept: Vec<bool> = (0..count * 12).map(|k| (k * 7 + 3) % 11 != 0).collect();
                for kept in [None, Some(kept.as_slice())] {
                    let request = Request {
                        bias,
                        kept,
                        ..Request::default()
                    };
                    let found =
                        symmetric(&patterns, &couplings, &request, &Control::new()).unwrap();
                    let bits: Vec<(usize, usize)> = (0..count * 12)
                        .filter(|&k| kept.is_none_or(|kept| kept[k]))
                        .map(|k| (k / 12, k % 12))
                        .collect();
                    let asked = Problem::of(&patterns, &couplings, bias, Ties::Strict);
                    let (rows, _) = Rows::of_symmetric(&Instance::new(&asked).unwrap(), &bits);
                    check_coupled(&found, &patterns, &bits, &rows);
                }
            }
        }
    }
}

fn check_coupled(found: &NetworkAnswer, patterns: &Patterns, bits: &[(usize, usize)], rows: &Rows) {
    match found {
        NetworkAnswer::Storable {
            trained,
            margin,
            bound,
        } => {
            let widest = reference(rows).unwrap();
            assert!((margin - widest).abs() < 1e-8 * widest, "{margin} {widest}");
            assert!(*bound >= widest * (1.0 - 1e-12) && *bound <= widest * (1.0 + 1e-8));
            let stability = Stability::of(&trained.network, patterns, Ties::Strict).unwrap();
            assert!(bits.iter().all(|&(mu, i)| stability.is_right(mu, i)));
        }
        NetworkAnswer::Infeasible {
            bits: subsystem,
            multipliers,
        } => {
            assert_eq!(reference(rows), None);
            let mut sum = vec![0.0; rows.columns()];
            for (bit, &l) in subsystem.iter().zip(multipliers) {
                let r = bits.iter().position(|b| b == bit).unwrap();
                rows.row(r).for_each(|(c, sign)| sum[c] += l * sign);
            }
            assert!(sum.iter().all(|s| s.abs() < 1e-5));
        }
        NetworkAnswer::Undecided { .. } => panic!("undecided"),
    }
}

#[test]
fn coupled_pairs_are_as_wide_as_their_rows_ask() {
    // Neurons 2k and 2k+1 coupled alone: the one weight of a pair has field ±1 in every row.
    let mask: Vec<bool> = (0..64)
        .map(|k| k / 8 != k % 8 && k / 16 == k % 8 / 2)
        .collect();
    let pairs = Couplings::from_mask(8, Symmetry::Symmetric, mask).unwrap();
    let patterns = Patterns::from_fn(5, 8, |mu, i| (mu * 5 + i / 2 * 3) % 4 < 2).unwrap();
    match symmetric(&patterns, &pairs, &Request::default(), &Control::new()).unwrap() {
        NetworkAnswer::Storable { margin, .. } => assert!((margin - 0.5).abs() < 1e-9),
        other => panic!("{other:?}"),
    }
}

#[test]
fn margins_do_not_change_with_order_or_signs() {
    let patterns = Patterns::random(30, 40, 5).unwrap();
    let order: Vec<usize> = (0..40).map(|i| (i * 7 + 3) % 40).collect();
    let changed = Patterns::from_fn(30, 40, |mu, k| {
        patterns.is_plus(29 - mu, order[k]) ^ (k % 3 == 0)
    })
    .unwrap();
    let margins = |patterns: &Patterns| -> Vec<f64> {
        let couplings = Couplings::full(40, Symmetry::Directed).unwrap();
        let neurons = directed(patterns, &couplings, &Request::default(), &Control::new());
        let margin = |neuron: &NeuronAnswer| match neuron {
            NeuronAnswer::Storable(separator) => separator.margin,
            _ => panic!("storable"),
        };
        neurons.unwrap().iter().map(margin).collect()
    };
    let (before, after) = (margins(&patterns), margins(&changed));
    for (k, &i) in order.iter().enumerate() {
        assert!((after[k] - before[i]).abs() < 1e-9);
    }
}

#[test]
fn the_answer_does_not_depend_on_threads() {
    let patterns = Patterns::random(60, 70, 2).unwrap();
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        let full = |symmetry| Couplings::full(70, symmetry).unwrap();
        let request = Request::default();
        pool.install(|| {
            (
                directed(
                    &patterns,
                    &full(Symmetry::Directed),
                    &request,
                    &Control::new(),
                ),
                symmetric(
                    &patterns,
                    &full(Symmetry::Symmetric),
                    &request,
                    &Control::new(),
                ),
            )
        })
    };
    assert_eq!(run(1), run(3));
}

#[test]
fn degenerate_sets() {
    let full = |n| Couplings::full(n, Symmetry::Symmetric).unwrap();
    let solve = |patterns: &Patterns, ties| {
        let request = Request {
            ties,
            ..Request::default()
        };
        let couplings = full(patterns.neurons());
        (
            directed(patterns, &couplings, &request, &Control::new()).unwrap(),
            symmetric(patterns, &couplings, &request, &Control::new()).unwrap(),
        )
    };
    // One neuron has no input: its field is zero.
    let (alone, coupled) = solve(&Patterns::from_signs(1, 1, &[1]).unwrap(), Ties::Strict);
    assert!(matches!(&alone[0], NeuronAnswer::Infeasible { patterns, .. } if patterns == &[0]));
    assert!(matches!(coupled, NetworkAnswer::Infeasible { .. }));
    let (alone, _) = solve(&Patterns::from_signs(1, 1, &[-1]).unwrap(), Ties::Negative);
    assert!(matches!(alone[0], NeuronAnswer::Undecided { .. }));
    // Equal patterns and a pattern with its negative are stored like the pattern itself.
    let signs: Vec<i8> = [1, -1, -1, 1, 1].repeat(3);
    for patterns in [
        Patterns::from_signs(3, 5, &signs).unwrap(),
        Patterns::from_signs(2, 5, &[1, -1, -1, 1, 1, -1, 1, 1, -1, -1]).unwrap(),
    ] {
        let (alone, coupled) = solve(&patterns, Ties::Strict);
        for neuron in alone {
            assert!(matches!(neuron, NeuronAnswer::Storable(s) if (s.margin - 2.0).abs() < 1e-9));
        }
        let widest = 4.0 / 10f64.sqrt();
        assert!(
            matches!(coupled, NetworkAnswer::Storable { margin, .. } if (margin - widest).abs() < 1e-9)
        );
    }
    // Distance 1: that neuron cannot tell the two apart.
    let near = Patterns::from_signs(2, 4, &[1, 1, -1, 1, -1, 1, -1, 1]).unwrap();
    let (alone, coupled) = solve(&near, Ties::Strict);
    assert!(matches!(&alone[0], NeuronAnswer::Infeasible { patterns, .. } if patterns == &[0, 1]));
    assert!(matches!(coupled, NetworkAnswer::Infeasible { bits, .. } if bits == [(0, 0), (1, 0)]));
    // More patterns than states.
    let many = Patterns::random(40, 3, 0).unwrap();
    assert!(matches!(
        solve(&many, Ties::Strict).1,
        NetworkAnswer::Infeasible { .. }
    ));
}

#[test]
fn an_interrupt_is_an_outcome() {
    let patterns = Patterns::random(50, 60, 1).unwrap();
    let stop = AtomicBool::new(true);
    let control = Control::new().with_interrupt(&stop);
    let request = Request::default();
    let full = |symmetry| Couplings::full(60, symmetry).unwrap();
    let neurons = directed(&patterns, &full(Symmetry::Directed), &request, &control).unwrap();
    assert!(
        neurons
            .iter()
            .all(|n| matches!(n, NeuronAnswer::Undecided { .. }))
    );
    let coupled = symmetric(&patterns, &full(Symmetry::Symmetric), &request, &control).unwrap();
    assert!(matches!(coupled, NetworkAnswer::Undecided { .. }));
    let directed_couplings = full(Symmetry::Directed);
    assert!(symmetric(&patterns, &directed_couplings, &request, &Control::new()).is_err());
}

#[test]
fn blocks_reach_the_same_margin() {
    let mut storable = 0;
    for couplings in couplings(12, Symmetry::Symmetric) {
        for (seed, bias) in (0..12).map(|seed| (seed, seed % 2 == 1)) {
            let patterns = Patterns::random(4, 12, seed).unwrap();
            let rows: Vec<Vec<usize>> = (0..12)
                .map(|i| (0..4).filter(|mu| (mu + i) % 5 != 0).collect())
                .collect();
            let bits: Vec<(usize, usize)> = (0..12)
                .flat_map(|i| rows[i].iter().map(move |&mu| (mu, i)))
                .collect();
            let asked = Problem::of(&patterns, &couplings, bias, Ties::Strict);
            let (reference_rows, _) = Rows::of_symmetric(&Instance::new(&asked).unwrap(), &bits);
            let Some(widest) = reference(&reference_rows) else {
                continue;
            };
            storable += 1;
            let operator = operator::FieldOperator::new(&patterns, &couplings, bias, true, &rows);
            let start = vec![0.0; 48];
            let rows = (&operator, rows.as_slice());
            let mut blocks = blocks::Blocks::new(
                &patterns,
                &couplings,
                bias,
                rows,
                1e-9,
                start,
                &Control::new(),
            );
            let columns: Vec<usize> = (0..12).collect();
            let mut fields = vec![0.0; 48];
            for _ in 0..500 {
                blocks.sweep(&Control::new());
            }
            operator.apply(&columns, blocks.multipliers(), &mut fields, &Control::new());
            let summary = dual::Summary::of(blocks.multipliers(), &fields, &operator.asked(0..12));
            assert!(summary.gap() < 1e-6, "gap {}", summary.gap());
            let bound = summary.squared_norm.sqrt() / summary.total;
            assert!((bound - widest).abs() < 1e-6 * widest);
        }
    }
    assert!(storable >= 12, "{storable}");
}
