//! The rules side by side, in words.

use super::damage::Damage;
use super::memories::Memory;
use super::recalled::RecalledDigits;
use anyhow::Result;
use attractor::Status;
use std::fmt::Write as _;

/// Wrong bits, repaired digits and seconds of each rule, and what is proven.
pub(super) fn table(
    memories: &[Memory; 3],
    damages: &[Damage; 2],
    shown: &RecalledDigits<'_>,
) -> Result<String> {
    let mut text = format!("{:<16}{:>10}", "rule", "wrong bits");
    for damage in damages {
        write!(text, "{:>20}", damage.name)?;
    }
    writeln!(text, "{:>10}", "seconds")?;
    for (m, memory) in memories.iter().enumerate() {
        write!(
            text,
            "{:<16}{:>10}",
            memory.name, memory.trained.total.wrong_bits
        )?;
        for d in 0..damages.len() {
            let repaired = format!("{} of {}", shown.repaired(d, m), shown.stored.count());
            write!(text, "{repaired:>20}")?;
        }
        writeln!(text, "{:>10.2}", memory.seconds)?;
    }
    let exact = &memories[2].trained;
    match exact.status {
        Status::Optimal => writeln!(
            text,
            "exact is optimal: no network has fewer wrong bits\n\
             (not certified; `attractor train --proof` writes a certificate)"
        )?,
        _ => writeln!(
            text,
            "exact has {} wrong bits, at least {} are inevitable",
            exact.total.wrong_bits, exact.total.lower_bound
        )?,
    }
    Ok(text)
}
