//! Classification of tables with a Hopfield network.
//!
//! [`Table`] reads a file of numbers and texts. [`Encoder`] turns each row into a ±1 code, one group of neurons a
//! feature. [`Classifier`] stores the codes of the training rows in a network; a new row is recalled and gets the class of
//! the stored row that is nearest to where recall ends.
//!
//! ```
//! use attractor::rules::{PseudoInverse, Rule};
//! use attractor::{Couplings, Symmetry};
//! use attractor_tables::{Classifier, Table};
//!
//! let text = "length,colour,class\n1.0,red,a\n1.0,red,a\n8.0,blue,b\n8.0,,b\n";
//! let table = Table::read(text.as_bytes(), Some("class"), &[])?;
//! let classifier = Classifier::fit(&table, &[0, 1, 2, 3], |codes| {
//!     let couplings = Couplings::full(codes.neurons(), Symmetry::Symmetric).expect("few neurons");
//!     PseudoInverse::default().train(codes, &couplings)
//! })?;
//! assert_eq!(classifier.predict(&table), ["a", "a", "b", "b"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod classifier;
mod encoder;
mod nearest;
mod split;
mod table;

pub use classifier::{Classifier, Description, FitError};
pub use encoder::{EncodeError, Encoder, Group, MAX_CATEGORIES, MAX_CENTRES};
pub use nearest::{Coded, nearest, nearest_neighbour};
pub use split::{folds, split, with_missing};
pub use table::{Table, TableError, Value};
