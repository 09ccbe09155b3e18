//! Networks as safetensors, a format that NumPy, PyTorch and others read: <https://github.com/huggingface/safetensors>.
//!
//! Tensors: `weights` `F64 [N, N]`, w_ij (from j into i) at `[i, j]`; `biases` `F64 [N]`; `mask` `BOOL [N, N]`, only if
//! the couplings are a mask. Metadata, all text: `format_version` (`1`), `rule`, `ties`, `symmetry` (of the weights),
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

pub(super) use arrays::read_arrays;
pub use file::NetworkFile;
pub use metadata::{FORMAT_VERSION, Metadata};
