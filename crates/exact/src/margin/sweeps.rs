//! Sweeps over the blocks, with a step beyond each, until the margin is near its bound or bits stay wrong.

use super::blocks::Blocks;
use super::dual::{Summary, hopeless};
use super::momentum::{Momentum, Point};
use super::operator::FieldOperator;
use super::request::Request;
use super::wrong_bit_history::WrongBitHistory;
use attractor::{Control, Couplings, Patterns};

/// Blocks are solved to this share of the gap that is asked for. Larger: sweeps end before the gap is reached; smaller:
/// early sweeps do work that the other blocks undo.
const BLOCK_SHARE: f64 = 0.25;

/// Multipliers, and kept bits that their weights' rounded fields leave wrong.
pub(super) struct Reached {
    pub(super) multipliers: Vec<f64>,
    pub(super) wrong: usize,
}

/// The sweeps' state.
pub(super) struct Sweeps<'a> {
    operator: &'a FieldOperator,
    gap: f64,
    control: &'a Control<'a>,
    patience: Control<'a>,
    /// All neurons.
    columns: Vec<usize>,
    asked: Vec<bool>,
    blocks: Blocks<'a>,
    momentum: Momentum,
    history: WrongBitHistory,
    /// Kept bits wrong at the last look.
    wrong: usize,
    /// The widest margin seen and its multipliers: the dual rises from sweep to sweep, but the last bits may go wrong again.
    widest: (f64, Option<Reached>),
}

impl<'a> Sweeps<'a> {
    /// From multipliers of `operator`'s rows, which are the patterns `rows` of each neuron.
    pub(super) fn new(
        (patterns, couplings): (&'a Patterns, &'a Couplings),
        request: &Request<'_>,
        (operator, rows): (&'a FieldOperator, &'a [Vec<usize>]),
        from: Reached,
        control: &'a Control<'a>,
    ) -> Self {
        let n = patterns.neurons();
        let asked = operator.asked(0..n);
        Self {
            operator,
            gap: request.gap,
            control,
            patience: control.within(request.patience),
            columns: (0..n).collect(),
            blocks: Blocks::new(
                patterns,
                couplings,
                request.bias,
                (operator, rows),
                BLOCK_SHARE * request.gap,
                from.multipliers,
                control,
            ),
            momentum: Momentum::new(),
            history: WrongBitHistory::new(asked.iter().filter(|asked| **asked).count()),
            asked,
            wrong: from.wrong,
            widest: (0.0, None),
        }
    }

    /// At most `sweeps` sweeps; the multipliers of the widest margin, or the last ones where no margin was seen.
    pub(super) fn run(mut self, sweeps: usize) -> Reached {
        for _ in 0..sweeps {
            let point = self.point();
            if self.control.should_stop() || self.look(&point) {
                break;
            }
            self.sweep(point);
        }
        let (blocks, wrong) = (self.blocks, self.wrong);
        self.widest.1.unwrap_or_else(|| Reached {
            multipliers: blocks.multipliers().to_vec(),
            wrong,
        })
    }

    fn point(&self) -> Point {
        let multipliers = self.blocks.multipliers();
        Point {
            fields: fields(self.operator, &self.columns, multipliers, self.control),
            multipliers: multipliers.to_vec(),
        }
    }

    /// Notes what a point reaches; true if the sweeps end there.
    fn look(&mut self, point: &Point) -> bool {
        let summary = Summary::of(&point.multipliers, &point.fields, &self.asked);
        self.wrong = summary.wrong;
        self.history.note(summary.wrong);
        let margin = summary.least / summary.squared_norm.sqrt();
        if margin > self.widest.0 {
            let reached = Reached {
                multipliers: point.multipliers.clone(),
                wrong: summary.wrong,
            };
            self.widest = (margin, Some(reached));
        }
        let scale = self.columns.len() as f64;
        summary.gap() <= self.gap || hopeless(&summary, scale) || self.is_in_vain()
    }

    /// Whether bits are wrong that will hardly come to hold.
    fn is_in_vain(&self) -> bool {
        let is_impatient = || self.patience.should_stop() && !self.history.promises_storage();
        self.history.fewest() > 0 && (self.history.has_stalled() || is_impatient())
    }

    /// A step beyond the last sweep, and a sweep from there.
    fn sweep(&mut self, point: Point) {
        let (operator, columns, control) = (self.operator, &self.columns, self.control);
        let beyond = self.momentum.beyond(point, |multipliers| {
            fields(operator, columns, multipliers, control)
        });
        self.blocks.place(beyond.multipliers, control);
        self.blocks.sweep(control);
    }
}

/// The fields of the weights that belong to these multipliers.
fn fields(
    operator: &FieldOperator,
    columns: &[usize],
    multipliers: &[f64],
    control: &Control<'_>,
) -> Vec<f64> {
    let mut fields = vec![0.0; multipliers.len()];
    operator.apply(columns, multipliers, &mut fields, control);
    fields
}
