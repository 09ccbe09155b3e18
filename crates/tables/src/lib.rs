//! Classification of tables with a Hopfield network.
//!
//! [`Table`] reads a file of numbers and texts. [`Encoder`] turns each row into a ±1 code, one group of neurons a
//! feature. [`Classifier`] stores the codes of the training rows in a network; a new row is recalled and gets the class of
//! the stored row that is nearest to where recall ends.
//!
//! ```
//! use attractor::rules::{PseudoInverse, Rule};
//! use attractor::{Couplings, Symmetry};
//! use attractor_tables::{Classifier, LEVELS, ReadOptions, Table};
//!
//! let text = "length,colour,class\n1.0,red,a\n1.0,red,a\n8.0,blue,b\n8.0,,b\n";
//! let table = Table::read(text.as_bytes(), &ReadOptions::class("class"))?;
//! let classifier = Classifier::fit(&table, &[0, 1, 2, 3], LEVELS, |codes| {
//!     let couplings = Couplings::full(codes.neurons(), Symmetry::Symmetric).expect("few neurons");
//!     PseudoInverse::default().train(codes, &couplings)
//! })?;
//! assert_eq!(classifier.predict(&table), ["a", "a", "b", "b"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod classifier;
mod column;
mod encoder;
mod error;
mod features;
mod k_means;
mod limits;
mod missing;
mod nearest;
mod note;
mod numbers;
mod read;
mod separator;
mod split;
mod table;
mod text;

pub use classifier::{Answer, Classifier, Description, FitError, ParseReadOutError, ReadOut};
pub use encoder::{EncodeError, Encoder, Group, LEVELS, MAX_CATEGORIES, MAX_LEVELS};
pub use error::TableError;
pub use limits::MAX_BYTES;
pub use missing::USUAL_MISSING;
pub use nearest::{Coded, nearest_neighbour};
pub use note::{LeftOut, Note, Reason};
pub use read::ReadOptions;
pub use split::{folds, split, with_missing};
pub use table::{Kept, Table, Value};
