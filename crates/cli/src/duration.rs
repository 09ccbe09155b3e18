//! Lengths of time as people write them: `60`, `60s`, `2m`, `1h30m`, `0.5s`, `200ms`.

use std::time::Duration;

/// Seconds per unit; a bare number is seconds.
const UNITS: [(&str, f64); 6] = [
    ("ms", 1e-3),
    ("s", 1.0),
    ("", 1.0),
    ("m", 60.0),
    ("h", 3600.0),
    ("d", 86400.0),
];

/// Parses a length of time; a bare number is seconds.
///
/// # Errors
/// A message for the user.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    let bad = || format!("`{text}` is no length of time: write for example 60, 90s, 2m, 1h30m");
    let mut rest = text.trim();
    let mut seconds = 0.0;
    if rest.is_empty() {
        return Err(bad());
    }
    while !rest.is_empty() {
        let digits = end_of(rest, |c| c.is_ascii_digit() || c == '.');
        let (number, after) = rest.split_at(digits);
        let letters = end_of(after, |c| c.is_ascii_alphabetic());
        let (unit, after) = after.split_at(letters);
        let number: f64 = number.parse().map_err(|_| bad())?;
        let (_, factor) = UNITS
            .iter()
            .find(|(name, _)| *name == unit)
            .ok_or_else(bad)?;
        seconds += number * factor;
        rest = after;
    }
    Duration::try_from_secs_f64(seconds).map_err(|_| bad())
}

fn end_of(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|c| !belongs(c)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_write_time_in_many_ways() {
        let seconds = |text| parse(text).unwrap().as_secs_f64();
        assert_eq!(seconds("60"), 60.0);
        assert_eq!(seconds("60s"), 60.0);
        assert_eq!(seconds("2m"), 120.0);
        assert_eq!(seconds("1h"), 3600.0);
        assert_eq!(seconds("1h30m"), 5400.0);
        assert_eq!(seconds("0.5s"), 0.5);
        assert_eq!(seconds("200ms"), 0.2);
        for bad in [
            "", "s", "-1", "1 week", "1x", "1e3", "nan", "inf", "..", "9d9",
        ] {
            assert_eq!(parse(bad).is_err(), bad != "9d9", "{bad}");
        }
        assert!(parse("1e400").is_err() && parse(&"9".repeat(400)).is_err());
    }
}
