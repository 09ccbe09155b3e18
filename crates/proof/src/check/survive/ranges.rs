//! Ranges: which values the whole weights of one neuron have in one part of a tree.

use crate::format::problem::Domain;

/// Ranges of the weights of one neuron, and what is left to be covered after them.
pub(super) struct Ranges {
    binary: bool,
    /// K.
    largest: i128,
    /// By column, the numbers of the first value and of the one after the last, among all values ascending.
    own: Vec<(u32, u32)>,
    /// Second children that wait, each with the splits above it: (column, its range before, the range of the second child).
    splits: Vec<Split>,
    covered: bool,
}

struct Split {
    column: usize,
    before: (u32, u32),
    /// The range of the second child, until that is begun.
    second: Option<(u32, u32)>,
}

impl Ranges {
    /// All values of so many inputs, and of a bias if there is one. Real weights have one value here, which no split divides.
    pub(super) fn all(domain: Domain, inputs: usize, bias: bool) -> Self {
        let (values, largest) = match domain {
            Domain::Real => (1, 0),
            Domain::Binary => (2, 1),
            Domain::Integer(k) => (2 * k + 1, i128::from(k)),
        };
        Self {
            binary: domain == Domain::Binary,
            largest,
            own: vec![(0, values); inputs + usize::from(bias)],
            splits: Vec::new(),
            covered: false,
        }
    }

    /// Whether every part has been closed.
    pub(super) fn are_covered(&self) -> bool {
        self.covered
    }

    /// Goes to the part where the weight of `column` is among its `count` least values; false if it is always or never.
    pub(super) fn split(&mut self, column: usize, count: u32) -> bool {
        let before = self.own[column];
        let is_within = before.0 < count && count < before.1;
        if is_within {
            self.own[column].1 = count;
            self.splits.push(Split {
                column,
                before,
                second: Some((count, before.1)),
            });
        }
        is_within
    }

    /// Leaves the part, for the next one that waits.
    pub(super) fn close(&mut self) {
        while let Some(split) = self.splits.last_mut() {
            if let Some(second) = split.second.take() {
                self.own[split.column] = second;
                return;
            }
            self.own[split.column] = split.before;
            self.splits.pop();
        }
        self.covered = true;
    }

    fn value(&self, number: u32) -> i128 {
        if self.binary {
            2 * i128::from(number) - 1
        } else {
            i128::from(number) - self.largest
        }
    }

    /// The most that the sum of the weights times these numbers can be; a bias comes last.
    pub(super) fn most(&self, sums: &[i128]) -> i128 {
        let most = |(&c, &(first, end)): (&i128, &(u32, u32))| {
            (c * self.value(first)).max(c * self.value(end - 1))
        };
        sums.iter().zip(&self.own).map(most).sum()
    }
}
