//! Plot: line charts with uncertainty bands, as SVG and PNG from one description.
//!
//! The colours are those of Okabe and Ito: colour-blind readers tell them apart, and so does print. A method keeps its
//! colour and dash in every figure.

mod chart;
mod draw;
mod legend;
mod look;

pub use chart::{Chart, Mark, Point, Series};
use draw::{Axes, draw};
pub use look::{Dash, Look};
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::{FontStyle, register_font};
use std::sync::Once;

/// Size of a chart in SVG's user units.
const SIZE: (u32, u32) = (1180, 600);
/// Pixels of a PNG for each user unit. With 1, letters are coarse in print; with more than 2, files are large for nothing.
const PIXELS: u32 = 2;

/// A chart that cannot be drawn, with the words of the drawing library.
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
        self.draw_on(
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
        self.draw_on(&area, PIXELS)?;
        drop(area);
        Ok((pixels, size.0, size.1))
    }

    /// Checks the coordinates, chooses the axes and draws everything `unit` times as large as in user units.
    fn draw_on<B: DrawingBackend>(
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
        let axes = Axes {
            x: left..right,
            y: bottom..top,
            unit,
        };
        draw(self, &axes, area).map_err(|error| self.error(&*error))
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
}
