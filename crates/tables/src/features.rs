//! Features: the columns of a table that a model should learn from.
//!
//! Columns that name, count or date the rows say nothing of a row that is not yet there; they are left out. What only looks
//! like one of these gives a [`Note`].

use crate::error::TableError;
use crate::note::{LeftOut, Note, Reason};
use crate::table::{Table, Value};
use std::collections::{HashMap, HashSet};

/// Fewer rows than this say nothing about what a column is. Larger: small tables are learnt from their row numbers.
/// Smaller: in tiny tables true features are suspected.
const FEW_ROWS: usize = 10;

/// Texts name the rows if at least this share of them is different. Larger: a name that occurs twice by chance makes all
/// names a feature. Smaller: true categories of small tables are left out.
const NAMES: f64 = 0.9;

/// A number is far off if its distance from the others is at least this many times their range.
const FAR: f64 = 3.0;

impl Table {
    /// Without the columns that should not be learnt from, except those in `wanted`; with notes about them and about
    /// what else looks wrong.
    ///
    /// # Errors
    /// [`TableError::NoFeatures`] if no column remains; [`TableError::NotAClass`] for a class that is none;
    /// [`TableError::NoColumn`] for a wanted column that is not there.
    pub fn for_training(mut self, wanted: &[String]) -> Result<Self, TableError> {
        if let Some(unknown) = wanted.iter().find(|name| !self.columns.contains(name)) {
            return Err(TableError::NoColumn {
                wanted: unknown.clone(),
                columns: self.columns,
                header_is_data: false,
            });
        }
        self.check_classes()?;
        let mut features = Vec::new();
        for (c, column) in self.columns.iter().enumerate() {
            let reason = self.reason_against(c).filter(|_| !wanted.contains(column));
            let Some(reason) = reason else {
                features.push(column.clone());
                continue;
            };
            self.notes.push(Note::LeftOut(LeftOut {
                column: column.clone(),
                reason,
            }));
        }
        if features.is_empty() {
            return Err(TableError::NoFeatures);
        }
        let mut table = self.with_columns(&features);
        let notes = (0..features.len()).flat_map(|c| table.suspicions(c));
        let notes: Vec<Note> = notes.collect();
        table.notes.extend(notes);
        Ok(table)
    }

    /// The columns that were left out, and why.
    pub fn left_out(&self) -> impl Iterator<Item = &LeftOut> {
        self.notes.iter().filter_map(|note| match note {
            Note::LeftOut(left_out) => Some(left_out),
            _ => None,
        })
    }

    fn reason_against(&self, c: usize) -> Option<Reason> {
        let values: Vec<&Value> = self.present(c).map(|(_, value)| value).collect();
        if values.len() < 2 {
            return None;
        }
        let texts: Option<Vec<&str>> = values.iter().map(|value| text(value)).collect();
        if let Some(texts) = texts {
            if texts.iter().all(|text| is_date(text)) {
                return Some(Reason::Dates);
            }
            let different = texts.iter().collect::<HashSet<_>>().len();
            return (different as f64 >= NAMES * texts.len() as f64).then_some(Reason::Names);
        }
        let numbers: Vec<f64> = values.iter().filter_map(|value| number(value)).collect();
        let name = self.columns[c].to_lowercase();
        let counts = numbers.windows(2).all(|pair| pair[1] == pair[0] + 1.0)
            && matches!(numbers[0], 0.0 | 1.0)
            && numbers.len() == self.len();
        if counts && (self.len() >= FEW_ROWS || means_identifier(&name)) {
            return Some(Reason::Counter);
        }
        let identifies = means_identifier(&name) && are_whole(&numbers) && differ(&numbers);
        identifies.then_some(Reason::Identifier)
    }

    /// What may be wrong with a feature.
    fn suspicions(&self, c: usize) -> Vec<Note> {
        let column = || self.columns[c].clone();
        let mut notes = Vec::new();
        let values: Vec<&Value> = self.present(c).map(|(_, value)| value).collect();
        let texts: Vec<&str> = values.iter().filter_map(|value| text(value)).collect();
        let numbers: Vec<f64> = values.iter().filter_map(|value| number(value)).collect();
        notes.extend(alike(&texts).map(|(first, second)| Note::Alike {
            column: column(),
            first,
            second,
        }));
        if values.len() < FEW_ROWS {
            return notes;
        }
        let different = texts.iter().collect::<HashSet<_>>().len();
        let whole = numbers.len() >= 2 * FEW_ROWS && are_whole(&numbers) && differ(&numbers);
        if whole || 2 * different > values.len() {
            notes.push(Note::MayNameRows {
                column: column(),
                values: if whole { numbers.len() } else { different },
                rows: values.len(),
            });
        }
        notes.extend(far_off(&numbers).map(|(value, rows)| Note::MayMeanMissing {
            column: column(),
            value,
            rows,
        }));
        if self.says_the_class(c) {
            notes.push(Note::SaysTheClass { column: column() });
        }
        notes
    }

    /// Whether values and classes are in one-to-one relation, in every row.
    fn says_the_class(&self, c: usize) -> bool {
        let (mut class_of, mut value_of) = (HashMap::new(), HashMap::new());
        let one_to_one = self.rows.iter().zip(&self.classes).all(|(row, class)| {
            let value = match &row[c] {
                Value::Missing => return false,
                Value::Number(x) => x.to_string(),
                Value::Text(text) => text.clone(),
            };
            *class_of.entry(value.clone()).or_insert(class) == class
                && *value_of.entry(class).or_insert_with(|| value.clone()) == value
        });
        one_to_one && class_of.len() > 1 && self.len() >= 2 * FEW_ROWS.max(class_of.len())
    }

    fn class_column(&self) -> String {
        self.class_column.clone().unwrap_or_default()
    }

    fn check_classes(&mut self) -> Result<(), TableError> {
        let names = self.class_names();
        let rows = self.classes.iter().flatten().count();
        let fractions = |name: &String| name.parse::<f64>().is_ok_and(|x| x.fract() != 0.0);
        if rows >= FEW_ROWS
            && (names.len() == rows || 2 * names.len() > rows && names.iter().any(fractions))
        {
            return Err(TableError::NotAClass {
                column: self.class_column(),
                classes: names.len(),
                rows,
            });
        }
        if rows >= FEW_ROWS && 2 * names.len() > rows {
            self.notes.push(Note::ManyClasses {
                classes: names.len(),
                rows,
            });
        }
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let alike = alike(&names).map(|(first, second)| Note::Alike {
            column: self.class_column(),
            first,
            second,
        });
        self.notes.extend(alike);
        Ok(())
    }
}

fn text(value: &Value) -> Option<&str> {
    match value {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => Some(*number),
        _ => None,
    }
}

fn are_whole(numbers: &[f64]) -> bool {
    numbers.iter().all(|x| x.fract() == 0.0)
}

fn differ(numbers: &[f64]) -> bool {
    let mut seen = HashSet::new();
    numbers.iter().all(|x| seen.insert(x.to_bits()))
}

/// Whether a column of this name, in lower case, is kept to tell rows apart.
fn means_identifier(name: &str) -> bool {
    let words: Vec<&str> = name
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let last = words.last().copied().unwrap_or(name);
    matches!(
        last,
        "id" | "ids"
            | "index"
            | "idx"
            | "uuid"
            | "key"
            | "rownum"
            | "rowid"
            | "row"
            | "nr"
            | "no"
            | "#"
    ) || name.starts_with("unnamed")
}

/// A day, with or without time: 2020-01-31, 31.01.2020, 1/31/20, 2020/01/31T12:00:05Z.
fn is_date(text: &str) -> bool {
    let day = text.split(['T', ' ']).next().unwrap_or(text);
    ['-', '/', '.'].into_iter().any(|separator| {
        let parts: Vec<&str> = day.split(separator).collect();
        let digits = |part: &&str| {
            matches!(part.len(), 1 | 2 | 4) && part.bytes().all(|byte| byte.is_ascii_digit())
        };
        parts.len() == 3 && parts.iter().all(digits)
    })
}

/// Two of these texts that differ in case or spaces alone, or that are the same number.
fn alike(texts: &[&str]) -> Option<(String, String)> {
    let mut seen: HashMap<String, &str> = HashMap::new();
    texts.iter().find_map(|&text| {
        let core = match text.parse::<f64>() {
            Ok(number) => number.to_string(),
            Err(_) => text
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
                .to_lowercase(),
        };
        let first = *seen.entry(core).or_insert(text);
        (first != text).then(|| (first.to_owned(), text.to_owned()))
    })
}

/// A number such as −999 or 9999, far from all others, that stands in several rows.
fn far_off(numbers: &[f64]) -> Option<(f64, usize)> {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    let (&lowest, &highest) = (sorted.first()?, sorted.last()?);
    [lowest, highest].into_iter().find_map(|suspect| {
        let digits = suspect.abs().to_string();
        let nines = digits.len() >= 2 && digits.bytes().all(|digit| digit == b'9');
        let others: Vec<f64> = sorted.iter().copied().filter(|&x| x != suspect).collect();
        let rows = sorted.len() - others.len();
        let (low, high) = (*others.first()?, *others.last()?);
        let distance = (low - suspect).max(suspect - high);
        let far = high > low && distance >= FAR * (high - low);
        (nines && far && rows >= 2).then_some((suspect, rows))
    })
}
