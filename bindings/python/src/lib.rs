//! The Python module `attractor._attractor`: arguments in, the workspace's libraries called, answers out.
//!
//! Nothing is computed here. `python/attractor` is what users import.

mod analysis;
mod arguments;
mod arrays;
mod certificate;
mod data;
mod errors;
mod experiments;
mod laboratory;
mod network;
mod neurons;
mod radii;
mod recalling;
mod reproducing;
mod run;
mod stability;
mod tables;
mod training;

/// What `attractor` is made of.
#[pyo3::pymodule]
mod _attractor {
    use pyo3::prelude::*;

    #[pymodule_export]
    use super::analysis::{DenseMemory, rules};
    #[pymodule_export]
    use super::certificate::{Certificate, Verdict, restore_certificate, verify};
    #[pymodule_export]
    use super::data::{
        cliques, damage, random_patterns, read_cues, read_patterns, write_cues, write_patterns,
    };
    #[pymodule_export]
    use super::experiments::bundled_patterns;
    #[pymodule_export]
    use super::laboratory::{
        capacity::capacity, compare::compare, progress::ExperimentProgress, radii::guaranteed_radii,
    };
    #[pymodule_export]
    use super::network::{Network, pickled::restore_network};
    #[pymodule_export]
    use super::neurons::{Neuron, join_neurons, join_rows, restore_neuron, train_neuron};
    #[pymodule_export]
    use super::recalling::Recall;
    #[pymodule_export]
    use super::reproducing::reproduce;
    #[pymodule_export]
    use super::stability::PyStability;
    #[pymodule_export]
    use super::tables::{Classifier, Encoder, read_table, restore_classifier, restore_encoder};
    #[pymodule_export]
    use super::training::{Progress, big_m::write_program, train};

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
