//! Basins: how often stored patterns are recalled from damaged cues, by kind and amount of damage, beside what is certain.

use crate::figures::CellError;
use crate::figures::measure::data;
use crate::plot::{Chart, Dash, Look, Mark, Point, Series};
use crate::seeds;
use attractor::{
    Control, Cues, Network, Order, Outcome, Patterns, Radius, RecallOptions, Recalled, Shape, Ties,
    Update, certified_radii, outcomes, recall,
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

    /// The damaged entries that a pattern with this radius survives.
    fn radius(self, radius: &Radius) -> usize {
        match self {
            Self::Flips => radius.flips,
            Self::Erasures | Self::Block => radius.erasures,
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

/// What was measured, beside what is certain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measured {
    /// One for each kind and size of damage.
    pub rows: Vec<Row>,
    /// Each pattern's certified radius; None where the pattern itself is not stored.
    pub radii: Vec<Option<Radius>>,
}

impl Measured {
    /// Patterns that are recalled for certain from so many damaged entries, wherever they are.
    pub fn certain(&self, damage: Damage, entries: usize) -> usize {
        let all = self.radii.iter().flatten();
        all.filter(|radius| damage.radius(radius) >= entries)
            .count()
    }

    /// Damaged entries from which every pattern is recalled for certain; None if a pattern is not stored.
    pub fn least_radius(&self, damage: Damage) -> Option<usize> {
        let radii = self
            .radii
            .iter()
            .map(|radius| Some(damage.radius(radius.as_ref()?)));
        radii.collect::<Option<Vec<usize>>>()?.into_iter().min()
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
    ) -> Result<Measured, CellError> {
        let radii = certified_radii(self.network, self.patterns, Ties::Negative).map_err(data)?;
        let sizes: Vec<(Damage, usize)> = self
            .damages
            .iter()
            .flat_map(|(damage, sizes)| sizes.iter().map(|&size| (*damage, size)))
            .collect();
        let all = sizes.len() * self.repeats;
        let mut measured = Measured {
            rows: Vec::new(),
            radii,
        };
        let mut done = 0;
        for (damage, size) in sizes {
            let mut row = Row::new(damage, size, measured.certain(damage, damage.entries(size)));
            for repeat in 0..self.repeats {
                if control.should_stop() {
                    break;
                }
                self.repeat(&mut row, repeat)?;
                done += 1;
                tell(done, all);
            }
            if row.cues > 0 {
                measured.rows.push(row);
            }
        }
        Ok(measured)
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

/// Measured shares with their intervals as lines, what is certain dotted in the same colour, and marks at the certified
/// radii of all patterns together.
pub fn chart(title: String, measured: &Measured) -> Chart {
    let (mut series, mut marks) = (Vec::new(), Vec::new());
    for damage in [Damage::Flips, Damage::Erasures, Damage::Block] {
        let own = measured.rows.iter().filter(|row| row.damage == damage);
        let points: Vec<Point> = own.map(Row::share).collect();
        let Some(last) = points.last().map(|point| point.x as usize) else {
            continue;
        };
        series.push(Series {
            name: match damage {
                Damage::Block => "block of an image erased".to_owned(),
                damage => format!("random {damage}"),
            },
            points,
            look: damage.look(Dash::Solid),
        });
        if damage == Damage::Block {
            // Certain are as many as of other erasures.
            continue;
        }
        let all = measured.radii.len() as f64;
        let certain = |entries: usize| {
            let share = measured.certain(damage, entries) as f64 / all;
            Point::bare(entries as f64, 100.0 * share)
        };
        series.push(Series {
            name: format!("{damage}: certain wherever they fall"),
            points: (0..=last).map(certain).collect(),
            look: damage.look(Dash::Dotted),
        });
        if let Some(radius @ 1..) = measured.least_radius(damage) {
            marks.push(Mark {
                x: radius as f64,
                name: format!("all certain: {radius} {damage}"),
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

    fn measured(basins: &Basins<'_>) -> Measured {
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
        let found = measured(&basins);
        assert_eq!(found, measured(&basins));
        let rows = &found.rows;
        assert_eq!(rows.len(), 11);
        for row in rows {
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
        let radius = found.least_radius(Damage::Flips).unwrap();
        assert!(radius > 0 && found.certain(Damage::Flips, radius) == 3);
        assert!(found.certain(Damage::Flips, radius + 1) < 3);
        let drawn = chart("t".into(), &found);
        assert_eq!(drawn.series.len(), 5);
        assert!(drawn.svg().unwrap().contains("all certain"));

        let stopped = AtomicBool::new(false);
        let control = Control::new().with_interrupt(&stopped);
        basins.damages.truncate(1);
        let some = basins.measure(&control, |done, _| {
            stopped.store(done == 5, Ordering::Relaxed);
        });
        let some = some.unwrap().rows;
        assert_eq!(some[0], rows[0]);
        assert_eq!((some.len(), some[1].cues), (2, 3));
        basins.options.max_steps = 0;
        assert!(basins.measure(&Control::new(), |_, _| ()).is_err());
    }
}
