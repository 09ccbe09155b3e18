//! Ledger: results of long experiments, one line a cell, that survive `kill -9`.
//!
//! A cell is one independent task (method, data, load, repeat). Each result is appended to a CSV file at once; a run that is stopped resumes where it was, a line torn by a crash is cut off, and the finished table is rewritten in
//! the order of the cells, so that it is the same however often the run was stopped and on however many machines it ran
//! (but for times). A copy of the configuration guards against mixing results of different settings.

use crate::parallel;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Mutex;
use std::time::{Duration, Instant};

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
    /// `optimal`, `feasible` or `interrupted`; empty for methods that claim nothing.
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

/// Part `index` of `count` equal shares of the cells: every cell whose number is `index` modulo `count`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// From 0.
    pub index: usize,
    /// At least 1, more than `index`.
    pub count: usize,
}

impl Shard {
    /// All cells.
    pub const WHOLE: Self = Self { index: 0, count: 1 };
}

/// A text that names no share of the work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no share i/n with i from 1 to n, for example 2/8")]
pub struct ParseShardError(String);

impl FromStr for Shard {
    type Err = ParseShardError;

    /// Parses `i/n`, i from 1.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts = text.split_once('/');
        let number = |part: &str| part.parse::<usize>().ok().filter(|&k| k >= 1);
        match parts.and_then(|(i, n)| Some((number(i)?, number(n)?))) {
            Some((i, count)) if i <= count => Ok(Self {
                index: i - 1,
                count,
            }),
            _ => Err(ParseShardError(text.to_owned())),
        }
    }
}

/// Appended results reach the disk itself at least this often; the death of the process alone loses none.
const SYNC_INTERVAL: Duration = Duration::from_secs(1);

/// The results file of one figure in one folder.
#[derive(Debug)]
pub struct Ledger {
    path: PathBuf,
    entries: Vec<Entry>,
}

impl Ledger {
    /// Opens or makes `FOLDER/NAME.csv` for results under `configuration` (its text, kept as `FOLDER/NAME.toml`).
    ///
    /// # Errors
    /// A folder that cannot be written, results of another configuration, or a file that is no ledger.
    pub fn open(folder: &Path, name: &str, configuration: &str) -> Result<Self, LedgerError> {
        fs::create_dir_all(folder).map_err(at(folder))?;
        let kept = folder.join(format!("{name}.toml"));
        let path = folder.join(format!("{name}.csv"));
        match fs::read_to_string(&kept) {
            Ok(text) if text == configuration => {}
            Ok(_) => return Err(LedgerError::OtherConfiguration { path: kept }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                if path.exists() {
                    return Err(LedgerError::OtherConfiguration { path });
                }
                write_whole(&kept, configuration.as_bytes())?;
            }
            Err(error) => return Err(at(&kept)(error)),
        }
        let entries = if path.exists() {
            recover(&path)?
        } else {
            Vec::new()
        };
        Ok(Self { path, entries })
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
            return Self::open(folder, name, configuration);
        }
        Err(LedgerError::Nothing {
            folder: folder.to_owned(),
            name: name.to_owned(),
        })
    }

    /// What has been measured so far.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Runs the cells of this shard that have no result yet, as many at once as there are threads in the current rayon
    /// pool, each on threads of its own, each result in the file before the next begins there. `run` returns None to stop
    /// (nothing is recorded for that cell, and no further cell starts); `tell(done, all)` hears of each that ends. At the
    /// end the table is put in order.
    ///
    /// # Errors
    /// Results that cannot be written: the run stops, what was written stays.
    pub fn run(
        &mut self,
        cells: &[Cell],
        shard: Shard,
        run: impl Fn(&Cell) -> Option<Measured> + Sync,
        tell: impl Fn(usize, usize) + Sync,
    ) -> Result<(), LedgerError> {
        let done = self.done();
        let mine = || cells.iter().skip(shard.index).step_by(shard.count);
        let all = mine().count();
        let open: Vec<&Cell> = mine().filter(|c| !done.contains(&c.key())).collect();
        tell(all - open.len(), all);
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&self.path)
            .map_err(at(&self.path))?;
        let log = Mutex::new(Log {
            file,
            synced: Instant::now(),
            new: Vec::new(),
            error: None,
        });
        parallel::each(&open, |&cell| {
            let start = Instant::now();
            let measured = run(cell);
            let mut log = log
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            let entry = measured.map(|measured| Entry {
                cell: cell.clone(),
                measured,
                seconds: (start.elapsed().as_secs_f64() * 1e4).round() / 1e4,
                version: env!("CARGO_PKG_VERSION").to_owned(),
            });
            let written = entry.is_some_and(|entry| log.append(entry).is_ok());
            if written {
                tell(all - open.len() + log.new.len(), all);
            }
            written
        })?;
        let log = log
            .into_inner()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        self.entries.extend(log.new);
        match log.error {
            Some(error) => Err(at(&self.path)(error)),
            None => self.put_in_order(cells),
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
        let mut bytes = Vec::new();
        for entry in &self.entries {
            append_to(&mut bytes, entry).map_err(at(&self.path))?;
        }
        write_whole(&self.path, &[HEADER.as_bytes(), b"\n", &bytes].concat())
    }
}

/// The columns of a ledger, in order.
const HEADER: &str = "figure,method,data,neurons,patterns,level,repeat,seed,wrong_bits,wrong_bits_strict,\
wrong_bits_fixed_point,lower_bound,zero_share,margin,exact_recall,overlap,accuracy,status,certified,options,seconds,version";

/// The entry as one CSV record. The csv crate cannot serialise flattened structs, so the parts go one after another.
fn append_to(out: &mut Vec<u8>, entry: &Entry) -> io::Result<()> {
    let mut writer = csv::WriterBuilder::new()
        .has_headers(false)
        .from_writer(out);
    writer
        .serialize((&entry.cell, &entry.measured, entry.seconds, &entry.version))
        .map_err(io::Error::other)?;
    writer.flush()
}

/// A ledger's file while cells run.
struct Log {
    file: File,
    synced: Instant,
    new: Vec<Entry>,
    /// Why the last result could not be written.
    error: Option<io::Error>,
}

impl Log {
    fn append(&mut self, entry: Entry) -> Result<(), ()> {
        match self.write(&entry) {
            Ok(()) => {
                self.new.push(entry);
                Ok(())
            }
            Err(error) => {
                self.error = Some(error);
                Err(())
            }
        }
    }

    fn write(&mut self, entry: &Entry) -> io::Result<()> {
        let mut record = Vec::new();
        if self.file.metadata()?.len() == 0 {
            record.extend_from_slice(HEADER.as_bytes());
            record.push(b'\n');
        }
        append_to(&mut record, entry)?;
        self.file.write_all(&record)?;
        if self.synced.elapsed() >= SYNC_INTERVAL {
            self.synced = Instant::now();
            self.file.sync_data()?;
        }
        Ok(())
    }
}

/// Reads a ledger, first cutting off a last line without its line end: what a crash in the middle of a write leaves.
fn recover(path: &Path) -> Result<Vec<Entry>, LedgerError> {
    let text = fs::read(path).map_err(at(path))?;
    let whole = text
        .iter()
        .rposition(|&b| b == b'\n')
        .map_or(0, |end| end + 1);
    if whole < text.len() {
        let file = OpenOptions::new()
            .write(true)
            .open(path)
            .map_err(at(path))?;
        file.set_len(whole as u64).map_err(at(path))?;
    }
    let broken = |message: String| LedgerError::Broken {
        path: path.to_owned(),
        message,
    };
    let mut lines = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(&text[..whole]);
    let mut entries = Vec::new();
    for (k, record) in lines.records().enumerate() {
        let record = record.map_err(|error| broken(error.to_string()))?;
        if k == 0 {
            if record.iter().collect::<Vec<_>>().join(",") != HEADER {
                return Err(broken(
                    "its header is not that of a results table of this version".to_owned(),
                ));
            }
            continue;
        }
        let parsed: Result<(Cell, Measured, f64, String), _> = record.deserialize(None);
        let (cell, measured, seconds, version) =
            parsed.map_err(|error| broken(format!("line {}: {error}", k + 1)))?;
        entries.push(Entry {
            cell,
            measured,
            seconds,
            version,
        });
    }
    Ok(entries)
}

fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), LedgerError> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".partial");
    let partial = path.with_file_name(name);
    let write = || -> io::Result<()> {
        let mut file = File::create(&partial)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&partial, path)
    };
    write().map_err(at(path))
}

fn at(path: &Path) -> impl Fn(io::Error) -> LedgerError + '_ {
    move |source| LedgerError::Io {
        path: path.to_owned(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn cells(count: usize) -> Vec<Cell> {
        let cell = |repeat| Cell {
            figure: "figX".into(),
            method: "hebbian".into(),
            data: "a,\"b\"".into(),
            neurons: 3,
            patterns: 4,
            level: 0.1,
            repeat,
            seed: 10 + repeat as u64,
        };
        (0..count).map(cell).collect()
    }

    fn measure(cell: &Cell) -> Measured {
        Measured {
            wrong_bits: Some(cell.repeat * 7),
            zero_share: Some(1.0 / (cell.repeat as f64 + 3.0)),
            status: "optimal".into(),
            ..Measured::default()
        }
    }

    fn timeless(ledger: &Ledger) -> Vec<(Cell, Measured)> {
        ledger
            .entries()
            .iter()
            .map(|e| (e.cell.clone(), e.measured.clone()))
            .collect()
    }

    #[test]
    fn stopped_torn_and_resumed_gives_the_same_table() {
        let (whole, torn) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let cells = cells(20);
        let mut reference = Ledger::open(whole.path(), "t", "x = 1").unwrap();
        reference
            .run(&cells, Shard::WHOLE, |c| Some(measure(c)), |_, _| {})
            .unwrap();

        let started = AtomicUsize::new(0);
        let stop_after_five =
            |c: &Cell| (started.fetch_add(1, Ordering::Relaxed) < 5).then(|| measure(c));
        let mut first = Ledger::open(torn.path(), "t", "x = 1").unwrap();
        first
            .run(&cells, Shard::WHOLE, stop_after_five, |_, _| {})
            .unwrap();
        assert_eq!(first.entries().len(), 5);
        let path = torn.path().join("t.csv");
        let text = fs::read(&path).unwrap();
        fs::write(&path, &text[..text.len() - 9]).unwrap();

        let mut second = Ledger::open(torn.path(), "t", "x = 1").unwrap();
        assert_eq!(second.entries().len(), 4);
        second
            .run(&cells, Shard::WHOLE, |c| Some(measure(c)), |_, _| {})
            .unwrap();
        assert!(second.is_complete(&cells));
        assert_eq!(timeless(&second), timeless(&reference));
        let reread = Ledger::open(torn.path(), "t", "x = 1").unwrap();
        assert_eq!(reread.entries(), second.entries());
    }

    #[test]
    fn shards_merge_into_the_whole() {
        let folders: Vec<_> = (0..4).map(|_| tempfile::tempdir().unwrap()).collect();
        let cells = cells(10);
        let shards: Vec<Ledger> = (0..3)
            .map(|index| {
                let mut ledger = Ledger::open(folders[index].path(), "t", "x = 1").unwrap();
                ledger
                    .run(
                        &cells,
                        Shard { index, count: 3 },
                        |c| Some(measure(c)),
                        |_, _| {},
                    )
                    .unwrap();
                ledger
            })
            .collect();
        let mut merged = Ledger::open(folders[3].path(), "t", "x = 1").unwrap();
        merged.merge(&shards, &cells).unwrap();
        assert!(merged.is_complete(&cells));
        assert_eq!(
            merged
                .entries()
                .iter()
                .map(|e| e.cell.repeat)
                .collect::<Vec<_>>(),
            (0..10).collect::<Vec<_>>()
        );
        let mut liar = Ledger {
            path: shards[0].path.clone(),
            entries: shards[0].entries.clone(),
        };
        liar.entries[0].measured.wrong_bits = Some(1);
        assert!(matches!(
            merged.merge(&[liar], &cells),
            Err(LedgerError::Contradiction { .. })
        ));
    }

    #[test]
    fn other_settings_and_other_files_are_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let cells = cells(2);
        Ledger::open(folder.path(), "t", "x = 1")
            .unwrap()
            .run(&cells, Shard::WHOLE, |c| Some(measure(c)), |_, _| {})
            .unwrap();
        let before = fs::read(folder.path().join("t.csv")).unwrap();
        assert!(matches!(
            Ledger::open(folder.path(), "t", "x = 2"),
            Err(LedgerError::OtherConfiguration { .. })
        ));
        fs::write(folder.path().join("u.csv"), "precious").unwrap();
        assert!(matches!(
            Ledger::open(folder.path(), "u", "x = 1"),
            Err(LedgerError::OtherConfiguration { .. })
        ));
        assert_eq!(fs::read(folder.path().join("t.csv")).unwrap(), before);
        fs::write(folder.path().join("t.csv"), "a,b\n1,2\n").unwrap();
        assert!(matches!(
            Ledger::open(folder.path(), "t", "x = 1"),
            Err(LedgerError::Broken { .. })
        ));
    }
}
