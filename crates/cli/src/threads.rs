//! How many threads the parallel parts use.

use anyhow::{Context, Result};
use clap::Args;
use std::io::{self, Write as _};
use std::num::NonZero;

/// Heading of the options that say how to run, not what to compute.
pub(crate) const RUN: &str = "Run";

/// Most threads for each core. More of them only take turns: threads that wait for each other then wait for a turn each
/// time, which made a training of half a second last half a minute.
const MOST_A_CORE: usize = 4;

/// The option `--threads`, shared by every command that computes in parallel.
#[derive(Debug, Args)]
pub(crate) struct ThreadArgs {
    /// Threads to use, at most four for each core [default: all cores]
    #[arg(long, value_name = "N", help_heading = RUN, allow_negative_numbers = true,
        value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
}

impl ThreadArgs {
    /// Sets up the thread pool; returns its size. Says so where it is smaller than asked for.
    ///
    /// # Errors
    /// If the operating system refuses the threads.
    pub(crate) fn start(&self) -> Result<usize> {
        let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
        let (wanted, most) = (self.threads.map_or(0, usize::from), MOST_A_CORE * cores);
        let threads = wanted.min(most);
        if threads < wanted {
            let _ = writeln!(
                io::stderr(),
                "note: --threads {wanted} is more than {MOST_A_CORE} for each of {cores} cores, which only slows the work \
                 down; {threads} are used",
            );
        }
        rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build_global()
            .with_context(|| format!("cannot start {threads} threads; try fewer --threads"))?;
        Ok(rayon::current_num_threads())
    }
}
