//! Exhaustive claims about discrete weights of one neuron: the checker tries them all.

use crate::check::effort::Effort;
use crate::check::system::System;
use crate::format::problem::{CertifiedProblem, Domain};
use crate::format::refusal::Reason;

const TOO_MANY: &str = "weights to try one by one: not certified";

/// Checks that no weights of neuron `i` in the problem's domain have fewer than `bound` wrong bits; returns the elementary
/// steps taken.
///
/// # Errors
/// [`Reason::Undercut`] by weights that have fewer, [`Reason::TooLarge`] before the first step if there are more weights
/// than `effort` allows, [`Reason::Unsuitable`] for a problem without such claims.
pub(crate) fn check(
    problem: &CertifiedProblem,
    system: &System<'_>,
    i: usize,
    bound: u64,
    effort: &Effort<'_>,
) -> Result<u64, Reason> {
    let values = values(problem, system)?;
    let inputs: Vec<usize> = (0..system.neurons())
        .filter(|&j| system.allows(i, j))
        .collect();
    // The innermost level updates P fields for each of the values^inputs assignments, the outer ones at most as many.
    let steps_each = 2 * system.patterns.count() as u64;
    let assignments = (values.len() as u64).checked_pow(inputs.len() as u32);
    let work = assignments.and_then(|a| a.checked_mul(steps_each));
    let work = work.ok_or(Reason::TooLarge(TOO_MANY))?;
    effort.allows(work, TOO_MANY)?;
    let mut odometer = Odometer::new(system, i, &inputs, values);
    let mut done = 0;
    loop {
        done += steps_each;
        effort.check(done, TOO_MANY)?;
        let wrong = odometer.wrong_bits();
        if wrong < bound {
            return Err(Reason::Undercut(wrong));
        }
        if !odometer.turn() {
            return Ok(work);
        }
    }
}

/// The values that one weight can have, ascending.
fn values(problem: &CertifiedProblem, system: &System<'_>) -> Result<Vec<i64>, Reason> {
    let unsuitable = |why| Err(Reason::Unsuitable(why));
    match problem.weights {
        Domain::Real => unsuitable("real weights cannot be tried one by one"),
        _ if system.epsilon.is_some() => unsuitable("an exhaustive claim has no margin"),
        _ if system.bias => unsuitable("an exhaustive claim has no bias"),
        Domain::Binary => Ok(vec![-1, 1]),
        Domain::Integer(k) => Ok((-i64::from(k)..=i64::from(k)).collect()),
    }
}

/// All weights of one neuron, one assignment after the other, with the aligned fields that they give.
struct Odometer {
    values: Vec<i64>,
    /// By input, the coefficients ξ_i ξ_j of its weight, one a pattern.
    rows: Vec<Vec<i64>>,
    /// By pattern, the least aligned field of a right bit: 1 or 0.
    needed: Vec<i64>,
    /// By input, the place of its weight in `values`.
    digits: Vec<usize>,
    /// By pattern.
    aligned: Vec<i64>,
}

impl Odometer {
    /// All weights have their least value.
    fn new(system: &System<'_>, i: usize, inputs: &[usize], values: Vec<i64>) -> Self {
        let count = system.patterns.count();
        let sign = |mu: usize, j: usize| i64::from(system.patterns.sign(mu, j));
        let row = |&j: &usize| (0..count).map(|mu| sign(mu, i) * sign(mu, j)).collect();
        let rows: Vec<Vec<i64>> = inputs.iter().map(row).collect();
        let needed = (0..count).map(|mu| i64::from(system.is_strict(mu, i)));
        let aligned = (0..count).map(|mu| rows.iter().map(|row| values[0] * row[mu]).sum());
        Self {
            needed: needed.collect(),
            digits: vec![0; inputs.len()],
            aligned: aligned.collect(),
            values,
            rows,
        }
    }

    fn wrong_bits(&self) -> u64 {
        let fields = self.aligned.iter().zip(&self.needed);
        fields.filter(|&(field, needed)| field < needed).count() as u64
    }

    /// Goes to the next assignment; false after the last.
    fn turn(&mut self) -> bool {
        let has_next = |&d: &usize| d + 1 < self.values.len();
        let Some(last) = self.digits.iter().position(has_next) else {
            return false;
        };
        for (k, row) in self.rows.iter().enumerate().take(last + 1) {
            let next = if k < last { 0 } else { self.digits[k] + 1 };
            let change = self.values[next] - self.values[self.digits[k]];
            self.digits[k] = next;
            let fields = self.aligned.iter_mut().zip(row);
            fields.for_each(|(field, a)| *field += change * a);
        }
        true
    }
}
