//! Checked settings of a recall: what is recalled how, and where the results go.

use super::{OrderName, RecallArgs, UpdateName};
use crate::files::Files;
use crate::input;
use crate::output::{self, Output};
use anyhow::{Result, ensure};
use attractor::io::{NetworkFile, TableFormat};
use attractor::{Cues, Order, Patterns, RecallOptions, Shape, Update};
use std::path::Path;

/// Everything that a recall needs, checked.
pub(super) struct Recalling {
    pub(super) network: NetworkFile,
    pub(super) cues: Cues,
    /// The undamaged patterns, one a cue.
    pub(super) expected: Option<Patterns>,
    pub(super) options: RecallOptions,
    pub(super) output: Output,
    pub(super) format: TableFormat,
    pub(super) picture: Option<(Output, Shape)>,
    pub(super) use_stdout: bool,
    /// Network and cues, for messages.
    pub(super) named: String,
}

impl Recalling {
    /// Checks the options, then reads network and cues.
    ///
    /// # Errors
    /// Options that contradict one another or the data, files that cannot be read or written.
    pub(super) fn new(args: &RecallArgs) -> Result<Self> {
        let options = args.options()?;
        let inputs = [args.network.as_path(), &args.cues];
        let mut files = Files::reading(inputs.into_iter().chain(args.expect.as_deref()))?;
        let output = files.output(&args.output)?;
        let picture = files.png(args.picture.as_ref())?;
        let format = output::table_format(&args.output)?;
        let use_stdout = files.use_stdout();
        args.threads.start()?;
        let network = input::network(&args.network)?;
        let cues = input::cues(&args.cues)?;
        Ok(Self {
            expected: expected(args.expect.as_deref(), &cues)?,
            network,
            cues,
            options,
            output,
            format,
            picture: picture.zip(args.shape),
            use_stdout,
            named: format!("{} with {}", args.cues.display(), args.network.display()),
        })
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

impl RecallArgs {
    fn options(&self) -> Result<RecallOptions> {
        let random = self.order == Some(OrderName::Random);
        ensure!(
            self.seed.is_none() || random,
            "--seed is for --update asynchronous --order random; nothing else here is random"
        );
        let update = match self.update {
            UpdateName::Asynchronous if random => Update::Asynchronous(Order::Random {
                seed: self.seed.unwrap_or(0),
            }),
            UpdateName::Asynchronous => Update::Asynchronous(Order::Fixed),
            UpdateName::Synchronous => {
                ensure!(
                    self.order.is_none(),
                    "--order is for --update asynchronous; synchronous updates have none"
                );
                Update::Synchronous
            }
        };
        Ok(RecallOptions {
            update,
            max_steps: self.max_steps,
        })
    }
}
