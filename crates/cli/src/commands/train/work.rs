//! Training, and saving what came out of it.

use super::report::{Proof, Report, Run, cpu_seconds};
use super::settings::Training;
use super::summary::{certified, summary};
use crate::output::Output;
use anyhow::{Context, Result};
use attractor::Trained;
use attractor::io::{Metadata, NetworkFile};
use attractor_exact::Evidence;
use std::time::Instant;

/// A training that is over.
pub(super) struct Finished {
    training: Training,
    evidence: Evidence,
    report: Report,
    file: NetworkFile,
}

impl Training {
    /// Trains, up to the time limit or Ctrl-C.
    ///
    /// # Errors
    /// What the rule cannot honour.
    pub(super) fn train(self) -> Result<Finished> {
        let started = Instant::now();
        let outcome = self.method.train(self.seed, self.time_limit)?;
        let run = Run {
            rule: self.method.rule(),
            objective: self.method.objective(),
            wall: started.elapsed(),
            threads: self.threads,
            seed: self.seed,
        };
        Ok(Finished {
            report: Report::new(&outcome, self.method.patterns(), &run)?,
            file: self.network_file(outcome.trained)?,
            evidence: outcome.evidence,
            training: self,
        })
    }

    fn network_file(&self, trained: Trained) -> Result<NetworkFile> {
        let metadata = Metadata {
            options: self.method.options().clone(),
            seed: Some(self.seed),
            shape: self.shape,
            status: Some(trained.status),
            wrong_bits: Some(trained.total.wrong_bits),
            lower_bound: Some(trained.total.lower_bound),
            patterns_sha256: Some(self.method.patterns().sha256()),
            ..Metadata::new(self.method.rule(), trained.ties)
        };
        let couplings = self.method.couplings().clone();
        Ok(NetworkFile::new(trained.network, couplings, metadata)?)
    }
}

impl Finished {
    /// Writes the network, then the certificate, then the report.
    ///
    /// # Errors
    /// What cannot be written; where the network is, if it was saved before.
    pub(super) fn save(&mut self) -> Result<()> {
        let places = &self.training.places;
        // The network first: it is what the time went into. A stream takes it once only, with the certificate's digest.
        let saved = places.proof.is_none() || !places.network.is_stdout();
        if saved {
            self.write_network()?;
        }
        let rest = self.certify().and_then(|()| self.write_report());
        match self.training.places.network_path().filter(|_| saved) {
            Some(path) => rest.with_context(|| {
                let saved = path.display();
                format!("the network is saved in `{saved}`; what failed came after")
            }),
            None => rest,
        }
    }

    fn write_network(&self) -> Result<()> {
        let network = &self.training.places.network;
        network.write_with(|out| self.file.write_to(out))
    }

    /// Writes the certificate, if one is asked for, and its digest into the network file.
    fn certify(&mut self) -> Result<()> {
        let Some(output) = &self.training.places.proof else {
            return Ok(());
        };
        let (begun, cpu_begun) = (Instant::now(), cpu_seconds()?);
        let method = &self.training.method;
        let certificate = method.certify(self.file.network(), &self.evidence)?;
        let proof = Proof::new(&certificate)?;
        output.write(&proof.bytes)?;
        self.report.note_proof(&proof, begun, cpu_begun)?;
        self.file = with_certificate(&self.file, &proof)?;
        self.write_network()
    }

    fn write_report(&self) -> Result<()> {
        match &self.training.places.report {
            Some(output) => output.write(self.report.to_json()?.as_bytes()),
            None => Ok(()),
        }
    }

    /// Says what was found, unless a result went to standard output.
    ///
    /// # Errors
    /// A closed standard output.
    pub(super) fn tell(&self) -> Result<()> {
        let places = &self.training.places;
        if places.use_stdout {
            return Ok(());
        }
        let mut text = summary(&self.report, &self.training.method)?;
        text.push_str(&certified(
            &self.report,
            &self.training.method,
            &self.evidence,
        )?);
        Output::Stdout.write(text.as_bytes())
    }
}

/// The same file, with the certificate's digest.
fn with_certificate(file: &NetworkFile, proof: &Proof) -> Result<NetworkFile> {
    let metadata = Metadata {
        certificate_sha256: Some(attractor_proof::sha256(&proof.bytes)),
        certified_bound: Some(proof.bound),
        ..file.metadata().clone()
    };
    let (network, couplings) = (file.network().clone(), file.couplings().clone());
    Ok(NetworkFile::new(network, couplings, metadata)?)
}
