//! The bytes of a safetensors file: as many as its header announces, whatever the input goes on with.

use crate::couplings::MAX_NEURONS;
use crate::io::error::{Problem, ReadError};
use crate::io::source::Source;
use safetensors::SafeTensorError;
use serde_json::Value;

/// The largest network file: weights and mask of 2^16 neurons, and its header.
const MAX_FILE: u64 = 9 * (MAX_NEURONS as u64) * (MAX_NEURONS as u64) + (1 << 27);

/// The most bytes of a network file's header: its options and digests take some hundred.
const MAX_HEADER: u64 = 1 << 24;

/// The bytes of a safetensors file, as many as its header announces and one more if it goes on.
pub(super) fn whole(source: &mut Source<'_>) -> Result<Vec<u8>, ReadError> {
    match announced_length(source)? {
        Some(length) => Ok(source.peek(length + 1)?.to_vec()),
        None => Ok(source.head().to_vec()),
    }
}

/// How many bytes the header says that the file has; `None` for what cannot be a network file.
fn announced_length(source: &mut Source<'_>) -> Result<Option<u64>, ReadError> {
    let Some((&length, rest)) = source.head().split_first_chunk::<8>() else {
        return Ok(None);
    };
    let header = u64::from_le_bytes(length);
    if header > MAX_HEADER || rest.first() != Some(&b'{') {
        return Ok(None);
    }
    let bytes = source.peek(8 + header)?;
    let Ok(Value::Object(entries)) = serde_json::from_slice(&bytes[8..]) else {
        return Ok(None);
    };
    let end = |entry: &Value| entry.get("data_offsets")?.get(1)?.as_u64();
    let data = entries.values().filter_map(end).max().unwrap_or(0);
    Ok((data <= MAX_FILE).then_some(8 + header + data))
}

/// What is said of bytes that are no safetensors file.
pub(super) fn foreign(error: &SafeTensorError) -> Problem {
    Problem::Safetensors(format!(
        "{error}; a whole safetensors file as `attractor train` writes it is needed"
    ))
}
