//! The first bundled digits alone, packed again: all 1,797 would be a sixth of what a visitor loads.

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use std::io::{Read, Result, Write};
use std::path::PathBuf;

const DIGITS: &str = "../crates/lab/data/digits8x8-images-idx3-ubyte.gz";
/// Images that are kept, and the bytes of the header and of one image.
const KEPT: usize = 100;
const HEADER: usize = 16;
const PIXELS: usize = 64;

fn main() -> Result<()> {
    println!("cargo::rerun-if-changed={DIGITS}");
    let packed = std::fs::read(DIGITS)?;
    let mut all = Vec::new();
    GzDecoder::new(packed.as_slice()).read_to_end(&mut all)?;
    all.truncate(HEADER + KEPT * PIXELS);
    let mut out = GzEncoder::new(Vec::new(), Compression::best());
    out.write_all(&all)?;
    let folder = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default());
    std::fs::write(folder.join("digits.gz"), out.finish()?)
}
