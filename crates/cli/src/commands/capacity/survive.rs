//! `capacity --survive`: the radius that every stored pattern survives, for numbers of random patterns and of neurons.

use super::CapacityArgs;
use crate::files::Files;
use crate::method::{MethodName, check_memory, obeying};
use crate::output::{Kind, Output};
use anyhow::{Result, ensure};
use attractor::{Couplings, Patterns, Status, Symmetry};
use attractor_exact::{Options, Preference, Problem, Survive, SurviveGoal, Weights, train};
use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

/// The table's first line.
pub(super) const HEADER: &str = "weights,couplings,neurons,patterns,instances,stored,radius_least,radius_mean,radius_most,bound_mean";

/// Seconds of one training if no limit is given. Larger: tables take hours. Smaller: radii of large networks are missed.
const LIMIT: Duration = Duration::from_secs(10);

/// One size of the table.
struct Cell {
    neurons: usize,
    patterns: usize,
    /// Of the instances that are stored whole: the guaranteed radius, and what none exceeds, where that is known.
    radii: Vec<(usize, Option<usize>)>,
    instances: usize,
}

/// Measures, writes the table, and shows it.
///
/// # Errors
/// Options that contradict one another, files that cannot be written.
pub(super) fn run(args: &CapacityArgs) -> Result<()> {
    let mut files = Files::reading([])?.overwriting(args.force);
    let table = files.output(&args.output, Kind::Table(HEADER))?;
    let (neurons, patterns) = sizes(args)?;
    args.threads.start()?;
    let weights = args.weights.unwrap_or_default();
    let symmetry = args.couplings.unwrap_or_default();
    neurons.iter().try_for_each(|&n| check_memory(n))?;
    let sizes = neurons
        .iter()
        .flat_map(|&n| patterns.iter().map(move |&p| (n, p)));
    let mut cells = Vec::new();
    'cells: for (neurons, patterns) in args.parts.share(sizes.collect()) {
        let mut cell = Cell {
            neurons,
            patterns,
            radii: Vec::new(),
            instances: 0,
        };
        for repeat in 0..args.repeats {
            if !cell.measure(args, (weights, symmetry), repeat as u64)? {
                break 'cells;
            }
        }
        cells.push(cell);
    }
    table.write(csv(&cells, weights, symmetry).as_bytes())?;
    if table.is_stdout() {
        return Ok(());
    }
    Output::Stdout.write(text(&cells, &neurons, &patterns).as_bytes())
}

/// The numbers of neurons and of patterns.
fn sizes(args: &CapacityArgs) -> Result<(Vec<usize>, Vec<usize>)> {
    ensure!(
        args.source == Path::new("random"),
        "--survive draws random patterns: the source is `random`"
    );
    ensure!(
        args.rule == [MethodName::Exact],
        "--survive is for --rule exact; other rules cannot choose their weights by what survives"
    );
    ensure!(
        args.picture.is_none() && args.report.is_none() && args.radius.is_none(),
        "--survive has neither --picture nor --report nor --radius"
    );
    let list = |(from, to, step): (usize, usize, usize)| (from..=to).step_by(step).collect();
    let shape = args.shape.map(|shape| vec![shape.neurons()]);
    let neurons = args.neurons.map(list).or(shape);
    let (Some(neurons), Some(patterns)) = (neurons, args.patterns.map(list)) else {
        anyhow::bail!(
            "--survive needs --neurons (or --shape) and --patterns, for example --neurons 16:32:16 --patterns 2:8:2"
        );
    };
    Ok((neurons, patterns))
}

impl Cell {
    /// One instance; false if it was interrupted.
    fn measure(
        &mut self,
        args: &CapacityArgs,
        (weights, symmetry): (Weights, Symmetry),
        repeat: u64,
    ) -> Result<bool> {
        let seed = args.seed.wrapping_mul(1000).wrapping_add(repeat);
        let patterns = Patterns::random(self.patterns, self.neurons, seed)?;
        let couplings = Couplings::full(self.neurons, symmetry)?;
        let problem = Problem {
            ties: args.ties,
            weights,
            preference: Preference::WidestMargin,
            survive: Some(Survive::new(SurviveGoal::Largest, 0)),
            ..Problem::new(patterns, couplings)?
        };
        let outcome = obeying(Some(args.time_limit.unwrap_or(LIMIT)), |control| {
            Ok(train(&problem, &Options { seed }, control)?)
        })?;
        self.instances += 1;
        if outcome.trained.total.wrong_bits == 0
            && let Some(survival) = outcome.survival
            && let Some(radius) = survival.guaranteed
        {
            self.radii.push((radius.flips, survival.upper_bound));
        }
        Ok(outcome.trained.status != Status::Interrupted)
    }

    fn mean(&self) -> Option<f64> {
        mean(self.radii.iter().map(|&(radius, _)| radius))
    }
}

fn mean(numbers: impl ExactSizeIterator<Item = usize>) -> Option<f64> {
    let count = numbers.len();
    (count > 0).then(|| numbers.sum::<usize>() as f64 / count as f64)
}

/// One line a size; empty where nothing is known.
fn csv(cells: &[Cell], weights: Weights, symmetry: Symmetry) -> String {
    let mut text = format!("{HEADER}\n");
    let shown = |number: Option<f64>| number.map_or_else(String::new, |m| format!("{m:.2}"));
    for cell in cells {
        let radii = || cell.radii.iter().map(|&(radius, _)| radius);
        let whole = |number: Option<usize>| number.map_or_else(String::new, |m| m.to_string());
        let bounds: Option<Vec<usize>> = cell.radii.iter().map(|&(_, bound)| bound).collect();
        let _ = writeln!(
            text,
            "{weights},{symmetry},{},{},{},{},{},{},{},{}",
            cell.neurons,
            cell.patterns,
            cell.instances,
            cell.radii.len(),
            whole(radii().min()),
            shown(cell.mean()),
            whole(radii().max()),
            shown(bounds.and_then(|bounds| mean(bounds.into_iter()))),
        );
    }
    text
}

/// Mean radii, patterns down and neurons across.
fn text(cells: &[Cell], neurons: &[usize], patterns: &[usize]) -> String {
    let mut text = String::from("mean guaranteed radius; patterns down, neurons across\n        ");
    for n in neurons {
        let _ = write!(text, "{n:>8}");
    }
    for p in patterns {
        let _ = write!(text, "\n{p:>8}");
        for n in neurons {
            let cell = cells.iter().find(|c| (c.neurons, c.patterns) == (*n, *p));
            match cell.and_then(Cell::mean) {
                Some(mean) => {
                    let _ = write!(text, "{mean:>8.1}");
                }
                None => text.push_str("       -"),
            }
        }
    }
    text.push('\n');
    text
}
