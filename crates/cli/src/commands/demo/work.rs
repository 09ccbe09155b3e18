//! Checked settings of the demo, and what is done with them.

use super::DemoArgs;
use super::damage::{Damage, damages};
use super::memories::{Memory, digits, memories, network_file};
use super::recalled::RecalledDigits;
use super::table::table;
use crate::output::Output;
use anyhow::{Result, ensure};
use attractor::picture::recall_grid;
use attractor::{Patterns, Shape};
use std::fmt::Write as _;
use std::path::PathBuf;

/// The digits, stored and damaged, and where the results go.
pub(super) struct Demo {
    shape: Shape,
    stored: Patterns,
    damages: [Damage; 2],
    picture: (PathBuf, Output),
    network: (PathBuf, Output),
}

impl Demo {
    /// Checks the folder, then makes the digits.
    ///
    /// # Errors
    /// No such folder, more digits than there are.
    pub(super) fn new(args: &DemoArgs) -> Result<Self> {
        let folder = args.output.display();
        ensure!(
            args.output.is_dir(),
            "there is no folder `{folder}`; make it, or choose another with -o"
        );
        let prepare = |name| -> Result<(PathBuf, Output)> {
            let path = args.output.join(name);
            let output = Output::prepare(&path, &[])?;
            Ok((path, output))
        };
        let picture = prepare("attractor-demo.png")?;
        let network = prepare("attractor-demo.safetensors")?;
        args.threads.start()?;
        let stored = digits(args.count, args.shape)?;
        Ok(Self {
            shape: args.shape,
            damages: damages(&stored, args.shape, args.seed),
            stored,
            picture,
            network,
        })
    }

    /// Stores the digits by each rule.
    ///
    /// # Errors
    /// What a rule cannot honour.
    pub(super) fn train(&self) -> Result<[Memory; 3]> {
        memories(&self.stored)
    }

    /// Recalls the damaged digits with each memory.
    ///
    /// # Errors
    /// None for digits of one size.
    pub(super) fn recall<'a>(&'a self, memories: &'a [Memory; 3]) -> Result<RecalledDigits<'a>> {
        RecalledDigits::new(&self.stored, memories, &self.damages)
    }

    /// Writes the picture and the exact network.
    ///
    /// # Errors
    /// What cannot be written.
    pub(super) fn save(&self, memories: &[Memory; 3], recalled: &RecalledDigits<'_>) -> Result<()> {
        let grid = recall_grid(&recalled.rows(), self.shape)?;
        self.picture.1.write_with(|file| grid.write_to(file))?;
        let file = network_file(memories, &self.stored, self.shape)?;
        self.network.1.write_with(|out| file.write_to(out))
    }

    /// Says what came back, and where the files are.
    ///
    /// # Errors
    /// A closed standard output.
    pub(super) fn tell(&self, memories: &[Memory; 3], recalled: &RecalledDigits<'_>) -> Result<()> {
        let mut text = format!(
            "{} handwritten digits (MNIST), {} = {} neurons, load {:.2}\n\n",
            self.stored.count(),
            self.shape,
            self.stored.neurons(),
            self.stored.load()
        );
        text.push_str(&table(memories, &self.damages, recalled)?);
        text.push_str(&recalled.in_terminal(self.shape)?);
        writeln!(
            text,
            "wrote {} (wrong pixels orange)",
            self.picture.0.display()
        )?;
        writeln!(text, "wrote {}", self.network.0.display())?;
        Output::Stdout.write(text.as_bytes())
    }
}
