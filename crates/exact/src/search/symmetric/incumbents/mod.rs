//! Searches for networks with few wrong bits; none of them proves anything.

pub(super) mod best_network;
pub(super) mod classical;
pub(super) mod combine;
mod concave;
mod descent;
mod elastic;
mod inverse;
mod tabu;

use super::coupled::Coupled;
use attractor::Control;
use best_network::BestNetwork;
use descent::Descent;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use tabu::TabuSearch;

/// Multiplications of a turn, in order of size, on either side of a round: some tenths of a second. Larger: a side that has closed the
/// gap waits longer for the other. Smaller: the sides start anew from each other's best too often.
pub(super) const WORK: u64 = 1 << 28;
/// Most weights for the tabu search at any number of rows. Larger: its dense inverse, columns² numbers, makes moves too
/// slow. Smaller: networks of 30 neurons lose the search that finds their optima.
const TABU_COLUMNS: usize = 450;
/// Most weights, and most rows a weight, for the tabu search where rows are few. With more rows too many of them are to be
/// given up, one by one, before the first network is there.
const TABU_COLUMNS_FEW_ROWS: usize = 900;
const TABU_ROWS_A_COLUMN: usize = 4;

/// The search for incumbents that fits the size; resumable, deterministic for a generator.
pub(super) enum IncumbentSearch<'a> {
    Tabu(Box<TabuSearch<'a>>),
    Descent(Box<Descent<'a>>),
}

/// About how many seconds the shortest turn takes: the 400 steps of a first descent, which are not cut short.
pub(super) fn first_seconds(coupled: &Coupled) -> f64 {
    2e-7 * (coupled.len() * coupled.neurons()) as f64
}

/// How long a turn is, as a multiple of the work of the search beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// 8: two searches for incumbents side by side need not meet often.
    Long,
    /// 1.
    Whole,
    /// 1/2: the search has found nothing for long, and the bound can use the time.
    Half,
    /// 1/16: before anything else, so that there is a network soon.
    Short,
}

impl<'a> IncumbentSearch<'a> {
    pub(super) fn new(coupled: &'a Coupled, rng: ChaCha8Rng) -> Self {
        let (columns, rows) = (coupled.columns(), coupled.len());
        let has_few_rows = columns <= TABU_COLUMNS_FEW_ROWS && rows <= TABU_ROWS_A_COLUMN * columns;
        if has_few_rows || (1..=TABU_COLUMNS).contains(&columns) {
            Self::Tabu(Box::new(TabuSearch::new(coupled, rng)))
        } else {
            Self::Descent(Box::new(Descent::new(coupled, rng)))
        }
    }

    /// A turn beside another search that takes about `work` multiplications.
    pub(super) fn run(
        &mut self,
        turn: Turn,
        work: u64,
        incumbent: &mut BestNetwork<'_>,
        control: &Control<'_>,
    ) {
        let work = match turn {
            Turn::Long => 8 * work,
            Turn::Whole => work,
            Turn::Half => work / 2,
            Turn::Short => work / 16,
        };
        match self {
            Self::Tabu(search) => search.run(work, incumbent, control),
            Self::Descent(descent) => descent.run(work, incumbent, control),
        }
    }
}

/// The random numbers of one search for incumbents.
pub(super) fn stream(seed: u64, stream: u64) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(stream);
    rng
}
