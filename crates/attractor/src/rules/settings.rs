//! The numbers that are a rule's own: what they are called, where they may lie, and how a text sets them.

use serde::Serialize;
use std::fmt;
use std::str::FromStr;

/// A number of a rule's own, at its place in the rule.
#[derive(Debug)]
pub struct Setting<'a> {
    name: &'static str,
    meaning: &'static str,
    range: Range,
    place: Place<'a>,
}

#[derive(Debug)]
enum Place<'a> {
    Number(&'a mut f64),
    Count(&'a mut usize),
}

/// Where a setting may lie. Numbers are finite.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Range {
    /// At least this.
    AtLeast(f64),
    /// Above this.
    Above(f64),
    /// From the first, which belongs to it, to the second, which does not.
    From(f64, f64),
    /// Above the first and below the second.
    Between(f64, f64),
}

/// A setting as a user reads of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SettingCard {
    /// What it is called.
    pub name: &'static str,
    /// What it does.
    pub meaning: &'static str,
    /// Where it may lie.
    pub range: String,
    /// What it is unless it is set.
    pub default: String,
}

/// `KEY=VALUE`: a setting that is asked for by name.
///
/// ```
/// use attractor::rules::Assignment;
/// let asked: Assignment = "t=30".parse()?;
/// assert_eq!((asked.key.as_str(), asked.value.as_str()), ("t", "30"));
/// # Ok::<(), attractor::rules::SettingError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// The setting's name.
    pub key: String,
    /// Its value, a number.
    pub value: String,
}

/// Why a setting cannot be had.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SettingError {
    /// A text that is no assignment.
    #[error("`{0}` sets nothing; write KEY=VALUE, for example t=30")]
    Syntax(String),
    /// The rule has no setting of that name.
    #[error("rule `{rule}` has no setting `{key}`; {}", known_settings(known))]
    Unknown {
        /// The rule's name.
        rule: &'static str,
        /// The name asked for.
        key: String,
        /// The names that there are.
        known: Vec<&'static str>,
    },
    /// One setting twice.
    #[error("the setting `{0}` is given twice; give it once")]
    Twice(String),
    /// A value that is no such number, or not where it may lie.
    #[error("the setting `{key}` must be a {kind} {range}, not `{value}`")]
    Value {
        /// The setting's name.
        key: &'static str,
        /// `number` or `whole number`.
        kind: &'static str,
        /// Where it may lie.
        range: Range,
        /// The value asked for.
        value: String,
    },
}

fn known_settings(known: &[&str]) -> String {
    if known.is_empty() {
        return "it has none".to_owned();
    }
    format!("it has {}", known.join(", "))
}

impl FromStr for Assignment {
    type Err = SettingError;

    fn from_str(text: &str) -> Result<Self, SettingError> {
        match text.split_once('=') {
            Some((key, value)) if !key.trim().is_empty() => Ok(Self {
                key: key.trim().to_owned(),
                value: value.trim().to_owned(),
            }),
            _ => Err(SettingError::Syntax(text.to_owned())),
        }
    }
}

impl fmt::Display for Assignment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.key, self.value)
    }
}

impl Range {
    fn contains(self, value: f64) -> bool {
        value.is_finite()
            && match self {
                Self::AtLeast(least) => value >= least,
                Self::Above(bound) => value > bound,
                Self::From(least, end) => value >= least && value < end,
                Self::Between(low, high) => value > low && value < high,
            }
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtLeast(least) => write!(f, "of at least {least}"),
            Self::Above(bound) => write!(f, "above {bound}"),
            Self::From(least, end) => write!(f, "of at least {least} and below {end}"),
            Self::Between(low, high) => write!(f, "above {low} and below {high}"),
        }
    }
}

impl<'a> Setting<'a> {
    /// A number.
    pub fn number(
        name: &'static str,
        meaning: &'static str,
        range: Range,
        place: &'a mut f64,
    ) -> Self {
        Self {
            name,
            meaning,
            range,
            place: Place::Number(place),
        }
    }

    /// A whole number of at least `least`.
    pub fn count(
        name: &'static str,
        meaning: &'static str,
        least: usize,
        place: &'a mut usize,
    ) -> Self {
        Self {
            name,
            meaning,
            range: Range::AtLeast(least as f64),
            place: Place::Count(place),
        }
    }

    /// What it is called.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The value that it has.
    pub fn value(&self) -> f64 {
        match &self.place {
            Place::Number(value) => **value,
            Place::Count(value) => **value as f64,
        }
    }

    fn text(&self) -> String {
        match &self.place {
            Place::Number(value) => value.to_string(),
            Place::Count(value) => value.to_string(),
        }
    }

    /// What a user reads of it; its value is the default.
    pub fn card(&self) -> SettingCard {
        SettingCard {
            name: self.name,
            meaning: self.meaning,
            range: self.range.to_string(),
            default: self.text(),
        }
    }

    /// Sets it.
    ///
    /// # Errors
    /// [`SettingError::Value`].
    pub fn set(&mut self, text: &str) -> Result<(), SettingError> {
        let parsed = match &mut self.place {
            Place::Number(place) => text.parse().map(|value| **place = value).is_ok(),
            Place::Count(place) => text.parse().map(|value| **place = value).is_ok(),
        };
        if parsed {
            return self.check();
        }
        Err(self.refused(text.to_owned()))
    }

    /// Refuses a value out of range.
    ///
    /// # Errors
    /// [`SettingError::Value`].
    pub fn check(&self) -> Result<(), SettingError> {
        if self.range.contains(self.value()) {
            return Ok(());
        }
        Err(self.refused(self.text()))
    }

    fn refused(&self, value: String) -> SettingError {
        SettingError::Value {
            key: self.name,
            kind: match self.place {
                Place::Number(_) => "number",
                Place::Count(_) => "whole number",
            },
            range: self.range,
            value,
        }
    }
}
