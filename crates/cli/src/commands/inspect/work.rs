//! Checked settings of an inspection, and what is done with them.

use super::InspectArgs;
use super::certificate::Certificate;
use super::inspection::Inspection;
use super::stored::{RadiusSearch, Stored};
use crate::files::Files;
use crate::input;
use crate::output::{Kind, Output};
use anyhow::{Context, Result};
use attractor::Patterns;
use attractor::io::NetworkFile;
use attractor::picture::labelled_heat_map;
use std::path::PathBuf;

/// Keys by which a report of an inspection is known.
const REPORT_KEYS: &[&str] = &["greatest_weight", "certificate"];

/// Everything that an inspection needs, checked.
pub(super) struct Inspecting {
    file: NetworkFile,
    patterns: Option<Patterns>,
    search: Option<RadiusSearch>,
    proof: Option<PathBuf>,
    report: Option<Output>,
    picture: Option<Output>,
    use_stdout: bool,
    /// Patterns and network, for messages.
    named: String,
}

impl Inspecting {
    /// Checks the options, then reads network and patterns.
    ///
    /// # Errors
    /// Files that cannot be read or written.
    pub(super) fn new(args: &InspectArgs) -> Result<Self> {
        let asked = [&args.patterns, &args.proof];
        let inputs = std::iter::once(&args.network).chain(asked.into_iter().flatten());
        let files = Files::reading(inputs.map(PathBuf::as_path))?;
        let mut files = files.overwriting(args.force);
        let report = files.optional(args.report.as_ref(), Kind::Report(REPORT_KEYS))?;
        let picture = files.png(args.picture.as_ref())?;
        let use_stdout = files.use_stdout();
        args.threads.start()?;
        let shown = args.patterns.as_ref().map(|path| path.display());
        Ok(Self {
            file: input::network(&args.network)?,
            patterns: args.patterns.as_deref().map(input::patterns).transpose()?,
            search: args.search_radii.map(|nodes| RadiusSearch {
                nodes: nodes as u64,
                time_limit: args.time_limit,
            }),
            proof: args.proof.clone(),
            report,
            picture,
            use_stdout,
            named: shown.map_or_else(String::new, |patterns| {
                format!("{patterns} with {}", args.network.display())
            }),
        })
    }

    /// Looks at the network, at its patterns and at its certificate.
    ///
    /// # Errors
    /// Patterns of another size, an unreadable certificate.
    pub(super) fn inspect(&self) -> Result<Inspection> {
        let file = &self.file;
        let stored =
            |patterns| Stored::new(file, patterns, self.search).with_context(|| self.named.clone());
        let stored = self.patterns.as_ref().map(stored).transpose()?;
        let certificate = match (&self.patterns, &self.proof) {
            (Some(patterns), Some(proof)) => Certificate::checked(file, patterns, proof)?,
            _ => Certificate::recorded(file),
        };
        Ok(Inspection::new(file, certificate, stored))
    }

    /// Writes the picture and the report.
    ///
    /// # Errors
    /// What cannot be written.
    pub(super) fn save(&self, inspection: &Inspection) -> Result<()> {
        if let Some(picture) = &self.picture {
            let map = labelled_heat_map(self.file.network(), &self.title())?;
            picture.write_with(|file| map.write_to(file))?;
        }
        if let Some(report) = &self.report {
            let mut text = serde_json::to_string_pretty(inspection)?;
            text.push('\n');
            report.write(text.as_bytes())?;
        }
        Ok(())
    }

    /// The picture's title.
    fn title(&self) -> String {
        format!(
            "weights, rule {}: row i into neuron i, column j from neuron j",
            self.file.metadata().rule
        )
    }

    /// Says what was found, unless a result went to standard output.
    ///
    /// # Errors
    /// A closed standard output.
    pub(super) fn tell(&self, inspection: &Inspection) -> Result<()> {
        if self.use_stdout {
            return Ok(());
        }
        Output::Stdout.write(inspection.text(&self.file)?.as_bytes())
    }
}
