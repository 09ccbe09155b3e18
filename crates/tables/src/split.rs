//! Splits: which rows train and which test, drawn by a seed, and test rows made incomplete.

use crate::table::{Table, Value};
use rand::RngExt;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

/// The rows that train with `per_class` rows of each class (all of a smaller class but one, at least one), chosen by
/// `ChaCha8` with this seed, and the rows that remain for the test.
pub fn split(table: &Table, per_class: usize, seed: u64) -> (Vec<usize>, Vec<usize>) {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut order: Vec<usize> = (0..table.len()).collect();
    order.shuffle(&mut rng);
    let (mut train, mut test) = (Vec::new(), Vec::new());
    for class in table.class_names() {
        let of_class: Vec<usize> = order
            .iter()
            .copied()
            .filter(|&r| table.classes[r].as_ref() == Some(&class))
            .collect();
        let count = per_class.min(of_class.len().saturating_sub(1)).max(1);
        train.extend(&of_class[..count]);
        test.extend(&of_class[count..]);
    }
    train.sort_unstable();
    test.sort_unstable();
    (train, test)
}

/// The part, from 0 to `count` − 1, of each row in a cross-validation: every class spread evenly over the parts, in an
/// order drawn by `ChaCha8` with this seed.
pub fn folds(table: &Table, count: usize, seed: u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..table.len()).collect();
    order.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
    order.sort_by(|&a, &b| table.classes[a].cmp(&table.classes[b]));
    let mut fold_of = vec![0; table.len()];
    for (k, &row) in order.iter().enumerate() {
        fold_of[row] = k % count.max(1);
    }
    fold_of
}

/// Values made missing: each feature of each row independently with this probability, by `ChaCha8` with this seed.
#[must_use]
pub fn with_missing(table: &Table, share: f64, seed: u64) -> Table {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut damaged = table.clone();
    for value in damaged.rows.iter_mut().flatten() {
        if rng.random::<f64>() < share {
            *value = Value::Missing;
        }
    }
    damaged
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::ReadOptions;

    #[test]
    fn folds_spread_every_class() {
        let text = include_bytes!("../../lab/data/wine.csv");
        let table = Table::read(text.as_slice(), &ReadOptions::class("class")).unwrap();
        let fold_of = folds(&table, 5, 3);
        for class in table.class_names() {
            let of_class = |fold| {
                let rows = (0..table.len()).filter(|&r| table.classes[r].as_ref() == Some(&class));
                rows.filter(|&r| fold_of[r] == fold).count()
            };
            let sizes: Vec<usize> = (0..5).map(of_class).collect();
            assert!(sizes.iter().max().unwrap() - sizes.iter().min().unwrap() <= 1);
        }
    }

    #[test]
    fn everything_can_be_made_missing() {
        let text = "x,y,class\n1,5,a\n1,6,a\n?,6,b\n3,5,b\n";
        let table = Table::read(text.as_bytes(), &ReadOptions::class("class")).unwrap();
        let all = with_missing(&table, 1.0, 0);
        assert!(all.rows.iter().flatten().all(|v| *v == Value::Missing));
    }
}
