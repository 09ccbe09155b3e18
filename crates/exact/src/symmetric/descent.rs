//! Incumbents for networks too large for the elastic program: the same deletion and re-insertion, first order.
//!
//! minimise ½‖w‖² + Σ_r c_r max(0, 1 − a_r·w), by coordinate ascent in the dual (Hsieh et al. 2008): row r's multiplier
//! stays in [0, c_r] and a step costs one row. A large c makes it the hard problem of the rows that are kept; those that
//! fall short most are given up in batches until all others hold. Then some given-up rows return, and the worst of the
//! whole is given up again; what is worse than before is undone.

use super::pocket::Pocket;
use super::system::Coupled;
use crate::control::Control;
use rand::RngExt;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

/// c times the squared row norm. Below about 10³ the norm competes with the wrong bits; above, sweeps converge slowly.
const COST: f64 = 3e3;
/// Sweeps between two decisions: few while one in [`MANY`] rows or more is short and each decision is an easy one.
const SWEEPS: usize = 300;
const EARLY_SWEEPS: usize = 20;
const MANY: usize = 200;
/// Fields below this share of the asked 1 count as short: a row that holds only after more sweeps stays.
const SHORT: f64 = 1e-3;
/// One in so many short rows is given up at once.
const BATCH: usize = 20;
/// Decisions in one attempt to improve before it is undone.
const ATTEMPT: usize = 40;

/// The search; resumable, deterministic for a generator.
pub(super) struct Descent<'a> {
    coupled: &'a Coupled,
    rng: ChaCha8Rng,
    order: Vec<u32>,
    state: State,
    /// Last set that held, to go back to.
    saved: Option<State>,
    /// Decisions since then.
    decisions: usize,
    sweeps: usize,
    fields: Vec<f64>,
    matrix: Vec<f64>,
}

#[derive(Clone)]
struct State {
    w: Vec<f64>,
    multipliers: Vec<f64>,
    removed: Vec<bool>,
    wrong: u32,
}

impl<'a> Descent<'a> {
    pub(super) fn new(coupled: &'a Coupled, mut rng: ChaCha8Rng) -> Self {
        let mut order: Vec<u32> = coupled
            .leaders()
            .filter(|&r| coupled.dimension_of_row(r) > 0)
            .map(|r| r as u32)
            .collect();
        order.shuffle(&mut rng);
        let state = State {
            w: vec![0.0; coupled.columns()],
            multipliers: vec![0.0; coupled.len()],
            removed: vec![false; coupled.len()],
            wrong: 0,
        };
        Self {
            coupled,
            rng,
            order,
            state,
            saved: None,
            decisions: 0,
            sweeps: EARLY_SWEEPS,
            fields: vec![0.0; coupled.len()],
            matrix: coupled.scratch(),
        }
    }

    /// `decisions` decisions more, each after some sweeps.
    pub(super) fn run(&mut self, decisions: usize, pocket: &mut Pocket<'_>, control: &Control<'_>) {
        for _ in 0..decisions {
            if pocket.wrong() == Some(0) {
                return;
            }
            for _ in 0..self.sweeps {
                if control.should_stop() {
                    return;
                }
                if self.sweep() {
                    break;
                }
            }
            self.decide(pocket);
        }
    }

    /// One ascent step a row; true if no row moved noticeably.
    fn sweep(&mut self) -> bool {
        let State {
            w,
            multipliers,
            removed,
            ..
        } = &mut self.state;
        let mut moved = 0.0_f64;
        let start = self.rng.random_range(0..self.order.len().max(1));
        let (before, after) = self.order.split_at(start.min(self.order.len()));
        for &r in after.iter().chain(before) {
            let r = r as usize;
            if removed[r] {
                continue;
            }
            let norm = self.coupled.dimension_of_row(r) as f64;
            let field: f64 = self.coupled.row(r).map(|(j, sign)| sign * w[j]).sum();
            let most = COST * f64::from(self.coupled.weight(r)) / norm;
            let value = (multipliers[r] + (1.0 - field) / norm).clamp(0.0, most);
            let step = value - multipliers[r];
            if step != 0.0 {
                multipliers[r] = value;
                for (j, sign) in self.coupled.row(r) {
                    w[j] += step * sign;
                }
                moved = moved.max(step.abs() * norm);
            }
        }
        moved < SHORT
    }

    fn decide(&mut self, pocket: &mut Pocket<'_>) {
        pocket.offer(self.coupled, &self.state.w);
        self.coupled
            .apply(&self.state.w, &mut self.matrix, &mut self.fields);
        self.readmit();
        let removed = &self.state.removed;
        let mut short: Vec<usize> = self
            .order
            .iter()
            .map(|&r| r as usize)
            .filter(|&r| !removed[r] && self.fields[r] < SHORT)
            .collect();
        let many = short.len() * MANY > self.order.len();
        self.sweeps = if many { EARLY_SWEEPS } else { SWEEPS };
        self.decisions += 1;
        let worse = |saved: &State| self.state.wrong > saved.wrong;
        if short.is_empty() {
            if self.saved.as_ref().is_some_and(worse) {
                self.go_back();
            } else {
                self.saved = Some(self.state.clone());
            }
            self.decisions = 0;
            self.bring_back();
        } else if self.decisions > ATTEMPT && self.saved.is_some()
            || self
                .saved
                .as_ref()
                .is_some_and(|s| self.state.wrong > s.wrong)
        {
            self.go_back();
            self.bring_back();
        } else {
            short.sort_by(|&r, &s| self.fields[r].total_cmp(&self.fields[s]).then(r.cmp(&s)));
            let batch = short.len().div_ceil(BATCH);
            for r in short.into_iter().take(batch) {
                self.give_up(r);
            }
        }
    }

    fn go_back(&mut self) {
        if let Some(saved) = &self.saved {
            self.state = saved.clone();
        }
        self.decisions = 0;
    }

    fn give_up(&mut self, r: usize) {
        let multiplier = std::mem::take(&mut self.state.multipliers[r]);
        for (j, sign) in self.coupled.row(r) {
            self.state.w[j] -= multiplier * sign;
        }
        self.state.removed[r] = true;
        self.state.wrong += self.coupled.weight(r);
    }

    /// Rows given up that hold nevertheless are kept.
    fn readmit(&mut self) {
        for &r in &self.order {
            let r = r as usize;
            if self.state.removed[r] && self.fields[r] > SHORT {
                self.state.removed[r] = false;
                self.state.wrong -= self.coupled.weight(r);
            }
        }
    }

    /// A few given-up rows return.
    fn bring_back(&mut self) {
        let removed: Vec<u32> = self
            .order
            .iter()
            .copied()
            .filter(|&r| self.state.removed[r as usize])
            .collect();
        if removed.is_empty() {
            return;
        }
        for _ in 0..=removed.len() / 20 {
            let r = removed[self.rng.random_range(0..removed.len())] as usize;
            if self.state.removed[r] {
                self.state.removed[r] = false;
                self.state.wrong -= self.coupled.weight(r);
            }
        }
    }
}
