//! `attractor rules`: the learning rules that `train --rule` knows.

use crate::method;
use crate::output::Output;
use anyhow::Result;
use clap::Args;
use std::fmt::Write as _;

/// List the learning rules
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  attractor rules
  attractor train digits.npy --rule hebbian -o memory.safetensors")]
pub(crate) struct RulesArgs {}

pub(crate) fn run(_args: &RulesArgs) -> Result<()> {
    let mut text = String::new();
    for (name, summary) in method::rules() {
        writeln!(text, "{name:<18}{summary}")?;
    }
    Output::Stdout.write(text.as_bytes())
}
