//! Task: what is asked of which patterns, and in which order radii and sets of patterns are tried.

use super::cues::Demand;
use super::most::most;
use super::relaxation::{Decision, Relaxation};
use super::report::{Forbidden, Survival};
use super::{discrete, symmetric};
use crate::budget;
use crate::error::ExactError;
use crate::evidence::{SurvivalBound, SurvivalCore};
use crate::instance::Instance;
use crate::problem::{Survive, SurviveGoal, Weights};
use attractor::{Control, Network, Radius, Stability, Symmetry, certified_radii};

/// What is asked, of which patterns.
pub(super) struct Task<'a> {
    instance: &'a Instance<'a>,
    asked: Survive,
    seed: u64,
    held: &'a Stability,
    /// The network whose bits are held.
    start: &'a Network,
    /// Patterns without a wrong bit.
    stored: Vec<usize>,
}

/// Which radii are still open.
struct Radii {
    /// None from this one on, as far as is known.
    beyond: usize,
    /// The least radius that was refuted, and by what.
    refuted: Option<(usize, SurvivalCore)>,
}

/// What is found out.
pub(super) struct Found {
    pub(super) survival: Survival,
    pub(super) bound: Option<SurvivalBound>,
    pub(super) network: Option<Network>,
}

impl Found {
    fn new(survival: Survival) -> Self {
        Self {
            survival,
            bound: None,
            network: None,
        }
    }

    fn with(self, network: Network) -> Self {
        Self {
            network: Some(network),
            ..self
        }
    }
}

impl<'a> Task<'a> {
    pub(super) fn new(
        instance: &'a Instance<'a>,
        asked: Survive,
        seed: u64,
        held: &'a Stability,
        start: &'a Network,
    ) -> Self {
        let patterns = 0..instance.patterns.count();
        Self {
            instance,
            asked,
            seed,
            held,
            start,
            stored: patterns
                .filter(|&mu| held.wrong_in_pattern(mu) == 0)
                .collect(),
        }
    }

    /// What is found out, and a network that survives more than `start`, if there is one.
    pub(super) fn run(&self, control: &Control<'_>) -> Result<Found, ExactError> {
        let found = Found::new(Survival::new(self.asked, self.stored.len()));
        if self.stored.is_empty() {
            return Ok(found);
        }
        let mut relaxation = Relaxation::new(self.instance, self.held);
        match self.asked.goal {
            SurviveGoal::All(flips) => self.all(flips, found, &mut relaxation, control),
            SurviveGoal::Largest => {
                let beyond = self.instance.patterns.neurons() + 1;
                let open = Radii {
                    beyond,
                    refuted: None,
                };
                self.largest(open, found, &mut relaxation, control)
            }
            SurviveGoal::Most(flips) => self.most(flips, found, &mut relaxation, control),
        }
    }

    /// Every stored pattern by so many flips, or by as many as possible below.
    fn all(
        &self,
        flips: usize,
        found: Found,
        relaxation: &mut Relaxation<'_>,
        control: &Control<'_>,
    ) -> Result<Found, ExactError> {
        let demands = self.demands(&self.stored, flips);
        let refuted = match self.network(relaxation, &demands, control)? {
            Ok(network) => return Ok(found.with(network)),
            Err(Decision::Refuted(core)) => Some((flips, core)),
            Err(Decision::Possible | Decision::Undecided(_)) => None,
        };
        let forbidden = refuted
            .as_ref()
            .map(|(_, core)| Forbidden::of(core, self.instance));
        let below = Radii {
            beyond: flips,
            refuted,
        };
        let mut found = self.largest(below, found, relaxation, control)?;
        found.survival.forbidden_by = forbidden;
        Ok(found)
    }

    /// The demands of all patterns: of `patterns` so many flips and the erasures asked for, of the others nothing.
    fn demands(&self, patterns: &[usize], flips: usize) -> Vec<Demand> {
        let mut demands = vec![Demand::default(); self.instance.patterns.count()];
        for &mu in patterns {
            demands[mu] = Demand {
                flips,
                erasures: self.asked.erasures,
            };
        }
        demands
    }

    /// A network of the class that meets `demands`, or what forbids it.
    fn network(
        &self,
        relaxation: &mut Relaxation<'_>,
        demands: &[Demand],
        control: &Control<'_>,
    ) -> Result<Result<Network, Decision>, ExactError> {
        let instance = self.instance;
        let real = if instance.couplings.is_symmetric() {
            symmetric::network(instance, self.held, demands, control)?
        } else {
            match relaxation.widest(demands, control)? {
                Ok(network) => Some(network),
                Err(refuted) => return Ok(Err(refuted)),
            }
        };
        let found = if instance.weights == Weights::Real {
            real
        } else {
            let starts: Vec<&Network> = real.iter().chain([self.start]).collect();
            discrete::network(instance, self.held, demands, &starts, self.seed, control)?
        };
        match found {
            Some(network) => Ok(Ok(network)),
            None => Ok(Err(relaxation.decide(demands, control))),
        }
    }

    /// Whether every neuron has real weights of its own, so that what they can do each is what the network can do.
    fn is_directed(&self) -> bool {
        let couplings = self.instance.couplings.symmetry();
        self.instance.weights == Weights::Real && couplings == Symmetry::Directed
    }

    /// The network of the largest radius that is found among those that are open.
    fn largest(
        &self,
        mut radii: Radii,
        found: Found,
        relaxation: &mut Relaxation<'_>,
        control: &Control<'_>,
    ) -> Result<Found, ExactError> {
        let known = self.radius_of(self.start)?;
        let mut possible = known;
        loop {
            let least = possible.map_or(0, |r| r + 1);
            if least >= radii.beyond {
                break;
            }
            let middle = usize::midpoint(least, radii.beyond - 1);
            let demands = self.demands(&self.stored, middle);
            match relaxation.decide(&demands, control) {
                Decision::Possible => possible = Some(middle),
                Decision::Refuted(core) => {
                    radii.beyond = middle;
                    radii.refuted = Some((middle, core));
                }
                Decision::Undecided(_) => radii.beyond = middle,
            }
        }
        let mut found = self.bounded(found, radii);
        let Some(best) = possible else {
            return Ok(found);
        };
        // What directed weights can do is no promise for others: these rise from what is known.
        let first = if self.is_directed() {
            best
        } else {
            known.map_or(0, |r| r + 1)
        };
        for flips in first..=best {
            let demands = self.demands(&self.stored, flips);
            match self.network(relaxation, &demands, control)? {
                Ok(network) => found = found.with(network),
                Err(_) => break,
            }
        }
        Ok(found)
    }

    /// The largest radius that every stored pattern has in `network`; `None` if it does not survive the erasures.
    fn radius_of(&self, network: &Network) -> Result<Option<usize>, ExactError> {
        let radii = certified_radii(network, &self.instance.patterns, self.instance.ties)?;
        let of = |&mu: &usize| -> Option<usize> {
            let Radius { flips, erasures } = radii[mu]?;
            (erasures >= self.asked.erasures).then_some(flips)
        };
        let flips: Option<Vec<usize>> = self.stored.iter().map(of).collect();
        Ok(flips.and_then(|flips| flips.into_iter().min()))
    }

    /// Says what the refuted radius means.
    fn bounded(&self, mut found: Found, radii: Radii) -> Found {
        if let Some((flips, core)) = radii.refuted {
            found.survival.upper_bound = flips.checked_sub(1);
            found.survival.forbidden_by = Some(Forbidden::of(&core, self.instance));
            found.bound = Some(SurvivalBound {
                flips,
                erasures: self.asked.erasures,
                patterns: self.stored.clone(),
                at_most: self.stored.len() - 1,
                cores: vec![core],
            });
        }
        found
    }

    /// As many patterns as possible that survive so many flips.
    fn most(
        &self,
        flips: usize,
        mut found: Found,
        relaxation: &mut Relaxation<'_>,
        control: &Control<'_>,
    ) -> Result<Found, ExactError> {
        let erasures = self.asked.erasures;
        let demand = Demand { flips, erasures };
        let count = self.instance.patterns.count();
        let best = most(relaxation, &self.stored, count, demand, control);
        found.survival.patterns_upper_bound = Some(best.at_most);
        if best.at_most < self.stored.len() {
            found.bound = Some(SurvivalBound {
                flips,
                erasures,
                patterns: self.stored.clone(),
                at_most: best.at_most,
                cores: best.cores,
            });
        }
        let survivors = best.together;
        let demands = self.demands(&survivors, flips);
        let limited = self.one_try(control);
        if let Ok(network) = self.network(relaxation, &demands, &limited)? {
            return Ok(found.with(network));
        }
        self.one_by_one(flips, &survivors, found, relaxation, control)
    }

    /// The control for one set of patterns: all of it where that decides.
    fn one_try<'c>(&self, control: &Control<'c>) -> Control<'c> {
        if self.is_directed() {
            control.clone()
        } else {
            budget::survivors(control)
        }
    }

    /// Patterns that survive in one network of the class, one more at a time, `first` before the others.
    fn one_by_one(
        &self,
        flips: usize,
        first: &[usize],
        mut found: Found,
        relaxation: &mut Relaxation<'_>,
        control: &Control<'_>,
    ) -> Result<Found, ExactError> {
        if self.is_directed() {
            return Ok(found);
        }
        let others = self.stored.iter().copied().filter(|mu| !first.contains(mu));
        if self.instance.weights == Weights::Real {
            let demand = Demand {
                flips,
                erasures: self.asked.erasures,
            };
            let others: Vec<usize> = others.collect();
            let sets = (first, &others[..]);
            let network = symmetric::most(self.instance, self.held, demand, sets, control)?;
            return Ok(match network {
                Some(network) => found.with(network),
                None => found,
            });
        }
        let mut survivors = Vec::new();
        for mu in first.iter().copied().chain(others) {
            if control.should_stop() {
                break;
            }
            survivors.push(mu);
            let demands = self.demands(&survivors, flips);
            let limited = self.one_try(control);
            if let Ok(network) = self.network(relaxation, &demands, &limited)? {
                found = found.with(network);
            } else {
                survivors.pop();
            }
        }
        Ok(found)
    }
}
