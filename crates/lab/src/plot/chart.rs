//! What a chart shows: points with bands, lines, marks, axes.

use super::look::Look;

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
