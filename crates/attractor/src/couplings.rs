//! Couplings: which weights w_ij exist, and whether w_ij = w_ji. Never a self-coupling.

use std::fmt;
use std::str::FromStr;

/// Height × width of images whose pixels, row by row, are the neurons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// Rows of pixels, ≥ 1.
    pub height: usize,
    /// Columns of pixels, ≥ 1.
    pub width: usize,
}

impl Shape {
    /// Number of pixels = neurons.
    pub fn neurons(self) -> usize {
        self.height * self.width
    }

    /// Euclidean distance between the centres of two pixels, in pixels, squared.
    fn squared_distance(self, i: usize, j: usize) -> usize {
        let rows = (i / self.width).abs_diff(j / self.width);
        let columns = (i % self.width).abs_diff(j % self.width);
        rows * rows + columns * columns
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}", self.height, self.width)
    }
}

impl FromStr for Shape {
    type Err = CouplingsError;

    /// `HxW`, for example `9x9`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = || CouplingsError::Shape(text.to_owned());
        let (height, width) = text.split_once(['x', 'X', '×']).ok_or_else(bad)?;
        let height: usize = height.trim().parse().map_err(|_| bad())?;
        let width: usize = width.trim().parse().map_err(|_| bad())?;
        match height.checked_mul(width) {
            Some(n) if n > 0 && n <= MAX_NEURONS => Ok(Self { height, width }),
            _ => Err(bad()),
        }
    }
}

/// The most neurons a network may have: its dense weights would be 32 GiB.
pub const MAX_NEURONS: usize = if usize::BITS < 64 { 1 << 13 } else { 1 << 16 };

/// Whether w_ij and w_ji are one weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Symmetry {
    /// w_ij = w_ji: recall descends an energy.
    #[default]
    Symmetric,
    /// w_ij and w_ji are free: the neurons train independently.
    Directed,
}

impl fmt::Display for Symmetry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Symmetric => "symmetric",
            Self::Directed => "directed",
        })
    }
}

impl FromStr for Symmetry {
    type Err = CouplingsError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "symmetric" => Ok(Self::Symmetric),
            "directed" => Ok(Self::Directed),
            _ => Err(CouplingsError::Symmetry(text.to_owned())),
        }
    }
}

/// Why couplings cannot be built.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CouplingsError {
    /// Zero neurons or more than [`MAX_NEURONS`].
    #[error("{0} neurons: between 1 and {MAX_NEURONS} are possible")]
    Neurons(usize),
    /// Not a shape.
    #[error(
        "`{0}` is no shape: write HEIGHTxWIDTH, for example 9x9, with at most {MAX_NEURONS} pixels"
    )]
    Shape(String),
    /// Not a symmetry.
    #[error("`{0}` is neither `symmetric` nor `directed`")]
    Symmetry(String),
    /// A radius that is negative, NaN or infinite.
    #[error("a receptive field needs a finite radius of at least 0, not {0}")]
    Radius(f64),
    /// A mask that is not N×N.
    #[error("the mask has {got} entries, {neurons} neurons need {}", neurons * neurons)]
    MaskLength {
        /// Entries given.
        got: usize,
        /// Neurons.
        neurons: usize,
    },
    /// A mask with a self-coupling.
    #[error("the mask couples neuron {0} to itself; self-couplings do not exist")]
    SelfCoupling(usize),
    /// Symmetric couplings with a one-sided mask.
    #[error("symmetric couplings, but the mask has ({0},{1}) and not ({1},{0})")]
    AsymmetricMask(usize, usize),
}

/// Which weights w_ij (from neuron j into neuron i) exist.
///
/// ```
/// use attractor::{Couplings, Shape, Symmetry};
/// let local = Couplings::receptive_field(Shape { height: 9, width: 9 }, 3.0, Symmetry::Symmetric)?;
/// assert!(local.allows(0, 3) && !local.allows(0, 4) && !local.allows(5, 5));
/// # Ok::<(), attractor::CouplingsError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Couplings {
    neurons: usize,
    symmetry: Symmetry,
    field: Field,
}

#[derive(Debug, Clone, PartialEq)]
enum Field {
    Full,
    Receptive { shape: Shape, radius: f64 },
    Mask(Vec<bool>),
}

impl Couplings {
    /// Every w_ij with i ≠ j.
    ///
    /// # Errors
    /// [`CouplingsError::Neurons`].
    pub fn full(neurons: usize, symmetry: Symmetry) -> Result<Self, CouplingsError> {
        Self::new(neurons, symmetry, Field::Full)
    }

    /// Local receptive fields (the paper's Eq. 27): w_ij exists iff the pixels' Euclidean distance is at most `radius`
    /// pixels.
    ///
    /// # Errors
    /// A radius that is no finite number ≥ 0; a shape without or with too many pixels.
    pub fn receptive_field(
        shape: Shape,
        radius: f64,
        symmetry: Symmetry,
    ) -> Result<Self, CouplingsError> {
        if !(radius.is_finite() && radius >= 0.0) {
            return Err(CouplingsError::Radius(radius));
        }
        Self::new(
            shape.neurons(),
            symmetry,
            Field::Receptive { shape, radius },
        )
    }

    /// Any set of couplings: entry i·N+j says whether w_ij exists.
    ///
    /// # Errors
    /// A mask of another size, with a self-coupling, or one-sided although `symmetry` is symmetric.
    pub fn from_mask(
        neurons: usize,
        symmetry: Symmetry,
        mask: Vec<bool>,
    ) -> Result<Self, CouplingsError> {
        let couplings = Self::new(neurons, symmetry, Field::Full)?;
        if mask.len() != neurons * neurons {
            return Err(CouplingsError::MaskLength {
                got: mask.len(),
                neurons,
            });
        }
        for i in 0..neurons {
            if mask[i * neurons + i] {
                return Err(CouplingsError::SelfCoupling(i));
            }
            for j in 0..neurons {
                let one_sided = mask[i * neurons + j] && !mask[j * neurons + i];
                if symmetry == Symmetry::Symmetric && one_sided {
                    return Err(CouplingsError::AsymmetricMask(i, j));
                }
            }
        }
        Ok(Self {
            field: Field::Mask(mask),
            ..couplings
        })
    }

    fn new(neurons: usize, symmetry: Symmetry, field: Field) -> Result<Self, CouplingsError> {
        if neurons == 0 || neurons > MAX_NEURONS {
            return Err(CouplingsError::Neurons(neurons));
        }
        Ok(Self {
            neurons,
            symmetry,
            field,
        })
    }

    /// The same couplings with w_ij and w_ji free: what the neurons are without symmetry.
    #[must_use]
    pub fn directed(&self) -> Self {
        Self {
            symmetry: Symmetry::Directed,
            ..self.clone()
        }
    }

    /// Number of neurons N ≥ 1.
    #[inline]
    pub fn neurons(&self) -> usize {
        self.neurons
    }

    /// Symmetric or directed.
    #[inline]
    pub fn symmetry(&self) -> Symmetry {
        self.symmetry
    }

    /// Whether w_ij = w_ji is asked for.
    #[inline]
    pub fn is_symmetric(&self) -> bool {
        self.symmetry == Symmetry::Symmetric
    }

    /// Whether every w_ij with i ≠ j exists.
    #[inline]
    pub fn is_full(&self) -> bool {
        matches!(self.field, Field::Full)
    }

    /// The shape and radius, if these are receptive fields.
    pub fn receptive(&self) -> Option<(Shape, f64)> {
        match self.field {
            Field::Receptive { shape, radius } => Some((shape, radius)),
            _ => None,
        }
    }

    /// Whether w_ij exists; never for i = j.
    #[inline]
    pub fn allows(&self, i: usize, j: usize) -> bool {
        i != j
            && match &self.field {
                Field::Full => true,
                Field::Receptive { shape, radius } => {
                    shape.squared_distance(i, j) as f64 <= radius * radius
                }
                Field::Mask(mask) => mask[i * self.neurons + j],
            }
    }

    /// The neurons j, ascending, whose w_ij exists: neuron i's inputs.
    pub fn inputs(&self, i: usize) -> Vec<usize> {
        (0..self.neurons).filter(|&j| self.allows(i, j)).collect()
    }

    /// Number of free weights: pairs i < j when symmetric, ordered pairs when directed.
    pub fn weights(&self) -> usize {
        let ordered = match self.field {
            Field::Full => self.neurons * (self.neurons - 1),
            _ => (0..self.neurons).map(|i| self.inputs(i).len()).sum(),
        };
        if self.is_symmetric() {
            ordered / 2
        } else {
            ordered
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn receptive_field_is_the_paper_disc() {
        let shape = Shape {
            height: 5,
            width: 7,
        };
        let local = Couplings::receptive_field(shape, 3.0, Symmetry::Symmetric).unwrap();
        for i in 0..35 {
            for j in 0..35 {
                let (dy, dx) = (
                    (i / 7) as f64 - (j / 7) as f64,
                    (i % 7) as f64 - (j % 7) as f64,
                );
                assert_eq!(local.allows(i, j), i != j && dy.hypot(dx) <= 3.0);
            }
        }
        assert_eq!(
            Couplings::full(20, Symmetry::Symmetric).unwrap().weights(),
            190
        );
        assert_eq!(
            Couplings::full(20, Symmetry::Directed).unwrap().weights(),
            380
        );
    }

    #[test]
    fn bad_couplings_are_refused() {
        assert!("9".parse::<Shape>().is_err() && "0x4".parse::<Shape>().is_err());
        assert!("4294967296x4294967296".parse::<Shape>().is_err());
        assert_eq!("9x12".parse::<Shape>().unwrap().to_string(), "9x12");
        let shape = Shape {
            height: 2,
            width: 2,
        };
        assert!(Couplings::receptive_field(shape, f64::NAN, Symmetry::Directed).is_err());
        let mask = vec![false, true, false, false];
        assert!(Couplings::from_mask(2, Symmetry::Directed, mask.clone()).is_ok());
        assert_eq!(
            Couplings::from_mask(2, Symmetry::Symmetric, mask),
            Err(CouplingsError::AsymmetricMask(0, 1))
        );
        assert!(Couplings::from_mask(1, Symmetry::Directed, vec![true]).is_err());
        assert!(Couplings::full(0, Symmetry::Directed).is_err());
    }
}
