//! Numbers of a claim: the paper's beside the measured one, and a small table of all that were measured.

use std::fmt;

/// What was measured, as numbers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Numbers {
    /// The paper's number; empty where it names none.
    pub claimed: String,
    /// The measured number that answers it; empty where no single one does.
    pub found: String,
    /// Names of the table's columns.
    pub columns: Vec<String>,
    /// What stands in a row, and as many fields as there are columns; empty where nothing was measured.
    pub rows: Vec<(String, Vec<String>)>,
}

impl Numbers {
    pub(super) fn new(claimed: impl Into<String>, found: impl Into<String>) -> Self {
        Self {
            claimed: claimed.into(),
            found: found.into(),
            ..Self::default()
        }
    }

    /// Adds a row. Fields of a name that no row had before open a column.
    pub(super) fn row<N: Into<String>, V: Into<String>>(
        mut self,
        what: impl Into<String>,
        fields: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        let mut row = vec![String::new(); self.columns.len()];
        for (name, value) in fields {
            let name = name.into();
            let place = self.columns.iter().position(|column| *column == name);
            let place = place.unwrap_or_else(|| {
                self.columns.push(name);
                self.rows
                    .iter_mut()
                    .for_each(|(_, row)| row.push(String::new()));
                row.push(String::new());
                self.columns.len() - 1
            });
            row[place] = value.into();
        }
        self.rows.push((what.into(), row));
        self
    }

    /// A row of shares in percent, with so many decimals.
    pub(super) fn shares<'a>(
        self,
        what: impl Into<String>,
        decimals: usize,
        shares: impl IntoIterator<Item = &'a (&'a str, f64)>,
    ) -> Self {
        let field = |&(name, share): &'a (&str, f64)| (name, format!("{share:.decimals$} %"));
        self.row(what, shares.into_iter().map(field))
    }
}

impl fmt::Display for Numbers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.found)?;
        for (what, row) in &self.rows {
            let known = self
                .columns
                .iter()
                .zip(row)
                .filter(|(_, field)| !field.is_empty());
            let fields: Vec<String> = known
                .map(|(name, field)| format!("{name} {field}"))
                .collect();
            write!(f, "; {what}: {}", fields.join(", "))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_share_their_columns() {
        let numbers = Numbers::new("40", "38")
            .row("error-free", [("full", "30"), ("sparse", "28")])
            .shares("zero", 0, &[("sparse", 60.2), ("field", 70.0)]);
        assert_eq!(numbers.columns, ["full", "sparse", "field"]);
        assert_eq!(numbers.rows[0].1, ["30", "28", ""]);
        assert_eq!(numbers.rows[1].1, ["", "60 %", "70 %"]);
        assert_eq!(
            numbers.to_string(),
            "38; error-free: full 30, sparse 28; zero: sparse 60 %, field 70 %"
        );
    }
}
