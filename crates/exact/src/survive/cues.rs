//! The worst cues of one neuron: what it sees of the patterns, and how much damage each must survive.

use crate::evidence::DamagedInputs;
use crate::geometry::min_norm::generated::{Made, WorstRow};
use crate::instance::Instance;
use attractor::kernels::linear::{WIDTH, dot_padded};

/// How much damage one bit must survive: any set of so many flipped inputs, and any set of so many erased ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Demand {
    /// Inputs of the wrong sign.
    pub(crate) flips: usize,
    /// Inputs of value 0.
    pub(crate) erasures: usize,
}

/// The bits of one neuron that are asked for, each with its demand. A bit is row a, a_j = ξ_i ξ_j over the inputs and ξ_i for
/// the bias, which is never damaged.
#[derive(Debug, Clone)]
pub(crate) struct Cues {
    /// Inputs, ascending.
    pub(super) inputs: Vec<usize>,
    pub(super) bias: bool,
    /// The patterns asked for.
    pub(super) patterns: Vec<usize>,
    pub(super) demands: Vec<Demand>,
    /// Whether the bit's field may not be 0.
    pub(super) strict: Vec<bool>,
    stride: usize,
    /// Rows with entries ±1, padded with zeros to `stride`.
    rows: Vec<f64>,
    /// Inputs by decreasing |x_j|.
    order: Vec<usize>,
    /// Which share of each demand is asked for: of a fraction of an input the worst cue flips that fraction.
    share: f64,
}

impl Cues {
    /// Neuron `i`'s bits in the patterns for which `demand` is not `None`.
    pub(crate) fn new(
        instance: &Instance<'_>,
        i: usize,
        demand: impl Fn(usize) -> Option<Demand>,
    ) -> Self {
        let problem = &instance.patterns;
        let inputs = instance.couplings.inputs(i);
        let columns = inputs.len() + usize::from(instance.bias);
        let stride = columns.next_multiple_of(WIDTH).max(WIDTH);
        let mut cues = Self {
            order: (0..inputs.len()).collect(),
            inputs,
            bias: instance.bias,
            patterns: Vec::new(),
            demands: Vec::new(),
            strict: Vec::new(),
            stride,
            rows: Vec::new(),
            share: 1.0,
        };
        for mu in 0..problem.count() {
            let Some(demand) = demand(mu) else { continue };
            let own = f64::from(problem.sign(mu, i));
            let signs = cues
                .inputs
                .iter()
                .map(|&j| own * f64::from(problem.sign(mu, j)));
            cues.rows.extend(signs.chain(cues.bias.then_some(own)));
            cues.patterns.push(mu);
            cues.demands.push(demand);
            cues.strict.push(instance.is_strict(mu, i));
            cues.rows.resize(cues.patterns.len() * stride, 0.0);
        }
        cues
    }

    /// The same bits, each asked to survive this share of its demand.
    pub(super) fn with_share(mut self, share: f64) -> Self {
        self.share = share;
        self
    }

    /// Row k, padded.
    pub(super) fn row(&self, k: usize) -> &[f64] {
        &self.rows[k * self.stride..(k + 1) * self.stride]
    }

    /// Number of rows.
    pub(super) fn len(&self) -> usize {
        self.patterns.len()
    }

    /// Sorts the inputs for the weights `x`.
    pub(super) fn sort_inputs(&mut self, x: &[f64]) {
        let by_size = |a: &usize, b: &usize| x[*b].abs().total_cmp(&x[*a].abs()).then(a.cmp(b));
        self.order.sort_unstable_by(by_size);
    }

    /// The least field of row k over all cues within its demand, and the damage that does it. The inputs are sorted.
    #[inline(always)]
    pub(super) fn worst_field(&self, k: usize, x: &[f64]) -> (f64, DamagedInputs) {
        let (row, demand) = (self.row(k), self.demands[k]);
        let field = dot_padded(row, x);
        let flips = 2.0 * self.lost(row, x, demand.flips);
        if demand.erasures <= demand.flips {
            return (field - flips, DamagedInputs::Flips(demand.flips));
        }
        let erasures = self.lost(row, x, demand.erasures);
        if erasures > flips {
            (field - erasures, DamagedInputs::Erasures(demand.erasures))
        } else {
            (field - flips, DamagedInputs::Flips(demand.flips))
        }
    }

    /// The sum of the largest positive terms, as many as the share of `most` is.
    #[inline(always)]
    fn lost(&self, row: &[f64], x: &[f64], most: usize) -> f64 {
        let (mut lost, mut left) = (0.0, most as f64 * self.share);
        if most == 0 {
            return lost;
        }
        for &j in &self.order {
            let term = row[j] * x[j];
            if term > 0.0 {
                lost += term * left.min(1.0);
                left -= 1.0;
                if left <= 0.0 {
                    break;
                }
            }
        }
        lost
    }

    /// The row of the worst cue of bit k, into `row`.
    pub(super) fn damaged(&self, k: usize, damage: DamagedInputs, x: &[f64], row: &mut [f64]) {
        row.copy_from_slice(self.row(k));
        let (most, loss) = match damage {
            DamagedInputs::Flips(r) => (r, 2.0),
            DamagedInputs::Erasures(r) => (r, 1.0),
        };
        let mut left = most as f64 * self.share;
        let helping = (self.order.iter()).filter(|&&j| self.row(k)[j] * x[j] > 0.0);
        for &j in helping {
            if left <= 0.0 {
                break;
            }
            row[j] *= 1.0 - loss * left.min(1.0);
            left -= 1.0;
        }
    }
}

impl WorstRow for Cues {
    fn dimension(&self) -> usize {
        self.inputs.len() + usize::from(self.bias)
    }

    #[inline(always)]
    fn worst(&mut self, x: &[f64], row: &mut [f64]) -> Option<Made> {
        self.sort_inputs(x);
        let mut least: Option<(usize, f64, DamagedInputs)> = None;
        for k in 0..self.len() {
            let (field, damage) = self.worst_field(k, x);
            if least.is_none_or(|(_, known, _)| field < known) {
                least = Some((k, field, damage));
            }
        }
        let (k, field, damage) = least?;
        self.damaged(k, damage, x, row);
        let erased = usize::from(matches!(damage, DamagedInputs::Erasures(_)));
        Some(Made {
            label: 2 * k + erased,
            field,
        })
    }
}
