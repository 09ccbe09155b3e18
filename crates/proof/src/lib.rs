//! Certificates of optimality and the exact checker that trusts nobody.
//!
//! A [`Certificate`] claims what a network stores (wrong bits, margin, certified radii), that no network of a class has
//! fewer than so many wrong bits, and hence that the network is optimal, or optimal within a gap. [`verify`] checks
//! every claim in exact arithmetic on the patterns and weights themselves: no float decides, no code is shared with a
//! solver beyond the data types. The file is specified in `docs/certificate-format.md`.
//!
//! The evidence for a bound: sets of rows that cannot all hold, because positive multiples of them add up to zero
//! ([`Dependency`]), for groups of neurons why no removal of so few rows breaks all of these sets, and what such groups
//! together make of it ([`Lemma`]).
//!
//! ```
//! use attractor::{Couplings, Network, Patterns, Symmetry, Ties};
//! use attractor_proof::{Builder, Domain, Natural, NeuronEvidence, Problem, verify};
//! // Neuron 2 should be + in one pattern and − in the other, with equal inputs: one bit must be wrong.
//! let patterns = Patterns::from_signs(2, 3, &[1, 1, 1, 1, 1, -1])?;
//! let couplings = Couplings::full(3, Symmetry::Directed)?;
//! let network = Network::new(Symmetry::Directed, vec![0., 1., 0., 1., 0., 0., 1., 1., 0.], vec![0.; 3])?;
//! let problem = Problem::new(&patterns, &couplings, false, Ties::Strict, Domain::Real);
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
pub use check::verify::{Proven, verify};
pub use format::certificate::{
    Bound, Certificate, Claim, CouplingSet, Dependency, Domain, FORMAT, Field, Lemma, Node,
    ParseDomainError, PatternSet, Problem, Refutation, Stored, VERSION,
};
pub use format::file::ReadError;
pub use format::hash::{network_sha256, patterns_sha256, sha256};
pub use format::limits;
pub use format::natural::Natural;
pub use format::refusal::{Reason, Refusal};
