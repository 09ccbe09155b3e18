//! Capacity: how often a method stores P patterns without a wrong bit, for growing P.

use crate::figures::CellError;
use crate::method::{Method, Settings, Task};
use crate::parallel;
use crate::plot::{Chart, Look, Point, Series, distinct};
use crate::seeds;
use attractor::rules::Assignment;
use attractor::{Patterns, Shape, Stability};
use attractor_exact::Control;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use std::sync::Mutex;

/// Numbers of patterns that are measured if none are asked for. Larger: a smoother curve that takes longer.
const DEFAULT_LOADS: usize = 12;

/// The most trainings of one method. Larger: lists of a number for every training that fill the memory.
pub const MOST_INSTANCES: usize = 1_000_000;

/// The numbers of patterns that are measured if none are asked for, from, to and step: twelve, up to 2N or to `most`.
pub fn usual_loads(neurons: usize, most: usize) -> (usize, usize, usize) {
    let to = (2 * neurons).min(most);
    let step = to.div_ceil(DEFAULT_LOADS);
    (step, to, step)
}

/// Where the patterns of an experiment come from.
#[derive(Debug, Clone, PartialEq)]
pub enum Source {
    /// Fair coin flips.
    Random,
    /// A random choice among these.
    Among(Patterns),
}

/// A storage experiment with one method.
#[derive(Debug, Clone, PartialEq)]
pub struct Capacity {
    /// Where patterns come from.
    pub source: Source,
    /// The shape of the images, whose pixels are the neurons; height 1 for patterns that are no images.
    pub shape: Shape,
    /// How networks are trained.
    pub method: Method,
    /// What the method is told.
    pub settings: Settings,
    /// Settings of a classical rule's own; none for other methods.
    pub rule_settings: Vec<Assignment>,
    /// The numbers of patterns to measure, ascending, from 1 to as many as there are.
    pub loads: Vec<usize>,
    /// Independent instances for each P.
    pub repeats: usize,
    /// Instance r has the r-th seed of it: seed·1000 + r while r < 1000.
    pub seed: u64,
}

/// What was measured at one P.
#[derive(Debug, Clone, PartialEq)]
pub struct Load {
    /// P.
    pub patterns: usize,
    /// Wrong bits of each instance, in the order of the instances.
    pub wrong_bits: Vec<usize>,
    /// Proven lower bounds of each instance, if the method proves any.
    pub lower_bounds: Vec<usize>,
}

impl Load {
    /// Mean wrong bits per pattern and its 95 % interval.
    pub fn wrong_per_pattern(&self) -> Point {
        let per_pattern = |&wrong: &usize| wrong as f64 / self.patterns as f64;
        let values: Vec<f64> = self.wrong_bits.iter().map(per_pattern).collect();
        Point::estimate_of(self.patterns as f64, &values)
    }

    /// Mean proven bound on the wrong bits per pattern.
    pub fn bound_per_pattern(&self) -> Option<f64> {
        let total: usize = self.lower_bounds.iter().sum();
        let count = self.lower_bounds.len() * self.patterns;
        (count > 0).then(|| total as f64 / count as f64)
    }

    /// Instances stored without error in percent, with Wilson's 95 % interval.
    pub fn success(&self) -> Point {
        let hits = self.wrong_bits.iter().filter(|&&wrong| wrong == 0).count();
        Point::percent_of(self.patterns as f64, hits, self.wrong_bits.len())
    }
}

impl Capacity {
    /// Measures every number of patterns, until done or interrupted. A number of which no instance was measured is left
    /// out. `tell(done, all)` is called after each instance.
    ///
    /// # Errors
    /// What method or patterns refuse.
    pub fn measure(
        &self,
        control: &Control<'_>,
        tell: impl Fn(usize, usize) + Sync,
    ) -> Result<Vec<Load>, CellError> {
        let instances: Vec<(usize, usize)> = self
            .loads
            .iter()
            .flat_map(|&patterns| (0..self.repeats).map(move |repeat| (patterns, repeat)))
            .collect();
        let done = Mutex::new((Vec::new(), None));
        let threads = parallel::each(&instances, |&(patterns, repeat)| {
            if control.should_stop() {
                return false;
            }
            let result = self.instance(patterns, repeat, control);
            let mut done = done
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            match result {
                Ok(_) if control.interrupted() => return false,
                Ok(measured) => done.0.push((patterns, repeat, measured)),
                Err(error) => {
                    done.1.get_or_insert(error);
                    return false;
                }
            }
            tell(done.0.len(), instances.len());
            true
        });
        threads.map_err(|error| CellError::Data(error.to_string()))?;
        let (mut measured, error) = done
            .into_inner()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(error) = error {
            return Err(error);
        }
        measured.sort_unstable();
        let of = |&patterns: &usize| {
            let own = || measured.iter().filter(move |(p, _, _)| *p == patterns);
            let load = Load {
                patterns,
                wrong_bits: own().map(|(_, _, (wrong, _))| *wrong).collect(),
                lower_bounds: own().filter_map(|(_, _, (_, bound))| *bound).collect(),
            };
            (!load.wrong_bits.is_empty()).then_some(load)
        };
        Ok(self.loads.iter().filter_map(of).collect())
    }

    /// Wrong bits and proven bound of one instance.
    fn instance(
        &self,
        count: usize,
        repeat: usize,
        control: &Control<'_>,
    ) -> Result<(usize, Option<usize>), CellError> {
        let data = |error: &dyn std::fmt::Display| CellError::Data(error.to_string());
        let seed = seeds::of_repeat(self.seed, repeat);
        let patterns = match &self.source {
            Source::Random => {
                Patterns::random(count, self.shape.neurons(), seed).map_err(|e| data(&e))?
            }
            Source::Among(all) => {
                let mut order: Vec<usize> = (0..all.count()).collect();
                order.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
                order.truncate(count);
                all.select(&order).map_err(|e| data(&e))?
            }
        };
        let task = Task {
            patterns: &patterns,
            shape: self.shape,
            settings: &self.settings,
            rule_settings: &self.rule_settings,
            seed,
        };
        let trained = self.method.train(&task, control)?.trained;
        let stability = Stability::of(&trained.network, &patterns, self.settings.ties);
        let wrong = stability.map_err(|e| data(&e))?.wrong_bits();
        let bound = self.method.is_exact().then_some(trained.total.lower_bound);
        Ok((wrong, bound))
    }
}

/// The number of patterns at which half of the instances are stored without error, interpolated linearly; None if the curve
/// does not cross one half.
pub fn half_success(loads: &[Load]) -> Option<f64> {
    let points: Vec<Point> = loads.iter().map(Load::success).collect();
    points.windows(2).find_map(|pair| {
        let (a, b) = (pair[0], pair[1]);
        (a.y >= 50.0 && b.y < 50.0).then(|| a.x + (a.y - 50.0) / (a.y - b.y) * (b.x - a.x))
    })
}

/// One curve a method: the share of instances stored without error against P.
pub fn chart(title: String, curves: &[(Method, Vec<Load>)]) -> Chart {
    let looks = distinct(curves.iter().map(|(method, _)| method.look()));
    let line = |((method, loads), look): (&(Method, Vec<Load>), Look)| Series {
        name: match half_success(loads) {
            Some(half) => format!("{} (half at P = {half:.1})", method.label()),
            None => method.label().to_owned(),
        },
        points: loads.iter().map(Load::success).collect(),
        look,
    };
    Chart {
        title,
        x_label: "patterns P".to_owned(),
        y_label: "stored without error, % of instances".to_owned(),
        y_min: Some(0.0),
        y_max: Some(104.0),
        marks: Vec::new(),
        series: curves.iter().zip(looks).map(line).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use attractor::Ties;
    use attractor::rules::Classical;

    #[test]
    fn the_pseudo_inverse_ends_at_n_minus_one() {
        let experiment = Capacity {
            source: Source::Random,
            shape: "1x24".parse().unwrap(),
            method: Method::Rule(Classical::PseudoInverse),
            settings: Settings {
                ties: Ties::Strict,
                time_limit: 5.0,
                ..Settings::default()
            },
            rule_settings: Vec::new(),
            loads: vec![12, 20, 22, 26, 40],
            repeats: 6,
            seed: 1,
        };
        let loads = experiment.measure(&Control::new(), |_, _| {}).unwrap();
        let half = half_success(&loads).unwrap();
        assert!((22.0..26.0).contains(&half), "{half}");
        assert_eq!(loads[0].success().y, 100.0);
        assert!(loads[0].success().low > 50.0 && loads[4].success().high < 50.0);
        assert!(loads[4].wrong_per_pattern().y > 1.0);
        let all = Source::Among(Patterns::random(40, 24, 5).unwrap());
        let among = Capacity {
            source: all,
            method: Method::Rule(Classical::Hebbian),
            ..experiment
        };
        let loads = among.measure(&Control::new(), |_, _| {}).unwrap();
        // There is but one choice of all 40, and all instances agree on it.
        assert!(
            loads[4]
                .wrong_bits
                .iter()
                .all(|&w| w == loads[4].wrong_bits[0])
        );
        assert!(
            chart(
                "t".into(),
                &[(Method::Rule(Classical::PseudoInverse), loads)]
            )
            .svg()
            .is_ok()
        );
    }
}
