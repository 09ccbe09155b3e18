//! Where a driver's patterns come from.

use attractor::binarise::Binarisation;
use attractor::io::{Data, read_patterns};
use attractor::{Patterns, Shape};
use std::error::Error;
use std::path::Path;

/// `count` patterns of SOURCE. Of digits, those that differ in at least `apart` pixels from all before them: of two that
/// differ in one pixel alone, no network stores both.
pub(crate) fn patterns(
    source: &str,
    count: usize,
    seed: u64,
    apart: usize,
) -> Result<Patterns, Box<dyn Error>> {
    if let Ok(neurons) = source.parse() {
        return Ok(Patterns::random(count, neurons, seed)?);
    }
    let Ok(shape) = source.parse::<Shape>() else {
        let all = read_patterns(Path::new(source))?;
        let first: Vec<usize> = (0..count.min(all.count())).collect();
        return Ok(all.select(&first)?);
    };
    let data = Data::read(Path::new("crates/lab/data/mnist-images-idx3-ubyte.gz"))?;
    let images = data.images().ok_or("no images")?;
    let digits = images.resized(shape).patterns(&Binarisation::default())?;
    let mut kept: Vec<usize> = Vec::with_capacity(count);
    for mu in 0..digits.count() {
        let least = digits.neurons() as i64 - 2 * apart as i64;
        let near = |&nu: &usize| digits.overlap(mu, nu) > least;
        if kept.len() < count && !kept.iter().any(near) {
            kept.push(mu);
        }
    }
    Ok(digits.select(&kept)?)
}
