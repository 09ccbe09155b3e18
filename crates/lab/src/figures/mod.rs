//! Figures: the paper's experiments, each as cells that run independently and charts made from their results.

pub mod storage;
