//! Cues that do much harm, tried before a tree: one that is lost spares the search.

use super::tree::Question;
use rand::seq::index;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

/// Random sets that are climbed from. At 81 neurons sixty miss some cues that these find.
const STARTS: usize = 300;
/// Rounds of exchanges from one start. Few need ten.
const ROUNDS: usize = 40;
/// Multiplications of all climbs if each took all its rounds: under a second. Large networks are climbed from fewer starts.
const MOST_WORK: usize = 1 << 30;

/// Sets that a tree has visited before a climb is done.
const FEW_SETS: usize = 1 << 16;

/// Sets of damaged entries: for each breakable bit those that harm it most, then climbed ones that harm many.
pub(super) fn harmful(
    question: Question<'_>,
    neurons: usize,
) -> impl Iterator<Item = Vec<usize>> + '_ {
    let for_one = question.breakable.iter().map(move |&i| {
        let mut order: Vec<usize> = (0..neurons).collect();
        order.sort_by_key(|&j| std::cmp::Reverse(question.whole.term(i, j)));
        order.truncate(question.damage);
        order
    });
    let climb = Climb::new(question, neurons);
    let work = question.damage * neurons * climb.rows * ROUNDS;
    let starts = if sets(neurons, question.damage) <= FEW_SETS {
        0
    } else {
        STARTS.min(MOST_WORK / work.max(1)).max(1)
    };
    // A number for the task: the sets of each damage are its own.
    let mut rng = ChaCha8Rng::seed_from_u64(question.damage as u64);
    let climbed = (0..starts).map(move |start| {
        let first = index::sample(&mut rng, neurons, question.damage).into_vec();
        climb.from(first, 1 + start % 3)
    });
    for_one.chain(climbed)
}

/// How many sets of so many entries there are, at most: products that overflow stay at the largest number.
fn sets(neurons: usize, damage: usize) -> usize {
    (0..damage.min(neurons - damage)).fold(1, |sets: usize, k| {
        sets.saturating_mul(neurons - k) / (k + 1)
    })
}

/// Exchanges of one damaged entry for another.
struct Climb {
    neurons: usize,
    rows: usize,
    /// Entry j·rows + k: the share of what breaks the k-th breakable bit that damage of j takes.
    shares: Vec<f64>,
}

impl Climb {
    fn new(question: Question<'_>, neurons: usize) -> Self {
        let whole = question.whole;
        let share = |i: usize, j: usize| {
            let taken = (question.factor * whole.term(i, j)) as f64 / whole.need(i).max(1) as f64;
            if question.in_turn {
                taken.max(0.0)
            } else {
                taken
            }
        };
        let column = |j: usize| question.breakable.iter().map(move |&i| share(i, j));
        Self {
            neurons,
            rows: question.breakable.len(),
            shares: (0..neurons).flat_map(column).collect(),
        }
    }

    fn column(&self, j: usize) -> &[f64] {
        &self.shares[j * self.rows..][..self.rows]
    }

    /// The best exchange, again and again, for the sum over the bits of what they lose, each at most 1 and raised to the
    /// power 2^`doublings`: the higher, the more a bit counts that breaks.
    fn from(&self, mut chosen: Vec<usize>, doublings: usize) -> Vec<usize> {
        let value = |losses: &[f64], more: &[f64]| -> f64 {
            let powers = losses.iter().zip(more).map(|(a, b)| {
                let reached = (a + b).clamp(0.0, 1.0);
                (0..doublings).fold(reached, |power, _| power * power)
            });
            powers.sum()
        };
        let mut losses = vec![0.0; self.rows];
        for &j in &chosen {
            add(&mut losses, self.column(j), 1.0);
        }
        let mut best = value(&losses, &vec![0.0; self.rows]);
        for _ in 0..ROUNDS {
            let mut exchange = None;
            for (place, &out) in chosen.iter().enumerate() {
                let mut without = losses.clone();
                add(&mut without, self.column(out), -1.0);
                for j in (0..self.neurons).filter(|j| !chosen.contains(j)) {
                    let found = value(&without, self.column(j));
                    if found > best * (1.0 + 1e-9) {
                        (best, exchange) = (found, Some((place, j)));
                    }
                }
            }
            let Some((place, j)) = exchange else { break };
            add(&mut losses, self.column(chosen[place]), -1.0);
            add(&mut losses, self.column(j), 1.0);
            chosen[place] = j;
        }
        chosen
    }
}

fn add(losses: &mut [f64], column: &[f64], times: f64) {
    for (loss, share) in losses.iter_mut().zip(column) {
        *loss += times * share;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_counted() {
        assert_eq!(
            [sets(5, 0), sets(5, 2), sets(5, 5), sets(41, 3)],
            [1, 10, 1, 10_660]
        );
        assert!(sets(1000, 500) > FEW_SETS);
    }
}
