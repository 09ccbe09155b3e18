//! `attractor train`: patterns in, a trained network and what is known about it out.

use crate::method::{EXACT, Method, MethodArgs};
use crate::model::ModelArgs;
use crate::output::{self, Output, number};
use crate::report::{Proof, Report, Run, cpu_seconds};
use crate::threads::{RUN, ThreadArgs};
use crate::{duration, input};
use anyhow::{Context, Result};
use attractor::Trained;
use attractor::io::{Metadata, NetworkFile};
use attractor_exact::Evidence;
use clap::Args;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// A margin's gap up to which its search has converged.
const CONVERGED: f64 = 1.1e-3;

/// Train a network to store patterns
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  attractor train digits.npy -o memory.safetensors
  attractor train digits.npy -o memory.safetensors --couplings directed --time-limit 60s
  attractor train digits.npy -o memory.safetensors --report report.json
  attractor train digits.npy -o local.safetensors --shape 9x9 --receptive-field 3 --sparse
  attractor train digits.npy -o hebb.safetensors --rule hebbian

Ctrl-C ends the training with the best network so far; the status then says `interrupted`, and a
certificate has what can be proven and written within a second. A second Ctrl-C ends the program.")]
pub(crate) struct TrainArgs {
    /// The patterns: .npy, .csv, .txt, IDX, an image or a folder of images; `-` is standard input
    patterns: PathBuf,

    /// The network file (safetensors) to write; `-` is standard output
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,

    #[command(flatten)]
    method: MethodArgs,

    #[command(flatten)]
    model: ModelArgs,

    /// Stop after this time with the best network so far: 60, 90s, 2m, 1h30m
    #[arg(long, value_name = "TIME", value_parser = duration::parse, help_heading = RUN)]
    time_limit: Option<Duration>,

    /// Seed of everything random; the same seed gives the same network with any number of threads. Rules that draw no
    /// numbers (hebbian, pseudo-inverse, storkey, perceptron) give the same with every seed
    #[arg(long, default_value_t = 0, help_heading = RUN)]
    seed: u64,

    #[command(flatten)]
    threads: ThreadArgs,

    /// Write a certificate of what is proven, for `attractor verify`; `-` is standard output
    #[arg(long, value_name = "FILE", help_heading = RUN)]
    proof: Option<PathBuf>,

    /// Write what is known about the network as JSON; `-` is standard output
    #[arg(long, value_name = "FILE", help_heading = RUN)]
    report: Option<PathBuf>,
}

pub(crate) fn run(args: &TrainArgs) -> Result<()> {
    let files = Files::prepare(args)?;
    let proof = args.proof.is_some();
    args.method.check(&args.model, args.time_limit, proof)?;
    let threads = args.threads.start()?;
    let patterns = input::patterns(&args.patterns)?;
    let method = Method::new(&args.method, &args.model, patterns, args.seed)?;
    let started = Instant::now();
    let outcome = method.train(args.seed, args.time_limit)?;
    let run = Run {
        rule: method.rule(),
        wall: started.elapsed(),
        threads,
        seed: args.seed,
    };
    let mut report = Report::new(&outcome, method.patterns(), &run)?;
    let mut file = network_file(args, &method, outcome.trained)?;
    // The network first: it is what the time went into. A stream takes it once only, with the certificate's digest.
    let saved = files.proof.is_none() || !files.network.is_stdout();
    if saved {
        files.network.write_with(|out| file.write_to(out))?;
    }
    let mut write_the_rest = || {
        if let Some(output) = &files.proof {
            let (begun, cpu_begun) = (Instant::now(), cpu_seconds()?);
            let certificate = method.certify(file.network(), &outcome.evidence)?;
            let proof = Proof::new(&certificate)?;
            output.write(&proof.bytes)?;
            report.note_proof(&proof, begun, cpu_begun)?;
            file = with_certificate(&file, &proof)?;
            files.network.write_with(|out| file.write_to(out))?;
        }
        if let Some(file) = &files.report {
            file.write(report.to_json()?.as_bytes())?;
        }
        anyhow::Ok(())
    };
    let rest = write_the_rest();
    if saved && !files.network.is_stdout() {
        let saved = args.output.display();
        rest.with_context(|| format!("the network is saved in `{saved}`; what failed came after"))?;
    } else {
        rest?;
    }
    let mut text = summary(&report)?;
    text.push_str(&certified(&report, &method, &outcome.evidence)?);
    for path in [Some(&args.output), args.proof.as_ref()]
        .into_iter()
        .flatten()
    {
        writeln!(text, "wrote {}", path.display())?;
    }
    if !files.use_stdout() {
        Output::Stdout.write(text.as_bytes())?;
    }
    Ok(())
}

/// Whether a checker that trusts nobody would say the same.
fn certified(report: &Report, method: &Method, evidence: &Evidence) -> Result<String> {
    let mut text = String::new();
    let optimal = report.status == "optimal";
    match report.certified_bound {
        Some(bound) if report.certified => {
            let hence = if optimal { ", hence optimal" } else { "" };
            writeln!(text, "certified: at least {bound} wrong bits{hence}")?;
        }
        Some(bound) => {
            let (claimed, why) = (report.lower_bound, method.why_not_certified(evidence)?);
            if bound > 0 {
                write!(text, "certified: at least {bound} wrong bits; ")?;
            }
            writeln!(text, "the bound of {claimed} is not certified: {why}")?;
        }
        None if optimal && method.certifies() => {
            writeln!(text, "not certified; --proof writes a certificate")?;
        }
        None if optimal => writeln!(
            text,
            "not certified; --rule exact without --formulation big-m can be"
        )?,
        None => {}
    }
    Ok(text)
}

/// The same file, with the certificate's digest.
fn with_certificate(file: &NetworkFile, proof: &Proof) -> Result<NetworkFile> {
    let metadata = Metadata {
        certificate_sha256: Some(attractor_proof::sha256(&proof.bytes)),
        certified_bound: Some(proof.bound),
        ..file.metadata().clone()
    };
    let (network, couplings) = (file.network().clone(), file.couplings().clone());
    Ok(NetworkFile::new(network, couplings, metadata)?)
}

fn network_file(args: &TrainArgs, method: &Method, trained: Trained) -> Result<NetworkFile> {
    let metadata = Metadata {
        options: method.options().clone(),
        seed: Some(args.seed),
        shape: args.model.shape(),
        status: Some(trained.status),
        wrong_bits: Some(trained.total.wrong_bits),
        lower_bound: Some(trained.total.lower_bound),
        patterns_sha256: Some(method.patterns().sha256()),
        ..Metadata::new(method.rule(), trained.ties)
    };
    Ok(NetworkFile::new(
        trained.network,
        method.couplings().clone(),
        metadata,
    )?)
}

/// Where the results go, found writable.
struct Files {
    network: Output,
    report: Option<Output>,
    proof: Option<Output>,
}

impl Files {
    fn prepare(args: &TrainArgs) -> Result<Self> {
        let outputs = [
            Some(&args.output),
            args.report.as_ref(),
            args.proof.as_ref(),
        ];
        let outputs: Vec<&Path> = outputs
            .into_iter()
            .flatten()
            .map(PathBuf::as_path)
            .collect();
        output::check_distinct(&outputs)?;
        let inputs: Vec<&Path> = std::iter::once(args.patterns.as_path())
            .chain(args.model.mask())
            .collect();
        input::check_one_stdin(&inputs)?;
        let prepare = |path: &PathBuf| Output::prepare(path, &inputs);
        Ok(Self {
            network: prepare(&args.output)?.not_to_terminal()?,
            report: args.report.as_ref().map(prepare).transpose()?,
            proof: args.proof.as_ref().map(prepare).transpose()?,
        })
    }

    fn use_stdout(&self) -> bool {
        let others = [&self.report, &self.proof];
        self.network.is_stdout() || others.into_iter().flatten().any(Output::is_stdout)
    }
}

fn summary(report: &Report) -> Result<String> {
    let mut text = String::new();
    writeln!(
        text,
        "{} patterns of {} neurons, load {:.2}; rule {}, {} couplings, {} ties",
        report.patterns,
        report.neurons,
        report.patterns as f64 / report.neurons as f64,
        report.rule,
        report.couplings,
        report.ties,
    )?;
    let known = match (report.status.as_str(), report.wrong_bits) {
        ("optimal", 0) => "every bit is stored".to_owned(),
        ("optimal", _) => "proven: fewer are impossible".to_owned(),
        ("feasible", _) if report.rule != EXACT => "this rule proves no bound".to_owned(),
        (status, _) => format!(
            "{status}; at least {} proven, gap {:.0} %",
            report.lower_bound,
            100.0 * report.gap
        ),
    };
    writeln!(text, "{} wrong bits ({known})", report.wrong_bits)?;
    if let Some(word) = &report.word {
        text.push_str(&word.text());
    }
    if let Some(margin) = report.margin {
        write!(text, "margin {}", number(margin))?;
        if let Some(gap) = report.margin_gap.filter(|&gap| gap > CONVERGED) {
            write!(text, " (may be {:.1} % short of the widest)", 100.0 * gap)?;
        }
        text.push_str(", ");
    }
    writeln!(
        text,
        "{} weights are not zero, {:.2} s",
        report.nonzeros, report.wall_seconds
    )?;
    Ok(text)
}
