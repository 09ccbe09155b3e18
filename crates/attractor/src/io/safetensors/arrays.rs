//! Weights in a safetensors file that another program wrote: tensors without this format's metadata.

use super::bytes::{foreign, whole};
use super::stored::each;
use crate::io::error::{Problem, ReadError};
use crate::io::npy::half;
use crate::io::source::Source;
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};

/// Names under which programs keep weights, and biases.
const WEIGHTS: [&str; 5] = ["weights", "weight", "W", "J", "w"];
const BIASES: [&str; 4] = ["biases", "bias", "b", "h"];

/// N² weights, and N biases if there are any.
pub(crate) type Arrays = (Vec<f64>, Option<Vec<f64>>);

/// The weights and biases in a safetensors file.
pub(crate) fn read_arrays(mut source: Source<'_>) -> Result<Arrays, ReadError> {
    let name = source.name.clone();
    let bytes = whole(&mut source)?;
    let arrays = SafeTensors::deserialize(&bytes)
        .map_err(|error| foreign(&error))
        .and_then(|tensors| arrays(&tensors));
    arrays.map_err(|problem| ReadError::new(name, problem))
}

/// The tensor `weights` and, if it is there, `biases`; without such a name the only square matrix and the only vector of its
/// size.
pub(super) fn arrays(tensors: &SafeTensors<'_>) -> Result<Arrays, Problem> {
    let square = |view: &TensorView<'_>| matches!(view.shape(), [n, m] if n == m && *n > 0);
    let weights = find(tensors, &WEIGHTS, square)?.ok_or_else(|| Problem::Tensor {
        name: "weights",
        reason: format!(
            "is missing: {} tensors, none of them named so and not one square matrix alone",
            tensors.len()
        ),
    })?;
    let n = weights.shape()[0];
    let biases = find(tensors, &BIASES, |view| view.shape() == [n])?;
    Ok((
        numbers("weights", &weights)?,
        biases.map(|view| numbers("biases", &view)).transpose()?,
    ))
}

/// The tensor with one of these names, else the only one that fits.
fn find<'a>(
    tensors: &SafeTensors<'a>,
    names: &[&'static str],
    fits: impl Fn(&TensorView<'a>) -> bool,
) -> Result<Option<TensorView<'a>>, Problem> {
    if let Some((name, view)) = names
        .iter()
        .find_map(|&name| Some((name, tensors.tensor(name).ok()?)))
    {
        return if fits(&view) {
            Ok(Some(view))
        } else {
            let reason = format!("has shape {:?}; weights are N×N, biases N", view.shape());
            Err(Problem::Tensor { name, reason })
        };
    }
    let mut fitting = tensors
        .iter()
        .map(|(_, view)| view)
        .filter(|view| fits(view));
    match (fitting.next(), fitting.next()) {
        (Some(view), None) => Ok(Some(view)),
        _ => Ok(None),
    }
}

/// A tensor's numbers.
fn numbers(name: &'static str, view: &TensorView<'_>) -> Result<Vec<f64>, Problem> {
    let bytes = view.data();
    Ok(match view.dtype() {
        Dtype::F64 => each(bytes, f64::from_le_bytes),
        Dtype::F32 => each(bytes, |b| f64::from(f32::from_le_bytes(b))),
        Dtype::F16 => each(bytes, |b| half(u16::from_le_bytes(b))),
        Dtype::BF16 => each(bytes, |b: [u8; 2]| {
            f64::from(f32::from_le_bytes([0, 0, b[0], b[1]]))
        }),
        Dtype::I8 => each(bytes, |b| f64::from(i8::from_le_bytes(b))),
        Dtype::I16 => each(bytes, |b| f64::from(i16::from_le_bytes(b))),
        Dtype::I32 => each(bytes, |b| f64::from(i32::from_le_bytes(b))),
        Dtype::I64 => each(bytes, |b| i64::from_le_bytes(b) as f64),
        other => {
            let reason = format!("is of type {other}; real numbers or signed integers are read");
            return Err(Problem::Tensor { name, reason });
        }
    })
}
