//! The name of a pattern set: a digest of its entries, whatever file they came from.

use crate::patterns::Patterns;
use sha2::{Digest, Sha256};
use std::fmt::Write;

impl Patterns {
    /// SHA-256, as 64 lower-case hexadecimal digits, of the bytes `attractor-patterns-v1\n{P} {N}\n` (P and N in
    /// decimal) followed by P·N bytes, pattern by pattern, `+` for +1 and `-` for −1.
    ///
    /// ```
    /// let patterns = attractor::Patterns::from_signs(1, 2, &[1, -1])?;
    /// // printf 'attractor-patterns-v1\n1 2\n+-' | sha256sum
    /// assert!(patterns.sha256().starts_with("0ebee7eb7a3518ac"));
    /// # Ok::<(), attractor::PatternsError>(())
    /// ```
    pub fn sha256(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(format!(
            "attractor-patterns-v1\n{} {}\n",
            self.count(),
            self.neurons()
        ));
        let mut row = Vec::with_capacity(self.neurons());
        for mu in 0..self.count() {
            row.clear();
            row.extend(
                self.signs(mu)
                    .map(|sign| if sign > 0 { b'+' } else { b'-' }),
            );
            hash.update(&row);
        }
        let mut digits = String::with_capacity(64);
        for byte in hash.finalize() {
            // Writing to a string cannot fail.
            let _ = write!(digits, "{byte:02x}");
        }
        digits
    }
}
