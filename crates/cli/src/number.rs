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

/// From, to (included) and step.
pub(crate) type Sizes = (usize, usize, usize);

/// Parses `FROM:TO` or `FROM:TO:STEP`, ascending, with a step of at least 1.
///
/// # Errors
/// A message for the user.
pub(crate) fn range(text: &str) -> Result<Sizes, String> {
    let parts: Option<Vec<usize>> = text.split(':').map(|part| part.parse().ok()).collect();
    match parts.as_deref() {
        Some(&[from, to]) if from <= to => Ok((from, to, 1)),
        Some(&[from, to, step]) if from <= to && step >= 1 => Ok((from, to, step)),
        _ => Err("write FROM:TO or FROM:TO:STEP, for example 0:20:4".to_owned()),
    }
}

/// Parses a [`range`] of counts, from 1 upwards.
///
/// # Errors
/// A message for the user.
pub(crate) fn range_from_one(text: &str) -> Result<Sizes, String> {
    range(text)
        .ok()
        .filter(|&(from, _, _)| from >= 1)
        .ok_or_else(|| {
            "write FROM:TO or FROM:TO:STEP from 1 upwards, for example 5:50:5".to_owned()
        })
}

#[cfg(test)]
mod tests {
    use super::{number, range, range_from_one};

    #[test]
    fn ranges_ascend() {
        assert_eq!(range("0:8"), Ok((0, 8, 1)));
        assert_eq!(range("5:50:5"), Ok((5, 50, 5)));
        assert_eq!(range_from_one("1:8"), Ok((1, 8, 1)));
        for wrong in ["8", "8:0", "0:8:0", "0:8:2:1", "-1:8", "a:b", ""] {
            assert!(range(wrong).is_err(), "{wrong}");
        }
        assert!(range_from_one("0:8").is_err());
    }

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
