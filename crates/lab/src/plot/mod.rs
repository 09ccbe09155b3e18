//! Plot: line charts with confidence intervals, as SVG and PNG from one description.
//!
//! Colour-blind readers tell the colours apart, and lines differ by their dashes and the shapes of their points too. A
//! method keeps its colour and dash in every figure where no other wants them. An interval is a band, or a bar where there
//! are few repeats or points, which a band would make look like more; the chart says so.

mod chart;
mod dashes;
mod draw;
mod frame;
mod gallery;
mod hover;
mod labels;
mod look;
mod shapes;

use crate::markup::escaped;
pub(crate) use chart::mean_and_error;
pub use chart::{Chart, Mark, Point, Series};
use draw::draw;
use frame::Frame;
pub use gallery::Labels;
pub use look::{Dash, Look, dark_style, distinct};
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::{FontStyle, register_font};
use std::ops::Range;
use std::sync::Once;

/// Size of a chart in SVG's user units.
const SIZE: (u32, u32) = (960, 560);
/// Pixels of a PNG for each user unit. With 1, letters are coarse in print; with more than 2, files are large for nothing.
const PIXELS: u32 = 2;
/// How far intervals may stretch an axis beyond its lines, as a share of what the lines take. More: few repeats, whose
/// intervals are wide, make lines flat.
const STRETCH: f64 = 0.3;

/// A chart that cannot be drawn, with the words of the drawing library.
#[derive(Debug, thiserror::Error)]
#[error("chart `{title}`: {message}")]
pub struct PlotError {
    title: String,
    message: String,
}

impl Chart {
    /// The chart as an SVG document. Pointing at it shows the values.
    ///
    /// # Errors
    /// Coordinates that are not finite.
    pub fn svg(&self) -> Result<String, PlotError> {
        let mut text = String::new();
        let frame = self.draw_on(
            &SVGBackend::with_string(&mut text, SIZE).into_drawing_area(),
            1,
        )?;
        let named = format!("<svg role=\"img\" aria-label=\"{}\" ", escaped(&self.title));
        let text = text.replacen("<svg ", &named, 1);
        let end = text.rfind("</svg>").unwrap_or(text.len());
        let (drawn, end) = text.split_at(end);
        Ok(format!("{drawn}{}{end}", hover::strips(self, &frame)))
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
        self.draw_on(&area, PIXELS)?;
        drop(area);
        Ok((pixels, size.0, size.1))
    }

    /// Checks the coordinates, chooses the axes and draws everything `unit` times as large as in user units.
    fn draw_on<B: DrawingBackend>(
        &self,
        area: &DrawingArea<B, Shift>,
        unit: u32,
    ) -> Result<Frame, PlotError>
    where
        B::ErrorType: 'static,
    {
        register_fonts();
        let points = || self.series.iter().flat_map(|s| &s.points);
        let is_finite = |p: &Point| {
            let values = [p.x, p.y, p.low, p.high, p.bound.unwrap_or(0.0)];
            values.iter().all(|v| v.is_finite())
        };
        if !points().all(is_finite) {
            return Err(self.error(&"a coordinate is not finite"));
        }
        if points().next().is_none() {
            return Err(self.error(&"nothing to draw"));
        }
        draw(self, self.ranges(), unit, area).map_err(|error| self.error(&*error))
    }

    /// What the axes show, horizontal and vertical.
    fn ranges(&self) -> (Range<f64>, Range<f64>) {
        let range = |of: &dyn Fn(&Point) -> f64| {
            let values = self.series.iter().flat_map(|s| &s.points).map(of);
            values.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| {
                (a.min(v), b.max(v))
            })
        };
        let (mut left, mut right) = range(&|p| p.x);
        if left >= right {
            (left, right) = (left - 0.5, right + 0.5);
        }
        let (lowest, highest) = range(&|p| p.y);
        let stretch = STRETCH * (highest - lowest.min(0.0));
        let ends = |p: &Point| {
            if p.is_interval() {
                (p.low, p.high)
            } else {
                (p.y, p.y)
            }
        };
        let (low, _) = range(&|p| ends(p).0.max(lowest - stretch).min(p.bound.unwrap_or(p.y)));
        let (_, high) = range(&|p| ends(p).1.min(highest + stretch));
        let bottom = self.y_min.unwrap_or(low.min(0.0));
        let mut top = self.y_max.unwrap_or(1.04 * high);
        if top <= bottom {
            top = bottom + 1.0;
        }
        (left..right, bottom..top)
    }

    fn error(&self, message: &(impl ToString + ?Sized)) -> PlotError {
        PlotError {
            title: self.title.clone(),
            message: message.to_string(),
        }
    }
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
                        low: 0.8 * slope * x,
                        high: 1.2 * slope * x,
                        count: 10,
                        ..Point::bare(x, slope * x)
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
    fn few_repeats_have_bars_and_the_chart_says_what_is_what() {
        let mut chart = chart();
        let banded = chart.svg().unwrap();
        assert!(banded.contains("Bands: 95 % confidence interval (n = 10)."));
        assert!(!banded.contains("Bars") && !banded.contains("proven"));
        for point in &mut chart.series[0].points {
            point.count = 3;
            point.bound = Some(0.5 * point.y);
        }
        let mixed = chart.svg().unwrap();
        for words in [
            "Bands: 95 % confidence interval (n = 10).",
            "Bars: 95 % confidence interval (n = 3).",
            "Thin lines: proven",
        ] {
            assert!(mixed.contains(words), "{words}");
        }
        for point in &mut chart.series[0].points {
            point.count = 2;
        }
        let few = chart.svg().unwrap();
        assert!(few.contains("No intervals where n &lt; 3.") && !few.contains("Bars"));
        // The band of the other line alone is left.
        let bands = |svg: &str| svg.matches("opacity=\"0.14\"").count();
        assert_eq!((bands(&banded), bands(&mixed)), (2, 1));
    }

    #[test]
    fn pointing_shows_the_values() {
        let svg = chart().svg().unwrap();
        let titles = svg.matches("<title>").count();
        assert_eq!(titles, 30);
        assert!(
            svg.contains("patterns P: 10\nHebb: 3 (2.4 to 3.6)\npseudo-inverse: 1 (0.8 to 1.2)")
        );
        assert!(svg.starts_with("<svg role=\"img\" aria-label=\"Wrong bits\""));
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
}
