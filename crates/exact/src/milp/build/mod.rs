//! The builder: patterns and options to the rows and columns of Eqs. 14–27.

mod bits;

use super::MilpError;
use super::model::{Column, Domain, Model, Row, Sense};
use super::options::{Form, ModelOptions};
use crate::problem::Weights;
use crate::tolerances::SOLVER_BOUND;
use attractor::{Couplings, Network, NetworkError, Patterns};

/// A weight as scale·x + shift of a column's value x.
#[derive(Debug, Clone, Copy)]
struct Weight {
    column: usize,
    scale: f64,
    shift: f64,
}

/// What one neuron computes with.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct NeuronWeights {
    /// w_i0 … w_i,N−1.
    pub(super) incoming: Vec<f64>,
    /// b_i.
    pub(super) bias: f64,
}

/// The paper's model of a training problem.
///
/// ```
/// use attractor::{Couplings, Patterns, Symmetry};
/// use attractor_exact::milp::{BigM, ModelOptions};
/// let patterns = Patterns::random(4, 5, 0)?;
/// let couplings = Couplings::full(5, Symmetry::Symmetric)?;
/// let model = BigM::new(&patterns, &couplings, &ModelOptions::default())?;
/// // 20 w, and sp, st, δ for each of the 20 bits, and 4 E.
/// assert_eq!(model.model().columns().len(), 20 + 3 * 20 + 4);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct BigM {
    patterns: Patterns,
    couplings: Couplings,
    options: ModelOptions,
    /// The neurons whose bits are in the model: all, or one of a directed network.
    neurons: Vec<usize>,
    model: Model,
    /// By position in `neurons`: (input j, w_ij).
    weights: Vec<Vec<(usize, Weight)>>,
    /// By position in `neurons`; empty without biases.
    biases: Vec<Weight>,
    /// The columns st, pattern-major by position in `neurons`.
    bits: Vec<usize>,
}

impl BigM {
    /// The model of the whole network.
    ///
    /// # Errors
    /// Sizes that do not fit, options out of range, more than [`MAX_TERMS`](super::MAX_TERMS) terms.
    pub fn new(
        patterns: &Patterns,
        couplings: &Couplings,
        options: &ModelOptions,
    ) -> Result<Self, MilpError> {
        options.check(patterns, couplings)?;
        let neurons = (0..patterns.neurons()).collect();
        Ok(Self::build(patterns, couplings, options, neurons))
    }

    /// The same network's part of neuron i alone, which directed couplings leave independent of the others.
    pub(super) fn of_neuron(&self, i: usize) -> Self {
        Self::build(&self.patterns, &self.couplings, &self.options, vec![i])
    }

    fn build(
        patterns: &Patterns,
        couplings: &Couplings,
        options: &ModelOptions,
        neurons: Vec<usize>,
    ) -> Self {
        let mut big_m = Self {
            patterns: patterns.clone(),
            couplings: couplings.clone(),
            options: *options,
            weights: vec![Vec::new(); neurons.len()],
            neurons,
            model: Model::new("hopfield"),
            biases: Vec::new(),
            bits: Vec::new(),
        };
        big_m.add_weights();
        big_m.add_sparsity();
        match options.form {
            Form::Faithful => big_m.add_bits_faithful(),
            Form::Compact => big_m.add_bits_compact(),
        }
        big_m
    }

    /// The rows and columns.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// The options it was built with.
    pub fn options(&self) -> &ModelOptions {
        &self.options
    }

    /// The patterns to be stored.
    pub fn patterns(&self) -> &Patterns {
        &self.patterns
    }

    /// The couplings asked for.
    pub fn couplings(&self) -> &Couplings {
        &self.couplings
    }

    pub(super) fn neurons(&self) -> &[usize] {
        &self.neurons
    }

    /// The weights of the model's neurons that the columns' values stand for; integral columns are rounded, real ones
    /// clamped to their bounds.
    pub(super) fn weights_of(&self, values: &[f64]) -> Vec<NeuronWeights> {
        let read = |weight: &Weight| {
            let column = &self.model.columns()[weight.column];
            let value = values[weight.column].clamp(column.lower, column.upper);
            let value = match column.domain {
                Domain::Integer => value.round(),
                Domain::Continuous => value,
            };
            // The sum turns −0 into 0.
            weight.scale * value + weight.shift + 0.0
        };
        let neuron = |position: usize| {
            let mut incoming = vec![0.0; self.patterns.neurons()];
            for (j, weight) in &self.weights[position] {
                incoming[*j] = read(weight);
            }
            let bias = self.biases.get(position).map_or(0.0, read);
            NeuronWeights { incoming, bias }
        };
        (0..self.neurons.len()).map(neuron).collect()
    }

    /// The network that the columns' values of a whole-network model stand for.
    ///
    /// # Errors
    /// Values that are not finite.
    ///
    /// # Panics
    /// If `values` has not one entry a column.
    pub fn network(&self, values: &[f64]) -> Result<Network, NetworkError> {
        assert_eq!(values.len(), self.model.columns().len());
        assemble(&self.couplings, self.weights_of(values))
    }

    /// Whether the bit of pattern μ and the neuron at `position` is right in a solution of the model: st = 1 for a +1
    /// bit, 0 for a −1 bit.
    fn is_right(&self, values: &[f64], mu: usize, position: usize) -> bool {
        let st = values[self.bits[mu * self.neurons.len() + position]];
        (st > 0.5) == self.patterns.is_plus(mu, self.neurons[position])
    }

    /// Wrong bits of a solution of the model, by its st.
    pub(super) fn wrong_bits_of(&self, values: &[f64]) -> usize {
        let all = self.every_bit();
        all.filter(|&(mu, position)| !self.is_right(values, mu, position))
            .count()
    }

    /// (pattern, position in `neurons`) of all bits.
    fn every_bit(&self) -> impl Iterator<Item = (usize, usize)> + use<> {
        let neurons = self.neurons.len();
        (0..self.patterns.count()).flat_map(move |mu| (0..neurons).map(move |p| (mu, p)))
    }

    /// The linear program of the widest margin: the largest t ≤ 1 for which the aligned fields of all bits that are
    /// right in a solution of this model are at least t.
    pub(super) fn widest_margin(&self, values: &[f64]) -> Self {
        let mut margin = Self {
            weights: vec![Vec::new(); self.neurons.len()],
            model: Model::new("margin"),
            biases: Vec::new(),
            bits: Vec::new(),
            options: ModelOptions {
                form: Form::Compact,
                sparsity: None,
                ..self.options
            },
            ..self.clone()
        };
        margin.add_weights();
        let least = margin.model.add_column(Column {
            name: "margin".to_owned(),
            lower: 0.0,
            upper: 1.0,
            domain: Domain::Continuous,
            objective: -1.0,
        });
        for (mu, position) in self.every_bit() {
            if !self.is_right(values, mu, position) {
                continue;
            }
            let i = self.neurons[position];
            let sign = f64::from(self.patterns.sign(mu, i));
            let (field, constant) = margin.field(mu, position);
            let negated = field.into_iter().map(|(column, a)| (column, -sign * a));
            let bit = row(format!("bit_{mu}_{i}"), Sense::AtMost, sign * constant);
            margin.model.add_row(bit, negated.chain([(least, 1.0)]));
        }
        margin
    }

    /// The least number of wrong bits of the model's neurons if the objective is at least `objective`, a float:
    /// objective = −Σ E + factor·Σ|w| with Σ E = nP − 2·(wrong bits) and Σ|w| at most its largest value.
    pub(super) fn wrong_bits_at(&self, objective: f64) -> usize {
        let bits = self.neurons.len() * self.patterns.count();
        let weights: usize = self.weights.iter().map(Vec::len).sum();
        let largest = f64::from(self.options.weights.largest());
        let sparsity = self.options.sparsity.unwrap_or(0.0) * largest * weights as f64;
        let least = f64::midpoint(objective - sparsity, bits as f64);
        (least - SOLVER_BOUND).ceil().clamp(0.0, bits as f64) as usize
    }

    /// The columns w_ij, z_ij and b_i with Eq. 21 and w = 2z − 1.
    fn add_weights(&mut self) {
        let compact = self.options.form == Form::Compact;
        let symmetric = self.couplings.is_symmetric();
        let mut known = vec![
            None;
            if symmetric {
                self.patterns.neurons().pow(2)
            } else {
                0
            }
        ];
        for position in 0..self.neurons.len() {
            let i = self.neurons[position];
            for j in self.couplings.inputs(i) {
                let mirror = (symmetric && j < i).then(|| known[j * self.patterns.neurons() + i]);
                let weight = match mirror.flatten() {
                    Some(mirror) if compact => mirror,
                    mirror => {
                        let weight = self.add_weight(&format!("{i}_{j}"), "w", "z", "pm");
                        if let Some(mirror) = mirror {
                            self.add_equality(&format!("c21_{j}_{i}"), mirror, weight);
                        }
                        weight
                    }
                };
                if symmetric {
                    known[i * self.patterns.neurons() + j] = Some(weight);
                }
                self.weights[position].push((j, weight));
            }
        }
        if self.options.bias {
            for position in 0..self.neurons.len() {
                let i = self.neurons[position].to_string();
                let bias = self.add_weight(&i, "b", "bz", "bpm");
                self.biases.push(bias);
            }
        }
    }

    fn add_weight(&mut self, index: &str, real: &str, binary: &str, link: &str) -> Weight {
        let largest = f64::from(self.options.weights.largest());
        let domain = match self.options.weights {
            Weights::Real => Domain::Continuous,
            Weights::Ternary | Weights::Binary | Weights::Integer(_) => Domain::Integer,
        };
        let mut add = |name: &str, lower, upper, domain| {
            self.model.add_column(Column {
                name: format!("{name}_{index}"),
                lower,
                upper,
                domain,
                objective: 0.0,
            })
        };
        if self.options.weights != Weights::Binary {
            let column = add(real, -largest, largest, domain);
            return Weight {
                column,
                scale: 1.0,
                shift: 0.0,
            };
        }
        let z = add(binary, 0.0, 1.0, Domain::Integer);
        if self.options.form == Form::Compact {
            return Weight {
                column: z,
                scale: 2.0,
                shift: -1.0,
            };
        }
        let column = add(real, -1.0, 1.0, domain);
        let row = row(format!("{link}_{index}"), Sense::Equal, -1.0);
        self.model.add_row(row, [(column, 1.0), (z, -2.0)]);
        Weight {
            column,
            scale: 1.0,
            shift: 0.0,
        }
    }

    fn add_equality(&mut self, name: &str, a: Weight, b: Weight) {
        let row = row(name.to_owned(), Sense::Equal, 0.0);
        self.model.add_row(row, [(a.column, 1.0), (b.column, -1.0)]);
    }

    /// Eqs. 24–26.
    fn add_sparsity(&mut self) {
        let Some(factor) = self.options.sparsity else {
            return;
        };
        let once = self.couplings.is_symmetric() && self.options.form == Form::Compact;
        let largest = f64::from(self.options.weights.largest());
        for position in 0..self.neurons.len() {
            let i = self.neurons[position];
            for k in 0..self.weights[position].len() {
                let (j, weight) = self.weights[position][k];
                if once && j < i {
                    continue;
                }
                let absolute = self.model.add_column(Column {
                    name: format!("abs_{i}_{j}"),
                    lower: 0.0,
                    upper: largest,
                    domain: Domain::Continuous,
                    objective: if once { 2.0 * factor } else { factor },
                });
                for (equation, sign) in [("c24", 1.0), ("c25", -1.0)] {
                    let row = row(
                        format!("{equation}_{i}_{j}"),
                        Sense::AtMost,
                        -sign * weight.shift,
                    );
                    let terms = [(weight.column, sign * weight.scale), (absolute, -1.0)];
                    self.model.add_row(row, terms);
                }
            }
        }
    }
}

fn row(name: String, sense: Sense, rhs: f64) -> Row {
    Row { name, sense, rhs }
}

/// The network of all neurons' weights; of symmetric couplings the upper triangle counts.
pub(super) fn assemble(
    couplings: &Couplings,
    neurons: Vec<NeuronWeights>,
) -> Result<Network, NetworkError> {
    let count = neurons.len();
    let biases = neurons.iter().map(|neuron| neuron.bias).collect();
    let mut weights: Vec<f64> = neurons.into_iter().flat_map(|n| n.incoming).collect();
    if couplings.is_symmetric() {
        for i in 0..count {
            for j in 0..i {
                weights[i * count + j] = weights[j * count + i];
            }
        }
    }
    Network::new(couplings.symmetry(), weights, biases)
}
