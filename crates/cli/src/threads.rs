//! How many threads the parallel parts use.

use anyhow::{Context, Result};
use clap::Args;

/// Heading of the options that say how to run, not what to compute.
pub(crate) const RUN: &str = "Run";

/// The option `--threads`, shared by every command that computes in parallel.
#[derive(Debug, Args)]
pub(crate) struct ThreadArgs {
    /// Threads to use [default: all cores]
    #[arg(long, value_name = "N", help_heading = RUN, value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
}

impl ThreadArgs {
    /// Sets up the thread pool; returns its size.
    ///
    /// # Errors
    /// If the operating system refuses the threads.
    pub(crate) fn start(&self) -> Result<usize> {
        let threads = self.threads.map_or(0, usize::from);
        rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build_global()
            .with_context(|| format!("cannot start {threads} threads; try fewer --threads"))?;
        Ok(rayon::current_num_threads())
    }
}
