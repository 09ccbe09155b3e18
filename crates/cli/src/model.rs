//! The model options that `train` and `export` share: which networks there are to choose from.

use crate::input;
use anyhow::{Context, Result, anyhow, bail, ensure};
use attractor::halves::Halves;
use attractor::{Couplings, Patterns, Shape, Symmetry, Ties};
use attractor_exact::BALANCE;
use attractor_exact::{Damage, DamageError, Preference, Problem, Weights, milp};
use clap::Args;
use std::num::ParseFloatError;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// The key of a network file's options under which the neurons of the first half stand.
pub(crate) const HALVES: &str = "halves";

/// Raw model options.
#[derive(Debug, Default, PartialEq, Args)]
#[command(next_help_heading = "Model")]
pub(crate) struct ModelArgs {
    /// Whether w_ij = w_ji: `symmetric` or `directed`
    #[arg(long, value_name = "KIND", default_value_t)]
    couplings: Symmetry,

    /// Whether a zero local field counts as right for a -1 bit: `strict` (no) or `negative` (yes)
    #[arg(long, value_name = "RULE", default_value_t)]
    ties: Ties,

    /// Height and width of the images whose pixels are the neurons. A network file keeps it for pictures; weights depend
    /// on it with --receptive-field alone
    #[arg(long, value_name = "HxW")]
    shape: Option<Shape>,

    /// Couple only pixels whose centres are at most this many pixels apart (1: the four neighbours)
    #[arg(
        long,
        value_name = "RADIUS",
        requires = "shape",
        allow_negative_numbers = true
    )]
    receptive_field: Option<f64>,

    /// Couple only where this N×N file of 0/1 (or -1/+1) says so
    #[arg(long, value_name = "FILE", conflicts_with = "receptive_field")]
    mask: Option<PathBuf>,

    /// The first N neurons are one half of a pair of patterns, the others the other half: couple the halves with each
    /// other and not within (`attractor associate` recalls)
    #[arg(long, value_name = "N", conflicts_with_all = ["shape", "receptive_field", "mask"])]
    halves: Option<usize>,

    /// Values of the weights, and of the biases: `real`, `ternary` (-1, 0, 1), `binary` (-1, 1) or `integer:K` (-K to
    /// K; scale-free K is at most 127)
    #[arg(long, value_name = "DOMAIN", default_value_t)]
    weights: Weights,

    /// Give every neuron a bias
    #[arg(long)]
    bias: bool,

    /// Prefer few non-zero weights. Scale-free, real weights: S from 0 (widest margin) to 1 (least L1 norm) [default:
    /// 0.8]. On 24 random patterns of 81 neurons: 0.5 makes 33 % of the weights zero and keeps 95 % of the margin, 0.8:
    /// 54 and 85 %, 0.9: 62 and 76 %. Ternary and integer weights: the fewest non-zeros, without a number. Big-M: the factor S of the sum of |w| in the objective [default: 0.001]
    #[arg(long, value_name = "S", num_args = 0..=1, require_equals = true,
        default_missing_value = Sparse::DEFAULT)]
    sparse: Option<Sparse>,

    /// Prefer the network whose first step is right most often when each bit of a cue is flipped with probability P, from
    /// 0 (the widest margin) to below 0.5: the share of bits that will be wrong [default: of the widest margin and several
    /// shares what recalls most of its own damaged patterns, trained on the states that recall passes through; 0.05 for
    /// ternary, binary and integer weights and with `--repair-rounds`; the widest margin with `--survive`]
    #[arg(
        long,
        value_name = "P",
        conflicts_with = "sparse",
        allow_negative_numbers = true
    )]
    noise: Option<f64>,

    /// The same where each bit is unknown with probability Q, from 0 to below 1; with `--noise`, the others are flipped
    #[arg(
        long,
        value_name = "Q",
        conflicts_with = "sparse",
        allow_negative_numbers = true
    )]
    erased: Option<f64>,

    /// After the best first step: up to K rounds of steps on the states that asynchronous recall passes through, kept if
    /// more damaged patterns are recalled; 400 gain what there is [default: 0 with `--noise` or `--erased`]
    #[arg(long, value_name = "K", conflicts_with = "sparse")]
    repair_rounds: Option<u32>,
}

/// How sparse the weights are to be.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Sparse {
    /// `--sparse` alone: what is usual in the formulation.
    Usual,
    /// `--sparse=S`.
    By(f64),
}

impl Sparse {
    const DEFAULT: &str = "usual";

    fn or(self, usual: f64) -> f64 {
        match self {
            Self::Usual => usual,
            Self::By(number) => number,
        }
    }
}

impl FromStr for Sparse {
    type Err = ParseFloatError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            Self::DEFAULT => Ok(Self::Usual),
            number => number.parse().map(Self::By),
        }
    }
}

impl ModelArgs {
    /// The couplings for these patterns.
    ///
    /// # Errors
    /// A shape or mask of another size than the patterns.
    pub(crate) fn couplings(&self, patterns: &Patterns) -> Result<Couplings> {
        let neurons = patterns.neurons();
        if let Some(shape) = self.shape {
            ensure!(
                shape.neurons() == neurons,
                "--shape {shape} has {} pixels, the patterns have {neurons} neurons",
                shape.neurons()
            );
        }
        if let Some(first) = self.halves {
            let halves = Halves::new(neurons, first).context("--halves")?;
            return Ok(halves.couplings(self.couplings)?);
        }
        let couplings = match (self.shape, self.receptive_field, &self.mask) {
            (Some(shape), Some(radius), _) => {
                Couplings::receptive_field(shape, radius, self.couplings)?
            }
            (_, _, Some(path)) => {
                let mask = input::patterns(path)?;
                let count = mask.count();
                ensure!(
                    count == neurons && mask.neurons() == neurons,
                    "the mask `{}` is {count}x{}, {neurons} neurons need {neurons}x{neurons}",
                    path.display(),
                    mask.neurons()
                );
                let entries = (0..neurons)
                    .flat_map(|i| (0..neurons).map(move |j| (i, j)))
                    .map(|(i, j)| mask.is_plus(i, j))
                    .collect();
                Couplings::from_mask(neurons, self.couplings, entries)?
            }
            _ => Couplings::full(neurons, self.couplings)?,
        };
        Ok(couplings)
    }

    /// What exact training is asked for.
    ///
    /// # Errors
    /// See [`ModelArgs::couplings`].
    pub(crate) fn problem(&self, patterns: Patterns) -> Result<Problem> {
        let preference = self.preference()?;
        let couplings = self.couplings(&patterns)?;
        Ok(Problem {
            ties: self.ties,
            bias: self.bias,
            weights: self.weights,
            preference,
            ..Problem::new(patterns, couplings)?
        })
    }

    /// What is preferred among networks with equally few wrong bits.
    ///
    /// # Errors
    /// Numbers out of range.
    pub(crate) fn preference(&self) -> Result<Preference> {
        Ok(match self.sparse {
            None => match (self.damage()?, self.repair_rounds.unwrap_or(0)) {
                (Some(damage), _) if damage.is_none() => Preference::WidestMargin,
                (Some(damage), 0) => Preference::Repair(damage),
                (None, 0) => Preference::Usual,
                (damage, rounds) => Preference::Recall {
                    damage: damage.unwrap_or(Damage::USUAL),
                    rounds,
                },
            },
            Some(asked) => {
                let balance = asked.or(BALANCE);
                ensure!(
                    (0.0..=1.0).contains(&balance),
                    "--sparse={balance}: give a number from 0 (widest margin) to 1 (least L1 norm)"
                );
                ensure!(
                    self.weights == Weights::Real || asked == Sparse::Usual,
                    "--sparse={balance}: of {} weights `--sparse` alone asks for the fewest non-zeros; leave out the number",
                    self.weights
                );
                Preference::Sparse { balance }
            }
        })
    }

    /// The damage that is to be repaired, if it was said.
    fn damage(&self) -> Result<Option<Damage>> {
        if self.noise.is_none() && self.erased.is_none() {
            return Ok(None);
        }
        let (flipped, erased) = (self.noise.unwrap_or(0.0), self.erased.unwrap_or(0.0));
        let damage = Damage::new(flipped, erased).map_err(|error| match error {
            DamageError::Erased(_) => anyhow!("--erased={erased}: {error}"),
            _ => anyhow!("--noise={flipped}: {error}"),
        })?;
        Ok(Some(damage))
    }

    /// The factor of Σ|w| in the big-M model's objective, if it is to be there.
    pub(crate) fn sparsity(&self) -> Option<f64> {
        self.sparse.map(|factor| factor.or(milp::DEFAULT_SPARSITY))
    }

    pub(crate) fn ties(&self) -> Ties {
        self.ties
    }

    pub(crate) fn bias(&self) -> bool {
        self.bias
    }

    pub(crate) fn weights(&self) -> Weights {
        self.weights
    }

    /// The file with the mask, an input.
    pub(crate) fn mask(&self) -> Option<&Path> {
        self.mask.as_deref()
    }

    /// Neurons of the first half of each pattern, if patterns are pairs.
    pub(crate) fn halves(&self) -> Option<usize> {
        self.halves
    }

    /// The images' shape, checked by [`ModelArgs::couplings`].
    pub(crate) fn shape(&self) -> Option<Shape> {
        self.shape
    }

    /// An option that only exact training knows, if one was given.
    pub(crate) fn exact_only(&self) -> Option<&'static str> {
        match self {
            Self { weights, .. } if *weights != Weights::Real => Some("--weights"),
            Self {
                sparse: Some(_), ..
            } => Some("--sparse"),
            _ => self.scale_free_only(),
        }
    }

    /// An option that only the scale-free formulation knows, if one was given.
    fn scale_free_only(&self) -> Option<&'static str> {
        match (self.noise, self.erased, self.repair_rounds) {
            (Some(_), ..) => Some("--noise"),
            (_, Some(_), _) => Some("--erased"),
            (.., Some(_)) => Some("--repair-rounds"),
            _ => None,
        }
    }

    /// Refuses what the big-M model cannot honour, before anything is read.
    ///
    /// # Errors
    /// Names the option.
    pub(crate) fn check_big_m(&self) -> Result<()> {
        if let Some(option) = self.scale_free_only() {
            bail!(
                "{option} is for `train` in the scale-free formulation; the big-M model does not know it"
            );
        }
        Ok(())
    }
}
