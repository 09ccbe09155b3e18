//! Named: which experiments are meant by a name.

use super::{ADDED, COMMITTED, Figure};
use crate::config::ConfigError;

/// The name of all experiments of the paper together.
pub const ALL: &str = "all";

/// The name of those of repair together.
pub const REPAIR: &str = "repair";

/// Fig. 6 shows the zero weights of the networks of Fig. 5.
const FIG6: (&str, &str) = ("fig6", "fig5");

/// The experiment under which the results of `name` stand.
fn own_name(name: &str) -> &str {
    if name == FIG6.0 { FIG6.1 } else { name }
}

impl Figure {
    /// An experiment of the user's own, under this name. The figures' names keep their meaning: `fig6` is `fig5`.
    ///
    /// # Errors
    /// See [`ConfigError`].
    pub fn parse_own(name: &str, text: &str, quick: bool) -> Result<Self, ConfigError> {
        Self::parse(own_name(name), text, quick)
    }

    /// The same from JSON with the file's keys and values.
    ///
    /// # Errors
    /// See [`ConfigError`].
    pub fn parse_own_json(name: &str, text: &str, quick: bool) -> Result<Self, ConfigError> {
        let invalid = |error: String| ConfigError::Invalid(error);
        let value: serde_json::Value =
            serde_json::from_str(text).map_err(|error| invalid(error.to_string()))?;
        let text = toml::to_string(&value).map_err(|error| invalid(error.to_string()))?;
        Self::parse_own(name, &text, quick)
    }
}

/// The committed experiments that a name means: a figure, [`ALL`] or [`REPAIR`]; none if it means nothing.
///
/// # Errors
/// See [`ConfigError`].
pub fn named(name: &str, quick: bool) -> Result<Vec<Figure>, ConfigError> {
    let wanted = own_name(name);
    let is_wanted = |name: &str| match wanted {
        ALL => COMMITTED.iter().any(|(own, _)| *own == name),
        REPAIR => name.ends_with("-repair"),
        wanted => name == wanted,
    };
    let every = COMMITTED.iter().chain(&ADDED);
    let chosen = every.filter(|(name, _)| is_wanted(name));
    chosen
        .map(|(name, text)| Figure::parse(name, text, quick))
        .collect()
}

/// Whether a text can name one experiment and its files: letters, digits, `-` and `_`.
pub fn is_plain(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    !name.is_empty() && name.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_as_json_is_the_same_experiment() {
        let json = r#"{
            "kind": "storage",
            "full": {
                "data": ["random"], "neurons": 9, "patterns": [2, { "from": 4, "to": 8, "step": 2 }],
                "repeats": 1, "seed": 1, "time-limit": 2.5,
                "methods": ["hebbian", { "name": "dreaming", "t": [1, 2.5] }]
            }
        }"#;
        let toml = r#"
            kind = "storage"
            [full]
            data = ["random"]
            neurons = 9
            patterns = [2, { from = 4, to = 8, step = 2 }]
            repeats = 1
            seed = 1
            time-limit = 2.5
            methods = ["hebbian", { name = "dreaming", t = [1, 2.5] }]
        "#;
        let ours = Figure::parse_own_json("mine", json, false).unwrap();
        let file = Figure::parse_own("mine", toml, false).unwrap();
        assert_eq!(ours.kept(), file.kept());
        assert!(Figure::parse_own_json("mine", r#"{"kind": null}"#, false).is_err());
        assert!(Figure::parse_own_json("mine", "{", false).is_err());
    }

    #[test]
    fn names_mean_one_or_several() {
        let names = |name| -> Vec<String> {
            let figures = named(name, true).unwrap();
            figures.iter().map(|f| f.name().to_owned()).collect()
        };
        assert_eq!(names("fig6"), ["fig5"]);
        assert_eq!(names("known"), ["known"]);
        assert_eq!(names(REPAIR), ["fig7-repair", "fig8-repair"]);
        assert_eq!(names(ALL).len(), COMMITTED.len());
        assert!(names("fig1").is_empty());
        assert!(is_plain("my-run_2") && !is_plain("a/b") && !is_plain(""));
    }
}
