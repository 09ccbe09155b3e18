//! `attractor data`: a bundled or own image set, or random bits, as ±1 patterns; damaged on request, as cues.

use crate::output::{self, Output};
use crate::{bundled, input};
use anyhow::{Context, Result, bail, ensure};
use attractor::io::{self, Data, TableFormat};
use attractor::{Binarisation, Cues, Patterns, Selection, Shape, Threshold};
use clap::Args;
use std::path::{Path, PathBuf};

/// The name that stands for random bits.
const RANDOM: &str = "random";

/// Make patterns or cues from images or random bits
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  attractor data mnist --shape 9x9 --count 40 --distinct -o digits.npy
  attractor data mnist --shape 12x12 --class 3,5 --count 20 -o threes-and-fives.npy
  attractor data random --shape 1x20 --count 35 --seed 7 -o random.csv
  attractor data scans/ --shape 16x16 --binarise otsu -o scans.npy
  attractor data digits.npy --flip 8 --seed 1 -o damaged.npy

Bundled: mnist (10,000 digits 28x28), digits8x8 (1,797), font8x8 (94 glyphs, class = ASCII code),
photos64 (13 grey photographs 64x64). Images are resized whole (antialiased bicubic), then binarised.")]
pub(crate) struct DataArgs {
    /// mnist, digits8x8, font8x8, photos64, random, or a file or folder of your own; `-` is standard input
    source: PathBuf,

    /// The patterns to write (.npy, .csv or .txt); `-` is standard output, as .csv
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,

    /// Resize images to this height and width
    #[arg(long, value_name = "HxW")]
    shape: Option<Shape>,

    /// How many patterns [default: all]
    #[arg(long, value_name = "P", allow_negative_numbers = true)]
    count: Option<usize>,

    /// Leave out the first K patterns that fit
    #[arg(long, value_name = "K", allow_negative_numbers = true)]
    skip: Option<usize>,

    /// Only images of these classes, for example 3 or 3,5
    #[arg(long, value_name = "LABELS", value_delimiter = ',')]
    class: Option<Vec<u8>>,

    /// Labels (IDX) of your own images
    #[arg(long, value_name = "FILE")]
    labels: Option<PathBuf>,

    /// Pixels above this are +1: `half` intensity, `otsu`, the image's `mean`, or a grey level [default: half]
    #[arg(long, value_name = "THRESHOLD")]
    binarise: Option<Threshold>,

    /// Leave out patterns that are equal to an earlier one
    #[arg(long)]
    distinct: bool,

    /// Damage: flip this many entries of each pattern, chosen at random
    #[arg(long, value_name = "K", allow_negative_numbers = true)]
    flip: Option<usize>,

    /// Damage: make this many entries of each pattern unknown, chosen at random
    #[arg(long, value_name = "K", allow_negative_numbers = true)]
    erase: Option<usize>,

    /// Seed of random bits and of damage [default: 0]
    #[arg(long)]
    seed: Option<u64>,
}

pub(crate) fn run(args: &DataArgs) -> Result<()> {
    let source = args.source.as_path();
    let random = source == Path::new(RANDOM);
    let damage = args.flip.is_some() || args.erase.is_some();
    ensure!(
        args.seed.is_none() || random || damage,
        "--seed is for `random`, --flip and --erase; nothing else here is random"
    );
    let inputs: Vec<&Path> = std::iter::once(source)
        .chain(args.labels.as_deref())
        .collect();
    input::check_one_stdin(&inputs)?;
    let output = Output::prepare(&args.output, &inputs)?;
    let format = output::table_format(&args.output)?;
    let patterns = if random { args.random()? } else { args.read()? };
    let bytes = if damage {
        args.damage(&patterns, format)?
    } else {
        io::encode_patterns(&patterns, format)
    };
    output.write(&bytes)?;
    if !output.is_stdout() {
        let text = format!(
            "{} patterns of {} neurons\nwrote {}\n",
            patterns.count(),
            patterns.neurons(),
            args.output.display()
        );
        Output::Stdout.write(text.as_bytes())?;
    }
    Ok(())
}

impl DataArgs {
    fn random(&self) -> Result<Patterns> {
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
        let seed = self.seed.unwrap_or(0);
        Ok(Patterns::random(count, shape.neurons(), seed)?)
    }

    /// Bundled or own images, or own patterns.
    fn read(&self) -> Result<Patterns> {
        let how = Binarisation {
            shape: self.shape,
            threshold: self.binarise.unwrap_or_default(),
        };
        let own_labels = self.labels.as_deref().map(io::read_labels).transpose()?;
        let shown = self.source.display();
        let bundled = match self.source.to_str() {
            Some(name) => bundled::find(name)?,
            None => None,
        };
        let (patterns, labels) = if let Some(set) = bundled {
            ensure!(
                own_labels.is_none(),
                "`{shown}` is bundled with its labels; --labels is for your own images"
            );
            (set.images.patterns(&how)?, set.labels)
        } else {
            bundled::check_exists(&self.source)?;
            let data = Data::read(&self.source)?;
            ensure!(
                self.binarise.is_none() || data.images().is_some(),
                "`{shown}` holds patterns already; --binarise is for images"
            );
            (data.patterns(&how)?, own_labels)
        };
        let skip = self.skip.unwrap_or(0);
        let selection = Selection {
            classes: self.class.clone(),
            per_class: None,
            // What is skipped must fit too, so without --skip the library alone counts.
            count: self.count.filter(|_| skip == 0),
            distinct: self.distinct,
        };
        let chosen = selection
            .choose(&patterns, labels.as_deref())
            .with_context(|| shown.to_string())?;
        let left = chosen.get(skip..).unwrap_or_default();
        let count = self.count.unwrap_or(left.len());
        ensure!(
            !left.is_empty() && (1..=left.len()).contains(&count),
            "{shown}: --skip {skip} leaves {} of the {} patterns that fit, {count} are wanted",
            left.len(),
            chosen.len()
        );
        Ok(patterns.select(&left[..count])?)
    }

    fn damage(&self, patterns: &Patterns, format: TableFormat) -> Result<Vec<u8>> {
        let seed = self.seed.unwrap_or(0);
        let most = patterns.neurons();
        for (option, asked) in [("--flip", self.flip), ("--erase", self.erase)] {
            ensure!(
                asked.is_none_or(|k| k <= most),
                "{option} asks for more entries than the {most} of a pattern"
            );
        }
        // Another stream of randomness for erasing, so that flipped entries are not the erased ones.
        let cues = Cues::from(patterns)
            .flip(self.flip.unwrap_or(0), seed)
            .erase_random(self.erase.unwrap_or(0), seed.wrapping_add(1));
        Ok(io::encode_cues(&cues, format)?)
    }
}
