//! Few: the last levels of the search, where nearly all nodes lie. Dependencies and elements are few enough there for sets of
//! both to be arrays of one, two or four words.

use super::search::{Level, RemovalSearch};
use crate::format::refusal::Reason;
use attractor::kernels::bits;
use attractor::kernels::vectors::with_vectors;

/// Unbroken dependencies looked at for one with few open elements, where more than one class may still be removed. Fewer give
/// nodes with more choices; more cost every node.
const LOOKED_AT: u32 = 24;

/// Packings looked for at a node: in the k-th no open element stands in more than k members. More of them close more nodes and
/// cost every node.
const PACKINGS: usize = 3;

/// At most 64·D dependencies over at most 64·W elements.
struct Few<const W: usize, const D: usize> {
    /// Those with the fewest open elements first.
    members: Vec<[u64; W]>,
    /// By element: the members that its removal breaks.
    broken_by: Vec<[u64; D]>,
    /// Elements of weight 1.
    light: [u64; W],
    /// The members that the search rests on.
    used: [u64; D],
}

/// A node: what is unbroken, what may still be removed, the choices not yet tried, and the one that is being tried.
#[derive(Clone, Copy)]
struct SmallNode<const W: usize, const D: usize> {
    unbroken: [u64; D],
    open: [u64; W],
    choices: [u64; W],
    budget: u64,
    tried: usize,
}

/// What comes of the choice that is being tried.
enum Child<const W: usize, const D: usize> {
    /// No removal within the budget breaks what is left.
    Closed,
    /// Choices to be tried in turn.
    Open(SmallNode<W, D>),
    /// What is removed, with this element if there is one, breaks everything.
    Escapes(Option<usize>),
}

/// Tries all removals of `node`, whose budget is at least 1, over these dependencies; `None` if they are not few.
pub(super) fn run(
    search: &mut RemovalSearch<'_, '_>,
    order: &[(usize, &[u64])],
    node: &Level,
) -> Option<Result<(), Reason>> {
    match node.open.len() {
        1 => run_in_words::<1>(search, order, node),
        2 => run_in_words::<2>(search, order, node),
        3..=4 => run_in_words::<4>(search, order, node),
        _ => None,
    }
}

fn run_in_words<const W: usize>(
    search: &mut RemovalSearch<'_, '_>,
    order: &[(usize, &[u64])],
    node: &Level,
) -> Option<Result<(), Reason>> {
    match order.len() {
        ..=64 => Some(run_few::<W, 1>(search, order, node)),
        65..=256 => Some(run_few::<W, 4>(search, order, node)),
        _ => None,
    }
}

fn run_few<const W: usize, const D: usize>(
    search: &mut RemovalSearch<'_, '_>,
    order: &[(usize, &[u64])],
    node: &Level,
) -> Result<(), Reason> {
    let mut open = [0; W];
    open[..node.open.len()].copy_from_slice(&node.open);
    let mut few = Few::<W, D>::of(order, &open, search);
    search.work += (2 * W * order.len() + D * search.elements.len()) as u64;
    let ended = with_vectors(
        #[inline(always)]
        || few.run(search, &open, node.budget),
    );
    for k in bits::ones(&few.used) {
        search.used[order[k].0] = true;
    }
    ended
}

impl<const W: usize, const D: usize> Few<W, D> {
    fn of(order: &[(usize, &[u64])], open: &[u64; W], search: &RemovalSearch<'_, '_>) -> Self {
        let mut light = [0; W];
        for (e, _) in search.weights.iter().enumerate().filter(|(_, w)| **w == 1) {
            bits::put(&mut light, e);
        }
        let mut few = Self {
            members: Vec::with_capacity(order.len()),
            broken_by: vec![[0; D]; search.elements.len()],
            light,
            used: [0; D],
        };
        for (k, (_, set)) in order.iter().enumerate() {
            let mut member = [0; W];
            for (m, (s, o)) in member.iter_mut().zip(set.iter().zip(open)) {
                *m = s & o;
            }
            for e in bits::ones(&member) {
                bits::put(&mut few.broken_by[e], k);
            }
            few.members.push(member);
        }
        few
    }

    /// # Errors
    /// As [`super::refute`].
    #[inline(always)]
    fn run(
        &mut self,
        search: &mut RemovalSearch<'_, '_>,
        open: &[u64; W],
        budget: u64,
    ) -> Result<(), Reason> {
        let mut unbroken = [0; D];
        for (w, word) in unbroken.iter_mut().enumerate() {
            *word = bits::low(self.members.len().saturating_sub(64 * w));
        }
        if bits::first(&unbroken).is_none() {
            return Err(search.escape(None));
        }
        if budget == 1 {
            let last = self.in_all(&unbroken, *open, &mut search.work);
            return last.map_or(Ok(()), |last| Err(search.escape(Some(last))));
        }
        let Some(root) = self.node(&unbroken, open, budget, &mut search.work) else {
            return Ok(());
        };
        // Every class weighs at least 1, so that no more nodes than the budget lie above one another.
        let mut path = vec![root; budget as usize];
        let mut depth = 0;
        loop {
            let node = &mut path[depth];
            let Some(e) = bits::first(&node.choices) else {
                if depth == 0 {
                    return Ok(());
                }
                depth -= 1;
                continue;
            };
            bits::clear(&mut node.choices, e);
            bits::clear(&mut node.open, e);
            let weight = search.weights[e];
            if weight > node.budget {
                continue;
            }
            node.tried = e;
            search.work += D as u64;
            let mut left = node.unbroken;
            for (left, broken) in left.iter_mut().zip(&self.broken_by[e]) {
                *left &= !broken;
            }
            let (open, budget) = (node.open, node.budget - weight);
            match self.child(search, &left, &open, budget)? {
                Child::Closed => {}
                Child::Open(node) => {
                    depth += 1;
                    path[depth] = node;
                }
                Child::Escapes(last) => {
                    let tried = path[..=depth].iter().map(|node| node.tried);
                    search.removed.extend(tried);
                    return Err(search.escape(last));
                }
            }
        }
    }

    /// What comes of a node in which `left` is unbroken, with `budget` for removals among `open`.
    ///
    /// # Errors
    /// [`Reason::TooLarge`] at the limit.
    #[inline(always)]
    fn child(
        &mut self,
        search: &mut RemovalSearch<'_, '_>,
        left: &[u64; D],
        open: &[u64; W],
        budget: u64,
    ) -> Result<Child<W, D>, Reason> {
        let Some(first) = bits::first(left) else {
            return Ok(Child::Escapes(None));
        };
        if budget == 0 {
            // One that is not broken suffices, the better if it serves elsewhere.
            if !bits::meets(left, &self.used) {
                bits::put(&mut self.used, first);
            }
            return Ok(Child::Closed);
        }
        search
            .effort
            .check(search.work, "the search for a removal")?;
        if budget == 1 {
            let last = self.in_all(left, *open, &mut search.work);
            return Ok(last.map_or(Child::Closed, |last| Child::Escapes(Some(last))));
        }
        let node = self.node(left, open, budget, &mut search.work);
        Ok(node.map_or(Child::Closed, Child::Open))
    }

    /// An element of weight 1 that stands in all unbroken members: where no more may be removed, nothing else will do.
    #[inline(always)]
    fn in_all(&mut self, unbroken: &[u64; D], open: [u64; W], work: &mut u64) -> Option<usize> {
        let mut common = open;
        for (c, light) in common.iter_mut().zip(&self.light) {
            *c &= light;
        }
        for (w, &word) in unbroken.iter().enumerate() {
            for k in bits::ones_of(word) {
                *work += W as u64;
                let (mut any, mut fewer) = (0, 0);
                for (c, member) in common.iter_mut().zip(&self.members[64 * w + k]) {
                    fewer |= *c & !member;
                    *c &= member;
                    any |= *c;
                }
                self.used[w] |= u64::from(fewer != 0 || any == 0) << k;
                if any == 0 {
                    return None;
                }
            }
        }
        bits::first(&common)
    }

    /// A node, with the choices that some unbroken member leaves; `None` if unbroken members overlap so little that no
    /// removal within the budget breaks them all.
    #[inline(always)]
    fn node(
        &mut self,
        unbroken: &[u64; D],
        open: &[u64; W],
        budget: u64,
        work: &mut u64,
    ) -> Option<SmallNode<W, D>> {
        let (mut fewest, mut looked_at) = ((u32::MAX, 0), 0_u32);
        let mut packings = [Packing::<W, D>::default(); PACKINGS];
        'members: for (w, &word) in unbroken.iter().enumerate() {
            for k in bits::ones_of(word) {
                *work += W as u64;
                let mut options = self.members[64 * w + k];
                for (option, open) in options.iter_mut().zip(open) {
                    *option &= open;
                }
                let count = bits::count(&options);
                if count < fewest.0 {
                    fewest = (count, 64 * w + k);
                }
                for (packing, often) in packings.iter_mut().zip(1..) {
                    packing.add(&options, often, 64 * w + k);
                    if packing.size > often as u64 * budget {
                        for (used, packed) in self.used.iter_mut().zip(&packing.packed) {
                            *used |= packed;
                        }
                        return None;
                    }
                }
                looked_at += 1;
                if looked_at == LOOKED_AT {
                    break 'members;
                }
            }
        }
        bits::put(&mut self.used, fewest.1);
        let mut choices = self.members[fewest.1];
        for (choice, open) in choices.iter_mut().zip(open) {
            *choice &= open;
        }
        Some(SmallNode {
            unbroken: *unbroken,
            open: *open,
            choices,
            budget,
            tried: 0,
        })
    }
}

/// Members chosen so that no open element stands in more than k of them. With weights of at least 1, a removal within the
/// budget breaks at most k times the budget of them.
#[derive(Clone, Copy)]
struct Packing<const W: usize, const D: usize> {
    size: u64,
    packed: [u64; D],
    /// The elements that stand in more than k of the members.
    covered: [[u64; W]; PACKINGS],
}

impl<const W: usize, const D: usize> Default for Packing<W, D> {
    fn default() -> Self {
        Self {
            size: 0,
            packed: [0; D],
            covered: [[0; W]; PACKINGS],
        }
    }
}

impl<const W: usize, const D: usize> Packing<W, D> {
    /// Adds a member if no element stands in `often` of them by then.
    #[inline(always)]
    fn add(&mut self, options: &[u64; W], often: usize, member: usize) {
        let mut full = 0;
        for (full_here, option) in self.covered[often - 1].iter().zip(options) {
            full |= full_here & option;
        }
        if full != 0 {
            return;
        }
        for k in (1..often).rev() {
            let (fewer, more) = self.covered.split_at_mut(k);
            for ((more, fewer), option) in more[0].iter_mut().zip(&fewer[k - 1]).zip(options) {
                *more |= fewer & option;
            }
        }
        for (covered, option) in self.covered[0].iter_mut().zip(options) {
            *covered |= option;
        }
        self.size += 1;
        bits::put(&mut self.packed, member);
    }
}
