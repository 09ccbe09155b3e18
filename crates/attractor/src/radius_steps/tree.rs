//! All sets of r damaged entries, but for those of which a bound says that they do little.
//!
//! Entries stand in a fixed order, those that do most harm first. A node has chosen some of the r entries; the rest come
//! after its last one, and of each field they can take no more than the largest terms among them, which are tabulated. So the
//! bits that any completion can break are known, and if they are no more than what is repaired anyway, the node is done.

use super::whole::{Entries, Whole};

/// Numbers in the table of what later entries can do, 128 MiB.
const MOST_TABLED: usize = 1 << 24;

/// What becomes of the cues of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Every one is repaired.
    Repaired,
    /// One is not.
    Lost,
    /// Not known.
    Open,
}

/// What the tree is about.
#[derive(Clone, Copy)]
pub(super) struct Question<'a> {
    pub(super) whole: &'a Whole<'a>,
    /// The bits that such damage may break.
    pub(super) breakable: &'a [usize],
    /// How many entries are damaged, at least 1.
    pub(super) damage: usize,
    /// By how many times its term each lowers a field.
    pub(super) factor: i64,
    /// So many broken bits are repaired, whichever they are.
    pub(super) repaired: usize,
    /// Whether bits are updated in turn: broken ones may break others, and of the damage any part may count.
    pub(super) in_turn: bool,
}

/// The tree of one question.
pub(super) struct Tree<'a> {
    question: Question<'a>,
    rows: usize,
    /// Entries by place.
    order: Vec<usize>,
    /// Entry place·rows + k: what damage there takes from the k-th breakable bit.
    columns: Vec<i64>,
    needs: Vec<i64>,
    /// Entry (place·(r + 1) + left)·rows + k: the most that `left` entries from a place on take.
    later: Vec<i64>,
    /// Rows of losses, one for each number of chosen places.
    losses: Vec<i64>,
    chosen: Vec<usize>,
    /// The places of the breakable bits themselves, and which places are chosen: for updates in turn.
    places: Vec<usize>,
    is_chosen: Vec<bool>,
    reach: Reach,
}

/// Room for what updates in turn can break.
#[derive(Default)]
struct Reach {
    losses: Vec<i64>,
    broken: Vec<bool>,
    pending: Vec<usize>,
}

/// What the tree asks of its user.
pub(super) trait Visitor {
    /// Counts a node; false to stop.
    fn may_go_on(&mut self) -> bool;
    /// What becomes of the cue with these entries damaged.
    fn judge(&mut self, damaged: &[usize]) -> Verdict;
}

impl<'a> Tree<'a> {
    /// None if its table would be too large.
    pub(super) fn new(question: Question<'a>, neurons: usize) -> Option<Self> {
        let (whole, rows) = (question.whole, question.breakable.len());
        let table = (neurons + 1)
            .checked_mul(question.damage + 1)?
            .checked_mul(rows)?;
        if table > MOST_TABLED {
            return None;
        }
        let needs: Vec<i64> = question.breakable.iter().map(|&i| whole.need(i)).collect();
        let harm = |j: usize| -> f64 {
            let terms = question.breakable.iter().zip(&needs);
            terms
                .map(|(&i, &need)| whole.term(i, j).max(0) as f64 / need.max(1) as f64)
                .sum()
        };
        let harms: Vec<f64> = (0..neurons).map(harm).collect();
        let mut order: Vec<usize> = (0..neurons).collect();
        order.sort_by(|&a, &b| harms[b].total_cmp(&harms[a]));
        let least = if question.in_turn { 0 } else { i64::MIN };
        let columns: Vec<i64> = order
            .iter()
            .flat_map(|&j| {
                let terms = question.breakable.iter().map(move |&i| whole.term(i, j));
                terms.map(move |term| question.factor * term.max(least))
            })
            .collect();
        let mut places = vec![0; neurons];
        for (place, &j) in order.iter().enumerate() {
            places[j] = place;
        }
        Some(Self {
            later: later(&columns, rows, neurons, question.damage),
            losses: vec![0; (question.damage + 1) * rows],
            chosen: Vec::with_capacity(question.damage),
            places: question.breakable.iter().map(|&i| places[i]).collect(),
            is_chosen: vec![false; neurons],
            reach: Reach::default(),
            question,
            rows,
            order,
            columns,
            needs,
        })
    }

    /// What becomes of all cues with so many damaged entries; the first that is not repaired ends the search.
    pub(super) fn search(&mut self, visitor: &mut impl Visitor) -> Verdict {
        self.from(0, visitor)
    }

    fn from(&mut self, first: usize, visitor: &mut impl Visitor) -> Verdict {
        let left = self.question.damage - self.chosen.len();
        if left == 0 {
            let damaged: Vec<usize> = self.chosen.iter().map(|&p| self.order[p]).collect();
            return visitor.judge(&damaged);
        }
        for place in first..=self.order.len() - left {
            // Later places can do no more than these.
            if !self.breaks_many(place, left) {
                break;
            }
            if !visitor.may_go_on() {
                return Verdict::Open;
            }
            self.choose(place);
            let verdict = if self.breaks_many(place + 1, left - 1) {
                self.from(place + 1, visitor)
            } else {
                Verdict::Repaired
            };
            self.is_chosen[place] = false;
            self.chosen.pop();
            if verdict != Verdict::Repaired {
                return verdict;
            }
        }
        Verdict::Repaired
    }

    fn choose(&mut self, place: usize) {
        let rows = self.rows;
        let (done, next) = self.losses.split_at_mut((self.chosen.len() + 1) * rows);
        let losses = &done[self.chosen.len() * rows..];
        let column = &self.columns[place * rows..][..rows];
        for ((next, loss), term) in next.iter_mut().zip(losses).zip(column) {
            *next = loss + term;
        }
        self.chosen.push(place);
        self.is_chosen[place] = true;
    }

    /// Whether the chosen entries with `left` more from `place` on may break more bits than are repaired anyway.
    fn breaks_many(&mut self, place: usize, left: usize) -> bool {
        let rows = self.rows;
        let losses = &self.losses[self.chosen.len() * rows..][..rows];
        let later = &self.later[(place * (self.question.damage + 1) + left) * rows..][..rows];
        let sums = losses.iter().zip(later).zip(&self.needs);
        let broken: usize = sums.map(|((a, b), need)| usize::from(a + b >= *need)).sum();
        if broken > self.question.repaired || broken == 0 || !self.question.in_turn {
            return broken > self.question.repaired;
        }
        let sums = losses.iter().zip(later).map(|(a, b)| a + b);
        self.reach.losses.clear();
        self.reach.losses.extend(sums);
        self.spreads()
    }

    /// The same where broken bits break others: the least set that contains what it breaks.
    fn spreads(&mut self) -> bool {
        let (rows, reach) = (self.rows, &mut self.reach);
        reach.broken.clear();
        reach.broken.resize(rows, false);
        reach.pending.clear();
        let mut count = 0;
        loop {
            for k in 0..rows {
                if !reach.broken[k] && reach.losses[k] >= self.needs[k] {
                    reach.broken[k] = true;
                    reach.pending.push(k);
                    count += 1;
                }
            }
            if count > self.question.repaired {
                return true;
            }
            let Some(k) = reach.pending.pop() else {
                return false;
            };
            // A wrong bit takes its term twice; what damage there took is counted already.
            let place = self.places[k];
            let taken = i64::from(self.is_chosen[place]);
            let times = 2 / self.question.factor - taken;
            let column = &self.columns[place * rows..][..rows];
            for (loss, term) in reach.losses.iter_mut().zip(column) {
                *loss += times * term;
            }
        }
    }
}

/// [`Tree::later`]: for each place from the last to the first the largest terms, summed.
fn later(columns: &[i64], rows: usize, places: usize, damage: usize) -> Vec<i64> {
    let mut later = vec![0; (places + 1) * (damage + 1) * rows];
    let mut largest = vec![0; damage * rows];
    for place in (0..places).rev() {
        let table = &mut later[place * (damage + 1) * rows..][..(damage + 1) * rows];
        for k in 0..rows {
            let largest = &mut largest[k * damage..][..damage];
            let term = columns[place * rows + k];
            // Terms against the bit stand for none: bounds may leave them out.
            let at = largest.partition_point(|&other| other >= term);
            if at < damage {
                largest[at..].rotate_right(1);
                largest[at] = term;
            }
            let mut sum = 0;
            for (left, term) in largest.iter().enumerate() {
                sum += term;
                table[(left + 1) * rows + k] = sum;
            }
        }
    }
    later
}

impl Question<'_> {
    /// The damage of a cue.
    pub(super) fn entries<'b>(&self, at: &'b [usize]) -> Entries<'b> {
        Entries {
            at,
            factor: self.factor,
        }
    }
}
