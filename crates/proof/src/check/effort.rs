//! Effort: how many elementary steps a search may take, whether it is asked to stop, and what it took.

use crate::format::refusal::Reason;
use attractor::Control;
use std::cell::Cell;

/// Elementary steps between two questions whether to stop: about a millisecond. More delay a stop; fewer spend time on asking.
const STEPS_BETWEEN: u64 = 1 << 20;

/// What a search took.
pub(crate) struct Searched {
    /// Elementary steps.
    pub(crate) work: u64,
    /// Local indices of dependencies that suffice for the same search.
    pub(crate) dependencies: Vec<usize>,
    /// The same of lemmas.
    pub(crate) lemmas: Vec<usize>,
}

/// A budget of elementary steps. The checker has no other limit; a builder may be stopped from outside, too.
pub(crate) struct Effort<'a> {
    steps: u64,
    control: Option<&'a Control<'a>>,
    next: Cell<u64>,
}

impl<'a> Effort<'a> {
    /// Nothing but `steps` ends it.
    pub(crate) fn steps(steps: u64) -> Self {
        Self {
            steps,
            control: None,
            next: Cell::new(STEPS_BETWEEN),
        }
    }

    /// Ends as well when `control` says so.
    pub(crate) fn until(steps: u64, control: &'a Control<'a>) -> Self {
        Self {
            control: Some(control),
            ..Self::steps(steps)
        }
    }

    /// # Errors
    /// [`Reason::TooLarge`] of `what` if `work` is beyond the budget.
    pub(crate) fn allows(&self, work: u64, what: &'static str) -> Result<(), Reason> {
        (work <= self.steps)
            .then_some(())
            .ok_or(Reason::TooLarge(what))
    }

    /// # Errors
    /// [`Reason::TooLarge`] of `what` if the `work` done so far is beyond the budget or a stop is asked for.
    pub(crate) fn check(&self, work: u64, what: &'static str) -> Result<(), Reason> {
        self.allows(work, what)?;
        match self.control {
            Some(control) if work >= self.next.get() => {
                self.next.set(work + STEPS_BETWEEN);
                if control.should_stop() {
                    return Err(Reason::TooLarge(what));
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }
}
