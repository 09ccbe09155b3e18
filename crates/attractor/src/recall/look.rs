//! One state looked at: its fields and where they lead, in one pass over the weights.

use super::options::{RecallError, RecallOptions, check};
use crate::cue::Cues;
use crate::kernels::bits::has;
use crate::kernels::exact_sum::{exact_sign, terms};
use crate::network::Network;
use rayon::prelude::*;
use std::cmp::Ordering;

/// What every neuron of one state sees, and does.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Look {
    /// The fields, each summed in index order as by [`Network::local_field`].
    pub fields: Vec<f64>,
    /// The state after one synchronous step, ±1: by the exact signs of the fields, as [`step`](super::step).
    pub next: Vec<i8>,
}

/// The fields of cue `c` and the state that they lead to. Unknown entries contribute nothing. For one state that is shown; many
/// at once are faster by [`step`](super::step).
///
/// # Errors
/// [`RecallError::Size`].
///
/// # Panics
/// If there is no cue `c`.
pub fn look(network: &Network, cues: &Cues, c: usize) -> Result<Look, RecallError> {
    check(network.neurons(), cues, &RecallOptions::default())?;
    let neurons = network.neurons();
    let state: Vec<f64> = (0..neurons).map(|j| f64::from(cues.value(c, j))).collect();
    let (bits, known) = (cues.state_bits(c), cues.known_bits(c));
    let of_neuron = |i: usize| {
        let (row, bias) = (network.row(i), network.biases()[i]);
        let mut field = 0.0;
        let mut magnitude = bias.abs();
        for (weight, s) in row.iter().zip(&state) {
            let term = weight * s;
            field += term;
            magnitude += term.abs();
        }
        field += bias;
        // Twice what the additions of the field, and those of the magnitude, can be off.
        let error = 2.0 * (neurons + 1) as f64 * f64::EPSILON * magnitude;
        let sign = if field.abs() > error {
            field.total_cmp(&0.0)
        } else {
            let inputs = terms(row, bits).enumerate();
            let known = inputs.filter(|(j, _)| has(known, *j)).map(|(_, term)| term);
            exact_sign(known.chain([bias]))
        };
        (field, if sign == Ordering::Greater { 1 } else { -1 })
    };
    let (fields, next) = (0..neurons).into_par_iter().map(of_neuron).unzip();
    Ok(Look { fields, next })
}

#[cfg(test)]
mod tests {
    use super::super::step;
    use super::*;
    use crate::couplings::{Couplings, Symmetry};
    use crate::patterns::Patterns;
    use crate::rules::{Hebbian, PseudoInverse};

    #[test]
    fn a_look_leads_where_a_step_does() {
        for (symmetry, neurons) in [(Symmetry::Symmetric, 70), (Symmetry::Directed, 9)] {
            let stored = Patterns::random(6, neurons, 3).unwrap();
            let couplings = Couplings::full(neurons, symmetry).unwrap();
            // Hebb's whole numbers have fields of zero, the pseudo-inverse's are rounded.
            let networks = [
                Hebbian::default().fit(&stored, &couplings).unwrap(),
                PseudoInverse {
                    bias: true,
                    ..PseudoInverse::default()
                }
                .fit(&stored, &couplings)
                .unwrap(),
            ];
            for network in &networks {
                for cues in [
                    Cues::from(&stored),
                    Cues::from(&stored).flip(3, 1).erase([1, 4, 6, 8]),
                    Cues::from(&stored).erase(0..neurons),
                ] {
                    let next = step(network, &cues).unwrap();
                    for c in 0..cues.count() {
                        let look = look(network, &cues, c).unwrap();
                        assert!(next.signs(c).eq(look.next.iter().copied()));
                        let state: Vec<f64> =
                            (0..neurons).map(|j| f64::from(cues.value(c, j))).collect();
                        let own =
                            |(i, field): (usize, &f64)| *field == network.local_field(i, &state);
                        assert!(look.fields.iter().enumerate().all(own));
                    }
                }
            }
        }
        let network = Hebbian::default()
            .fit(
                &Patterns::random(2, 5, 0).unwrap(),
                &Couplings::full(5, Symmetry::Symmetric).unwrap(),
            )
            .unwrap();
        let other = Cues::from(&Patterns::random(1, 6, 0).unwrap());
        assert!(look(&network, &other, 0).is_err());
    }
}
