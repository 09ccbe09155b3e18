//! Survive: a claim about survivors for a certificate that is made.

use crate::check::survive;
use crate::check::system::System;
use crate::format::certificate::{Certificate, VERSION};
use crate::format::limits::MAX_TEXT_BYTES;
use crate::format::refusal::{Reason, Refusal};
use crate::format::survive::Survive;
use attractor::{Network, Patterns};

/// `certificate`, whose other claims hold of `network` and `patterns`, with this claim, once that is checked.
///
/// # Errors
/// A claim that does not hold, or makes the certificate longer than a reader takes.
pub fn with_survival(
    certificate: &Certificate,
    claim: Survive,
    network: &Network,
    patterns: &Patterns,
) -> Result<Certificate, Refusal> {
    let system = System::new(&certificate.problem, patterns)?;
    let stored = certificate.stored.is_some();
    survive::check(&system, &claim, stored.then_some(network))?;
    let certificate = Certificate {
        version: VERSION,
        survive: Some(claim),
        ..certificate.clone()
    };
    let length = serde_json::to_vec(&certificate).map_or(usize::MAX, |text| text.len());
    if length as u64 >= MAX_TEXT_BYTES {
        let reason = Reason::TooLarge("the certificate with this claim");
        return Err(Refusal::at("survive", reason));
    }
    Ok(certificate)
}
