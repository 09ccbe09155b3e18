//! Which rows may enter the corral, and which of them enters next.

use attractor::kernels::linear::WIDTH;

/// A row's part in the current call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Not asked for.
    Absent,
    /// May enter the corral.
    Active,
    /// In the corral.
    Corral,
    /// Violated, but dependent on the corral up to rounding: it is left out of this call.
    Barred,
}

/// The role of each row, and the tiers of the rows that are asked for.
#[derive(Clone, Default)]
pub(super) struct Candidates {
    roles: Vec<Role>,
    tier_of: Vec<usize>,
    /// For each tier and row zero where the row may enter, else infinity.
    barriers: Vec<Vec<f64>>,
}

impl Candidates {
    /// `size` rows, none of them asked for.
    pub(super) fn new(size: usize) -> Self {
        Self {
            roles: vec![Role::Absent; size],
            tier_of: vec![0; size],
            barriers: Vec::new(),
        }
    }

    /// All rows of `tiers`, and no others; `stride` is the number of rows padded to whole vectors.
    #[inline(always)]
    pub(super) fn list(&mut self, tiers: &[&[usize]], stride: usize) {
        self.roles.fill(Role::Absent);
        self.barriers.resize_with(tiers.len(), Vec::new);
        for (k, (tier, barrier)) in tiers.iter().zip(&mut self.barriers).enumerate() {
            barrier.clear();
            barrier.resize(stride, f64::INFINITY);
            for &r in *tier {
                self.roles[r] = Role::Active;
                self.tier_of[r] = k;
                barrier[r] = 0.0;
            }
        }
    }

    /// Gives a listed row another role.
    #[inline(always)]
    pub(super) fn set(&mut self, r: usize, role: Role) {
        self.roles[r] = role;
        let open = role == Role::Active;
        self.barriers[self.tier_of[r]][r] = if open { 0.0 } else { f64::INFINITY };
    }

    /// Whether row `r` is listed and may enter.
    #[inline(always)]
    pub(super) fn is_active(&self, r: usize) -> bool {
        self.roles[r] == Role::Active
    }

    /// Whether a violated row is left out of this call.
    #[inline(always)]
    pub(super) fn has_barred(&self) -> bool {
        self.roles.contains(&Role::Barred)
    }

    /// The active row that falls furthest short of `a_r·x ≥ e_r |x|²`, by more than `tolerance`, of the first tier that
    /// has one. The `fields` `a_r·x` and `strict`, `e_r`, are padded to whole vectors.
    #[inline(always)]
    pub(super) fn most_violated(
        &self,
        fields: &[f64],
        strict: &[f64],
        squared_norm: f64,
        tolerance: f64,
    ) -> Option<usize> {
        let bound = -tolerance;
        let (fields, strict) = (fields.as_chunks::<WIDTH>().0, strict.as_chunks::<WIDTH>().0);
        // Plain loops: closures passed to the standard library are not compiled for wide vectors.
        for barrier in &self.barriers {
            let rows = fields
                .iter()
                .zip(strict)
                .zip(barrier.as_chunks::<WIDTH>().0);
            let mut least = [bound; WIDTH];
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
            for (start, ((field, strict), barrier)) in (0..).step_by(WIDTH).zip(rows) {
                let mut found = WIDTH;
                for lane in (0..WIDTH).rev() {
                    let slack = field[lane] - strict[lane] * squared_norm + barrier[lane];
                    found = if slack == least { lane } else { found };
                }
                if found < WIDTH {
                    return Some(start + found);
                }
            }
        }
        None
    }
}
