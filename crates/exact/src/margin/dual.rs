//! The dual of widest margin, by gradient projections and conjugate gradients.
//!
//! Widest margin: least ½‖w‖² with every kept row's field a_r·w ≥ 1. Its dual: over λ ≥ 0 the least
//! q(λ) = ½ λᵀGλ − Σλ, G the rows' Gram matrix, w = Σ λ_r a_r. Every λ proves that no margin exceeds ‖w‖/Σλ, and where
//! the least field t of its w is positive, w itself has margin t/‖w‖; at the optimum both are 1/‖w‖.
//!
//! Method: modified proportioning (Dostál & Schöberl 2005) with projected conjugate gradient expansion (Kružík et al.
//! 2020). Conjugate gradients run on the face of positive multipliers while they dominate the gradient; a step that would
//! leave λ ≥ 0 is projected; multipliers at zero are released along their negative gradient. Each takes one product with
//! G, so many independent problems (the neurons of a directed network) advance together, a column each.

use crate::tolerances::HOPELESS;
use attractor::kernels::linear::dot;

/// What the next product with G is for.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Step {
    /// Along the conjugate direction.
    Conjugate,
    /// Releases multipliers at zero.
    Proportion,
    /// The gradient at a projected point, which lies `length` along the conjugate direction before projection.
    Expand { length: f64 },
}

/// One problem's state between two products with G.
pub(super) struct Dual {
    /// 1 for rows that are to hold, −1 (never binding) for the others.
    asked: Vec<f64>,
    multipliers: Vec<f64>,
    /// Gλ − 1.
    gradient: Vec<f64>,
    direction: Vec<f64>,
    trial: Vec<f64>,
    step: Step,
    /// Largest vᵀGv/vᵀv seen: a lower bound on ‖G‖.
    curvature: f64,
}

impl Dual {
    /// From λ = 0; `asked` tells which rows are to hold: products for the others must be 0.
    pub(super) fn new(asked: &[bool]) -> Self {
        let asked: Vec<f64> = asked.iter().map(|&a| if a { 1.0 } else { -1.0 }).collect();
        let gradient: Vec<f64> = asked.iter().map(|b| -b).collect();
        let mut dual = Self {
            multipliers: vec![0.0; asked.len()],
            direction: vec![0.0; asked.len()],
            trial: Vec::new(),
            gradient,
            asked,
            step: Step::Proportion,
            curvature: 0.0,
        };
        dual.choose_step();
        dual
    }

    /// What G is to be multiplied with next.
    pub(super) fn request(&self) -> &[f64] {
        match self.step {
            Step::Conjugate | Step::Proportion => &self.direction,
            Step::Expand { .. } => &self.trial,
        }
    }

    /// Takes the step, given G times [`Self::request`].
    pub(super) fn advance(&mut self, product: &[f64]) {
        match self.step {
            Step::Conjugate => self.conjugate(product),
            Step::Proportion => {
                let length = self.length(product);
                self.walk(length, product);
                self.restart();
                self.choose_step();
            }
            Step::Expand { length } => self.expand(length, product),
        }
    }

    pub(super) fn into_multipliers(self) -> Vec<f64> {
        self.multipliers
    }

    /// What the multipliers prove and their weights reach.
    pub(super) fn summary(&self) -> Summary {
        let fields = self.gradient.iter().zip(&self.asked).map(|(g, b)| g + b);
        Summary::new(
            self.multipliers.iter().zip(fields).zip(&self.asked),
            |((&l, field), &asked)| (l, field, asked > 0.0),
        )
    }

    fn conjugate(&mut self, product: &[f64]) {
        let length = self.length(product);
        let feasible = self
            .multipliers
            .iter()
            .zip(&self.direction)
            .filter(|(_, d)| **d > 0.0)
            .map(|(l, d)| l / d)
            .fold(f64::INFINITY, f64::min);
        if length > feasible {
            self.project(length);
            return;
        }
        let curvature = dot(&self.direction, product);
        self.walk(length, product);
        let overlap: f64 = (0..product.len())
            .filter(|&r| self.multipliers[r] > 0.0)
            .map(|r| self.gradient[r] * product[r])
            .sum();
        let beta = overlap / curvature;
        for ((d, l), g) in self
            .direction
            .iter_mut()
            .zip(&self.multipliers)
            .zip(&self.gradient)
        {
            *d = if *l > 0.0 { g - beta * *d } else { 0.0 };
        }
        self.choose_step();
    }

    /// The trial point P(λ − length·d).
    fn project(&mut self, length: f64) {
        self.trial.clear();
        let points = self.multipliers.iter().zip(&self.direction);
        self.trial
            .extend(points.map(|(l, d)| (l - length * d).max(0.0)));
        self.step = Step::Expand { length };
    }

    /// Accepts the projected point if q falls; else halves the step, which must succeed along a descent direction.
    fn expand(&mut self, length: f64, product: &[f64]) {
        let value = |l: &[f64], g: &dyn Fn(usize) -> f64| -> f64 {
            (0..l.len()).map(|r| l[r] * (g(r) - self.asked[r])).sum()
        };
        let before = value(&self.multipliers, &|r| self.gradient[r]);
        let after = value(&self.trial, &|r| product[r] - self.asked[r]);
        if after >= before && length > f64::MIN_POSITIVE {
            self.project(0.5 * length);
            return;
        }
        std::mem::swap(&mut self.multipliers, &mut self.trial);
        for ((g, v), b) in self.gradient.iter_mut().zip(product).zip(&self.asked) {
            *g = v - b;
        }
        self.restart();
        self.choose_step();
    }

    /// The minimiser along the direction; where q has no curvature, as far as rounding can carry.
    fn length(&mut self, product: &[f64]) -> f64 {
        let slope = dot(&self.gradient, &self.direction);
        let curvature = dot(&self.direction, product);
        let square = dot(&self.direction, &self.direction);
        if square == 0.0 {
            return 0.0;
        }
        self.curvature = self.curvature.max(curvature / square);
        slope / curvature.max(f64::EPSILON * self.curvature * square)
    }

    fn walk(&mut self, length: f64, product: &[f64]) {
        for (l, d) in self.multipliers.iter_mut().zip(&self.direction) {
            *l = (*l - length * d).max(0.0);
        }
        for (g, v) in self.gradient.iter_mut().zip(product) {
            *g -= length * v;
        }
    }

    /// The direction becomes the gradient on the face.
    fn restart(&mut self) {
        let points = self.multipliers.iter().zip(&self.gradient);
        for (d, (l, g)) in self.direction.iter_mut().zip(points) {
            *d = if *l > 0.0 { *g } else { 0.0 };
        }
    }

    /// Goes on along the face while its part of the gradient, as far as multipliers have room to fall, is the larger.
    fn choose_step(&mut self) {
        let (mut free, mut chopped) = (0.0, 0.0);
        for (&l, &g) in self.multipliers.iter().zip(&self.gradient) {
            if l > 0.0 {
                free += g * g.min(l * self.curvature);
            } else if g < 0.0 {
                chopped += g * g;
            }
        }
        self.step = if chopped > free {
            let points = self.multipliers.iter().zip(&self.gradient);
            for (d, (l, g)) in self.direction.iter_mut().zip(points) {
                *d = if *l > 0.0 { 0.0 } else { g.min(0.0) };
            }
            Step::Proportion
        } else {
            Step::Conjugate
        };
    }
}

/// What multipliers prove and what their weights reach.
#[derive(Debug, Clone, Copy)]
pub(super) struct Summary {
    /// ‖w‖².
    pub(super) squared_norm: f64,
    /// Σλ.
    pub(super) total: f64,
    /// Least aligned field of w among kept rows.
    pub(super) least: f64,
    /// Kept rows without a positive field.
    pub(super) wrong: usize,
}

impl Summary {
    /// From multipliers, the fields of their weights, and which rows are asked for.
    pub(super) fn of(multipliers: &[f64], fields: &[f64], asked: &[bool]) -> Self {
        Self::new(
            multipliers.iter().zip(fields).zip(asked),
            |((&l, &field), &asked)| (l, field, asked),
        )
    }

    /// From rows in any form, each as its multiplier, its field and whether it is asked for.
    pub(super) fn new<R>(
        rows: impl Iterator<Item = R>,
        row: impl Fn(R) -> (f64, f64, bool),
    ) -> Self {
        let mut summary = Self {
            squared_norm: 0.0,
            total: 0.0,
            least: f64::INFINITY,
            wrong: 0,
        };
        for (multiplier, field, asked) in rows.map(row) {
            summary.squared_norm += multiplier * field;
            summary.total += multiplier;
            if asked {
                summary.least = summary.least.min(field);
                summary.wrong += usize::from(field <= 0.0);
            }
        }
        summary
    }

    /// 1 − margin/bound with the bound ‖w‖/Σλ.
    pub(super) fn gap(&self) -> f64 {
        1.0 - self.least * self.total / self.squared_norm
    }
}

/// Whether rows of squared norm `scale` can have no margin worth the name, by the bound.
pub(super) fn hopeless(summary: &Summary, scale: f64) -> bool {
    summary.total > 0.0 && summary.squared_norm <= HOPELESS * scale * summary.total.powi(2)
}
