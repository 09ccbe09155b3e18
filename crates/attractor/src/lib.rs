//! Discrete Hopfield networks: patterns, couplings, networks, recall, classical rules and file formats.
