//! The neuron's rows as the hitting-set search asks them: by the min-norm point.

use crate::control::Control;
use crate::hitting_set::{Separate, Separation};
use crate::min_norm::{Gram, MinNorm, Verdict};
use crate::neuron::System;
use crate::tolerances::MARGIN_TIE;
use std::time::{Duration, Instant};

/// Answers by floating point; [`crate::dependency`] settles in integers what a bound rests on.
pub(super) struct MinNormRows<'g> {
    solver: MinNorm<'g>,
    /// Whether each margin found is the one to beat.
    rising: bool,
    effort: u64,
    pub(super) calls: u64,
    pub(super) spent: Duration,
}

impl<'g> MinNormRows<'g> {
    pub(super) fn new(system: &System, gram: &'g Gram, control: &'g Control<'g>) -> Self {
        let order = (system.columns() + 1).min(system.len()) as u64;
        Self {
            solver: MinNorm::new(gram, system.strict(), system.columns()).with_control(control),
            rising: false,
            // Measured: a node of the bit-parallel search takes 80 ns, a call 40 µs at 40 columns, 250 µs at 80.
            effort: 50 + order * order / 3,
            calls: 0,
            spent: Duration::ZERO,
        }
    }

    /// Rows whose margin is not wider than this, or than one found meanwhile, count as contradictory.
    pub(super) fn wider_than(mut self, squared_margin: f64, system: &System) -> Self {
        self.solver.set_floor(squared_margin * (1.0 + MARGIN_TIE));
        // Weak rows may get fields of zero here, not in the final weights: those may have a smaller margin.
        self.rising = system.strict().iter().all(|&strict| strict);
        self
    }
}

impl Separate for MinNormRows<'_> {
    fn separate(
        &mut self,
        kept: &[usize],
        optional: &[usize],
        conflict: &mut Vec<usize>,
    ) -> Separation {
        let start = Instant::now();
        self.calls += 1;
        let verdict = self.solver.solve(&[kept, optional]);
        self.spent += start.elapsed();
        match verdict {
            Verdict::Dependent => {
                conflict.clear();
                conflict.extend_from_slice(self.solver.corral());
                Separation::Conflict
            }
            Verdict::Separable { squared_norm } => {
                if self.rising {
                    self.solver.set_floor(squared_norm * (1.0 + MARGIN_TIE));
                }
                Separation::Holds
            }
            Verdict::Unasked => Separation::Holds,
            Verdict::Unresolved => Separation::Undecided,
        }
    }

    fn effort(&self) -> u64 {
        self.effort
    }
}
