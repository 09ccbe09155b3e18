//! The rows of the bits: Eqs. 15 to 19, as they stand or substituted.

use super::{BigM, row};
use crate::milp::model::{Column, Domain, Sense};
use attractor::Ties;

impl BigM {
    /// Σ_j w_ij ξ_j^μ + b_i as terms and a constant.
    pub(super) fn field(&self, mu: usize, position: usize) -> (Vec<(usize, f64)>, f64) {
        let signed = self.weights[position]
            .iter()
            .map(|&(j, weight)| (f64::from(self.patterns.sign(mu, j)), weight));
        let bias = self.biases.get(position).map(|&bias| (1.0, bias));
        let mut constant = 0.0;
        let terms = signed
            .chain(bias)
            .map(|(sign, weight)| {
                constant += sign * weight.shift;
                (weight.column, sign * weight.scale)
            })
            .collect();
        (terms, constant)
    }

    /// The M of a neuron's rows: the largest |field| + ε, unless the user gave one.
    fn big_m(&self, position: usize) -> f64 {
        let largest = f64::from(self.options.weights.largest());
        let inputs = self.weights[position].len() + usize::from(self.options.bias);
        let tight = largest * inputs as f64 + self.options.epsilon;
        self.options.big_m.unwrap_or(tight)
    }

    /// (least sp at st = 1, the amount below 0 that sp has at st = 0): (ε, 0) by Eqs. 16 and 17; for a −1 bit under
    /// strict ties (0, ε), so that a zero field is wrong.
    fn thresholds(&self, mu: usize, i: usize) -> (f64, f64) {
        if self.options.ties == Ties::Strict && !self.patterns.is_plus(mu, i) {
            (0.0, self.options.epsilon)
        } else {
            (self.options.epsilon, 0.0)
        }
    }

    fn add_st(&mut self, mu: usize, i: usize, objective: f64) -> usize {
        let st = self.model.add_column(Column {
            name: format!("st_{mu}_{i}"),
            lower: 0.0,
            upper: 1.0,
            domain: Domain::Integer,
            objective,
        });
        self.bits.push(st);
        st
    }

    /// Eqs. 15–19 as they stand.
    pub(super) fn add_bits_faithful(&mut self) {
        for mu in 0..self.patterns.count() {
            let mut loss_terms = Vec::with_capacity(self.neurons.len() + 1);
            for position in 0..self.neurons.len() {
                let i = self.neurons[position];
                let bit = format!("{mu}_{i}");
                let sp = self.add_free(format!("sp_{bit}"), 0.0);
                let st = self.add_st(mu, i, 0.0);
                let delta = self.add_free(format!("delta_{bit}"), 0.0);
                let (mut field, _) = self.field(mu, position);
                field.push((sp, -1.0));
                let big_m = self.big_m(position);
                let (on, off) = self.thresholds(mu, i);
                let model = &mut self.model;
                model.add_row(row(format!("c15_{bit}"), Sense::Equal, 0.0), field);
                model.add_row(
                    row(format!("c16_{bit}"), Sense::AtMost, big_m - on),
                    [(sp, -1.0), (st, big_m)],
                );
                model.add_row(
                    row(format!("c17_{bit}"), Sense::AtMost, 0.0 - off),
                    [(sp, 1.0), (st, -big_m)],
                );
                model.add_row(
                    row(format!("c18_{bit}"), Sense::Equal, 1.0),
                    [(st, 2.0), (delta, -1.0)],
                );
                loss_terms.push((delta, f64::from(self.patterns.sign(mu, i))));
            }
            let loss = self.add_free(format!("loss_{mu}"), -1.0);
            loss_terms.push((loss, -1.0));
            self.model
                .add_row(row(format!("c19_{mu}"), Sense::Equal, 0.0), loss_terms);
        }
    }

    fn add_free(&mut self, name: String, objective: f64) -> usize {
        self.model.add_column(Column {
            name,
            lower: f64::NEG_INFINITY,
            upper: f64::INFINITY,
            domain: Domain::Continuous,
            objective,
        })
    }

    /// Eqs. 16 and 17 with the field in place of sp, and −Σ E_μ = Σ_μi ξ_i^μ (1 − 2 st_μi).
    pub(super) fn add_bits_compact(&mut self) {
        let mut constant = 0.0;
        for mu in 0..self.patterns.count() {
            for position in 0..self.neurons.len() {
                let i = self.neurons[position];
                let sign = f64::from(self.patterns.sign(mu, i));
                constant += sign;
                let st = self.add_st(mu, i, -2.0 * sign);
                let (field, shift) = self.field(mu, position);
                let big_m = self.big_m(position);
                let (on, off) = self.thresholds(mu, i);
                let negated = field.iter().map(|&(column, a)| (column, -a));
                let on_row = row(format!("c16_{mu}_{i}"), Sense::AtMost, big_m - on + shift);
                self.model.add_row(on_row, negated.chain([(st, big_m)]));
                let off_row = row(format!("c17_{mu}_{i}"), Sense::AtMost, 0.0 - off - shift);
                self.model
                    .add_row(off_row, field.into_iter().chain([(st, -big_m)]));
            }
        }
        // A column fixed to 1 carries the constant: not every reader of MPS and LP files knows objective offsets.
        self.model.add_column(Column {
            name: "one".to_owned(),
            lower: 1.0,
            upper: 1.0,
            domain: Domain::Continuous,
            objective: constant,
        });
    }
}
