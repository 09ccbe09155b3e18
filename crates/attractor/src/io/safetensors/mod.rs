//! Networks as safetensors, a format that NumPy, PyTorch and others read: <https://github.com/huggingface/safetensors>.
//!
//! Tensors: `weights` `F64 [N, N]`, w_ij (from j into i) at `[i, j]`; `biases` `F64 [N]`; `mask` `BOOL [N, N]`, only if
//! the couplings are a mask. Networks of discrete weights (the option `weights` is `ternary`, `binary` or `integer:K`) have
//! version 2: `weights` are `I8`, `I16` or `I32`, the smallest that holds them all, and so are `biases`, unless one is no
//! whole number. All others have version 1. Metadata, all text: `format_version` (`1` or `2`), `rule`, `ties`, `symmetry` (of the weights),
//! `couplings` (`full`, `receptive_field` with `shape` and `radius`, or `mask`), `couplings_symmetry`, `self_coupling`,
//! `options` (JSON), `version` (of attractor), and where known `seed`, `shape`, `status`, `wrong_bits`, `lower_bound`,
//! `patterns_sha256` ([`Patterns::sha256`](crate::Patterns::sha256)), `certificate_sha256`, `certified_bound`.
//!
//! A file of another format version is refused, and so is one whose metadata and tensors contradict each other. Equal
//! networks are equal files, byte for byte.

mod arrays;
mod bytes;
mod decode;
mod encode;
mod file;
mod metadata;
mod stored;

pub(super) use arrays::read_arrays;
pub use file::NetworkFile;
pub use metadata::{FORMAT_VERSION, FORMAT_VERSION_OF_WHOLE_NUMBERS, Metadata};
