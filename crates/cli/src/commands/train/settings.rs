//! Checked settings of a training: where its results go, and how to get them.

use super::TrainArgs;
use crate::files::Files;
use crate::input;
use crate::method::Method;
use crate::output::{Kind, Output};
use anyhow::{Context, Result};
use attractor::Shape;
use std::path::Path;
use std::time::Duration;

/// Keys by which a report of a training is known.
const REPORT_KEYS: &[&str] = &["wrong_bits", "lower_bound", "per_neuron"];

/// Everything that a training needs, checked.
pub(super) struct Training {
    pub(super) places: Places,
    pub(super) method: Method,
    pub(super) threads: usize,
    pub(super) seed: u64,
    pub(super) time_limit: Option<Duration>,
    pub(super) shape: Option<Shape>,
}

impl Training {
    /// Checks the options, then reads the patterns.
    ///
    /// # Errors
    /// Options that contradict one another or the patterns, files that cannot be read or written.
    pub(super) fn new(args: &TrainArgs) -> Result<Self> {
        let places = Places::prepare(args)?;
        let proof = args.proof.is_some();
        args.method.check(&args.model, args.time_limit, proof)?;
        let threads = args.threads.start()?;
        let patterns = input::patterns(&args.patterns)?;
        places.network.announce(network_bytes(patterns.neurons()));
        let mut method = Method::new(&args.method, &args.model, patterns, args.seed)?;
        if let Some(path) = &args.start {
            let known = input::network(path)?;
            method = method
                .beginning_from(known.network().clone())
                .with_context(|| path.display().to_string())?;
        }
        Ok(Self {
            places,
            method,
            threads,
            seed: args.seed,
            time_limit: args.time_limit,
            shape: args.model.shape(),
        })
    }
}

/// The size of a network file: 8 bytes a weight, but for its header.
fn network_bytes(neurons: usize) -> u64 {
    let neurons = neurons as u64;
    neurons.saturating_mul(neurons).saturating_mul(8)
}

/// Where the results go, found writable.
pub(super) struct Places {
    pub(super) network: Output,
    pub(super) report: Option<Output>,
    pub(super) proof: Option<Output>,
    pub(super) use_stdout: bool,
}

impl Places {
    fn prepare(args: &TrainArgs) -> Result<Self> {
        let asked = args.model.mask().into_iter().chain(args.start.as_deref());
        let inputs = std::iter::once(args.patterns.as_path()).chain(asked);
        let mut files = Files::reading(inputs)?.overwriting(args.force);
        let network = files.output(&args.output, Kind::Network)?;
        Ok(Self {
            network: network.not_to_terminal()?,
            report: files.optional(args.report.as_ref(), Kind::Report(REPORT_KEYS))?,
            proof: files.optional(args.proof.as_ref(), Kind::Certificate)?,
            use_stdout: files.use_stdout(),
        })
    }

    /// The network's file, if it is one.
    pub(super) fn network_path(&self) -> Option<&Path> {
        match &self.network {
            Output::File { path, .. } => Some(path),
            Output::Stdout => None,
        }
    }
}
