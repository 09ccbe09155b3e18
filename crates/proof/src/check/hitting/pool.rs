//! Pool: dependencies as sets of elements, and elements as sets of dependencies.

use attractor::kernels::bits;

/// Dependencies, as sets of elements, and the elements as sets of dependencies.
pub(super) struct DependencyPool {
    /// Those with the fewest open elements first.
    members: Vec<u64>,
    /// Their local indices in the family.
    pub(super) origin: Vec<usize>,
    containing: Vec<u64>,
    pub(super) count: usize,
    /// Words of a set of elements.
    pub(super) wide: usize,
    /// Words of a set of dependencies.
    pub(super) deep: usize,
}

impl DependencyPool {
    /// Of sets with their local indices in the family, in this order.
    pub(super) fn of(order: &[(usize, &[u64])], open: &[u64], elements: usize) -> Self {
        let (wide, deep) = (open.len(), order.len().div_ceil(64));
        let mut containing = vec![0; elements * deep];
        for (k, (_, set)) in order.iter().enumerate() {
            for (word, (s, o)) in set.iter().zip(open).enumerate() {
                for e in bits::ones_of(s & o) {
                    bits::put(&mut containing[(64 * word + e) * deep..], k);
                }
            }
        }
        Self {
            members: order.iter().flat_map(|&(_, set)| set).copied().collect(),
            origin: order.iter().map(|&(d, _)| d).collect(),
            containing,
            count: order.len(),
            wide,
            deep,
        }
    }

    #[inline]
    pub(super) fn member(&self, k: usize) -> &[u64] {
        &self.members[k * self.wide..][..self.wide]
    }

    #[inline]
    pub(super) fn containing(&self, e: usize) -> &[u64] {
        &self.containing[e * self.deep..][..self.deep]
    }

    /// Elementary steps of making it.
    pub(super) fn work(&self) -> u64 {
        (2 * self.members.len() + self.containing.len()) as u64
    }
}
