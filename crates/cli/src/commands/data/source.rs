//! Where patterns come from: random bits, a bundled image set, a file or a folder.

use super::DataArgs;
use crate::{bundled, input, output};
use anyhow::{Context, Result, bail, ensure};
use attractor::halves::Halves;
use attractor::io::{self, TableFormat};
use attractor::{Binarisation, Images, Patterns, Selection};
use std::path::Path;

/// The name that stands for random bits.
const RANDOM: &str = "random";
/// The name that stands for all cliques of half of the vertices.
const CLIQUES: &str = "cliques";

/// Entries from which on it is said that patterns are being made. Larger: seconds pass in silence. Smaller: what is done
/// at once is announced.
const MANY: usize = 100_000_000;

/// Says what takes its time.
fn announce(count: usize, neurons: usize) {
    if count.saturating_mul(neurons) >= MANY {
        output::tell(&format!("making {count} patterns of {neurons} neurons ..."));
    }
}

/// Refuses sizes whose file could not be read back.
fn check_size(format: TableFormat, count: usize, neurons: usize) -> Result<()> {
    let fits = format.check_size(count, neurons);
    fits.with_context(|| format!("{count} patterns of {neurons} neurons"))
}

impl DataArgs {
    pub(super) fn is_random(&self) -> bool {
        self.source == Path::new(RANDOM)
    }

    /// The patterns that are asked for, undamaged.
    ///
    /// # Errors
    /// Options that contradict one another or the data, data that cannot be read.
    pub(super) fn patterns(&self, format: TableFormat) -> Result<Patterns> {
        let is_cliques = self.source == Path::new(CLIQUES);
        if let Some(vertices) = self.vertices.filter(|_| !is_cliques) {
            bail!(
                "--vertices {vertices} is for `cliques`; `{}` has none",
                self.source.display()
            );
        }
        let patterns = if self.is_random() {
            self.random(format)?
        } else if is_cliques {
            self.cliques()?
        } else {
            let (patterns, labels) = self.read(format)?;
            self.choose(&patterns, labels.as_deref())?
        };
        self.beside(self.without(self.appended(patterns)?)?)
    }

    /// With the patterns of --append.
    fn appended(&self, patterns: Patterns) -> Result<Patterns> {
        let Some(path) = &self.append else {
            return Ok(patterns);
        };
        let more = input::patterns(path)?;
        ensure!(
            more.neurons() == patterns.neurons(),
            "--append {} has patterns of {} neurons, the others have {}",
            path.display(),
            more.neurons(),
            patterns.neurons()
        );
        let first = patterns.count();
        let plus = |mu: usize, i: usize| match mu.checked_sub(first) {
            None => patterns.is_plus(mu, i),
            Some(nu) => more.is_plus(nu, i),
        };
        Ok(Patterns::from_fn(
            first + more.count(),
            patterns.neurons(),
            plus,
        )?)
    }

    /// Without the patterns of --drop.
    fn without(&self, patterns: Patterns) -> Result<Patterns> {
        let count = patterns.count();
        if let Some(row) = self.drop.iter().find(|&&row| row >= count) {
            bail!(
                "--drop {row}: there are {count} patterns, counted from 0 to {}",
                count - 1
            );
        }
        if self.drop.is_empty() {
            return Ok(patterns);
        }
        let left: Vec<usize> = (0..count).filter(|row| !self.drop.contains(row)).collect();
        ensure!(
            !left.is_empty(),
            "--drop leaves none of the {count} patterns"
        );
        Ok(patterns.select(&left)?)
    }

    /// With the second halves of --beside.
    fn beside(&self, patterns: Patterns) -> Result<Patterns> {
        match &self.beside {
            Some(path) => Ok(Halves::join(&patterns, &input::patterns(path)?)
                .with_context(|| format!("--beside {}", path.display()))?),
            None => Ok(patterns),
        }
    }

    fn random(&self, format: TableFormat) -> Result<Patterns> {
        let (Some(shape), Some(count)) = (self.shape, self.count) else {
            bail!("`random` needs --shape and --count, for example --shape 1x20 --count 35");
        };
        let others = [
            ("--skip", self.skip.is_some()),
            ("--class", self.class.is_some()),
            ("--labels", self.labels.is_some()),
            ("--binarise", self.binarise.is_some()),
            ("--distinct", self.distinct),
        ];
        if let Some((option, _)) = others.iter().find(|(_, given)| *given) {
            bail!("{option} is for images; `random` draws as many patterns as asked for");
        }
        check_size(format, count, shape.neurons())?;
        announce(count, shape.neurons());
        let seed = self.seed.unwrap_or(0);
        Ok(Patterns::random(count, shape.neurons(), seed)?)
    }

    fn cliques(&self) -> Result<Patterns> {
        let Some(vertices) = self.vertices else {
            bail!("`cliques` needs --vertices, for example --vertices 8");
        };
        let others = [
            ("--shape", self.shape.is_some()),
            ("--class", self.class.is_some()),
            ("--labels", self.labels.is_some()),
            ("--binarise", self.binarise.is_some()),
        ];
        if let Some((option, _)) = others.iter().find(|(_, given)| *given) {
            bail!("{option} is for images; `cliques` are patterns already");
        }
        self.choose(&attractor::cliques(vertices)?, None)
    }

    /// Bundled or own images, or own patterns, with their labels.
    fn read(&self, format: TableFormat) -> Result<(Patterns, Option<Vec<u8>>)> {
        let how = Binarisation {
            shape: self.shape,
            threshold: self.binarise.unwrap_or_default(),
        };
        let own_labels = self.labels.as_deref().map(io::read_labels).transpose()?;
        let shown = self.source.display();
        let bundled = self.source.to_str().map(bundled::find).transpose()?;
        if let Some(set) = bundled.flatten() {
            ensure!(
                own_labels.is_none(),
                "`{shown}` is bundled with its labels; --labels is for your own images"
            );
            self.check_images(&set.images, format)?;
            return Ok((set.images.patterns(&how)?, set.labels));
        }
        bundled::check_exists(&self.source)?;
        let mut data = input::data(&self.source)?;
        if self.binarise.is_some() {
            data = data.into_grey(self.shape).context("--binarise")?;
        }
        if let Some(images) = data.images() {
            self.check_images(images, format)?;
        }
        Ok((data.patterns(&how)?, own_labels))
    }

    /// [`check_size`] for images that are resized: at most --count of them are written.
    fn check_images(&self, images: &Images, format: TableFormat) -> Result<()> {
        let most = self.count.unwrap_or(images.count()).min(images.count());
        if let Some(shape) = self.shape {
            check_size(format, most, shape.neurons())?;
            announce(images.count(), shape.neurons());
        }
        Ok(())
    }

    /// The patterns that --class, --distinct, --skip and --count leave.
    fn choose(&self, patterns: &Patterns, labels: Option<&[u8]>) -> Result<Patterns> {
        let shown = self.source.display();
        let skip = self.skip.unwrap_or(0);
        let selection = Selection {
            classes: self.class.clone(),
            per_class: None,
            // What is skipped must fit too, so without --skip the library alone counts.
            count: self.count.filter(|_| skip == 0),
            distinct: self.distinct,
        };
        let chosen = selection.choose(patterns, labels);
        let chosen = chosen.with_context(|| shown.to_string())?;
        let left = chosen.get(skip..).unwrap_or_default();
        let count = self.count.unwrap_or(left.len());
        ensure!(
            count >= 1 || !left.is_empty(),
            "{shown}: --skip {skip} leaves none of the {} patterns that fit",
            chosen.len()
        );
        ensure!(
            (1..=left.len()).contains(&count),
            "{shown}: --skip {skip} leaves {} of the {} patterns that fit, {count} are wanted",
            left.len(),
            chosen.len()
        );
        Ok(patterns.select(&left[..count])?)
    }
}
