//! `attractor inspect`: what a network file holds, and what the network does with patterns.

use crate::commands::verify::check;
use crate::input;
use crate::output::{self, DASH, Output, number};
use crate::threads::ThreadArgs;
use anyhow::{Context, Result};
use attractor::io::NetworkFile;
use attractor::picture::heat_map;
use attractor::{Network, Patterns, Radius, Stability, certified_radii};
use clap::Args;
use serde::Serialize;
use std::fmt::{self, Write as _};
use std::path::{Path, PathBuf};

/// Show what a network file holds and how well it stores patterns
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  attractor inspect memory.safetensors
  attractor inspect memory.safetensors --patterns digits.npy --report stored.json
  attractor inspect memory.safetensors --patterns digits.npy --proof proof.json
  attractor inspect memory.safetensors --picture weights.png

What `train --proof` certified stands in the network file, with the certificate's SHA-256; with --proof the
certificate is checked as `attractor verify` does.

What a pattern survives is certain: every cue with that damage, wherever it falls, recalls it.")]
pub(crate) struct InspectArgs {
    /// The network file that `attractor train` wrote; `-` is standard input
    network: PathBuf,

    /// Judge how these patterns are stored: wrong bits, margins, certified radii
    #[arg(long, value_name = "FILE")]
    patterns: Option<PathBuf>,

    /// Check this certificate of the network and the patterns, and say what it proves
    #[arg(long, value_name = "FILE", requires = "patterns")]
    proof: Option<PathBuf>,

    /// Write everything as JSON; `-` is standard output
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,

    /// Draw the weight matrix into this PNG file: blue negative, white zero, red positive
    #[arg(long, value_name = "PNG")]
    picture: Option<PathBuf>,

    #[command(flatten)]
    threads: ThreadArgs,
}

pub(crate) fn run(args: &InspectArgs) -> Result<()> {
    let patterns = args.patterns.as_deref();
    let inputs: Vec<&Path> = std::iter::once(args.network.as_path())
        .chain(patterns)
        .chain(args.proof.as_deref())
        .collect();
    input::check_one_stdin(&inputs)?;
    let outputs = [args.report.as_deref(), args.picture.as_deref()];
    let outputs: Vec<&Path> = outputs.into_iter().flatten().collect();
    output::check_distinct(&outputs)?;
    args.picture.as_deref().map_or(Ok(()), output::check_png)?;
    let prepare = |path: &PathBuf| Output::prepare(path, &inputs);
    let report = args.report.as_ref().map(prepare).transpose()?;
    let picture = args.picture.as_ref().map(prepare).transpose()?;
    args.threads.start()?;

    let file = input::network(&args.network)?;
    let mut certificate = Certificate::recorded(&file);
    let mut stored = None;
    if let Some(path) = patterns {
        let patterns = input::patterns(path)?;
        let context = || format!("{} with {}", path.display(), args.network.display());
        stored = Some(Stored::new(&file, &patterns).with_context(context)?);
        if let Some(proof) = &args.proof {
            certificate = Certificate::checked(&file, &patterns, proof)?;
        }
    }
    let inspection = Inspection::new(&file, certificate, stored);
    if let Some(picture) = picture {
        let map = heat_map(file.network())?;
        picture.write_with(|file| map.write_to(file))?;
    }
    if let Some(report) = report {
        let mut text = serde_json::to_string_pretty(&inspection)?;
        text.push('\n');
        report.write(text.as_bytes())?;
    }
    if !outputs.contains(&Path::new(DASH)) {
        Output::Stdout.write(inspection.text(&file)?.as_bytes())?;
    }
    Ok(())
}

/// What `--report` writes. Keys are never renamed or removed.
#[derive(Debug, Serialize)]
struct Inspection {
    neurons: usize,
    couplings: String,
    self_coupling: bool,
    rule: String,
    ties: String,
    version: String,
    /// Weights that exist: w_ij and w_ji counted each.
    weights: usize,
    nonzeros: usize,
    least_weight: f64,
    greatest_weight: f64,
    biases: usize,
    certificate: Certificate,
    #[serde(flatten)]
    stored: Option<Stored>,
}

/// What is known of a certificate.
#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case", tag = "state")]
enum Certificate {
    /// None was written with the network, and none was given.
    Unknown,
    /// One was written with the network; it was not checked now.
    Recorded {
        sha256: String,
        wrong_bits_at_least: usize,
        /// Whether training proved more than it certified.
        #[serde(skip)]
        short: bool,
    },
    /// The one given proves what it claims.
    Proven {
        wrong_bits_at_least: Option<u64>,
        optimal: bool,
        #[serde(skip)]
        text: String,
    },
    /// The one given does not.
    Refused { reason: String },
}

impl Certificate {
    fn recorded(file: &NetworkFile) -> Self {
        let metadata = file.metadata();
        match (&metadata.certificate_sha256, metadata.certified_bound) {
            (Some(sha256), Some(wrong_bits_at_least)) => Self::Recorded {
                sha256: sha256.clone(),
                wrong_bits_at_least,
                short: metadata.lower_bound.unwrap_or(0) > wrong_bits_at_least,
            },
            _ => Self::Unknown,
        }
    }

    fn checked(file: &NetworkFile, patterns: &Patterns, path: &Path) -> Result<Self> {
        Ok(match check(file, patterns, path)? {
            Ok((proven, note)) => Self::Proven {
                wrong_bits_at_least: proven.wrong_bits_at_least,
                optimal: proven.is_optimal(),
                text: format!("{proven}{note}"),
            },
            Err(refusal) => Self::Refused {
                reason: refusal.to_string(),
            },
        })
    }
}

impl fmt::Display for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str("not certified: no certificate is known"),
            Self::Recorded {
                sha256,
                wrong_bits_at_least,
                short,
            } => {
                let claim = match (wrong_bits_at_least, short) {
                    (0, true) => "what is stored, but not the bound".to_owned(),
                    (bound, true) => {
                        format!("at least {bound} wrong bits, not the whole of what is proven")
                    }
                    (bound, false) => format!("at least {bound} wrong bits"),
                };
                write!(
                    f,
                    "certified when trained: {claim} (certificate with SHA-256 {sha256}; --proof checks it)"
                )
            }
            Self::Proven { text, .. } => {
                write!(
                    f,
                    "certified, checked now:\n  {}",
                    text.replace('\n', "\n  ")
                )
            }
            Self::Refused { reason } => {
                write!(f, "not certified: the certificate is refused: {reason}")
            }
        }
    }
}

/// How patterns are stored.
#[derive(Debug, Serialize)]
struct Stored {
    patterns: usize,
    wrong_bits: usize,
    /// Patterns with a wrong bit.
    wrong_patterns: usize,
    margin: Option<f64>,
    /// Flips that each pattern survives for certain, wherever they fall; null where a bit is wrong.
    certified_flips: Vec<Option<usize>>,
    /// The same for erased entries.
    certified_erasures: Vec<Option<usize>>,
}

impl Stored {
    fn new(file: &NetworkFile, patterns: &Patterns) -> Result<Self> {
        let ties = file.metadata().ties;
        let stability = Stability::of(file.network(), patterns, ties)?;
        let radii = certified_radii(file.network(), patterns, ties)?;
        let of = |part: fn(Radius) -> usize| radii.iter().map(|radius| radius.map(part)).collect();
        let wrong = |&mu: &usize| stability.wrong_in_pattern(mu) > 0;
        Ok(Self {
            patterns: patterns.count(),
            wrong_bits: stability.wrong_bits(),
            wrong_patterns: (0..patterns.count()).filter(wrong).count(),
            margin: stability.margin(),
            certified_flips: of(|radius| radius.flips),
            certified_erasures: of(|radius| radius.erasures),
        })
    }

    fn text(&self) -> Result<String> {
        let mut text = String::new();
        writeln!(
            text,
            "{} patterns: {} wrong bits in {} patterns",
            self.patterns, self.wrong_bits, self.wrong_patterns
        )?;
        if let Some(margin) = self.margin {
            writeln!(text, "margin {}", number(margin))?;
        }
        let kinds = [
            ("flipped", &self.certified_flips),
            ("unknown", &self.certified_erasures),
        ];
        for (kind, radii) in kinds {
            let certified: Vec<usize> = radii.iter().copied().flatten().collect();
            if let (Some(least), Some(most)) = (certified.iter().min(), certified.iter().max()) {
                let mean = certified.iter().sum::<usize>() as f64 / certified.len() as f64;
                writeln!(
                    text,
                    "certified: {} stored patterns survive {least} to {most} {kind} bits anywhere, mean {mean:.1}",
                    certified.len()
                )?;
            }
        }
        Ok(text)
    }
}

impl Inspection {
    fn new(file: &NetworkFile, certificate: Certificate, stored: Option<Stored>) -> Self {
        let network = file.network();
        let existing = file.couplings().weights();
        let extreme = |better: fn(f64, f64) -> f64| {
            let weights = network.weights().iter().copied();
            weights.reduce(better).unwrap_or(0.0)
        };
        Self {
            neurons: network.neurons(),
            couplings: file.couplings().symmetry().to_string(),
            self_coupling: network.has_self_coupling(),
            rule: file.metadata().rule.clone(),
            ties: file.metadata().ties.to_string(),
            version: file.metadata().version.clone(),
            weights: if file.couplings().is_symmetric() {
                2 * existing
            } else {
                existing
            },
            nonzeros: network.nonzeros(),
            least_weight: extreme(f64::min),
            greatest_weight: extreme(f64::max),
            biases: network.biases().iter().filter(|&&b| b != 0.0).count(),
            certificate,
            stored,
        }
    }

    fn text(&self, file: &NetworkFile) -> Result<String> {
        let mut text = String::new();
        let metadata = file.metadata();
        writeln!(
            text,
            "{} neurons, {} couplings{}{}",
            self.neurons,
            self.couplings,
            match file.couplings().receptive() {
                Some((shape, radius)) => format!(" within {radius} pixels of {shape}"),
                None if file.couplings().is_full() => String::new(),
                None => " under a mask".to_owned(),
            },
            if self.self_coupling {
                ", with self-couplings"
            } else {
                ""
            },
        )?;
        // What is nested, such as the encoder of a classifier, is not for one line.
        let options = metadata.options.iter().filter(|(_, v)| !v.is_object());
        let options: Vec<String> = options
            .map(|(key, value)| match value.as_str() {
                Some(value) => format!(", {key} {value}"),
                None => format!(", {key} {value}"),
            })
            .collect();
        writeln!(
            text,
            "rule {}, {} ties{}; by attractor {}",
            self.rule,
            self.ties,
            options.concat(),
            self.version
        )?;
        if let (Some(status), Some(wrong)) = (metadata.status, metadata.wrong_bits) {
            let bound = metadata.lower_bound.unwrap_or(0);
            writeln!(
                text,
                "trained: {status}, {wrong} wrong bits, at least {bound} proven"
            )?;
        }
        writeln!(text, "{}", self.certificate)?;
        writeln!(
            text,
            "{} weights, {} not zero, from {} to {}; {} biases not zero",
            self.weights,
            self.nonzeros,
            number(self.least_weight),
            number(self.greatest_weight),
            self.biases
        )?;
        text.push_str(&histogram(file.network())?);
        if let Some(stored) = &self.stored {
            text.push_str(&stored.text()?);
        }
        Ok(text)
    }
}

/// Bars of the weights off the diagonal, in eleven classes around zero.
fn histogram(network: &Network) -> Result<String> {
    const CLASSES: usize = 11;
    const LONGEST_BAR: usize = 40;
    let n = network.neurons();
    let weights: Vec<f64> = (0..n)
        .flat_map(|i| (0..n).filter(move |&j| j != i).map(move |j| (i, j)))
        .map(|(i, j)| network.weight(i, j))
        .collect();
    let span = weights.iter().fold(0.0_f64, |most, w| most.max(w.abs()));
    if span == 0.0 {
        return Ok(String::new());
    }
    let mut counts = [0usize; CLASSES];
    for w in weights {
        let class = (f64::midpoint(w / span, 1.0) * CLASSES as f64) as usize;
        counts[class.min(CLASSES - 1)] += 1;
    }
    let highest = counts.iter().copied().max().unwrap_or(1).max(1);
    let mut text = String::new();
    for (class, &count) in counts.iter().enumerate() {
        let edge = |k: usize| span * (2.0 * k as f64 / CLASSES as f64 - 1.0);
        let length = (count * LONGEST_BAR).div_ceil(highest);
        let bar = if count > 0 {
            format!(" {}", "#".repeat(length))
        } else {
            String::new()
        };
        writeln!(
            text,
            "{:>10} to {:>10} {count:>8}{bar}",
            number(edge(class)),
            number(edge(class + 1))
        )?;
    }
    Ok(text)
}
