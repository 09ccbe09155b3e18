//! The command line: raw arguments become checked settings, settings become one library call, its answer becomes text.
//!
//! Results go to standard output; progress and errors go to standard error. Exit codes: 0 done, 1 refused by `verify`,
//! 2 bad usage or input.

mod bundled;
mod commands;
mod duration;
mod dynamics;
mod files;
mod input;
mod interrupt;
mod method;
mod model;
mod number;
mod output;
mod parts;
mod progress;
mod threads;

use clap::{CommandFactory, Parser};
use std::io::{self, Write};
use std::process::ExitCode;
#[cfg(unix)]
use std::sync::Arc;

/// Train, recall and certify optimal Hopfield networks.
#[derive(Debug, Parser)]
#[command(name = "attractor", version, arg_required_else_help = true, after_help = AFTER_HELP)]
struct Cli {
    #[command(subcommand)]
    command: commands::Command,
}

const AFTER_HELP: &str = "\
Examples:
  attractor demo
  attractor data mnist --shape 9x9 --count 40 -o digits.npy
  attractor train digits.npy -o memory.safetensors
  attractor recall memory.safetensors damaged.npy -o repaired.npy

Patterns and cues are .npy, .csv, .txt or IDX files (.gz too), .npz of one array, a PNG or JPEG image or a folder of them.
`-` is standard input or output. Exit codes: 0 done, 1 refused by `verify`, 2 bad usage or input,
3 undecided by `verify` (a certificate beyond its limits).";

fn main() -> ExitCode {
    outlive_size_limits();
    match commands::run(Cli::parse().command, Cli::command) {
        Ok(code) => code,
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody is left to tell if standard error is closed.
            let _ = writeln!(io::stderr(), "error: {}", told(&error));
            ExitCode::from(2)
        }
    }
}

/// Where the size of files is limited, writing beyond the limit is an error like any other and not the end of the program:
/// a handled signal lets the write fail.
fn outlive_size_limits() {
    #[cfg(unix)]
    {
        // If the handler is refused, the signal ends the program as it would have done.
        let _ = signal_hook::flag::register(SIZE_LIMIT, Arc::default());
    }
}

/// SIGXFSZ: the same number on Linux, macOS and the BSDs.
#[cfg(unix)]
const SIZE_LIMIT: i32 = 25;

/// The error with its causes, each said once: some errors repeat their cause in their own words.
fn told(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if text.is_empty() {
            text = cause;
        } else if !text.ends_with(&cause) {
            text = format!("{text}: {cause}");
        }
    }
    text
}

/// Whether the reader of our output has gone, as in `attractor rules | head -1`.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause
            .downcast_ref::<io::Error>()
            .is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe)
    })
}
