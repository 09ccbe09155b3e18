//! The checked method: a rule with its options, one call away from a network.

use super::big_m;
use super::model::Model;
use crate::arguments::{self, Arguments};
use crate::errors::{UnsupportedError, bad_type, bad_value, of_exact, of_rule, of_training};
use crate::network;
use attractor::rules::{Assignment, Classical, RuleOptions};
use attractor::{Control, Couplings, Network, Patterns, Rule, Shape, Trained};
use attractor_exact::milp::{Backend, BigM, Form, Solution};
use attractor_exact::{Damage, Options, Outcome, Preference, Problem};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use serde_json::{Map, Value};

/// The name of the exact rule.
pub(crate) const EXACT: &str = "exact";

/// The key of a network file's options under which the neurons of the first half stand.
pub(crate) const HALVES: &str = "halves";

/// What is asked for beside the model.
pub(crate) struct Asked {
    rule: String,
    settings: Vec<Assignment>,
    keep_diagonal: bool,
    start: Option<Network>,
    /// What the big-M model is asked, if it is to be solved.
    big_m: Option<big_m::Asked>,
    /// Whether a formulation was named.
    formulated: bool,
    seed: u64,
    /// Whether there is a time limit.
    limited: bool,
}

impl Asked {
    /// The arguments of this call.
    pub(crate) fn new(arguments: &Arguments<'_, '_>, seed: u64, limited: bool) -> PyResult<Self> {
        let start = arguments.given("start")?.map(|start| {
            let start = start.cast_into::<network::Network>();
            let start = start.map_err(|_| bad_type("start", "give a Network"))?;
            Ok::<_, PyErr>(start.get().file().network().clone())
        });
        Ok(Self {
            rule: arguments.text("rule")?.unwrap_or_else(|| EXACT.to_owned()),
            settings: settings(arguments.given("settings")?)?,
            keep_diagonal: arguments.flag("keep_diagonal")?,
            start: start.transpose()?,
            big_m: big_m::Asked::new(arguments)?,
            formulated: arguments.given("formulation")?.is_some(),
            seed,
            limited,
        })
    }
}

/// A rule with its patterns and couplings; they fit one another.
pub(crate) struct Method {
    how: How,
    shape: Option<Shape>,
    known: Option<Network>,
    options: Map<String, Value>,
}

enum How {
    Exact(Box<Problem>),
    BigM(Box<BigM>, Backend),
    Classical(Classical, Box<dyn Rule>, Patterns, Couplings),
}

/// A network, and what exact training says of it.
pub(crate) struct Finished {
    pub(crate) trained: Trained,
    pub(crate) outcome: Option<Outcome>,
    /// What the solver of the big-M model says.
    pub(crate) solution: Option<Solution>,
}

impl Method {
    pub(crate) fn new(
        asked: Asked,
        model: &Model<'_>,
        patterns: Patterns,
        pictures: Option<Shape>,
    ) -> PyResult<Self> {
        let shape = model.shape(&patterns, pictures)?;
        let couplings = model.couplings(patterns.neurons(), shape)?;
        let how = if asked.rule == EXACT {
            refuse_of_exact(&asked)?;
            match asked.big_m {
                None => How::Exact(Box::new(model.problem(patterns, couplings)?)),
                Some(big_m) => {
                    // The same optimum as the faithful form, from fewer columns and rows, as in the program.
                    let built = big_m.build(model, (&patterns, &couplings), Form::Compact)?;
                    How::BigM(Box::new(built), big_m.backend())
                }
            }
        } else {
            How::classical(&asked, model, patterns, couplings)?
        };
        let mut options = how.options();
        options.insert("bias".to_owned(), model.bias().into());
        if let Some(halves) = model.halves() {
            options.insert(HALVES.to_owned(), halves.into());
        }
        if asked.keep_diagonal {
            options.insert("keep_diagonal".to_owned(), true.into());
        }
        for Assignment { key, value } in asked.settings {
            let number = serde_json::from_str(&value)
                .map_err(|_| bad_value("settings", format!("{key} is {value}")))?;
            options.insert(key, number);
        }
        Ok(Self {
            how,
            shape,
            known: asked.start,
            options,
        })
    }

    /// Trains until it is done or `control` says stop.
    pub(crate) fn train(&self, seed: u64, control: &Control<'_>) -> PyResult<Finished> {
        match &self.how {
            How::Exact(problem) => {
                let options = Options { seed };
                let outcome = match &self.known {
                    Some(known) => attractor_exact::train_from(problem, known, &options, control),
                    None => attractor_exact::train(problem, &options, control),
                };
                let outcome = outcome.map_err(of_exact)?;
                Ok(Finished {
                    trained: outcome.trained.clone(),
                    outcome: Some(outcome),
                    solution: None,
                })
            }
            How::BigM(model, backend) => {
                let solution = big_m::solve(model, *backend, control)?;
                Ok(Finished {
                    trained: solution.trained.clone(),
                    outcome: None,
                    solution: Some(solution),
                })
            }
            How::Classical(kind, rule, patterns, couplings) => {
                let trained = if kind.is_iterative() {
                    let trained = rule
                        .train_until(patterns, couplings, control)
                        .map_err(of_training)?;
                    trained.bounded(vec![0; patterns.neurons()], 0, control.interrupted())
                } else {
                    rule.train(patterns, couplings).map_err(of_training)?
                };
                Ok(Finished {
                    trained,
                    outcome: None,
                    solution: None,
                })
            }
        }
    }

    /// The rule's name in files and reports.
    pub(crate) fn rule(&self) -> &'static str {
        match &self.how {
            How::Exact(_) | How::BigM(..) => EXACT,
            How::Classical(kind, ..) => kind.name(),
        }
    }

    /// What the exact rule prefers, by its name in reports.
    pub(crate) fn objective(&self) -> Option<&'static str> {
        Some(match self.problem()?.preference_in_force() {
            Preference::Sparse { .. } => "sparse",
            Preference::Repair(_) => "noise",
            Preference::Usual | Preference::Recall { .. } => "recall",
            Preference::WidestMargin => "widest-margin",
        })
    }

    pub(crate) fn problem(&self) -> Option<&Problem> {
        match &self.how {
            How::Exact(problem) => Some(problem),
            How::BigM(..) | How::Classical(..) => None,
        }
    }

    pub(crate) fn patterns(&self) -> &Patterns {
        match &self.how {
            How::Exact(problem) => &problem.patterns,
            How::BigM(model, _) => model.patterns(),
            How::Classical(_, _, patterns, _) => patterns,
        }
    }

    pub(crate) fn couplings(&self) -> &Couplings {
        match &self.how {
            How::Exact(problem) => &problem.couplings,
            How::BigM(model, _) => model.couplings(),
            How::Classical(_, _, _, couplings) => couplings,
        }
    }

    pub(crate) fn shape(&self) -> Option<Shape> {
        self.shape
    }

    pub(crate) fn options(&self) -> &Map<String, Value> {
        &self.options
    }
}

/// What the exact rule has no use for.
fn refuse_of_exact(asked: &Asked) -> PyResult<()> {
    if let Some(setting) = asked.settings.first() {
        return Err(bad_value(
            "settings",
            format!(
                "{}: rule 'exact' has none; what it takes are arguments of train",
                setting.key
            ),
        ));
    }
    if asked.keep_diagonal {
        return Err(bad_value(
            "keep_diagonal",
            "is for rule='pseudo-inverse'; rule 'exact' has no diagonal",
        ));
    }
    if asked.big_m.is_some() && asked.start.is_some() {
        return Err(bad_value(
            "start",
            "is for the scale-free formulation; the big-M model begins from nothing",
        ));
    }
    Ok(())
}

impl How {
    fn classical(
        asked: &Asked,
        model: &Model<'_>,
        patterns: Patterns,
        couplings: Couplings,
    ) -> PyResult<Self> {
        let kind: Classical = asked
            .rule
            .parse()
            .map_err(|error| bad_value("rule", format!("{error}; or `{EXACT}`")))?;
        model.refuse_exact_only(&asked.rule)?;
        let only = |name: &str| {
            UnsupportedError::new_err(format!(
                "{name} is for rule='exact'; rule '{kind}' does not know it"
            ))
        };
        if asked.start.is_some() {
            return Err(only("start"));
        }
        if asked.formulated {
            return Err(only("formulation"));
        }
        if asked.limited && !kind.is_iterative() {
            return Err(only("time_limit"));
        }
        let options = RuleOptions::default()
            .with_bias(model.bias())
            .with_ties(model.ties())
            .with_seed(asked.seed)
            .with_diagonal(asked.keep_diagonal)
            .with_settings(asked.settings.clone());
        let rule = kind.with(&options).map_err(of_rule)?;
        Ok(Self::Classical(kind, rule, patterns, couplings))
    }

    /// The options of exact training, for the network file: as `attractor train` writes them.
    fn options(&self) -> Map<String, Value> {
        let mut options = Map::new();
        let mut note = |key: &str, value: Value| options.insert(key.to_owned(), value);
        let problem = match self {
            Self::Classical(..) => return options,
            Self::Exact(problem) => problem,
            Self::BigM(model, _) => {
                let asked = model.options();
                note("formulation", big_m::BIG_M.into());
                note("weights", asked.weights.to_string().into());
                note("epsilon", asked.epsilon.into());
                note("big_m", asked.big_m.into());
                note("sparse", asked.sparsity.into());
                return options;
            }
        };
        note("formulation", "scale-free".into());
        note("weights", problem.weights.to_string().into());
        let mut note_damage = |damage: Damage| {
            note("noise", damage.flipped().into());
            note("erased", damage.erased().into());
        };
        match problem.preference_in_force() {
            Preference::Sparse { balance } => {
                note("sparse", balance.into());
            }
            Preference::Repair(damage) => note_damage(damage),
            Preference::Recall { damage, rounds } => {
                note_damage(damage);
                note("repair_rounds", rounds.into());
            }
            Preference::Usual => {
                note("objective", "recall".into());
            }
            Preference::WidestMargin => {}
        }
        if let Some(asked) = problem.survive {
            note("survive", asked.goal.to_string().into());
            note("survive_erased", asked.erasures.into());
        }
        options
    }
}

/// Settings of a rule's own, as the texts that the library reads.
pub(crate) fn settings(given: Option<Bound<'_, PyAny>>) -> PyResult<Vec<Assignment>> {
    let Some(given) = given else {
        return Ok(Vec::new());
    };
    let given = given.cast_into::<PyDict>();
    let given = given.map_err(|_| bad_type("settings", "give a mapping such as {'t': 30}"))?;
    let assignment = |(key, value): (Bound<'_, PyAny>, Bound<'_, PyAny>)| {
        let key = arguments::text("settings", &key)?;
        let name = format!("settings['{key}']");
        // A whole number as it is, another one as it is read back.
        let value = match arguments::whole(&name, &value) {
            Ok(whole) => whole.to_string(),
            Err(_) => format!("{:?}", arguments::number(&name, &value)?),
        };
        Ok(Assignment { key, value })
    };
    given.iter().map(assignment).collect()
}
