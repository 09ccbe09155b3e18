//! Reproduce: a figure's experiment in a folder: run or resumed, joined from shards, drawn, reported.

use crate::config;
use crate::figures::{CellError, Figure, NETWORKS, Plate};
use crate::ledger::{Entry, Folder, Ledger, LedgerError, Shard, Tally};
use crate::plot::PlotError;
use crate::run::Run;
use attractor::Control;
use attractor::io::{
    MAX_CONFIGURATION, MAX_TEXT, WriteError, read_bounded, read_text_bounded, write_atomically,
};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// Why an experiment ends without results.
#[derive(Debug, thiserror::Error)]
pub enum ReproduceError {
    /// The results cannot be read or written, or are those of something else.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// A configuration beside results that cannot be read.
    #[error("{}", path.display())]
    Config {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        source: config::ConfigError,
    },
    /// A cell that has no result.
    #[error("{figure}")]
    Cell {
        /// Which figure.
        figure: String,
        /// What refused.
        source: CellError,
    },
    /// A chart that cannot be drawn.
    #[error(transparent)]
    Plot(#[from] PlotError),
    /// A picture or report that cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The file system refuses.
    #[error("{}", path.display())]
    Io {
        /// Which file or folder.
        path: PathBuf,
        /// What it said.
        source: io::Error,
    },
}

/// A chart or picture that was drawn.
#[derive(Debug, Clone)]
pub struct Drawn {
    /// Name of its files, without extension.
    pub name: String,
    /// What it shows.
    pub caption: String,
    /// As SVG, if it is a chart.
    pub svg: Option<String>,
    /// As SVG with its labels, if it is a picture that has some.
    pub labelled: Option<String>,
    /// As PNG.
    pub png: Vec<u8>,
}

/// A figure's results in other folders, to be joined.
#[derive(Debug)]
pub struct Parts {
    folders: Vec<PathBuf>,
    ledgers: Vec<Ledger>,
}

impl Parts {
    /// Opens the results of this figure in each folder, for reading.
    ///
    /// # Errors
    /// Folders without results of this figure, of another configuration, or in which a run is at work; results of cells
    /// that the figure does not have, or that contradict each other.
    pub fn open(figure: &Figure, folders: &[PathBuf]) -> Result<Self, ReproduceError> {
        let cells = figure.cells();
        let open = |folder: &PathBuf| {
            let ledger = Ledger::open_existing(folder, figure.name(), figure.kept())?;
            ledger.check_cells(&cells)?;
            Ok::<_, LedgerError>(ledger)
        };
        let ledgers = folders.iter().map(open).collect::<Result<Vec<_>, _>>()?;
        Ledger::check_agreement(&ledgers)?;
        Ok(Self {
            folders: folders.to_vec(),
            ledgers,
        })
    }
}

/// A figure's experiment and its results in one folder.
#[derive(Debug)]
pub struct Reproduction {
    figure: Figure,
    folder: Folder,
    ledger: Ledger,
}

impl Reproduction {
    /// Opens the results of this figure in `folder`; without any, it begins with none.
    ///
    /// # Errors
    /// Results of another configuration, or damaged ones.
    pub fn open(figure: Figure, folder: &Folder) -> Result<Self, ReproduceError> {
        let ledger = Ledger::open(folder, figure.name(), figure.kept())?;
        ledger.check_cells(&figure.cells())?;
        Ok(Self {
            figure,
            folder: folder.clone(),
            ledger,
        })
    }

    /// Every experiment with results in `folder`, in the order of their names.
    ///
    /// # Errors
    /// A folder that cannot be read, or results that are damaged.
    pub fn all_in(folder: &Folder) -> Result<Vec<Self>, ReproduceError> {
        let io = |source| ReproduceError::Io {
            path: folder.path().to_owned(),
            source,
        };
        let mut names = Vec::new();
        for entry in fs::read_dir(folder.path()).map_err(io)? {
            let path = entry.map_err(io)?.path();
            let stem = path.file_stem().and_then(|stem| stem.to_str());
            if let Some(stem) = stem
                && path.extension().is_some_and(|e| e == "toml")
                && path.with_extension("csv").is_file()
            {
                names.push((stem.to_owned(), path.clone()));
            }
        }
        names.sort();
        let open = |(name, path): (String, PathBuf)| {
            let text = read_text_bounded(&path, MAX_CONFIGURATION).map_err(|source| {
                ReproduceError::Io {
                    path: path.clone(),
                    source,
                }
            })?;
            let figure = Figure::parse_kept(&name, &text)
                .map_err(|source| ReproduceError::Config { path, source })?;
            Self::open(figure, folder)
        };
        names.into_iter().map(open).collect()
    }

    /// The experiment.
    pub fn figure(&self) -> &Figure {
        &self.figure
    }

    /// What has been measured so far.
    pub fn entries(&self) -> &[Entry] {
        self.ledger.entries()
    }

    /// When and where it was measured, as far as that was recorded.
    pub fn runs(&self) -> &[Run] {
        self.ledger.runs()
    }

    /// Whether every cell has a result.
    pub fn is_complete(&self) -> bool {
        self.ledger.is_complete(&self.figure.cells())
    }

    /// Runs what is missing in this share, until done or interrupted; `tell` hears of each cell that ends.
    ///
    /// # Errors
    /// A cell that cannot be run, or results that cannot be written; what was measured stays.
    pub fn run(
        &mut self,
        shard: Shard,
        control: &Control<'_>,
        tell: impl Fn(Tally) + Sync,
    ) -> Result<(), ReproduceError> {
        let (figure, folder) = (&self.figure, self.folder.path());
        let stages = figure.stages();
        let share = |stage: &Vec<_>| stage.iter().skip(shard.index).step_by(shard.count).count();
        let all = stages.iter().map(share).sum();
        let mut before = 0;
        for stage in &stages {
            let refused = Mutex::new(None);
            let measure = |cell: &_| {
                if control.should_stop() {
                    return None;
                }
                figure.run(cell, folder, control).unwrap_or_else(|error| {
                    let mut refused = refused
                        .lock()
                        .unwrap_or_else(std::sync::PoisonError::into_inner);
                    refused.get_or_insert(error);
                    None
                })
            };
            let heard = |stage: Tally| {
                tell(Tally {
                    done: before + stage.done,
                    all,
                    ..stage
                });
            };
            self.ledger.run(stage, shard, measure, heard)?;
            let refused = refused
                .into_inner()
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            if let Some(source) = refused {
                return Err(self.refused(source));
            }
            if control.should_stop() {
                break;
            }
            before += share(stage);
        }
        Ok(self.ledger.put_in_order(&figure.cells())?)
    }

    /// Adds the results, and the networks, of other folders.
    ///
    /// # Errors
    /// Parts that contradict each other; then nothing is added.
    pub fn merge(&mut self, parts: &Parts) -> Result<(), ReproduceError> {
        self.ledger.merge(&parts.ledgers, &self.figure.cells())?;
        for folder in &parts.folders {
            self.copy_networks(&folder.join(NETWORKS))
                .map_err(|source| ReproduceError::Io {
                    path: folder.join(NETWORKS),
                    source,
                })?;
        }
        Ok(())
    }

    fn copy_networks(&self, from: &Path) -> io::Result<()> {
        if !from.is_dir() {
            return Ok(());
        }
        let into = self.folder.path().join(NETWORKS);
        fs::create_dir_all(&into)?;
        for entry in fs::read_dir(from)? {
            let entry = entry?;
            let name = entry.file_name();
            let own = format!("{}-", self.figure.name());
            if name.to_string_lossy().starts_with(&own) && !into.join(&name).exists() {
                fs::copy(entry.path(), into.join(&name))?;
            }
        }
        Ok(())
    }

    /// Draws every chart (`NAME.svg`, `NAME.png`) and picture (`NAME.png`) into the folder. A picture whose networks are
    /// not kept there stays as it is.
    ///
    /// # Errors
    /// What cannot be drawn or written.
    pub fn draw(&self) -> Result<Vec<Drawn>, ReproduceError> {
        let mut drawn = Vec::new();
        let charts = self.figure.charts(self.entries());
        for (name, chart) in charts
            .into_iter()
            .filter(|(_, chart)| !chart.series.is_empty())
        {
            drawn.push(Drawn {
                name,
                caption: format!(
                    "{}; {} against {}",
                    chart.title, chart.y_label, chart.x_label
                ),
                svg: Some(chart.svg()?),
                labelled: None,
                png: chart.png()?,
            });
        }
        let plates = self.figure.plates(self.folder.path());
        for plate in plates.map_err(|source| self.refused(source))? {
            drawn.extend(self.plate(plate)?);
        }
        for each in &drawn {
            let path = self.folder.path().join(&each.name);
            if let Some(svg) = &each.svg {
                write_atomically(&path.with_extension("svg"), |file| {
                    file.write_all(svg.as_bytes())
                })?;
            }
            write_atomically(&path.with_extension("png"), |file| {
                file.write_all(&each.png)
            })?;
        }
        Ok(drawn)
    }

    /// The picture as PNG: drawn, or as an earlier run left it; None if there is neither.
    fn plate(&self, plate: Plate) -> Result<Option<Drawn>, ReproduceError> {
        let path = self.folder.path().join(&plate.name).with_extension("png");
        let mut png = Vec::new();
        let made = match &plate.picture {
            Some(picture) => picture.write_to(&mut png),
            None if !path.exists() => return Ok(None),
            None => read_bounded(&path, MAX_TEXT).map(|kept| png = kept),
        };
        made.map_err(|source| ReproduceError::Io { path, source })?;
        Ok(Some(Drawn {
            name: plate.name,
            caption: plate.caption,
            svg: None,
            labelled: plate.labels.around(&png),
            png,
        }))
    }

    fn refused(&self, source: CellError) -> ReproduceError {
        ReproduceError::Cell {
            figure: self.figure.name().to_owned(),
            source,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::write_report;
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

    const GALLERY: &str = r#"
        kind = "gallery"
        title = "test"
        [full]
        data = "random"
        shape = "4x5"
        patterns = 4
        methods = ["hebbian", "pseudo-inverse", "milp-vertex"]
        weights = true
        noise-percent = { from = 10, to = 20, step = 10 }
        repeats = 2
        shown = [1]
        seed = 1
        [quick]
        data = "mnist"
        shape = "4x5"
        patterns = 4
        methods = ["hebbian"]
        seed = 1
    "#;

    fn run(folder: &Path, shard: Shard) -> Reproduction {
        let figure = Figure::parse("fig7", GALLERY, false).unwrap();
        let folder = Folder::claim(folder).unwrap();
        let mut reproduction = Reproduction::open(figure, &folder).unwrap();
        reproduction.run(shard, &Control::new(), |_| {}).unwrap();
        reproduction
    }

    fn table(reproduction: &Reproduction) -> Vec<String> {
        let line = |e: &Entry| format!("{:?} {:?}", e.cell, e.measured);
        reproduction.entries().iter().map(line).collect()
    }

    #[test]
    fn a_gallery_runs_in_shards_resumes_and_is_reported() {
        let folders: Vec<_> = (0..4).map(|_| tempfile::tempdir().unwrap()).collect();
        let whole = run(folders[0].path(), Shard::WHOLE);
        assert!(whole.is_complete());
        assert_eq!(whole.entries().len(), 3 + 3 * 2 * 2 + 3 * (1 + 2 * 2));

        let paths: Vec<PathBuf> = (1..3).map(|k| folders[k].path().to_owned()).collect();
        for (index, path) in paths.iter().enumerate() {
            run(path, Shard { index, count: 2 });
        }
        let figure = Figure::parse("fig7", GALLERY, false).unwrap();
        let folder = Folder::claim(folders[3].path()).unwrap();
        let mut merged = Reproduction::open(figure, &folder).unwrap();
        let parts = Parts::open(merged.figure(), &paths).unwrap();
        merged.merge(&parts).unwrap();
        assert_eq!(table(&merged), table(&whole));

        let report = write_report(&folder).unwrap();
        let html = fs::read_to_string(report).unwrap();
        assert!(html.contains("<svg") && html.contains("data:image/png;base64,"));
        // Pictures have axes and names as text of the page.
        assert!(
            html.contains(">from neuron</text>") && html.contains(">flipped bits of 20</text>")
        );
        assert!(!html.contains("<img"));
        assert!(html.contains("milp-vertex") && !html.contains("NaN"));
        // What was found and the contents come first, and the contents lead somewhere.
        let place = |text| html.find(text).unwrap();
        assert!(place("claims that were measured") < place("href=\"#fig7\""));
        assert!(place("href=\"#fig7\"") < place("<h2 id=\"fig7\">"));
        assert!(html.contains("claims not measured in this setting"));
        // The parts were measured here; the whole says so.
        let here = Run::now();
        assert!(html.contains(&format!("<td>{}</td>", here.system)));
        assert!(html.contains(&format!("attractor {} on ", here.version)));
        for name in [
            "fig7-exact.svg",
            "fig7-overlap.png",
            "fig7-asynchronous-exact.svg",
            "fig7-hebbian.png",
            "fig7-pattern1.png",
        ] {
            assert!(folders[3].path().join(name).is_file(), "{name}");
        }
        // Networks are large and need not be kept: their pictures stay.
        fs::remove_dir_all(folders[3].path().join(NETWORKS)).unwrap();
        let again = fs::read_to_string(write_report(&folder).unwrap()).unwrap();
        // But for the ends of the colour bars, which only the networks tell.
        let shared = |page: &str| {
            let is_end = |line: &&str| {
                line.contains("<text") && (line.contains(">+") || line.contains(">−"))
            };
            page.lines()
                .filter(|line| !is_end(line))
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        assert!(again != html && shared(&again) == shared(&html));
    }

    #[test]
    fn an_interrupt_loses_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let reference = tempfile::tempdir().unwrap();
        let (flag, heard) = (AtomicBool::new(false), AtomicUsize::new(0));
        let figure = Figure::parse("fig7", GALLERY, false).unwrap();
        let claimed = Folder::claim(folder.path()).unwrap();
        let mut first = Reproduction::open(figure, &claimed).unwrap();
        let stop = |_| {
            if heard.fetch_add(1, Ordering::Relaxed) == 5 {
                flag.store(true, Ordering::Relaxed);
            }
        };
        first
            .run(Shard::WHOLE, &Control::new().with_interrupt(&flag), stop)
            .unwrap();
        assert!(!first.is_complete() && first.entries().len() >= 4);
        drop((first, claimed));
        let resumed = run(folder.path(), Shard::WHOLE);
        assert_eq!(table(&resumed), table(&run(reference.path(), Shard::WHOLE)));
    }
}
