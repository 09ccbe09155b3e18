//! A memory that grows or shrinks: training from a network that is known already.

use attractor::{Couplings, Network, Patterns, Symmetry};
use attractor_exact::{Control, ExactError, Options, Problem, Weights, train, train_from};

fn problem(patterns: &Patterns, symmetry: Symmetry) -> Problem {
    let couplings = Couplings::full(patterns.neurons(), symmetry).unwrap();
    Problem::new(patterns.clone(), couplings).unwrap()
}

/// Patterns are added and removed; what is proven is what training from nothing proves.
#[test]
fn wrong_bits_and_bound_are_those_from_scratch() {
    let (options, control) = (Options::default(), Control::new());
    for (symmetry, neurons, count) in [(Symmetry::Directed, 12, 26), (Symmetry::Symmetric, 7, 9)] {
        for seed in 0..3 {
            let all = Patterns::random(count, neurons, seed).unwrap();
            let few = all.select(&(2..count).collect::<Vec<_>>()).unwrap();
            let both = [&few, &all].map(|patterns| {
                let outcome = train(&problem(patterns, symmetry), &options, &control).unwrap();
                outcome.trained
            });
            for (patterns, known, scratch) in
                [(&all, &both[0], &both[1]), (&few, &both[1], &both[0])]
            {
                let problem = problem(patterns, symmetry);
                let grown = train_from(&problem, &known.network, &options, &control).unwrap();
                assert_eq!(grown.trained.total, scratch.total, "{symmetry} seed {seed}");
                assert_eq!(grown.trained.status, scratch.status);
            }
        }
    }
}

/// Stopped at once, a training is no worse than what it began from.
#[test]
fn a_stop_leaves_no_worse_than_the_start() {
    let stop = || true;
    let control = Control::new().with_condition(&stop);
    let options = Options::default();
    for symmetry in [Symmetry::Directed, Symmetry::Symmetric] {
        let problem = problem(&Patterns::random(9, 9, 5).unwrap(), symmetry);
        let best = train(&problem, &options, &Control::new()).unwrap().trained;
        let stopped = train_from(&problem, &best.network, &options, &control).unwrap();
        assert!(
            stopped.trained.total.wrong_bits <= best.total.wrong_bits,
            "{symmetry}"
        );
    }
}

#[test]
fn networks_that_do_not_fit_are_refused() {
    let patterns = Patterns::random(4, 3, 1).unwrap();
    let directed = |n: usize| {
        let weights = (0..n * n).map(|k| if k / n == k % n { 0.0 } else { k as f64 });
        Network::new(Symmetry::Directed, weights.collect(), vec![0.0; n]).unwrap()
    };
    let refuse = |problem: &Problem, known: &Network| {
        let answer = train_from(problem, known, &Options::default(), &Control::new());
        answer.unwrap_err().to_string()
    };
    let mut asked = problem(&patterns, Symmetry::Directed);
    assert!(refuse(&asked, &directed(4)).contains("4 neurons"));
    assert!(refuse(&problem(&patterns, Symmetry::Symmetric), &directed(3)).contains("directed"));
    asked.weights = Weights::Ternary;
    assert!(refuse(&asked, &directed(3)).contains("discrete"));
    let mask = vec![false, true, false, true, false, true, false, true, false];
    let couplings = Couplings::from_mask(3, Symmetry::Directed, mask).unwrap();
    let masked = Problem::new(patterns, couplings).unwrap();
    assert!(matches!(
        train_from(&masked, &directed(3), &Options::default(), &Control::new()),
        Err(ExactError::Unsupported(_))
    ));
}
