//! PNG images: read as grey values, written as RGB.

use super::error::{Problem, ReadError};
use super::limits::{MAX_IMAGE, MAX_PIXELS};
use super::source::Source;
use crate::couplings::Shape;
use crate::images::{Image, luma};
use png::{BitDepth, ColorType, Compression, Decoder, Encoder, Filter, Limits, Transformations};
use std::collections::HashMap;
use std::io::{self, Cursor, Write};

/// The bytes by which a PNG file is told.
pub(crate) const MAGIC: &[u8] = b"\x89PNG\r\n\x1a\n";

/// The most pixels of an interlaced image, which is decoded whole into a buffer of the size its header announces.
const MAX_INTERLACED: usize = 1 << 24;

/// The grey image in a PNG file, values 0..255. Colours become grey as [`luma`] says; transparency shows white.
pub(crate) fn read(source: Source<'_>) -> Result<Image, ReadError> {
    let name = source.name.clone();
    let bytes = source.read_all(MAX_IMAGE)?;
    decode(&bytes).map_err(|problem| ReadError::new(name, problem))
}

fn decode(bytes: &[u8]) -> Result<Image, Problem> {
    let damaged = |error: png::DecodingError| match error {
        png::DecodingError::IoError(error) if error.kind() != io::ErrorKind::UnexpectedEof => {
            Problem::Io(error)
        }
        png::DecodingError::IoError(_) => {
            Problem::Unsupported("is a truncated PNG file".to_owned())
        }
        other => Problem::Unsupported(format!("is a damaged PNG file: {other}")),
    };
    let limits = Limits { bytes: 1 << 26 };
    let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), limits);
    decoder.set_transformations(Transformations::EXPAND);
    let header = decoder.read_header_info().map_err(damaged)?;
    let (width, height) = (header.width as usize, header.height as usize);
    if width
        .checked_mul(height)
        .is_none_or(|pixels| pixels > MAX_PIXELS)
    {
        return Err(Problem::Unsupported(format!(
            "is an image of {height}x{width} pixels; at most 2^28 are read"
        )));
    }
    let mut reader = decoder.read_info().map_err(damaged)?;
    let (colour, depth) = reader.output_color_type();
    let grey = Grey {
        colour,
        sample_bytes: if depth == BitDepth::Sixteen { 2 } else { 1 },
    };
    // Row by row, so that memory grows with what the file holds; interlaced files are decoded whole.
    let mut pixels = Vec::new();
    if reader.info().interlaced {
        if width * height > MAX_INTERLACED {
            return Err(Problem::Unsupported(
                "is a large interlaced PNG file; save it without interlacing".to_owned(),
            ));
        }
        let size = reader.output_buffer_size().ok_or(Problem::Empty)?;
        let mut frame = vec![0; size];
        reader.next_frame(&mut frame).map_err(damaged)?;
        pixels.extend(grey.values(&frame));
    } else {
        while let Some(row) = reader.next_row().map_err(damaged)? {
            pixels.extend(grey.values(row.data()));
        }
    }
    if pixels.len() != width * height {
        return Err(Problem::Unsupported("is a truncated PNG file".to_owned()));
    }
    let shape = Shape { height, width };
    Ok(Image::from_fn(shape, |k| pixels[k]))
}

/// How the decoded samples become grey.
#[derive(Clone, Copy)]
struct Grey {
    colour: ColorType,
    sample_bytes: usize,
}

impl Grey {
    fn values(self, samples: &[u8]) -> impl Iterator<Item = f32> + '_ {
        let size = self.sample_bytes * self.colour.samples();
        samples
            .chunks_exact(size)
            .map(move |pixel| self.value(pixel))
    }

    fn value(self, pixel: &[u8]) -> f32 {
        let sample = |k: usize| match self.sample_bytes {
            2 => f32::from(u16::from_be_bytes([pixel[2 * k], pixel[2 * k + 1]])) / 257.0,
            _ => f32::from(pixel[k]),
        };
        let luma = || luma(sample(0), sample(1), sample(2));
        let over_white = |grey: f32, alpha: f32| 255.0 + (grey - 255.0) * alpha / 255.0;
        match self.colour {
            ColorType::Grayscale | ColorType::Indexed => sample(0),
            ColorType::GrayscaleAlpha => over_white(sample(0), sample(1)),
            ColorType::Rgb => luma(),
            ColorType::Rgba => over_white(luma(), sample(3)),
        }
    }
}

/// Writes 3·width·height bytes of RGB, row by row; with a palette where that holds all colours, which is much smaller.
pub(crate) fn write_rgb(
    out: &mut dyn Write,
    width: usize,
    height: usize,
    rgb: &[u8],
) -> io::Result<()> {
    let too_large = |_| io::Error::other("more than 2^32 pixels across or down");
    let width = u32::try_from(width).map_err(too_large)?;
    let height = u32::try_from(height).map_err(too_large)?;
    let mut encoder = Encoder::new(out, width, height);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_compression(Compression::High);
    let pixels = palette(rgb);
    if let Some((colours, _)) = &pixels {
        encoder.set_color(ColorType::Indexed);
        encoder.set_filter(Filter::NoFilter);
        encoder.set_palette(colours.concat());
    } else {
        encoder.set_color(ColorType::Rgb);
    }
    let mut writer = encoder.write_header()?;
    writer.write_image_data(pixels.as_ref().map_or(rgb, |(_, places)| places))?;
    writer.finish()?;
    Ok(())
}

/// The different colours, in the order in which they occur, and the place of each pixel's among them; None for more
/// than 256.
fn palette(rgb: &[u8]) -> Option<(Vec<[u8; 3]>, Vec<u8>)> {
    let mut colours = Vec::new();
    let mut known = HashMap::new();
    let mut places = Vec::with_capacity(rgb.len() / 3);
    for &pixel in rgb.as_chunks::<3>().0 {
        let place = *known.entry(pixel).or_insert_with(|| {
            colours.push(pixel);
            colours.len() - 1
        });
        places.push(u8::try_from(place).ok()?);
    }
    Some((colours, places))
}
