//! NumPy in and out: every array is checked before a value of it is used, and each message names the argument.

use crate::errors::{bad_type, bad_value};
use attractor::{Cues, Patterns, Shape};
use numpy::{
    PyArray1, PyArray2, PyArrayDyn, PyArrayMethods, PyUntypedArray, PyUntypedArrayMethods,
};
use pyo3::intern;
use pyo3::prelude::*;

/// What an entry of patterns may be, in messages.
const SIGNS: &str = "entries are -1 and +1, or 0 and 1";

/// An entry that is not known.
const UNKNOWN: i8 = 2;

/// An array of numbers, row by row and in the machine's byte order.
struct Checked<'py> {
    array: Bound<'py, PyUntypedArray>,
    kind: char,
}

/// The argument as an array of numbers that can be read in place, copied only if it is not.
fn numbers<'py>(name: &str, object: &Bound<'py, PyAny>) -> PyResult<Checked<'py>> {
    let py = object.py();
    let numpy = py.import(intern!(py, "numpy"))?;
    if has_masked(&numpy, object)? {
        return Err(bad_value(
            name,
            "a masked array with masked entries; fill them, in cues with 0 or NaN",
        ));
    }
    let array = numpy
        .call_method1(intern!(py, "asarray"), (object,))
        .map_err(|error| bad_type(name, format!("is no array: {error}")))?;
    let dtype = array.getattr(intern!(py, "dtype"))?;
    let kind: char = dtype.getattr(intern!(py, "kind"))?.extract()?;
    let bytes: usize = dtype.getattr(intern!(py, "itemsize"))?.extract()?;
    if !"biuf".contains(kind) || bytes > 8 {
        let advice = match kind {
            'O' => {
                "; an array of objects has rows of different lengths, or entries that are no numbers"
            }
            _ => "",
        };
        return Err(bad_type(
            name,
            format!(
                "has dtype {dtype}; give whole numbers, floating-point numbers of at most 64 bits, or booleans{advice}"
            ),
        ));
    }
    let native = dtype.call_method1(intern!(py, "newbyteorder"), ("=",))?;
    let array = numpy.call_method1(intern!(py, "require"), (array, native, ["C", "A"]))?;
    Ok(Checked {
        array: array.cast_into()?,
        kind,
    })
}

fn has_masked(numpy: &Bound<'_, PyModule>, object: &Bound<'_, PyAny>) -> PyResult<bool> {
    let ma = numpy.getattr("ma")?;
    if !object.is_instance(&ma.getattr("MaskedArray")?)? {
        return Ok(false);
    }
    ma.call_method1("is_masked", (object,))?.extract()
}

/// Each entry as an f64, which tells ±1 and 0 from all other numbers of these types.
fn each<T>(
    checked: &Checked<'_>,
    mut entry: impl FnMut(usize, f64) -> PyResult<T>,
) -> PyResult<Vec<T>> {
    macro_rules! try_types {
        ($($type:ty => $as:expr),* $(,)?) => {$(
            if let Ok(array) = checked.array.cast::<PyArrayDyn<$type>>() {
                let values = array.try_readonly()?;
                let values = values.as_slice()?.iter().enumerate();
                return values.map(|(k, &value)| entry(k, $as(value))).collect();
            }
        )*};
    }
    try_types!(
        f64 => std::convert::identity,
        i64 => |value| value as f64,
        i8 => f64::from,
        bool => |value| f64::from(u8::from(value)),
        u8 => f64::from,
        f32 => f64::from,
        i32 => f64::from,
        u32 => f64::from,
        i16 => f64::from,
        u16 => f64::from,
        u64 => |value| value as f64,
    );
    // Half precision and what else NumPy may call a number.
    let wide = checked.array.call_method1("astype", ("float64",))?;
    let array = wide.cast::<PyArrayDyn<f64>>()?.try_readonly()?;
    let values = array.as_slice()?.iter().enumerate();
    values.map(|(k, &value)| entry(k, value)).collect()
}

/// Rows × neurons, and the images' shape where there is one.
struct Layout {
    rows: usize,
    neurons: usize,
    shape: Option<Shape>,
}

impl Layout {
    fn of(name: &str, dims: &[usize], one_is_a_row: bool) -> PyResult<Self> {
        let (rows, neurons, shape) = match *dims {
            [neurons] if one_is_a_row => (1, neurons, None),
            [rows, neurons] => (rows, neurons, None),
            [rows, height, width] => (rows, height * width, Some(Shape { height, width })),
            _ => {
                let one = if one_is_a_row { "one state, " } else { "" };
                return Err(bad_value(
                    name,
                    format!(
                        "has shape {}; give {one}a row for each state (2 dimensions), or a picture for each (3 dimensions)",
                        shown(dims)
                    ),
                ));
            }
        };
        if rows == 0 || neurons == 0 {
            return Err(bad_value(
                name,
                format!(
                    "is empty (shape {}); at least one row of one neuron is needed",
                    shown(dims)
                ),
            ));
        }
        Ok(Self {
            rows,
            neurons,
            shape,
        })
    }
}

fn shown(dims: &[usize]) -> String {
    let dims: Vec<String> = dims.iter().map(usize::to_string).collect();
    match dims.as_slice() {
        [one] => format!("({one},)"),
        dims => format!("({})", dims.join(", ")),
    }
}

/// Entries −1, 0, 1 or [`UNKNOWN`] (NaN), as far as `nan` allows it.
fn cells(name: &str, checked: &Checked<'_>, neurons: usize, nan: bool) -> PyResult<Vec<i8>> {
    each(checked, |k, value| {
        if value == 1.0 {
            Ok(1)
        } else if value == -1.0 {
            Ok(-1)
        } else if value == 0.0 {
            Ok(0)
        } else if value.is_nan() && nan {
            Ok(UNKNOWN)
        } else {
            let unknown = if nan { ", unknown ones NaN" } else { "" };
            Err(bad_value(
                name,
                format!(
                    "row {}, neuron {} is {value}; {SIGNS}{unknown}",
                    k / neurons.max(1),
                    k % neurons.max(1)
                ),
            ))
        }
    })
}

/// Patterns: ±1 or 0/1 of any type of number, a row or a picture each. The shape is that of the pictures.
pub(crate) fn patterns(
    name: &str,
    object: &Bound<'_, PyAny>,
) -> PyResult<(Patterns, Option<Shape>)> {
    let checked = numbers(name, object)?;
    let layout = Layout::of(name, checked.array.shape(), false)?;
    let cells = cells(name, &checked, layout.neurons, false)?;
    if let Some(zero) = cells.iter().position(|&cell| cell == 0)
        && cells.contains(&-1)
    {
        return Err(bad_value(
            name,
            format!(
                "row {}, neuron {} is 0 beside -1; patterns have no unknown entries",
                zero / layout.neurons,
                zero % layout.neurons
            ),
        ));
    }
    let patterns = Patterns::from_fn(layout.rows, layout.neurons, |mu, i| {
        cells[mu * layout.neurons + i] == 1
    });
    let patterns = patterns.map_err(|error| bad_value(name, error))?;
    Ok((patterns, layout.shape))
}

/// Cues, and the dimensions of the array that they were. NaN is unknown, and so is 0 where there is a −1.
pub(crate) fn cues(name: &str, object: &Bound<'_, PyAny>) -> PyResult<(Cues, Vec<usize>)> {
    let checked = numbers(name, object)?;
    let dims = checked.array.shape().to_vec();
    let layout = Layout::of(name, &dims, true)?;
    let mut cells = cells(name, &checked, layout.neurons, true)?;
    let zero = if cells.contains(&-1) { 0 } else { -1 };
    for cell in &mut cells {
        match *cell {
            0 => *cell = zero,
            UNKNOWN => *cell = 0,
            _ => {}
        }
    }
    let cues = Cues::from_values(layout.rows, layout.neurons, &cells);
    Ok((cues.map_err(|error| bad_value(name, error))?, dims))
}

/// Finite or other floating-point numbers, and their dimensions. Whole numbers that no f64 holds are refused.
pub(crate) fn floats(name: &str, object: &Bound<'_, PyAny>) -> PyResult<(Vec<f64>, Vec<usize>)> {
    let checked = numbers(name, object)?;
    let whole = "iu".contains(checked.kind);
    let values = each(&checked, |_, value| {
        if whole && value.abs() > 9_007_199_254_740_992.0 {
            return Err(bad_value(
                name,
                format!("{value} is too large a whole number to be kept exactly"),
            ));
        }
        Ok(value)
    })?;
    Ok((values, checked.array.shape().to_vec()))
}

/// N×N truth values.
pub(crate) fn mask(name: &str, object: &Bound<'_, PyAny>, neurons: usize) -> PyResult<Vec<bool>> {
    let checked = numbers(name, object)?;
    if checked.array.shape() != [neurons, neurons] {
        return Err(bad_value(
            name,
            format!(
                "has shape {}; {neurons} neurons need ({neurons}, {neurons})",
                shown(checked.array.shape())
            ),
        ));
    }
    let cells = cells(name, &checked, neurons, false)?;
    Ok(cells.into_iter().map(|cell| cell == 1).collect())
}

/// States as an array of −1 and +1 with these dimensions.
pub(crate) fn states<'py>(
    py: Python<'py>,
    states: &Patterns,
    dims: &[usize],
) -> PyResult<Bound<'py, PyArrayDyn<i8>>> {
    let signs: Vec<i8> = (0..states.count()).flat_map(|c| states.signs(c)).collect();
    PyArray1::from_vec(py, signs).reshape(dims)
}

/// Codes of −1, 0 and +1, a row each.
pub(crate) fn codes<'py>(
    py: Python<'py>,
    codes: &[Vec<i8>],
    neurons: usize,
) -> PyResult<Bound<'py, PyArrayDyn<i8>>> {
    shaped(py, codes, &[codes.len(), neurons])
}

/// Rows as an array with these dimensions.
pub(crate) fn shaped<'py>(
    py: Python<'py>,
    rows: &[Vec<i8>],
    dims: &[usize],
) -> PyResult<Bound<'py, PyArrayDyn<i8>>> {
    PyArray1::from_vec(py, rows.concat()).reshape(dims)
}

/// N×N numbers that cannot be written to.
pub(crate) fn matrix<'py>(
    py: Python<'py>,
    values: &[f64],
    neurons: usize,
) -> PyResult<Bound<'py, PyArray2<f64>>> {
    let array = PyArray1::from_slice(py, values).reshape([neurons, neurons])?;
    read_only(array.as_any())?;
    Ok(array)
}

/// Numbers that cannot be written to.
pub(crate) fn vector<'py, T: numpy::Element>(
    py: Python<'py>,
    values: Vec<T>,
) -> PyResult<Bound<'py, PyArray1<T>>> {
    let array = PyArray1::from_vec(py, values);
    read_only(array.as_any())?;
    Ok(array)
}

fn read_only(array: &Bound<'_, PyAny>) -> PyResult<()> {
    let flags = array.getattr(intern!(array.py(), "flags"))?;
    flags.setattr(intern!(array.py(), "writeable"), false)
}
