//! One threshold unit: the weights with the fewest wrong bits, proven.

mod system;

pub use system::System;
