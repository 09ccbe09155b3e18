//! The progress line on a terminal: incumbent, bound, gap, nodes, time. Silence in a pipe.

use attractor::{Bounds, Phase, Progress};
use attractor_lab::ledger::Tally;
use std::fmt::Write as _;
use std::io::{self, IsTerminal, Write};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Ten times a second is as fast as people read.
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

    /// Shows how many tasks are done, and how long the others may take.
    pub(crate) fn show_tasks(&self, what: &str, tally: Tally) {
        self.write(|| tasks(what, tally));
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

/// Tasks of one kind: those that are left take as long each as those that are done since `started`.
pub(crate) fn even_tally(started: Instant, done: usize, all: usize) -> Tally {
    let left = |done: u32| started.elapsed() * (all as u32).saturating_sub(done) / done;
    Tally {
        done,
        all,
        left: (done > 0).then(|| left(done as u32)),
    }
}

fn tasks(what: &str, tally: Tally) -> String {
    let mut text = format!("{what}: {} of {}", tally.done, tally.all);
    if let Some(left) = tally.left.filter(|_| tally.done < tally.all) {
        let seconds = left.as_secs();
        let _ = match seconds / 60 {
            0 => write!(text, ", about {seconds} s left"),
            minutes => write!(text, ", about {minutes} min {} s left", seconds % 60),
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
    let seconds = progress.elapsed.as_secs_f64();
    if progress.phase == Phase::Rule {
        return format!("rule: {} steps, {seconds:.1} s", progress.nodes);
    }
    if let Some(recalled) = progress.recalled {
        let share = 100.0 * recalled;
        let (phase, steps) = (progress.phase, progress.nodes);
        return format!("{phase} {steps}: {share:.1} % of own cues recalled, {seconds:.1} s");
    }
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
        "{}: wrong bits {incumbent}, bound {}, gap {gap}, {} nodes, {seconds:.1} s",
        progress.phase, progress.bound, progress.nodes,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tasks_tell_what_is_left() {
        let text = |done, left: Option<u64>| {
            let left = left.map(Duration::from_secs);
            let all = 100;
            tasks("fig4", Tally { done, all, left })
        };
        assert_eq!(text(0, None), "fig4: 0 of 100");
        assert_eq!(text(60, Some(20)), "fig4: 60 of 100, about 20 s left");
        assert_eq!(text(60, Some(120)), "fig4: 60 of 100, about 2 min 0 s left");
        assert_eq!(text(100, Some(0)), "fig4: 100 of 100");
    }

    #[test]
    fn the_line_names_incumbent_bound_and_gap() {
        let mut progress = Progress {
            incumbent: Some(12),
            bound: 9,
            nodes: 1234,
            elapsed: Duration::from_millis(3250),
            phase: Phase::Neurons,
            recalled: None,
        };
        let text = "neurons: wrong bits 12, bound 9, gap 25 %, 1234 nodes, 3.2 s";
        assert_eq!(line(&progress), text);
        progress.recalled = Some(0.4321);
        progress.phase = Phase::Passes;
        let text = "passed states 1234: 43.2 % of own cues recalled, 3.2 s";
        assert_eq!(line(&progress), text);
        progress.recalled = None;
        progress.phase = Phase::Neurons;
        progress.incumbent = None;
        assert!(line(&progress).contains("wrong bits -, bound 9, gap -"));
        progress.phase = Phase::Rule;
        assert_eq!(line(&progress), "rule: 1234 steps, 3.2 s");
    }
}
