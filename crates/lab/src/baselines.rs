//! Baselines: classifiers to compare a Hopfield memory with. All of them learn the same ±1 codes.
//!
//! The decision tree and the random forest are smartcore's, with its defaults. Softmax is one layer with as many inputs as the
//! memory has neurons. The nearest stored code (1-NN) is a control: it shows how well the codes alone classify, without a
//! network.

use attractor_tables::Coded;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use smartcore::ensemble::random_forest_classifier::{
    RandomForestClassifier, RandomForestClassifierParameters,
};
use smartcore::linalg::basic::matrix::DenseMatrix;
use smartcore::tree::decision_tree_classifier::{
    DecisionTreeClassifier, DecisionTreeClassifierParameters,
};

/// Why a baseline cannot be trained.
#[derive(Debug, thiserror::Error)]
#[error("{method}: {message}")]
pub struct BaselineError {
    /// Which baseline.
    method: &'static str,
    /// What the library says.
    message: String,
}

fn matrix(codes: &[Vec<i8>], method: &'static str) -> Result<DenseMatrix<f64>, BaselineError> {
    let rows: Vec<Vec<f64>> = codes
        .iter()
        .map(|code| code.iter().map(|&v| f64::from(v)).collect())
        .collect();
    DenseMatrix::from_2d_vec(&rows).map_err(|error| BaselineError {
        method,
        message: error.to_string(),
    })
}

/// Classes of `test` by a CART tree (Gini, unlimited depth) grown on `train`.
///
/// # Errors
/// What smartcore refuses.
pub fn decision_tree(
    train: &Coded,
    test: &[Vec<i8>],
    seed: u64,
) -> Result<Vec<usize>, BaselineError> {
    const METHOD: &str = "decision tree";
    let fail = |error: smartcore::error::Failed| BaselineError {
        method: METHOD,
        message: error.to_string(),
    };
    let parameters = DecisionTreeClassifierParameters {
        seed: Some(seed),
        ..Default::default()
    };
    let tree =
        DecisionTreeClassifier::fit(&matrix(&train.codes, METHOD)?, &train.classes, parameters)
            .map_err(fail)?;
    tree.predict(&matrix(test, METHOD)?).map_err(fail)
}

/// Classes of `test` by a random forest of 100 trees grown on `train`.
///
/// # Errors
/// What smartcore refuses.
pub fn random_forest(
    train: &Coded,
    test: &[Vec<i8>],
    seed: u64,
) -> Result<Vec<usize>, BaselineError> {
    const METHOD: &str = "random forest";
    let fail = |error: smartcore::error::Failed| BaselineError {
        method: METHOD,
        message: error.to_string(),
    };
    let parameters = RandomForestClassifierParameters {
        n_trees: 100,
        seed,
        ..Default::default()
    };
    let forest =
        RandomForestClassifier::fit(&matrix(&train.codes, METHOD)?, &train.classes, parameters)
            .map_err(fail)?;
    forest.predict(&matrix(test, METHOD)?).map_err(fail)
}

/// Classes of `test` by one softmax layer: cross-entropy, momentum 0.9, rate 0.05, batches of 5, 200 epochs, weight
/// decay 1e-3, zero start; the order of the batches from `ChaCha8` with this seed.
pub fn softmax(train: &Coded, test: &[Vec<i8>], seed: u64) -> Vec<usize> {
    const EPOCHS: usize = 200;
    const BATCH: usize = 5;
    const RATE: f64 = 0.05;
    const MOMENTUM: f64 = 0.9;
    const DECAY: f64 = 1e-3;
    let inputs = train.codes.first().map_or(0, Vec::len) + 1;
    let classes = train.classes.iter().max().map_or(1, |c| c + 1);
    let mut weights = vec![0.0; classes * inputs];
    let mut velocity = vec![0.0; classes * inputs];
    let mut order: Vec<usize> = (0..train.codes.len()).collect();
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    for _ in 0..EPOCHS {
        order.shuffle(&mut rng);
        for batch in order.chunks(BATCH) {
            let mut gradient: Vec<f64> = weights.iter().map(|w| DECAY * w).collect();
            for &r in batch {
                let probabilities = softmax_of(&weights, inputs, &train.codes[r]);
                for (c, p) in probabilities.iter().enumerate() {
                    let error =
                        (p - f64::from(u8::from(c == train.classes[r]))) / batch.len() as f64;
                    let row = &mut gradient[c * inputs..][..inputs];
                    for (g, &x) in row.iter_mut().zip(train.codes[r].iter().chain([&1])) {
                        *g += error * f64::from(x);
                    }
                }
            }
            for ((w, v), g) in weights.iter_mut().zip(&mut velocity).zip(&gradient) {
                *v = MOMENTUM * *v - RATE * g;
                *w += *v;
            }
        }
    }
    let most_likely = |code: &Vec<i8>| {
        let p = softmax_of(&weights, inputs, code);
        (0..classes)
            .rev()
            .max_by(|&a, &b| p[a].total_cmp(&p[b]))
            .unwrap_or(0)
    };
    test.iter().map(most_likely).collect()
}

fn softmax_of(weights: &[f64], inputs: usize, code: &[i8]) -> Vec<f64> {
    let field = |row: &[f64]| {
        row.iter()
            .zip(code.iter().chain([&1]))
            .map(|(w, &x)| w * f64::from(x))
            .sum::<f64>()
    };
    let fields: Vec<f64> = weights.chunks_exact(inputs).map(field).collect();
    let top = fields.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let exponentials: Vec<f64> = fields.iter().map(|h| (h - top).exp()).collect();
    let total: f64 = exponentials.iter().sum();
    exponentials.iter().map(|e| e / total).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use attractor_tables::nearest_neighbour;

    /// Class = sign of neuron 0; the other neurons are noise.
    fn easy() -> (Coded, Coded) {
        let make = |from: u64, count: u64| {
            let patterns = attractor::Patterns::random(count as usize, 6, from).unwrap();
            let codes: Vec<Vec<i8>> = (0..count as usize)
                .map(|mu| patterns.signs(mu).collect())
                .collect();
            let classes = codes.iter().map(|code| usize::from(code[0] > 0)).collect();
            Coded { codes, classes }
        };
        (make(1, 60), make(2, 40))
    }

    #[test]
    fn every_baseline_learns_an_easy_rule() {
        let (train, test) = easy();
        let right = |answers: &[usize]| {
            answers
                .iter()
                .zip(&test.classes)
                .filter(|(a, b)| a == b)
                .count()
        };
        assert_eq!(right(&decision_tree(&train, &test.codes, 0).unwrap()), 40);
        assert!(right(&random_forest(&train, &test.codes, 0).unwrap()) >= 36);
        assert_eq!(right(&softmax(&train, &test.codes, 0)), 40);
        assert!(right(&nearest_neighbour(&train, &test.codes)) >= 30);
    }
}
