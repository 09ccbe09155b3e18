//! Missing: which fields mean that a value is missing.

/// The texts that mean a missing value where the user names no others: what pandas, R, SAS and Excel write, and `?`, `-`.
pub const USUAL_MISSING: [&str; 32] = [
    "?", "NA", "N/A", "n/a", "n.a.", "N.A.", "#N/A", "#N/A N/A", "#NA", "<NA>", "NaN", "nan",
    "NAN", "-NaN", "-nan", "NaT", "NULL", "null", "None", "-", "--", ".", "1.#IND", "-1.#IND",
    "1.#QNAN", "-1.#QNAN", "#VALUE!", "#DIV/0!", "#REF!", "#NAME?", "#NUM!", "#NULL!",
];

/// What is asked of every field.
pub(crate) struct Missing<'a>(pub(crate) Option<&'a [String]>);

impl Missing<'_> {
    /// Whether this field, without spaces around it, stands for no value; an empty one always does.
    pub(crate) fn is(&self, field: &str) -> bool {
        field.is_empty()
            || match self.0 {
                Some(own) => own.iter().any(|text| text == field),
                None => USUAL_MISSING.contains(&field),
            }
    }
}
