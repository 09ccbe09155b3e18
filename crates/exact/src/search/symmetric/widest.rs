//! The widest margin among all symmetric networks with the fewest wrong bits, where the system is small: other bits, as
//! few, may be given up. The search is that of a directed neuron, over the rows of all neurons: rows that hold by no wider
//! margin than the best count as contradictory.

use super::coupled::Coupled;
use super::row_subset::RowSubset;
use crate::geometry::min_norm::Gram;
use crate::instance::Instance;
use crate::search::hitting_set::{Ending, Query, hitting_sets};
use crate::search::neuron::{Contradiction, MinNormRows};
use attractor::{Control, Ties, Trained};

/// Most distinct rows of a system that is searched. Larger: the effort is spent for nothing, as subsystems have too many rows.
/// Smaller: margins of small networks depend on which optimum the search for few wrong bits met.
const MOST_ROWS: usize = 256;

/// Most bits, of which some rows are equal. Larger: folding them costs more than it is worth. Smaller: sets with repeated
/// patterns are left out.
const MOST_BITS: usize = 4 * MOST_ROWS;

/// Effort for it, in units of the hitting-set search: some tenths of a second. Larger: trainings whose wrong bits are proven
/// take longer. Smaller: fewer margins are known to be the widest.
const EFFORT: u64 = 1 << 21;

/// How many removals, each of wider margin than those before, are looked at.
const MOST_OPTIMA: usize = 256;

/// The network of widest margin that was found, whatever the seed.
pub(crate) struct Widest {
    /// The network, counted; nothing is proven of it.
    pub(crate) network: Trained,
    /// Whether all removals of as few bits were compared.
    pub(crate) is_of_all: bool,
}

/// The widest margin among all networks with `wrong_bits`, the fewest possible, by the least field over the norm of all
/// weights. `None` where the system is too large, where fields of zero may be right, or if `control` says stop.
pub(crate) fn widest(
    instance: &Instance<'_>,
    wrong_bits: usize,
    control: &Control<'_>,
) -> Option<Widest> {
    let bits = instance.patterns.count() * instance.patterns.neurons();
    if instance.ties != Ties::Strict || bits > MOST_BITS {
        return None;
    }
    let coupled = Coupled::new(instance, control)?;
    let rows: Vec<usize> = coupled.leaders().collect();
    if rows.len() > MOST_ROWS {
        return None;
    }
    let weights: Vec<u32> = rows.iter().map(|&r| coupled.weight(r)).collect();
    let strict = vec![true; rows.len()];
    let product = |k: usize, l: usize| coupled.inner(rows[k], rows[l]) as f64;
    let gram = Gram::until_stopped(rows.len(), control, product);
    let system = (strict.as_slice(), coupled.columns());
    let mut separate = MinNormRows::new(system, &gram, Contradiction::NoWider(0.0), control);
    let query = Query {
        removed: &[],
        kept: &[],
        budget: wrong_bits as u32,
        most: MOST_OPTIMA,
        effort: EFFORT,
    };
    let (answer, _) = hitting_sets(&weights)?.search(&mut separate, &query, control);
    // Each removal found has a wider margin than those before: the last is the widest.
    let removal = answer.removals.last()?;
    let kept = |k: &usize| removal.binary_search(k).is_err();
    let kept: Vec<usize> = (0..rows.len()).filter(kept).collect();
    let values = RowSubset::new(&coupled, &rows).widest(&gram, &kept, control)?;
    let network = coupled.network_on_grid(&values).ok()?;
    let network = Trained::unproven(network, &instance.patterns, instance.ties).ok()?;
    (network.total.wrong_bits <= wrong_bits).then_some(Widest {
        network,
        is_of_all: answer.ending == Ending::Exhausted && !answer.undecided,
    })
}
