//! The nearest stored code.

/// Codes with their classes: row r has `codes[r]` (N values −1, 0, +1; 0 is unknown) and class `classes[r]` < C.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Coded {
    /// One code a row.
    pub codes: Vec<Vec<i8>>,
    /// One class a row, from 0.
    pub classes: Vec<usize>,
}

/// Classes of `test` by the nearest code of `train`; see [`nearest`].
pub fn nearest_neighbour(train: &Coded, test: &[Vec<i8>]) -> Vec<usize> {
    test.iter()
        .map(|code| train.classes[nearest(&train.codes, code)])
        .collect()
}

/// The index of the stored code with the largest overlap Σ_i s_i c_i (unknowns count nothing), the lowest on ties; 0 if
/// nothing is stored.
pub fn nearest(stored: &[Vec<i8>], code: &[i8]) -> usize {
    let overlap = |row: &[i8]| -> i32 { row.iter().zip(code).map(|(a, b)| i32::from(a * b)).sum() };
    let mut best = 0;
    for (k, row) in stored.iter().enumerate().skip(1) {
        if overlap(row) > overlap(&stored[best]) {
            best = k;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_takes_the_lowest_on_ties() {
        let stored = vec![vec![1, 1, -1], vec![1, -1, 1], vec![-1, -1, 1]];
        assert_eq!(nearest(&stored, &[1, 0, 0]), 0);
        assert_eq!(nearest(&stored, &[0, -1, 1]), 1);
    }
}
