//! One stored pattern's fields in whole numbers, so that a search may add and take away as often as it likes.
//!
//! Each row of terms c_j = ξ_i w_ij ξ_j is multiplied by a power of two and rounded to whole numbers: terms up and the field
//! down, so that a bit that is found to be right is right. Rows on a grid, such as integers, lose nothing; of other rows a
//! field that rounding leaves open is summed exactly.

use crate::fields::Fields;
use crate::patterns::Patterns;
use crate::ties::Ties;
use std::cmp::Ordering;

/// Digits of a row's magnitude. Three times as much must fit into an i64.
const DIGITS: i32 = 58;
/// The largest power of two by which weights are multiplied, itself an f64.
const MOST_SCALE: i32 = 1000;

/// The fields of one stored pattern.
pub(super) struct Whole<'a> {
    exact: &'a Fields<'a>,
    neurons: usize,
    /// Entry j·N + i: the term of input j to neuron i, rounded up.
    terms: Vec<i64>,
    /// The aligned field of the pattern itself, rounded down.
    fields: Vec<i64>,
    /// Terms of a row that were rounded.
    rounded: Vec<i64>,
    is_plus: Vec<bool>,
    ties: Ties,
}

/// What an update makes of a bit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bit {
    /// Right, by the tie rule.
    Right,
    /// Wrong in every recall.
    Wrong,
    /// A field of zero that recall makes right, and that the tie rule does not count as right.
    Open,
}

/// Damage: entries, and by how many times its term each lowers a field.
#[derive(Clone, Copy)]
pub(super) struct Entries<'a> {
    pub(super) at: &'a [usize],
    pub(super) factor: i64,
}

impl<'a> Whole<'a> {
    pub(super) fn of(exact: &'a Fields<'a>, patterns: &Patterns, mu: usize, ties: Ties) -> Self {
        let network = exact.network();
        let neurons = network.neurons();
        let mut whole = Self {
            exact,
            neurons,
            terms: vec![0; neurons * neurons],
            fields: vec![0; neurons],
            rounded: vec![0; neurons],
            is_plus: (0..neurons).map(|i| patterns.is_plus(mu, i)).collect(),
            ties,
        };
        for i in 0..neurons {
            let (row, bias) = (network.row(i), network.biases()[i]);
            let scale = 2f64.powi(exponent(row, bias));
            let own = f64::from(patterns.sign(mu, i));
            let [down, up] = whole_between(own * bias, scale);
            whole.fields[i] = down;
            whole.rounded[i] = up - down;
            for (j, &w) in row.iter().enumerate() {
                let [down, up] = whole_between(own * w * f64::from(patterns.sign(mu, j)), scale);
                whole.terms[j * neurons + i] = up;
                whole.fields[i] += down;
                whole.rounded[i] += up - down;
            }
        }
        whole
    }

    /// What the term of input j gives to neuron i, rounded up.
    pub(super) fn term(&self, i: usize, j: usize) -> i64 {
        self.terms[j * self.neurons + i]
    }

    /// The least loss of its field with which bit i is no longer sure to be right.
    pub(super) fn need(&self, i: usize) -> i64 {
        let holds_at_zero = self.ties == Ties::Negative && !self.is_plus[i];
        self.fields[i] + i64::from(holds_at_zero)
    }

    /// By how much each field is lowered.
    fn losses(&self, damage: Entries<'_>) -> Vec<i64> {
        let mut losses = vec![0; self.neurons];
        for &j in damage.at {
            self.lose(&mut losses, j, damage.factor);
        }
        losses
    }

    fn lose(&self, losses: &mut [i64], j: usize, factor: i64) {
        let column = &self.terms[j * self.neurons..][..self.neurons];
        for (loss, term) in losses.iter_mut().zip(column) {
            *loss += factor * term;
        }
    }

    /// What an update makes of bit i after such a loss, by damage of so many times each term.
    fn updated(&self, i: usize, loss: i64, factors: &[i64]) -> Bit {
        let (least, is_plus) = (self.fields[i] - loss, self.is_plus[i]);
        if self.ties.holds(least.cmp(&0), is_plus) {
            return Bit::Right;
        }
        // Each rounded term counts once, or twice where it is flipped.
        if least + 2 * self.rounded[i] < 0 {
            return Bit::Wrong;
        }
        let aligned = self.exact_sign(i, factors);
        if self.ties.holds(aligned, is_plus) {
            Bit::Right
        } else if !Ties::Negative.holds(aligned, is_plus) {
            Bit::Wrong
        } else {
            Bit::Open
        }
    }

    /// The sign of the aligned field, without rounding.
    fn exact_sign(&self, i: usize, factors: &[i64]) -> Ordering {
        let words = |is_set: &dyn Fn(usize) -> bool| -> Vec<u64> {
            let starts = (0..self.neurons).step_by(64);
            starts
                .map(|start| {
                    let bits = start..self.neurons.min(start + 64);
                    bits.filter(|&j| is_set(j))
                        .fold(0, |word, j| word | 1 << (j - start))
                })
                .collect()
        };
        let bits = words(&|j| self.is_plus[j] != (factors[j] == 2));
        let known = words(&|j| factors[j] != 1);
        let known = factors.contains(&1).then_some(&known[..]);
        let sign = self.exact.sign(i, &bits, known);
        if self.is_plus[i] {
            sign
        } else {
            sign.reverse()
        }
    }

    fn factors(&self, damage: Entries<'_>) -> Vec<i64> {
        let mut factors = vec![0; self.neurons];
        for &j in damage.at {
            factors[j] = damage.factor;
        }
        factors
    }

    /// The bits that are not sure to be right after one synchronous step, and whether all of them are surely wrong.
    pub(super) fn step(&self, damage: Entries<'_>) -> (Vec<usize>, bool) {
        let factors = self.factors(damage);
        let losses = self.losses(damage);
        let bits = losses.iter().enumerate();
        let bits: Vec<(usize, Bit)> = bits
            .map(|(i, &loss)| (i, self.updated(i, loss, &factors)))
            .collect();
        let is_sure = bits.iter().all(|&(_, bit)| bit != Bit::Open);
        let broken = bits.into_iter().filter(|&(_, bit)| bit != Bit::Right);
        (broken.map(|(i, _)| i).collect(), is_sure)
    }

    /// The wrong bits after a sweep in an order that does harm: a right bit that would break goes first, then one that stays
    /// wrong, and only then one that is repaired. None where an update is open.
    pub(super) fn harmful_sweep(&self, damage: Entries<'_>) -> Option<Vec<usize>> {
        let mut losses = self.losses(damage);
        let mut factors = self.factors(damage);
        let mut waiting: Vec<usize> = (0..self.neurons).collect();
        while !waiting.is_empty() {
            let mut next: Option<(u8, usize, i64)> = None;
            for (place, &i) in waiting.iter().enumerate() {
                let (rank, factor) = match (self.updated(i, losses[i], &factors), factors[i]) {
                    (Bit::Open, _) => return None,
                    (Bit::Wrong, 2) => (1, 2),
                    (Bit::Wrong, _) => (0, 2),
                    (Bit::Right, 0) => (2, 0),
                    (Bit::Right, _) => (3, 0),
                };
                if next.is_none_or(|(best, ..)| rank < best) {
                    next = Some((rank, place, factor));
                }
            }
            let (_, place, factor) = next?;
            let i = waiting.swap_remove(place);
            self.lose(&mut losses, i, factor - factors[i]);
            factors[i] = factor;
        }
        let wrong = (0..self.neurons).filter(|&i| factors[i] == 2);
        Some(wrong.collect())
    }
}

/// The power of two that makes a row's magnitude less than 2^[`DIGITS`].
fn exponent(row: &[f64], bias: f64) -> i32 {
    let terms = || row.iter().chain([&bias]).map(|w| w.abs());
    let magnitude: f64 = terms().sum();
    let above = if magnitude.is_finite() {
        magnitude
    } else {
        // Half the largest term, times at least the number of terms twice over.
        terms().fold(0.0, f64::max) / 2.0
    };
    let spare = if magnitude.is_finite() {
        1
    } else {
        (row.len() + 1).ilog2() as i32 + 3
    };
    if above == 0.0 {
        return 0;
    }
    // log2 of a subnormal is right to a fraction of one; rounding it up costs a digit.
    (DIGITS - spare - above.log2().ceil() as i32).min(MOST_SCALE)
}

/// The whole numbers below and above x·scale, the same if it is one. `scale` is a power of two, so that the product is exact
/// unless it underflows to zero.
fn whole_between(x: f64, scale: f64) -> [i64; 2] {
    let product = x * scale;
    if x != 0.0 && product.abs() < 1.0 {
        return if x > 0.0 { [0, 1] } else { [-1, 0] };
    }
    [product.floor() as i64, product.ceil() as i64]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::Network;

    #[test]
    fn whole_numbers_enclose_what_is_scaled() {
        assert_eq!(whole_between(0.75, 4.0), [3, 3]);
        assert_eq!(whole_between(-0.8, 4.0), [-4, -3]);
        assert_eq!(whole_between(1e-300, 2f64.powi(-100)), [0, 1]);
        assert_eq!(whole_between(-5e-324, 2f64.powi(-900)), [-1, 0]);
        assert_eq!(whole_between(0.0, 2f64.powi(900)), [0, 0]);
    }

    #[test]
    fn rows_of_every_magnitude_fit() {
        for row in [
            vec![1.0; 5],
            vec![f64::MAX; 3000],
            vec![5e-324; 7],
            vec![1e300, 1e-300, -3.0],
            vec![0.0; 2],
        ] {
            let scale = 2f64.powi(exponent(&row, 0.5 * row[0]));
            assert!(scale.is_normal());
            let terms = row.iter().map(|&w| whole_between(w, scale)[1]);
            let sum: i128 = terms.map(i128::from).sum();
            assert!(sum < 1 << DIGITS, "{sum}");
        }
    }

    #[test]
    fn a_grid_is_kept() {
        let weights = vec![0.0, 3.0, -1.5, 3.0, 0.0, 0.25, -1.5, 0.25, 0.0];
        let network =
            Network::new(crate::Symmetry::Symmetric, weights, vec![0.0, 1.0, 0.0]).unwrap();
        let patterns = Patterns::from_signs(1, 3, &[1, 1, -1]).unwrap();
        let exact = Fields::new(&network);
        let whole = Whole::of(&exact, &patterns, 0, Ties::Negative);
        assert_eq!(whole.rounded, [0; 3]);
        // Fields 4.5, 3.75 and 1.25.
        assert!(whole.fields.iter().all(|&field| field > 0));
        assert_eq!(whole.fields[0], 3 * whole.term(0, 2));
    }
}
