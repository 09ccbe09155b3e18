//! Grid: the numbers along an axis of an experiment.

use super::checks::ConfigError;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Error, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use std::fmt;

/// A range of whole numbers, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Range {
    /// First.
    from: usize,
    /// Last, if a step hits it.
    to: usize,
    /// At least 1.
    step: usize,
}

/// Ascending whole numbers from 1: one number, one range, `{ from = 1, to = 9, step = 2 }`, or a list of these, finer where
/// it matters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Grid(Vec<Range>);

impl Grid {
    /// The numbers, ascending.
    pub fn values(&self) -> impl Iterator<Item = usize> + '_ {
        let of = |range: &Range| (range.from..=range.to).step_by(range.step.max(1));
        self.0.iter().flat_map(of)
    }

    /// The largest number; 0 if there is none.
    pub fn last(&self) -> usize {
        self.0.last().map_or(0, |range| {
            let steps = range.to.saturating_sub(range.from) / range.step.max(1);
            range.from + steps * range.step
        })
    }

    /// How many numbers there are.
    pub(super) fn count(&self) -> usize {
        let of = |range: &Range| {
            (range.to.saturating_sub(range.from) / range.step.max(1)).saturating_add(1)
        };
        self.0.iter().map(of).fold(0, usize::saturating_add)
    }

    /// Checks that the numbers ascend from 1 or more and end at `most` or before; `what` is the key they stand under.
    pub(super) fn check(&self, what: &str, most: usize) -> Result<(), ConfigError> {
        let invalid = |text: String| Err(ConfigError::Invalid(format!("{what}: {text}")));
        for range in &self.0 {
            if range.from < 1 || range.from > range.to || range.step < 1 {
                return invalid(format!(
                    "from {} to {} step {} is no range of numbers from 1",
                    range.from, range.to, range.step
                ));
            }
        }
        if self.0.is_empty() {
            return invalid("there must be at least one range".to_owned());
        }
        if !self.0.windows(2).all(|pair| pair[0].to < pair[1].from) {
            return invalid("each range must begin beyond the one before it".to_owned());
        }
        if self.last() > most {
            return invalid(format!("{} is more than {most}", self.last()));
        }
        Ok(())
    }
}

/// One number or one range.
struct Part(Range);

impl<'de> Deserialize<'de> for Part {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NumberOrRange;

        impl<'de> Visitor<'de> for NumberOrRange {
            type Value = Part;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number or a range { from, to, step }")
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Part, E> {
                let number = usize::try_from(number)
                    .map_err(|_| E::custom(format!("{number} is no number from 1")))?;
                let (from, to) = (number, number);
                Ok(Part(Range { from, to, step: 1 }))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Part, A::Error> {
                Range::deserialize(MapAccessDeserializer::new(map)).map(Part)
            }
        }

        deserializer.deserialize_any(NumberOrRange)
    }
}

impl<'de> Deserialize<'de> for Grid {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrMore;

        impl<'de> Visitor<'de> for OneOrMore {
            type Value = Grid;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number, a range { from, to, step } or a list of these")
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Grid, E> {
                let Part(range) = Part::deserialize(number.into_deserializer())?;
                Ok(Grid(vec![range]))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Grid, A::Error> {
                let range = Range::deserialize(MapAccessDeserializer::new(map))?;
                Ok(Grid(vec![range]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Grid, A::Error> {
                let parts: Vec<Part> = Vec::deserialize(SeqAccessDeserializer::new(seq))?;
                Ok(Grid(parts.into_iter().map(|Part(range)| range).collect()))
            }
        }

        deserializer.deserialize_any(OneOrMore)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    struct Holder {
        grid: Grid,
    }

    fn grid(text: &str) -> Result<Grid, toml::de::Error> {
        toml::from_str::<Holder>(&format!("grid = {text}")).map(|holder| holder.grid)
    }

    #[test]
    fn one_range_or_several() {
        let one = grid("{ from = 1, to = 8, step = 3 }").unwrap();
        assert_eq!(one.values().collect::<Vec<_>>(), [1, 4, 7]);
        let two =
            grid("[{ from = 5, to = 10, step = 5 }, { from = 11, to = 12, step = 1 }]").unwrap();
        assert_eq!(two.values().collect::<Vec<_>>(), [5, 10, 11, 12]);
        assert_eq!((two.last(), two.count()), (12, 4));
        two.check("P", 12).unwrap();
        let endless = grid("{ from = 1, to = 9223372036854775807, step = 1 }").unwrap();
        assert_eq!(endless.count(), i64::MAX as usize);
        assert!(endless.check("P", 1000).is_err());
    }

    #[test]
    fn plain_numbers_stand_for_themselves() {
        assert_eq!(grid("7").unwrap().values().collect::<Vec<_>>(), [7]);
        let mixed = grid("[1, 5, { from = 10, to = 30, step = 10 }]").unwrap();
        assert_eq!(mixed.values().collect::<Vec<_>>(), [1, 5, 10, 20, 30]);
        mixed.check("P", 30).unwrap();
        assert!(grid("[5, 1]").unwrap().check("P", 30).is_err());
    }

    #[test]
    fn mistakes_are_named() {
        let text = grid("{ from = 1, to = 8, stride = 3 }")
            .unwrap_err()
            .to_string();
        assert!(text.contains("stride"), "{text}");
        assert!(grid("\"7\"").unwrap_err().to_string().contains("a range"));
        assert!(grid("[5, -7]").unwrap_err().to_string().contains("-7"));
        let refused = |text: &str| grid(text).unwrap().check("P", 20).unwrap_err().to_string();
        assert!(refused("[]").contains("at least one"));
        assert!(refused("{ from = 0, to = 3, step = 1 }").contains("from 0"));
        assert!(refused("{ from = 3, to = 30, step = 1 }").contains("more than 20"));
        let back = "[{ from = 5, to = 9, step = 1 }, { from = 9, to = 12, step = 1 }]";
        assert!(refused(back).contains("beyond"));
    }
}
