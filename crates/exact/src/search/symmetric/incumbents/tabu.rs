//! Incumbents for networks small enough for the elastic program: a tabu search on removal sets, from what descents find.
//!
//! State: a set of rows given up such that all others hold. Move: one given-up row is made expensive, so that it holds,
//! and whichever row then falls short most is given up instead, until nothing falls short (Chinneck's elastic deletion,
//! started from one change). At least as good a set is accepted, now and then one that is worse by one bit; a row just
//! given up may not return for a while. Every improvement is rounded onto the grid and recounted on the patterns.

use super::super::coupled::Coupled;
use super::super::row_subset::{GRAM_ROWS, RowSubset};
use super::best_network::BestNetwork;
use super::descent::{Descent, LEAST_STEP};
use super::elastic::{Elastic, Solved};
use crate::geometry::min_norm::Gram;
use crate::tolerances::ELASTIC_HOLDS;
use attractor::Control;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

/// Descents; the search starts from the best. More: it starts later; fewer: it starts from worse networks.
const STARTS: usize = 6;
/// Pivots a weight that one solve may take in a move. More: hopeless moves take long; fewer: good moves are cut short.
const PIVOTS: u64 = 20;
/// The same while rows are given up. More: the search looks at its turn's end less often; fewer: each look costs as much as
/// a solve.
const DELETING: u64 = 1;
/// What a solve takes at the least, in the units of its multiplications. Larger: small networks get few moves in a turn;
/// smaller: a turn on a handful of weights takes seconds, and the bound waits for it.
const LEAST_SOLVE: u64 = 1 << 12;
/// Cost of a row that is to hold, against 1 of the others. Larger: rounding spoils the program; smaller: the row is given up
/// again.
const EXPENSIVE: f64 = 20.0;
/// The L1 term against the cost 1 of a row: small, since it competes with the wrong bits (measured: 0.1 doubles them).
const PENALTY: f64 = 1e-3;
/// Share of the moves that may end one bit worse. Larger: the search wanders; smaller: it stays where it is.
const WORSE: f64 = 0.1;
/// Share of the moves that start from the row nearest to holding. Larger: moves repeat; smaller: more of them fail.
const NEAREST: f64 = 0.3;
/// Moves without a better set after which the search starts again from other penalties. More: it stays too long in one
/// place; fewer: it leaves before it has looked around.
const PATIENCE: usize = 150;

/// The search; resumable, deterministic for a generator.
pub(crate) struct TabuSearch<'a> {
    coupled: &'a Coupled,
    descent: Descent<'a>,
    rng: ChaCha8Rng,
    /// What the descents led to since the search began anew.
    found: Vec<(usize, Vec<f64>)>,
    current: Option<State>,
    trial: Option<State>,
    tabu: Vec<usize>,
    moves: usize,
    /// Multiplications, in order of size.
    work: u64,
    since_best: usize,
    best_here: u32,
    /// Rows and their Gram matrix, made when first needed.
    gram: Option<(Vec<usize>, Gram)>,
}

#[derive(Clone)]
struct State {
    elastic: Elastic,
    /// Rows with cost 0.
    removed: Vec<usize>,
    wrong: u32,
    /// While others fall short: the pivots when a row was given up last.
    deleted: Option<u64>,
}

impl State {
    fn remove(&mut self, coupled: &Coupled, r: usize) {
        self.elastic.set_cost(r, 0.0);
        self.removed.push(r);
        self.wrong += coupled.weight(r);
    }

    /// Rows that are not given up and fall short.
    fn short<'s>(&'s self, coupled: &'s Coupled) -> impl Iterator<Item = usize> + 's {
        coupled
            .leaders()
            .filter(|&r| self.elastic.cost(r) > 0.0 && self.elastic.shortfall(r) > ELASTIC_HOLDS)
    }

    /// The row that falls short most (per wrong bit that giving it up would cost), `but` excepted.
    fn shortest(&self, coupled: &Coupled, but: usize) -> Option<usize> {
        let key = |r: usize| self.elastic.shortfall(r) / f64::from(coupled.weight(r));
        self.short(coupled)
            .filter(|&r| r != but)
            .max_by(|&r, &s| key(r).total_cmp(&key(s)))
    }

    /// Rows given up that hold nevertheless are kept.
    fn readmit(&mut self, coupled: &Coupled) {
        let Self {
            elastic,
            removed,
            wrong,
            ..
        } = self;
        removed.retain(|&r| {
            // A field of zero is right for a weak row.
            let least = if coupled.is_strict(r) {
                ELASTIC_HOLDS
            } else {
                -ELASTIC_HOLDS
            };
            let holds = elastic.field(r) > least;
            if holds {
                elastic.set_cost(r, f64::from(coupled.weight(r)));
                *wrong -= coupled.weight(r);
            }
            !holds
        });
    }
}

impl<'a> TabuSearch<'a> {
    pub(crate) fn new(coupled: &'a Coupled, rng: ChaCha8Rng) -> Self {
        Self {
            coupled,
            descent: Descent::new(coupled, rng.clone()),
            rng,
            found: Vec::new(),
            current: None,
            trial: None,
            tabu: vec![0; coupled.len()],
            moves: 0,
            work: 0,
            since_best: 0,
            best_here: u32::MAX,
            gram: None,
        }
    }

    /// Moves on for about `work` multiplications, at least one move.
    pub(crate) fn run(
        &mut self,
        work: u64,
        incumbent: &mut BestNetwork<'_>,
        control: &Control<'_>,
    ) {
        let last = self.work + work;
        let mut moved = false;
        while !moved || self.work < last {
            moved = true;
            if control.should_stop() || incumbent.is_closed() {
                return;
            }
            if self.since_best >= PATIENCE {
                self.current = None;
            }
            match self.current.take() {
                None => self.start(incumbent, control),
                Some(state) if state.deleted.is_some() => self.delete(state, incumbent, control),
                Some(state) => self.step(state, incumbent, control),
            }
        }
    }

    /// One descent more; of the last, the rows that the best of them leaves wrong are given up.
    fn start(&mut self, incumbent: &mut BestNetwork<'_>, control: &Control<'_>) {
        let coupled = self.coupled;
        let found = self.descent.start(incumbent, control);
        let step = (2 * coupled.len() * coupled.neurons()) as u64;
        self.work += self.descent.take_steps() * step.max(LEAST_STEP);
        self.found.push(found);
        if self.found.len() < STARTS {
            return;
        }
        let Some((_, weights)) = self.found.drain(..).min_by_key(|found| found.0) else {
            return;
        };
        let mut fields = vec![0.0; coupled.len()];
        coupled.apply(&weights, &mut coupled.scratch(), &mut fields);
        let columns = coupled.columns();
        let penalty = (0..columns).map(|_| PENALTY * (1.0 + self.rng.random::<f64>()));
        let asked = (0..coupled.len()).map(|r| f64::from(u8::from(coupled.is_strict(r))));
        let elastic = Elastic::new(coupled, asked.collect(), penalty.collect());
        let mut state = State {
            elastic,
            removed: Vec::new(),
            wrong: 0,
            deleted: Some(0),
        };
        for r in coupled.leaders() {
            if coupled.holds(r, fields[r]) {
                state.elastic.set_cost(r, f64::from(coupled.weight(r)));
            } else {
                state.remove(coupled, r);
            }
        }
        self.tabu.fill(0);
        self.since_best = 0;
        self.best_here = u32::MAX;
        self.current = Some(state);
    }

    /// Gives up the row that falls short most; once none falls short, the removal set is complete.
    fn delete(&mut self, mut state: State, incumbent: &mut BestNetwork<'_>, control: &Control<'_>) {
        let before = state.elastic.pivots();
        let solved = self.solve(&mut state, DELETING, control);
        let after = state.elastic.pivots();
        let granted = PIVOTS * self.coupled.columns() as u64;
        let vain = after == before || after - state.deleted.unwrap_or(0) > granted;
        if solved == Solved::Optimal || vain {
            if let Some(r) = state.shortest(self.coupled, usize::MAX) {
                state.remove(self.coupled, r);
                state.deleted = Some(after);
            } else {
                state.deleted = None;
                state.readmit(self.coupled);
                self.offer(&state, incumbent, control);
                self.best_here = state.wrong;
            }
        }
        self.current = Some(state);
    }

    /// Offers the weights. Where fields of zero may be right, many of them are near zero and rounding spoils them: then other
    /// weights for the same rows are offered.
    fn offer(&mut self, state: &State, incumbent: &mut BestNetwork<'_>, control: &Control<'_>) {
        let coupled = self.coupled;
        if !coupled.has_weak() {
            incumbent.offer(coupled, &state.elastic.weights());
            return;
        }
        if state.wrong as usize >= incumbent.wrong() {
            return;
        }
        let (rows, gram) = self.gram.get_or_insert_with(|| {
            let rows: Vec<usize> = coupled.leaders().take(GRAM_ROWS).collect();
            let product = |k: usize, l: usize| coupled.inner(rows[k], rows[l]) as f64;
            let gram = Gram::until_stopped(rows.len(), control, product);
            (rows, gram)
        });
        let holds = |&k: &usize| state.elastic.cost(rows[k]) > 0.0;
        let kept: Vec<usize> = (0..rows.len()).filter(holds).collect();
        if control.should_stop() {
            self.gram = None;
            return;
        }
        if let Some(weights) = RowSubset::new(coupled, rows).widest(gram, &kept, control) {
            incumbent.offer_on_grid(coupled, &weights);
        }
    }

    /// Solves the elastic program with at most `most` pivots a weight.
    fn solve(&mut self, state: &mut State, most: u64, control: &Control<'_>) -> Solved {
        let (n, m) = (self.coupled.columns() as u64, self.coupled.len() as u64);
        // Measured against the min-norm primitive's: most of it for the inverse.
        let pivot = 3 * n * n + 2 * m * (self.coupled.neurons() as u64 + 10);
        let before = state.elastic.pivots();
        let solved = state.elastic.solve(self.coupled, most * n, control);
        let work = (state.elastic.pivots() - before + 1) * pivot;
        self.work += work.max(LEAST_SOLVE);
        solved
    }

    fn step(&mut self, state: State, incumbent: &mut BestNetwork<'_>, control: &Control<'_>) {
        self.moves += 1;
        self.since_best += 1;
        if state.removed.is_empty() {
            self.since_best = PATIENCE;
            self.current = Some(state);
            return;
        }
        let returning = self.choose(&state);
        let mut trial = self.trial.take().unwrap_or_else(|| state.clone());
        trial.clone_from(&state);
        let mut given_up = Vec::new();
        let worse = u32::from(self.rng.random::<f64>() < WORSE);
        if self.exchange(
            &mut trial,
            returning,
            state.wrong + worse,
            &mut given_up,
            control,
        ) {
            let length = state.removed.len() / 2 + 1;
            for r in given_up {
                self.tabu[r] = self.moves + 3 + self.rng.random_range(0..length);
            }
            if trial.wrong < self.best_here {
                self.best_here = trial.wrong;
                self.since_best = 0;
                self.offer(&trial, incumbent, control);
            }
            self.current = Some(trial);
            self.trial = Some(state);
        } else {
            self.tabu[returning] = self.moves + 3;
            self.current = Some(state);
            self.trial = Some(trial);
        }
    }

    /// The given-up row that is to return.
    fn choose(&mut self, state: &State) -> usize {
        let free: Vec<usize> = state
            .removed
            .iter()
            .copied()
            .filter(|&r| self.tabu[r] < self.moves)
            .collect();
        let candidates = if free.is_empty() {
            &state.removed
        } else {
            &free
        };
        if self.rng.random::<f64>() < NEAREST {
            let field = |r: usize| state.elastic.field(r);
            let nearest = candidates
                .iter()
                .copied()
                .max_by(|&r, &s| field(r).total_cmp(&field(s)));
            if let Some(nearest) = nearest {
                return nearest;
            }
        }
        candidates[self.rng.random_range(0..candidates.len())]
    }

    /// Row `returning` holds again and others are given up for it; false if more than `most` bits would be wrong.
    fn exchange(
        &mut self,
        trial: &mut State,
        returning: usize,
        most: u32,
        given_up: &mut Vec<usize>,
        control: &Control<'_>,
    ) -> bool {
        let coupled = self.coupled;
        trial.elastic.set_cost(returning, EXPENSIVE);
        trial.removed.retain(|&r| r != returning);
        trial.wrong -= coupled.weight(returning);
        loop {
            if self.solve(trial, PIVOTS, control) != Solved::Optimal {
                return false;
            }
            let Some(r) = trial.shortest(coupled, returning) else {
                break;
            };
            if trial.wrong + coupled.weight(r) > most {
                return false;
            }
            trial.remove(coupled, r);
            given_up.push(r);
        }
        if trial.elastic.shortfall(returning) > ELASTIC_HOLDS {
            return false;
        }
        trial
            .elastic
            .set_cost(returning, f64::from(coupled.weight(returning)));
        trial.readmit(coupled);
        self.solve(trial, PIVOTS, control) == Solved::Optimal
            && trial.short(coupled).next().is_none()
    }
}
