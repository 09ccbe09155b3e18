//! Encoder: features to ±1 neurons and back nowhere: one-hot groups, fitted on the training rows alone.
//!
//! A number goes to the nearest of k = min(3, distinct values) centres of the optimal 1-D k-means (the paper's section
//! 4.2), a category to its own neuron; the winner is +1, the others of the group −1. A missing value, or a category never
//! seen in training, leaves its whole group unknown (0).

use crate::table::{Table, Value};
use serde::{Deserialize, Serialize};

/// The most centres a numeric feature gets (the paper's k).
pub const MAX_CENTRES: usize = 3;

/// The most categories of a text feature: more would be names, not categories.
pub const MAX_CATEGORIES: usize = 64;

/// Why an encoder cannot be fitted.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum EncodeError {
    /// Every feature is constant or missing in the training rows.
    #[error("no feature takes two different values in the training rows")]
    NothingVaries,
    /// A text feature with too many values.
    #[error(
        "column `{column}` has more than {MAX_CATEGORIES} different texts; leave it out with --ignore {column}"
    )]
    TooManyCategories {
        /// Column name.
        column: String,
    },
    /// Numbers and texts in one column.
    #[error("column `{column}` mixes numbers and texts such as `{text}`")]
    Mixed {
        /// Column name.
        column: String,
        /// One of the texts.
        text: String,
    },
}

/// How one feature becomes a group of neurons.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// Nearest centre, ascending.
    Centres(Vec<f64>),
    /// Equal text.
    Categories(Vec<String>),
}

impl Group {
    fn neurons(&self) -> usize {
        match self {
            Self::Centres(centres) => centres.len(),
            Self::Categories(texts) => texts.len(),
        }
    }

    /// The neuron of the group that wins; None for what is missing or unknown.
    fn winner(&self, value: &Value) -> Option<usize> {
        match (self, value) {
            (Self::Centres(centres), Value::Number(x)) => (0..centres.len())
                .min_by(|&a, &b| (x - centres[a]).abs().total_cmp(&(x - centres[b]).abs())),
            (Self::Categories(texts), Value::Text(text)) => texts.iter().position(|t| t == text),
            _ => None,
        }
    }
}

/// A fitted encoder: one group for each feature that varies in the training rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Encoder {
    columns: Vec<String>,
    groups: Vec<Group>,
}

impl Encoder {
    /// Fits to these rows of a table. Features without two different values there are left out.
    ///
    /// # Errors
    /// See [`EncodeError`].
    pub fn fit(table: &Table, rows: &[usize]) -> Result<Self, EncodeError> {
        let mut encoder = Self {
            columns: Vec::new(),
            groups: Vec::new(),
        };
        for (c, column) in table.columns.iter().enumerate() {
            let (mut numbers, mut texts) = (Vec::new(), Vec::new());
            for &r in rows {
                match &table.rows[r][c] {
                    Value::Missing => {}
                    Value::Number(x) => numbers.push(*x),
                    Value::Text(text) => texts.push(text.clone()),
                }
            }
            let group = match (numbers.is_empty(), texts.first()) {
                (false, Some(text)) => {
                    return Err(EncodeError::Mixed {
                        column: column.clone(),
                        text: text.clone(),
                    });
                }
                (false, None) => Group::Centres(k_means(&mut numbers, MAX_CENTRES)),
                (true, _) => {
                    texts.sort();
                    texts.dedup();
                    Group::Categories(texts)
                }
            };
            if matches!(&group, Group::Categories(texts) if texts.len() > MAX_CATEGORIES) {
                return Err(EncodeError::TooManyCategories {
                    column: column.clone(),
                });
            }
            if group.neurons() > 1 {
                encoder.columns.push(column.clone());
                encoder.groups.push(group);
            }
        }
        if encoder.groups.is_empty() {
            return Err(EncodeError::NothingVaries);
        }
        Ok(encoder)
    }

    /// The features in use, in the order of the groups.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Number of neurons of each group.
    pub fn group_sizes(&self) -> Vec<usize> {
        self.groups.iter().map(Group::neurons).collect()
    }

    /// Number of neurons N ≥ 2.
    pub fn neurons(&self) -> usize {
        self.groups.iter().map(Group::neurons).sum()
    }

    /// A row, whose values stand in the order of [`Encoder::columns`], as N values −1, +1, or 0 for unknown.
    pub fn encode(&self, row: &[Value]) -> Vec<i8> {
        let mut code = Vec::with_capacity(self.neurons());
        for (group, value) in self.groups.iter().zip(row) {
            match group.winner(value) {
                Some(winner) => {
                    let neurons = 0..group.neurons();
                    code.extend(neurons.map(|k| if k == winner { 1 } else { -1 }));
                }
                None => code.extend(std::iter::repeat_n(0, group.neurons())),
            }
        }
        code
    }
}

/// The centres of an optimal 1-D k-means with k = min(`most`, distinct values), ascending: an exact dynamic program over
/// the sorted values (Wang & Song 2011), whose clusters are intervals. `values` gets sorted.
fn k_means(values: &mut [f64], most: usize) -> Vec<f64> {
    values.sort_by(f64::total_cmp);
    let mut distinct: Vec<(f64, f64)> = Vec::new();
    for &x in values.iter() {
        match distinct.last_mut() {
            Some((last, weight)) if *last == x => *weight += 1.0,
            _ => distinct.push((x, 1.0)),
        }
    }
    let n = distinct.len();
    let k = most.min(n);
    // Sums of weight, w·x and w·x² before each position, x measured from the middle value against cancellation.
    let origin = distinct[n / 2].0;
    let mut sums = vec![[0.0; 3]; n + 1];
    for (m, &(x, weight)) in distinct.iter().enumerate() {
        let d = x - origin;
        sums[m + 1] = [
            sums[m][0] + weight,
            sums[m][1] + weight * d,
            sums[m][2] + weight * d * d,
        ];
    }
    let part = |from: usize, to: usize, power: usize| sums[to][power] - sums[from][power];
    let spread =
        |from: usize, to: usize| part(from, to, 2) - part(from, to, 1).powi(2) / part(from, to, 0);
    let mut cost: Vec<f64> = (0..=n)
        .map(|to| if to == 0 { 0.0 } else { spread(0, to) })
        .collect();
    let mut cuts = vec![vec![0; n + 1]];
    for clusters in 2..=k {
        let mut next = vec![f64::INFINITY; n + 1];
        let mut cut = vec![0; n + 1];
        for to in clusters..=n {
            for (from, before) in cost.iter().enumerate().take(to).skip(clusters - 1) {
                let total = before + spread(from, to);
                if total < next[to] {
                    (next[to], cut[to]) = (total, from);
                }
            }
        }
        cost = next;
        cuts.push(cut);
    }
    let mut centres = Vec::with_capacity(k);
    let mut to = n;
    for cut in cuts.iter().rev() {
        let from = cut[to];
        centres.push(origin + part(from, to, 1) / part(from, to, 0));
        to = from;
    }
    centres.reverse();
    centres
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn inertia(values: &[f64], centres: &[f64]) -> f64 {
        let nearest = |x: f64| {
            centres
                .iter()
                .map(|c| (x - c).powi(2))
                .fold(f64::INFINITY, f64::min)
        };
        values.iter().map(|&x| nearest(x)).sum()
    }

    proptest! {
        #[test]
        fn k_means_is_optimal(mut values in prop::collection::vec(-20i32..20, 3..12).prop_map(|v| v.into_iter().map(f64::from).collect::<Vec<_>>())) {
            let centres = k_means(&mut values, 3);
            prop_assert!(centres.is_sorted());
            let mean = |part: &[f64]| part.iter().sum::<f64>() / part.len() as f64;
            let mut best = f64::INFINITY;
            for a in 1..values.len() - 1 {
                for b in a + 1..values.len() {
                    let split = [mean(&values[..a]), mean(&values[a..b]), mean(&values[b..])];
                    best = best.min(inertia(&values, &split));
                }
            }
            prop_assert!(inertia(&values, &centres) <= best + 1e-9);
        }
    }

    #[test]
    fn groups_winners_and_unknowns() {
        let text = "x,colour,same,class\n1,red,5,a\n2,blue,5,a\n9,red,5,b\n10,?,5,b\n";
        let table = Table::read(text.as_bytes(), Some("class"), &[]).unwrap();
        let encoder = Encoder::fit(&table, &[0, 1, 2, 3]).unwrap();
        assert_eq!(encoder.columns(), ["x", "colour"]);
        assert_eq!(encoder.group_sizes(), [3, 2]);
        assert_eq!(
            encoder.encode(&[Value::Number(100.0), Value::Text("blue".into())]),
            [-1, -1, 1, 1, -1]
        );
        assert_eq!(
            encoder.encode(&[Value::Missing, Value::Text("green".into())]),
            [0; 5]
        );
        let constant = Encoder::fit(&table, &[0]);
        assert_eq!(constant, Err(EncodeError::NothingVaries));
    }
}
