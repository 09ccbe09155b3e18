//! Checked settings of a recall: what is recalled how, and where the results go.

use super::{RecallArgs, clamp};
use crate::files::Files;
use crate::input;
use crate::output::{self, Kind, Output};
use anyhow::{Context, Result, ensure};
use attractor::io::{NetworkFile, TableFormat};
use attractor::{Cues, Patterns, RecallOptions, Shape, Update};
use attractor_lab::novelty::Detector;
use std::path::{Path, PathBuf};

/// Keys by which a report of a recall is known.
const REPORT_KEYS: &[&str] = &["update", "endings", "per_cue"];

/// Everything that a recall needs, checked.
pub(super) struct Recalling {
    pub(super) network: NetworkFile,
    pub(super) cues: Cues,
    /// The undamaged patterns, one a cue.
    pub(super) expected: Option<Patterns>,
    /// The patterns that the network stores, if they are others than these.
    patterns: Option<Patterns>,
    /// Which cues are left unanswered.
    pub(super) detector: Option<Detector>,
    pub(super) options: RecallOptions,
    /// Whether the report lists every step.
    pub(super) trace: bool,
    pub(super) places: Places,
    /// Network and cues, for messages.
    pub(super) named: String,
}

/// Where the results go.
pub(super) struct Places {
    pub(super) output: Output,
    pub(super) format: TableFormat,
    pub(super) picture: Option<(Output, Shape)>,
    pub(super) report: Option<Output>,
    pub(super) use_stdout: bool,
}

impl Recalling {
    /// Checks the options, then reads network and cues.
    ///
    /// # Errors
    /// Options that contradict one another or the data, files that cannot be read or written.
    pub(super) fn new(args: &RecallArgs) -> Result<Self> {
        args.check()?;
        let inputs = [Some(&args.network), Some(&args.cues)];
        let more = [
            &args.expect,
            &args.patterns,
            &args.clamp_mask,
            &args.novelty,
        ];
        let inputs = inputs.into_iter().chain(more.map(Option::as_ref));
        let files = Files::reading(inputs.flatten().map(PathBuf::as_path))?;
        let mut files = files.overwriting(args.force);
        let output = files.output(&args.output, Kind::Patterns)?;
        let format = output::table_format(&args.output)?;
        ensure!(
            args.novelty.is_none() || format != TableFormat::Npy,
            "`{}`: a .npy file cannot hold cues that have no answer; with --novelty write .csv or .txt",
            args.output.display()
        );
        let picture = files.png(args.picture.as_ref())?;
        let report = files.optional(args.report.as_ref(), Kind::Report(REPORT_KEYS))?;
        let use_stdout = files.use_stdout();
        args.threads.start()?;
        let network = input::network(&args.network)?;
        let options = args.options(&network)?;
        let picture = picture.map(|picture| anyhow::Ok((picture, args.shape(&network)?)));
        let places = Places {
            output,
            format,
            picture: picture.transpose()?,
            report,
            use_stdout,
        };
        let cues = input::cues(&args.cues)?;
        Ok(Self {
            detector: detector(args.novelty.as_deref(), &network)?,
            expected: expected(args.expect.as_deref(), &cues)?,
            patterns: input::stored(args.patterns.as_deref(), &network)?,
            network,
            cues,
            options,
            trace: args.trace,
            places,
            named: format!("{} with {}", args.cues.display(), args.network.display()),
        })
    }

    /// The patterns that the network stores, where they are known.
    pub(super) fn stored(&self) -> Option<&Patterns> {
        self.patterns.as_ref().or(self.expected.as_ref())
    }
}

/// Reads when a cue is unknown to this network.
fn detector(path: Option<&Path>, network: &NetworkFile) -> Result<Option<Detector>> {
    let Some(path) = path else { return Ok(None) };
    let detector = Detector::read(path, network.network());
    Ok(Some(detector.with_context(|| path.display().to_string())?))
}

/// Reads the undamaged patterns, one a cue.
fn expected(path: Option<&Path>, cues: &Cues) -> Result<Option<Patterns>> {
    let Some(path) = path else { return Ok(None) };
    let expected = input::patterns(path)?;
    ensure!(
        expected.count() == cues.count() && expected.neurons() == cues.neurons(),
        "--expect has {} patterns of {} neurons, there are {} cues of {}",
        expected.count(),
        expected.neurons(),
        cues.count(),
        cues.neurons()
    );
    Ok(Some(expected))
}

impl RecallArgs {
    /// Refuses options that contradict one another, before anything is read.
    fn check(&self) -> Result<()> {
        self.dynamics.check()?;
        ensure!(
            self.beta.is_none() || !self.dynamics.is_given(),
            "--beta has its own updates: one neuron after another in random orders; leave --update and --order away"
        );
        if let Some(beta) = self.beta {
            ensure!(
                beta.is_finite() && beta >= 0.0,
                "--beta must be a number of at least 0, not {beta}"
            );
        }
        ensure!(
            self.seed.is_none() || self.dynamics.is_random() || self.beta.is_some(),
            "--seed is for --update asynchronous --order random and for --beta; nothing else here is random"
        );
        Ok(())
    }

    fn options(&self, network: &NetworkFile) -> Result<RecallOptions> {
        let seed = self.seed.unwrap_or(0);
        let options = match self.beta {
            Some(beta) => self.dynamics.limited(Update::Glauber { beta, seed }),
            None => self.dynamics.options(network, seed)?,
        };
        let clamped = match (&self.clamp, &self.clamp_mask) {
            (Some(listed), _) => listed.0.clone(),
            (None, Some(mask)) => clamp::of_mask(mask, network.network().neurons())?,
            (None, None) => Vec::new(),
        };
        Ok(options.with_clamped(clamped))
    }

    /// The shape asked for, or that of the network.
    fn shape(&self, network: &NetworkFile) -> Result<Shape> {
        let neurons = network.network().neurons();
        if let Some(shape) = self.shape {
            ensure!(
                shape.neurons() == neurons,
                "--shape {shape} has {} pixels, the network has {neurons} neurons",
                shape.neurons()
            );
            return Ok(shape);
        }
        network.image_shape().with_context(|| {
            format!(
                "`{}` does not say how its {neurons} neurons are arranged; give --shape, for example --shape 9x9 \
                 (`attractor train --shape` keeps it in the file)",
                self.network.display()
            )
        })
    }
}
