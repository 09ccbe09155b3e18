//! Checked settings of a measurement of novelty.

use super::NoveltyArgs;
use super::summary::HEADER;
use crate::commands::classify;
use crate::files::Files;
use crate::input;
use crate::output::{ChartKind, Kind, Output};
use anyhow::{Result, ensure};
use attractor::io::NetworkFile;
use attractor::{Cues, Patterns};
use attractor_lab::novelty::{Detector, Statistic};
use std::path::{Path, PathBuf};

/// Everything that is needed, checked.
pub(super) struct Judging {
    pub(super) network: NetworkFile,
    pub(super) known: Cues,
    pub(super) unknown: Cues,
    /// The stored patterns.
    pub(super) patterns: Option<Patterns>,
    /// The statistic whose threshold is saved.
    pub(super) statistic: Statistic,
    pub(super) places: Places,
    pub(super) title: String,
}

/// Where the results go.
pub(super) struct Places {
    pub(super) table: Option<Output>,
    pub(super) picture: Option<(Output, ChartKind)>,
    pub(super) detector: Option<Output>,
    pub(super) use_stdout: bool,
}

impl Judging {
    /// Checks the options, then reads network and cues. For a classifier the cues are tables.
    ///
    /// # Errors
    /// Options that contradict one another or the data, files that cannot be read or written.
    pub(super) fn new(args: &NoveltyArgs) -> Result<Self> {
        let statistic = args.statistic.unwrap_or(Statistic::SecondStep);
        ensure!(
            statistic != Statistic::Nearest,
            "--statistic nearest is the control, which needs the stored patterns; save another one"
        );
        let inputs = [&args.network, &args.known, &args.unknown];
        let inputs = inputs.into_iter().chain(args.patterns.as_ref());
        let files = Files::reading(inputs.map(PathBuf::as_path))?;
        let mut files = files.overwriting(args.force);
        let kind = args.picture.as_deref().map(ChartKind::of).transpose()?;
        let drawn = kind.map_or(Kind::Svg, ChartKind::file);
        let picture = files.optional(args.picture.as_ref(), drawn)?;
        let places = Places {
            table: files.optional(args.output.as_ref(), Kind::Table(HEADER))?,
            picture: picture.zip(kind),
            detector: files.optional(args.save.as_ref(), Kind::Report(Detector::KEYS))?,
            use_stdout: files.use_stdout(),
        };
        args.threads.start()?;
        let network = input::network(&args.network)?;
        let read = |option: &str, path: &Path| cues(option, path, &network);
        let (known, unknown) = (
            read("--known", &args.known)?,
            read("--unknown", &args.unknown)?,
        );
        let patterns = args.patterns.as_deref().map(input::patterns).transpose()?;
        Ok(Self {
            title: format!("{}: known against unknown cues", args.network.display()),
            known,
            unknown,
            patterns,
            statistic,
            places,
            network,
        })
    }
}

/// At least two cues, so that one half can choose a threshold and the other measure it.
fn cues(option: &str, path: &Path, network: &NetworkFile) -> Result<Cues> {
    let cues = match classify::cues_of(path, network)? {
        Some(cues) => cues,
        None => input::cues(path)?,
    };
    let (neurons, needed) = (cues.neurons(), network.network().neurons());
    ensure!(
        neurons == needed,
        "{option} {}: the network has {needed} neurons, the cues have {neurons}",
        path.display()
    );
    ensure!(
        cues.count() >= 2,
        "{option} {}: one cue measures nothing; give two or more",
        path.display()
    );
    Ok(cues)
}
