//! The checked method: one call away from a network.

use super::args::{EXACT, Formulation, MethodArgs};
use crate::model::{HALVES, ModelArgs};
use anyhow::{Result, ensure};
use attractor::rules::{Assignment, Classical, RuleOptions};
use attractor::{Couplings, Network, Patterns, Rule};
use attractor_exact::milp::{Backend, BigM, Form};
use attractor_exact::{Damage, Preference, Problem};
use serde_json::{Map, Value};

/// A rule with its options, its patterns and its couplings; they fit one another.
pub(crate) struct Method {
    pub(super) how: How,
    /// A network to begin from.
    pub(super) known: Option<Network>,
    options: Map<String, Value>,
}

pub(super) enum How {
    ScaleFree(Problem),
    BigM(Box<BigM>, Backend),
    Classical(Classical, Box<dyn Rule>, Patterns, Couplings),
}

impl Method {
    /// # Errors
    /// Options that do not fit the patterns.
    pub(crate) fn new(
        args: &MethodArgs,
        model: &ModelArgs,
        patterns: Patterns,
        seed: u64,
    ) -> Result<Self> {
        check_memory(patterns.neurons())?;
        let how = if args.rule != EXACT {
            How::classical(args, model, patterns, seed)?
        } else if args.formulation == Some(Formulation::BigM) {
            // The same optimum as the faithful form, from fewer columns and rows.
            let big_m = args.big_m.build(model, &patterns, Form::Compact)?;
            How::BigM(Box::new(big_m), args.backend())
        } else {
            let problem = model.problem(patterns)?;
            How::ScaleFree(Problem {
                survive: args.survive.asked(),
                ..problem
            })
        };
        let mut options = how.options();
        options.insert("bias".to_owned(), model.bias().into());
        if let Some(halves) = model.halves() {
            options.insert(HALVES.to_owned(), halves.into());
        }
        if args.keep_diagonal {
            options.insert("keep_diagonal".to_owned(), true.into());
        }
        for Assignment { key, value } in &args.set {
            options.insert(key.clone(), serde_json::from_str(value)?);
        }
        Ok(Self {
            how,
            known: None,
            options,
        })
    }

    /// The same, begun from a network that is known already.
    ///
    /// # Errors
    /// Methods that cannot.
    pub(crate) fn beginning_from(mut self, known: Network) -> Result<Self> {
        ensure!(
            matches!(self.how, How::ScaleFree(_)),
            "--start is for --rule exact in its scale-free formulation; other rules begin from nothing"
        );
        self.known = Some(known);
        Ok(self)
    }

    /// Whether there can be a certificate.
    pub(crate) fn certifies(&self) -> bool {
        matches!(self.how, How::ScaleFree(_))
    }

    /// The rule's name in files and reports.
    pub(crate) fn rule(&self) -> &'static str {
        match &self.how {
            How::ScaleFree(_) | How::BigM(..) => EXACT,
            How::Classical(kind, ..) => kind.name(),
        }
    }

    /// The classical rule that it is, if it is one.
    pub(crate) fn classical(&self) -> Option<Classical> {
        match self.how {
            How::Classical(kind, ..) => Some(kind),
            How::ScaleFree(_) | How::BigM(..) => None,
        }
    }

    /// What was asked for, for the network file.
    pub(crate) fn options(&self) -> &Map<String, Value> {
        &self.options
    }

    /// What the exact rule prefers among networks with equally few wrong bits, by its name in reports.
    pub(crate) fn objective(&self) -> Option<&'static str> {
        match &self.how {
            How::ScaleFree(problem) => Some(match problem.preference_in_force() {
                Preference::Sparse { .. } => "sparse",
                Preference::Repair(_) => "noise",
                Preference::Usual | Preference::Recall { .. } => "recall",
                Preference::WidestMargin => "widest-margin",
            }),
            How::BigM(..) | How::Classical(..) => None,
        }
    }

    pub(crate) fn patterns(&self) -> &Patterns {
        match &self.how {
            How::ScaleFree(problem) => &problem.patterns,
            How::BigM(model, _) => model.patterns(),
            How::Classical(_, _, patterns, _) => patterns,
        }
    }

    pub(crate) fn couplings(&self) -> &Couplings {
        match &self.how {
            How::ScaleFree(problem) => &problem.couplings,
            How::BigM(model, _) => model.couplings(),
            How::Classical(_, _, _, couplings) => couplings,
        }
    }
}

impl How {
    fn classical(
        args: &MethodArgs,
        model: &ModelArgs,
        patterns: Patterns,
        seed: u64,
    ) -> Result<Self> {
        let options = RuleOptions::default()
            .with_bias(model.bias())
            .with_ties(model.ties())
            .with_seed(seed);
        let (kind, rule) = args.classical(options)?;
        let couplings = model.couplings(&patterns)?;
        Ok(Self::Classical(kind, rule, patterns, couplings))
    }

    /// The options of exact training, for the network file.
    fn options(&self) -> Map<String, Value> {
        let mut options = Map::new();
        let mut note = |key: &str, value: Value| options.insert(key.to_owned(), value);
        match self {
            Self::Classical(..) => {}
            Self::BigM(model, _) => {
                let asked = model.options();
                note("formulation", "big-m".into());
                note("weights", asked.weights.to_string().into());
                note("epsilon", asked.epsilon.into());
                note("big_m", asked.big_m.into());
                note("sparse", asked.sparsity.into());
            }
            Self::ScaleFree(problem) => {
                note("formulation", "scale-free".into());
                note("weights", problem.weights.to_string().into());
                match problem.preference_in_force() {
                    Preference::Sparse { balance } => {
                        note("sparse", balance.into());
                    }
                    Preference::Repair(damage) => note_damage(&mut note, damage),
                    Preference::Recall { damage, rounds } => {
                        note_damage(&mut note, damage);
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
            }
        }
        options
    }
}

fn note_damage(note: &mut impl FnMut(&str, Value) -> Option<Value>, damage: Damage) {
    note("noise", damage.flipped().into());
    note("erased", damage.erased().into());
}

/// Refuses networks whose weight matrix no allocation could hold, which would end the program.
///
/// # Errors
/// Says how many weights there would be.
pub(crate) fn check_memory(neurons: usize) -> Result<()> {
    let mut matrix = Vec::<f64>::new();
    let weights = neurons.checked_mul(neurons);
    let fits = weights.is_some_and(|weights| matrix.try_reserve_exact(weights).is_ok());
    // Nothing is written there; unless it might be, the compiler leaves the allocation out.
    std::hint::black_box(&mut matrix);
    ensure!(
        fits,
        "{neurons} neurons have {neurons} times {neurons} weights of 8 bytes, more than this machine's memory holds; \
         every row is one pattern and every column a neuron: take fewer columns, or smaller images"
    );
    Ok(())
}
