//! Recall: store patterns with the widest margin, damage them, and let the network repair them.
//!
//! `cargo run -p attractor-exact --example recall`

use attractor::{
    Couplings, Cues, Order, Patterns, RecallOptions, Symmetry, Update, certified_radii, recall,
};
use attractor_exact::{Control, Options, Problem, train};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let patterns = Patterns::random(4, 32, 1)?;
    let couplings = Couplings::full(32, Symmetry::Symmetric)?;
    let problem = Problem::new(patterns.clone(), couplings)?;
    let network = train(&problem, &Options::default(), &Control::new())?
        .trained
        .network;

    // Every damage of at most this many bits is repaired: this is proven, not measured.
    let radii = certified_radii(&network, &patterns, problem.ties)?;
    for (mu, radius) in radii.iter().enumerate() {
        // None where a bit of the pattern itself is wrong.
        if let Some(radius) = radius {
            println!("pattern {mu}: certified radius {}", radius.flips);
        }
    }

    // Five of 32 bits are flipped in each pattern.
    let cues = Cues::from(&patterns).flip(5, 3);
    let options = RecallOptions::new(Update::Asynchronous(Order::Fixed));
    let recalled = recall(&network, &cues, &options)?;
    let repaired = (0..patterns.count())
        .filter(|&mu| recalled.states.bits(mu) == patterns.bits(mu))
        .count();
    println!("repaired: {repaired} of {}", patterns.count());
    Ok(())
}
