//! Numbers as people read and write them.

/// A number for people: four decimals, or three and a power of ten where those would hide it.
pub(crate) fn number(value: f64) -> String {
    if value == 0.0 {
        // Zero has no sign for people.
        "0.0000".to_owned()
    } else if (1e-3..1e9).contains(&value.abs()) {
        format!("{value:.4}")
    } else {
        format!("{value:.3e}")
    }
}

/// Parses a count of one or more.
///
/// # Errors
/// A message for the user.
pub(crate) fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(count @ 1..) => Ok(count),
        _ => Err("must be a whole number of at least 1".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn numbers_are_short_and_hide_nothing() {
        assert_eq!(number(0.195_151), "0.1952");
        assert_eq!(number(-141.4178), "-141.4178");
        assert_eq!(
            (number(0.0), number(-0.0)),
            ("0.0000".into(), "0.0000".into())
        );
        assert_eq!(number(5.570_917e-7), "5.571e-7");
        assert_eq!(number(-1.7e308), "-1.700e308");
    }
}
