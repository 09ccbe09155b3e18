//! The packed binary, whose layout the module `image` of `attractor-embedded` documents.

use super::packed::Kind;
use super::{Chip, MOST_STEPS};
use crate::couplings::Symmetry;

const VERSION: u32 = 1;

/// The file.
pub(super) fn image(chip: &Chip) -> Vec<u8> {
    let packed = &chip.packed;
    let kind = match packed.kind {
        Kind::Binary => 1,
        Kind::Ternary => 2,
        Kind::Integer(_) => 3,
    };
    let has_biases = u32::from(!packed.biases.is_empty());
    let is_symmetric = u32::from(chip.symmetry == Symmetry::Symmetric);
    let radius = chip.guarantee.as_ref().and_then(|found| found.radius);
    let header = [
        VERSION,
        kind,
        packed.kind.bits() as u32,
        packed.neurons as u32,
        has_biases | is_symmetric << 1,
        chip.vectors.count() as u32,
        MOST_STEPS,
        radius.map_or(u32::MAX, |radius| radius.flips as u32),
        radius.map_or(u32::MAX, |radius| radius.erasures as u32),
    ];
    let mut bytes = b"ATTM".to_vec();
    let mut put = |words: &[u32]| bytes.extend(words.iter().flat_map(|word| word.to_le_bytes()));
    put(&header);
    put(&digest(chip.network_sha256.as_deref()));
    put(&digest(chip.certificate_sha256.as_deref()));
    put(&packed.planes);
    let biases: Vec<u32> = packed
        .biases
        .iter()
        .map(|bias| bias.cast_unsigned())
        .collect();
    put(&biases);
    for part in chip.vectors.iter().flat_map(|vector| &vector.parts) {
        put(part);
    }
    bytes
}

/// The bytes of a digest in hexadecimal digits, in order; zeros without one.
fn digest(digits: Option<&str>) -> [u32; 8] {
    let digits = digits.unwrap_or_default();
    std::array::from_fn(|word| {
        let bytes = std::array::from_fn(|byte| {
            let at = 2 * (4 * word + byte);
            let pair = digits.get(at..at + 2).unwrap_or("00");
            u8::from_str_radix(pair, 16).unwrap_or(0)
        });
        u32::from_le_bytes(bytes)
    })
}
