//! Plot: line charts with uncertainty bands, as SVG and PNG from one description.
//!
//! Colours are those of Okabe and Ito, told apart by colour-blind readers and in print, and a method keeps its colour and
//! dash in every figure.

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::{FontStyle, register_font};
use std::sync::Once;

/// Where a line is drawn and with what band around it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Horizontal.
    pub x: f64,
    /// Vertical.
    pub y: f64,
    /// Lower end of the band; `y` where there is none.
    pub low: f64,
    /// Upper end of the band; `y` where there is none.
    pub high: f64,
}

impl Point {
    /// A point without band.
    pub fn bare(x: f64, y: f64) -> Self {
        Self {
            x,
            y,
            low: y,
            high: y,
        }
    }

    /// Mean and a band of ± twice its standard error.
    pub fn mean_of(x: f64, values: &[f64]) -> Self {
        let count = values.len().max(1) as f64;
        let mean = values.iter().sum::<f64>() / count;
        let variance =
            values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (count - 1.0).max(1.0);
        let error = 2.0 * (variance / count).sqrt();
        Self {
            x,
            y: mean,
            low: mean - error,
            high: mean + error,
        }
    }

    /// Share of hits in percent, with Wilson's 95 % interval.
    pub fn percent_of(x: f64, hits: usize, count: usize) -> Self {
        const Z: f64 = 1.96;
        let n = count.max(1) as f64;
        let share = hits as f64 / n;
        let scale = 1.0 + Z * Z / n;
        let centre = (share + Z * Z / (2.0 * n)) / scale;
        let half = Z / scale * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
        Self {
            x,
            y: 100.0 * share,
            low: 100.0 * (centre - half).clamp(0.0, share),
            high: 100.0 * (centre + half).clamp(share, 1.0),
        }
    }
}

/// How a series is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Position in the palette, modulo its length.
    pub colour: usize,
    /// How the line is broken.
    pub dash: Dash,
    /// In pixels; what a line's width tells is up to the figure.
    pub width: u32,
}

/// How a line is broken: searched networks solid, rules dashed, controls and theory dotted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dash {
    /// Not at all.
    Solid,
    /// Long pieces.
    Dashed,
    /// Short pieces.
    Dotted,
}

impl Dash {
    /// Pixels of a piece and of a gap; None for an unbroken line.
    fn pieces(self) -> Option<(u32, u32)> {
        match self {
            Self::Solid => None,
            Self::Dashed => Some((10, 6)),
            Self::Dotted => Some((3, 4)),
        }
    }
}

impl Look {
    /// A line of usual width.
    pub const fn new(colour: usize, dash: Dash) -> Self {
        Self {
            colour,
            dash,
            width: 3,
        }
    }
}

/// A value on the horizontal axis that theory names.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// Where.
    pub x: f64,
    /// What it is, in a few letters.
    pub name: String,
}

/// One line with its band.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// In the legend.
    pub name: String,
    /// Ascending in x.
    pub points: Vec<Point>,
    /// Colour and dash.
    pub look: Look,
}

/// A chart to draw.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    /// Above the chart.
    pub title: String,
    /// Below the horizontal axis.
    pub x_label: String,
    /// Beside the vertical axis.
    pub y_label: String,
    /// The vertical axis begins here even if a band goes on; None: at 0 or at the lowest point.
    pub y_min: Option<f64>,
    /// The vertical axis ends here even if a line goes on; None: as high as the highest line.
    pub y_max: Option<f64>,
    /// Drawn as thin vertical lines.
    pub marks: Vec<Mark>,
    /// Drawn in this order.
    pub series: Vec<Series>,
}

/// Okabe & Ito: black, vermillion, blue, green, orange, sky blue, purple, yellow.
const PALETTE: [RGBColor; 8] = [
    RGBColor(0, 0, 0),
    RGBColor(213, 94, 0),
    RGBColor(0, 114, 178),
    RGBColor(0, 158, 115),
    RGBColor(230, 159, 0),
    RGBColor(86, 180, 233),
    RGBColor(204, 121, 167),
    RGBColor(150, 140, 30),
];

/// Of what is there for orientation.
const GREY: RGBColor = RGBColor(110, 110, 110);

/// Size of a chart in SVG's user units.
const SIZE: (u32, u32) = (1180, 600);
/// The legend's share of the width, beside the chart so that it hides nothing.
const LEGEND: u32 = 280;
/// Pixels of a PNG for each of these units: lines and letters that print.
const PIXELS: u32 = 2;

/// A chart that cannot be drawn: the backend's words.
#[derive(Debug, thiserror::Error)]
#[error("chart `{title}`: {message}")]
pub struct PlotError {
    title: String,
    message: String,
}

impl Chart {
    /// The chart as an SVG document.
    ///
    /// # Errors
    /// Coordinates that are not finite.
    pub fn svg(&self) -> Result<String, PlotError> {
        let mut text = String::new();
        self.draw(
            &SVGBackend::with_string(&mut text, SIZE).into_drawing_area(),
            1,
        )?;
        Ok(text)
    }

    /// The chart as a PNG file.
    ///
    /// # Errors
    /// Coordinates that are not finite.
    pub fn png(&self) -> Result<Vec<u8>, PlotError> {
        let (pixels, width, height) = self.rgb()?;
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, width, height);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        let mut writer = encoder.write_header().map_err(|e| self.error(&e))?;
        writer
            .write_image_data(&pixels)
            .map_err(|e| self.error(&e))?;
        writer.finish().map_err(|e| self.error(&e))?;
        Ok(file)
    }

    /// RGB pixels, row by row, with width and height.
    fn rgb(&self) -> Result<(Vec<u8>, u32, u32), PlotError> {
        let size = (SIZE.0 * PIXELS, SIZE.1 * PIXELS);
        let mut pixels = vec![0; (size.0 * size.1 * 3) as usize];
        let area = BitMapBackend::with_buffer(&mut pixels, size).into_drawing_area();
        self.draw(&area, PIXELS)?;
        drop(area);
        Ok((pixels, size.0, size.1))
    }

    /// Everything `unit` times as large as in user units.
    fn draw<B: DrawingBackend>(
        &self,
        area: &DrawingArea<B, Shift>,
        unit: u32,
    ) -> Result<(), PlotError>
    where
        B::ErrorType: 'static,
    {
        register_fonts();
        let points = || self.series.iter().flat_map(|s| &s.points);
        if points().any(|p| ![p.x, p.y, p.low, p.high].iter().all(|v| v.is_finite())) {
            return Err(self.error(&"a coordinate is not finite"));
        }
        if points().next().is_none() {
            return Err(self.error(&"nothing to draw"));
        }
        let range = |of: fn(&Point) -> f64| {
            points()
                .map(of)
                .fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| {
                    (a.min(v), b.max(v))
                })
        };
        let (mut left, mut right) = range(|p| p.x);
        if left >= right {
            (left, right) = (left - 0.5, right + 0.5);
        }
        let (bottom, _) = range(|p| p.low);
        let (_, highest) = range(|p| p.high);
        let bottom = self.y_min.unwrap_or(bottom.min(0.0));
        let mut top = self.y_max.unwrap_or(1.04 * highest);
        if top <= bottom {
            top = bottom + 1.0;
        }
        self.draw_in(area, unit, (left, right), (bottom, top))
            .map_err(|error| self.error(&*error))
    }

    fn error(&self, message: &(impl ToString + ?Sized)) -> PlotError {
        PlotError {
            title: self.title.clone(),
            message: message.to_string(),
        }
    }

    fn draw_in<B: DrawingBackend>(
        &self,
        area: &DrawingArea<B, Shift>,
        unit: u32,
        x: (f64, f64),
        y: (f64, f64),
    ) -> Result<(), Box<dyn std::error::Error + '_>>
    where
        B::ErrorType: 'static,
    {
        area.fill(&WHITE)?;
        let (plot, legend) = area.split_horizontally((SIZE.0 - LEGEND) * unit);
        let mut chart = ChartBuilder::on(&plot)
            .caption(&self.title, ("sans-serif", 24 * unit))
            .margin(16 * unit)
            .x_label_area_size(52 * unit)
            .y_label_area_size(72 * unit)
            .build_cartesian_2d(x.0..x.1, y.0..y.1)?;
        chart
            .configure_mesh()
            .x_desc(&self.x_label)
            .y_desc(&self.y_label)
            .x_label_formatter(&|v| tick(*v))
            .y_label_formatter(&|v| tick(*v))
            .axis_desc_style(("sans-serif", 19 * unit))
            .label_style(("sans-serif", 16 * unit))
            .axis_style(BLACK.stroke_width(unit))
            .light_line_style(WHITE)
            .bold_line_style(RGBColor(225, 225, 225).stroke_width(unit))
            .draw()?;
        for mark in &self.marks {
            let line = vec![(mark.x, y.0), (mark.x, y.1)];
            chart.draw_series([PathElement::new(line, GREY.stroke_width(unit))])?;
        }
        for series in &self.series {
            let colour = PALETTE[series.look.colour % PALETTE.len()];
            let clip = |v: f64| v.clamp(y.0, y.1);
            if series.points.iter().any(|p| p.low < p.high) {
                let upper = series.points.iter().map(|p| (p.x, clip(p.high)));
                let lower = series.points.iter().rev().map(|p| (p.x, clip(p.low)));
                let outline: Vec<(f64, f64)> = upper.chain(lower).collect();
                chart.draw_series([Polygon::new(outline, colour.mix(0.14).filled())])?;
            }
            let line: Vec<(f64, f64)> =
                clipped(series.points.iter().map(|p| (p.x, p.y)).collect(), y.1);
            let style = colour.stroke_width(series.look.width * unit);
            if let Some((piece, gap)) = series.look.dash.pieces() {
                let (piece, gap) = (piece * unit, gap * unit);
                chart.draw_series(DashedLineSeries::new(line.clone(), piece, gap, style))?;
            } else {
                chart.draw_series(LineSeries::new(line.clone(), style))?;
            }
            if series.points.len() == 1 {
                let dot = |&(px, py): &(f64, f64)| Circle::new((px, py), 5 * unit, colour.filled());
                chart.draw_series(line.iter().map(dot))?;
            }
        }
        // Above the lines, on white: a name that a line crosses cannot be read.
        for (k, mark) in self.marks.iter().enumerate() {
            let font = ("sans-serif", 14 * unit).into_font();
            let (width, height) = font.box_size(&mark.name)?;
            let (width, height) = (width.cast_signed(), height.cast_signed());
            let unit = unit.cast_signed();
            // Neighbours' names one below the other.
            let top = unit * (4 + 18 * (k % 4) as i32);
            let corners = [
                (3 * unit, top - unit),
                (width + 6 * unit, top + height + 2 * unit),
            ];
            let ground = Rectangle::new(corners, WHITE.mix(0.85).filled());
            let name = Text::new(mark.name.clone(), (4 * unit, top), font.color(&GREY));
            chart.draw_series([EmptyElement::at((mark.x, y.1)) + ground + name])?;
        }
        self.draw_legend(&legend, unit)?;
        area.present()?;
        Ok(())
    }

    /// A piece of each line, and its name, which is broken between words where it is long.
    fn draw_legend<B: DrawingBackend>(
        &self,
        area: &DrawingArea<B, Shift>,
        unit: u32,
    ) -> Result<(), Box<dyn std::error::Error + '_>>
    where
        B::ErrorType: 'static,
    {
        const LETTERS: usize = 27;
        const LINE: u32 = 29;
        let at = |x: u32, y: u32| ((x * unit).cast_signed(), (y * unit).cast_signed());
        let mut y = 64;
        for series in &self.series {
            let colour = PALETTE[series.look.colour % PALETTE.len()];
            let style = colour.stroke_width(series.look.width * unit);
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
}

/// The text in lines of at most so many letters, broken between words.
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

/// Whole numbers without a decimal point.
fn tick(value: f64) -> String {
    let rounded = (value * 1000.0).round() / 1000.0;
    format!("{rounded}")
}

/// The line as far as it stays below `top`, ending on it.
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

/// The font is part of the program: pictures look the same on every machine.
fn register_fonts() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // A refused font shows as an error when text is drawn.
        let _ = register_font("sans-serif", FontStyle::Normal, dejavu::sans::regular());
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart() -> Chart {
        let series = |name: &str, colour, dash, slope: f64| Series {
            name: name.into(),
            points: (0..30)
                .map(|k| {
                    let x = f64::from(k);
                    Point {
                        x,
                        y: slope * x,
                        low: 0.8 * slope * x,
                        high: 1.2 * slope * x,
                    }
                })
                .collect(),
            look: Look::new(colour, dash),
        };
        Chart {
            title: "Wrong bits".into(),
            x_label: "patterns P".into(),
            y_label: "wrong bits per pattern".into(),
            y_min: Some(0.0),
            y_max: Some(4.0),
            marks: vec![Mark {
                x: 9.5,
                name: "half".into(),
            }],
            series: vec![
                series("Hebb", 1, Dash::Solid, 0.3),
                series("pseudo-inverse", 2, Dash::Dashed, 0.1),
            ],
        }
    }

    #[test]
    fn draws_both_formats_with_text_and_lines() {
        let svg = chart().svg().unwrap();
        assert!(
            svg.contains("pseudo-inverse")
                && svg.contains("half")
                && svg.contains("wrong bits per pattern")
                && svg.contains("polyline")
        );
        let (pixels, width, height) = chart().rgb().unwrap();
        assert_eq!(pixels.len(), (width * height * 3) as usize);
        let vermillion = pixels
            .chunks_exact(3)
            .filter(|p| p[0] == 213 && p[1] == 94 && p[2] == 0)
            .count();
        assert!(vermillion > 300);
    }

    #[test]
    fn one_point_at_zero_is_drawn() {
        let mut chart = chart();
        chart.y_max = None;
        for series in &mut chart.series {
            series.points = vec![Point::bare(2.0, 0.0)];
        }
        assert!(chart.svg().unwrap().contains("circle"));
    }

    #[test]
    fn what_cannot_be_drawn_is_an_error() {
        let mut chart = chart();
        chart.series[0].points[3].y = f64::NAN;
        assert!(chart.svg().is_err());
    }

    #[test]
    fn long_names_are_broken_between_words() {
        assert_eq!(wrapped("ab cd ef", 5), ["ab cd", "ef"]);
        assert_eq!(wrapped("abcdefgh", 5), ["abcdefgh"]);
    }

    #[test]
    fn lines_end_where_the_axis_does() {
        assert_eq!(
            clipped(vec![(0.0, 0.0), (1.0, 4.0)], 2.0),
            [(0.0, 0.0), (0.5, 2.0)]
        );
    }
}
