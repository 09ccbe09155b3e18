//! System: the rows of a problem, a_μi·w > 0 (or ≥ 0) with a_μi,j = ξ_i^μ ξ_j^μ over the inputs j of neuron i and ξ_i^μ
//! for its bias, built from the patterns alone.

use crate::format::fraction::Fraction;
use crate::format::problem::{CertifiedProblem, CouplingSet, Domain, Field};
use crate::format::refusal::{Reason, Refusal};
use attractor::kernels::bits;
use attractor::{Patterns, Symmetry, Ties};
use std::collections::HashMap;

/// The rows of a problem.
pub(crate) struct System<'a> {
    pub(crate) patterns: &'a Patterns,
    pub(crate) symmetric: bool,
    pub(crate) bias: bool,
    pub(crate) ties: Ties,
    pub(crate) weights: Domain,
    /// ε of the model with margin.
    pub(crate) epsilon: Option<Fraction>,
    words: usize,
    /// N rows of `words` words: bit j of row i says whether w_ij exists.
    inputs: Vec<u64>,
}

/// Rows of one neuron that are equal and stand or fall together.
pub(crate) struct Classes {
    /// Pattern μ's class.
    pub(crate) of_pattern: Vec<u32>,
    /// How many patterns each class has.
    pub(crate) sizes: Vec<u64>,
    /// The lowest pattern of each class.
    pub(crate) first: Vec<u32>,
}

impl<'a> System<'a> {
    /// The rows of `problem`, whose patterns are `patterns`.
    pub(crate) fn new(problem: &CertifiedProblem, patterns: &'a Patterns) -> Result<Self, Refusal> {
        let epsilon = match &problem.epsilon {
            Some(text) => {
                Some(Fraction::parse(text).map_err(|r| Refusal::at("problem.epsilon", r))?)
            }
            None => None,
        };
        if epsilon.as_ref().is_some_and(Fraction::is_zero) {
            return Err(Refusal::at("problem.epsilon", Reason::Zero));
        }
        let neurons = patterns.neurons();
        // Rows have 32-bit names, and so have their classes over all neurons.
        let names = neurons.checked_mul(patterns.count()).map(u32::try_from);
        if !matches!(names, Some(Ok(_))) {
            let reason = Reason::TooLarge("more than 2^32 bits in these patterns");
            return Err(Refusal::at("problem.patterns", reason));
        }
        let inputs = input_masks(&problem.couplings, neurons)
            .map_err(|reason| Refusal::at("problem.couplings", reason))?;
        Ok(Self {
            patterns,
            symmetric: problem.couplings.symmetry == Symmetry::Symmetric,
            bias: problem.bias,
            ties: problem.ties,
            weights: problem.weights,
            epsilon,
            words: neurons.div_ceil(64),
            inputs,
        })
    }

    pub(crate) fn neurons(&self) -> usize {
        self.patterns.neurons()
    }

    /// The inputs of neuron i as bits.
    pub(crate) fn inputs(&self, i: usize) -> &[u64] {
        &self.inputs[i * self.words..][..self.words]
    }

    /// Whether w_ij exists.
    pub(crate) fn allows(&self, i: usize, j: usize) -> bool {
        bits::has(self.inputs(i), j)
    }

    /// Whether row (μ,i) asks for more than a field that is not negative.
    pub(crate) fn is_strict(&self, mu: usize, i: usize) -> bool {
        self.ties == Ties::Strict || self.patterns.is_plus(mu, i)
    }

    /// Neuron i's rows, equal ones together: same coefficients, same strictness. Removing some of a class and keeping
    /// others changes nothing, so a class is removed whole, at the price of its size.
    pub(crate) fn classes(&self, i: usize) -> Classes {
        let mut known: HashMap<Vec<u64>, u32> = HashMap::new();
        let mut classes = Classes {
            of_pattern: Vec::new(),
            sizes: Vec::new(),
            first: Vec::new(),
        };
        for mu in 0..self.patterns.count() {
            let plus = self.patterns.is_plus(mu, i);
            let mut key: Vec<u64> = self
                .patterns
                .bits(mu)
                .iter()
                .zip(self.inputs(i))
                .map(|(&bits, &inputs)| if plus { bits & inputs } else { !bits & inputs })
                .collect();
            let target = u64::from(self.bias && plus);
            key.push(target << 1 | u64::from(self.is_strict(mu, i)));
            let class = *known.entry(key).or_insert_with(|| {
                classes.sizes.push(0);
                classes.first.push(mu as u32);
                classes.sizes.len() as u32 - 1
            });
            classes.sizes[class as usize] += 1;
            classes.of_pattern.push(class);
        }
        classes
    }
}

/// Which weights exist: N rows of words, bit j of row i for w_ij.
fn input_masks(couplings: &CouplingSet, neurons: usize) -> Result<Vec<u64>, Reason> {
    let masks = match &couplings.field {
        Field::Full => fill(neurons, |i, j| i != j),
        Field::Receptive {
            height,
            width,
            squared_radius,
        } => {
            if height.checked_mul(*width) != Some(neurons) {
                let text = format!("{height}x{width} pixels for {neurons} neurons");
                return Err(Reason::Couplings(text));
            }
            let squared = |a: usize, b: usize| (a.abs_diff(b) as u64).pow(2);
            fill(neurons, |i, j| {
                i != j
                    && squared(i / width, j / width) + squared(i % width, j % width)
                        <= *squared_radius
            })
        }
        Field::Mask(rows) => given_masks(rows, neurons)?,
    };
    if couplings.symmetry == Symmetry::Symmetric {
        check_symmetric(&masks, neurons)?;
    }
    Ok(masks)
}

/// The masks that hexadecimal digits give.
fn given_masks(rows: &[String], neurons: usize) -> Result<Vec<u64>, Reason> {
    let bad = |text: String| Err(Reason::Couplings(text));
    if rows.len() != neurons {
        let found = rows.len();
        return bad(format!("the mask has {found} rows for {neurons} neurons"));
    }
    let (words, length) = (neurons.div_ceil(64), neurons.div_ceil(4));
    let mut masks = vec![0u64; neurons * words];
    for (i, (row, mask)) in rows.iter().zip(masks.chunks_mut(words)).enumerate() {
        let digits = Some(row).filter(|row| row.len() == length);
        let digits = digits.and_then(|row| row.chars().map(|c| c.to_digit(16)).collect());
        let digits: Option<Vec<u32>> = digits;
        let Some(digits) = digits else {
            return bad(format!(
                "row {i} of the mask is not {length} hexadecimal digits"
            ));
        };
        for (k, digit) in digits.into_iter().enumerate() {
            mask[k / 16] |= u64::from(digit) << (4 * (k % 16));
        }
        let padding = mask[words - 1] >> 1 >> ((neurons - 1) % 64);
        if padding != 0 || bits::has(mask, i) {
            return bad(format!(
                "row {i} of the mask couples neuron {i} to itself or to no neuron"
            ));
        }
    }
    Ok(masks)
}

/// That each pair is coupled both ways or not at all.
fn check_symmetric(masks: &[u64], neurons: usize) -> Result<(), Reason> {
    let words = neurons.div_ceil(64);
    let allows = |i: usize, j: usize| bits::has(&masks[i * words..], j);
    for i in 0..neurons {
        if let Some(j) = (0..i).find(|&j| allows(i, j) != allows(j, i)) {
            return Err(Reason::Couplings(format!(
                "symmetric, but the mask couples {i} and {j} one way"
            )));
        }
    }
    Ok(())
}

/// The masks of the pairs that `allows` names.
fn fill(neurons: usize, allows: impl Fn(usize, usize) -> bool) -> Vec<u64> {
    let words = neurons.div_ceil(64);
    let mut masks = vec![0u64; neurons * words];
    for i in 0..neurons {
        for j in (0..neurons).filter(|&j| allows(i, j)) {
            bits::put(&mut masks[i * words..], j);
        }
    }
    masks
}
