//! Searches for the fewest wrong bits: removal sets (`hitting_set`), one neuron (`neuron`), all neurons of a directed
//! network (`directed`), symmetric networks (`symmetric`) and discrete weights (`discrete`).

pub(crate) mod directed;
pub(crate) mod discrete;
pub(crate) mod hitting_set;
pub(crate) mod neuron;
pub(crate) mod symmetric;
