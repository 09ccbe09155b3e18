//! Run: when, by which version and on what machine something was measured. It is recorded with the results, so that a
//! report written from them later, elsewhere, says the same.

use serde::{Deserialize, Serialize};
use std::env::consts::{ARCH, OS};
use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

/// What is said of a field that nobody recorded.
pub const NOT_RECORDED: &str = "not recorded";

/// One run; fields that the machine does not tell are empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// When it began, in universal time, for example `2026-03-01 14:05`.
    pub started: String,
    /// The version of attractor.
    pub version: String,
    /// The operating system and the kind of processor, for example `linux x86_64`.
    pub system: String,
    /// The processor's own name.
    pub processor: String,
    /// Threads that worked at once.
    pub threads: usize,
}

impl Run {
    /// A run that begins now, on this machine, on the threads of the current pool.
    pub fn now() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        Self {
            started: since.map_or_else(|_| String::new(), |since| moment(since.as_secs())),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            system: format!("{OS} {ARCH}"),
            processor: processor(),
            threads: rayon::current_num_threads(),
        }
    }
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let said = |field: &str| match field {
            "" => NOT_RECORDED.to_owned(),
            field => field.to_owned(),
        };
        write!(
            f,
            "{} UTC by attractor {} on {}, processor {}, {} thread{}",
            said(&self.started),
            said(&self.version),
            said(&self.system),
            said(&self.processor),
            self.threads,
            if self.threads == 1 { "" } else { "s" }
        )
    }
}

/// The processor's name where Linux tells it.
fn processor() -> String {
    let told = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let named = told.lines().find(|line| line.starts_with("model name"));
    let name = named.and_then(|line| line.split_once(':'));
    name.map_or_else(String::new, |(_, name)| {
        name.split_whitespace().collect::<Vec<_>>().join(" ")
    })
}

/// Seconds since 1970 as a date and a time of day in universal time: the Gregorian calendar in spans of 400 years
/// (146 097 days) that begin on 1 March, so that the leap day comes last.
fn moment(seconds: u64) -> String {
    /// From 1 March 0 to 1 January 1970.
    const DAYS_BEFORE: u64 = 719_468;
    let (days, rest) = (seconds / 86_400 + DAYS_BEFORE, seconds % 86_400);
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let date = day - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 {
        (month + 3, 0)
    } else {
        (month - 9, 1)
    };
    let year = 400 * era + year + next;
    let (hour, minute) = (rest / 3600, rest % 3600 / 60);
    format!("{year}-{month:02}-{date:02} {hour:02}:{minute:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The seconds are those of GNU date.
    #[test]
    fn moments_are_those_of_the_calendar() {
        for (seconds, text) in [
            (0, "1970-01-01 00:00"),
            (951_782_399, "2000-02-28 23:59"),
            (951_782_400, "2000-02-29 00:00"),
            (951_868_800, "2000-03-01 00:00"),
            (4_107_542_399, "2100-02-28 23:59"),
            (4_107_542_400, "2100-03-01 00:00"),
            (1_798_761_599, "2026-12-31 23:59"),
        ] {
            assert_eq!(moment(seconds), text);
        }
    }

    #[test]
    fn what_is_not_known_is_said_to_be_so() {
        let run = Run {
            processor: String::new(),
            threads: 1,
            ..Run::now()
        };
        let text = run.to_string();
        assert!(text.ends_with("processor not recorded, 1 thread"), "{text}");
    }
}
