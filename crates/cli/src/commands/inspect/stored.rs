//! How patterns are stored: wrong bits, margin, certified radii.

use crate::interrupt;
use crate::number::number;
use anyhow::Result;
use attractor::io::NetworkFile;
use attractor::{
    Control, Lost, Patterns, Radius, SearchedRadii, Stability, StepRadii, certified_step_radii,
    search_step_radii,
};
use serde::Serialize;
use std::fmt::Write as _;
use std::time::Duration;

/// How long radii are searched for.
#[derive(Debug, Clone, Copy)]
pub(super) struct RadiusSearch {
    pub(super) nodes: u64,
    pub(super) time_limit: Option<Duration>,
}

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
    /// `sets`, or `search` with `--search-radii`.
    radii_by: &'static str,
    /// The most nodes of a search.
    radius_nodes: Option<u64>,
    /// Patterns whose search ended at its nodes, at the time limit or by Ctrl-C.
    radius_searches_stopped: usize,
    /// The least damage that some cue shows not to be repaired, where a search found one: the radius is one less at most.
    lost_flips_synchronous: Vec<Option<usize>>,
    lost_erasures_synchronous: Vec<Option<usize>>,
    lost_flips_asynchronous: Vec<Option<usize>>,
    lost_erasures_asynchronous: Vec<Option<usize>>,
}

/// The radii of every pattern, and what a search found beside them.
struct Radii {
    certified: Vec<Option<StepRadii>>,
    searched: Option<Vec<Option<SearchedRadii>>>,
}

impl Radii {
    fn of(file: &NetworkFile, patterns: &Patterns, search: Option<RadiusSearch>) -> Result<Self> {
        let (network, ties) = (file.network(), file.metadata().ties);
        let Some(RadiusSearch { nodes, time_limit }) = search else {
            return Ok(Self {
                certified: certified_step_radii(network, patterns, ties)?,
                searched: None,
            });
        };
        let mut control = Control::new().with_interrupt(interrupt::watch()?);
        if let Some(limit) = time_limit {
            control = control.with_time_limit(limit);
        }
        let searched = search_step_radii(network, patterns, ties, nodes, &control)?;
        let radii = searched.iter().map(|found| found.map(|found| found.radii));
        Ok(Self {
            certified: radii.collect(),
            searched: Some(searched),
        })
    }

    fn certified(
        &self,
        kind: fn(&StepRadii) -> Radius,
        part: fn(Radius) -> usize,
    ) -> Vec<Option<usize>> {
        let each = self.certified.iter().map(Option::as_ref);
        each.map(|radii| radii.map(|radii| part(kind(radii))))
            .collect()
    }

    fn lost(
        &self,
        kind: fn(&SearchedRadii) -> Lost,
        part: fn(Lost) -> Option<usize>,
    ) -> Vec<Option<usize>> {
        match &self.searched {
            None => vec![None; self.certified.len()],
            Some(searched) => {
                let each = searched.iter().map(Option::as_ref);
                each.map(|found| part(kind(found?))).collect()
            }
        }
    }

    /// Patterns whose search did not end by itself.
    fn stopped(&self) -> usize {
        let searched = self.searched.iter().flatten().flatten();
        searched.filter(|found| found.stopped).count()
    }
}

impl Stored {
    pub(super) fn new(
        file: &NetworkFile,
        patterns: &Patterns,
        search: Option<RadiusSearch>,
    ) -> Result<Self> {
        let stability = Stability::of(file.network(), patterns, file.metadata().ties)?;
        let radii = Radii::of(file, patterns, search)?;
        let (flips, erasures) = (
            |radius: Radius| radius.flips,
            |radius: Radius| radius.erasures,
        );
        let (lost_flips, lost_erasures) = (|lost: Lost| lost.flips, |lost: Lost| lost.erasures);
        let wrong = |&mu: &usize| stability.wrong_in_pattern(mu) > 0;
        Ok(Self {
            patterns: patterns.count(),
            wrong_bits: stability.wrong_bits(),
            wrong_patterns: (0..patterns.count()).filter(wrong).count(),
            margin: stability.margin(),
            certified_flips: radii.certified(|radii| radii.one_step, flips),
            certified_erasures: radii.certified(|radii| radii.one_step, erasures),
            certified_flips_synchronous: radii.certified(|radii| radii.synchronous, flips),
            certified_erasures_synchronous: radii.certified(|radii| radii.synchronous, erasures),
            certified_flips_asynchronous: radii.certified(|radii| radii.asynchronous, flips),
            certified_erasures_asynchronous: radii.certified(|radii| radii.asynchronous, erasures),
            radii_by: if search.is_some() { "search" } else { "sets" },
            radius_nodes: search.map(|search| search.nodes),
            radius_searches_stopped: radii.stopped(),
            lost_flips_synchronous: radii.lost(|found| found.lost_synchronous, lost_flips),
            lost_erasures_synchronous: radii.lost(|found| found.lost_synchronous, lost_erasures),
            lost_flips_asynchronous: radii.lost(|found| found.lost_asynchronous, lost_flips),
            lost_erasures_asynchronous: radii.lost(|found| found.lost_asynchronous, lost_erasures),
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
        let none = vec![None; self.patterns];
        for (how, flips, erasures, lost) in [
            (
                "",
                &self.certified_flips,
                &self.certified_erasures,
                [&none, &none],
            ),
            (
                " in several synchronous steps",
                &self.certified_flips_synchronous,
                &self.certified_erasures_synchronous,
                [
                    &self.lost_flips_synchronous,
                    &self.lost_erasures_synchronous,
                ],
            ),
            (
                " in several asynchronous sweeps of any order",
                &self.certified_flips_asynchronous,
                &self.certified_erasures_asynchronous,
                [
                    &self.lost_flips_asynchronous,
                    &self.lost_erasures_asynchronous,
                ],
            ),
        ] {
            text += &survived(flips, lost[0], "flipped", how);
            text += &survived(erasures, lost[1], "unknown", how);
        }
        self.how_found(&mut text)?;
        Ok(text)
    }

    /// How the radii in several steps were found, and whether more may be found.
    fn how_found(&self, text: &mut String) -> Result<()> {
        match (self.radius_nodes, self.radius_searches_stopped) {
            (None, _) if self.wrong_patterns == self.patterns => {}
            (None, _) => writeln!(
                text,
                "several steps: by sets of bits; --search-radii may certify more"
            )?,
            (Some(nodes), 0) => writeln!(
                text,
                "several steps: by search, which ended within {nodes} nodes each"
            )?,
            (Some(nodes), stopped) => writeln!(
                text,
                "several steps: by search of at most {nodes} nodes each; of {stopped} patterns it was stopped, and more may be true"
            )?,
        }
        Ok(())
    }
}

/// A line on one kind of radius, if any pattern has one. Exact are those of which a cue of one more damage is lost.
fn survived(radii: &[Option<usize>], lost: &[Option<usize>], kind: &str, how: &str) -> String {
    let certified: Vec<usize> = radii.iter().copied().flatten().collect();
    let (Some(least), Some(most)) = (certified.iter().min(), certified.iter().max()) else {
        return String::new();
    };
    let count = certified.len();
    let mean = certified.iter().sum::<usize>() as f64 / count as f64;
    let pairs = radii.iter().zip(lost);
    let exact = pairs.filter(|&(radius, lost)| lost.is_some() && *lost == radius.map(|r| r + 1));
    let exact = match exact.count() {
        0 => String::new(),
        exact => format!(", exact for {exact}"),
    };
    format!(
        "certified: {count} stored patterns survive {least} to {most} {kind} bits anywhere{how}, mean {mean:.1}{exact}\n"
    )
}
