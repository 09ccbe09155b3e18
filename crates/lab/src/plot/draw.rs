//! Drawing: axes, intervals, lines, points and the names of marks.

use super::chart::{Chart, Mark, Series};
use super::dashes::dashes;
use super::frame::Frame;
use super::labels::{draw_labels, note};
use super::shapes::{Area, DrawError, clipped, draw_point};
use plotters::prelude::*;
use std::ops::Range;

/// The colour of marks and notes.
const GREY: RGBColor = RGBColor(110, 110, 110);
/// Width of the names' column in user units. It stands beside the chart, where it hides nothing.
const NAMES: u32 = 250;
/// Height above the chart for its title, and below for the note.
const TITLE: u32 = 34;
const NOTE: u32 = 24;
/// Points of a line that are drawn as such, about so many: with more, lines look like chains.
const POINTS: usize = 8;

/// Draws everything `unit` times as large as in user units; answers where the axes lie.
pub(super) fn draw<B: DrawingBackend>(
    chart: &Chart,
    (x, y): (Range<f64>, Range<f64>),
    unit: u32,
    area: &Area<B>,
) -> Result<Frame, DrawError>
where
    B::ErrorType: 'static,
{
    area.fill(&WHITE)?;
    let frame = draw_axes(chart, (x, y), unit, area)?;
    let place = (frame.pixels(16), frame.pixels(10));
    area.draw(&Text::new(
        chart.title.clone(),
        place,
        ("sans-serif", 20 * unit),
    ))?;
    let is_inside = |mark: &&Mark| frame.x.start <= mark.x && mark.x <= frame.x.end;
    let marks: Vec<&Mark> = chart.marks.iter().filter(is_inside).collect();
    for mark in &marks {
        let column = frame.column(mark.x);
        let line = [(column, frame.rows.start), (column, frame.rows.end)];
        area.draw(&PathElement::new(line, GREY.stroke_width(unit)))?;
    }
    for series in chart.series.iter().filter(|series| !series.has_bars()) {
        draw_band(series, &frame, area)?;
    }
    for (k, series) in chart.series.iter().enumerate() {
        draw_bound(series, &frame, area)?;
        draw_line(series, &frame, area)?;
        draw_points(chart, k, &frame, area)?;
        if series.has_bars() {
            draw_bars(chart, k, &frame, area)?;
        }
    }
    for (k, mark) in marks.into_iter().enumerate() {
        draw_name(mark, k, &frame, area)?;
    }
    draw_labels(chart, &frame, area)?;
    let (_, height) = area.dim_in_pixel();
    let below = (frame.pixels(16), height.cast_signed() - frame.pixels(22));
    let font = ("sans-serif", 14 * unit).into_font().color(&GREY);
    area.draw(&Text::new(note(chart), below, font))?;
    area.present()?;
    Ok(frame)
}

fn draw_axes<B: DrawingBackend>(
    chart: &Chart,
    (x, y): (Range<f64>, Range<f64>),
    unit: u32,
    area: &Area<B>,
) -> Result<Frame, DrawError>
where
    B::ErrorType: 'static,
{
    let plot = area.margin(TITLE * unit, NOTE * unit, 0, NAMES * unit);
    let mut context = ChartBuilder::on(&plot)
        .margin(10 * unit)
        .x_label_area_size(50 * unit)
        .y_label_area_size(70 * unit)
        .build_cartesian_2d(x.clone(), y.clone())?;
    context
        .configure_mesh()
        .x_desc(&chart.x_label)
        .y_desc(&chart.y_label)
        .x_label_formatter(&|v| tick(*v))
        .y_label_formatter(&|v| tick(*v))
        .axis_desc_style(("sans-serif", 17 * unit))
        .label_style(("sans-serif", 15 * unit))
        .axis_style(BLACK.stroke_width(unit))
        .light_line_style(WHITE)
        .bold_line_style(RGBColor(225, 225, 225).stroke_width(unit))
        .draw()?;
    let (columns, rows) = context.plotting_area().get_pixel_range();
    Ok(Frame {
        x,
        y,
        unit,
        columns,
        rows,
    })
}

fn draw_band<B: DrawingBackend>(
    series: &Series,
    frame: &Frame,
    area: &Area<B>,
) -> Result<(), DrawError>
where
    B::ErrorType: 'static,
{
    if !series.points.iter().any(super::Point::is_interval) {
        return Ok(());
    }
    let upper = series.points.iter().map(|p| (p.x, p.high));
    let lower = series.points.iter().rev().map(|p| (p.x, p.low));
    let outline = upper.chain(lower);
    let outline: Vec<(i32, i32)> = outline
        .map(|(x, y)| (frame.column(x), frame.row(y)))
        .collect();
    let style = series.look.rgb().mix(0.14).filled();
    Ok(area.draw(&Polygon::new(outline, style))?)
}

/// What is proven, thin and unbroken.
fn draw_bound<B: DrawingBackend>(
    series: &Series,
    frame: &Frame,
    area: &Area<B>,
) -> Result<(), DrawError>
where
    B::ErrorType: 'static,
{
    let proven = series.points.iter().filter_map(|p| Some((p.x, p.bound?)));
    let style = series.look.rgb().stroke_width(frame.unit);
    Ok(area.draw(&PathElement::new(on_pixels(proven.collect(), frame), style))?)
}

fn draw_line<B: DrawingBackend>(
    series: &Series,
    frame: &Frame,
    area: &Area<B>,
) -> Result<(), DrawError>
where
    B::ErrorType: 'static,
{
    let whole = series.points.iter().map(|p| (p.x, p.y)).collect();
    let line = on_pixels(whole, frame);
    let look = series.look;
    let style = look.rgb().stroke_width(look.width * frame.unit);
    match look.dash.pieces() {
        None => area.draw(&PathElement::new(line, style))?,
        Some((piece, gap)) => {
            for dash in dashes(&line, piece * frame.unit, gap * frame.unit) {
                area.draw(&PathElement::new(dash, style))?;
            }
        }
    }
    Ok(())
}

/// Some points of a line, each in the shape that belongs to its place in the chart; neighbours' points stand apart.
fn draw_points<B: DrawingBackend>(
    chart: &Chart,
    index: usize,
    frame: &Frame,
    area: &Area<B>,
) -> Result<(), DrawError>
where
    B::ErrorType: 'static,
{
    let series = &chart.series[index];
    let inside = |p: &&super::Point| p.y <= frame.y.end && p.y >= frame.y.start;
    let step = series.points.len().div_ceil(POINTS).max(1);
    let shown = series.points.iter().skip(index % step).step_by(step);
    for point in shown.filter(inside) {
        let place = (frame.column(point.x), frame.row(point.y));
        draw_point(area, index, place, series.look, frame.unit)?;
    }
    Ok(())
}

/// Bars of neighbours stand side by side, so that none covers another.
fn draw_bars<B: DrawingBackend>(
    chart: &Chart,
    index: usize,
    frame: &Frame,
    area: &Area<B>,
) -> Result<(), DrawError>
where
    B::ErrorType: 'static,
{
    let series = &chart.series[index];
    let aside = frame.pixels(3 * index as i32 - 3 * (chart.series.len() / 2) as i32);
    let style = series.look.rgb().mix(0.7).stroke_width(frame.unit);
    for point in series.points.iter().filter(|p| p.is_interval()) {
        let column = frame.column(point.x) + aside;
        let (low, high) = (frame.row(point.low), frame.row(point.high));
        area.draw(&PathElement::new([(column, low), (column, high)], style))?;
        let cap = frame.pixels(2);
        for (row, end) in [(low, point.low), (high, point.high)] {
            // A bar that goes on beyond the axis has no end there.
            if end >= frame.y.start && end <= frame.y.end {
                area.draw(&PathElement::new(
                    [(column - cap, row), (column + cap, row)],
                    style,
                ))?;
            }
        }
    }
    Ok(())
}

/// The name of mark `k`, above the lines and on white: a name that a line crosses cannot be read. The names of neighbours
/// stand one below the other.
fn draw_name<B: DrawingBackend>(
    mark: &Mark,
    k: usize,
    frame: &Frame,
    area: &Area<B>,
) -> Result<(), DrawError>
where
    B::ErrorType: 'static,
{
    let font = ("sans-serif", 14 * frame.unit).into_font();
    let (width, height) = font.box_size(&mark.name)?;
    let (width, height) = (width.cast_signed(), height.cast_signed());
    let left = frame.column(mark.x) + frame.pixels(4);
    let top = frame.rows.start + frame.pixels(4 + 18 * (k % 4) as i32);
    let corners = [
        (left - frame.pixels(1), top - frame.pixels(1)),
        (
            left + width + frame.pixels(2),
            top + height + frame.pixels(2),
        ),
    ];
    area.draw(&Rectangle::new(corners, WHITE.mix(0.85).filled()))?;
    area.draw(&Text::new(
        mark.name.clone(),
        (left, top),
        font.color(&GREY),
    ))?;
    Ok(())
}

/// A number of at most three decimals; whole numbers have no decimal point.
fn tick(value: f64) -> String {
    let rounded = (value * 1000.0).round() / 1000.0;
    format!("{rounded}")
}

fn on_pixels(line: Vec<(f64, f64)>, frame: &Frame) -> Vec<(i32, i32)> {
    let shown = clipped(line, frame.y.end).into_iter();
    shown
        .map(|(x, y)| (frame.column(x), frame.row(y)))
        .collect()
}
