//! What sparse training trades: share of zero weights, margin and recall against the balance.
//!
//! `sparse directed|symmetric SOURCE P [SECONDS]`.

use crate::{Arguments, source};
use attractor::{
    Couplings, Cues, Network, Order, Patterns, RecallOptions, Stability, Symmetry, Ties, Update,
    recall,
};
use attractor_exact::{Control, Options, Preference, Problem, train};
use std::time::Duration;

type Failure = Box<dyn std::error::Error>;

/// Cues a pattern, each with one in ten entries flipped.
const CUES: usize = 20;

pub(crate) fn run(arguments: &Arguments<'_>) -> Result<(), Failure> {
    let symmetry: Symmetry = arguments.get(0, "directed")?;
    let name: String = arguments.get(1, "9x9")?;
    let patterns = source::patterns(&name, arguments.get(2, "24")?, 1, 1)?;
    let limit = Duration::from_secs(arguments.get(3, "60")?);
    let n = patterns.neurons();
    let mut problem = Problem::new(patterns, Couplings::full(n, symmetry)?)?;
    for balance in [0.0, 0.5, 0.8, 0.9, 0.95, 1.0] {
        problem.preference = Preference::Sparse { balance };
        let control = Control::new().with_time_limit(limit);
        let network = train(&problem, &Options::default(), &control)?
            .trained
            .network;
        let stability = Stability::of(&network, &problem.patterns, Ties::Strict)?;
        let zeros = 1.0 - network.nonzeros() as f64 / (n * (n - 1)) as f64;
        let (repaired, left) = repaired(&problem.patterns, &network)?;
        println!(
            "balance {balance}: {} wrong bits, {:.0} % zeros, margin {:.4}, {:.0} % of cues repaired \
             ({:.2} of the damage left), {:.1?}",
            stability.wrong_bits(),
            100.0 * zeros,
            stability.margin().unwrap_or(0.0),
            100.0 * repaired,
            left,
            control.elapsed()
        );
    }
    Ok(())
}

/// Share of the cues that are recalled exactly (asynchronously, in fixed order), and wrong bits after recall over those
/// before.
fn repaired(patterns: &Patterns, network: &Network) -> Result<(f64, f64), Failure> {
    let options = RecallOptions::new(Update::Asynchronous(Order::Fixed));
    let n = patterns.neurons();
    let flips = n / 10;
    let (mut exact, mut wrong) = (0, 0);
    for seed in 0..CUES {
        let cues = Cues::from(patterns).flip(flips, seed as u64);
        let states = recall(network, &cues, &options)?.states;
        for mu in 0..patterns.count() {
            let differ = (0..n)
                .filter(|&i| states.is_plus(mu, i) != patterns.is_plus(mu, i))
                .count();
            exact += usize::from(differ == 0);
            wrong += differ;
        }
    }
    let cues = (CUES * patterns.count()) as f64;
    Ok((exact as f64 / cues, wrong as f64 / (cues * flips as f64)))
}
