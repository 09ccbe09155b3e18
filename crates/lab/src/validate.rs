//! Validate: which damage a classifier's memory is trained for, and where it is read out, chosen among the rows that it
//! learns from. No test row is looked at.

use crate::method::{self, Settings, Task, learn, refused};
use attractor::{Control, Couplings, Patterns, Shape, Symmetry, TrainError, Trained};
use attractor_exact::{Damage, Preference};
use attractor_tables::{Classifier, FitError, ReadOut, Table, with_missing};
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use std::fmt;

/// The shares of flipped bits that are tried; 0 is the widest margin. Tables differ: beyond a fifth it is nearly Hebb's rule.
pub const NOISES: [f64; 5] = [method::NOISE, 0.0, 0.1, 0.2, 0.35];

/// Parts of the learnt rows, each judged by what the others teach. Larger: more trainings than a choice among ten needs.
/// Smaller: half of few rows teach little.
const FOLDS: usize = 3;

/// Share of the features that are made missing in a second copy of each judged row: what is chosen must serve both.
const MISSING: f64 = 0.5;

/// A way to train a classifier's memory and to read it out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Choice {
    /// The share of flipped bits that the memory is trained for, from 0 (the widest margin) to below ½.
    pub noise: f64,
    /// Where it is read out.
    pub read_out: ReadOut,
}

impl Default for Choice {
    /// What is taken where there is nothing to choose by.
    fn default() -> Self {
        Self {
            noise: method::NOISE,
            read_out: ReadOut::End,
        }
    }
}

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "noise={} read-out={}", self.noise, self.read_out)
    }
}

/// What is learnt, from which rows of a table.
#[derive(Debug, Clone, Copy)]
pub struct Lesson<'a> {
    /// The table, with classes.
    pub table: &'a Table,
    /// The rows that are learnt.
    pub rows: &'a [usize],
    /// Levels of numeric features.
    pub levels: usize,
    /// Of the memory's couplings.
    pub symmetry: Symmetry,
    /// Ties and time limit of each training.
    pub settings: &'a Settings,
    /// Of parts, missing values and training.
    pub seed: u64,
}

impl Lesson<'_> {
    /// A classifier whose memory has the fewest wrong bits and then repairs this noise best.
    ///
    /// # Errors
    /// See [`FitError`]; a noise outside 0 to ½.
    pub fn fit(&self, choice: Choice, control: &Control<'_>) -> Result<Classifier, FitError> {
        let train = |patterns: &Patterns| self.train(patterns, choice.noise, control);
        let fitted = Classifier::fit(self.table, self.rows, self.levels, train)?;
        Ok(fitted.with_read_out(choice.read_out))
    }

    fn train(
        &self,
        patterns: &Patterns,
        noise: f64,
        control: &Control<'_>,
    ) -> Result<Trained, TrainError> {
        let damage = Damage::new(noise, 0.0).map_err(refused)?;
        let shape = Shape {
            height: 1,
            width: patterns.neurons(),
        };
        let couplings = Couplings::full(patterns.neurons(), self.symmetry);
        let task = Task {
            patterns,
            shape,
            settings: self.settings,
            rule_settings: &[],
            seed: self.seed,
        };
        let couplings = couplings.map_err(refused)?;
        Ok(learn(&task, couplings, Preference::Repair(damage), None, control)?.trained)
    }

    /// The choice among [`NOISES`] and both read-outs (or the one that is given) with the most right answers to rows that
    /// were not learnt, as they are and with half of their features missing; the first of equal ones. Too few rows: the
    /// default.
    ///
    /// # Errors
    /// See [`FitError`].
    pub fn choose(
        &self,
        noise: Option<f64>,
        read_out: Option<ReadOut>,
        control: &Control<'_>,
    ) -> Result<Choice, FitError> {
        let noises = noise.map_or_else(|| NOISES.to_vec(), |noise| vec![noise]);
        let read_outs = read_out.map_or_else(
            || vec![ReadOut::End, ReadOut::OneStep],
            |read_out| vec![read_out],
        );
        let mut best = (
            0,
            Choice {
                noise: noises[0],
                read_out: read_outs[0],
            },
        );
        if noises.len() * read_outs.len() == 1 {
            return Ok(best.1);
        }
        let damaged = with_missing(self.table, MISSING, self.seed);
        let parts = self.parts();
        for noise in noises {
            let mut right = vec![0; read_outs.len()];
            for part in 0..FOLDS {
                self.judge(
                    (noise, &read_outs),
                    (&parts, part),
                    &damaged,
                    &mut right,
                    control,
                )?;
            }
            for (&right, &read_out) in right.iter().zip(&read_outs) {
                if right > best.0 {
                    best = (right, Choice { noise, read_out });
                }
            }
        }
        Ok(best.1)
    }

    /// Adds the right answers to the rows of one part, for each read-out.
    fn judge(
        &self,
        (noise, read_outs): (f64, &[ReadOut]),
        (parts, part): (&[usize], usize),
        damaged: &Table,
        right: &mut [usize],
        control: &Control<'_>,
    ) -> Result<(), FitError> {
        let of = |wanted: bool| -> Vec<usize> {
            let rows = self.rows.iter().zip(parts);
            rows.filter(|&(_, &p)| (p == part) == wanted)
                .map(|(&row, _)| row)
                .collect()
        };
        let (judged, learnt) = (of(true), of(false));
        let lesson = Lesson {
            rows: &learnt,
            ..*self
        };
        let choice = Choice {
            noise,
            ..Choice::default()
        };
        let mut classifier = match lesson.fit(choice, control) {
            // A part may hold all rows of a class, or all that tell rows apart: it says nothing.
            Err(FitError::OneClass(_) | FitError::NoClass | FitError::Encode(_)) => return Ok(()),
            fitted => fitted?,
        };
        for (right, &read_out) in right.iter_mut().zip(read_outs) {
            classifier = classifier.with_read_out(read_out);
            for table in [self.table, damaged] {
                let all = classifier.encode(table);
                let codes: Vec<Vec<i8>> = judged.iter().map(|&r| all[r].clone()).collect();
                if codes.is_empty() {
                    continue;
                }
                let answers = classifier.predict_codes(&codes);
                let named = answers.iter().map(|&a| classifier.classes()[a].as_str());
                let pairs = judged.iter().zip(named);
                *right += pairs
                    .filter(|&(&r, name)| self.table.classes[r].as_deref() == Some(name))
                    .count();
            }
        }
        Ok(())
    }

    /// The part of each learnt row: every class spread evenly.
    fn parts(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.rows.len()).collect();
        order.shuffle(&mut ChaCha8Rng::seed_from_u64(self.seed));
        let class = |k: usize| &self.table.classes[self.rows[k]];
        order.sort_by(|&a, &b| class(a).cmp(class(b)));
        let mut parts = vec![0; self.rows.len()];
        for (place, &k) in order.iter().enumerate() {
            parts[k] = place % FOLDS;
        }
        parts
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundled;
    use attractor::Ties;
    use attractor_tables::{LEVELS, split};

    /// The rows that are not learnt do not matter: with their classes exchanged the choice is the same.
    #[test]
    fn a_choice_sees_no_test_row() {
        let table = bundled::table("wine").unwrap().unwrap();
        let (rows, test) = split(&table, 5, 1);
        let settings = Settings {
            ties: Ties::Strict,
            time_limit: 10.0,
            ..Settings::default()
        };
        let choose = |table: &Table| {
            let lesson = Lesson {
                table,
                rows: &rows,
                levels: LEVELS,
                symmetry: Symmetry::Symmetric,
                settings: &settings,
                seed: 3,
            };
            lesson.choose(None, None, &Control::new()).unwrap()
        };
        let choice = choose(&table);
        assert!(NOISES.contains(&choice.noise));
        let mut other = table.clone();
        for &r in &test {
            other.classes[r] = table.classes[test[0]].clone();
        }
        assert_eq!(choose(&other), choice);
    }
}
