//! The legend beside a chart: a piece of each line, and its name.

use super::chart::Series;
use plotters::coord::Shift;
use plotters::prelude::*;
use std::error::Error;

/// Letters of a name in one line. More run over the edge of the picture.
const LETTERS: usize = 27;
/// Length of the piece of a line in user units.
const LINE: u32 = 29;

/// One entry below the other. Names that are long go on in the next line.
pub(super) fn draw_legend<B: DrawingBackend>(
    all: &[Series],
    area: &DrawingArea<B, Shift>,
    unit: u32,
) -> Result<(), Box<dyn Error>>
where
    B::ErrorType: 'static,
{
    let at = |x: u32, y: u32| ((x * unit).cast_signed(), (y * unit).cast_signed());
    let mut y = 64;
    for series in all {
        let style = series.look.rgb().stroke_width(series.look.width * unit);
        let (piece, gap) = series.look.dash.pieces().unwrap_or((LINE, 1));
        for from in (0..LINE).step_by((piece + gap) as usize) {
            let to = (from + piece).min(LINE);
            area.draw(&PathElement::new(vec![at(from, y), at(to, y)], style))?;
        }
        for line in wrapped(&series.name, LETTERS) {
            let font = ("sans-serif", 16 * unit);
            area.draw(&Text::new(line, at(36, y - 3), font))?;
            y += 20;
        }
        y += 6;
    }
    Ok(())
}

/// The text in lines of at most `letters` letters, broken between words.
fn wrapped(text: &str, letters: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= letters => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_are_broken_between_words() {
        assert_eq!(wrapped("ab cd ef", 5), ["ab cd", "ef"]);
        assert_eq!(wrapped("abcdefgh", 5), ["abcdefgh"]);
    }
}
