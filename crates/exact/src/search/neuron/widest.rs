//! The widest margin among the units with the fewest wrong bits.

use super::contradiction::Contradiction;
use super::outcome::Stage;
use super::search::{NeuronSearch, Optima};
use super::unit::Unit;
use crate::search::hitting_set::{Ending, Query};
use attractor::Control;

/// How many optimal removals, each of wider margin than those before, are looked at.
const MOST_OPTIMA: usize = 256;
/// Effort for finding them, relative to that of finding the optimum, and at least.
const OPTIMA_EFFORT: (u64, u64) = (2, 1 << 18);

impl NeuronSearch {
    /// Among the units with the fewest wrong bits takes the one of widest margin; true if all were compared. Weak rows
    /// that hold are asked for a margin like all others: only where no such unit gives them one may they vanish.
    pub fn widen(&mut self, control: &Control<'_>) -> bool {
        if self.stage() != Stage::Proven || self.optima != Optima::Unknown {
            return self.optima == Optima::All;
        }
        if self.incumbent.squared_margin == 0.0 {
            let removal = self.incumbent.wrong.clone();
            if let Some(unit) = self.realise(&removal, control) {
                self.incumbent = unit;
            }
        }
        if self.incumbent.wrong.is_empty() {
            self.optima = Optima::All;
            return true;
        }
        self.optima = Optima::Some;
        let mut all = self.compare(Contradiction::to(&self.incumbent), control);
        if self.incumbent.vanishing {
            let margin = self.incumbent.squared_margin;
            all &= self.compare(Contradiction::NoWiderStrict(margin), control);
        }
        if all {
            self.optima = Optima::All;
        }
        all
    }

    /// Takes the unit of widest margin among the optimal ones that `contradiction` leaves; true if all were seen.
    fn compare(&mut self, contradiction: Contradiction, control: &Control<'_>) -> bool {
        let effort = OPTIMA_EFFORT.1.max(OPTIMA_EFFORT.0 * self.effort);
        let query = Query {
            removed: &[],
            kept: &[],
            budget: self.bound,
            most: MOST_OPTIMA,
            effort,
        };
        // Subsystems without a wider margin are no contradictions: they leave the pool again.
        let pool = self.tree.as_ref().map_or(0, |tree| tree.pool());
        let (answer, _) = self.query(&query, contradiction, control);
        if let Some(tree) = &mut self.tree {
            tree.truncate(pool);
        }
        for removal in answer.removals.iter().rev() {
            if control.should_stop() {
                self.gram = None;
                return false;
            }
            let margin = |unit: &Unit| (!unit.vanishing, unit.squared_margin);
            if let Some(unit) = self.realise(removal, control)
                && margin(&unit) > margin(&self.incumbent)
                && self.weigh(&unit.wrong) <= self.wrong_bits
            {
                self.incumbent = unit;
            }
        }
        answer.ending == Ending::Exhausted && !answer.undecided
    }
}
