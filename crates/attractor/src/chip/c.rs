//! The C99 header.

use super::comment;
use super::packed::Kind;
use super::template::{filled, table};
use super::{Chip, MOST_STEPS};
use crate::couplings::Symmetry;

const HEADER: &str = include_str!("templates/header.h");
const BINARY: &str = include_str!("templates/field_binary.h");
const TERNARY: &str = include_str!("templates/field_ternary.h");
const INTEGER: &str = include_str!("templates/field_integer.h");

/// The header, every name in it beginning with `name`.
pub(super) fn header(chip: &Chip, name: &str) -> String {
    let packed = &chip.packed;
    let (neurons, words) = (packed.neurons, packed.words());
    let hexadecimal = |word: &u32| format!("0x{word:08x}u");
    let vectors = chip.vectors.iter().flat_map(|vector| vector.parts.iter());
    let comment: Vec<String> = comment::lines(chip)
        .iter()
        .map(|line| format!(" * {line}").trim_end().to_owned())
        .collect();
    let biases = table(packed.biases.iter().map(i32::to_string));
    let (bias_table, bias) = if packed.biases.is_empty() {
        (String::new(), "0".to_owned())
    } else {
        let table = format!("static const int32_t @name@_biases[@N@] = {{\n{biases}\n}};\n\n");
        (table, "@name@_biases[i]".to_owned())
    };
    let field = match packed.kind {
        Kind::Binary => BINARY,
        Kind::Ternary => TERNARY,
        Kind::Integer(_) => INTEGER,
    };
    let recall = match chip.symmetry {
        Symmetry::Symmetric => "@name@_settle",
        Symmetry::Directed => "@name@_run",
    };
    let radius = chip.guarantee.as_ref().and_then(|found| found.radius);
    let guarantee = radius.map_or(String::new(), |radius| {
        format!(
            "#define @NAME@_RADIUS {}u   /* flipped entries that are certain to be repaired */\n\
             #define @NAME@_ERASURES {}u /* unknown entries that are certain to be filled in */\n",
            radius.flips, radius.erasures
        )
    });
    // What holds words of its own is filled in first.
    let values = [
        ("comment", comment.join("\n")),
        ("guarantee", guarantee),
        ("field", field.trim_end().to_owned()),
        ("bias_table", bias_table),
        ("bias", bias),
        ("recall", recall.to_owned()),
        ("N", neurons.to_string()),
        ("W", words.to_string()),
        ("BITS", packed.kind.bits().to_string()),
        ("MOST", MOST_STEPS.to_string()),
        ("V", chip.vectors.count().to_string()),
        ("last", format!("0x{:08x}u", last_mask(neurons))),
        ("weights", table(packed.planes.iter().map(hexadecimal))),
        ("vectors", table(vectors.flatten().map(hexadecimal))),
        ("name", name.to_owned()),
        ("NAME", name.to_ascii_uppercase()),
    ];
    let values: Vec<(&str, &str)> = values.iter().map(|(w, v)| (*w, v.as_str())).collect();
    filled(HEADER, &values)
}

/// The bits of the last word that are neurons.
fn last_mask(neurons: usize) -> u32 {
    match neurons % 32 {
        0 => u32::MAX,
        left => (1 << left) - 1,
    }
}
