//! Certificates: made of a training's evidence, kept as files, checked in exact arithmetic.

use crate::errors::{CertificateError, FormatError, bad_value, of_system};
use crate::network::Network;
use crate::run;
use attractor::io::{Metadata, NetworkFile};
use attractor_exact::{Evidence, Problem};
use attractor_proof::{Certificate as Claims, CouplingSet, Proven, Reason, Refusal};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use std::fs;
use std::path::PathBuf;

/// What a certificate can be made of.
pub(crate) struct Basis {
    pub(crate) problem: Problem,
    pub(crate) evidence: Evidence,
}

/// Claims with their evidence: the text of the file that `attractor verify` reads.
#[pyclass(frozen, module = "attractor")]
pub(crate) struct Certificate {
    bytes: Vec<u8>,
    claims: Claims,
}

impl Certificate {
    fn read(name: &str, bytes: Vec<u8>) -> PyResult<Self> {
        let claims = Claims::read(bytes.as_slice())
            .map_err(|error| FormatError::new_err(format!("{name}: {error}")))?;
        Ok(Self { bytes, claims })
    }

    /// The certificate of a network's training.
    pub(crate) fn of(py: Python<'_>, network: &Network, threads: Option<usize>) -> PyResult<Self> {
        let basis = network.basis().ok_or_else(|| {
            CertificateError::new_err(
                "this network has no evidence: it was read or unpickled, or its rule proves nothing; \
                 certify where it was trained by rule='exact'",
            )
        })?;
        let made = run::interruptible(py, run::How::quiet(threads), |control| {
            attractor_exact::certify(
                &basis.problem,
                network.file().network(),
                &basis.evidence,
                control,
            )
        })?;
        if let Some(raised) = made.raised {
            return Err(raised);
        }
        let claims = made
            .value
            .map_err(|error| CertificateError::new_err(error.to_string()))?;
        let mut bytes = Vec::new();
        claims
            .write(&mut bytes)
            .map_err(|error| CertificateError::new_err(error.to_string()))?;
        Ok(Self { bytes, claims })
    }

    fn bound(&self) -> Option<u64> {
        self.claims
            .bound
            .as_ref()
            .map(|bound| bound.wrong_bits_at_least)
    }

    /// The network file with this certificate's digest.
    pub(crate) fn noted_in(&self, file: &NetworkFile) -> PyResult<NetworkFile> {
        let metadata = Metadata {
            certificate_sha256: Some(attractor_proof::sha256(&self.bytes)),
            certified_bound: Some(self.bound().unwrap_or(0) as usize),
            ..file.metadata().clone()
        };
        NetworkFile::new(file.network().clone(), file.couplings().clone(), metadata)
            .map_err(|error| bad_value("certificate", error))
    }
}

#[pymethods]
impl Certificate {
    /// Reads a certificate file.
    #[staticmethod]
    fn load(path: PathBuf) -> PyResult<Self> {
        let name = path.display().to_string();
        let bytes = fs::read(&path).map_err(|error| of_system(&name, &error))?;
        Self::read(&name, bytes)
    }

    /// A certificate of the bytes of its file.
    #[staticmethod]
    fn from_bytes(bytes: Vec<u8>) -> PyResult<Self> {
        Self::read("certificate", bytes)
    }

    /// Writes the certificate file, whole or not at all.
    fn save(&self, path: PathBuf) -> PyResult<()> {
        let write = |out: &mut dyn std::io::Write| out.write_all(&self.bytes);
        attractor::io::write_atomically(&path, write).map_err(crate::errors::of_writing)
    }

    /// No network of the class has fewer wrong bits; None where no bound is claimed.
    #[getter]
    fn lower_bound(&self) -> Option<u64> {
        self.bound()
    }

    /// SHA-256 of the file.
    #[getter]
    fn sha256(&self) -> String {
        attractor_proof::sha256(&self.bytes)
    }

    fn __bytes__<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.bytes)
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }

    fn __reduce__<'py>(
        slf: &Bound<'py, Self>,
    ) -> PyResult<(Bound<'py, PyAny>, (Bound<'py, PyBytes>,))> {
        let make = slf
            .py()
            .import("attractor._attractor")?
            .getattr("restore_certificate")?;
        Ok((make, (slf.get().__bytes__(slf.py()),)))
    }

    fn __repr__(&self) -> String {
        let bound = self
            .bound()
            .filter(|&bound| bound > 0)
            .map_or("no bound".to_owned(), |bound| {
                format!("at least {bound} wrong bits")
            });
        format!("Certificate({bound}, {} bytes)", self.bytes.len())
    }
}

/// A certificate of its file's bytes, for `pickle`.
#[pyfunction]
pub(crate) fn restore_certificate(bytes: Vec<u8>) -> PyResult<Certificate> {
    Certificate::read("pickled certificate", bytes)
}

/// What a check came to.
#[pyclass(frozen, module = "attractor")]
pub(crate) struct Verdict {
    answer: Result<Proven, Refusal>,
    note: String,
}

#[pymethods]
impl Verdict {
    /// Whether everything that is claimed is proven.
    #[getter]
    fn accepted(&self) -> bool {
        self.answer.is_ok()
    }

    /// Whether the certificate exceeds the limits of the checker; it may be true.
    #[getter]
    fn undecided(&self) -> bool {
        matches!(&self.answer, Err(refusal) if matches!(refusal.reason, Reason::TooLarge(_)))
    }

    /// Whether it is proven that no network of the class has fewer wrong bits.
    #[getter]
    fn optimal(&self) -> bool {
        self.answer.as_ref().is_ok_and(Proven::is_optimal)
    }

    /// Proven wrong bits of the network.
    #[getter]
    fn wrong_bits(&self) -> Option<u64> {
        self.answer.as_ref().ok()?.wrong_bits
    }

    /// Proven: no network of the class has fewer.
    #[getter]
    fn lower_bound(&self) -> Option<u64> {
        self.answer.as_ref().ok()?.wrong_bits_at_least
    }

    /// The class of networks that the bound is about.
    #[getter]
    fn class_(&self) -> Option<&str> {
        Some(&self.answer.as_ref().ok()?.class)
    }

    /// What is proven, or the first reason why not and where it stands.
    fn __str__(&self) -> String {
        match &self.answer {
            Ok(proven) => format!("{proven}{}", self.note),
            Err(refusal) if self.undecided() => format!("undecided: {refusal}"),
            Err(refusal) => format!("refused: {refusal}"),
        }
    }

    fn __bool__(&self) -> bool {
        self.accepted()
    }

    fn __repr__(&self) -> String {
        match &self.answer {
            Ok(proven) => format!("Verdict(accepted, {})", proven.conclusion()),
            Err(refusal) if self.undecided() => format!("Verdict(undecided, {refusal})"),
            Err(refusal) => format!("Verdict(refused, {refusal})"),
        }
    }
}

/// Checks what a certificate claims of a network and of the patterns that it was trained on, in exact arithmetic.
#[pyfunction]
#[pyo3(signature = (network, patterns, certificate, *, threads=None))]
pub(crate) fn verify(
    py: Python<'_>,
    network: &Bound<'_, Network>,
    patterns: &Bound<'_, PyAny>,
    certificate: &Bound<'_, Certificate>,
    threads: Option<usize>,
) -> PyResult<Verdict> {
    let network = network.get();
    let (patterns, _) = crate::arrays::patterns("patterns", patterns)?;
    let (file, claims) = (network.file(), &certificate.get().claims);
    let answer = run::compute(py, threads, || {
        attractor_proof::verify(claims, file.network(), &patterns)
    })?;
    let mut note = String::new();
    if CouplingSet::of(file.couplings()) != claims.problem.couplings {
        note.push_str("\nnote: the network has other couplings than the networks of this claim");
    }
    if file.metadata().ties != claims.problem.ties {
        note.push_str(&format!(
            "\nnote: the network was trained for {} ties",
            file.metadata().ties
        ));
    }
    Ok(Verdict { answer, note })
}
