//! What is certain of the stored patterns on the device.

use super::faults::{Faults, certified_faults};
use super::packed::Kind;
use crate::network::{Network, SizeMismatch};
use crate::patterns::Patterns;
use crate::radius::{Radius, certified_radii};
use crate::ties::Ties;

/// The most flipped entries for which broken weights are counted: the table stays one that is read.
const MOST_ROWS: usize = 16;

/// What holds wherever the damage falls, in one synchronous step and in one asynchronous sweep of any order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guarantee {
    /// Number of patterns.
    pub patterns: usize,
    /// How many of them are stored: each of their bits is right.
    pub stored: usize,
    /// What every pattern survives; `None` if one is not stored.
    pub radius: Option<Radius>,
    /// For 0, 1, … flipped entries the weights of each neuron that may break, too; empty if a pattern is not stored.
    pub faults: Vec<Faults>,
}

impl Guarantee {
    pub(super) fn new(
        network: &Network,
        patterns: &Patterns,
        ties: Ties,
        kind: Kind,
    ) -> Result<Self, SizeMismatch> {
        let radii = certified_radii(network, patterns, ties)?;
        let stored = radii.iter().flatten().count();
        let least = |of: fn(&Radius) -> usize| radii.iter().flatten().map(of).min().unwrap_or(0);
        let radius = (stored == radii.len()).then(|| Radius {
            flips: least(|radius| radius.flips),
            erasures: least(|radius| radius.erasures),
        });
        let faults = match radius {
            Some(radius) => {
                let most = radius.flips.min(MOST_ROWS - 1);
                certified_faults(network, patterns, ties, most, kind.largest())?
            }
            None => Vec::new(),
        };
        Ok(Self {
            patterns: patterns.count(),
            stored,
            radius,
            faults,
        })
    }

    /// The same in sentences, a line each.
    pub fn lines(&self) -> Vec<String> {
        let Some(radius) = self.radius else {
            return vec![format!(
                "{} of {} patterns are stored; nothing is guaranteed of all of them",
                self.stored, self.patterns
            )];
        };
        let mut lines = vec![format!(
            "all {} patterns are stored; each is recalled, in one synchronous step and in one sweep of any order, \
             from every cue within {} flipped entries, and from every cue with at most {} unknown entries and no wrong one",
            self.patterns, radius.flips, radius.erasures
        )];
        lines.push(
            "so many weights of each neuron may break besides, lost (read as 0) or stuck (at any value):"
                .to_owned(),
        );
        lines.push("  flipped entries   lost   stuck".to_owned());
        lines.extend(self.faults.iter().map(|faults| {
            let Faults { flips, lost, stuck } = faults;
            format!("  {flips:15}   {lost:4}   {stuck:5}")
        }));
        lines
    }
}
