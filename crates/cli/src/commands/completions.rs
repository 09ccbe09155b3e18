//! `attractor completions`: completion scripts for shells.

use crate::output::Output;
use anyhow::Result;
use clap::Args;
use clap_complete::Shell;

/// Print a shell completion script
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  attractor completions bash > ~/.local/share/bash-completion/completions/attractor
  attractor completions zsh > ~/.zfunc/_attractor
  attractor completions fish > ~/.config/fish/completions/attractor.fish")]
pub(crate) struct CompletionsArgs {
    /// The shell that is to complete
    shell: Shell,
}

pub(crate) fn run(args: &CompletionsArgs, mut program: clap::Command) -> Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut program, "attractor", &mut script);
    Output::Stdout.write(&script)
}
