//! Which networks there are to choose from, and what is preferred among them: the arguments of `train` that are checked
//! against each other.

use crate::arguments::{Arguments, count, is_flag, number};
use crate::arrays;
use crate::errors::{UnsupportedError, bad_type, bad_value};
use attractor::halves::Halves;
use attractor::{Couplings, Patterns, Shape, Symmetry, Ties};
use attractor_exact::milp::{DEFAULT_SPARSITY, ModelOptions};
use attractor_exact::{
    BALANCE, Damage, DamageError, Preference, Problem, Survive, SurviveGoal, Weights,
};
use pyo3::prelude::*;
use std::fmt::Display;
use std::str::FromStr;

/// The arguments as they are given, each of its type.
pub(crate) struct Model<'py> {
    couplings: Symmetry,
    shape: Option<Shape>,
    receptive_field: Option<f64>,
    mask: Option<Bound<'py, PyAny>>,
    halves: Option<usize>,
    weights: Weights,
    ties: Ties,
    bias: bool,
    sparse: Option<Sparse>,
    noise: Option<f64>,
    erased: Option<f64>,
    repair_rounds: u32,
    survive: Option<SurviveGoal>,
    survive_erased: Option<usize>,
}

/// How sparse the weights are to be.
#[derive(Clone, Copy)]
enum Sparse {
    Usual,
    By(f64),
}

/// A text that names one of few things; its default if there is none.
pub(crate) fn named<T: FromStr<Err: Display> + Default>(
    arguments: &Arguments<'_, '_>,
    name: &str,
) -> PyResult<T> {
    match arguments.text(name)? {
        Some(text) => text.parse().map_err(|error| bad_value(name, error)),
        None => Ok(T::default()),
    }
}

fn sparse(arguments: &Arguments<'_, '_>) -> PyResult<Option<Sparse>> {
    let Some(value) = arguments.given("sparse")? else {
        return Ok(None);
    };
    if is_flag(&value) {
        return Ok(value.is_truthy()?.then_some(Sparse::Usual));
    }
    Ok(Some(Sparse::By(number("sparse", &value)?)))
}

fn goal(arguments: &Arguments<'_, '_>) -> PyResult<Option<SurviveGoal>> {
    let Some(value) = arguments.given("survive")? else {
        return Ok(None);
    };
    match value.extract::<String>() {
        Ok(text) => text
            .parse()
            .map_err(|error| bad_value("survive", error))
            .map(Some),
        Err(_) => Ok(Some(SurviveGoal::All(count("survive", &value)?))),
    }
}

pub(crate) fn shape(arguments: &Arguments<'_, '_>) -> PyResult<Option<Shape>> {
    let Some(value) = arguments.given("shape")? else {
        return Ok(None);
    };
    let sides = value.extract::<(Bound<'_, PyAny>, Bound<'_, PyAny>)>();
    let (height, width) = sides.map_err(|_| bad_type("shape", "give (height, width)"))?;
    Ok(Some(Shape {
        height: count("shape", &height)?,
        width: count("shape", &width)?,
    }))
}

impl<'py> Model<'py> {
    /// The arguments of this call.
    pub(crate) fn new(arguments: &Arguments<'_, 'py>) -> PyResult<Self> {
        let rounds = arguments.count("repair_rounds")?.unwrap_or(0);
        Ok(Self {
            couplings: named(arguments, "couplings")?,
            shape: shape(arguments)?,
            receptive_field: arguments.number("receptive_field")?,
            mask: arguments.given("mask")?,
            halves: arguments.count("halves")?,
            weights: named(arguments, "weights")?,
            ties: named(arguments, "ties")?,
            bias: arguments.flag("bias")?,
            sparse: sparse(arguments)?,
            noise: arguments.number("noise")?,
            erased: arguments.number("erased")?,
            repair_rounds: u32::try_from(rounds)
                .map_err(|_| bad_value("repair_rounds", format!("{rounds} is too many")))?,
            survive: goal(arguments)?,
            survive_erased: arguments.count("survive_erased")?,
        })
    }
}

impl Model<'_> {
    /// The images' shape: what is said, or that of the array.
    pub(crate) fn shape(
        &self,
        patterns: &Patterns,
        pictures: Option<Shape>,
    ) -> PyResult<Option<Shape>> {
        let Some(Shape { height, width }) = self.shape else {
            return Ok(pictures);
        };
        if height.checked_mul(width) != Some(patterns.neurons()) {
            let neurons = patterns.neurons();
            return Err(bad_value(
                "shape",
                format!("({height}, {width}) is not the {neurons} neurons of the patterns"),
            ));
        }
        Ok(self.shape)
    }

    /// Which weights exist.
    pub(crate) fn couplings(&self, neurons: usize, shape: Option<Shape>) -> PyResult<Couplings> {
        let symmetry = self.couplings;
        if let Some(first) = self.halves {
            if self.mask.is_some() || self.receptive_field.is_some() || shape.is_some() {
                return Err(bad_value(
                    "halves",
                    "exclude shape, mask and receptive_field",
                ));
            }
            let halves = Halves::new(neurons, first).map_err(|error| bad_value("halves", error))?;
            return halves
                .couplings(symmetry)
                .map_err(|error| bad_value("halves", error));
        }
        match (&self.mask, self.receptive_field) {
            (Some(_), Some(_)) => Err(bad_value(
                "mask",
                "and receptive_field exclude each other; give one",
            )),
            (Some(mask), None) => {
                Couplings::from_mask(neurons, symmetry, arrays::mask("mask", mask, neurons)?)
                    .map_err(|error| bad_value("mask", error))
            }
            (None, Some(radius)) => {
                let shape = shape.ok_or_else(|| {
                    bad_value(
                        "receptive_field",
                        "needs shape=(height, width), or patterns of 3 dimensions",
                    )
                })?;
                Couplings::receptive_field(shape, radius, symmetry)
                    .map_err(|error| bad_value("receptive_field", error))
            }
            (None, None) => {
                Couplings::full(neurons, symmetry).map_err(|error| bad_value("patterns", error))
            }
        }
    }

    pub(crate) fn ties(&self) -> Ties {
        self.ties
    }

    /// Neurons of the first half of a pair.
    pub(crate) fn halves(&self) -> Option<usize> {
        self.halves
    }

    pub(crate) fn bias(&self) -> bool {
        self.bias
    }

    /// What exact training is asked for.
    pub(crate) fn problem(&self, patterns: Patterns, couplings: Couplings) -> PyResult<Problem> {
        let usual = Problem::new(patterns, couplings).map_err(crate::errors::of_training)?;
        let survive = self.survive();
        Ok(Problem {
            ties: self.ties,
            bias: self.bias,
            weights: self.weights,
            preference: self.preference(survive.is_some(), usual.preference)?,
            survive,
            ..usual
        })
    }

    /// The variant of the paper's model: what of it these arguments say.
    ///
    /// # Errors
    /// What the model does not know.
    pub(crate) fn big_m(&self) -> PyResult<ModelOptions> {
        let given = [
            ("noise", self.noise.is_some()),
            ("erased", self.erased.is_some()),
            ("repair_rounds", self.repair_rounds > 0),
            ("survive", self.survive.is_some()),
            ("survive_erased", self.survive_erased.is_some()),
        ];
        if let Some((name, _)) = given.iter().find(|(_, given)| *given) {
            return Err(bad_value(
                name,
                "is for the scale-free formulation; the big-M model does not know it",
            ));
        }
        let sparsity = |sparse| match sparse {
            Sparse::Usual => DEFAULT_SPARSITY,
            Sparse::By(factor) => factor,
        };
        Ok(ModelOptions {
            weights: self.weights,
            ties: self.ties,
            bias: self.bias,
            sparsity: self.sparse.map(sparsity),
            ..ModelOptions::default()
        })
    }

    fn preference(&self, survives: bool, usual: Preference) -> PyResult<Preference> {
        let (damage, rounds) = (self.damage()?, self.repair_rounds);
        let Some(balance) = self.balance()? else {
            return Ok(match (damage, rounds) {
                (Some(damage), _) if damage.is_none() => Preference::WidestMargin,
                (Some(damage), 0) => Preference::Repair(damage),
                (None, 0) => usual,
                (damage, rounds) => Preference::Recall {
                    damage: damage.unwrap_or(Damage::USUAL),
                    rounds,
                },
            });
        };
        if damage.is_some() || rounds > 0 || survives {
            return Err(bad_value(
                "sparse",
                "excludes noise, erased, repair_rounds and survive: each asks for other weights",
            ));
        }
        Ok(Preference::Sparse { balance })
    }

    /// The balance of sparse weights, if they are asked for.
    fn balance(&self) -> PyResult<Option<f64>> {
        let balance = match self.sparse {
            None => return Ok(None),
            Some(Sparse::Usual) => return Ok(Some(BALANCE)),
            Some(Sparse::By(balance)) => balance,
        };
        let weights = self.weights;
        if !(0.0..=1.0).contains(&balance) {
            return Err(bad_value(
                "sparse",
                format!(
                    "{balance}; give a number from 0 (widest margin) to 1 (least L1 norm), or True"
                ),
            ));
        }
        if weights != Weights::Real {
            return Err(bad_value(
                "sparse",
                format!(
                    "of {weights} weights True asks for the fewest non-zeros; there is no number"
                ),
            ));
        }
        Ok(Some(balance))
    }

    fn damage(&self) -> PyResult<Option<Damage>> {
        if self.noise.is_none() && self.erased.is_none() {
            return Ok(None);
        }
        let damage = Damage::new(self.noise.unwrap_or(0.0), self.erased.unwrap_or(0.0));
        let damage = damage.map_err(|error| match error {
            DamageError::Erased(_) => bad_value("erased", error),
            _ => bad_value("noise", error),
        })?;
        Ok(Some(damage))
    }

    fn survive(&self) -> Option<Survive> {
        let erased = self.survive_erased.unwrap_or(0);
        match (self.survive, self.survive_erased) {
            (None, None) => None,
            (goal, _) => Some(Survive::new(goal.unwrap_or(SurviveGoal::All(0)), erased)),
        }
    }

    /// Refuses what only the exact rule can honour.
    pub(crate) fn refuse_exact_only(&self, rule: &str) -> PyResult<()> {
        let given = [
            ("weights", self.weights != Weights::Real),
            ("sparse", self.sparse.is_some()),
            ("noise", self.noise.is_some()),
            ("erased", self.erased.is_some()),
            ("repair_rounds", self.repair_rounds > 0),
            ("survive", self.survive.is_some()),
            ("survive_erased", self.survive_erased.is_some()),
        ];
        match given.iter().find(|(_, given)| *given) {
            Some((name, _)) => Err(UnsupportedError::new_err(format!(
                "{name} is for rule='exact'; rule '{rule}' does not know it"
            ))),
            None => Ok(()),
        }
    }
}
