//! JPEG images, read as grey values.

use super::error::{Problem, ReadError};
use super::limits::{MAX_IMAGE, MAX_PIXELS};
use super::source::Source;
use crate::couplings::Shape;
use crate::images::{Image, luma};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

/// The bytes by which a JPEG file is told.
pub(super) const MAGIC: &[u8] = b"\xff\xd8\xff";

/// The most pixels that a byte of a JPEG file can hold: a block of 8×8 takes at least one bit. The decoder makes room for
/// the image that the header announces; a file too short for it is refused before.
const MOST_PIXELS_A_BYTE: usize = 64 * 8;

/// The grey image in a JPEG file, values 0..255: its luminance. How a camera was held (EXIF) is not considered.
pub(super) fn read(source: Source<'_>) -> Result<Image, ReadError> {
    let name = source.name.clone();
    let bytes = source.read_all(MAX_IMAGE)?;
    decode(&bytes).map_err(|problem| ReadError::new(name, problem))
}

fn decode(bytes: &[u8]) -> Result<Image, Problem> {
    let damaged = |error| Problem::Unsupported(format!("is a damaged JPEG file: {error}"));
    let side = usize::from(u16::MAX);
    if !is_whole(bytes) {
        return Err(Problem::Unsupported("is a truncated JPEG file".to_owned()));
    }
    let options = DecoderOptions::new_safe()
        .set_strict_mode(true)
        .set_max_width(side)
        .set_max_height(side);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(damaged)?;
    let (width, height) = decoder.dimensions().ok_or(Problem::Empty)?;
    if width * height > MAX_PIXELS {
        return Err(Problem::Unsupported(format!(
            "is an image of {height}x{width} pixels; at most 2^28 are read"
        )));
    }
    if width * height > bytes.len().saturating_mul(MOST_PIXELS_A_BYTE) {
        return Err(Problem::Unsupported(format!(
            "is a truncated JPEG file: {} bytes cannot hold {height}x{width} pixels",
            bytes.len()
        )));
    }
    let grey = matches!(
        decoder.input_colorspace(),
        Some(ColorSpace::Luma | ColorSpace::YCbCr)
    );
    let wanted = if grey {
        ColorSpace::Luma
    } else {
        ColorSpace::RGB
    };
    decoder.set_options(options.jpeg_set_out_colorspace(wanted));
    let samples = decoder.decode().map_err(damaged)?;
    let shape = Shape { height, width };
    if samples.len() != shape.neurons() * wanted.num_components() {
        return Err(Problem::Empty);
    }
    Ok(Image::from_fn(shape, |k| {
        if grey {
            return f32::from(samples[k]);
        }
        let sample = |channel: usize| f32::from(samples[3 * k + channel]);
        luma(sample(0), sample(1), sample(2))
    }))
}

/// Whether the end of the image comes after its last scan: the decoder takes what is cut off there for grey.
fn is_whole(bytes: &[u8]) -> bool {
    let marker = |code: u8| bytes.windows(2).rposition(|pair| pair == [0xff, code]);
    marker(0xd9) > marker(0xda)
}
