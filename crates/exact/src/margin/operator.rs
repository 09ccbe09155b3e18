//! The linear map between multipliers and aligned fields, for all neurons at once.
//!
//! Row (μ,i) is a_μi = ξ_i^μ ξ^μ over neuron i's inputs (and the bias, an input that is always +1). Multipliers λ give
//! the weights Σ λ_μi a_μi; with A = Λ∘X these are W = XᵀA, directed, and W = XᵀA + AᵀX, symmetric (a weight serves two
//! rows), masked by the couplings. The aligned fields are X∘(X W). Two products with the ±1 matrix an application, by
//! [`attractor::kernels::signed_sums`].
//!
//! Multipliers and fields are column-major, a column of P entries a neuron. Weights stand in panels of 64 neurons: entry
//! j of a panel holds the 64 weights from neuron j.

use attractor::kernels::linear::squared_norm;
use attractor::kernels::signed_sums::{LANES, Lanes, WordMajor, add_signed_sums};
use attractor::{Control, Couplings, Patterns};
use rayon::prelude::*;

/// Weights of up to 64 neurons: N inputs, then the biases.
type Panel = Vec<Lanes<f64>>;

/// The rows of a training problem as an operator.
pub(crate) struct FieldOperator {
    patterns: usize,
    neurons: usize,
    /// The patterns as states of N inputs.
    states: WordMajor,
    /// The neurons as states of P inputs.
    transposed: WordMajor,
    /// ξ_i^μ at i·P+μ; 0 where row (μ,i) is not asked for.
    asked: Vec<f64>,
    /// Whether w_ij exists, at i·N+j; None if all with i ≠ j do.
    mask: Option<Vec<bool>>,
    symmetric: bool,
    bias: bool,
}

impl FieldOperator {
    /// The rows (μ,i) with μ in `rows[i]`, `symmetric`ally coupled or each neuron for itself.
    pub(crate) fn new(
        patterns: &Patterns,
        couplings: &Couplings,
        bias: bool,
        symmetric: bool,
        rows: &[Vec<usize>],
    ) -> Self {
        let (p, n) = (patterns.count(), patterns.neurons());
        let mut asked = vec![0.0; p * n];
        for (i, rows) in rows.iter().enumerate() {
            for &mu in rows {
                asked[i * p + mu] = f64::from(patterns.sign(mu, i));
            }
        }
        Self {
            patterns: p,
            neurons: n,
            states: WordMajor::from_patterns(patterns),
            transposed: WordMajor::from_patterns(&patterns.transposed()),
            asked,
            mask: (!couplings.is_full())
                .then(|| (0..n * n).map(|k| couplings.allows(k / n, k % n)).collect()),
            symmetric,
            bias,
        }
    }

    /// Number of patterns P.
    pub(crate) fn patterns(&self) -> usize {
        self.patterns
    }

    /// Number of neurons N.
    pub(crate) fn neurons(&self) -> usize {
        self.neurons
    }

    /// Whether the rows of neurons `columns` are asked for.
    pub(super) fn asked(&self, columns: std::ops::Range<usize>) -> Vec<bool> {
        let rows = &self.asked[columns.start * self.patterns..columns.end * self.patterns];
        rows.iter().map(|&sign| sign != 0.0).collect()
    }

    /// The aligned fields of the weights that belong to multipliers, both P×|columns|, for the neurons `columns` (all,
    /// in order, if symmetric). Rows that are not asked for get 0. Once `control` says stop, what is left of the fields
    /// is undefined: the caller asks `control` before it uses them.
    pub(super) fn apply(
        &self,
        columns: &[usize],
        multipliers: &[f64],
        fields: &mut [f64],
        control: &Control<'_>,
    ) {
        let size = LANES * self.patterns;
        let work = columns.par_chunks(LANES).zip(fields.par_chunks_mut(size));
        let goes_on = || !control.should_stop();
        if self.symmetric {
            let panels = self.symmetric_panels(multipliers, control);
            work.zip(&panels)
                .filter(|_| goes_on())
                .for_each(|((columns, fields), panel)| self.fields(columns, panel, fields));
        } else {
            work.zip(multipliers.par_chunks(size))
                .filter(|_| goes_on())
                .for_each(|((columns, fields), multipliers)| {
                    let panel = self.panel(columns, multipliers);
                    self.fields(columns, &panel, fields);
                });
        }
    }

    /// Row i: the weights w_i0 … w_i,N−1 that belong to all neurons' multipliers; and the biases. Anything once `control`
    /// says stop.
    pub(crate) fn symmetric_weights(
        &self,
        multipliers: &[f64],
        control: &Control<'_>,
    ) -> (Vec<f64>, Vec<f64>) {
        let n = self.neurons;
        let panels = self.symmetric_panels(multipliers, control);
        let mut weights = vec![0.0; n * n];
        // A panel holds the weights into its neurons; they are those from them, too.
        let rows = weights.par_chunks_exact_mut(n).enumerate();
        rows.for_each(|(j, row)| {
            for (weights, panel) in row.chunks_mut(LANES).zip(&panels) {
                weights.copy_from_slice(&panel[j].0[..weights.len()]);
            }
        });
        let biases = (0..n).map(|i| panels[i / LANES][n].0[i % LANES]).collect();
        (weights, biases)
    }

    /// The aligned fields of neurons `columns` (consecutive, at most 64) under symmetric weights, w_ij at i·N+j.
    pub(crate) fn fields_of(
        &self,
        columns: &[usize],
        weights: &[f64],
        biases: &[f64],
        fields: &mut [f64],
    ) {
        let range = columns[0]..columns[0] + columns.len();
        let inputs = weights.chunks(self.neurons).chain([biases]);
        let panel: Panel = inputs
            .map(|row| Lanes::from_slice(&row[range.clone()]))
            .collect();
        self.fields(columns, &panel, fields);
    }

    /// What the multipliers of neurons `columns` (consecutive, at most 64) add to the weights.
    pub(super) fn directed_weights(&self, columns: &[usize], multipliers: &[f64]) -> Share {
        let mut panel = self.panel(columns, multipliers);
        // A weight within the group has a share of each of its two neurons.
        let first = columns[0];
        for a in 0..columns.len() {
            for b in 0..a {
                let sum = panel[first + a].0[b] + panel[first + b].0[a];
                (panel[first + a].0[b], panel[first + b].0[a]) = (sum, sum);
            }
        }
        Share {
            first,
            size: columns.len(),
            panel,
        }
    }

    /// XᵀA, masked, and 1ᵀA for up to 64 neurons.
    fn panel(&self, columns: &[usize], multipliers: &[f64]) -> Panel {
        let (p, n) = (self.patterns, self.neurons);
        let mut signed = vec![Lanes::<f64>::ZERO; p];
        for (lane, (&i, column)) in columns.iter().zip(multipliers.chunks(p)).enumerate() {
            let asked = &self.asked[i * p..][..p];
            for ((a, l), sign) in signed.iter_mut().zip(column).zip(asked) {
                a.0[lane] = l * sign;
            }
        }
        let mut panel = vec![Lanes::ZERO; n + 1];
        add_signed_sums(
            &self.transposed,
            p,
            |mu, v| *v = signed[mu],
            &mut panel[..n],
        );
        for (lane, &i) in columns.iter().enumerate() {
            match &self.mask {
                None => panel[i].0[lane] = 0.0,
                Some(mask) => {
                    for (w, &exists) in panel.iter_mut().zip(&mask[i * n..][..n]) {
                        if !exists {
                            w.0[lane] = 0.0;
                        }
                    }
                }
            }
        }
        if self.bias {
            for a in &signed {
                for lane in 0..LANES {
                    panel[n].0[lane] += a.0[lane];
                }
            }
        }
        panel
    }

    /// XᵀA + AᵀX, masked, and 1ᵀA for all neurons; anything once `control` says stop.
    fn symmetric_panels(&self, multipliers: &[f64], control: &Control<'_>) -> Vec<Panel> {
        let n = self.neurons;
        let columns: Vec<usize> = (0..n).collect();
        let directed: Vec<Panel> = columns
            .par_chunks(LANES)
            .zip(multipliers.par_chunks(LANES * self.patterns))
            .map(|(columns, multipliers)| {
                if control.should_stop() {
                    vec![Lanes::ZERO; n + 1]
                } else {
                    self.panel(columns, multipliers)
                }
            })
            .collect();
        let sum = |q: usize| -> Panel {
            let mut panel = directed[q].clone();
            for (j, w) in panel[..n].iter_mut().enumerate() {
                let from = &directed[j / LANES][q * LANES..n.min((q + 1) * LANES)];
                for (w, from) in w.0.iter_mut().zip(from) {
                    *w += from.0[j % LANES];
                }
            }
            panel
        };
        (0..directed.len()).into_par_iter().map(sum).collect()
    }

    /// X∘(X W + b) for up to 64 neurons.
    fn fields(&self, columns: &[usize], panel: &Panel, fields: &mut [f64]) {
        let (p, n) = (self.patterns, self.neurons);
        let mut sums = vec![panel[n]; p];
        add_signed_sums(&self.states, n, |j, v| *v = panel[j], &mut sums);
        for (lane, (&i, column)) in columns.iter().zip(fields.chunks_mut(p)).enumerate() {
            let asked = &self.asked[i * p..][..p];
            for ((f, sum), sign) in column.iter_mut().zip(&sums).zip(asked) {
                *f = sum.0[lane] * sign;
            }
        }
    }
}

/// A change of the symmetric weights of consecutive neurons: w_ij for i among them, and their biases.
pub(super) struct Share {
    first: usize,
    size: usize,
    panel: Panel,
}

impl Share {
    /// Squared norm of the free weights, each counted once.
    pub(super) fn squared_norm(&self) -> f64 {
        let group = self.first..self.first + self.size;
        let squares = |(j, w): (usize, &Lanes<f64>)| {
            let square = squared_norm(&w.0[..self.size]);
            if group.contains(&j) {
                0.5 * square
            } else {
                square
            }
        };
        self.panel.iter().enumerate().map(squares).sum()
    }

    pub(super) fn scale(&mut self, factor: f64) {
        for w in self.panel.iter_mut().flat_map(|w| &mut w.0) {
            *w *= factor;
        }
    }

    /// Adds it to weights, w_ij at i·N+j, which stay symmetric.
    pub(super) fn add_to(&self, weights: &mut [f64], biases: &mut [f64]) {
        let n = biases.len();
        let group = self.first..self.first + self.size;
        for (j, change) in self.panel[..n].iter().enumerate() {
            for (i, change) in group.clone().zip(change.0) {
                weights[j * n + i] += change;
                if !group.contains(&j) {
                    weights[i * n + j] = weights[j * n + i];
                }
            }
        }
        for (bias, change) in biases[group].iter_mut().zip(self.panel[n].0) {
            *bias += change;
        }
    }
}
