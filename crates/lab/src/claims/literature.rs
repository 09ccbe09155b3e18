//! What the paper says of theory and of earlier work. No experiment decides it; the reasons name what does.

use super::{Claim, Numbers, Verdict};

pub(super) fn claims() -> [Claim; 2] {
    [upper_limit(), first()]
}

fn upper_limit() -> Claim {
    Claim {
        place: "sections 1 and 4.1",
        paper: "2 N patterns are the proven upper limit of what a Hopfield network stores".to_owned(),
        numbers: Numbers::new("2 N", "25 N").row(
            "stored, chosen patterns",
            [("balanced, N = 10", "252 = 25 N"), ("cliques, N = 45", "252 = 5.6 N")],
        ),
        measured: "The 252 balanced patterns of N = 10 neurons, 25 N, are all stored by the weights −1; the cliques of half of \
                   the vertices, as patterns of a graph's edges, with biases: N = 45, P = 252, 5.6 N"
            .to_owned(),
        verdict: Verdict::Partly,
        reason: "2 N is the limit for random patterns as N → ∞ (Cover 1965, Gardner 1988). Chosen patterns know no such limit \
                 (Hillar and Tran 2018), and finitely many random ones exceed it with a small probability."
            .to_owned(),
    }
}

fn first() -> Claim {
    Claim {
        place: "section 1",
        paper: "This is the first practical solution that provides maximal storage".to_owned(),
        numbers: Numbers::default(),
        measured: "From the literature, not from the results.".to_owned(),
        verdict: Verdict::Differs,
        reason: "Minover (Krauth and Mézard 1987) and AdaTron (Anlauf and Biehl 1989) find the weights of widest margin \
                 wherever all patterns can be stored, up to the same 2 N, in polynomial time. What a program with integers \
                 adds begins beyond: the fewest wrong bits where not all can be stored."
            .to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use attractor::{Network, Patterns, Stability, Symmetry, Ties};

    /// C(10, 5) = 252 = 25 N. The field of a bit is minus the sum of the others, which is the bit itself.
    #[test]
    fn balanced_patterns_are_stored_far_beyond_twice_their_length() {
        let balanced: Vec<u32> = (0..1 << 10).filter(|s: &u32| s.count_ones() == 5).collect();
        let patterns =
            Patterns::from_fn(balanced.len(), 10, |mu, i| balanced[mu] >> i & 1 == 1).unwrap();
        assert_eq!(patterns.count(), 252);
        let weights = (0..100).map(|k| if k / 10 == k % 10 { 0.0 } else { -1.0 });
        let network = Network::new(Symmetry::Symmetric, weights.collect(), vec![0.0; 10]).unwrap();
        let stability = Stability::of(&network, &patterns, Ties::Strict).unwrap();
        assert_eq!(stability.wrong_bits(), 0);
    }
}
