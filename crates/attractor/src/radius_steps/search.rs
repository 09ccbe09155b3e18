//! Radii in several steps by search: every cue is asked of which the sets do not know that it is repaired.
//!
//! If every cue within R damaged entries is repaired, one with r = R + 1 of them is repaired as soon as no more than R bits
//! are wrong after its first step. A branch and bound ([`Tree`]) over the sets of r entries finds those that leave more, and
//! each of these is followed: synchronously its course is computed, and ends in the pattern or does not; asynchronously the
//! bits that it can break in a sweep of any order are a set, from which the chain of sets goes on. So the synchronous radius
//! is exact when the search ends; asynchronous orders are bounded by their sets, and the radius is exact where a sweep in an
//! order that does harm is found not to repair.

use super::attack::harmful;
use super::sets::{Chain, Damage, Inputs};
use super::tree::{Question, Tree, Verdict, Visitor};
use super::whole::Whole;
use super::{StepRadii, certified_step_radii};
use crate::control::{Control, Paced};
use crate::fields::Fields;
use crate::network::{Network, SizeMismatch};
use crate::patterns::Patterns;
use crate::radius::Radius;
use crate::stability::Stability;
use crate::ties::Ties;
use rayon::prelude::*;

/// Nodes between two questions whether to stop: milliseconds at a thousand neurons.
const PACE: u32 = 1 << 10;
/// Steps of a course. Longer ones are given up; they are rare, and none is claimed to be repaired.
const STEPS: usize = 200;

/// Nodes of the search for each pattern, kind of recall and kind of damage, if nothing else is said: some seconds a pattern at 81 neurons.
pub const DEFAULT_RADIUS_NODES: u64 = 1_000_000;

/// The least damage of each kind that recall is known not to repair, at the worst places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Lost {
    /// So many flipped entries; None if no such cue is known.
    pub flips: Option<usize>,
    /// So many unknown entries.
    pub erasures: Option<usize>,
}

/// What a stored pattern survives for certain, and what it does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct SearchedRadii {
    /// At least those of [`certified_step_radii`].
    pub radii: StepRadii,
    /// One more than the synchronous radius where that is exact.
    pub lost_synchronous: Lost,
    /// One more than the asynchronous radius where that is exact: by sweeps in some order.
    pub lost_asynchronous: Lost,
    /// Whether an end of the nodes, of the time, or of the room for a table (128 MiB) left something open.
    pub stopped: bool,
}

/// Each pattern's radii in one step and in several, by search; None where a bit of the pattern itself is not right.
///
/// A search may visit `nodes` nodes for each pattern, kind of recall and kind of damage; then, or when the control says stop,
/// what is certain until then stands, at least the radii of [`certified_step_radii`]. The answer is the same for any number
/// of threads unless the control stops it. All decisions fall in whole numbers or exact sums. Of fields of zero that
/// [`Ties::Strict`] does not count as right nothing is claimed, neither way.
///
/// ```
/// use attractor::{Control, Couplings, Patterns, Symmetry, Ties, rules::PseudoInverse, search_step_radii};
/// let patterns = Patterns::random(3, 20, 1)?;
/// let network = PseudoInverse::default().fit(&patterns, &Couplings::full(20, Symmetry::Symmetric)?)?;
/// let found = search_step_radii(&network, &patterns, Ties::Negative, 100_000, &Control::new())?;
/// for found in found.into_iter().flatten() {
///     // Exact: every two flipped entries are repaired, not every three.
///     assert_eq!(found.radii.synchronous.flips, 2);
///     assert_eq!(found.lost_synchronous.flips, Some(3));
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`SizeMismatch`].
pub fn search_step_radii(
    network: &Network,
    patterns: &Patterns,
    ties: Ties,
    nodes: u64,
    control: &Control<'_>,
) -> Result<Vec<Option<SearchedRadii>>, SizeMismatch> {
    let known = certified_step_radii(network, patterns, ties)?;
    let stability = Stability::of(network, patterns, ties)?;
    let (inputs, fields) = (Inputs::of(network), Fields::new(network));
    let searched = known.into_par_iter().enumerate().map(|(mu, radii)| {
        let chain = Chain {
            inputs: &inputs,
            patterns,
            stability: &stability,
            ties,
            mu,
        };
        let mut found = SearchedRadii {
            radii: radii?,
            lost_synchronous: Lost::default(),
            lost_asynchronous: Lost::default(),
            stopped: false,
        };
        if control.should_stop() {
            found.stopped = true;
            return Some(found);
        }
        let whole = Whole::of(&fields, patterns, mu, ties);
        for in_turn in [false, true] {
            let search = Search {
                chain: &chain,
                whole: &whole,
                in_turn,
                nodes,
                control,
            };
            found = search.both(found);
        }
        Some(found)
    });
    Ok(searched.collect())
}

/// One pattern and one kind of recall.
struct Search<'a> {
    chain: &'a Chain<'a>,
    whole: &'a Whole<'a>,
    in_turn: bool,
    nodes: u64,
    control: &'a Control<'a>,
}

/// What is known of one kind of damage.
struct Known {
    radius: usize,
    lost: Option<usize>,
    stopped: bool,
}

impl Search<'_> {
    /// Flips, then erasures, whose second step is one of flips.
    fn both(&self, mut found: SearchedRadii) -> SearchedRadii {
        let (radii, lost) = if self.in_turn {
            (&mut found.radii.asynchronous, &mut found.lost_asynchronous)
        } else {
            (&mut found.radii.synchronous, &mut found.lost_synchronous)
        };
        let flips = self.kind(2, *radii);
        radii.flips = flips.radius;
        let erasures = self.kind(1, *radii);
        radii.erasures = erasures.radius;
        *lost = Lost {
            flips: flips.lost,
            erasures: erasures.lost,
        };
        found.stopped |= flips.stopped || erasures.stopped;
        found
    }

    /// Damage that lowers a field by so many times each term, from what is known to be repaired.
    fn kind(&self, factor: i64, certain: Radius) -> Known {
        let neurons = self.chain.patterns.neurons();
        let mut known = Known {
            radius: if factor == 2 {
                certain.flips
            } else {
                certain.erasures
            },
            lost: None,
            stopped: false,
        };
        let mut budget = Budget {
            nodes: self.nodes,
            paced: self.control.every(PACE),
            stopped: false,
        };
        while known.radius < neurons {
            let damage = known.radius + 1;
            // Of flips the radius grows with what is found.
            let flips = if factor == 2 {
                known.radius
            } else {
                certain.flips
            };
            match self.repairs(damage, factor, flips, &mut budget) {
                Verdict::Repaired => known.radius = damage,
                Verdict::Lost => {
                    known.lost = Some(damage);
                    break;
                }
                Verdict::Open => break,
            }
        }
        known.stopped = budget.is_spent();
        known
    }

    /// Whether every cue with so much damage is repaired, if every one within so many flips is.
    fn repairs(
        &self,
        damage: usize,
        factor: i64,
        flips: usize,
        budget: &mut Budget<'_>,
    ) -> Verdict {
        let neurons = self.chain.patterns.neurons();
        let (anywhere, nowhere) = (vec![true; neurons], vec![false; neurons]);
        let worst = Damage {
            most: damage,
            factor: factor as f64,
        };
        let reached = if self.in_turn {
            self.chain.broken_in_turn(worst, &anywhere)
        } else {
            self.chain.breakable(worst, &anywhere, &nowhere)
        };
        let breakable: Vec<usize> = (0..neurons).filter(|&i| reached[i]).collect();
        let question = Question {
            whole: self.whole,
            breakable: &breakable,
            damage,
            factor,
            repaired: self.repaired_within(&reached, flips),
            in_turn: self.in_turn,
        };
        if breakable.len() <= question.repaired {
            return Verdict::Repaired;
        }
        let mut cues = Cues {
            search: self,
            question,
            flips,
            budget,
        };
        for damaged in harmful(question, neurons) {
            match cues.judge(&damaged) {
                Verdict::Lost => return Verdict::Lost,
                _ if cues.budget.stopped => return Verdict::Open,
                _ => {}
            }
        }
        let Some(mut tree) = Tree::new(question, neurons) else {
            cues.budget.nodes = 0;
            return Verdict::Open;
        };
        tree.search(&mut cues)
    }

    /// So many flips are repaired if they all fall within a set.
    fn repaired_within(&self, set: &[bool], flips: usize) -> usize {
        let size = set.iter().filter(|&&b| b).count();
        let mends = |&most: &usize| {
            let damage = Damage::flips(most);
            if self.control.should_stop() {
                false
            } else if self.in_turn {
                self.chain
                    .mends_in_turn(self.chain.broken_in_turn(damage, set))
            } else {
                self.chain.mends_at_once(damage, set.to_vec())
            }
        };
        (flips + 1..=size).take_while(mends).last().unwrap_or(flips)
    }
}

/// Nodes that are left, and whether the control said stop.
struct Budget<'a> {
    nodes: u64,
    paced: Paced<'a>,
    stopped: bool,
}

impl Budget<'_> {
    fn is_spent(&self) -> bool {
        self.nodes == 0 || self.stopped || self.paced.has_stopped()
    }
}

/// The cues at the leaves of a tree.
struct Cues<'a, 'b> {
    search: &'a Search<'a>,
    question: Question<'a>,
    flips: usize,
    budget: &'a mut Budget<'b>,
}

impl Visitor for Cues<'_, '_> {
    fn may_go_on(&mut self) -> bool {
        if self.budget.nodes == 0 || self.budget.paced.should_stop() {
            return false;
        }
        self.budget.nodes -= 1;
        true
    }

    fn judge(&mut self, damaged: &[usize]) -> Verdict {
        // A leaf takes as long as many nodes.
        self.budget.stopped |= self.search.control.should_stop();
        if self.budget.stopped {
            Verdict::Open
        } else if self.question.in_turn {
            self.follow_in_turn(damaged)
        } else {
            self.follow_at_once(damaged)
        }
    }
}

impl Cues<'_, '_> {
    /// The course of synchronous recall.
    fn follow_at_once(&self, damaged: &[usize]) -> Verdict {
        let whole = self.search.whole;
        let mut seen: Vec<Vec<usize>> = Vec::new();
        let (mut wrong, mut is_sure) = whole.step(self.question.entries(damaged));
        while wrong.len() > self.flips {
            if !is_sure {
                let set = self.set(&wrong);
                let all = Damage::flips(wrong.len());
                let mends = self.search.chain.mends_at_once(all, set);
                return if mends {
                    Verdict::Repaired
                } else {
                    Verdict::Open
                };
            }
            if seen.contains(&wrong) {
                return Verdict::Lost;
            }
            if seen.len() == STEPS {
                return Verdict::Open;
            }
            let next = whole.step(
                Question {
                    factor: 2,
                    ..self.question
                }
                .entries(&wrong),
            );
            seen.push(std::mem::replace(&mut wrong, next.0));
            is_sure = next.1;
        }
        Verdict::Repaired
    }

    /// Asynchronous recall in every order, by sets; if they do not end, in one order.
    fn follow_in_turn(&self, damaged: &[usize]) -> Verdict {
        let Search { chain, whole, .. } = self.search;
        let damage = Damage {
            most: damaged.len(),
            factor: self.question.factor as f64,
        };
        if chain.mends_in_turn(chain.broken_in_turn(damage, &self.set(damaged))) {
            return Verdict::Repaired;
        }
        let mut seen: Vec<Vec<usize>> = Vec::new();
        let mut wrong = whole.harmful_sweep(self.question.entries(damaged));
        while let Some(state) = wrong {
            if state.len() <= self.flips {
                break;
            }
            if seen.contains(&state) {
                return Verdict::Lost;
            }
            if seen.len() == STEPS {
                break;
            }
            wrong = whole.harmful_sweep(
                Question {
                    factor: 2,
                    ..self.question
                }
                .entries(&state),
            );
            seen.push(state);
        }
        Verdict::Open
    }

    fn set(&self, members: &[usize]) -> Vec<bool> {
        let mut set = vec![false; self.search.chain.patterns.neurons()];
        for &i in members {
            set[i] = true;
        }
        set
    }
}
