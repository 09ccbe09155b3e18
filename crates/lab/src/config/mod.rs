//! Configuration of the experiments: one commented TOML file a figure, with a full and a quick setting.

mod checks;
mod classify;
mod defaults;
mod gallery;
mod grid;
mod novelty;
mod source;
mod storage;

pub(crate) use checks::check_distinct;
pub use checks::{ConfigError, shapes_of};
pub use classify::Classify;
pub use gallery::Gallery;
pub use grid::Grid;
pub use novelty::{Flips, Novelty};
pub use source::Source;
pub(crate) use source::{name_of, plain};
pub use storage::Storage;

use attractor::Shape;
use serde::{Deserialize, Serialize};

/// The settings of one experiment, by kind.
#[derive(Debug, Clone, PartialEq)]
pub enum Experiment {
    /// Wrong bits against the number of patterns.
    Storage(Storage),
    /// Accuracy against examples and against missing data.
    Classify(Classify),
    /// Weights and recall on one set of images.
    Gallery(Gallery),
    /// Known patterns told from unknown ones.
    Novelty(Novelty),
}

/// What is needed to know how to read the rest of a file.
#[derive(Deserialize)]
struct Head {
    kind: Kind,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Storage,
    Classify,
    Gallery,
    Novelty,
}

/// A figure's file: its kind, its title, and its settings, once or twice.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File<T> {
    #[serde(rename = "kind")]
    _kind: Kind,
    title: Option<String>,
    full: T,
    quick: Option<T>,
}

/// What stands beside results: a figure's file with the chosen settings alone.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept<T> {
    kind: Kind,
    title: String,
    settings: T,
}

/// The title and the chosen settings of a figure's file. Without a title it says what is run.
///
/// # Errors
/// [`ConfigError`]: also of own data that are not there or too few.
pub fn parse(text: &str, quick: bool) -> Result<(String, Experiment), ConfigError> {
    fn choose<T>(file: File<T>, quick: bool) -> Result<(Option<String>, T), ConfigError> {
        let settings = if quick { file.quick } else { Some(file.full) };
        let without = || {
            ConfigError::Invalid("quick: there is no [quick] setting; leave out --quick".to_owned())
        };
        Ok((file.title, settings.ok_or_else(without)?))
    }
    let head: Head = toml::from_str(text)?;
    let (title, mut experiment) = match head.kind {
        Kind::Storage => {
            let (title, settings) = choose(toml::from_str(text)?, quick)?;
            (title, Experiment::Storage(settings))
        }
        Kind::Classify => {
            let (title, settings) = choose(toml::from_str(text)?, quick)?;
            (title, Experiment::Classify(settings))
        }
        Kind::Gallery => {
            let (title, settings) = choose(toml::from_str(text)?, quick)?;
            (title, Experiment::Gallery(settings))
        }
        Kind::Novelty => {
            let (title, settings) = choose(toml::from_str(text)?, quick)?;
            (title, Experiment::Novelty(settings))
        }
    };
    experiment.pin()?;
    let title = title.unwrap_or_else(|| experiment.title());
    Ok((title, experiment))
}

impl Experiment {
    /// Ties own files to what they hold now.
    fn pin(&mut self) -> Result<(), ConfigError> {
        match self {
            Self::Storage(settings) => {
                settings.check()?;
                let (sizes, needed) = (settings.sizes()?, settings.needed());
                let mut all = settings.data.iter_mut();
                all.try_for_each(|source| source.pin(&sizes, needed))
            }
            Self::Gallery(settings) => {
                settings.check()?;
                let size = settings.size()?;
                settings.data.pin(&[size], settings.patterns)
            }
            Self::Novelty(settings) => {
                settings.check()?;
                let (size, needed) = (settings.size()?, settings.needed());
                settings.data.pin(&[size], needed)
            }
            Self::Classify(_) => Ok(()),
        }
    }

    /// What is run, where the file has no title.
    fn title(&self) -> String {
        let neurons = |size: Result<Shape, ConfigError>| {
            size.map_or_else(|_| String::new(), |size| size.neurons().to_string())
        };
        match self {
            Self::Storage(settings) => {
                let data: Vec<String> = settings.data.iter().map(Source::label).collect();
                let sizes = settings.sizes().unwrap_or_default();
                let sizes: Vec<String> = sizes.iter().map(|s| s.neurons().to_string()).collect();
                format!("Storage: {}, N = {}", data.join(", "), sizes.join(", "))
            }
            Self::Gallery(settings) => {
                let what = if settings.noise_percent.is_some() {
                    "Recall under noise"
                } else {
                    "Networks"
                };
                let (data, count) = (settings.data.label(), settings.patterns);
                format!(
                    "{what}: {data}, N = {}, P = {count}",
                    neurons(settings.size())
                )
            }
            Self::Classify(settings) => format!("Classification: {}", settings.data.join(", ")),
            Self::Novelty(settings) => {
                let data = settings.data.label();
                format!("Known or unknown: {data}, N = {}", neurons(settings.size()))
            }
        }
    }
}

/// Title and settings from what [`kept_text`] wrote beside results.
///
/// # Errors
/// [`ConfigError::Toml`].
pub fn parse_kept(text: &str) -> Result<(String, Experiment), ConfigError> {
    let head: Head = toml::from_str(text)?;
    Ok(match head.kind {
        Kind::Storage => {
            let kept: Kept<Storage> = toml::from_str(text)?;
            (kept.title, Experiment::Storage(kept.settings))
        }
        Kind::Classify => {
            let kept: Kept<Classify> = toml::from_str(text)?;
            (kept.title, Experiment::Classify(kept.settings))
        }
        Kind::Gallery => {
            let kept: Kept<Gallery> = toml::from_str(text)?;
            (kept.title, Experiment::Gallery(kept.settings))
        }
        Kind::Novelty => {
            let kept: Kept<Novelty> = toml::from_str(text)?;
            (kept.title, Experiment::Novelty(kept.settings))
        }
    })
}

/// The text that stands beside results and guards them: equal settings are equal texts.
///
/// # Errors
/// [`ConfigError::Invalid`] for numbers that TOML cannot hold.
pub fn kept_text(title: &str, experiment: &Experiment) -> Result<String, ConfigError> {
    fn text<T: Serialize>(kind: Kind, title: &str, settings: &T) -> Result<String, ConfigError> {
        let kept = Kept {
            kind,
            title: title.to_owned(),
            settings,
        };
        toml::to_string(&kept).map_err(|error| ConfigError::Invalid(error.to_string()))
    }
    match experiment {
        Experiment::Storage(settings) => text(Kind::Storage, title, settings),
        Experiment::Classify(settings) => text(Kind::Classify, title, settings),
        Experiment::Gallery(settings) => text(Kind::Gallery, title, settings),
        Experiment::Novelty(settings) => text(Kind::Novelty, title, settings),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::{ADDED, COMMITTED, Figure};
    use crate::trainer::Trainer;
    use std::collections::BTreeMap;

    #[test]
    fn the_committed_files_are_valid_and_kept_texts_come_back() {
        for (name, text) in COMMITTED.into_iter().chain(ADDED) {
            for quick in [false, true] {
                let figure = Figure::parse(name, text, quick).unwrap();
                let again = Figure::parse_kept(name, figure.kept()).unwrap();
                assert_eq!(again.kept(), figure.kept());
            }
        }
    }

    /// Results of earlier versions can be gone on with.
    #[test]
    fn texts_beside_the_kept_results_come_back() {
        let results = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../results");
        // A package has none.
        let folders = ["full", "quick", "repair"].map(|name| results.join(name));
        let files = folders.iter().filter_map(|folder| folder.read_dir().ok());
        for file in files.flatten().map(|file| file.unwrap().path()) {
            if file.extension().is_some_and(|e| e == "toml") {
                let text = std::fs::read_to_string(&file).unwrap();
                let name = file.file_stem().unwrap().to_string_lossy();
                let figure = Figure::parse_kept(&name, &text).unwrap();
                assert_eq!(figure.kept(), text, "{}", file.display());
            }
        }
    }

    #[test]
    fn mistakes_are_named() {
        let text = include_str!("../../figures/fig3.toml");
        let error = |text: &str| parse(text, true).unwrap_err().to_string();
        assert!(error(&text.replace("repeats", "repeat")).contains("repeat"));
        assert!(error(&text.replace("hebbian", "hebian")).contains("hebian"));
        assert!(error(&text.replace("storage", "sorting")).contains("sorting"));
        let empty = [
            ("repeats = ", "repeats = 0 # "),
            ("methods = [", "methods = [] # ["),
        ];
        for (found, instead) in empty {
            let name = found.split(' ').next().unwrap();
            let text = text.replace(found, instead);
            let error = Figure::parse("fig3", &text, true).unwrap_err().to_string();
            assert!(error.starts_with(name), "{error}");
        }
        let absurd = [
            ("repeats = ", "repeats = 9223372036854775807 # ", "repeats"),
            (
                "patterns = ",
                "patterns = { from = 1, to = 9223372036854775807, step = 1 } # ",
                "patterns",
            ),
            (
                "patterns = ",
                "patterns = { from = 1, to = 1000000, step = 1 } # ",
                "repeats",
            ),
            ("shapes = ", "shapes = [\"256x256\"] # ", "shapes"),
            (
                "methods = [",
                "methods = [\"hebbian\", \"hebbian\"] # [",
                "methods",
            ),
            ("seed = ", "y-max = nan\nseed = ", "y-max"),
            ("seed = ", "detail = -1.0\nseed = ", "detail"),
            ("seed = ", "zero-share = \"../up\"\nseed = ", "zero-share"),
            ("seed = ", "radius = inf\nseed = ", "radius"),
        ];
        for (found, instead, name) in absurd {
            let text = text.replace(found, instead);
            let error = Figure::parse("fig3", &text, true).unwrap_err().to_string();
            assert!(error.starts_with(name), "{error}");
        }
        let wrong = text.replace("9x9", "9");
        let error = Figure::parse("fig3", &wrong, false).unwrap_err();
        assert!(error.to_string().contains("`9`"));
    }

    /// `tune.py` writes what it has chosen; the figure holds it a second time.
    #[test]
    fn the_rules_of_fig_7_take_what_was_tuned_on_other_digits() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../benchmarks/tuned.json");
        let text = std::fs::read_to_string(path).unwrap();
        let tuned: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
        for quick in [false, true] {
            let text = include_str!("../../figures/fig7-repair.toml");
            let Experiment::Gallery(gallery) = parse(text, quick).unwrap().1 else {
                panic!("no gallery");
            };
            let told = gallery.methods.iter().filter(|m| !m.own().is_empty());
            let told: Vec<&Trainer> = told.collect();
            assert!(!told.is_empty());
            for trainer in told {
                // The same rule with another schedule by default.
                let name = trainer.method().name();
                let rule = name.trim_end_matches("-tuned");
                let is_own = |one: &&serde_json::Value| {
                    one["rule"] == rule && one["couplings"] == "symmetric"
                };
                let chosen = &tuned.iter().find(is_own).unwrap()["settings"];
                let chosen: BTreeMap<String, f64> = serde_json::from_value(chosen.clone()).unwrap();
                let own = trainer.own().iter();
                let own: BTreeMap<String, f64> = own
                    .map(|own| (own.key.clone(), own.value.parse().unwrap()))
                    .collect();
                assert_eq!(own, chosen, "{name}");
            }
        }
    }
}
