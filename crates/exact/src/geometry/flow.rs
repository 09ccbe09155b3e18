//! Maximum flow in whole numbers (Dinic 1970).

use std::collections::VecDeque;

/// An edge and the flow that can still go along it.
struct Edge {
    to: usize,
    left: i64,
}

/// A network of edges with capacities, and the flow on it.
pub(crate) struct Flow {
    /// Edge 2k and its reverse 2k+1.
    edges: Vec<Edge>,
    from: Vec<Vec<usize>>,
    level: Vec<usize>,
    next: Vec<usize>,
}

impl Flow {
    /// No edge between `nodes` nodes.
    pub(crate) fn new(nodes: usize) -> Self {
        Self {
            edges: Vec::new(),
            from: vec![Vec::new(); nodes],
            level: vec![0; nodes],
            next: vec![0; nodes],
        }
    }

    /// An edge of a capacity of at least 0; its number, for [`Self::along`].
    pub(crate) fn edge(&mut self, from: usize, to: usize, capacity: i64) -> usize {
        let k = self.edges.len();
        self.from[from].push(k);
        self.from[to].push(k + 1);
        let ends = [(to, capacity), (from, 0)];
        self.edges.extend(ends.map(|(to, left)| Edge { to, left }));
        k
    }

    /// The flow along an edge.
    pub(crate) fn along(&self, edge: usize) -> i64 {
        self.edges[edge ^ 1].left
    }

    /// Raises the flow from `source` to `sink` to the maximum; by how much it was raised.
    pub(crate) fn maximise(&mut self, source: usize, sink: usize) -> i64 {
        let mut total = 0;
        while self.set_levels(source, sink) {
            self.next.fill(0);
            loop {
                match self.push(source, sink) {
                    0 => break,
                    pushed => total += pushed,
                }
            }
        }
        total
    }

    /// The distance of every node from the source along edges that are not full; whether the sink is reached.
    fn set_levels(&mut self, source: usize, sink: usize) -> bool {
        self.level.fill(usize::MAX);
        self.level[source] = 0;
        let mut queue = VecDeque::from([source]);
        while let Some(node) = queue.pop_front() {
            for &k in &self.from[node] {
                let Edge { to, left } = self.edges[k];
                if left > 0 && self.level[to] == usize::MAX {
                    self.level[to] = self.level[node] + 1;
                    queue.push_back(to);
                }
            }
        }
        self.level[sink] != usize::MAX
    }

    /// Pushes flow along one shortest path; 0 if there is none left.
    fn push(&mut self, source: usize, sink: usize) -> i64 {
        let mut path: Vec<usize> = Vec::new();
        let mut node = source;
        while node != sink {
            if let Some(k) = self.advance(node) {
                path.push(k);
                node = self.edges[k].to;
            } else {
                // A dead end: its edge is not tried again.
                let Some(k) = path.pop() else {
                    return 0;
                };
                node = self.edges[k ^ 1].to;
                self.next[node] += 1;
            }
        }
        let pushed = path.iter().map(|&k| self.edges[k].left).min();
        let pushed = pushed.unwrap_or(0);
        for k in path {
            self.edges[k].left -= pushed;
            self.edges[k ^ 1].left += pushed;
        }
        pushed
    }

    /// The next edge from `node` that is not full and leads to the next level.
    fn advance(&mut self, node: usize) -> Option<usize> {
        while let Some(&k) = self.from[node].get(self.next[node]) {
            let Edge { to, left } = self.edges[k];
            if left > 0 && self.level[to] == self.level[node] + 1 {
                return Some(k);
            }
            self.next[node] += 1;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_flow_is_the_least_cut(capacities in prop::collection::vec(0i64..6, 30)) {
            let pairs: Vec<(usize, usize)> = (0..6)
                .flat_map(|a| (0..6).filter(move |&b| b != a).map(move |b| (a, b)))
                .collect();
            let mut flow = Flow::new(6);
            let edges: Vec<usize> = pairs
                .iter()
                .zip(&capacities)
                .map(|(&(a, b), &c)| flow.edge(a, b, c))
                .collect();
            let total = flow.maximise(0, 5);
            let cut = |side: u32| -> i64 {
                let crosses = |&(&(a, b), _): &(&(usize, usize), &i64)| side >> a & 1 == 1 && side >> b & 1 == 0;
                pairs.iter().zip(&capacities).filter(crosses).map(|(_, c)| c).sum()
            };
            let least = (0..64).filter(|s| s & 1 == 1 && s >> 5 & 1 == 0).map(cut).min();
            prop_assert_eq!(Some(total), least);
            for node in 0..6 {
                let out = |from: bool| -> i64 {
                    let ends = pairs.iter().zip(&edges);
                    ends.filter(|((a, b), _)| if from { *a == node } else { *b == node })
                        .map(|(_, &k)| flow.along(k))
                        .sum()
                };
                let expected = match node { 0 => total, 5 => -total, _ => 0 };
                prop_assert_eq!(out(true) - out(false), expected);
            }
        }
    }
}
