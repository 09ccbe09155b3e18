//! Compare: every way of training on one set of patterns: what it stores, what it guarantees, what it repairs, how long it
//! takes, beside a dense memory and the nearest stored pattern as the limit.

use crate::basins::{Basins, Damage};
use crate::figures::CellError;
use crate::figures::measure::data;
use crate::method::{Method, Settings, Task};
use crate::pattern_memory::PatternMemory;
use crate::plot::{Chart, Dash, Look, Point, Series};
use crate::seeds;
use attractor::{
    Cues, Order, Patterns, RecallOptions, Shape, Status, Trained, Update, certified_radii,
};
use attractor_exact::Control;
use std::cmp::Ordering;
use std::time::{Duration, Instant};

/// How everything recalls.
const UPDATE: Update = Update::Asynchronous(Order::Fixed);

/// Numbers of flips that are measured if none are asked for. Larger: a smoother curve that takes longer.
const DEFAULT_FLIPS: usize = 8;

/// The most cues of a comparison. Larger: a slip of the finger takes days.
pub const MOST_CUES: usize = 1_000_000_000;

/// The numbers of flipped entries that are measured if none are asked for, from, to and step: eight, up to N/4.
pub fn usual_flips(neurons: usize) -> (usize, usize, usize) {
    let to = (neurons / 4).max(1).min(neurons);
    let step = to.div_ceil(DEFAULT_FLIPS);
    (step, to, step)
}

/// The ways of training that are compared if none are named: all but the paper's program, which takes long, and receptive
/// fields where nobody has said how the neurons are arranged.
pub fn usual_methods(arranged: bool) -> Vec<Method> {
    let wanted = |method: &Method| match method {
        Method::MilpVertex => false,
        Method::ExactReceptive => arranged,
        _ => true,
    };
    Method::all().filter(wanted).collect()
}

/// What is compared on which patterns.
#[derive(Debug, Clone)]
pub struct Compare<'a> {
    /// What is stored.
    pub patterns: &'a Patterns,
    /// Of the images; height 1 for patterns that are none.
    pub shape: Shape,
    /// The ways of training, each once.
    pub methods: Vec<Method>,
    /// What the methods are told.
    pub settings: Settings,
    /// Numbers of flipped entries of the cues, ascending, at most N; at least one.
    pub flips: Vec<usize>,
    /// Cues of each pattern for each number of flips.
    pub repeats: usize,
    /// Of training and of damage: every method gets the same cues.
    pub seed: u64,
}

/// One line of the comparison.
#[derive(Debug, Clone)]
pub struct Compared {
    /// Who.
    pub contender: Contender,
    /// The memory, or why there is none.
    pub memory: Result<Memory, String>,
    /// Share of cues recalled exactly in percent for each number of flips, with Wilson's 95 % interval; empty if there is no
    /// memory.
    pub recalled: Vec<Point>,
}

/// Who recalls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Contender {
    /// A network that this method trained.
    Trained(Method),
    /// No network: a memory that keeps the patterns themselves.
    Patterns(PatternMemory),
}

/// A trained memory's numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Memory {
    /// Wrong bits of all patterns.
    pub wrong_bits: usize,
    /// No network with these couplings has fewer, if the method proves anything.
    pub lower_bound: Option<usize>,
    /// What is proven, if the method proves anything.
    pub status: Option<Status>,
    /// Least aligned field over row norm among the right bits.
    pub margin: Option<f64>,
    /// Flips that every pattern survives in one step, wherever they fall; none if a pattern is not stored.
    pub radius: Option<usize>,
    /// Training's wall time.
    pub time: Duration,
}

impl Contender {
    /// The name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Trained(method) => method.name(),
            Self::Patterns(PatternMemory::Dense) => "dense-exponential",
            Self::Patterns(PatternMemory::Nearest) => "nearest-pattern",
        }
    }

    fn dash(self) -> Dash {
        match self {
            Self::Trained(method) if method.searches() => Dash::Solid,
            Self::Trained(_) => Dash::Dashed,
            Self::Patterns(_) => Dash::Dotted,
        }
    }
}

impl Compared {
    /// Mean share over the numbers of flips, in percent; `None` without a memory.
    pub fn mean(&self) -> Option<f64> {
        let count = self.recalled.len();
        (count > 0).then(|| self.recalled.iter().map(|point| point.y).sum::<f64>() / count as f64)
    }
}

impl Compare<'_> {
    /// Trains and measures one contender after another until done, or stopped with those that are finished. Recall is
    /// asynchronous, in fixed order. `tell(name, done, all)` hears whose turn it is.
    ///
    /// # Errors
    /// Patterns that recall refuses; a method that refuses them is a line of its own.
    pub fn run(
        &self,
        control: &Control<'_>,
        tell: impl Fn(&'static str, usize, usize),
    ) -> Result<Vec<Compared>, CellError> {
        let mut lines = Vec::new();
        for (done, &method) in self.methods.iter().enumerate() {
            if control.should_stop() {
                return Ok(lines);
            }
            tell(method.name(), done, self.methods.len());
            let line = self.trained(method, control)?;
            if control.interrupted() {
                return Ok(lines);
            }
            lines.push(line);
        }
        for memory in [PatternMemory::Dense, PatternMemory::Nearest] {
            lines.push(self.kept(memory)?);
        }
        Ok(lines)
    }

    fn trained(&self, method: Method, control: &Control<'_>) -> Result<Compared, CellError> {
        let task = Task {
            patterns: self.patterns,
            shape: self.shape,
            settings: &self.settings,
            rule_settings: &[],
            seed: self.seed,
        };
        let contender = Contender::Trained(method);
        let started = Instant::now();
        let trained = match method.train(&task, control) {
            Ok(learned) => learned.trained,
            Err(refusal) => {
                return Ok(Compared {
                    contender,
                    memory: Err(refusal.to_string()),
                    recalled: Vec::new(),
                });
            }
        };
        let time = started.elapsed();
        let basins = Basins {
            network: &trained.network,
            patterns: self.patterns,
            shape: self.shape,
            options: RecallOptions::new(UPDATE),
            damages: vec![(Damage::Flips, self.flips.clone())],
            repeats: self.repeats,
            seed: self.seed,
        };
        let measured = basins.measure(control, |_, _| ())?;
        Ok(Compared {
            contender,
            memory: Ok(self.memory(method, &trained, time)?),
            recalled: measured
                .rows
                .iter()
                .map(crate::basins::Row::share)
                .collect(),
        })
    }

    fn memory(
        &self,
        method: Method,
        trained: &Trained,
        time: Duration,
    ) -> Result<Memory, CellError> {
        let radii =
            certified_radii(&trained.network, self.patterns, self.settings.ties).map_err(data)?;
        let flips = radii.iter().map(|radius| radius.as_ref().map(|r| r.flips));
        Ok(Memory {
            wrong_bits: trained.total.wrong_bits,
            lower_bound: method.is_exact().then_some(trained.total.lower_bound),
            status: method.is_exact().then_some(trained.status),
            margin: trained.margin,
            // Patterns that are not stored have no radius, and `None` is below every number.
            radius: flips.min().flatten(),
            time,
        })
    }

    /// The same cues, answered by what is no network.
    fn kept(&self, memory: PatternMemory) -> Result<Compared, CellError> {
        let recalled = self.flips.iter().map(|&flips| {
            let mut hits = 0;
            for repeat in 0..self.repeats {
                let seed = seeds::of_repeat(self.seed, repeat);
                let cues = Cues::from(self.patterns).flip(flips, seed);
                let answers = memory.recall(self.patterns, &cues, UPDATE)?;
                let right = |&mu: &usize| answers.bits(mu) == self.patterns.bits(mu);
                hits += (0..self.patterns.count()).filter(right).count();
            }
            let cues = self.repeats * self.patterns.count();
            Ok(Point::percent_of(flips as f64, hits, cues))
        });
        Ok(Compared {
            contender: Contender::Patterns(memory),
            memory: Err("no network".to_owned()),
            recalled: recalled.collect::<Result<_, CellError>>()?,
        })
    }
}

/// Networks that a chart shows, those that repair most. More: colours repeat, and lines hide one another.
const DRAWN: usize = 8;

/// Shares recalled against flipped entries, a line for each control and for each of the eight best networks; without the
/// intervals, which would cover one another.
pub fn chart(title: String, lines: &[Compared]) -> Chart {
    let measured = lines.iter().filter(|line| line.mean().is_some());
    let (controls, mut networks): (Vec<_>, Vec<_>) =
        measured.partition(|line| line.contender.dash() == Dash::Dotted);
    networks.sort_by(|a, b| b.mean().partial_cmp(&a.mean()).unwrap_or(Ordering::Equal));
    networks.truncate(DRAWN);
    let drawn = networks.into_iter().chain(controls).enumerate();
    let series = drawn.map(|(k, line)| Series {
        name: line.contender.name().to_owned(),
        points: line
            .recalled
            .iter()
            .map(|p| Point::bare(p.x, p.y))
            .collect(),
        look: Look::new(k, line.contender.dash()),
    });
    Chart {
        title,
        x_label: "flipped entries of the cue".to_owned(),
        y_label: "recalled exactly, % of cues (intervals: table)".to_owned(),
        y_min: Some(0.0),
        y_max: Some(104.0),
        marks: Vec::new(),
        series: series.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use attractor::Ties;

    fn compare(patterns: &Patterns, methods: &[&str]) -> Vec<Compared> {
        let neurons = patterns.neurons();
        let compare = Compare {
            patterns,
            shape: Shape {
                height: 1,
                width: neurons,
            },
            methods: methods.iter().map(|name| name.parse().unwrap()).collect(),
            settings: Settings {
                ties: Ties::Strict,
                time_limit: 10.0,
                ..Settings::default()
            },
            flips: vec![0, 2, neurons / 2],
            repeats: 3,
            seed: 1,
        };
        compare.run(&Control::new(), |_, _, _| ()).unwrap()
    }

    /// Without damage the share is that of the patterns that are fixed points, and the nearest pattern is always right.
    #[test]
    fn undamaged_cues_show_what_is_stored() {
        let patterns = Patterns::random(4, 30, 3).unwrap();
        let lines = compare(&patterns, &["pseudo-inverse", "hebbian", "exact-directed"]);
        assert_eq!(lines.len(), 5);
        for line in &lines {
            let stored = line
                .memory
                .as_ref()
                .is_ok_and(|memory| memory.wrong_bits == 0);
            if stored || line.contender == Contender::Patterns(PatternMemory::Nearest) {
                assert_eq!(line.recalled[0].y, 100.0, "{}", line.contender.name());
            }
        }
        let exact = lines[2].memory.as_ref().unwrap();
        assert_eq!(
            (exact.status, exact.lower_bound),
            (Some(Status::Optimal), Some(0))
        );
        // The widest margin of all directed networks.
        let margin = |line: &Compared| line.memory.as_ref().unwrap().margin.unwrap();
        assert!(margin(&lines[2]) >= margin(&lines[0]) - 1e-9);
        assert!(lines[2].mean() > Some(0.0));
    }

    #[test]
    fn what_a_rule_refuses_is_a_line_of_its_own() {
        let twice = Patterns::random(2, 1, 0).unwrap();
        let lines = compare(&twice, &["hebbian"]);
        assert!(lines[0].memory.is_ok() || lines[0].recalled.is_empty());
        let wide = Patterns::random(200, 4, 1).unwrap();
        let lines = compare(&wide, &["milp-vertex"]);
        assert!(lines.last().unwrap().memory.is_err());
    }
}
