//! First-order descent on a loss that turns from convex to a count.
//!
//! minimise Σ_r log(1 + (max(0, s − a_r·w) / s)²) with ‖w‖ fixed. While the margin s that is asked for is large, every
//! row pulls in proportion to its shortfall; as s falls, a row far short pulls ever less and is given up in favour of
//! those that can still hold (graduated non-convexity, Blake and Zisserman 1987). One step costs 2·P·N² multiply-adds,
//! less where most rows hold; steps are scaled by Adam (Kingma and Ba 2015), since neurons differ much in how hard they
//! are.
//!
//! Single precision, no claim: who uses the weights counts them on the patterns.

use super::system::Coupled;
use crate::control::Control;
use crate::tolerances::NO_GRADIENT;
use attractor::vectors::with_vectors;

/// Decay of the mean of gradients and of their squares.
const MEAN: f32 = 0.9;
const SQUARE: f32 = 0.99;

/// Multiply-adds between two looks at the control: some milliseconds.
const LOOK: usize = 1 << 24;

/// How a descent goes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Schedule {
    pub(super) steps: usize,
    /// The margin s asked for at first and at last, in units of ‖w_i‖ (root mean square over the neurons).
    pub(super) margin: (f32, f32),
    /// Step length in units of ‖w_i‖, falling to 0 in the end.
    pub(super) rate: f32,
}

/// The loss, its arrays and where the descent is.
pub(super) struct Concave {
    neurons: usize,
    signs: Vec<f32>,
    /// 0 where zero fields are right.
    asked: Vec<f32>,
    /// 1 where there is a weight; the last N entries are the biases'.
    mask: Vec<f32>,
    weights: Vec<f32>,
    gradient: Vec<f32>,
    mean: Vec<f32>,
    square: Vec<f32>,
    /// Aligned fields, then what pulls: ξ_i times the loss's slope.
    pull: Vec<f32>,
    best: Vec<f32>,
}

impl Concave {
    pub(super) fn new(coupled: &Coupled) -> Self {
        let n = coupled.neurons();
        let mut mask = vec![0.0; n * n + n];
        for &(i, j) in coupled.places() {
            let (i, j) = (i as usize, j as usize);
            if i == j {
                mask[n * n + i] = 1.0;
            } else {
                mask[i * n + j] = 1.0;
                mask[j * n + i] = 1.0;
            }
        }
        let strict = |r| f32::from(u8::from(coupled.is_strict(r)));
        Self {
            neurons: n,
            signs: coupled.signs().iter().map(|&s| s as f32).collect(),
            asked: (0..coupled.len()).map(strict).collect(),
            weights: mask.clone(),
            gradient: mask.clone(),
            mean: mask.clone(),
            square: mask.clone(),
            best: mask.clone(),
            mask,
            pull: vec![0.0; coupled.len()],
        }
    }

    /// Descends from `start` (one value a column of `coupled`); the best weights met, if `control` left time for any.
    pub(super) fn descend(
        &mut self,
        coupled: &Coupled,
        start: &[f64],
        schedule: Schedule,
        control: &Control<'_>,
    ) -> Option<Vec<f64>> {
        self.begin(coupled, start);
        let mut fewest = usize::MAX;
        for step in 0..schedule.steps {
            let passed = step as f32 / schedule.steps as f32;
            let (first, last) = schedule.margin;
            let margin = first * (last / first).powf(passed);
            let wrong = with_vectors(
                #[inline(always)]
                || {
                    self.normalise();
                    self.fields(control)
                },
            );
            let Some(wrong) = wrong else {
                break;
            };
            if wrong < fewest {
                fewest = wrong;
                self.best.copy_from_slice(&self.weights);
            }
            if wrong == 0 || control.should_stop() {
                break;
            }
            let rate = schedule.rate * (1.0 - passed);
            with_vectors(
                #[inline(always)]
                || {
                    self.slopes(margin);
                    // Cut short by a stop, the weights are good for nothing, and nobody counts them.
                    self.differentiate(control);
                    self.step(step, rate);
                },
            );
        }
        if fewest == usize::MAX {
            return None;
        }
        let n = self.neurons;
        let place = |&(i, j): &(u32, u32)| {
            let (i, j) = (i as usize, j as usize);
            f64::from(self.best[if i == j { n * n + i } else { i * n + j }])
        };
        Some(coupled.places().iter().map(place).collect())
    }

    fn begin(&mut self, coupled: &Coupled, start: &[f64]) {
        let n = self.neurons;
        for (&(i, j), &w) in coupled.places().iter().zip(start) {
            let (i, j, w) = (i as usize, j as usize, w as f32);
            if i == j {
                self.weights[n * n + i] = w;
            } else {
                self.weights[i * n + j] = w;
                self.weights[j * n + i] = w;
            }
        }
        self.best.copy_from_slice(&self.weights);
        self.mean.fill(0.0);
        self.square.fill(0.0);
    }

    /// Rows of the weight matrix to norm 1 in root mean square.
    #[inline(always)]
    fn normalise(&mut self) {
        let square: f32 = self.weights.iter().map(|w| w * w).sum();
        if square > 0.0 {
            let factor = (self.neurons as f32 / square).sqrt();
            self.weights.iter_mut().for_each(|w| *w *= factor);
        }
    }

    /// Aligned fields of all rows; how many are wrong. None if stopped.
    #[inline(always)]
    fn fields(&mut self, control: &Control<'_>) -> Option<usize> {
        let n = self.neurons;
        let look = (LOOK / (n * n)).max(1);
        let (matrix, biases) = self.weights.split_at(n * n);
        let mut wrong = 0;
        let rows = self.pull.chunks_exact_mut(n);
        let patterns = self.signs.chunks_exact(n).zip(self.asked.chunks_exact(n));
        for (mu, (fields, (pattern, asked))) in rows.zip(patterns).enumerate() {
            if (mu + 1).is_multiple_of(look) && control.should_stop() {
                return None;
            }
            fields.copy_from_slice(biases);
            let terms = pattern.iter().copied().zip(matrix.chunks_exact(n));
            combine(terms, fields);
            for ((field, sign), asked) in fields.iter_mut().zip(pattern).zip(asked) {
                *field *= sign;
                wrong += usize::from(*field < 0.0 || *field == 0.0 && *asked > 0.0);
            }
        }
        Some(wrong)
    }

    /// −ξ_i ∂loss/∂(aligned field) in place of the fields.
    #[inline(always)]
    fn slopes(&mut self, margin: f32) {
        let square = margin * margin;
        let rows = self.pull.iter_mut().zip(&self.asked).zip(&self.signs);
        for ((pull, asked), sign) in rows {
            let short = (margin * asked - *pull).max(0.0);
            *pull = sign * short / (short * short + square);
        }
    }

    /// The direction of steepest descent, its component along the weights removed.
    #[inline(always)]
    fn differentiate(&mut self, control: &Control<'_>) {
        let n = self.neurons;
        let look = (LOOK / self.signs.len().max(1)).max(1);
        let (matrix, biases) = self.gradient.split_at_mut(n * n);
        matrix.fill(0.0);
        for (i, (row, bias)) in matrix.chunks_exact_mut(n).zip(biases).enumerate() {
            if (i + 1).is_multiple_of(look) && control.should_stop() {
                break;
            }
            let pulls = self.pull.iter().skip(i).step_by(n);
            *bias = pulls.clone().sum();
            let terms = pulls.copied().zip(self.signs.chunks_exact(n));
            combine(terms.filter(|(pull, _)| *pull != 0.0), row);
        }
        for i in 0..n {
            for j in 0..i {
                let both = matrix[i * n + j] + matrix[j * n + i];
                matrix[i * n + j] = both;
                matrix[j * n + i] = both;
            }
        }
        let mut along = 0.0;
        for ((g, m), w) in self.gradient.iter_mut().zip(&self.mask).zip(&self.weights) {
            *g *= m;
            along += *g * w;
        }
        along /= n as f32;
        for (g, w) in self.gradient.iter_mut().zip(&self.weights) {
            *g -= along * w;
        }
    }

    #[inline(always)]
    fn step(&mut self, step: usize, rate: f32) {
        let power = step as i32 + 1;
        let scale = rate / (1.0 - MEAN.powi(power));
        let square_scale = 1.0 / (1.0 - SQUARE.powi(power));
        let state = self.mean.iter_mut().zip(&mut self.square);
        for ((w, g), (mean, square)) in self.weights.iter_mut().zip(&self.gradient).zip(state) {
            *mean = MEAN * *mean + (1.0 - MEAN) * g;
            *square = SQUARE * *square + (1.0 - SQUARE) * g * g;
            *w += scale * *mean / (*square * square_scale + NO_GRADIENT).sqrt();
        }
    }
}

/// `target += Σ factor · row`, four rows at a time.
#[inline(always)]
fn combine<'r>(mut terms: impl Iterator<Item = (f32, &'r [f32])>, target: &mut [f32]) {
    while let Some((a, x)) = terms.next() {
        let mut following = || terms.next().map_or((0.0, x), |term| term);
        let ((b, y), (c, z), (d, u)) = (following(), following(), following());
        for ((((t, x), y), z), u) in target.iter_mut().zip(x).zip(y).zip(z).zip(u) {
            *t += (a * x + b * y) + (c * z + d * u);
        }
    }
}
