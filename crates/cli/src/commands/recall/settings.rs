//! Checked settings of a recall: what is recalled how, and where the results go.

use super::{OrderName, RecallArgs, UpdateName};
use crate::files::Files;
use crate::input;
use crate::output::{self, Kind, Output};
use anyhow::{Context, Result, ensure};
use attractor::io::{NetworkFile, TableFormat};
use attractor::{Cues, Order, Patterns, RecallOptions, Shape, Symmetry, Update};
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
    pub(super) options: RecallOptions,
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
        let inputs = inputs
            .into_iter()
            .chain([args.expect.as_ref(), args.patterns.as_ref()]);
        let files = Files::reading(inputs.flatten().map(PathBuf::as_path))?;
        let mut files = files.overwriting(args.force);
        let output = files.output(&args.output, Kind::Patterns)?;
        let format = output::table_format(&args.output)?;
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
            expected: expected(args.expect.as_deref(), &cues)?,
            patterns: patterns(args.patterns.as_deref(), &network)?,
            network,
            cues,
            options,
            places,
            named: format!("{} with {}", args.cues.display(), args.network.display()),
        })
    }

    /// The patterns that the network stores, where they are known.
    pub(super) fn stored(&self) -> Option<&Patterns> {
        self.patterns.as_ref().or(self.expected.as_ref())
    }
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

/// Reads the stored patterns.
fn patterns(path: Option<&Path>, network: &NetworkFile) -> Result<Option<Patterns>> {
    let Some(path) = path else { return Ok(None) };
    let patterns = input::patterns(path)?;
    let neurons = network.network().neurons();
    ensure!(
        patterns.neurons() == neurons,
        "--patterns has patterns of {} neurons, the network has {neurons}",
        patterns.neurons()
    );
    Ok(Some(patterns))
}

impl RecallArgs {
    /// Refuses options that contradict one another, before anything is read.
    fn check(&self) -> Result<()> {
        ensure!(
            self.seed.is_none() || self.order == Some(OrderName::Random),
            "--seed is for --update asynchronous --order random; nothing else here is random"
        );
        ensure!(
            self.order.is_none() || self.update != Some(UpdateName::Synchronous),
            "--order is for --update asynchronous; synchronous updates have none"
        );
        Ok(())
    }

    /// Asynchronous updates always settle if the weights are symmetric, so they are the default there.
    fn options(&self, network: &NetworkFile) -> Result<RecallOptions> {
        let symmetric = network.network().symmetry() == Symmetry::Symmetric;
        let update = match self.update {
            None if symmetric => UpdateName::Asynchronous,
            None => UpdateName::Synchronous,
            Some(update) => update,
        };
        ensure!(
            self.order.is_none() || update == UpdateName::Asynchronous,
            "--order is for asynchronous updates, and the default of directed couplings is synchronous; \
             add --update asynchronous"
        );
        let order = match self.order {
            Some(OrderName::Random) => Order::Random {
                seed: self.seed.unwrap_or(0),
            },
            Some(OrderName::Fixed) | None => Order::Fixed,
        };
        let update = match update {
            UpdateName::Asynchronous => Update::Asynchronous(order),
            UpdateName::Synchronous => Update::Synchronous,
        };
        Ok(RecallOptions::new(update).with_max_steps(self.max_steps))
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
        let receptive = network.couplings().receptive().map(|(shape, _)| shape);
        network.metadata().shape.or(receptive).with_context(|| {
            format!(
                "`{}` does not say how its {neurons} neurons are arranged; give --shape, for example --shape 9x9 \
                 (`attractor train --shape` keeps it in the file)",
                self.network.display()
            )
        })
    }
}
