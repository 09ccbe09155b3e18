//! The damaged digits, recalled by each memory.

use super::damage::Damage;
use super::memories::{CLASSES, Memory};
use anyhow::Result;
use attractor::picture::{Row, Tile, terminal};
use attractor::{Order, Patterns, RecallOptions, Shape, Update, recall};
use std::fmt::Write as _;

/// Digits side by side in a terminal of 80 columns.
const IN_TERMINAL: usize = 4;

/// Everything recalled: by damage, then by memory.
pub(super) struct RecalledDigits<'a> {
    pub(super) stored: &'a Patterns,
    memories: &'a [Memory; 3],
    damages: &'a [Damage; 2],
    recalled: Vec<Vec<Patterns>>,
}

impl<'a> RecalledDigits<'a> {
    pub(super) fn new(
        stored: &'a Patterns,
        memories: &'a [Memory; 3],
        damages: &'a [Damage; 2],
    ) -> Result<Self> {
        let options = RecallOptions {
            // Ends in a fixed point for symmetric weights.
            update: Update::Asynchronous(Order::Fixed),
            ..RecallOptions::default()
        };
        let mut recalled = Vec::new();
        for damage in damages {
            let by_memory: Result<Vec<Patterns>> = memories
                .iter()
                .map(|memory| Ok(recall(&memory.trained.network, &damage.cues, &options)?.states))
                .collect();
            recalled.push(by_memory?);
        }
        Ok(Self {
            stored,
            memories,
            damages,
            recalled,
        })
    }

    /// Digits that came back exactly, for this damage and memory.
    pub(super) fn repaired(&self, damage: usize, memory: usize) -> usize {
        let states = &self.recalled[damage][memory];
        (0..states.count())
            .filter(|&mu| states.bits(mu) == self.stored.bits(mu))
            .count()
    }

    /// Stored, damaged and recalled digits, one row each, of those patterns under that damage.
    fn rows_of(&self, damage: usize, patterns: &[usize]) -> Vec<Row> {
        let row = |caption: &str, tile: &dyn Fn(usize) -> Tile| Row {
            caption: caption.to_owned(),
            tiles: patterns.iter().map(|&mu| tile(mu)).collect(),
        };
        let Damage { name, cues } = &self.damages[damage];
        let mut rows = vec![
            row("stored", &|mu| Tile::pattern(self.stored, mu)),
            row(name, &|mu| Tile::cue(cues, mu)),
        ];
        for (memory, states) in self.memories.iter().zip(&self.recalled[damage]) {
            rows.push(row(memory.name, &|mu| {
                Tile::pattern(states, mu).against(self.stored, mu)
            }));
        }
        rows
    }

    /// The first digits under each damage.
    pub(super) fn rows(&self) -> Vec<Row> {
        let first: Vec<usize> = (0..self.stored.count().min(2 * CLASSES)).collect();
        (0..self.damages.len())
            .flat_map(|damage| self.rows_of(damage, &first))
            .collect()
    }

    pub(super) fn in_terminal(&self, shape: Shape) -> Result<String> {
        let mut text = String::new();
        let first: Vec<usize> = (0..self.stored.count().min(IN_TERMINAL)).collect();
        for row in self.rows_of(0, &first) {
            writeln!(text, "{}", row.caption)?;
            writeln!(text, "{}", terminal(&row.tiles, shape))?;
        }
        Ok(text)
    }
}
