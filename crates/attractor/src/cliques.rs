//! Cliques as patterns: a structured set, far more than N patterns of which symmetric weights with biases store.

use crate::patterns::Patterns;

/// No such cliques: the number of vertices asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("cliques need an even number of vertices from 4 to {MOST_VERTICES}, not {0}")]
pub struct CliquesError(pub usize);

/// The most vertices: 2,704,156 patterns of 276 neurons, 108 MB.
const MOST_VERTICES: usize = 24;

/// All cliques of v/2 among v vertices as graphs on them (Hillar and Tran 2018): a neuron for each pair of vertices, +1 where
/// both are in the clique. N = v(v−1)/2, P = C(v, v/2); pairs stand as (0,1), (0,2), …, (1,2), …. Symmetric weights with
/// biases store all of them, although P grows exponentially with the root of N.
///
/// ```
/// let cliques = attractor::cliques(8)?;
/// assert_eq!((cliques.neurons(), cliques.count()), (28, 70));
/// # Ok::<(), attractor::CliquesError>(())
/// ```
///
/// # Errors
/// [`CliquesError`] for an odd number of vertices, fewer than 4, or more than 24.
pub fn cliques(vertices: usize) -> Result<Patterns, CliquesError> {
    let refused = CliquesError(vertices);
    if vertices % 2 == 1 || !(4..=MOST_VERTICES).contains(&vertices) {
        return Err(refused);
    }
    let size = vertices as u32 / 2;
    let members: Vec<u32> = (0..1 << vertices)
        .filter(|set: &u32| set.count_ones() == size)
        .collect();
    let pairs: Vec<u32> = (0..vertices)
        .flat_map(|a| (a + 1..vertices).map(move |b| 1 << a | 1 << b))
        .collect();
    let is_edge = |mu: usize, i: usize| members[mu] & pairs[i] == pairs[i];
    Patterns::from_fn(members.len(), pairs.len(), is_edge).map_err(|_| refused)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cliques_have_their_edges() {
        for (vertices, neurons, count) in [(4, 6, 6), (6, 15, 20), (8, 28, 70), (10, 45, 252)] {
            let patterns = cliques(vertices).unwrap();
            assert_eq!((patterns.neurons(), patterns.count()), (neurons, count));
            let edges = vertices / 2 * (vertices / 2 - 1) / 2;
            for mu in 0..count {
                let plus = patterns.signs(mu).filter(|&sign| sign == 1).count();
                assert_eq!(plus, edges);
            }
        }
        for vertices in [0, 2, 7, 26] {
            assert_eq!(cliques(vertices), Err(CliquesError(vertices)));
        }
    }
}
