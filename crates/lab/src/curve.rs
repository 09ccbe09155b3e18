//! Curve: wrong bits of one method against the number of patterns, and how far it stores.

use crate::ledger::Entry;
use crate::plot::Point;
use attractor::Ties;
use std::collections::BTreeMap;
use std::fmt;

/// All repeats of one method on one source of patterns at one size, by P.
#[derive(Debug, Clone, Default)]
pub struct Curve<'a> {
    ties: Ties,
    by_load: BTreeMap<usize, Vec<&'a Entry>>,
}

/// How far a method stores: up to the largest measured P such that it and every smaller one are within the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stored {
    /// That P; None if even the smallest measured one is beyond.
    pub to: Option<usize>,
    /// The next measured P, which is beyond the limit; None if none was measured.
    pub beyond: Option<usize>,
}

impl fmt::Display for Stored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.to, self.beyond) {
            (Some(to), Some(beyond)) if beyond == to + 1 => write!(f, "{to}"),
            (Some(to), Some(beyond)) => write!(f, "{to} (not {beyond})"),
            (Some(to), None) => write!(f, "at least {to}"),
            (None, Some(beyond)) => write!(f, "less than {beyond}"),
            (None, None) => write!(f, "not measured"),
        }
    }
}

impl<'a> Curve<'a> {
    /// The entries of this method among `entries`, bits counted under `ties`.
    pub fn of(entries: &'a [Entry], data: &str, neurons: usize, method: &str, ties: Ties) -> Self {
        let mut by_load: BTreeMap<usize, Vec<&Entry>> = BTreeMap::new();
        let own = entries.iter().filter(|e| {
            e.cell.method == method && e.cell.data == data && e.cell.neurons == neurons
        });
        for entry in own {
            by_load.entry(entry.cell.patterns).or_default().push(entry);
        }
        Self { ties, by_load }
    }

    /// Every entry, P ascending.
    pub fn entries(&self) -> impl Iterator<Item = &'a Entry> + '_ {
        self.by_load.values().flatten().copied()
    }

    /// The measured P, ascending, with the mean of a quantity over the repeats that have it.
    pub fn means(&self, value: impl Fn(&Entry) -> Option<f64>) -> Vec<(usize, f64)> {
        let mean = |(&p, entries): (&usize, &Vec<&Entry>)| {
            let values: Vec<f64> = entries.iter().filter_map(|e| value(e)).collect();
            (!values.is_empty()).then(|| (p, values.iter().sum::<f64>() / values.len() as f64))
        };
        self.by_load.iter().filter_map(mean).collect()
    }

    /// Mean wrong bits per pattern at each P.
    pub fn wrong_bits(&self) -> Vec<(usize, f64)> {
        self.means(|e| Some(self.wrong(e)? as f64 / e.cell.patterns as f64))
    }

    /// Instances without a wrong bit in percent at each P, with their confidence interval.
    pub fn stored_share(&self) -> Vec<Point> {
        let wrong = |e: &Entry| self.wrong(e);
        let share = |(&p, entries): (&usize, &Vec<&Entry>)| {
            let counts: Vec<usize> = entries.iter().filter_map(|e| wrong(e)).collect();
            let hits = counts.iter().filter(|&&count| count == 0).count();
            (!counts.is_empty()).then(|| Point::percent_of(p as f64, hits, counts.len()))
        };
        self.by_load.iter().filter_map(share).collect()
    }

    /// Wrong bits of a network under this curve's tie rule.
    fn wrong(&self, entry: &Entry) -> Option<usize> {
        match self.ties {
            Ties::Negative => entry.measured.wrong_bits,
            Ties::Strict => entry.measured.wrong_bits_strict,
        }
    }

    /// How far the mean wrong bits per pattern stay at or below `limit`.
    pub fn stored(&self, limit: f64) -> Stored {
        stored(&self.wrong_bits(), limit)
    }
}

/// How far a curve stays at or below `limit`.
pub fn stored(means: &[(usize, f64)], limit: f64) -> Stored {
    let fails = means.iter().position(|&(_, mean)| mean > limit);
    let within = &means[..fails.unwrap_or(means.len())];
    Stored {
        to: within.last().map(|&(p, _)| p),
        beyond: fails.map(|k| means[k].0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn storage_ends_at_the_first_failure() {
        let means = [(5, 0.0), (10, 0.4), (15, 0.0), (20, 3.0)];
        assert_eq!(stored(&means, 0.0).to_string(), "5 (not 10)");
        assert_eq!(stored(&means, 0.5).to_string(), "15 (not 20)");
        assert_eq!(stored(&means, 5.0).to_string(), "at least 20");
        assert_eq!(stored(&means[3..], 1.0).to_string(), "less than 20");
    }
}
