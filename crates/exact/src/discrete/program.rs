//! The rows of a training problem for integral weights: every column's entries as bit masks and as signed runs.

use crate::instance::Rows;
use crate::problem::Weights;
use attractor::bits::{count, has, put};

/// Consecutive rows that one column enters.
#[derive(Debug, Clone)]
pub(super) struct Run {
    /// First row.
    pub(super) start: usize,
    /// The entries ±1 from there on.
    pub(super) signs: Vec<i32>,
}

/// Σ_c a_rc w_c ≥ need_r over w_c in {−K, …, K} (binary: without 0), entries ±1 or absent.
#[derive(Debug, Clone)]
pub(super) struct IntegerProgram {
    /// need_r: what the field must reach for the bit to be right.
    pub(super) need: Vec<i32>,
    /// Number of entries of row r.
    pub(super) degree: Vec<i32>,
    /// K.
    pub(super) level: i32,
    /// The values allowed.
    pub(super) weights: Weights,
    /// Column by column.
    pub(super) runs: Vec<Vec<Run>>,
    /// Words of 64 rows.
    pub(super) words: usize,
    /// The bits that are rows; the padding of the last word is zero.
    pub(super) all: Vec<u64>,
    /// Column by column: the rows with entry +1.
    pub(super) plus: Vec<Vec<u64>>,
    /// Column by column: the rows with entry −1.
    pub(super) minus: Vec<Vec<u64>>,
    /// The rows of one neuron each.
    pub(super) groups: Vec<Group>,
    /// Column by column: the groups that it enters.
    pub(super) groups_of: Vec<Vec<usize>>,
}

/// The rows that belong to one neuron.
#[derive(Debug, Clone)]
pub(super) struct Group {
    /// The first word that holds one of them.
    pub(super) first: usize,
    /// Their bits, from that word on.
    pub(super) mask: Vec<u64>,
    /// The columns that enter them.
    pub(super) columns: Vec<usize>,
}

/// Digit k of a number that stands for the values of some weights, in the base of as many values as a weight has.
pub(super) fn digit_of(number: usize, k: usize, values: usize) -> usize {
    number / values.pow(k as u32) % values
}

impl Group {
    /// Number of its rows.
    pub(super) fn rows(&self) -> usize {
        count(&self.mask) as usize
    }
}

impl IntegerProgram {
    /// `strict[r]` asks for a positive field, otherwise for one that is not negative; `neuron[r]` is the row's neuron,
    /// whose rows follow one another and enter the same columns.
    pub(super) fn new(rows: &Rows, strict: &[bool], neuron: &[usize], weights: Weights) -> Self {
        let count = rows.len();
        let words = count.div_ceil(64).max(1);
        let binary = weights == Weights::Binary;
        let degree: Vec<i32> = (0..count).map(|r| rows.row(r).len() as i32).collect();
        let need = |r: usize| {
            // A field of binary weights has the parity of the number of inputs.
            let least = i32::from(strict[r]);
            least + i32::from(binary && (least + degree[r]) % 2 != 0)
        };
        let mut program = Self {
            need: (0..count).map(need).collect(),
            degree,
            level: weights.largest() as i32,
            weights,
            runs: vec![Vec::new(); rows.columns()],
            words,
            all: vec![0; words],
            plus: vec![vec![0; words]; rows.columns()],
            minus: vec![vec![0; words]; rows.columns()],
            groups: Vec::new(),
            groups_of: vec![Vec::new(); rows.columns()],
        };
        for (r, &own) in neuron.iter().enumerate() {
            put(&mut program.all, r);
            if r == 0 || neuron[r - 1] != own {
                program.groups.push(Group {
                    first: r / 64,
                    mask: Vec::new(),
                    columns: rows.row(r).map(|(column, _)| column).collect(),
                });
            }
            if let Some(group) = program.groups.last_mut() {
                group.mask.resize(r / 64 - group.first + 1, 0);
                put(&mut group.mask, r - 64 * group.first);
            }
            for (column, sign) in rows.row(r) {
                program.enter(r, column, if sign > 0.0 { 1 } else { -1 });
            }
        }
        for (g, group) in program.groups.iter().enumerate() {
            for &column in &group.columns {
                program.groups_of[column].push(g);
            }
        }
        program
    }

    fn enter(&mut self, r: usize, column: usize, sign: i32) {
        let masks = if sign > 0 {
            &mut self.plus
        } else {
            &mut self.minus
        };
        put(&mut masks[column], r);
        match self.runs[column].last_mut() {
            Some(run) if run.start + run.signs.len() == r => run.signs.push(sign),
            _ => self.runs[column].push(Run {
                start: r,
                signs: vec![sign],
            }),
        }
    }

    /// Number of rows.
    pub(super) fn rows(&self) -> usize {
        self.need.len()
    }

    /// Number of columns.
    pub(super) fn columns(&self) -> usize {
        self.runs.len()
    }

    /// The entry of column c in row r: −1, 0 or +1.
    pub(super) fn sign(&self, r: usize, c: usize) -> i32 {
        i32::from(has(&self.plus[c], r)) - i32::from(has(&self.minus[c], r))
    }

    /// The fields of all rows.
    pub(super) fn fields(&self, weights: &[i32]) -> Vec<i32> {
        let mut fields = vec![0; self.rows()];
        for (runs, &w) in self.runs.iter().zip(weights) {
            for run in runs {
                let fields = &mut fields[run.start..run.start + run.signs.len()];
                for (field, sign) in fields.iter_mut().zip(&run.signs) {
                    *field += w * sign;
                }
            }
        }
        fields
    }

    /// Number of rows whose field does not reach its need.
    pub(super) fn wrong(&self, fields: &[i32]) -> usize {
        let pairs = fields.iter().zip(&self.need);
        pairs.filter(|(field, need)| field < need).count()
    }

    /// Whether 0 is excluded.
    pub(super) fn is_binary(&self) -> bool {
        self.weights == Weights::Binary
    }

    /// |Σ_r a_rc|: how much more column c is wanted with one sign than with the other.
    pub(super) fn pull(&self, column: usize) -> u32 {
        count(&self.plus[column]).abs_diff(count(&self.minus[column]))
    }

    /// All values of a weight, the nearest to `value` first.
    pub(super) fn values_near(&self, value: i32) -> Vec<i32> {
        let mut values: Vec<i32> = (-self.level..=self.level)
            .filter(|&v| !(self.is_binary() && v == 0))
            .collect();
        values.sort_by_key(|&v| (v.abs_diff(value), v.abs()));
        values
    }
}
