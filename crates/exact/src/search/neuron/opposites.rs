//! A bound for neurons of too many rows for a search: equal inputs with opposite targets cannot both be right.
//!
//! Such rows are opposite, `a_r = −a_s`, and their sum is a dependency of two rows. Groups of them share no row, so what each
//! group gives up adds up.

use super::search::NeuronSearch;
use crate::geometry::dependency::Packed;
use crate::instance::Opposites;

impl NeuronSearch {
    /// The bound that opposite rows prove, with its dependencies; what is known already must be less.
    pub(super) fn bound_by_opposites(&mut self) {
        let groups = self.system.opposites();
        let pairs = groups.iter().flat_map(Opposites::pairs);
        let sum = |(r, s)| Packed::checked(&self.system, &[r, s], &[1, 1]);
        self.certified = pairs.map(sum).collect();
        if self.certified.iter().all(Option::is_some) {
            let fewest = |group: &Opposites| group.fewest(|r| self.system.weight(r));
            self.bound = groups.iter().map(fewest).sum();
            self.refutation = (0..self.certified.len()).collect();
        }
    }
}
