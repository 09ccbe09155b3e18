//! A tiny solver for tests, by brute force: all irreducible dependencies of a few rows, and the best small integer
//! weights.

use attractor::{Couplings, Network, Patterns, Ties};
use attractor_proof::{
    Builder, Certificate, CertifiedProblem, CoreEvidence, Domain, Natural, NeuronEvidence,
};

/// Rows as vectors over the free weights, with (neuron, pattern) and whether a zero field is refused.
pub(crate) struct Rows {
    pub(crate) names: Vec<(usize, usize)>,
    pub(crate) coefficients: Vec<Vec<i64>>,
    pub(crate) strict: Vec<bool>,
}

/// The rows of these neurons; the columns are shared if the couplings are symmetric.
pub(crate) fn rows(
    patterns: &Patterns,
    couplings: &Couplings,
    bias: bool,
    ties: Ties,
    neurons: &[usize],
) -> Rows {
    let n = patterns.neurons();
    let column = |i: usize, j: usize| {
        if couplings.is_symmetric() {
            i.min(j) * n + i.max(j)
        } else {
            i * n + j
        }
    };
    let mut all = Rows {
        names: Vec::new(),
        coefficients: Vec::new(),
        strict: Vec::new(),
    };
    for &i in neurons {
        for mu in 0..patterns.count() {
            let mut row = vec![0; n * n];
            let own = i64::from(patterns.sign(mu, i));
            for j in couplings.inputs(i) {
                row[column(i, j)] = own * i64::from(patterns.sign(mu, j));
            }
            if bias {
                row[column(i, i)] = own;
            }
            all.names.push((i, mu));
            all.strict.push(ties == Ties::Strict || own > 0);
            all.coefficients.push(row);
        }
    }
    all
}

impl Rows {
    /// All sets of at most `most` rows, none inside another, with positive multipliers whose sum is zero, one row strict.
    pub(crate) fn dependencies(&self, most: usize) -> Vec<(Vec<usize>, Vec<Natural>)> {
        let mut found: Vec<(Vec<usize>, Vec<Natural>)> = Vec::new();
        let mut chosen = Vec::new();
        for size in 1..=most.min(self.coefficients.len()) {
            self.extend(0, size, &mut chosen, &mut found);
        }
        found
    }

    fn extend(
        &self,
        from: usize,
        size: usize,
        chosen: &mut Vec<usize>,
        found: &mut Vec<(Vec<usize>, Vec<Natural>)>,
    ) {
        if chosen.len() == size {
            let known = found
                .iter()
                .any(|(rows, _)| rows.iter().all(|r| chosen.contains(r)));
            if !known && chosen.iter().any(|&r| self.strict[r]) {
                let kernel = positive_kernel(
                    &chosen
                        .iter()
                        .map(|&r| self.coefficients[r].clone())
                        .collect::<Vec<_>>(),
                );
                found.extend(kernel.map(|k| (chosen.clone(), k)));
            }
            return;
        }
        for r in from..self.coefficients.len() {
            chosen.push(r);
            self.extend(r + 1, size, chosen, found);
            chosen.pop();
        }
    }

    /// The least size of a set of rows that meets all of these sets.
    pub(crate) fn least_hitting_set(&self, sets: &[(Vec<usize>, Vec<Natural>)]) -> u64 {
        let masks: Vec<u64> = sets
            .iter()
            .map(|(rows, _)| rows.iter().map(|&r| 1 << r).sum())
            .collect();
        (0u64..1 << self.coefficients.len())
            .filter(|removed| masks.iter().all(|m| m & removed != 0))
            .map(|removed| u64::from(removed.count_ones()))
            .min()
            .unwrap()
    }
}

/// λ > 0 with Σ λ_r row_r = 0, if the kernel is one such line.
fn positive_kernel(rows: &[Vec<i64>]) -> Option<Vec<Natural>> {
    let (count, columns) = (rows.len(), rows[0].len());
    // Fraction-free elimination of the transpose.
    let mut matrix: Vec<Vec<i128>> = (0..columns)
        .map(|c| rows.iter().map(|row| i128::from(row[c])).collect())
        .collect();
    let (mut pivots, mut top) = (Vec::new(), 0);
    for c in 0..count {
        let Some(p) = (top..columns).find(|&p| matrix[p][c] != 0) else {
            continue;
        };
        matrix.swap(top, p);
        for r in (0..columns).filter(|&r| r != top) {
            let (a, b) = (matrix[top][c], matrix[r][c]);
            if b != 0 {
                let pivot = matrix[top].clone();
                for (x, p) in matrix[r].iter_mut().zip(pivot) {
                    *x = *x * a - p * b;
                }
                let g = matrix[r].iter().fold(0, |g, &x| gcd(g, x.abs()));
                if g > 1 {
                    matrix[r].iter_mut().for_each(|x| *x /= g);
                }
            }
        }
        pivots.push(c);
        top += 1;
    }
    if pivots.len() + 1 != count {
        return None;
    }
    let free = (0..count).find(|c| !pivots.contains(c)).unwrap();
    // pivot_k·λ_k + entry·λ_free = 0
    let scale = (0..top)
        .map(|k| matrix[k][pivots[k]].abs())
        .fold(1, |l, p| l / gcd(l, p) * p);
    let mut multipliers = vec![0i128; count];
    multipliers[free] = scale;
    for k in 0..top {
        multipliers[pivots[k]] = -matrix[k][free] * scale / matrix[k][pivots[k]];
    }
    multipliers
        .iter()
        .map(|&m| u128::try_from(m).ok().filter(|&m| m > 0).map(Natural::from))
        .collect()
}

/// Of 0 and 0 it is 0.
fn gcd(a: i128, b: i128) -> i128 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// Each neuron's dependencies and its least number of wrong bits.
pub(crate) fn evidence(
    patterns: &Patterns,
    couplings: &Couplings,
    bias: bool,
    ties: Ties,
) -> Vec<NeuronEvidence> {
    (0..patterns.neurons())
        .map(|i| {
            let rows = rows(patterns, couplings, bias, ties, &[i]);
            let dependencies = rows.dependencies(couplings.inputs(i).len() + 2);
            NeuronEvidence {
                neuron: i,
                bound: rows.least_hitting_set(&dependencies),
                dependencies,
            }
        })
        .collect()
}

/// Directed weights from −reach to reach (biases too) with the fewest wrong bits, neuron by neuron.
pub(crate) fn best_directed(
    patterns: &Patterns,
    couplings: &Couplings,
    bias: bool,
    ties: Ties,
    reach: i64,
) -> Network {
    let n = patterns.neurons();
    let (mut weights, mut biases) = (vec![0.0; n * n], vec![0.0; n]);
    for (i, own_bias) in biases.iter_mut().enumerate() {
        let rows = rows(patterns, couplings, bias, ties, &[i]);
        for (column, value) in best_values(&rows, reach) {
            let value = value as f64 / 8.0;
            if column % n == i && column / n == i {
                *own_bias = value;
            } else {
                weights[column] = value;
            }
        }
    }
    Network::new(couplings.symmetry(), weights, biases).unwrap()
}

/// Symmetric weights from −reach to reach with the fewest wrong bits.
pub(crate) fn best_symmetric(
    patterns: &Patterns,
    couplings: &Couplings,
    ties: Ties,
    reach: i64,
) -> Network {
    let n = patterns.neurons();
    let all: Vec<usize> = (0..n).collect();
    let rows = rows(patterns, couplings, false, ties, &all);
    let mut weights = vec![0.0; n * n];
    for (column, value) in best_values(&rows, reach) {
        let (i, j) = (column / n, column % n);
        weights[i * n + j] = value as f64;
        weights[j * n + i] = value as f64;
    }
    Network::new(couplings.symmetry(), weights, vec![0.0; n]).unwrap()
}

/// The columns that rows have entries in, with values from −reach to reach that leave the fewest rows wrong.
fn best_values(rows: &Rows, reach: i64) -> Vec<(usize, i64)> {
    let count = rows.coefficients.first().map_or(0, Vec::len);
    let columns: Vec<usize> = (0..count)
        .filter(|&c| rows.coefficients.iter().any(|row| row[c] != 0))
        .collect();
    let base = (2 * reach + 1) as u64;
    let value = |k: u64, c: usize| (k / base.pow(c as u32) % base) as i64 - reach;
    let wrong = |k: &u64| {
        let terms = |row: &Vec<i64>| -> i64 {
            let term = |(c, &column): (usize, &usize)| value(*k, c) * row[column];
            columns.iter().enumerate().map(term).sum()
        };
        let pairs = rows.coefficients.iter().zip(&rows.strict);
        pairs
            .filter(|(row, strict)| terms(row) < i64::from(**strict))
            .count()
    };
    let choices = base.pow(columns.len() as u32);
    let best = (0..choices).min_by_key(wrong).unwrap();
    let valued = columns.iter().enumerate();
    valued
        .map(|(c, &column)| (column, value(best, c)))
        .collect()
}

/// A certificate that a directed network is optimal.
pub(crate) fn directed(
    patterns: &Patterns,
    couplings: &Couplings,
    bias: bool,
    ties: Ties,
) -> (Certificate, Network) {
    let network = best_directed(patterns, couplings, bias, ties, 3);
    let problem = CertifiedProblem::new(patterns, couplings, bias, ties, Domain::Real);
    let mut builder = Builder::new(problem, patterns).unwrap();
    let lemmas = builder
        .neurons(evidence(patterns, couplings, bias, ties), 1 << 20)
        .unwrap();
    (builder.finish(&lemmas, Some(&network)).unwrap(), network)
}

/// All ways to give `total` wrong bits to neurons, each at least its bound.
fn shares(bounds: &[u64], total: u64) -> Vec<Vec<u64>> {
    let Some((&first, rest)) = bounds.split_first() else {
        return if total == 0 { vec![vec![]] } else { vec![] };
    };
    let with = |own: u64| {
        let others = shares(rest, total - own).into_iter();
        others.map(move |share| [vec![own], share].concat())
    };
    (first..=total).flat_map(with).collect()
}

/// A certificate that a symmetric network is optimal: where the neurons' bounds do not suffice, no way to have one wrong
/// bit less works.
pub(crate) fn symmetric(
    patterns: &Patterns,
    couplings: &Couplings,
    ties: Ties,
) -> (Certificate, Network) {
    let network = best_symmetric(patterns, couplings, ties, 2);
    let problem = CertifiedProblem::new(patterns, couplings, false, ties, Domain::Real);
    let mut builder = Builder::new(problem, patterns).unwrap();
    let lemmas = builder
        .neurons(evidence(patterns, couplings, false, ties), 1 << 20)
        .unwrap();
    let all: Vec<usize> = (0..patterns.neurons()).collect();
    let rows = rows(patterns, couplings, false, ties, &all);
    let mut indices = Vec::new();
    for (chosen, multipliers) in rows.dependencies(5) {
        let named: Vec<(usize, usize)> = chosen.iter().map(|&r| rows.names[r]).collect();
        indices.push(builder.dependency(&named, multipliers).unwrap());
    }
    let stored = attractor::Stability::of(&network, patterns, ties)
        .unwrap()
        .wrong_bits() as u64;
    let bounds: Vec<u64> = lemmas.iter().map(|&l| builder.bound_of(l)).collect();
    let mut sum = lemmas.clone();
    if bounds.iter().sum::<u64>() < stored {
        let core = |most| CoreEvidence {
            neurons: all.clone(),
            most,
            dependencies: indices.clone(),
        };
        let cores = shares(&bounds, stored - 1).into_iter().map(core).collect();
        let cores = builder.all_excluded(cores, &lemmas, 1 << 24).unwrap();
        let joint = builder.payments(&[lemmas, cores].concat(), stored, 1);
        sum = joint.unwrap().into_iter().collect();
    }
    let certificate = builder.finish(&sum, Some(&network)).unwrap();
    (certificate, network)
}
