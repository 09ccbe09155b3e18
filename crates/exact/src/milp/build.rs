//! The builder: patterns and options to the rows and columns of Eqs. 14–27.

use super::MilpError;
use super::model::{Column, Domain, Model, Row, Sense};
use crate::problem::Weights;
use crate::tolerances::SOLVER_BOUND;
use attractor::{Couplings, Network, NetworkError, Patterns, Ties};

/// ε of Eq. 16, which the paper does not give: well above the solvers' feasibility tolerances (1e-6 to 1e-9), small
/// against the field of one weight (1).
pub const DEFAULT_EPSILON: f64 = 0.001;

/// The factor of Eq. 26.
pub const DEFAULT_SPARSITY: f64 = 0.001;

/// The most terms that are built: 2^26 take about 1 GiB.
pub const MAX_TERMS: usize = 1 << 26;

/// How literally the equations become rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Form {
    /// Every variable and equation of the paper but those fixed to zero.
    #[default]
    Faithful,
    /// Eqs. 15, 18, 19, 21 and w = 2z − 1 substituted: the same optimum, fewer columns and rows.
    Compact,
}

/// The variants of the model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// The values of the weights.
    pub weights: Weights,
    /// When a zero field is right; the paper's own rule is [`Ties::Negative`].
    pub ties: Ties,
    /// Whether biases exist: weights of a constant +1 input, from the same set. The paper has none.
    pub bias: bool,
    /// The factor of Σ|w_ij| in the objective (Eqs. 24–26); None leaves the term out.
    pub sparsity: Option<f64>,
    /// ε of Eq. 16, > 0; at most 1 for integral weights.
    pub epsilon: f64,
    /// M of Eqs. 16 and 17; None takes, row by row, the least that excludes nothing: Σ|coefficients| + ε.
    pub big_m: Option<f64>,
    /// Literal or substituted.
    pub form: Form,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            weights: Weights::Real,
            ties: Ties::default(),
            bias: false,
            sparsity: None,
            epsilon: DEFAULT_EPSILON,
            big_m: None,
            form: Form::default(),
        }
    }
}

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
/// use attractor_exact::milp::{BigM, Options};
/// let patterns = Patterns::random(4, 5, 0)?;
/// let couplings = Couplings::full(5, Symmetry::Symmetric)?;
/// let model = BigM::new(&patterns, &couplings, &Options::default())?;
/// // 20 w, and sp, st, δ for each of the 20 bits, and 4 E.
/// assert_eq!(model.model().columns().len(), 20 + 3 * 20 + 4);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct BigM {
    patterns: Patterns,
    couplings: Couplings,
    options: Options,
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
    /// Sizes that do not fit, options out of range, more than [`MAX_TERMS`] terms.
    pub fn new(
        patterns: &Patterns,
        couplings: &Couplings,
        options: &Options,
    ) -> Result<Self, MilpError> {
        check(patterns, couplings, options)?;
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
        options: &Options,
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
    pub fn options(&self) -> &Options {
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
            options: Options {
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

    /// Σ_j w_ij ξ_j^μ + b_i as terms and a constant.
    fn field(&self, mu: usize, position: usize) -> (Vec<(usize, f64)>, f64) {
        let signed = self.weights[position]
            .iter()
            .map(|&(j, weight)| (f64::from(self.patterns.sign(mu, j)), weight));
        let bias = self.biases.get(position).map(|&bias| (1.0, bias));
        let mut constant = 0.0;
        let terms = signed
            .chain(bias)
            .map(|(sign, weight)| {
                constant += sign * weight.shift;
                (weight.column, sign * weight.scale)
            })
            .collect();
        (terms, constant)
    }

    /// The M of a neuron's rows: the largest |field| + ε, unless the user gave one.
    fn big_m(&self, position: usize) -> f64 {
        let largest = f64::from(self.options.weights.largest());
        let inputs = self.weights[position].len() + usize::from(self.options.bias);
        let tight = largest * inputs as f64 + self.options.epsilon;
        self.options.big_m.unwrap_or(tight)
    }

    /// (least sp at st = 1, the amount below 0 that sp has at st = 0): (ε, 0) by Eqs. 16 and 17; for a −1 bit under
    /// strict ties (0, ε), so that a zero field is wrong.
    fn thresholds(&self, mu: usize, i: usize) -> (f64, f64) {
        if self.options.ties == Ties::Strict && !self.patterns.is_plus(mu, i) {
            (0.0, self.options.epsilon)
        } else {
            (self.options.epsilon, 0.0)
        }
    }

    fn add_st(&mut self, mu: usize, i: usize, objective: f64) -> usize {
        let st = self.model.add_column(Column {
            name: format!("st_{mu}_{i}"),
            lower: 0.0,
            upper: 1.0,
            domain: Domain::Integer,
            objective,
        });
        self.bits.push(st);
        st
    }

    /// Eqs. 15–19 as they stand.
    fn add_bits_faithful(&mut self) {
        for mu in 0..self.patterns.count() {
            let mut loss_terms = Vec::with_capacity(self.neurons.len() + 1);
            for position in 0..self.neurons.len() {
                let i = self.neurons[position];
                let bit = format!("{mu}_{i}");
                let sp = self.add_free(format!("sp_{bit}"), 0.0);
                let st = self.add_st(mu, i, 0.0);
                let delta = self.add_free(format!("delta_{bit}"), 0.0);
                let (mut field, _) = self.field(mu, position);
                field.push((sp, -1.0));
                let big_m = self.big_m(position);
                let (on, off) = self.thresholds(mu, i);
                let model = &mut self.model;
                model.add_row(row(format!("c15_{bit}"), Sense::Equal, 0.0), field);
                model.add_row(
                    row(format!("c16_{bit}"), Sense::AtMost, big_m - on),
                    [(sp, -1.0), (st, big_m)],
                );
                model.add_row(
                    row(format!("c17_{bit}"), Sense::AtMost, 0.0 - off),
                    [(sp, 1.0), (st, -big_m)],
                );
                model.add_row(
                    row(format!("c18_{bit}"), Sense::Equal, 1.0),
                    [(st, 2.0), (delta, -1.0)],
                );
                loss_terms.push((delta, f64::from(self.patterns.sign(mu, i))));
            }
            let loss = self.add_free(format!("loss_{mu}"), -1.0);
            loss_terms.push((loss, -1.0));
            self.model
                .add_row(row(format!("c19_{mu}"), Sense::Equal, 0.0), loss_terms);
        }
    }

    fn add_free(&mut self, name: String, objective: f64) -> usize {
        self.model.add_column(Column {
            name,
            lower: f64::NEG_INFINITY,
            upper: f64::INFINITY,
            domain: Domain::Continuous,
            objective,
        })
    }

    /// Eqs. 16 and 17 with the field in place of sp, and −Σ E_μ = Σ_μi ξ_i^μ (1 − 2 st_μi).
    fn add_bits_compact(&mut self) {
        let mut constant = 0.0;
        for mu in 0..self.patterns.count() {
            for position in 0..self.neurons.len() {
                let i = self.neurons[position];
                let sign = f64::from(self.patterns.sign(mu, i));
                constant += sign;
                let st = self.add_st(mu, i, -2.0 * sign);
                let (field, shift) = self.field(mu, position);
                let big_m = self.big_m(position);
                let (on, off) = self.thresholds(mu, i);
                let negated = field.iter().map(|&(column, a)| (column, -a));
                let on_row = row(format!("c16_{mu}_{i}"), Sense::AtMost, big_m - on + shift);
                self.model.add_row(on_row, negated.chain([(st, big_m)]));
                let off_row = row(format!("c17_{mu}_{i}"), Sense::AtMost, 0.0 - off - shift);
                self.model
                    .add_row(off_row, field.into_iter().chain([(st, -big_m)]));
            }
        }
        // A column fixed to 1 carries the constant: not every reader of MPS and LP files knows objective offsets.
        self.model.add_column(Column {
            name: "one".to_owned(),
            lower: 1.0,
            upper: 1.0,
            domain: Domain::Continuous,
            objective: constant,
        });
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

fn check(patterns: &Patterns, couplings: &Couplings, options: &Options) -> Result<(), MilpError> {
    if patterns.neurons() != couplings.neurons() {
        return Err(MilpError::Size {
            couplings: couplings.neurons(),
            patterns: patterns.neurons(),
        });
    }
    if !options.weights.is_valid() {
        return Err(MilpError::Weights(options.weights));
    }
    let epsilon = options.epsilon;
    if !(epsilon.is_finite() && epsilon > 0.0) {
        return Err(MilpError::Epsilon(epsilon));
    }
    if options.weights.is_discrete() && epsilon > 1.0 {
        return Err(MilpError::EpsilonAboveOne(epsilon));
    }
    if let Some(big_m) = options.big_m
        && !(big_m.is_finite() && big_m >= epsilon)
    {
        return Err(MilpError::BigM { big_m, epsilon });
    }
    if let Some(factor) = options.sparsity
        && !(factor.is_finite() && factor >= 0.0)
    {
        return Err(MilpError::Sparsity(factor));
    }
    let ordered = couplings.weights() as u128 * if couplings.is_symmetric() { 2 } else { 1 };
    let fields =
        ordered * patterns.count() as u128 * if options.form == Form::Compact { 2 } else { 1 };
    let bits = patterns.neurons() as u128 * patterns.count() as u128;
    let terms = fields + 8 * bits + 6 * ordered;
    if terms > MAX_TERMS as u128 {
        return Err(MilpError::TooLarge(terms));
    }
    Ok(())
}
