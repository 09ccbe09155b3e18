//! Classifier: a network that stores the codes of the training rows. A new row is recalled and gets the class of the stored
//! row that is nearest to where recall ends (the paper's section 4.2).

use crate::encoder::{EncodeError, Encoder};
use crate::nearest::{Coded, Index, Near};
use crate::table::Table;
use attractor::{
    Cues, Network, Patterns, RecallOptions, Status, TrainError, Trained, Update, recall,
};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::fmt;
use std::str::FromStr;

/// Why a classifier cannot be fitted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FitError {
    /// The features cannot be encoded.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// The memory cannot be trained.
    #[error(transparent)]
    Train(#[from] TrainError),
    /// Fewer than two classes among the training rows.
    #[error("the training rows have only the class `{0}`; at least two classes are needed")]
    OneClass(String),
    /// Rows without class.
    #[error("the training rows have no class")]
    NoClass,
}

/// Where the memory is read out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReadOut {
    /// Where recall ends.
    #[default]
    End,
    /// After one synchronous step: what recall repairs at once, without what it does wrong later.
    OneStep,
}

impl ReadOut {
    fn is_end(&self) -> bool {
        *self == Self::End
    }

    fn options(self) -> RecallOptions {
        match self {
            Self::End => RecallOptions::default(),
            Self::OneStep => RecallOptions::new(Update::Synchronous).with_max_steps(1),
        }
    }
}

impl fmt::Display for ReadOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::End => "end",
            Self::OneStep => "one-step",
        })
    }
}

/// A text that names no read-out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is none of end, one-step")]
pub struct ParseReadOutError(String);

impl FromStr for ReadOut {
    type Err = ParseReadOutError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "end" => Ok(Self::End),
            "one-step" => Ok(Self::OneStep),
            _ => Err(ParseReadOutError(text.to_owned())),
        }
    }
}

/// A fitted classifier.
#[derive(Debug, Clone, PartialEq)]
pub struct Classifier {
    encoder: Encoder,
    classes: Vec<String>,
    stored: Coded,
    network: Network,
    status: Status,
    read_out: ReadOut,
}

/// What a classifier says of one row.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Answer {
    /// The class of the stored row that is nearest to where recall ends.
    pub class: usize,
    /// The overlap of that row with where recall ends, from −1 to 1: at 1 recall ends in a stored row.
    pub score: f64,
    /// The class whose rows are nearest after those of `class`, with its score.
    pub runner_up: Option<(usize, f64)>,
    /// The index of the nearest stored row among the training rows.
    pub nearest: usize,
    /// Features that the row gives.
    pub known_features: usize,
    /// Features in which the row, as it is given, has the level or text of the nearest stored row.
    pub agreeing_features: usize,
}

/// Everything of a classifier but its network, as it stands in a model file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Description {
    /// Features to neurons.
    pub encoder: Encoder,
    /// Names of the classes.
    pub classes: Vec<String>,
    /// The stored rows, `+` and `-` for each neuron.
    pub stored: Vec<String>,
    /// The class of each stored row, an index into `classes`.
    pub labels: Vec<usize>,
    /// Where the memory is read out; absent for the end of recall.
    #[serde(default, skip_serializing_if = "ReadOut::is_end")]
    pub read_out: ReadOut,
}

impl Classifier {
    /// Fits encoder and memory to these rows of a table with classes. A value missing in a training row takes the
    /// commonest winner of its group; the memory stores each distinct code once.
    ///
    /// # Errors
    /// See [`FitError`].
    pub fn fit(
        table: &Table,
        rows: &[usize],
        levels: usize,
        train: impl FnOnce(&Patterns) -> Result<Trained, TrainError>,
    ) -> Result<Self, FitError> {
        let classes = table.class_names();
        let label = |r: usize| {
            let name = table.classes[r].as_ref().ok_or(FitError::NoClass)?;
            classes
                .iter()
                .position(|class| class == name)
                .ok_or(FitError::NoClass)
        };
        let labels = rows.iter().map(|&r| label(r));
        let labels = labels.collect::<Result<Vec<_>, _>>()?;
        let first = *labels.first().ok_or(FitError::NoClass)?;
        if labels.iter().all(|&label| label == first) {
            return Err(FitError::OneClass(classes[first].clone()));
        }
        let encoder = Encoder::fit(table, rows, levels)?;
        let chosen = table.with_columns(encoder.columns());
        let mut codes: Vec<Vec<i8>> = rows
            .iter()
            .map(|&r| encoder.encode(&chosen.rows[r]))
            .collect();
        impute(&mut codes, &encoder.group_sizes());
        let stored = Coded {
            codes,
            classes: labels,
        };
        let patterns = distinct(&stored.codes)?;
        let trained = train(&patterns)?;
        Ok(Self {
            encoder,
            classes,
            stored,
            network: trained.network,
            status: trained.status,
            read_out: ReadOut::End,
        })
    }

    /// The same memory, read out elsewhere.
    #[must_use]
    pub fn with_read_out(mut self, read_out: ReadOut) -> Self {
        self.read_out = read_out;
        self
    }

    /// Where the memory is read out.
    pub fn read_out(&self) -> ReadOut {
        self.read_out
    }

    /// The classes, in the order of the indices that [`Classifier::predict_codes`] gives.
    pub fn classes(&self) -> &[String] {
        &self.classes
    }

    /// Features to neurons.
    pub fn encoder(&self) -> &Encoder {
        &self.encoder
    }

    /// The codes it stores, with their classes.
    pub fn stored(&self) -> &Coded {
        &self.stored
    }

    /// The memory.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// What was proven of the memory.
    pub fn status(&self) -> Status {
        self.status
    }

    /// Codes (−1, +1, 0 for unknown) of all rows of a table; columns are found by name, one that is absent is missing.
    pub fn encode(&self, table: &Table) -> Vec<Vec<i8>> {
        let chosen = table.with_columns(self.encoder.columns());
        chosen
            .rows
            .iter()
            .map(|row| self.encoder.encode(row))
            .collect()
    }

    /// The class of each code: recall, then the nearest stored row, the lowest index on ties.
    pub fn predict_codes(&self, codes: &[Vec<i8>]) -> Vec<usize> {
        let answers = self.answer(codes);
        answers.into_iter().map(|answer| answer.class).collect()
    }

    /// What recall of each code says.
    pub fn answer(&self, codes: &[Vec<i8>]) -> Vec<Answer> {
        let found = Index::new(&self.stored).nearest(&self.recall(codes));
        let answer = |(near, code): (Vec<Near>, &Vec<i8>)| self.answer_of(&near, code);
        found.into_iter().zip(codes).map(answer).collect()
    }

    /// The nearest rows of all classes, the nearest first, as an answer.
    fn answer_of(&self, near: &[Near], code: &[i8]) -> Answer {
        let n = self.encoder.neurons() as f64;
        let score = |near: &Near| near.overlap as f64 / n;
        let first = near[0];
        let stored = &self.stored.codes[first.row];
        let (mut known, mut agreeing, mut from) = (0, 0, 0);
        for size in self.encoder.group_sizes() {
            let group = from..from + size;
            known += usize::from(code[group.clone()].iter().any(|&v| v != 0));
            agreeing += usize::from(code[group.clone()] == stored[group]);
            from += size;
        }
        Answer {
            class: first.class,
            score: score(&first),
            runner_up: near.get(1).map(|second| (second.class, score(second))),
            nearest: first.row,
            known_features: known,
            agreeing_features: agreeing,
        }
    }

    fn recall(&self, codes: &[Vec<i8>]) -> Vec<Vec<i8>> {
        let values: Vec<i8> = codes.concat();
        let cues = Cues::from_values(codes.len(), self.encoder.neurons(), &values);
        let states = cues
            .ok()
            .and_then(|cues| recall(&self.network, &cues, &self.read_out.options()).ok());
        // Codes come from the encoder, so only an empty list of them is no set of cues.
        states.map_or_else(Vec::new, |recalled| {
            (0..codes.len())
                .map(|c| recalled.states.signs(c).collect())
                .collect()
        })
    }

    /// The class name of each row of a table.
    pub fn predict(&self, table: &Table) -> Vec<&str> {
        let answers = self.predict_codes(&self.encode(table));
        answers
            .into_iter()
            .map(|class| self.classes[class].as_str())
            .collect()
    }

    /// What a model file holds besides the network.
    pub fn description(&self) -> Description {
        let text = |code: &Vec<i8>| {
            code.iter()
                .map(|&v| if v > 0 { '+' } else { '-' })
                .collect()
        };
        Description {
            encoder: self.encoder.clone(),
            classes: self.classes.clone(),
            stored: self.stored.codes.iter().map(text).collect(),
            labels: self.stored.classes.clone(),
            read_out: self.read_out,
        }
    }

    /// Puts a description and its network together again; None if they do not fit each other.
    pub fn from_parts(description: Description, network: Network, status: Status) -> Option<Self> {
        let Description {
            encoder,
            classes,
            stored,
            labels,
            read_out,
        } = description;
        let n = encoder.neurons();
        let sign = |c: char| match c {
            '+' => Some(1),
            '-' => Some(-1),
            _ => None,
        };
        let codes: Option<Vec<Vec<i8>>> = stored
            .iter()
            .map(|text| text.chars().map(sign).collect())
            .collect();
        let codes =
            codes.filter(|codes| !codes.is_empty() && codes.iter().all(|code| code.len() == n))?;
        let fits = network.neurons() == n
            && encoder.columns().len() == encoder.group_sizes().len()
            && labels.len() == codes.len()
            && labels.iter().all(|&label| label < classes.len());
        fits.then_some(Self {
            encoder,
            classes,
            stored: Coded {
                codes,
                classes: labels,
            },
            network,
            status,
            read_out,
        })
    }
}

/// Unknown groups take the winner that is commonest among the other codes, the first on ties.
fn impute(codes: &mut [Vec<i8>], groups: &[usize]) {
    let mut from = 0;
    for &size in groups {
        let wins = |k: usize| codes.iter().filter(|code| code[from + k] > 0).count();
        let winner = (0..size).rev().max_by_key(|&k| wins(k)).unwrap_or(0);
        for code in codes.iter_mut().filter(|code| code[from] == 0) {
            for k in 0..size {
                code[from + k] = if k == winner { 1 } else { -1 };
            }
        }
        from += size;
    }
}

fn distinct(codes: &[Vec<i8>]) -> Result<Patterns, FitError> {
    let mut seen = HashSet::new();
    let unique: Vec<&Vec<i8>> = codes.iter().filter(|code| seen.insert(*code)).collect();
    let signs: Vec<i8> = unique
        .iter()
        .flat_map(|code| code.iter().copied())
        .collect();
    Patterns::from_signs(unique.len(), codes[0].len(), &signs).map_err(|_| FitError::NoClass)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoder::LEVELS;
    use crate::read::ReadOptions;
    use crate::split::split;
    use attractor::rules::{Hebbian, PseudoInverse, Rule};
    use attractor::{Couplings, Symmetry};

    fn hebbian(patterns: &Patterns) -> Result<Trained, TrainError> {
        let couplings = Couplings::full(patterns.neurons(), Symmetry::Symmetric).unwrap();
        Hebbian::default().train(patterns, &couplings)
    }

    fn pseudo_inverse(patterns: &Patterns) -> Result<Trained, TrainError> {
        let couplings = Couplings::full(patterns.neurons(), Symmetry::Symmetric).unwrap();
        PseudoInverse::default().train(patterns, &couplings)
    }

    fn wine() -> Table {
        let text = include_bytes!("../../lab/data/wine.csv");
        Table::read(text.as_slice(), &ReadOptions::class("class")).unwrap()
    }

    #[test]
    fn learns_wine_from_four_rows_a_class() {
        let table = wine();
        let (train, test) = split(&table, 4, 1);
        assert_eq!((train.len(), test.len()), (12, 166));
        let classifier = Classifier::fit(&table, &train, LEVELS, pseudo_inverse).unwrap();
        let answers = classifier.predict(&table);
        let right = test
            .iter()
            .filter(|&&r| Some(answers[r]) == table.classes[r].as_deref())
            .count();
        assert!(right as f64 > 0.8 * 166.0, "{right}");
        let again = Classifier::from_parts(
            classifier.description(),
            classifier.network().clone(),
            classifier.status(),
        );
        assert_eq!(again.unwrap(), classifier);
    }

    /// One step is one product with the weights, the sign of a sum taken here.
    #[test]
    fn one_step_is_read_out_where_it_is_asked_and_kept_in_the_description() {
        let table = wine();
        let (train, test) = split(&table, 6, 2);
        let fitted = Classifier::fit(&table, &train, LEVELS, hebbian).unwrap();
        assert!(
            !serde_json::to_string(&fitted.description())
                .unwrap()
                .contains("read_out")
        );
        let classifier = fitted.with_read_out(ReadOut::OneStep);
        let all = classifier.encode(&table);
        let codes: Vec<Vec<i8>> = test.iter().map(|&r| all[r].clone()).collect();
        let network = classifier.network();
        let n = network.neurons();
        let step = |code: &Vec<i8>| -> Vec<i8> {
            let field = |i: usize| -> f64 {
                (0..n)
                    .map(|j| network.weights()[i * n + j] * f64::from(code[j]))
                    .sum()
            };
            (0..n)
                .map(|i| if field(i) > 0.0 { 1 } else { -1 })
                .collect()
        };
        let stepped: Vec<Vec<i8>> = codes.iter().map(step).collect();
        let expected = crate::nearest::nearest_neighbour(classifier.stored(), &stepped);
        assert_eq!(classifier.predict_codes(&codes), expected);
        let text = serde_json::to_string(&classifier.description()).unwrap();
        let description = serde_json::from_str(&text).unwrap();
        let again =
            Classifier::from_parts(description, classifier.network().clone(), Status::Feasible);
        assert_eq!(again.unwrap().read_out(), ReadOut::OneStep);
        assert_eq!("one-step".parse(), Ok(ReadOut::OneStep));
        assert!("two".parse::<ReadOut>().is_err());
    }

    #[test]
    fn missing_values_are_unknown_in_tests_and_filled_in_training() {
        let text = "x,y,class\n1,5,a\n1,6,a\n?,6,b\n3,5,b\n";
        let table = Table::read(text.as_bytes(), &ReadOptions::class("class")).unwrap();
        let classifier = Classifier::fit(&table, &[0, 1, 2, 3], LEVELS, hebbian).unwrap();
        assert_eq!(classifier.stored().codes[2], [1, -1, -1, 1]);
        assert_eq!(classifier.encode(&table)[2], [0, 0, -1, 1]);
        let one = Classifier::fit(&table, &[0, 1], LEVELS, hebbian);
        assert!(matches!(one, Err(FitError::OneClass(_))));
    }
}
