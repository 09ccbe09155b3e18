//! The one geometric primitive: the point of least norm of a convex hull (Wolfe 1976).
//!
//! Given rows `a_r`, some of them *strict* (`a_r·w > 0` is asked for) and the others *weak*
//! (`a_r·w ≥ 0`), [`MinNorm`] finds the point `x` of least norm of
//!
//! > conv{`a_r` : r strict} + cone{`a_r` : r weak}.
//!
//! Either `x ≠ 0`; then `w = x` holds every row, and where all rows are strict it is the
//! separator of widest margin, `κ = |x|`. Or `x = 0`; then the *corral*, the few rows that
//! carry `x`, is an irreducible infeasible subsystem (IIS): `Σ λ_r a_r = 0` with `λ > 0`, at
//! least one of its rows strict, and no smaller subset of it contradictory.
//!
//! Only the Gram matrix is needed (`gram`). With `e_r = 1` for strict and `0` for weak rows and `C` the
//! corral, `E = e eᵀ + G_CC` is positive definite, and the nearest point of the affine hull has
//! multipliers `u / eᵀu` with `E u = e`. The Cholesky factor of `E` is updated as rows enter
//! and leave (`factor`), so a major cycle costs `O(|C|² + |C|·P)`, most of it for the row that falls
//! furthest short (`candidates`).
//!
//! With a [floor](MinNorm::set_floor) above zero the call ends as soon as `|x|` is at most the floor: no weights hold the
//! corral's rows by a wider margin, and it has fewer rows than an IIS.
//!
//! The state survives a call: the next one starts from what is left of the corral. The verdict
//! is a floating-point one: a claim that rests on it is proven in integers first.

mod candidates;
mod factor;
pub(crate) mod generated;
mod gram;
#[cfg(test)]
mod tests;

pub(crate) use gram::{Fields, Gram, MOST_ROWS};

use crate::tolerances::{MULTIPLIER, ORIGIN, PIVOT, VIOLATION};
use attractor::Control;
use attractor::kernels::vectors::with_vectors;
use candidates::{Candidates, Role};
use factor::Factor;
use std::sync::Arc;

/// Calls after which the factor is computed anew, which costs a tenth of a call. Larger: it loses digits. Smaller: more time.
const REFACTOR: u64 = 16;

/// What [`MinNorm::solve`] found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Verdict {
    /// The nearest point is not the origin: `w = Σ λ_r a_r` holds every row.
    Separable {
        /// `|x|²`; where all rows are strict, its root is the widest margin of unit weights.
        squared_norm: f64,
    },
    /// The origin is reached: the corral is an IIS with multipliers `λ`. Or the floor: no
    /// weights hold the corral's rows by a wider margin.
    Dependent,
    /// No strict row was asked for: zero weights hold them all.
    Unasked,
    /// Rounding or a stop ended the iteration before it was decided.
    Unresolved,
}

/// Wolfe's algorithm over a Gram matrix, warm from call to call.
#[derive(Clone)]
pub(crate) struct MinNorm<'g> {
    gram: &'g Gram,
    sparse: Option<Arc<dyn Fields + 'g>>,
    scratch: Vec<f64>,
    /// `e_r`: 1 for strict rows, 0 for weak ones and for padding.
    strict: Vec<f64>,
    scale: f64,
    floor: f64,
    corral: Vec<usize>,
    multipliers: Vec<f64>,
    /// Most rows that a corral can have.
    most: usize,
    /// Of the corral's `E`.
    factor: Factor,
    /// `eᵀu`, which is `1 / (1 + |x|²)`.
    total: f64,
    fields: Vec<f64>,
    candidates: Candidates,
    cycles: u64,
    calls: u64,
    control: Option<&'g Control<'g>>,
}

impl<'g> MinNorm<'g> {
    /// A solver for the rows of `gram`, which live in `dimension` dimensions; `strict[r]` tells
    /// whether row `r` asks for `> 0` (else `≥ 0`).
    pub(crate) fn new(gram: &'g Gram, strict: &[bool], dimension: usize) -> Self {
        let size = gram.size();
        let most = size.min(dimension + 1).max(1);
        let scale = (0..size).map(|r| gram.row(r)[r]).fold(1.0, f64::max);
        let padding = gram.stride() - size;
        let strict = strict.iter().map(|&s| f64::from(u8::from(s)));
        Self {
            gram,
            sparse: None,
            scratch: Vec::new(),
            strict: strict.chain(std::iter::repeat_n(0.0, padding)).collect(),
            scale,
            floor: 0.0,
            corral: Vec::with_capacity(most),
            multipliers: Vec::with_capacity(most),
            most,
            factor: Factor::new(most),
            total: 0.0,
            fields: vec![0.0; gram.stride()],
            candidates: Candidates::new(size),
            cycles: 0,
            calls: 0,
            control: None,
        }
    }

    /// Squared norm down to which a nearest point counts as the origin; zero at first.
    pub(crate) fn set_floor(&mut self, squared_norm: f64) {
        self.floor = squared_norm;
    }

    /// Takes the rows' products from `sparse`, which stands for the same rows as the Gram matrix.
    #[must_use]
    pub(crate) fn with_fields(mut self, sparse: Arc<dyn Fields + 'g>) -> Self {
        self.scratch = vec![0.0; sparse.scratch()];
        self.sparse = Some(sparse);
        self
    }

    /// Calls end as [`Verdict::Unresolved`] soon after `control` says stop.
    #[must_use]
    pub(crate) fn with_control(mut self, control: &'g Control<'g>) -> Self {
        self.control = Some(control);
        self
    }

    /// The rows that carry the nearest point, in the order of [`Self::multipliers`].
    pub(crate) fn corral(&self) -> &[usize] {
        &self.corral
    }

    /// The multipliers `λ` of the corral; those of strict rows sum to one.
    pub(crate) fn multipliers(&self) -> &[f64] {
        &self.multipliers
    }

    /// `a_r·x` of every row of the Gram matrix, asked for or not.
    pub(crate) fn fields(&self) -> &[f64] {
        &self.fields[..self.gram.size()]
    }

    /// Calls of [`Self::solve`] since the solver was made.
    pub(crate) fn calls(&self) -> u64 {
        self.calls
    }

    /// Major cycles since the solver was made.
    pub(crate) fn cycles(&self) -> u64 {
        self.cycles
    }

    /// Finds the nearest point over the rows listed in `tiers`, each at most once.
    ///
    /// Rows of an earlier tier enter the corral before those of a later one, so that an IIS
    /// holds few rows of the last tiers. The corral of the last call is kept as far as its
    /// rows are listed; [`Self::retain`] forgets more of it.
    pub(crate) fn solve(&mut self, tiers: &[&[usize]]) -> Verdict {
        with_vectors(
            #[inline(always)]
            || self.solve_with_vectors(tiers),
        )
    }

    #[inline(always)]
    fn solve_with_vectors(&mut self, tiers: &[&[usize]]) -> Verdict {
        self.calls += 1;
        if self.calls.is_multiple_of(REFACTOR) {
            self.refactor();
        }
        self.candidates.list(tiers, self.gram.stride());
        let candidates = std::mem::take(&mut self.candidates);
        self.retain(|r| candidates.is_active(r));
        self.candidates = candidates;
        for &r in &self.corral {
            self.candidates.set(r, Role::Corral);
        }
        let warm = !self.corral.is_empty();
        let verdict = self.iterate(tiers);
        if verdict != Verdict::Unresolved || !warm {
            return verdict;
        }
        // The updated factor has lost too many digits: once more from the start.
        self.candidates.list(tiers, self.gram.stride());
        self.clear();
        self.iterate(tiers)
    }

    /// Wolfe's major cycles: to the nearest point of the corral's hull, then the row that falls furthest short of it
    /// enters.
    #[inline(always)]
    fn iterate(&mut self, tiers: &[&[usize]]) -> Verdict {
        if self.corral.is_empty() {
            let strict = |r: &&usize| self.strict[**r] > 0.0;
            let Some(&first) = tiers.iter().copied().flatten().find(strict) else {
                return Verdict::Unasked;
            };
            self.append(first);
            self.candidates.set(first, Role::Corral);
            self.multipliers[0] = 1.0;
        }
        let limit = 100 + 20 * self.most;
        for _ in 0..limit {
            self.cycles += 1;
            if self.stopped() {
                return Verdict::Unresolved;
            }
            self.move_to_affine_minimum();
            if self.floor > 0.0 && self.total.recip() - 1.0 <= self.floor {
                return Verdict::Dependent;
            }
            self.compute_fields();
            let squared_norm = self.squared_norm();
            let Some(entering) = self.most_violated(squared_norm) else {
                return if squared_norm <= ORIGIN * self.scale {
                    Verdict::Dependent
                } else if self.candidates.has_barred() {
                    Verdict::Unresolved
                } else {
                    Verdict::Separable { squared_norm }
                };
            };
            let joins = self.append(entering);
            let role = if joins { Role::Corral } else { Role::Barred };
            self.candidates.set(entering, role);
        }
        Verdict::Unresolved
    }

    fn stopped(&self) -> bool {
        self.cycles.is_multiple_of(32) && self.control.is_some_and(Control::should_stop)
    }

    /// Wolfe's minor cycles: towards the nearest point of the affine hull of the corral, rows
    /// leaving it whenever their multiplier would become negative.
    #[inline(always)]
    fn move_to_affine_minimum(&mut self) {
        loop {
            self.affine_minimum();
            let target = self.factor.solution();
            let mut step = 1.0_f64;
            let mut leaving = None;
            for (position, (&l, &u)) in self.multipliers.iter().zip(target).enumerate() {
                if u <= MULTIPLIER {
                    let ratio = if l > u { l / (l - u) } else { 0.0 };
                    if leaving.is_none() || ratio < step {
                        step = ratio.min(1.0);
                        leaving = Some(position);
                    }
                }
            }
            let Some(leaving) = leaving else {
                self.multipliers.copy_from_slice(target);
                return;
            };
            for (l, &u) in self.multipliers.iter_mut().zip(target) {
                *l += step * (u - *l);
            }
            self.candidates.set(self.corral[leaving], Role::Active);
            self.delete(leaving);
        }
    }

    /// `u / eᵀu` with `E u = e`, in place of the factor's solution.
    #[inline(always)]
    fn affine_minimum(&mut self) {
        let u = self.factor.solve();
        let carried = self.corral.iter().zip(&*u);
        self.total = carried.map(|(&r, u)| self.strict[r] * u).sum();
        for u in u {
            *u /= self.total;
        }
    }

    #[inline(always)]
    fn compute_fields(&mut self) {
        let (corral, multipliers) = (&self.corral, &self.multipliers);
        match &self.sparse {
            Some(sparse) => {
                let fields = &mut self.fields[..self.gram.size()];
                sparse.fields(corral, multipliers, &mut self.scratch, fields);
            }
            None => self.gram.fields(corral, multipliers, &mut self.fields),
        }
    }

    #[inline(always)]
    fn squared_norm(&self) -> f64 {
        self.corral
            .iter()
            .zip(&self.multipliers)
            .map(|(&r, l)| l * self.fields[r])
            .sum()
    }

    #[inline(always)]
    fn most_violated(&self, squared_norm: f64) -> Option<usize> {
        let tolerance = VIOLATION * self.scale;
        self.candidates
            .most_violated(&self.fields, &self.strict, squared_norm, tolerance)
    }

    /// Row `r` joins the corral with multiplier 0; false where it depends on the corral.
    #[inline(always)]
    fn append(&mut self, r: usize) -> bool {
        if self.corral.len() == self.most {
            return false;
        }
        let (products, e) = (self.gram.row(r), self.strict[r]);
        let entries = self
            .corral
            .iter()
            .map(|&c| e * self.strict[c] + products[c]);
        let least = PIVOT * self.scale;
        let independent = self.factor.append(entries, e + products[r], e, least);
        if independent {
            self.corral.push(r);
            self.multipliers.push(0.0);
        }
        independent
    }

    /// The row at `position` leaves the corral.
    #[inline(always)]
    fn delete(&mut self, position: usize) {
        self.factor.delete(position);
        self.corral.remove(position);
        self.multipliers.remove(position);
    }

    /// Keeps only those rows of the corral for which `keep` holds.
    #[inline(always)]
    pub(crate) fn retain(&mut self, keep: impl Fn(usize) -> bool) {
        for position in (0..self.corral.len()).rev() {
            if !keep(self.corral[position]) {
                self.delete(position);
            }
        }
        let carried = self.corral.iter().zip(&self.multipliers);
        let total: f64 = carried.map(|(&r, l)| self.strict[r] * l).sum();
        if total > MULTIPLIER {
            self.multipliers.iter_mut().for_each(|l| *l /= total);
        } else {
            self.clear();
        }
    }

    /// Makes the factor anew, from the same corral: updates lose digits from call to call.
    #[inline(always)]
    fn refactor(&mut self) {
        let corral = std::mem::take(&mut self.corral);
        let multipliers = std::mem::take(&mut self.multipliers);
        self.clear();
        for (r, l) in corral.into_iter().zip(multipliers) {
            if self.append(r) {
                self.multipliers[self.corral.len() - 1] = l;
            }
        }
    }

    /// Forgets the corral.
    #[inline(always)]
    fn clear(&mut self) {
        self.corral.clear();
        self.multipliers.clear();
        self.factor.clear();
    }
}
