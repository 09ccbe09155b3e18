//! Descent of discrete weights to a wider margin, weight by weight and pair by pair.

use super::super::program::{IntegerProgram, signed};
use super::ranked::{Goal, Ranked, squares_of};
use attractor::Control;

/// β times the mean of field/norm at the start of a descent. Larger values end in worse minima, smaller ones ask for more
/// stages.
const SOFTEST: f64 = 4.0;

/// Stages of a descent, in each of which β doubles. With fewer the sum is not yet the minimum; more change nothing.
const STAGES: usize = 8;

/// Sweeps over all weights in one stage, at most. Most stages need three.
const MOST_SWEEPS: usize = 12;

/// Terms of the margin's sum that one of −ln Φ takes as long as.
const NORMAL_TERMS: u64 = 5;

/// Weights on their way to a wider margin.
pub(super) struct Descent<'p> {
    program: &'p IntegerProgram,
    goal: Goal,
    control: &'p Control<'p>,
    values: Vec<i32>,
    weights: Vec<i32>,
    fields: Vec<i32>,
    /// By block: Σ w².
    squares: Vec<i64>,
    /// By block.
    cost: Vec<f64>,
    sharpness: f64,
    /// Terms of the sums so far.
    pub(super) terms: u64,
}

/// What a change of one weight does: rows that become wrong less those that become right, and the sum's change.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Effect {
    more_wrong: i32,
    cost: f64,
}

impl Effect {
    const NONE: Self = Self {
        more_wrong: 0,
        cost: 0.0,
    };

    /// Whether the change is worth making: it rights a row, or lowers the sum by more than rounding.
    fn improves(self) -> bool {
        self.more_wrong < 0 || self.more_wrong == 0 && self.cost < -1e-9
    }

    fn is_below(self, other: Self) -> bool {
        (self.more_wrong, self.cost) < (other.more_wrong, other.cost)
    }

    fn and(self, other: Self) -> Self {
        Self {
            more_wrong: self.more_wrong + other.more_wrong,
            cost: self.cost + other.cost,
        }
    }
}

impl<'p> Descent<'p> {
    pub(super) fn new(
        program: &'p IntegerProgram,
        goal: Goal,
        weights: Vec<i32>,
        control: &'p Control<'p>,
    ) -> Self {
        Self {
            program,
            goal,
            control,
            values: program.values_near(0),
            fields: program.fields(&weights),
            squares: squares_of(program, &weights),
            cost: vec![0.0; program.blocks()],
            sharpness: 1.0,
            weights,
            terms: 0,
        }
    }

    /// All stages; `best` keeps the best weights on the way.
    pub(super) fn run(&mut self, best: &mut Ranked) {
        if let Goal::Repair(_) = self.goal {
            self.settle(best);
            return;
        }
        self.sharpness = SOFTEST / self.mean();
        for _ in 0..STAGES {
            self.settle(best);
            if self.control.should_stop() {
                break;
            }
            self.sharpness *= 2.0;
        }
        self.sharpness /= 2.0;
    }

    /// Sweeps until no weight moves.
    fn settle(&mut self, best: &mut Ranked) {
        for _ in 0..MOST_SWEEPS {
            self.refresh();
            let moved = self.sweep();
            self.offer(best);
            if !moved || self.control.should_stop() {
                break;
            }
        }
    }

    /// Pairs of weights of common neurons change together, while that costs at most `most` terms.
    pub(super) fn pairs(&mut self, best: &mut Ranked, most: u64) {
        let (columns, values) = (self.weights.len() as u64, self.values.len() as u64);
        let rows = self.program.rows() as u64 / self.program.blocks().max(1) as u64;
        if (columns * values).pow(2).saturating_mul(2 * rows) > most {
            return;
        }
        let mut moved = true;
        while moved && !self.control.should_stop() && self.terms < most {
            moved = false;
            self.refresh();
            for first in 0..self.weights.len() {
                moved |= self.move_pair(first);
            }
            self.offer(best);
        }
    }

    /// Tries every value of one weight together with every value of each other one; whether some pair improved.
    fn move_pair(&mut self, first: usize) -> bool {
        let before = self.weights[first];
        for k in 0..self.values.len() {
            let step = self.values[k] - before;
            if step == 0 {
                continue;
            }
            let effect = self.effect(first, step);
            self.make(first, step);
            for second in first + 1..self.weights.len() {
                let (own, step) = self.best_step(second);
                if step != 0 && effect.and(own).improves() {
                    self.make(second, step);
                    return true;
                }
            }
            self.make(first, -step);
        }
        false
    }

    /// One pass over all weights; whether some moved.
    fn sweep(&mut self) -> bool {
        let mut moved = false;
        for column in 0..self.weights.len() {
            if column % 64 == 0 && self.control.should_stop() {
                break;
            }
            let (effect, step) = self.best_step(column);
            if step != 0 && effect.improves() {
                self.make(column, step);
                moved = true;
            }
        }
        moved
    }

    /// The best change of one weight, whether or not it improves, and its step.
    fn best_step(&mut self, column: usize) -> (Effect, i32) {
        let mut best = (Effect::NONE, 0);
        for k in 0..self.values.len() {
            let step = self.values[k] - self.weights[column];
            if step == 0 {
                continue;
            }
            let effect = self.effect(column, step);
            if best.1 == 0 || effect.is_below(best.0) {
                best = (effect, step);
            }
        }
        best
    }

    fn make(&mut self, column: usize, step: i32) {
        self.program.shift(&mut self.fields, column, step);
        for block in self.program.blocks_of(column) {
            self.squares[block] = self.squares_with(block, column, step);
        }
        self.weights[column] += step;
        for block in self.program.blocks_of(column) {
            self.cost[block] = self.cost_of(block);
        }
    }

    fn squares_with(&self, block: usize, column: usize, step: i32) -> i64 {
        if self.program.is_bias(column) {
            return self.squares[block];
        }
        let (before, after) = (self.weights[column], self.weights[column] + step);
        self.squares[block] + i64::from(after).pow(2) - i64::from(before).pow(2)
    }

    fn effect(&mut self, column: usize, step: i32) -> Effect {
        let mut effect = Effect::NONE;
        for block in self.program.blocks_of(column) {
            let rate = self.rate(self.squares_with(block, column, step));
            let rows = self.program.rows_of(block);
            self.terms += rows.len() as u64 * self.terms_a_row();
            let pairs = self.fields[rows.clone()]
                .iter()
                .zip(&self.program.need[rows]);
            for ((&field, &need), mask) in pairs.zip(self.program.masks(column)) {
                let after = field + signed(step, mask);
                effect.more_wrong += i32::from(after < need) - i32::from(field < need);
                if after >= need {
                    effect.cost += self.term(rate * f64::from(after));
                }
            }
            effect.cost -= self.cost[block];
        }
        effect
    }

    /// What a field is multiplied by.
    fn rate(&self, squares: i64) -> f64 {
        self.sharpness / (squares.max(1) as f64).sqrt()
    }

    /// The term of a row in the sum.
    fn term(&self, field: f64) -> f64 {
        match self.goal {
            Goal::Margin => (-field).exp(),
            Goal::Repair(law) => law.row_loss(field),
        }
    }

    fn terms_a_row(&self) -> u64 {
        match self.goal {
            Goal::Margin => 1,
            Goal::Repair(_) => NORMAL_TERMS,
        }
    }

    fn cost_of(&self, block: usize) -> f64 {
        let rate = self.rate(self.squares[block]);
        let rows = self.program.rows_of(block);
        let pairs = self.fields[rows.clone()]
            .iter()
            .zip(&self.program.need[rows]);
        let right = pairs.filter(|(field, need)| field >= need);
        right
            .map(|(&field, _)| self.term(rate * f64::from(field)))
            .sum()
    }

    fn refresh(&mut self) {
        for block in 0..self.program.blocks() {
            self.cost[block] = self.cost_of(block);
        }
    }

    /// The mean of field/norm over the right rows.
    fn mean(&self) -> f64 {
        let (mut sum, mut count) = (0.0, 0);
        for block in 0..self.program.blocks() {
            let norm = (self.squares[block].max(1) as f64).sqrt();
            for r in self.program.rows_of(block) {
                if self.fields[r] >= self.program.need[r] {
                    sum += f64::from(self.fields[r]) / norm;
                    count += 1;
                }
            }
        }
        if sum > 0.0 {
            sum / f64::from(count)
        } else {
            1.0
        }
    }

    fn offer(&self, best: &mut Ranked) {
        let now = Ranked::new(self.program, self.goal, self.weights.clone());
        if now.is_better_than(best) {
            *best = now;
        }
    }
}
