//! Ledger: results of long experiments, one line a cell, that survive `kill -9`.
//!
//! A cell is one independent task (method, data, load, repeat). Each result is appended to a CSV file at once; a run
//! that is stopped resumes where it was, a line torn by a crash is cut off, and the finished table is rewritten in the
//! order of the cells, so that it is the same however often the run was stopped and on however many machines it ran
//! (but for times). A copy of the configuration guards against mixing results of different settings.

mod file;
mod folder;
mod pace;
mod shard;

pub use folder::Folder;
pub use pace::Tally;
pub use shard::{ParseShardError, Shard};

use crate::parallel;
use attractor::io::{WriteError, write_atomically};
use file::{Appender, at, recover, rewrite};
use pace::Pace;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// What identifies a cell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    /// For example `fig4`.
    pub figure: String,
    /// For example `hebbian`, `exact-symmetric`.
    pub method: String,
    /// For example `random`, `mnist`, `wine`.
    pub data: String,
    /// N; 0 where the data decide it.
    pub neurons: usize,
    /// P, or training examples a class.
    pub patterns: usize,
    /// The varied quantity besides: noise, missing share; 0 where there is none.
    pub level: f64,
    /// Number of the repeat, from 0.
    pub repeat: usize,
    /// Seed of the data of this cell, and of the method.
    pub seed: u64,
}

impl Cell {
    fn key(&self) -> String {
        format!(
            "{},{},{},{},{},{},{},{}",
            self.figure,
            self.method,
            self.data,
            self.neurons,
            self.patterns,
            self.level,
            self.repeat,
            self.seed
        )
    }
}

/// What a cell measured; what does not apply stays None.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Measured {
    /// Wrong bits one step from the stored patterns, h = 0 right for −1 bits (the paper's Eq. 6).
    pub wrong_bits: Option<usize>,
    /// The same with h = 0 never right.
    pub wrong_bits_strict: Option<usize>,
    /// Bits that differ from the stored patterns where recall from them ends.
    pub wrong_bits_fixed_point: Option<usize>,
    /// Proven: no weights with these couplings have fewer wrong bits, under the method's own tie rule.
    pub lower_bound: Option<usize>,
    /// Share of the N(N−1) weights that are zero.
    pub zero_share: Option<f64>,
    /// Least aligned field over Euclidean row norm among right bits.
    pub margin: Option<f64>,
    /// Share of damaged patterns recalled exactly.
    pub exact_recall: Option<f64>,
    /// Mean overlap of recalled and stored patterns.
    pub overlap: Option<f64>,
    /// Share of test rows classified right.
    pub accuracy: Option<f64>,
    /// `optimal`, `feasible`, `interrupted`, or `none` where a solver found no network at all; empty for methods that
    /// claim nothing.
    pub status: String,
    /// Whether a certificate of that bound was made and verified; empty for methods that claim nothing.
    pub certified: Option<bool>,
    /// The method's options, as `key=value` words.
    pub options: String,
}

/// One line of the table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Which cell.
    #[serde(flatten)]
    pub cell: Cell,
    /// Its result.
    #[serde(flatten)]
    pub measured: Measured,
    /// Wall seconds of this cell.
    pub seconds: f64,
    /// The version of attractor that ran it.
    pub version: String,
}

/// Why a results folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The file system refuses.
    #[error("{}", path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// What it said.
        source: io::Error,
    },
    /// A table or configuration that cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// A folder in which another run is at work.
    #[error("`{}` is in use by another run; wait for its end, or choose another folder", folder.display())]
    InUse {
        /// Where.
        folder: PathBuf,
    },
    /// A results file that is no table of cells.
    #[error("{}: {message}", path.display())]
    Broken {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        message: String,
    },
    /// Results made with other settings.
    #[error(
        "{} was made with another configuration; nothing was changed. Choose another folder, or run with the configuration \
         that lies there",
        path.display()
    )]
    OtherConfiguration {
        /// The configuration that lies there.
        path: PathBuf,
    },
    /// No results where they were expected.
    #[error("{} holds no results of {name}", folder.display())]
    Nothing {
        /// Where.
        folder: PathBuf,
        /// Of which figure.
        name: String,
    },
    /// The operating system refuses threads.
    #[error("cannot start threads: {0}")]
    Threads(#[from] rayon::ThreadPoolBuildError),
    /// Two shards disagree about a cell.
    #[error("two shards hold different results for the cell {cell}")]
    Contradiction {
        /// The cell.
        cell: String,
    },
}

/// The results file of one figure in one folder.
#[derive(Debug)]
pub struct Ledger {
    /// The table.
    path: PathBuf,
    /// Where the configuration is kept, and its text.
    kept: PathBuf,
    configuration: String,
    entries: Vec<Entry>,
    /// Held while the ledger lives.
    _folder: Folder,
}

impl Ledger {
    /// Opens `FOLDER/NAME.csv` for results under `configuration` (its text, kept as `FOLDER/NAME.toml`). Both are made
    /// when there is a first result to be kept.
    ///
    /// # Errors
    /// Results of another configuration, or a file that is no ledger.
    pub fn open(folder: &Folder, name: &str, configuration: &str) -> Result<Self, LedgerError> {
        let kept = folder.path().join(format!("{name}.toml"));
        let path = folder.path().join(format!("{name}.csv"));
        match fs::read_to_string(&kept) {
            Ok(text) if text == configuration => {}
            Ok(_) => return Err(LedgerError::OtherConfiguration { path: kept }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                if path.exists() {
                    return Err(LedgerError::OtherConfiguration { path });
                }
            }
            Err(error) => return Err(at(&kept)(error)),
        }
        let entries = if path.exists() {
            recover(&path)?
        } else {
            Vec::new()
        };
        Ok(Self {
            path,
            kept,
            configuration: configuration.to_owned(),
            entries,
            _folder: folder.clone(),
        })
    }

    /// Opens results for reading; makes nothing.
    ///
    /// # Errors
    /// As [`Ledger::open`], and [`LedgerError::Nothing`] where there are none.
    pub fn open_existing(
        folder: &Path,
        name: &str,
        configuration: &str,
    ) -> Result<Self, LedgerError> {
        if folder.join(format!("{name}.toml")).is_file() {
            return Self::open(&Folder::read(folder)?, name, configuration);
        }
        Err(LedgerError::Nothing {
            folder: folder.to_owned(),
            name: name.to_owned(),
        })
    }

    /// Keeps the configuration beside the table, before the table's first line.
    fn keep_configuration(&self) -> Result<(), LedgerError> {
        if !self.kept.exists() {
            write_atomically(&self.kept, |file| {
                file.write_all(self.configuration.as_bytes())
            })?;
        }
        Ok(())
    }

    /// What has been measured so far.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Runs the cells of this shard that have no result yet, in this order, as many at once as there are threads in the
    /// current rayon pool, each on threads of its own, each result in the file before the next begins there. `run`
    /// returns None to stop (nothing is recorded for that cell, and no further cell starts); `tell` hears of each that
    /// ends.
    ///
    /// # Errors
    /// Results that cannot be written: the run stops, what was written stays.
    pub fn run(
        &mut self,
        cells: &[Cell],
        shard: Shard,
        run: impl Fn(&Cell) -> Option<Measured> + Sync,
        tell: impl Fn(Tally) + Sync,
    ) -> Result<(), LedgerError> {
        let mine = || cells.iter().skip(shard.index).step_by(shard.count);
        let keys: HashSet<String> = mine().map(Cell::key).collect();
        let is_mine = |e: &&Entry| keys.contains(&e.cell.key());
        let before: Vec<&Entry> = self.entries.iter().filter(is_mine).collect();
        let done = self.done();
        let open: Vec<&Cell> = mine().filter(|c| !done.contains(&c.key())).collect();
        let pace = Pace::new(&before, &open, rayon::current_num_threads());
        tell(pace.tally());
        self.keep_configuration()?;
        let log = Mutex::new(Log {
            pace,
            file: Appender::open(&self.path)?,
            new: Vec::new(),
            error: None,
        });
        parallel::each(&open, |&cell| {
            let start = Instant::now();
            let Some(measured) = run(cell) else {
                return false;
            };
            let entry = Entry {
                cell: cell.clone(),
                measured,
                seconds: (start.elapsed().as_secs_f64() * 1e4).round() / 1e4,
                version: env!("CARGO_PKG_VERSION").to_owned(),
            };
            let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
            if let Err(error) = log.file.append(&entry) {
                log.error = Some(error);
                return false;
            }
            log.pace.count(&entry);
            log.new.push(entry);
            tell(log.pace.tally());
            true
        })?;
        let log = log.into_inner().unwrap_or_else(PoisonError::into_inner);
        self.entries.extend(log.new);
        match log.error {
            Some(error) => Err(at(&self.path)(error)),
            None => Ok(()),
        }
    }

    /// Adds the results of other folders' ledgers of the same name and configuration, and puts the table in order.
    ///
    /// # Errors
    /// Ledgers that cannot be read, of another configuration, or that contradict each other.
    pub fn merge(&mut self, others: &[Self], cells: &[Cell]) -> Result<(), LedgerError> {
        let mut known: HashMap<String, Measured> = self
            .entries
            .iter()
            .map(|e| (e.cell.key(), e.measured.clone()))
            .collect();
        for entry in others.iter().flat_map(|ledger| &ledger.entries) {
            match known.get(&entry.cell.key()) {
                Some(measured) if *measured == entry.measured => {}
                Some(_) => {
                    return Err(LedgerError::Contradiction {
                        cell: entry.cell.key(),
                    });
                }
                None => {
                    known.insert(entry.cell.key(), entry.measured.clone());
                    self.entries.push(entry.clone());
                }
            }
        }
        self.put_in_order(cells)
    }

    /// Whether every one of these cells has a result.
    pub fn is_complete(&self, cells: &[Cell]) -> bool {
        let done = self.done();
        cells.iter().all(|cell| done.contains(&cell.key()))
    }

    fn done(&self) -> HashSet<String> {
        self.entries.iter().map(|e| e.cell.key()).collect()
    }

    /// Rewrites the table in the order of these cells; what is none of them comes last.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn put_in_order(&mut self, cells: &[Cell]) -> Result<(), LedgerError> {
        let place: HashMap<String, usize> = cells
            .iter()
            .enumerate()
            .map(|(k, c)| (c.key(), k))
            .collect();
        self.entries
            .sort_by_key(|e| place.get(&e.cell.key()).copied().unwrap_or(usize::MAX));
        self.keep_configuration()?;
        rewrite(&self.path, &self.entries)
    }
}

/// What a run has measured and written so far.
struct Log {
    pace: Pace,
    file: Appender,
    new: Vec<Entry>,
    /// Why the last result could not be written.
    error: Option<io::Error>,
}

#[cfg(test)]
mod tests;
