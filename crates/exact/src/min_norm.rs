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
//! and leave, so a major cycle costs `O(|C|² + |C|·P)`. Rows of the matrices are padded with
//! zeros to whole vectors: at these sizes remainders would cost as much as the work itself.
//!
//! With a [floor](MinNorm::set_floor) above zero a corral that near the origin ends the call:
//! no weights hold its rows by more than that margin, and it has fewer rows than an IIS.
//!
//! The state survives a call: the next one starts from what is left of the corral. The verdict
//! is a floating-point one: who makes a claim of it settles it exactly, in integers.

use crate::control::Control;
use crate::tolerances::{MULTIPLIER, ORIGIN, PIVOT, VIOLATION};
use attractor::vectors::with_vectors;
use std::sync::Arc;

/// Entries to whose multiple rows are padded: one vector of the widest kind.
const LANES: usize = 8;

/// The Gram matrix `G_rs = a_r·a_s` of a set of rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Gram {
    size: usize,
    stride: usize,
    /// Row-major with `stride` columns, those beyond `size` zero.
    entries: Vec<f64>,
}

impl Gram {
    /// The symmetric matrix of `size` rows with entry `(r, s)` given by `entry`.
    pub fn from_fn(size: usize, entry: impl Fn(usize, usize) -> f64) -> Self {
        Self::until_stopped(size, &Control::new(), entry)
    }

    /// [`Self::from_fn`]; once `control` says stop, the rows that are left stay zero: whoever goes on asks it first.
    pub fn until_stopped(
        size: usize,
        control: &Control<'_>,
        entry: impl Fn(usize, usize) -> f64,
    ) -> Self {
        let stride = size.next_multiple_of(LANES);
        let mut entries = vec![0.0; size * stride];
        for r in 0..size {
            if r.is_multiple_of(ROWS_PER_LOOK) && control.should_stop() {
                break;
            }
            for s in 0..=r {
                let value = entry(r, s);
                entries[r * stride + s] = value;
                entries[s * stride + r] = value;
            }
        }
        Self {
            size,
            stride,
            entries,
        }
    }

    /// Number of rows whose products the matrix holds.
    pub fn size(&self) -> usize {
        self.size
    }

    /// The products of row `r` with all rows.
    pub fn row(&self, r: usize) -> &[f64] {
        &self.padded(r)[..self.size]
    }

    fn padded(&self, r: usize) -> &[f64] {
        &self.entries[r * self.stride..(r + 1) * self.stride]
    }
}

/// Most rows whose Gram matrix is made: 512 MB, and one for every thread. What needs one does without beyond.
pub const MOST_ROWS: usize = 8_192;

/// Rows of a Gram matrix between two looks at the control, each some tens of microseconds.
const ROWS_PER_LOOK: usize = 32;

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
    /// The origin is reached: the corral is an IIS with multipliers `λ`. Or the floor: no
    /// weights hold the corral's rows by a wider margin.
    Dependent,
    /// No strict row was asked for: zero weights hold them all.
    Unasked,
    /// Rounding, or the control, stopped the iteration before either could be told.
    Unresolved,
}

/// Rows whose products with a combination of rows cost less than by the Gram matrix: sparse ones.
pub trait Fields: Send + Sync {
    /// Entries of scratch that [`Self::fields`] needs.
    fn scratch(&self) -> usize;

    /// `a_s · Σ λ_r a_r` of every row s, over the listed rows r and their multipliers λ.
    fn fields(&self, rows: &[usize], multipliers: &[f64], scratch: &mut [f64], fields: &mut [f64]);
}

/// Wolfe's algorithm over a Gram matrix, warm from call to call.
#[derive(Clone)]
pub struct MinNorm<'g> {
    gram: &'g Gram,
    sparse: Option<Arc<dyn Fields + 'g>>,
    scratch: Vec<f64>,
    /// `e_r`: 1 for strict rows, 0 for weak ones.
    strict: Vec<f64>,
    scale: f64,
    floor: f64,
    corral: Vec<usize>,
    multipliers: Vec<f64>,
    /// Most rows that a corral can have.
    most: usize,
    /// Strictly upper part of `U` with `UᵀU = E`, row-major with `stride` columns; all else in it is zero.
    factor: Vec<f64>,
    stride: usize,
    /// Reciprocals of the diagonal of `U`, then zeros.
    inverses: Vec<f64>,
    /// `y = U⁻ᵀ e`, then zeros.
    forward: Vec<f64>,
    candidate: Vec<f64>,
    /// `eᵀu`, which is `1 / (1 + |x|²)`.
    total: f64,
    fields: Vec<f64>,
    role: Vec<Role>,
    /// For each tier and row zero where the row may enter, else infinity.
    barriers: Vec<Vec<f64>>,
    tier_of: Vec<usize>,
    cycles: u64,
    calls: u64,
    control: Option<&'g Control<'g>>,
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
        let most = size.min(dimension + 1).max(1);
        let stride = most.next_multiple_of(LANES);
        let scale = (0..size).map(|r| gram.row(r)[r]).fold(1.0, f64::max);
        let padding = gram.stride - size;
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
            factor: vec![0.0; stride * stride],
            stride,
            inverses: vec![0.0; stride],
            forward: vec![0.0; stride],
            candidate: vec![0.0; stride],
            total: 0.0,
            fields: vec![0.0; gram.stride],
            role: vec![Role::Absent; size],
            barriers: Vec::new(),
            tier_of: vec![0; size],
            cycles: 0,
            calls: 0,
            control: None,
        }
    }

    /// Squared norm down to which a nearest point counts as the origin; zero at first.
    pub fn set_floor(&mut self, squared_norm: f64) {
        self.floor = squared_norm;
    }

    /// Takes the rows' products from `sparse`, which stands for the same rows as the Gram matrix.
    #[must_use]
    pub fn with_fields(mut self, sparse: Arc<dyn Fields + 'g>) -> Self {
        self.scratch = vec![0.0; sparse.scratch()];
        self.sparse = Some(sparse);
        self
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
    /// rows are listed; [`Self::retain`] forgets more of it.
    pub fn solve(&mut self, tiers: &[&[usize]]) -> Verdict {
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
        self.role.fill(Role::Absent);
        self.barriers.resize_with(tiers.len(), Vec::new);
        for (k, (tier, barrier)) in tiers.iter().zip(&mut self.barriers).enumerate() {
            barrier.clear();
            barrier.resize(self.gram.stride, f64::INFINITY);
            for &r in *tier {
                self.role[r] = Role::Active;
                self.tier_of[r] = k;
                barrier[r] = 0.0;
            }
        }
        let role = std::mem::take(&mut self.role);
        self.retain(|r| role[r] == Role::Active);
        self.role = role;
        for position in 0..self.corral.len() {
            self.set_role(self.corral[position], Role::Corral);
        }
        let warm = !self.corral.is_empty();
        let verdict = self.iterate(tiers);
        if verdict != Verdict::Unresolved || !warm {
            return verdict;
        }
        // The updated factor has lost too many digits: once more from the start.
        for &r in tiers.iter().copied().flatten() {
            self.set_role(r, Role::Active);
        }
        self.clear();
        self.iterate(tiers)
    }

    #[inline(always)]
    fn set_role(&mut self, r: usize, role: Role) {
        self.role[r] = role;
        let open = role == Role::Active;
        self.barriers[self.tier_of[r]][r] = if open { 0.0 } else { f64::INFINITY };
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

    /// Wolfe's major cycles.
    #[inline(always)]
    fn iterate(&mut self, tiers: &[&[usize]]) -> Verdict {
        if self.corral.is_empty() {
            let strict = |r: &&usize| self.strict[**r] > 0.0;
            let Some(&first) = tiers.iter().copied().flatten().find(strict) else {
                return Verdict::Unasked;
            };
            self.append(first);
            self.set_role(first, Role::Corral);
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
                } else if self.role.contains(&Role::Barred) {
                    Verdict::Unresolved
                } else {
                    Verdict::Separable { squared_norm }
                };
            };
            let joins = self.append(entering);
            self.set_role(entering, if joins { Role::Corral } else { Role::Barred });
        }
        Verdict::Unresolved
    }

    /// Forgets the corral.
    #[inline(always)]
    fn clear(&mut self) {
        self.corral.clear();
        self.multipliers.clear();
        self.inverses.fill(0.0);
        self.factor.fill(0.0);
        self.forward.fill(0.0);
        self.candidate.fill(0.0);
    }

    /// Keeps only those rows of the corral for which `keep` holds.
    #[inline(always)]
    pub fn retain(&mut self, keep: impl Fn(usize) -> bool) {
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
        &self.fields[..self.gram.size]
    }

    /// Calls of [`Self::solve`] since the solver was made.
    pub fn calls(&self) -> u64 {
        self.calls
    }

    /// Major cycles since the solver was made.
    pub fn cycles(&self) -> u64 {
        self.cycles
    }

    /// Wolfe's minor cycles: towards the nearest point of the affine hull of the corral, rows
    /// leaving it whenever their multiplier would become negative.
    #[inline(always)]
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
                let order = self.corral.len();
                self.multipliers.copy_from_slice(&self.candidate[..order]);
                return;
            };
            for (l, &u) in self.multipliers.iter_mut().zip(&self.candidate) {
                *l += step * (u - *l);
            }
            self.set_role(self.corral[leaving], Role::Active);
            self.delete(leaving);
        }
    }

    /// `candidate = u / eᵀu` with `U u = y`.
    #[inline(always)]
    fn affine_minimum(&mut self) {
        let order = self.corral.len();
        let end = order.next_multiple_of(LANES);
        let (stride, u) = (self.stride, &mut self.candidate[..end]);
        u.copy_from_slice(&self.forward[..end]);
        // Tile by tile: within one each entry waits for the one before, between them nothing does.
        for start in (0..end).step_by(LANES).rev() {
            let (tile, known) = u[start..].split_at_mut(LANES);
            let rows = &self.factor[start * stride..(start + LANES) * stride];
            let rows: [&[f64]; LANES] = std::array::from_fn(|k| &rows[k * stride..][start..end]);
            for (value, row) in tile.iter_mut().zip(rows) {
                *value -= dot(&row[LANES..], known);
            }
            for k in (0..LANES).rev() {
                tile[k] *= self.inverses[start + k];
                for s in 0..k {
                    tile[s] -= rows[s][k] * tile[k];
                }
            }
        }
        let carried = self.corral.iter().zip(&*u);
        self.total = carried.map(|(&r, u)| self.strict[r] * u).sum();
        for u in u.iter_mut() {
            *u /= self.total;
        }
    }

    #[inline(always)]
    fn compute_fields(&mut self) {
        if let Some(sparse) = &self.sparse {
            let fields = &mut self.fields[..self.gram.size];
            return sparse.fields(&self.corral, &self.multipliers, &mut self.scratch, fields);
        }
        let (gram, fields) = (self.gram, &mut self.fields[..]);
        let (rows, rest) = self.corral.as_chunks::<4>();
        let (factors, last) = self.multipliers.as_chunks::<4>();
        fields.fill(0.0);
        for (r, l) in rows.iter().zip(factors) {
            add_four(*l, r.map(|r| gram.padded(r)), fields);
        }
        for (&r, &l) in rest.iter().zip(last) {
            axpy(l, gram.padded(r), fields);
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

    /// The row that falls furthest short of `a_r·x ≥ e_r |x|²`, of the first tier that has one.
    #[inline(always)]
    fn most_violated(&self, squared_norm: f64) -> Option<usize> {
        let bound = -VIOLATION * self.scale;
        // Plain loops: what the standard library calls back is not compiled for wide vectors.
        for barrier in &self.barriers {
            let fields = self.fields.as_chunks::<LANES>().0;
            let strict = self.strict.as_chunks::<LANES>().0;
            let rows = fields
                .iter()
                .zip(strict)
                .zip(barrier.as_chunks::<LANES>().0);
            let mut least = [bound; LANES];
            for ((field, strict), barrier) in rows.clone() {
                for (lane, least) in least.iter_mut().enumerate() {
                    let slack = field[lane] - strict[lane] * squared_norm + barrier[lane];
                    *least = if slack < *least { slack } else { *least };
                }
            }
            let least = least.into_iter().fold(bound, f64::min);
            if least == bound {
                continue;
            }
            for (start, ((field, strict), barrier)) in (0..).step_by(LANES).zip(rows) {
                let mut found = LANES;
                for lane in (0..LANES).rev() {
                    let slack = field[lane] - strict[lane] * squared_norm + barrier[lane];
                    found = if slack == least { lane } else { found };
                }
                if found < LANES {
                    return Some(start + found);
                }
            }
        }
        None
    }

    /// Row `r` joins the corral with multiplier 0; false where it depends on the corral.
    #[inline(always)]
    fn append(&mut self, r: usize) -> bool {
        let order = self.corral.len();
        if order == self.most {
            return false;
        }
        let gram = self.gram.row(r);
        let end = order.next_multiple_of(LANES);
        let (stride, column) = (self.stride, &mut self.candidate[..end]);
        for (entry, &c) in column.iter_mut().zip(&self.corral) {
            *entry = self.strict[r] * self.strict[c] + gram[c];
        }
        for start in (0..end).step_by(LANES) {
            let (tile, rest) = column[start..].split_at_mut(LANES);
            let rows = &self.factor[start * stride..(start + LANES) * stride];
            let rows: [&[f64]; LANES] = std::array::from_fn(|k| &rows[k * stride..][start..end]);
            for k in 0..LANES {
                tile[k] *= self.inverses[start + k];
                for s in k + 1..LANES {
                    tile[s] -= rows[k][s] * tile[k];
                }
            }
            let (first, second) = rows.split_at(LANES / 2);
            for (rows, values) in [(first, &tile[..LANES / 2]), (second, &tile[LANES / 2..])] {
                let rows: [&[f64]; 4] = std::array::from_fn(|k| &rows[k][LANES..]);
                add_four(std::array::from_fn(|k| -values[k]), rows, rest);
            }
        }
        let pivot = self.strict[r] + gram[r] - dot(column, column);
        let forward = self.strict[r] - dot(column, &self.forward[..end]);
        let independent = pivot > PIVOT * self.scale;
        if independent {
            for (t, &value) in column[..order].iter().enumerate() {
                self.factor[t * stride + order] = value;
            }
            let pivot = pivot.sqrt();
            self.inverses[order] = pivot.recip();
            self.forward[order] = forward / pivot;
            self.corral.push(r);
            self.multipliers.push(0.0);
        }
        self.candidate.fill(0.0);
        independent
    }

    /// The row at `position` leaves the corral: its column leaves `U`, and rotations make the
    /// rest triangular again.
    #[inline(always)]
    fn delete(&mut self, position: usize) {
        let order = self.corral.len();
        let stride = self.stride;
        for t in 0..order {
            let row = &mut self.factor[t * stride..][..order];
            if t >= position {
                row[t] = self.inverses[t].recip();
            }
            row.copy_within(position + 1.., position);
            row[order - 1] = 0.0;
        }
        let end = order.next_multiple_of(LANES);
        for t in position..order - 1 {
            let start = t / LANES * LANES;
            let (above, below) = self.factor.split_at_mut((t + 1) * stride);
            let upper = &mut above[t * stride + start..t * stride + end];
            let lower = &mut below[start..end];
            let (p, q) = (upper[t - start], lower[t - start]);
            let inverse = (p * p + q * q).sqrt().recip();
            let (c, s) = (p * inverse, q * inverse);
            for (p, q) in upper.iter_mut().zip(lower.iter_mut()) {
                (*p, *q) = (c * *p + s * *q, c * *q - s * *p);
            }
            (upper[t - start], lower[t - start]) = (0.0, 0.0);
            self.inverses[t] = inverse;
            let (p, q) = (self.forward[t], self.forward[t + 1]);
            self.forward[t] = c * p + s * q;
            self.forward[t + 1] = c * q - s * p;
        }
        self.factor[(order - 1) * stride..][..stride].fill(0.0);
        self.inverses[order - 1] = 0.0;
        self.forward[order - 1] = 0.0;
        self.candidate[order - 1] = 0.0;
        self.corral.remove(position);
        self.multipliers.remove(position);
    }
}

/// Inner product of whole vectors.
#[inline(always)]
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut sums = [0.0; LANES];
    for (x, y) in a
        .as_chunks::<LANES>()
        .0
        .iter()
        .zip(b.as_chunks::<LANES>().0)
    {
        for (sum, (x, y)) in sums.iter_mut().zip(x.iter().zip(y)) {
            *sum += x * y;
        }
    }
    let halves: [f64; 4] = std::array::from_fn(|k| sums[k] + sums[k + 4]);
    (halves[0] + halves[2]) + (halves[1] + halves[3])
}

/// `y += Σ_k factors_k · rows_k`.
#[inline(always)]
fn add_four(factors: [f64; 4], rows: [&[f64]; 4], y: &mut [f64]) {
    let pairs = rows[0].iter().zip(rows[1]).zip(rows[2].iter().zip(rows[3]));
    for (y, ((a, b), (c, d))) in y.iter_mut().zip(pairs) {
        *y += (factors[0] * a + factors[1] * b) + (factors[2] * c + factors[3] * d);
    }
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

    fn inner(a: &[f64], b: &[f64]) -> f64 {
        a.iter().zip(b).map(|(a, b)| a * b).sum()
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
                assert!((inner(&x, &x) - squared_norm).abs() < 1e-9);
                for &r in active {
                    let least = if strict[r] { squared_norm } else { 0.0 };
                    assert!(inner(&rows[r], &x) >= least - 1e-9);
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
    fn with_a_floor_few_rows_tell_that_the_margin_is_no_wider() {
        let (mut wide, mut narrow, mut fewer) = (0, 0, 0);
        for seed in 0..40 {
            // Wide margins, then none.
            let count = if seed % 2 == 0 { 20 } else { 45 };
            let rows = random_rows(count, 20, seed);
            let gram = gram_of(&rows);
            let (strict, all) = (vec![true; count], (0..count).collect::<Vec<_>>());
            let mut whole = MinNorm::new(&gram, &strict, 20);
            let widest = match whole.solve(&[&all]) {
                Verdict::Separable { squared_norm } => squared_norm,
                _ => 0.0,
            };
            for floor in [0.05, 0.3] {
                let mut solver = MinNorm::new(&gram, &strict, 20);
                solver.set_floor(floor);
                let verdict = solver.solve(&[&all]);
                assert_eq!(verdict == Verdict::Dependent, widest <= floor);
                if verdict == Verdict::Dependent {
                    let x = point(&rows, &solver);
                    assert!(inner(&x, &x) <= floor + 1e-9);
                    narrow += 1;
                    fewer += usize::from(solver.corral().len() < whole.corral().len());
                } else {
                    check(&rows, &strict, &all, &solver, verdict);
                    wide += 1;
                }
            }
        }
        assert!(wide > 10 && narrow > 10 && fewer > 10);
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
