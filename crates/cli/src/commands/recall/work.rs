//! Recalling, and saving what came out of it.

use super::picture::draw;
use super::report::Report;
use super::settings::Recalling;
use super::summary::summary;
use crate::output::Output;
use anyhow::{Context, Result};
use attractor::io::{encode_cues, encode_patterns};
use attractor::{Cues, Recalled, recall};
use std::fmt::Write as _;

/// A recall that is over.
pub(super) struct Finished {
    recalling: Recalling,
    recalled: Recalled,
    /// For each cue, whether the network does not know it; none if that was not asked.
    unknown: Option<Vec<bool>>,
}

impl Recalling {
    /// Recalls every cue.
    ///
    /// # Errors
    /// Cues of another size than the network.
    pub(super) fn recall(self) -> Result<Finished> {
        let recalled = recall(self.network.network(), &self.cues, &self.options);
        let recalled = recalled.with_context(|| self.named.clone())?;
        let detector = self.detector.as_ref();
        let unknown = detector.map(|detector| detector.unknown(self.network.network(), &self.cues));
        Ok(Finished {
            recalled,
            unknown: unknown.transpose()?,
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
        places.output.write(&self.answers()?)?;
        if let Some((picture, shape)) = &places.picture {
            let drawn = draw(&self.recalling, recalled, *shape)?;
            picture.write_with(|file| drawn.write_to(file))?;
        }
        if let Some(report) = &places.report {
            let unknown = self.unknown.as_deref();
            let text = Report::new(&self.recalling, recalled, unknown)?.to_json()?;
            report.write(text.as_bytes())?;
        }
        Ok(())
    }

    /// The file of what was recalled; every entry of an unknown cue's answer is unknown.
    fn answers(&self) -> Result<Vec<u8>> {
        let (format, states) = (self.recalling.places.format, &self.recalled.states);
        let Some(unknown) = &self.unknown else {
            return Ok(encode_patterns(states, format));
        };
        let values: Vec<i8> = (0..states.count())
            .flat_map(|c| {
                states
                    .signs(c)
                    .map(move |sign| if unknown[c] { 0 } else { sign })
            })
            .collect();
        let cues = Cues::from_values(states.count(), states.neurons(), &values)?;
        Ok(encode_cues(&cues, format)?)
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
        let mut text = summary(&self.recalled, options.update, expected.as_ref())?;
        if let Some(unknown) = &self.unknown {
            let count = unknown.iter().filter(|&&unknown| unknown).count();
            writeln!(
                text,
                "{count} of {} cues are unknown to the network and have no answer",
                unknown.len()
            )?;
        }
        Output::Stdout.write(text.as_bytes())
    }
}
