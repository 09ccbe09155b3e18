//! One neuron of a discrete network: its bits, how far their worst cues fall short, and what a change of one weight makes of
//! them.

use crate::repair::{Law, Unit};
use crate::survive::cues::{Cues, Demand};

/// The bits of one neuron, with their fields.
pub(super) struct Part {
    pub(super) cues: Cues,
    pub(super) neuron: usize,
    /// Row-major signs of the columns.
    pub(super) fields: Vec<i64>,
    /// Σ w² over the inputs.
    pub(super) square: i64,
    /// The bias, if there is one.
    pub(super) own: i64,
    /// Row k, value v from 0 to K: how many inputs help bit k by v.
    pub(super) helping: Vec<u32>,
    pub(super) loss: i64,
}

/// A weight that changes: its column in a part, and its values.
#[derive(Clone, Copy)]
pub(super) struct Change {
    pub(super) column: usize,
    pub(super) from: i32,
    pub(super) to: i32,
}

impl Part {
    pub(super) fn new(cues: Cues, neuron: usize) -> Self {
        Self {
            fields: vec![0; cues.len()],
            square: 0,
            own: 0,
            helping: Vec::new(),
            cues,
            neuron,
            loss: 0,
        }
    }

    /// Where the weight from neuron j stands (the bias for j = i).
    pub(super) fn column(&self, j: usize) -> Option<usize> {
        if j == self.neuron {
            return self.cues.bias.then_some(self.cues.inputs.len());
        }
        self.cues.inputs.binary_search(&j).ok()
    }

    pub(super) fn is_bias(&self, column: usize) -> bool {
        column == self.cues.inputs.len()
    }

    /// Counts all bits anew for these values of the columns.
    pub(super) fn count(&mut self, values: &[i32], largest: usize) {
        self.helping = vec![0; self.cues.len() * (largest + 1)];
        self.loss = 0;
        let (weights, own) = values.split_at(self.cues.inputs.len());
        self.square = weights.iter().map(|&w| i64::from(w).pow(2)).sum();
        self.own = own.first().map_or(0, |&bias| i64::from(bias));
        for k in 0..self.cues.len() {
            let row = self.cues.row(k);
            let helping = &mut self.helping[k * (largest + 1)..][..=largest];
            self.fields[k] = 0;
            for (c, &value) in values.iter().enumerate() {
                let term = i64::from(value) * row[c] as i64;
                self.fields[k] += term;
                if c < self.cues.inputs.len() && term > 0 {
                    helping[term as usize] += 1;
                }
            }
        }
        self.loss = (0..self.cues.len())
            .map(|k| self.lacking(k, largest, None))
            .sum();
    }

    /// By how much bit k's worst field falls short of 1, after a change if there is one.
    pub(super) fn lacking(&self, k: usize, largest: usize, change: Option<Change>) -> i64 {
        let helping = &self.helping[k * (largest + 1)..][..=largest];
        let (mut gone, mut come, mut field) = (0, 0, self.fields[k]);
        if let Some(change) = change {
            let sign = self.cues.row(k)[change.column] as i64;
            let (from, to) = (sign * i64::from(change.from), sign * i64::from(change.to));
            field += to - from;
            if !self.is_bias(change.column) {
                (gone, come) = (from.max(0) as usize, to.max(0) as usize);
            }
        }
        let lost = |most: usize| -> i64 {
            let (mut left, mut lost) = (most, 0);
            for v in (1..=largest).rev() {
                let there = helping[v] as usize + usize::from(v == come) - usize::from(v == gone);
                let taken = left.min(there);
                lost += (taken * v) as i64;
                left -= taken;
                if left == 0 {
                    break;
                }
            }
            lost
        };
        let Demand { flips, erasures } = self.cues.demands[k];
        let mut worst = field - 2 * lost(flips);
        if erasures > flips {
            worst = worst.min(field - lost(erasures));
        }
        (1 - worst).max(0)
    }

    /// The loss after a change.
    pub(super) fn loss_after(&self, change: Change, largest: usize) -> i64 {
        (0..self.cues.len())
            .map(|k| self.lacking(k, largest, Some(change)))
            .sum()
    }

    /// Σ w² over the inputs, and the bias, after a change.
    pub(super) fn sizes_after(&self, change: Change) -> (i64, i64) {
        let (from, to) = (i64::from(change.from), i64::from(change.to));
        if self.is_bias(change.column) {
            (self.square, self.own + to - from)
        } else {
            (self.square + to * to - from * from, self.own)
        }
    }

    /// −Σ ln Φ of all bits after a change if there is one; infinite without weights.
    pub(super) fn damage_after(&self, change: Option<Change>, law: Law) -> f64 {
        let (square, own) = change.map_or((self.square, self.own), |c| self.sizes_after(c));
        if square == 0 {
            return if self.cues.len() == 0 {
                0.0
            } else {
                f64::INFINITY
            };
        }
        let norm = (square as f64).sqrt();
        let bias = self.cues.inputs.len();
        let sign = |k: usize| {
            if self.cues.bias {
                self.cues.row(k)[bias]
            } else {
                0.0
            }
        };
        let signs: Vec<f64> = (0..self.cues.len()).map(sign).collect();
        let field = |k: usize| {
            let moved = change.map_or(0, |c| {
                self.cues.row(k)[c.column] as i64 * i64::from(c.to - c.from)
            });
            ((self.fields[k] + moved) as f64 - signs[k] * own as f64) / norm
        };
        let fields: Vec<f64> = (0..self.cues.len()).map(field).collect();
        law.loss(&Unit {
            fields: &fields,
            signs: &signs,
            bias: own as f64 / norm,
            scored: fields.len(),
        })
    }

    /// Makes the change.
    pub(super) fn apply(&mut self, change: Change, largest: usize) {
        self.loss = self.loss_after(change, largest);
        (self.square, self.own) = self.sizes_after(change);
        for k in 0..self.cues.len() {
            let sign = self.cues.row(k)[change.column] as i64;
            let (from, to) = (sign * i64::from(change.from), sign * i64::from(change.to));
            self.fields[k] += to - from;
            if self.is_bias(change.column) {
                continue;
            }
            let helping = &mut self.helping[k * (largest + 1)..][..=largest];
            if from > 0 {
                helping[from as usize] -= 1;
            }
            if to > 0 {
                helping[to as usize] += 1;
            }
        }
    }
}
