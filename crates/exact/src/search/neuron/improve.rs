//! The incumbent of a neuron's search, before and beside it.

use super::contradiction::{Contradiction, MinNormRows};
use super::incumbent;
use super::search::{NeuronSearch, gram_of};
use crate::geometry::min_norm::MOST_ROWS;
use crate::search::hitting_set::Separate;
use attractor::clock::Instant;
use attractor::{Control, Phase};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// The effort of a continued search over the effort that goes into its incumbent, within limits.
const LOCAL_SEARCH_SHARE: u64 = 8;
const MOST_CALLS: u64 = 20_000;

impl NeuronSearch {
    /// A good incumbent: at first the greedy one, which the search itself mostly proves or beats at once; then, as far as
    /// the neuron is a hard one, a local search that takes a share of the effort.
    pub(super) fn improve(&mut self, effort: u64, control: &Control<'_>) {
        self.stuck = self.tree.is_none();
        if self.stuck && self.certified.is_empty() {
            self.bound_by_opposites();
        }
        if self.system.len() > MOST_ROWS {
            return;
        }
        let start = Instant::now();
        let gram = gram_of(&mut self.gram, &self.system, control);
        let removal = if self.started {
            let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
            rng.set_stream(self.stream);
            rng.set_word_pos(u128::from(self.effort));
            let system = (self.system.strict(), self.system.columns());
            let call = MinNormRows::new(system, gram, Contradiction::Infeasible, control).effort();
            let calls = (effort / LOCAL_SEARCH_SHARE / call).min(MOST_CALLS);
            let wrong = &self.incumbent.wrong;
            incumbent::improved(&self.system, gram, wrong, calls, &mut rng, control)
        } else {
            let (removal, conflicts) = incumbent::greedy(&self.system, gram, control);
            if let Some(tree) = &mut self.tree {
                for rows in &conflicts {
                    tree.add(rows);
                }
            }
            removal
        };
        self.started = true;
        self.accept(&removal, control);
        self.times.spend(Phase::Incumbent, start.elapsed());
    }
}
