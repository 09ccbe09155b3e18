//! What was found, in words.

use super::report::Report;
use crate::method::{EXACT, Method};
use crate::number::number;
use anyhow::Result;
use attractor::rules::Classical;
use attractor_exact::Evidence;
use attractor_proof::Conclusion;
use std::fmt::Write as _;

/// The margin's gap up to which its search has converged: a little above the tolerance 1e-3 of the search. Larger: gaps
/// that a user should know stay unsaid. Smaller: rounding of a converged gap is reported as if it were one.
const CONVERGED: f64 = 1.1e-3;

/// Patterns, wrong bits, margin, weights, time.
pub(super) fn summary(report: &Report, method: &Method) -> Result<String> {
    let mut text = String::new();
    writeln!(
        text,
        "{} patterns of {} neurons, load {:.2}; rule {}, {} couplings, {} ties",
        report.patterns,
        report.neurons,
        report.patterns as f64 / report.neurons as f64,
        report.rule,
        report.couplings,
        report.ties,
    )?;
    writeln!(text, "{} wrong bits ({})", report.wrong_bits, known(report))?;
    if let Some(word) = &report.word {
        text.push_str(&word.text());
    }
    text.push_str(&objective(report)?);
    writeln!(
        text,
        "{} weights are not zero, {:.2} s",
        report.nonzeros, report.wall_seconds
    )?;
    if let Some(survive) = &report.survive {
        text.push_str(&survive.text());
    }
    if report.nonzeros == 0 && method.classical() == Some(Classical::PseudoInverse) {
        writeln!(
            text,
            "no weight is left: of {0} or more independent patterns the projection is the identity, whose diagonal is \
             left out; this rule stores at most {1} independent patterns in {0} neurons",
            report.neurons,
            report.neurons.saturating_sub(1)
        )?;
    }
    Ok(text)
}

/// What was optimised among the networks with these wrong bits: the margin, and the first step on damaged cues.
fn objective(report: &Report) -> Result<String> {
    let mut text = String::new();
    if let Some(margin) = report.margin {
        write!(text, "margin {}", number(margin))?;
        if let Some(of_all) = report.network_margin {
            write!(text, ", {} by the norm of all weights", number(of_all))?;
        }
        match report.margin_gap {
            Some(gap) if gap > CONVERGED => {
                write!(text, " (may be {:.1} % short of the widest)", 100.0 * gap)?;
            }
            Some(_) => text.push_str(" (the widest)"),
            None if report.couplings == "symmetric"
                && report.wrong_bits > 0
                && report.objective == Some("widest-margin") =>
            {
                text.push_str(" for these wrong bits");
            }
            None => {}
        }
        text.push_str(", ");
    }
    if let Some(value) = report.objective_value {
        write!(
            text,
            "first step right on a damaged bit {:.2} %, ",
            100.0 * value.exp()
        )?;
    }
    if let Some(choice) = &report.choice {
        write!(
            text,
            "chosen by recall: {} and {} rounds on passed states, {:.1} % of own damaged patterns come back (widest margin {:.1} %), ",
            choice.origin,
            choice.rounds,
            100.0 * choice.recalled,
            100.0 * choice.recalled_by_widest,
        )?;
    }
    if let (Some(value), Some(gap)) = (report.objective_value, report.noise_gap) {
        write!(
            text,
            "at most {:.2} % by any weights that hold these bits, ",
            100.0 * (value + gap).min(0.0).exp()
        )?;
    }
    Ok(text)
}

/// What is proven about the wrong bits.
fn known(report: &Report) -> String {
    match (report.status.as_str(), report.wrong_bits) {
        ("optimal", 0) => "every bit is stored".to_owned(),
        ("optimal", _) => "proven: fewer are impossible".to_owned(),
        ("feasible", _) if report.rule != EXACT => "this rule proves no bound".to_owned(),
        (status, _) => format!(
            "{status}; at least {} proven, gap {:.0} %",
            report.lower_bound,
            100.0 * report.gap
        ),
    }
}

/// What `verify` will conclude from the certificate, and why not more; without a certificate, whether there could be one.
pub(super) fn certified(report: &Report, method: &Method, evidence: &Evidence) -> Result<String> {
    let mut text = String::new();
    let optimal = report.status == "optimal";
    if let Some(bound) = report.certified_bound {
        let wrong_bits = report.wrong_bits;
        let conclusion = Conclusion::of(Some(wrong_bits as u64), Some(bound as u64));
        let claim = if bound > 0 {
            format!("at least {bound} wrong bits")
        } else {
            format!("{wrong_bits} wrong bits")
        };
        writeln!(text, "certified: {claim}; {conclusion}")?;
        if !report.certified {
            let (claimed, why) = (report.lower_bound, method.why_not_certified(evidence)?);
            writeln!(text, "the bound of {claimed} is not certified: {why}")?;
        }
    } else if optimal && method.certifies() {
        writeln!(text, "not certified; --proof writes a certificate")?;
    } else if optimal {
        writeln!(
            text,
            "not certified; --rule exact without --formulation big-m can be"
        )?;
    }
    Ok(text)
}
