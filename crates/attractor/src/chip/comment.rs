//! What stands at the head of an exported file: what the network is, and what is certain of it.

use super::Chip;

/// Columns that a line of a comment takes.
const WIDTH: usize = 100;

/// The lines of the comment, without what makes them a comment.
pub(super) fn lines(chip: &Chip) -> Vec<String> {
    let mut lines = vec![
        format!(
            "{} neurons, {} couplings, {} weights of {} bits in {} bytes; rule {}.",
            chip.packed.neurons,
            chip.symmetry,
            chip.packed.kind,
            chip.packed.kind.bits(),
            chip.weight_bytes(),
            chip.rule
        ),
        format!(
            "Written by attractor {} (attractor export). Do not edit.",
            env!("CARGO_PKG_VERSION")
        ),
        String::new(),
    ];
    let known = |what: &str, digest: Option<&String>| {
        format!("{what}: {}", digest.map_or("unknown", String::as_str))
    };
    lines.push(known("Network SHA-256", chip.network_sha256.as_ref()));
    lines.push(match &chip.certificate_sha256 {
        Some(digest) => format!("Certificate SHA-256: {digest}"),
        None => "Certificate: none was written with this network".to_owned(),
    });
    if let Some(digest) = &chip.patterns_sha256 {
        lines.push(format!("Patterns SHA-256: {digest}"));
    }
    lines.push(String::new());
    match &chip.guarantee {
        Some(guarantee) => {
            let mut sentences = guarantee.lines().into_iter();
            let first = sentences.next().unwrap_or_default();
            lines.extend(wrapped(&format!("Guarantee: {first}.")));
            lines.extend(sentences);
        }
        None => lines
            .push("Guarantee: unknown, because no stored patterns were named (--patterns).".into()),
    }
    lines
}

/// Words in lines that are not too long.
fn wrapped(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.len() + 1 + word.len() <= WIDTH => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
