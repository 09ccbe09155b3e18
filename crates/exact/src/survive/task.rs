//! Task: what is asked of which patterns, and in which order radii and sets of patterns are tried.

use super::cues::Demand;
use super::most::{Oracle, Survivors, most};
use super::relaxation::{Decision, Relaxation, Whole};
use super::report::{Forbidden, Survival, Unproven};
use super::whole::{self, Verdict};
use super::{discrete, symmetric};
use crate::budget;
use crate::error::ExactError;
use crate::evidence::{SurvivalBound, SurvivalCore};
use crate::instance::{Columns, Instance};
use crate::problem::{Survive, SurviveGoal, Weights};
use attractor::{Control, Network, Radius, Stability, Symmetry, certified_radii};
use std::ops::RangeInclusive;

/// Columns times rows of a symmetric network that is tried whole, at most: 8 MiB a program. Larger ones take all of a search's
/// work for one program.
const MOST_ENTRIES: usize = 1 << 20;

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

/// Why demands are not met.
enum Unmet {
    /// No network of the class meets them.
    Refuted(SurvivalCore),
    /// The same, by trying all networks: no neuron refutes them.
    Exhausted,
    /// They may be met.
    Open(Unproven),
}

impl Unmet {
    /// What the neurons with real weights of their own say of a network that was not found.
    fn of(decision: Decision, control: &Control<'_>) -> Self {
        match decision {
            Decision::Refuted(core) => Self::Refuted(core),
            Decision::Possible => Self::Open(Unproven::Coupled),
            Decision::Undecided(_) if control.should_stop() => Self::Open(Unproven::Stopped),
            Decision::Undecided(_) => Self::Open(Unproven::Rounding),
        }
    }
}

/// What is found out.
pub(super) struct Found {
    pub(super) survival: Survival,
    /// The strongest first.
    pub(super) bounds: Vec<SurvivalBound>,
    pub(super) network: Option<Network>,
}

impl Found {
    fn new(survival: Survival) -> Self {
        Self {
            survival,
            bounds: Vec::new(),
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
            Err(Unmet::Refuted(core)) => Some((flips, core)),
            Err(Unmet::Exhausted | Unmet::Open(_)) => None,
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
            demands[mu] = self.demand(flips);
        }
        demands
    }

    /// So many flips and the erasures asked for.
    fn demand(&self, flips: usize) -> Demand {
        Demand {
            flips,
            erasures: self.asked.erasures,
        }
    }

    /// A network of the class that meets `demands`, or why there is none.
    fn network(
        &self,
        relaxation: &mut Relaxation<'_>,
        demands: &[Demand],
        control: &Control<'_>,
    ) -> Result<Result<Network, Unmet>, ExactError> {
        let instance = self.instance;
        let real = if instance.couplings.is_symmetric() {
            symmetric::network(instance, self.held, demands, control)?
        } else {
            match relaxation.widest(demands, control)? {
                Ok(network) => Some(network),
                Err(decision) => return Ok(Err(Unmet::of(decision, control))),
            }
        };
        if instance.weights != Weights::Real {
            let starts: Vec<&Network> = real.iter().chain([self.start]).collect();
            let found =
                discrete::network(instance, self.held, demands, &starts, self.seed, control)?;
            return match found {
                Some(network) => Ok(Ok(network)),
                None => self.whole(relaxation, demands, control),
            };
        }
        match real {
            Some(network) => Ok(Ok(network)),
            None => Ok(Err(Unmet::of(relaxation.decide(demands, control), control))),
        }
    }

    /// The same, of whole weights, by trying all of them.
    fn whole(
        &self,
        relaxation: &mut Relaxation<'_>,
        demands: &[Demand],
        control: &Control<'_>,
    ) -> Result<Result<Network, Unmet>, ExactError> {
        let instance = self.instance;
        let neurons = instance.patterns.neurons();
        let parts = match relaxation.decide_whole(demands, control) {
            Whole::Possible(parts) => parts,
            Whole::Refuted(core) => return Ok(Err(Unmet::Refuted(core))),
            Whole::Undecided => return Ok(Err(Unmet::Open(Unproven::of_search(control)))),
        };
        if !instance.couplings.is_symmetric() {
            return Ok(Ok(Columns::directed_network(neurons, parts)?));
        }
        let columns = Columns::of_symmetric(&instance.couplings, instance.bias);
        if columns.len() * neurons * instance.patterns.count() > MOST_ENTRIES {
            return Ok(Err(Unmet::Open(Unproven::Work)));
        }
        let system = whole::System::of_network(instance, self.held, demands, &columns);
        Ok(match whole::decide(system, control) {
            Verdict::Met(values) => {
                let values: Vec<f64> = values.into_iter().map(|v| v as f64).collect();
                Ok(columns.network(&values)?)
            }
            Verdict::Refuted(_) => Err(Unmet::Exhausted),
            Verdict::Open => Err(Unmet::Open(Unproven::of_search(control))),
        })
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
                Err(unmet) => {
                    return Ok(self.ended(found, unmet, flips..=best, relaxation, control));
                }
            }
        }
        Ok(found)
    }

    /// Says what the first radius that was not met means, the other `open` ones being larger.
    fn ended(
        &self,
        mut found: Found,
        unmet: Unmet,
        open: RangeInclusive<usize>,
        relaxation: &mut Relaxation<'_>,
        control: &Control<'_>,
    ) -> Found {
        let flips = *open.start();
        match unmet {
            Unmet::Refuted(core) => return self.refuted_at(found, flips, core),
            Unmet::Exhausted => {
                found.survival.upper_bound = flips.checked_sub(1);
                found.survival.forbidden_by = None;
                found.survival.exhausted = true;
            }
            Unmet::Open(why) => found.survival.unproven = Some(why),
        }
        if self.instance.weights == Weights::Real {
            return found;
        }
        for flips in open.skip(1) {
            let demands = self.demands(&self.stored, flips);
            if let Whole::Refuted(core) = relaxation.decide_whole(&demands, control) {
                let exhausted = found.survival.exhausted;
                let (bound, why) = (
                    found.survival.upper_bound,
                    found.survival.forbidden_by.clone(),
                );
                found = self.refuted_at(found, flips, core);
                if exhausted {
                    (found.survival.upper_bound, found.survival.forbidden_by) = (bound, why);
                }
                break;
            }
        }
        found
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
    fn bounded(&self, found: Found, radii: Radii) -> Found {
        match radii.refuted {
            Some((flips, core)) => self.refuted_at(found, flips, core),
            None => found,
        }
    }

    /// Says what it means that so many flips are refuted.
    fn refuted_at(&self, mut found: Found, flips: usize, core: SurvivalCore) -> Found {
        found.survival.upper_bound = flips.checked_sub(1);
        found.survival.forbidden_by = Some(Forbidden::of(&core, self.instance));
        let bound = self.bound(flips, self.stored.len() - 1, vec![core]);
        found.bounds.insert(0, bound);
        found
    }

    /// At most so many stored patterns survive so many flips, by these cores.
    fn bound(&self, flips: usize, at_most: usize, cores: Vec<SurvivalCore>) -> SurvivalBound {
        SurvivalBound {
            flips,
            erasures: self.asked.erasures,
            patterns: self.stored.clone(),
            at_most,
            cores,
        }
    }

    /// As many patterns as possible that survive so many flips.
    fn most(
        &self,
        flips: usize,
        mut found: Found,
        relaxation: &mut Relaxation<'_>,
        control: &Control<'_>,
    ) -> Result<Found, ExactError> {
        let real = self.survivors(Oracle::Real, flips, relaxation, control);
        found = self.at_most(found, flips, &real);
        let mut survivors = real.together;
        if self.instance.weights != Weights::Real {
            let limited = budget::survivors(control);
            let whole = self.survivors(Oracle::Whole, flips, relaxation, &limited);
            if whole.at_most < real.at_most {
                found = self.at_most(found, flips, &whole);
            }
            if whole.together.len() >= whole.at_most.min(real.at_most) {
                survivors = whole.together;
            }
        }
        let demands = self.demands(&survivors, flips);
        let limited = self.one_try(control);
        if let Ok(network) = self.network(relaxation, &demands, &limited)? {
            return Ok(found.with(network));
        }
        self.one_by_one(flips, &survivors, found, relaxation, control)
    }

    /// The most patterns that survive so many flips by what `oracle` knows.
    fn survivors(
        &self,
        oracle: Oracle,
        flips: usize,
        relaxation: &mut Relaxation<'_>,
        control: &Control<'_>,
    ) -> Survivors {
        let demand = self.demand(flips);
        let count = self.instance.patterns.count();
        most(relaxation, oracle, &self.stored, count, demand, control)
    }

    /// Says what bound these survivors have.
    fn at_most(&self, mut found: Found, flips: usize, survivors: &Survivors) -> Found {
        found.survival.patterns_upper_bound = Some(survivors.at_most);
        if survivors.at_most < self.stored.len() {
            let bound = self.bound(flips, survivors.at_most, survivors.cores.clone());
            found.bounds.insert(0, bound);
        }
        found
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
            let demand = self.demand(flips);
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
