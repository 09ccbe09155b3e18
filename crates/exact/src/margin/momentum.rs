//! A step beyond each sweep over the blocks: the best in the plane of the sweep's own change and of the step before it.
//!
//! Once the face of positive multipliers is settled, sweeps are a linear iteration whose slowest direction shrinks by a
//! per cent or two a sweep. Looking for the least dual in that plane makes it a conjugate gradient method with the sweep as
//! its preconditioner (locally optimal, Knyazev 2001), which needs a root of the number of sweeps. The fields of both
//! changes are known, so the plane costs a few inner products; its minimiser is projected onto λ ≥ 0 and taken only if
//! the dual is lower there.

use attractor::kernels::linear::dot;

/// Multipliers and the fields of their weights.
#[derive(Debug, Clone)]
pub(super) struct Point {
    pub(super) multipliers: Vec<f64>,
    pub(super) fields: Vec<f64>,
}

impl Point {
    /// ½λᵀGλ − Σλ.
    fn value(&self) -> f64 {
        let terms = self.multipliers.iter().zip(&self.fields);
        terms.map(|(l, f)| l * (0.5 * f - 1.0)).sum()
    }

    fn minus(&self, other: &Self) -> Self {
        let difference = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a - b).collect();
        Self {
            multipliers: difference(&self.multipliers, &other.multipliers),
            fields: difference(&self.fields, &other.fields),
        }
    }
}

/// Least share of the way to the minimiser that is tried. Larger: tries fail again and again; smaller: it takes long to grow
/// back.
const LEAST_REACH: f64 = 1.0 / 64.0;
/// Factor of the share after a failure. Larger: more failures; smaller: steps shorter than needed.
const SHRINK: f64 = 0.25;
/// Factor of the share after a success. Larger: the next try fails; smaller: it takes long to grow back.
const GROW: f64 = 2.0;

/// The point before the last sweep, and the step that led to it.
#[derive(Debug)]
pub(super) struct Momentum {
    /// Share of the way to the minimiser: less than all where the way there leads through λ = 0.
    reach: f64,
    last: Option<Point>,
    step: Option<Point>,
}

impl Momentum {
    pub(super) fn new() -> Self {
        Self {
            reach: 1.0,
            last: None,
            step: None,
        }
    }

    /// From where a sweep has led to a point no worse, given the fields of any multipliers.
    pub(super) fn beyond(
        &mut self,
        swept: Point,
        fields: impl FnOnce(&[f64]) -> Vec<f64>,
    ) -> Point {
        let Some(last) = &self.last else {
            self.last = Some(swept.clone());
            return swept;
        };
        let change = swept.minus(last);
        let multipliers = ahead(&swept, &change, self.step.as_ref(), self.reach);
        let tried = multipliers.map(|multipliers| Point {
            fields: fields(&multipliers),
            multipliers,
        });
        let next = match tried {
            Some(tried) if tried.value() < swept.value() => {
                self.reach = (GROW * self.reach).min(1.0);
                tried
            }
            _ => {
                self.reach = (SHRINK * self.reach).max(LEAST_REACH);
                swept
            }
        };
        self.step = Some(next.minus(last));
        self.last = Some(next.clone());
        next
    }
}

/// The minimiser over `swept` + α·`change` + β·`step`, projected onto λ ≥ 0; None where there is none.
fn ahead(swept: &Point, change: &Point, step: Option<&Point>, reach: f64) -> Option<Vec<f64>> {
    let slope = |d: &Point| -> f64 {
        let terms = d.multipliers.iter().zip(&swept.fields);
        terms.map(|(d, f)| d * (1.0 - f)).sum()
    };
    let curvature = |d: &Point, e: &Point| dot(&d.multipliers, &e.fields);
    let (b, a) = (slope(change), curvature(change, change));
    let alone = (b / a, 0.0);
    let (alpha, beta) = step.map_or(alone, |step| {
        let (c, d, e) = (slope(step), curvature(change, step), curvature(step, step));
        let determinant = a * e - d * d;
        let (alpha, beta) = ((b * e - c * d) / determinant, (a * c - b * d) / determinant);
        if alpha.is_finite() && beta.is_finite() {
            (alpha, beta)
        } else {
            alone
        }
    });
    if !alpha.is_finite() {
        return None;
    }
    let mut multipliers: Vec<f64> = swept.multipliers.clone();
    for (l, d) in multipliers.iter_mut().zip(&change.multipliers) {
        *l += reach * alpha * d;
    }
    if let Some(step) = step {
        for (l, d) in multipliers.iter_mut().zip(&step.multipliers) {
            *l += reach * beta * d;
        }
    }
    for l in &mut multipliers {
        *l = l.max(0.0);
    }
    Some(multipliers)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows in a chain: each shares half of its norm with the next, so that single steps carry news slowly.
    const LENGTH: usize = 40;

    fn fields(multipliers: &[f64]) -> Vec<f64> {
        let at = |k: usize| multipliers.get(k).copied().unwrap_or(0.0);
        let field = |k: usize| 2.001 * at(k) - at(k.wrapping_sub(1)) - at(k + 1);
        (0..LENGTH).map(field).collect()
    }

    fn sweep(multipliers: &mut [f64]) {
        for r in 0..LENGTH {
            let residual = 1.0 - fields(multipliers)[r];
            multipliers[r] = (multipliers[r] + residual / 2.001).max(0.0);
        }
    }

    fn point(multipliers: &[f64]) -> Point {
        Point {
            fields: fields(multipliers),
            multipliers: multipliers.to_vec(),
        }
    }

    #[test]
    fn never_worse_than_the_sweep_and_there_sooner() {
        let mut least = vec![0.0; LENGTH];
        for _ in 0..5_000 {
            sweep(&mut least);
        }
        let optimum = point(&least).value();
        let sweeps = |mut momentum: Option<Momentum>| {
            let mut multipliers = vec![0.0; LENGTH];
            for k in 1..5_000 {
                sweep(&mut multipliers);
                let swept = point(&multipliers);
                let value = swept.value();
                if value <= optimum * (1.0 - 1e-9) {
                    return k;
                }
                if let Some(momentum) = &mut momentum {
                    let next = momentum.beyond(swept, fields);
                    assert!(next.value() <= value && next.multipliers.iter().all(|l| *l >= 0.0));
                    multipliers = next.multipliers;
                }
            }
            panic!("no convergence");
        };
        let (plain, fast) = (sweeps(None), sweeps(Some(Momentum::new())));
        assert!(4 * fast < plain, "{fast} {plain}");
    }
}
