//! Checked settings of a visit to all states.

use super::StatesArgs;
use crate::files::Files;
use crate::input;
use crate::output::{self, Kind, Output};
use anyhow::{Result, ensure};
use attractor::Patterns;
use attractor::io::{NetworkFile, TableFormat};
use attractor::states::MOST_NEURONS;
use std::path::PathBuf;

/// Everything that the visit needs, checked.
pub(super) struct Visiting {
    pub(super) network: NetworkFile,
    pub(super) patterns: Option<Patterns>,
    /// Where the fixed points go.
    pub(super) output: Option<(Output, TableFormat)>,
    pub(super) use_stdout: bool,
}

impl Visiting {
    /// Checks the options, then reads network and patterns.
    ///
    /// # Errors
    /// A network that is too large, patterns of another size, files that cannot be read or written.
    pub(super) fn new(args: &StatesArgs) -> Result<Self> {
        let inputs = std::iter::once(&args.network).chain(&args.patterns);
        let files = Files::reading(inputs.map(PathBuf::as_path))?;
        let mut files = files.overwriting(args.force);
        let output = files.optional(args.output.as_ref(), Kind::Patterns)?;
        let format = args.output.as_deref().map(output::table_format);
        let use_stdout = files.use_stdout();
        args.threads.start()?;
        let network = input::network(&args.network)?;
        let neurons = network.network().neurons();
        ensure!(
            neurons <= MOST_NEURONS,
            "`{}` has {neurons} neurons; all states are visited of at most {MOST_NEURONS} (`attractor basins` samples \
             larger ones)",
            args.network.display()
        );
        Ok(Self {
            patterns: input::stored(args.patterns.as_deref(), &network)?,
            network,
            output: output.zip(format.transpose()?),
            use_stdout,
        })
    }
}
