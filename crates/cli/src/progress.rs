//! The progress line on a terminal: incumbent, bound, gap, nodes, time. Silence in a pipe.

use attractor::Bounds;
use attractor_exact::Progress;
use std::fmt::Write as _;
use std::io::{self, IsTerminal, Write};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Ten times a second is as fast as anyone reads.
const INTERVAL: Duration = Duration::from_millis(100);
/// Carriage return, then erase to the end of the line.
const REWRITE: &str = "\r\x1b[K";

/// Rewrites one line on standard error, if that is a terminal.
pub(crate) struct ProgressLine {
    /// When the line was last written; none if standard error is no terminal.
    last: Option<Mutex<Option<Instant>>>,
}

impl ProgressLine {
    pub(crate) fn new() -> Self {
        Self {
            last: io::stderr().is_terminal().then(|| Mutex::new(None)),
        }
    }

    /// Shows how far the computation is.
    pub(crate) fn show(&self, progress: &Progress) {
        self.write(|| line(progress));
    }

    /// Shows how many tasks are done, and how long the others may take at the pace so far. `before` were done when it
    /// `started`.
    pub(crate) fn show_tasks(&self, what: &str, started: Instant, counts: Tasks) {
        self.write(|| tasks(what, started.elapsed(), counts));
    }

    /// Writes the line; drops it if the last one is fresh or another thread is writing.
    fn write(&self, line: impl FnOnce() -> String) {
        let Some(Ok(mut last)) = self.last.as_ref().map(Mutex::try_lock) else {
            return;
        };
        if last.is_some_and(|last| last.elapsed() < INTERVAL) {
            return;
        }
        *last = Some(Instant::now());
        let _ = write!(io::stderr(), "{REWRITE}{}", line());
    }
}

/// How many tasks were done at the start, are done now, and are there in all.
pub(crate) type Tasks = (usize, usize, usize);

fn tasks(what: &str, elapsed: Duration, (before, done, all): Tasks) -> String {
    let mut text = format!("{what}: {done} of {all}");
    if done > before && done < all {
        let left = elapsed.as_secs_f64() * (all - done) as f64 / (done - before) as f64;
        let (minutes, seconds) = ((left / 60.0) as u64, left % 60.0);
        let _ = if minutes > 0 {
            write!(text, ", about {minutes} min {seconds:.0} s left")
        } else {
            write!(text, ", about {seconds:.0} s left")
        };
    }
    text
}

impl Drop for ProgressLine {
    fn drop(&mut self) {
        if let Some(Ok(last)) = self.last.as_ref().map(Mutex::lock)
            && last.is_some()
        {
            let _ = write!(io::stderr(), "{REWRITE}");
        }
    }
}

fn line(progress: &Progress) -> String {
    let (incumbent, gap) = match progress.incumbent {
        Some(wrong_bits) => {
            let bounds = Bounds {
                wrong_bits,
                lower_bound: progress.bound.min(wrong_bits),
            };
            (
                wrong_bits.to_string(),
                format!("{:.0} %", 100.0 * bounds.gap()),
            )
        }
        None => ("-".to_owned(), "-".to_owned()),
    };
    format!(
        "{}: wrong bits {incumbent}, bound {}, gap {gap}, {} nodes, {:.1} s",
        progress.phase,
        progress.bound,
        progress.nodes,
        progress.elapsed.as_secs_f64(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tasks_tell_what_is_left() {
        let text = |before, done| tasks("fig4", Duration::from_secs(30), (before, done, 100));
        assert_eq!(text(0, 0), "fig4: 0 of 100");
        assert_eq!(text(0, 60), "fig4: 60 of 100, about 20 s left");
        assert_eq!(text(50, 60), "fig4: 60 of 100, about 2 min 0 s left");
        assert_eq!(text(50, 100), "fig4: 100 of 100");
    }

    #[test]
    fn the_line_names_incumbent_bound_and_gap() {
        let mut progress = Progress {
            incumbent: Some(12),
            bound: 9,
            nodes: 1234,
            elapsed: Duration::from_millis(3250),
            phase: "search",
        };
        let text = "search: wrong bits 12, bound 9, gap 25 %, 1234 nodes, 3.2 s";
        assert_eq!(line(&progress), text);
        progress.incumbent = None;
        assert!(line(&progress).contains("wrong bits -, bound 9, gap -"));
    }
}
