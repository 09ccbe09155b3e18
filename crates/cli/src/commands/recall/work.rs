//! Recalling, and saving what came out of it.

use super::picture::rows;
use super::settings::Recalling;
use super::summary::summary;
use crate::output::Output;
use anyhow::{Context, Result};
use attractor::io::encode_patterns;
use attractor::picture::recall_grid;
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
    /// Writes the recalled patterns and the picture.
    ///
    /// # Errors
    /// What cannot be written.
    pub(super) fn save(&self) -> Result<()> {
        let Recalling { cues, output, .. } = &self.recalling;
        let states = &self.recalled.states;
        output.write(&encode_patterns(states, self.recalling.format))?;
        if let Some((picture, shape)) = &self.recalling.picture {
            let grid = recall_grid(&rows(cues, states), *shape)?;
            picture.write_with(|file| grid.write_to(file))?;
        }
        Ok(())
    }

    /// Says how the recalls ended, unless a result went to standard output.
    ///
    /// # Errors
    /// A closed standard output.
    pub(super) fn tell(&self) -> Result<()> {
        if self.recalling.use_stdout {
            return Ok(());
        }
        let text = summary(&self.recalled, self.recalling.expected.as_ref())?;
        Output::Stdout.write(text.as_bytes())
    }
}
