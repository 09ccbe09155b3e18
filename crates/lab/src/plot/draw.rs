//! Drawing: axes, bands, lines and the names of marks.

use super::chart::{Chart, Mark, Series};
use super::legend::draw_legend;
use plotters::coord::Shift;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;
use std::error::Error;
use std::ops::Range;

/// The colour of marks.
const GREY: RGBColor = RGBColor(110, 110, 110);
/// Width of the legend in user units. It stands beside the chart, where it hides nothing.
const LEGEND: u32 = 280;

/// What is drawn, and how large.
pub(super) struct Axes {
    pub(super) x: Range<f64>,
    pub(super) y: Range<f64>,
    /// Pixels of a user unit.
    pub(super) unit: u32,
}

type Context<'a, B> = ChartContext<'a, B, Cartesian2d<RangedCoordf64, RangedCoordf64>>;

pub(super) fn draw<B: DrawingBackend>(
    chart: &Chart,
    axes: &Axes,
    area: &DrawingArea<B, Shift>,
) -> Result<(), Box<dyn Error>>
where
    B::ErrorType: 'static,
{
    area.fill(&WHITE)?;
    let width = area.dim_in_pixel().0;
    let (plot, legend) = area.split_horizontally(width - LEGEND * axes.unit);
    let mut context = with_axes(chart, axes, &plot)?;
    for mark in &chart.marks {
        let line = vec![(mark.x, axes.y.start), (mark.x, axes.y.end)];
        context.draw_series([PathElement::new(line, GREY.stroke_width(axes.unit))])?;
    }
    for series in &chart.series {
        draw_band(&mut context, axes, series)?;
        draw_line(&mut context, axes, series)?;
    }
    for (k, mark) in chart.marks.iter().enumerate() {
        draw_name(&mut context, axes, mark, k)?;
    }
    draw_legend(&chart.series, &legend, axes.unit)?;
    area.present()?;
    Ok(())
}

fn with_axes<'a, B: DrawingBackend>(
    chart: &Chart,
    axes: &Axes,
    plot: &DrawingArea<B, Shift>,
) -> Result<Context<'a, B>, Box<dyn Error>>
where
    B::ErrorType: 'static,
{
    let unit = axes.unit;
    let mut context = ChartBuilder::on(plot)
        .caption(&chart.title, ("sans-serif", 24 * unit))
        .margin(16 * unit)
        .x_label_area_size(52 * unit)
        .y_label_area_size(72 * unit)
        .build_cartesian_2d(axes.x.clone(), axes.y.clone())?;
    context
        .configure_mesh()
        .x_desc(&chart.x_label)
        .y_desc(&chart.y_label)
        .x_label_formatter(&|v| tick(*v))
        .y_label_formatter(&|v| tick(*v))
        .axis_desc_style(("sans-serif", 19 * unit))
        .label_style(("sans-serif", 16 * unit))
        .axis_style(BLACK.stroke_width(unit))
        .light_line_style(WHITE)
        .bold_line_style(RGBColor(225, 225, 225).stroke_width(unit))
        .draw()?;
    Ok(context)
}

fn draw_band<B: DrawingBackend>(
    context: &mut Context<'_, B>,
    axes: &Axes,
    series: &Series,
) -> Result<(), Box<dyn Error>>
where
    B::ErrorType: 'static,
{
    if series.points.iter().all(|p| p.low >= p.high) {
        return Ok(());
    }
    let clip = |v: f64| v.clamp(axes.y.start, axes.y.end);
    let upper = series.points.iter().map(|p| (p.x, clip(p.high)));
    let lower = series.points.iter().rev().map(|p| (p.x, clip(p.low)));
    let outline: Vec<(f64, f64)> = upper.chain(lower).collect();
    let style = series.look.rgb().mix(0.14).filled();
    context.draw_series([Polygon::new(outline, style)])?;
    Ok(())
}

/// The line, or a dot where it has one point.
fn draw_line<B: DrawingBackend>(
    context: &mut Context<'_, B>,
    axes: &Axes,
    series: &Series,
) -> Result<(), Box<dyn Error>>
where
    B::ErrorType: 'static,
{
    let unit = axes.unit;
    let whole = series.points.iter().map(|p| (p.x, p.y)).collect();
    let line: Vec<(f64, f64)> = clipped(whole, axes.y.end);
    let colour = series.look.rgb();
    let style = colour.stroke_width(series.look.width * unit);
    if let Some((piece, gap)) = series.look.dash.pieces() {
        let (piece, gap) = (piece * unit, gap * unit);
        context.draw_series(DashedLineSeries::new(line.clone(), piece, gap, style))?;
    } else {
        context.draw_series(LineSeries::new(line.clone(), style))?;
    }
    if series.points.len() == 1 {
        let dot = |&(x, y): &(f64, f64)| Circle::new((x, y), 5 * unit, colour.filled());
        context.draw_series(line.iter().map(dot))?;
    }
    Ok(())
}

/// The name of mark `k`, above the lines and on white: a name that a line crosses cannot be read. The names of neighbours
/// stand one below the other.
fn draw_name<B: DrawingBackend>(
    context: &mut Context<'_, B>,
    axes: &Axes,
    mark: &Mark,
    k: usize,
) -> Result<(), Box<dyn Error>>
where
    B::ErrorType: 'static,
{
    let font = ("sans-serif", 14 * axes.unit).into_font();
    let (width, height) = font.box_size(&mark.name)?;
    let (width, height) = (width.cast_signed(), height.cast_signed());
    let unit = axes.unit.cast_signed();
    let top = unit * (4 + 18 * (k % 4) as i32);
    let corners = [
        (3 * unit, top - unit),
        (width + 6 * unit, top + height + 2 * unit),
    ];
    let ground = Rectangle::new(corners, WHITE.mix(0.85).filled());
    let name = Text::new(mark.name.clone(), (4 * unit, top), font.color(&GREY));
    context.draw_series([EmptyElement::at((mark.x, axes.y.end)) + ground + name])?;
    Ok(())
}

/// A number of at most three decimals; whole numbers have no decimal point.
fn tick(value: f64) -> String {
    let rounded = (value * 1000.0).round() / 1000.0;
    format!("{rounded}")
}

/// The part of the line below `top`. It ends on `top` where the line crosses it.
fn clipped(line: Vec<(f64, f64)>, top: f64) -> Vec<(f64, f64)> {
    let mut shown = Vec::with_capacity(line.len());
    let mut last: Option<(f64, f64)> = None;
    for point in line {
        match last {
            Some(before) if (before.1 <= top) != (point.1 <= top) => {
                let share = (top - before.1) / (point.1 - before.1);
                shown.push((before.0 + share * (point.0 - before.0), top));
            }
            _ => {}
        }
        if point.1 <= top {
            shown.push(point);
        }
        last = Some(point);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_where_the_axis_does() {
        assert_eq!(
            clipped(vec![(0.0, 0.0), (1.0, 4.0)], 2.0),
            [(0.0, 0.0), (0.5, 2.0)]
        );
    }
}
