//! Storage: what the paper says on how many patterns the methods store, and how many weights they need.

use super::Claim;
use super::digits::{
    LOADS_AT_81, digits_at_81, doubled, pseudo_inverse_digits, receptive_late, sparse_capacity,
};
use super::optimum::global_optimum;
use super::random::{
    gradient_at_20, hebb, milp_at_20, pseudo_inverse_at_20, pseudo_inverse_random,
};
use super::weights::{occupancy, zero_weights};
use crate::ledger::Entry;

/// All claims of Figs. 2 to 6.
pub(super) fn claims(fig2: &[Entry], fig3: &[Entry], fig4: &[Entry], fig5: &[Entry]) -> Vec<Claim> {
    let mut all = vec![
        hebb(fig3),
        pseudo_inverse_random(fig3),
        pseudo_inverse_digits(fig3),
        pseudo_inverse_at_20(fig4),
        gradient_at_20(fig4),
        milp_at_20(fig4),
        global_optimum("Fig. 4", fig4, "random", 20),
    ];
    all.extend(LOADS_AT_81.map(|load| digits_at_81(fig5, &load)));
    all.extend([
        doubled(fig5),
        global_optimum("Fig. 5", fig5, "mnist", 81),
        sparse_capacity(fig5),
        receptive_late(fig5),
        zero_weights(fig5),
        occupancy(fig2),
    ]);
    all.into_iter().map(Claim::honest).collect()
}
