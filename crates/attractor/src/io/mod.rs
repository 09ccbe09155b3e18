//! Files: patterns, cues and images in, networks and pictures out.
//!
//! What is read is told by its content: `.npy`, text tables (`.csv`, `.txt`), IDX, PNG, JPEG, each also gzipped, `.npz` of
//! one array, or a folder of PNG and JPEG files; the path `-` is standard input. What is written is chosen by the extension, and written whole or not at
//! all. Every reader takes any bytes: it returns data or a [`ReadError`] that says what is wrong where, and never
//! allocates on a header's word.
//!
//! **±1 or 0/1.** The whole file decides what its values mean. With a −1 anywhere it is written in ±1, and a 0 in it is
//! an unknown entry, which only cues may have. With a 0 but no −1 it is written in 0/1, and 0 means −1. With nothing but
//! 1, every entry is +1. In text, `?` is an unknown entry whatever else the file holds.

mod atomic;
mod bounded;
mod digest;
mod error;
mod folder;
mod idx;
mod jpeg;
mod leftover;
mod limits;
mod note;
mod npy;
mod npz;
mod numbers;
pub(crate) mod png;
mod safetensors;
mod source;
mod table;
mod text;
mod weights;
mod write;

pub use atomic::write_atomically;
pub use bounded::{Bounded, open_bounded, read_bounded, read_text_bounded};
pub use error::{Problem, ReadError, WriteError, WriteProblem};
pub use idx::{labels_from_bytes, read_labels};
pub use limits::{MAX_BYTES, MAX_CONFIGURATION, MAX_TEXT, MAX_UNPACKED};
pub use note::{LeftOut, Note};
pub use safetensors::{FORMAT_VERSION, FORMAT_VERSION_OF_WHOLE_NUMBERS, Metadata, NetworkFile};
pub use weights::{Diagonal, FOREIGN_RULE, ForeignWeights};
pub use write::{TableFormat, encode_cues, encode_patterns, write_cues, write_patterns};

use crate::binarise::Binarisation;
use crate::couplings::Shape;
use crate::cue::Cues;
use crate::images::Images;
use crate::patterns::Patterns;
use numbers::{Numbers, Rows};
use source::Source;
use std::io::Read;
use std::path::Path;
use table::Table;

/// What a file of patterns or cues holds: a table of neuron values, or grey images yet to be binarised.
///
/// ```
/// use attractor::io::Data;
/// let data = Data::from_reader("two patterns", &b"1,-1,1\n-1,-1,1\n"[..])?;
/// assert_eq!(data.patterns(&Default::default())?.count(), 2);
/// # Ok::<(), attractor::io::ReadError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Data {
    name: String,
    content: Content,
    notes: Vec<Note>,
}

#[derive(Debug, Clone)]
enum Content {
    /// Neuron values, with the shape of a row if the file says it.
    Table(Table, Option<Shape>),
    /// Other numbers.
    Numbers(Numbers),
    Images(Images),
}

impl Data {
    /// Reads a file, a folder of PNG and JPEG files, or standard input (`-`).
    ///
    /// # Errors
    /// Nothing there, in no known format, damaged, or too large.
    pub fn read(path: &Path) -> Result<Self, ReadError> {
        if path.is_dir() {
            let (images, left_out) = folder::read(path)?;
            return Ok(Self {
                name: path.display().to_string(),
                content: Content::Images(images),
                notes: Note::of_folder(left_out),
            });
        }
        Self::from_source(Source::open(path)?)
    }

    /// Reads any stream or bytes in memory; `name` stands in error messages.
    ///
    /// # Errors
    /// As [`Data::read`].
    pub fn from_reader(name: &str, reader: impl Read) -> Result<Self, ReadError> {
        Self::from_source(Source::from_reader(name, reader)?)
    }

    fn from_source(source: Source<'_>) -> Result<Self, ReadError> {
        let name = source.name.clone();
        let fail = |problem| Err(ReadError::new(&name, problem));
        let content = match source.head() {
            [] => return fail(Problem::Empty),
            head if head.starts_with(npy::MAGIC) => Content::array(&name, npy::read(source)?)?,
            head if head.starts_with(npz::MAGIC) => Content::array(&name, npz::read(source)?)?,
            head if folder::is_image(head) => {
                let image = folder::read_image(source)?;
                Content::Images(Images::new(&name, vec![image], 255.0))
            }
            head if idx::is_idx(head) => match idx::read(source)? {
                idx::Idx::Images(images) => Content::Images(images),
                idx::Idx::Rows(rows) => Content::array(&name, (rows, None))?,
            },
            head if looks_binary(head) => {
                return fail(Problem::UnknownFormat("it holds binary data"));
            }
            _ => Content::array(&name, (text::read(source)?, None))?,
        };
        let notes = match &content {
            Content::Table(table, _) => Note::of_table(table),
            _ => Vec::new(),
        };
        Ok(Self {
            name,
            content,
            notes,
        })
    }

    /// What a user should know about how this was read.
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// A table of numbers as grey images, a row each: of `shape` if it is given, else of one line. Images stay as they
    /// are.
    ///
    /// # Errors
    /// A table of neuron values, which needs no threshold; rows that do not fit the shape; negative grey values.
    pub fn into_grey(self, shape: Option<Shape>) -> Result<Self, ReadError> {
        let content = match self.content {
            Content::Images(images) => Content::Images(images),
            Content::Numbers(numbers) => Content::Images(
                numbers
                    .images(&self.name, shape)
                    .map_err(|problem| ReadError::new(&self.name, problem))?,
            ),
            Content::Table(..) => {
                return Err(ReadError::new(&self.name, Problem::NotGrey));
            }
        };
        Ok(Self { content, ..self })
    }

    /// The images, if it holds images.
    pub fn images(&self) -> Option<&Images> {
        match &self.content {
            Content::Table(..) | Content::Numbers(_) => None,
            Content::Images(images) => Some(images),
        }
    }

    /// The shape of the patterns: what they are resized to, else the images' own; `None` for a table.
    ///
    /// # Errors
    /// Images of different sizes that are not resized.
    pub fn shape(&self, how: &Binarisation) -> Result<Option<Shape>, ReadError> {
        match (how.shape, &self.content) {
            (Some(shape), _) => Ok(Some(shape)),
            (None, Content::Images(images)) => Ok(Some(images.shape()?)),
            (None, Content::Table(_, shape)) => Ok(*shape),
            (None, Content::Numbers(_)) => Ok(None),
        }
    }

    /// The data as patterns, images binarised.
    ///
    /// # Errors
    /// Unknown entries; a table whose columns do not fit `how.shape`; images that [`Images::patterns`] refuses.
    pub fn patterns(&self, how: &Binarisation) -> Result<Patterns, ReadError> {
        match &self.content {
            Content::Images(images) => Ok(images.patterns(how)?),
            Content::Numbers(numbers) => Err(ReadError::new(&self.name, numbers.problem())),
            Content::Table(table, _) => {
                self.check_shape(table, how)?;
                table
                    .patterns()
                    .map_err(|problem| ReadError::new(&self.name, problem))
            }
        }
    }

    /// The data as cues: like [`Data::patterns`], but entries of a table may be unknown.
    ///
    /// # Errors
    /// As [`Data::patterns`].
    pub fn cues(&self, how: &Binarisation) -> Result<Cues, ReadError> {
        match &self.content {
            Content::Images(images) => Ok(Cues::from(&images.patterns(how)?)),
            Content::Numbers(numbers) => Err(ReadError::new(&self.name, numbers.problem())),
            Content::Table(table, _) => {
                self.check_shape(table, how)?;
                table
                    .cues()
                    .map_err(|error| ReadError::new(&self.name, error))
            }
        }
    }

    fn check_shape(&self, table: &Table, how: &Binarisation) -> Result<(), ReadError> {
        match how.shape {
            Some(shape) if shape.neurons() != table.columns() => Err(ReadError::new(
                &self.name,
                Problem::ShapeMismatch {
                    columns: table.columns(),
                    shape: shape.to_string(),
                    needed: shape.neurons(),
                },
            )),
            _ => Ok(()),
        }
    }
}

impl Content {
    /// Rows of an array. Grey values in three dimensions are images.
    fn array(name: &str, (rows, shape): (Rows, Option<Shape>)) -> Result<Self, ReadError> {
        match (rows, shape) {
            (Rows::Cells(table), shape) => Ok(Self::Table(table, shape)),
            (Rows::Numbers(numbers), None) => Ok(Self::Numbers(numbers)),
            (Rows::Numbers(numbers), shape) => numbers
                .images(name, shape)
                .map(Self::Images)
                .map_err(|problem| ReadError::new(name, problem)),
        }
    }
}

/// Whether these bytes are no text: control characters that no table has.
fn looks_binary(head: &[u8]) -> bool {
    let utf16 = head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]);
    !utf16
        && head
            .iter()
            .any(|&byte| byte < 0x20 && !b"\t\n\x0b\x0c\r\x1a".contains(&byte))
}

/// Patterns from a file, a folder of PNG and JPEG files or standard input (`-`); images are taken as they are and binarised at
/// half intensity. [`Data`] has the choices.
///
/// # Errors
/// Unreadable or damaged input, or values that are no patterns.
pub fn read_patterns(path: &Path) -> Result<Patterns, ReadError> {
    Data::read(path)?.patterns(&Binarisation::default())
}

/// Cues from a file, a folder of PNG and JPEG files or standard input (`-`), as [`read_patterns`], but entries may be unknown.
///
/// # Errors
/// Unreadable or damaged input, or values that are no cues.
pub fn read_cues(path: &Path) -> Result<Cues, ReadError> {
    Data::read(path)?.cues(&Binarisation::default())
}

impl Images {
    /// Grey images from an IDX file, a PNG or JPEG file, a folder of PNG and JPEG files or standard input (`-`).
    ///
    /// # Errors
    /// Unreadable or damaged, or not images.
    pub fn read(path: &Path) -> Result<Self, ReadError> {
        Data::read(path)?.into_images()
    }

    /// Grey images from bytes in memory; `name` stands in error messages.
    ///
    /// # Errors
    /// As [`Images::read`].
    pub fn from_bytes(name: &str, bytes: &[u8]) -> Result<Self, ReadError> {
        Data::from_reader(name, bytes)?.into_images()
    }
}

impl Data {
    fn into_images(self) -> Result<Images, ReadError> {
        match self.content {
            Content::Images(images) => Ok(images),
            Content::Table(..) | Content::Numbers(_) => Err(ReadError::new(
                self.name,
                Problem::Unsupported("holds a table of values, not images".to_owned()),
            )),
        }
    }
}
