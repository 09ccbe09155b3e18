//! Prices on shared weights climb to the best bound, by subgradients (Held, Wolfe and Crowder 1974).
//!
//! Where two neurons choose different values of the weight that they share, each one's choice becomes dearer to it and
//! cheaper to the other.

use super::{Objective, Owner, Prices, Tables};
use attractor::Control;

/// No price beyond this: the sum of a state's prices fits an i32 with room for its wrong bits.
const HIGHEST_PRICE: i32 = 1 << 22;

/// The first step: this share of the way to the target, divided among the weights on which neurons disagree.
const FIRST_STEP: f64 = 0.25;

/// The step falls to this share after [`PATIENCE`] prices.
const STEP_FALLS: f64 = 0.7;

/// Prices in a row that bound no better than the best, after which the step falls.
const PATIENCE: usize = 20;

/// Steps below this share of the first no longer move the bound.
const LEAST_STEP: f64 = 2e-3;

/// Prices on their way up.
#[derive(Debug, Clone)]
pub(in crate::search::discrete) struct Climb<'t> {
    tables: &'t Tables,
    objective: Objective,
    prices: Prices,
    /// The prices of the best bound.
    climbed: Prices,
    bound: i64,
    step: f64,
    stalled: usize,
    /// What the neurons chose last.
    chosen: Vec<(i32, usize)>,
}

impl<'t> Climb<'t> {
    /// Prices start fair, beside them the prices `before` at another objective without non-zeros.
    pub(in crate::search::discrete) fn new(
        tables: &'t Tables,
        objective: Objective,
        before: Option<(&Prices, Objective)>,
    ) -> Self {
        let mut prices = tables.fair_prices(objective);
        if let Some((before, other)) = before {
            let pairs = prices.iter_mut().flatten().flatten();
            for (price, &before) in pairs.zip(before.iter().flatten().flatten()) {
                let converted = objective.convert(before, other);
                let highest = i64::from(HIGHEST_PRICE);
                *price += converted.clamp(-highest, highest) as i32;
            }
        }
        Self {
            tables,
            objective,
            climbed: prices.clone(),
            prices,
            bound: i64::MIN,
            step: FIRST_STEP,
            stalled: 0,
            chosen: Vec::new(),
        }
    }

    /// No network is charged less, in units.
    pub(in crate::search::discrete) fn bound(&self) -> i64 {
        self.bound
    }

    /// The prices that show it.
    pub(in crate::search::discrete) fn climbed(&self) -> &Prices {
        &self.climbed
    }

    /// Weights that the neurons nearly agree on: each as its first owner chose it last. None before the first step.
    pub(in crate::search::discrete) fn proposal(&self) -> Option<Vec<i32>> {
        (!self.chosen.is_empty()).then(|| self.weights())
    }

    /// Whether further steps hardly raise the bound.
    pub(in crate::search::discrete) fn is_over(&self) -> bool {
        self.step < FIRST_STEP * LEAST_STEP
    }

    /// Climbs until the bound reaches `target` units, the climb is over, `steps` are made or the control says stop;
    /// weights if the neurons agree on some: none are charged less.
    pub(in crate::search::discrete) fn run(
        &mut self,
        target: i64,
        steps: usize,
        control: &Control<'_>,
    ) -> Option<Vec<i32>> {
        for _ in 0..steps {
            if self.bound >= target || self.is_over() || control.should_stop() {
                break;
            }
            if let Some(agreed) = self.rise(target) {
                return Some(agreed);
            }
        }
        None
    }

    fn rise(&mut self, target: i64) -> Option<Vec<i32>> {
        self.chosen = self.tables.cheapest(self.objective, &self.prices);
        let bound: i64 = self.chosen.iter().map(|&(cost, _)| i64::from(cost)).sum();
        if bound > self.bound {
            self.bound = bound;
            self.climbed.clone_from(&self.prices);
            self.stalled = 0;
        } else {
            self.stalled += 1;
        }
        let disagreements = self.disagreements();
        if disagreements.is_empty() {
            return Some(self.weights());
        }
        if self.stalled > PATIENCE {
            self.step *= STEP_FALLS;
            self.stalled = 0;
            self.prices.clone_from(&self.climbed);
            return None;
        }
        let gap = (target - bound) as f64 + self.objective.of(1, 0) as f64 / 2.0;
        let rise = (self.step * gap / disagreements.len() as f64).round() as i32;
        for [(one, of_one), (other, of_other)] in disagreements {
            self.shift(one, other, of_one, rise);
            self.shift(other, one, of_other, rise);
        }
        None
    }

    /// Shared weights of two values: each owner with the value that it chose.
    fn disagreements(&self) -> Vec<[(Owner, usize); 2]> {
        let pair = |owners: &Vec<Owner>| {
            let &[one, other] = owners.as_slice() else {
                return None;
            };
            let [of_one, of_other] = [one, other].map(|owner| self.value(owner));
            (of_one != of_other).then_some([(one, of_one), (other, of_other)])
        };
        self.tables.owners.iter().filter_map(pair).collect()
    }

    /// The number of the value that an owner gives to its weight.
    fn value(&self, (table, digit): Owner) -> usize {
        self.tables.digit(self.chosen[table].1, digit)
    }

    fn weights(&self) -> Vec<i32> {
        let weight = |owners: &Vec<Owner>| self.tables.values[self.value(owners[0])];
        self.tables.owners.iter().map(weight).collect()
    }

    /// The value costs `payer` more and `other` as much less.
    fn shift(&mut self, payer: Owner, other: Owner, value: usize, rise: i32) {
        let higher = self.prices[payer.0][payer.1][value].saturating_add(rise);
        let lower = self.prices[other.0][other.1][value].saturating_sub(rise);
        if higher.abs().max(lower.abs()) <= HIGHEST_PRICE {
            self.prices[payer.0][payer.1][value] = higher;
            self.prices[other.0][other.1][value] = lower;
        }
    }
}
