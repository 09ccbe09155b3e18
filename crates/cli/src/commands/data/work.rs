//! Checked settings of `attractor data`, and what is done with them.

use super::DataArgs;
use crate::files::Files;
use crate::output::{self, Kind, Output};
use anyhow::{Result, ensure};
use attractor::io::{TableFormat, encode_cues, encode_patterns};
use attractor::{Cues, Patterns};
use std::path::PathBuf;

/// Patterns, how to damage them, and where they go.
pub(super) struct Making {
    patterns: Patterns,
    damage: Option<Damage>,
    output: Output,
    format: TableFormat,
}

/// Entries of each pattern that are to be damaged.
struct Damage {
    flip: usize,
    erase: usize,
    seed: u64,
}

impl Making {
    /// Checks the options, then makes the patterns.
    ///
    /// # Errors
    /// Options that contradict one another or the data, files that cannot be read or written.
    pub(super) fn new(args: &DataArgs) -> Result<Self> {
        let damaged = args.flip.is_some() || args.erase.is_some();
        ensure!(
            args.seed.is_none() || args.is_random() || damaged,
            "--seed is for `random`, --flip and --erase; nothing else here is random"
        );
        let others = [&args.labels, &args.append, &args.beside];
        let others = others.into_iter().flatten().map(PathBuf::as_path);
        let inputs = std::iter::once(args.source.as_path()).chain(others);
        let mut files = Files::reading(inputs)?.overwriting(args.force);
        let output = files.output(&args.output, Kind::Patterns)?;
        let format = output::table_format(&args.output)?;
        let patterns = args.patterns(format)?;
        Ok(Self {
            damage: Damage::new(args, &patterns)?,
            patterns,
            output,
            format,
        })
    }

    /// Writes the patterns, or the cues that the damage makes of them.
    ///
    /// # Errors
    /// What cannot be written.
    pub(super) fn save(&self) -> Result<()> {
        let bytes = match &self.damage {
            Some(damage) => encode_cues(&damage.of(&self.patterns), self.format)?,
            None => encode_patterns(&self.patterns, self.format),
        };
        self.output.write(&bytes)
    }

    /// Says what was made, unless it went to standard output.
    ///
    /// # Errors
    /// A closed standard output.
    pub(super) fn tell(&self) -> Result<()> {
        if self.output.is_stdout() {
            return Ok(());
        }
        let text = format!(
            "{} patterns of {} neurons\n",
            self.patterns.count(),
            self.patterns.neurons()
        );
        Output::Stdout.write(text.as_bytes())
    }
}

impl Damage {
    /// None if none is asked for.
    fn new(args: &DataArgs, patterns: &Patterns) -> Result<Option<Self>> {
        let most = patterns.neurons();
        for (option, asked) in [("--flip", args.flip), ("--erase", args.erase)] {
            ensure!(
                asked.is_none_or(|k| k <= most),
                "{option} asks for more entries than the {most} of a pattern"
            );
        }
        let asked = args.flip.is_some() || args.erase.is_some();
        Ok(asked.then(|| Self {
            flip: args.flip.unwrap_or(0),
            erase: args.erase.unwrap_or(0),
            seed: args.seed.unwrap_or(0),
        }))
    }

    fn of(&self, patterns: &Patterns) -> Cues {
        // Another stream of randomness for erasing, so that flipped entries are not the erased ones.
        Cues::from(patterns)
            .flip(self.flip, self.seed)
            .erase_random(self.erase, self.seed.wrapping_add(1))
    }
}
