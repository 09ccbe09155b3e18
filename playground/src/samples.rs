//! Bundled images: digits and letters of 8×8.

use crate::asked::{Refused, Reply, said};
use attractor::binarise::Binarisation;
use attractor::images::{Image, Images};
use attractor::{Shape, Threshold};
use flate2::read::GzDecoder;
use serde_json::json;
use std::io::Read;

/// Pixels of a bundled image, 8×8, and the bytes before the first: an IDX file's magic number and three lengths.
const PIXELS: usize = 64;
const HEADER: usize = 16;

static DIGITS: &[u8] = include_bytes!("../data/digits.gz");
static LETTERS: &[u8] = include_bytes!("../data/letters.gz");

/// The images of the set with these indices, resized to `shape` and cut at half intensity; an i8 a pixel.
pub(crate) fn reply(set: &str, shape: Shape, indices: &[usize]) -> Result<Reply, Refused> {
    let (bytes, white) = match set {
        "digits" => (DIGITS, 16.0),
        "letters" => (LETTERS, 1.0),
        _ => {
            return Err(format!(
                "no images `{set}`: there are `digits` and `letters`"
            ));
        }
    };
    let pixels = unpacked(bytes)?;
    let count = pixels.len() / PIXELS;
    if indices.is_empty() || indices.iter().any(|&k| k >= count) {
        return Err(format!("`{set}` has the images 0 to {}", count - 1));
    }
    let how = Binarisation {
        shape: Some(shape),
        threshold: Threshold::Level(white / 2.0),
    };
    let own = Shape {
        height: 8,
        width: 8,
    };
    let image = |&k: &usize| Image::from_fn(own, |i| f32::from(pixels[k * PIXELS + i]));
    let images = Images::new(set, indices.iter().map(image).collect(), white);
    let patterns = images.patterns(&how).map_err(said)?;
    let pixels = (0..patterns.count()).flat_map(|mu| patterns.signs(mu));
    let bytes = pixels.map(i8::cast_unsigned).collect();
    Ok((json!({ "count": patterns.count() }), bytes))
}

/// The pixels of all images of a bundled set. The library's readers take any image file, and five times the code.
fn unpacked(bytes: &[u8]) -> Result<Vec<u8>, Refused> {
    let mut all = Vec::new();
    GzDecoder::new(bytes).read_to_end(&mut all).map_err(said)?;
    Ok(all.split_off(HEADER.min(all.len())))
}
