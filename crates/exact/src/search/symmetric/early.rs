//! First incumbents, before it is tried to store every bit: that may take long and leave nothing.
//!
//! A stop then leaves a network that is no worse than those of the fast rules. The search offers the same rules' networks
//! later, but does not begin from what is found here: its answer is the same whether the rules were asked early or not.

use super::coupled::Coupled;
use super::incumbents::best_network::BestNetwork;
use super::incumbents::classical::{RuleNetwork, fast_rules};
use super::incumbents::{IncumbentSearch, Turn, WORK, first_seconds, stream};
use crate::budget;
use crate::instance::Instance;
use attractor::{Control, TrainError, Trained};

/// The best network so far, and the networks of the rules that were asked.
pub(crate) struct Early {
    pub(super) best: Trained,
    pub(super) rules: Vec<RuleNetwork>,
}

impl Early {
    /// A network with the problem's couplings, on the grid, counted on its patterns.
    pub(crate) fn new(best: Trained) -> Self {
        Self {
            best,
            rules: Vec::new(),
        }
    }

    /// The best network.
    pub(crate) fn best(&self) -> &Trained {
        &self.best
    }

    /// Wrong bits of the best network.
    pub(crate) fn wrong(&self) -> usize {
        self.best.total.wrong_bits
    }

    /// Asks the fast rules, and descends once where that is fast.
    ///
    /// # Errors
    /// Those of the rules.
    pub(crate) fn search(
        &mut self,
        problem: &Instance<'_>,
        seed: u64,
        control: &Control<'_>,
    ) -> Result<(), TrainError> {
        let Some(coupled) = Coupled::new(problem, control) else {
            return Ok(());
        };
        let most = budget::early(control);
        let mut incumbent = BestNetwork::new(&problem.patterns, self.best.clone());
        let mut other = incumbent.clone();
        let (rules, ()) = rayon::join(
            || {
                let rules = fast_rules(problem, seed, most, control)?;
                for rule in &rules {
                    rule.offer(&coupled, &mut incumbent);
                }
                Ok::<_, TrainError>(rules)
            },
            || {
                if first_seconds(&coupled) <= most.as_secs_f64() {
                    IncumbentSearch::new(&coupled, stream(seed, 2)).run(
                        Turn::Short,
                        WORK,
                        &mut other,
                        control,
                    );
                }
            },
        );
        self.rules = rules?;
        incumbent.merge(other);
        self.best = incumbent.into_best();
        Ok(())
    }
}
