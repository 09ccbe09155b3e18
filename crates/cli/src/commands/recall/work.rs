//! Recalling, and saving what came out of it.

use super::picture::draw;
use super::report::Report;
use super::settings::Recalling;
use super::summary::summary;
use crate::output::Output;
use anyhow::{Context, Result};
use attractor::io::encode_patterns;
use attractor::{Recalled, recall};

/// A recall that is over.
pub(super) struct Finished {
    recalling: Recalling,
    recalled: Recalled,
}

impl Recalling {
    /// Recalls every cue.
    ///
    /// # Errors
    /// Cues of another size than the network.
    pub(super) fn recall(self) -> Result<Finished> {
        let recalled = recall(self.network.network(), &self.cues, &self.options);
        Ok(Finished {
            recalled: recalled.with_context(|| self.named.clone())?,
            recalling: self,
        })
    }
}

impl Finished {
    /// Writes the recalled patterns, the picture and the report.
    ///
    /// # Errors
    /// What cannot be written.
    pub(super) fn save(&self) -> Result<()> {
        let (places, recalled) = (&self.recalling.places, &self.recalled);
        let bytes = encode_patterns(&recalled.states, places.format);
        places.output.announce(bytes.len() as u64);
        places.output.write(&bytes)?;
        if let Some((picture, shape)) = &places.picture {
            let drawn = draw(&self.recalling, recalled, *shape)?;
            picture.write_with(|file| drawn.write_to(file))?;
        }
        if let Some(report) = &places.report {
            let text = Report::new(&self.recalling, recalled)?.to_json()?;
            report.write(text.as_bytes())?;
        }
        Ok(())
    }

    /// Says how the recalls ended, unless a result went to standard output.
    ///
    /// # Errors
    /// A closed standard output.
    pub(super) fn tell(&self) -> Result<()> {
        if self.recalling.places.use_stdout {
            return Ok(());
        }
        let Recalling {
            options, expected, ..
        } = &self.recalling;
        let text = summary(&self.recalled, options.update, expected.as_ref())?;
        Output::Stdout.write(text.as_bytes())
    }
}
