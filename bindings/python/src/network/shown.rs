//! What a network says of itself: its `repr`.

use attractor::io::NetworkFile;
use attractor::{Status, Symmetry};

/// One line: size, rule, and what is known.
pub(super) fn of(file: &NetworkFile, margin: Option<f64>) -> String {
    let metadata = file.metadata();
    let network = file.network();
    let kind = match network.symmetry() {
        Symmetry::Symmetric => "symmetric",
        Symmetry::Directed => "directed",
    };
    let mut text = format!(
        "Network({} neurons, {kind}, rule '{}'",
        network.neurons(),
        metadata.rule
    );
    if let Some(wrong) = metadata.wrong_bits {
        let bits = if wrong == 1 { "bit" } else { "bits" };
        let known = match (metadata.status, metadata.lower_bound) {
            (Some(Status::Optimal), _) => ", proven optimal".to_owned(),
            (_, Some(bound)) if bound > 0 => format!(", at least {bound} proven"),
            _ => ", no bound proven".to_owned(),
        };
        text += &format!(", {wrong} wrong {bits}{known}");
    }
    if let Some(margin) = margin {
        text += &format!(", margin {margin:.4}");
    }
    text + ")"
}
