//! First-order descent on a loss that turns from convex to a count.
//!
//! minimise Σ_r log(1 + (max(0, s − a_r·w) / s)²) with ‖w‖ fixed. While the margin s that is asked for is large, every
//! row pulls in proportion to its shortfall; as s falls, a row far short pulls ever less and is given up in favour of
//! those that can still hold (graduated non-convexity, Blake and Zisserman 1987). One step costs P·N²/4 additions for the
//! fields and N multiply-adds for every row that pulls, P·N² if all do; steps are scaled by Adam (Kingma and Ba 2015),
//! since neurons differ much in how hard they are.
//!
//! Single precision: its counts steer the search. An incumbent is counted again on the patterns.

use super::super::coupled::Coupled;
use crate::tolerances::NO_GRADIENT;
use attractor::Control;
use attractor::kernels::bits::put;
use attractor::kernels::signed_sums::{LANES, Lanes, WordMajor, add_signed_sums};
use attractor::kernels::vectors::with_vectors;

/// Decay of the mean of gradients and of their squares. Larger: steps follow a change of the loss late; smaller: steps are
/// noisy.
const MEAN: f32 = 0.9;
const SQUARE: f32 = 0.99;

/// Multiply-adds between two looks at the control: some milliseconds. More: a stop waits; fewer: clock readings cost time.
const LOOK: usize = 1 << 24;

/// How a descent goes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Schedule {
    pub(crate) steps: usize,
    /// The margin s asked for at first and at last, in units of ‖w_i‖ (root mean square over the neurons).
    pub(crate) margin: (f32, f32),
    /// Step length in units of ‖w_i‖, falling to 0 in the end.
    pub(crate) rate: f32,
}

/// The loss, its arrays and where the descent is.
///
/// Neurons come in blocks of [`LANES`], filled up with zeros: a row of weights or signs has `stride` entries, and what
/// there is for each bit (μ,i) stands at b·P+μ, lane l, where i = b·LANES+l.
pub(crate) struct Concave {
    neurons: usize,
    count: usize,
    stride: usize,
    /// The patterns as bits, for the fields; as rows, for the gradient; lane by lane, for what aligns.
    states: WordMajor,
    signs: Vec<f32>,
    own_signs: Vec<Lanes<f32>>,
    /// 0 where zero fields are right.
    asked: Vec<Lanes<f32>>,
    /// 1 where there is a weight; row N holds the biases.
    mask: Vec<f32>,
    weights: Vec<f32>,
    gradient: Vec<f32>,
    mean: Vec<f32>,
    square: Vec<f32>,
    /// Aligned fields, then what pulls: ξ_i times the loss's slope.
    pull: Vec<Lanes<f32>>,
    best: Vec<f32>,
    /// The patterns that pull at one neuron.
    pulling: Vec<usize>,
}

impl Concave {
    pub(crate) fn new(coupled: &Coupled) -> Self {
        let (n, count) = (coupled.neurons(), coupled.patterns());
        let stride = n.next_multiple_of(LANES);
        let mut mask = vec![0.0; (n + 1) * stride];
        for [k, l] in coupled
            .places()
            .iter()
            .map(|place| entries(place, stride, n))
        {
            (mask[k], mask[l]) = (1.0, 1.0);
        }
        let words = stride / 64;
        let mut states = vec![0; count * words];
        let mut signs = vec![0.0; count * stride];
        let bits = vec![Lanes::ZERO; count * stride / LANES];
        let (mut own_signs, mut asked) = (bits.clone(), bits.clone());
        for (r, &sign) in coupled.signs().iter().enumerate() {
            let (mu, i) = (r / n, r % n);
            if sign > 0.0 {
                put(&mut states[mu * words..(mu + 1) * words], i);
            }
            signs[mu * stride + i] = sign as f32;
            let (block, lane) = (i / LANES * count + mu, i % LANES);
            own_signs[block].0[lane] = sign as f32;
            asked[block].0[lane] = f32::from(u8::from(coupled.is_strict(r)));
        }
        Self {
            neurons: n,
            count,
            stride,
            states: WordMajor::new(count, n, |mu| &states[mu * words..(mu + 1) * words]),
            signs,
            own_signs,
            asked,
            pull: bits,
            pulling: vec![0; count],
            weights: vec![0.0; mask.len()],
            gradient: vec![0.0; mask.len()],
            mean: vec![0.0; mask.len()],
            square: vec![0.0; mask.len()],
            best: vec![0.0; mask.len()],
            mask,
        }
    }

    /// Descends from `start` (one value a column of `coupled`); the best weights met with their wrong bits, folded rows
    /// each for itself and as single precision has it, if `control` left time for any.
    pub(crate) fn descend(
        &mut self,
        coupled: &Coupled,
        start: &[f64],
        schedule: Schedule,
        control: &Control<'_>,
    ) -> Option<(usize, Vec<f64>)> {
        self.begin(coupled, start);
        let mut fewest = usize::MAX;
        for step in 0..schedule.steps {
            let passed = step as f32 / schedule.steps as f32;
            let (first, last) = schedule.margin;
            let margin = first * (last / first).powf(passed);
            with_vectors(
                #[inline(always)]
                || self.normalise(),
            );
            let Some(wrong) = self.fields(control) else {
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
                    // A stop leaves unusable weights; the next step ends before it counts them.
                    self.differentiate(control);
                    self.step(step, rate);
                },
            );
        }
        if fewest == usize::MAX {
            return None;
        }
        let weight = |place| f64::from(self.best[entries(place, self.stride, self.neurons)[0]]);
        Some((fewest, coupled.places().iter().map(weight).collect()))
    }

    fn begin(&mut self, coupled: &Coupled, start: &[f64]) {
        for (place, &w) in coupled.places().iter().zip(start) {
            let [k, l] = entries(place, self.stride, self.neurons);
            (self.weights[k], self.weights[l]) = (w as f32, w as f32);
        }
        self.best.copy_from_slice(&self.weights);
        self.mean.fill(0.0);
        self.square.fill(0.0);
    }

    /// Rows of the weight matrix to norm 1 in root mean square.
    #[inline(always)]
    fn normalise(&mut self) {
        let square = product(&self.weights, &self.weights);
        if square > 0.0 {
            let factor = (self.neurons as f32 / square).sqrt();
            self.weights.iter_mut().for_each(|w| *w *= factor);
        }
    }

    /// Aligned fields of all rows; how many are wrong. None if stopped.
    fn fields(&mut self, control: &Control<'_>) -> Option<usize> {
        let (n, stride) = (self.neurons, self.stride);
        let lanes = |row: usize, block: usize| {
            let first = row * stride + block * LANES;
            Lanes(std::array::from_fn(|lane| self.weights[first + lane]))
        };
        let mut wrong = 0;
        let blocks = self.pull.chunks_exact_mut(self.count);
        let bits = self.own_signs.chunks_exact(self.count);
        let bits = bits.zip(self.asked.chunks_exact(self.count));
        for (block, (fields, (signs, asked))) in blocks.zip(bits).enumerate() {
            if control.should_stop() {
                return None;
            }
            fields.fill(lanes(n, block));
            let weights = |j, row: &mut Lanes<f32>| *row = lanes(j, block);
            add_signed_sums(&self.states, n, weights, fields);
            wrong += with_vectors(
                #[inline(always)]
                || align(fields, signs, asked),
            );
        }
        Some(wrong)
    }

    /// −ξ_i ∂loss/∂(aligned field) in place of the fields.
    #[inline(always)]
    fn slopes(&mut self, margin: f32) {
        let square = margin * margin;
        let rows = self.pull.iter_mut().zip(&self.asked).zip(&self.own_signs);
        for ((pull, asked), signs) in rows {
            for ((pull, asked), sign) in pull.0.iter_mut().zip(&asked.0).zip(&signs.0) {
                let short = (margin * asked - *pull).max(0.0);
                *pull = sign * short / (short * short + square);
            }
        }
    }

    /// The direction of steepest descent, its component along the weights removed.
    #[inline(always)]
    fn differentiate(&mut self, control: &Control<'_>) {
        let (n, stride) = (self.neurons, self.stride);
        let look = (LOOK / self.signs.len().max(1)).max(1);
        let (matrix, biases) = self.gradient.split_at_mut(n * stride);
        matrix.fill(0.0);
        for (i, row) in matrix.chunks_exact_mut(stride).enumerate() {
            if (i + 1).is_multiple_of(look) && control.should_stop() {
                break;
            }
            let pulls = &self.pull[i / LANES * self.count..][..self.count];
            let pull_of = |mu: usize| pulls[mu].0[i % LANES];
            // Without a branch, since which patterns pull is hard to foresee.
            let mut length = 0;
            for mu in 0..self.count {
                self.pulling[length] = mu;
                length += usize::from(pull_of(mu) != 0.0);
            }
            let pattern = |mu: usize| &self.signs[mu * stride..(mu + 1) * stride];
            let terms = self.pulling[..length]
                .iter()
                .map(|&mu| (pull_of(mu), pattern(mu)));
            biases[i] = terms.clone().map(|(pull, _)| pull).sum();
            combine(terms, row);
        }
        for i in 0..n {
            for j in 0..i {
                let both = matrix[i * stride + j] + matrix[j * stride + i];
                matrix[i * stride + j] = both;
                matrix[j * stride + i] = both;
            }
        }
        for (g, m) in self.gradient.iter_mut().zip(&self.mask) {
            *g *= m;
        }
        let along = product(&self.gradient, &self.weights) / n as f32;
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

/// Where w_ij and w_ji stand; a bias, i = j, twice in row N.
fn entries(&(i, j): &(usize, usize), stride: usize, neurons: usize) -> [usize; 2] {
    if i == j {
        [neurons * stride + i; 2]
    } else {
        [i * stride + j, j * stride + i]
    }
}

/// Inner product, lane by lane.
#[inline(always)]
fn product(a: &[f32], b: &[f32]) -> f32 {
    const SUMS: usize = LANES / 2;
    let mut sums = [0.0; SUMS];
    let (a, b) = (a.as_chunks::<SUMS>().0, b.as_chunks::<SUMS>().0);
    for (a, b) in a.iter().zip(b) {
        for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
            *sum += a * b;
        }
    }
    sums.iter().sum()
}

/// Aligned fields in place of the fields; how many are wrong.
#[inline(always)]
fn align(fields: &mut [Lanes<f32>], signs: &[Lanes<f32>], asked: &[Lanes<f32>]) -> usize {
    let mut wrong = [0_u32; LANES];
    for (fields, (signs, asked)) in fields.iter_mut().zip(signs.iter().zip(asked)) {
        for (lane, field) in fields.0.iter_mut().enumerate() {
            *field *= signs.0[lane];
            let amiss = *field < 0.0 || *field == 0.0 && asked.0[lane] > 0.0;
            wrong[lane] += u32::from(amiss);
        }
    }
    wrong.iter().sum::<u32>() as usize
}
