//! Fit and recall at P = 0.1 N: `cargo bench -p attractor-benchmarks`. Against NumPy: `benchmarks/recall.py`.

use attractor::rules::{Hebbian, PseudoInverse};
use attractor::{
    Couplings, Cues, Order, Patterns, RecallOptions, Stability, Symmetry, Ties, Update,
    certified_radii, recall,
};
use divan::{Bencher, black_box};

const NEURONS: [usize; 2] = [784, 4096];

fn main() {
    divan::main();
}

fn data(neurons: usize) -> (Patterns, Couplings) {
    (
        Patterns::random(neurons / 10, neurons, 1).expect("a valid size"),
        Couplings::full(neurons, Symmetry::Symmetric).expect("a valid size"),
    )
}

/// 1,000 cues with 10% of their bits flipped.
fn cues(patterns: &Patterns) -> Cues {
    let indices: Vec<usize> = (0..1000).map(|c| c % patterns.count()).collect();
    let stored = patterns.select(&indices).expect("indices in range");
    Cues::from(&stored).flip(patterns.neurons() / 10, 2)
}

#[divan::bench(args = NEURONS, sample_count = 5)]
fn hebbian_fit(bencher: Bencher<'_, '_>, neurons: usize) {
    let (patterns, couplings) = data(neurons);
    bencher.bench(|| Hebbian::default().fit(black_box(&patterns), &couplings));
}

#[divan::bench(args = NEURONS, sample_count = 5)]
fn pseudo_inverse_fit(bencher: Bencher<'_, '_>, neurons: usize) {
    let (patterns, couplings) = data(neurons);
    bencher.bench(|| PseudoInverse::default().fit(black_box(&patterns), &couplings));
}

#[divan::bench(args = NEURONS, sample_count = 5)]
fn stability(bencher: Bencher<'_, '_>, neurons: usize) {
    let (patterns, couplings) = data(neurons);
    let network = PseudoInverse::default()
        .fit(&patterns, &couplings)
        .expect("full couplings");
    bencher.bench(|| Stability::of(&network, black_box(&patterns), Ties::Strict));
}

#[divan::bench(args = [784], sample_count = 5)]
fn radii(bencher: Bencher<'_, '_>, neurons: usize) {
    let (patterns, couplings) = data(neurons);
    let network = PseudoInverse::default()
        .fit(&patterns, &couplings)
        .expect("full couplings");
    bencher.bench(|| certified_radii(&network, black_box(&patterns), Ties::Strict));
}

#[divan::bench(args = NEURONS, sample_count = 3)]
fn synchronous(bencher: Bencher<'_, '_>, neurons: usize) {
    bench_recall(bencher, neurons, Update::Synchronous);
}

#[divan::bench(args = NEURONS, sample_count = 3)]
fn asynchronous(bencher: Bencher<'_, '_>, neurons: usize) {
    bench_recall(bencher, neurons, Update::Asynchronous(Order::Fixed));
}

#[divan::bench(args = [784], sample_count = 3)]
fn asynchronous_random_order(bencher: Bencher<'_, '_>, neurons: usize) {
    bench_recall(
        bencher,
        neurons,
        Update::Asynchronous(Order::Random { seed: 0 }),
    );
}

fn bench_recall(bencher: Bencher<'_, '_>, neurons: usize, update: Update) {
    let (patterns, couplings) = data(neurons);
    let network = Hebbian::default()
        .fit(&patterns, &couplings)
        .expect("sizes that fit");
    let cues = cues(&patterns);
    let options = RecallOptions::new(update);
    bencher.bench(|| recall(&network, black_box(&cues), &options));
}
