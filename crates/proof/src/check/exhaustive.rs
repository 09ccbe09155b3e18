//! Exhaustive claims about discrete weights of one neuron: the checker tries them all.

use crate::check::effort::Effort;
use crate::check::system::System;
use crate::format::certificate::{Domain, Problem};
use crate::format::refusal::Reason;

const TOO_MANY: &str = "weights to try one by one: not certified";

/// Checks that no weights of neuron `i` in the problem's domain have fewer than `bound` wrong bits, if that takes at
/// most so many steps; returns the steps taken.
pub(crate) fn check(
    problem: &Problem,
    system: &System<'_>,
    i: usize,
    bound: u64,
    effort: &Effort<'_>,
) -> Result<u64, Reason> {
    let values: Vec<i64> = match problem.weights {
        Domain::Real => {
            return Err(Reason::Unsuitable(
                "real weights cannot be tried one by one",
            ));
        }
        _ if system.epsilon.is_some() => {
            return Err(Reason::Unsuitable("an exhaustive claim has no margin"));
        }
        _ if system.bias => return Err(Reason::Unsuitable("an exhaustive claim has no bias")),
        Domain::Binary => vec![-1, 1],
        Domain::Integer(k) => (-i64::from(k)..=i64::from(k)).collect(),
    };
    let inputs: Vec<usize> = (0..system.neurons())
        .filter(|&j| system.allows(i, j))
        .collect();
    let count = system.patterns.count();
    // The innermost level updates P fields for each of the values^inputs assignments, the outer ones at most as many.
    let assignments = (values.len() as u64).checked_pow(inputs.len() as u32);
    let work = assignments.and_then(|a| a.checked_mul(2 * count as u64));
    let work = work.ok_or(Reason::TooLarge(TOO_MANY))?;
    effort.allows(work, TOO_MANY)?;
    let sign = |mu: usize, j: usize| i64::from(system.patterns.sign(mu, j));
    let rows: Vec<Vec<i64>> = inputs
        .iter()
        .map(|&j| (0..count).map(|mu| sign(mu, i) * sign(mu, j)).collect())
        .collect();
    let strict: Vec<i64> = (0..count)
        .map(|mu| i64::from(system.is_strict(mu, i)))
        .collect();
    // An odometer over the weights, all at their least value at first.
    let mut digits = vec![0usize; inputs.len()];
    let mut aligned: Vec<i64> = (0..count)
        .map(|mu| rows.iter().map(|row| values[0] * row[mu]).sum())
        .collect();
    let mut done = 0;
    loop {
        done += 2 * count as u64;
        effort.check(done, TOO_MANY)?;
        let wrong = aligned.iter().zip(&strict).filter(|&(h, s)| h < s).count() as u64;
        if wrong < bound {
            return Err(Reason::Undercut(wrong));
        }
        let Some(turn) = digits.iter().position(|&d| d + 1 < values.len()) else {
            return Ok(work);
        };
        for (k, row) in rows.iter().enumerate().take(turn + 1) {
            let next = if k < turn { 0 } else { digits[k] + 1 };
            let change = values[next] - values[digits[k]];
            digits[k] = next;
            aligned
                .iter_mut()
                .zip(row)
                .for_each(|(h, a)| *h += change * a);
        }
    }
}

/// Whether a weight (or bias) has a value of the domain.
pub(crate) fn contains(domain: Domain, value: f64) -> bool {
    match domain {
        Domain::Real => true,
        Domain::Binary => value.abs() == 1.0,
        Domain::Integer(k) => value.fract() == 0.0 && value.abs() <= f64::from(k),
    }
}
