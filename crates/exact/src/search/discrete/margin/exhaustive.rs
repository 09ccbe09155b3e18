//! Every choice of discrete weights, one by one, where there are few: the best of all is proven.

use super::super::anneal::Incumbent;
use super::super::program::IntegerProgram;
use super::ranked::{Goal, Ranked};
use attractor::Control;

/// Choices of all weights times rows, at most, that are tried one by one to prove a margin: about half a second. More
/// prove the margins of neurons with 15 ternary inputs instead of 14.
const MOST_TRIALS: u64 = 1 << 27;

/// Choices between two looks at the control.
const TRIALS_PER_LOOK: u64 = 4096;

/// The best among all weights with at most as many wrong rows as `incumbent` has, and whether all were tried:
/// they are where there are at most [`MOST_TRIALS`] of them, counted by rows, and the control does not stop it.
pub(in crate::search::discrete) fn best_of_all(
    program: &IntegerProgram,
    goal: Goal,
    incumbent: Incumbent,
    control: &Control<'_>,
) -> (Incumbent, bool) {
    let values = program.values_near(0);
    let exponent = u32::try_from(program.columns()).unwrap_or(u32::MAX);
    let choices = (values.len() as u64).checked_pow(exponent);
    let trials = choices.and_then(|choices| choices.checked_mul(program.rows() as u64));
    if trials.is_none_or(|trials| trials > MOST_TRIALS) {
        return (incumbent, false);
    }
    let mut best = Ranked::new(program, goal, incumbent.weights);
    let mut weights = vec![values[0]; program.columns()];
    let mut fields = program.fields(&weights);
    let mut digits = vec![0; program.columns()];
    for trial in 0_u64.. {
        if trial % TRIALS_PER_LOOK == 0 && control.should_stop() {
            return (Incumbent::new(program, best.weights), false);
        }
        if program.wrong(&fields) <= best.wrong {
            let now = Ranked::new(program, goal, weights.clone());
            if now.is_better_than(&best) {
                best = now;
            }
        }
        // The next choice, as a counter counts.
        let mut column = 0;
        while column < digits.len() {
            digits[column] = (digits[column] + 1) % values.len();
            let step = values[digits[column]] - weights[column];
            program.shift(&mut fields, column, step);
            weights[column] += step;
            if digits[column] > 0 {
                break;
            }
            column += 1;
        }
        if column == digits.len() {
            break;
        }
    }
    (Incumbent::new(program, best.weights), true)
}
