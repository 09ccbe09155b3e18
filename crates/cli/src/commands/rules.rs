//! `attractor rules`: the learning rules that `train --rule` knows, and what is known of each.

use crate::method::EXACT;
use crate::output::Output;
use anyhow::Result;
use attractor::rules::{Classical, SettingCard, Taken};
use clap::Args;
use serde::Serialize;
use std::fmt::Write as _;

/// List the learning rules, what each is best at and what it costs
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  attractor rules
  attractor rules --json
  attractor train digits.npy --rule dreaming --set t=30 -o memory.safetensors")]
pub(crate) struct RulesArgs {
    /// As JSON
    #[arg(long)]
    json: bool,
}

/// A rule as a user reads of it. Keys are never renamed or removed.
#[derive(Debug, Serialize)]
struct Described {
    name: &'static str,
    summary: &'static str,
    best_at: &'static str,
    /// Order of its operations in neurons N and patterns P.
    cost: &'static str,
    source: &'static str,
    couplings: &'static str,
    biases: bool,
    /// Whether `--time-limit` and Ctrl-C end it early.
    iterative: bool,
    settings: Vec<SettingCard>,
}

/// The rule that is not in the library of classical ones.
const EXACT_RULE: Described = Described {
    name: EXACT,
    summary: "fewest wrong bits, then best repair, with a proven bound; the default",
    best_at: "storing as much as any weights can, and knowing it; then repairing damaged cues",
    cost: "a search: moments where all can be stored, up to the time limit beyond",
    source: "this program; the question is Rosenhahn's (2022)",
    couplings: ANY,
    biases: true,
    iterative: true,
    settings: Vec::new(),
};

const ANY: &str = "symmetric and directed, with masks and receptive fields";
const FULL: &str = "symmetric and directed, between all neurons";

impl From<Classical> for Described {
    fn from(rule: Classical) -> Self {
        let card = rule.card();
        Self {
            name: rule.name(),
            summary: rule.summary(),
            best_at: card.best_at,
            cost: card.cost,
            source: card.source,
            couplings: if card.couplings == Taken::Full {
                FULL
            } else {
                ANY
            },
            biases: card.biases,
            iterative: card.iterative,
            settings: rule.settings(),
        }
    }
}

pub(crate) fn run(args: &RulesArgs) -> Result<()> {
    let rules: Vec<Described> = std::iter::once(EXACT_RULE)
        .chain(Classical::ALL.map(Described::from))
        .collect();
    let mut text = if args.json {
        serde_json::to_string_pretty(&rules)?
    } else {
        let texts: Result<Vec<String>> = rules.iter().map(described).collect();
        texts?.join("\n")
    };
    if args.json {
        text.push('\n');
    }
    Output::Stdout.write(text.as_bytes())
}

fn described(rule: &Described) -> Result<String> {
    let mut text = String::new();
    writeln!(text, "{}: {}", rule.name, rule.summary)?;
    let biases = if rule.biases { "biases" } else { "no biases" };
    let takes = format!("{} couplings; {biases}", rule.couplings);
    let lines = [
        ("best at", rule.best_at),
        ("cost", rule.cost),
        ("source", rule.source),
        ("takes", takes.as_str()),
    ];
    for (what, words) in lines {
        writeln!(text, "  {what:<10}{words}")?;
    }
    for setting in &rule.settings {
        let SettingCard {
            name,
            meaning,
            range,
            default,
            ..
        } = setting;
        writeln!(text, "  --set     {name}={default}: {meaning} ({range})")?;
    }
    Ok(text)
}
