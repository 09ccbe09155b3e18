//! The one trait that every learning rule implements.

use super::error::TrainError;
use super::settings::Setting;
use super::trained::Trained;
use crate::control::Control;
use crate::couplings::Couplings;
use crate::patterns::Patterns;

/// A learning rule.
pub trait Rule: Send + Sync {
    /// The name on the command line and in files, for example `hebbian`.
    fn name(&self) -> &'static str;

    /// One line for people: what the rule does and where it comes from.
    fn summary(&self) -> &'static str;

    /// The numbers that are the rule's own, at their places in it; none unless it says so.
    fn settings(&mut self) -> Vec<Setting<'_>> {
        Vec::new()
    }

    /// Trains a network whose couplings are exactly `couplings`.
    ///
    /// # Errors
    /// Sizes that do not fit, or couplings or options that the rule cannot honour.
    fn train(&self, patterns: &Patterns, couplings: &Couplings) -> Result<Trained, TrainError>;

    /// [`Rule::train`] that ends with the network so far soon after `control` says stop. Rules that go through the patterns but
    /// once do not ask it.
    ///
    /// # Errors
    /// As [`Rule::train`].
    fn train_until(
        &self,
        patterns: &Patterns,
        couplings: &Couplings,
        control: &Control<'_>,
    ) -> Result<Trained, TrainError> {
        let _ = control;
        self.train(patterns, couplings)
    }
}

/// Refuses couplings of another size than the patterns.
///
/// # Errors
/// [`TrainError::Size`].
pub fn check_sizes(patterns: &Patterns, couplings: &Couplings) -> Result<(), TrainError> {
    if patterns.neurons() == couplings.neurons() {
        return Ok(());
    }
    Err(TrainError::Size {
        couplings: couplings.neurons(),
        patterns: patterns.neurons(),
    })
}
