//! The names of the lines, right of the chart where each line ends, joined to it by a thin line; and what the intervals mean.

use super::chart::{Chart, Point, Series};
use super::dashes::dashes;
use super::frame::Frame;
use super::shapes::{Area, DrawError, clipped, draw_point};
use plotters::prelude::*;

/// Letters of a name in one row. More run over the edge of the picture.
const LETTERS: usize = 24;
/// Height of a row of letters and of the room between two names, in user units.
const ROW: i32 = 18;
const ROOM: i32 = 5;
/// From the chart's edge to the sample of the line, and from there to the name.
const SAMPLE: i32 = 22;
const NAME: i32 = 58;

struct Label<'a> {
    series: &'a Series,
    /// Place in the chart's list: it decides the shape of the points.
    index: usize,
    rows: Vec<String>,
    /// Where the line ends, and whether that is at the chart's right edge.
    end: i32,
    at_edge: bool,
    top: i32,
}

/// Every name at the height where its line ends, moved as far as names need room.
pub(super) fn draw_labels<B: DrawingBackend>(
    chart: &Chart,
    frame: &Frame,
    area: &Area<B>,
) -> Result<(), DrawError>
where
    B::ErrorType: 'static,
{
    let mut labels: Vec<Label<'_>> = (chart.series.iter().enumerate())
        .map(|(index, series)| label(series, index, frame))
        .collect();
    // Lines that end together are named in the order in which they lie elsewhere.
    let mean = |label: &Label<'_>| {
        let points = &label.series.points;
        points.iter().map(|p| p.y).sum::<f64>() / points.len().max(1) as f64
    };
    labels.sort_by(|a, b| a.end.cmp(&b.end).then(mean(b).total_cmp(&mean(a))));
    place(&mut labels, frame);
    for label in &labels {
        draw_label(label, frame, area)?;
    }
    Ok(())
}

fn label<'a>(series: &'a Series, index: usize, frame: &Frame) -> Label<'a> {
    let whole: Vec<(f64, f64)> = series.points.iter().map(|p| (p.x, p.y)).collect();
    let last = clipped(whole, frame.y.end).last().copied();
    let (x, y) = last.unwrap_or((frame.x.end, frame.y.end));
    Label {
        series,
        index,
        rows: wrapped(&series.name, LETTERS),
        end: frame.row(y),
        at_edge: last.is_some() && frame.columns.end - frame.column(x) <= frame.pixels(6),
        top: 0,
    }
}

/// Downwards each below the one before, then upwards from the bottom of the picture where they would leave it.
fn place(labels: &mut [Label<'_>], frame: &Frame) {
    let height = |label: &Label<'_>| frame.pixels(ROW * label.rows.len() as i32 + ROOM);
    let mut free = frame.rows.start - frame.pixels(14);
    for label in labels.iter_mut() {
        label.top = free.max(label.end - frame.pixels(ROW / 2));
        free = label.top + height(label);
    }
    let mut floor = frame.rows.end + frame.pixels(50);
    for label in labels.iter_mut().rev() {
        label.top = label.top.min(floor - height(label));
        floor = label.top;
    }
}

fn draw_label<B: DrawingBackend>(
    label: &Label<'_>,
    frame: &Frame,
    area: &Area<B>,
) -> Result<(), DrawError>
where
    B::ErrorType: 'static,
{
    let (unit, look) = (frame.unit, label.series.look);
    let (edge, middle) = (frame.columns.end, label.top + frame.pixels(ROW / 2));
    let [from, to, name] = [SAMPLE, NAME - 6, NAME].map(|units| edge + frame.pixels(units));
    if label.at_edge {
        let bend = [
            (edge + frame.pixels(2), label.end),
            (edge + frame.pixels(6), label.end),
            (from - frame.pixels(4), middle),
        ];
        area.draw(&PathElement::new(bend, look.rgb().stroke_width(unit)))?;
    }
    let style = look.rgb().stroke_width(look.width * unit);
    let sample = [(from, middle), (to, middle)];
    let (piece, gap) = look.dash.pieces().unwrap_or((NAME.unsigned_abs(), 1));
    for dash in dashes(&sample, piece * unit, gap * unit) {
        area.draw(&PathElement::new(dash, style))?;
    }
    draw_point(
        area,
        label.index,
        (i32::midpoint(from, to), middle),
        look,
        unit,
    )?;
    for (k, row) in label.rows.iter().enumerate() {
        let top = label.top + frame.pixels(ROW * k as i32 + 1);
        area.draw(&Text::new(
            row.clone(),
            (name, top),
            ("sans-serif", 15 * unit),
        ))?;
    }
    Ok(())
}

/// What bands, bars and thin lines mean, as far as there are any.
pub(super) fn note(chart: &Chart) -> String {
    let points = || chart.series.iter().flat_map(|series| &series.points);
    let intervals = |are_bars: bool| {
        let wanted = |series: &&Series| series.has_bars() == are_bars;
        let series = chart.series.iter().filter(wanted);
        let counts = series.flat_map(|s| &s.points).filter(|p| p.is_interval());
        counts.map(|p| p.count).fold(None, |range, count| {
            let (least, most) = range.unwrap_or((count, count));
            Some((count.min(least), count.max(most)))
        })
    };
    let mut parts = Vec::new();
    for (name, are_bars) in [("Bands", false), ("Bars", true)] {
        if let Some((least, most)) = intervals(are_bars) {
            let of = if least == most {
                format!("n = {least}")
            } else {
                format!("n = {least} to {most}")
            };
            parts.push(format!("{name}: 95 % confidence interval ({of})."));
        }
    }
    if points().any(|p| p.low < p.high && !p.is_interval()) {
        parts.push(format!("No intervals where n < {}.", Point::LEAST));
    }
    if points().any(|point| point.bound.is_some()) {
        parts.push("Thin lines: proven, no network of the kind has less.".to_owned());
    }
    parts.join(" ")
}

/// The text in rows of at most `letters` letters, broken between words.
fn wrapped(text: &str, letters: usize) -> Vec<String> {
    let mut rows: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match rows.last_mut() {
            Some(row) if row.chars().count() + 1 + word.chars().count() <= letters => {
                row.push(' ');
                row.push_str(word);
            }
            _ => rows.push(word.to_owned()),
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::{Dash, Look};

    #[test]
    fn long_names_are_broken_between_words() {
        assert_eq!(wrapped("ab cd ef", 5), ["ab cd", "ef"]);
        assert_eq!(wrapped("abcdefgh", 5), ["abcdefgh"]);
    }

    /// Ten lines that end at one height: their names stand one below the other, within the picture.
    #[test]
    fn names_do_not_cover_one_another() {
        let series = Series {
            name: "a line".into(),
            points: vec![Point::bare(0.0, 0.1), Point::bare(1.0, 0.1)],
            look: Look::new(1, Dash::Solid),
        };
        let frame = Frame {
            x: 0.0..1.0,
            y: 0.0..1.0,
            unit: 2,
            columns: 100..1400,
            rows: 80..900,
        };
        let mut labels: Vec<Label<'_>> = (0..10).map(|k| label(&series, k, &frame)).collect();
        assert!(labels.iter().all(|label| label.at_edge));
        place(&mut labels, &frame);
        for two in labels.windows(2) {
            assert!(two[1].top - two[0].top >= 2 * ROW);
        }
        assert!(labels[0].top >= 0 && labels[9].top + 2 * ROW <= 1000);
    }
}
