//! Column: the fields of one feature as numbers or texts.

use crate::error::TableError;
use crate::missing::Missing;
use crate::note::Note;
use crate::numbers::{Style, has_grouped_point, is_infinite, is_number, plain};
use crate::separator::Records;
use crate::table::Value;
use std::collections::{HashMap, HashSet};

/// What a comma between digits means where the column alone does not tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Commas {
    Thousands,
    Decimals,
    Unclear,
}

impl Commas {
    /// From the columns that can be read in one way only; without any, from the separator: a comma between fields leaves
    /// none for decimals, and semicolons are written where it is the decimal sign.
    pub(crate) fn of<'a>(separator: u8, columns: impl Iterator<Item = &'a Column<'a>>) -> Self {
        let styles: HashSet<bool> = columns
            .filter_map(|column| match column.style {
                Style::CommaThousands => Some(true),
                Style::CommaDecimal => Some(false),
                _ => None,
            })
            .collect();
        match (styles.contains(&true), styles.contains(&false), separator) {
            (true, false, _) | (false, false, b',') => Self::Thousands,
            (false, true, _) | (false, false, b';') => Self::Decimals,
            _ => Self::Unclear,
        }
    }
}

/// The present fields of a column.
pub(crate) struct Column<'a> {
    name: &'a str,
    /// Row, line and text of each.
    fields: Vec<(usize, u64, &'a str)>,
    /// Texts that mean missing, with their numbers; the empty field and `?` apart.
    missing: HashMap<&'a str, usize>,
    style: Style,
}

impl<'a> Column<'a> {
    pub(crate) fn new(records: &'a Records, c: usize, missing: &Missing<'_>) -> Self {
        let (mut fields, mut absent) = (Vec::new(), HashMap::new());
        for (r, row) in records.rows.iter().enumerate() {
            let field = row.fields[c].as_str();
            if !missing.is(field) {
                fields.push((r, row.line, field));
            } else if !matches!(field, "" | "?") {
                *absent.entry(field).or_insert(0) += 1;
            }
        }
        let texts: Vec<&str> = fields.iter().map(|(_, _, field)| *field).collect();
        Self {
            name: &records.header[c],
            style: Style::of(&texts),
            fields,
            missing: absent,
        }
    }

    /// The values, with their rows.
    pub(crate) fn values(
        &self,
        commas: Commas,
        notes: &mut Vec<Note>,
    ) -> Result<Vec<(usize, Value)>, TableError> {
        let rows = || self.fields.iter().map(|(r, ..)| *r);
        let texts: Vec<&str> = self.fields.iter().map(|(.., text)| *text).collect();
        let style = self.style_with(commas)?;
        let Some(numbers) = style.parse(&texts) else {
            self.check_texts(&texts)?;
            self.note_missing(notes);
            let values = texts.iter().map(|&text| Value::Text(text.to_owned()));
            return Ok(rows().zip(values).collect());
        };
        let unusual = texts
            .iter()
            .zip(&numbers)
            .find(|(text, _)| plain(text).is_none());
        if let Some((text, value)) = unusual {
            notes.push(Note::ReadAsNumber {
                column: self.name.to_owned(),
                text: (*text).to_owned(),
                value: *value,
            });
        }
        Ok(rows().zip(numbers.into_iter().map(Value::Number)).collect())
    }

    fn style_with(&self, commas: Commas) -> Result<Style, TableError> {
        let ambiguous = |says: &dyn Fn(&str) -> bool| {
            let field = self.fields.iter().find(|(.., text)| says(text));
            let (_, line, value) = field.copied().unwrap_or_default();
            TableError::Ambiguous {
                line,
                column: self.name.to_owned(),
                value: value.to_owned(),
            }
        };
        let with_point = || self.fields.iter().filter(|(.., text)| text.contains('.'));
        match (self.style, commas) {
            (Style::Either, Commas::Thousands) => Ok(Style::CommaThousands),
            (Style::Either, Commas::Decimals) => Ok(Style::CommaDecimal),
            (Style::Either, Commas::Unclear) => Err(ambiguous(&|text| text.contains(','))),
            (Style::Plain, Commas::Decimals)
                if with_point().next().is_some()
                    && with_point().all(|(.., text)| has_grouped_point(text)) =>
            {
                Err(ambiguous(&has_grouped_point))
            }
            (style, _) => Ok(style),
        }
    }

    /// Refuses numbers among texts, unless all are different: then they name the rows.
    fn check_texts(&self, texts: &[&str]) -> Result<(), TableError> {
        let is_word = |text: &str| !is_number(text);
        let different: HashSet<&str> = texts.iter().copied().collect();
        if !texts.iter().any(|text| is_number(text)) {
            return Ok(());
        }
        let odd = self.fields.iter().find(|(.., text)| is_word(text));
        let Some(&(_, line, text)) = odd else {
            // Numbers in different styles: the one that programs write least.
            let odd = self.fields.iter().find(|(.., text)| plain(text).is_none());
            let &(_, line, text) = odd.unwrap_or(&self.fields[0]);
            return Err(self.mixed(line, text));
        };
        let words = texts.iter().filter(|text| is_word(text));
        if words.clone().all(|text| is_infinite(text)) {
            return Err(TableError::NotFinite {
                line,
                column: self.name.to_owned(),
                value: text.to_owned(),
            });
        }
        // One stray text in a column of different numbers is a mistake, not a name.
        if different.len() == texts.len() && 2 * words.count() >= texts.len() {
            return Ok(());
        }
        Err(self.mixed(line, text))
    }

    fn mixed(&self, line: u64, text: &str) -> TableError {
        TableError::Mixed {
            line,
            column: self.name.to_owned(),
            text: text.to_owned(),
        }
    }

    /// Among texts, a word for missing may have been meant as a text.
    fn note_missing(&self, notes: &mut Vec<Note>) {
        if self.fields.is_empty() {
            return;
        }
        let mut missing: Vec<(&str, usize)> = self.missing.iter().map(|(&t, &n)| (t, n)).collect();
        missing.sort_unstable();
        notes.extend(missing.into_iter().map(|(text, rows)| Note::ReadAsMissing {
            column: self.name.to_owned(),
            text: text.to_owned(),
            rows,
        }));
    }
}
