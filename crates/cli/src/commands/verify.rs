//! `attractor verify`: an independent, exact check of what a certificate claims.

use crate::input;
use crate::output::Output;
use crate::threads::ThreadArgs;
use anyhow::{Context, Result};
use attractor_proof::{Certificate, verify};
use clap::Args;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The exit code that says that a certificate does not prove what it claims.
const REFUSED: u8 = 1;

/// Check a certificate exactly, trusting nobody
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  attractor train digits.npy -o memory.safetensors --proof proof.json
  attractor verify memory.safetensors --patterns digits.npy --proof proof.json

Exit codes: 0 everything that is claimed is proven, 1 refused with the first reason and where it
stands, 2 unreadable.")]
pub(crate) struct VerifyArgs {
    /// The network file that `attractor train` wrote; `-` is standard input
    network: PathBuf,

    /// The patterns that it was trained on
    #[arg(long, value_name = "FILE")]
    patterns: PathBuf,

    /// The certificate that `attractor train --proof` wrote
    #[arg(long, value_name = "FILE")]
    proof: PathBuf,

    #[command(flatten)]
    threads: ThreadArgs,
}

pub(crate) fn run(args: &VerifyArgs) -> Result<ExitCode> {
    input::check_one_stdin(&[&args.network, &args.patterns, &args.proof])?;
    args.threads.start()?;
    let network = input::network(&args.network)?;
    let patterns = input::patterns(&args.patterns)?;
    let certificate = open(&args.proof)
        .map_err(anyhow::Error::from)
        .and_then(|file| Ok(Certificate::read(file)?))
        .with_context(|| args.proof.display().to_string())?;
    match verify(&certificate, network.network(), &patterns) {
        Ok(proven) => {
            Output::Stdout.write(format!("{proven}\n").as_bytes())?;
            Ok(ExitCode::SUCCESS)
        }
        Err(refusal) => {
            Output::Stdout.write(format!("refused: {refusal}\n").as_bytes())?;
            Ok(ExitCode::from(REFUSED))
        }
    }
}

fn open(path: &Path) -> io::Result<Box<dyn Read>> {
    Ok(if path.as_os_str() == crate::output::DASH {
        Box::new(io::stdin())
    } else {
        Box::new(File::open(path)?)
    })
}
