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
//! Only the Gram matrix is needed. With `e_r = 1` for strict and `0` for weak rows and `C` the
//! corral, `E = e eᵀ + G_CC` is positive definite, and the nearest point of the affine hull has
//! multipliers `u / eᵀu` with `E u = e`. The Cholesky factor of `E` is updated as rows enter
//! and leave, so a major cycle costs `O(|C|² + |C|·P)`.
//!
//! The state survives a call: the next one starts from what is left of the corral. The verdict
//! is a floating-point one: who makes a claim of it settles it exactly, in integers.

use crate::control::Control;
use crate::tolerances::{MULTIPLIER, ORIGIN, PIVOT, VIOLATION};
use pulp::Arch;

/// The Gram matrix `G_rs = a_r·a_s` of a set of rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Gram {
    size: usize,
    entries: Vec<f64>,
}

impl Gram {
    /// The symmetric matrix of `size` rows with entry `(r, s)` given by `entry`.
    pub fn from_fn(size: usize, entry: impl Fn(usize, usize) -> f64) -> Self {
        let mut entries = vec![0.0; size * size];
        for r in 0..size {
            for s in 0..=r {
                let value = entry(r, s);
                entries[r * size + s] = value;
                entries[s * size + r] = value;
            }
        }
        Self { size, entries }
    }

    /// Number of rows whose products the matrix holds.
    pub fn size(&self) -> usize {
        self.size
    }

    /// The products of row `r` with all rows.
    pub fn row(&self, r: usize) -> &[f64] {
        &self.entries[r * self.size..(r + 1) * self.size]
    }
}

/// Calls after which the factor is made anew; it costs a tenth of a call.
const REFACTOR: u64 = 16;

/// What [`MinNorm::solve`] found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Verdict {
    /// The nearest point is not the origin: `w = Σ λ_r a_r` holds every row.
    Separable {
        /// `|x|²`; where all rows are strict, its root is the widest margin of unit weights.
        squared_norm: f64,
    },
    /// The origin is reached: the corral is an IIS with multipliers `λ`.
    Dependent,
    /// No strict row was asked for: zero weights hold them all.
    Unasked,
    /// Rounding, or the control, stopped the iteration before either could be told.
    Unresolved,
}

/// Wolfe's algorithm over a Gram matrix, warm from call to call.
#[derive(Clone)]
pub struct MinNorm<'g> {
    gram: &'g Gram,
    /// `e_r`: 1 for strict rows, 0 for weak ones.
    strict: Vec<f64>,
    scale: f64,
    corral: Vec<usize>,
    multipliers: Vec<f64>,
    /// Upper triangular `U` with `UᵀU = E`, row-major with `stride` columns.
    factor: Vec<f64>,
    stride: usize,
    /// `y = U⁻ᵀ e`.
    forward: Vec<f64>,
    candidate: Vec<f64>,
    fields: Vec<f64>,
    role: Vec<Role>,
    cycles: u64,
    calls: u64,
    control: Option<&'g Control<'g>>,
    arch: Arch,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Absent,
    Active,
    Corral,
    /// Violated, yet dependent on the corral to rounding: sits out this call.
    Barred,
}

impl<'g> MinNorm<'g> {
    /// A solver for the rows of `gram`, which live in `dimension` dimensions; `strict[r]` tells
    /// whether row `r` asks for `> 0` (else `≥ 0`).
    pub fn new(gram: &'g Gram, strict: &[bool], dimension: usize) -> Self {
        let size = gram.size();
        let stride = size.min(dimension + 1).max(1);
        let scale = (0..size).map(|r| gram.row(r)[r]).fold(1.0, f64::max);
        Self {
            gram,
            strict: strict.iter().map(|&s| f64::from(u8::from(s))).collect(),
            scale,
            corral: Vec::with_capacity(stride),
            multipliers: Vec::with_capacity(stride),
            factor: vec![0.0; stride * stride],
            stride,
            forward: Vec::with_capacity(stride),
            candidate: Vec::with_capacity(stride),
            fields: vec![0.0; size],
            role: vec![Role::Absent; size],
            cycles: 0,
            calls: 0,
            control: None,
            arch: Arch::new(),
        }
    }

    /// Calls end unresolved soon after `control` says stop.
    #[must_use]
    pub fn with_control(mut self, control: &'g Control<'g>) -> Self {
        self.control = Some(control);
        self
    }

    fn stopped(&self) -> bool {
        self.cycles.is_multiple_of(32) && self.control.is_some_and(Control::should_stop)
    }

    /// Finds the nearest point over the rows listed in `tiers`, each at most once.
    ///
    /// Rows of an earlier tier enter the corral before those of a later one, so that an IIS
    /// holds few rows of the last tiers. The corral of the last call is kept as far as its
    /// rows are listed; [`Self::retain`] or [`Self::clear`] forget more of it.
    pub fn solve(&mut self, tiers: &[&[usize]]) -> Verdict {
        self.calls += 1;
        if self.calls.is_multiple_of(REFACTOR) {
            self.refactor();
        }
        self.role.fill(Role::Absent);
        for &r in tiers.iter().copied().flatten() {
            self.role[r] = Role::Active;
        }
        let role = std::mem::take(&mut self.role);
        self.retain(|r| role[r] == Role::Active);
        self.role = role;
        for &r in &self.corral {
            self.role[r] = Role::Corral;
        }
        let warm = !self.corral.is_empty();
        let verdict = self.iterate(tiers);
        if verdict != Verdict::Unresolved || !warm {
            return verdict;
        }
        // The updated factor has lost too many digits: once more from the start.
        for role in &mut self.role {
            if matches!(role, Role::Corral | Role::Barred) {
                *role = Role::Active;
            }
        }
        self.clear();
        self.iterate(tiers)
    }

    /// Makes the factor anew, from the same corral: updates lose digits from call to call.
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

    /// Wolfe's major cycles.
    fn iterate(&mut self, tiers: &[&[usize]]) -> Verdict {
        if self.corral.is_empty() {
            let strict = |r: &&usize| self.strict[**r] > 0.0;
            let Some(&first) = tiers.iter().copied().flatten().find(strict) else {
                return Verdict::Unasked;
            };
            self.append(first);
            self.multipliers[0] = 1.0;
        }
        let limit = 100 + 20 * self.stride;
        for _ in 0..limit {
            self.cycles += 1;
            if self.stopped() {
                return Verdict::Unresolved;
            }
            self.move_to_affine_minimum();
            self.compute_fields();
            let squared_norm = self.squared_norm();
            let Some(entering) = self.most_violated(tiers, squared_norm) else {
                return if squared_norm <= ORIGIN * self.scale {
                    Verdict::Dependent
                } else if self.role.contains(&Role::Barred) {
                    Verdict::Unresolved
                } else {
                    Verdict::Separable { squared_norm }
                };
            };
            if !self.append(entering) {
                self.role[entering] = Role::Barred;
            }
        }
        Verdict::Unresolved
    }

    /// Forgets the corral: the next call starts afresh.
    pub fn clear(&mut self) {
        self.corral.clear();
        self.multipliers.clear();
        self.forward.clear();
    }

    /// Keeps only those rows of the corral for which `keep` holds.
    pub fn retain(&mut self, keep: impl Fn(usize) -> bool) {
        for position in (0..self.corral.len()).rev() {
            if !keep(self.corral[position]) {
                self.delete(position);
            }
        }
        let total: f64 = self
            .corral
            .iter()
            .zip(&self.multipliers)
            .map(|(&r, l)| self.strict[r] * l)
            .sum();
        if total > MULTIPLIER {
            self.multipliers.iter_mut().for_each(|l| *l /= total);
        } else {
            self.clear();
        }
    }

    /// The rows that carry the nearest point, in the order of [`Self::multipliers`].
    pub fn corral(&self) -> &[usize] {
        &self.corral
    }

    /// The multipliers `λ` of the corral; those of strict rows sum to one.
    pub fn multipliers(&self) -> &[f64] {
        &self.multipliers
    }

    /// `a_r·x` of every row of the Gram matrix, asked for or not.
    pub fn fields(&self) -> &[f64] {
        &self.fields
    }

    /// Major cycles since the solver was made.
    pub fn cycles(&self) -> u64 {
        self.cycles
    }

    /// Wolfe's minor cycles: towards the nearest point of the affine hull of the corral, rows
    /// leaving it whenever their multiplier would become negative.
    fn move_to_affine_minimum(&mut self) {
        loop {
            self.affine_minimum();
            let mut step = 1.0_f64;
            let mut leaving = None;
            for (position, (&l, &u)) in self.multipliers.iter().zip(&self.candidate).enumerate() {
                if u <= MULTIPLIER {
                    let ratio = if l > u { l / (l - u) } else { 0.0 };
                    if leaving.is_none() || ratio < step {
                        step = ratio.min(1.0);
                        leaving = Some(position);
                    }
                }
            }
            let Some(leaving) = leaving else {
                self.multipliers.copy_from_slice(&self.candidate);
                return;
            };
            for (l, &u) in self.multipliers.iter_mut().zip(&self.candidate) {
                *l += step * (u - *l);
            }
            self.role[self.corral[leaving]] = Role::Active;
            self.delete(leaving);
        }
    }

    /// `candidate = u / eᵀu` with `U u = y`.
    fn affine_minimum(&mut self) {
        let order = self.corral.len();
        self.candidate.clear();
        self.candidate.extend_from_slice(&self.forward);
        let (factor, stride, u) = (&self.factor, self.stride, &mut self.candidate[..]);
        self.arch.dispatch(
            #[inline(always)]
            || {
                for t in (0..order).rev() {
                    let row = &factor[t * stride..t * stride + order];
                    let rest = dot(&row[t + 1..], &u[t + 1..]);
                    u[t] = (u[t] - rest) / row[t];
                }
            },
        );
        let total: f64 = self
            .corral
            .iter()
            .zip(&self.candidate)
            .map(|(&r, u)| self.strict[r] * u)
            .sum();
        self.candidate.iter_mut().for_each(|u| *u /= total);
    }

    fn compute_fields(&mut self) {
        let (gram, fields) = (self.gram, &mut self.fields);
        let carried = self.corral.iter().zip(&self.multipliers);
        self.arch.dispatch(
            #[inline(always)]
            || {
                fields.fill(0.0);
                for (&r, &l) in carried {
                    axpy(l, gram.row(r), fields);
                }
            },
        );
    }

    fn squared_norm(&self) -> f64 {
        self.corral
            .iter()
            .zip(&self.multipliers)
            .map(|(&r, l)| l * self.fields[r])
            .sum()
    }

    /// The row that falls furthest short of `a_r·x ≥ e_r |x|²`, of the first tier that has one.
    fn most_violated(&self, tiers: &[&[usize]], squared_norm: f64) -> Option<usize> {
        for tier in tiers {
            let mut least = -VIOLATION * self.scale;
            let mut entering = None;
            for &r in *tier {
                let slack = self.fields[r] - self.strict[r] * squared_norm;
                if slack < least && self.role[r] == Role::Active {
                    least = slack;
                    entering = Some(r);
                }
            }
            if entering.is_some() {
                return entering;
            }
        }
        None
    }

    /// Row `r` joins the corral with multiplier 0; false where it depends on the corral.
    fn append(&mut self, r: usize) -> bool {
        let order = self.corral.len();
        if order == self.stride {
            return false;
        }
        let gram = self.gram.row(r);
        self.candidate.clear();
        let column = self
            .corral
            .iter()
            .map(|&c| self.strict[r] * self.strict[c] + gram[c]);
        self.candidate.extend(column);
        let mut pivot = self.strict[r] + gram[r];
        let mut forward = self.strict[r];
        let (factor, stride, column) = (&mut self.factor, self.stride, &mut self.candidate[..]);
        let known = &self.forward;
        self.arch.dispatch(
            #[inline(always)]
            || {
                for t in 0..order {
                    let row = &factor[t * stride..t * stride + order];
                    let value = column[t] / row[t];
                    axpy(-value, &row[t + 1..], &mut column[t + 1..]);
                    factor[t * stride + order] = value;
                    pivot -= value * value;
                    forward -= value * known[t];
                }
            },
        );
        if pivot <= PIVOT * self.scale {
            return false;
        }
        let pivot = pivot.sqrt();
        self.factor[order * self.stride + order] = pivot;
        self.forward.push(forward / pivot);
        self.corral.push(r);
        self.multipliers.push(0.0);
        self.role[r] = Role::Corral;
        true
    }

    /// The row at `position` leaves the corral: its column leaves `U`, and rotations make the
    /// rest triangular again.
    fn delete(&mut self, position: usize) {
        let order = self.corral.len();
        let stride = self.stride;
        for t in 0..order {
            let row = &mut self.factor[t * stride..t * stride + order];
            row.copy_within(position + 1.., position);
        }
        for t in position..order - 1 {
            let (above, below) = self.factor.split_at_mut((t + 1) * stride);
            let upper = &mut above[t * stride + t..t * stride + order - 1];
            let lower = &mut below[t..order - 1];
            let length = (upper[0] * upper[0] + lower[0] * lower[0]).sqrt();
            let (c, s) = (upper[0] / length, lower[0] / length);
            for (p, q) in upper.iter_mut().zip(lower.iter_mut()) {
                (*p, *q) = (c * *p + s * *q, c * *q - s * *p);
            }
            let (p, q) = (self.forward[t], self.forward[t + 1]);
            self.forward[t] = c * p + s * q;
            self.forward[t + 1] = c * q - s * p;
        }
        self.forward.pop();
        self.corral.remove(position);
        self.multipliers.remove(position);
    }
}

/// Inner product in eight independent partial sums, which the compiler can keep in vectors.
#[inline(always)]
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut sums = [0.0; 8];
    let (a_chunks, b_chunks) = (a.chunks_exact(8), b.chunks_exact(8));
    let tail: f64 = a_chunks
        .remainder()
        .iter()
        .zip(b_chunks.remainder())
        .map(|(x, y)| x * y)
        .sum();
    for (x, y) in a_chunks.zip(b_chunks) {
        for (sum, (x, y)) in sums.iter_mut().zip(x.iter().zip(y)) {
            *sum += x * y;
        }
    }
    sums.iter().sum::<f64>() + tail
}

/// `y += factor · x`.
#[inline(always)]
fn axpy(factor: f64, x: &[f64], y: &mut [f64]) {
    for (y, x) in y.iter_mut().zip(x) {
        *y += factor * x;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    fn random_rows(count: usize, dimension: usize, seed: u64) -> Vec<Vec<f64>> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        (0..count)
            .map(|_| {
                (0..dimension)
                    .map(|_| if rng.random::<bool>() { 1.0 } else { -1.0 })
                    .collect()
            })
            .collect()
    }

    fn gram_of(rows: &[Vec<f64>]) -> Gram {
        Gram::from_fn(rows.len(), |r, s| {
            rows[r].iter().zip(&rows[s]).map(|(a, b)| a * b).sum()
        })
    }

    fn point(rows: &[Vec<f64>], solver: &MinNorm<'_>) -> Vec<f64> {
        let mut x = vec![0.0; rows[0].len()];
        for (&r, &l) in solver.corral().iter().zip(solver.multipliers()) {
            assert!(l >= 0.0);
            axpy(l, &rows[r], &mut x);
        }
        x
    }

    /// The verdict's own conditions, from the rows themselves.
    fn check(
        rows: &[Vec<f64>],
        strict: &[bool],
        active: &[usize],
        solver: &MinNorm<'_>,
        verdict: Verdict,
    ) {
        let x = point(rows, solver);
        match verdict {
            Verdict::Separable { squared_norm } => {
                assert!((dot(&x, &x) - squared_norm).abs() < 1e-9);
                for &r in active {
                    let least = if strict[r] { squared_norm } else { 0.0 };
                    assert!(dot(&rows[r], &x) >= least - 1e-9);
                }
            }
            Verdict::Dependent => {
                assert!(x.iter().all(|v| v.abs() < 1e-5));
                assert!(solver.corral().iter().any(|&r| strict[r]));
                assert!(solver.corral().iter().all(|r| active.contains(r)));
            }
            Verdict::Unasked => assert!(active.iter().all(|&r| !strict[r])),
            Verdict::Unresolved => panic!("unresolved"),
        }
    }

    #[test]
    fn optimality_conditions_hold_cold_and_warm() {
        for seed in 0..40 {
            let rows = random_rows(40, 12, seed);
            let gram = gram_of(&rows);
            let mut rng = ChaCha8Rng::seed_from_u64(seed + 1000);
            let strict: Vec<bool> = (0..40)
                .map(|_| seed % 2 == 0 || rng.random::<bool>())
                .collect();
            let mut warm = MinNorm::new(&gram, &strict, 12);
            for _ in 0..20 {
                let share = rng.random_range(0.2..0.9);
                let active: Vec<usize> = (0..40).filter(|_| rng.random::<f64>() < share).collect();
                let (first, rest) = active.split_at(active.len() / 2);
                let verdict = warm.solve(&[first, rest]);
                check(&rows, &strict, &active, &warm, verdict);
                let mut cold = MinNorm::new(&gram, &strict, 12);
                let reference = cold.solve(&[&active]);
                check(&rows, &strict, &active, &cold, reference);
                assert_eq!(
                    std::mem::discriminant(&verdict),
                    std::mem::discriminant(&reference)
                );
            }
        }
    }

    #[test]
    fn a_dependent_corral_is_irreducible() {
        for seed in 0..30 {
            let rows = random_rows(40, 10, seed);
            let gram = gram_of(&rows);
            let strict = vec![true; 40];
            let all: Vec<usize> = (0..40).collect();
            let mut solver = MinNorm::new(&gram, &strict, 10);
            assert_eq!(solver.solve(&[&all]), Verdict::Dependent);
            let corral = solver.corral().to_vec();
            for left in 0..corral.len() {
                let mut fewer = corral.clone();
                fewer.remove(left);
                let verdict = MinNorm::new(&gram, &strict, 10).solve(&[&fewer]);
                assert!(matches!(verdict, Verdict::Separable { .. }));
            }
        }
    }

    #[test]
    fn opposite_rows_depend_unless_both_are_weak() {
        let rows = vec![
            vec![1.0, -1.0, 1.0],
            vec![-1.0, 1.0, -1.0],
            vec![1.0, 1.0, 1.0],
        ];
        let gram = gram_of(&rows);
        let verdict = |strict: [bool; 3]| MinNorm::new(&gram, &strict, 3).solve(&[&[0, 1, 2]]);
        assert_eq!(verdict([true, false, true]), Verdict::Dependent);
        assert!(matches!(
            verdict([false, false, true]),
            Verdict::Separable { .. }
        ));
        assert_eq!(verdict([false; 3]), Verdict::Unasked);
    }
}
