//! Certificates of optimality, and a checker that verifies them in exact arithmetic.
//!
//! A [`Certificate`] can claim what a network stores (wrong bits, margin, certified radii), a lower bound on the wrong bits
//! of every network of a class, and the gap between the two; gap 0 is optimal. [`verify`] checks every claim from the
//! patterns and the weights themselves. It decides nothing in floating point and shares nothing with a solver but the data
//! types. `docs/certificate-format.md` specifies the file.
//!
//! Three folders, each of which imports only those before it: `format` is the file as data, `check` is all that an accepted
//! claim rests on, `build` makes certificates from a solver's evidence and is not trusted.
//!
//! The evidence for a bound has two parts. A [`Dependency`] is a set of rows that cannot all hold, because positive multiples
//! of them add up to zero. A [`Lemma`] draws from dependencies and earlier lemmas what the wrong bits of some neurons must be.
//!
//! ```
//! use attractor::{Couplings, Network, Patterns, Symmetry, Ties};
//! use attractor_proof::{Builder, Domain, Natural, NeuronEvidence, CertifiedProblem, verify};
//! // Neuron 2 should be + in one pattern and − in the other, with equal inputs: one bit must be wrong.
//! let patterns = Patterns::from_signs(2, 3, &[1, 1, 1, 1, 1, -1])?;
//! let couplings = Couplings::full(3, Symmetry::Directed)?;
//! let network = Network::new(Symmetry::Directed, vec![0., 1., 0., 1., 0., 0., 1., 1., 0.], vec![0.; 3])?;
//! let problem = CertifiedProblem::new(&patterns, &couplings, false, Ties::Strict, Domain::Real);
//! let mut builder = Builder::new(problem, &patterns)?;
//! let one = || Natural::from(1_u64);
//! let evidence = NeuronEvidence { neuron: 2, bound: 1, dependencies: vec![(vec![0, 1], vec![one(), one()])] };
//! let lemmas = builder.neurons(vec![evidence], 1_000_000)?;
//! let certificate = builder.finish(&lemmas, Some(&network))?;
//! assert!(verify(&certificate, &network, &patterns)?.is_optimal());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod build;
mod check;
mod format;

pub use build::builder::Builder;
pub use build::evidence::{CoreEvidence, NeuronEvidence};
pub use build::survive::with_survival;
pub use check::conclusion::Conclusion;
pub use check::verify::{Proven, Survivors, verify};
pub use format::certificate::{
    Bound, Certificate, Claim, Dependency, FORMAT, Lemma, Node, OLDEST_VERSION, Refutation, Stored,
    VERSION,
};
pub use format::file::ReadError;
pub use format::hash::{network_sha256, patterns_sha256, sha256};
pub use format::limits;
pub use format::natural::Natural;
pub use format::problem::{
    CertifiedProblem, CouplingSet, Domain, Field, ParseDomainError, PatternSet,
};
pub use format::refusal::{Reason, Refusal};
pub use format::survive::{Holding, Survive, SurviveBit, SurviveCore, SurviveDamage, SurviveNode};
