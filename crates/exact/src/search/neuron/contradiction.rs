//! Rows as the hitting-set search asks them: by the min-norm point.

use super::unit::Unit;
use crate::geometry::min_norm::{Gram, MinNorm, Verdict};
use crate::search::hitting_set::{Separate, Separation};
use crate::tolerances::MARGIN_TIE;
use attractor::Control;
use attractor::clock::Instant;
use std::time::Duration;

/// Which rows contradict each other.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Contradiction {
    /// Those that cannot hold.
    Infeasible,
    /// Those that do not all have positive fields, weak rows too, by a wider margin than this, squared, or than one found
    /// meanwhile.
    NoWider(f64),
    /// The same, where weak rows may have fields of zero.
    NoWiderStrict(f64),
}

impl Contradiction {
    /// `squared_margin` is beaten by margins of its own kind; where weak rows hold by fields of zero, by any margin of
    /// all rows.
    pub(super) fn to(unit: &Unit) -> Self {
        Self::NoWider(if unit.vanishing {
            0.0
        } else {
            unit.squared_margin
        })
    }
}

/// Answers by floating point; [`crate::geometry::dependency`] settles in integers what a bound rests on.
pub(crate) struct MinNormRows<'g> {
    solver: MinNorm<'g>,
    /// Whether each margin found is the one to beat.
    rising: bool,
    effort: u64,
    pub(super) calls: u64,
    pub(super) spent: Duration,
}

impl<'g> MinNormRows<'g> {
    /// Rows of `columns` entries, with their inner products; `strict` tells which ask for `> 0`.
    pub(crate) fn new(
        (strict, columns): (&[bool], usize),
        gram: &'g Gram,
        contradiction: Contradiction,
        control: &'g Control<'g>,
    ) -> Self {
        let order = (columns + 1).min(strict.len()) as u64;
        let every = vec![true; strict.len()];
        let (strict, floor) = match contradiction {
            Contradiction::Infeasible => (strict, None),
            Contradiction::NoWider(margin) => (&every[..], Some(margin)),
            Contradiction::NoWiderStrict(margin) => (strict, Some(margin)),
        };
        let mut solver = MinNorm::new(gram, strict, columns).with_control(control);
        solver.set_floor(floor.unwrap_or(0.0) * (1.0 + MARGIN_TIE));
        Self {
            solver,
            // Weak rows may get fields of zero here, not in the final weights: those may have a smaller margin.
            rising: floor.is_some() && strict.iter().all(|&strict| strict),
            // Measured: a node of the bit-parallel search takes 80 ns, a call 40 µs at 40 columns, 250 µs at 80.
            effort: 50 + order * order / 3,
            calls: 0,
            spent: Duration::ZERO,
        }
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
