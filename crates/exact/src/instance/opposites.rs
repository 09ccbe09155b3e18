//! Opposite rows of one neuron: equal inputs with opposite targets.

/// Rows of a neuron that are equal up to their sign, side by side: `[a, −a]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Opposites {
    /// The rows that ask for `> 0`.
    pub(super) strict: [Option<usize>; 2],
    /// The rows that ask for `≥ 0`.
    pub(super) weak: [Option<usize>; 2],
}

impl Opposites {
    /// The pairs that cannot both hold: opposite, and one of them strict; the ends of their path (see [`Self::fewest`])
    /// first, so that weights given in this order add up to the most.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (usize, usize)> {
        let ([a, b], [weak_a, weak_b]) = (self.strict, self.weak);
        let pairs = [(a, weak_b), (weak_a, b), (a, b)];
        pairs.into_iter().filter_map(|(r, s)| r.zip(s))
    }

    /// The least weight of rows that meet every pair. The pairs are a path weak a, −a, a, weak −a, which has three minimal
    /// covers.
    pub(crate) fn fewest(&self, weight: impl Fn(usize) -> u32) -> u32 {
        let [[a, b], [weak_a, weak_b]] =
            [self.strict, self.weak].map(|rows| rows.map(|row| row.map_or(0, &weight)));
        (a + b).min(a + weak_a).min(b + weak_b)
    }
}
