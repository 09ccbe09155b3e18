//! What stored patterns are to survive, as the user asks for it.

use anyhow::{Result, ensure};
use attractor_exact::{Survive, SurviveGoal};
use clap::Args;

/// Raw options of survival.
#[derive(Debug, Args)]
#[command(next_help_heading = "Repair")]
pub(crate) struct SurviveArgs {
    /// After the fewest wrong bits: recall every stored pattern from every cue within R flipped entries, wherever they are
    /// (`max`: the largest such R; `most:R`: as many patterns as possible). If R cannot be reached, the best below it
    #[arg(long, value_name = "R", allow_negative_numbers = true)]
    survive: Option<SurviveGoal>,

    /// The same for R unknown entries and no wrong one
    #[arg(long, value_name = "R", allow_negative_numbers = true)]
    survive_erased: Option<usize>,
}

impl SurviveArgs {
    /// What is asked for, if anything is.
    pub(super) fn asked(&self) -> Option<Survive> {
        let erasures = self.survive_erased.unwrap_or(0);
        match (self.survive, self.survive_erased) {
            (None, None) => None,
            (goal, _) => Some(Survive::new(goal.unwrap_or(SurviveGoal::All(0)), erasures)),
        }
    }

    /// Refuses survival where nobody looks after it.
    ///
    /// # Errors
    /// Names the option and the rule.
    pub(super) fn check(
        &self,
        (rule, is_exact): (&str, bool),
        is_scale_free: bool,
        is_sparse: bool,
    ) -> Result<()> {
        let erased = self.survive_erased.map(|_| "--survive-erased");
        let Some(option) = self.survive.map(|_| "--survive").or(erased) else {
            return Ok(());
        };
        ensure!(
            is_exact,
            "{option} is for --rule exact; rule {rule} cannot choose its weights by what survives"
        );
        ensure!(
            is_scale_free,
            "{option} is for the scale-free formulation; the big-M model asks for no cues"
        );
        ensure!(
            !is_sparse,
            "{option} and --sparse ask for different weights: leave out one of them"
        );
        Ok(())
    }
}
