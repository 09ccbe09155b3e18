//! The Rust file, which stands on the crate `attractor-embedded`.

use super::comment;
use super::packed::Kind;
use super::template::{filled, table};
use super::{Chip, MOST_STEPS};
use crate::couplings::Symmetry;

const MODULE: &str = include_str!("templates/module.rs.in");

/// The module.
pub(super) fn module(chip: &Chip) -> String {
    let packed = &chip.packed;
    let comment: Vec<String> = comment::lines(chip)
        .iter()
        .map(|line| format!("//! {line}").trim_end().to_owned())
        .collect();
    let kind = match packed.kind {
        Kind::Binary => "Binary",
        Kind::Ternary => "Ternary",
        Kind::Integer(_) => "Integer",
    };
    let bits = match packed.kind {
        Kind::Integer(bits) => format!("{bits}, "),
        Kind::Binary | Kind::Ternary => String::new(),
    };
    let recall = match chip.symmetry {
        Symmetry::Symmetric => "MEMORY.settle(state, known, MOST)?;",
        Symmetry::Directed => {
            "let (mut before, mut next) = ([0; WORDS], [0; WORDS]);\n    \
             MEMORY.run(state, known, &mut before, &mut next, MOST)?;"
        }
    };
    let hexadecimal = |word: &u32| format!("0x{word:08x}");
    let part = |words: &Vec<u32>| {
        let words: Vec<String> = words.iter().map(hexadecimal).collect();
        format!("[{}]", words.join(", "))
    };
    let vectors: Vec<String> = chip
        .vectors
        .iter()
        .map(|vector| {
            let parts: Vec<String> = vector.parts.iter().map(part).collect();
            format!("    [\n        {},\n    ],", parts.join(",\n        "))
        })
        .collect();
    let values = [
        ("comment", comment.join("\n")),
        ("kind", kind.to_owned()),
        ("bits", bits),
        ("recall", recall.to_owned()),
        ("N", packed.neurons.to_string()),
        ("MOST", MOST_STEPS.to_string()),
        ("V", chip.vectors.count().to_string()),
        ("P", packed.planes.len().to_string()),
        ("B", packed.biases.len().to_string()),
        ("weights", table(packed.planes.iter().map(hexadecimal))),
        ("biases", table(packed.biases.iter().map(i32::to_string))),
        ("vectors", vectors.join("\n")),
    ];
    let values: Vec<(&str, &str)> = values.iter().map(|(w, v)| (*w, v.as_str())).collect();
    filled(MODULE, &values)
}
