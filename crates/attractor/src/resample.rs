//! Antialiased bicubic resizing: Keys' cubic convolution with a = −½ (Catmull-Rom), stretched by the reduction so that
//! it covers every source pixel, as Pillow's `BICUBIC` and MATLAB's `imresize` do it.
//!
//! Keys, Cubic convolution interpolation for digital image processing, IEEE Trans. ASSP 29 (1981).

use crate::couplings::Shape;

/// Half the width of the kernel.
const SUPPORT: f64 = 2.0;

/// Keys' kernel with a = −½.
fn kernel(x: f64) -> f64 {
    const A: f64 = -0.5;
    let x = x.abs();
    if x < 1.0 {
        ((A + 2.0) * x - (A + 3.0)) * x * x + 1.0
    } else if x < 2.0 {
        (((x - 5.0) * x + 8.0) * x - 4.0) * A
    } else {
        0.0
    }
}

/// The source samples that one target sample is made of.
struct Tap {
    first: usize,
    /// Sum to 1.
    weights: Vec<f64>,
}

/// One tap per target sample along an axis of `from` samples that becomes `to`.
fn taps(from: usize, to: usize) -> Vec<Tap> {
    let scale = from as f64 / to as f64;
    let stretch = scale.max(1.0);
    let reach = SUPPORT * stretch;
    (0..to)
        .map(|target| {
            let centre = (target as f64 + 0.5) * scale;
            let first = (centre - reach + 0.5).max(0.0) as usize;
            let end = ((centre + reach + 0.5) as usize).min(from);
            let weights: Vec<f64> = (first..end)
                .map(|source| kernel((source as f64 + 0.5 - centre) / stretch))
                .collect();
            let sum: f64 = weights.iter().sum();
            Tap {
                first,
                weights: weights.into_iter().map(|w| w / sum).collect(),
            }
        })
        .collect()
}

/// Resizes images of one shape to another.
pub(crate) struct Resampler {
    from: Shape,
    to: Shape,
    rows: Vec<Tap>,
    columns: Vec<Tap>,
}

impl Resampler {
    pub(crate) fn new(from: Shape, to: Shape) -> Self {
        Self {
            from,
            to,
            rows: taps(from.height, to.height),
            columns: taps(from.width, to.width),
        }
    }

    /// The resized image, row major. Values may leave the source's range by the kernel's negative lobes.
    ///
    /// # Panics
    /// If `pixels` has not the shape resized from.
    pub(crate) fn resize(&self, pixels: &[f32]) -> Vec<f32> {
        assert_eq!(pixels.len(), self.from.neurons());
        let (source, target) = (self.from.width, self.to.width);
        let mut narrow = vec![0.0; self.from.height * target];
        for (line, out) in pixels
            .chunks_exact(source)
            .zip(narrow.chunks_exact_mut(target))
        {
            for (value, tap) in out.iter_mut().zip(&self.columns) {
                *value = tap
                    .weights
                    .iter()
                    .zip(&line[tap.first..])
                    .map(|(w, &pixel)| w * f64::from(pixel))
                    .sum();
            }
        }
        let mut resized = Vec::with_capacity(self.to.neurons());
        for tap in &self.rows {
            for column in 0..target {
                let value: f64 = tap
                    .weights
                    .iter()
                    .enumerate()
                    .map(|(k, w)| w * narrow[(tap.first + k) * target + column])
                    .sum();
                resized.push(value as f32);
            }
        }
        resized
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The reference is Pillow's `resize(…, BICUBIC)` in floating point: tests/data/make.py.
    #[test]
    fn agrees_with_pillow() {
        let reference = include_str!("../tests/data/pillow_bicubic.txt");
        let from = Shape {
            height: 28,
            width: 28,
        };
        let source: Vec<f32> = (0..784)
            .map(|k| (k / 28, k % 28))
            .map(|(y, x)| ((7 * y * y + 13 * x + 5 * x * y) % 256) as f32)
            .collect();
        let mut shapes = 0;
        for line in reference.lines() {
            let (shape, values) = line.split_once(' ').unwrap();
            let resized = Resampler::new(from, shape.parse().unwrap()).resize(&source);
            let values: Vec<f32> = values.split(' ').map(|v| v.parse().unwrap()).collect();
            assert_eq!(resized.len(), values.len());
            for (ours, theirs) in resized.iter().zip(&values) {
                assert!(
                    (ours - theirs).abs() < 2e-4,
                    "{shape}: {ours} against {theirs}"
                );
            }
            shapes += 1;
        }
        assert_eq!(shapes, 6);
    }
}
