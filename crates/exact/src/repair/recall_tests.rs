//! Choosing by what is recalled: trials against recall by hand, and what must hold whatever is chosen.

use super::hold::Hold;
use super::kept::Kept;
use super::stage::Stage;
use super::symmetric::{ITERATIONS, NetworkProgram};
use super::tests::{by_one_and_two, trained};
use super::trials::{LEVELS, Most, Trials, Which};
use crate::damage::Damage;
use crate::instance::Instance;
use crate::outcome::Origin;
use crate::problem::{Options, Preference, Problem};
use crate::train;
use attractor::{
    Bounds, Control, Couplings, Cues, Network, Patterns, Shape, Stability, Symmetry, Ties,
};
use std::time::Duration;

/// Patterns that are much alike: one in four bits of a prototype flipped.
fn alike(count: usize, neurons: usize, symmetry: Symmetry) -> Problem {
    let prototype = Patterns::random(1, neurons, 5).unwrap();
    let copies = prototype.select(&vec![0; count]).unwrap();
    let cues = Cues::from(&copies).flip(neurons / 4, 9);
    let values: Vec<i8> = (0..count * neurons)
        .map(|k| cues.value(k / neurons, k % neurons))
        .collect();
    let patterns = Patterns::from_signs(count, neurons, &values).unwrap();
    Problem::new(patterns, Couplings::full(neurons, symmetry).unwrap()).unwrap()
}

fn widest(problem: &Problem) -> Network {
    let preference = Preference::WidestMargin;
    let problem = Problem {
        preference,
        ..problem.clone()
    };
    trained(&problem).trained.network
}

/// Recall neuron after neuron, until a sweep changes nothing.
fn recalled_by_hand(network: &Network, mut state: Vec<f64>) -> Vec<f64> {
    for _ in 0..100 {
        let before = state.clone();
        for i in 0..state.len() {
            let terms = network.row(i).iter().zip(&state).map(|(w, s)| w * s);
            let field = terms.sum::<f64>() + network.biases()[i];
            state[i] = if field > 0.0 { 1.0 } else { -1.0 };
        }
        if state == before {
            break;
        }
    }
    state
}

#[test]
fn a_trial_counts_what_recall_by_hand_returns() {
    let problem = alike(5, 15, Symmetry::Symmetric);
    let instance = Instance::new(&problem).unwrap();
    let trials = Trials {
        instance: &instance,
        most: Most {
            flips: 5,
            erased: 3,
        },
        known: Bounds {
            wrong_bits: 0,
            lower_bound: 0,
        },
    };
    let network = widest(&problem);
    for which in [Which::Compare, Which::Judge] {
        let mut expected = 0;
        for trial in 0..trials.count() / 5 {
            let most = trials.most.at(trial % LEVELS + 1);
            let seed = which.seed() + trial as u64;
            let cues = Cues::from(&problem.patterns)
                .flip(most.flips, seed)
                .erase_random(most.erased, seed);
            for mu in 0..5 {
                let cue = (0..15).map(|i| f64::from(cues.value(mu, i))).collect();
                let end = recalled_by_hand(&network, cue);
                let signs = problem.patterns.signs(mu).map(f64::from);
                expected += usize::from(signs.eq(end));
            }
        }
        let found = trials.recalled(&network, which, &Control::new()).unwrap();
        assert_eq!(found, Some(expected));
        assert!(0 < expected && expected < trials.count());
    }
}

#[test]
fn bits_are_put_back_above_their_floors() {
    for (symmetry, bias) in [(Symmetry::Symmetric, false), (Symmetry::Directed, true)] {
        let problem = Problem {
            bias,
            ..alike(6, 24, symmetry)
        };
        let instance = Instance::new(&problem).unwrap();
        let wide = widest(&problem);
        let kept = Kept::of(&instance, &wide).unwrap();
        let stage = Stage::new(&instance, Damage::USUAL.into(), &kept);
        let floors = stage.floors();
        // Every weight is as large as the next.
        let mut values = [wide.weights(), wide.biases()].concat();
        for w in &mut values {
            *w = w.signum() * f64::from(*w != 0.0);
        }
        let before = super::network_of(&instance, &values).unwrap();
        let least = |network: &Network| {
            let stability = Stability::of(network, &problem.patterns, Ties::Strict).unwrap();
            let above = |i: usize| stability.neuron_margin(i).unwrap() / floors[i];
            let all_hold = kept.all_hold(&instance, network).unwrap();
            let least = (0..24).map(above).fold(f64::INFINITY, f64::min);
            if all_hold { least } else { 0.0 }
        };
        assert!(least(&before) < 1.0);
        Hold::new(&instance, &kept, &floors).restore(&mut values, 300, &Control::new());
        let after = super::network_of(&instance, &values).unwrap();
        assert!(least(&after) >= 0.999, "{}", least(&after));
    }
}

/// The climb does not begin at the widest margin, and ends no lower than one that does.
#[test]
fn the_climb_is_not_caught_near_the_widest_margin() {
    let problem = alike(12, 30, Symmetry::Symmetric);
    let instance = Instance::new(&problem).unwrap();
    let wide = widest(&problem);
    let kept = Kept::of(&instance, &wide).unwrap();
    let law = Damage::USUAL.into();
    let stage = Stage::new(&instance, law, &kept);
    let network = stage.climbed(&wide, &Control::new()).unwrap();
    let loss = kept.loss(&instance, law, &network).unwrap();
    let mut values = [wide.weights(), wide.biases()].concat();
    let program =
        NetworkProgram::new(&instance, law, &kept, stage.floor()).with_iterations(ITERATIONS);
    program.solve(&mut values, &Control::new());
    let from_widest = program.loss(&values).unwrap();
    assert!(loss <= 1.001 * from_widest, "{loss} {from_widest}");
}

/// Whatever is chosen holds every bit, recalls no less than the widest margin to the noise of the trial, and is the same for
/// any number of threads.
#[test]
fn what_is_chosen_by_recall_holds_and_gains() {
    for (symmetry, bias) in [(Symmetry::Symmetric, true), (Symmetry::Directed, false)] {
        let problem = Problem {
            bias,
            ..alike(8, 30, symmetry)
        };
        let [one, two] = by_one_and_two(|| trained(&problem));
        assert_eq!(one.trained, two.trained);
        assert_eq!(one.repair, two.repair);
        assert_eq!(one.trained.total.wrong_bits, 0);
        let repair = one.repair.unwrap();
        let choice = repair.choice.unwrap();
        assert!(repair.gap.unwrap() >= 0.0);
        assert!(choice.recalled > choice.recalled_by_widest, "{choice:?}");
    }
}

#[test]
fn where_everything_is_recalled_nothing_is_tried() {
    let patterns = Patterns::random(1, 40, 1).unwrap();
    let couplings = Couplings::full(40, Symmetry::Symmetric).unwrap();
    let choice = trained(&Problem::new(patterns, couplings).unwrap());
    let choice = choice.repair.unwrap().choice.unwrap();
    assert_eq!((choice.origin, choice.rounds), (Origin::WidestMargin, 0));
    assert_eq!(choice.recalled, 1.0);
}

#[test]
fn few_inputs_are_chosen_by_recall_too() {
    let shape = Shape {
        height: 4,
        width: 4,
    };
    let couplings = Couplings::receptive_field(shape, 1.0, Symmetry::Symmetric).unwrap();
    let patterns = Patterns::random(3, 16, 2).unwrap();
    let outcome = trained(&Problem::new(patterns, couplings).unwrap());
    let repair = outcome.repair.unwrap();
    assert!(
        repair.gap.is_none() && repair.choice.is_some(),
        "{repair:?}"
    );
}

#[test]
fn a_stop_leaves_a_network_and_no_word_on_it() {
    let control = Control::new().with_time_limit(Duration::ZERO);
    let problem = alike(6, 20, Symmetry::Symmetric);
    let outcome = train(&problem, &Options::default(), &control).unwrap();
    assert_eq!(outcome.repair.unwrap().choice, None);
}
