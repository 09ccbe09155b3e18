//! The symmetric dual by blocks: one neuron's multipliers after another to their best values.
//!
//! Images have a hundred dominating directions (pixels that are nearly always black) on which conjugate gradients over
//! all rows, or single coordinates, are slow. They lie within the neurons: rows of one neuron have products up to N,
//! rows of two neurons meet in the one weight w_ij and have products ±1. So each neuron's block is solved nearly exactly
//! (`block`) from the overlaps that all neurons share, and a few sweeps over the neurons settle the rest.
//!
//! The neurons of a group start from the same weights, in parallel; their common step has the length that lowers the dual
//! most, which makes it safe.

use super::block::{Block, Newton};
use super::operator::FieldOperator;
use super::rows::{NeuronProducts, NeuronRows, Overlaps, SharedProducts};
use attractor::kernels::signed_sums::LANES;
use attractor::{Control, Couplings, Patterns};
use rayon::prelude::*;

/// Least number of groups in a sweep. More: less to do in parallel; fewer: neurons do not see what the others did.
const GROUPS: usize = 12;
/// Rounds of a block in a sweep. More: work that the other blocks undo; fewer: more sweeps.
const ROUNDS: usize = 2;
/// Sweeps in which only settled faces get Newton steps. More: coordinates crawl where they no longer settle; fewer: Newton
/// steps on large wrong faces.
const COARSE: usize = 8;

/// Multipliers and their weights.
pub(super) struct Blocks<'a> {
    patterns: &'a Patterns,
    couplings: &'a Couplings,
    bias: bool,
    operator: &'a FieldOperator,
    /// The patterns of each neuron's rows.
    rows: &'a [Vec<usize>],
    overlaps: Option<Overlaps>,
    tolerance: f64,
    sweeps: usize,
    /// λ_μi at i·P+μ.
    multipliers: Vec<f64>,
    /// w_ij at i·N+j.
    weights: Vec<f64>,
    biases: Vec<f64>,
}

impl<'a> Blocks<'a> {
    /// From some multipliers ≥ 0 of `operator`'s rows; blocks are solved to `tolerance` in their optimality conditions.
    pub(super) fn new(
        patterns: &'a Patterns,
        couplings: &'a Couplings,
        bias: bool,
        (operator, rows): (&'a FieldOperator, &'a [Vec<usize>]),
        tolerance: f64,
        multipliers: Vec<f64>,
        control: &Control<'_>,
    ) -> Self {
        let (weights, biases) = operator.symmetric_weights(&multipliers, control);
        Self {
            patterns,
            couplings,
            bias,
            operator,
            rows,
            overlaps: Overlaps::new(patterns, couplings, control),
            tolerance,
            sweeps: 0,
            multipliers,
            weights,
            biases,
        }
    }

    /// λ_μi at i·P+μ.
    pub(super) fn multipliers(&self) -> &[f64] {
        &self.multipliers
    }

    /// Goes on from other multipliers ≥ 0; once `control` says stop, sweeps from there lead nowhere.
    pub(super) fn place(&mut self, multipliers: Vec<f64>, control: &Control<'_>) {
        if multipliers != self.multipliers {
            (self.weights, self.biases) = self.operator.symmetric_weights(&multipliers, control);
            self.multipliers = multipliers;
        }
    }

    /// Every neuron's block once.
    pub(super) fn sweep(&mut self, control: &Control<'_>) {
        let neurons: Vec<usize> = (0..self.patterns.neurons()).collect();
        for group in neurons.chunks((neurons.len() / GROUPS).clamp(1, LANES)) {
            if control.should_stop() {
                return;
            }
            self.visit(group, control);
        }
        self.sweeps += 1;
    }

    fn visit(&mut self, group: &[usize], control: &Control<'_>) {
        let p = self.patterns.count();
        let mut fields = vec![0.0; group.len() * p];
        self.operator
            .fields_of(group, &self.weights, &self.biases, &mut fields);
        let blocks = group.par_iter().zip(fields.par_chunks(p));
        let mut changes: Vec<f64> = blocks
            .flat_map_iter(|(&i, fields)| self.change(i, fields, control))
            .collect();
        let slope: f64 = changes
            .iter()
            .zip(&fields)
            .map(|(d, f)| d * (1.0 - f))
            .sum();
        let mut step = self.operator.directed_weights(group, &changes);
        let curvature = step.squared_norm();
        if curvature <= 0.0 || slope <= 0.0 {
            return;
        }
        let length = (slope / curvature).min(1.0);
        for d in &mut changes {
            *d *= length;
        }
        step.scale(length);
        let first = group[0] * p;
        for (l, d) in self.multipliers[first..].iter_mut().zip(&changes) {
            *l = (*l + d).max(0.0);
        }
        step.add_to(&mut self.weights, &mut self.biases);
    }

    /// What neuron i's multipliers change by, an entry a pattern.
    fn change(&self, i: usize, fields: &[f64], control: &Control<'_>) -> Vec<f64> {
        let rows = &self.rows[i];
        let squared = self.couplings.inputs(i).len() + usize::from(self.bias);
        let mut change = vec![0.0; self.patterns.count()];
        if rows.is_empty() || control.should_stop() {
            return change;
        }
        let own = &self.multipliers[i * change.len()..];
        let start: Vec<f64> = rows.iter().map(|&mu| own[mu]).collect();
        let fields: Vec<f64> = rows.iter().map(|&mu| fields[mu]).collect();
        let squared = squared as f64;
        let newton = if self.sweeps < COARSE {
            Newton::OnSettledFaces
        } else {
            Newton::OnNearFaces
        };
        let end = if let Some(overlaps) = &self.overlaps {
            let products = SharedProducts::new(overlaps, self.patterns, self.bias, i, rows);
            let mut block = Block::new(&products, squared, start, fields);
            block.improve(ROUNDS, newton, self.tolerance, control);
            block.into_multipliers()
        } else {
            let packed = NeuronRows::new(self.patterns, self.couplings, self.bias, i);
            let products = NeuronProducts::new(&packed, rows);
            let mut block = Block::new(&products, squared, start, fields);
            block.improve(ROUNDS, newton, self.tolerance, control);
            block.into_multipliers()
        };
        for (&mu, l) in rows.iter().zip(end) {
            change[mu] = l - own[mu];
        }
        change
    }
}
