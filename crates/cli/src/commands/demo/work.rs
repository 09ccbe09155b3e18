//! Checked settings of the demo, and what is done with them.

use super::DemoArgs;
use super::damage::{Damage, damages};
use super::memories::{Memory, digits, memories, network_file};
use super::recalled::RecalledDigits;
use super::screen::screen;
use super::table::table;
use crate::files::Files;
use crate::output::{DASH, Kind, Output};
use anyhow::{Context, Result, ensure};
use attractor::picture::recall_grid;
use attractor::{Patterns, Shape};
use std::fs;
use std::path::{Path, PathBuf};

/// The most pixels of a digit: 64x64. Larger: minutes of training, and weights that fill the memory. Smaller: it would
/// leave out sizes that take a moment.
const MOST_PIXELS: usize = 1 << 12;
/// The folder that is made if none is asked for.
const FOLDER: &str = "attractor-demo";

/// The digits, stored and damaged, and where the results go.
pub(super) struct Demo {
    shape: Shape,
    stored: Patterns,
    damages: [Damage; 2],
    picture: Output,
    network: Output,
}

impl Demo {
    /// Makes the digits, then the folder.
    ///
    /// # Errors
    /// A folder that cannot be made, files that cannot be written, more digits than there are.
    pub(super) fn new(args: &DemoArgs) -> Result<Self> {
        ensure!(
            args.shape.neurons() <= MOST_PIXELS,
            "--shape {} has {} pixels, at most {MOST_PIXELS} are shown; the digits have 28x28",
            args.shape,
            args.shape.neurons()
        );
        args.threads.start()?;
        let stored = digits(args.count, args.shape)?;
        let folder = folder(args.output.as_deref())?;
        let picture = folder.join("attractor-demo.png");
        let network = folder.join("attractor-demo.safetensors");
        let mut files = Files::reading([])?.overwriting(args.force);
        let picture = files.output(&picture, Kind::Png)?;
        let network = files.output(&network, Kind::Network)?;
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
        let title = format!(
            "Right of the rows: how many of all {} digits come back exactly; wrong pixels orange",
            self.stored.count()
        );
        let picture = recall_grid(&recalled.rows(), self.shape)?.titled(&title)?;
        self.picture.write_with(|file| picture.write_to(file))?;
        let file = network_file(memories, &self.stored, self.shape)?;
        self.network.write_with(|out| file.write_to(out))
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
        text.push_str(&screen(recalled, self.shape));
        text.push_str(&table(memories, &self.damages, recalled)?);
        Output::Stdout.write(text.as_bytes())
    }
}

/// The folder for the files, made if it is missing. The default folder is ignored by git.
fn folder(asked: Option<&Path>) -> Result<PathBuf> {
    let folder = asked.unwrap_or(Path::new(FOLDER));
    let shown = folder.display();
    ensure!(
        folder != Path::new(DASH),
        "the demo writes two files; name a folder with -o, not `-`"
    );
    ensure!(
        !folder.exists() || folder.is_dir(),
        "`{shown}` is no folder; choose another with -o"
    );
    fs::create_dir_all(folder)
        .with_context(|| format!("the folder `{shown}` cannot be made; choose another with -o"))?;
    if asked.is_none() {
        let ignored = folder.join(".gitignore");
        fs::write(&ignored, "*\n").with_context(|| ignored.display().to_string())?;
    }
    Ok(folder.to_owned())
}
