//! Ledger: results of long experiments, one line a cell, that survive `kill -9`.
//!
//! A cell is one independent task (method, data, load, repeat). Each result is appended to a CSV file at once; a run
//! that is stopped resumes where it was, a line torn by a crash is cut off, and the finished table is rewritten in the
//! order of the cells, so that it is the same however often the run was stopped and on however many machines it ran
//! (but for times). A copy of the configuration guards against mixing results of different settings.

mod entry;
mod error;
mod file;
mod folder;
mod pace;
mod runs;
mod shard;

pub use entry::{Cell, Entry, Measured};
pub use error::LedgerError;
pub use folder::Folder;
pub use pace::Tally;
pub use shard::{ParseShardError, Shard};

use crate::parallel;
use crate::run::Run;
use attractor::io::{MAX_CONFIGURATION, read_text_bounded, write_atomically};
use error::at;
use file::{Appender, recover, rewrite};
use pace::Pace;
use std::collections::{HashMap, HashSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// The results file of one figure in one folder.
#[derive(Debug)]
pub struct Ledger {
    /// The table.
    path: PathBuf,
    /// Where the configuration is kept, and its text.
    kept: PathBuf,
    configuration: String,
    entries: Vec<Entry>,
    /// Those that measured the entries, as far as they are recorded, and whether this one is among them.
    runs: Vec<Run>,
    recorded: bool,
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
        match read_text_bounded(&kept, MAX_CONFIGURATION) {
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
            runs: runs::read(&path)?,
            recorded: false,
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

    /// Refuses results of cells that are none of these.
    ///
    /// # Errors
    /// [`LedgerError::Foreign`].
    pub fn check_cells(&self, cells: &[Cell]) -> Result<(), LedgerError> {
        let known: HashSet<String> = cells.iter().map(Cell::key).collect();
        let mut keys = self.entries.iter().map(|entry| entry.cell.key());
        match keys.find(|key| !known.contains(key)) {
            Some(cell) => Err(LedgerError::Foreign {
                path: self.path.clone(),
                cell,
            }),
            None => Ok(()),
        }
    }

    /// Refuses ledgers that hold different results of one cell.
    ///
    /// # Errors
    /// [`LedgerError::Contradiction`].
    pub fn check_agreement<'a>(
        ledgers: impl IntoIterator<Item = &'a Self>,
    ) -> Result<(), LedgerError> {
        let mut known: HashMap<String, (&Path, &Measured)> = HashMap::new();
        for ledger in ledgers {
            for entry in &ledger.entries {
                let own = (ledger.path.as_path(), &entry.measured);
                let (first, measured) = *known.entry(entry.cell.key()).or_insert(own);
                if *measured != entry.measured {
                    return Err(LedgerError::Contradiction {
                        cell: entry.cell.key(),
                        first: first.to_owned(),
                        second: ledger.path.clone(),
                    });
                }
            }
        }
        Ok(())
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

    /// The runs that measured it, the first first; none where they were not recorded.
    pub fn runs(&self) -> &[Run] {
        &self.runs
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
        if !open.is_empty() && !self.recorded {
            self.recorded = true;
            self.runs.push(Run::now());
            runs::write(&self.path, &self.runs)?;
        }
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
        Self::check_agreement(others.iter().chain([&*self]))?;
        let mut known = self.done();
        for entry in others.iter().flat_map(|ledger| &ledger.entries) {
            if known.insert(entry.cell.key()) {
                self.entries.push(entry.clone());
            }
        }
        for run in others.iter().flat_map(|ledger| &ledger.runs) {
            if !self.runs.contains(run) {
                self.runs.push(run.clone());
            }
        }
        self.runs.sort_by(|a, b| a.started.cmp(&b.started));
        if !self.runs.is_empty() {
            runs::write(&self.path, &self.runs)?;
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
