//! The report of a training run, as JSON with stable keys.

use super::survive::{Claimed, SurviveReport};
use crate::method::{Outcome, SolverWord};
use anyhow::Result;
use attractor::{Bounds, Patterns, Phase};
use attractor_exact::{Choice, Statistics};
use attractor_proof::Certificate;
use serde::Serialize;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// What `--report` writes. Keys are never renamed or removed.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    /// P.
    pub(crate) patterns: usize,
    /// N.
    pub(crate) neurons: usize,
    /// The rule's name.
    pub(crate) rule: String,
    /// `symmetric` or `directed`.
    pub(crate) couplings: String,
    /// `strict` or `negative`.
    pub(crate) ties: String,
    /// What is proven: `optimal`, `feasible` or `interrupted`.
    pub(crate) status: String,
    pub(crate) wrong_bits: usize,
    pub(crate) lower_bound: usize,
    /// Whether a certificate was written that proves `wrong_bits` and `lower_bound`.
    pub(crate) certified: bool,
    /// What the certificate that was written proves; null if none was.
    pub(crate) certified_bound: Option<usize>,
    /// (wrong bits − lower bound) / wrong bits.
    pub(crate) gap: f64,
    /// Least aligned field over Euclidean row norm among right bits; null if no bit is right.
    pub(crate) margin: Option<f64>,
    /// By how much `network_margin` may fall short of the widest of networks with the fewest wrong bits, relative to the
    /// latter (floating point): 1e-3 or less if its search converged. Null where there is no word on it: not exact symmetric
    /// real weights, sparse ones, stopped before, or only the same wrong bits compared.
    pub(crate) margin_gap: Option<f64>,
    /// What the exact rule preferred among networks with equally few wrong bits: `widest-margin`, `sparse`, `noise`
    /// or `recall` (the default, and `--repair-rounds`); null for others.
    pub(crate) objective: Option<&'static str>,
    /// Of `noise` and `recall`: the mean over the kept bits of ln Φ(cκ), in nats, at most 0; where all neurons have few
    /// inputs (16; 10 with erasures) of the logarithm of the exact probability. Null for the others.
    pub(crate) objective_value: Option<f64>,
    /// By how much, in nats a kept bit, any weights that hold the same bits above the same floor may exceed that value; null
    /// where it is an exact probability.
    pub(crate) noise_gap: Option<f64>,
    /// How the network was chosen by what it recalls of its own damaged patterns; null where the objective is not `recall`,
    /// and where there was no time to judge it.
    pub(crate) choice: Option<ChoiceReport>,
    /// Least aligned field over the norm of all weights, each coupling once: what exact training widens for symmetric real
    /// weights; null for others.
    pub(crate) network_margin: Option<f64>,
    /// Weights that are not zero.
    pub(crate) nonzeros: usize,
    pub(crate) wall_seconds: f64,
    /// User and system time of all threads since the program started.
    pub(crate) cpu_seconds: f64,
    /// Of those, what making and writing the certificate took, beyond `wall_seconds`; null if none was written.
    pub(crate) proof_cpu_seconds: Option<f64>,
    pub(crate) proof_wall_seconds: Option<f64>,
    pub(crate) proof_bytes: Option<usize>,
    pub(crate) threads: usize,
    pub(crate) seed: u64,
    /// Of this program.
    pub(crate) version: String,
    /// Of the exact rule's search; null for others.
    pub(crate) statistics: Option<SearchReport>,
    pub(crate) per_neuron: Vec<NeuronReport>,
    /// Only of `--formulation big-m`.
    #[serde(flatten)]
    pub(crate) word: Option<SolverWord>,
    /// Only of `--survive` and `--survive-erased`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) survive: Option<SurviveReport>,
}

/// What a search did.
/// How a network was chosen by what it recalls: see [`Choice`].
#[derive(Debug, Serialize)]
pub(crate) struct ChoiceReport {
    /// `widest margin` or `noise P`: what it was trained for first.
    pub(crate) origin: String,
    /// Rounds on passed states that were kept.
    pub(crate) rounds: usize,
    /// Own cues that judged it.
    pub(crate) cues: usize,
    /// The share of them that the widest margin recalls.
    pub(crate) recalled_by_widest: f64,
    /// The share that this network recalls.
    pub(crate) recalled: f64,
}

impl From<Choice> for ChoiceReport {
    fn from(choice: Choice) -> Self {
        Self {
            origin: choice.origin.to_string(),
            rounds: choice.rounds,
            cues: choice.cues,
            recalled_by_widest: choice.recalled_by_widest,
            recalled: choice.recalled,
        }
    }
}

#[derive(Debug, Serialize)]
pub(crate) struct SearchReport {
    /// Nodes of the branch and bound.
    nodes: u64,
    /// Calls of the min-norm primitive.
    min_norm_calls: u64,
    /// Infeasible subsystems in the pools at the end.
    pool: usize,
    /// Wall seconds until the fewest wrong bits were found and proven, the rest of the time being for the margin or sparse
    /// weights; null if they were not.
    proven_seconds: Option<f64>,
    /// Seconds by phase, summed over threads.
    phase_seconds: BTreeMap<&'static str, f64>,
}

impl From<&Statistics> for SearchReport {
    fn from(statistics: &Statistics) -> Self {
        let seconds = |(phase, time): (Phase, Duration)| (phase.name(), time.as_secs_f64());
        Self {
            nodes: statistics.nodes,
            min_norm_calls: statistics.min_norm_calls,
            pool: statistics.pool,
            proven_seconds: statistics.proven_after.map(|time| time.as_secs_f64()),
            phase_seconds: statistics.phases.iter().map(seconds).collect(),
        }
    }
}

/// One neuron's share.
#[derive(Debug, Serialize)]
pub(crate) struct NeuronReport {
    wrong_bits: usize,
    lower_bound: usize,
}

impl From<&Bounds> for NeuronReport {
    fn from(bounds: &Bounds) -> Self {
        Self {
            wrong_bits: bounds.wrong_bits,
            lower_bound: bounds.lower_bound,
        }
    }
}

/// User and system time of all threads since the program started.
///
/// # Errors
/// If the operating system does not tell.
pub(crate) fn cpu_seconds() -> Result<f64> {
    let time = cpu_time::ProcessTime::try_now()?;
    Ok(time.as_duration().as_secs_f64())
}

/// A certificate as it is written.
pub(crate) struct Proof {
    pub(crate) bytes: Vec<u8>,
    /// Wrong bits that it proves to be inevitable; 0 if it claims no bound.
    pub(crate) bound: usize,
    /// What it claims about survivors, if it does.
    pub(crate) survivors: Option<Claimed>,
}

impl Proof {
    /// # Errors
    /// Never for these types; the serializer could refuse.
    pub(crate) fn new(certificate: &Certificate) -> Result<Self> {
        let mut bytes = Vec::new();
        certificate.write(&mut bytes)?;
        let bound = certificate.bound.as_ref();
        Ok(Self {
            bytes,
            bound: bound.map_or(0, |bound| bound.wrong_bits_at_least as usize),
            survivors: certificate.survive.as_ref().map(|claim| Claimed {
                flips: claim.flips as usize,
                at_most: claim.at_most as usize,
            }),
        })
    }
}

/// How a run was made, beside what came out.
pub(crate) struct Run<'a> {
    pub(crate) rule: &'a str,
    pub(crate) objective: Option<&'static str>,
    pub(crate) wall: Duration,
    pub(crate) threads: usize,
    pub(crate) seed: u64,
}

impl Report {
    /// # Errors
    /// If the operating system does not tell the CPU time.
    pub(crate) fn new(outcome: &Outcome, patterns: &Patterns, run: &Run<'_>) -> Result<Self> {
        let trained = &outcome.trained;
        Ok(Self {
            patterns: patterns.count(),
            neurons: patterns.neurons(),
            rule: run.rule.to_owned(),
            couplings: trained.network.symmetry().to_string(),
            ties: trained.ties.to_string(),
            status: trained.status.to_string(),
            wrong_bits: trained.total.wrong_bits,
            lower_bound: trained.total.lower_bound,
            certified: false,
            certified_bound: None,
            gap: trained.total.gap(),
            margin: trained.margin,
            margin_gap: outcome.margin_gap,
            objective: run.objective,
            objective_value: outcome.repair.map(|repair| repair.value),
            noise_gap: outcome.repair.and_then(|repair| repair.gap),
            choice: outcome
                .repair
                .and_then(|repair| repair.choice)
                .map(ChoiceReport::from),
            network_margin: outcome.network_margin,
            nonzeros: trained.network.nonzeros(),
            wall_seconds: run.wall.as_secs_f64(),
            cpu_seconds: cpu_seconds()?,
            proof_cpu_seconds: None,
            proof_wall_seconds: None,
            proof_bytes: None,
            threads: run.threads,
            seed: run.seed,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            statistics: outcome.statistics.as_ref().map(SearchReport::from),
            per_neuron: trained.per_neuron.iter().map(NeuronReport::from).collect(),
            word: outcome.word.clone(),
            survive: outcome.survival.as_ref().map(SurviveReport::from),
        })
    }

    /// Notes the certificate that was written, and what it took since `begun` (wall) and `cpu_begun` (CPU seconds).
    ///
    /// # Errors
    /// If the operating system does not tell the CPU time.
    pub(crate) fn note_proof(
        &mut self,
        proof: &Proof,
        begun: Instant,
        cpu_begun: f64,
    ) -> Result<()> {
        self.certified_bound = Some(proof.bound);
        if let Some(survive) = &mut self.survive {
            survive.note_proof(proof.survivors.as_ref());
        }
        self.certified = proof.bound == self.lower_bound;
        self.proof_wall_seconds = Some(begun.elapsed().as_secs_f64());
        self.cpu_seconds = cpu_seconds()?;
        self.proof_cpu_seconds = Some(self.cpu_seconds - cpu_begun);
        self.proof_bytes = Some(proof.bytes.len());
        Ok(())
    }

    /// The JSON text, with a final newline.
    ///
    /// # Errors
    /// Never for these types; the serializer could refuse.
    pub(crate) fn to_json(&self) -> Result<String> {
        let mut text = serde_json::to_string_pretty(self)?;
        text.push('\n');
        Ok(text)
    }
}
