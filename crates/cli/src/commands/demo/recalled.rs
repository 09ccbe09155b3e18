//! The damaged digits, recalled by each memory.

use super::damage::Damage;
use super::memories::{CLASSES, Memory};
use anyhow::Result;
use attractor::picture::{Row, Tile};
use attractor::{Order, Patterns, RecallOptions, Update, recall};

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
        // Ends in a fixed point for symmetric weights.
        let options = RecallOptions::new(Update::Asynchronous(Order::Fixed));
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

    /// Stored, damaged and recalled digits, one row each, of those patterns under that damage. Right of the recalled
    /// ones: how many of all stored digits came back exactly.
    pub(super) fn rows_of(&self, damage: usize, patterns: &[usize]) -> Vec<Row> {
        let row = |caption: &str, tile: &dyn Fn(usize) -> Tile| {
            Row::new(caption, patterns.iter().map(|&mu| tile(mu)).collect())
        };
        let Damage { name, cues } = &self.damages[damage];
        let mut rows = vec![
            row("stored", &|mu| Tile::pattern(self.stored, mu)).set_apart(),
            row(name, &|mu| Tile::cue(cues, mu)),
        ];
        for (m, memory) in self.memories.iter().enumerate() {
            let states = &self.recalled[damage][m];
            let tile = |mu| Tile::pattern(states, mu).against(self.stored, mu);
            let repaired = self.repaired(damage, m);
            let note = format!("{repaired} of {}", self.stored.count());
            rows.push(row(memory.name, &tile).with_note(note));
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
}
