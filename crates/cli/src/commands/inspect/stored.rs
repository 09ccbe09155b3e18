//! How patterns are stored: wrong bits, margin, certified radii.

use crate::number::number;
use anyhow::Result;
use attractor::io::NetworkFile;
use attractor::{Patterns, Radius, Stability, StepRadii, certified_step_radii};
use serde::Serialize;
use std::fmt::Write as _;

/// How patterns are stored.
#[derive(Debug, Serialize)]
pub(super) struct Stored {
    patterns: usize,
    wrong_bits: usize,
    /// Patterns with a wrong bit.
    wrong_patterns: usize,
    margin: Option<f64>,
    /// Flips that each pattern survives for certain, wherever they fall; null where a bit is wrong.
    certified_flips: Vec<Option<usize>>,
    /// The same for erased entries.
    certified_erasures: Vec<Option<usize>>,
    /// The same for synchronous recall in as many steps as it takes.
    certified_flips_synchronous: Vec<Option<usize>>,
    certified_erasures_synchronous: Vec<Option<usize>>,
    /// The same for asynchronous recall, in sweeps of any order.
    certified_flips_asynchronous: Vec<Option<usize>>,
    certified_erasures_asynchronous: Vec<Option<usize>>,
}

impl Stored {
    pub(super) fn new(file: &NetworkFile, patterns: &Patterns) -> Result<Self> {
        let ties = file.metadata().ties;
        let stability = Stability::of(file.network(), patterns, ties)?;
        let radii = certified_step_radii(file.network(), patterns, ties)?;
        let of = |kind: fn(&StepRadii) -> Radius, part: fn(Radius) -> usize| {
            let each = radii.iter().map(Option::as_ref);
            each.map(|radii| radii.map(|radii| part(kind(radii))))
                .collect()
        };
        let (flips, erasures) = (
            |radius: Radius| radius.flips,
            |radius: Radius| radius.erasures,
        );
        let wrong = |&mu: &usize| stability.wrong_in_pattern(mu) > 0;
        Ok(Self {
            patterns: patterns.count(),
            wrong_bits: stability.wrong_bits(),
            wrong_patterns: (0..patterns.count()).filter(wrong).count(),
            margin: stability.margin(),
            certified_flips: of(|radii| radii.one_step, flips),
            certified_erasures: of(|radii| radii.one_step, erasures),
            certified_flips_synchronous: of(|radii| radii.synchronous, flips),
            certified_erasures_synchronous: of(|radii| radii.synchronous, erasures),
            certified_flips_asynchronous: of(|radii| radii.asynchronous, flips),
            certified_erasures_asynchronous: of(|radii| radii.asynchronous, erasures),
        })
    }

    pub(super) fn text(&self) -> Result<String> {
        let mut text = String::new();
        writeln!(
            text,
            "{} patterns: {} wrong bits in {} patterns",
            self.patterns, self.wrong_bits, self.wrong_patterns
        )?;
        if let Some(margin) = self.margin {
            writeln!(text, "margin {}", number(margin))?;
        }
        let kinds = [
            ("", "flipped", &self.certified_flips),
            ("", "unknown", &self.certified_erasures),
            (
                " in several synchronous steps",
                "flipped",
                &self.certified_flips_synchronous,
            ),
            (
                " in several synchronous steps",
                "unknown",
                &self.certified_erasures_synchronous,
            ),
            (
                " in several asynchronous sweeps",
                "flipped",
                &self.certified_flips_asynchronous,
            ),
            (
                " in several asynchronous sweeps",
                "unknown",
                &self.certified_erasures_asynchronous,
            ),
        ];
        for (how, kind, radii) in kinds {
            let certified: Vec<usize> = radii.iter().copied().flatten().collect();
            if let (Some(least), Some(most)) = (certified.iter().min(), certified.iter().max()) {
                let mean = certified.iter().sum::<usize>() as f64 / certified.len() as f64;
                writeln!(
                    text,
                    "certified: {} stored patterns survive {least} to {most} {kind} bits anywhere{how}, mean {mean:.1}",
                    certified.len()
                )?;
            }
        }
        Ok(text)
    }
}
