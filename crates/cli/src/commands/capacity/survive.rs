//! `capacity --survive`: the radius that every stored pattern survives, for numbers of random patterns and of neurons.

use super::CapacityArgs;
use crate::files::Files;
use crate::method::{MethodName, check_memory, obeying};
use crate::output::{Kind, Output};
use anyhow::{Result, ensure};
use attractor::Symmetry;
use attractor_exact::Weights;
use attractor_lab::radii::{Cell, DEFAULT_LIMIT, Radii};
use std::fmt::Write as _;
use std::path::Path;

/// The table's first line.
pub(super) const HEADER: &str = "weights,couplings,neurons,patterns,instances,stored,radius_least,radius_mean,radius_most,bound_mean,proven";

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
    let radii = Radii {
        weights,
        symmetry,
        ties: args.ties,
        sizes: args.parts.share(sizes.collect()),
        repeats: args.repeats,
        seed: args.seed,
        limit: args.time_limit.unwrap_or(DEFAULT_LIMIT),
    };
    let cells = obeying(None, |control| Ok(radii.measure(control, |_, _| ())?))?;
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

/// One line a size; empty where nothing is known.
fn csv(cells: &[Cell], weights: Weights, symmetry: Symmetry) -> String {
    let mut text = format!("{HEADER}\n");
    let shown = |number: Option<f64>| number.map_or_else(String::new, |m| format!("{m:.2}"));
    for cell in cells {
        let radii = || cell.stored.iter().map(|certain| certain.radius);
        let whole = |number: Option<usize>| number.map_or_else(String::new, |m| m.to_string());
        let _ = writeln!(
            text,
            "{weights},{symmetry},{},{},{},{},{},{},{},{},{}",
            cell.neurons,
            cell.patterns,
            cell.instances,
            cell.stored.len(),
            whole(radii().min()),
            shown(cell.mean()),
            whole(radii().max()),
            shown(cell.mean_bound()),
            cell.proven(),
        );
    }
    text
}

/// Mean radii, patterns down and neurons across, with a mark where they are proven.
fn text(cells: &[Cell], neurons: &[usize], patterns: &[usize]) -> String {
    let mut text = String::from(
        "mean guaranteed radius (* proven: no weights survive more); patterns down, neurons across\n        ",
    );
    for n in neurons {
        let _ = write!(text, "{n:>7} ");
    }
    for p in patterns {
        let _ = write!(text, "\n{p:>8}");
        for n in neurons {
            let cell = cells.iter().find(|c| (c.neurons, c.patterns) == (*n, *p));
            match cell.and_then(|cell| Some((cell.mean()?, cell.is_proven()))) {
                Some((mean, proven)) => {
                    let mark = if proven { '*' } else { ' ' };
                    let _ = write!(text, "{mean:>7.1}{mark}");
                }
                None => text.push_str("      - "),
            }
        }
    }
    text.push('\n');
    text
}
