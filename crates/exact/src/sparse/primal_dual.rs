//! A restarted primal-dual iteration for the program of least weights.
//!
//! The saddle point of θ₁‖w‖₁ + ½θ₂‖w‖² + Σ λ_r(1 − a_r·w) over λ ≥ 0. One step of Chambolle and Pock (2011),
//!
//! w⁺ = soft(w + τAᵀλ, τθ₁)/(1 + τθ₂), λ⁺ = max(0, λ + σ(1 − A(2w⁺ − w))), τσ‖A‖² < 1,
//!
//! costs two products with the ±1 rows and leaves small weights exactly zero. Its reflection is averaged with an anchor
//! (Halpern 1967), which moves whenever the step has become short enough: restarts make the iteration linear on
//! programs with sharp optima, as linear programs are (Lu and Yang 2024). The balance τ:σ follows the distances between
//! anchors (Applegate et al. 2021).

use super::program::Program;
use attractor::Control;
use attractor::kernels::linear::norm;

/// Products AᵀA w from which ‖A‖ is estimated. More: time before the first step; fewer: an estimate too small, and steps
/// too long to converge.
const POWER_STEPS: usize = 40;
/// Share of the longest step that the estimate allows. Larger: an estimate a little too small lets the iteration diverge;
/// smaller: more steps.
const STEP_SHARE: f64 = 0.95;

/// The anchor moves when the step is at most `MUCH_SHORTER` of the first after the last move, when it is at most `SHORTER`
/// of it and grows again, or when the steps since the last move are `LONG_SINCE` of all steps. These are Lu and Yang's
/// numbers: larger ones restart before anything is gained, smaller ones average with an anchor that is far off.
const MUCH_SHORTER: f64 = 0.2;
const SHORTER: f64 = 0.8;
const LONG_SINCE: f64 = 0.36;
/// How far the balance τ:σ may leave its first guess, as a factor. Larger: a distance that vanishes at one end ruins the
/// balance; smaller: problems in odd units converge slowly.
const MOST_UNBALANCED: f64 = 30.0;

/// Weights and multipliers.
#[derive(Debug, Clone)]
struct Point {
    weights: Vec<f64>,
    multipliers: Vec<f64>,
}

pub(super) struct Iteration<'p, 'r> {
    program: &'p Program<'r>,
    /// √(τσ).
    length: f64,
    /// √(σ/τ): what a unit of ‖w‖ counts in units of ‖λ‖; and its first guess.
    unit: f64,
    first_unit: f64,
    now: Point,
    /// Where the step from `now` leads.
    next: Point,
    anchor: Point,
    /// Steps in all, since the anchor moved, and the lengths of the first and the last of those.
    total: usize,
    since: usize,
    first: f64,
    last: f64,
    // Scratch for the products.
    doubled: Vec<f64>,
    combined: Vec<f64>,
    ahead: Vec<f64>,
    fields: Vec<f64>,
}

impl<'p, 'r> Iteration<'p, 'r> {
    /// From weights with a_r·w ≥ 1; None if `control` stops.
    pub(super) fn new(
        program: &'p Program<'r>,
        start: Vec<f64>,
        control: &Control<'_>,
    ) -> Option<Self> {
        let rows = program.rows;
        // Multipliers that sum to the objective, about 1, over a tenth of the rows.
        let unit = (10.0 / rows.len() as f64).sqrt() / norm(&start);
        let point = Point {
            weights: start,
            multipliers: vec![0.0; rows.len()],
        };
        let mut iteration = Self {
            program,
            length: 0.0,
            unit,
            first_unit: unit,
            now: point.clone(),
            next: point.clone(),
            anchor: point,
            total: 0,
            since: 0,
            first: f64::INFINITY,
            last: f64::INFINITY,
            doubled: Vec::new(),
            combined: vec![0.0; rows.columns()],
            ahead: vec![0.0; rows.columns()],
            fields: vec![0.0; rows.len()],
        };
        iteration.length = STEP_SHARE / iteration.operator_norm(control)?;
        Some(iteration)
    }

    /// ‖A‖ by the power method; None if `control` stops.
    fn operator_norm(&mut self, control: &Control<'_>) -> Option<f64> {
        let rows = self.program.rows;
        let mut w = self.now.weights.clone();
        let mut gain = 0.0;
        for _ in 0..POWER_STEPS {
            if control.should_stop() {
                return None;
            }
            let size = norm(&w);
            for w in &mut w {
                *w /= size;
            }
            rows.fields(&w, &mut self.doubled, &mut self.fields);
            gain = norm(&self.fields);
            rows.combine(&self.fields, &mut self.doubled, &mut w);
        }
        Some(gain)
    }

    /// One step, from `now` to its average with the anchor or to a new anchor.
    pub(super) fn advance(&mut self) {
        self.step();
        let length = self.step_length();
        self.total += 1;
        self.since += 1;
        if self.since == 1 {
            self.first = length;
        }
        let settled = self.since > 1
            && (length <= MUCH_SHORTER * self.first
                || (length <= SHORTER * self.first && length > self.last)
                || self.since as f64 >= LONG_SINCE * self.total as f64 + 10.0);
        self.last = length;
        if settled {
            self.move_anchor();
        } else {
            self.average();
        }
    }

    fn step(&mut self) {
        let rows = self.program.rows;
        let (tau, sigma) = (self.length / self.unit, self.length * self.unit);
        rows.combine(&self.now.multipliers, &mut self.doubled, &mut self.combined);
        let shrink = 1.0 + tau * self.program.theta2;
        for (c, theta1) in self.program.theta1.iter().enumerate() {
            let old = self.now.weights[c];
            let (moved, threshold) = (old + tau * self.combined[c], tau * theta1);
            let new = (moved - moved.clamp(-threshold, threshold)) / shrink;
            self.next.weights[c] = new;
            self.ahead[c] = 2.0 * new - old;
        }
        rows.fields(&self.ahead, &mut self.doubled, &mut self.fields);
        let multipliers = self.now.multipliers.iter().zip(&self.fields);
        for (new, (old, field)) in self.next.multipliers.iter_mut().zip(multipliers) {
            *new = (old + sigma * (1.0 - field)).max(0.0);
        }
    }

    /// The step's length, weights and multipliers each in their units (up to the term that couples them).
    fn step_length(&self) -> f64 {
        let weights = distance(&self.next.weights, &self.now.weights);
        let multipliers = distance(&self.next.multipliers, &self.now.multipliers);
        (self.unit * weights.powi(2) + multipliers.powi(2) / self.unit).sqrt()
    }

    fn average(&mut self) {
        let share = self.since as f64 / (self.since + 1) as f64;
        let parts = [
            (
                &mut self.now.weights,
                &self.next.weights,
                &self.anchor.weights,
            ),
            (
                &mut self.now.multipliers,
                &self.next.multipliers,
                &self.anchor.multipliers,
            ),
        ];
        for (now, next, anchor) in parts {
            for ((now, next), anchor) in now.iter_mut().zip(next).zip(anchor) {
                *now = share * (2.0 * next - *now) + (1.0 - share) * anchor;
            }
        }
    }

    fn move_anchor(&mut self) {
        let weights = distance(&self.next.weights, &self.anchor.weights);
        let multipliers = distance(&self.next.multipliers, &self.anchor.multipliers);
        let unit = (self.unit * multipliers / weights).sqrt();
        if unit.is_finite() {
            let (least, most) = (
                self.first_unit / MOST_UNBALANCED,
                self.first_unit * MOST_UNBALANCED,
            );
            self.unit = unit.clamp(least, most);
        }
        self.now.clone_from(&self.next);
        self.anchor.clone_from(&self.next);
        self.since = 0;
    }

    /// What the last step reaches: its weights, scaled to a_r·w ≥ 1 if all fields are positive, and the bound from its multipliers.
    pub(super) fn reached(&mut self) -> (Option<Vec<f64>>, f64) {
        let rows = self.program.rows;
        let Point {
            weights,
            multipliers,
        } = &self.next;
        rows.combine(multipliers, &mut self.doubled, &mut self.combined);
        let bound = self.program.dual_bound(multipliers, &self.combined);
        rows.fields(weights, &mut self.doubled, &mut self.fields);
        let least = self.fields.iter().copied().fold(f64::INFINITY, f64::min);
        let scaled = || weights.iter().map(|w| w / least.min(1.0)).collect();
        ((least > 0.0).then(scaled), bound)
    }
}

fn distance(a: &[f64], b: &[f64]) -> f64 {
    let squares = a.iter().zip(b).map(|(a, b)| (a - b).powi(2));
    squares.sum::<f64>().sqrt()
}
