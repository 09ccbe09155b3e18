//! Training discrete Hopfield networks to a proven optimum.
