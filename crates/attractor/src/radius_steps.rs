//! Certified radius in several steps: damage that recall repairs for certain, though not every bit is right at once.
//!
//! A chain of sets. Of a cue within r damaged entries only bits whose margin is no more than the worst r inputs can be wrong
//! after the first step; after the second only those that these can break, and so on until none is left.
//!
//! *Synchronously* the state after a step is wrong within the set U of breakable bits alone; the next step looks at cues that
//! are wrong in at most |U| bits of U. *Asynchronously* flips stay until their neuron is visited, so the set of a sweep is the
//! least fixed point V of the bits that r damaged inputs together with V can break; after the sweep only bits of V are wrong,
//! and the next sweep begins from all of V. That holds for sweeps in any order that visit every neuron.
//!
//! Sets only bound what can happen: the true radius may be larger.

use crate::fields::Fields;
use crate::network::{Network, SizeMismatch};
use crate::patterns::Patterns;
use crate::radius::{Radius, certified_radii};
use crate::stability::Stability;
use crate::ties::Ties;
use rayon::prelude::*;

/// Steps of a chain. Larger: sets that hardly shrink are followed for long; those that end do so within ten.
const STEPS: usize = 60;

/// What a stored pattern survives for certain, wherever the damage falls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct StepRadii {
    /// In one synchronous step, and asynchronously in any order: every update is right.
    pub one_step: Radius,
    /// By synchronous recall, in as many steps as it takes.
    pub synchronous: Radius,
    /// By asynchronous recall, in sweeps of any order.
    pub asynchronous: Radius,
}

/// Each pattern's radii in one step and in several; None where a bit of the pattern itself is not right.
///
/// Rounded down as [`certified_radii`] is. Each radius beyond that of one step takes up to N² operations a step and pattern.
///
/// ```
/// use attractor::{Couplings, Patterns, Symmetry, Ties, certified_step_radii, rules::Hebbian};
/// let patterns = Patterns::random(2, 30, 1)?;
/// let network = Hebbian::default().fit(&patterns, &Couplings::full(30, Symmetry::Symmetric)?)?;
/// for radii in certified_step_radii(&network, &patterns, Ties::Strict)?.into_iter().flatten() {
///     assert!(radii.one_step.flips <= radii.synchronous.flips);
///     assert!(radii.one_step.erasures <= radii.asynchronous.erasures);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`SizeMismatch`].
pub fn certified_step_radii(
    network: &Network,
    patterns: &Patterns,
    ties: Ties,
) -> Result<Vec<Option<StepRadii>>, SizeMismatch> {
    let radii = certified_radii(network, patterns, ties)?;
    let stability = Stability::of(network, patterns, ties)?;
    let inputs = Inputs::of(network);
    Ok(radii
        .into_par_iter()
        .enumerate()
        .map(|(mu, one_step)| {
            let one_step = one_step?;
            let chain = Chain {
                inputs: &inputs,
                patterns,
                stability: &stability,
                ties,
                mu,
            };
            Some(StepRadii {
                one_step,
                synchronous: chain.radius(one_step, Chain::repairs_at_once),
                asynchronous: chain.radius(one_step, Chain::repairs_in_turn),
            })
        })
        .collect())
}

/// The inputs of every neuron by decreasing size.
struct Inputs {
    heaviest: Vec<Vec<(usize, f64)>>,
    /// Entry k: the sum of the k largest |w_ij|.
    sums: Vec<Vec<f64>>,
    /// By how much a sum of a row's terms can be off.
    errors: Vec<f64>,
}

impl Inputs {
    fn of(network: &Network) -> Self {
        let fields = Fields::new(network);
        let neurons = network.neurons();
        let heaviest: Vec<Vec<(usize, f64)>> = (0..neurons)
            .into_par_iter()
            .map(|i| {
                let row = network.row(i).iter().copied().enumerate();
                let mut row: Vec<(usize, f64)> = row.filter(|&(_, w)| w != 0.0).collect();
                row.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
                row
            })
            .collect();
        let sums = |row: &Vec<(usize, f64)>| -> Vec<f64> {
            let sum = row.iter().scan(0.0, |sum, (_, w)| {
                *sum += w.abs();
                Some(*sum)
            });
            std::iter::once(0.0).chain(sum).collect()
        };
        Self {
            sums: heaviest.iter().map(sums).collect(),
            // Covers the field, the sums of what is lost, and their difference.
            errors: (0..neurons)
                .map(|i| fields.f64_error(i, 3 * neurons + 16))
                .collect(),
            heaviest,
        }
    }
}

/// Damage of the cue: how many entries, and by how many times its term each lowers a field.
#[derive(Clone, Copy)]
struct Damage {
    most: usize,
    factor: f64,
}

/// One stored pattern.
struct Chain<'a> {
    inputs: &'a Inputs,
    patterns: &'a Patterns,
    stability: &'a Stability,
    ties: Ties,
    mu: usize,
}

impl Chain<'_> {
    /// The largest damage of each kind up to which `repairs` holds, from what is known to hold.
    fn radius(&self, known: Radius, repairs: fn(&Self, Damage) -> bool) -> Radius {
        let neurons = self.patterns.neurons();
        let last = |known: usize, factor: f64| {
            let repaired = |&most: &usize| repairs(self, Damage { most, factor });
            (known + 1..=neurons)
                .take_while(repaired)
                .last()
                .unwrap_or(known)
        };
        Radius {
            flips: last(known.flips, 2.0),
            erasures: last(known.erasures, 1.0),
        }
    }

    /// Whether synchronous recall repairs every such cue.
    fn repairs_at_once(&self, damage: Damage) -> bool {
        let neurons = self.patterns.neurons();
        let none = vec![false; neurons];
        let mut wrong = vec![true; neurons];
        let mut damage = damage;
        for _ in 0..STEPS {
            let next = self.breakable(damage, &wrong, &none);
            let size = next.iter().filter(|&&b| b).count();
            if size == 0 {
                return true;
            }
            if next == wrong && size >= damage.most {
                return false;
            }
            wrong = next;
            damage = Damage {
                most: size,
                factor: 2.0,
            };
        }
        false
    }

    /// Whether asynchronous recall repairs every such cue.
    fn repairs_in_turn(&self, damage: Damage) -> bool {
        let neurons = self.patterns.neurons();
        let anywhere = vec![true; neurons];
        let nothing = Damage {
            most: 0,
            factor: 0.0,
        };
        let mut wrong = self.fixed_point(damage, &anywhere, &vec![false; neurons]);
        for _ in 0..STEPS {
            if !wrong.contains(&true) {
                return true;
            }
            let next = self.fixed_point(nothing, &anywhere, &wrong);
            if next == wrong {
                return false;
            }
            wrong = next;
        }
        false
    }

    /// The least set of bits that the damage, the bits of `first` and the set itself can break.
    fn fixed_point(&self, damage: Damage, anywhere: &[bool], first: &[bool]) -> Vec<bool> {
        let mut set = vec![false; first.len()];
        loop {
            let certain: Vec<bool> = first.iter().zip(&set).map(|(&a, &b)| a || b).collect();
            let next = self.breakable(damage, anywhere, &certain);
            if next == set {
                return set;
            }
            set = next;
        }
    }

    /// The bits that can be wrong where the bits of `flipped` may all be flipped, and of the others among `damaged` as many
    /// as the damage allows.
    fn breakable(&self, damage: Damage, damaged: &[bool], flipped: &[bool]) -> Vec<bool> {
        let certain = flipped.iter().filter(|&&b| b).count();
        (0..flipped.len())
            .map(|i| self.breaks(i, damage, damaged, (flipped, certain)))
            .collect()
    }

    fn breaks(
        &self,
        i: usize,
        damage: Damage,
        damaged: &[bool],
        (flipped, certain): (&[bool], usize),
    ) -> bool {
        let is_plus = self.patterns.is_plus(self.mu, i);
        let least = self.stability.aligned_field(self.mu, i) - 2.0 * self.inputs.errors[i];
        let holds = |lost: f64| self.ties.holds((least - lost).total_cmp(&0.0), is_plus);
        let sums = &self.inputs.sums[i];
        let at_most = |count: usize| sums[count.min(sums.len() - 1)];
        if holds(2.0 * at_most(damage.most + certain)) {
            return false;
        }
        let (mut lost, mut left) = (0.0, damage.most);
        for &(j, w) in &self.inputs.heaviest[i] {
            if (w > 0.0) != (self.patterns.is_plus(self.mu, j) == is_plus) {
                continue;
            }
            if flipped[j] {
                lost += 2.0 * w.abs();
            } else if left > 0 && damaged[j] {
                lost += damage.factor * w.abs();
                left -= 1;
            }
        }
        !holds(lost)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::couplings::{Couplings, Symmetry};
    use crate::recall::{Order, RecallOptions, Update, recall};
    use crate::rules::PseudoInverse;

    /// Whether recall repairs every cue with `size` damaged entries.
    fn repairs_all(
        network: &Network,
        patterns: &Patterns,
        mu: usize,
        size: usize,
        erase: bool,
        update: Update,
    ) -> bool {
        let neurons = patterns.neurons();
        let subsets = (0u32..1 << neurons).filter(|s| s.count_ones() as usize == size);
        let entries: Vec<i8> = subsets
            .flat_map(|s| {
                (0..neurons).map(move |j| {
                    let own = patterns.sign(mu, j);
                    match (s >> j & 1 == 1, erase) {
                        (false, _) => own,
                        (true, false) => -own,
                        (true, true) => 0,
                    }
                })
            })
            .collect();
        let cues = crate::Cues::from_values(entries.len() / neurons, neurons, &entries).unwrap();
        let options = RecallOptions::new(update);
        let recalled = recall(network, &cues, &options).unwrap();
        (0..recalled.states.count()).all(|k| recalled.states.bits(k) == patterns.bits(mu))
    }

    /// Neuron 0 follows neuron 1 alone; the other eight all support each other, seven inputs each.
    fn follower() -> (Network, Patterns) {
        let weight = |i: usize, j: usize| match (i, j) {
            (0, 1) => 1.0,
            (0, _) | (_, 0) => 0.0,
            _ if i == j => 0.0,
            _ => 1.0,
        };
        let weights = (0..81).map(|k| weight(k / 9, k % 9)).collect();
        let network = Network::new(Symmetry::Directed, weights, vec![0.0; 9]).unwrap();
        (network, Patterns::from_signs(1, 9, &[1; 9]).unwrap())
    }

    #[test]
    fn what_one_step_loses_the_next_repairs() {
        let (network, patterns) = follower();
        let radii = certified_step_radii(&network, &patterns, Ties::Strict).unwrap()[0].unwrap();
        let radius = |flips, erasures| Radius { flips, erasures };
        assert_eq!(radii.one_step, radius(0, 0));
        assert_eq!(radii.synchronous, radius(3, 6));
        assert_eq!(radii.asynchronous, radius(3, 6));
        for update in [Update::Synchronous, Update::Asynchronous(Order::Fixed)] {
            for size in 0..=3 {
                assert!(repairs_all(&network, &patterns, 0, size, false, update));
            }
            assert!(!repairs_all(&network, &patterns, 0, 4, false, update));
            for size in 0..=6 {
                assert!(repairs_all(&network, &patterns, 0, size, true, update));
            }
        }
    }

    #[test]
    fn several_steps_never_claim_more_than_all_cues_show() {
        for seed in 0..12 {
            let patterns = Patterns::random(2, 10, seed).unwrap();
            let couplings = Couplings::full(10, Symmetry::Symmetric).unwrap();
            let network = PseudoInverse::default().fit(&patterns, &couplings).unwrap();
            let radii = certified_step_radii(&network, &patterns, Ties::Strict).unwrap();
            for (mu, radii) in radii.iter().enumerate() {
                let Some(radii) = radii else { continue };
                for (radius, update) in [
                    (radii.synchronous, Update::Synchronous),
                    (radii.asynchronous, Update::Asynchronous(Order::Fixed)),
                ] {
                    for size in 0..=radius.flips.min(4) {
                        assert!(
                            repairs_all(&network, &patterns, mu, size, false, update),
                            "{seed} {mu} {size}"
                        );
                    }
                    for size in 0..=radius.erasures.min(3) {
                        assert!(
                            repairs_all(&network, &patterns, mu, size, true, update),
                            "{seed} {mu} {size}"
                        );
                    }
                }
            }
        }
    }
}
