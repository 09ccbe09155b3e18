//! The chain of sets: which bits can be wrong after each step, whichever bits were damaged.

use crate::fields::Fields;
use crate::network::Network;
use crate::patterns::Patterns;
use crate::radius::Radius;
use crate::stability::Stability;
use crate::ties::Ties;
use rayon::prelude::*;

/// Steps of a chain. Larger: sets that hardly shrink are followed for long; those that end do so within ten.
const STEPS: usize = 60;

/// The inputs of every neuron by decreasing size.
pub(super) struct Inputs {
    heaviest: Vec<Vec<(usize, f64)>>,
    /// Entry k: the sum of the k largest |w_ij|.
    sums: Vec<Vec<f64>>,
    /// By how much a sum of a row's terms can be off.
    errors: Vec<f64>,
}

impl Inputs {
    pub(super) fn of(network: &Network) -> Self {
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
pub(super) struct Damage {
    pub(super) most: usize,
    pub(super) factor: f64,
}

/// One stored pattern.
pub(super) struct Chain<'a> {
    pub(super) inputs: &'a Inputs,
    pub(super) patterns: &'a Patterns,
    pub(super) stability: &'a Stability,
    pub(super) ties: Ties,
    pub(super) mu: usize,
}

impl Damage {
    /// Any so many flipped bits.
    pub(super) fn flips(most: usize) -> Self {
        Self { most, factor: 2.0 }
    }
}

impl Chain<'_> {
    /// Synchronously, the largest damage of each kind up to which the chain ends in no wrong bit, from what is known to.
    pub(super) fn at_once(&self, known: Radius) -> Radius {
        let anywhere = vec![true; self.patterns.neurons()];
        self.radius(known, |damage| self.mends_at_once(damage, anywhere.clone()))
    }

    /// The same asynchronously.
    pub(super) fn in_turn(&self, known: Radius) -> Radius {
        let anywhere = vec![true; self.patterns.neurons()];
        self.radius(known, |damage| {
            self.mends_in_turn(self.broken_in_turn(damage, &anywhere))
        })
    }

    fn radius(&self, known: Radius, mends: impl Fn(Damage) -> bool) -> Radius {
        let neurons = self.patterns.neurons();
        let last = |known: usize, factor: f64| {
            let mended = |&most: &usize| mends(Damage { most, factor });
            (known + 1..=neurons)
                .take_while(mended)
                .last()
                .unwrap_or(known)
        };
        Radius {
            flips: last(known.flips, 2.0),
            erasures: last(known.erasures, 1.0),
        }
    }

    /// Whether synchronous recall repairs all such damage that falls within a set.
    pub(super) fn mends_at_once(&self, damage: Damage, within: Vec<bool>) -> bool {
        let none = vec![false; within.len()];
        let (mut damage, mut wrong) = (damage, within);
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
            damage = Damage::flips(size);
        }
        false
    }

    /// The bits that can be wrong after an asynchronous sweep that began with such damage within a set.
    pub(super) fn broken_in_turn(&self, damage: Damage, within: &[bool]) -> Vec<bool> {
        self.fixed_point(damage, within, &vec![false; within.len()])
    }

    /// Whether asynchronous sweeps repair every state that is wrong nowhere but in a set.
    pub(super) fn mends_in_turn(&self, set: Vec<bool>) -> bool {
        let mut wrong = set;
        for _ in 0..STEPS {
            if !wrong.contains(&true) {
                return true;
            }
            let next = self.fixed_point(Damage::flips(0), &wrong, &wrong);
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
    pub(super) fn breakable(
        &self,
        damage: Damage,
        damaged: &[bool],
        flipped: &[bool],
    ) -> Vec<bool> {
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
