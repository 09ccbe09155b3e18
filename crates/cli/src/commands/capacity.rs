//! `attractor capacity`: how many patterns a rule stores without error, as a curve with confidence bands.

use crate::output::{self, Output};
use crate::progress::{ProgressLine, even_tally};
use crate::threads::{RUN, ThreadArgs};
use crate::{bundled, duration, input, interrupt, method};
use anyhow::{Context, Result, bail, ensure};
use attractor::io::Data;
use attractor::{Binarisation, Shape, Ties};
use attractor_exact::Control;
use attractor_lab::capacity::{Capacity, Load, Source, chart, half_success};
use attractor_lab::method::{Method, Settings};
use clap::Args;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The name that stands for random bits.
const RANDOM: &str = "random";
/// Loads that are measured if none are asked for.
const DEFAULT_LOADS: usize = 12;
/// More trainings than anyone waits for; each load keeps a number for every one.
const MOST_INSTANCES: usize = 1_000_000;
/// Radius of exact-receptive, in pixels, if none is asked for.
const DEFAULT_RADIUS: f64 = 3.0;

/// Measure how many patterns a rule stores
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  attractor capacity random --shape 4x5 --rule exact-directed,pseudo-inverse -o curve.csv
  attractor capacity mnist --shape 9x9 --patterns 20:100:10 --rule perceptron -o curve.csv
  attractor capacity random --shape 1x20 --repeats 20 -o curve.csv --picture curve.svg
  attractor capacity own.npy --rule hebbian -o -

Each instance draws P patterns; a rule succeeds if not a single bit is wrong. Ctrl-C ends with what was measured.")]
pub(crate) struct CapacityArgs {
    /// random, a bundled image set, or a file or folder of your own
    source: PathBuf,

    /// The table to write (.csv); `-` is standard output
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,

    /// Draw the curves into this file (.svg or .png)
    #[arg(long, value_name = "FILE")]
    picture: Option<PathBuf>,

    /// Height and width of the images; of random patterns, for example 1x20
    #[arg(long, value_name = "HxW")]
    shape: Option<Shape>,

    /// One or more of the methods of the experiments, for example exact-symmetric,hebbian
    #[arg(
        long,
        value_name = "NAMES",
        value_delimiter = ',',
        default_value = "exact-symmetric"
    )]
    rule: Vec<Method>,

    /// Numbers of patterns, FROM:TO or FROM:TO:STEP [default: twelve up to 2N]
    #[arg(long, value_name = "RANGE", value_parser = range)]
    patterns: Option<(usize, usize, usize)>,

    /// Independent instances for each number of patterns
    #[arg(long, value_name = "K", default_value_t = 10, value_parser = at_least_one)]
    repeats: usize,

    /// Whether a zero field is right for a −1 bit: strict (never) or negative (the paper's)
    #[arg(long, value_name = "TIES", default_value = "strict")]
    ties: Ties,

    /// Radius of exact-receptive, in pixels [default: 3]
    #[arg(long, value_name = "D", allow_negative_numbers = true)]
    radius: Option<f64>,

    /// Limit of each single exact training [default: 10s]
    #[arg(long, value_name = "TIME", value_parser = duration::parse)]
    time_limit: Option<Duration>,

    /// Seed of the instances
    #[arg(long, default_value_t = 0, help_heading = RUN)]
    seed: u64,

    #[command(flatten)]
    threads: ThreadArgs,
}

fn range(text: &str) -> Result<(usize, usize, usize), String> {
    let parts: Option<Vec<usize>> = text.split(':').map(|part| part.parse().ok()).collect();
    match parts.as_deref() {
        Some(&[from, to]) if 1 <= from && from <= to => Ok((from, to, 1)),
        Some(&[from, to, step]) if 1 <= from && from <= to && step >= 1 => Ok((from, to, step)),
        _ => Err("write FROM:TO or FROM:TO:STEP from 1 upwards, for example 5:50:5".to_owned()),
    }
}

fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(count @ 1..) => Ok(count),
        _ => Err("must be a whole number of at least 1".to_owned()),
    }
}

pub(crate) fn run(args: &CapacityArgs) -> Result<()> {
    let outputs: Vec<&Path> = std::iter::once(args.output.as_path())
        .chain(args.picture.as_deref())
        .collect();
    output::check_distinct(&outputs)?;
    let inputs = [args.source.as_path()];
    input::check_one_stdin(&inputs)?;
    let table = Output::prepare(&args.output, &inputs)?;
    let picture = args.picture.as_deref().map(|path| picture(path, &inputs));
    let picture = picture.transpose()?;
    args.check()?;
    args.threads.start()?;
    let (source, shape) = args.source()?;
    let loads = args.loads(&source, shape)?;

    let control = Control::new().with_interrupt(interrupt::watch()?);
    let mut curves = Vec::new();
    for &method in &args.rule {
        let experiment = Capacity {
            source: source.clone(),
            shape,
            method,
            settings: Settings {
                ties: args.ties,
                time_limit: method::time_limit(args.time_limit),
                balance: 0.5,
                radius: args.radius.unwrap_or(DEFAULT_RADIUS),
            },
            loads: loads.clone(),
            repeats: args.repeats,
            seed: args.seed,
        };
        let (line, started) = (ProgressLine::new(), Instant::now());
        let tell = |done, all| line.show_tasks(method.name(), even_tally(started, done, all));
        let measured = experiment.measure(&control, tell);
        curves.push((method, measured.with_context(|| method.to_string())?));
        if control.interrupted() {
            break;
        }
    }
    table.write(csv(&curves)?.as_bytes())?;
    if let Some((file, kind)) = picture {
        let title = format!(
            "Storage of {} patterns, N = {}",
            args.source.display(),
            shape.neurons()
        );
        let chart = chart(title, &curves);
        match kind {
            PictureKind::Svg => file.write(chart.svg()?.as_bytes())?,
            PictureKind::Png => file.write(&chart.png()?)?,
        }
    }
    if !table.is_stdout() {
        Output::Stdout.write(summary(&curves, &args.output)?.as_bytes())?;
    }
    Ok(())
}

#[derive(Clone, Copy)]
enum PictureKind {
    Svg,
    Png,
}

fn picture(path: &Path, inputs: &[&Path]) -> Result<(Output, PictureKind)> {
    let kind = match path.extension().and_then(|extension| extension.to_str()) {
        Some("svg") => PictureKind::Svg,
        Some("png") => PictureKind::Png,
        _ => bail!("`{}`: pictures are .svg or .png", path.display()),
    };
    Ok((Output::prepare(path, inputs)?, kind))
}

impl CapacityArgs {
    /// Refuses options that contradict one another.
    fn check(&self) -> Result<()> {
        for (k, method) in self.rule.iter().enumerate() {
            ensure!(
                !self.rule[..k].contains(method),
                "--rule names {method} twice"
            );
        }
        method::check_time_limit(self.time_limit, &self.rule)?;
        if let Some(radius) = self.radius {
            ensure!(
                self.rule.contains(&Method::ExactReceptive),
                "--radius is for --rule exact-receptive; no other method has a receptive field"
            );
            ensure!(
                radius.is_finite() && radius >= 0.0,
                "--radius must be a number of pixels of at least 0, not {radius}"
            );
        }
        Ok(())
    }

    fn source(&self) -> Result<(Source, Shape)> {
        if self.source == Path::new(RANDOM) {
            let Some(shape) = self.shape else {
                bail!("`random` needs --shape, for example --shape 1x20");
            };
            return Ok((Source::Random, shape));
        }
        let how = Binarisation {
            shape: self.shape,
            ..Binarisation::default()
        };
        let bundled = self.source.to_str().map(bundled::find).transpose()?;
        let (patterns, shape) = if let Some(set) = bundled.flatten() {
            let shape = match self.shape {
                Some(shape) => shape,
                None => set.images.shape()?,
            };
            (set.images.patterns(&how)?, shape)
        } else {
            bundled::check_exists(&self.source)?;
            let data = Data::read(&self.source)?;
            let patterns = data.patterns(&how)?;
            let row = Shape {
                height: 1,
                width: patterns.neurons(),
            };
            (patterns, data.shape(&how)?.unwrap_or(row))
        };
        ensure!(
            shape.neurons() == patterns.neurons(),
            "--shape {shape} has {} pixels, the patterns have {} neurons",
            shape.neurons(),
            patterns.neurons()
        );
        Ok((Source::Among(patterns), shape))
    }

    fn loads(&self, source: &Source, shape: Shape) -> Result<Vec<usize>> {
        let most = match source {
            Source::Random => usize::MAX,
            Source::Among(patterns) => patterns.count(),
        };
        let (from, to, step) = self.patterns.unwrap_or_else(|| {
            let to = (2 * shape.neurons()).min(most);
            let step = to.div_ceil(DEFAULT_LOADS);
            (step, to, step)
        });
        ensure!(
            to <= most,
            "--patterns asks for {to}; `{}` has {most}",
            self.source.display()
        );
        let loads = (to - from) / step + 1;
        ensure!(
            loads.saturating_mul(self.repeats) <= MOST_INSTANCES,
            "{loads} numbers of patterns with {} repeats each are more than {MOST_INSTANCES} trainings; \
             ask for fewer",
            self.repeats
        );
        Ok((from..=to).step_by(step).collect())
    }
}

fn csv(curves: &[(Method, Vec<Load>)]) -> Result<String> {
    let mut text = String::from(
        "rule,patterns,instances,stored,stored_low,stored_high,wrong_bits_per_pattern,wrong_low,wrong_high,lower_bound_per_pattern\n",
    );
    for (method, loads) in curves {
        for load in loads {
            let (stored, wrong) = (load.success(), load.wrong_per_pattern());
            let bound = load
                .bound_per_pattern()
                .map_or_else(String::new, |b| b.to_string());
            writeln!(
                text,
                "{method},{},{},{},{:.4},{:.4},{:.6},{:.6},{:.6},{bound}",
                load.patterns,
                load.wrong_bits.len(),
                stored.y / 100.0,
                stored.low / 100.0,
                stored.high / 100.0,
                wrong.y,
                wrong.low.max(0.0),
                wrong.high,
            )?;
        }
    }
    Ok(text)
}

fn summary(curves: &[(Method, Vec<Load>)], file: &Path) -> Result<String> {
    let mut text = String::new();
    for (method, loads) in curves {
        match (half_success(loads), loads.last()) {
            (Some(half), _) => writeln!(
                text,
                "{method}: half of the instances are stored without error up to P = {half:.1}"
            )?,
            (None, Some(last)) if last.success().y >= 50.0 => writeln!(
                text,
                "{method}: more than half are stored even at P = {}; measure larger --patterns",
                last.patterns
            )?,
            (None, Some(_)) => writeln!(
                text,
                "{method}: fewer than half are stored at every P; measure smaller --patterns"
            )?,
            (None, None) => writeln!(text, "{method}: stopped before anything was measured")?,
        }
    }
    writeln!(text, "wrote {}", file.display())?;
    Ok(text)
}
