//! Trainer: a method with settings of its own, as an experiment's file lists them.
//!
//! `"hebbian"` is a method as it is; `{ name = "dreaming", t = [10, 30] }` two trainers, one for each value; several lists
//! are combined. In tables and legends a trainer has the name of its method, and with it the settings in which the
//! trainers of that method differ.

use crate::config::{ConfigError, check_distinct, plain};
use crate::method::{Learned, Method, Settings, Task};
use crate::plot::Look;
use attractor::TrainError;
use attractor::rules::{Assignment, RuleOptions};
use attractor_exact::Control;
use attractor_tables::{Classifier, FitError, Table};
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Error, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;
use std::fmt;

/// The most trainers that one table of lists stands for. Larger: a slip of the pen trains for days. Smaller: fine grids over
/// two settings are refused.
const MOST: usize = 1_000;

/// A method with settings of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trainer {
    method: Method,
    /// Ascending by their keys, so that equal settings are equal texts.
    own: Vec<Assignment>,
    /// Those of `own` in which trainers of this method differ.
    differing: Vec<Assignment>,
}

impl From<Method> for Trainer {
    fn from(method: Method) -> Self {
        Self {
            method,
            own: Vec::new(),
            differing: Vec::new(),
        }
    }
}

impl fmt::Display for Trainer {
    /// The name in tables: one word for the method, one for each setting that sets it apart.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.method.name())?;
        self.differing
            .iter()
            .try_for_each(|own| write!(f, " {own}"))
    }
}

impl Trainer {
    /// The method, whatever its settings.
    pub fn method(&self) -> Method {
        self.method
    }

    /// The settings of its own, ascending by their keys.
    pub fn own(&self) -> &[Assignment] {
        &self.own
    }

    /// The name in names of files: letters, digits, `-` and `_`.
    pub(crate) fn file_name(&self) -> String {
        plain(&self.to_string())
    }

    /// The method of a trainer with this name in tables.
    pub(crate) fn method_of(name: &str) -> Option<Method> {
        name.split(' ').next()?.parse().ok()
    }

    /// The name in legends.
    pub fn label(&self) -> String {
        if self.own.is_empty() {
            return self.method.label().to_owned();
        }
        // Labels such as "paper's settings" hold for the defaults alone.
        let method = match self.method {
            Method::Rule(rule) => rule.name(),
            other => other.label(),
        };
        let differing = self.differing.iter();
        let settings = differing.map(|own| format!(", {} = {}", own.key, own.value));
        method.to_owned() + &settings.collect::<String>()
    }

    /// Its colour and dash, those of its method.
    pub fn look(&self) -> Look {
        self.method.look()
    }

    /// What it was run with, as `key=value` words for tables.
    pub fn options(&self, shared: &Settings) -> String {
        self.method.options(&self.settings(shared), &self.own)
    }

    /// What the method is told: what all share, but for its own.
    pub fn settings(&self, shared: &Settings) -> Settings {
        let mut settings = *shared;
        for own in &self.own {
            if let (Some(place), Ok(value)) = (
                self.method.setting(&own.key, &mut settings),
                own.value.parse(),
            ) {
                *place = value;
            }
        }
        settings
    }

    /// Trains on these patterns; the task's own settings of rules are the trainer's.
    ///
    /// # Errors
    /// What the rules refuse.
    pub fn train(&self, task: &Task<'_>, control: &Control<'_>) -> Result<Learned, TrainError> {
        let task = Task {
            settings: &self.settings(task.settings),
            rule_settings: &self.own,
            ..*task
        };
        self.method.train(&task, control)
    }

    /// Fits a classifier to these rows of a table, with a memory that is trained so. Numeric features get at most `levels`
    /// levels each.
    ///
    /// # Errors
    /// See [`FitError`].
    pub fn fit_classifier(
        &self,
        table: &Table,
        rows: &[usize],
        levels: usize,
        settings: &Settings,
        seed: u64,
        control: &Control<'_>,
    ) -> Result<Classifier, FitError> {
        Classifier::fit(table, rows, levels, |patterns| {
            let task = Task::unarranged(patterns, settings, seed);
            Ok(self.train(&task, control)?.trained)
        })
    }

    /// Checks the settings of its own.
    ///
    /// # Errors
    /// [`ConfigError::Invalid`]: one that the method does not have, or a value that it cannot have.
    pub(crate) fn check(&self, shared: &Settings) -> Result<(), ConfigError> {
        let invalid = |text: String| ConfigError::Invalid(format!("methods: {text}"));
        let Method::Rule(rule) = self.method else {
            let mut settings = *shared;
            let unknown =
                |own: &&Assignment| self.method.setting(&own.key, &mut settings).is_none();
            if let Some(own) = self.own.iter().find(unknown) {
                let (method, key) = (self.method, &own.key);
                let known = self.method.setting_names().join(", ");
                return Err(invalid(format!(
                    "{method} has no setting `{key}`; it has {known}"
                )));
            }
            return self.settings(shared).check();
        };
        let options = RuleOptions::default().with_settings(self.own.clone());
        rule.with(&options)
            .map(drop)
            .map_err(|error| invalid(error.to_string()))
    }
}

/// Checks a list of trainers: each once, each with settings that it has.
///
/// # Errors
/// [`ConfigError::Invalid`].
pub(crate) fn check_trainers(all: &[Trainer], shared: &Settings) -> Result<(), ConfigError> {
    check_distinct("methods", all)?;
    all.iter().try_for_each(|trainer| trainer.check(shared))
}

/// Reads the list `methods` of an experiment's file.
pub(crate) fn trainers<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<Trainer>, D::Error> {
    let listed: Vec<Listed> = Vec::deserialize(deserializer)?;
    let mut all: Vec<Trainer> = listed.into_iter().flat_map(|Listed(some)| some).collect();
    let value = |trainer: &Trainer, key: &str| {
        let own = trainer.own.iter().find(|own| own.key == key);
        own.map(|own| own.value.clone())
    };
    let told = all.clone();
    for trainer in &mut all {
        let same = || told.iter().filter(|other| other.method == trainer.method);
        let differs = |own: &&Assignment| {
            same().any(|other| value(other, &own.key).as_ref() != Some(&own.value))
        };
        trainer.differing = trainer.own.iter().filter(differs).cloned().collect();
    }
    Ok(all)
}

/// What one entry of the list stands for.
struct Listed(Vec<Trainer>);

/// One number or several.
struct Values(Vec<Number>);

/// A number as the file has it: whole or not.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(untagged)]
enum Number {
    Whole(i64),
    Real(f64),
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole(whole) => write!(f, "{whole}"),
            Self::Real(real) => write!(f, "{real}"),
        }
    }
}

impl Serialize for Trainer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.own.is_empty() {
            return self.method.serialize(serializer);
        }
        let mut table = serializer.serialize_map(Some(1 + self.own.len()))?;
        table.serialize_entry("name", &self.method)?;
        for own in &self.own {
            let whole = own.value.parse().map(Number::Whole);
            let number = whole.or_else(|_| own.value.parse().map(Number::Real));
            let number = number.map_err(serde::ser::Error::custom)?;
            table.serialize_entry(&own.key, &number)?;
        }
        table.end()
    }
}

impl<'de> Deserialize<'de> for Values {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrMore;

        impl<'de> Visitor<'de> for OneOrMore {
            type Value = Values;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number or a list of numbers")
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Values, E> {
                Ok(Values(vec![Number::Whole(number)]))
            }

            fn visit_f64<E: Error>(self, number: f64) -> Result<Values, E> {
                Ok(Values(vec![Number::Real(number)]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Values, A::Error> {
                let values: Vec<Number> = Vec::deserialize(SeqAccessDeserializer::new(seq))?;
                if values.is_empty() {
                    return Err(A::Error::custom("an empty list of settings trains nothing"));
                }
                Ok(Values(values))
            }
        }

        deserializer.deserialize_any(OneOrMore)
    }
}

/// `{ name = "dreaming", t = [10, 30] }`.
#[derive(Deserialize)]
struct Lists {
    name: Method,
    #[serde(flatten)]
    settings: BTreeMap<String, Values>,
}

impl<'de> Deserialize<'de> for Listed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NameOrTable;

        impl<'de> Visitor<'de> for NameOrTable {
            type Value = Listed;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a method or a table { name, settings of its own }")
            }

            fn visit_str<E: Error>(self, name: &str) -> Result<Listed, E> {
                let method = Method::deserialize(name.into_deserializer())?;
                Ok(Listed(vec![method.into()]))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Listed, A::Error> {
                let lists = Lists::deserialize(MapAccessDeserializer::new(map))?;
                lists.combined().map_err(A::Error::custom).map(Listed)
            }
        }

        deserializer.deserialize_any(NameOrTable)
    }
}

impl Lists {
    /// A trainer for each combination, the last setting varying fastest.
    fn combined(self) -> Result<Vec<Trainer>, String> {
        let lengths = self.settings.values().map(|Values(values)| values.len());
        let count = lengths.fold(1, usize::saturating_mul);
        if count > MOST {
            let name = self.name;
            return Err(format!(
                "{name} has {count} combinations of settings; at most {MOST} are run"
            ));
        }
        let mut all = vec![Trainer::from(self.name)];
        for (key, Values(values)) in self.settings {
            let with = |trainer: Trainer| {
                let key = &key;
                values.clone().into_iter().map(move |value| {
                    let mut trainer = trainer.clone();
                    let value = value.to_string();
                    trainer.own.push(Assignment {
                        key: key.clone(),
                        value,
                    });
                    trainer
                })
            };
            all = all.into_iter().flat_map(with).collect();
        }
        Ok(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::Figure;
    use crate::ledger::{Cell, Folder, Shard};
    use crate::reproduce::Reproduction;
    use attractor::Patterns;

    fn storage(methods: &str) -> String {
        format!(
            "kind = \"storage\"\n[full]\ndata = [\"random\"]\nneurons = 12\npatterns = 4\nrepeats = 1\nseed = 1\n\
             balance = 1.0\nmethods = {methods}\n"
        )
    }

    fn names(methods: &str) -> Vec<String> {
        let figure = Figure::parse("mine", &storage(methods), false).unwrap();
        figure.cells().into_iter().map(|cell| cell.method).collect()
    }

    #[test]
    fn every_combination_is_a_method_named_by_what_differs() {
        // What is the same for all does not set them apart.
        let listed = r#"["hebbian", { name = "perceptron", margin = [0.5, 2], epochs = 50 }]"#;
        let wanted = ["hebbian", "perceptron margin=0.5", "perceptron margin=2"];
        assert_eq!(names(listed), wanted);
        let two = r#"["dreaming", { name = "dreaming", t = 3 }, { name = "perceptron", margin = [1, 2], epochs = [5, 9] }]"#;
        let wanted = [
            "dreaming",
            "dreaming t=3",
            "perceptron epochs=5 margin=1",
            "perceptron epochs=5 margin=2",
            "perceptron epochs=9 margin=1",
            "perceptron epochs=9 margin=2",
        ];
        assert_eq!(names(two), wanted);
        assert_eq!(names(r#"[{ name = "dreaming", t = 3 }]"#), ["dreaming"]);
        let exact = r#"[{ name = "exact-sparse", balance = [0.25, 1.0] }, { name = "exact-noise", noise = 0.1 }]"#;
        let wanted = [
            "exact-sparse balance=0.25",
            "exact-sparse balance=1",
            "exact-noise",
        ];
        assert_eq!(names(exact), wanted);
        assert_eq!(Trainer::method_of(wanted[0]), Some(Method::ExactSparse));
    }

    #[test]
    fn what_stands_beside_results_comes_back() {
        let text = storage(
            r#"["hebbian", { name = "dreaming", t = [1e-3, 30] }, { name = "exact-sparse", balance = 0.25 }]"#,
        );
        let figure = Figure::parse("mine", &text, false).unwrap();
        let again = Figure::parse_kept("mine", figure.kept()).unwrap();
        assert_eq!(again.kept(), figure.kept());
        assert_eq!(again.cells(), figure.cells());
    }

    #[test]
    fn each_is_trained_with_its_own_settings() {
        let text = storage(
            r#"[{ name = "dreaming", t = [0, 2.5] }, { name = "exact-sparse", balance = [0.25, 1.0] }]"#,
        );
        let folder = tempfile::tempdir().unwrap();
        let claimed = Folder::claim(folder.path()).unwrap();
        let figure = Figure::parse("mine", &text, false).unwrap();
        let mut run = Reproduction::open(figure, &claimed).unwrap();
        run.run(Shard::WHOLE, &Control::new(), |_| {}).unwrap();
        let margin = |cell: &Cell, settings: &[&str], method: &str| {
            let patterns = Patterns::random(cell.patterns, cell.neurons, cell.seed).unwrap();
            let own: Vec<Assignment> = settings.iter().map(|s| s.parse().unwrap()).collect();
            let settings = Settings {
                balance: 0.25,
                ..Settings::default()
            };
            let mut task = Task::unarranged(&patterns, &settings, cell.seed);
            task.rule_settings = &own;
            let method: Method = method.parse().unwrap();
            method.train(&task, &Control::new()).unwrap().trained.margin
        };
        let entries = run.entries();
        let measured = |k: usize| entries[k].measured.margin;
        // A dream of no time is Hebb's rule.
        let hebb = margin(&entries[0].cell, &[], "hebbian").unwrap();
        assert!((measured(0).unwrap() - hebb).abs() < 1e-12);
        assert_eq!(
            measured(1),
            margin(&entries[1].cell, &["t=2.5"], "dreaming")
        );
        assert_eq!(measured(2), margin(&entries[2].cell, &[], "exact-sparse"));
        assert!(measured(0) != measured(1) && measured(2) != measured(3));
        let options: Vec<&str> = entries
            .iter()
            .map(|e| e.measured.options.as_str())
            .collect();
        assert_eq!(options[..2], ["t=0", "t=2.5"]);
        assert!(options[3].ends_with("balance=1"), "{}", options[3]);
    }

    #[test]
    fn mistakes_are_named() {
        let error = |methods: &str| {
            let parsed = Figure::parse("mine", &storage(methods), false);
            parsed.unwrap_err().to_string()
        };
        assert!(error(r#"[{ name = "dreaming", tt = 3 }]"#).contains("no setting `tt`; it has t"));
        assert!(error(r#"[{ name = "dreaming", t = [3, -1] }]"#).contains("`-1`"));
        assert!(error(r#"[{ name = "dreaming", t = [] }]"#).contains("empty"));
        assert!(error(r#"[{ name = "dreaming", t = "3" }]"#).contains("a number or a list"));
        assert!(error(r"[{ t = 3 }]").contains("name"));
        assert!(error(r#"[{ name = "dreaming", t = [3, 3] }]"#).contains("twice"));
        assert!(error("[7]").contains("the name of a method"));
        let exact = error(r#"[{ name = "exact-symmetric", balance = 0.5 }]"#);
        assert!(
            exact.contains("no setting `balance`; it has time-limit"),
            "{exact}"
        );
        assert!(error(r#"[{ name = "exact-sparse", balance = 2 }]"#).contains("between 0 and 1"));
        assert!(error(r#"[{ name = "exact-noise", noise = 0.7 }]"#).contains("noise"));
        let many = format!("{:?}", (1..=1001).collect::<Vec<_>>());
        assert!(
            error(&format!("[{{ name = \"dreaming\", t = {many} }}]"))
                .contains("1001 combinations")
        );
        // Of all settings, not only of a method's own.
        let unknown = storage("[\"hebbian\"]") + "balances = 0.5\n";
        let unknown = Figure::parse("mine", &unknown, false).unwrap_err();
        assert!(unknown.to_string().contains("balances"), "{unknown}");
    }
}
