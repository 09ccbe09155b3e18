//! Searches for the fewest wrong bits: removal sets (`hitting_set`), one neuron (`neuron`) and all neurons of a directed
//! network (`directed`).

pub(crate) mod directed;
pub(crate) mod hitting_set;
pub(crate) mod neuron;
