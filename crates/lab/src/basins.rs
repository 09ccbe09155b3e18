//! Basins: how often stored patterns are recalled from damaged cues, by kind and amount of damage, beside what is certain.

use crate::figures::CellError;
use crate::plot::{Chart, Dash, Look, Mark, Point, Series};
use crate::seeds;
use attractor::{
    Control, Cues, Network, Order, Outcome, Patterns, RecallOptions, Recalled, Shape, Ties, Update,
    certified_radii, outcomes, recall,
};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use std::fmt;

/// A kind of damage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Damage {
    /// So many entries, chosen at random, have the other sign.
    Flips,
    /// So many entries, chosen at random, are unknown.
    Erasures,
    /// A square block of the image with this side, somewhere in it, is unknown.
    Block,
}

impl Damage {
    /// The name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Flips => "flips",
            Self::Erasures => "erasures",
            Self::Block => "block",
        }
    }

    /// Damaged entries of a cue with damage of this size.
    pub fn entries(self, size: usize) -> usize {
        match self {
            Self::Flips | Self::Erasures => size,
            Self::Block => size * size,
        }
    }

    /// The largest size that means anything for images of this shape; N×1 where there are none.
    pub fn largest(self, shape: Shape) -> usize {
        match self {
            Self::Flips | Self::Erasures => shape.neurons(),
            Self::Block => shape.height.min(shape.width),
        }
    }

    fn look(self, dash: Dash) -> Look {
        let colour = match self {
            Self::Flips => 1,
            Self::Erasures => 2,
            Self::Block => 3,
        };
        Look::new(colour, dash)
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What is measured.
#[derive(Debug, Clone)]
pub struct Basins<'a> {
    /// The memory.
    pub network: &'a Network,
    /// What it stores, of its size.
    pub patterns: &'a Patterns,
    /// How images stand in the patterns; height 1 where they are none.
    pub shape: Shape,
    /// How cues are recalled. Random orders and Glauber dynamics get the seed of the repeat.
    pub options: RecallOptions,
    /// Kinds of damage, each with its sizes, none beyond [`Damage::largest`].
    pub damages: Vec<(Damage, Vec<usize>)>,
    /// Cues of each pattern for each damage.
    pub repeats: usize,
    /// Repeat r has the r-th seed of it: seed·1000 + r while r < 1000; cue c is drawn on stream c.
    pub seed: u64,
}

/// How the recalls of one kind and size of damage ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Kind of damage.
    pub damage: Damage,
    /// Its size.
    pub size: usize,
    /// Cues, as many as all outcomes together.
    pub cues: usize,
    /// Cues that led to their own pattern.
    pub recalled: usize,
    /// To another stored pattern.
    pub other_stored: usize,
    /// To the negative of a stored pattern.
    pub negative: usize,
    /// To a mixture of three stored patterns ([`Outcome::Mixture`]).
    pub mixture: usize,
    /// To another fixed point.
    pub other: usize,
    /// Into a cycle.
    pub cycle: usize,
    /// Nowhere within the step limit.
    pub step_limit: usize,
    /// Patterns that are recalled for certain from every such damage, wherever it falls; of all patterns.
    pub certain: usize,
}

impl Row {
    /// Cues recalled exactly in percent with Wilson's 95 % interval, against the damaged entries.
    pub fn share(&self) -> Point {
        let entries = self.damage.entries(self.size) as f64;
        Point::percent_of(entries, self.recalled, self.cues)
    }

    fn add(&mut self, outcome: Outcome, own: bool) {
        self.cues += 1;
        let count = match outcome {
            _ if own => &mut self.recalled,
            Outcome::Stored { .. } => &mut self.other_stored,
            Outcome::Negative { .. } => &mut self.negative,
            Outcome::Mixture { .. } => &mut self.mixture,
            Outcome::Cycle { .. } => &mut self.cycle,
            Outcome::StepLimit | Outcome::Sampled => &mut self.step_limit,
            _ => &mut self.other,
        };
        *count += 1;
    }
}

impl Basins<'_> {
    /// Measures size after size until done or stopped; a size that was begun has fewer cues, one without any is left out.
    /// `tell(done, all)` hears of each repeat that ends, P cues each.
    ///
    /// # Errors
    /// Network and patterns of different sizes, options that recall refuses.
    pub fn measure(
        &self,
        control: &Control<'_>,
        tell: impl Fn(usize, usize),
    ) -> Result<Vec<Row>, CellError> {
        let radii = certified_radii(self.network, self.patterns, Ties::Negative).map_err(data)?;
        let sizes: Vec<(Damage, usize)> = self
            .damages
            .iter()
            .flat_map(|(damage, sizes)| sizes.iter().map(|&size| (*damage, size)))
            .collect();
        let all = sizes.len() * self.repeats;
        let (mut rows, mut done) = (Vec::new(), 0);
        for (damage, size) in sizes {
            let entries = damage.entries(size);
            let certain = radii.iter().flatten().filter(|radius| match damage {
                Damage::Flips => radius.flips >= entries,
                Damage::Erasures | Damage::Block => radius.erasures >= entries,
            });
            let mut row = Row::new(damage, size, certain.count());
            for repeat in 0..self.repeats {
                if control.should_stop() {
                    break;
                }
                self.repeat(&mut row, repeat)?;
                done += 1;
                tell(done, all);
            }
            if row.cues > 0 {
                rows.push(row);
            }
        }
        Ok(rows)
    }

    /// Recalls every pattern once.
    fn repeat(&self, row: &mut Row, repeat: usize) -> Result<(), CellError> {
        let seed = seeds::of_repeat(self.seed, repeat);
        let cues = self.cues(row.damage, row.size, seed)?;
        let options = RecallOptions::new(reseeded(self.options.update, seed))
            .with_max_steps(self.options.max_steps)
            .with_clamped(self.options.clamped.iter().copied());
        let recalled: Recalled = recall(self.network, &cues, &options).map_err(data)?;
        let found = outcomes(&recalled, self.patterns).map_err(data)?;
        for (mu, &outcome) in found.iter().enumerate() {
            // Doubled patterns are told by their bits and not by their number.
            let own = matches!(outcome, Outcome::Stored { .. })
                && recalled.states.bits(mu) == self.patterns.bits(mu);
            row.add(outcome, own);
        }
        Ok(())
    }

    /// Every pattern with this damage.
    fn cues(&self, damage: Damage, size: usize, seed: u64) -> Result<Cues, CellError> {
        let cues = Cues::from(self.patterns);
        Ok(match damage {
            Damage::Flips => cues.flip(size, seed),
            Damage::Erasures => cues.erase_random(size, seed),
            Damage::Block => self.blocks_erased(size, seed)?,
        })
    }

    /// Every pattern with a square of this side unknown, its place drawn on the cue's own stream.
    fn blocks_erased(&self, side: usize, seed: u64) -> Result<Cues, CellError> {
        let Shape { height, width } = self.shape;
        let mut values = Vec::with_capacity(self.patterns.count() * self.patterns.neurons());
        for mu in 0..self.patterns.count() {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            rng.set_stream(mu as u64);
            let top = rng.random_range(0..=height - side);
            let left = rng.random_range(0..=width - side);
            let is_in = |i: usize| {
                (top..top + side).contains(&(i / width))
                    && (left..left + side).contains(&(i % width))
            };
            let signs = self.patterns.signs(mu).enumerate();
            values.extend(signs.map(|(i, sign)| if is_in(i) { 0 } else { sign }));
        }
        let (count, neurons) = (self.patterns.count(), self.patterns.neurons());
        Cues::from_values(count, neurons, &values).map_err(data)
    }
}

impl Row {
    fn new(damage: Damage, size: usize, certain: usize) -> Self {
        Self {
            damage,
            size,
            cues: 0,
            recalled: 0,
            other_stored: 0,
            negative: 0,
            mixture: 0,
            other: 0,
            cycle: 0,
            step_limit: 0,
            certain,
        }
    }
}

/// The same updates; random ones with this seed.
fn reseeded(update: Update, seed: u64) -> Update {
    let order = |order| match order {
        Order::Random { .. } => Order::Random { seed },
        Order::Fixed => Order::Fixed,
    };
    match update {
        Update::Asynchronous(own) => Update::Asynchronous(order(own)),
        Update::Block { size, order: own } => Update::Block {
            size,
            order: order(own),
        },
        Update::Glauber { beta, .. } => Update::Glauber { beta, seed },
        update => update,
    }
}

fn data(error: impl fmt::Display) -> CellError {
    CellError::Data(error.to_string())
}

/// Measured shares with their intervals as lines, what is certain dotted in the same colour, and marks at the certified
/// radii of all patterns together.
pub fn chart(title: String, rows: &[Row], patterns: usize) -> Chart {
    let (mut series, mut marks) = (Vec::new(), Vec::new());
    for damage in [Damage::Flips, Damage::Erasures, Damage::Block] {
        let own: Vec<&Row> = rows.iter().filter(|row| row.damage == damage).collect();
        if own.is_empty() {
            continue;
        }
        series.push(Series {
            name: match damage {
                Damage::Block => "block of an image erased".to_owned(),
                damage => format!("random {damage}"),
            },
            points: own.iter().map(|row| row.share()).collect(),
            look: damage.look(Dash::Solid),
        });
        let certain = |row: &&Row| {
            let share = 100.0 * row.certain as f64 / patterns as f64;
            Point::bare(row.share().x, share)
        };
        series.push(Series {
            name: format!("{damage}: certain wherever they fall"),
            points: own.iter().map(certain).collect(),
            look: damage.look(Dash::Dotted),
        });
        let all = own.iter().filter(|row| row.certain == patterns);
        if let Some(row) = all.max_by_key(|row| row.size).filter(|row| row.size > 0) {
            marks.push(Mark {
                x: row.share().x,
                name: format!("all certain: {} {damage}", row.size),
            });
        }
    }
    Chart {
        title,
        x_label: "damaged entries of the cue".to_owned(),
        y_label: "recalled exactly, % of cues".to_owned(),
        y_min: Some(0.0),
        y_max: Some(104.0),
        marks,
        series,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use attractor::rules::PseudoInverse;
    use attractor::{Couplings, Rule, Symmetry};
    use std::sync::atomic::{AtomicBool, Ordering};

    fn measured(basins: &Basins<'_>) -> Vec<Row> {
        basins.measure(&Control::new(), |_, _| ()).unwrap()
    }

    #[test]
    fn what_is_certain_is_always_recalled_and_no_damage_is_none() {
        let patterns = Patterns::random(3, 36, 1).unwrap();
        let couplings = Couplings::full(36, Symmetry::Symmetric).unwrap();
        let trained = PseudoInverse::default()
            .train(&patterns, &couplings)
            .unwrap();
        let mut basins = Basins {
            network: &trained.network,
            patterns: &patterns,
            shape: "6x6".parse().unwrap(),
            options: RecallOptions::new(Update::Asynchronous(Order::Random { seed: 0 })),
            damages: vec![
                (Damage::Flips, vec![0, 1, 2, 18, 36]),
                (Damage::Erasures, vec![0, 5, 36]),
                (Damage::Block, vec![1, 2, 6]),
            ],
            repeats: 4,
            seed: 3,
        };
        let rows = measured(&basins);
        assert_eq!(rows, measured(&basins));
        assert_eq!(rows.len(), 11);
        for row in &rows {
            assert_eq!(row.cues, 12);
            let ends = row.other_stored + row.negative + row.mixture + row.other + row.cycle;
            assert_eq!(row.recalled + ends + row.step_limit, 12);
            assert!(row.recalled * 3 >= row.certain * 12, "{row:?}");
        }
        assert_eq!((rows[0].recalled, rows[0].certain), (12, 3));
        assert!(rows[1].certain > 0);
        // All entries flipped are the negatives, which are stored as well.
        assert_eq!(rows[4].negative, 12);
        // Of a cue that knows nothing, every pattern makes the same.
        assert_eq!(rows[7].recalled, rows[10].recalled);
        let drawn = chart("t".into(), &rows, 3);
        assert_eq!(drawn.series.len(), 6);
        assert!(drawn.svg().unwrap().contains("all certain"));

        let stopped = AtomicBool::new(false);
        let control = Control::new().with_interrupt(&stopped);
        basins.damages.truncate(1);
        let some = basins.measure(&control, |done, _| {
            stopped.store(done == 5, Ordering::Relaxed);
        });
        let some = some.unwrap();
        assert_eq!(some[0], rows[0]);
        assert_eq!((some.len(), some[1].cues), (2, 3));
        basins.options.max_steps = 0;
        assert!(basins.measure(&Control::new(), |_, _| ()).is_err());
    }
}
