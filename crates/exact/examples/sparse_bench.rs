//! What sparse training trades: share of zero weights, margin and recall against the balance.
//!
//! `sparse_bench directed|symmetric SOURCE P [SECONDS]`: SOURCE is a number of neurons N for random patterns, or a shape
//! such as 9x9 for the first P distinct bundled MNIST digits of that size (run it from the root of the repository).

use attractor::binarise::Binarisation;
use attractor::io::Data;
use attractor::{
    Couplings, Cues, Network, Order, Patterns, RecallOptions, Shape, Stability, Symmetry, Ties,
    Update, recall,
};
use attractor_exact::{Control, Options, Preference, Problem, train};
use std::path::Path;
use std::time::Duration;

type Failure = Box<dyn std::error::Error>;

/// Cues a pattern, each with one in ten entries flipped.
const CUES: usize = 20;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let argument =
        |k: usize, default: &'static str| arguments.get(k).map_or(default, String::as_str);
    let symmetry: Symmetry = argument(0, "directed").parse()?;
    let patterns = patterns(argument(1, "9x9"), argument(2, "24").parse()?)?;
    let limit = Duration::from_secs(argument(3, "60").parse()?);
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
    let options = RecallOptions {
        update: Update::Asynchronous(Order::Fixed),
        ..RecallOptions::default()
    };
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

fn patterns(source: &str, count: usize) -> Result<Patterns, Failure> {
    if let Ok(neurons) = source.parse() {
        return Ok(Patterns::random(count, neurons, 1)?);
    }
    let shape: Shape = source.parse()?;
    let data = Data::read(Path::new("crates/lab/data/mnist-images-idx3-ubyte.gz"))?;
    let images = data.images().ok_or("no images")?;
    let digits = images.resized(shape).patterns(&Binarisation::default())?;
    let mut distinct: Vec<usize> = Vec::with_capacity(count);
    for mu in 0..digits.count() {
        let same = |&nu: &usize| digits.overlap(mu, nu) == digits.neurons() as i64;
        if distinct.len() < count && !distinct.iter().any(same) {
            distinct.push(mu);
        }
    }
    Ok(digits.select(&distinct)?)
}
