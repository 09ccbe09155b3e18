//! `attractor verify`: an independent, exact check of what a certificate claims.

use crate::files::Files;
use crate::input;
use crate::output::Output;
use crate::threads::ThreadArgs;
use anyhow::{Context, Result};
use attractor::Patterns;
use attractor::io::NetworkFile;
use attractor_proof::{
    Certificate, CertifiedProblem, CouplingSet, Proven, Reason, Refusal, verify,
};
use clap::Args;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The exit code that says that a certificate does not prove what it claims.
const REFUSED: u8 = 1;
/// The exit code that says that a certificate exceeds the checker's limits; it may be true. As tools/verify.py has it.
const TOO_LARGE: u8 = 3;

/// Check a certificate in exact arithmetic
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  attractor train digits.npy -o memory.safetensors --proof proof.json
  attractor verify memory.safetensors --patterns digits.npy --proof proof.json

Exit codes: 0 everything that is claimed is proven, 1 refused with the first reason and where it
stands, 2 unreadable, 3 undecided: the certificate exceeds the limits of this checker.")]
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
    Files::reading([args.network.as_path(), &args.patterns, &args.proof])?;
    args.threads.start()?;
    let network = input::network(&args.network)?;
    let patterns = input::patterns(&args.patterns)?;
    let verdict = check(&network, &patterns, &args.proof)?;
    let (text, code) = match verdict {
        Ok((proven, note)) => (format!("{proven}{note}\n"), ExitCode::SUCCESS),
        Err(refusal) if matches!(refusal.reason, Reason::TooLarge(_)) => {
            (format!("undecided: {refusal}\n"), ExitCode::from(TOO_LARGE))
        }
        Err(refusal) => (format!("refused: {refusal}\n"), ExitCode::from(REFUSED)),
    };
    Output::Stdout.write(text.as_bytes())?;
    Ok(code)
}

/// What the certificate in this file proves, with a note where it speaks of other networks than the network file.
///
/// # Errors
/// An unreadable certificate; one that is refused is an answer.
pub(crate) fn check(
    network: &NetworkFile,
    patterns: &Patterns,
    proof: &Path,
) -> Result<std::result::Result<(Proven, String), Refusal>> {
    let certificate = open(proof)
        .map_err(anyhow::Error::from)
        .and_then(|file| Ok(Certificate::read(file)?))
        .with_context(|| proof.display().to_string())?;
    let verdict = verify(&certificate, network.network(), patterns);
    Ok(verdict.map(|proven| (proven, note(network, &certificate.problem))))
}

/// Claims are about a class of networks; that of the network file may be another one.
fn note(network: &NetworkFile, claimed: &CertifiedProblem) -> String {
    let own = CouplingSet::of(network.couplings());
    let mut note = String::new();
    if own != claimed.couplings {
        note.push_str(
            "\nnote: the network file has other couplings than the networks of this claim",
        );
    }
    let ties = network.metadata().ties;
    if ties != claimed.ties {
        note.push_str(&format!("\nnote: the network was trained for {ties} ties"));
    }
    note
}

fn open(path: &Path) -> io::Result<Box<dyn Read>> {
    Ok(if path.as_os_str() == crate::output::DASH {
        Box::new(io::stdin())
    } else {
        Box::new(File::open(path)?)
    })
}
