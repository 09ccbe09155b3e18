//! A mixed integer linear program as plain data: minimise cᵀx over columns with bounds, subject to sparse rows.

/// The values a column may take within its bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Domain {
    /// Any real number.
    Continuous,
    /// Any integer; with bounds 0 and 1 a binary variable.
    Integer,
}

/// A variable.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Unique, without blanks, starting with a letter other than e.
    pub name: String,
    /// Least value, −∞ if there is none.
    pub lower: f64,
    /// Largest value, +∞ if there is none.
    pub upper: f64,
    /// Real or integer.
    pub domain: Domain,
    /// Coefficient in the objective, which is minimised.
    pub objective: f64,
}

impl Column {
    /// Whether the only values are 0 and 1.
    pub fn is_binary(&self) -> bool {
        self.domain == Domain::Integer && self.lower == 0.0 && self.upper == 1.0
    }
}

/// How a row's sum compares with its right-hand side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sense {
    /// Σ ≤ rhs.
    AtMost,
    /// Σ = rhs.
    Equal,
}

/// A constraint without its terms, which [`Model::terms`] has.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Unique, without blanks, starting with a letter other than e.
    pub name: String,
    /// Comparison.
    pub sense: Sense,
    /// Right-hand side.
    pub rhs: f64,
}

/// minimise Σ_j c_j x_j subject to the rows and the columns' bounds.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// Name of the model, without blanks.
    pub name: String,
    columns: Vec<Column>,
    rows: Vec<Row>,
    /// Row r's terms are at `starts[r]..starts[r + 1]`.
    starts: Vec<usize>,
    indices: Vec<u32>,
    coefficients: Vec<f64>,
}

impl Model {
    /// A model without columns and rows.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            columns: Vec::new(),
            rows: Vec::new(),
            starts: vec![0],
            indices: Vec::new(),
            coefficients: Vec::new(),
        }
    }

    /// Appends a column and returns its index.
    pub fn add_column(&mut self, column: Column) -> usize {
        self.columns.push(column);
        self.columns.len() - 1
    }

    /// Appends a row of (column, coefficient) terms, each column at most once, and returns its index.
    pub fn add_row(&mut self, row: Row, terms: impl IntoIterator<Item = (usize, f64)>) -> usize {
        for (column, coefficient) in terms {
            debug_assert!(column < self.columns.len());
            self.indices.push(column as u32);
            self.coefficients.push(coefficient);
        }
        self.starts.push(self.indices.len());
        self.rows.push(row);
        self.rows.len() - 1
    }

    /// The columns in order.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The rows in order.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Row r's (column, coefficient) terms.
    ///
    /// # Panics
    /// If there is no row r.
    pub fn terms(&self, r: usize) -> impl ExactSizeIterator<Item = (usize, f64)> + '_ {
        let range = self.starts[r]..self.starts[r + 1];
        self.indices[range.clone()]
            .iter()
            .zip(&self.coefficients[range])
            .map(|(&column, &coefficient)| (column as usize, coefficient))
    }

    /// The rows in compressed sparse row form: starts (one more than rows), columns, coefficients.
    #[cfg(feature = "highs")]
    pub(super) fn sparse_rows(&self) -> (&[usize], &[u32], &[f64]) {
        (&self.starts, &self.indices, &self.coefficients)
    }

    /// Number of terms in all rows.
    pub fn term_count(&self) -> usize {
        self.indices.len()
    }

    /// cᵀx.
    ///
    /// # Panics
    /// If `values` has not one entry a column.
    pub fn objective(&self, values: &[f64]) -> f64 {
        assert_eq!(values.len(), self.columns.len());
        let products = self
            .columns
            .iter()
            .zip(values)
            .map(|(c, x)| c.objective * x);
        products.sum()
    }

    /// The largest amount by which `values` leave a bound, a row or integrality.
    ///
    /// # Panics
    /// If `values` has not one entry a column.
    pub fn violation(&self, values: &[f64]) -> f64 {
        assert_eq!(values.len(), self.columns.len());
        let columns = self.columns.iter().zip(values).map(|(column, &x)| {
            let fraction = match column.domain {
                Domain::Integer => (x - x.round()).abs(),
                Domain::Continuous => 0.0,
            };
            fraction.max(column.lower - x).max(x - column.upper)
        });
        let rows = self.rows.iter().enumerate().map(|(r, row)| {
            let sum: f64 = self.terms(r).map(|(column, a)| a * values[column]).sum();
            match row.sense {
                Sense::AtMost => sum - row.rhs,
                Sense::Equal => (sum - row.rhs).abs(),
            }
        });
        columns.chain(rows).fold(0.0, f64::max)
    }
}
