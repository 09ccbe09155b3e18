//! A network file into bytes, row by row.

use super::file::NetworkFile;
use super::metadata::{FORMAT_VERSION, FORMAT_VERSION_OF_WHOLE_NUMBERS, Metadata};
use super::stored::Layout;
use crate::io::atomic::write_atomically;
use crate::io::error::WriteError;
use serde_json::{Map, Value, json};
use std::fmt::Display;
use std::io::{self, Write};
use std::path::Path;

impl NetworkFile {
    /// Writes the file, whole or not at all.
    ///
    /// # Errors
    /// What [`write_atomically`] refuses.
    pub fn write(&self, path: &Path) -> Result<(), WriteError> {
        write_atomically(path, |file| self.write_to(file))
    }

    /// The bytes of the file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        // Writing to a vector cannot fail.
        let _ = self.write_to(&mut bytes);
        bytes
    }

    /// Writes the file to a stream, row by row.
    ///
    /// # Errors
    /// What the stream refuses.
    pub fn write_to(&self, out: &mut dyn Write) -> io::Result<()> {
        let masked = self.has_mask();
        let layout = Layout::of(self);
        let header = self.header(layout);
        out.write_all(&(header.len() as u64).to_le_bytes())?;
        out.write_all(&header)?;
        let n = self.network().neurons();
        let mut row = Vec::with_capacity(8 * n);
        let rows = (0..n).map(|i| (layout.weights, self.network().row(i)));
        for (stored, values) in rows.chain([(layout.biases, self.network().biases())]) {
            row.clear();
            stored.append(values, &mut row);
            out.write_all(&row)?;
        }
        if masked {
            for i in 0..n {
                row.clear();
                row.extend((0..n).map(|j| u8::from(self.couplings().allows(i, j))));
                out.write_all(&row)?;
            }
        }
        Ok(())
    }

    /// Whether the couplings are a mask, which stands in the file.
    fn has_mask(&self) -> bool {
        !self.couplings().is_full() && self.couplings().receptive().is_none()
    }

    /// The JSON header, padded so that tensors are aligned.
    fn header(&self, layout: Layout) -> Vec<u8> {
        let n = self.network().neurons();
        let mut end = 0;
        let mut tensor = |dtype: &str, shape: &[usize], bytes: usize| {
            let start = end;
            end += bytes;
            json!({ "dtype": dtype, "shape": shape, "data_offsets": [start, end] })
        };
        let mut header = Map::new();
        header.insert(
            "__metadata__".to_owned(),
            Value::Object(Entries::of(self, layout).0),
        );
        let (weights, biases) = (layout.weights, layout.biases);
        header.insert(
            "weights".to_owned(),
            tensor(weights.name(), &[n, n], weights.size() * n * n),
        );
        header.insert(
            "biases".to_owned(),
            tensor(biases.name(), &[n], biases.size() * n),
        );
        if self.has_mask() {
            header.insert("mask".to_owned(), tensor("BOOL", &[n, n], n * n));
        }
        let mut header = Value::Object(header).to_string().into_bytes();
        header.resize(header.len().next_multiple_of(8), b' ');
        header
    }
}

/// The metadata of a header: texts by key.
struct Entries(Map<String, Value>);

impl Entries {
    fn put(&mut self, key: &str, value: &dyn Display) {
        self.0
            .insert(key.to_owned(), Value::String(value.to_string()));
    }

    fn put_known<T: Display>(&mut self, key: &str, value: Option<&T>) {
        if let Some(value) = value {
            self.put(key, value);
        }
    }

    fn of(file: &NetworkFile, layout: Layout) -> Self {
        let Metadata {
            rule,
            ties,
            options,
            seed,
            version,
            shape,
            status,
            wrong_bits,
            lower_bound,
            patterns_sha256,
            certificate_sha256,
            certified_bound,
        } = file.metadata();
        let (network, couplings) = (file.network(), file.couplings());
        let mut entries = Self(Map::new());
        let format_version = if layout.is_of_doubles() {
            FORMAT_VERSION
        } else {
            FORMAT_VERSION_OF_WHOLE_NUMBERS
        };
        entries.put("format_version", &format_version);
        entries.put("version", version);
        entries.put("rule", rule);
        entries.put("ties", ties);
        entries.put("options", &Value::Object(options.clone()));
        entries.put("symmetry", &network.symmetry());
        entries.put("self_coupling", &network.has_self_coupling());
        entries.put("couplings_symmetry", &couplings.symmetry());
        match couplings.receptive() {
            Some((shape, radius)) => {
                entries.put("couplings", &"receptive_field");
                entries.put("receptive_shape", &shape);
                entries.put("radius", &radius);
            }
            None if couplings.is_full() => entries.put("couplings", &"full"),
            None => entries.put("couplings", &"mask"),
        }
        entries.put_known("seed", seed.as_ref());
        entries.put_known("shape", shape.as_ref());
        entries.put_known("status", status.as_ref());
        entries.put_known("wrong_bits", wrong_bits.as_ref());
        entries.put_known("lower_bound", lower_bound.as_ref());
        entries.put_known("patterns_sha256", patterns_sha256.as_ref());
        entries.put_known("certificate_sha256", certificate_sha256.as_ref());
        entries.put_known("certified_bound", certified_bound.as_ref());
        entries
    }
}
