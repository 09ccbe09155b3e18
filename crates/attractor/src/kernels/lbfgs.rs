//! L-BFGS: smooth functions of many variables, minimised from values and gradients alone (Liu and Nocedal 1989), with the
//! weak Wolfe line search of Lewis and Overton (2013).
//!
//! Sums have one order, so that the same function gives the same iterates on every machine and with any number of threads.

use super::linear::{WIDTH, add_multiple, dot, dot_padded};
use crate::control::Control;
use std::collections::VecDeque;

/// How to minimise.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lbfgs {
    /// Pairs of steps and gradient differences that are kept. More: fewer iterations, more memory and time in each.
    pub memory: usize,
    /// Done when no entry of the gradient is larger than this in absolute value.
    pub gradient_tolerance: f64,
    /// Done when a step lowers the value by less than this fraction of max(|value|, 1).
    pub value_tolerance: f64,
    /// The most iterations; each takes one or a few evaluations.
    pub iterations: usize,
}

impl Default for Lbfgs {
    /// 10 pairs, gradient 1e-8, value 1e-13, 1,000 iterations.
    fn default() -> Self {
        Self {
            memory: 10,
            gradient_tolerance: 1e-8,
            value_tolerance: 1e-13,
            iterations: 1000,
        }
    }
}

/// Where a minimisation ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Minimum {
    /// The value at the point returned.
    pub value: f64,
    /// The largest |entry| of the gradient there.
    pub gradient: f64,
    /// Iterations.
    pub iterations: usize,
    /// Evaluations of the function.
    pub evaluations: usize,
    /// Whether a tolerance was met; else the iterations, the control or the line search ended it.
    pub converged: bool,
}

/// Armijo's constant: a step must lower the value by this fraction of what the slope promises.
const DECREASE: f64 = 1e-4;
/// Wolfe's constant: a step goes on until the slope is flatter than this fraction of the first one.
const CURVATURE: f64 = 0.9;
/// Evaluations of one line search. Where rounding hides every decrease, more find nothing.
const TRIALS: usize = 40;

impl Lbfgs {
    /// Goes downhill from `x` to a point where the gradient (nearly) vanishes; `x` is then that point, the best seen.
    ///
    /// `function(x, gradient)` returns the value at x and fills in the gradient. A value that is not finite counts as +∞:
    /// the step is shortened. Stops when `control` says so.
    pub fn minimise(
        &self,
        x: &mut [f64],
        control: &Control<'_>,
        mut function: impl FnMut(&[f64], &mut [f64]) -> f64,
    ) -> Minimum {
        let mut here = Point::evaluate(x.to_vec(), &mut function);
        let mut evaluations = 1;
        let mut history = History::new(self.memory.max(1));
        let mut iterations = 0;
        let mut converged = here.steepest() <= self.gradient_tolerance;
        while !converged && iterations < self.iterations && !control.should_stop() {
            let direction = history.direction(&here.gradient);
            let slope = wide_dot(&direction, &here.gradient);
            if slope >= 0.0 {
                // Rounding spoilt the memory; steepest descent needs none.
                if history.is_empty() {
                    break;
                }
                history.clear();
                continue;
            }
            let first = if history.is_empty() {
                1.0 / here.gradient_norm()
            } else {
                1.0
            };
            let Some(next) = search(
                &here,
                &direction,
                slope,
                first,
                &mut evaluations,
                &mut function,
            ) else {
                if history.is_empty() {
                    break;
                }
                history.clear();
                continue;
            };
            iterations += 1;
            let fall = here.value - next.value;
            history.push(&here, &next);
            here = next;
            converged = here.steepest() <= self.gradient_tolerance
                || fall <= self.value_tolerance * here.value.abs().max(1.0);
        }
        x.copy_from_slice(&here.x);
        Minimum {
            value: here.value,
            gradient: here.steepest(),
            iterations,
            evaluations,
            converged,
        }
    }
}

/// A point with its value and gradient.
struct Point {
    x: Vec<f64>,
    value: f64,
    gradient: Vec<f64>,
}

impl Point {
    fn evaluate(x: Vec<f64>, function: &mut impl FnMut(&[f64], &mut [f64]) -> f64) -> Self {
        let mut gradient = vec![0.0; x.len()];
        let value = function(&x, &mut gradient);
        let value = if value.is_finite() {
            value
        } else {
            f64::INFINITY
        };
        Self { x, value, gradient }
    }

    fn steepest(&self) -> f64 {
        self.gradient.iter().fold(0.0, |most, g| most.max(g.abs()))
    }

    fn gradient_norm(&self) -> f64 {
        wide_dot(&self.gradient, &self.gradient).sqrt()
    }
}

/// A point along `direction` that meets the weak Wolfe conditions, by doubling and bisection; if the trials end before, the
/// lowest point that lowers the value enough. None: there is none.
fn search(
    here: &Point,
    direction: &[f64],
    slope: f64,
    first: f64,
    evaluations: &mut usize,
    function: &mut impl FnMut(&[f64], &mut [f64]) -> f64,
) -> Option<Point> {
    let (mut shortest, mut longest, mut length) = (0.0, f64::INFINITY, first);
    let mut best: Option<Point> = None;
    for _ in 0..TRIALS {
        let mut x = here.x.clone();
        add_multiple(length, direction, &mut x);
        let point = Point::evaluate(x, function);
        *evaluations += 1;
        if point.value > here.value + DECREASE * length * slope {
            longest = length;
        } else {
            let flat = wide_dot(&point.gradient, direction) >= CURVATURE * slope;
            shortest = length;
            if best.as_ref().is_none_or(|best| point.value < best.value) {
                best = Some(point);
            }
            if flat {
                break;
            }
        }
        length = if longest.is_finite() {
            f64::midpoint(shortest, longest)
        } else {
            2.0 * shortest
        };
    }
    best
}

/// The last steps s and gradient differences y, with s·y > 0.
struct History {
    pairs: VecDeque<(Vec<f64>, Vec<f64>, f64)>,
    memory: usize,
}

impl History {
    fn new(memory: usize) -> Self {
        Self {
            pairs: VecDeque::with_capacity(memory),
            memory,
        }
    }

    fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    fn clear(&mut self) {
        self.pairs.clear();
    }

    fn push(&mut self, from: &Point, to: &Point) {
        let difference = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a - b).collect();
        let step: Vec<f64> = difference(&to.x, &from.x);
        let change: Vec<f64> = difference(&to.gradient, &from.gradient);
        let product = wide_dot(&step, &change);
        if product > f64::EPSILON * wide_dot(&change, &change) {
            if self.pairs.len() == self.memory {
                self.pairs.pop_front();
            }
            self.pairs.push_back((step, change, product));
        }
    }

    /// −H g by the two loops of Nocedal (1980), H the approximate inverse Hessian.
    fn direction(&self, gradient: &[f64]) -> Vec<f64> {
        let mut direction: Vec<f64> = gradient.iter().map(|g| -g).collect();
        let mut factors = Vec::with_capacity(self.pairs.len());
        for (step, change, product) in self.pairs.iter().rev() {
            let factor = wide_dot(step, &direction) / product;
            add_multiple(-factor, change, &mut direction);
            factors.push(factor);
        }
        if let Some((_, change, product)) = self.pairs.back() {
            let scale = product / wide_dot(change, change);
            for d in &mut direction {
                *d *= scale;
            }
        }
        for ((step, change, product), factor) in self.pairs.iter().zip(factors.iter().rev()) {
            let back = wide_dot(change, &direction) / product;
            add_multiple(factor - back, step, &mut direction);
        }
        direction
    }
}

/// a·b, whole registers side by side, then the rest.
fn wide_dot(a: &[f64], b: &[f64]) -> f64 {
    let whole = a.len() / WIDTH * WIDTH;
    dot_padded(a, b) + dot(&a[whole..], &b[whole..])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rosenbrock's valley in 20 variables: the minimum is 0, at (1, …, 1).
    #[test]
    fn a_curved_valley_is_followed_to_its_end() {
        let mut x = vec![-1.2; 20];
        let minimum = Lbfgs::default().minimise(&mut x, &Control::new(), |x, gradient| {
            gradient.fill(0.0);
            let mut value = 0.0;
            for k in 0..x.len() - 1 {
                let (up, along) = (x[k + 1] - x[k] * x[k], 1.0 - x[k]);
                value += 100.0 * up * up + along * along;
                gradient[k] -= 400.0 * up * x[k] + 2.0 * along;
                gradient[k + 1] += 200.0 * up;
            }
            value
        });
        assert!(minimum.converged && minimum.value < 1e-12, "{minimum:?}");
        assert!(x.iter().all(|x| (x - 1.0).abs() < 1e-5), "{x:?}");
    }

    /// ½ xᵀAx − bᵀx with A diagonal, condition 10⁴: the answer is b/a.
    #[test]
    fn a_quadratic_is_solved_to_its_tolerance() {
        let a = |k: usize| 10f64.powf(4.0 * k as f64 / 49.0);
        let mut x = vec![0.0; 50];
        let minimum = Lbfgs::default().minimise(&mut x, &Control::new(), |x, gradient| {
            let mut value = 0.0;
            for (k, (x, g)) in x.iter().zip(gradient).enumerate() {
                value += 0.5 * a(k) * x * x - x;
                *g = a(k) * x - 1.0;
            }
            value
        });
        assert!(minimum.converged, "{minimum:?}");
        for (k, x) in x.iter().enumerate() {
            assert!((x - 1.0 / a(k)).abs() < 1e-5, "{k}: {x}");
        }
    }

    /// −log x + x leaves its domain on long steps, where it has no value.
    #[test]
    fn points_without_a_value_are_avoided() {
        let mut x = vec![1e-3];
        let minimum = Lbfgs::default().minimise(&mut x, &Control::new(), |x, gradient| {
            gradient[0] = 1.0 - 1.0 / x[0];
            x[0] - x[0].ln()
        });
        assert!(
            minimum.converged && (x[0] - 1.0).abs() < 1e-6,
            "{minimum:?} {x:?}"
        );
    }

    #[test]
    fn a_stop_returns_the_best_so_far() {
        let stop = || true;
        let control = Control::new().with_condition(&stop);
        let mut x = vec![3.0];
        let minimum = Lbfgs::default().minimise(&mut x, &control, |x, gradient| {
            gradient[0] = 2.0 * x[0];
            x[0] * x[0]
        });
        assert_eq!(
            (x[0], minimum.value, minimum.iterations, minimum.converged),
            (3.0, 9.0, 0, false)
        );
    }
}
