//! Recall: what the paper says on repairing damaged patterns.

use super::{Claim, SAME, Verdict, unmeasured};
use crate::ledger::Entry;

/// The mean over all noise levels of the share recalled exactly.
fn recalled(entries: &[Entry], method: &str) -> Option<f64> {
    let own = entries
        .iter()
        .filter(|e| e.cell.method == method && e.cell.level > 0.0);
    let shares: Vec<f64> = own.filter_map(|e| e.measured.exact_recall).collect();
    (!shares.is_empty()).then(|| 100.0 * shares.iter().sum::<f64>() / shares.len() as f64)
}

pub(super) fn noise(entries: &[Entry]) -> Claim {
    let (place, paper) = (
        "Fig. 7",
        "Under noise the sparse MILP network repairs better than the plain one, about as well as the gradient network",
    );
    let (Some(sparse), Some(vertex)) = (
        recalled(entries, "exact-sparse"),
        recalled(entries, "milp-vertex"),
    ) else {
        return unmeasured(place, paper);
    };
    let methods = [
        "pseudo-inverse",
        "gradient",
        "gradient-tuned",
        "milp-vertex",
        "exact-sparse",
        "exact-receptive",
        "exact-symmetric",
    ];
    let text: Vec<String> = methods
        .iter()
        .filter_map(|m| Some(format!("{m} {:.0} %", recalled(entries, m)?)))
        .collect();
    let widest = recalled(entries, "exact-symmetric").unwrap_or(0.0);
    let gradient = ["gradient", "gradient-tuned"]
        .iter()
        .filter_map(|m| recalled(entries, m))
        .fold(0.0, f64::max);
    Claim {
        place,
        paper: paper.to_owned(),
        measured: format!(
            "recalled exactly, mean over all noise levels: {}",
            text.join(", ")
        ),
        verdict: if sparse <= vertex {
            Verdict::Differs
        } else if sparse + SAME >= gradient {
            Verdict::Holds
        } else {
            Verdict::Partly
        },
        reason: format!(
            "The plain program ends in a vertex of its feasible set, where bits hold by no more than the margin epsilon. \
             A margin does what sparsity does: the widest-margin network, which the paper lacks, recalls \
             {widest:.0} %, the better gradient network {gradient:.0} %."
        ),
    }
}
