//! Radii: how many flipped entries every stored pattern is certain to survive, for numbers of neurons and of random patterns.

use crate::figures::CellError;
use crate::seeds;
use attractor::{Couplings, Patterns, Symmetry, Ties};
use attractor_exact::{
    Control, Options, Preference, Problem, Survive, SurviveGoal, Weights, train,
};
use std::time::Duration;

/// The limit of one training if none is given. Larger: tables take hours. Smaller: radii of large networks are missed.
pub const DEFAULT_LIMIT: Duration = Duration::from_secs(10);

/// The table that is to be measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Radii {
    /// Values of the weights.
    pub weights: Weights,
    /// Whether w_ij and w_ji are one weight.
    pub symmetry: Symmetry,
    /// When a zero field is right.
    pub ties: Ties,
    /// Numbers of neurons and of patterns, each at least 1.
    pub sizes: Vec<(usize, usize)>,
    /// Independent instances of each size, the r-th with the r-th seed of the experiment.
    pub repeats: usize,
    /// Of the experiment.
    pub seed: u64,
    /// Of each training.
    pub limit: Duration,
}

/// The radius of one instance that was stored whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Certain {
    /// Flipped entries that every pattern survives.
    pub radius: usize,
    /// No network of the class that stores the patterns survives more, where that is known.
    pub bound: Option<usize>,
}

/// What was measured at one size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// N.
    pub neurons: usize,
    /// P.
    pub patterns: usize,
    /// Instances that were trained.
    pub instances: usize,
    /// Those of them that were stored whole.
    pub stored: Vec<Certain>,
}

impl Cell {
    /// The mean radius of the stored instances; `None` if there is none.
    pub fn mean(&self) -> Option<f64> {
        mean(self.stored.iter().map(|certain| certain.radius))
    }

    /// The mean bound, if every stored instance has one.
    pub fn mean_bound(&self) -> Option<f64> {
        let bounds: Option<Vec<usize>> = self.stored.iter().map(|c| c.bound).collect();
        mean(bounds?.into_iter())
    }

    /// Of how many stored instances the radius is proven to be the largest.
    pub fn proven(&self) -> usize {
        let is_proven = |c: &&Certain| c.bound == Some(c.radius);
        self.stored.iter().filter(is_proven).count()
    }

    /// Whether it is that of all instances, all of which are stored.
    pub fn is_proven(&self) -> bool {
        self.proven() == self.instances
    }
}

fn mean(numbers: impl ExactSizeIterator<Item = usize>) -> Option<f64> {
    let count = numbers.len();
    (count > 0).then(|| numbers.sum::<usize>() as f64 / count as f64)
}

impl Radii {
    /// Measures every size, until done or interrupted; a size that was not finished is left out. `tell(done, all)` is called
    /// after each instance.
    ///
    /// # Errors
    /// Sizes and weights that training refuses.
    pub fn measure(
        &self,
        control: &Control<'_>,
        tell: impl Fn(usize, usize),
    ) -> Result<Vec<Cell>, CellError> {
        let mut cells = Vec::new();
        for &(neurons, patterns) in &self.sizes {
            let mut cell = Cell {
                neurons,
                patterns,
                instances: self.repeats,
                stored: Vec::new(),
            };
            for repeat in 0..self.repeats {
                let certain = self.instance((neurons, patterns), repeat, control)?;
                if control.interrupted() {
                    return Ok(cells);
                }
                cell.stored.extend(certain);
                let done = cells.len() * self.repeats + repeat + 1;
                tell(done, self.sizes.len() * self.repeats);
            }
            cells.push(cell);
        }
        Ok(cells)
    }

    /// One instance; `None` if a bit of it is wrong.
    fn instance(
        &self,
        (neurons, count): (usize, usize),
        repeat: usize,
        control: &Control<'_>,
    ) -> Result<Option<Certain>, CellError> {
        let data = |error: &dyn std::fmt::Display| CellError::Data(error.to_string());
        let seed = seeds::of_repeat(self.seed, repeat);
        let patterns = Patterns::random(count, neurons, seed).map_err(|e| data(&e))?;
        let couplings = Couplings::full(neurons, self.symmetry).map_err(|e| data(&e))?;
        let problem = Problem {
            ties: self.ties,
            weights: self.weights,
            preference: Preference::WidestMargin,
            survive: Some(Survive::new(SurviveGoal::Largest, 0)),
            ..Problem::new(patterns, couplings).map_err(|e| data(&e))?
        };
        let outcome = train(&problem, &Options { seed }, &control.within(self.limit));
        let outcome = outcome.map_err(|e| data(&e))?;
        let stored = outcome.trained.total.wrong_bits == 0;
        let survival = outcome.survival.filter(|_| stored);
        Ok(survival.and_then(|survival| {
            Some(Certain {
                radius: survival.guaranteed?.flips,
                bound: survival.upper_bound,
            })
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_tables_are_proven_and_the_same_for_a_seed() {
        let radii = Radii {
            weights: Weights::Ternary,
            symmetry: Symmetry::Directed,
            ties: Ties::Strict,
            sizes: vec![(10, 2), (12, 3)],
            repeats: 2,
            seed: 1,
            limit: Duration::from_secs(60),
        };
        let cells = radii.measure(&Control::new(), |_, _| ()).unwrap();
        assert_eq!(cells.len(), 2);
        assert!(cells.iter().all(Cell::is_proven), "{cells:?}");
        assert!(cells.iter().all(|cell| cell.mean() == cell.mean_bound()));
        let other = Radii {
            sizes: vec![(12, 3)],
            ..radii
        };
        assert_eq!(
            other.measure(&Control::new(), |_, _| ()).unwrap(),
            cells[1..]
        );
    }
}
