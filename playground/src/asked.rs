//! Requests as bytes: their parts, and what is read of them, checked.

use attractor::{Cues, Patterns, Shape};
use serde_json::Value;

/// The most neurons that are taken: a picture of 64×64, whose weights are 128 MiB.
pub(crate) const MOST_NEURONS: usize = 4096;

/// What went wrong, for the reader of the page.
pub(crate) type Refused = String;

/// A reply's JSON and bytes.
pub(crate) type Reply = (Value, Vec<u8>);

pub(crate) fn said(error: impl std::fmt::Display) -> Refused {
    error.to_string()
}

/// Patterns of the bytes behind a request, an i8 of ±1 an entry.
pub(crate) fn patterns_of(count: usize, bytes: &[u8]) -> Result<Patterns, Refused> {
    if count == 0 || bytes.is_empty() || !bytes.len().is_multiple_of(count) {
        return Err(format!(
            "{} bytes are no {count} patterns: draw or choose at least one",
            bytes.len()
        ));
    }
    let signs: Vec<i8> = bytes.iter().map(|&byte| byte.cast_signed()).collect();
    Patterns::from_signs(count, bytes.len() / count, &signs).map_err(said)
}

/// One cue of the bytes behind a request, an i8 of ±1 or 0 an entry.
pub(crate) fn cue_of(bytes: &[u8]) -> Result<Cues, Refused> {
    let values: Vec<i8> = bytes.iter().map(|&byte| byte.cast_signed()).collect();
    Cues::from_values(1, bytes.len(), &values).map_err(said)
}

/// A shape that the page can show.
pub(crate) fn shape_of(height: usize, width: usize) -> Result<Shape, Refused> {
    match height.checked_mul(width) {
        Some(1..=MOST_NEURONS) => Ok(Shape { height, width }),
        _ => Err(format!(
            "{height}×{width} is no size for the playground: 1 to {MOST_NEURONS} neurons"
        )),
    }
}

/// A request's JSON, read by hand: derived readers would be a tenth of what a visitor loads.
pub(crate) struct Asked<'a>(pub(crate) &'a Value);

impl Asked<'_> {
    pub(crate) fn text(&self, key: &str) -> Result<&str, Refused> {
        let text = self.0[key].as_str();
        text.ok_or_else(|| format!("the request needs a text `{key}`"))
    }

    /// A text that may be left out.
    #[cfg(feature = "exact")]
    pub(crate) fn choice(&self, key: &str) -> Result<Option<&str>, Refused> {
        if self.0[key].is_null() {
            return Ok(None);
        }
        self.text(key).map(Some)
    }

    pub(crate) fn count(&self, key: &str) -> Result<usize, Refused> {
        count(&self.0[key]).ok_or_else(|| format!("the request needs a whole number `{key}`"))
    }

    pub(crate) fn counts(&self, key: &str) -> Result<Vec<usize>, Refused> {
        let list = self.0[key].as_array();
        let counts = list.and_then(|list| list.iter().map(count).collect());
        counts.ok_or_else(|| format!("the request needs a list of whole numbers `{key}`"))
    }

    pub(crate) fn is(&self, key: &str) -> bool {
        self.0[key] == Value::Bool(true)
    }

    pub(crate) fn number(&self, key: &str) -> Option<f64> {
        self.0[key].as_f64()
    }

    pub(crate) fn network(&self) -> Result<u32, Refused> {
        u32::try_from(self.count("network")?).map_err(said)
    }
}

fn count(value: &Value) -> Option<usize> {
    value.as_u64().and_then(|count| count.try_into().ok())
}

/// A message's JSON and bytes: the length of its JSON as a little-endian u32 stands before it.
pub(crate) fn parts(message: &[u8]) -> Result<(&[u8], &[u8]), Refused> {
    let short = || "the request is cut off".to_owned();
    let (length, rest) = message.split_first_chunk::<4>().ok_or_else(short)?;
    rest.split_at_checked(u32::from_le_bytes(*length) as usize)
        .ok_or_else(short)
}

/// The message of this JSON and these bytes.
pub(crate) fn message(value: &Value, bytes: &[u8]) -> Vec<u8> {
    let text = value.to_string();
    let mut message = Vec::with_capacity(4 + text.len() + bytes.len());
    message.extend_from_slice(&(text.len() as u32).to_le_bytes());
    message.extend_from_slice(text.as_bytes());
    message.extend_from_slice(bytes);
    message
}
